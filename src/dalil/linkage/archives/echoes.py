"""Rows that only repeat a row of another list: where one list copies another, as its lineage declares.

What a copy repeats it does not witness. An echo is linked to the row it repeats before anything is compared, and then
left out: so it adds no second pair that speaks for a person, no rival among partners, and no question to ask people. It
is joined with its origin, and goes wherever that goes.

A row is an echo only if nothing else can be meant: it has the name of one row, and only one, of the lists that its own
copies; what both tell of father, mother, by-name, sex, birth, event and place is the same, and of father, mother, birth
and event they tell one at least. Whatever people judged of it, it is left to be compared like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, Final

from dalil.linkage.record_table import DATES, NAMES, RecordTable
from dalil.vocabulary.folding import fold

RULE: Final = "echo-1"
"""Version of the rule, on every run."""
TELLING: Final = ("father", "mother", "birth_lo", "event_lo")
"""Of these a row and its echo must both tell one: two who share a name alone may be two persons."""


def echoes_in(
    table: RecordTable, copies: Mapping[str, Collection[str]], *, judged: Collection[str] = ()
) -> dict[str, str]:
    """Return the echoes among some records, each with the record it repeats; neither is anybody else's.

    Parameters
    ----------
    copies : mapping of list to lists
        Those it copies, directly or through others (`lists_copied`).
    judged : collection of str
        Records of which people have said who they are: none of them is taken for an echo.
    """
    copying = {name for name in copies if copies[name]}
    if not copying:
        return {}
    rows: list[dict[str, Any]] = table.columns.to_pylist()
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["name"] is not None:
            by_name.setdefault(fold(row["name"]), []).append(row)
    kept_apart = frozenset(judged)
    found: dict[str, str] = {}
    for alike in by_name.values():
        # Lists that copy least come first: of what a copy of a copy repeats, the origin is known by then.
        for row in sorted(alike, key=lambda row: len(copies.get(row["list"], ()))):
            if row["list"] in copying and row["id"] not in kept_apart:
                originals = [each for each in alike if _may_copy(copies, row["list"], each["list"])]
                origins = {found.get(each["id"], each["id"]) for each in originals if _repeats(row, each)}
                if len(origins) == 1:
                    found[row["id"]] = origins.pop()
    return _unrivalled(found, {row["id"]: row["list"] for row in rows})


def _may_copy(copies: Mapping[str, Collection[str]], name: str, other: str) -> bool:
    """Tell whether one list copies another; of two that copy each other, as they say, neither is the origin."""
    return other in copies[name] and name not in copies.get(other, ())


def _repeats(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether what both tell is the same, and enough."""
    if not any(row[name] is not None and other[name] is not None for name in TELLING):
        return False
    return all(_same(row[name], other[name], name) for name in row if name not in ("id", "list", "name"))


def _same(value: Any, other: Any, name: str) -> bool:
    if value is None or other is None:
        return True
    if name in DATES or name == "age":
        return bool(value == other)
    return fold(value) == fold(other) if name in NAMES else bool(value == other)


def _unrivalled(found: Mapping[str, str], list_of: Mapping[str, str]) -> dict[str, str]:
    """Leave out rows of which a list has two for one origin."""
    claims = Counter((list_of[echo], origin) for echo, origin in found.items())
    return {echo: origin for echo, origin in found.items() if claims[list_of[echo], origin] == 1}


def lists_copied(lineage: Mapping[str, Collection[str]]) -> dict[str, frozenset[str]]:
    """Return the lists that each list copies, directly or through others, itself left out."""
    found = {}
    for name in lineage:
        reached: set[str] = set()
        ahead = [*lineage[name]]
        while ahead:
            copied = ahead.pop()
            if copied not in reached:
                reached.add(copied)
                ahead += lineage.get(copied, ())
        found[name] = frozenset(reached - {name})
    return found
