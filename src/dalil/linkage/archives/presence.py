"""Who is counted only because two lists tell of one person: somebody put on the air, and a detention.

Where nearly everybody counted is on one list, being on it is taken for what the count asks. Whoever else is on it may
come into the count by a join that is missing; of pairs of persons counted, nothing shows that.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Longs = npt.NDArray[np.int64]

NEARLY_ALL: Final = 0.9
"""Share of persons counted who are on a list, from which it is taken to decide."""


def may_enter(
    mentions: Longs, list_of: Longs, who: Longs, counted: npt.NDArray[np.bool_]
) -> tuple[Longs, npt.NDArray[np.float64]]:
    """Return the mentions that may come into a count by a join with another list, and how likely such a join counts.

    Parameters
    ----------
    mentions, list_of, who : (n,) int64
        Mentions of persons in lists, their lists, and their identities.
    counted : (n,) bool
        Which of them are of persons counted.

    Returns
    -------
    (n_entering,) int64, (n_entering,) float64
        Mentions, ascending; none, where no list decides. The likelihood is the share counted of those on the list who
        are on another too.
    """
    n_counted = len(np.unique(who[counted]))
    found, chances = [np.zeros(0, np.int64)], [np.zeros(0)]
    for number in np.unique(list_of[counted]).tolist():
        on = list_of == number
        if (on & ~counted).any() and len(np.unique(who[counted & on])) >= NEARLY_ALL * n_counted:
            n_beyond = int(np.isin(np.unique(who[on]), who[~on]).sum())
            found.append(mentions[on & ~counted])
            chances.append(np.full(len(found[-1]), min(1.0, n_counted / max(1, n_beyond))))
    entering, chance = np.concatenate(found), np.concatenate(chances)
    order = np.argsort(entering)
    return entering[order], chance[order]


def chance_of(mentions: Longs, entering: Longs, chance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how likely a join of each mention counts, 0 for those that do not enter."""
    if not len(entering):
        return np.zeros(len(mentions))
    at = np.minimum(np.searchsorted(entering, mentions), len(entering) - 1)
    return np.where(entering[at] == mentions, chance[at], 0.0)
