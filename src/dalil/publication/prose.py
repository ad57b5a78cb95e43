"""Reads the prose of a report: words, and the bindings between braces.

A text holds words and references. ``{F10}`` is a figure, ``{F12.women}`` one of its cells, ``{F10|hedge=at_least}`` a
figure said in a particular way. The other braces are for what is not a figure: ``{date:2018-04-07}``, ``{lit:R210517}``
(a code, an article, a resolution's number), ``{printed:nearly 20,000}`` (what another document printed), ``{code:…}``
(a command), ``{src:key|locator}`` (a footnote to a source), ``{law:key}`` (an instrument), ``{note:key}`` (a footnote).
``*words*`` are set strong. A digit anywhere else is refused: that is how a figure cannot be typed by hand.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, TypeAlias

from dalil.errors import TemplateWrong

_TOKEN: Final = re.compile(r"\{([^{}]*)\}|(\*)|([{}])")
_FIGURE: Final = re.compile(r"([A-Za-z][A-Za-z0-9_]*)(?:\.([A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]))?(\?)?")
_FORMS: Final = frozenset({"percent", "duration", "hedge"})
_EXAMPLES: Final = "{F10}, {F12.women}, {F10|hedge=at_least}, {date:2018-04-07}, {lit:R210517} or {src:key|place}"


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Everything until the next of these is set strong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureBinding:
    """A place where a figure is printed.

    ``form`` is None, ``percent``, ``duration`` or ``hedge`` (the hedge alone: "tens of thousands"); ``noun`` names a
    counted noun of the prose file, which then agrees with the number; ``optional`` lets a cell be absent.
    """

    figure: str
    cell: str | None = None
    optional: bool = False
    hedge: str | None = None
    rounded_to: int | None = None
    form: str | None = None
    decimals: int = 0
    noun: str | None = None

    @property
    def signature(self) -> str:
        """What must be the same in every language."""
        return (
            f"figure:{self.figure}.{self.cell or ''}|{self.hedge or ''}|{self.rounded_to or ''}|{self.form or ''}"
            f"|{self.decimals}"
        )


@dataclass(frozen=True, slots=True)
class DateText:
    """A calendar date in EDTF at the precision its source has: day, month or year."""

    edtf: str


@dataclass(frozen=True, slots=True)
class Literal:
    """Digits that are no figure. ``kind`` is ``lit``, ``printed`` or ``code``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer out of the text. ``kind`` is ``src``, ``law`` or ``note``."""

    kind: str
    key: str
    locator: str = ""


Piece: TypeAlias = Words | Strong | FigureBinding | DateText | Literal | Reference


def parse_prose(text: str, where: str) -> tuple[Piece, ...]:
    """Split a text into words and references.

    Raises
    ------
    TemplateWrong
        Braces that do not pair or say nothing known, an unpaired ``*``, or a digit outside braces.
    """
    pieces: list[Piece] = []
    at = 0
    for token in _TOKEN.finditer(text):
        _add_words(pieces, text[at : token.start()], where)
        at = token.end()
        if token[3]:
            raise TemplateWrong("A brace stands alone.", expected="pairs of { and }", found=token[3], where=where)
        pieces.append(Strong() if token[2] else _read_braces(token[1], where))
    _add_words(pieces, text[at:], where)
    if sum(isinstance(piece, Strong) for piece in pieces) % 2:
        raise TemplateWrong("Strong text is not closed.", expected="* in pairs", found="an odd number", where=where)
    return tuple(pieces)


def signatures(pieces: tuple[Piece, ...]) -> list[str]:
    """Return, sorted, what a translation of a text must also say: figures, dates, literals' digits, references."""
    found = []
    for piece in pieces:
        match piece:
            case FigureBinding():
                found.append(piece.signature)
            case DateText():
                found.append(f"date:{piece.edtf}")
            case Literal(kind="code"):
                found.append(f"code:{piece.text}")
            case Literal():
                found.append(f"{piece.kind}:{''.join(filter(str.isdigit, piece.text))}")
            case Reference():
                found.append(f"{piece.kind}:{piece.key}|{piece.locator}")
            case Words() | Strong():
                pass
    return sorted(found)


def _add_words(pieces: list[Piece], text: str, where: str) -> None:
    if not text:
        return
    for position, character in enumerate(text):
        if unicodedata.category(character) == "Nd":
            raise TemplateWrong(
                "A number is typed in the prose.",
                expected=f"every number in braces, such as {_EXAMPLES}",
                found=f"a digit at character {position + 1} of a run of words",
                where=where,
                todo="Bind the figure; or, if it is no figure, say what it is: {date:…}, {lit:…}, {printed:…}.",
            )
    pieces.append(Words(unicodedata.normalize("NFC", text)))


def _read_braces(inside: str, where: str) -> Piece:
    kind, colon, rest = inside.partition(":")
    if not colon:
        return _read_figure(inside, where)
    match kind:
        case "date":
            return DateText(rest)
        case "lit" | "printed" | "code" if rest:
            return Literal(kind, unicodedata.normalize("NFC", rest))
        case "src" | "law" | "note" if rest:
            key, _, locator = rest.partition("|")
            return Reference(kind, key, locator)
    raise _unreadable(inside, where)


def _read_figure(inside: str, where: str) -> FigureBinding:
    name, *options = inside.split("|")
    match = _FIGURE.fullmatch(name)
    if match is None:
        raise _unreadable(inside, where)
    said: dict[str, str] = {}
    form: str | None = None
    for option in options:
        key, equals, value = option.partition("=")
        if not equals and key in _FORMS and form is None:
            form = key
        elif equals and value and key in {"hedge", "round", "decimals", "of"} and key not in said:
            said[key] = value
        else:
            raise _unreadable(inside, where)
    rounded, decimals = said.get("round"), said.get("decimals", "0")
    if not (decimals.isdecimal() and (rounded is None or rounded.isdecimal())):
        raise _unreadable(inside, where)
    return FigureBinding(
        figure=match[1],
        cell=match[2],
        optional=bool(match[3]),
        hedge=said.get("hedge"),
        rounded_to=int(rounded) if rounded else None,
        form=form,
        decimals=int(decimals),
        noun=said.get("of"),
    )


def _unreadable(inside: str, where: str) -> TemplateWrong:
    return TemplateWrong(
        "Braces hold something a report cannot read.",
        expected=_EXAMPLES,
        found="{" + inside + "}",
        where=where,
    )
