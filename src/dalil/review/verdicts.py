"""Everything people have judged, as one graph: what is settled, directly or through others, and what is still asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from dalil.records.joining import SAME
from dalil.records.judged import Verdict
from dalil.review.pair_states import PairState, Said, state_of

Ends: TypeAlias = tuple[int, int]


def ends(a: int, b: int) -> Ends:
    """Return a pair of mentions in the one order in which pairs are known: older first."""
    return (a, b) if a < b else (b, a)


def said_by(verdict: Verdict) -> Said:
    """Return a verdict as the rules of review take it."""
    return Said(
        entry=verdict.entry,
        verdict=verdict.verdict,
        actor=verdict.actor,
        proposed=verdict.proposed,
        first_given=verdict.first_given,
    )


@dataclass(slots=True)
class PeoplesVerdicts:
    """What people have said that stands; made anew whenever the ledger has grown.

    Attributes
    ----------
    said : dict of pair to list of Said
        Directly, in the order of the ledger.
    led : set of pair
        Those that some judgement is about; others only follow from them.
    """

    said: dict[Ends, list[Said]] = field(default_factory=dict)
    led: set[Ends] = field(default_factory=set)
    _leader: dict[int, int] = field(default_factory=dict)
    _apart: set[Ends] = field(default_factory=set)

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> PeoplesVerdicts:
        """Return the graph of people's standing verdicts, given in the order of the ledger."""
        made, standing = cls(), list(verdicts)
        for each in standing:
            said = said_by(each)
            made.said.setdefault(ends(each.a, each.b), []).append(said)
            if each.leads:
                made.led.add(ends(each.a, each.b))
            if each.verdict == SAME and not each.proposed:
                made._leader[made._lead(each.a)] = made._lead(each.b)
        made._apart = {
            ends(made._lead(each.a), made._lead(each.b))
            for each in standing
            if each.verdict != SAME and not each.proposed
        }
        return made

    def _lead(self, mention: int) -> int:
        path = []
        while (next_ := self._leader.get(mention, mention)) != mention:
            path.append(mention)
            mention = next_
        for passed in path:
            self._leader[passed] = mention
        return mention

    def of_pair(self, a: int, b: int) -> list[Said]:
        """Return what people said of exactly these two."""
        return self.said.get(ends(a, b), [])

    def state(self, a: int, b: int) -> PairState:
        """Return how far people are with exactly these two."""
        return state_of(self.of_pair(a, b))

    def implied(self, a: int, b: int) -> bool:
        """Tell whether what people said of others settles these two: joined through a chain, or kept apart by one."""
        one, other = self._lead(a), self._lead(b)
        return one == other or ends(one, other) in self._apart

    def asks(self, a: int, b: int) -> bool:
        """Tell whether nobody has judged these two yet, directly or through others."""
        return not self.of_pair(a, b) and not self.implied(a, b)
