"""What figures ask of episodes, one row for each episode and its detainee: the frame in which they are counted.

Every figure over episodes asks for holder, reason, place, day of arrest and status, of all of them. Gathered once,
these are columns to be read, where each figure would otherwise join five relations. All but the status are the same on
every day, and so is the status of whatever is settled by then; only what is live is joined for a day.

Several sources may give several holders of one episode; few such combinations occur, so a row holds the number of its
combination.
"""

from __future__ import annotations

from typing import Final

from dalil.figures.episode_relations import arrests, dated_events, episodes, events_with
from dalil.figures.session import Session, quoted, quoted_list
from dalil.figures.status_sql import live, settled
from dalil.records.status_rules import BIT, NOT_YET_HELD, StatusRules

COLUMN: Final = {"party": "holders", "service": "holders", "reason": "reasons", "place": "places"}
"""The column of facts that holds the combination of an attribute."""


def facts(session: Session, rules: StatusRules, *, as_of: int) -> str:
    """Return ``(key, person, holders, reasons, places, arrest_lo, arrest_hi, code, mask)``.

    ``holders``, ``reasons`` and ``places`` number a combination, see :func:`combinations`. The arrest's bounds are
    missing where no one tells of an arrest. Status as ``status_sql`` has it, at the end of the day ``as_of``.
    """

    def query() -> str:
        lasting_, live_ = lasting_facts(session, rules), live(session, as_of=as_of, rules=rules)
        begun, settled_ = f"f.begins <= {as_of}", f"f.settled_from <= {as_of}"
        return f"""
            SELECT f.* EXCLUDE (code, mask, begins, settled_from),
                   CASE WHEN {settled_} THEN f.code WHEN {begun} THEN l.code ELSE {quoted(NOT_YET_HELD)} END AS code,
                   CASE WHEN {settled_} THEN f.mask WHEN {begun} THEN l.mask ELSE {BIT[NOT_YET_HELD]} END AS mask
            FROM {lasting_} f LEFT JOIN {live_} l ON l.episode = f.key"""

    return session.give(f"facts {rules.method} {as_of}", query)


def lasting_facts(session: Session, rules: StatusRules) -> str:
    """Return the facts that hold on every day, with the status as it is at last.

    Columns as those of :func:`facts`, and ``begins``, before which the person was not held yet, and ``settled_from``,
    the day from which the status holds.
    """
    return session.keep(f"lasting facts {rules.method}", lambda: _query(session, rules))


def _query(session: Session, rules: StatusRules) -> str:
    numbered = {
        "h": _numbered(session, "party", rules),
        "r": _numbered(session, "reason", rules),
        "l": _numbered(session, "place", rules),
        "a": arrests(session, rules),
        "s": settled(session, rules),
    }
    joins = " ".join(f"LEFT JOIN {query} {name} ON {name}.episode = p.episode" for name, query in numbered.items())
    return f"""
        SELECT p.episode AS key, p.person, h.id AS holders, r.id AS reasons, l.id AS places,
               a.lo AS arrest_lo, a.hi AS arrest_hi, s.arrest_lo AS begins, s.settled_from, s.code, s.mask
        FROM {episodes(session)} p {joins}"""


def combinations(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return ``(id, value)``: the codes that sources give together for an attribute, by the number facts hold."""
    value = "service" if attribute == "service" else "value"
    said, codes = _combined(session, attribute, rules), _codes(session, attribute, rules)
    return f"""
        SELECT c.id, v.{value} AS value FROM (SELECT id, unnest(said) AS n FROM {said}) c JOIN {codes} v ON v.n = c.n
        WHERE v.{value} IS NOT NULL"""


def _told(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return a query for ``(episode, value, service)``, each as often as it is told."""
    if COLUMN[attribute] == "holders":
        return f"SELECT subject AS episode, party AS value, service FROM {session.typed('held_by')}"
    if attribute == "reason":
        return f"SELECT subject AS episode, reason AS value, NULL::VARCHAR AS service FROM {session.typed('reason')}"
    begins = quoted_list(events_with(rules, lambda role: role.begins))
    events = dated_events(session)
    return f"SELECT episode, place AS value, NULL::VARCHAR AS service FROM {events} WHERE event IN ({begins})"


def _kept(attribute: str, rules: StatusRules) -> str:
    return f"{COLUMN[attribute]} {rules.method}" if attribute == "place" else COLUMN[attribute]


def _codes(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return ``(n, value, service)``: what is told of any episode, numbered from 1 in its order."""

    def query() -> str:
        codes = f"SELECT DISTINCT value, service FROM ({_told(session, attribute, rules)})"
        return f"SELECT row_number() OVER (ORDER BY value, service) AS n, * FROM ({codes})"

    return session.keep(f"{_kept(attribute, rules)} codes", query)


def _coded(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return a query for ``(episode, n)``, each as often as it is told."""
    return f"""
        SELECT t.episode, v.n FROM ({_told(session, attribute, rules)}) t
        JOIN {_codes(session, attribute, rules)} v
        ON v.value IS NOT DISTINCT FROM t.value AND v.service IS NOT DISTINCT FROM t.service"""


def _spans(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return ``(episode, first, last)``: the least and the greatest number told of each episode."""
    return session.keep(
        f"{_kept(attribute, rules)} spans",
        lambda: (
            f"SELECT episode, min(n) AS first, max(n) AS last FROM ({_coded(session, attribute, rules)}) "
            "GROUP BY episode"
        ),
    )


def _listed(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return ``(episode, said)``: the sorted list of what is told of each episode of which more than one thing is."""

    def query() -> str:
        several = f"SELECT episode FROM {_spans(session, attribute, rules)} WHERE first < last"
        return f"""
            SELECT t.episode, list(DISTINCT t.n ORDER BY t.n) AS said FROM ({_coded(session, attribute, rules)}) t
            SEMI JOIN ({several}) s ON s.episode = t.episode GROUP BY t.episode"""

    return session.keep(f"{_kept(attribute, rules)} listed", query)


def _combined(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return ``(id, said)``: what is told alone bears its own number, each list that occurs one after all of those."""

    def query() -> str:
        codes = _codes(session, attribute, rules)
        return f"""
            SELECT n AS id, [n] AS said FROM {codes}
            UNION ALL
            SELECT (SELECT count(*) FROM {codes}) + row_number() OVER (ORDER BY said), said
            FROM (SELECT DISTINCT said FROM {_listed(session, attribute, rules)})"""

    return session.keep(f"{_kept(attribute, rules)} combined", query)


def _numbered(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return a query for ``(episode, id)``: the combination told of each episode."""
    spans, listed, combined = (each(session, attribute, rules) for each in (_spans, _listed, _combined))
    return f"""(
        SELECT episode, first AS id FROM {spans} WHERE first = last
        UNION ALL SELECT l.episode, c.id FROM {listed} l JOIN {combined} c ON c.said = l.said)"""


def combined_relations(session: Session, rules: StatusRules) -> list[str]:
    """Return the relations behind :func:`combinations`, for a snapshot to hold."""
    of = ("party", "reason", "place")
    return [each(session, attribute, rules) for attribute in of for each in (_codes, _combined)]
