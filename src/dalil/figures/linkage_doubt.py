"""How a figure's members may be joined otherwise: tables drawn from what the linkage run that stands is unsure of.

A run judges every pair it compared; the joins it made, and those it just did not make, are decided anew in each draw
with their own likelihood, and all of them lean together as the model may err (``linkage.drawing``). What people judged,
and what a shared key joined, stays. Draws vary about what stands: a run leans so that it finds as many as are to be
expected, and people corrected it. To that comes what no comparing found: the share of true pairs that were never
candidates is known to about half of itself, and as many overlaps are added as it says.

Only mentions of members are joined otherwise; whether somebody is a member is taken as it stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from dalil.figures.ports import FigureArchive
from dalil.figures.session import Session
from dalil.ledger.kinds import Kind
from dalil.ledger.store import reading
from dalil.ledger.tables import entries
from dalil.records.joining import KEEPS_APART, SAME
from dalil.records.tables import judgements
from dalil.records.tables import known_by as known
from dalil.values.collector import collector_resting

if TYPE_CHECKING:  # numerics and linkage are imported when something is estimated
    from dalil.estimation.table import Table

Longs = npt.NDArray[np.int64]

RECALL_KNOWN_TO: Final = 0.5
"""By how much of itself the share of pairs that no rule found may be off. As ``linkage.drawing`` has it; ours."""
MOST_LEAN: Final = 8.0
HALVINGS: Final = 14
CENTRINGS: Final = 2
N_COUNTED: Final = 8
"""Draws in which persons are counted at each lean that is tried; the same ones each time, but for the lean."""
MERGES_A_PAIR: Final = 0.88
"""Merges for each true pair: most persons of a figure have two records. Between what lists of two kinds had."""
FEW: Final = 4_000
"""Up to so many persons their detentions are read one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageDoubt:
    """Tables that may be true instead of the one that stands.

    Attributes
    ----------
    run : int
        The linkage run whose doubts these are.
    recall : float
        Estimated share of true pairs that it compared.
    tables : tuple of Table
        One a draw.
    """

    run: int
    recall: float
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Mentions of members on lists, each array of shape (n_rows,): the mention, its person's mention, member, list.

    For a figure of persons, ``mention`` and ``person`` are the same; for one of cases, ``mention`` is a detention.
    """

    mention: Longs
    person: Longs
    standing_person: Longs
    member: Longs
    place: Longs


@collector_resting()
def doubted(
    archive: FigureArchive,
    session: Session,
    members: str,
    lists: Mapping[str, Sequence[int]],
    labels: Mapping[str, Mapping[int, str]],
    *,
    seed: int,
    n_draws: int,
) -> LinkageDoubt | None:
    """Draw tables; None where no linkage run stands, or the members are not persons or cases.

    Parameters
    ----------
    members : str
        Query for the figure's ``member``.
    lists : mapping of a list's name to its sources
    labels : mapping of a stratum's name to the cell of each member

    Raises
    ------
    DerivedStale
        The pairs that the run compared are not in ``derived/``.
    """
    from dalil.estimation.linkage_error import tables_under_linkage_error
    from dalil.estimation.table import Table

    with reading(archive.engine) as connection:
        run = _standing(connection, session.known_by)
        if run is None or n_draws < 1:
            return None
        rows = _rows(session, members, lists)
        if rows is None or not len(rows.mention):
            return None
        drawn = _draws(connection, archive, rows, run, known_by=session.known_by, seed=seed, n_draws=n_draws)
    values = {name: [cells.get(int(member)) for member in rows.member] for name, cells in labels.items()}
    tables = Table.from_linkage(drawn, list_of=rows.place, lists=list(lists), stratum=values or None)
    recall = min(run[1]["blocking_recall"]) / 1000
    missed = 1 - recall
    rates = (1 - (1 + RECALL_KNOWN_TO) * missed, recall, 1 - (1 - RECALL_KNOWN_TO) * missed)
    right = (1.0, 1.0, 1.0)
    found = [
        tables_under_linkage_error(each, precision=right, recall=rates, n_draws=1, seed=seed + place)[0]
        for place, each in enumerate(tables)
    ]
    return LinkageDoubt(run=run[0], recall=recall, tables=tuple(found))


def _standing(connection: Connection, size: int) -> tuple[int, dict[str, Any]] | None:
    """Return the linkage run that stood at a size of the ledger, and what its entry says."""

    def bodies(kind: Kind) -> list[tuple[int, dict[str, Any]]]:
        query = select(entries.c.position, entries.c.body).where(
            entries.c.kind == kind.value, entries.c.position < size
        )
        return [(position, json.loads(body)) for position, body in connection.execute(query) if body is not None]

    runs = {position: body["content"] for position, body in bodies(Kind.DEFINITION) if body["defines"] == "linkage_run"}
    gone = {body.get("run") for _, body in bodies(Kind.DECISION)}
    gone |= {earlier for said in runs.values() for earlier in said.get("supersedes", ())}
    return max(((run, said) for run, said in runs.items() if run not in gone), default=None, key=lambda each: each[0])


def _rows(session: Session, members: str, lists: Mapping[str, Sequence[int]]) -> Rows | None:
    places = " ".join(
        f"WHEN t.source IN ({', '.join(map(str, sources))}) THEN {place}"
        for place, sources in enumerate(lists.values())
    )
    found = session.rows(
        f"""
        SELECT DISTINCT t.mention, t.kind, coalesce(e.person, t.mention) AS person,
               coalesce(p.identity, e.person, i.identity, t.mention) AS standing_person,
               coalesce(i.identity, t.mention) AS member, CASE {places} END AS place
        FROM {session.known("_mentions")} t
        LEFT JOIN {session.identities()} i ON i.subject = t.mention
        LEFT JOIN {session.known("episodes")} e ON e.subject = t.mention
        LEFT JOIN {session.identities()} p ON p.subject = e.person
        JOIN ({members}) w ON w.member = coalesce(i.identity, t.mention)
        WHERE place IS NOT NULL ORDER BY t.mention, place"""
    )
    if {kind for _, kind, *_ in found} - {"person", "episode"}:
        return None
    columns = np.array([(row[0], *row[2:]) for row in found], np.int64).reshape(-1, 5).T
    return Rows(**dict(zip(("mention", "person", "standing_person", "member", "place"), columns, strict=True)))


def _draws(
    connection: Connection,
    archive: FigureArchive,
    rows: Rows,
    run: tuple[int, dict[str, Any]],
    *,
    known_by: int,
    seed: int,
    n_draws: int,
) -> Longs:
    """Return partitions of the rows, (n_draws, n_rows)."""
    from dalil.linkage.persons.drawing import Drawing
    from dalil.linkage.persons.sureness import assumed

    nodes, node = np.unique(rows.person, return_inverse=True)
    standing = np.zeros(len(nodes), np.int64)
    standing[node] = rows.standing_person
    of_list = np.zeros(len(nodes), np.int16)
    of_list[node] = rows.place
    merges, frozen = _merges(connection, archive, nodes, standing, of_list, run, known_by)

    # A run does not say what curve it learned, so the assumed one serves, and answers make nobody surer of that.
    curve = assumed(MERGES_A_PAIR, len(nodes))
    if not run[1]["n_labels"]:
        curve = curve.stated()

    def drawing_at(lean: float) -> Drawing:
        return Drawing(len(nodes), merges, lean=lean, n_missed=0.0, frozen=frozen, seed=seed, sureness=curve)

    def drawn_at(lean: float, n: int) -> Longs:
        drawing = drawing_at(lean)
        partitions = [drawing.partition() for _ in range(n)]
        if arrests is None:
            return np.stack([each[node] for each in partitions])
        return np.stack([_cases(rows, each[node], _changed(each, standing)[node], arrests) for each in partitions])

    arrests = None
    if (rows.person != rows.mention).any():
        weighed = np.isin(standing, standing[np.concatenate([merges.a, merges.b])])
        arrests = _arrests(connection, archive, nodes[weighed])
    n_persons, n_members = float(len(np.unique(standing))), len(np.unique(rows.member))
    counted = min(n_draws, N_COUNTED)
    for _ in range(CENTRINGS):
        lean = _centred(lambda lean: float(drawing_at(lean).persons(counted).mean()), n_persons)
        # Two persons drawn as one may still be two cases, and one parted always is: cases have a centre of their own.
        n_cases = float(np.mean([len(np.unique(each)) for each in drawn_at(lean, counted)]))
        n_persons -= n_cases - n_members
    return drawn_at(_centred(lambda lean: float(drawing_at(lean).persons(counted).mean()), n_persons), n_draws)


def _centred(expected: Callable[[float], float], n_persons: float) -> float:
    """Return the lean at which draws have so many persons on average."""
    low, high = -MOST_LEAN, MOST_LEAN
    for _ in range(HALVINGS):  # the more it leans one way, the fewer joins are drawn and the more persons there are
        middle = (low + high) / 2
        low, high = (middle, high) if expected(middle) < n_persons else (low, middle)
    return (low + high) / 2


def _merges(
    connection: Connection,
    archive: FigureArchive,
    nodes: Longs,
    standing: Longs,
    of_list: npt.NDArray[np.int16],
    run: tuple[int, dict[str, Any]],
    known_by: int,
) -> tuple[Any, npt.NDArray[np.bool_]]:
    """Put the mentions together again as the run did, so that what it weighed is known; return merges, and frozen."""
    from dalil.linkage.archives.candidates import read_compared
    from dalil.linkage.persons.clustering import cluster

    compared = read_compared(archive.derived_folder, run[0])
    a, b = np.searchsorted(nodes, compared.a), np.searchsorted(nodes, compared.b)
    inside = np.isin(compared.a, nodes) & np.isin(compared.b, nodes)
    a, b, odds, joined = a[inside], b[inside], compared.log_odds[inside], compared.joined[inside]
    same, different = _judged(connection, nodes, standing, known_by)
    tries = []
    for lean, repeating in leanings(run[1]):
        made = cluster(
            len(nodes),
            np.minimum(a, b),
            np.maximum(a, b),
            odds + np.float32(lean),
            of_list,
            same=same,
            different=different,
            repeating=repeating,
        )
        tries.append((int(((made.cluster[a] == made.cluster[b]) != joined).sum()), lean, made))
    _, _, made = min(tries, key=lambda each: each[:2])
    frozen = np.isin(made.cluster, made.cluster[different.ravel()])
    return made.merges, frozen


def leanings(said: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return by what a run may have leaned, each with the share of records that it took to repeat another.

    Its entry says so, of real and of invented persons; where an older one does not, it was about one of `LEANS`.
    """
    from dalil.linkage.persons.clustering import MOST_REPEATING
    from dalil.linkage.persons.leaning import LEANS, MILLION

    if "leans" not in said:
        return [(lean, MOST_REPEATING) for lean in LEANS]
    return [(lean / MILLION, share / MILLION) for lean, share in zip(said["leans"], said["repeating"], strict=True)]


def _judged(connection: Connection, nodes: Longs, standing: Longs, known_by: int) -> tuple[Longs, Longs]:
    """Return pairs of rows of ``nodes`` that stay together, and that stay apart, whatever a model says."""
    query = select(judgements.c.a, judgements.c.b, judgements.c.verdict).where(
        judgements.c.run.is_(None), known(judgements, known_by)
    )
    told = [(x, y, verdict) for x, y, verdict in connection.execute(query) if verdict == SAME or verdict in KEEPS_APART]
    pairs = np.array([(x, y) for x, y, _ in told], np.int64).reshape(-1, 2)
    is_same = np.array([verdict == SAME for _, _, verdict in told], np.bool_)
    inside = np.isin(pairs, nodes).all(axis=1)
    pairs, is_same = np.searchsorted(nodes, pairs[inside]), is_same[inside]
    together = (
        standing[pairs[:, 0]] == standing[pairs[:, 1]]
    )  # where verdicts contradict each other, as they were settled
    return pairs[is_same & together], pairs[~is_same & ~together]


def _changed(partition: Longs, standing: Longs) -> npt.NDArray[np.bool_]:
    """Tell which mentions are in a cluster that is not, whole, the person it is now."""
    _, now = np.unique(standing, return_inverse=True)
    _, drawn = np.unique(partition, return_inverse=True)
    least = np.full(int(drawn.max()) + 1, len(now), np.int64)
    most = np.full(int(drawn.max()) + 1, -1, np.int64)
    np.minimum.at(least, drawn, now)
    np.maximum.at(most, drawn, now)
    whole = np.bincount(drawn)[drawn] == np.bincount(now)[now]
    unchanged: npt.NDArray[np.bool_] = (least == most)[drawn] & whole
    return ~unchanged


def _arrests(connection: Connection, archive: FigureArchive, persons: Longs) -> Mapping[int, Any]:
    from dalil.linkage.archives.arrests import read_arrests

    wanted = None if len(persons) > FEW else [int(person) for person in persons]
    read = read_arrests(connection, archive.tables, archive.vocabulary, wanted)
    return {each.episode: each for each in read}


def _cases(rows: Rows, person: Longs, changed: npt.NDArray[np.bool_], arrests: Mapping[int, Any]) -> Longs:
    """Return the case of each row: as it stands where its person is who they are now, else by the rule for arrests."""
    from dalil.linkage.archives.arrests import group

    case = rows.member.copy()
    together: dict[int, list[int]] = {}
    for row in np.flatnonzero(changed).tolist():
        together.setdefault(int(person[row]), []).append(row)
    for at in together.values():
        of_mention: dict[int, list[int]] = {}
        for row in at:
            of_mention.setdefault(int(rows.mention[row]), []).append(row)
        for told in group([arrests[mention] for mention in of_mention if mention in arrests]):
            for each in told:
                case[of_mention[each.episode]] = -told[0].episode  # no member has a negative number
    return case
