"""Learns the start model of linkage from lists of invented persons, and writes it into the package.

Usage: ``python -m benchmarks.train_linkage [--data DATA]``, about five minutes. Several shapes of lists are drawn (see
`linkage_lists`), and habits of writing that no shape has (`linkage_habits`), so that the model hangs on none of them.
Of each, copies are learned from in which whole fields are missing, as they are in lists that somebody else keeps.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from benchmarks.linkage_lists import write
from dalil.linkage.clock import Clock
from dalil.linkage.features import features_of
from dalil.linkage.mapping import read_mapping
from dalil.linkage.plan import Settings, compare
from dalil.linkage.reading import read_lists
from dalil.linkage.weighing.comparing import AT, COLUMNS
from dalil.linkage.weighing.model import Model
from dalil.linkage.weighing.trees import Forest
from dalil.values.canonical import canonical_bytes

OUT: Final = Path(__file__).parents[1] / "src" / "dalil" / "linkage" / "tables" / "start-1.json"
LEARNED: Final = tuple(name for name in COLUMNS if name not in ("extra", "n_bits"))
SHAPES: Final = (
    *(("deaths", 18_000, 101, None), ("deaths", 55_000, 102, None), ("deaths", 130_000, 105, None)),
    *(("registers", 12_000, 103, None), ("registers", 25_000, 104, None)),
    *(("deaths", 15_000, 100 + habits, habits) for habits in range(101, 107)),
    *(("registers", 8_000, 100 + habits, habits) for habits in range(107, 110)),
)
"""Shape, persons, seed, and seed of the habits, of which the benchmark draws others."""
MISSING: Final = (("day_gap", "day_level", "day_bits"), ("place", "place_bits", "governorate"), ("age_gap",), ("sex",))
RISING: Final = ("given", "family", "father", "parts_alike", "mother", "place", "governorate", "worst")
FALLING: Final = ("sex", "age_gap", "parts_unlike")


def examples(folder: Path) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return columns and truth of the pairs of one set of lists."""
    records = read_lists([folder / "records.csv"], read_mapping(folder / "mapping.yaml")).records
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        person_of = {row["rec_id"]: row["person_id"] for row in csv.DictReader(file)}
    persons = np.array([person_of[each] for each in records.ids])
    blank = Model(name="none", start=Forest((), 0.0, ()))
    pairs, _ = compare(features_of(records), Clock(), blank, Settings())
    return pairs.matrix, persons[pairs.a] == persons[pairs.b]


def without(matrix: npt.NDArray[np.float32], fields: tuple[str, ...]) -> npt.NDArray[np.float32]:
    """Return columns as they would be if a field were missing."""
    found = matrix.copy()
    spare = AT["spare_bits"]
    for field in fields:
        if field.endswith("_bits"):
            found[:, spare] -= np.nan_to_num(found[:, AT[field]])
            found[:, AT[field]] = 0.0
        elif field == "age_gap":
            found[:, spare] -= np.where(found[:, AT[field]] <= 1, 3.0, 0.0)
            found[:, AT[field]] = np.nan
        else:
            found[:, AT[field]] = np.nan
    return found


def main() -> None:
    """Draw lists, learn, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_linkage", description=__doc__)
    parser.add_argument("--data", type=Path)
    data = parser.parse_args().data
    rng = np.random.default_rng(7)
    columns, truths = [], []
    for shape, persons, seed, habits in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), persons=persons, shape=shape, seed=seed, data=data, habits=habits)
            matrix, truth = examples(Path(folder))
        print(f"{shape}: {len(truth)} pairs, {truth.mean():.3f} true", flush=True)
        columns.append(matrix)
        truths.append(truth)
        for fields in MISSING:
            taken = np.sort(rng.choice(len(truth), len(truth) // 12, replace=False))
            columns.append(without(matrix[taken], fields))
            truths.append(truth[taken])
    matrix, truth = np.concatenate(columns), np.concatenate(truths)
    signs = [1 if name in RISING else -1 if name in FALLING else 0 for name in LEARNED]
    with threadpool_limits(1):
        fitted = HistGradientBoostingClassifier(
            max_iter=220, learning_rate=0.12, max_leaf_nodes=31, max_depth=7, min_samples_leaf=80, early_stopping=False,
            monotonic_cst=signs, random_state=1,
        ).fit(matrix[:, [AT[name] for name in LEARNED]], truth)  # fmt: skip
    model = Model(name="start-1", start=Forest.of_classifier(fitted, LEARNED))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(canonical_bytes(json.loads(json.dumps(model.to_json()))) + b"\n")
    print(f"{len(truth)} pairs, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
