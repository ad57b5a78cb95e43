"""How well scores of pairs of names tell persons apart: average precision, best F1, recall at 99 % precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.names_data import Pair


@dataclass(frozen=True, slots=True)
class Quality:
    """What the scores of some pairs are worth.

    Attributes
    ----------
    precision : float
        Average precision.
    best : float
        The best F1, …
    threshold : float
        … and the score from which it is reached.
    recall : float
        Of the true pairs, the share above the lowest score at which 99 of 100 accepted ones are true.
    wrong : dict of str to float
        By kind of pair, the share that is wrongly accepted at the best F1; and of all namesakes together, of
        whom there are two kinds.
    """

    precision: float
    best: float
    threshold: float
    recall: float
    wrong: dict[str, float]

    def __str__(self) -> str:
        wrong = ", ".join(f"{kind} {100 * share:.1f} %" for kind, share in self.wrong.items())
        return (
            f"AP {self.precision:.4f}, best F1 {self.best:.4f} (from {self.threshold:.2f}), "
            f"R at P99 {self.recall:.3f}; wrongly accepted: {wrong}"
        )


def quality(pairs: Sequence[Pair], scores: Sequence[float]) -> Quality:
    """Judge scores of pairs; of equal scores, those of one value are taken in the order given."""
    n_true, found, precisions = sum(pair.same for pair in pairs), 0, 0.0
    best, threshold, recall = 0.0, 1.0, 0.0
    for rank, (value, pair) in enumerate(sorted(zip(scores, pairs, strict=True), key=lambda each: -each[0]), 1):
        found += pair.same
        precisions += found / rank if pair.same else 0.0
        if 2 * found / (rank + n_true) > best:
            best, threshold = 2 * found / (rank + n_true), value
        if found / rank >= 0.99:
            recall = found / n_true
    taken: dict[str, list[bool]] = {}
    for value, pair in zip(scores, pairs, strict=True):
        if not pair.same:
            for kind in {pair.kind, "namesake, of either kind" if pair.kind.startswith("namesake") else pair.kind}:
                taken.setdefault(kind, []).append(value >= threshold)
    wrong = {kind: sum(accepted) / len(accepted) for kind, accepted in sorted(taken.items())}
    return Quality(precisions / n_true, best, threshold, recall, wrong)
