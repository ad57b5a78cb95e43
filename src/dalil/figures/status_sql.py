"""The status fold of ``records.status``, written once more in SQL, for a hundred thousand episodes at a time.

The rules come from ``records.status_rules``; the logic is written out again on purpose, and tests compare the two over
thousands of random episodes. Column names say which bound they are: ``…_sure`` is the latest day something certainly
happened at least, ``…_may`` the latest day it happened at most, as in ``records.status_fold``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dalil.figures.session import Session, quoted, quoted_list
from dalil.records.status_rules import (
    BIT,
    CLOSED,
    DISAPPEARED,
    FATE_UNKNOWN,
    INCOMMUNICADO,
    NOT_YET_HELD,
    PLACED_TRANSFER,
    RANKED,
    REPORTED,
    TRANSFERRED,
    Role,
    StatusRules,
)

FIRST: Final = -(1 << 39)
LAST: Final = 1 << 39
NEVER: Final = -(1 << 40)
NO_INFORMATION: Final = "no_information"


def statuses(session: Session, *, as_of: int, rules: StatusRules) -> str:
    """Return a relation with the status of every episode at the end of a day.

    Columns: ``episode``; ``code``; ``mask``, the alternatives as bits in the order of ``STATUSES``; ``was_gone`` and
    ``may_gone``, whether there certainly was, or may have been, a disappearance; ``gone_lo`` and ``gone_hi``, when it
    began; ``arrest_lo`` and ``arrest_hi``. Days without bound are ``FIRST`` and ``LAST``.
    """
    return session.keep(f"statuses {rules.method} {as_of}", lambda: _Fold(session, as_of, rules).query())


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
    begins = f"SELECT episode, lo, hi FROM {dated_events(session)} WHERE {_is(rules, lambda role: role.begins)}"
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
    """Return the events that are folded: all but arrests; ``ordered`` unless dated before the arrest.

    ``mixed`` marks those of episodes that know more than silence, denial and an end.
    """

    def query() -> str:
        events = dated_events(session)
        rare = quoted_list(_events_with(rules, _is_rare))
        return f"""
            SELECT e.episode, e.event, e.lo, e.hi, a.latest IS NULL OR e.hi >= a.latest AS ordered,
                   m.episode IS NOT NULL AS mixed
            FROM {events} e LEFT JOIN {arrests(session, rules)} a ON a.episode = e.episode
            LEFT JOIN (SELECT DISTINCT episode FROM {events} WHERE event IN ({rare})) m ON m.episode = e.episode
            WHERE NOT {_is(rules, lambda role: role.begins)}"""

    return session.keep(f"fold events {rules.method}", query)


def fold_episodes(session: Session, rules: StatusRules) -> str:
    """Return ``(episode, lo, hi, mixed)`` of every episode with a detainee: the bounds of its arrest."""

    def query() -> str:
        return f"""
            SELECT p.episode, coalesce(a.lo, {FIRST}) AS lo, coalesce(a.hi, {LAST}) AS hi,
                   m.episode IS NOT NULL AS mixed
            FROM (SELECT DISTINCT episode FROM {episodes(session)}) p
            LEFT JOIN {arrests(session, rules)} a ON a.episode = p.episode
            LEFT JOIN (SELECT DISTINCT episode FROM {fold_events(session, rules)} WHERE mixed) m
            ON m.episode = p.episode"""

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


def _events_with(rules: StatusRules, has: Callable[[Role], object]) -> frozenset[str]:
    return frozenset(event for event, role in rules.roles.items() if has(role))


def _is(rules: StatusRules, has: Callable[[Role], object]) -> str:
    return f"event IN ({quoted_list(_events_with(rules, has))})"


def _is_rare(role: Role) -> bool:
    return role.informs or role.loses or role.opens or role.rank is not None


def _case(values: Mapping[str, int]) -> str:
    cases = "".join(f"WHEN {quoted(event)} THEN {value} " for event, value in sorted(values.items()))
    return f"CASE event {cases}END"


@dataclass(frozen=True, slots=True)
class _Gathered:
    """One aggregate over the events of an episode: over which events, how, and what it is where there are none."""

    events: frozenset[str]
    expression: str
    default: int


class _Fold:
    """The query, for one method and one day.

    Gathering sixty aggregates for every episode would take most of a second. Nine episodes in ten know nothing but
    silence, denial and an end, so they are folded apart, with only the dozen aggregates that such events can move; the
    others are constants there.
    """

    def __init__(self, session: Session, as_of: int, rules: StatusRules) -> None:
        self.session, self.as_of, self.rules = session, as_of, rules

    def query(self) -> str:
        common = _events_with(self.rules, lambda role: not _is_rare(role))
        return f"{self._folded('NOT mixed', common)} UNION ALL {self._folded('mixed', frozenset(self.rules.roles))}"

    def _folded(self, chosen: str, present: frozenset[str]) -> str:
        fits, join = "true", ""
        if self.rules.parties:
            fits = "h.fits"
            join = f"LEFT JOIN {holders_fit(self.session, self.rules)} h ON h.episode = p.episode"
        columns, aggregates = [], []
        for name, gathered in self._aggregates().items():
            if gathered.events & present:
                aggregates.append(f"{gathered.expression} AS {name}")
                columns.append(f"coalesce(o.{name}, {gathered.default}) AS {name}")
            else:
                columns.append(f"{gathered.default} AS {name}")
        others = f"""
            SELECT episode, event, lo, hi, least(hi, {self.as_of}) AS by_now, ordered AND hi <= {self.as_of} AS sure
            FROM {fold_events(self.session, self.rules)} WHERE {chosen} AND lo <= {self.as_of}"""
        extremes = f"""
            SELECT p.episode, {fits} AS fits, p.lo AS arrest_lo,
                   least(p.hi, coalesce(o.held_by, {LAST})) AS arrest_hi, {", ".join(columns)}
            FROM {fold_episodes(self.session, self.rules)} p
            LEFT JOIN (SELECT episode, {", ".join(aggregates)} FROM ({others}) GROUP BY episode) o
            ON o.episode = p.episode {join} WHERE p.{chosen.replace("NOT ", "")} = {chosen == "mixed"}"""
        # Three layers, so that each may name what the one below worked out.
        return f"""
            SELECT episode, {self._code()} AS code, {self._mask()} AS mask, arrest_lo, arrest_hi,
                   coalesce(was_gone AND arrest_lo <= {self.as_of}, false) AS was_gone,
                   coalesce(may_gone AND arrest_lo <= {self.as_of}, false) AS may_gone,
                   {self._gone_lo()} AS gone_lo, {self._gone_hi()} AS gone_hi
            FROM (SELECT *, {self._judgements()} FROM ({extremes}))"""

    # --- one row an episode -----------------------------------------------------------------------------------------
    def _aggregates(self) -> dict[str, _Gathered]:
        rules = self.rules
        found = {"held_by": _Gathered(frozenset(rules.roles), "min(hi) FILTER (sure)", LAST)}
        closes = {event: 1 << CLOSED.index(role.closes) for event, role in rules.roles.items() if role.closes}
        ranks = {event: role.rank for event, role in rules.roles.items() if role.rank is not None}
        found["closed_may"] = _Gathered(frozenset(closes), f"bit_or({_case(closes)})", 0)
        found["closed_sure"] = _Gathered(frozenset(closes), f"bit_or({_case(closes)}) FILTER (sure)", 0)
        ended = f"min(lo) FILTER (event IN ({quoted_list(closes)}) AND sure AND lo > {FIRST})"
        found["ended_from"] = _Gathered(frozenset(closes), ended, LAST)
        bits = {event: 1 << rank for event, rank in ranks.items()}
        found["ranks_may"] = _Gathered(frozenset(ranks), f"bit_or({_case(bits)})", 0)
        found["rank_sure"] = _Gathered(frozenset(ranks), f"max({_case(ranks)}) FILTER (sure)", 0)
        informing = _events_with(rules, lambda role: role.informs)
        informs = f"event IN ({quoted_list(informing)})"
        found["informed_sure"] = _Gathered(informing, f"max(lo) FILTER ({informs} AND sure)", NEVER)
        found["informed_settled"] = _Gathered(informing, f"max(hi) FILTER ({informs} AND sure)", NEVER)
        for rank in range(len(RANKED)):
            upto = quoted_list(event for event in informing if (rules.roles[event].rank or 0) <= rank)
            found[f"informed_{rank}"] = _Gathered(informing, f"max(by_now) FILTER (event IN ({upto}))", NEVER)
        for name, events in self._spans().items():
            is_ = f"event IN ({quoted_list(events)})"
            found[f"{name}_sure"] = _Gathered(events, f"max(lo) FILTER ({is_} AND sure)", NEVER)
            found[f"{name}_may"] = _Gathered(events, f"max(by_now) FILTER ({is_})", NEVER)
            found[f"{name}_from"] = _Gathered(events, f"min(lo) FILTER ({is_})", LAST)
            found[f"{name}_first_by"] = _Gathered(events, f"min(hi) FILTER ({is_} AND sure)", LAST)
            found[f"{name}_last_by"] = _Gathered(events, f"max(hi) FILTER ({is_} AND sure)", NEVER)
        return found

    def _spans(self) -> dict[str, frozenset[str]]:
        rules = self.rules
        spans = {
            code: _events_with(rules, lambda role, code=code: code in role.shows)  # type: ignore[misc]
            for code in rules.elements
        }
        spans["lost"] = _events_with(rules, lambda role: role.loses)
        spans["opened"] = _events_with(rules, lambda role: role.opens)
        spans["silent"] = _events_with(rules, lambda role: NO_INFORMATION in role.shows and not role.loses)
        return spans

    # --- what follows -----------------------------------------------------------------------------------------------
    def _judgements(self) -> str:
        rules, as_of = self.rules, self.as_of
        informed_all = f"informed_{len(RANKED) - 1}"
        days_may = f"{as_of} - arrest_lo >= {rules.days_held}"
        found = {
            "closed": "closed_sure > 0",
            "ended": f"least({as_of}, ended_from)",
            "days_sure": self._days_sure(str(as_of)),
            "may_gone": f"""coalesce(fits, true) AND (({days_may} AND {self._elements("may", "informed_sure")})
                            OR lost_may > informed_sure)""",
            "by_method": f"{self._days_sure('ended')} AND {self._elements('sure', informed_all)}",
            "was_gone": f"""arrest_hi <= {as_of} AND coalesce(fits, false)
                            AND (by_method OR lost_sure > {informed_all})""",
        }
        return ", ".join(f"{expression} AS {name}" for name, expression in found.items())

    def _days_sure(self, until: str) -> str:
        return f"{until} - least(arrest_hi, {until}) >= {self.rules.days_held}"

    def _elements(self, bound: str, informed: str) -> str:
        every = [f"{code}_{bound} > {informed}" for code in self.rules.requires]
        either = [f"{code}_{bound} > {informed}" for code in self.rules.requires_any]
        return " AND ".join([*every, *([f"({' OR '.join(either)})"] if either else [])]) or "true"

    def _gone_sure(self, informed: str) -> str:
        return f"""(coalesce(fits, false) AND ((days_sure AND {self._elements("sure", informed)})
                   OR lost_sure > {informed}))"""

    def _mask(self) -> str:
        def bit(code: str, condition: str) -> str:
            return f"(CASE WHEN {condition} THEN {BIT[code]} ELSE 0 END)"

        informed_all = f"informed_{len(RANKED) - 1}"
        ended = [
            bit(NOT_YET_HELD, f"arrest_hi > {self.as_of}"),
            *(bit(code, f"closed_may & {1 << n} > 0") for n, code in enumerate(CLOSED)),
        ]
        open_ = [
            bit(FATE_UNKNOWN, "opened_may > informed_sure"),
            bit(DISAPPEARED, f"may_gone AND opened_sure <= {informed_all}"),
            bit(INCOMMUNICADO, f"rank_sure = 0 AND {self._may_be_incommunicado()}"),
        ]
        for rank, code in enumerate(RANKED):
            informed = f"informed_{rank}"
            happens = "silent_sure <= informed_0" if rank == 0 else f"ranks_may & {1 << rank} > 0"
            not_gone = f"NOT {self._gone_sure(informed)} AND opened_sure <= {informed}"
            open_.append(bit(code, f"rank_sure <= {rank} AND {happens} AND {not_gone}"))
        return f"""CASE WHEN arrest_lo > {self.as_of} THEN {BIT[NOT_YET_HELD]}
                   ELSE {" + ".join(ended)} + (CASE WHEN closed THEN 0 ELSE {" + ".join(open_)} END) END"""

    def _may_be_incommunicado(self) -> str:
        rules = self.rules
        failing = [f"{code}_sure" for code in rules.requires if code != NO_INFORMATION]
        if rules.requires_any and NO_INFORMATION not in rules.requires_any:
            failing.append(_greatest(f"{code}_sure" for code in rules.requires_any))
        fails = f"least({', '.join(failing)}, {LAST})" if failing else str(LAST)
        needed = f"""greatest(lost_sure, opened_sure,
                     CASE WHEN days_sure AND coalesce(fits, false) THEN {fails} ELSE {NEVER} END)"""
        informed = f"greatest({needed}, informed_sure)"
        return f"({informed} = informed_sure OR {informed} <= informed_0) AND {informed} < silent_may"

    def _code(self) -> str:
        closed = "".join(f"WHEN closed_sure & {1 << n} > 0 THEN {quoted(code)} " for n, code in enumerate(CLOSED))
        ranks = "".join(f"WHEN rank_sure = {rank} THEN {quoted(RANKED[rank])} " for rank in range(1, len(RANKED)))
        return f"""CASE
            WHEN arrest_lo > {self.as_of} THEN {quoted(NOT_YET_HELD)}
            WHEN arrest_hi > {self.as_of} THEN {quoted(REPORTED)}
            {closed} WHEN opened_sure > informed_settled THEN {quoted(FATE_UNKNOWN)}
            WHEN {self._gone_sure("informed_settled")} THEN {quoted(DISAPPEARED)} {ranks}
            WHEN silent_sure > informed_settled THEN {quoted(INCOMMUNICADO)} ELSE {quoted(RANKED[0])} END"""

    def _gone_lo(self) -> str:
        rules = self.rules
        starts = [f"{code}_from" for code in rules.requires]
        if rules.requires_any:
            starts.append(_least(f"{code}_from" for code in rules.requires_any))
        by_method = _greatest([f"arrest_lo + {rules.days_held}", "informed_sure + 1", *starts])
        lost = f"CASE WHEN lost_from = {LAST} THEN {LAST} ELSE greatest(lost_from, informed_sure + 1) END"
        found = f"least({by_method}, {lost})"
        return f"CASE WHEN {found} <= {FIRST + rules.days_held} THEN {FIRST} ELSE {found} END"

    def _gone_hi(self) -> str:
        rules = self.rules
        informed = f"informed_{len(RANKED) - 1}"

        def by(name: str) -> str:
            # Where information came, an early silence may be another one; the last is then the only safe bound.
            return f"(CASE WHEN {informed} = {NEVER} THEN {name}_first_by ELSE {name}_last_by END)"

        shown = [by(code) for code in rules.requires]
        if rules.requires_any:
            either = (f"CASE WHEN {c}_sure > {informed} THEN {by(c)} ELSE {LAST} END" for c in rules.requires_any)
            shown.append(_least(either))
        by_method = _greatest([f"arrest_hi + {rules.days_held}", *shown])
        return f"""least(CASE WHEN by_method THEN {by_method} ELSE {LAST} END,
                   CASE WHEN lost_sure > {informed} THEN {by("lost")} ELSE {LAST} END)"""


def _greatest(expressions: Iterable[str]) -> str:
    return f"greatest({', '.join(expressions)})"


def _least(expressions: Iterable[str]) -> str:
    return f"least({', '.join(expressions)})"
