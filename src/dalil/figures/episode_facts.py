"""What figures ask of episodes, one row for each episode and its detainee: the frame in which they are counted.

Every figure over episodes asks for holder, reason, place, day of arrest and status, of all of them. Gathered once,
these are columns to be read, where each figure would otherwise join five relations. Several sources may give several
holders of one episode; few such combinations occur, so a row holds the number of its combination.
"""

from __future__ import annotations

from typing import Final

from dalil.figures.episode_relations import arrests, dated_events, episodes, events_with
from dalil.figures.session import Session, quoted_list
from dalil.figures.status_sql import statuses
from dalil.records.status_rules import StatusRules

COLUMN: Final = {"party": "holders", "service": "holders", "reason": "reasons", "place": "places"}
"""The column of facts that holds the combination of an attribute."""


def facts(session: Session, rules: StatusRules, *, as_of: int) -> str:
    """Return ``(key, person, holders, reasons, places, arrest_lo, arrest_hi, code, mask)``.

    ``holders``, ``reasons`` and ``places`` number a combination, see :func:`combinations`. The arrest's bounds are
    missing where no one tells of an arrest. Status as ``status_sql`` has it, at the end of the day ``as_of``.
    """
    return session.keep(f"facts {rules.method} {as_of}", lambda: _query(session, rules, as_of))


def _query(session: Session, rules: StatusRules, as_of: int) -> str:
    numbered = {
        "h": _numbered(session, "party", rules),
        "r": _numbered(session, "reason", rules),
        "l": _numbered(session, "place", rules),
        "a": f"SELECT * FROM {arrests(session, rules)}",
        "s": f"SELECT * FROM {statuses(session, as_of=as_of, rules=rules)}",
    }
    joins = " ".join(f"LEFT JOIN ({query}) {name} ON {name}.episode = p.episode" for name, query in numbered.items())
    return f"""
        SELECT p.episode AS key, p.person, h.id AS holders, r.id AS reasons, l.id AS places,
               a.lo AS arrest_lo, a.hi AS arrest_hi, s.code, s.mask FROM {episodes(session)} p {joins}"""


def combinations(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return ``(id, value)``: the codes that sources give together for an attribute, by the number facts hold."""
    service = attribute == "service"
    value = "said.service" if service else "said.value"
    relation = _combined(session, attribute, rules)
    return f"SELECT id, {value} AS value FROM (SELECT id, unnest(said) AS said FROM {relation}) WHERE {value} NOT NULL"


def _told(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return ``(episode, value, service)``, each as often as it is told."""
    if COLUMN[attribute] == "holders":
        return f"SELECT subject AS episode, party AS value, service FROM {session.typed('held_by')}"
    if attribute == "reason":
        return f"SELECT subject AS episode, reason AS value, NULL::VARCHAR AS service FROM {session.typed('reason')}"
    begins = quoted_list(events_with(rules, lambda role: role.begins))
    events = dated_events(session)
    return f"SELECT episode, place AS value, NULL::VARCHAR AS service FROM {events} WHERE event IN ({begins})"


def _kept(attribute: str, rules: StatusRules) -> str:
    return f"{COLUMN[attribute]} {rules.method}" if attribute == "place" else COLUMN[attribute]


def _listed(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return ``(episode, said)``: all that is told of each episode, as a sorted list."""
    told = "SELECT DISTINCT episode, {'value': value, 'service': service} AS each FROM"
    return session.keep(
        f"{_kept(attribute, rules)} listed",
        lambda: (
            f"SELECT episode, list(each ORDER BY each) AS said FROM ({told} ({_told(session, attribute, rules)})) "
            "GROUP BY episode"
        ),
    )


def _combined(session: Session, attribute: str, rules: StatusRules) -> str:
    """Return ``(id, said)``: each list that occurs, numbered by the first episode it is told of."""
    return session.keep(
        f"{_kept(attribute, rules)} combined",
        lambda: f"SELECT min(episode) AS id, said FROM {_listed(session, attribute, rules)} GROUP BY said",
    )


def _numbered(session: Session, attribute: str, rules: StatusRules) -> str:
    listed, combined = _listed(session, attribute, rules), _combined(session, attribute, rules)
    return f"SELECT l.episode, c.id FROM {listed} l JOIN {combined} c ON c.said = l.said"


def combined_relations(session: Session, rules: StatusRules) -> list[str]:
    """Return the relations behind :func:`combinations`, for a snapshot to hold."""
    return [_combined(session, attribute, rules) for attribute in ("party", "reason", "place")]
