"""Days that cannot be one: pairs of large blocks that are kept out by when things happened, before they are compared.

Of the pairs that share two common parts of a name, most died months apart. A look at two dates costs next to nothing,
so blocks may be larger where such pairs are left out, and more of those that matter are found. Blocks of few records
keep all their pairs: a date can be wrong, and rare names outweigh it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import NO_DAY, Features

Longs = npt.NDArray[np.int64]

FAR: Final = 45
"""Days between two dates, or the nearer ends of what is told of them, beyond which they are not of one event."""
_EVER: Final = 2**30


class Days:
    """When what is told of each record happened."""

    def __init__(self, features: Features) -> None:
        event = features.event.astype(np.int64)
        untold = event[:, 0] == NO_DAY
        self._first = np.where(untold, -_EVER, event[:, 0]).astype(np.int32)
        self._last = np.where(untold, _EVER, event[:, 1]).astype(np.int32)
        self._exchanged = np.where(
            ~untold & (event[:, 0] == event[:, 1]), exchanged(np.where(untold, 0, event[:, 0])), -_EVER
        ).astype(np.int32)

    def may_be_one(self, a: Longs, b: Longs) -> npt.NDArray[np.bool_]:
        """Say of which pairs of records the dates may be one: near, untold, or with day and month exchanged."""
        found: npt.NDArray[np.bool_] = self._first[a] <= self._last[b] + FAR
        found &= self._first[b] <= self._last[a] + FAR
        found |= self._exchanged[a] == self._first[b]
        return found


def exchanged(day: Longs) -> Longs:
    """Return days since 1970 with day and month exchanged; far from any where that is no day."""
    date = day.astype("datetime64[D]")
    year, month = date.astype("datetime64[Y]"), date.astype("datetime64[M]")
    number = (month - year.astype("datetime64[M]")).astype(np.int64)
    of_month = (date - month.astype("datetime64[D]")).astype(np.int64)
    found = (year.astype("datetime64[M]") + np.minimum(of_month, 11)).astype("datetime64[D]") + number
    # No month has fewer than 28 days, so the twelve months' numbers are days of every month.
    return np.where(of_month < 12, found.astype(np.int64), -_EVER)
