"""Many pairs at once are scored as they are one by one, to the last digit."""

from __future__ import annotations

import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalil.names import score, score_many
from dalil.names.comparing import FEW
from dalil.names.doubting import Doubting
from dalil.names.many import scores
from dalil.names.side_by_side import distances
from dalil.names.similarity import doubt
from dalil.names.units import forget, units_of

NAMES = [
    "",
    "…",
    "سليم",
    "Salim",
    "Salim Nimour",
    "سليم خالد نمور",
    "سليم خالد عمر النمور",
    "Salim Omar Khaled Nimour",  # father and grandfather exchanged
    "Nimour Salim Khaled",  # family first
    "Nimour, Salim Khaled",
    "Al-Nimour، Salim-Khaled",
    "صلاح الدين ابو عبد الله النمور",
    "Mahmouda Lwan",
    "محمود علوان",
    "محمود محمد علوان",
    "محمد محمود علوان",
    "Mohamadkhaled Nimour",
    "محمد خالد نمور",
    "أبو عمر النمور",
    "Umm Omar Nimour",
    "wife of Omar Nimour",
    "زوجة عمر النمور",
    "عبد الرحمن أبو زيد",
    "Abdulrahman Zaid",
    "Abdel Zaid",
    "Abu Abd al-Rahman Nimour",
    "Adb al-Rahman Khaled Abou Zeid",
    "Fathi Adham Othman Badran Qasim",
    "فتحي أدهم عثمان قاسم",
    "Салим Нимур",
    "a b c d e f g h i j",
    "ايوب آيات اية",
    "Abd",
    "Salim \0 Nimour",  # the sign that stands between names while many are read
    "سليم\0نمور",
    "Abu Abd",  # what follows the head of one compound stands by itself in another name
]
PIECES = [
    "محمد",
    "محمود",
    "خالد",
    "علي",
    "سليم",
    "نمور",
    "علوان",
    "عبد",
    "ابو",
    "ام",
    "الرحمن",
    "Salim",
    "Khaled",
    "Nimour",
    "Mahmouda",
    "Lwan",
    "Abd",
    "Abu",
    "al",
    "wife",
]
drawn = st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)


def test_every_pair_of_names_scores_as_it_does_alone() -> None:
    pairs = list(product(NAMES, NAMES))
    forget()
    together = scores(pairs)
    forget()
    assert together == [score(first, second) for first, second in pairs]


@given(st.lists(st.tuples(drawn | st.text(max_size=20), drawn), max_size=12))
def test_whatever_the_names_and_whatever_else_is_asked(pairs: list[tuple[str, str]]) -> None:
    together = scores(pairs)
    forget()
    assert together == [score(first, second) for first, second in pairs]


def test_few_pairs_and_many_are_scored_alike() -> None:
    pairs = [("سليم نمور", "Salim Nimour"), ("سليم نمور", "Salma Nimour")]
    assert score_many(pairs) == score_many(pairs * FEW)[:2]
    assert score_many([]) == []


def test_alignments_side_by_side_cost_what_they_do_alone() -> None:
    units = [unit for name in NAMES for unit in units_of(name)]
    known = Doubting(units)
    numbers = {unit: at for at, unit in reversed(list(enumerate(known.units)))}
    rows = [(first, second) for first in units for second in units]
    first, second = (np.array([numbers[pair[side]] for pair in rows]) for side in (0, 1))
    known.learn(first, second)
    together = known.doubts(first, second).tolist()
    forget()
    assert together == [doubt(one, other) for one, other in rows]


def test_nothing_aligned_with_something_costs_all_of_it() -> None:
    sounds = units_of("سليم")[0].sounds
    assert distances([(sounds, sounds), ((), ())]).tolist() == [0, 0]
    assert distances([((), sounds)])[0] == distances([(sounds, ())])[0] > 0


@pytest.mark.parametrize("text", ["م" * 10_000, "abu " * 5_000, "a-" * 20_000, "عبد " * 3_000 + "x" * 10_000])
def test_hostile_text_costs_little_among_many(text: str) -> None:
    started = time.process_time()
    scores([(text, text[::-1]), (text, "محمد"), ("Salim Nimour", text)] * 20)
    assert time.process_time() - started < 2
