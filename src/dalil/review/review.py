"""The room of review: what waits for someone, and what their verdict becomes.

Nothing is decided here that is not a signed judgement in the ledger a moment later, and every such judgement can be
undone by another. What an actor may do, what a verdict becomes and what is asked first are decided by the pure modules
beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, Engine, func, select

from dalil.errors import UnknownSubject
from dalil.ledger.keys import Signer
from dalil.ledger.log import Ledger
from dalil.ledger.store import reading
from dalil.protection import Actor
from dalil.records.judged import (
    Contradiction,
    Verdict,
    contradictions,
    verdicts_at,
    verdicts_ever,
    verdicts_of_people,
)
from dalil.records.tables import judgements, subjects
from dalil.review.agreement import Agreement, agreement_of, labels_of
from dalil.review.auditing import Audited, audited, for_actor, verdicts_of_person
from dalil.review.bulk import Bulk
from dalil.review.deciding import Answer, Decided, Decider
from dalil.review.pair_states import PairState, parties
from dalil.review.pairs import Pair, Past, past_of, read_pair_key, show_pair
from dalil.review.permissions import DEED_IN, MAY, Deed, check_may_review
from dalil.review.policy import ReviewPolicy
from dalil.review.queue import Question, Ranking, Rankings, questions
from dalil.review.record_review import RecordReview
from dalil.review.stakes import Stake
from dalil.review.verdicts import PeoplesVerdicts, ends
from dalil.vocabulary.vocabulary import Vocabulary

Stakes: TypeAlias = Callable[[], Mapping[str, Stake]]
"""Returns what of each published figure hangs on who is who."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLength:
    """How much waits for an actor, by what giving a verdict would be; pairs with a value worth asking."""

    confirm: int
    settle: int
    look_again: int
    judge: int


class Review:
    """What people must decide about one archive. Obtain it as ``archive.review``.

    Attributes
    ----------
    records : RecordReview
        Steps and grades of single records.
    bulk : Bulk
        Grades, marks and steps of many records at once.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: Engine,
        vocabulary: Vocabulary,
        derived: Path,
        policy: ReviewPolicy,
        signer: Callable[[str], Signer],
        stakes: Stakes,
    ) -> None:
        self._engine, self._vocabulary = engine, vocabulary
        self.policy, self.rankings = policy, Rankings(derived, stakes)
        self._decider = Decider(ledger=ledger, engine=engine, vocabulary=vocabulary, policy=policy, signer=signer)
        self.records = RecordReview(ledger=ledger, engine=engine, vocabulary=vocabulary, signer=signer)
        self.bulk = Bulk(ledger=ledger, engine=engine, signer=signer, records=self.records)

    # --- what waits -------------------------------------------------------------------------------------------------
    def prepare(self) -> None:
        """Make the ranking of the latest run, so that nobody who asks waits for it."""
        with reading(self._engine) as connection:
            self._ranked(connection)

    def queue(self, by: Actor, *, limit: int = 20) -> list[Pair]:
        """Return what waits for an actor, the most urgent first, as they may see it.

        Raises
        ------
        NotPermitted
            The actor does not review.
        """
        check_may_review(by, Deed.SEE_QUEUE)
        with reading(self._engine) as connection:
            said = self._said(connection)
            found = self._visible(connection, by, said)
            return list(islice(found, limit))

    def next(self, by: Actor, *, after: Collection[str] = ()) -> Pair | None:
        """Return the pair that this actor should look at now; None when nothing waits.

        Parameters
        ----------
        after : collection of str
            Keys of pairs to pass over: those somebody else has on their screen, or this actor put off.
        """
        check_may_review(by, Deed.SEE_QUEUE)
        with reading(self._engine) as connection:
            found = self._visible(connection, by, self._said(connection), without=after)
            return next(found, None)

    def questions(self, by: Actor) -> Iterator[Question]:
        """Yield what waits for an actor as bare pairs: for scripts and exports that need no screen."""
        check_may_review(by, Deed.SEE_QUEUE)
        with reading(self._engine) as connection:
            said, ranking = self._said(connection), self._ranked(connection)
        yield from questions(ranking, said, self.policy, actor=by.key_id, deeds=MAY[by.role])

    def length(self, by: Actor) -> QueueLength:
        """Return how much waits for an actor."""
        counts = dict.fromkeys(Deed, 0)
        for question in self.questions(by):
            counts[question.asks] += 1
        return QueueLength(
            confirm=counts[Deed.CONFIRM],
            settle=counts[Deed.SETTLE],
            look_again=counts[Deed.LOOK_AGAIN],
            judge=counts[Deed.JUDGE],
        )

    def pair(self, pair: str, by: Actor) -> Pair:
        """Return one pair side by side, whether or not it waits in the queue.

        Raises
        ------
        WrongValue
            ``pair`` names no two subjects.
        UnknownSubject
            One of them is not there, or not for this actor.
        """
        check_may_review(by, Deed.SEE_QUEUE)
        a, b = read_pair_key(pair)
        with reading(self._engine) as connection:
            return self._show(connection, by, self._said(connection), a, b)

    def contradictions(self, by: Actor) -> list[Contradiction]:
        """Return where people judged both ways, so that a join they asked for is not made. One side must be undone."""
        check_may_review(by, Deed.SEE_QUEUE)
        with reading(self._engine) as connection:
            found = contradictions(connection, verdicts_of_people(connection))
            shown = set(map(id, for_actor(connection, by, [each.joins for each in found])))
            return [each for each in found if id(each.joins) in shown]

    def history(self, pair: str, by: Actor) -> list[Past]:
        """Return every verdict ever given on exactly this pair, by people or models, standing or undone."""
        check_may_review(by, Deed.SEE_AUDIT)
        a, b = read_pair_key(pair)
        with reading(self._engine) as connection:
            found = for_actor(connection, by, _ever(connection, a, b))
            return [past_of(each) for each in audited(connection, by, found)]

    # --- looking back -----------------------------------------------------------------------------------------------
    def agreement(self, by: Actor) -> Agreement:
        """Return how well first and second verdicts agree."""
        check_may_review(by, Deed.SEE_AUDIT)
        with reading(self._engine) as connection:
            return agreement_of(verdicts_ever(connection))

    def audit(self, by: Actor) -> list[Verdict]:
        """Return every verdict a person ever gave on any pair, by whose key and when, in the order of the ledger."""
        check_may_review(by, Deed.SEE_AUDIT)
        with reading(self._engine) as connection:
            return for_actor(connection, by, verdicts_ever(connection))

    def trail(self, by: Actor, *, subject: int | None = None) -> list[Audited]:
        """Return every verdict a person ever gave, each with its reason and what became of it.

        Parameters
        ----------
        subject : int, optional
            Of this person only, and then verdicts of rules and models too.

        Raises
        ------
        UnknownSubject
            There is no such person, or not for this actor.
        """
        check_may_review(by, Deed.SEE_AUDIT)
        with reading(self._engine) as connection:
            found = (
                for_actor(connection, by, verdicts_ever(connection))
                if subject is None
                else verdicts_of_person(connection, by, subject)
            )
            return audited(connection, by, [each for each in found if each.leads])

    def labels(self, by: Actor) -> list[tuple[str, str, str]]:
        """Return the settled pairs of persons as labels: two ids, and same, different or unsure."""
        check_may_review(by, Deed.EXPORT_LABELS)
        with reading(self._engine) as connection:
            seen = for_actor(connection, by, verdicts_of_people(connection))
            return labels_of(PeoplesVerdicts.of(seen), _persons(connection))

    # --- deciding ---------------------------------------------------------------------------------------------------
    def decide(self, pair: str, verdict: str, *, note: str = "", by: Actor, expected_version: int | None) -> Decided:
        """Record an actor's verdict on a pair; see :meth:`Decider.decide`."""
        return self._decider.decide(pair, verdict, note=note, by=by, expected_version=expected_version)

    def foresee(self, pair: str, verdict: str, *, by: Actor) -> bool:
        """Return whether a verdict would wait for a second person; see :meth:`Decider.foresee`."""
        return self._decider.foresee(pair, verdict, by=by)

    def answer(self, answers: Sequence[Answer], *, by: Actor) -> list[Decided]:
        """Record many verdicts of one actor, in batches; see :meth:`Decider.answer`."""
        return self._decider.answer(answers, by=by)

    def foresee_answers(self, answers: Sequence[Answer], *, by: Actor) -> int:
        """Return how many verdicts would wait for a second person; see :meth:`Decider.foresee_answers`."""
        return self._decider.foresee_answers(answers, by=by)

    def undo(self, *entries: int, note: str = "", by: Actor) -> int:
        """Undo judgements, together; see :meth:`Decider.undo`."""
        return self._decider.undo(*entries, note=note, by=by)

    def split(
        self, identity: int, parts: Sequence[Sequence[int]], *, note: str, by: Actor, expected_version: int | None
    ) -> int:
        """Part one person into several; see :meth:`Decider.split`."""
        return self._decider.split(identity, parts, note=note, by=by, expected_version=expected_version)

    # --- within -----------------------------------------------------------------------------------------------------
    def _said(self, connection: Connection) -> PeoplesVerdicts:
        return PeoplesVerdicts.of(verdicts_of_people(connection))

    def _ranked(self, connection: Connection) -> Ranking:
        latest = connection.execute(select(func.max(judgements.c.run)).where(judgements.c.until.is_(None))).scalar()
        run = -1 if latest is None else int(latest)
        return self.rankings.of_run(run)

    def _visible(
        self, connection: Connection, by: Actor, said: PeoplesVerdicts, *, without: Collection[str] = ()
    ) -> Iterator[Pair]:
        passed = {read_pair_key(key) for key in without}
        ranking = self._ranked(connection)
        for question in questions(ranking, said, self.policy, actor=by.key_id, deeds=MAY[by.role]):
            if (question.a, question.b) in passed:
                continue
            try:
                yield self._show(connection, by, said, question.a, question.b)
            except UnknownSubject:  # withdrawn since the run, or not for this actor: the next one
                continue

    def _show(self, connection: Connection, by: Actor, said: PeoplesVerdicts, a: int, b: int) -> Pair:
        told = said.of_pair(a, b)
        state = said.state(a, b)
        asks = DEED_IN[state]
        # Whoever looks a second time sees neither score nor verdict: two opinions are worth more than one and its echo.
        blind = state is PairState.SETTLED and by.key_id not in parties(told) and self.policy.wants_second_look(a, b)
        past = () if blind else tuple(map(past_of, audited(connection, by, _ever(connection, a, b))))
        known = state is PairState.SETTLED or by.key_id in parties(told)  # before, only where the policy shows it
        probability = self._ranked(connection).probability(a, b) if self.policy.show_score or known else None
        return show_pair(
            connection,
            self._vocabulary,
            by,
            a,
            b,
            state=state,
            asks=asks,
            probability=None if blind else probability,
            history=past,
        )


def _ever(connection: Connection, a: int, b: int) -> list[Verdict]:
    """Return every verdict ever given on exactly these two."""
    return [each for each in verdicts_at(connection, {a}) if ends(each.a, each.b) == ends(a, b)]


def _persons(connection: Connection) -> Callable[[int], bool]:
    """Return a function that tells whether a subject is a person; asked of some thousands, it asks one at a time."""

    def is_person(subject: int) -> bool:
        return connection.execute(select(subjects.c.kind).where(subjects.c.id == subject)).scalar() == "person"

    return is_person
