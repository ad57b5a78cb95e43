"""A name as somebody types it: its last word may be incomplete.

For the list that opens under a search box. Words before the last are compared in full, the last one with the beginnings
of words; how much of a name is still missing does not count against it.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final, NamedTuple

from dalil.names.alignment import distance_to_beginning
from dalil.names.folding import ARABIC
from dalil.names.grouping import Read, group, read_words
from dalil.names.similarity import likeness
from dalil.names.sounds import coarse_of, key_of, unfinished_sounds_of
from dalil.names.units import MOST_UNITS, Unit, unit, units_of
from dalil.names.words import JOINT, without_article

_LEAST: Final = 0.01
"""Likeness that a word without an answer counts with."""
_PASSED_OVER: Final = 0.8
"""What each name of the person costs that the query passes over: she may have been asked for by a later one."""
_MIDPOINT, _STEEPNESS = 0.62, 7.0
"""Nats a sound at which a beginning fits half, and how fast that falls."""
_TOP: Final = 1 + math.exp(-_STEEPNESS * _MIDPOINT)
_BEFORE_MORE: Final = re.compile("^(عبد)?ال(?=.)|^(?:(abd)(?:ou|[aeiou])|a|e)l(?=[a-z])")
"""An article, or Abd with one, before the first letters of a name: too short for the rules for whole words."""
_MAY_BECOME: Final = {"k": "kh", "s": "sh", "c": "ch", "d": "dj", "g": "gh", "t": "th"}
"""Latin letters that the next one to be typed may make another sound of."""


class Unfinished(NamedTuple):
    """A name of which the last word is incomplete.

    Attributes
    ----------
    complete : tuple of Unit
        The names before it.
    last : tuple of (str, str)
        What there is of the last name, folded, and its script; in two readings if it may begin with an article.
    """

    complete: tuple[Unit, ...]
    last: tuple[tuple[str, str], ...]


def read_unfinished(text: str) -> Unfinished:
    """Read a name as far as it is typed; a space at its end says that its last word is complete."""
    if not text or text[-1].isspace():
        return Unfinished(units_of(text), ())
    pieces = [piece for piece in group(read_words(text)) if piece.reads in (Read.NAME, Read.INITIAL)]
    if not pieces:
        return Unfinished((), ())
    *before, last = pieces
    complete = tuple(unit(piece.form, piece.script) for piece in before if piece.reads is Read.NAME)
    forms = (last.form, _BEFORE_MORE.sub(r"\1\2", last.form), without_article(last.form, last.script))
    return Unfinished(complete[: MOST_UNITS - 1], tuple((form, last.script) for form in dict.fromkeys(forms)))


def unfinished_keys(last: tuple[str, str]) -> tuple[str, ...]:
    """Return the coarse keys that the key of a finished name may begin with."""
    form, script = last
    forms = [form]
    if script != ARABIC and form[-1:] in _MAY_BECOME:
        forms.append(form[:-1] + _MAY_BECOME[form[-1]])
    found = []
    for each in forms:
        # What stands last is read as if more came: a final h is silent, an h before another letter is not.
        more, end = ("ب", "b") if script == ARABIC else ("b", "b")
        if key_of(each, script).endswith("b"):
            more, end = ("م", "m") if script == ARABIC else ("m", "m")
        found.append(coarse_of(key_of(each + more, script)).removesuffix(end))
    return tuple(dict.fromkeys(found))


def score_unfinished(asked: Unfinished, name: tuple[Unit, ...]) -> float:
    """Return how well a name answers to one that is still being typed, from 0 to 1; 0 if either is no name."""
    if not name or not (asked.complete or asked.last):
        return 0.0
    wanted = len(asked.complete) + bool(asked.last)
    # best[at]: greatest sum of logarithms with the words so far, the last of them met before place `at` of the name.
    best = [0.0] + [at * math.log(_PASSED_OVER) for at in range(1, len(name) + 1)]
    for each in asked.complete:
        best = _step(best, [likeness(each, other) for other in name])
    if asked.last:
        best = _step(best, [_beginning(asked.last, other) for other in name])
    return math.exp(max(best) / wanted)


def _step(best: list[float], values: list[float]) -> list[float]:
    """Place one more word: at a name of the person, or nowhere."""
    found = [value + math.log(_LEAST) for value in best]
    for at, value in enumerate(values):
        found[at + 1] = max(found[at + 1], best[at] + math.log(max(_LEAST, value)))
    for at in range(1, len(found)):
        found[at] = max(found[at], found[at - 1] + math.log(_PASSED_OVER) / 2)
    return found


@lru_cache(maxsize=16_384)
def _beginning(last: tuple[tuple[str, str], ...], name: Unit) -> float:
    """Return how likely a name begins with what was typed."""
    greatest = 0.0
    for form, script in last:
        if name.script == script and name.form.startswith(form):
            return 1.0
        for sounds in _sounds(form, script):
            nats = distance_to_beginning(sounds, name.sounds) / (1 + 0.5 * len(sounds))
            greatest = max(greatest, _TOP / (1 + math.exp(_STEEPNESS * (nats - _MIDPOINT))))
    return greatest


def _sounds(form: str, script: str) -> list[tuple[int, ...]]:
    """Return the sounds of the beginning of a word, and those if its last letter becomes another sound."""
    form = form.replace(JOINT, "")
    readings = [unfinished_sounds_of(form, script)]
    if script != ARABIC and form[-1:] in _MAY_BECOME:
        readings.append(unfinished_sounds_of(form[:-1] + _MAY_BECOME[form[-1]], script))
    return [sounds for sounds in readings if sounds]
