"""Which script a text is written in, as an ISO 15924 code of the scheme `scripts`."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_RANGES: Final = (
    *((0x0041, 0x024F, "Latn"), (0x1E00, 0x1EFF, "Latn")),
    *((0x0370, 0x03FF, "Grek"), (0x1F00, 0x1FFF, "Grek")),
    (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "Armn"),
    (0x0590, 0x05FF, "Hebr"),
    *((0x0600, 0x06FF, "Arab"), (0x0750, 0x077F, "Arab"), (0x0870, 0x08FF, "Arab")),
    *((0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFF, "Arab")),
    (0x0700, 0x074F, "Syrc"),
)
COMMON: Final = "Zyyy"
"""No letter of a script told apart here: digits, signs, letters of other scripts, nothing at all."""
_MOST_CHARACTERS: Final = 20_000


class _ScriptTable(dict[str, str]):
    """Script of each character, learnt the first time it is met."""

    def __missing__(self, character: str) -> str:
        script = COMMON
        if unicodedata.category(character).startswith("L"):
            code = ord(character)
            script = next((name for first, last, name in _RANGES if first <= code <= last), COMMON)
        self[character] = script
        return script


_SCRIPTS: Final = _ScriptTable()
_NOT_PLAIN_ARABIC: Final = re.compile("[^ \u0621-\u064a]")


def script_of(text: str) -> str:
    """Return the script of most letters of a text; on a tie, the one met first; "Zyyy" if it has no letter."""
    if text.isascii():
        return "Latn" if text.lower() != text.upper() else COMMON
    if not _NOT_PLAIN_ARABIC.search(text):
        return "Arab"
    if len(_SCRIPTS) > _MOST_CHARACTERS:
        _SCRIPTS.clear()
    counts: dict[str, int] = {}
    for script in map(_SCRIPTS.__getitem__, text):
        counts[script] = counts.get(script, 0) + 1
    counts.pop(COMMON, None)
    if len(counts) < 2:
        return next(iter(counts), COMMON)
    return max(counts, key=counts.__getitem__)
