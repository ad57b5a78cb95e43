"""Which spellings are a slip of the pen from one another: a letter more, less, other or in another order.

Two spellings are near if they are the same once each has lost a letter or none. The spellings less a letter are kept
as numbers, so that a list of many names needs little room; two that share a number by chance cost a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dalil.names.distinct import distinct

LONGEST = 24
"""Letters of a spelling of which each is left out in turn."""


class Spellings:
    """Spellings by number, each in its own place of a sequence."""

    def __init__(self, forms: Sequence[str]) -> None:
        codes = [_codes(form) for form in forms]
        numbers = np.repeat(np.arange(len(forms), dtype=np.uint32), [len(each) for each in codes])
        less = np.array([code for each in codes for code in each], np.uint32)
        order = np.argsort(less, kind="stable")
        self._less, self._numbers = less[order], numbers[order]

    @property
    def n_bytes(self) -> int:
        """Memory that is held."""
        return self._less.nbytes + self._numbers.nbytes

    def near(self, form: str) -> NDArray[np.uint32]:
        """Return the numbers of the spellings that are the same as one, or a slip of the pen from it."""
        wanted = np.array(_codes(form), np.uint32)
        starts = np.searchsorted(self._less, wanted, "left").tolist()
        stops = np.searchsorted(self._less, wanted, "right").tolist()
        found = [self._numbers[start:stop] for start, stop in zip(starts, stops, strict=True)]
        return distinct(np.concatenate(found))


def _codes(form: str) -> list[int]:
    """Return a number for a spelling and for what is left of it without each of its letters."""
    shorter = {form[:at] + form[at + 1 :] for at in range(min(len(form), LONGEST))} if len(form) > 2 else set()
    return [crc32(each.encode()) for each in sorted({form, *shorter})]
