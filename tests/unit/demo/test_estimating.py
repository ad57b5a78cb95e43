"""Whom no list tells of: counted by the generator as it draws, and found by an estimate from the lists."""

from __future__ import annotations

import random

import pytest
from demo.people import Episode
from demo.population import draw_population
from demo.telling import lists_of

from dalil.estimation import Table, estimate

SEED = 20210521


@pytest.mark.parametrize("scale", [0.02, 0.1])
def test_the_estimate_from_four_lists_holds_those_on_none(scale: float) -> None:
    rng = random.Random(f"dalil demonstration, mentions, {SEED}")
    missed: list[Episode] = []
    told: list[tuple[Episode, str]] = []
    for person in draw_population(seed=SEED, scale=scale).persons:
        told += [(episode, lists_of(person, episode, rng, missed)) for episode in person.episodes]

    def counts(episode: Episode) -> bool:
        return episode.party == "syria.state" and not episode.is_kin and episode.is_disappeared

    rows = [{letter: int(letter in letters) for letter in "abcd"} for episode, letters in told if counts(episode)]
    table = Table.from_records(rows, lists=list("abcd"))
    hidden = sum(map(counts, missed))
    # Shares 0.55, 0.205, 0.305 and 0.148 leave 0.2118 on none: 27 unrecorded beside each 100 recorded.
    assert hidden == pytest.approx(0.27 * table.n, rel=0.12)
    found = estimate(table, "dga", seed=1)
    assert found.N is not None
    low, high = found.N.interval()
    assert low <= table.n + hidden <= high


def test_counting_the_missed_changes_no_list() -> None:
    (person, *_) = draw_population(seed=SEED, scale=0.02).persons
    (episode, *_) = person.episodes
    first, second = random.Random(5), random.Random(5)
    missed: list[Episode] = []
    assert [lists_of(person, episode, first) for _ in range(200)] == [
        lists_of(person, episode, second, missed) for _ in range(200)
    ]
    assert missed
