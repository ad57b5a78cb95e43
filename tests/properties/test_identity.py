"""Identities follow from judgements alone: not from how they were grouped into batches, nor from a rebuild.

The reference below works everything out anew from the list of judgements, with labels and loops and nothing kept.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import detention, new_archive, source_body
from dalil.archive import Archive
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.values.ids import subject_id

N_MENTIONS = 7
FIRST = 3  # two keys and one source come before
START = FIRST + N_MENTIONS

Step: TypeAlias = tuple[str, str, tuple[int, ...], bool]
"""Verdict, basis, mentions, whether only proposed. Beside the verdicts there is "undo", whose mention is the number of
the judgement undone, and "chain": "same" of each two neighbours, one set after the other, as models judge."""


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    """Yield an archive of seven unjoined mentions, to be copied for every example."""
    folder = Path(tempfile.mkdtemp())
    archive = new_archive(folder / "archive")
    source = archive.ledger.append([Draft(Kind.SOURCE, source_body())], by=archive.actor()).first
    drafts = [Draft(Kind.ACCOUNT, detention(source, number)) for number in range(N_MENTIONS)]
    archive.ledger.append(drafts, by=archive.actor())
    archive.close()
    yield folder / "archive"
    shutil.rmtree(folder)


@contextmanager
def judged(empty: Path, steps: list[Step], cuts: list[bool]) -> Iterator[Archive]:
    """Yield a copy of the archive in which the steps were recorded, in batches cut as said."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(empty, Path(folder) / "archive")
        with Archive(Path(folder) / "archive") as archive:
            waiting: list[Draft] = []
            for step, cut in zip(steps, cuts, strict=False):
                waiting.append(Draft(Kind.JUDGEMENT, body(step)))
                if cut:
                    archive.ledger.append(waiting, by=archive.actor())
                    waiting = []
            if waiting:
                archive.ledger.append(waiting, by=archive.actor())
            yield archive


def body(step: Step) -> dict[str, Any]:
    verdict, basis, mentions, proposed = step
    if verdict == "undo":
        return {"verdict": "unsure", "sets": [], "undoes": [START + mentions[0]], "basis": basis}
    named = [f"{FIRST + m}.0" for m in mentions]
    sets = [["person", list(link)] for link in pairwise(named)] if verdict == "chain" else [["person", named]]
    said: dict[str, Any] = {"verdict": "same" if verdict == "chain" else verdict, "sets": sets}
    return {**said, "basis": basis, **({"proposed": True} if proposed else {})}


RANK = {"human": 3, "shared_key": 2, "model": 1}


def reference(steps: list[Step]) -> list[int]:
    """Work identities out the slow way."""
    undone = {mentions[0] for verdict, _, mentions, _ in steps if verdict == "undo"}
    standing = [
        (RANK[basis], verdict, mentions)
        for number, (verdict, basis, mentions, proposed) in enumerate(steps)
        if verdict != "undo" and number not in undone and not proposed
    ]
    label = list(range(N_MENTIONS))

    def barred(a: int, b: int, rank: int) -> bool:
        for bar_rank, verdict, mentions in standing:
            weakest = {"not": bar_rank, "relative": bar_rank, "unsure": bar_rank - 1}.get(verdict, 0)
            if weakest >= rank and any(
                {label[x], label[y]} == {label[a], label[b]} for x, y in combinations(mentions, 2)
            ):
                return True
        return False

    for rank in (3, 2, 1):
        for join_rank, verdict, mentions in standing:
            if join_rank == rank and verdict == "chain":
                for a, b in pairwise(mentions):
                    if not barred(a, b, rank):
                        label = [label[b] if each == label[a] else each for each in label]
            if join_rank != rank or verdict != "same":
                continue
            leaders: list[int] = []
            for mention in mentions:
                if any(label[mention] == label[leader] for leader in leaders):
                    continue
                fitting = [leader for leader in leaders if not barred(mention, leader, rank)]
                if fitting:
                    old, new = label[mention], label[fitting[0]]
                    label = [new if each == old else each for each in label]
                else:
                    leaders.append(mention)
    return [min(other for other in range(N_MENTIONS) if label[other] == label[m]) for m in range(N_MENTIONS)]


def identities(archive: Archive, n_known: int) -> list[int]:
    """Return the identity of each mention, as a number from 0, when that many judgements were known."""
    found = [archive.records.identity(subject_id(FIRST + m, 0), known_by=START + n_known) for m in range(N_MENTIONS)]
    return [(identity >> 12) - FIRST for identity in found]


mention = st.integers(0, N_MENTIONS - 1)
judgement = st.tuples(
    st.sampled_from(["same", "same", "chain", "not", "unsure", "relative"]),
    st.sampled_from(["human", "human", "model", "model", "shared_key"]),
    st.lists(mention, min_size=2, max_size=4, unique=True).map(tuple),
    st.sampled_from([False, False, False, True]),
)
undoing = st.tuples(st.just("undo"), st.just("human"), st.integers(0, 8).map(lambda n: (n,)), st.just(False))
histories = st.lists(st.one_of(judgement, judgement, judgement, undoing), max_size=9)
cutting = st.lists(st.booleans(), min_size=9, max_size=9)


def later_only(steps: list[Step]) -> list[Step]:
    """Leave out undoings of what has not been judged yet, or was no judgement."""
    return [s for n, s in enumerate(steps) if s[0] != "undo" or (s[2][0] < n and steps[s[2][0]][0] != "undo")]


def renumbered(steps: list[Step]) -> bool:
    return all(s[0] != "undo" or (s[2][0] < n and steps[s[2][0]][0] != "undo") for n, s in enumerate(steps))


@given(steps=histories.map(later_only).filter(renumbered), cuts=cutting)
def test_identities_are_what_the_slow_reference_finds_at_every_point_in_time_grown_or_rebuilt(
    empty: Path, steps: list[Step], cuts: list[bool]
) -> None:
    with judged(empty, steps, cuts) as archive:
        for rebuilt in (False, True):
            if rebuilt:
                archive.rebuild()
            for n_known in range(len(steps) + 1):
                assert identities(archive, n_known) == reference(steps[:n_known])


@given(steps=histories.map(later_only).filter(renumbered), cuts=cutting)
@settings(max_examples=25)
def test_undoing_what_was_judged_last_restores_what_was_before(
    empty: Path, steps: list[Step], cuts: list[bool]
) -> None:
    standing = [step for step in steps if step[0] != "undo"] or [("same", "human", (0, 1), False)]
    steps = [*standing[:8], ("undo", "human", (len(standing[:8]) - 1,), False)]
    with judged(empty, steps, cuts) as archive:
        n_steps = len(steps)
        assert identities(archive, n_steps) == identities(archive, n_steps - 2)


@given(steps=histories.map(later_only).filter(renumbered), cuts=cutting)
@settings(max_examples=25)
def test_no_two_mentions_a_person_kept_apart_are_joined_and_no_statement_is_lost(
    empty: Path, steps: list[Step], cuts: list[bool]
) -> None:
    undone = {mentions[0] for verdict, _, mentions, _ in steps if verdict == "undo"}
    with judged(empty, steps, cuts) as archive:
        who = identities(archive, len(steps))
        for number, (verdict, basis, mentions, proposed) in enumerate(steps):
            if verdict in ("not", "relative") and basis == "human" and not proposed and number not in undone:
                assert all(who[a] != who[b] for a, b in combinations(mentions, 2))
        said = [
            view.id
            for identity in sorted(set(who))
            for view in archive.records.find(subject=subject_id(FIRST + identity, 0), predicate="name")
        ]
        assert len(said) == len(set(said)) == N_MENTIONS


@pytest.mark.parametrize("first", ["human", "model"])
@pytest.mark.parametrize(("human", "joined"), [("same", True), ("not", False), ("relative", False), ("unsure", False)])
def test_what_a_person_judged_prevails_over_a_model_whichever_came_first(
    empty: Path, first: str, human: str, joined: bool
) -> None:
    automatic = "not" if human == "same" else "same"
    steps: list[Step] = [(human, "human", (0, 1), False), (automatic, "model", (0, 1), False)]
    with judged(empty, steps if first == "human" else steps[::-1], [True] * 2) as archive:
        assert (identities(archive, 2)[1] == 0) is joined


def test_a_model_cannot_join_through_a_third_mention_what_a_person_kept_apart(empty: Path) -> None:
    steps: list[Step] = [
        ("not", "human", (0, 2), False),
        ("same", "model", (0, 1), False),
        ("same", "model", (1, 2), False),
    ]
    with judged(empty, steps, [True] * 3) as archive:
        assert identities(archive, 3) == [0, 0, 2, 3, 4, 5, 6]  # the older join stands, the younger is refused


def test_whoever_is_parted_from_a_group_goes_with_those_they_were_linked_to_most_strongly(empty: Path) -> None:
    # A model linked 1 with 2, then 2 with 3, then, weakest, 0 with 1; a person says that 0 and 3 are two.
    chain = {
        "verdict": "same",
        "basis": "model",
        "sets": [["person", [f"{FIRST + a}.0", f"{FIRST + b}.0"]] for a, b in ((1, 2), (2, 3), (0, 1))],
    }
    with judged(empty, [], []) as archive:
        archive.ledger.append([Draft(Kind.JUDGEMENT, chain)], by=archive.actor())
        assert identities(archive, 1) == [0, 0, 0, 0, 4, 5, 6]
        archive.ledger.append([Draft(Kind.JUDGEMENT, body(("not", "human", (0, 3), False)))], by=archive.actor())
        assert identities(archive, 2) == [0, 1, 1, 1, 4, 5, 6]
        archive.ledger.append([Draft(Kind.JUDGEMENT, body(("not", "human", (1, 2), False)))], by=archive.actor())
        # 1 is not 2, so 2 goes with 3; and 1, whose strongest link is now to 0, goes with 0.
        assert identities(archive, 3) == [0, 0, 2, 2, 4, 5, 6]


def test_a_proposal_changes_nothing(empty: Path) -> None:
    with judged(empty, [("same", "human", (0, 1), True)], [True]) as archive:
        assert identities(archive, 1) == list(range(N_MENTIONS))


def test_an_old_id_resolves_after_its_person_has_joined_another(empty: Path) -> None:
    steps: list[Step] = [("same", "human", (3, 4), False), ("same", "human", (1, 4), False)]
    with judged(empty, steps, [True] * 2) as archive:
        assert identities(archive, 1)[4] == 3
        assert identities(archive, 2)[3] == 1
