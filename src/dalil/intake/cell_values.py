"""From the text of a cell to a value of the type its predicate asks for.

Each reader takes the text as it was written and the same text cleaned (NFC, no invisible signs, single spaces), and
returns a :class:`Reading` or refuses. What was written is kept beside every value that differs from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Generic, TypeVar

from dalil.intake.cells import EMPTY, Parts, Reading, ReadOne, cell_reader, unfit
from dalil.intake.mapping_model import CellTexts, Emit, Use
from dalil.names.relatives import unnamed_relative
from dalil.names.scripts import COMMON, script_of
from dalil.names.split import split_name
from dalil.values.canonical import MAX_INTEGER, JsonObject, JsonValue
from dalil.values.dates import DateHabit, parse_canonical, parse_date
from dalil.values.ids import format_subject, parse_subject
from dalil.values.plain_text import plain_digits
from dalil.vocabulary import PartType, Vocabulary
from dalil.vocabulary.folding import fold

OLDEST: Final = 120
"""Years; an age above is taken for a slip of the pen. The oldest person whose age is proven died at 122 (in 1997)."""

_WHOLE: Final = re.compile(r"(-?[0-9]{1,16})(?:\.0+)?")  # a spreadsheet may have made 34.0 of 34; that is no guess
_RANGE: Final = re.compile(r"([0-9]{1,16}) ?[-–] ?([0-9]{1,16})")

T = TypeVar("T")


class Meanings(Generic[T]):
    """What certain texts mean. Spelling is folded where the text itself is not listed; what then fits two fits none."""

    def __init__(self, values: Mapping[str, T]) -> None:
        self._exact: dict[str, tuple[T]] = {text: (value,) for text, value in values.items()}
        folded: dict[str, list[tuple[T]]] = {}
        for text, value in self._exact.items():
            folded.setdefault(fold(text), []).append(value)
        self._folded = {text: found[0] for text, found in folded.items() if text and len(found) == 1}

    def find(self, cleaned: str) -> tuple[T] | None:
        """Return what a text means, as a tuple of one; None if it is not listed."""
        found = self._exact.get(cleaned)
        return found if found is not None or not self._folded else self._folded.get(fold(cleaned))


def use_reader(use: Use, vocabulary: Vocabulary, *, of_person: bool) -> Callable[[str], Reading]:
    """Return the function that reads the cells of a column under one of its uses."""
    is_name = use.slot.predicate == "name" and use.slot.part == "text"
    read = _name_reader(use, of_person=of_person) if is_name else _type_reader(use, vocabulary)
    if use.strip:
        read = _stripped(use.strip, read)
    if use.values:
        read = _translated(Meanings(use.values), read, is_date=use.type.base == "date")
    return cell_reader(use.texts, read, default=use.default)


def date_reader(habit: DateHabit) -> Callable[[str], Reading]:
    """Return the function that reads the cells of a column consulted only for a date."""
    return cell_reader(CellTexts(), _date_reader(habit))


def emit_reader(emit: Emit) -> Callable[[str], Reading]:
    """Return the function that reads a column whose texts stand for statements: as value, the text in the mapping."""
    meanings = Meanings({text: text for text in emit.cases})

    def read(text: str, cleaned: str) -> Reading:
        found = meanings.find(cleaned)
        if found is None:
            raise unfit("one of the texts under `emit`", "Add this text to the mapping, or correct the cell.")
        return Reading(found[0], text)

    return cell_reader(emit.texts, read)


def _translated(meanings: Meanings[JsonValue], read: ReadOne, *, is_date: bool) -> ReadOne:
    def translated(text: str, cleaned: str) -> Reading:
        found = meanings.find(cleaned)
        if found is None:
            return read(text, cleaned)
        value = found[0]
        if value is None:
            return EMPTY
        date = parse_canonical(str(value)) if is_date else None
        return Reading(value, None if text == value else text, date=date)

    return translated


def _stripped(strip: tuple[str, ...], read: ReadOne) -> ReadOne:
    words = tuple(sorted((word.casefold() for word in strip), key=len, reverse=True))

    def stripped(text: str, cleaned: str) -> Reading:
        kept = cleaned
        for word in words:
            if kept.casefold().endswith(word) and len(kept.casefold()) == len(kept):
                kept = kept[: len(kept) - len(word)].rstrip()
            if kept.casefold().startswith(word) and len(kept.casefold()) == len(kept):
                kept = kept[len(word) :].lstrip()
        return read(text, kept) if kept else EMPTY

    return stripped


# --- one type each ----------------------------------------------------------------------------------------------------
def _type_reader(use: Use, vocabulary: Vocabulary) -> ReadOne:
    match use.type.base:
        case "term":
            return _term_reader(use.type, vocabulary)
        case "date":
            return _date_reader(use.dates)
        case "int":
            is_age = (use.slot.predicate, use.slot.part) == ("age", "years")
            return _whole_reader(most=OLDEST if is_age else MAX_INTEGER)
        case "count":
            return _read_count
        case "subject":
            return _read_subject
        case _:
            return _read_text


def _term_reader(kind: PartType, vocabulary: Vocabulary) -> ReadOne:
    scheme = kind.scheme
    assert scheme is not None

    def read(text: str, cleaned: str) -> Reading:
        code = vocabulary.resolve(scheme, cleaned)
        return Reading(code, None if code == text else text)

    return read


def _date_reader(habit: DateHabit) -> ReadOne:
    def read(text: str, cleaned: str) -> Reading:
        date = parse_date(cleaned, habit=habit)
        if date is None:
            return EMPTY
        return Reading(date.edtf, None if date.edtf == text else text, date=date)

    return read


def _whole_reader(*, most: int) -> ReadOne:
    expected = f"a whole number from 0 to {most}" if most != MAX_INTEGER else "a whole number"

    def read(text: str, cleaned: str) -> Reading:
        match = _WHOLE.fullmatch(plain_digits(cleaned))
        if match is None:
            raise unfit(expected, "Correct the cell, or name what stands around the number under `strip`.")
        number = int(match[1])
        if not 0 <= number <= most:
            raise unfit(expected)
        return Reading(number, None if str(number) == text else text)

    return read


def _read_count(text: str, cleaned: str) -> Reading:
    digits = plain_digits(cleaned)
    whole, both = _WHOLE.fullmatch(digits), _RANGE.fullmatch(digits)
    value: JsonObject
    if both and int(both[1]) < int(both[2]) <= MAX_INTEGER:
        value = {"min": int(both[1]), "max": int(both[2])}
    elif whole and 0 <= int(whole[1]) <= MAX_INTEGER:
        value = {"n": int(whole[1])}
    else:
        raise unfit(
            "a number, or two with a hyphen between", "Give words a meaning under `values`: {min: …, hedge: …}."
        )
    return Reading(value, None if whole and whole[1] == text else text)


def _read_subject(text: str, cleaned: str) -> Reading:
    identifier = format_subject(parse_subject(cleaned))
    return Reading(identifier, None if identifier == text else text)


def _read_text(text: str, cleaned: str) -> Reading:
    return Reading(cleaned, None if cleaned == text else text)


def _name_reader(use: Use, *, of_person: bool) -> ReadOne:
    def read(text: str, cleaned: str) -> Reading:
        original = None if text == cleaned else text
        unnamed = unnamed_relative(cleaned) if of_person else None
        if unnamed is not None:
            if unnamed.several:
                raise unfit("one person a row", "Give each person a row of their own.")
            return Reading(cleaned, original, unnamed=unnamed)
        parts, warning = name_parts(cleaned, use)
        if of_person and parts["script"] == COMMON:
            raise unfit("a name, which has letters", "Correct the cell, or list this text under `empty`.")
        return Reading(cleaned, original, parts=parts, warning=warning)

    return read


def name_parts(cleaned: str, use: Use) -> tuple[Parts, str]:
    """Return the parts of a name written in this column, and what should be looked at, if anything."""
    script = script_of(cleaned)
    parts: Parts = {"text": cleaned, "script": script}
    if use.language is not None:
        parts["language"] = use.language
    warning = "" if use.script in (None, script) else f"a name is not in the script {use.script}"
    if use.split:
        split = split_name(cleaned, use.split)
        if split is None:
            warning = "a name holds more than a name and was not split into parts"
        else:
            parts.update(split.present().items())
    return parts, warning
