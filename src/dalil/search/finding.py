"""Answering a query by name: candidates whose keys meet as its own do, ranked by the comparison of names.

First the names that have three of its keys; then those with two and one near; then two; then one and one near. A round
that finds a good answer is the last.

The work for one query is bounded: so many candidates are compared in full, the rarest ways of meeting first.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, product
from typing import Final, NamedTuple

from dalil.names.comparing import score_units
from dalil.names.keys import SHORTEST_WITH_NEIGHBOURS, neighbours
from dalil.names.units import Unit, units_of
from dalil.search.index import MOST_NAMES, MOST_PARTS, NameIndex, readings

MOST_COMPARED: Final = 90
"""Different names compared in full for one round of a query."""
MOST_LISTED: Final = 3000
"""Places on lists of postings that are looked at in one round."""
MOST_NEAR: Final = 40
"""Near keys tried for one part."""
GOOD: Final = (0.8, 0.6, 0.35, 0.3, 0.3)
"""Scores from which a round is the last, round by round."""
MOST_NEAR_TO_NEAR: Final = 12
"""Near keys of one part that are tried with near keys of another."""


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
    scores: dict[int, float] = {}
    known: dict[bytes, float] = {}
    for good, lists in zip(GOOD, _rounds(index, asked, exact), strict=False):
        _compare(index, units, lists, scores, known)
        if max(scores.values(), default=0.0) >= good:
            break
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [Hit(place, score) for place, score in best[:top]]


def _exact_keys(index: NameIndex, unit: Unit) -> list[int]:
    """Return the numbers of the keys a part may have, in each of its readings."""
    return [index.key_numbers[key] for key in readings(unit) if key in index.key_numbers]


def _near_keys(index: NameIndex, unit: Unit, exact: list[int]) -> list[int]:
    """Return the numbers of keys that differ by one letter, less those already asked for."""
    if len(unit.coarse) < SHORTEST_WITH_NEIGHBOURS - 1:
        return []
    found: dict[int, None] = {}
    for key in (unit.coarse, *neighbours(unit.coarse)):
        for number in index.near.get(key, ()):
            if number not in exact:
                found[number] = None
    return list(found)[:MOST_NEAR]


def _rounds(index: NameIndex, asked: tuple[Unit, ...], exact: list[list[int]]) -> Iterator[list[array[int]]]:
    """Yield the lists of places to look at, round by round, the surest first."""
    count = len(asked)
    if count == 1:
        yield [index.having(key) for key in exact[0]]
        yield [index.having(key) for key in _near_keys(index, asked[0], exact[0])]
        return
    if count > 2:
        yield _lists(index, combinations(exact, 3))
    else:
        yield _lists(index, [exact])
    near = [_near_keys(index, unit, keys) for unit, keys in zip(asked, exact, strict=True)]
    if count > 2:
        three = combinations(range(count), 3)
        yield _lists(index, ([near[at] if at == n else exact[at] for at in trio] for trio in three for n in trio))
        yield _lists(index, combinations(exact, 2))
    pairs = list(combinations(range(count), 2))
    one_near = [(exact[i], near[j]) for i, j in pairs] + [(near[i], exact[j]) for i, j in pairs]
    yield _lists(index, one_near)
    near = [keys[:MOST_NEAR_TO_NEAR] for keys in near]
    yield _lists(index, [*((near[i], near[j]) for i, j in pairs), *([keys] for keys in exact)])


def _lists(index: NameIndex, ways: Iterable[Sequence[list[int]]]) -> list[array[int]]:
    """Return the lists of places where keys meet, one of each in every way."""
    found = {tuple(sorted(keys)) for way in ways for keys in product(*way)}
    return [places for keys in found if (places := index.having(*keys))]


def _compare(
    index: NameIndex,
    units: tuple[Unit, ...],
    lists: list[array[int]],
    scores: dict[int, float],
    known: dict[bytes, float],
) -> None:
    """Score the candidates: those on most lists first, then those on the shortest ones."""
    times = _met(lists)
    numbers, starts = index.numbers, index.starts
    places_met = [place for place in times if place not in scores]
    if len(places_met) > MOST_COMPARED:
        places_met = _likeliest(index, units, places_met, times)
    left = MOST_COMPARED
    for place in places_met:
        form = numbers[starts[place] : starts[place + 1]].tobytes()
        score = known.get(form)
        if score is None:
            if not left:
                break
            left -= 1
            score = known[form] = score_units(units, index.units_at(place))
        scores[place] = score


def _met(lists: list[array[int]]) -> Counter[int]:
    """Return how often each place is on a list, for as many places as may be looked at; short lists come first."""
    lists.sort(key=len)
    times: Counter[int] = Counter()
    left = MOST_LISTED
    for at, places in enumerate(lists):
        if len(places) > left:  # of a list too long, what the next one has as well comes first
            if at + 1 < len(lists):
                times.update(islice(set(places).intersection(lists[at + 1]), MOST_LISTED))
            times.update(places[:left])
            break
        times.update(places)
        left -= len(places)
    return times


def _likeliest(index: NameIndex, units: tuple[Unit, ...], places: list[int], times: Counter[int]) -> list[int]:
    """Return candidates, the likeliest first: by how often met, and by the consonants of their first and last units."""
    numbers, starts, all_units = index.numbers, index.starts, index.units
    first, last = units[0], units[-1]
    firsts: dict[int, int] = {}
    lasts: dict[int, int] = {}
    order = []
    for place in places:
        number = numbers[starts[place]]
        if number not in firsts:
            firsts[number] = _roughly(first, all_units[number])
        other = numbers[starts[place + 1] - 1]
        if other not in lasts:
            lasts[other] = _roughly(last, all_units[other])
        # One number to sort by: how likely, then how early in the list.
        order.append((10 * times[place] + firsts[number] + lasts[other] + 1) * MOST_NAMES - place)
    order.sort(reverse=True)
    return [-each % MOST_NAMES for each in order[: 3 * MOST_COMPARED]]


def _roughly(a: Unit, b: Unit) -> int:
    """Return how near the consonants of two units are, from 0 to 10."""
    if a.coarse == b.coarse:
        return 10 if a.key == b.key else 9
    return max(0, 7 - 2 * (a.mask ^ b.mask).bit_count())
