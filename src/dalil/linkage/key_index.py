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
from dalil.linkage.keying import Entries
from dalil.linkage.placing import Places

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

    def with_holders(
        self, rule: str, entries: Entries, *, most: int, also_common: bool
    ) -> tuple[Entries, Entries | None]:
        """Return entries together with those of the kept records that hold one of their keys.

        Those of keys that more than `most` kept records hold come apart, if they are wanted at all: they are many.
        """
        wanted, at = np.unique(entries.keys, return_inverse=True)
        spans = []
        for words in self.files.get(rule, ()):
            first = np.searchsorted(words, wanted << RECORD_BITS)
            spans.append((words, first, np.searchsorted(words, (wanted << RECORD_BITS) | RECORD, side="right") - first))
        n_holders = sum((count for *_, count in spans), np.zeros(len(wanted), np.int64))
        common = n_holders > most
        rare = self._held(entries, spans, ~common, at)
        return rare, self._held(entries, spans, common, at) if also_common else None

    def _held(
        self, entries: Entries, spans: list[tuple[Words, Longs, Longs]], which: npt.NDArray[np.bool_], at: Longs
    ) -> Entries:
        """Return the entries of some of the keys, and of those who are kept and hold these."""
        mine = which[at]
        records, keys = [entries.record[mine]], [entries.keys[mine]]
        for words, begin, held in spans:
            first, counts = begin[which], held[which]
            step = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
            found = words[np.repeat(first, counts) + step]
            rows = self.row_of[(found & RECORD).astype(np.int64)]
            records.append(rows[rows >= 0])  # some are gone
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
