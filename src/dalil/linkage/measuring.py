"""How good clusters are against a truth: over pairs, over records, in number, by list, and where they are worst.

Where there is no truth but answers of reviewers, `sampled_evaluation` estimates the same with intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dalil.errors import WrongLists
from dalil.linkage.texts import read_texts

Longs = npt.NDArray[np.int64]

_MOST_GROUPS: Final = 50
_WORST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was measured; shares are of 1.

    Attributes
    ----------
    precision, recall, f1 : float
        Over pairs of records.
    cubed_precision, cubed_recall, cubed_f1 : float
        Over records.
    n_clusters, n_persons : int
    largest_cluster, largest_person : int
        Records of the largest ones.
    """

    precision: float
    recall: float
    f1: float
    cubed_precision: float
    cubed_recall: float
    cubed_f1: float
    n_clusters: int
    n_persons: int
    largest_cluster: int
    largest_person: int

    @property
    def error_in_persons(self) -> float:
        """Clusters too many, as a share of persons; negative if too few."""
        return self.n_clusters / self.n_persons - 1

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values, to four digits."""
        found = {name: getattr(self, name) for name in self.__slots__}
        found["error_in_persons"] = self.error_in_persons
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in found.items()}


def measure(clusters: Sequence[str], persons: Sequence[str]) -> Quality:
    """Measure clusters of records whose persons are known, in the same order."""
    cluster = np.unique(np.asarray(clusters), return_inverse=True)[1].astype(np.int64)
    person = np.unique(np.asarray(persons), return_inverse=True)[1].astype(np.int64)
    _, both, shared = np.unique(cluster * (person.max() + 1) + person, return_inverse=True, return_counts=True)
    of_cluster, of_person = np.bincount(cluster), np.bincount(person)
    right, found, true = (_pairs(counts) for counts in (shared, of_cluster, of_person))
    precision, recall = right / found if found else 1.0, right / true if true else 1.0
    cubed_precision = float((shared[both] / of_cluster[cluster]).mean())
    cubed_recall = float((shared[both] / of_person[person]).mean())
    return Quality(
        precision=precision,
        recall=recall,
        f1=_mean(precision, recall),
        cubed_precision=cubed_precision,
        cubed_recall=cubed_recall,
        cubed_f1=_mean(cubed_precision, cubed_recall),
        n_clusters=len(of_cluster),
        n_persons=len(of_person),
        largest_cluster=int(of_cluster.max()),
        largest_person=int(of_person.max()),
    )


def read_two_columns(path: Path) -> dict[str, str]:
    """Read the first two columns of a CSV or Parquet file: what each record has.

    Raises
    ------
    WrongLists
        Fewer columns, or a record that occurs twice.
    """
    table = read_texts(path)
    if table.num_columns < 2:
        raise WrongLists("Two columns are needed.", expected="record and value", where=path.name)
    keys, values = table.column(0).to_pylist(), table.column(1).to_pylist()
    found = {key: value for key, value in zip(keys, values, strict=True) if key and value}
    if len(found) < sum(1 for key, value in zip(keys, values, strict=True) if key and value):
        raise WrongLists("A record occurs twice.", expected="each record once", where=path.name)
    return found


def worst_clusters(clusters: Sequence[str], persons: Sequence[str]) -> list[dict[str, Any]]:
    """Return the clusters that hold most pairs of two persons, worst first."""
    names, cluster = np.unique(np.asarray(clusters), return_inverse=True)
    person = np.unique(np.asarray(persons), return_inverse=True)[1]
    keys, shared = np.unique(cluster.astype(np.int64) * (person.max() + 1) + person, return_counts=True)
    size, right, told = np.bincount(cluster), np.zeros(len(names)), np.zeros(len(names), np.int64)
    np.add.at(right, keys // (person.max() + 1), shared * (shared - 1) / 2)
    np.add.at(told, keys // (person.max() + 1), 1)
    wrong = size * (size - 1) / 2 - right
    order = [at for at in np.lexsort((names, -wrong)).tolist() if wrong[at] > 0][:_WORST]
    return [
        {"cluster": str(names[at]), "records": int(size[at]), "persons": int(told[at]), "wrong_pairs": int(wrong[at])}
        for at in order
    ]


def by_group(clusters: Sequence[str], persons: Sequence[str], groups: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return precision and recall over the pairs between and within groups (lists, scripts), such as "L1 L3".

    Raises
    ------
    WrongLists
        So many groups that they are none.
    """
    group_names, group = np.unique(np.asarray(groups), return_inverse=True)
    if len(group_names) > _MOST_GROUPS:
        raise WrongLists(
            "There are too many groups to measure by.",
            expected=f"up to {_MOST_GROUPS}, such as lists or scripts",
            found=str(len(group_names)),
            where="the second column of the groups",
            todo="Check that the file's first two columns are record and group.",
        )
    found: dict[str, dict[str, float]] = {}
    joined = _pairs_by_group(clusters, group)
    true = _pairs_by_group(persons, group)
    both = _pairs_by_group([f"{c}\0{p}" for c, p in zip(clusters, persons, strict=True)], group)
    for x in range(len(group_names)):
        for y in range(x, len(group_names)):
            right, made, there = both[x, y], joined[x, y], true[x, y]
            if made or there:
                found[f"{group_names[x]} {group_names[y]}"] = {
                    "true_pairs": int(there),
                    "precision": round(right / made, 4) if made else 1.0,
                    "recall": round(right / there, 4) if there else 1.0,
                }
    return found


def _pairs_by_group(values: Sequence[str], group: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    value = np.unique(np.asarray(values), return_inverse=True)[1].astype(np.int64)
    n = int(group.max()) + 1
    keys, counts = np.unique(value * n + group, return_counts=True)
    table = np.zeros((int(value.max()) + 1, n))
    table[keys // n, keys % n] = counts
    pairs = table.T @ table
    within = (table * (table - 1) / 2).sum(axis=0)
    np.fill_diagonal(pairs, within)
    found: npt.NDArray[np.float64] = pairs
    return found


def _pairs(counts: npt.NDArray[np.integer]) -> float:
    return float((counts.astype(np.float64) * (counts - 1) / 2).sum())


def _mean(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
