"""What hangs on who is who: the mentions that published figures rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from dalil.errors import BadInput
from dalil.figures.figures import Figures
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger
from dalil.linkage.archives.presence import may_enter
from dalil.records.querying import Records
from dalil.values.ids import parse_subject

Mentions: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """What of one figure hangs on who is who.

    Attributes
    ----------
    members : (n_mentions,) int64
        Every mention of whoever is counted.
    entering : (n_mentions,) int64
        Mentions of those who may come into the count by a join that is missing (``linkage.presence``).
    chance : (n_entering,) float64
        How likely such a join counts.
    """

    members: Mentions
    entering: Mentions = field(default_factory=lambda: np.zeros(0, np.int64))
    chance: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


UNITS: Final = ("person", "episode", "case")
"""Units of figures that change when two records become one."""


def stakes_of(figures: Figures, ledger: Ledger, records: Records, *, also: Iterable[str] = ()) -> Mapping[str, Stake]:
    """Return the members of each published figure that counts persons or detentions.

    While nothing has been published, every such figure of the archive is taken; in any case those named in ``also``. A
    definition that cannot be counted any
    more is at no stake.
    """
    issued = {
        entry.body["figure"]
        for entry in ledger.entries(kind=Kind.ISSUE)
        if entry.body is not None and entry.body.get("issued") == "run"
    }
    joined = [(row.subject, row.identity) for row in records.rows("memberships")]
    subject, identity = np.array(joined, np.int64).reshape(-1, 2).T
    mentions, list_of = _in_lists(records)
    who = _identities(mentions, subject, identity)
    stakes: dict[str, Stake] = {}
    for name in sorted({*(issued or figures.names()), *also}):
        try:
            run = figures.run(name)
        except BadInput:
            continue
        if run.unit in UNITS:
            counted = np.array([parse_subject(member) for member in run.members], np.int64)
            members = np.concatenate([counted, subject[np.isin(identity, counted)]])
            entering, chance = may_enter(mentions, list_of, who, np.isin(mentions, members))
            stakes[name] = Stake(members=members, entering=entering, chance=chance)
    return stakes


def _in_lists(records: Records) -> tuple[Mentions, Mentions]:
    """Return every mention of a person, and the source that made it."""
    source = {row.id: row.source for row in records.rows("accounts")}
    found = [(row.id, source[row.entry]) for row in records.rows("subjects") if row.kind == "person"]
    columns = np.array(found, np.int64).reshape(-1, 2)
    return columns[:, 0], columns[:, 1]


def _identities(mentions: Mentions, subject: Mentions, identity: Mentions) -> Mentions:
    if not len(subject):
        return mentions
    order = np.argsort(subject)
    at = np.minimum(np.searchsorted(subject[order], mentions), len(subject) - 1)
    found: Mentions = np.where(subject[order][at] == mentions, identity[order][at], mentions)
    return found
