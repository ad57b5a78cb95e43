"""A figure run: what was counted, from what, under which rules, frozen; and the record it leaves.

The record is canonical JSON, and its SHA-256 is the run's id. The same definition, day and ledger size give the same
record to the byte, on any machine. Member ids are not in it but their digest is; they stay one call away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from dalil.values.canonical import JsonObject, JsonValue, canonical_bytes
from dalil.values.dates import YearsMonthsDays
from dalil.values.digests import digest_of, digest_of_lines

FORMAT: Final = "dalil-run/1"
MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A whole number that lies between two ends, both included; None where nothing bounds it."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Time between two dates that are known only within bounds: at least and at most so many years, months and days."""

    least: YearsMonthsDays
    most: YearsMonthsDays | None

    @property
    def months(self) -> Span:
        """Whole months, at least and at most."""
        return Span(
            low=self.least[0] * MONTHS + self.least[1],
            high=None if self.most is None else self.most[0] * MONTHS + self.most[1],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A part of a whole; both are kept, because a percentage alone cannot be checked."""

    part: int
    whole: int

    @property
    def percent(self) -> str:
        """The percentage to two decimals, halves rounded up; nothing of nothing has none."""
        if self.whole == 0:
            return "-"
        hundredths = (2 * self.part * 10_000 + self.whole) // (2 * self.whole)
        return f"{hundredths // 100}.{hundredths % 100:02}"


Value: TypeAlias = int | Span | Duration | Ratio


def value_json(value: Value | None) -> JsonValue:
    """Return a value as it stands in a record."""
    match value:
        case None | int():
            return value
        case Span():
            return {"low": value.low, "high": value.high}
        case Duration():
            return {"least": list(value.least), "most": None if value.most is None else list(value.most)}
        case Ratio():  # pragma: no branch  # mypy proves that no value is left
            return {"part": value.part, "whole": value.whole, "percent": value.percent}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A part of a figure along one dimension.

    ``unknown`` members may or may not belong here. ``small`` marks a value that is above zero and below the
    definition's limit for publication.
    """

    dimension: str
    cell: str
    value: int
    unknown: int = 0
    small: bool = False

    def as_json(self) -> JsonObject:
        """Return the cell as it stands in a record."""
        plain: JsonObject = {
            "dimension": self.dimension,
            "cell": self.cell,
            "value": self.value,
            "unknown": self.unknown,
        }
        return plain | {"small": True} if self.small else plain


Members: TypeAlias = Callable[[str | None, str | None], list[str]]


def _nobody(dimension: str | None, cell: str | None) -> list[str]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRun:
    """One figure, counted.

    Attributes
    ----------
    value : int, Span, Duration, Ratio or None
        None only where a source gave a word and no number.
    unknowns, exclusions : mapping of reason to count
        Members of whom nobody can tell whether they count; records left out, by the first condition they fail.
    n_synthetic : int
        Members of whom only invented sources speak.
    inputs : mapping of name to run id
        The runs this one was worked out from.
    details : JSON object
        What this kind of figure says besides: competing quotations, renderings checked, how an age was reached.
    """

    name: str
    unit: str
    figure_class: str
    value: Value | None
    as_of: str | None
    known_by: int
    ledger_root: str
    definition_digest: str
    vocabulary_digest: str
    code_version: str
    title: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    hedge: str | None = None
    quoted_from: str | None = None
    cells: tuple[Cell, ...] = ()
    overlapping: tuple[str, ...] = ()
    unknowns: Mapping[str, int] = field(default_factory=dict)
    exclusions: Mapping[str, int] = field(default_factory=dict)
    n_members: int = 0
    n_synthetic: int = 0
    members_digest: str = digest_of_lines(())
    window: tuple[str | None, str | None] = (None, None)
    method: str | None = None
    floor: str | None = None
    age_reference: str | None = None
    denominator: JsonObject | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    details: JsonObject = field(default_factory=dict)
    printed: JsonObject | None = None
    suppression: JsonObject | None = None
    read_members: Members = field(default=_nobody, repr=False, compare=False)

    @property
    def members(self) -> list[str]:
        """The ids of what was counted, sorted: ``<entry>.<n>``."""
        return self.read_members(None, None)

    def members_of(self, dimension: str, cell: str) -> list[str]:
        """Return the ids of the members of one cell."""
        return self.read_members(dimension, cell)

    def cell(self, cell: str, dimension: str | None = None) -> Cell:
        """Return a cell by its name; by its dimension too where several have one of this name.

        Raises
        ------
        KeyError
            There is no such cell.
        """
        for found in self.cells:
            if found.cell == cell and dimension in (None, found.dimension):
                return found
        raise KeyError(cell)

    @property
    def run_id(self) -> str:
        """The SHA-256, in hexadecimal, of the record."""
        return digest_of(self.record())

    def record(self) -> JsonObject:
        """Return the record: everything that makes this run what it is, and nothing that changes from day to day."""
        return {
            "format": FORMAT,
            "name": self.name,
            "unit": self.unit,
            "class": self.figure_class,
            "value": value_json(self.value),
            "hedge": self.hedge,
            "quoted_from": self.quoted_from,
            "cells": [cell.as_json() for cell in self.cells],
            "overlapping": list(self.overlapping),
            "unknowns": dict(self.unknowns),
            "exclusions": dict(self.exclusions),
            "members": {"count": self.n_members, "digest": self.members_digest, "synthetic": self.n_synthetic},
            "as_of": self.as_of,
            "window": list(self.window),
            "method": self.method,
            "floor": self.floor,
            "age_reference": self.age_reference,
            "denominator": self.denominator,
            "inputs": dict(self.inputs),
            "details": self.details,
            "printed": self.printed,
            "suppression": self.suppression,
            "definition": self.definition_digest,
            "ledger": {"size": self.known_by, "root": self.ledger_root},
            "vocabulary": self.vocabulary_digest,
            "code": self.code_version,
        }

    def canonical(self) -> bytes:
        """Return the bytes of the record that are hashed, signed and embedded."""
        return canonical_bytes(self.record())


def read_run(record: JsonObject, *, title: Mapping[str, str], text: Mapping[str, str]) -> FigureRun:
    """Return a run from its record, with what people read of it; it has no members that could be listed."""
    said: Any = record
    return FigureRun(
        name=said["name"],
        unit=said["unit"],
        figure_class=said["class"],
        value=read_value(said["value"]),
        as_of=said["as_of"],
        known_by=said["ledger"]["size"],
        ledger_root=said["ledger"]["root"],
        definition_digest=said["definition"],
        vocabulary_digest=said["vocabulary"],
        code_version=said["code"],
        title=title,
        text=text,
        hedge=said["hedge"],
        quoted_from=said["quoted_from"],
        cells=tuple(Cell(**each) for each in said["cells"]),
        overlapping=tuple(said["overlapping"]),
        unknowns=said["unknowns"],
        exclusions=said["exclusions"],
        n_members=said["members"]["count"],
        n_synthetic=said["members"]["synthetic"],
        members_digest=said["members"]["digest"],
        window=(said["window"][0], said["window"][1]),
        method=said["method"],
        floor=said["floor"],
        age_reference=said["age_reference"],
        denominator=said["denominator"],
        inputs=said["inputs"],
        details=said["details"],
        printed=said["printed"],
        suppression=said["suppression"],
    )


def read_value(said: Any) -> Value | None:
    """Return a value from what stands in a record."""
    match said:
        case {"low": low, "high": high}:
            return Span(low=low, high=high)
        case {"part": part, "whole": whole}:
            return Ratio(part=part, whole=whole)
        case {"least": least, "most": most}:
            return Duration(least=tuple(least), most=None if most is None else tuple(most))
        case _:
            return None if said is None else int(said)
