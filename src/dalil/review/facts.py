"""What two accounts say of two persons, field by field, and whether they agree: what a reviewer reads before judging.

A field is compared as sources tell it: dates are intervals, places lie within each other, names are spelled in two
scripts. Nothing here is a score; the sentences say what was found and leave the judgement to whoever reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dalil.names import compare, score
from dalil.records.statement_view import StatementView
from dalil.values.dates import birth_from_age, parse_canonical
from dalil.vocabulary.vocabulary import Vocabulary

NEAR_NAME: Final = 0.5
"""Likeness of whole names from which they are called near; the bands of ``names.explaining`` are for parts."""
SAME_NAME: Final = 0.9
NEAR_DAYS: Final = 31
"""Dates a month apart or less are called near: the commonest slip is a month miscounted."""


class Agreement(StrEnum):
    """How what two accounts say of a field goes together."""

    SAME = "same"
    NEAR = "near"
    DIFFERENT = "different"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value as a statement gives it: its words, the statement, and for a date its days.

    ``on`` is a date as EDTF where the words are not the date alone, ``years`` an age on it.
    """

    text: str
    statement: int
    original: str | None = None
    code: str | None = None
    lo: int | None = None
    hi: int | None = None
    on: str | None = None
    years: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCompared:
    """One field of two accounts side by side; ``english`` and ``arabic`` say in a sentence what was found."""

    field: str
    label_english: str
    label_arabic: str
    a: tuple[Fact, ...]
    b: tuple[Fact, ...]
    agreement: Agreement
    english: str
    arabic: str


FIELDS: Final = {
    "name": ("name", "الاسم"),
    "mother": ("mother", "الأم"),
    "kunya": ("by-name", "الكنية"),
    "sex": ("sex", "الجنس"),
    "birth": ("born", "الميلاد"),
    "arrested": ("arrested", "الاعتقال"),
    "place": ("place of arrest", "مكان الاعتقال"),
    "holder": ("held by", "الجهة المحتجزة"),
    "ended": ("how it ended", "كيف انتهى"),
    "died": ("died", "الوفاة"),
}
"""What is compared, in the order it is shown, with its labels."""

ARABIC_DUAL: Final = 2
"""One and two are said in Arabic by the noun alone."""
_ARRESTS: Final = ("arrested",)
_ENDS: Final = ("released", "escaped", "body_returned", "died")
_WORDS: Final = {
    Agreement.SAME: ("the same in both", "متطابق في الاثنين"),
    Agreement.NEAR: ("close", "متقارب"),
    Agreement.DIFFERENT: ("different", "مختلف"),
    Agreement.MISSING: ("only one of them says", "ذكره أحدهما فقط"),
}


def facts_of(views: Iterable[StatementView], vocabulary: Vocabulary) -> dict[str, list[Fact]]:
    """Return what free assertions say of a person and their detentions, by field."""
    found: dict[str, list[Fact]] = {}

    def add(field: str, view: StatementView, text: str, **more: Any) -> None:
        found.setdefault(field, []).append(Fact(text=text, statement=view.id, original=view.original, **more))

    for view in views:
        if not view.is_free:
            continue
        value: dict[str, Any] = view.value if isinstance(view.value, dict) else {"": view.value}
        match view.predicate:
            case "name":
                add("name", view, str(value["text"]))
                for part in ("mother", "kunya"):
                    if value.get(part):
                        add(part, view, str(value[part]))
            case "sex":
                add("sex", view, _label(vocabulary, "sexes", str(value[""])), code=str(value[""]))
            case "birth":
                add("birth", view, str(value[""]), lo=view.lo, hi=view.hi)
            case "age" if value.get("at"):
                lo, hi = birth_from_age(value["years"], parse_canonical(value["at"]))
                age = {"years": value["years"], "on": value["at"]}
                add("birth", view, f"{value['years']} ({value['at']})", lo=lo, hi=hi, **age)
            case "held_by":
                add("holder", view, _label(vocabulary, "parties", value["party"]), code=value["party"])
            case "episode_event":
                _add_event(add, view, value, vocabulary)
            case "act" if value.get("on") and value["kind"].startswith("lif"):
                date = parse_canonical(value["on"])
                add("died", view, value["on"], lo=date.lo, hi=date.hi)
            case _:
                pass
    return found


def _add_event(add: Any, view: StatementView, value: dict[str, Any], vocabulary: Vocabulary) -> None:
    event, on = value["event"], value.get("on")
    date = parse_canonical(on) if on else None
    days = {"lo": date.lo, "hi": date.hi} if date is not None else {}
    if event in _ARRESTS:
        if date is not None:
            add("arrested", view, on, **days)
        if value.get("place"):
            add("place", view, _label(vocabulary, "places", value["place"]), code=value["place"])
    elif event in _ENDS:
        name = _label(vocabulary, "episode_events", event)
        add("ended", view, f"{name} {on}" if on else name, code=event, on=on, **days)


def _label(vocabulary: Vocabulary, scheme: str, code: str) -> str:
    return vocabulary.label(scheme, code, "en")


def compare_facts(
    a: dict[str, list[Fact]], b: dict[str, list[Fact]], vocabulary: Vocabulary
) -> tuple[FieldCompared, ...]:
    """Compare two persons field by field; fields of which neither account says anything are left out."""
    compared = []
    for field, (english, arabic) in FIELDS.items():
        ours, theirs = a.get(field, []), b.get(field, [])
        if not ours and not theirs:
            continue
        agreement, why = _agreement(field, ours, theirs, vocabulary)
        compared.append(
            FieldCompared(
                field=field,
                label_english=english,
                label_arabic=arabic,
                a=tuple(ours),
                b=tuple(theirs),
                agreement=agreement,
                english=why[0],
                arabic=why[1],
            )
        )
    return tuple(compared)


def _agreement(
    field: str, ours: Sequence[Fact], theirs: Sequence[Fact], vocabulary: Vocabulary
) -> tuple[Agreement, tuple[str, str]]:
    if not ours or not theirs:
        return Agreement.MISSING, _WORDS[Agreement.MISSING]
    match field:
        case "name":
            return _names(ours, theirs)
        case "mother" | "kunya":
            best = max(score(x.text, y.text) for x in ours for y in theirs)
            found = (
                Agreement.SAME if best >= SAME_NAME else Agreement.NEAR if best >= NEAR_NAME else Agreement.DIFFERENT
            )
            return found, _WORDS[found]
        case "birth" | "arrested" | "died":
            return _days(ours, theirs, vocabulary)
        case "place":
            return _places(ours, theirs, vocabulary)
        case _:
            same = {x.code for x in ours} & {y.code for y in theirs}
            found = Agreement.SAME if same else Agreement.DIFFERENT
            return found, _WORDS[found]


def _names(ours: Sequence[Fact], theirs: Sequence[Fact]) -> tuple[Agreement, tuple[str, str]]:
    found = max((compare(x.text, y.text) for x in ours for y in theirs), key=lambda each: each.score)
    agreement = (
        Agreement.SAME
        if found.score >= SAME_NAME
        else Agreement.NEAR
        if found.score >= NEAR_NAME
        else Agreement.DIFFERENT
    )
    return agreement, (found.english, found.arabic)


def _days(ours: Sequence[Fact], theirs: Sequence[Fact], vocabulary: Vocabulary) -> tuple[Agreement, tuple[str, str]]:
    apart = min(_days_apart(x, y) for x in ours for y in theirs)
    if apart == 0:
        exact = any(x.lo == x.hi == y.lo == y.hi and x.lo is not None for x in ours for y in theirs)
        return Agreement.SAME, ("the same day", "اليوم نفسه") if exact else (
            "may be the same day",
            "قد يكون اليوم نفسه",
        )
    agreement = Agreement.NEAR if apart <= NEAR_DAYS else Agreement.DIFFERENT
    english, arabic = (vocabulary.label("units", "day", language, count=apart) for language in ("en", "ar"))
    return agreement, (
        f"{apart:,} {english} apart at least",
        f"بينهما {arabic if apart <= ARABIC_DUAL else f'{apart:,} {arabic}'} على الأقل",
    )


def _days_apart(x: Fact, y: Fact) -> int:
    """Return how many days lie at least between two dates; 0 where they may be one day."""
    if x.hi is not None and y.lo is not None and x.hi < y.lo:
        return y.lo - x.hi
    if y.hi is not None and x.lo is not None and y.hi < x.lo:
        return x.lo - y.hi
    return 0


def _places(ours: Sequence[Fact], theirs: Sequence[Fact], vocabulary: Vocabulary) -> tuple[Agreement, tuple[str, str]]:
    pairs = [(str(x.code), str(y.code)) for x in ours for y in theirs]
    if any(x == y for x, y in pairs):
        return Agreement.SAME, _WORDS[Agreement.SAME]
    if any(y in vocabulary.within("places", x) or x in vocabulary.within("places", y) for x, y in pairs):
        return Agreement.SAME, ("one lies within the other", "أحدهما ضمن الآخر")
    return Agreement.DIFFERENT, _WORDS[Agreement.DIFFERENT]
