"""Answering a query by name: candidates whose keys meet as its own do, ranked by the comparison of names.

First the names that have three of its keys, and those that have two and one near; if none of them is good, all that
have two; then one and one near. Of many, those are compared in full whose units look most like the query's, and the
next only where none of these is good. If none is good at all, the query is also read with its words cut otherwise (see
`cutting`). Of the best, those come first that are spelt most like the query: where many may be meant, two spellings of
one script that agree letter by letter say more than that a name may also be written so.

The work for one query is bounded: so many candidates are looked at, and so many compared in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, islice
from math import exp
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dalil.names.comparing import SETTLED, read_together, score_as_written, score_otherwise
from dalil.names.pairing import Pairing, pair_units
from dalil.names.similarity import doubt, nats_apart
from dalil.names.units import Unit, units_of
from dalil.search.cutting import MOST_READINGS, OTHERWISE, POOR, in_index, otherwise
from dalil.search.index import MOST_PARTS, NO_UNIT, Asked, Keys, NameIndex, Places

MOST_COMPARED: Final = 100
"""Different names compared in full for one round of a query."""
MOST_REREAD: Final = 5
"""Names read otherwise than as they stand, words cut or ordered in other ways: so many beyond those wanted.

Where one name is good as it stands, so many in all."""
MOST_ORDERED: Final = 10
"""Names put in order by how they are spelt: so many beyond those wanted."""
PER_NAT: Final = 0.7
"""Logarithm of odds that a nat between two spellings takes from a name among others that may be meant, …"""
OTHER_SCRIPT: Final = 0.3
"""… and nats that a part in the other script counts as. Both chosen on two lists of a million invented names."""
OTHER_NAME: Final = 7.5
"""Doubt from which a part is another name, …"""
FAR: Final = 8.0
"""… and the nats that it counts as."""
MOST_APART: Final = 20_000
"""Pairs of parts of which that is remembered."""
MOST_LOOKED: Final = 64
"""Parts of queries of which it is remembered how much each unit of an index looks like them."""
MOST_LISTED: Final = (20_000, 12_000, 8_000, 6_000)
"""Places on lists of postings that are looked at, round by round."""
MOST_NEAR_TO_NEAR: Final = 40
"""Near keys of one part that are tried with near keys of another."""
ENOUGH: Final = 20
"""Names that are compared in full at once, even where they look much less like the query than the likeliest."""
MARGIN: Final = 0.6
"""How much less like the query than the likeliest another may look: others only if none of these is good."""
GOOD: Final = (0.9, 0.7, 0.5, 0.5)
"""Scores from which no further round is needed, round by round."""

_NEAR: Final = 0.75
"""What a key one letter off counts, beside 1 for the same key."""
_SOME, _PER_CONSONANT = 0.5, 0.12
"""What a unit counts at most by its consonants alone, and less for each that only one has."""
_SLIP: Final = 0.9
"""What a spelling a slip of the pen off counts."""
_FINE: Final = 0.1
"""What the same fine key counts more."""
_OTHER_GROUP, _PER_BIT = 0.6, 0.035
"""What remains where both are known to be names of their own, and more for each bit of rarity, as in `similarity`."""
_SAME_GROUP: Final = 0.1
"""What a spelling known to be of the same name counts more."""
_IN_PLACE: Final = 0.3
"""What a first or last part counts more where it stands first or last."""


class Hit(NamedTuple):
    """One answer: the place of a name in the list, and how likely it is the name asked for."""

    place: int
    score: float


@dataclass(slots=True)
class _Compared:
    """The names compared so far: scores by place, and by the numbers of their units."""

    scores: dict[int, float] = field(default_factory=dict)
    known: dict[bytes, float] = field(default_factory=dict)
    best: float = 0.0


def find(index: NameIndex, query: str, *, top: int = 10) -> list[Hit]:
    """Return the best answers to a name in any script, best first; ties in the order of the list."""
    units = units_of(query)
    if not units:
        return []
    best = {place: (score, units) for place, score in _best_of(index, units, len(GOOD)).items()}
    settled = SETTLED
    if max((score for score, _ in best.values()), default=0.0) < POOR:
        settled = 1.0  # what another reading of the query scores is no name's own score
        for _, reading in islice(otherwise(query, in_index(index)), MOST_READINGS):
            for place, score in _best_of(index, reading, 1).items():
                if OTHERWISE * score > best.get(place, (0.0,))[0]:
                    best[place] = OTHERWISE * score, reading
    first = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[: top + MOST_ORDERED]
    left = MOST_REREAD if first and first[0][1][0] >= GOOD[0] else top + MOST_REREAD
    hits = []
    for place, (score, reading) in first:
        name = index.units_at(place)
        paired: tuple[tuple[Unit, ...], tuple[Unit, ...], Pairing] | None = None
        if score <= settled and left:
            left -= 1
            other = score_otherwise(units, name)
            if other > score:
                score, (repair, pairing) = other, read_together(units, name)
                paired = repair.a, repair.b, pairing
        hits.append(Hit(place, _in_order(score, *(paired or (reading, name, pair_units(reading, name))))))
    return sorted(hits, key=lambda hit: (-hit.score, hit.place))[:top]


def _in_order(score: float, a: tuple[Unit, ...], b: tuple[Unit, ...], pairing: Pairing) -> float:
    """Return a score less what the spellings of the parts that stand side by side are apart."""
    nats = sum([_apart(a[x], b[y]) for x, y in pairing.pairs])
    odds = score * exp(-PER_NAT * nats)
    return odds / (odds + 1 - score)


@lru_cache(maxsize=MOST_APART)
def _apart(a: Unit, b: Unit) -> float:
    """Return how far apart two parts are spelt, in nats; another name is not aligned."""
    if a is b:
        return 0.0
    return nats_apart(a, b) + OTHER_SCRIPT * (a.arabic is not b.arabic) if doubt(a, b) < OTHER_NAME else FAR


def _best_of(index: NameIndex, units: tuple[Unit, ...], n_rounds: int) -> dict[int, float]:
    """Return the scores, by place, of the names that were compared with one reading of a query."""
    compared = _Compared()
    parts = [index.ask(unit) for unit in (units if len(units) <= MOST_PARTS else (*units[: MOST_PARTS - 1], units[-1]))]
    for good, most, ways in zip(GOOD[:n_rounds], MOST_LISTED, _rounds(parts), strict=False):
        for places in _likeliest(index, parts, index.having(ways, most)):
            if compared.best < good:
                _compare(index, units, places, compared)
        if compared.best >= good:
            break
    return compared.scores


def _rounds(parts: Sequence[Asked]) -> Iterator[list[Keys]]:
    """Yield the keys that are to meet, round by round, the surest first."""
    exact, near = [part.exact for part in parts], [part.near for part in parts]
    if len(parts) == 1:
        yield [_meetings(exact), _meetings(near)]
        return
    pairs = list(combinations(range(len(parts)), 2))
    trios = list(combinations(range(len(parts)), 3))
    one_near = [_meetings(way) for i, j in pairs for way in ((exact[i], near[j]), (near[i], exact[j]))]
    few = [keys[:MOST_NEAR_TO_NEAR] for keys in near]
    near_to_near = [_meetings((few[i], few[j])) for i, j in pairs]
    if trios:
        ways = [_meetings([exact[at] for at in trio]) for trio in trios]
        ways += [_meetings([near[at] if at == n else exact[at] for at in trio]) for trio in trios for n in trio]
        yield ways
        yield [_meetings((exact[i], exact[j])) for i, j in pairs]
        yield one_near + near_to_near
    else:
        yield [_meetings(exact), *one_near]
        yield near_to_near
    yield [_meetings([keys]) for keys in exact]


def _meetings(choices: Sequence[Keys]) -> Keys:
    """Return one key of each choice, in every way, one way a row."""
    sizes = [len(each) for each in choices]
    rows = np.empty((*sizes, len(choices)), np.int64)
    for at, each in enumerate(choices):
        rows[..., at] = each.reshape([-1 if axis == at else 1 for axis in range(len(choices))])
    return rows.reshape(-1, len(choices))


def _likeliest(index: NameIndex, parts: Sequence[Asked], places: Places) -> tuple[Places, Places]:
    """Return the places whose units look most like those asked for, and the others, each the likeliest first."""
    if len(places) <= ENOUGH:
        return places, places[:0]
    units = index.parts[places]
    total = np.zeros(len(places), np.float32)
    has = (units != len(index.units)).sum(axis=1)
    last = np.arange(len(places)), has - 1
    every = units.size > len(index.units)
    for at, part in enumerate(parts):
        looks = _looks_of_all(index, part)[units] if every else _looks(index, part, units)
        total += looks.max(axis=1)
        if at == 0:
            total += _IN_PLACE * looks[:, 0]
        elif at == len(parts) - 1:
            total += _IN_PLACE * looks[last]
    kept = min(len(places), 3 * MOST_COMPARED)
    likely = np.argpartition(-total, kept - 1)[:kept] if kept < len(places) else np.arange(kept)
    likely = likely[np.lexsort((places[likely], -total[likely]))]
    n_close = int(np.searchsorted(-total[likely], MARGIN - total[likely[0]], "right"))
    n_close = max(n_close, ENOUGH)
    return places[likely[:n_close]], places[likely[n_close:]]


def _looks_of_all(index: NameIndex, part: Asked) -> NDArray[np.float32]:
    """Return how much each unit of the index looks like one; remembered for the parts that many queries have."""
    looks = index.looked.get(part.unit)
    if looks is None:
        if len(index.looked) >= MOST_LOOKED:
            del index.looked[next(iter(index.looked))]
    else:
        del index.looked[part.unit]  # the last one used goes last
    index.looked[part.unit] = looks = _looks(index, part, None) if looks is None else looks
    return looks


def _looks(index: NameIndex, part: Asked, units: NDArray[np.uint32] | None) -> NDArray[np.float32]:
    """Return how much some units of the index look like one, by key or consonants, from 0 to 1; None means all."""
    chosen = slice(None) if units is None else units
    differ = np.bitwise_count(index.unit_masks[chosen] ^ np.uint32(part.unit.mask)).astype(np.float32)
    looks = np.maximum(_SOME - _PER_CONSONANT * differ, 0, dtype=np.float32)
    by_key = np.zeros(len(index.key_numbers) + 1, np.float32)
    by_key[part.near] = _NEAR
    by_key[part.exact] = 1.0
    by_key[0] = 0.0  # names of vowels only have no key
    found: NDArray[np.float32] = np.maximum(looks, by_key[index.unit_keys[chosen]])
    if part.unit.same_as:  # Mahmud has the key of Muhammad, and is another name
        groups = index.unit_groups[chosen]
        found[(groups > 0) & (groups != part.unit.same_as)] *= min(1.0, _OTHER_GROUP + _PER_BIT * part.unit.bits)
        found += np.float32(_SAME_GROUP) * (groups == part.unit.same_as)
    slips = np.zeros(len(index.unit_keys), np.float32)
    slips[part.slips] = _SLIP
    slips[part.read_otherwise] = 1.0
    found = np.maximum(found, slips[chosen])
    found += np.float32(_FINE) * (index.unit_fine_keys[chosen] == index.fine_keys.get(part.unit.key, -1))
    found[index.unit_masks[chosen] == NO_UNIT] = 0.0
    return found


def _compare(index: NameIndex, units: tuple[Unit, ...], places: Places, compared: _Compared) -> None:
    """Score the candidates, up to so many different names."""
    numbers, starts = index.numbers, index.starts
    scores, known = compared.scores, compared.known
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
            compared.best = max(compared.best, score)
        scores[place] = score
