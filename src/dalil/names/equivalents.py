"""Names that an alignment of letters would misjudge: one name in several languages, and near ones that are two.

A list made by hand of what is common in Syria and among its neighbours. A group is not a claim that two persons are
one; it says that the same name may be meant.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

_TABLE: Final = Path(__file__).parent / "tables" / "equivalents-1.tsv"


class _Groups(NamedTuple):
    """Forms by number of their group, the number of each form, and of forms that may be either of two names, both."""

    forms: tuple[list[str], ...]
    number: dict[str, int]
    either: dict[str, tuple[int, ...]]


def _read(path: Path) -> _Groups:
    """Read the list: a name a line, or a form, ``=`` and the two names it stands for."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    forms = ([""], *(row for row in rows if "=" not in row))
    number: dict[str, int] = {}
    for at, group in enumerate(forms):
        for form in group:
            number.setdefault(form, at)
    return _Groups(forms, number, {row[0]: tuple(number[each] for each in row[2:]) for row in rows if "=" in row})


_GROUPS: Final = _read(_TABLE)


def equivalent(form: str) -> int:
    """Return the number of the group that a folded form belongs to, or 0."""
    return _GROUPS.number.get(form, 0)


def either(form: str) -> tuple[int, ...]:
    """Return the numbers of the groups that a folded form may belong to: one, two, or none."""
    number = _GROUPS.number.get(form, 0)
    return _GROUPS.either.get(form) or ((number,) if number else ())


def leading_form(group: int) -> str:
    """Return the first form of a group, in Arabic letters: its key stands for all."""
    return _GROUPS.forms[group][0]
