"""Names of invented persons for lists that are to be linked, and the ways lists write them.

Parts and their frequencies come from the demonstration's table, or from a folder DATA with freq_given_m.csv,
freq_given_f.csv, freq_father.csv, freq_family.csv (name,count) and latin_forms.csv (ar,latin,weight). No full name of
anyone is read; persons are drawn part by part.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final

from demo.naming import name_parts
from demo.spelling import turkish

from dalil.names import romanise

_DOTS: Final = dict(zip("بتثجحخدذرزسشصضطظعغفقكل", "تبتحخحذدزرشسضصظطغعقفلك", strict=True))
_HAMZAS: Final = str.maketrans("أإآ", "ااا")
_ALPHABETS: Final = ("ابتجحدرسعفقكلمنهوي", "abdefhijklmnorstuwyz")


@dataclass(frozen=True, slots=True)
class Pool:
    """Options and how often each is drawn, cumulated."""

    options: Sequence[str]
    weights: Sequence[float]

    @classmethod
    def of(cls, counts: dict[str, float]) -> Pool:
        """Return the pool of counted options."""
        return cls(list(counts), list(accumulate(counts.values())))

    def draw(self, rng: random.Random) -> str:
        """Draw one."""
        return rng.choices(self.options, cum_weights=self.weights)[0]


class NamePool:
    """Name parts, their frequencies and their attested spellings in Latin letters."""

    def __init__(self, folder: Path | None) -> None:
        self.forms: dict[str, Pool] = {}
        if folder is None:
            self._from_demo()
        else:
            self._from_folder(folder)
        self._crude: dict[str, str] = {}
        self._turkish: dict[str, str] = {}

    def _from_demo(self) -> None:
        parts = name_parts()
        self.male, self.female = self._ranked(list(parts.male)), self._ranked(list(parts.female))
        self.father = self.male
        # The demonstration has few family names; places and trades of two parts make a long tail of invented ones.
        heads = list(parts.family)
        tail = {f"ابو {given}": 0.2 / (rank + 4) for rank, given in enumerate(parts.male)}
        tail |= {f"ال{family.removeprefix('ال')}{end}": 0.02 for family in heads for end in ("ي", "اني", "اوي", "ات")}
        self.family = Pool.of({family: 1 / (rank + 8) for rank, family in enumerate(heads)} | tail)
        for part, forms in (*parts.given.items(), *parts.family.items()):
            self.forms[part] = Pool.of({form.lower(): 1.0 / (at + 1) for at, form in enumerate(forms)})

    @staticmethod
    def _ranked(options: list[str]) -> Pool:
        return Pool.of({option: 1 / (rank + 3) for rank, option in enumerate(options)})

    def _from_folder(self, folder: Path) -> None:
        def counts(name: str) -> Pool:
            with (folder / f"freq_{name}.csv").open(encoding="utf-8", newline="") as file:
                return Pool.of({row["name"]: float(row["count"]) for row in csv.DictReader(file)})

        self.male, self.female = counts("given_m"), counts("given_f")
        self.father, self.family = counts("father"), counts("family")
        found: dict[str, dict[str, float]] = defaultdict(dict)
        with (folder / "latin_forms.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[row["ar"]][row["latin"]] = found[row["ar"]].get(row["latin"], 0.0) + float(row["weight"])
        for part, forms in found.items():
            most = max(forms.values())
            self.forms[part] = Pool.of({form: weight for form, weight in forms.items() if weight >= 0.02 * most})

    def attested(self, part: str, rng: random.Random) -> str:
        """Return a spelling in use, the frequent ones more often; by rule where none is known."""
        forms = self.forms.get(part)
        return forms.draw(rng) if forms is not None else self.by_rule(part)

    def by_rule(self, part: str) -> str:
        """Return the spelling a machine makes letter by letter, vowels guessed."""
        if part not in self._crude:
            self._crude[part] = romanise(part).lower().removeprefix("al-")
        return self._crude[part]

    def in_turkish(self, part: str) -> str:
        """Return a spelling of Turkish habit."""
        if part not in self._turkish:
            self._turkish[part] = turkish(romanise(part, system="academic")).lower().removeprefix("al-")
        return self._turkish[part]


# --- how a clerk writes -----------------------------------------------------------------------------------------------
def arabic(part: str, rng: random.Random) -> str:
    """Return an Arabic part as a hurried typist writes it."""
    roll = rng.random()
    if roll < 0.45:
        part = part.translate(_HAMZAS)
    if part.endswith(("ة", "ه")) and roll > 0.6:
        part = part[:-1] + ("ه" if part.endswith("ة") else "ة")
    if part.endswith(("ى", "ي")) and roll > 0.75:
        part = part[:-1] + ("ي" if part.endswith("ى") else "ى")
    if part.startswith("عبد ") and roll < 0.3:
        part = part.replace("عبد ", "عبد")
    if part.startswith("ابو ") and roll < 0.12:
        part = part.replace("ابو ", "ابو")
    return part


def slip(word: str, rng: random.Random) -> str:
    """Return a word with one slip of the pen: a letter lost, doubled, exchanged, or its dots confused."""
    if len(word) < 4:
        return word
    at, kind = rng.randrange(1, len(word) - 1), rng.random()
    is_arabic = word[0] > "\u0600"
    if is_arabic and kind < 0.4:
        return word[:at] + _DOTS.get(word[at], word[at]) + word[at + 1 :]
    if kind < 0.6:
        return word[:at] + word[at + 1 :]
    if kind < 0.8:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    letter = rng.choice(_ALPHABETS[not is_arabic])
    return word[:at] + letter + word[at + (kind < 0.9) :]


def with_article(latin: str, part: str, rng: random.Random, habit: str) -> str:
    """Return a Latin family name with the article its list writes, if the Arabic one has it."""
    if not part.startswith("ال") or len(part) < 5:
        return latin
    return rng.choice({"en": ("al-", "al ", "", "al"), "fr": ("el ", "el-", "al "), "tr": ("el ", "")}[habit]) + latin


def titled(words: Sequence[str]) -> str:
    """Return words with capitals, as lists print names."""
    return " ".join(words).title()
