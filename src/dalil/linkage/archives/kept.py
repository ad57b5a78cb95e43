"""What is kept beside an archive of its last linkage run, so that the next compares only what came since.

It lies in ``derived/linked/`` and may be deleted: the next run then compares everything. It names the run it was made
by; where another run stands, it is of no use and is not read. It holds names, as the database does; the run after an
erasure deletes it first.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from dalil.errors import WrongLists
from dalil.linkage.pairing import keeping
from dalil.linkage.pairing.keeping import Existing, keep
from dalil.linkage.pairing.key_index import file_digest, key_file
from dalil.linkage.plan import Linked
from dalil.linkage.record_table import RecordTable
from dalil.linkage.weighing.crowding import uncrowded
from dalil.values.digests import digest_of
from dalil.vocabulary.folding import fold

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

FORMAT: Final = "dalil-archive-linked/1"
FOLDER: Final = "linked"
_HEAD: Final = "head.json"
_PAIRS: Final = "pairs.npz"
_RECORDS: Final = "records.parquet"
_WORLDS: Final = {False: "real", True: "invented"}
_MENTIONS: Final = ("mentions", "echoes", "left", "same", "different", "judged", "folded")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPairs:
    """Every pair that was compared closely, by row, ascending.

    Attributes
    ----------
    a, b : (n_pairs,) int64
    alone, first : (n_pairs,) float32
        Log-odds by the model, and by the start model, regardless of other pairs.
    log_odds : (n_pairs,) float32
        By the model, in the light of the others (`crowding`).
    """

    a: Longs
    b: Longs
    alone: Floats
    first: Floats
    log_odds: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of a run over the records of real, or of invented, persons.

    Attributes
    ----------
    existing : Existing
        Records, persons, model, and who holds which key.
    pairs : KeptPairs
    n_arrived : int
        Records that ever came, those that are gone included.
    mentions : (n_records,) int64
    echoes : (n_echoes, 2) int64
        Mentions that only repeat another, and the others.
    left : (n_left,) int64
        Mentions that tell too little to be linked.
    same, different : (n, 2) int64
        Mentions of which people's answers bound the run.
    judged : (n_judged,) int64
        All mentions of which people have judged: none of them is taken for an echo.
    folded : (n_read,) int64
        A number for the name of each record of the table (`folded_names`); none, where no list copies another.
    table : RecordTable
        All records as they were read, echoes included.
    """

    existing: Existing
    pairs: KeptPairs
    n_arrived: int
    mentions: Longs
    echoes: Longs
    left: Longs
    same: Longs
    different: Longs
    judged: Longs
    folded: Longs
    table: RecordTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a run must have in common with the one before to go on from it.

    Attributes
    ----------
    run : int
        The run before.
    known_by : int
        Size of the ledger when it read the records.
    seed : int
    settings, levels, answers : str
        Settings, and digests of the tree of places and of the answers that its model learned from.
    copies : mapping of list to lists
        Those that each list copied.
    n_others : int
        Mentions left out where nothing could be linked: among the few real persons beside many invented ones.
    """

    run: int
    known_by: int
    seed: int
    settings: str
    levels: str
    answers: str
    copies: Mapping[str, list[str]]
    n_others: int


def kept_of(
    linked: Linked,
    mentions: Longs,
    table: RecordTable,
    *,
    echoes: Mapping[int, Collection[int]],
    left: Longs,
    judged: Collection[int],
    any_copy: bool,
) -> Kept:
    """Return what is to be kept of a run over all records."""
    pairs, labels = linked.pairs, linked.labels
    alone = linked.model.log_odds(pairs.matrix, pairs.first)
    nothing = np.empty((0, 2), np.int64)
    return Kept(
        existing=keep(linked),
        pairs=KeptPairs(a=pairs.a, b=pairs.b, alone=alone, first=pairs.first, log_odds=pairs.log_odds),
        n_arrived=len(mentions),
        mentions=mentions,
        echoes=np.array([(e, o) for o, of_it in sorted(echoes.items()) for e in of_it], np.int64).reshape(-1, 2),
        left=left,
        same=nothing if labels is None else mentions[labels.same],
        different=nothing if labels is None else mentions[labels.different],
        judged=np.array(sorted(judged), np.int64),
        folded=folded_names(table) if any_copy else np.zeros(0, np.int64),
        table=table,
    )


def folded_names(table: RecordTable) -> Longs:
    """Return a number for the name of each record, in any spelling of its marks; two names may have one by chance."""
    encoded = table.columns["name"].combine_chunks().dictionary_encode()
    numbers = np.array([*(crc32(fold(text).encode()) for text in encoded.dictionary.to_pylist()), -1], np.int64)
    found: Longs = numbers[encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
    return found


def crowded(existing: Existing, a: Longs, b: Longs, alone: Floats) -> Floats:
    """Return log-odds of pairs in the light of each other."""
    features = existing.features
    return uncrowded(a, b, alone, features.list_of, len(features.lists))


# --- on disk ----------------------------------------------------------------------------------------------------------
def write_kept(derived: Path, head: Head, kept: Mapping[bool, Kept]) -> None:
    """Write what is kept; the head comes last, and goes first: a crash leaves nothing that looks whole."""
    folder = derived / FOLDER
    (folder / _HEAD).unlink(missing_ok=True)
    digests = {}
    for synthetic, name in _WORLDS.items():
        if synthetic in kept:
            digests[name] = _write_world(folder / name, kept[synthetic])
        else:
            shutil.rmtree(folder / name, ignore_errors=True)
    said = {"format": FORMAT, **{name: getattr(head, name) for name in head.__slots__}, "worlds": digests}
    beside = folder / f".{_HEAD}.part"
    beside.write_text(json.dumps(said), encoding="utf-8")
    beside.replace(folder / _HEAD)


def forget_kept(derived: Path) -> None:
    """Delete what is kept."""
    (derived / FOLDER / _HEAD).unlink(missing_ok=True)
    shutil.rmtree(derived / FOLDER, ignore_errors=True)


def _write_world(folder: Path, kept: Kept) -> dict[str, str]:
    keeping.save(kept.existing, folder)
    for stale in set(folder.glob("keys-*.npy")) - _key_files(folder):
        stale.unlink()
    arrival, pairs = kept.existing.arrival.astype(np.int32), kept.pairs
    np.savez(
        folder / _PAIRS,
        a=arrival[pairs.a],
        b=arrival[pairs.b],
        **{name: getattr(pairs, name) for name in ("alone", "first", "log_odds")},
        **{name: getattr(kept, name) for name in _MENTIONS},
        n_arrived=np.int64(kept.n_arrived),
    )
    pq.write_table(kept.table.columns, folder / _RECORDS, compression="zstd")
    return {name: file_digest(folder / name) for name in (keeping.STATE, _PAIRS, _RECORDS)}


def _key_files(folder: Path) -> set[Path]:
    """Return the files of keys that what was just written names."""
    state = json.loads((folder / keeping.STATE).read_text(encoding="utf-8"))
    return {folder / key_file(rule, number) for rule in state["rules"] for number in range(state["times"])}


def read_head(derived: Path) -> Head | None:
    """Read which run something is kept of; None where nothing is."""
    said = _read_head(derived)
    return None if said is None else Head(**{name: said[name] for name in Head.__slots__})


def _read_head(derived: Path) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = json.loads((derived / FOLDER / _HEAD).read_text(encoding="utf-8"))
        whole = said.get("format") == FORMAT and {*Head.__slots__, "worlds"} <= set(said)
    except (OSError, ValueError, AttributeError):
        return None
    return said if whole else None


def read_kept(derived: Path) -> dict[bool, Kept] | None:
    """Read what is kept; None where it is not whole: whoever asks compares everything anew."""
    said = _read_head(derived)
    if said is None:
        return None
    names = {name: synthetic for synthetic, name in _WORLDS.items()}
    try:
        return {
            names[name]: _read_world(derived / FOLDER / name, digests)
            for name, digests in sorted(said["worlds"].items())
        }
    except (OSError, ValueError, KeyError, pa.ArrowInvalid, WrongLists):
        return None


def _read_world(folder: Path, digests: Mapping[str, str]) -> Kept:
    for name, digest in digests.items():
        if file_digest(folder / name) != digest:
            raise ValueError(name)
    existing = keeping.load(folder)
    with np.load(folder / _PAIRS, allow_pickle=False) as arrays:
        columns = {name: arrays[name] for name in arrays.files}
    n_arrived = int(columns.pop("n_arrived"))
    row_of = np.full(n_arrived, -1, np.int64)
    row_of[existing.arrival] = np.arange(len(existing.arrival))
    pairs = {name: columns[name] for name in ("alone", "first", "log_odds")}
    return Kept(
        existing=existing,
        pairs=KeptPairs(a=row_of[columns["a"]], b=row_of[columns["b"]], **pairs),
        n_arrived=n_arrived,
        table=RecordTable(columns=pq.read_table(folder / _RECORDS)),
        **{name: columns[name] for name in _MENTIONS},
    )


def levels_digest(levels: Mapping[str, tuple[str, ...]]) -> str:
    """Return a digest of the tree of places."""
    return digest_of({code: [*path] for code, path in sorted(levels.items())})
