"""Which column of a list means what, for linking plain files: a short YAML file that a person writes once.

id: rec_id
list: list                     # a column, or left out: each file is a list of its own
name: name                     # a column, or several in the order given, father, grandfather, family
father: father
mother: mother
kunya: kunya
sex: sex
age: age
birth: birth
event_date: date_of_death
place: [governorate, place]    # coarse to fine
extras: [phone]                # numbers or codes that two records of one person share
dates: {order: dmy}            # how the lists write numeric dates, if not ISO
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from dalil.errors import WrongMapping
from dalil.intake.plain_yaml import read_plain_yaml
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.dates import ANY_HABIT, DateHabit

_ONE: Final = ("id", "list", "father", "mother", "kunya", "sex", "age", "birth", "event_date")
_SEVERAL: Final = ("name", "place", "extras")
_ORDERS: Final[tuple[Literal["dmy"], Literal["mdy"], Literal["ymd"]]] = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMapping:
    """Column names by meaning; None or empty where the lists have no such column."""

    id: str
    list: str | None = None
    name: tuple[str, ...] = ()
    father: str | None = None
    mother: str | None = None
    kunya: str | None = None
    sex: str | None = None
    age: str | None = None
    birth: str | None = None
    event_date: str | None = None
    place: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    habit: DateHabit = field(default=ANY_HABIT)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column named, once."""
        ones = (getattr(self, key) for key in _ONE)
        return tuple(dict.fromkeys([*(one for one in ones if one), *self.name, *self.place, *self.extras]))


def read_mapping(path: Path) -> ListMapping:
    """Read and check a mapping file.

    Raises
    ------
    WrongMapping
        An unknown key, no id, no name, or a value of another form.
    """
    return parse_mapping(read_plain_yaml(path, wrong=WrongMapping).content, where=path.name)


def parse_mapping(content: JsonObject, *, where: str = "mapping") -> ListMapping:
    """Check a mapping already read; see `read_mapping`."""
    known = {*_ONE, *_SEVERAL, "dates"}
    unknown = sorted(set(content) - known)
    if unknown:
        raise WrongMapping(
            "The mapping has a key that linking does not know.",
            expected="keys among " + ", ".join(sorted(known)),
            found=", ".join(unknown)[:120],
            where=where,
            todo="Correct the key; a column that takes no part is left out.",
        )
    ones = {key: _column(content[key], key, where) for key in _ONE if content.get(key) is not None}
    several = {key: _columns(content[key], key, where) for key in _SEVERAL if content.get(key) is not None}
    if "id" not in ones or not several.get("name"):
        raise WrongMapping(
            "The mapping must say which columns hold the id and the name.",
            expected="id and name",
            found=", ".join(sorted(content)) or "nothing",
            where=where,
            todo="Add the missing key.",
        )
    habit = _habit(content["dates"], where) if content.get("dates") is not None else ANY_HABIT
    return ListMapping(**ones, **several, habit=habit)  # type: ignore[arg-type]


def _column(value: JsonValue, key: str, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(key, "the name of one column", where)
    return value


def _columns(value: JsonValue, key: str, where: str) -> tuple[str, ...]:
    if isinstance(value, str) and value.strip():
        return (value,)
    if isinstance(value, list) and value and all(isinstance(each, str) and each.strip() for each in value):
        return tuple(str(each) for each in value)
    raise _wrong(key, "the name of a column, or a list of them", where)


def _habit(value: JsonValue, where: str) -> DateHabit:
    order = value.get("order") if isinstance(value, dict) and set(value) <= {"order"} else None
    for known in _ORDERS:
        if order == known:
            return DateHabit(order=known)
    raise _wrong("dates", "{order: dmy}, {order: mdy} or {order: ymd}", where)


def _wrong(key: str, expected: str, where: str) -> WrongMapping:
    return WrongMapping(
        "A value of the mapping has another form.",
        expected=expected,
        found=f"something else under {key}",
        where=where,
        todo="Correct it.",
    )
