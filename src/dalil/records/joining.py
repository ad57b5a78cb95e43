"""What judgements that stand add up to: a pure function from what was judged of some mentions to who is who.

Three rules decide, and none of them asks in which order the judgements came to be known to this code:

1. **Authority.** What a person judged is heard before what a shared key or a written rule says, and that before what a
   model says. Nothing automatic ever joins what a person kept apart, or parts what a person joined.
2. **Apart is kept.** "Not" and "relative" keep two mentions apart from every join of the same authority or a lower one,
   directly or through a chain. "Unsure" keeps them apart from joins of a lower authority only: what nobody could tell,
   a model does not decide. A join that would break this is not made; if both were judged with the same authority, that
   is a contradiction, which people must resolve (:func:`contradicted`).
3. **Older first.** Within one authority, joins are made in the order of the ledger, and those of one judgement in the
   order of its sets: a model names its strongest link first, so that whoever is parted from a group goes with those
   they are most like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias


class Authority(IntEnum):
    """Who judged, in what their word counts for."""

    MODEL = 1
    RULE = 2
    HUMAN = 3


_BASES: Final = {"model": Authority.MODEL, "rule": Authority.RULE, "shared_key": Authority.RULE}
AUTOMATIC: Final = tuple(_BASES)
"""Bases on which no person judged."""

SAME, NOT, UNSURE, RELATIVE = "same", "not", "unsure", "relative"
KEEPS_APART: Final = (NOT, RELATIVE)


def authority_of(basis: str | None) -> Authority:
    """Return what a judgement's basis counts for; whatever is not said to be automatic, a person said."""
    return _BASES.get(basis or "", Authority.HUMAN)


@dataclass(frozen=True, slots=True)
class Join:
    """That some mentions are the same: the first and the others, as one set of one judgement has them.

    ``place`` is where the set stands in the ledger: the id of its first edge.
    """

    place: int
    mentions: tuple[int, ...]
    authority: Authority


Bars: TypeAlias = Mapping[int, Mapping[int, int]]
"""For each mention, those it is kept apart from, and how strongly (:func:`bar_strength`). Symmetric."""


def bar_strength(verdict: str, authority: Authority) -> int:
    """Return how strong a join must be to pass between two mentions; joins are twice their authority strong."""
    if verdict in KEEPS_APART:
        return 2 * authority
    return 2 * authority - 1 if verdict == UNSURE else 0


def partition(mentions: Iterable[int], joins: Iterable[Join], bars: Bars) -> list[set[int]]:
    """Return who is who among ``mentions``: disjoint sets, each one person (event, place …).

    Parameters
    ----------
    mentions : iterable of int
        Closed under ``joins``: every mention of a join is among them.
    joins : iterable of Join
        Those that stand.
    bars : mapping
        What is kept apart.
    """
    group = {mention: {mention} for mention in mentions}
    for join in sorted(joins, key=lambda join: (-join.authority, join.place)):
        anchors: list[set[int]] = []
        for mention in join.mentions:
            own = group[mention]
            if any(own is anchor for anchor in anchors):
                continue
            fitting = next((n for n, anchor in enumerate(anchors) if not _barred(own, anchor, bars, join)), None)
            if fitting is None:
                anchors.append(own)
                continue
            small, large = sorted((own, anchors[fitting]), key=len)
            large |= small
            anchors[fitting] = large
            for moved in small:
                group[moved] = large
    return list({id(each): each for each in group.values()}.values())


def _barred(one: set[int], other: set[int], bars: Bars, join: Join) -> bool:
    strength = 2 * join.authority
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    for mention in small:
        for apart, bar in bars.get(mention, {}).items():
            if bar >= strength and apart in large:
                return True
    return False


def contradicted(joins: Sequence[Join], parts: Iterable[set[int]]) -> list[Join]:
    """Return the joins by persons that were not made in full: people have judged both ways."""
    of = {mention: number for number, part in enumerate(parts) for mention in part}
    return [j for j in joins if j.authority is Authority.HUMAN and len({of[mention] for mention in j.mentions}) > 1]
