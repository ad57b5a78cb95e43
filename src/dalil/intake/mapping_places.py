"""Places in a mapping: what stands there, and how an error names it.

An error in a mapping is of use only if it says where. So the reader walks the file with its path in hand, written as in
``columns."الجنس".values.ذكر``: the name of a column in quotes, the items of a list counted from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from dalil.errors import BadInput, WrongMapping
from dalil.intake.checking import at, near, shown
from dalil.values.canonical import JsonValue
from dalil.values.plain_text import clean_text

_PLAIN_KEY: Final = re.compile(r"[^\s.\"\[\]]+")


class Place:
    """A value in a mapping, and the path that leads to it.

    Parameters
    ----------
    value : object
        What stands there.
    file : str
        Name of the file, or what stands for it.
    path : tuple
        Keys and positions (from 0) from the top.
    lines : mapping
        Line of each path, where the mapping came from a file.
    """

    def __init__(
        self,
        value: object,
        *,
        file: str,
        path: tuple[str | int, ...] = (),
        lines: Mapping[tuple[str | int, ...], int] | None = None,
    ) -> None:
        self.value, self._file, self._path, self._lines = value, file, path, lines or {}

    @property
    def path(self) -> str:
        """The path as errors write it."""
        written = ""
        for depth, step in enumerate(self._path):
            if isinstance(step, int):
                written += f"[{step + 1}]"
            else:
                quoted = (depth == 1 and self._path[0] == "columns") or not _PLAIN_KEY.fullmatch(step)
                written += ("." if written else "") + (f'"{step}"' if quoted else step)
        return written

    @property
    def where(self) -> str:
        """File, line and path, as far as they are known."""
        line = next((self._lines[p] for p in self._prefixes() if p in self._lines), None)
        start = self._file if line is None else f"{self._file}:{line}"
        return f"{start}: {self.path}" if self._path else start

    def _prefixes(self) -> Iterator[tuple[str | int, ...]]:
        for length in range(len(self._path), -1, -1):
            yield self._path[:length]

    def wrong(self, message: str, expected: str, *, found: str = "", todo: str = "") -> WrongMapping:
        """Return the error that something here is wrong."""
        return WrongMapping(message, expected=expected, found=found, where=self.where, todo=todo)

    def translated(self, error: BadInput) -> WrongMapping:
        """Return an error about a value as one about the mapping that holds it."""
        here = at(error, self.where)
        return WrongMapping(here.message, expected=here.expected, found=here.found, where=here.where, todo=here.todo)

    # --- going down -----------------------------------------------------------------------------------------------
    def fields(self, known: Iterable[str] | None = None) -> dict[str, JsonValue]:
        """Return named fields; with ``known``, refuse any other."""
        if not isinstance(self.value, dict):
            raise self.wrong("Named fields are expected here.", "`name: value` pairs", found=type(self.value).__name__)
        for name in self.value:
            if not isinstance(name, str):
                raise self.wrong(
                    "A name is not text.", "text; put numbers and dates in quotes", found=type(name).__name__
                )
        if known is not None:
            known = list(known)
            for name in self.value:
                if name not in known:
                    raise self.at(name).wrong(
                        "A field that mappings do not have.", near(name, known), found=shown(name)
                    )
        return self.value

    def at(self, *steps: str | int) -> Place:
        """Return the place further down; a field that is not there holds None."""
        value: object = self.value
        for step in steps:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                value = None
        return Place(value, file=self._file, path=(*self._path, *steps), lines=self._lines)

    def has(self, name: str) -> bool:
        """Say whether a field is there."""
        return isinstance(self.value, dict) and name in self.value

    def items(self) -> list[Place]:
        """Return the items of a list."""
        if not isinstance(self.value, list):
            raise self.wrong(
                "A list is expected here.", "`[one, two]` or lines with `-`", found=type(self.value).__name__
            )
        return [self.at(number) for number in range(len(self.value))]

    # --- single values --------------------------------------------------------------------------------------------
    def text(self) -> str:
        """Return a text as it is compared and shown; a number without quotes is the text it was written as."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not clean_text(value):
            missing = value is None
            raise self.wrong("A text is missing here." if missing else "This is not a text.", "text")
        return clean_text(value)

    def raw_text(self) -> str:
        """Return a text exactly as it stands, white space included."""
        if not isinstance(self.value, str) or not self.value:
            raise self.wrong("A text is expected here.", "text, in quotes if it is a sign")
        return self.value

    def text_or(self, default: str) -> str:
        """Return a text, or ``default`` where nothing stands."""
        return default if self.value is None else self.text()

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts, or one text as a list of one; nothing as none."""
        if self.value is None:
            return ()
        if isinstance(self.value, list):
            return tuple(item.text() for item in self.items())
        return (self.text(),)

    def flag(self) -> bool:
        """Return true or false; nothing is false."""
        if self.value is None:
            return False
        if not isinstance(self.value, bool):
            raise self.wrong("This is neither true nor false.", "`true` or `false`")
        return self.value

    def choice(self, choices: Iterable[str]) -> str:
        """Return a text that is one of ``choices``."""
        choices, found = list(choices), self.text()
        if found not in choices:
            raise self.wrong("This is none of the choices.", near(found, choices), found=shown(found))
        return found
