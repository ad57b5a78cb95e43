"""Governorates and places in them, with the words lists use, and how arrests spread over them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from demo.naming import Lottery

_FILE: Final = Path(__file__).with_name("places.yaml")
HOLDERS: Final = ("state", "isis", "hts", "opposition", "sdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Governorate:
    """One governorate under its P-code."""

    code: str
    arabic: str
    english: tuple[str, ...]
    academic: str
    areas: tuple[str, ...]
    weights: dict[str, int]


@cache
def governorates() -> dict[str, Governorate]:
    """Read ``places.yaml``."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=loader)
    return {
        code: Governorate(
            code=code,
            arabic=place["ar"],
            english=tuple(place["en"]),
            academic=place["academic"],
            areas=tuple(place["areas"]),
            weights={holder: place.get(holder, 0) for holder in HOLDERS},
        )
        for code, place in read.items()
    }


def spread(holder: str) -> Lottery:
    """Return the lottery of governorates in which this holder arrests."""
    places = governorates()
    return Lottery(list(places), [place.weights[holder] for place in places.values()])
