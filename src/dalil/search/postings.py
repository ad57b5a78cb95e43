"""A posting: one name of one subject, by the statement that gives it, and which part of it the key is of.

32 bits: the entry within its block (14), the statement within its entry (12), the part's place in the name (3) and the
number of the name's parts less one (3). A place that such a name cannot have says that the part stands beside the
name: a father's, a mother's or a by-name told apart from it.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from dalil.values.ids import ORDER_BITS

BLOCK_BITS: Final = 14
"""Entries of a block: 16,384. Fewer cost more look-ups for one query, more cost more bytes written for one batch."""
PLACE_BITS: Final = 6
MOST_PLACES: Final = 8

FATHER: Final = 1 << 3
"""Places of parts beside a name, for names "of one part": the first part's place is 0."""
MOTHER: Final = 2 << 3
KUNYA: Final = 3 << 3

_IN_BLOCK: Final = (1 << BLOCK_BITS) - 1
_ORDER: Final = (1 << ORDER_BITS) - 1


def place_code(at: int, count: int) -> int:
    """Return the code of the part ``at`` (from 0) of a name of ``count`` parts, at most 8."""
    return at << 3 | (count - 1)


def posting(statement: int, place: int) -> int:
    """Pack what a block's row holds of a statement id and a place code."""
    return (statement & (_IN_BLOCK << ORDER_BITS | _ORDER)) << PLACE_BITS | place


def block_of(entry: int) -> int:
    """Return the block an entry lies in."""
    return entry >> BLOCK_BITS


def statement_of(block: int, packed: int) -> int:
    """Return the statement id of a posting of a block."""
    return block << BLOCK_BITS + ORDER_BITS | packed >> PLACE_BITS


def write_places(packed: Sequence[int]) -> bytes:
    """Return postings as the bytes of a row: 4 bytes each, the least significant first."""
    return struct.pack(f"<{len(packed)}I", *packed)


def read_places(data: bytes) -> tuple[int, ...]:
    """Return the postings of a row."""
    return struct.unpack(f"<{len(data) // 4}I", data)
