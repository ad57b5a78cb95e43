"""What estimation says to people, in English and Arabic (``sentences.yaml``)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

LANGUAGES = ("en", "ar")


@cache
def _sentences() -> dict[str, dict[str, dict[str, str]]]:
    text = files("dalil.estimation").joinpath("sentences.yaml").read_text(encoding="utf-8")
    read: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(text)
    return read


def say(part: str, key: str, **values: Any) -> dict[str, str]:
    """Return a sentence in each language, with ``values`` in its places.

    Parameters
    ----------
    part : str
        ``assumptions``, ``checks``, ``methods`` or ``annex``.
    key : str
        Which sentence.
    """
    said = _sentences()[part][key]
    words = {name: number_text(value) for name, value in values.items()}
    return {language: said[language].format(**words) for language in LANGUAGES}


def number_text(value: Any) -> str:
    """Write a number as people read it: whole ones with groups of three, others with few digits; text as it is."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    if isinstance(value, int | float):
        return f"{value:,.0f}"
    return str(value)
