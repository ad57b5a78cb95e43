"""The fields of one block of a file that was written by hand: which are there, of what type, and on which line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from dalil.errors import BadInput
from dalil.intake.plain_yaml import PlainYaml, YamlPath
from dalil.values.canonical import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsOf:
    """One block of named fields, and the error its file's kind raises.

    Attributes
    ----------
    place : str or None
        Said instead of the block's own line, where a number helps the reader more (``statement 12``).
    """

    yaml: PlainYaml
    path: YamlPath
    content: JsonObject
    wrong: type[BadInput]
    place: str | None = None

    def where(self, *names: str) -> str:
        """Name the line of a field, or of the block."""
        return self.place or self.yaml.where(*self.path, *names)

    def check_format(self, expected: str) -> None:
        """Refuse a file whose ``format`` is not the one this reader knows."""
        found = self.content.get("format")
        if found != expected:
            raise self.wrong(
                "The file's format is not the one expected here.",
                expected=f"`format: {expected}` as its first line",
                found="no format" if found is None else "another format, or another version of it",
                where=self.where("format"),
                todo="Check that this is the right kind of file, and that dalil is not older than the file.",
            )

    def check_known(self, known: Iterable[str]) -> None:
        """Refuse a field that the format does not have; a misspelt field would otherwise be lost."""
        known = list(known)
        for name in self.content:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                raise self.wrong(
                    "A field that this format does not have.",
                    expected=f"perhaps `{close[0]}`" if close else f"one of {', '.join(known)}",
                    found=f"`{name}`" if name.isidentifier() and name.isascii() else "a name with other signs in it",
                    where=self.where(name),
                )

    def check_given(self, names: Iterable[str]) -> None:
        """Refuse a block that lacks one of these fields."""
        for name in names:
            if self.content.get(name) is None:
                raise self.wrong(f"`{name}` is missing.", expected=f"`{name}: …`", where=self.where())

    def text(self, name: str, *, default: str | None = None) -> str:
        """Return a field that holds text; numbers without quotes are taken as the text they were written as."""
        value = self.content.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not value:
            raise self.wrong(
                f"`{name}` is not text." if value is not None else f"`{name}` is missing.",
                expected=f"`{name}: …`",
                where=self.where(name) if name in self.content else self.where(),
            )
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a field that holds a list of texts."""
        value = self.content.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(
                f"`{name}` is not a list of texts.", expected=f"`{name}: [one, two]`", where=self.where(name)
            )
        return tuple(str(item) for item in value)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a field that is true or false."""
        value = self.content.get(name, default)
        if not isinstance(value, bool):
            raise self.wrong(
                f"`{name}` is neither true nor false.", expected="`true` or `false`", where=self.where(name)
            )
        return value


def fields_of(yaml: PlainYaml, path: YamlPath, *, wrong: type[BadInput], where: str | None = None) -> FieldsOf:
    """Return the block at ``path``; refuse the file if something else stands there.

    Raises
    ------
    BadInput
        Of the class ``wrong``: nothing is there, or it is not a block of named fields.
    """
    value: object = yaml.content
    for step in path:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list):
            value = value[int(step)]
    if not isinstance(value, dict):
        name = path[-1] if path and isinstance(path[-1], str) else "a part of the file"
        raise wrong(
            f"`{name}` is missing or is not a block of named fields." if path else "The file holds no named fields.",
            expected="`name: value` pairs",
            where=where or yaml.where(*path),
        )
    return FieldsOf(yaml=yaml, path=path, content=value, wrong=wrong, place=where)
