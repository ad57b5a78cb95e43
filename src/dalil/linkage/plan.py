"""The whole of linking, in order: features, candidate pairs, comparing, log-odds, clusters, what is uncertain.

`link` is a pure function of records, answers, model, settings and seed: the order of rows and lists does not matter,
and the same input gives the same bytes.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dalil.errors import WrongLists
from dalil.linkage.archives.overlooked import Looking
from dalil.linkage.clock import Clock
from dalil.linkage.features import Features, ages_of, features_of
from dalil.linkage.labels import Labels, check_labels
from dalil.linkage.pairing.blocking import Blocking, block
from dalil.linkage.pairing.key_index import KeyIndex
from dalil.linkage.pairing.keying import tokens_of
from dalil.linkage.pairing.placing import read_places
from dalil.linkage.pairing.recall import estimated_recall
from dalil.linkage.pairing.sieving import Sieve
from dalil.linkage.persons.clustering import Clustered, repeating_in
from dalil.linkage.persons.drawing import Drawing
from dalil.linkage.persons.leaning import held_apart, lean
from dalil.linkage.persons.sureness import Sureness
from dalil.linkage.record_table import RecordTable
from dalil.linkage.weighing.comparing import COLUMNS, Comparer
from dalil.linkage.weighing.crowding import uncrowded
from dalil.linkage.weighing.learning import learn
from dalil.linkage.weighing.model import Model, start_model
from dalil.linkage.weighing.surprise import surprise_of

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
_Kept = tuple[Longs, npt.NDArray[np.int32], Floats]

_CHUNK: Final = 1_500_000
_CLOSE_CHUNK: Final = 150_000
_THREADS: Final = 2
"""Numpy lets go of the interpreter while it works on arrays; more threads than this wait for each other."""
_NEW_COUNTS: Final = 3
"""A new record has as many partners among the old ones as otherwise three records have among each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What may be set; the defaults are what was measured.

    Attributes
    ----------
    pairs_a_record : float
        Budget of candidate pairs, doubles included.
    close_a_record : float
        Candidate pairs a record that are compared closely: the best by the sieve.
    lean : float or None
        Log-odds added before clustering: how far the balance leans towards joining, since clustering by mean is slow
        to join and some true pairs are never compared. None: such that as many clusters come out as there are persons
        by the estimate, between `leaning.LEAST` and `MOST`.
    """

    pairs_a_record: float = 135.0
    close_a_record: float = 6.0
    lean: float | None = None


@dataclass(slots=True)
class Pairs:
    """Pairs compared closely, ascending.

    Attributes
    ----------
    a, b : (n_pairs,) int64
        Row numbers, a < b.
    rules : (n_pairs,) int32
        Bits of the rules that found them.
    matrix : (n_pairs, len(COLUMNS)) float32
    first, log_odds : (n_pairs,) float32
        Of the start model, and of the model used.
    """

    a: Longs
    b: Longs
    rules: npt.NDArray[np.int32]
    matrix: Floats
    first: Floats
    log_odds: Floats

    def __len__(self) -> int:
        return len(self.a)

    @property
    def chance(self) -> npt.NDArray[np.float64]:
        """Probability of each pair."""
        return chance_of(self.log_odds)


def chance_of(log_odds: Floats) -> npt.NDArray[np.float64]:
    """Return probabilities."""
    found: npt.NDArray[np.float64] = 1 / (1 + np.exp(-log_odds.astype(np.float64)))
    return found


@dataclass(slots=True)
class Linked:
    """What linking found.

    Attributes
    ----------
    features : Features
        The records, in the order of their ids.
    pairs : Pairs
    clustered : Clustered
    model : Model
        Frozen: link the same records with it and the same comes out.
    labels : Labels or None
    lean : float
        Log-odds that were added before clustering.
    recall : float or None
        Estimated share of true pairs that are candidates.
    rules : tuple of str
        Names of the blocking rules, by bit.
    seed : int
    sureness : Sureness
        How likely merges are right.
    persons_missed : float
        Persons counted too many because no rule found a pair of theirs, estimated.
    report : dict
        Counts, seconds by stage, estimates.
    """

    features: Features
    pairs: Pairs
    clustered: Clustered
    model: Model
    labels: Labels | None
    lean: float
    recall: float | None
    rules: tuple[str, ...]
    seed: int
    sureness: Sureness
    persons_missed: float
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def clusters(self) -> list[str]:
        """The cluster of each record, named for its lowest record id, in the order of ids."""
        ids = self.features.ids
        return [ids[at] for at in self.clustered.cluster.tolist()]

    @property
    def repeating(self) -> float:
        """Share of records that repeat another one of their list, as the pairs tell it."""
        return repeating_in(self.pairs.a, self.pairs.b, self.pairs.log_odds, self.features.list_of)

    def drawing(self) -> Drawing:
        """Return what draws other partitions, from the seed: the same ones each time."""
        return Drawing(
            len(self.features),
            self.clustered.merges,
            lean=self.lean,
            n_missed=self.persons_missed,
            frozen=held_apart(self.clustered, self.labels),
            seed=self.seed,
            sureness=self.sureness,
        )

    def draws(self, n: int) -> Iterator[Longs]:
        """Yield n sampled partitions: (n_records,) the cluster of each record as the row of its lowest record."""
        drawing = self.drawing()
        for _ in range(n):
            yield drawing.partition()


def link(
    records: RecordTable,
    *,
    labels: Iterable[tuple[str, str, str]] | None = None,
    model: Model | None = None,
    settings: Settings = Settings(),
    seed: int = 0,
) -> Linked:
    """Link records.

    Parameters
    ----------
    labels : iterable of (id_a, id_b, "same" | "different" | "unsure"), optional
        Reviewers' answers: constraints, and lessons unless `model` already learned from answers.
    model : Model, optional
        The start model unless given.

    Raises
    ------
    WrongLists
        Nothing that can tell records apart.
    ReviewNeeded
        Answers contradict each other.
    """
    clock = Clock()
    with clock.stage("features"):
        features = features_of(records)
        _check_usable(features)
        answers = check_labels(labels, features.ids) if labels is not None else None
    pairs, counted = compare(features, clock, model or start_model(), settings)
    return judge(features, pairs, answers, model or start_model(), settings, seed, clock, counted)


def compare(
    features: Features,
    clock: Clock,
    model: Model,
    settings: Settings,
    new: npt.NDArray[np.bool_] | None = None,
    old: KeyIndex | None = None,
) -> tuple[Pairs, dict[str, Any]]:
    """Return the candidate pairs worth judging, compared closely, and counts; of `new` records only, against `old`."""
    pairs, counted, _ = compare_with(features, clock, model, settings, new, old)
    return pairs, counted


def compare_with(
    features: Features,
    clock: Clock,
    model: Model,
    settings: Settings,
    new: npt.NDArray[np.bool_] | None = None,
    old: KeyIndex | None = None,
    *,
    look: Callable[[Looking, Longs], None] | None = None,
) -> tuple[Pairs, dict[str, Any], Comparer]:
    """Do as `compare` does, and return what compares besides: it can be asked about other pairs too.

    Parameters
    ----------
    look : callable, optional
        Given what is needed to look for other pairs, and the codes of those chosen, before that is let go.
    """
    with clock.stage("blocking"):
        places = read_places(features)
        tokens = tokens_of(features, places, new)
        blocking = block(features, places, tokens, pairs_a_record=settings.pairs_a_record, new=new, old=old)
        surprise = surprise_of(features, tokens, places)
    comparer = Comparer(features, places, surprise)
    n = len(features)
    with clock.stage("sieve"):
        sieve = Sieve(features, tokens, surprise, ages_of(features))
        codes, rules, n_candidates, n_cross = _best(
            blocking, sieve, features, int(settings.close_a_record * (n if new is None else _NEW_COUNTS * new.sum()))
        )
    told = blocking.rules
    if look is not None:
        with clock.stage("looking for others"):
            look(Looking(features, tokens, sieve, comparer), codes)
    del blocking, tokens, sieve
    with clock.stage("close comparing"):
        a, b = codes // n, codes % n
        matrix = np.empty((len(codes), len(COLUMNS)), np.float32)

        def fill(start: int) -> None:
            stop = start + _CLOSE_CHUNK
            matrix[start:stop] = comparer.close(a[start:stop], b[start:stop])

        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(fill, range(0, len(codes), _CLOSE_CHUNK)))
    with clock.stage("start model"):
        first = model.first(matrix)
    counted = {
        "candidate_pairs": n_candidates,
        "candidate_pairs_cross_script": n_cross,
        "compared_closely": len(codes),
        "rules": [
            {"rule": rule.name, "largest_block": rule.cap, "pairs": rule.n_pairs, "keys_too_common": rule.n_too_large}
            for rule in told
        ],
    }
    return Pairs(a, b, rules, matrix, first, first), counted, comparer


def judge(
    features: Features,
    pairs: Pairs,
    labels: Labels | None,
    model: Model,
    settings: Settings,
    seed: int,
    clock: Clock,
    counted: dict[str, Any],
) -> Linked:
    """Learn from answers, give log-odds, cluster, and estimate what is uncertain."""
    from dalil.linkage.reporting import describe

    with clock.stage("learning"):
        if labels is not None and model.answers is None:
            answered, same = find_answers(pairs, labels, len(features))
            model = learn(model, pairs.matrix, pairs.first, answered, same, seed=seed)
        alone = model.log_odds(pairs.matrix, pairs.first)
        lists, before = (features.list_of, len(features.lists)), None
        crowded = uncrowded(pairs.a, pairs.b, alone, *lists)
        if labels is not None and model.answers is not None:
            before = uncrowded(pairs.a, pairs.b, pairs.first, *lists)
        pairs = replace(pairs, log_odds=crowded)
    rules = tuple(rule["rule"] for rule in counted["rules"])
    # As the start model sees it, by which this estimate was held against lists whose truth was known.
    recall = estimated_recall(pairs.rules, rules, chance_of(pairs.log_odds if before is None else before), pairs.matrix)
    with clock.stage("clustering"):
        leaned = lean(features, pairs.a, pairs.b, pairs.log_odds, labels, recall, before=before, only=settings.lean)
    linked = Linked(
        features, pairs, leaned.clustered, model, labels, leaned.lean, recall, rules, seed, leaned.sureness,
        leaned.persons_missed,
    )  # fmt: skip
    with clock.stage("estimates"):
        linked.report = describe(linked, counted)
    linked.report["seconds"] = clock.seconds
    linked.report["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return linked


def find_answers(pairs: Pairs, labels: Labels, n: int) -> tuple[Longs, npt.NDArray[np.bool_]]:
    """Return which pairs were answered, as rows of `pairs`, ascending, and which of these are the same person."""
    codes = pairs.a * n + pairs.b
    rows, kinds = [], []
    for told, same in ((labels.same, True), (labels.different, False)):
        wanted = told[:, 0] * n + told[:, 1]
        at = np.minimum(np.searchsorted(codes, wanted), max(0, len(codes) - 1))
        found = at[codes[at] == wanted] if len(codes) else at[:0]
        rows.append(found)
        kinds.append(np.full(len(found), same))
    together = np.concatenate(rows)
    order = np.argsort(together, kind="stable")
    return together[order], np.concatenate(kinds)[order]


def _best(
    blocking: Blocking, sieve: Sieve, features: Features, most: int
) -> tuple[Longs, npt.NDArray[np.int32], int, int]:
    """Return the codes of the pairs that the sieve lets through, ascending, with their rules, and counts of all."""
    n = len(features)
    kept: list[_Kept] = []
    n_kept = n_all = n_cross = 0
    least = np.float32(-np.inf)

    def weigh(bounds: tuple[int, int]) -> tuple[_Kept, int, int]:
        codes, rules = blocking.pairs(*bounds)
        a, b = codes // n, codes % n
        weight = sieve.weigh(a, b)
        wanted = weight >= least  # it only rises: whatever thread reads when, too many are kept and none too few
        return (
            (codes[wanted], rules[wanted], weight[wanted]),
            len(codes),
            int((features.script[a] != features.script[b]).sum()),
        )

    with ThreadPoolExecutor(_THREADS) as pool:
        for found, n_here, n_cross_here in pool.map(weigh, blocking.chunks(_CHUNK)):
            n_all += n_here
            n_cross += n_cross_here
            kept.append(found)
            n_kept += len(found[0])
            if n_kept > 2 * most:
                kept, least = _trimmed(kept, most)
                n_kept = len(kept[0][0])
    if not kept:
        return np.zeros(0, np.int64), np.zeros(0, np.int32), 0, 0
    ((codes, rules, _),), _ = _trimmed(kept, most)
    return codes, rules, n_all, n_cross


def _trimmed(kept: list[_Kept], most: int) -> tuple[list[_Kept], np.float32]:
    """Return the best pairs in one piece; all that are as good as the last one stay, so order does not matter."""
    codes, rules, bits = (np.concatenate(each) for each in zip(*kept, strict=True))
    if len(bits) <= most:
        return [(codes, rules, bits)], np.float32(-np.inf)
    least = np.float32(np.partition(bits, -most)[-most])
    wanted = bits >= least
    return [(codes[wanted], rules[wanted], bits[wanted])], least


def _check_usable(features: Features) -> None:
    """Refuse records that nothing tells apart."""
    named = features.parts[(features.parts >= 0).any(axis=1)]
    n_distinct = len(np.unique(named, axis=0)) if len(named) else 0
    if n_distinct < 2 and len(features) > 2:
        raise WrongLists(
            "These lists cannot be linked: their names tell nobody apart.",
            expected="names that differ",
            found=f"{n_distinct} distinct names in {len(features)} records",
            where="name",
            todo="Check that the mapping names the column that holds the names.",
        )
