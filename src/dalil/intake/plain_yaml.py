"""Reads YAML that people write by hand, without the surprises YAML has in store for them.

What comes out is text, whole numbers, true, false, null, lists and objects, with the line each came from. The traps
that change what the writer meant are closed: ``no`` and ``on`` stay words, ``2013-08-21`` stays text, ``12:30`` is no
number to the base sixty, a key given twice is refused, and so is a file that would unfold into millions of nodes,
before it does. Messages name lines, never the words that stand there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import yaml

from dalil.errors import BadInput, Bug, HostileFile, UnreadableFile, WrongAccountFile
from dalil.values.canonical import MAX_INTEGER, JsonObject, JsonValue

MAX_BYTES: Final = 16 * 2**20
"""Largest file read, in bytes: a thousand times the largest account file we know of."""
MAX_NODES: Final = 500_000
"""Most values a file may unfold into, aliases counted each time they are used."""
MAX_DEPTH: Final = 32
"""Deepest nesting; an account file needs five levels."""

YamlPath: TypeAlias = tuple[str | int, ...]

_STR_TAG: Final = "tag:yaml.org,2002:str"
_PLAIN_TAGS: Final = {_STR_TAG, "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}
_WRITTEN_AS_TEXT: Final = {"'", '"', "|", ">"}
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_FRACTION: Final = re.compile(
    r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+|\.(inf|nan))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainYaml:
    """What a file says, and where: ``lines`` maps the path to a value to its line, counted from 1."""

    name: str
    content: JsonObject
    lines: dict[YamlPath, int]

    def where(self, *path: str | int) -> str:
        """Name the line of a value, or of the nearest thing around it that has one."""
        for length in range(len(path), -1, -1):
            line = self.lines.get(path[:length])
            if line is not None:
                return f"{self.name}:{line}"
        return self.name


def read_plain_yaml(path: Path, *, wrong: type[BadInput] = WrongAccountFile) -> PlainYaml:
    """Read one YAML file whose top level is a mapping.

    Parameters
    ----------
    path : Path
        The file; UTF-8, with or without a byte order mark.
    wrong : type of BadInput
        The error to raise when the file is YAML but breaks the rules above.

    Raises
    ------
    UnreadableFile
        Not there, not UTF-8, or not YAML.
    HostileFile
        Larger or more deeply nested than an honest file, or unfolding into too many values.
    """
    return parse_plain_yaml(_read_text(path), name=path.name, wrong=wrong)


def parse_plain_yaml(text: str, *, name: str, wrong: type[BadInput] = WrongAccountFile) -> PlainYaml:
    """Read YAML from ``text``; ``name`` stands for the file in messages."""
    walk = _Walk(name, wrong)
    content = walk.value(_compose(text, name, wrong), ())
    if not isinstance(content, dict):
        raise wrong(
            "The file does not start with named fields.",
            expected="a mapping, such as `format: dalil-account/1`",
            found="an empty file" if content is None else f"a {_describe(content)}",
            where=name,
        )
    return PlainYaml(name=name, content=content, lines=walk.lines)


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise HostileFile(
                "The file is too large to have been written by hand.",
                expected=f"at most {MAX_BYTES} bytes",
                found=f"{path.stat().st_size} bytes",
                where=path.name,
                todo="Split it, or load the data as a sheet.",
            )
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "The file is not in UTF-8.",
            expected="UTF-8 text",
            found=f"a byte that UTF-8 does not allow at offset {error.start}",
            where=path.name,
            todo="Save the file again as UTF-8.",
        ) from None
    except OSError as error:
        raise UnreadableFile(
            "The file cannot be opened.", found=error.strerror or "no reason given", where=path.name
        ) from None


def _compose(text: str, name: str, wrong: type[BadInput]) -> yaml.Node:
    # The base loader resolves nothing by itself: every plain scalar arrives as the text that was written.
    loader_class = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        _check_depth(text, name, loader_class)
        node = yaml.compose(text, Loader=loader_class)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableFile(
            "The file is not readable as YAML.",
            found=error.problem or "a mistake in the layout",
            where=f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name,
            todo="Check indentation, quotes and colons around that line.",
        ) from None
    except (yaml.YAMLError, RecursionError):
        raise UnreadableFile(
            "The file is not readable as YAML.",
            found="characters that YAML does not allow, or nesting without end",
            where=name,
        ) from None
    if node is None:
        raise wrong("The file is empty.", expected="a mapping, such as `format: dalil-account/1`", where=name)
    return node


def _check_depth(text: str, name: str, loader_class: type) -> None:
    # Composing recurses once a level, in C and unguarded: ten thousand open brackets end the process. Events do not.
    depth = 0
    for event in yaml.parse(text, Loader=loader_class):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _hostile(f"{name}:{event.start_mark.line + 1}" if event.start_mark else name)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _hostile(where: str) -> HostileFile:
    return HostileFile(
        "The file unfolds into far more than it shows.",
        expected=f"at most {MAX_NODES} values, nested at most {MAX_DEPTH} deep",
        where=where,
        todo="Write the values out instead of repeating them with `&` and `*`.",
    )


class _Walk:
    """Turns composed nodes into plain values, counting what they unfold into."""

    def __init__(self, name: str, wrong: type[BadInput]) -> None:
        self.name = name
        self.wrong = wrong
        self.lines: dict[YamlPath, int] = {}
        self.n_nodes = 0

    def value(self, node: yaml.Node, path: YamlPath, *, line: int | None = None) -> JsonValue:
        self._check_size(node, path)
        self.lines[path] = line or node.start_mark.line + 1
        match node:
            case yaml.MappingNode():
                pairs = self._pairs(node)
                return {key: self.value(item, (*path, key), line=key_line) for key, key_line, item in pairs}
            case yaml.SequenceNode():
                return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
            case yaml.ScalarNode():
                return self._scalar(node)
            case _:
                raise Bug("YAML composed into a node of an unknown kind.", found=type(node).__name__)

    def _pairs(self, node: yaml.MappingNode) -> list[tuple[str, int, yaml.Node]]:
        pairs: list[tuple[str, int, yaml.Node]] = []
        seen: dict[str, int] = {}
        for key_node, item in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.wrong("A field's name is not text.", expected="a word and a colon", where=self._at(key_node))
            key = unicodedata.normalize("NFC", key_node.value)
            if key in seen:
                raise self.wrong(
                    "A field is given twice.",
                    expected="each field once; YAML would keep the last and drop the first in silence",
                    found=f"the same field on lines {seen[key]} and {key_node.start_mark.line + 1}",
                    where=self._at(key_node),
                    todo="Keep one, or make two statements of it.",
                )
            seen[key] = key_node.start_mark.line + 1
            pairs.append((key, seen[key], item))
        return pairs

    def _scalar(self, node: yaml.ScalarNode) -> JsonValue:
        text = str(node.value)
        if node.style in _WRITTEN_AS_TEXT:
            return unicodedata.normalize("NFC", text)
        if text in {"", "~", "null"}:
            return None
        if text in {"true", "false"}:
            return text == "true"
        if _WHOLE.fullmatch(text):
            return self._whole(text, node)
        if _FRACTION.fullmatch(text):
            raise self.wrong(
                "A number with a fraction.",
                expected="a whole number, or the text in quotes",
                where=self._at(node),
                todo="Put quotes around it to keep it as the source wrote it.",
            )
        return unicodedata.normalize("NFC", text)

    def _whole(self, text: str, node: yaml.Node) -> int:
        if len(text) > len(str(MAX_INTEGER)) + 1 or abs(int(text)) > MAX_INTEGER:
            raise self.wrong(
                "A number is too large to be kept exactly.", expected="at most 2^53 - 1", where=self._at(node)
            )
        return int(text)

    def _check_size(self, node: yaml.Node, path: YamlPath) -> None:
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise _hostile(self._at(node))
        if node.tag not in _PLAIN_TAGS:
            raise self.wrong(
                "A value carries a type mark of its own.",
                expected="plain text, numbers, lists and fields",
                found=f"a mark at column {node.start_mark.column + 1}",
                where=self._at(node),
                todo="Remove the mark that starts with `!`.",
            )

    def _at(self, node: yaml.Node) -> str:
        return f"{self.name}:{node.start_mark.line + 1}"


def _describe(value: JsonValue) -> str:
    return "list" if isinstance(value, list) else "single value"
