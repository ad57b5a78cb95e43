"""Episodes and their dated events, as relations of a session: what statuses, ages and windows are worked out from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dalil.figures.session import Session, quoted, quoted_list
from dalil.records.status_rules import CLOSED, PLACED_TRANSFER, TRANSFERRED, Role, StatusRules

FIRST: Final = -(1 << 39)
LAST: Final = 1 << 39
"""Stand for no bound, as in ``records.status_dating``."""


def episodes(session: Session) -> str:
    """Return ``(episode, person)``: every episode that any source names a detainee for."""
    query = "SELECT DISTINCT subject AS episode, person FROM"
    return session.keep("episode persons", lambda: f"{query} {session.typed('detainee')}")


def dated_events(session: Session) -> str:
    """Return every event of every episode, dates bounded by publication; a transfer to a place bears its own name."""

    def query() -> str:
        told = session.preferred(session.identified(session.known("_events"), ["subject"]), "episode_event", "event")
        placed = f"placed AND event = {quoted(TRANSFERRED)}"
        return f"""
            SELECT id, subject AS episode, lo, hi, on_lo, on_hi, place,
                   CASE WHEN {placed} THEN {quoted(PLACED_TRANSFER)} ELSE event END AS event
            FROM ({told})"""

    return session.keep("dated events", query)


def arrests(session: Session, rules: StatusRules) -> str:
    """Return ``(episode, lo, hi, latest)``: when each episode began, from all the dates given for it."""
    begins = f"SELECT episode, lo, hi FROM {dated_events(session)} WHERE {is_event(rules, lambda role: role.begins)}"
    return session.keep(f"arrests {rules.method}", lambda: meeting(begins, "episode"))


def meeting(dated: str, key: str) -> str:
    """Return where the bounds ``(lo, hi)`` given for each key meet, else the span of those that disagree.

    A date so vague that it agrees with every side of a disagreement has no part in it. ``latest`` is the latest first
    day.
    """
    extremes = f"SELECT {key}, max(lo) AS latest, min(hi) AS first_end FROM ({dated}) GROUP BY {key}"
    side = "FILTER (d.lo > e.first_end OR d.hi < e.latest)"
    return f"""
        SELECT d.{key}, e.latest,
               CASE WHEN e.latest <= e.first_end THEN e.latest ELSE min(d.lo) {side} END AS lo,
               CASE WHEN e.latest <= e.first_end THEN e.first_end ELSE max(d.hi) {side} END AS hi
        FROM ({dated}) d JOIN ({extremes}) e ON e.{key} = d.{key} GROUP BY d.{key}, e.latest, e.first_end"""


def fold_events(session: Session, rules: StatusRules) -> str:
    """Return every event that is folded, all but arrests: ``(episode, lo, hi, ordered, mixed)`` and what it does.

    ``ordered`` unless dated before the arrest; ``mixed`` where the episode knows more than silence, denial and an end.
    ``closes`` is the bit of the status it ends the episode in, ``rank`` the place it raises the status to, ``informs``
    tells whether something became known; :func:`marks` has the others.
    """

    def query() -> str:
        events = dated_events(session)
        rare = quoted_list(events_with(rules, is_rare))
        return f"""
            SELECT e.episode, e.lo, e.hi, a.latest IS NULL OR e.hi >= a.latest AS ordered,
                   m.episode IS NOT NULL AS mixed, {_deeds(rules)}
            FROM {events} e LEFT JOIN {arrests(session, rules)} a ON a.episode = e.episode
            LEFT JOIN (SELECT DISTINCT episode FROM {events} WHERE event IN ({rare})) m ON m.episode = e.episode
            WHERE NOT {is_event(rules, lambda role: role.begins)}"""

    return session.keep(f"fold events {rules.method}", query)


def marks(rules: StatusRules) -> dict[str, frozenset[str]]:
    """Return the events of everything whose first and last days are asked for, by the column that marks them."""
    found = {
        code: events_with(rules, lambda role, code=code: code in role.shows)  # type: ignore[misc]
        for code in rules.elements
    }
    found["lost"] = events_with(rules, lambda role: role.loses)
    found["opened"] = events_with(rules, lambda role: role.opens)
    found["silent"] = events_with(rules, lambda role: role.silences)
    return found


def _deeds(rules: StatusRules) -> str:
    """Return SQL for what an event does, column by column: looked up once here, not in each of sixty bounds."""
    closes = {event: 1 << CLOSED.index(role.closes) for event, role in rules.roles.items() if role.closes}
    ranks = {event: role.rank for event, role in rules.roles.items() if role.rank is not None}
    columns = {"closes": _case(closes), "rank": _case(ranks), "informs": is_event(rules, lambda role: role.informs)}
    columns |= {name: f"event IN ({quoted_list(events)})" for name, events in marks(rules).items()}
    return ", ".join(f"{expression} AS {name}" for name, expression in columns.items())


def _case(values: Mapping[str, int]) -> str:
    cases = "".join(f"WHEN {quoted(event)} THEN {value} " for event, value in sorted(values.items()))
    return f"CASE event {cases}END"


def fold_episodes(session: Session, rules: StatusRules) -> str:
    """Return ``(episode, lo, hi, mixed, last)`` of every episode with a detainee: the bounds of its arrest.

    ``last`` is the last day any of its other events can have happened.
    """

    def query() -> str:
        events = f"SELECT episode, bool_or(mixed) AS mixed, max(hi) AS last FROM {fold_events(session, rules)}"
        return f"""
            SELECT p.episode, coalesce(a.lo, {FIRST}) AS lo, coalesce(a.hi, {LAST}) AS hi,
                   coalesce(m.mixed, false) AS mixed, coalesce(m.last, {FIRST}) AS last
            FROM (SELECT DISTINCT episode FROM {episodes(session)}) p
            LEFT JOIN {arrests(session, rules)} a ON a.episode = p.episode
            LEFT JOIN ({events} GROUP BY episode) m ON m.episode = p.episode"""

    return session.keep(f"fold episodes {rules.method}", query)


def holders_fit(session: Session, rules: StatusRules) -> str:
    """Return ``(episode, fits)``: whether the holder is within the parties a method is about."""
    parties = quoted_list(rules.parties)
    return session.keep(
        f"holders fit {rules.method}",
        lambda: (
            f"""
            SELECT subject AS episode, bool_or(party IN ({parties}) OR coalesce(service IN ({parties}), false)) AS fits
            FROM {session.typed("held_by")} GROUP BY subject"""
        ),
    )


def events_with(rules: StatusRules, has: Callable[[Role], object]) -> frozenset[str]:
    """Return the events whose role has something."""
    return frozenset(event for event, role in rules.roles.items() if has(role))


def is_event(rules: StatusRules, has: Callable[[Role], object]) -> str:
    """Return SQL for whether an event's role has something."""
    return f"event IN ({quoted_list(events_with(rules, has))})"


def is_rare(role: Role) -> bool:
    """Tell whether an event is more than silence, denial and an end."""
    return role.informs or role.loses or role.opens or role.rank is not None
