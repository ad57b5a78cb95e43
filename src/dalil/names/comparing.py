"""How likely two full names are of one person, by the names alone: a score in [0, 1].

Each pair of parts gives evidence: agreeing on a rare family name says more than agreeing on Muhammad, and disagreeing
on the given name says more than anything, because sisters and brothers agree on all the rest. The weights were fitted
on development pairs (`benchmarks/names.py`); the score is that model's probability where a third of pairs are true.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf
from operator import mul
from typing import Final, NamedTuple

from dalil.names.pairing import Pairing, pair_units
from dalil.names.repairing import Repair, repairs
from dalil.names.similarity import doubt
from dalil.names.units import Unit, units_of

VERSION: Final = "weights-5"


class Evidence(NamedTuple):
    """What the units of two names say, before it is weighed. Doubts are in nats, see `similarity`."""

    given_doubt: float
    middle_doubt: float
    family_doubt: float
    worst_doubt: float
    given_bits: float
    middle_bits: float
    family_bits: float
    middle_missing: float
    family_missing: float
    family_lost: float
    middle_unknown: float
    all_unknown: float
    middle_moved: float
    given_unsaid: float
    joined: float
    reordered: float


WEIGHTS: Final = Evidence(
    given_doubt=-0.43,
    middle_doubt=-0.34,
    family_doubt=-0.5,
    worst_doubt=-1.27,
    given_bits=0.06,
    middle_bits=0.02,
    family_bits=0.05,
    middle_missing=-0.3,
    family_missing=-0.41,
    family_lost=-9.5,
    middle_unknown=0.0,
    all_unknown=-7.0,
    middle_moved=-15.0,
    given_unsaid=-13.0,
    joined=-1.0,
    reordered=-2.0,
)
START: Final = 9.6
DOUBTFUL: Final = 1.0
"""Logarithm of odds below which names are also read otherwise than as they stand."""
SETTLED: Final = 0.74
"""Scores from which they are not: a little more than these odds are."""
FEW: Final = 1_000
"""Pairs up to which comparing them one by one is as quick as preparing arrays."""
MOST_BITS: Final = 12.0
NOT_SAID_TO_AGREE: Final = 3.0
"""Doubt from which the rarity of two names does not count for them."""


def score(a: str, b: str) -> float:
    """Return how likely two names are of one person: 1 for the same units, 0 if one is no name."""
    return score_units(units_of(a), units_of(b))


def score_many(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Return `score` of each of many pairs of names: the same numbers, several times as fast."""
    if len(pairs) < FEW:
        return [score(a, b) for a, b in pairs]
    from dalil.names.many import scores  # arrays take longer to load than a few pairs do to compare

    return scores(pairs)


def score_units(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> float:
    """Return `score` for names already read."""
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    pairing = pair_units(a, b)
    odds = START + sum(map(mul, WEIGHTS, _evidence(a, b, pairing)))
    if odds < DOUBTFUL:
        odds = max(odds, _repaired_odds(a, b, pairing))
    return 1 / (1 + exp(-odds)) if odds > -40 else 0.0


def score_otherwise(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> float:
    """Return the score of two names, neither empty, in readings other than as they stand; 0 if none is promising."""
    odds = _repaired_odds(a, b, pair_units(a, b))
    return 1 / (1 + exp(-odds)) if odds > -40 else 0.0


def _repaired_odds(a: tuple[Unit, ...], b: tuple[Unit, ...], pairing: Pairing) -> float:
    others = ((repair, pair_units(repair.a, repair.b)) for repair in repairs(a, b, pairing))
    return max([START + sum(map(mul, WEIGHTS, repaired_evidence(*each))) for each in others], default=-inf)


def score_as_written(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> float:
    """Return `score_units` without reading the names otherwise than as they stand: never more, and quicker."""
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    odds = START + sum(map(mul, WEIGHTS, _evidence(a, b, pair_units(a, b))))
    return 1 / (1 + exp(-odds)) if odds > -40 else 0.0


def read_together(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> tuple[Repair, Pairing]:
    """Return the reading of two names that `score_units` takes, and its pairing."""
    pairing = pair_units(a, b)
    best = (Repair(a, b, tuple((at,) for at in range(len(a))), tuple((at,) for at in range(len(b)))), pairing)
    odds = START + sum(map(mul, WEIGHTS, _evidence(a, b, pairing)))
    if a != b and odds < DOUBTFUL:
        for repair in repairs(a, b, pairing):
            other = pair_units(repair.a, repair.b)
            here = START + sum(map(mul, WEIGHTS, repaired_evidence(repair, other)))
            if here > odds:
                odds, best = here, (repair, other)
    return best


def repaired_evidence(repair: Repair, pairing: Pairing) -> tuple[float, ...]:
    """Return the evidence of two names read otherwise than as they stand."""
    joined = sum(len(group) - 1 for group in (*repair.from_a, *repair.from_b))
    reordered = any(list(groups) != sorted(groups) for groups in (repair.from_a, repair.from_b))
    return (*_evidence(repair.a, repair.b, pairing)[:-2], 1.0 if joined else 0.0, 1.0 if reordered else 0.0)


def evidence_together(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> Evidence:
    """Return the evidence of two names in the reading that `score_units` takes: what the weights are fitted on."""
    return Evidence(*repaired_evidence(*read_together(a, b)))


def evidence(a: tuple[Unit, ...], b: tuple[Unit, ...], pairing: Pairing) -> Evidence:
    """Return the evidence of two names whose units are paired."""
    return Evidence(*_evidence(a, b, pairing))


def _evidence(a: tuple[Unit, ...], b: tuple[Unit, ...], pairing: Pairing) -> tuple[float, ...]:
    """Return `evidence` without its names, which cost a tenth of a comparison."""
    pairs = pairing.pairs
    first_a, first_b = a[pairs[0][0]], b[pairs[0][1]]
    given = doubt(first_a, first_b)
    unsaid = 0.0
    if given and (first_a.head or first_b.head) and _by_name(a) != _by_name(b):
        given, unsaid = 0.0, 1.0
    given_bits = 0.0 if given > NOT_SAID_TO_AGREE or unsaid else min(first_a.given_bits, first_b.given_bits)
    middle = middle_bits = family = family_bits = worst = 0.0
    last = len(pairs) - 1 if pairing.family else len(pairs)
    for x, y in pairs[1:last]:
        value = doubt(a[x], b[y])
        middle += value
        if value > worst:
            worst = value
        if value < NOT_SAID_TO_AGREE:
            middle_bits += min(a[x].given_bits, b[y].given_bits)
    if pairing.family:
        family = doubt(a[-1], b[-1])
        if family < NOT_SAID_TO_AGREE:
            family_bits = min(MOST_BITS, a[-1].family_bits, b[-1].family_bits)
    shorter, longer = (len(a), len(b)) if len(a) < len(b) else (len(b), len(a))
    return (
        given,
        middle,
        family,
        max(worst, given, family),
        given_bits,
        middle_bits,
        family_bits,
        longer - len(pairs),
        0.0 if pairing.family else 1.0,
        0.0 if pairing.family or shorter < 3 else 1.0,
        1.0 if shorter < 3 else 0.0,
        1.0 if shorter < 2 <= longer else 0.0,
        1.0 if last > 1 and pairs[1] != (1, 1) else 0.0,
        unsaid,
        0.0,
        0.0,
    )


def _by_name(a: tuple[Unit, ...]) -> bool:
    """Say whether a name begins with Abu or Umm where the other has a given name."""
    return len(a) > 1 and a[0].head in ("abu", "umm")
