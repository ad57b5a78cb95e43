"""Candidate pairs: records that share a key under one of several rules.

A key that too many records hold is not dropped: it is used together with another part of the name, the month, the
place or the age (back-off). Each rule spends its share of a budget of pairs, and chooses how large a block may be. Of
large blocks, pairs whose days cannot be one are left out (`days`).
Rules are told apart in what comes out, so that recall can be estimated from how they overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import Features
from dalil.linkage.pairing.days import Days
from dalil.linkage.pairing.key_index import RECORD, RECORD_BITS, KeyIndex, Shape, packed_of
from dalil.linkage.pairing.keying import Entries, Tokens, Wanted, entries_of, tokens_of
from dalil.linkage.pairing.placing import Places

Words = npt.NDArray[np.uint64]

_CAPS: Final = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
"""Sizes a block may be allowed to have."""
_SMALL: Final = 12
"""Blocks up to this size keep their pairs whatever their days say."""
_BY_DAYS, _OTHERS = 2.7, 0.9
"""How much more of the budget rules may spend whose keys tell no day, where days leave out most of their pairs, and how
much less the others."""
_THREADS: Final = 2


@dataclass(slots=True)
class Rule:
    """Blocks of one rule, ready to give pairs.

    Attributes
    ----------
    record : (n_entries,) int64
        Records, ascending within a block.
    after : (n_entries,) int64
        For each entry, how many records follow it in its block.
    large : (n_entries,) bool, optional
        Entries of blocks whose pairs are left out where their days cannot be one.
    """

    name: str
    cap: int
    record: npt.NDArray[np.int64]
    after: npt.NDArray[np.int64]
    n_too_large: int = 0
    large: npt.NDArray[np.bool_] | None = None

    @property
    def n_pairs(self) -> int:
        """Pairs, doubles within the rule and those left out by their days included."""
        return int(self.after.sum())


@dataclass(slots=True)
class Blocking:
    """All rules on one set of records."""

    n_records: int
    rules: list[Rule]
    days: Days | None = None

    def pairs(self, first: int, last: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Return the distinct pairs whose lower record lies in [first, last): codes ``a * n + b``, and rule bits."""
        found = []
        for number, rule in enumerate(self.rules):
            at = np.flatnonzero((rule.record >= first) & (rule.record < last) & (rule.after > 0))
            codes = _pair_codes(rule, at, self.n_records, self.days)
            found.append((codes.astype(np.uint64) << np.uint64(5)) | np.uint64(number))
        together = np.sort(np.concatenate(found)) if found else np.zeros(0, np.uint64)
        codes = (together >> np.uint64(5)).astype(np.int64)
        starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]]) if len(codes) else np.zeros(0, np.int64)
        bits = np.int32(1) << (together & np.uint64(31)).astype(np.int32)
        return codes[starts], np.bitwise_or.reduceat(bits, starts) if len(starts) else bits

    def chunks(self, most_pairs: int) -> Iterator[tuple[int, int]]:
        """Yield ranges of records that have about so many pairs, doubles included."""
        load = np.zeros(self.n_records + 1, np.int64)
        for rule in self.rules:
            load += np.bincount(rule.record, rule.after, minlength=self.n_records + 1).astype(np.int64)
        total = np.cumsum(load)
        first = 0
        while first < self.n_records:
            done = total[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(total, done + most_pairs, side="right")))
            yield first, min(last, self.n_records)
            first = last


def _pair_codes(rule: Rule, at: npt.NDArray[np.int64], n: int, days: Days | None) -> npt.NDArray[np.int64]:
    counts = rule.after[at]
    lower = np.repeat(at, counts)
    step = np.arange(len(lower)) - np.repeat(np.cumsum(counts) - counts, counts)
    a, b = rule.record[lower], rule.record[lower + 1 + step]
    if days is not None and rule.large is not None:
        wanted = days.may_be_one(a, b) | ~rule.large[lower]
        a, b = a[wanted], b[wanted]
    codes: npt.NDArray[np.int64] = a * n + b
    return codes


# --- making blocks ----------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Sorted:
    """Entries of one rule, sorted by key and record, with the size of each entry's block."""

    keys: Words
    record: npt.NDArray[np.int64]
    size: npt.NDArray[np.int64]
    after: npt.NDArray[np.int64]


def _sorted(entries: Entries, new: npt.NDArray[np.bool_] | None) -> _Sorted:
    packed = np.sort(packed_of(entries))
    if len(packed):
        packed = packed[np.r_[True, packed[1:] != packed[:-1]]]
    keys = packed >> RECORD_BITS
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[starts, len(keys)])
    record, size = (packed & RECORD).astype(np.int64), np.repeat(sizes, sizes)
    if new is None:
        after = np.repeat(starts + sizes, sizes) - np.arange(len(keys)) - 1
    else:  # pairs of a new record, met from its side
        after = np.where(new[record], size - 1, 0)
    return _Sorted(keys, record, size, after)


def _cap_within(size: npt.NDArray[np.int64], pairs: npt.NDArray[np.int64], budget: float) -> int:
    """Return the largest allowed size of a block with which the rule keeps to its budget, by the pairs of each size."""
    for cap in reversed(_CAPS):
        if float(pairs[size <= cap].sum()) <= budget:
            return cap
    return _CAPS[0]


def _rule(name: str, blocks: _Sorted, cap: int, new: npt.NDArray[np.bool_] | None, n_too_large: int) -> Rule:
    small = (blocks.size <= cap) & (blocks.size > 1)
    record, after = blocks.record[small], blocks.after[small]
    if new is None:
        return Rule(name, cap, record, after, n_too_large, blocks.size[small] > _SMALL)
    # A new record with each other of its block: every pair as a block of two.
    size = blocks.size[small]
    keys = blocks.keys[small]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
    start = np.repeat(starts, size[starts])
    at = np.flatnonzero(new[record])
    mine = np.repeat(at, size[at])
    step = np.arange(len(mine)) - np.repeat(np.cumsum(size[at]) - size[at], size[at])
    other = start[mine] + step
    a, b = record[mine], record[other]
    wanted = (mine != other) & (~new[b] | (a < b))
    both = np.sort(np.stack([a[wanted], b[wanted]], axis=1), axis=1)
    return Rule(name, cap, both.ravel(), np.tile(np.array([1, 0], np.int64), len(both)), n_too_large)


def _narrowed(tokens: Tokens, too_large: Entries, attribute: str, new: npt.NDArray[np.bool_] | None) -> Entries:
    """Return entries with one thing more in each key; where there are new records, only of keys that these may hold."""
    if new is None:
        return tokens.narrowed(too_large, attribute)
    of_new = new[too_large.record]
    own = tokens.narrowed(Entries(too_large.record[of_new], too_large.keys[of_new]), attribute)
    return tokens.narrowed(too_large, attribute, Wanted(own.keys))


_OF_UNDATED: Final = ((0.6, ("",)), (0.5, ("third part",)), (1.0, ("birth", "birth shifted", "age", "age shifted")))
"""By what blocks of undated records are narrowed, one after another, and the share each may spend of what is left."""


def _of_undated(
    name: str, tokens: Tokens, too_large: Entries, undated: npt.NDArray[np.bool_], budget: float
) -> Iterator[Rule]:
    """Yield the pairs of undated records in blocks that are too large for all: they are few, and have little else.

    Where blocks are too large for them as well, a third part must be the same; where these are, a birth or an age.
    """
    left = budget
    for share, attributes in _OF_UNDATED:
        of_all, made = too_large, []
        told = [each for each in attributes if not each or any((of >= 0).any() for of in tokens.columns(each))]
        for number, attribute in enumerate(told):
            blocks = _sorted(_narrowed(tokens, of_all, attribute, undated) if attribute else of_all, undated)
            cap = _cap_within(blocks.size, blocks.after, left * share / (len(told) - number))
            large = blocks.size > cap
            its_name = f"{name} and {attribute}" if attribute else name
            made.append(_rule(f"{its_name}, undated", blocks, cap, undated, int(large.sum())))
            left -= made[-1].n_pairs
            too_large = Entries(blocks.record[large], blocks.keys[large])
        yield from made


@dataclass(slots=True)
class _Plan:
    """A rule to be: its keys are made when it is its turn, and let go, because they are many."""

    name: str
    entries: Callable[[], Entries]
    share: float
    back_off: tuple[str, ...] = ()
    undated: float = 0.0
    """Share for pairs of which one record has no day or month, so that no other rule finds it by one."""
    by_days: bool = False
    """Whether most pairs of large blocks are left out because their days cannot be one, and blocks may be larger."""


def block(
    features: Features,
    places: Places,
    tokens: Tokens,
    *,
    pairs_a_record: float,
    new: npt.NDArray[np.bool_] | None = None,
    old: KeyIndex | None = None,
) -> Blocking:
    """Return the candidate pairs of records.

    Parameters
    ----------
    pairs_a_record : float
        The budget.
    new : (n,) bool, optional
        Only pairs of which one record at least is new are wanted.
    old : KeyIndex, optional
        Who of the others holds which key; needed with `new`.
    """
    n = len(features)
    shape = Shape.of(features, places) if old is None else old.shape
    of_new = tokens if new is None else tokens.of_records(new)
    plans = _plans(of_new, shape)
    # A new record has all its pairs with it; of others, each pair counts for both its records.
    most = pairs_a_record * (n if new is None else 2 * int(new.sum()))
    total = sum(plan.share + (plan.undated if old is None else 0.0) for plan in plans)
    # A new list is looked up key by key, and a block counted before it is put together: its pairs are all wanted.
    by_days = new is None and shape.has_day
    wider = [(_BY_DAYS if plan.by_days else _OTHERS) if by_days else 1.0 for plan in plans]
    budgets = [most * plan.share / total * times for plan, times in zip(plans, wider, strict=True)]
    for_undated = [most * plan.undated / total for plan in plans]

    def made(plan: _Plan, budget: float, undated: float) -> list[Rule]:
        return _rules_of(plan, tokens, budget, undated, new, old)

    # Of all records, rules are made one after another: the keys of one fill much memory. Of a new list, two at once.
    with ThreadPoolExecutor(1 if old is None else _THREADS) as pool:
        found = [rule for rules in pool.map(made, plans, budgets, for_undated) for rule in rules]
    return Blocking(n, [rule for rule in found if len(rule.record)], Days(features) if by_days else None)


def _rules_of(
    plan: _Plan,
    tokens: Tokens,
    budget: float,
    for_undated: float,
    new: npt.NDArray[np.bool_] | None,
    old: KeyIndex | None,
) -> list[Rule]:
    """Return the blocks of a rule, and those that its keys make with one thing more where they are too common."""
    entries = plan.entries()
    if not len(entries.keys):
        return []
    most_here = budget * (0.6 if plan.back_off else 1.0)
    if old is None:
        blocks = _sorted(entries, new)
        cap = _cap_within(blocks.size, blocks.after, most_here)
        large = blocks.size > cap
        too_large, n_too_large = Entries(blocks.record[large], blocks.keys[large]), int(large.sum())
    else:  # who holds a key is counted first: blocks that are too large are not put together
        held = old.holders(plan.name, entries)
        cap = _cap_within(held.size, held.load, most_here)
        blocks = _sorted(held.of_keys(held.size <= cap), new)
        too_large = held.of_keys(held.size > cap) if plan.back_off else Entries(entries.record[:0], entries.keys[:0])
        n_too_large = int(held.size[held.size > cap].sum())
    del entries
    rules = [_rule(plan.name, blocks, cap, new, n_too_large)]
    left = budget - rules[0].n_pairs
    if for_undated and old is None and (undated := tokens.month < 0).any():
        rules += _of_undated(plan.name, tokens, too_large, undated, for_undated)
    for number, attribute in enumerate(plan.back_off):
        narrower = _narrowed(tokens, too_large, attribute, new)
        if not len(narrower.keys):
            continue
        refined = _sorted(narrower, new)
        its_cap = _cap_within(refined.size, refined.after, left / (len(plan.back_off) - number))
        n_too_large = int((refined.size > its_cap).sum())
        rules.append(_rule(f"{plan.name} and {attribute}", refined, its_cap, new, n_too_large))
        left -= rules[-1].n_pairs
    return rules


def keys_of(features: Features, places: Places, shape: Shape, which: npt.NDArray[np.bool_]) -> dict[str, Entries]:
    """Return the keys of some records by rule: what a `KeyIndex` keeps."""
    tokens = tokens_of(features, places, which).of_records(which)
    return {plan.name: plan.entries() for plan in _plans(tokens, shape)}


def _plans(tokens: Tokens, shape: Shape) -> list[_Plan]:
    """Return the rules that this data can feed, with the share of the budget each may spend."""
    has_day, has_place = shape.has_day, shape.has_place
    # An age says little beside a day, and costs as many pairs. A third part does too, but of a record that has neither
    # day nor place it is all there is.
    by_age = shape.has_age and not has_day
    back_off = [*(["month", "month shifted"] if has_day else []), "third part"]
    back_off += ["governorate", "place"] if has_place else []
    back_off += ["age", "age shifted"] if by_age else []
    plans = [
        _Plan(
            "two parts",
            lambda: entries_of.two_parts(tokens),
            36 if has_day else 44,
            tuple(back_off),
            8 if has_day else 0,
            has_day,
        )
    ]
    if has_day:
        # Days are shifted, and some lists know no more than the month.
        narrower = ("governorate",) if has_place else ("other part",)
        plans.append(_Plan("part and day", lambda: entries_of.part_and(tokens, "day"), 20, narrower))
        for month, share in (("month", 15), ("month shifted", 6)):
            entries = partial(entries_of.part_and, tokens, month)
            plans.append(_Plan(f"part and {month}", entries, share, narrower))
        plans.append(_Plan("slipped parts and month", lambda: entries_of.slipped(tokens, "month"), 6))
    if has_place:
        by_month = ("month",) if has_day else ()
        by_place = partial(entries_of.part_and, tokens, "place")
        plans.append(_Plan("part and place", by_place, 14, by_month, by_days=has_day))
    if by_age:
        plans.append(_Plan("slipped parts and age", lambda: entries_of.slipped(tokens, "age"), 20))
        plans.append(_Plan("slipped parts and age shifted", lambda: entries_of.slipped(tokens, "age shifted"), 4))
    slipped = partial(entries_of.slipped, tokens, None)
    plans.append(_Plan("slipped parts", slipped, 5 if has_day else 8, by_days=has_day))
    if tokens.extras.shape[1]:
        plans.append(_Plan("identifier", lambda: entries_of.extras(tokens), 5))
    return plans
