"""What headings of lists usually mean, in English, Arabic and French: for guesses that a person confirms.

A heading is folded before it is compared; of one with an upper part ("Arrest / Date") the whole is tried first, then
the lower part. The headings are in ``headings.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from dalil.intake.plain_yaml import parse_plain_yaml
from dalil.vocabulary.folding import fold

KEY: Final = "key"
"""Stands for a heading that names rows, and says nothing about anyone."""


@cache
def _said() -> dict[str, Any]:
    text = files(__package__).joinpath("headings.yaml").read_text(encoding="utf-8")
    return parse_plain_yaml(text, name="headings.yaml").content


@cache
def by_heading() -> Mapping[str, tuple[str, ...]]:
    """Return, by folded heading, the meanings it may have; which of them fits depends on what rows are about."""
    meanings: dict[str, list[str]] = {}
    for meaning, headings in _said()["headings"].items():
        for heading in headings:
            meanings.setdefault(fold(heading), []).append(meaning)
    return {heading: tuple(found) for heading, found in meanings.items()}


def row_form_of(headings: Sequence[str]) -> str:
    """Return what rows under these headings are most likely about."""
    words = " ".join(fold(each) for each in headings)
    for form, telling in _said()["about"].items():
        if any(fold(word) in words for word in telling):
            return str(form)
    return "person"
