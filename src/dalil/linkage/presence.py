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


def may_enter(mentions: Longs, list_of: Longs, who: Longs, counted: npt.NDArray[np.bool_]) -> tuple[Longs, float]:
    """Return the mentions that may come into a count by a join with another list, and how likely a join counts.

    Parameters
    ----------
    mentions, list_of, who : (n,) int64
        Mentions of persons in lists, their lists, and their identities.
    counted : (n,) bool
        Which of them are of persons counted.

    Returns
    -------
    (n_entering,) int64, float
        None, where no list decides. The likelihood is the share counted of those on the list who are also on another.
    """
    n_counted = len(np.unique(who[counted]))
    found, chance = [], 0.0
    for number in np.unique(list_of[counted]).tolist():
        on = list_of == number
        if (on & ~counted).any() and len(np.unique(who[counted & on])) >= NEARLY_ALL * n_counted:
            beyond = np.isin(np.unique(who[on]), who[~on]).sum()
            chance = max(chance, min(1.0, n_counted / max(1, int(beyond))))
            found.append(mentions[on & ~counted])
    return (np.concatenate(found) if found else np.zeros(0, np.int64)), chance
