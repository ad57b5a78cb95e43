"""Who is who in the demonstration: a linkage run, a scripted review of what the queue asks, a run that learns from it.

The generator knows who is who, and so the scripted reviewers answer as people would who look things up: rightly, but
for a stated share of slips. They are asked what the queue asks, in its order, and no more than a few thousand times;
what they are not asked stays as the model left it.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from dalil.archive import Archive
from dalil.linkage.archives.linking import RunReceipt
from dalil.protection import Actor, Role
from dalil.protection.access import at_the_desk
from dalil.review.deciding import Answer
from dalil.review.pairs import pair_key
from dalil.review.permissions import Deed
from dalil.values.collector import collector_resting
from demo.building import LISTS, first_mentions
from demo.side_lists import Key

ROUNDS: Final = (1_500, 1_500)
"""Questions answered before the second run, and after it, at scale 1: as many as three people answer in a week."""
FEWEST: Final = 60
"""Questions answered in a round however small the population."""
SECOND_LOOKS: Final = 150
"""Settled pairs, at most, that a second reviewer looks at."""
SLIPS: Final = 0.01
"""Share of answers that are wrong. Hand-matching studies report one to a few in a hundred; no source for this one."""
SEED: Final = 20210521


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the generator knows of mentions: whose each is, and of which detention."""

    persons: Mapping[int, str]
    episodes: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How persons (or detentions) compare with the truth: pairs of mentions joined rightly, and numbers."""

    precision: float
    recall: float
    n_found: int
    n_true: int

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"{self.n_found:,} for {self.n_true:,} ({(self.n_found - self.n_true) / self.n_true:+.2%}),"
            f" precision {self.precision:.4f}, recall {self.recall:.4f}"
        )


@collector_resting()
def read_truth(archive: Archive, lists: Path) -> Truth:
    """Read the generator's keys: the person and the detention of each mention."""
    entries = {key: archive.intake.row_entries(key) for key in LISTS}
    first = first_mentions(archive)
    persons: dict[int, str] = {}
    episodes: dict[int, str] = {}
    with (lists / "keys.csv").open(encoding="utf-8", newline="") as file:
        for key in (Key(*row) for row in islice(csv.reader(file), 1, None)):
            mentions = first[entries[key.list][key.row_key]]
            if key.person_key:
                persons[mentions["person"]] = key.person_key
            if key.episode_key:
                episodes[mentions["episode"]] = f"{key.person_key} {key.episode_key}"
    return Truth(persons=persons, episodes=episodes)


@collector_resting()
def quality(archive: Archive, *truths: Mapping[int, str]) -> list[Quality]:
    """Compare who is joined now with each of some truths, of persons or of detentions."""
    joined: dict[int, int] = dict(archive.records.columns("memberships", "subject", "identity"))
    return [_quality(joined, truth) for truth in truths]


def _quality(joined: Mapping[int, int], truth: Mapping[int, str]) -> Quality:
    found = [joined.get(mention, mention) for mention in truth]
    sizes, true_sizes = Counter(found), Counter(truth.values())
    both = _pairs(Counter(zip(found, truth.values(), strict=True)).values())
    return Quality(
        precision=both / max(1, _pairs(sizes.values())),
        recall=both / max(1, _pairs(true_sizes.values())),
        n_found=len(sizes),
        n_true=len(true_sizes),
    )


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def link(archive: Archive, progress: Callable[[str], None] = lambda _: None) -> RunReceipt:
    """Run linkage once, with whatever people have judged by now."""
    return archive.linkage.run(seed=SEED, progress=progress)


def reviewers(archive: Archive) -> tuple[Actor, Actor]:
    """Introduce two reviewers, each with a key of their own."""
    desk = at_the_desk(archive.configuration.actor_key)
    keys = [archive.introduce_actor(f"reviewer {number} of the demonstration").key_id for number in (1, 2)]
    first, second = (replace(desk, name=key, role=Role.REVIEWER, key_id=key) for key in keys)
    return first, second


def review(archive: Archive, truth: Truth, by: Actor, *, n: int, deed: Deed = Deed.JUDGE) -> int:
    """Answer up to ``n`` questions of the queue, in its order; return how many."""
    asked = ((each.a, each.b) for each in archive.review.questions(by) if each.asks is deed)
    invented = (pair for pair in asked if pair[0] in truth.persons and pair[1] in truth.persons)
    pairs = list(islice(invented, n))
    answers = [Answer(pair=pair_key(a, b), verdict=answer_of(truth, a, b, by.key_id)) for a, b in pairs]
    archive.review.answer(answers, by=by)
    return len(answers)


def answer_of(truth: Truth, a: int, b: int, key_id: str) -> str:
    """Return what a reviewer says: the truth, but for slips, which hang on the pair and on who looks at it."""
    same = truth.persons[a] == truth.persons[b]
    drawn = int.from_bytes(hashlib.sha256(f"slip {a} {b} {key_id}".encode()).digest()[:4], "big")
    if drawn < SLIPS * 2**32:
        same = not same
    return "same" if same else "not"
