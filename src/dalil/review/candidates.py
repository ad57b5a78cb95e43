"""The pairs a linkage run found worth asking about: a file of columns under ``derived/``, which can be made again."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from dalil.errors import DerivedStale

PAIRS: Final = "pairs.parquet"
FOLDER: Final = "linkage-"
COLUMNS: Final = {
    "a": pa.int64(),
    "b": pa.int64(),
    "probability": pa.float32(),
    "joined": pa.bool_(),
    "teaches": pa.float32(),
}


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

    def columns(self) -> Mapping[str, npt.NDArray[np.generic]]:
        """Return the columns by name."""
        return {name: getattr(self, name) for name in COLUMNS}


def nothing() -> Candidates:
    """Return no candidates: what an archive has before its first linkage run."""
    return Candidates(
        run=-1,
        **{name: np.empty(0, kind.to_pandas_dtype()) for name, kind in COLUMNS.items()},
    )


def write_candidates(derived: Path, candidates: Candidates) -> Path:
    """Write the candidates of a run beside those of others; a crash leaves nothing that looks like them."""
    place = derived / f"{FOLDER}{candidates.run}"
    making = place.with_name(f".{place.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    table = pa.table({name: pa.array(column, COLUMNS[name]) for name, column in candidates.columns().items()})
    pq.write_table(table, making / PAIRS, compression="zstd")
    shutil.rmtree(place, ignore_errors=True)
    making.replace(place)
    return place / PAIRS


def read_candidates(derived: Path, run: int) -> Candidates:
    """Read the candidates of a run.

    Raises
    ------
    DerivedStale
        They are not there, or not what this version writes.
    """
    try:
        table = pq.read_table(derived / f"{FOLDER}{run}" / PAIRS, columns=list(COLUMNS))
        columns = {name: table[name].combine_chunks().to_numpy(zero_copy_only=False) for name in COLUMNS}
    except (OSError, pa.ArrowInvalid, KeyError):
        raise DerivedStale(
            "The pairs to be reviewed are not there.",
            expected=f"{FOLDER}{run}/{PAIRS} under derived/",
            todo="Run `dalil linkage run`; it finds them again.",
        ) from None
    return Candidates(run=run, **columns)
