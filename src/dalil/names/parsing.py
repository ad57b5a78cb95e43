"""A full name as a structure: its parts with the words they were written in, and what each part most likely is.

`parse` never loses a word: every part keeps its original text, and `ParsedName.text` is the text as given. What a part
is follows from its place and from the words around it, which is custom and not knowledge; a part may stay `unknown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from dalil.names.grouping import Piece, Read, group, read_words, word_spans
from dalil.names.scripts import script_of
from dalil.names.words import Does


class Role(Enum):
    """What a part of a name is.

    `WIFE_OF` stands in place of her own name ("wife of Omar"). `HUSBAND`, `MOTHER` and `LAQAB` are what follows a name
    after words that say so, and are not compared.
    """

    GIVEN = "given"
    FATHER = "father"
    GRANDFATHER = "grandfather"
    FAMILY = "family"
    KUNYA = "kunya"
    LAQAB = "laqab"
    TITLE = "title"
    WIFE_OF = "wife_of"
    HUSBAND = "husband"
    MOTHER = "mother"
    INITIAL = "initial"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePart:
    """One part of a name.

    Attributes
    ----------
    role : Role
        What it most likely is.
    original : str
        Its words, as written.
    form : str
        The folded, joined form that is compared.
    script : str
        Script of the form, "Arab" or "Latn"; other scripts are compared in Latin letters.
    span : (int, int)
        Where it stands in the text: its first character, and the one after its last. Of a part that a comma cuts in
        two, the first stretch.
    """

    role: Role
    original: str
    form: str
    script: str
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedName:
    """A name and its parts.

    Attributes
    ----------
    text : str
        The text as given.
    script : str
        Script of most of its letters, an ISO 15924 code.
    parts : tuple of NamePart
        In the order given, father, …, family, whatever the order of the text was.
    by_letter : bool
        The script is one that is only read letter by letter: what is found should be looked at with care.
    """

    text: str
    script: str
    parts: tuple[NamePart, ...]
    by_letter: bool

    def part(self, role: Role) -> NamePart | None:
        """Return the first part that has a role."""
        return next((part for part in self.parts if part.role is role), None)

    @property
    def names(self) -> tuple[NamePart, ...]:
        """The parts that are compared: all but titles, initials and names of others."""
        return tuple(part for part in self.parts if part.role not in _NOT_COMPARED)


_NOT_COMPARED: Final = frozenset({Role.TITLE, Role.INITIAL, Role.HUSBAND, Role.MOTHER, Role.LAQAB})
_BESIDE: Final = {
    Read.TITLE: Role.TITLE,
    Read.INITIAL: Role.INITIAL,
    Read.HUSBAND: Role.HUSBAND,
    Read.MOTHER: Role.MOTHER,
    Read.ALIAS: Role.LAQAB,
}


def parse(text: str) -> ParsedName:
    """Read a personal name in any script; never fails, and takes time in proportion to the text."""
    words, spans = read_words(text), word_spans(text)
    pieces = group(words)
    roles = _roles([piece for piece in pieces if piece.reads is Read.NAME])
    parts = []
    for piece in pieces:
        role = _BESIDE.get(piece.reads) or roles.pop(0)
        original = " ".join(word.written for word in words[piece.start : piece.stop])
        span = _joined(spans[piece.start : piece.stop])
        parts.append(NamePart(role=role, original=original, form=piece.form, script=piece.script, span=span))
    script = script_of(text)
    return ParsedName(text=text, script=script, parts=tuple(parts), by_letter=script not in ("Arab", "Latn", "Zyyy"))


def _joined(spans: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the stretch that words cover, up to where they stop following one another."""
    start, stop = spans[0]
    for after, end in spans[1:]:
        if after < stop:
            break
        stop = end
    return start, stop


def _roles(names: list[Piece]) -> list[Role]:
    """Return what each name is, by custom: given, father, grandfather, …, family."""
    roles = [Role.UNKNOWN] * len(names)
    left = list(range(len(names)))
    if names and names[0].by_name is not None:  # Abu Muhammad …: a by-name in place of, or before, the given name
        roles[left.pop(0)] = Role.WIFE_OF if names[0].by_name is Does.BE_WIFE else Role.KUNYA
    for at in left[1:-1]:
        if names[at].by_name is Does.JOIN_UMM:
            roles[at] = Role.KUNYA
            left.remove(at)
    if not left:
        return roles
    if left[0] and len(left) == 1:
        roles[left[0]] = Role.FAMILY if roles[0] is Role.WIFE_OF else Role.UNKNOWN
        return roles
    roles[left[0]] = Role.GIVEN
    if len(left) > 1:
        roles[left[-1]] = Role.FATHER if names[left[-1]].son_of else Role.FAMILY
    for at, role in zip(left[1:-1], (Role.FATHER, Role.GRANDFATHER), strict=False):
        roles[at] = role
    return roles
