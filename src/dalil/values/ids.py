"""Identifiers: of entries (random), of subjects and statements (where in the ledger they were first said).

A subject is known by the ledger position of the account that introduced it and its order in that account, packed into
one 64-bit number so that a hundred thousand of them join in milliseconds. A statement's id has the same form. On paper
both are written ``<entry>.<n>``, such as ``18233.0``.
"""

from __future__ import annotations

from typing import Final

from dalil.errors import UnknownSubject

ORDER_BITS: Final = 12
MAX_ORDER: Final = 1 << ORDER_BITS
"""Subjects, and statements, that one account may hold."""


MAX_ENTRY_DIGITS: Final = 15
"""Digits of the largest entry position that still fits an id; a ledger never comes near it."""


def _is_plain(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")


def subject_id(entry: int, order: int) -> int:
    """Pack the position of an entry and an order within it (0 to 4095) into one id."""
    return entry << ORDER_BITS | order


def entry_of(identifier: int) -> int:
    """Return the ledger position of the entry that introduced a subject or statement."""
    return identifier >> ORDER_BITS


def order_of(identifier: int) -> int:
    """Return the order of a subject or statement within its entry."""
    return identifier & (MAX_ORDER - 1)


def format_subject(identifier: int) -> str:
    """Write an id as people and bodies carry it: ``<entry>.<n>``."""
    return f"{identifier >> ORDER_BITS}.{identifier & (MAX_ORDER - 1)}"


def parse_subject(text: str) -> int:
    """Read ``<entry>.<n>``.

    Raises
    ------
    UnknownSubject
        The text does not have that form.
    """
    entry, dot, order = text.partition(".")
    if not (dot and _is_plain(entry) and _is_plain(order)):
        raise UnknownSubject("This is not an id.", expected="<entry>.<n>, such as 18233.0", todo="Copy the id again.")
    if len(order) > 4 or int(order) >= MAX_ORDER or len(entry) > MAX_ENTRY_DIGITS:
        expected = f"an entry of at most {MAX_ENTRY_DIGITS} digits and n below {MAX_ORDER}"
        raise UnknownSubject("This id is out of range.", expected=expected, todo="Copy the id again.")
    return subject_id(int(entry), int(order))
