"""Candidates from the index in the archive: the names whose parts sound most like the query's.

Every part of the query brings the postings of its keys, rare keys weighing more than common ones, and the right place
in the name more than another. Added up over entries of the ledger, as arrays, the best few hundred are then compared in
full. Work is bounded by the size of the index and by the number of keys tried.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log2
from typing import Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import CompoundSelect, Connection, Select, bindparam, func, literal, null, select, union_all

from dalil.ledger.tables import entries
from dalil.names import Unfinished, script_of, unfinished_keys
from dalil.names.keys import SHORTEST_WITH_NEIGHBOURS, neighbours
from dalil.names.similarity import likeness
from dalil.names.units import Unit
from dalil.names.units import unit as unit_of
from dalil.search.index import readings
from dalil.search.maintaining import NO_KEY
from dalil.search.postings import BLOCK_BITS, MOST_PLACES, PLACE_BITS, block_of
from dalil.search.tables import near, postings, words
from dalil.values.ids import ORDER_BITS

MOST_NEAR: Final = 40
"""Near keys tried for one part."""
MOST_BEGINNINGS: Final = 120
"""Keys tried for a word that is not finished."""
ELSEWHERE: Final = 0.6
"""What a part counts in another place of the name than the query has it in."""
MISSPELT: Final = 0.9
"""What a key one letter off counts, if a word of the archive under it is like the one asked for."""
LEAST_LIKE: Final = 0.1
"""Likeness of the likest word below which a near key is not asked for."""
MOST_FORMS: Final = 400
"""Words under near keys that are compared with one part."""
AS_LONG: Final = 0.04
"""What a name as long as the query gains: among many that agree alike, those come first."""
CHUNK: Final = 2_000

Bound = TypeVar("Bound", int, str)
Ids: TypeAlias = NDArray[np.int64]
_PLACES: Final = np.uint32((1 << PLACE_BITS) - 1)
_FILED: Final = union_all(
    select(postings.c.key, postings.c.block, postings.c.places).where(
        postings.c.kind == bindparam("kind"),
        postings.c.block.in_(bindparam("blocks", expanding=True)),
        postings.c.key.in_(bindparam("keys", expanding=True)),
    ),
    select(null(), func.max(entries.c.position) + 1, null()),
)
"""What is filed under some keys; and how many entries there are, in the row without a key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One part of a query: its keys, near ones with how like it they are, and where in the query it stands."""

    exact: tuple[str, ...]
    near: tuple[tuple[str, float], ...]
    at: int
    count: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """Names that sound like a query.

    Attributes
    ----------
    ids : list of int
        Statement ids, the likeliest first.
    complete : bool
        Whether these are all.
    whole : frozenset of int
        Entries that have every part of the query.
    """

    ids: list[int]
    complete: bool
    whole: frozenset[int]


@dataclass(frozen=True, slots=True)
class Filed:
    """Postings side by side: the entry of each, and the four bytes as they are filed."""

    entries: NDArray[np.int32]
    packed: NDArray[np.uint32]

    def statements(self) -> Ids:
        """Return the statement ids."""
        order = self.packed >> PLACE_BITS & ((1 << ORDER_BITS) - 1)
        return self.entries.astype(np.int64) << ORDER_BITS | order

    def kept(self, chosen: NDArray[np.bool_]) -> Filed:
        """Return those chosen."""
        return Filed(self.entries[chosen], self.packed[chosen])


Weighed: TypeAlias = "list[tuple[Filed, NDArray[np.float32]]]"
"""Postings of one part of a query, with the weight of each."""


def ask(connection: Connection, query: Unfinished, *, forgiving: bool) -> list[Asked]:
    """Return the parts of a query with the keys the archive has for each; near ones only if ``forgiving``."""
    count = len(query.complete) + bool(query.last)
    units = query.complete[: MOST_PLACES - 1]
    exact = [tuple(key or NO_KEY for key in readings(unit)) for unit in units]
    near_ = near_keys(connection, units, exact) if forgiving else [() for _ in units]
    asked = [Asked(exact[at], near_[at], at, count) for at in range(len(units))]
    if query.last:
        asked.append(Asked(_beginnings(connection, query), (), count - 1, count))
    return asked


def near_keys(
    connection: Connection, units: Sequence[Unit], exact: Sequence[Sequence[str]]
) -> list[tuple[tuple[str, float], ...]]:
    """Return, for each part, the keys in the archive one letter off, with the likeness of the likest word under each.

    One query for all parts.
    """
    asked: dict[str, Sequence[str]] = {}
    places = [at for at, unit in enumerate(units) if len(unit.coarse) >= SHORTEST_WITH_NEIGHBOURS - 1]
    for n, at in enumerate(places):
        asked |= {f"shorter{n}": (units[at].coarse, *neighbours(units[at].coarse)), f"exact{n}": exact[at]}
    found: list[dict[str, float]] = [{} for _ in units]
    for n, form, key in connection.execute(_words_near(len(places)), asked).all() if places else ():
        at = places[n]
        like = likeness(units[at], unit_of(form, script_of(form)))
        if like > found[at].get(key, LEAST_LIKE):
            found[at][key] = like
    return [tuple(sorted(each.items(), key=lambda item: (-item[1], item[0]))[:MOST_NEAR]) for each in found]


def borne(connection: Connection, forms: Collection[str]) -> set[str]:
    """Return which of some folded forms are words of a name in the archive. One query."""
    return set(connection.execute(select(words.c.form).where(words.c.form.in_(sorted(forms)))).scalars())


@cache
def _words_near(n_parts: int) -> CompoundSelect[int, str, str]:
    """Return the query for words under keys near those of so many parts: the part, from 0, the word and its key."""
    queries = []
    for n in range(n_parts):
        keys = select(near.c.key).where(near.c.less.in_(bindparam(f"shorter{n}", expanding=True)))
        keys = keys.where(near.c.key.not_in(bindparam(f"exact{n}", expanding=True)))
        forms = select(literal(n).label("part"), words.c.form, words.c.key).where(words.c.key.in_(keys))
        queries.append(select(forms.order_by(words.c.form).limit(MOST_FORMS).subquery()))
    return union_all(*queries)


def _beginnings(connection: Connection, query: Unfinished) -> tuple[str, ...]:
    """Return the keys of names that may begin with what was typed of the last. One query."""
    asked: list[tuple[bool, Select[str]]] = []  # whether it counts only where nothing else is found
    for form, script in query.last:
        if form:
            of_form = select(words.c.key).where(words.c.form >= form, words.c.form < form + "\U0010ffff")
            asked.append((False, of_form.limit(2 * MOST_BEGINNINGS)))
        for beginning in unfinished_keys((form, script)):
            of_key = select(near.c.key).where(near.c.less == near.c.key, near.c.less >= beginning)
            of_key = of_key.where(near.c.less < beginning + "\U0010ffff")
            asked.append((len(beginning) < 2, of_key.limit(MOST_BEGINNINGS)))
    queries = [select(literal(at), each.subquery().c.key) for at, (_, each) in enumerate(asked)]
    found: list[list[str]] = [[] for _ in asked]
    for at, key in connection.execute(union_all(*queries)).all() if queries else ():
        found[at].append(key)
    keys: dict[str, None] = {}
    for (short, _), each in zip(asked, found, strict=True):
        if not (short and keys):
            keys.update(dict.fromkeys(each))
    return tuple(keys)[:MOST_BEGINNINGS]


def candidates(
    connection: Connection, kind: str, asked: Sequence[Asked], *, known_by: int | None, extent: Extent, most: int
) -> Candidates:
    """Return the likeliest names, at most about ``most``; see :func:`weigh`."""
    return heaviest(weigh(connection, kind, asked, known_by=known_by, extent=extent), most)


@dataclass(slots=True)
class Extent:
    """How many blocks the ledger had when last looked at: they are named in the query that also asks how many."""

    n_blocks: int = 1


@dataclass(frozen=True, slots=True)
class Weights:
    """What every name weighs as an answer to a query: read once, asked for the heaviest of as often as need be.

    Attributes
    ----------
    parts : list of Weighed
        The lists of each part.
    total : array of float, shape (n_entries,)
        The weight of each entry.
    n_parts : array of int, shape (n_entries,)
        How many parts of the query each entry has.
    read : dict of str to Filed or None
        What is filed under each key that was read.
    """

    parts: list[Weighed]
    total: NDArray[np.float32]
    n_parts: NDArray[np.int8]
    read: Mapping[str, Filed | None]


def weigh(
    connection: Connection,
    kind: str,
    asked: Sequence[Asked],
    *,
    known_by: int | None,
    extent: Extent,
    before: Weights | None = None,
) -> Weights:
    """Weigh all that is filed under the keys of a query. One query, unless the ledger has outgrown ``extent``.

    Parameters
    ----------
    kind : str
        Of the subjects whose names are wanted.
    known_by : int or None
        Ledger size by which they were said.
    before : Weights or None
        Of fewer keys, weighed in the same transaction: what these had is not read again.
    """
    keys = dict.fromkeys(key for part in asked for key in (*part.exact, *(key for key, _ in part.near)))
    rows = {} if before is None else dict(before.read)
    unread = sorted(keys.keys() - rows.keys())
    if unread or before is None:
        fresh, size = _read(connection, kind, unread, known_by, extent)
        rows |= fresh
    else:
        size = len(before.total)
    weighed = [_weighed(part, rows, size) for part in asked]
    total = np.zeros(size, dtype=np.float32)
    n_parts = np.zeros(size, dtype=np.int8)
    best = np.zeros(size, dtype=np.float32)
    for lists in weighed:
        for filed, weights in lists:
            # Of two parts of one name that sound alike the first stays: written last.
            entries, weights = filed.entries[::-1], weights[::-1]
            best[entries] = np.maximum(best[entries], weights)
        for filed, _ in lists:  # each entry is added once: what was added is taken out of `best`, for the next part too
            weights = best[filed.entries]
            best[filed.entries] = 0
            total[filed.entries] += weights
            n_parts[filed.entries] += weights > 0
    return Weights(weighed, total, n_parts, rows)


def heaviest(weights: Weights, most: int) -> Candidates:
    """Return the likeliest names, at most about ``most``."""
    met, complete = _heaviest(weights.total, most)
    whole = frozenset(met[weights.n_parts[met] == len(weights.parts)].tolist())
    return Candidates(_statements(weights.parts, met, len(weights.total), most), complete, whole)


def _heaviest(total: NDArray[np.float32], most: int) -> tuple[NDArray[np.intp], bool]:
    """Return the entries that weigh most, and whether these are all that weigh anything."""
    top = float(total.max(initial=0.0))
    for share in (0.8, 0.6, 0.4, 0.0):  # most entries share one common part only: they are not sorted in vain
        met = np.flatnonzero(total > share * top)
        if len(met) >= most:
            break
    if len(met) > most:
        return met[np.argpartition(-total[met], most)[:most]], False
    return met, share == 0.0


def _read(
    connection: Connection, kind: str, keys: Sequence[str], known_by: int | None, extent: Extent
) -> tuple[dict[str, Filed | None], int]:
    """Return what is filed under each key, and the size of the ledger; up to ``known_by`` only, if that is given."""
    while True:
        asked = {"kind": kind, "keys": keys, "blocks": range(extent.n_blocks)}
        rows = connection.execute(_FILED, asked).all()
        size = next((block for key, block, _ in rows if key is None), None) or 0
        if block_of(max(0, size - 1)) < extent.n_blocks:
            break
        extent.n_blocks = block_of(size - 1) + 1
    if known_by is not None:
        size = max(0, min(size, known_by))
    parts: dict[str, list[tuple[int, bytes]]] = {}
    for key, block, places in rows:
        if key is not None and block <= block_of(max(0, size - 1)):
            parts.setdefault(key, []).append((block, places))
    return {key: _unpacked(parts[key], size) if key in parts else None for key in keys}, size


def _unpacked(found: Sequence[tuple[int, bytes]], size: int) -> Filed:
    packed = np.frombuffer(b"".join(places for _, places in found), dtype="<u4")
    entries = (packed >> (PLACE_BITS + ORDER_BITS)).astype(np.int32)
    start = 0
    for block, places in found:
        stop = start + len(places) // 4
        entries[start:stop] += block << BLOCK_BITS
        start = stop
    filed = Filed(entries, packed)
    # Said after the point asked about.
    return filed.kept(entries < size) if len(entries) and int(entries.max()) >= size else filed


def _weighed(part: Asked, rows: Mapping[str, Filed | None], size: int) -> Weighed:
    """Return the lists of one part: every posting weighs by how rare the part is, and by its place in the name."""
    exact = [(filed, 1.0) for key in part.exact if (filed := rows[key]) is not None]
    misspelt = [(filed, MISSPELT * like) for key, like in part.near if (filed := rows[key]) is not None]
    n_postings = sum(len(filed.entries) for filed, _ in exact or misspelt)
    by_place = _by_place(part) * np.float32(log2(2 + size / max(1, n_postings)))
    return [(filed, (by_place * np.float32(share))[filed.packed & _PLACES]) for filed, share in (*misspelt, *exact)]


def _by_place(part: Asked) -> NDArray[np.float32]:
    """Return the weight of each place code for one part of a query."""
    weights = np.full(1 << PLACE_BITS, ELSEWHERE, dtype=np.float32)
    first, last = part.at == 0, part.at == part.count - 1
    for count in range(1, MOST_PLACES + 1):
        for at in range(count):
            if part.count == 1:
                fits = at in (0, count - 1)
            else:
                fits = (first and at == 0) or (last and at == count - 1 > 0)
                fits = fits or (not first and not last and 0 < at < count - 1)
            weights[at << 3 | (count - 1)] = (1.0 if fits else ELSEWHERE) + (AS_LONG if count == part.count else 0.0)
    return weights


def _statements(weighed: Sequence[Weighed], met: NDArray[np.intp], size: int, most: int) -> list[int]:
    """Return the statements met in some entries, the heaviest first."""
    wanted = np.zeros(size, dtype=bool)
    wanted[met] = True
    total: dict[int, float] = {}
    for lists in weighed:
        best: dict[int, float] = {}
        for filed, weights in lists:
            here = wanted[filed.entries]
            statements = filed.kept(here).statements().tolist()
            for statement, weight in zip(statements, weights[here].tolist(), strict=True):
                if weight > best.get(statement, 0.0):
                    best[statement] = weight
        for statement, weight in best.items():
            total[statement] = total.get(statement, 0.0) + weight
    return sorted(total, key=lambda statement: (-total[statement], statement))[:most]


def chunks(ids: Sequence[Bound], size: int = CHUNK) -> Iterator[Sequence[Bound]]:
    """Yield ids in pieces that one query may bind."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
