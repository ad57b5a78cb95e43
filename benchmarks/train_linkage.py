"""Learns the start model of linkage from lists of invented persons, and writes it into the package.

Usage: ``python -m benchmarks.train_linkage [--data DATA]``, about six minutes. Several shapes of lists are drawn (see
`linkage_lists`), and habits of writing that no shape has (`linkage_habits`), so that the model hangs on none of them.
Some lists leave out more days and places than others, some all of them: which pairs are candidates, and how many of
these are true, hangs on that, so it cannot be learned from pairs whose days were taken away afterwards. Ages and sexes
hardly choose candidates: of each set, copies are learned from in which these are missing.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

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

NAME: Final = "start-2"
OUT: Final = Path(__file__).parents[1] / "src" / "dalil" / "linkage" / "weighing" / "tables" / f"{NAME}.json"
LEARNED: Final = tuple(name for name in COLUMNS if name not in ("extra", "n_bits"))


class Lists(NamedTuple):
    """One set of lists.

    The seeds of habits are none that the benchmark draws; `without` is a field that none of the lists tells.
    """

    shape: str
    persons: int
    seed: int
    habits: int | None = None
    untold: float | None = None
    without: str = ""


SETS: Final = (
    Lists("deaths", 18_000, 101),
    Lists("deaths", 55_000, 102, untold=0.08),
    Lists("deaths", 130_000, 105),
    *(
        Lists("deaths", 15_000, 100 + habits, habits, untold)
        for habits, untold in ((101, None), (102, 0.08), (103, None), (104, 0.2), (105, None), (106, 0.4))
    ),
    Lists("deaths", 18_000, 111, without="event_date"),
    Lists("deaths", 15_000, 211, 111, without="event_date"),
    Lists("deaths", 18_000, 112, without="place"),
    Lists("deaths", 15_000, 212, 112, without="place"),
    Lists("registers", 12_000, 103),
    Lists("registers", 25_000, 104),
    *(Lists("registers", 8_000, 100 + habits, habits) for habits in range(107, 110)),
)
MISSING: Final = ("age_gap", "sex")
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


def written(folder: Path, lists: Lists, data: Path | None) -> None:
    """Write a set of lists; of a field that it is without, the mapping says nothing."""
    write(
        folder, persons=lists.persons, shape=lists.shape, seed=lists.seed, data=data, habits=lists.habits,
        untold=lists.untold,
    )  # fmt: skip
    if lists.without:
        mapping = folder / "mapping.yaml"
        lines = mapping.read_text(encoding="utf-8").splitlines(keepends=True)
        mapping.write_text("".join(each for each in lines if not each.startswith(lists.without)), encoding="utf-8")


def without(matrix: npt.NDArray[np.float32], field: str) -> npt.NDArray[np.float32]:
    """Return columns as they would be if a field were missing."""
    found = matrix.copy()
    if field == "age_gap":
        found[:, AT["spare_bits"]] -= np.where(found[:, AT[field]] <= 1, 3.0, 0.0)
    found[:, AT[field]] = np.nan
    return found


def main() -> None:
    """Draw lists, learn, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_linkage", description=__doc__)
    parser.add_argument("--data", type=Path)
    data = parser.parse_args().data
    rng = np.random.default_rng(7)
    columns, truths = [], []
    for lists in SETS:
        with tempfile.TemporaryDirectory() as folder:
            written(Path(folder), lists, data)
            matrix, truth = examples(Path(folder))
        print(f"{lists.shape}: {len(truth)} pairs, {truth.mean():.3f} true", flush=True)
        columns.append(matrix)
        truths.append(truth)
        for field in MISSING:
            taken = np.sort(rng.choice(len(truth), len(truth) // 12, replace=False))
            columns.append(without(matrix[taken], field))
            truths.append(truth[taken])
    matrix, truth = np.concatenate(columns), np.concatenate(truths)
    signs = [1 if name in RISING else -1 if name in FALLING else 0 for name in LEARNED]
    with threadpool_limits(1):
        fitted = HistGradientBoostingClassifier(
            max_iter=220, learning_rate=0.12, max_leaf_nodes=31, max_depth=7, min_samples_leaf=80, early_stopping=False,
            l2_regularization=1.0, monotonic_cst=signs, random_state=1,
        ).fit(matrix[:, [AT[name] for name in LEARNED]], truth)  # fmt: skip
    model = Model(name=NAME, start=Forest.of_classifier(fitted, LEARNED))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(canonical_bytes(json.loads(json.dumps(model.to_json()))) + b"\n")
    print(f"{len(truth)} pairs, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
