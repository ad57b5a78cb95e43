"""Invented air strikes on the hospital called the Cave: as many as make F04, split by party over time (P10, P11, X22).

The documents say "more than 20 times" and name no strike. These dates and weapons are invented; the facility is real,
so each row's own facility has to be joined to it by a judgement, and the source says that the strikes are invented.
"""

from __future__ import annotations

import random
from typing import Final

from demo.days import day
from demo.naming import Lottery
from demo.people import Strike
from demo.targets import STRIKES_BY_RUSSIA, STRIKES_BY_STATE

_STATE_SINCE: Final = day("2014-02-01")
_RUSSIA_SINCE: Final = day("2015-10-05")
"""Russian aircraft took part from the end of September 2015."""
_UNTIL: Final = day("2018-03-20")
_MEANS: Final = {
    "syria.state": Lottery(["air.barrel_bomb", "air.unguided", "air.unspecified", "air.cluster"], [4, 5, 2, 1]),
    "syria.russia": Lottery(["air.guided", "air.unguided", "air.cluster", "air.unspecified"], [4, 3, 1, 1]),
}


def draw_strikes(rng: random.Random) -> tuple[Strike, ...]:
    """Draw the strikes, in order of date, no two on one day."""
    days: dict[int, str] = {}
    for party, n, since in (
        ("syria.state", STRIKES_BY_STATE, _STATE_SINCE),
        ("syria.russia", STRIKES_BY_RUSSIA, _RUSSIA_SINCE),
    ):
        wanted = len(days) + n
        while len(days) < wanted:
            days.setdefault(since + int(rng.random() * (_UNTIL - since)), party)
    return tuple(
        Strike(key=f"S{number:02}", on=on, means=_MEANS[party].draw(rng), party=party)
        for number, (on, party) in enumerate(sorted(days.items()), 1)
    )
