"""The queue: which pairs wait for someone, and which of them first.

It is worked out from the candidates of the last linkage run and from what people have judged since; nothing of it is
stored but an order that can be made again. First come questions people have raised among themselves (contradictions,
disputes, proposals that wait for a second person), then pairs nobody has judged, by value, and between them the sample
that a second reviewer looks at blind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.archives.candidates import Candidates, latest_run, nothing, read_candidates
from dalil.review.pair_states import PairState, parties
from dalil.review.permissions import DEED_IN, Deed
from dalil.review.policy import ReviewPolicy
from dalil.review.stakes import Stake
from dalil.review.value import order, values
from dalil.review.verdicts import Ends, PeoplesVerdicts

SECOND_LOOKS: Final = 10
"""One question in so many, at most, is a second look, so that nobody spends a day on what is settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A pair that waits for someone, what giving a verdict would be, and what an answer is worth."""

    a: int
    b: int
    asks: Deed
    value: float
    probability: float | None


class Ranking:
    """Candidates in the order of their value, made once for each run."""

    def __init__(self, candidates: Candidates, stakes: Callable[[], Mapping[str, Stake]]) -> None:
        self.candidates, self._stakes = candidates, stakes

    @cached_property
    def value(self) -> npt.NDArray[np.float64]:
        """What asking about each pair is worth; (n_pairs,)."""
        return values(self.candidates, self._stakes() if len(self.candidates) else {})

    @cached_property
    def order(self) -> npt.NDArray[np.int64]:
        """Pairs, most valuable first; (n_pairs,)."""
        return order(self.candidates, self.value)

    @cached_property
    def at(self) -> Mapping[Ends, int]:
        """Where each pair is among the candidates."""
        pairs = zip(self.candidates.a.tolist(), self.candidates.b.tolist(), strict=True)
        return {(a, b): n for n, (a, b) in enumerate(pairs)}

    def probability(self, a: int, b: int) -> float | None:
        """Return how likely the model finds a pair; None if it is no candidate."""
        found = self.at.get((min(a, b), max(a, b)))
        return None if found is None else float(self.candidates.probability[found])


class Rankings:
    """The ranking of the latest run, made once and kept: counting what hangs on each pair takes seconds.

    May be shared by several threads: one makes it, the others wait.
    """

    def __init__(self, derived: Path, stakes: Callable[[], Mapping[str, Stake]]) -> None:
        self._derived, self._stakes = derived, stakes
        self._lock = Lock()
        self._last: Ranking | None = None

    def of_run(self, run: int) -> Ranking:
        """Return the ranking of the last run, if judgements of this one or an earlier one stand; -1 for none.

        A run that found nothing new has written no judgement, but other pairs to ask about.
        """
        run = run if run < 0 else latest_run(self._derived, at_least=run)
        with self._lock:
            if self._last is None or self._last.candidates.run != run:
                made = Ranking(nothing() if run < 0 else read_candidates(self._derived, run), self._stakes)
                made.order, made.at  # noqa: B018  # worked out here, under the lock
                self._last = made
            return self._last


def questions(
    ranking: Ranking, said: PeoplesVerdicts, policy: ReviewPolicy, *, actor: str, deeds: Collection[Deed]
) -> Iterator[Question]:
    """Yield what waits for an actor, the most urgent first.

    Parameters
    ----------
    actor : str
        Key of whoever asks; nobody is asked to confirm, settle or look again at a verdict of their own.
    deeds : collection of Deed
        What they may do.
    """
    waiting = (PairState.DISPUTED, PairState.PROPOSED)
    by_state: dict[PairState, list[Ends]] = {state: [] for state in PairState}
    for pair in sorted(said.led):
        by_state[said.state(*pair)].append(pair)
    for state in waiting:
        if DEED_IN[state] in deeds:
            for a, b in by_state[state]:
                if actor not in parties(said.of_pair(a, b)):
                    yield _question(ranking, a, b, DEED_IN[state])
    again: Iterator[Ends] = iter(())
    if Deed.LOOK_AGAIN in deeds:
        settled = (pair for pair in by_state[PairState.SETTLED] if policy.wants_second_look(*pair))
        again = (p for p in settled if len(said.of_pair(*p)) == 1 and actor not in parties(said.of_pair(*p)))
    if Deed.JUDGE in deeds:
        asked = 0
        for at in ranking.order.tolist():
            a, b = int(ranking.candidates.a[at]), int(ranking.candidates.b[at])
            if not said.asks(a, b):
                continue
            if asked % SECOND_LOOKS == SECOND_LOOKS - 1 and (looked := next(again, None)) is not None:
                yield _question(ranking, *looked, Deed.LOOK_AGAIN)
            asked += 1
            yield _question(ranking, a, b, Deed.JUDGE)
    for a, b in again:
        yield _question(ranking, a, b, Deed.LOOK_AGAIN)


def _question(ranking: Ranking, a: int, b: int, asks: Deed) -> Question:
    found = ranking.at.get((a, b))
    return Question(
        a=a,
        b=b,
        asks=asks,
        value=0.0 if found is None else float(ranking.value[found]),
        probability=ranking.probability(a, b),
    )
