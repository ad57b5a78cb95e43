"""Gathers the events of each episode into one row of bounds, from which a status follows.

Gathering sixty bounds for every episode takes most of a second, so it is avoided twice. Once all events of an episode
are past, nothing it gathers depends on the day: the snapshot holds that row. Of the others, most know nothing but
silence, denial and an end, so they are gathered apart, with only the dozen bounds that such events can move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dalil.figures.episode_relations import FIRST, LAST, events_with, fold_episodes, fold_events, is_rare
from dalil.figures.session import Session, quoted, quoted_list
from dalil.records.status_rules import CLOSED, RANKED, StatusRules

NEVER: Final = -(1 << 40)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One bound over the events of an episode: over which events, how, and what it is where there are none."""

    events: frozenset[str]
    expression: str
    default: int


FEW: Final = 20_000
"""Episodes up to which it is not worth gathering the simple ones apart."""


def gathered(session: Session, *, as_of: int, rules: StatusRules) -> list[str]:
    """Return queries that together give one row for every episode: ``episode``, its arrest, and every bound."""
    every = frozenset(rules.roles)
    common = events_with(rules, lambda role: not is_rare(role))
    apart = [(common, "NOT mixed"), (every, "mixed")]
    if not session.is_stored(f"settled {rules.method}"):
        return [_open_episodes(session, rules, as_of, events, chosen) for events, chosen in apart]
    (n_open,) = session.row(f"SELECT count(*) FROM {fold_episodes(session, rules)} WHERE last > {as_of}")
    past = _with_bounds(session, rules, settled(session, rules), f"last <= {as_of}", every)
    live = [(every, "true")] if n_open <= FEW else apart
    open_ = f"last > {as_of}"
    return [past, *(_open_episodes(session, rules, as_of, events, f"{chosen} AND {open_}") for events, chosen in live)]


def settled(session: Session, rules: StatusRules) -> str:
    """Return the bounds of every episode as they are once all its events are past."""
    every = frozenset(rules.roles)
    return session.keep(f"settled {rules.method}", lambda: _bounds(session, rules, LAST - 1, every, "true"))


def _open_episodes(session: Session, rules: StatusRules, as_of: int, events: frozenset[str], chosen: str) -> str:
    return _with_bounds(session, rules, f"({_bounds(session, rules, as_of, events, chosen)})", chosen, events)


def _bounds(session: Session, rules: StatusRules, as_of: int, events: frozenset[str], chosen: str) -> str:
    columns = ", ".join(f"{a.expression} AS {name}" for name, a in aggregates(rules).items() if a.events & events)
    episodes = f"SELECT episode FROM {fold_episodes(session, rules)} WHERE {chosen}"
    dated = f"""
        SELECT e.episode, e.event, e.lo, e.hi, least(e.hi, {as_of}) AS by_now, e.ordered AND e.hi <= {as_of} AS sure
        FROM {fold_events(session, rules)} e SEMI JOIN ({episodes}) p ON p.episode = e.episode WHERE e.lo <= {as_of}"""
    return f"SELECT episode, {columns} FROM ({dated}) GROUP BY episode"


def _with_bounds(session: Session, rules: StatusRules, bounds: str, chosen: str, events: frozenset[str]) -> str:
    columns = ", ".join(
        f"coalesce(o.{name}, {a.default}) AS {name}" if a.events & events else f"{a.default} AS {name}"
        for name, a in aggregates(rules).items()
    )
    return f"""
        SELECT p.episode, p.lo AS arrest_lo, least(p.hi, coalesce(o.held_by, {LAST})) AS arrest_hi, {columns}
        FROM (SELECT * FROM {fold_episodes(session, rules)} WHERE {chosen}) p
        LEFT JOIN {bounds} o ON o.episode = p.episode"""


def aggregates(rules: StatusRules) -> dict[str, Aggregate]:
    """Return what is gathered over the events of an episode, by name."""
    found = {"held_by": Aggregate(frozenset(rules.roles), "min(hi) FILTER (sure)", LAST)}
    closes = {event: 1 << CLOSED.index(role.closes) for event, role in rules.roles.items() if role.closes}
    ranks = {event: role.rank for event, role in rules.roles.items() if role.rank is not None}
    found["closed_may"] = Aggregate(frozenset(closes), f"bit_or({_case(closes)})", 0)
    found["closed_sure"] = Aggregate(frozenset(closes), f"bit_or({_case(closes)}) FILTER (sure)", 0)
    ended = f"min(lo) FILTER (event IN ({quoted_list(closes)}) AND sure AND lo > {FIRST})"
    found["ended_from"] = Aggregate(frozenset(closes), ended, LAST)
    bits = {event: 1 << rank for event, rank in ranks.items()}
    found["ranks_may"] = Aggregate(frozenset(ranks), f"bit_or({_case(bits)})", 0)
    found["rank_sure"] = Aggregate(frozenset(ranks), f"max({_case(ranks)}) FILTER (sure)", 0)
    informing = events_with(rules, lambda role: role.informs)
    informs = f"event IN ({quoted_list(informing)})"
    found["informed_sure"] = Aggregate(informing, f"max(lo) FILTER ({informs} AND sure)", NEVER)
    found["informed_settled"] = Aggregate(informing, f"max(hi) FILTER ({informs} AND sure)", NEVER)
    for rank in range(len(RANKED)):
        upto = quoted_list(event for event in informing if (rules.roles[event].rank or 0) <= rank)
        found[f"informed_{rank}"] = Aggregate(informing, f"max(by_now) FILTER (event IN ({upto}))", NEVER)
    for name, events in _spans(rules).items():
        is_ = f"event IN ({quoted_list(events)})"
        found[f"{name}_sure"] = Aggregate(events, f"max(lo) FILTER ({is_} AND sure)", NEVER)
        found[f"{name}_may"] = Aggregate(events, f"max(by_now) FILTER ({is_})", NEVER)
        found[f"{name}_from"] = Aggregate(events, f"min(lo) FILTER ({is_})", LAST)
        found[f"{name}_first_by"] = Aggregate(events, f"min(hi) FILTER ({is_} AND sure)", LAST)
        found[f"{name}_last_by"] = Aggregate(events, f"max(hi) FILTER ({is_} AND sure)", NEVER)
    return found


def _spans(rules: StatusRules) -> dict[str, frozenset[str]]:
    """Return the events of everything whose first and last days are asked for."""
    spans = {
        code: events_with(rules, lambda role, code=code: code in role.shows)  # type: ignore[misc]
        for code in rules.elements
    }
    spans["lost"] = events_with(rules, lambda role: role.loses)
    spans["opened"] = events_with(rules, lambda role: role.opens)
    spans["silent"] = events_with(rules, lambda role: role.silences)
    return spans


def _case(values: Mapping[str, int]) -> str:
    cases = "".join(f"WHEN {quoted(event)} THEN {value} " for event, value in sorted(values.items()))
    return f"CASE event {cases}END"
