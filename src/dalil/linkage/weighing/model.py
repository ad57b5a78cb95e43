"""A frozen matcher: what gives a pair its log-odds, with a version, as canonical JSON that an archive can record.

The start model was learned on lists of invented persons, in many shapes, by `benchmarks/train_linkage.py`; it carries
over because its columns are likenesses and bits counted in the lists at hand, not names. Reviewers' answers add a
correction (`learning`); the start model inside stays what it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dalil.errors import WrongLists
from dalil.linkage.weighing.comparing import AT
from dalil.linkage.weighing.correction import Correction
from dalil.linkage.weighing.trees import Forest
from dalil.values.canonical import canonical_bytes
from dalil.values.digests import sha256

Floats = npt.NDArray[np.float32]

FORMAT: Final = "dalil-linkage-model/1"
_START: Final = Path(__file__).parent / "tables" / "start-2.json"
_ROWS: Final = 16_384
_EXTRA_AGREES: Final = 6.0
"""Log-odds that an agreeing identifier adds: a choice, no list to learn it from; reviewers' answers correct it."""
_EXTRA_DIFFERS: Final = -2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What gives pairs their log-odds.

    Attributes
    ----------
    name : str
        Such as "start-2", or "start-2+answers".
    start : Forest
        Over columns of `comparing`.
    answers : Correction or None
        Learned from reviewers' answers; its last column is what `start` says.
    n_answers : int
        Answers it was learned from.
    """

    name: str
    start: Forest
    answers: Correction | None = None
    n_answers: int = 0

    def first(self, matrix: Floats) -> Floats:
        """Return the log-odds of the start model for an (n, columns) matrix of `comparing.close`."""
        found = self.start.log_odds(matrix[:, [AT[name] for name in self.start.columns]])
        extra = matrix[:, AT["extra"]]
        found += np.where(extra > 0, _EXTRA_AGREES, np.where(extra < 0, _EXTRA_DIFFERS, 0.0)).astype(np.float32)
        return found

    def log_odds(self, matrix: Floats, first: Floats | None = None) -> Floats:
        """Return calibrated log-odds; `first`, where it is already known, saves time."""
        first = self.first(matrix) if first is None else first
        if self.answers is None:
            return first
        columns, found = [AT[name] for name in self.answers.columns[:-1]], first.copy()
        for start in range(0, len(first), _ROWS):  # as many as stay in the processor's cache
            rows = slice(start, start + _ROWS)
            found[rows] += self.answers.log_odds(np.concatenate([matrix[rows][:, columns], first[rows, None]], axis=1))
        return found

    @property
    def version(self) -> str:
        """Name and digest: two models of one version give the same scores."""
        return f"{self.name}@{sha256(canonical_bytes(self.to_json())).hex()[:16]}"

    def to_json(self) -> dict[str, Any]:
        """Return the model as text, whole numbers and lists."""
        return {
            "format": FORMAT,
            "name": self.name,
            "start": self.start.to_json(),
            "answers": None if self.answers is None else self.answers.to_json(),
            "n_answers": self.n_answers,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Model:
        """Return the model that `to_json` wrote.

        Raises
        ------
        WrongLists
            Another format.
        """
        if data.get("format") != FORMAT:
            raise WrongLists("This is not a linkage model that this version reads.", expected=FORMAT, where="format")
        answers = data["answers"]
        return cls(
            name=data["name"],
            start=Forest.from_json(data["start"]),
            answers=None if answers is None else Correction.from_json(answers),
            n_answers=data["n_answers"],
        )


@lru_cache(maxsize=1)
def start_model() -> Model:
    """Return the model that comes with dalil."""
    return Model.from_json(json.loads(_START.read_text(encoding="utf-8")))
