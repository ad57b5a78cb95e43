"""From the bytes of a pack to plain text in dictionaries and lists.

Every scalar is read as text: ``no`` is the word no, ``0301`` keeps its zero, and the loader gives each field its type.
Repeated keys, anchors and tags are refused, so a pack says exactly what it shows and cannot expand. Node building is
left to libyaml: the ordinary constructor spends most of its time guessing types.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeAlias

import yaml

from dalil.errors import UnreadableFile, WrongVocabulary

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"

LIMIT_BYTES: Final = 8_000_000  # a vocabulary of 50,000 terms; the shipped packs hold a fiftieth of that
_TEXT_TAG: Final = "text"
_DEPTH: Final = 12


class _TextParser(yaml.CSafeLoader):
    """libyaml's composer with a resolver that answers "text" to everything."""

    def descend_resolver(self, *_: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass

    def resolve(self, *_: object) -> str:
        return _TEXT_TAG


def read_plain(path: Path) -> dict[str, Plain]:
    """Return the mapping a YAML file holds.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is too large to be a vocabulary.
    WrongVocabulary
        It is not YAML, not a mapping, or uses repeated keys, anchors or tags.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            "A vocabulary file cannot be opened.", found=type(error).__name__, where=str(path)
        ) from error
    if len(data) > LIMIT_BYTES:
        raise UnreadableFile(
            "A vocabulary file is too large.",
            expected=f"at most {LIMIT_BYTES} bytes",
            found=f"{len(data)} bytes",
            where=str(path),
        )
    parser = _TextParser(data)
    try:
        node = parser.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        raise WrongVocabulary("A vocabulary file is not YAML.", found=str(problem), where=where) from error
    finally:
        parser.dispose()
    value = _plain(node, path, set(), 0) if node is not None else None
    if not isinstance(value, dict):
        raise WrongVocabulary("A vocabulary file holds no mapping.", expected="key: value at the top", where=str(path))
    return value


def _plain(node: yaml.Node, path: Path, seen: set[int], depth: int) -> Plain:
    if id(node) in seen:
        raise _refused("an anchor and its alias", "written out in full", node, path)
    if node.tag != _TEXT_TAG:
        raise _refused(f"the tag {node.tag}", "no tags", node, path)
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if depth > _DEPTH:
        raise _refused("nesting without end", f"at most {_DEPTH} levels", node, path)
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, path, seen, depth + 1) for item in node.value]
    result: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _refused("a key that is not a word", "a word", key_node, path)
        key = str(key_node.value)
        if key in result:
            raise _refused(f"the key {key} twice", "each key once", key_node, path)
        result[key] = _plain(value_node, path, seen, depth + 1)
    return result


def _refused(found: str, expected: str, node: yaml.Node, path: Path) -> WrongVocabulary:
    return WrongVocabulary(
        "A vocabulary file uses YAML that packs do not.",
        expected=expected,
        found=found,
        where=f"{path}, line {node.start_mark.line + 1}",
    )
