"""Whether words on a page are true of the number behind them: "at least 20,847", "nearly 20,000", "21,000"."""

from __future__ import annotations

from enum import StrEnum

from dalil.figures.definitions import Rendering
from dalil.values.canonical import JsonObject
from dalil.vocabulary.hedges import count_bounds
from dalil.vocabulary.vocabulary import Vocabulary

EXACTLY = "exactly"


class Verdict(StrEnum):
    """What checking a rendering finds."""

    HOLDS = "holds"
    BELOW_THE_DOCUMENTED = "below_the_documented"
    """The words say less than what is documented: a reader may take documented persons for invented ones."""
    ABOVE_THE_DOCUMENTED = "above_the_documented"
    """The words say more than what is documented."""
    ROUNDED_WITHOUT_A_HEDGE = "rounded_without_a_hedge"
    """A round number stands without a word that says it is round."""


def check_rendering(rendering: Rendering, counted: int, vocabulary: Vocabulary) -> Verdict:
    """Return whether the words are true of the number counted.

    A hedge stands for every number between its bounds (scheme ``hedges``); no hedge means exactly.
    """
    low, high = count_bounds(vocabulary, rendering.hedge or EXACTLY, rendering.value)
    if (low is None or low <= counted) and (high is None or counted <= high):
        return Verdict.HOLDS
    if rendering.hedge is None and rendering.value % 10 == 0 and _rounds_to(counted, rendering.value):
        return Verdict.ROUNDED_WITHOUT_A_HEDGE
    return Verdict.BELOW_THE_DOCUMENTED if high is not None and high < counted else Verdict.ABOVE_THE_DOCUMENTED


def _rounds_to(counted: int, printed: int) -> bool:
    unit = 1
    while printed and printed % (unit * 10) == 0:
        unit *= 10
    return abs(counted - printed) < unit


def rendering_json(rendering: Rendering, verdict: Verdict) -> JsonObject:
    """Return a checked rendering as it stands in a record."""
    return {
        "value": rendering.value,
        "hedge": rendering.hedge,
        "place": rendering.place,
        "verdict": verdict.value,
    }
