"""What is known of records, worked out from statements: terms, dates, ages, grades, sources.

Each function returns a query with ``key`` (the record) or ``person``, and one row for each value that some source
gives, or one row with the bounds that all sources leave. Mentions are already brought together; what a condition makes
of the values is for ``clauses``.
"""

from __future__ import annotations

from typing import Final

from dalil.figures.definitions import Base
from dalil.figures.episode_relations import FIRST, LAST, dated_events, episodes, meeting
from dalil.figures.session import Session, quoted, quoted_list
from dalil.records.status_rules import StatusRules

UNKNOWN_TERMS: Final = ("unknown", "unidentified")
"""Codes by which a source says that it does not know."""
AGELESS: Final = 999
"""More years than anyone has: no upper bound."""
BOUNDED: Final = 4_000_000
"""Day numbers stay below this (the year 9999 is 2,932,896); what is beyond stands for no bound."""


def key_column(base: Base) -> str:
    """Return the column of a typed relation that is the record: the subject, or the statement itself."""
    return "id" if base.kind == "rows" else "subject"


# --- terms ----------------------------------------------------------------------------------------------------------
def term_values(session: Session, base: Base, attribute: str) -> str:
    """Return ``(key, value)``: every code that a source gives of a record that is no episode."""
    key = key_column(base)
    own = f'SELECT {key} AS key, "{attribute}" AS value FROM {session.typed(base.predicate)}'
    if attribute != "party" or base.predicate not in ("event", "act"):
        return own
    told = f"SELECT subject AS key, party AS value FROM {session.typed('attribution')}"
    return told if base.predicate == "event" else f"{told} UNION ALL SELECT subject, by FROM {session.typed('act')}"


def sexes(session: Session) -> str:
    """Return ``(person, value)``: the sex of each person of whom all sources that know it say the same."""
    unknown = quoted_list(UNKNOWN_TERMS)
    return session.keep(
        "sexes",
        lambda: (
            f"""
            SELECT subject AS person, max(value) AS value FROM {session.scalars("sex")}
            WHERE value NOT IN ({unknown}) GROUP BY subject HAVING count(DISTINCT value) = 1"""
        ),
    )


# --- dates ----------------------------------------------------------------------------------------------------------
def date_bounds(session: Session, base: Base, attribute: str) -> str:
    """Return ``(key, lo, hi)`` of what is no episode: where the dates given meet, else the span of those that disagree.

    A source cannot date anything after it was published. Missing bounds are ``FIRST`` and ``LAST``.
    """
    lo, hi = f'"{attribute}_lo"', f'"{attribute}_hi"'
    if attribute == "on":  # where no day is given for what happened, the time the statement speaks of bounds it
        own = f"{lo} IS NULL AND {hi} IS NULL"
        lo, hi = f"CASE WHEN {own} THEN when_lo ELSE {lo} END", f"CASE WHEN {own} THEN when_hi ELSE {hi} END"
    first, last = f"coalesce({lo}, {FIRST})", f"coalesce({hi}, {LAST})"
    published = f"coalesce(t.published_hi, {LAST})"
    dated = f"""
        SELECT r.{key_column(base)} AS key, {first} AS lo,
               CASE WHEN {published} < {first} THEN {last} ELSE least({last}, {published}) END AS hi
        FROM {session.typed(base.predicate)} r LEFT JOIN {told(session)} t ON t.entry = r.id >> 12"""
    return meeting(dated, "key")


def told(session: Session) -> str:
    """Return ``(entry, source, key, published_hi, synthetic)`` of every account."""
    return session.keep(
        "told",
        lambda: (
            f"""
            SELECT a.id AS entry, s.id AS source, s.key, s.published_hi, s.synthetic
            FROM {session.known("accounts")} a JOIN {session.known("sources")} s ON s.id = a.source"""
        ),
    )


# --- ages -----------------------------------------------------------------------------------------------------------
def births(session: Session, people: str) -> str:
    """Return ``(person, lo, hi)``: the days on which each of ``people`` can have been born, by all that is said.

    ``lo`` is after ``hi`` where sources contradict each other.
    """
    bounds = " UNION ALL ".join(
        f"SELECT subject AS person, lo, hi FROM {session.scalars(predicate)}" for predicate in ("birth", "age")
    )
    return f"""
        SELECT person, max(coalesce(lo, {FIRST})) AS lo, min(coalesce(hi, {LAST})) AS hi
        FROM ({bounds} UNION ALL {_births_from_classes(session)})
        WHERE person IN (SELECT person FROM {people}) GROUP BY person"""


def _births_from_classes(session: Session) -> str:
    """Someone under 18 on a day was born after the day 18 years before it; whoever is 18 or more, by that day."""
    least, most = _class_years(session)
    first = f"CASE WHEN {most} IS NULL THEN {FIRST} ELSE {_years_before('at_lo', f'{most} + 1')} + 1 END"
    last = f"CASE WHEN {least} IS NULL THEN {LAST} ELSE {_years_before('at_hi', least)} END"
    dated = "at_lo IS NOT NULL AND at_hi IS NOT NULL"
    return f"SELECT subject AS person, {first}, {last} FROM {session.typed('age_class')} WHERE {dated}"


def _class_years(session: Session) -> tuple[str, str]:
    """Return SQL for the least and the most completed years of an age class."""
    classes = session.vocabulary.scheme("age_classes").terms.values()

    def years(name: str) -> str:
        cases = "".join(f"WHEN {quoted(t.code)} THEN {int(v)} " for t in classes if (v := t.property(name)) is not None)
        return f"CASE class {cases}END"

    return f"nullif({years('from_years')}, 0)", years("to_years")


def _years_before(day: str, years: str) -> str:
    """Return SQL for the day number of the same day so many years earlier."""
    return f"((DATE '1970-01-01' + {day}::INTEGER - to_years(({years})::INTEGER))::DATE - DATE '1970-01-01')"


def ages_said(session: Session, rules: StatusRules) -> str:
    """Return ``(episode, person, least, most)``: completed years that a source says someone had at the arrest.

    A source that gives an age on the day of arrest says it of that day, however coarsely it dates the day. Worked out
    from a month and an age in years, the same would be known to within a year only.
    """
    least, most = _class_years(session)
    begins = quoted_list(event for event, role in rules.roles.items() if role.begins)
    said = f"""
        SELECT id, subject, years AS least, years AS most, at_lo, at_hi FROM {session.typed("age")}
        UNION ALL
        SELECT id, subject, coalesce({least}, 0), coalesce({most}, {AGELESS}), at_lo, at_hi
        FROM {session.typed("age_class")}"""
    return session.keep(
        f"ages said {rules.method}",
        lambda: (
            f"""
            SELECT e.episode, s.subject AS person, max(s.least) AS least, min(s.most) AS most
            FROM ({said}) s JOIN {dated_events(session)} e
            ON e.id >> 12 = s.id >> 12 AND e.on_lo IS NOT DISTINCT FROM s.at_lo AND e.on_hi IS NOT DISTINCT FROM s.at_hi
            JOIN {episodes(session)} p ON p.episode = e.episode AND p.person = s.subject
            WHERE e.event IN ({begins}) AND (s.at_lo IS NOT NULL OR s.at_hi IS NOT NULL) GROUP BY ALL"""
        ),
    )


def years_between(born: str, on: str) -> str:
    """Return SQL for completed years from one day number to another; NULL where either is unbounded."""

    def calendar(day: str) -> str:
        date = f"(DATE '1970-01-01' + {day}::INTEGER)"
        return f"(year({date}) * 10000 + month({date}) * 100 + day({date}))"

    bounded = f"abs({born}) < {BOUNDED} AND abs({on}) < {BOUNDED}"
    return f"CASE WHEN {bounded} THEN ({calendar(on)} - {calendar(born)}) // 10000 END"


# --- grades and sources ---------------------------------------------------------------------------------------------
def record_sources(session: Session, base: Base) -> str:
    """Return ``(key, source, source_key)``: who tells of each record."""
    if base.kind == "rows":
        rows = session.typed(base.predicate)
        return f"""SELECT r.id AS key, t.source, t.key AS source_key
                   FROM {rows} r JOIN {told(session)} t ON t.entry = r.id >> 12"""
    # From the few records to their mentions, not from all mentions of the archive to the few records.
    mentions = f"""
        SELECT key, key AS mention FROM records
        UNION ALL SELECT r.key, i.subject FROM records r JOIN {session.identities()} i ON i.identity = r.key"""
    return f"""
        WITH records AS (SELECT DISTINCT subject AS key FROM {session.typed(base.predicate)})
        SELECT DISTINCT m.key, t.source, s.key AS source_key
        FROM ({mentions}) m JOIN {session.known("_mentions")} t ON t.mention = m.mention
        JOIN {session.known("sources")} s ON s.id = t.source"""


def grades(session: Session, base: Base) -> str:
    """Return ``(key, grade, discounted)``: what was last decided of a record, else the best grade of its sources."""
    decided = f"""
        SELECT subject AS key, arg_max(grade, id) AS grade, arg_max(coalesce(flag, ''), id) = 'discounted' AS discounted
        FROM ({session.identified(session.known("grades"), ["subject"])}) WHERE subject IS NOT NULL GROUP BY subject"""
    of_sources = f"""
        SELECT source, arg_max(grade, id) AS grade FROM {session.known("grades")}
        WHERE source IS NOT NULL GROUP BY source"""
    own = "SELECT id AS key, subject FROM" if base.kind == "rows" else "SELECT DISTINCT subject AS key, subject FROM"
    return f"""
        SELECT k.key, coalesce(any_value(d.grade), max(g.grade), 'G0') AS grade,
               coalesce(any_value(d.discounted), false) AS discounted
        FROM ({own} {session.typed(base.predicate)}) k
        LEFT JOIN ({decided}) d ON d.key = k.subject
        LEFT JOIN ({record_sources(session, base)}) s ON s.key = k.key
        LEFT JOIN ({of_sources}) g ON g.source = s.source GROUP BY k.key"""


def synthetic(session: Session) -> str:
    """Return ``(identity)`` of every subject of whom only invented sources speak."""

    def query() -> str:
        mentions = session.identified(session.known("_mentions"), ["mention"])
        return f"SELECT mention AS identity FROM ({mentions}) GROUP BY mention HAVING bool_and(synthetic)"

    return session.keep("synthetic", query)
