"""Whom no list tells of: known to the generator alone, so that an estimate from the lists can be held against it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from demo.people import Episode

FILE: Final = "unrecorded.json"
ESTIMATED: Final = "E01"
"""The figure that estimates them: disappearances by the state, not because of kinship.

Of arrests because of kinship, and of those by other parties, some lists tell only beside others; those are in no
estimate.
"""


def write_unrecorded(out: Path, missed: Iterable[Episode]) -> None:
    """Write how many cases of the estimated figure are on no list."""
    number = sum(episode.party == "syria.state" and not episode.is_kin and episode.is_disappeared for episode in missed)
    (out / FILE).write_text(json.dumps({ESTIMATED: number}) + "\n", encoding="utf-8")


def read_unrecorded(out: Path) -> int:
    """Return how many cases of the estimated figure are on no list."""
    return int(json.loads((out / FILE).read_text(encoding="utf-8"))[ESTIMATED])
