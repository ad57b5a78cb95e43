"""How an archive reviews: set once in ``dalil.toml`` under ``[review]``, the same for everyone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class TwoPersons(StrEnum):
    """Which verdicts take force only when a second person has given the same."""

    NEVER = "never"
    SAME = "same"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPolicy:
    """How an archive reviews.

    Attributes
    ----------
    two_persons : TwoPersons
        ``same``: joins need two; ``always``: every verdict does.
    second_look_percent : int
        Of settled pairs, how many in a hundred a second reviewer is shown, without the score and without the first
        verdict. Which ones follows from their ids, so nobody chooses.
    show_score : bool
        Whether reviewers see how likely the model finds a pair before they have decided.
    """

    two_persons: TwoPersons = TwoPersons.NEVER
    second_look_percent: int = 5
    show_score: bool = False

    def needs_two(self, verdict: str) -> bool:
        """Tell whether a verdict on an open pair waits for a second person."""
        match self.two_persons:
            case TwoPersons.NEVER:
                return False
            case TwoPersons.SAME:
                return verdict == "same"
            case TwoPersons.ALWAYS:
                return True

    def wants_second_look(self, a: int, b: int) -> bool:
        """Tell whether a pair is in the sample that a second reviewer looks at."""
        drawn = int.from_bytes(hashlib.sha256(f"second look {a} {b}".encode()).digest()[:4], "big")
        return drawn % 100 < self.second_look_percent


SETTINGS: Final = ("two_persons", "second_look_percent", "show_score")


def policy_of(said: Any) -> ReviewPolicy:
    """Return the policy that a ``[review]`` table says.

    Raises
    ------
    ValueError
        An unknown setting, or a value it cannot have; the message names the setting.
    """
    if not isinstance(said, Mapping):
        raise ValueError("`review` is not a table")
    unknown = sorted(set(said) - set(SETTINGS))
    if unknown:
        raise ValueError(f"unknown setting `review.{unknown[0]}`")
    two, percent, show = (said.get(name, getattr(ReviewPolicy(), name)) for name in SETTINGS)
    if two not in list(TwoPersons):
        raise ValueError("`review.two_persons` is not one of never, same, always")
    if type(percent) is not int or not 0 <= percent <= 100:
        raise ValueError("`review.second_look_percent` is not a whole number from 0 to 100")
    if type(show) is not bool:
        raise ValueError("`review.show_score` is not true or false")
    return ReviewPolicy(two_persons=TwoPersons(two), second_look_percent=percent, show_score=show)
