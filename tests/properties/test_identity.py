"""Identities follow from judgements alone: not from how they were grouped into batches, nor from a rebuild."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import detention, new_archive, source_body
from dalil.archive import Archive
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.values.ids import subject_id

N_MENTIONS = 7
FIRST = 3  # two keys and one source come before


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


def body(step: tuple[str, int, int]) -> dict[str, Any]:
    deed, a, b = step
    if deed == "undo":
        return {"verdict": "not", "sets": [], "undoes": [FIRST + N_MENTIONS + a], "basis": "human"}
    return {"verdict": "same", "sets": [["person", [f"{FIRST + a}.0", f"{FIRST + b}.0"]]], "basis": "human"}


def reference(steps: list[tuple[str, int, int]], n_known: int) -> dict[int, int]:
    """Work identities out the slow way: every standing edge, connected by repetition."""
    edges: dict[int, tuple[int, int]] = {}
    for number, (deed, a, b) in enumerate(steps[:n_known]):
        if deed == "undo":
            edges.pop(a, None)
        else:
            edges[number] = (a, b)
    identity = list(range(N_MENTIONS))
    for _ in range(N_MENTIONS):
        for a, b in edges.values():
            identity[a] = identity[b] = min(identity[a], identity[b])
    return {mention: identity[mention] for mention in range(N_MENTIONS)}


mentions = st.integers(0, N_MENTIONS - 1)
steps_strategy = st.lists(st.tuples(st.sampled_from(["same", "same", "undo"]), mentions, mentions), max_size=9)


@given(steps=steps_strategy, cuts=st.lists(st.booleans(), min_size=9, max_size=9))
def test_identities_are_the_connected_mentions_at_every_point_in_time(
    empty: Path, steps: list[tuple[str, int, int]], cuts: list[bool]
) -> None:
    steps = [step for step in steps if step[0] == "undo" or step[1] != step[2]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive"
        shutil.copytree(empty, path)
        with Archive(path) as archive:
            waiting: list[Draft] = []
            for step, cut in zip(steps, cuts, strict=False):
                waiting.append(Draft(Kind.JUDGEMENT, body(step)))
                if cut:
                    archive.ledger.append(waiting, by=archive.actor())
                    waiting = []
            if waiting:
                archive.ledger.append(waiting, by=archive.actor())
            for rebuilt in (False, True):
                if rebuilt:
                    archive.rebuild()
                for n_known in range(len(steps) + 1):
                    expected = reference(steps, n_known)
                    size = FIRST + N_MENTIONS + n_known
                    for mention in range(N_MENTIONS):
                        found = archive.records.identity(subject_id(FIRST + mention, 0), known_by=size)
                        assert found == subject_id(FIRST + expected[mention], 0)
