"""JSON lines: one object a line, its keys the columns.

The first object names the columns, in its order; a later one may leave keys out (an empty cell) but not bring new ones,
since the mapping was written for these. Numbers are kept as they are written, `true` and `false` as these words,
`null` as an empty cell. A value that is itself an object or a list is not a cell, and the file is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from dalil.errors import TruncatedFile, UnreadableFile
from dalil.intake.readers.encodings import TextSurvey, survey_text
from dalil.intake.readers.headings import name_columns, no_headings
from dalil.intake.readers.limits import check_cell
from dalil.intake.readers.lines import bounded_lines
from dalil.intake.readers.sheets import ReaderOptions, Row, Sheet, Stamp

Pairs = tuple[tuple[str, object], ...]


def _refuse_constant(text: str) -> object:
    raise ValueError(text)


# An object becomes a tuple of pairs: its repeated keys are still seen, and no list of the file can pass for one.
_DECODE = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=_refuse_constant
).decode
_WORDS = {None: "", True: "true", False: "false"}


def open_json_lines(path: Path, options: ReaderOptions) -> Sheet:
    """Open a file of JSON lines and read it once to the end.

    Raises
    ------
    UnreadableFile
        The first line is no object, a later one has a key the first has not, or a value is nested.
    TruncatedFile
        The last line stops in the middle of its object.
    """
    options.refuse("sheet", "delimiter", "header_rows", because="JSON lines name their cells themselves")
    stamp = Stamp.of(path)
    survey = survey_text(path, given=options.encoding)
    table = _Table(path, survey, options)
    return Sheet(
        path=path,
        format="jsonl",
        encoding=survey.encoding,
        columns=table.columns,
        digest=survey.digest,
        n_bytes=survey.n_bytes,
        n_rows=sum(map(len, table.read(10_000))),
        notes=(*survey.notes, *table.notes),
        stamp=stamp,
        read=table.read,
    )


class _Table:
    """The rows of one file; `read` starts anew each time."""

    def __init__(self, path: Path, survey: TextSurvey, options: ReaderOptions) -> None:
        self._path, self._survey, self._options = path, survey, options
        number, first = next(self._lines(), (0, ""))
        if not number:
            raise no_headings(path.name, options)
        pairs = self._first_object(number, first)
        self._keys = [key for key, _ in pairs]
        headings = name_columns([self._keys], first_row=number, merges=(), where=path.name, limits=options.limits)
        if len(headings.columns) < len(self._keys):
            raise self._wrong_key(number, "", "keys with a name")
        self._width = len(self._keys)
        self._places = {key: place for place, key in enumerate(self._keys)}
        self.columns, self.notes = headings.columns, headings.notes

    def read(self, size: int) -> Iterator[list[Row]]:
        """Yield the objects as rows in lists of at most `size`."""
        chunk: list[Row] = []
        for number, line in self._lines():
            row = self._row(number, line)
            if row.problem is not None or any(row.cells):
                chunk.append(row)
            if len(chunk) == size:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _lines(self) -> Iterator[tuple[int, str]]:
        with self._survey.open(self._path) as stream:
            for number, line in enumerate(bounded_lines(stream, self._path, self._options.limits), 1):
                if number > self._options.skip_rows and not line.isspace():
                    yield number, line

    def _row(self, number: int, line: str) -> Row:
        try:
            pairs = _DECODE(line)
        except (ValueError, RecursionError) as error:
            return self._broken(number, line, error)
        if type(pairs) is not tuple:
            return Row(number, (line.rstrip("\r\n"),), "the line is not a JSON object")
        if [key for key, _ in pairs] == self._keys:
            cells = [value if type(value) is str else self._word(number, key, value) for key, value in pairs]
        else:
            cells = self._place(number, pairs)
        if "\\u" in line and not all(map(_is_text, cells)):
            return Row(number, tuple(map(ascii, cells)), "a value holds a NUL or half of a surrogate pair")
        if len(line) > self._options.limits.cell_chars:
            place = f"{self._path.name}, line {number}"
            check_cell(max(map(len, cells)), where=place, limits=self._options.limits)
        return Row(number, tuple(cells))

    def _place(self, number: int, pairs: Pairs) -> list[str]:
        cells = [""] * self._width
        seen = set()
        for key, value in pairs:
            place = self._places.get(key)
            if place is None:
                raise self._wrong_key(number, key, "only keys of the first object")
            if key in seen:
                raise self._wrong_key(number, key, "each key once")
            seen.add(key)
            cells[place] = value if isinstance(value, str) else self._word(number, key, value)
        return cells

    def _word(self, number: int, key: str, value: object) -> str:
        if value is None or isinstance(value, bool):
            return _WORDS[value]
        raise UnreadableFile(
            "A value in the file is itself a list or an object, which no cell can hold.",
            expected="text, a number, true, false or null",
            found="a nested value",
            where=f"{self._path.name}, line {number}, key {ascii_key(key)}",
            todo="flatten it into keys of their own, or bring this source in as an account file",
        )

    def _first_object(self, number: int, line: str) -> Pairs:
        try:
            pairs = _DECODE(line)
        except (ValueError, RecursionError):
            pairs = None
        if type(pairs) is tuple and pairs:
            keys = [key for key, _ in pairs]
            repeated = next((key for place, key in enumerate(keys) if key in keys[:place]), None)
            if repeated is not None:
                raise self._wrong_key(number, repeated, "each key once")
            if not all(map(_is_text, keys)):
                raise self._wrong_key(number, next(k for k in keys if not _is_text(k)), "keys that are text")
            return pairs
        raise UnreadableFile(
            "The file does not begin with a JSON object.",
            expected='one object a line, such as {"name": "…", "place": "…"}',
            found="a list (a JSON document, not JSON lines)" if line.lstrip().startswith("[") else "something else",
            where=f"{self._path.name}, line {number}",
            todo="export it as JSON lines (one object a line), or as CSV",
        )

    def _broken(self, number: int, line: str, error: Exception) -> Row:
        if not line.endswith(("\n", "\r")) and line.lstrip().startswith("{") and not line.rstrip().endswith("}"):
            raise TruncatedFile(
                "The last line of the file stops in the middle of its object.",
                expected="a closing brace",
                found="the end of the file",
                where=f"{self._path.name}, line {number}",
                todo="check that the file was copied whole; export it again",
            )
        place = f" (character {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else ""
        return Row(number, (line.rstrip("\r\n"),), f"the line is not a JSON object{place}")

    def _wrong_key(self, number: int, key: str, expected: str) -> UnreadableFile:
        return UnreadableFile(
            "The objects in the file do not have the same keys.",
            expected=expected,
            found=f"key {ascii_key(key)}",
            where=f"{self._path.name}, line {number}",
            todo="give the first object every key (null where there is nothing), each with a name of its own",
        )


def ascii_key(key: str) -> str:
    """A key as a message may show it: readable, but on one line and without half characters."""
    return repr(key) if key.isprintable() else ascii(key)


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in cell
