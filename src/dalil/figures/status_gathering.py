"""Gathers the events of each episode into one row of bounds, from which a status follows.

Most episodes know nothing but silence, denial and an end, so these are gathered apart from the others, with only the
dozen bounds that such events can move instead of all sixty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dalil.figures.episode_relations import FIRST, LAST, events_with, fold_episodes, fold_events, is_rare, marks
from dalil.figures.session import Session
from dalil.records.status_rules import RANKED, StatusRules

NEVER: Final = -(1 << 40)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One bound over the events of an episode: over which events, how, and what it is where there are none.

    Bounds with the same expression have the same column and are gathered once. An expression says CASE where FILTER
    would do: over many short groups DuckDB is a third faster with it.
    """

    column: str
    events: frozenset[str]
    expression: str
    default: int


def gathered(session: Session, *, as_of: int, rules: StatusRules, chosen: str = "true") -> list[str]:
    """Return queries that together give one row for every episode chosen: ``episode``, its arrest, and every bound.

    ``chosen`` is an SQL condition over the columns of :func:`fold_episodes`.
    """
    every = frozenset(rules.roles)
    common = events_with(rules, lambda role: not is_rare(role))
    return [
        _with_bounds(session, rules, as_of, f"{which} AND {chosen}", events)
        for events, which in ((common, "NOT mixed"), (every, "mixed"))
    ]


def _bounds(session: Session, rules: StatusRules, as_of: int, events: frozenset[str], chosen: str) -> str:
    asked = {a.expression: a.column for a in aggregates(rules).values() if a.events & events}
    columns = ", ".join(f"{expression} AS {column}" for expression, column in asked.items())
    episodes = f"SELECT episode FROM {fold_episodes(session, rules)} WHERE {chosen}"
    dated = f"""
        SELECT e.*, least(e.hi, {as_of}) AS by_now, e.ordered AND e.hi <= {as_of} AS sure
        FROM {fold_events(session, rules)} e SEMI JOIN ({episodes}) p ON p.episode = e.episode WHERE e.lo <= {as_of}"""
    return f"SELECT episode, {columns} FROM ({dated}) GROUP BY episode"


def _with_bounds(session: Session, rules: StatusRules, as_of: int, chosen: str, events: frozenset[str]) -> str:
    columns = ", ".join(
        f"coalesce(o.{a.column}, {a.default}) AS {name}" if a.events & events else f"{a.default} AS {name}"
        for name, a in aggregates(rules).items()
    )
    return f"""
        SELECT p.episode, p.last, p.lo AS arrest_lo, least(p.hi, coalesce(o.held_by, {LAST})) AS arrest_hi, {columns}
        FROM (SELECT * FROM {fold_episodes(session, rules)} WHERE {chosen}) p
        LEFT JOIN ({_bounds(session, rules, as_of, events, chosen)}) o ON o.episode = p.episode"""


def aggregates(rules: StatusRules) -> dict[str, Aggregate]:
    """Return what is gathered over the events of an episode, by name."""
    closes = events_with(rules, lambda role: role.closes)
    ranks = events_with(rules, lambda role: role.rank is not None)
    informing = events_with(rules, lambda role: role.informs)
    bounds = [
        Aggregate("held_by", frozenset(rules.roles), _if("min", "hi", "sure"), LAST),
        Aggregate("closed_may", closes, "bit_or(closes)", 0),
        Aggregate("closed_sure", closes, _if("bit_or", "closes", "sure"), 0),
        Aggregate("ended_from", closes, _if("min", "lo", f"closes > 0 AND sure AND lo > {FIRST}"), LAST),
        Aggregate("ranks_may", ranks, "bit_or(1 << rank)", 0),
        Aggregate("rank_sure", ranks, _if("max", "rank", "sure"), 0),
        Aggregate("informed_sure", informing, _if("max", "lo", "informs AND sure"), NEVER),
        Aggregate("informed_settled", informing, _if("max", "hi", "informs AND sure"), NEVER),
    ]
    for rank in range(len(RANKED)):
        upto = _if("max", "by_now", f"informs AND coalesce(rank, 0) <= {rank}")
        bounds.append(Aggregate(f"informed_{rank}", informing, upto, NEVER))
    found = {each.column: each for each in bounds}
    first_of: dict[frozenset[str], str] = {}
    for name, events in marks(rules).items():
        column = first_of.setdefault(events, name)  # no information is an element of a method, and silence
        for bound, expression, default in (
            ("sure", _if("max", "lo", f"{column} AND sure"), NEVER),
            ("may", _if("max", "by_now", column), NEVER),
            ("from", _if("min", "lo", column), LAST),
            ("first_by", _if("min", "hi", f"{column} AND sure"), LAST),
            ("last_by", _if("max", "hi", f"{column} AND sure"), NEVER),
        ):
            found[f"{name}_{bound}"] = Aggregate(f"{column}_{bound}", events, expression, default)
    return found


def _if(how: str, column: str, condition: str) -> str:
    """Return SQL for an aggregate over the events that meet a condition."""
    return f"{how}(CASE WHEN {condition} THEN {column} END)"
