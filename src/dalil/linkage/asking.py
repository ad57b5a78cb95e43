"""Which pairs reviewers should judge first: spread over the score, denser where the answer would change most.

Most questions go to pairs that the model is in doubt about, some to each stratum of what it is sure of, so that its
errors there can be seen too; within a stratum, cross-script pairs and pairs of one list get their part. No record is
asked about over and over. The choice hangs on ids and seed only.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.learning import STRATA, stratum_of
from dalil.linkage.plan import Linked, Pairs

Longs = npt.NDArray[np.int64]

SHARES: Final = (2.0, 3.0, 5.0, 8.0, 10.0, 12.0, 13.0, 12.0, 10.0, 8.0, 6.0, 5.0, 6.0)
"""Questions by stratum of log-odds (see `learning.STRATA`), in proportion."""
_MOST_OF_ONE_RECORD: Final = 2


def ask(linked: Linked, n: int) -> list[tuple[str, str]]:
    """Return up to n pairs of ids, the most telling first, none of which was answered before."""
    pairs, ids = linked.pairs, linked.features.ids
    order = _random_order(pairs, ids, linked.seed)
    allowed = np.ones(len(pairs), np.bool_)
    if linked.labels is not None:
        told = np.concatenate([linked.labels.same, linked.labels.different, linked.labels.unsure])
        allowed &= ~np.isin(pairs.a * len(ids) + pairs.b, told[:, 0] * len(ids) + told[:, 1])
    stratum = stratum_of(pairs.log_odds)
    kind = 2 * (linked.features.script[pairs.a] != linked.features.script[pairs.b]) + (
        linked.features.list_of[pairs.a] == linked.features.list_of[pairs.b]
    )
    wanted = _quotas(np.bincount(stratum[allowed], minlength=len(STRATA) + 1), n)
    asked: dict[int, int] = {}
    chosen: list[int] = []
    for number in range(len(STRATA) + 1):
        rows = order[allowed[order] & (stratum[order] == number)]
        by_kind = [rows[kind[rows] == each] for each in range(4)]
        taken = 0
        for row in _in_turns(by_kind, wanted[number]):
            a, b = int(pairs.a[row]), int(pairs.b[row])
            if asked.get(a, 0) >= _MOST_OF_ONE_RECORD or asked.get(b, 0) >= _MOST_OF_ONE_RECORD:
                continue
            asked[a], asked[b] = asked.get(a, 0) + 1, asked.get(b, 0) + 1
            chosen.append(row)
            taken += 1
            if taken == wanted[number]:
                break
    if len(chosen) < n:  # few pairs, all of the same records: ask about these again rather than ask less
        doubtful = order[np.argsort(np.abs(pairs.log_odds[order]), kind="stable")]
        taken_rows = set(chosen)
        left = [int(row) for row in doubtful if allowed[row] and int(row) not in taken_rows]
        chosen += left[: n - len(chosen)]
    chosen.sort(key=lambda row: (abs(float(pairs.log_odds[row])), ids[int(pairs.a[row])], ids[int(pairs.b[row])]))
    return [(ids[int(pairs.a[row])], ids[int(pairs.b[row])]) for row in chosen]


def _quotas(available: Longs, n: int) -> list[int]:
    """Return how many to ask of each stratum: in proportion to `SHARES`, what one cannot give goes to the others."""
    left, quotas = min(n, int(available.sum())), np.zeros(len(available), np.int64)
    while left > 0:
        open_ = quotas < available
        shares = np.where(open_, SHARES, 0.0)
        more = np.minimum(np.floor(left * shares / shares.sum()).astype(np.int64), available - quotas)
        if not more.any():
            for at in np.argsort(-shares, kind="stable")[:left].tolist():
                more[at] += int(quotas[at] < available[at])
        quotas += more
        left -= int(more.sum())
    return [int(each) for each in quotas]


def _in_turns(groups: list[Longs], wanted: int) -> list[int]:
    """Return rows of all groups: up to a sixth of what is wanted from each first, then the rest as they come."""
    floor = wanted // 6
    head = [int(row) for group in groups for row in group[:floor]]
    rest = np.concatenate([group[floor:] for group in groups]) if groups else np.zeros(0, np.int64)
    return head + [int(row) for row in rest]


def _random_order(pairs: Pairs, ids: list[str], seed: int) -> Longs:
    """Return an order of pairs that hangs on ids and seed alone."""
    salt = hashlib.blake2b(f"{seed}\0{ids[0]}\0{len(ids)}".encode(), digest_size=8).digest()
    rng = np.random.default_rng(int.from_bytes(salt, "big"))
    found: Longs = rng.permutation(len(pairs))
    return found
