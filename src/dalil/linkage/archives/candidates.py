"""The pairs a linkage run compared, and those worth asking about: columns in ``derived/``, which can be made again."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from dalil.errors import DerivedStale
from dalil.linkage.archives.unseen import Overlooked, nothing_overlooked

PAIRS: Final = "pairs.parquet"
COMPARED: Final = "compared.parquet"
OVERLOOKED: Final = "overlooked.parquet"
FOLDER: Final = "linkage-"
COLUMNS: Final = {
    "a": pa.int64(),
    "b": pa.int64(),
    "probability": pa.float32(),
    "joined": pa.bool_(),
    "teaches": pa.float32(),
}
COMPARED_COLUMNS: Final = {
    "a": pa.int64(),
    "b": pa.int64(),
    "log_odds": pa.float32(),
    "first": pa.float32(),
    "joined": pa.bool_(),
}

OVERLOOKED_COLUMNS: Final = {
    "a": pa.int64(),
    "b": pa.int64(),
    "log_odds": pa.float32(),
    "ends": pa.int8(),
    "joined": pa.bool_(),
}
_COUNTS: Final = ("n_sampled", "n_records")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Scored pairs of mentions, as columns of one length.

    Attributes
    ----------
    run : int
        Position of the ledger entry of the run they come from.
    a, b : (n_pairs,) int64
        Mentions, ``a`` the older.
    probability : (n_pairs,) float32
        That both are the same, calibrated.
    joined : (n_pairs,) bool
        Whether the run put both into one cluster.
    teaches : (n_pairs,) float32
        How much an answer would teach the model, from 0 to 1; 0 where the run did not say.
    """

    run: int
    a: npt.NDArray[np.int64]
    b: npt.NDArray[np.int64]
    probability: npt.NDArray[np.float32]
    joined: npt.NDArray[np.bool_]
    teaches: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.a)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Every pair of mentions that a run compared closely.

    Attributes
    ----------
    a, b : (n_pairs,) int64
        Mentions.
    log_odds : (n_pairs,) float32
        That both are the same.
    first : (n_pairs,) float32
        The same before any answer was learned from: by this, pairs were drawn before the first answers.
    joined : (n_pairs,) bool
        Whether the run put both into one cluster.
    """

    a: npt.NDArray[np.int64]
    b: npt.NDArray[np.int64]
    log_odds: npt.NDArray[np.float32]
    first: npt.NDArray[np.float32]
    joined: npt.NDArray[np.bool_]


def nothing() -> Candidates:
    """Return no candidates: what an archive has before its first linkage run."""
    return Candidates(run=-1, **{name: np.empty(0, kind.to_pandas_dtype()) for name, kind in COLUMNS.items()})


def write_run(
    derived: Path, candidates: Candidates, compared: Compared | None = None, overlooked: Overlooked | None = None
) -> Path:
    """Write the pairs of a run under its number; a crash leaves nothing that looks like them."""
    place = derived / f"{FOLDER}{candidates.run}"
    making = place.with_name(f".{place.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    written = ((PAIRS, COLUMNS, candidates), (COMPARED, COMPARED_COLUMNS, compared))
    for name, columns, values in (*written, (OVERLOOKED, OVERLOOKED_COLUMNS, overlooked)):
        if values is not None:
            table = pa.table({each: pa.array(getattr(values, each), kind) for each, kind in columns.items()})
            if isinstance(values, Overlooked):
                table = table.replace_schema_metadata({each: str(getattr(values, each)) for each in _COUNTS})
            pq.write_table(table, making / name, compression="zstd")
    shutil.rmtree(place, ignore_errors=True)
    making.replace(place)
    for other in derived.glob(f"{FOLDER}*"):  # what was asked about before is asked anew, or not at all
        if other != place:
            shutil.rmtree(other, ignore_errors=True)
    return place


def latest_run(derived: Path, *, at_least: int) -> int:
    """Return the last run whose pairs are there, if it is not older than ``at_least``; else that."""
    found = (place.name.removeprefix(FOLDER) for place in derived.glob(f"{FOLDER}*"))
    return max([at_least, *(int(number) for number in found if number.isdigit())])


def read_candidates(derived: Path, run: int) -> Candidates:
    """Read the candidates of a run.

    Raises
    ------
    DerivedStale
        They are not there, or not what this version writes.
    """
    return Candidates(run=run, **_read(derived, run, PAIRS, COLUMNS))


def read_compared(derived: Path, run: int) -> Compared:
    """Read all pairs that a run compared.

    Raises
    ------
    DerivedStale
        They are not there, or not what this version writes.
    """
    return Compared(**_read(derived, run, COMPARED, COMPARED_COLUMNS))


def read_overlooked(derived: Path, run: int) -> Overlooked:
    """Read the pairs that a run found another way; none, if it did not look."""
    place = derived / f"{FOLDER}{run}" / OVERLOOKED
    if not place.exists():
        return nothing_overlooked()
    columns = _read(derived, run, OVERLOOKED, OVERLOOKED_COLUMNS)
    said = pq.read_schema(place).metadata
    n_sampled, n_records = (int(said[each.encode()]) for each in _COUNTS)
    return Overlooked(n_sampled=n_sampled, n_records=n_records, **columns)


def _read(derived: Path, run: int, name: str, columns: Mapping[str, pa.DataType]) -> dict[str, Any]:
    try:
        table = pq.read_table(derived / f"{FOLDER}{run}" / name, columns=list(columns))
        return {each: table[each].combine_chunks().to_numpy(zero_copy_only=False) for each in columns}
    except (OSError, pa.ArrowInvalid, KeyError):
        raise DerivedStale(
            "The pairs of a linkage run are not there.",
            expected=f"{FOLDER}{run}/{name} under derived/",
            todo="Run `dalil linkage run`; it finds them again.",
        ) from None
