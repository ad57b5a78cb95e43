"""Reviewers' answers about pairs: read, checked against each other, turned into constraints and lessons.

"Same" is transitive, and "different" holds between all that is the same on either side. Where answers contradict each
other nothing is linked: a person must look again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.errors import ReviewNeeded, WrongLists
from dalil.linkage.texts import read_texts

ANSWERS: Final = ("same", "different", "unsure")
_COLUMNS: Final = ("id_a", "id_b", "label")


@dataclass(frozen=True, slots=True)
class Labels:
    """Answers about pairs of records, by row number, the lower first, sorted.

    Attributes
    ----------
    same, different, unsure : (n, 2) int64
    """

    same: npt.NDArray[np.int64]
    different: npt.NDArray[np.int64]
    unsure: npt.NDArray[np.int64]

    @property
    def n_decided(self) -> int:
        """Answers that are not "unsure"."""
        return len(self.same) + len(self.different)


def read_labels(path: Path) -> list[tuple[str, str, str]]:
    """Read a file of answers.

    Raises
    ------
    WrongLists
        Other columns, or an answer that is none.
    """
    table = read_texts(path, wanted=_COLUMNS, as_written=_COLUMNS[:2])
    if not set(_COLUMNS) <= set(table.column_names):
        raise WrongLists(
            "The file of answers has other columns.",
            expected=", ".join(_COLUMNS),
            found=", ".join(table.column_names) or "none of these",
            where=path.name,
            todo="Add the missing column.",
        )
    rows = list(zip(*(table[name].to_pylist() for name in _COLUMNS), strict=True))
    for number, (_, _, answer) in enumerate(rows, 2):
        if answer not in ANSWERS:
            raise WrongLists(
                "An answer is none of the three.",
                expected=", ".join(ANSWERS),
                found="nothing" if answer is None else "another word",
                where=f"{path.name}, line {number}",
                todo="Leave out lines that nobody has answered yet." if answer is None else "Correct it.",
            )
    return rows


def check_labels(answers: Iterable[tuple[str, str, str]], ids: list[str]) -> Labels:
    """Return answers by row number.

    Raises
    ------
    WrongLists
        An id that no list has, or a record compared with itself.
    ReviewNeeded
        Answers that contradict each other.
    """
    row_of = {name: row for row, name in enumerate(ids)}
    found: dict[str, set[tuple[int, int]]] = {answer: set() for answer in ANSWERS}
    for id_a, id_b, answer in answers:
        if id_a not in row_of or id_b not in row_of or id_a == id_b:
            raise WrongLists(
                "An answer is about records that are not there.",
                expected="two different ids of the lists",
                found=f"{id_a!r} and {id_b!r}"[:120],
                where="labels",
                todo="Link the lists that the answers are about, or leave the line out.",
            )
        a, b = sorted((row_of[id_a], row_of[id_b]))
        found[answer].add((a, b))
    _check_agreement(found["same"], found["different"], ids)
    return Labels(*(np.array(sorted(found[answer]), np.int64).reshape(-1, 2) for answer in ANSWERS))


def _check_agreement(same: set[tuple[int, int]], different: set[tuple[int, int]], ids: list[str]) -> None:
    leader: dict[int, int] = {}

    def lead(row: int) -> int:
        while leader.get(row, row) != row:
            row = leader[row]
        return row

    for a, b in sorted(same):
        one, other = sorted((lead(a), lead(b)))
        leader[other] = one
    broken = sorted((a, b) for a, b in different if lead(a) == lead(b))
    if broken:
        a, b = broken[0]
        raise ReviewNeeded(
            "Answers contradict each other.",
            expected="no pair that is different and, directly or over others, the same",
            found=f"{len(broken)} such pairs, the first {ids[a]!r} and {ids[b]!r}"[:160],
            where="labels",
            todo="Look at these records again, and withdraw the answer that is wrong.",
        )
