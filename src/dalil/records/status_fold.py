"""The extremes between which every placing of an episode's events within their dates lies.

Dates are intervals, and the events of an episode are told independently of each other, so "every placing" would be a
great many. None need be tried: each question about the status grows truer as some events come later and as others come
earlier, so one worst placing answers for all. ``tests/properties/test_status.py`` tries every placing of small episodes
and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dalil.records.status_dating import FIRST, LAST, NEVER, Arrest, Dated
from dalil.records.status_rules import (
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


class Extremes:
    """The extremes between which every placing of the events lies.

    For each thing that events do there is the latest day it certainly happened at least (``…_sure``: only events that
    must have happened, as early as they can be) and the latest day it happened at most (``…_may``). Events are placed
    independently of each other, so the worst placing for a disappearance takes the one bound of everything that speaks
    for it and the other bound of everything that speaks against, and is itself a possible placing: what holds there
    holds everywhere.
    """

    def __init__(
        self, others: Sequence[Dated], arrest: Arrest, as_of: int, rules: StatusRules, holder_fits: bool | None
    ) -> None:
        self.others, self.arrest, self.as_of, self.rules, self.fits = others, arrest, as_of, rules, holder_fits
        self.closing = [e for e in others if e.role.closes]
        self.closed = any(e.sure for e in self.closing)
        informing = [e for e in others if e.role.informs]
        self.informed_sure = self._sure(informing)
        self.informed_may = [self._may(e for e in informing if (e.role.rank or 0) <= r) for r in range(len(RANKED))]
        self.informed_settled = max((e.hi for e in informing if e.sure), default=NEVER)
        self.ranks_sure = max((e.role.rank for e in others if e.sure and e.role.rank is not None), default=0)
        self.ranks_may = {0} | {e.role.rank for e in others if e.role.rank is not None}
        shown = {code: [e for e in others if code in e.role.shows] for code in rules.elements}
        self.shown = shown
        self.shown_sure = {code: self._sure(found) for code, found in shown.items()}
        self.shown_may = {code: self._may(found) for code, found in shown.items()}
        self.lost = [e for e in others if e.role.loses]
        self.lost_sure, self.lost_may = self._sure(self.lost), self._may(self.lost)
        opened = [e for e in others if e.role.opens]
        self.opened_sure, self.opened_may = self._sure(opened), self._may(opened)
        silence = [e for e in others if e.role.silences]
        self.silent_sure, self.silent_may = self._sure(silence), self._may(silence)

    def _sure(self, events: Iterable[Dated]) -> int:
        return max((e.lo for e in events if e.sure), default=NEVER)

    def _may(self, events: Iterable[Dated]) -> int:
        return max((min(e.hi, self.as_of) for e in events), default=NEVER)

    # Disappearance, in the placing where information comes on the day ``informed`` at the latest.
    def _elements_sure(self, informed: int) -> bool:
        every = all(self.shown_sure[code] > informed for code in self.rules.requires)
        return every and self._any(self.shown_sure, informed)

    def _any(self, shown: Mapping[str, int], informed: int) -> bool:
        return not self.rules.requires_any or any(shown[code] > informed for code in self.rules.requires_any)

    def _days_sure(self, until: int) -> bool:
        return until - min(self.arrest.hi, until) >= self.rules.days_held

    def _gone_sure(self, informed: int) -> bool:
        by_method = self._days_sure(self.as_of) and self._elements_sure(informed)
        return self.fits is True and (by_method or self.lost_sure > informed)

    def may_have_disappeared(self) -> bool:
        """Tell whether some placing of the events within their dates makes a disappearance."""
        informed = self.informed_sure
        every = all(self.shown_may[code] > informed for code in self.rules.requires)
        days = self.as_of - self.arrest.lo >= self.rules.days_held
        by_method = days and every and self._any(self.shown_may, informed)
        return self.fits is not False and (by_method or self.lost_may > informed)

    def alternatives(self) -> set[str]:
        """Return every status that some placing of the events gives."""
        found = {e.role.closes for e in self.closing if e.role.closes}
        if self.arrest.hi > self.as_of:
            found.add(NOT_YET_HELD)
        if self.closed:
            return found
        latest_informed = self.informed_may[-1]
        if self.opened_may > self.informed_sure:
            found.add(FATE_UNKNOWN)
        if self.may_have_disappeared() and self.opened_sure <= latest_informed:
            found.add(DISAPPEARED)
        for rank in sorted(self.ranks_may):
            informed = self.informed_may[rank]
            if rank < self.ranks_sure:
                continue
            if rank == 0 and self._may_be_incommunicado():
                found.add(INCOMMUNICADO)
            if self._gone_sure(informed) or self.opened_sure > informed:
                continue
            if rank > 0 or self.silent_sure <= informed:
                found.add(RANKED[rank])
        return found

    def _may_be_incommunicado(self) -> bool:
        """Tell whether information can have come late enough that nothing makes a disappearance, yet before silence."""
        needed = max(self.lost_sure, self.opened_sure)
        if self._days_sure(self.as_of) and self.fits is True:
            failing = [self.shown_sure[code] for code in self.rules.requires if code != NO_INFORMATION]
            if self.rules.requires_any and NO_INFORMATION not in self.rules.requires_any:
                failing.append(max(self.shown_sure[code] for code in self.rules.requires_any))
            needed = max(needed, min(failing, default=LAST))
        informed = max(needed, self.informed_sure)
        possible = informed == self.informed_sure or informed <= self.informed_may[0]
        return possible and informed < self.silent_may

    def settled(self) -> str:
        """Return what those events give that have certainly happened, all others still to come."""
        if self.arrest.hi > self.as_of:
            return REPORTED
        if self.closed:
            sure = {e.role.closes for e in self.closing if e.sure}
            return next(code for code in CLOSED if code in sure)
        informed = self.informed_settled
        if self.opened_sure > informed:
            return FATE_UNKNOWN
        if self._gone_sure(informed):
            return DISAPPEARED
        if self.ranks_sure == 0 and self.silent_sure > informed:
            return INCOMMUNICADO
        return RANKED[self.ranks_sure]

    # What began when.
    def _end(self) -> int:
        ends = [e.lo for e in self.closing if e.sure and e.lo > FIRST]
        return min([self.as_of, *ends])

    def has_disappeared(self) -> bool:
        """Tell whether every placing of the events makes a disappearance, closed since or not."""
        informed = self.informed_may[-1]
        by_method = self._days_sure(self._end()) and self._elements_sure(informed)
        return self.arrest.hi <= self.as_of and self.fits is True and (by_method or self.lost_sure > informed)

    def disappearance_bounds(self) -> tuple[int, int]:
        """Return the first and last day on which the disappearance may have begun; ask only if there was one."""
        informed, after = self.informed_may[-1], self.informed_sure + 1
        starts = [max([self.arrest.lo + self.rules.days_held, after, *self._shown_from()])]
        ends: list[int] = []
        if self._days_sure(self._end()) and self._elements_sure(informed):
            ends.append(max([self.arrest.hi + self.rules.days_held, *self._shown_by(informed)]))
        if self.lost:
            starts.append(max(after, min(event.lo for event in self.lost)))
        if self.lost_sure > informed:
            ends.append(self._first_by(self.lost, informed))
        # No bound and twenty days is still no bound.
        lo = min(starts)
        return (FIRST if lo <= FIRST + self.rules.days_held else lo), min(ends)

    def _shown_from(self) -> list[int]:
        starts = {code: min((e.lo for e in found), default=LAST) for code, found in self.shown.items()}
        required = [starts[code] for code in self.rules.requires]
        either = [starts[code] for code in self.rules.requires_any]
        return [*required, min(either)] if either else required

    def _shown_by(self, informed: int) -> list[int]:
        required = [self._first_by(self.shown[code], informed) for code in self.rules.requires]
        either = [
            self._first_by(self.shown[code], informed)
            for code in self.rules.requires_any
            if self.shown_sure[code] > informed
        ]
        return [*required, min(either)] if either else required

    def _first_by(self, events: Sequence[Dated], informed: int) -> int:
        """Return the day by which the first of these, after all information, has come.

        Where information came, an early one may belong to an earlier silence; the last is then the only safe bound.
        """
        ends = [e.hi for e in events if e.sure]
        return min(ends) if informed == NEVER else max(ends)
