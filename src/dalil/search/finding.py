"""Answering a query by name: candidates whose keys meet as its own do, ranked by the comparison of names.

First the names that have three of its keys, and those that have two and one near; if none of them is good, all that
have two; then one and one near. Of many, those are compared in full whose units look most like the query's.

The work for one query is bounded: so many candidates are looked at, and so many compared in full.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dalil.names.comparing import score_as_written, score_units
from dalil.names.keys import neighbours
from dalil.names.units import Unit, units_of
from dalil.search.index import MOST_PARTS, NameIndex, readings

MOST_COMPARED: Final = 70
"""Different names compared in full for one round of a query."""
MOST_REREAD: Final = 10
"""Names beyond those wanted that are also read otherwise than as they stand: words cut or ordered in other ways."""
MOST_LISTED: Final = 20_000
"""Places on lists of postings that are looked at in one round."""
MOST_NEAR: Final = 60
"""Near keys tried for one part."""
MOST_NEAR_TO_NEAR: Final = 12
"""Near keys of one part that are tried with near keys of another."""
GOOD: Final = (0.9, 0.7, 0.5, 0.5)
"""Scores from which no further round is needed, round by round."""

Places = NDArray[np.uint32]
_NEAR: Final = 0.75
"""What a key one letter off counts, beside 1 for the same key."""
_SOME, _PER_CONSONANT = 0.5, 0.12
"""What a unit counts at most by its consonants alone, and less for each that only one has."""
_FINE: Final = 0.1
"""What the same fine key counts more."""
_OTHER_GROUP: Final = 0.6
"""What remains where both are known to be names of their own."""
_NOWHERE: Final = np.zeros(0, np.uint32)
_IN_PLACE: Final = 0.3
"""What a first or last part counts more where it stands first or last."""


class Hit(NamedTuple):
    """One answer: the place of a name in the list, and how likely it is the name asked for."""

    place: int
    score: float


def find(index: NameIndex, query: str, *, top: int = 10) -> list[Hit]:
    """Return the best answers to a name in any script, best first; ties in the order of the list."""
    units = units_of(query)
    if not units:
        return []
    asked = units if len(units) <= MOST_PARTS else (*units[: MOST_PARTS - 1], units[-1])
    exact = [_exact_keys(index, unit) for unit in asked]
    near = [_near_keys(index, unit, keys) for unit, keys in zip(asked, exact, strict=True)]
    scores: dict[int, float] = {}
    known: dict[bytes, float] = {}
    for good, lists in zip(GOOD, _rounds(index, exact, near), strict=False):
        places = _likeliest(index, asked, exact, near, _gathered(lists))
        _compare(index, units, places, scores, known)
        if max(scores.values(), default=0.0) >= good:
            break
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    hits = [Hit(place, score_units(units, index.units_at(place))) for place, _ in best[: top + MOST_REREAD]]
    return sorted(hits, key=lambda hit: (-hit.score, hit.place))[:top]


def _exact_keys(index: NameIndex, unit: Unit) -> list[int]:
    """Return the numbers of the keys a part may have, in each of its readings."""
    return [index.key_numbers[key] for key in readings(unit) if key in index.key_numbers]


def _near_keys(index: NameIndex, unit: Unit, exact: list[int]) -> list[int]:
    """Return the numbers of keys that differ by one letter, less those already asked for."""
    if not unit.coarse:
        return []
    shorter = neighbours(unit.coarse)
    found = dict.fromkeys(index.key_numbers[key] for key in shorter if key in index.key_numbers)  # one letter less
    found.update(dict.fromkeys(index.near.get(unit.coarse, ())))  # one more
    for key in shorter:  # another one
        found.update(dict.fromkeys(index.near.get(key, ())))
    return [number for number in found if number not in exact][:MOST_NEAR]


def _rounds(index: NameIndex, exact: list[list[int]], near: list[list[int]]) -> Iterator[list[array[int]]]:
    """Yield the lists of places to look at, round by round, the surest first."""
    count = len(exact)
    parts = range(count)
    if count == 1:
        yield [index.having(key) for key in (*exact[0], *near[0])]
        return
    pairs = list(combinations(parts, 2))
    one_near = [way for i, j in pairs for way in ((exact[i], near[j]), (near[i], exact[j]))]
    if count > 2:
        three = list(combinations(parts, 3))
        ways = [[exact[at] for at in trio] for trio in three]
        yield _lists(
            index, ways + [[near[at] if at == n else exact[at] for at in trio] for trio in three for n in trio]
        )
    else:
        yield _lists(index, [exact, *one_near])
    few = [keys[:MOST_NEAR_TO_NEAR] for keys in near]
    near_to_near = [(few[i], few[j]) for i, j in pairs]
    if count > 2:
        yield _lists(index, [(exact[i], exact[j]) for i, j in pairs])
        yield _lists(index, [*one_near, *near_to_near])
    else:
        yield _lists(index, near_to_near)
    yield [index.having(key) for keys in exact for key in keys]


def _lists(index: NameIndex, ways: Iterable[Sequence[list[int]]]) -> list[array[int]]:
    """Return the lists of places where keys meet, one of each in every way."""
    found = {tuple(sorted(keys)) for way in ways for keys in product(*way)}
    return [places for keys in found if (places := index.having(*keys))]


def _gathered(lists: list[array[int]]) -> Places:
    """Return the places on some lists, each once; short lists come first where there are too many."""
    chosen: list[Places] = []
    left = MOST_LISTED
    for places in sorted(lists, key=len):
        chosen.append(np.frombuffer(places, np.uint32)[:left])
        left -= len(places)
        if left <= 0:
            break
    return np.unique(np.concatenate(chosen)) if chosen else np.zeros(0, np.uint32)


def _likeliest(
    index: NameIndex, asked: tuple[Unit, ...], exact: list[list[int]], near: list[list[int]], places: Places
) -> Places:
    """Return the places whose units look most like those asked for, the likeliest first."""
    if len(places) <= 1:
        return places
    parts = index.parts[places]
    none = len(index.units)
    total = np.zeros(len(places), np.float32)
    has = (parts != none).sum(axis=1)
    for at, unit in enumerate(asked):
        looks = _looks(index, unit, exact[at], near[at])[parts]
        total += looks.max(axis=1)
        if at == 0:
            total += _IN_PLACE * looks[:, 0]
        elif at == len(asked) - 1:
            total += _IN_PLACE * looks[np.arange(len(places)), has - 1]
    order = np.argsort(-total, kind="stable")[: 3 * MOST_COMPARED]
    return places[order]


def _looks(index: NameIndex, unit: Unit, exact: list[int], near: list[int]) -> NDArray[np.float32]:
    """Return how much each unit of the index looks like one, by its key or its consonants, from 0 to 1."""
    differ = np.bitwise_count(index.unit_masks ^ np.uint32(unit.mask)).astype(np.float32)
    looks = np.maximum(_SOME - _PER_CONSONANT * differ, 0, dtype=np.float32)
    by_key = np.zeros(len(index.key_numbers) + 1, np.float32)
    by_key[near] = _NEAR
    by_key[exact] = 1.0
    by_key[0] = 0.0  # names of vowels only have no key
    found: NDArray[np.float32] = np.maximum(looks, by_key[index.unit_keys])
    if unit.same_as:  # Mahmud has the key of Muhammad, and is another name
        found[(index.unit_groups > 0) & (index.unit_groups != unit.same_as)] *= _OTHER_GROUP
    found[index.by_fine_key.get(unit.key, _NOWHERE)] += _FINE
    found[-1] = 0.0
    return found


def _compare(
    index: NameIndex, units: tuple[Unit, ...], places: Places, scores: dict[int, float], known: dict[bytes, float]
) -> None:
    """Score the candidates, up to so many different names."""
    numbers, starts = index.numbers, index.starts
    left = MOST_COMPARED
    for place in places.tolist():
        if place in scores:
            continue
        form = numbers[starts[place] : starts[place + 1]].tobytes()
        score = known.get(form)
        if score is None:
            if not left:
                break
            left -= 1
            score = known[form] = score_as_written(units, index.units_at(place))
        scores[place] = score
