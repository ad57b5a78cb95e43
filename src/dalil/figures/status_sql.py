"""The status fold of ``records.status``, written once more in SQL, for a hundred thousand episodes at a time.

The rules come from ``records.status_rules``; the logic is written out again on purpose, and tests compare the two over
thousands of random episodes. Column names say which bound they are: ``…_sure`` is the latest day something certainly
happened at least, ``…_may`` the latest day it happened at most, as in ``records.status_fold``.

Of the episodes of ten years most are over on any one day, or have not begun. Once all its events are past and the days
of its method have run, the status of an episode never changes again: it is folded once (:func:`settled`), with the day
from which it holds. For a day, only those in between are folded (:func:`live`), a fifth of all at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dalil.figures.episode_relations import FIRST, LAST, holders_fit
from dalil.figures.session import Session, quoted
from dalil.figures.status_gathering import NEVER, gathered
from dalil.records.status_rules import (
    BIT,
    CLOSED,
    DISAPPEARED,
    FATE_UNKNOWN,
    INCOMMUNICADO,
    NO_INFORMATION,
    NOT_YET_HELD,
    RANKED,
    REPORTED,
    StatusRules,
)


def statuses(session: Session, *, as_of: int, rules: StatusRules) -> str:
    """Return a relation with the status of every episode at the end of a day.

    Columns: ``episode``; ``code``; ``mask``, the alternatives as bits in the order of ``STATUSES``; ``was_gone`` and
    ``may_gone``, whether there certainly was, or may have been, a disappearance; ``gone_lo`` and ``gone_hi``, when it
    began. Days without bound are ``FIRST`` and ``LAST``.
    """

    def query() -> str:
        settled_, live_ = settled(session, rules), live(session, as_of=as_of, rules=rules)
        none = f"{quoted(NOT_YET_HELD)}, {BIT[NOT_YET_HELD]}, false, false, {LAST}, {LAST}"
        return f"""
            SELECT {_COLUMNS} FROM {settled_} WHERE settled_from <= {as_of}
            UNION ALL SELECT episode, {none} FROM {settled_} WHERE arrest_lo > {as_of}
            UNION ALL SELECT {_COLUMNS} FROM {live_}"""

    return session.give(f"statuses {rules.method} {as_of}", query)


def settled(session: Session, rules: StatusRules) -> str:
    """Return the status of every episode as it is at last.

    Columns as those of :func:`statuses`, and ``arrest_lo``, before which the person was not held yet, and
    ``settled_from``, the day from which the status holds; ``LAST`` where it may always change.
    """

    def query() -> str:
        parts = gathered(session, as_of=LAST - 1, rules=rules)
        from_ = f"greatest(arrest_lo, last, arrest_lo + {rules.days_held}, arrest_hi + {rules.days_held})"
        return _folded_together(session, LAST - 1, rules, parts, f"arrest_lo, least({from_}, {LAST}) AS settled_from")

    return session.keep(f"settled {rules.method}", query)


def live(session: Session, *, as_of: int, rules: StatusRules) -> str:
    """Return the statuses at the end of a day of the episodes that had begun by then and were not settled yet."""

    def query() -> str:
        open_ = f"SELECT episode FROM {settled(session, rules)} WHERE arrest_lo <= {as_of} AND settled_from > {as_of}"
        parts = gathered(session, as_of=as_of, rules=rules, chosen=f"episode IN ({open_})")
        return _folded_together(session, as_of, rules, parts, "arrest_lo")

    return session.keep(f"live {rules.method} {as_of}", query)


_COLUMNS: Final = "episode, code, mask, was_gone, may_gone, gone_lo, gone_hi"


def _folded_together(session: Session, as_of: int, rules: StatusRules, parts: Iterable[str], besides: str) -> str:
    fold = _Fold(session, as_of, rules)
    return " UNION ALL ".join(fold.folded(part, besides) for part in parts)


class _Fold:
    """The query, for one method and one day."""

    def __init__(self, session: Session, as_of: int, rules: StatusRules) -> None:
        self.session, self.as_of, self.rules = session, as_of, rules

    def folded(self, bounds: str, besides: str) -> str:
        fits = f"SELECT b.*, true AS fits FROM ({bounds}) b"
        if self.rules.parties:
            held = holders_fit(self.session, self.rules)
            fits = f"SELECT b.*, h.fits FROM ({bounds}) b LEFT JOIN {held} h ON h.episode = b.episode"
        # Three layers, so that each may name what the one below worked out.
        return f"""
            SELECT episode, {self._code()} AS code, {self._mask()} AS mask, {besides},
                   coalesce(was_gone AND arrest_lo <= {self.as_of}, false) AS was_gone,
                   coalesce(may_gone AND arrest_lo <= {self.as_of}, false) AS may_gone,
                   {self._gone_lo()} AS gone_lo, {self._gone_hi()} AS gone_hi
            FROM (SELECT *, {self._judgements()} FROM ({fits}))"""

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
