"""The lists, counted again from their rows by other code, give the truth: noise never changes a figure."""

from __future__ import annotations

import pytest

from unit.demo.conftest import Drawn
from unit.demo.recount import Recount


@pytest.fixture(scope="module")
def recount(drawn: Drawn) -> Recount:
    return Recount(drawn.folder)


def test_the_rows_of_all_lists_give_every_figure_to_the_unit(drawn: Drawn, recount: Recount) -> None:
    # The two sons of R53 are real and in no list; the truth counts their unknown ages with F16.
    real_unknown = {"F16": 2}
    expected = {
        row: (figure.value - figure.real, figure.unknown - real_unknown.get(row, 0))
        for row, figure in drawn.truth.figures.items()
    }

    assert recount.figures() == expected


def test_with_the_other_age_reference_the_rows_give_the_alternatives(drawn: Drawn, recount: Recount) -> None:
    real_unknown = {"F16, age at the as-of day": 2}
    expected = {
        row: (figure.value - figure.real, figure.unknown - real_unknown.get(row, 0))
        for row, figure in drawn.truth.alternatives.items()
    }

    assert recount.alternatives() == expected


def test_every_row_has_a_key_and_every_key_a_row(drawn: Drawn, recount: Recount) -> None:
    assert len(recount.keys) == sum(drawn.truth.rows.values())
    assert len({key["episode_key"] for key in recount.keys.values()} - {""}) == drawn.truth.sizes["episodes"]
    assert len({key["person_key"] for key in recount.keys.values()} - {""}) == drawn.truth.sizes["persons"]


def test_some_sources_contradict_each_other_about_the_day_of_an_arrest(recount: Recount) -> None:
    apart = [
        episode
        for episode in recount.episodes.values()
        if max(lo for lo, _ in episode.arrests) > min(hi for _, hi in episode.arrests)
    ]

    assert len(apart) >= 5


def test_a_person_stands_in_one_to_four_lists_and_one_and_a_half_rows_on_average(
    drawn: Drawn, recount: Recount
) -> None:
    lists: dict[str, set[str]] = {}
    for (name, _), key in recount.keys.items():
        if name.startswith("list-"):
            lists.setdefault(key["person_key"], set()).add(name)
    n_rows = sum(n for name, n in drawn.truth.rows.items() if name.startswith("list-"))

    assert {len(found) for found in lists.values()} == {1, 2, 3, 4}
    assert 1.5 < n_rows / len(lists) < 1.6
