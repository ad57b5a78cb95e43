"""Text as it is compared: composed, without invisible controls, with single spaces and plain digits.

Nothing here is stored in place of what a source wrote: `original_…` keeps that. Every function is linear in its input.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = (
    "\u00ad\u061c\u180e\ufeff"  # soft hyphen, Arabic letter mark, Mongolian separator, byte order mark
    "\u200b\u200c\u200d\u200e\u200f"  # zero-width spaces and joiners, left-to-right and right-to-left marks
    "\u202a\u202b\u202c\u202d\u202e"  # embeddings and overrides
    "\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069"  # isolates
)
_REMOVE_INVISIBLE: Final = dict.fromkeys(map(ord, _INVISIBLE))
_ANY_INVISIBLE: Final = re.compile(f"[{_INVISIBLE}]")  # three times as fast as asking a set


class _DigitTable(dict[int, int]):
    """Translation table that learns each decimal digit of any script the first time it meets it."""

    def __missing__(self, code: int) -> int:
        value = unicodedata.decimal(chr(code), None)
        self[code] = code if value is None else ord("0") + value
        return self[code]


_DIGITS: Final = _DigitTable()
_MOST_CHARACTERS: Final = 20_000
"""Characters `plain_digits` remembers before it starts afresh: hostile text must not grow the process."""


def clean_text(text: str) -> str:
    """Return text for comparison: NFC, no invisible controls, every run of white space (NBSP too) one space."""
    if not text.isascii():
        if _ANY_INVISIBLE.search(text):
            text = text.translate(_REMOVE_INVISIBLE)
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def plain_digits(text: str) -> str:
    """Write decimal digits of every script (Arabic-Indic, Persian, …) as 0 to 9."""
    if text.isascii():
        return text
    if len(_DIGITS) > _MOST_CHARACTERS:
        _DIGITS.clear()
    return text.translate(_DIGITS)


def shape_of(text: str) -> str:
    """Describe text without telling it: letters become ``a``, digits ``9``; at most 40 characters.

    Error messages and logs carry this in place of the words of a record.
    """
    shape = "".join("9" if c.isdecimal() else "a" if c.isalpha() else c if c.isprintable() else "·" for c in text[:40])
    return shape + "…" if len(text) > 40 else shape
