"""Who may fit the filters of a search, found over all persons at once: so that only their names are compared.

A search reads what is said of the persons whose names answer, and leaves out those a filter does not fit. Where few
fit, that is reading hundreds in vain. Here the same is asked of the columns that figures are counted from: whoever fits
is among what is found, others may be, and the search still looks at each.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalil.figures.episode_facts import facts
from dalil.figures.session import Session, quoted, quoted_list
from dalil.records.status_rules import StatusRules
from dalil.search.filtering import Filters

YEAR_DAYS: Final = 366
"""No year is longer."""
SHORT_YEAR_DAYS: Final = 365
"""No year is shorter."""


def entries_fitting(session: Session, filters: Filters, *, rules: StatusRules, as_of: int) -> NDArray[np.bool_]:
    """Return, for each entry of the ledger, whether it names somebody who may fit.

    Parameters
    ----------
    as_of : int
        Day for ages and statuses.

    Returns
    -------
    array of bool, shape (n_entries,)
        As many as the session knows.
    """
    asked = [
        None if filters.sex is None else _of_sex(session, filters.sex),
        None if filters.places is None else _at(session, filters.places),
        None if filters.source is None else _told_by(session, filters.source),
        None if filters.acts is None else _suffered(session, filters.acts),
        None if filters.ages is None else _aged(session, filters.ages, as_of),
        None if filters.dates is None else _dated(session, filters.dates),
        None if filters.statuses is None else _with_status(session, filters.statuses, rules, as_of),
    ]
    fitting = " INTERSECT ".join(f"SELECT person FROM ({query})" for query in asked if query is not None)
    # Decisions that prefer a value are the figures': a search knows of all that is said. Their persons are looked at.
    preferred = session.identified(session.known("preferences"), ["subject"])
    held = f"SELECT p.person FROM ({preferred}) d JOIN {session.typed('detainee')} p ON p.subject = d.subject"
    people = f"SELECT person FROM ({fitting}) UNION SELECT subject FROM ({preferred}) UNION {held}"
    names = session.identified(f"(SELECT id, subject FROM {session.known('names')})", ["subject"])
    found = session.rows(f"SELECT DISTINCT n.id >> 12 FROM ({names}) n SEMI JOIN ({people}) p ON p.person = n.subject")
    fits = np.zeros(session.known_by, dtype=np.bool_)
    fits[np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found))] = True
    return fits


def _of_sex(session: Session, sex: str) -> str:
    return f"SELECT subject AS person FROM {session.scalars('sex')} WHERE value = {quoted(sex)}"


def _rows(session: Session, code: str, subjects: Collection[str]) -> str:
    """Return a query for all rows of a predicate with parts, whatever was preferred, mentions by their identities."""
    return session.identified(session.known(str(session.vocabulary.predicates[code].table)), [*subjects])


def _at(session: Session, places: Collection[str]) -> str:
    codes = quoted_list(places)
    return f"""
        SELECT subject AS person FROM ({_rows(session, "residence", ["subject"])}) WHERE place IN ({codes})
        UNION SELECT subject FROM ({_rows(session, "located_in", ["subject"])}) WHERE place IN ({codes})
        UNION SELECT victim FROM ({_rows(session, "act", ["victim"])}) WHERE place IN ({codes})
        UNION {_happened(session, f"place IN ({codes})")}"""


def _happened(session: Session, condition: str) -> str:
    """Return a query for the detainees of whose detention an event meets a condition."""
    return f"""
        SELECT d.person FROM ({_rows(session, "episode_event", ["subject"])}) e
        JOIN {session.typed("detainee")} d ON d.subject = e.subject WHERE {condition}"""


def _told_by(session: Session, key: str) -> str:
    mentions = session.identified(session.known("_mentions"), ["mention"])
    return f"""
        SELECT m.mention AS person FROM ({mentions}) m JOIN {session.known("sources")} s ON s.id = m.source
        WHERE s.key = {quoted(key)}"""


def _suffered(session: Session, acts: Collection[str]) -> str:
    return f"SELECT victim AS person FROM ({_rows(session, 'act', ['victim'])}) WHERE kind IN ({quoted_list(acts)})"


def _aged(session: Session, ages: tuple[int, int], as_of: int) -> str:
    """Return a query for who may be of an age, counted in the longest and shortest years there are."""
    born_by, born_from = as_of - ages[0] * SHORT_YEAR_DAYS, as_of - (ages[1] + 1) * YEAR_DAYS
    said = " UNION ALL ".join(f"SELECT subject, lo, hi FROM {session.scalars(code)}" for code in ("birth", "age"))
    return f"""
        SELECT subject AS person FROM ({said})
        WHERE (lo IS NULL OR lo <= {born_by}) AND (hi IS NULL OR hi >= {born_from})"""


def _dated(session: Session, dates: tuple[int | None, int | None]) -> str:
    first, last = dates

    def within(lo: str, hi: str) -> str:
        parts = [f"({lo} IS NOT NULL OR {hi} IS NOT NULL)"]
        parts += [] if last is None else [f"({lo} IS NULL OR {lo} <= {int(last)})"]
        parts += [] if first is None else [f"({hi} IS NULL OR {hi} >= {int(first)})"]
        return " AND ".join(parts)

    acts = f"SELECT victim FROM ({_rows(session, 'act', ['victim'])}) WHERE {within('on_lo', 'on_hi')}"
    events = _happened(session, f"({within('e.on_lo', 'e.on_hi')}) OR ({within('e.when_lo', 'e.when_hi')})")
    return f"{events} UNION {acts}"


def _with_status(session: Session, statuses: Collection[str], rules: StatusRules, as_of: int) -> str:
    return f"SELECT person FROM {facts(session, rules, as_of=as_of)} WHERE code IN ({quoted_list(statuses)})"
