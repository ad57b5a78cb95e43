"""Whom no list tells of: known to the generator alone, so that an estimate from the lists can be held against it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from demo.people import Episode, Population

FILE: Final = "unrecorded.json"
ESTIMATED: Final = "E01"
"""The figure that estimates them: disappearances by the state, not because of kinship.

Of arrests because of kinship, and of those by other parties, some lists tell only beside others; those are in no
estimate.
"""


def write_unrecorded(out: Path, population: Population, missed: Iterable[Episode]) -> None:
    """Write how many cases of the estimated figure there are, on some list and on none."""
    recorded = sum(_is_estimated(episode) for person in population.persons for episode in person.episodes)
    hidden = sum(map(_is_estimated, missed))
    (out / FILE).write_text(json.dumps({ESTIMATED: {"recorded": recorded, "hidden": hidden}}) + "\n", encoding="utf-8")


def _is_estimated(episode: Episode) -> bool:
    return episode.party == "syria.state" and not episode.is_kin and episode.is_disappeared


def read_unrecorded(out: Path) -> tuple[int, int]:
    """Return how many cases of the estimated figure are on some list, and on none."""
    known = json.loads((out / FILE).read_text(encoding="utf-8"))[ESTIMATED]
    return int(known["recorded"]), int(known["hidden"])
