"""Cells of a file that people will open in a spreadsheet."""

from __future__ import annotations

from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: a sign that begins one is put behind an apostrophe."""
    start = text.lstrip(" \ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
    return f"'{text}" if start.startswith(FORMULA) else text
