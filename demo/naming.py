"""Parts of names, and how often each is drawn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

_FILE: Final = Path(__file__).with_name("names.yaml")
_SLOTS: Final = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class NameParts:
    """Parts in Arabic, each with its spellings in Latin letters: academic, English, French, others."""

    male: dict[str, tuple[str, ...]]
    female: dict[str, tuple[str, ...]]
    family: dict[str, tuple[str, ...]]

    @property
    def given(self) -> dict[str, tuple[str, ...]]:
        """Parts that people are given, of either sex."""
        return self.female | self.male


@cache
def name_parts() -> NameParts:
    """Read ``names.yaml``."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=loader)
    return NameParts(**{kind: {part: tuple(forms) for part, forms in parts.items()} for kind, parts in read.items()})


class Lottery:
    """Draws from options in proportion to whole or fractional weights, with one random number a draw."""

    def __init__(self, options: Sequence[str], weights: Sequence[float]) -> None:
        total = sum(weights)
        self._slots: list[str] = []
        passed = 0.0
        for option, weight in zip(options, weights, strict=True):
            passed += weight
            self._slots += [option] * (round(passed * _SLOTS / total) - len(self._slots))

    def draw(self, rng: random.Random) -> str:
        """Return one option."""
        return self._slots[int(rng.random() * _SLOTS)]


def by_rank(parts: dict[str, tuple[str, ...]]) -> Lottery:
    """Return the lottery of name parts: the n-th has weight 1/(n+8), so a few are very common and all occur."""
    return Lottery(list(parts), [1 / (rank + 8) for rank in range(len(parts))])
