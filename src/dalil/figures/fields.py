"""Fields of a definition file, each knowing where it stands, so that every refusal names line and key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dalil.errors import UnknownTerm, WrongDefinition
from dalil.intake.plain_yaml import PlainYaml
from dalil.values.canonical import JsonValue
from dalil.vocabulary.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a definition, with its place in the file."""

    file: PlainYaml
    path: tuple[str | int, ...]
    value: JsonValue

    @property
    def key(self) -> str:
        """The path of keys to this value, as a person would write it."""
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return text.removeprefix(".") or "the file"

    def wrong(self, message: str, *, expected: str, found: str | None = None, todo: str = "") -> WrongDefinition:
        """Return the error to raise about this value."""
        return WrongDefinition(
            message,
            expected=expected,
            found=self._shown() if found is None else found,
            where=f"{self.file.where(*self.path)} ({self.key})",
            todo=todo,
        )

    def _shown(self) -> str:
        match self.value:
            case dict() as fields:
                return "fields " + ", ".join(fields) if fields else "no fields"
            case list() as items:
                return f"a list of {len(items)}"
            case None:
                return "nothing"
            case plain:
                return str(plain)

    # --- what it is -------------------------------------------------------------------------------------------------
    def fields(self, allowed: Iterable[str], *, required: Iterable[str] = ()) -> dict[str, Field]:
        """Return the fields of a mapping, refusing unknown ones and missing ones."""
        if not isinstance(self.value, dict):
            raise self.wrong("This should be a mapping of fields.", expected="named fields")
        known = list(allowed)
        for name in self.value:
            if name not in known:
                raise self.within(name).wrong(
                    "This field is not known here.", expected=close_to(name, known), found=name
                )
        for name in required:
            if self.value.get(name) is None:
                raise self.wrong("A field is missing.", expected=f"{name}: …")
        return {name: self.within(name) for name in self.value}

    def named(self) -> dict[str, Field]:
        """Return the fields of a mapping whose names are the writer's own."""
        if not isinstance(self.value, dict) or not self.value:
            raise self.wrong("This should be a mapping of names.", expected="at least one name and its value")
        return {name: self.within(name) for name in self.value}

    def only(self) -> tuple[str, Field]:
        """Return name and value of a mapping with one field."""
        if not isinstance(self.value, dict) or len(self.value) != 1:
            raise self.wrong("This should be one condition.", expected="a mapping with one field")
        ((name, _),) = self.value.items()
        return name, self.within(name)

    def items(self) -> Iterator[Field]:
        """Yield the items of a list; a single value is a list of one."""
        if not isinstance(self.value, list):
            yield self
            return
        for number, item in enumerate(self.value):
            yield Field(self.file, (*self.path, number), item)

    def within(self, name: str) -> Field:
        """Return a field of this mapping."""
        value = self.value.get(name) if isinstance(self.value, Mapping) else None
        return Field(self.file, (*self.path, name), value)

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str) or not self.value:
            raise self.wrong("This should be text.", expected="text")
        return self.value

    def whole(self, *, least: int = 0) -> int:
        """Return a whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < least:
            raise self.wrong("This should be a whole number.", expected=f"a whole number, {least} or more")
        return self.value

    def truth(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("This should be true or false.", expected="true or false")
        return self.value

    def choice(self, options: Sequence[str]) -> str:
        """Return one of a few words."""
        if self.value not in options:
            raise self.wrong("This is not one of the choices.", expected=close_to(str(self.value), options))
        return str(self.value)

    def term(self, vocabulary: Vocabulary, scheme: str) -> str:
        """Return the code of a term that the vocabulary has."""
        code = str(self.value) if isinstance(self.value, int) else self.text()
        try:
            return vocabulary.term(scheme, code).code
        except UnknownTerm:
            known = list(vocabulary.scheme(scheme).terms)
            raise self.wrong(
                f"Scheme {scheme} has no such term.",
                expected=close_to(code, known),
                todo=f"See docs/reference/vocabulary.md for the terms of {scheme}.",
            ) from None

    def languages(self) -> dict[str, str]:
        """Return a text in English and in Arabic."""
        return {name: field.text() for name, field in self.fields(("en", "ar"), required=("en", "ar")).items()}


def close_to(word: str, known: Iterable[str], *, shown: int = 8) -> str:
    """Return the known words nearest to one that is not known, for a message."""
    options = sorted(known)
    near = difflib.get_close_matches(word, options, n=3, cutoff=0.6)
    if near:
        return "perhaps " + " or ".join(near)
    return "one of " + ", ".join(options[:shown]) + (", …" if len(options) > shown else "")
