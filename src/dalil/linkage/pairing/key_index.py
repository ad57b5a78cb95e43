"""Who holds which key, kept on disk: what a new list asks instead of making the keys of all old records anew.

One file for each rule and each list added: 64-bit words, sorted, each a key and below it the number of a record in the
order of arrival. Files are mapped, not read: only the pages around wanted keys are touched. A new list adds files and
changes none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import NO_DAY, Features
from dalil.linkage.pairing.keying import Entries
from dalil.linkage.pairing.placing import Places

Words = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]

RECORD_BITS: Final = np.uint64(24)
RECORD: Final = np.uint64((1 << 24) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the first lists had: which rules there are is settled by them, for all lists that are added."""

    has_day: bool
    has_place: bool
    has_age: bool

    @classmethod
    def of(cls, features: Features, places: Places) -> Shape:
        """Return the shape of these records."""
        return cls(
            has_day=bool((features.event[:, 0] != NO_DAY).any()),
            has_place=bool(places.texts),
            has_age=bool((~np.isnan(features.age)).any()),
        )


@dataclass(frozen=True, slots=True)
class KeyIndex:
    """Files of some records.

    Attributes
    ----------
    shape : Shape
    files : mapping of rule to list of arrays
        Sorted words, mapped from disk.
    row_of : (n_arrived,) int64
        The row of each record in the order of arrival; -1 for those that are gone.
    """

    shape: Shape
    files: Mapping[str, list[Words]]
    row_of: Longs

    def holders(self, rule: str, entries: Entries) -> Holders:
        """Return who holds the keys of entries, counted and not yet read."""
        mine = np.unique(packed_of(entries))
        keys, at, n_new = np.unique(mine >> RECORD_BITS, return_inverse=True, return_counts=True)
        spans = []
        for words in self.files.get(rule, ()):
            first = np.searchsorted(words, keys << RECORD_BITS)
            spans.append((words, first, np.searchsorted(words, (keys << RECORD_BITS) | RECORD, side="right") - first))
        size = sum((count for *_, count in spans), n_new.astype(np.int64))
        own = Entries((mine & RECORD).astype(np.int64), mine >> RECORD_BITS)
        return Holders(own, at, size, size * n_new - n_new, spans, self.row_of)


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds some keys: those who ask, and those who are kept.

    Attributes
    ----------
    own : Entries
        Those who ask, by key.
    at : (n_own,) int64
        The number of each one's key.
    size : (n_keys,) int64
        Holders of each key, those who ask included.
    load : (n_keys,) int64
        Pairs of one who asks with another holder, those of two who ask twice.
    """

    own: Entries
    at: Longs
    size: Longs
    load: Longs
    spans: list[tuple[Words, Longs, Longs]]
    row_of: Longs

    def of_keys(self, which: npt.NDArray[np.bool_]) -> Entries:
        """Return the entries of some of the keys."""
        mine = which[self.at]
        records, keys = [self.own.record[mine]], [self.own.keys[mine]]
        for words, begin, held in self.spans:
            first, counts = begin[which], held[which]
            step = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
            found = words[np.repeat(first, counts) + step]
            rows = self.row_of[(found & RECORD).astype(np.int64)]
            records.append(rows[rows >= 0])
            keys.append((found >> RECORD_BITS)[rows >= 0])
        return Entries(np.concatenate(records), np.concatenate(keys))


def packed_of(entries: Entries) -> Words:
    """Return a word for each entry: the key, and below it the record."""
    return (entries.keys << RECORD_BITS) | entries.record.astype(np.uint64)


def write_words(folder: Path, rule: str, number: int, words: Words) -> None:
    """Write the file of a rule, of the lists that came as the `number`-th."""
    beside = folder / f".{key_file(rule, number)}.part.npy"
    np.save(beside, words)
    beside.replace(folder / key_file(rule, number))


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits; raises what reading raises."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_keys(folder: Path, rules: list[str], n_lists: int) -> dict[str, list[Words]]:
    """Map the files of every rule; raises what reading raises."""
    return {
        rule: [np.load(folder / key_file(rule, number), mmap_mode="r", allow_pickle=False) for number in range(n_lists)]
        for rule in rules
    }


def key_file(rule: str, number: int) -> str:
    """Return the name of the file of a rule, of the lists that came as the `number`-th."""
    return f"keys-{rule.replace(' ', '-')}-{number}.npy"
