"""The words of a name put together into what they name: simple names, compounds, titles, words that only connect.

One reading for all: `parse` shows it to people, `units_of` compares it. Time grows with the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from dalil.names.folding import ARABIC, LONGEST_WORD, fold_word
from dalil.names.words import (
    JOINT,
    Does,
    does,
    is_divine,
    joined_abd,
    joined_abu,
    joined_umm,
    may_serve,
    opened,
    without_article,
)

MOST_WORDS: Final = 48
"""Words of a text that are read as a name."""
MOST_CHARACTERS: Final = 20_000
SEPARATORS: Final = re.compile(r"[-‐‑‒–—־_/.·()\[\]\"“”«»]+")
_ASIDE: Final = re.compile(r'\([^()]*\)|\[[^\[\]]*\]|"[^"]*"|“[^“”]*”|«[^«»]*»')
_ALSO_KNOWN_AS: Final = "aka"
_COMMA: Final = re.compile("[,،]")
_WORD: Final = re.compile(r"[^\s\-‐‑‒–—־_/.·()\[\]\"“”«»,،]+")


class Read(Enum):
    """How a stretch of words was read."""

    NAME = "name"
    TITLE = "title"
    INITIAL = "initial"
    WIFE = "wife"
    HUSBAND = "husband"
    MOTHER = "mother"
    ALIAS = "alias"


class Word(NamedTuple):
    """A word as written, and folded."""

    written: str
    script: str
    folded: str
    does: Does
    opened: str
    """The form it has as a name of its own."""

    @classmethod
    def of(cls, written: str) -> Word:
        """Read one word, or remember it."""
        known = _WORDS.get(written)
        if known is not None:
            return known
        script, folded = fold_word(written)
        role = does(folded, script)
        stands = role in (Does.STAND, Does.BE_TITLE)  # Sheikh is a family's name, too
        word = cls(written, script, folded, role, opened(folded, script) if stands else folded)
        if len(_WORDS) >= _MOST_REMEMBERED:
            _WORDS.clear()
        if len(written) < 100:
            _WORDS[written] = word
        return word

    @property
    def stands(self) -> bool:
        """A name by itself, whatever stands around it."""
        return self.does is Does.STAND and (self.written.isalpha() or not SEPARATORS.search(self.written))


_ABOUT: Final = {Does.BE_WIFE: Read.HUSBAND, Does.BE_MOTHER: Read.MOTHER, Does.BE_ALIAS: Read.ALIAS}
"""After a name: what the names that follow are of."""
_DEGREES: Final = frozenset({"md", "phd", "msc", "mba", "dds", "mp", "jr", "sr", "esq"})
_BESIDE_ABOUT: Final = frozenset({"of", "name", "is", "as", "اسمها", "ب"})
_WORDS: Final[dict[str, Word]] = {}
_MOST_REMEMBERED: Final = 200_000


@dataclass(slots=True)
class Piece:
    """A stretch of words that is one thing.

    Attributes
    ----------
    start, stop : int
        Places of its words, in the order of `read_words`.
    son_of : bool
        A word before it says: the father's name follows.
    by_name : Does or None
        It begins with Abu, Umm or "wife of".
    """

    form: str
    script: str
    start: int
    stop: int
    reads: Read = Read.NAME
    son_of: bool = False
    by_name: Does | None = None


def read_words(text: str) -> list[Word]:
    """Return the words of a text; what stands before a comma goes last, as in Family, Given.

    What stands in brackets or quotation marks beside a name follows it as another that someone goes by.
    """
    text, asides = _set_apart(text[:MOST_CHARACTERS])
    if "," in text or "،" in text:
        text = " ".join(text[start:stop] for start, stop in _stretches(text))
    written = SEPARATORS.sub(" ", text).split()
    for _, aside in asides:
        written += [_ALSO_KNOWN_AS, *SEPARATORS.sub(" ", _COMMA.sub(" ", aside)).split()]
    return [*map(Word.of, written[:MOST_WORDS])]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where each of `read_words` stands in the text: its first character, and the one after its last."""
    text, asides = _set_apart(text[:MOST_CHARACTERS])
    spans: list[tuple[int, int]] = []
    for start, stop in _stretches(text):
        spans += [match.span() for match in _WORD.finditer(text, start, stop)]
    for start, aside in asides:
        spans.append((start, start))
        spans += [(start + first, start + last) for first, last in (each.span() for each in _WORD.finditer(aside))]
    return spans[:MOST_WORDS]


def _set_apart(text: str) -> tuple[str, list[tuple[int, str]]]:
    """Return a text with blanks for what stands in brackets or quotation marks beside a name, and that, by its place.

    Where there are not two plain names outside, such signs say nothing.
    """
    asides = [(match.start(), match[0]) for match in _ASIDE.finditer(text) if _WORD.search(match[0])]
    if not asides or len(_WORD.findall(text)) + len(asides) > MOST_WORDS:
        return text, []
    outside = _ASIDE.sub(lambda match: " " * len(match[0]), text)
    if sum(Word.of(word).does is Does.STAND for word in _WORD.findall(outside)) < 2:
        return text, []
    return outside, asides


def _stretches(text: str) -> list[tuple[int, int]]:
    """Return the stretches between commas in the order they are read: Family, Given has its second one first.

    A degree at the end (Salim Nimour, M.D.) is left out.
    """
    stretches: list[tuple[int, int]] = []
    start = 0
    for comma in _COMMA.finditer(text):
        stretches.append((start, comma.start()))
        start = comma.end()
    stretches.append((start, len(text)))
    while len(stretches) > 1 and _is_degree(text[slice(*stretches[-1])]):
        stretches.pop()
    if len(stretches) == 2:
        after = text[slice(*stretches[1])].split(maxsplit=1)
        if after and Word.of(after[0][:LONGEST_WORD]).does not in _ABOUT:
            stretches.reverse()
    return stretches


def _is_degree(text: str) -> bool:
    return len(text) <= LONGEST_WORD and "".join(filter(str.isalpha, text)).lower() in _DEGREES


def group(words: list[Word]) -> list[Piece]:
    """Put words together into names; if nothing in them is a name, each word that has letters is one."""
    pieces: list[Piece] = []
    step = _Step(words, pieces)
    at, of = 0, Read.NAME
    while at < len(words):
        about = _ABOUT.get(words[at].does)
        if about is not None and at + 1 < len(words) and step.has_name():
            of = about
            at += 2 if words[at + 1].folded in _BESIDE_ABOUT and at + 2 < len(words) else 1
            at = after_titles(words, at)
            continue
        known = len(pieces)
        at = step.take(at)
        for piece in pieces[known:]:
            if piece.reads is Read.NAME:
                piece.reads = of
    if not pieces or not any(piece.reads is Read.NAME for piece in pieces):
        return [
            Piece(without_article(word.folded, word.script), word.script, at, at + 1)
            for at, word in enumerate(words)
            if word.folded
        ]
    return pieces


def after_titles(words: list[Word], at: int) -> int:
    """Return the place of the first word from one on that is no title, if a name may follow."""
    while at + 1 < len(words) and words[at].does is Does.BE_TITLE:
        at += 1
    return at


class _Step(NamedTuple):
    """Takes the next thing from the words."""

    words: list[Word]
    pieces: list[Piece]

    def take(self, at: int) -> int:
        """Add the piece that begins at a word, if it begins one; return the place after it."""
        word = self.words[at]
        if word.does is Does.STAND:
            self.pieces.append(Piece(word.opened, word.script, at, at + 1))
            return at + 1
        last = at + 1 == len(self.words)
        match word.does:
            case Does.BE_NOTHING:
                return at + 1
            case Does.END_DIN | Does.END_ALLAH if self._may_end():
                ending = {Does.END_DIN: ("دين", "din"), Does.END_ALLAH: ("له", "lah")}[word.does]
                self.pieces[-1].form += ending[word.script != ARABIC]
                self.pieces[-1].stop = at + 1
                return at + 1
            case Does.BE_ARTICLE if not last:
                return at + 1
            case Does.BE_SUN_ARTICLE if not last and self._is_article(at):
                return at + 1
            case Does.BE_PATRONYMIC if self.pieces and not last:
                stop = self.take(at + 1)
                if stop > at + 1 and self.pieces[-1].stop == stop:
                    self.pieces[-1].son_of = True
                return stop
            case Does.BE_TITLE if not self.has_name() and len(self.words) - at > 2:
                self.pieces.append(Piece(word.folded, word.script, at, at + 1, Read.TITLE))
                return at + 1
            case Does.BE_WIFE if not self.has_name() and not last:
                return self._wife(at)
            case Does.SPELL_INITIAL:
                self.pieces.append(Piece(word.folded, word.script, at, at + 1, Read.INITIAL))
                return at + 1
        piece = self.name(at)
        self.pieces.append(piece)
        return piece.stop

    def _wife(self, at: int) -> int:
        """Add what stands in place of her name: wife of Omar; his other names follow as hers would."""
        known = len(self.pieces)
        of = self.words[at + 1].folded == "of" and at + 2 < len(self.words)
        stop = self.take(after_titles(self.words, at + 1 + of))
        if len(self.pieces) > known and self.pieces[-1].reads is Read.NAME:
            self.pieces[-1].form = JOINT + self.pieces[-1].form.replace(JOINT, "")
            self.pieces[-1].start = at
            self.pieces[-1].by_name = Does.BE_WIFE
        return stop

    def has_name(self) -> bool:
        return any(piece.reads is Read.NAME for piece in self.pieces)

    def _may_end(self) -> bool:
        return bool(self.pieces) and self.pieces[-1].reads not in (Read.TITLE, Read.INITIAL)

    def name(self, at: int) -> Piece:
        """Return the simple or compound name that begins at a word."""
        word = self.words[at]
        following = self._after_articles(at + 1)
        if following < len(self.words) and self.words[following].folded:
            after = self.words[following]
            match word.does:
                case Does.JOIN_ABD if following > at + 1 or may_serve(after.folded, after.script):
                    return Piece(joined_abd(after.folded, word.script), word.script, at, following + 1)
                case Does.MAY_JOIN if following > at + 1 or is_divine(after.folded):
                    return Piece(joined_abd(after.folded, word.script), word.script, at, following + 1)
                case Does.MAY_BE_ABD if self._is_served(at, following):
                    return Piece(joined_abd(after.folded, word.script), word.script, at, following + 1)
                case Does.JOIN_ABU | Does.JOIN_UMM:
                    return self._by_name(word, following, at)
                case Does.MAY_BE_ABD if word.folded == "ab":  # or a slip for Abu
                    return self._by_name(word, following, at)
                case Does.JOIN_DHU:
                    return Piece(word.folded[:2] + after.folded, word.script, at, following + 1)
            if word.does is Does.JOIN_ABD:  # Abdel Mustafa: what stood between is lost
                return Piece(joined_abd("", word.script), word.script, at, at + 1)
        return Piece(word.opened, word.script, at, at + 1)

    def _is_served(self, at: int, following: int) -> bool:
        """Say whether a slip of the pen for Abd has an article and one of the names after it that Abd alone has."""
        after = self.words[following]
        if after.script == ARABIC:
            return after.folded.startswith("ال") and may_serve(after.folded[2:], ARABIC)
        return following > at + 1 and may_serve(after.folded, after.script)

    def _by_name(self, word: Word, following: int, at: int) -> Piece:
        """Return Abu or Umm with the name after it, which may be a compound: ابو عبد الله."""
        after = self.words[following]
        base = Piece(after.opened, after.script, following, following + 1)
        if after.does is Does.JOIN_ABD:
            base = self.name(following)
        role = Does.JOIN_UMM if word.does is Does.JOIN_UMM else Does.JOIN_ABU
        join = joined_umm if role is Does.JOIN_UMM else joined_abu
        return Piece(join(base.form, word.script), word.script, at, base.stop, by_name=role)

    def _after_articles(self, at: int) -> int:
        if self.words[at - 1].does is Does.JOIN_ABD and at + 1 < len(self.words):
            return at + self._is_article_of_abd(at)
        while at + 1 < len(self.words) and self.words[at].does is Does.BE_ARTICLE:
            at += 1
        if at + 1 < len(self.words) and self.words[at].does is Does.BE_SUN_ARTICLE:
            at += self._is_article(at)
        return at

    def _is_article_of_abd(self, at: int) -> bool:
        """Say whether a word after Abd is its one article, or what a slip left of it; Abd al-Al has a name after it."""
        word, after = self.words[at], self.words[at + 1]
        if word.does is Does.SPELL_INITIAL:
            return word.folded in ("a", "l") and may_serve(after.folded, after.script)
        return word.does is Does.BE_ARTICLE or (word.does is Does.BE_SUN_ARTICLE and self._is_article(at))

    def _is_article(self, at: int) -> bool:
        """Say whether an article in the colour of a sun letter stands before that letter."""
        after = self.words[at + 1]
        return after.does is Does.END_DIN or after.folded.startswith(self.words[at].folded[1:])
