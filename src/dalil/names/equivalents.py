"""Names that an alignment of letters would misjudge: one name in several languages, and near ones that are two.

A list made by hand of what is common in Syria and among its neighbours. A group is not a claim that two persons are
one; it says that the same name may be meant.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

_TABLE: Final = Path(__file__).parent / "tables" / "equivalents-2.tsv"


class _Groups(NamedTuple):
    """Forms by number of their group; and of each form, its number, and those of the groups it may belong to."""

    forms: tuple[list[str], ...]
    of_form: dict[str, tuple[int, tuple[int, ...]]]


def _read(path: Path) -> _Groups:
    """Read the list: a name a line, or a form, ``=`` and the two names it stands for."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    forms = ([""], *(row for row in rows if "=" not in row))
    number: dict[str, int] = {}
    for at, group in enumerate(forms):
        for form in group:
            number.setdefault(form, at)
    of_form: dict[str, tuple[int, tuple[int, ...]]] = {form: (at, (at,)) for form, at in number.items()}
    for row in rows:
        if "=" in row:
            of_form[row[0]] = (number.get(row[0], 0), tuple(number[each] for each in row[2:]))
    return _Groups(forms, of_form)


_GROUPS: Final = _read(_TABLE)
_NO_GROUP: Final[tuple[int, tuple[int, ...]]] = (0, ())


def equivalents(form: str) -> tuple[int, tuple[int, ...]]:
    """Return the number of the group that a form belongs to, or 0; and those it may belong to: two, one or none."""
    return _GROUPS.of_form.get(form, _NO_GROUP)


def leading_form(group: int) -> str:
    """Return the first form of a group, in Arabic letters: its key stands for all."""
    return _GROUPS.forms[group][0]
