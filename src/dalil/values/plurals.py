"""Which form of a noun goes with a number: English has two forms, Arabic six."""

from __future__ import annotations


def plural_category(language: str, value: int) -> str:
    """Return the CLDR plural category of a whole number (CLDR 44, cardinal rules for en and ar)."""
    if language != "ar":
        return "one" if value == 1 else "other"
    match value:
        case 0:
            return "zero"
        case 1:
            return "one"
        case 2:
            return "two"
    match value % 100:
        case rest if 3 <= rest <= 10:
            return "few"
        case rest if rest >= 11:
            return "many"
    return "other"
