"""Notices episodes whose events are dated the wrong way round, such as a release before the arrest.

Such a row is taken: the source says what it says, and which of the two dates is wrong is for a person to find out. But
it is not taken in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dalil.intake.mapping_model import Said, Slot
from dalil.intake.mapping_statements import StatementPlan
from dalil.values.canonical import JsonObject
from dalil.values.dates import parse_canonical
from dalil.vocabulary import Vocabulary

EPISODE_EVENT: Final = "episode_event"


class OrderOfEvents:
    """Compares the dated events of each episode of a row.

    Attributes
    ----------
    applies : bool
        Rows of this mapping may have two dated events at all.
    """

    def __init__(self, plans: Iterable[StatementPlan], emitted: Iterable[Said], vocabulary: Vocabulary) -> None:
        deprivation = vocabulary.scheme("method_elements").terms["deprivation"]
        self._begin = frozenset(deprivation.properties["shown_by"])
        dated = sum(_may_be_dated(plan) for plan in plans)
        dated += sum(said.alone and said.predicate == EPISODE_EVENT and "on" in said.parts for said in emitted)
        self.applies = dated > 1

    def warnings(self, statements: Sequence[JsonObject]) -> list[str]:
        """Return a warning for every event that is dated wholly before its episode begins."""
        began: dict[object, tuple[str, int]] = {}
        others: list[tuple[object, str, int]] = []
        for statement in statements:
            if statement["predicate"] != EPISODE_EVENT:
                continue
            value = statement["value"]
            if not isinstance(value, dict) or "on" not in value:
                continue
            date, event, episode = parse_canonical(str(value["on"])), str(value["event"]), statement["subject"]
            if event not in self._begin:
                if date.hi is not None:
                    others.append((episode, event, date.hi))
            elif date.lo is not None and (episode not in began or date.lo < began[episode][1]):
                began[episode] = event, date.lo
        return [
            f"`{event}` is dated before `{began[episode][0]}`"
            for episode, event, last in others
            if episode in began and last < began[episode][1]
        ]


def _may_be_dated(plan: StatementPlan) -> bool:
    given = "on" in plan.uses or "on" in plan.emitted or isinstance(plan.fixed.get("on"), str | Slot)
    return plan.key[1] == EPISODE_EVENT and given
