"""Other readings of a query that nobody in the archive answers to: a word cut in two, or two words as one.

*Mohamadkhaled* is two names in one word, *Ab dal-Rahman* one name in two. The reading whose names answer best is taken
for the query, if it answers well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy import Connection

from dalil.names import Unfinished, script_of
from dalil.names.units import unit
from dalil.search.candidates import borne
from dalil.search.cutting import MOST_READINGS, OTHERWISE, POOR, forms_of_halves, otherwise
from dalil.search.ranking import Parts, answers, read_parts

MOST_COMPARED: Final = 30
"""Names compared with each."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A query read otherwise: as text, and its units."""

    text: str
    asked: Unfinished


def readings_of(connection: Connection, text: str) -> list[Reading]:
    """Return other readings of a query; halves of a word must be words of the archive. One query."""
    forms = forms_of_halves(text)
    known = borne(connection, forms) if forms else set()

    def frequency(form: str) -> float:
        return 2.0 ** -unit(form, script_of(form)).bits if form in known else 0.0

    found = islice(otherwise(text, frequency), MOST_READINGS)
    return [Reading(cut, Unfinished(units, ())) for cut, units in found]


def best_reading(readings: Collection[Reading], names: Collection[Parts], *, least: float) -> Reading | None:
    """Return the reading that some name answers to best; None if none answers well, or better than ``least``."""
    read = [read_parts(parts) for parts in names]
    scored = [(OTHERWISE * max((answers(each.asked, name) for name in read), default=0.0), each) for each in readings]
    score, best = max(scored, key=lambda each: each[0], default=(0.0, None))
    return best if score > max(least, OTHERWISE * POOR) else None
