"""Relatives in a row about somebody else: columns that name a mother, a wife, whoever asked, and where to reach them.

Each becomes a person of their own in the row's account, tied by kinship to the person the row is about, and only in
rows whose cells speak of them. A list that names a mother merely to tell people apart has a column for that in the
person's own name; here she is somebody of whom more may be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from dalil.intake.mapping_model import Slot
from dalil.values.canonical import JsonObject, JsonValue
from dalil.vocabulary import PartType, Vocabulary

PERSON: Final = "p1"
"""The person a row is about, in every row form that has one."""
RELATIVES: Final[Mapping[str, str]] = {
    "father": "father",
    "mother": "mother",
    "spouse": "spouse",
    "child": "child",
    "sibling": "sibling",
    "relative": "relative",
}
"""Local id to what they are to the person; a ``relative`` may have a column that says what more closely."""
RELATION: Final = "relative.kin.relation"
_CLOSER: Final = "closer"
"""The group of the kinship that a column names, beside the plain one."""
_SLOTS: Final = (
    ("name", "text"),
    ("name", "given"),
    ("name", "family"),
    ("birth", None),
    ("residence", "place"),
    ("note", None),
)
_SEX_IS_OPEN: Final = ("spouse", "child", "sibling", "relative")


def relatives_slots(vocabulary: Vocabulary) -> Iterator[tuple[str, Slot, PartType]]:
    """Yield code, slot and type of everything a column may say of a relative."""
    for local in RELATIVES:
        slots: list[tuple[str, str | None]] = [*_SLOTS]
        if local in _SEX_IS_OPEN:
            slots.insert(3, ("sex", None))
        if local == "relative":
            slots.insert(1, ("kin", "relation"))
        for predicate, part in slots:
            said = vocabulary.predicates[predicate]
            type_ = said.value if part is None else said.parts[part]
            assert type_ is not None
            code = ".".join(each for each in (local, predicate, part) if each)
            group = _CLOSER if predicate == "kin" else None
            yield code, Slot(subject=local, predicate=predicate, part=part, group=group), type_


def relatives_among(used: Iterable[str]) -> list[str]:
    """Return the relatives of whom these meanings speak, in their order."""
    spoken_of = {code.partition(".")[0] for code in used}
    return [local for local in RELATIVES if local in spoken_of]


def subjects_of_relatives(used: Iterable[str]) -> dict[str, JsonValue]:
    """Return the subjects that a mapping needs for the relatives it speaks of."""
    return {local: {"kind": "person", "optional": True} for local in relatives_among(used)}


def constants_of_relatives(used: Iterable[str]) -> list[JsonValue]:
    """Return what a mapping says of each relative: what they are to the person of the row.

    Where a column says it more closely, the plain *relative* stands beside it, so that a row in which that column is
    empty does not lose whose relative they are.
    """
    codes = list(used)
    said: list[JsonValue] = []
    for local in relatives_among(codes):
        kinship: JsonObject = {"relation": RELATIVES[local], "of": PERSON}
        said.append({"subject": local, "predicate": "kin", "value": kinship})
    if RELATION in codes:
        closer: JsonObject = {"subject": "relative", "predicate": "kin", "group": _CLOSER, "part": "of"}
        said.append({**closer, "value": PERSON})
    return said
