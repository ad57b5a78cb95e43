"""Recording what people decide: verdicts on pairs, undoing them, parting a person.

Whatever the rules say is worked out from what stands, and worked out again in the transaction that records the
judgement: if anything was said or judged of the two in between, nothing is recorded and the reviewer looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Final

from sqlalchemy import Connection, Engine

from dalil.errors import ReviewRefused, WrongValue
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger
from dalil.ledger.store import reading
from dalil.protection import Actor
from dalil.protection.opening import visible
from dalil.records.joining import SAME
from dalil.records.judged import (
    identities_of,
    mentions_joined,
    verdicts_of_entry,
    verdicts_of_people,
)
from dalil.records.tables import derived
from dalil.review import following
from dalil.review.following import Following, sets_of
from dalil.review.judgeable import check_words, kind_of_pair, kinds_of_pairs, said_of, stale
from dalil.review.pair_states import PairState, Ruling, Said, rule, state_of
from dalil.review.pairs import pair_key, read_pair_key, version_of
from dalil.review.permissions import DEED_IN, Deed, check_may_review
from dalil.review.policy import ReviewPolicy
from dalil.review.splitting import crossing_joins, split_drafts
from dalil.review.undoing import undo_drafts, undone_with
from dalil.review.verdicts import PeoplesVerdicts
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.ids import format_subject
from dalil.vocabulary.vocabulary import Vocabulary

BATCH_ANSWERS: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A verdict on a pair, as a file or a script gives it."""

    pair: str
    verdict: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of a verdict: its entry, whether it is in force, the state and version the pair now has."""

    pair: str
    entry: int
    proposed: bool
    state: PairState
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """An answer, checked: what people had said of the pair by then, and what the answer becomes."""

    a: int
    b: int
    kind: str
    answer: Answer
    said: tuple[Said, ...]
    ruling: Ruling


class Decider:
    """Records judgements of actors under an archive's policy."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: Engine,
        vocabulary: Vocabulary,
        policy: ReviewPolicy,
        signer: Callable[[str], Signer],
    ) -> None:
        self._ledger, self._engine, self._policy, self._signer = ledger, engine, policy, signer
        self._vocabulary, self._tables = vocabulary, derived(vocabulary)

    # --- one pair ---------------------------------------------------------------------------------------------------
    def decide(self, pair: str, verdict: str, *, note: str = "", by: Actor, expected_version: int | None) -> Decided:
        """Record an actor's verdict on a pair.

        Parameters
        ----------
        pair : str
            ``<entry>.<n>~<entry>.<n>``.
        verdict : str
            ``same``, ``not``, ``relative`` or ``unsure``.
        expected_version : int or None
            The version of the pair as it was shown; None decides on whatever it is now.

        Raises
        ------
        NotPermitted
            Giving a verdict in the pair's state is not this actor's to do.
        ReviewStale
            Something was said or judged of the two since they were shown. Nothing was recorded.
        ReviewRefused
            The actor has had their say on this pair. Nothing was recorded.
        """
        check_words(verdict, note)
        a, b = read_pair_key(pair)
        with reading(self._engine) as connection:
            kind = kind_of_pair(connection, by, a, b)
            seen = version_of(connection, a, b)
            said = said_of(connection, a, b)
            ruling = self._rule(said, verdict, by)
            body = self._body(connection, kind, a, b, verdict, note, ruling)
        if expected_version is not None and seen != expected_version:
            raise stale(pair)

        def unchanged(within: Connection) -> None:
            if version_of(within, a, b) != seen:
                raise stale(pair)

        receipt = self._ledger.append([Draft(Kind.JUDGEMENT, body)], by=self._signer(by.key_id), provided=unchanged)
        with reading(self._engine) as connection:
            return Decided(
                pair=pair_key(a, b),
                entry=receipt.first,
                proposed=ruling.proposed,
                state=state_of(said_of(connection, a, b)),
                version=version_of(connection, a, b),
            )

    def foresee(self, pair: str, verdict: str, *, by: Actor) -> bool:
        """Return whether a verdict on a pair would now wait for a second person; record nothing.

        Raises
        ------
        NotPermitted, ReviewRefused
            It could not be given: as for :meth:`decide`.
        """
        with reading(self._engine) as connection:
            a, b = read_pair_key(pair)
            kind_of_pair(connection, by, a, b)
            return self._rule(said_of(connection, a, b), verdict, by).proposed

    def answer(self, answers: Sequence[Answer], *, by: Actor) -> list[Decided]:
        """Record many verdicts of one actor; those of a batch are recorded together or not at all.

        All are checked before the first is recorded. A pair may occur once.

        Raises
        ------
        WrongValue
            A pair twice, or a word that is no verdict.
        NotPermitted, ReviewRefused
            As for :meth:`decide`.
        ReviewStale
            Somebody judged one of the pairs meanwhile. Nothing of its batch was recorded, nor of later ones.
        """
        signer, decided = self._signer(by.key_id), list[Decided]()
        ready = self._ready(answers, by)
        for start in range(0, len(ready), BATCH_ANSWERS):
            chunk = ready[start : start + BATCH_ANSWERS]
            with reading(self._engine) as connection:
                bodies = [
                    self._body(
                        connection, each.kind, each.a, each.b, each.answer.verdict, each.answer.note, each.ruling
                    )
                    for each in chunk
                ]
            drafts = [Draft(Kind.JUDGEMENT, body) for body in bodies]
            receipt = self._ledger.append(drafts, by=signer, provided=partial(_check_unjudged, chunk))
            for entry, each in enumerate(chunk, receipt.first):
                verdict = Said(entry=entry, verdict=each.answer.verdict, actor=by.key_id, proposed=each.ruling.proposed)
                left = [before for before in each.said if before.entry not in each.ruling.undoes]
                decided.append(
                    Decided(
                        pair=pair_key(each.a, each.b),
                        entry=entry,
                        proposed=each.ruling.proposed,
                        state=state_of([*left, verdict]),
                        version=receipt.size,
                    )
                )
        return decided

    def foresee_answers(self, answers: Sequence[Answer], *, by: Actor) -> int:
        """Return how many of many verdicts would wait for a second person; record nothing.

        Raises
        ------
        WrongValue, NotPermitted, ReviewRefused
            They could not be given: as for :meth:`answer`.
        """
        return sum(each.ruling.proposed for each in self._ready(answers, by))

    def _ready(self, answers: Sequence[Answer], by: Actor) -> list[_Ready]:
        """Check answers, and return what each becomes."""
        pairs = [read_pair_key(each.pair) for each in answers]
        if len(set(pairs)) < len(pairs):
            raise WrongValue("A pair is answered twice.", expected="each pair once", where="pair")
        for each in answers:
            check_words(each.verdict, each.note)
        with reading(self._engine) as connection:
            everything = PeoplesVerdicts.of(verdicts_of_people(connection))
            kinds = kinds_of_pairs(connection, by, pairs)
        return [
            _Ready(
                a=a,
                b=b,
                kind=kinds[a, b],
                answer=each,
                said=tuple(everything.of_pair(a, b)),
                ruling=self._rule(everything.of_pair(a, b), each.verdict, by),
            )
            for (a, b), each in zip(pairs, answers, strict=True)
        ]

    def _rule(self, said: Sequence[Said], verdict: str, by: Actor) -> Ruling:
        check_may_review(by, DEED_IN[state_of(said)])
        ruling = rule(said, verdict=verdict, actor=by.key_id, needs_two=self._policy.needs_two(verdict))
        if ruling.refused:
            raise ReviewRefused(
                "This verdict cannot be given here.",
                expected=ruling.refused,
                found=f"{len(said)} verdicts that stand",
                todo="Leave the pair to someone else, or undo your own verdict first.",
            )
        return ruling

    def _body(
        self, connection: Connection, kind: str, a: int, b: int, verdict: str, note: str, ruling: Ruling
    ) -> JsonObject:
        sets: list[JsonValue] = [[kind, [format_subject(a), format_subject(b)]]]
        if kind == "person" and verdict != "unsure":
            find = following.together if verdict == SAME else following.apart
            sets += sets_of(find(connection, self._tables, self._vocabulary, a, b))
        body: JsonObject = {"verdict": verdict, "sets": sets, "basis": "human"}
        if note:
            body["note"] = note
        if ruling.proposed:
            body["proposed"] = True
        if ruling.undoes:
            body["undoes"] = list(ruling.undoes)
        if ruling.confirms:
            body["confirms"] = list(ruling.confirms)
        return body

    # --- taking back ------------------------------------------------------------------------------------------------
    def undo(self, *entries: int, note: str = "", by: Actor) -> int:
        """Undo judgements of people, together: everything they joined or kept apart is worked out without them.

        What they had undone themselves, such as the verdict that settling a dispute went against, is given again, as
        that of whoever gave it. Both halves of a split are undone together.

        Returns
        -------
        int
            Position of the entry that undoes them.

        Raises
        ------
        NotPermitted
            One is someone else's, and undoing that is not this actor's to do.
        ReviewRefused
            One is no person's judgement, does not stand any more, or is about records that are not for this actor: to
            them it is none. Nothing was recorded.
        """
        check_words("not", note)
        with reading(self._engine) as connection:
            for entry in entries:
                self._check_may_undo(connection, entry, by)
            undone = sorted({each for entry in entries for each in undone_with(connection, entry)})
            drafts = undo_drafts(connection, undone, note)

        def still_stand(within: Connection) -> None:
            for entry in undone:
                if all(each.until is not None for each in verdicts_of_entry(within, entry)):
                    raise stale(f"entry {entry}")

        return self._ledger.append(drafts, by=self._signer(by.key_id), provided=still_stand).first

    @staticmethod
    def _check_may_undo(connection: Connection, entry: int, by: Actor) -> None:
        found = verdicts_of_entry(connection, entry)
        about = set(identities_of(connection, {each for verdict in found for each in (verdict.a, verdict.b)}).values())
        found = found if about <= visible(connection, by, about) else []
        standing = [each for each in found if each.until is None and each.by_a_person]
        if not standing:
            raise ReviewRefused(
                "There is nothing here to undo.",
                expected="a judgement that a person gave and that still stands",
                found="one already undone" if found else "no judgement that joins or parts anything",
                where=f"entry {entry}",
                todo="To part what a model joined, judge the pair as not the same.",
            )
        check_may_review(by, Deed.UNDO_OWN if standing[0].actor == by.key_id else Deed.UNDO_OTHERS)

    def split(
        self, identity: int, parts: Sequence[Sequence[int]], *, note: str, by: Actor, expected_version: int | None
    ) -> int:
        """Part one person (event, place …) into several; every mention must be in one part.

        What people joined across the parts is undone, what is within each part stays joined, and the first mentions of
        the parts are judged not to be the same. Where joins need two people, a split joins nothing: all mentions of
        different parts are judged not to be the same, and within a part stays joined what was joined without the rest.

        Returns
        -------
        int
            Position of the last entry recorded.

        Raises
        ------
        WrongValue
            The parts are not the mentions of this identity, each once, or are fewer than two.
        ReviewRefused
            The archive's policy asks for two people; judge the pairs instead.
        ReviewStale, NotPermitted
            As for :meth:`decide`.
        """
        check_may_review(by, Deed.SPLIT)
        check_words("not", note)
        if self._policy.needs_two("not"):
            raise ReviewRefused(
                "Here every verdict needs two people, and a split is one person's.",
                expected="verdicts on the pairs, each given twice",
                todo="Judge the pairs that are not the same.",
            )
        with reading(self._engine) as connection:
            whole = mentions_joined(connection, {identity})[identity]
            named = [mention for part in parts for mention in part]
            if len(parts) < 2 or sorted(named) != sorted(whole) or not all(parts):
                raise WrongValue(
                    "The parts do not make up the whole.",
                    expected=f"two parts or more, with each of the {len(whole)} mentions in one of them",
                    found=f"{len(parts)} parts, {len(set(named) & whole)} of the mentions",
                    where="parts",
                )
            first, second = parts[0][0], parts[1][0]
            kind = kind_of_pair(connection, by, first, second)
            seen = version_of(connection, first, second)
            crossing = crossing_joins(connection, parts)
        if crossing and any(each.actor != by.key_id for each in crossing):
            check_may_review(by, Deed.UNDO_OTHERS)
        if expected_version is not None and seen != expected_version:
            raise stale(format_subject(identity))
        with reading(self._engine) as connection:
            across = self._told_across(connection, parts) if kind == "person" else []
        joins_alone = not self._policy.needs_two(SAME)
        drafts = split_drafts(kind, parts, note, crossing, across, joins_alone=joins_alone)

        def unchanged(within: Connection) -> None:
            if version_of(within, first, second) != seen:
                raise stale(format_subject(identity))

        return self._ledger.append(drafts, by=self._signer(by.key_id), provided=unchanged).size - 1

    def _told_across(self, connection: Connection, parts: Sequence[Sequence[int]]) -> list[Following]:
        """Return the pairs of detentions and acts of different parts that are now taken for one."""
        pairs = [(a, b) for one, other in combinations(parts, 2) for a in one for b in other]
        return [each for a, b in pairs for each in following.apart(connection, self._tables, self._vocabulary, a, b)]


def _check_unjudged(ready: Sequence[_Ready], connection: Connection) -> None:
    """Refuse answers on pairs of which people have said anything since they were checked."""
    everything = PeoplesVerdicts.of(verdicts_of_people(connection))
    for each in ready:
        if tuple(everything.of_pair(each.a, each.b)) != each.said:
            raise stale(pair_key(each.a, each.b))
