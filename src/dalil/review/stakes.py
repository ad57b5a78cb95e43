"""What hangs on who is who: the mentions that published figures rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from dalil.errors import BadInput
from dalil.figures.definitions import EstimateOf
from dalil.figures.figures import Figures
from dalil.figures.runs import FigureRun
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger
from dalil.linkage.archives.presence import may_enter
from dalil.records.querying import Records
from dalil.values.collector import collector_resting
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


@collector_resting()
def stakes_of(
    figures: Figures,
    ledger: Ledger,
    records: Records,
    *,
    also: Iterable[str] = (),
    counted: Mapping[str, FigureRun] = MappingProxyType({}),
) -> Mapping[str, Stake]:
    """Return the members of each published figure that counts persons or detentions.

    While nothing has been published, every such figure of the archive is taken; in any case those named in ``also``. A
    definition that cannot be counted any more is at no stake. An estimate hangs on whom the figure counts that it is
    made from, and is not worked out.

    Parameters
    ----------
    counted : mapping of name to FigureRun
        Figures counted already, as known by all of the ledger: these are not counted again.
    """
    issued = {
        entry.body["figure"]
        for entry in ledger.entries(kind=Kind.ISSUE)
        if entry.body is not None and entry.body.get("issued") == "run"
    }
    subject, identity = _columns(records.columns("memberships", "subject", "identity"), 2)
    mentions, list_of = _in_lists(records)
    who = _identities(mentions, subject, identity)
    stakes: dict[str, Stake] = {}
    for name in sorted({*(issued or figures.names()), *also}):
        try:
            asked = _whom(figures, name)
            run = counted[asked] if asked in counted else figures.run(asked)
        except BadInput:
            continue
        if run.unit in UNITS and asked not in stakes:
            members = np.array([parse_subject(member) for member in run.members], np.int64)
            members = np.concatenate([members, subject[np.isin(identity, members)]])
            entering, chance = may_enter(mentions, list_of, who, np.isin(mentions, members))
            stakes[asked] = Stake(members=members, entering=entering, chance=chance)
    return stakes


def _whom(figures: Figures, name: str) -> str:
    """Return the figure that tells whom a figure counts: for an estimate, the one that it is made from."""
    recipe = figures.definition(name).recipe
    return recipe.figure if isinstance(recipe, EstimateOf) else name


def _in_lists(records: Records) -> tuple[Mentions, Mentions]:
    """Return every mention of a person, and the source that made it."""
    accounts, sources = _columns(records.columns("accounts", "id", "source"), 2)
    mentions, entries = _columns(records.columns("subjects", "id", "entry", kind="person"), 2)
    return mentions, sources[np.searchsorted(accounts, entries)]


def _columns(rows: Iterable[tuple[int, ...]], n_columns: int) -> Mentions:
    """Return rows of whole numbers as columns, (n_columns, n_rows)."""
    return np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, n_columns).T


def _identities(mentions: Mentions, subject: Mentions, identity: Mentions) -> Mentions:
    if not len(subject):
        return mentions
    order = np.argsort(subject)
    at = np.minimum(np.searchsorted(subject[order], mentions), len(subject) - 1)
    found: Mentions = np.where(subject[order][at] == mentions, identity[order][at], mentions)
    return found
