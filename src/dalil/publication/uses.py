"""Uses: where a document prints a figure, and which run stands behind the number.

A use ties the words on the page to a run, so that when a later run differs every document that is now stale is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dalil.publication.bindings import BoundFigure, Value, value_json
from dalil.values.canonical import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One number printed in one place."""

    number: int
    figure: str
    cell: str | None
    run_id: str
    value: Value | None
    rendering: str
    hedge: str | None
    rounded_to: int | None
    section: str
    slot: str
    page: int = 0

    def as_json(self) -> JsonObject:
        """Return the use as it stands in the manifest."""
        return {
            "use": self.number,
            "figure": self.figure,
            "cell": self.cell,
            "run": self.run_id,
            "value": value_json(self.value),
            "rendering": self.rendering,
            "hedge": self.hedge,
            "rounded_to": self.rounded_to,
            "section": self.section,
            "slot": self.slot,
            "page": self.page,
        }


@dataclass(slots=True)
class UseLog:
    """Collects uses while a document is composed, in reading order."""

    section: str = ""
    uses: list[Use] = field(default_factory=list)

    def note(self, bound: BoundFigure, slot: str) -> int:
        """Record one printed number; return its place in the list."""
        number = len(self.uses)
        self.uses.append(
            Use(
                number=number,
                figure=bound.figure,
                cell=bound.cell,
                run_id=bound.run_id,
                value=bound.value,
                rendering=bound.rendering,
                hedge=bound.hedge,
                rounded_to=bound.rounded_to,
                section=self.section,
                slot=slot,
            )
        )
        return number
