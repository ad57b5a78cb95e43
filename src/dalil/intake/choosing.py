"""A mapping made of choices: what each column means, chosen from a list, and composed into ``dalil-mapping/1``.

What comes out is the same file that people write by hand, checked by the same reader; nothing can be chosen that could
not be written. It is kept with the archive and can be taken to the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from dalil.intake.mapped_relatives import RELATIVES, constants_of_relatives, subjects_of_relatives
from dalil.intake.mapping import FORMAT
from dalil.intake.mapping_model import Slot
from dalil.intake.meanings import AGE_AT_ARREST, EVENTS, IGNORE, KNOWN, RowForm, form_named, meaning_of_use, meanings_of
from dalil.names.split import PARTS
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.plain_text import clean_text
from dalil.vocabulary import Vocabulary

NOTHING: Final = "-"
"""The choice that a text says nothing."""
ORDERS: Final = ("dmy", "mdy", "ymd")
MOTHERS_NAME: Final = "mother.name.text"
SPLITS: Final[Mapping[str, tuple[str, ...]]] = {
    "full": ("given", "father", "grandfather", "family"),
    "father": ("given", "father", "family"),
    "short": ("given", "family"),
    "reversed": ("family", "given"),
}
"""Orders in which lists write whole names, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """What was chosen for a column.

    Attributes
    ----------
    meaning : str
        A code of :func:`~dalil.intake.meanings.meanings_of`, ``ignore``, or empty while nothing is chosen.
    values : mapping
        What certain texts of its cells mean: a term's code, or ``-`` for nothing.
    order : str
        How its dates are written, one of ``ORDERS``; empty: as in the whole file.
    split : str
        For whole names: one of ``SPLITS``; empty: not split.
    """

    meaning: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    split: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Everything chosen for a sheet.

    Attributes
    ----------
    row : str
        The row form.
    source : mapping
        Fields of the source: key, kind, title, language; publisher, published, code, url where given.
    key : tuple of str
        Columns that tell one row from another.
    empty : tuple of str
        Texts that say nothing, in any column.
    settled : mapping
        Settings of the row form, by name.
    """

    row: str
    source: Mapping[str, str]
    reader: Mapping[str, str | int] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    order: str = ""
    empty: tuple[str, ...] = ()
    settled: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, ColumnChoice] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the choices as JSON values."""
        columns = {
            name: {"meaning": each.meaning, "values": dict(each.values), "order": each.order, "split": each.split}
            for name, each in self.columns.items()
        }
        return {
            "row": self.row,
            "source": dict(self.source),
            "reader": dict(self.reader),
            "key": list(self.key),
            "order": self.order,
            "empty": list(self.empty),
            "settled": dict(self.settled),
            "columns": columns,
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Choices:
        """Read what :meth:`as_json` returned."""
        columns = {name: ColumnChoice(**each) for name, each in said["columns"].items()}
        rest = {name: said[name] for name in ("row", "source", "reader", "order", "settled")}
        return cls(**rest, key=tuple(said["key"]), empty=tuple(said["empty"]), columns=columns)


def compose_mapping(choices: Choices, vocabulary: Vocabulary) -> JsonObject:
    """Return the mapping that the choices make, as data; whether it is a good one, its reader says.

    A column that nobody decided about is left out, so that it is refused by name and not lost.
    """
    form = form_named(choices.row)
    known = meanings_of(choices.row, vocabulary)
    columns: JsonObject = {}
    used: dict[str, str] = {}
    names_mother = any(each.meaning == "p1.name.mother" for each in choices.columns.values())
    for name, choice in choices.columns.items():
        if choice.meaning == IGNORE:
            if name not in choices.key:
                columns[name] = IGNORE
        elif choice.meaning in known:
            used.setdefault(choice.meaning, name)
            meaning = known[choice.meaning]
            columns[name] = {
                **_slot(meaning.slot),
                **_habits(choice, is_date=meaning.type.base == "date", is_name=is_whole_name(choice.meaning)),
            }
            if choice.meaning == MOTHERS_NAME and not names_mother:
                # Her name tells people of one name apart: it is part of theirs as well.
                columns[name] = [columns[name], {"subject": "p1", "predicate": "name", "part": "mother"}]
    source: JsonObject = {name: text for name, text in choices.source.items() if text}
    if source.get("kind") == "synthetic":
        source |= {"synthetic": True, "form": source.get("form") or "list"}
    mapping: JsonObject = {"format": FORMAT, "source": source}
    if choices.reader:
        mapping["reader"] = {**choices.reader}
    if choices.key:
        mapping["key"] = [*choices.key]
    mapping["subjects"] = dict[str, JsonValue](form.subjects) | subjects_of_relatives(used)
    if choices.order:
        mapping["dates"] = {"order": choices.order}
    if choices.empty:
        mapping["empty"] = [*choices.empty]
    mapping["columns"] = columns
    constants = _constants(form, choices, used, vocabulary)
    if constants:
        mapping["constants"] = constants
    if any(known[code].slot.group == KNOWN for code in used):
        # What became of a detention between two versions of a list comes beside what was known before.
        mapping["on_change"] = {"default": "replace", "episode_event": "add"}
    return mapping


def is_whole_name(meaning: str) -> bool:
    """Return whether a meaning is the whole name of a person, which may be split."""
    subject, _dot, rest = meaning.partition(".")
    return rest == "name.text" and (subject == "p1" or subject in RELATIVES)


def _slot(slot: Slot) -> JsonObject:
    said = {"subject": slot.subject, "predicate": slot.predicate, "group": slot.group, "part": slot.part}
    return {name: text for name, text in said.items() if text is not None}


def _habits(choice: ColumnChoice, *, is_date: bool, is_name: bool) -> JsonObject:
    habits: JsonObject = {}
    if choice.values:
        habits["values"] = {text: None if code == NOTHING else code for text, code in choice.values.items()}
    if is_date and choice.order:
        habits["dates"] = {"order": choice.order}
    if is_name and choice.split in SPLITS:
        habits["split"] = [*SPLITS[choice.split]]
    return habits


def _constants(form: RowForm, choices: Choices, used: Mapping[str, str], vocabulary: Vocabulary) -> list[JsonValue]:
    known = meanings_of(form.code, vocabulary)
    slots = {known[code].slot for code in used}
    said: list[JsonValue] = [dict(each) for each in form.constants]
    for name, (_scheme, slot) in form.settled.items():
        code = choices.settled.get(name)
        if code and slot not in slots:
            said.append({**_slot(slot), "value": code})
    for group in dict.fromkeys(slot.group for slot in slots if slot.group in EVENTS):
        assert group is not None
        event = {"subject": "d1", "predicate": "episode_event", "group": group, "part": "event"}
        said.append({**event, "value": EVENTS[group]})
    for person in ("p1", *RELATIVES):
        name_parts = [part for part in PARTS if f"{person}.name.{part}" in used]
        if f"{person}.name.text" not in used and (len(name_parts) > 1 or (name_parts and person in RELATIVES)):
            said.append({"subject": person, "predicate": "name", "part": "text", "joined": [*name_parts]})
    said += constants_of_relatives(used)
    if AGE_AT_ARREST in used and "d1.arrest.on" in used:
        arrest: JsonObject = _slot(known["d1.arrest.on"].slot)
        said.append({"subject": "p1", "predicate": "age", "part": "at", "same_as": arrest})
    return said


def mapping_text(data: JsonObject) -> str:
    """Return a mapping as the YAML file that the command line takes."""
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)
    return text


def choices_from(data: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, ColumnChoice]:
    """Return, of a mapping's data, what can be shown as choices: column by column, what else it says being left out."""
    constants = [each for each in data.get("constants") or [] if isinstance(each, dict)]
    events = {
        str(each.get("group")): str(each.get("value"))
        for each in constants
        if (each.get("predicate"), each.get("part")) == ("episode_event", "event")
    }
    form = form_of(data)
    found: dict[str, ColumnChoice] = {}
    for name, use in (data.get("columns") or {}).items():
        column = clean_text(str(name))
        if use == IGNORE:
            found[column] = ColumnChoice(meaning=IGNORE)
        elif isinstance(use, dict) or (isinstance(use, list) and use and isinstance(use[0], dict)):
            use = use[0] if isinstance(use, list) else use
            meaning = meaning_of_use(use, form, events, vocabulary)
            if meaning:
                found[column] = _choice(meaning, use)
    return found


def _choice(meaning: str, use: Mapping[str, Any]) -> ColumnChoice:
    values = use.get("values") if isinstance(use.get("values"), dict) else {}
    dates = use.get("dates") if isinstance(use.get("dates"), dict) else {}
    split = tuple(use.get("split") or ())
    assert values is not None
    assert dates is not None
    return ColumnChoice(
        meaning=meaning,
        values={str(text): NOTHING if code is None else str(code) for text, code in values.items()},
        order=str(dates.get("order", "")) if dates.get("order") in ORDERS else "",
        split=next((name for name, order in SPLITS.items() if order == split), ""),
    )


def form_of(data: Mapping[str, Any]) -> str:
    """Return the row form that a mapping's subjects come nearest to."""
    subjects = data.get("subjects") or {}
    kinds = {each.get("kind") if isinstance(each, dict) else each for each in subjects.values()}
    if "episode" in kinds:
        return "detention"
    if "act" in kinds:
        return "act"
    return "event" if "event" in kinds and "person" not in kinds else "person"
