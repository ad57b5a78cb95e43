"""Overlapping lists of invented persons whose truth is known, in two shapes, of any size, from a seed.

`deaths`: five lists in Arabic and Latin habits, 2 to 4 name parts, dates whole, partial, shifted or with day and month
exchanged, three levels of place, families who died together, a few duplicates within a list: in proportion 318,910
records of 191,369 persons, as a documented work on Syria reports. `registers`: four cumulative lists without date or
place, name, sex, age and some birth years, two of them in machine-made Latin.

Usage: ``python -m benchmarks.linkage_lists OUT [--persons N] [--shape deaths|registers] [--seed S] [--habits S]
[--data DATA]`` writes records.csv, truth.csv, mapping.yaml. Other habits than those of the shape are drawn from a seed.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from benchmarks.linkage_habits import DEATHS, REGISTERS, Habit, drawn
from benchmarks.linkage_names import NamePool, arabic, slip, titled, with_article
from dalil.vocabulary import load_vocabulary

SYRIA_PERSONS: Final = 191_369
SYRIA_RECORDS: Final = 318_910
COLUMNS: Final = ("rec_id", "list", "name", "father", "mother", "kunya", "sex", "age", "birth", "date_of_death")
PLACES: Final = ("governorate", "district", "place")
MAPPING: Final = """\
id: rec_id
list: list
name: name
father: father
mother: mother
kunya: kunya
sex: sex
age: age
birth: birth
event_date: date_of_death
place: [governorate, district, place]
"""
_TITLE: Final = ("martyr", "الشهيد")
_LATEST: Final = 9
_FIRST: Final = date(2011, 3, 15)
_N_DAYS: Final = 1130


@dataclass(slots=True)
class Person:
    """One invented person."""

    key: str
    sex: str
    given: str
    father: str
    grandfather: str
    family: str
    mother: str
    age: int
    on: date
    place: tuple[int, int, int]


class World:
    """Draws persons, alone and in families, and writes the rows of each list."""

    def __init__(
        self, *, seed: int, shape: str, data: Path | None, habits: int | None = None, untold: float | None = None
    ) -> None:
        self.rng = random.Random(seed)
        self.shape = shape
        self.names = NamePool(data / "names" if data is not None else None)
        self.habits = (DEATHS if shape == "deaths" else REGISTERS) if habits is None else drawn(habits, shape)
        if untold is not None:
            self.habits = tuple(replace(habit, untold=untold) for habit in self.habits)
        self.governorates = _governorates()
        self._form_of: dict[str, str] = {}
        self._number = 0

    # --- persons ------------------------------------------------------------------------------------------------------
    def persons(self, n: int) -> list[Person]:
        """Draw persons; about 22 in a hundred die with relatives, most of whom share father, family, place and day."""
        found: list[Person] = []
        while len(found) < n:
            first = self._person()
            found.append(first)
            if self.rng.random() < (0.085 if self.shape == "deaths" else 0.25):
                found += self._relatives(first)
        return found[:n]

    def _person(self) -> Person:
        rng, names = self.rng, self.names
        sex = "f" if rng.random() < (0.1 if self.shape == "deaths" else 0.42) else "m"
        age = min(95, int(rng.gammavariate(4, 7.5)))
        governorate = min(int(rng.expovariate(0.25)), len(self.governorates) - 1)
        district = rng.randrange(5)
        return Person(
            self._key(), sex, (names.female if sex == "f" else names.male).draw(rng), names.father.draw(rng),
            names.father.draw(rng), names.family.draw(rng), names.female.draw(rng), age,
            _FIRST + timedelta(days=int(rng.triangular(0, _N_DAYS, 500))), (governorate, district, rng.randrange(5)),
        )  # fmt: skip

    def _key(self) -> str:
        self._number += 1
        return f"P{self._number:07d}"

    def _relatives(self, first: Person) -> Iterator[Person]:
        rng = self.rng
        for _ in range(min(9, 1 + int(rng.expovariate(0.75)))):
            other = self._person()
            other.family, other.on, other.place = first.family, first.on, first.place
            kind = rng.random()
            if kind < 0.6:  # brothers and sisters
                other.father, other.grandfather, other.mother = first.father, first.grandfather, first.mother
                other.age = max(0, first.age + rng.randint(-9, 9))
            elif kind < 0.8:  # cousins
                other.grandfather = first.grandfather
            else:  # a child of the first
                other.father, other.grandfather, other.age = first.given, first.father, max(0, first.age - 25)
            if other.given != first.given:
                yield other

    # --- rows ---------------------------------------------------------------------------------------------------------
    def rows(self, persons: list[Person]) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield person and row of every list, list by list."""
        if self.shape == "registers":
            told = [self.rng.random() for _ in persons]
        else:
            shares = [habit.share for habit in self.habits]
            on_lists = [self._lists(shares) for _ in persons]
        for order, habit in enumerate(self.habits):
            number = 0
            for at, person in enumerate(persons):
                # Registers are cumulative: who is on an early one is on the later ones but for a few.
                if self.shape == "registers":
                    listed = told[at] < habit.share and self.rng.random() < 0.97
                else:
                    listed = order in on_lists[at]
                if not listed:
                    continue
                for _ in range(1 + (self.rng.random() < habit.twice)):
                    number += 1
                    yield person.key, self._row(person, habit) | {"rec_id": f"{habit.name}-{number:06d}"}

    def _lists(self, shares: list[float]) -> list[int]:
        """Draw the lists that tell of a person: one at least."""
        while True:
            found = [order for order, share in enumerate(shares) if self.rng.random() < share]
            if found:
                return found

    def _row(self, person: Person, habit: Habit) -> dict[str, str]:
        rng = self.rng
        style = habit.script if habit.script != "mixed" else rng.choice(("en", "fr", "tr", "rule"))
        roll, parts = rng.random(), [person.given, person.father, person.grandfather, person.family]
        if roll > habit.parts[0]:
            parts = [person.given, person.father, person.family]
            if roll > habit.parts[0] + habit.parts[1]:
                parts = [person.given, rng.choice((person.family, person.family, person.family, person.father))]
        for at in range(1, len(parts)):
            if habit.revised and rng.random() < habit.revised:
                parts[at] = (self.names.family if at == len(parts) - 1 else self.names.father).draw(rng)
        row = {"list": habit.name, "sex": person.sex if rng.random() < 1 - habit.no_sex else ""}
        by_name = f"{'ابو' if person.sex == 'm' else 'ام'} {self.names.male.draw(random.Random(person.key))}"
        if rng.random() < habit.kunya:
            row["kunya"] = self._written(by_name, style, habit)
        if rng.random() < habit.kunya_for_name:
            parts = [by_name, person.family]
        written = [self._part(part, style, habit, last=at == len(parts) - 1) for at, part in enumerate(parts)]
        if habit.family_first and rng.random() < habit.family_first:
            written = [*written[-1:], *written[:-1]]
        if habit.title and rng.random() < habit.title:
            written = [_TITLE[style == "ar"], *written]
        if style == "ar":
            row["name"] = " ".join(written)
        elif rng.random() < habit.comma:
            row["name"] = f"{titled(written[-1:])}, {titled(written[:-1])}"
        else:
            row["name"] = titled(written)
        if rng.random() < habit.father_column:
            row["father"] = self._written(person.father, style, habit)
        if rng.random() < habit.mother:
            row["mother"] = self._written(person.mother, style, habit)
        if rng.random() < habit.age:
            row["age"] = str(max(0, person.age + rng.choice((0, 0, 0, 0, 0, -1, 1, rng.randint(-5, 5)))))
            if self.shape == "registers":
                row["age"] = str(person.age if rng.random() < 0.9 else max(0, person.age + rng.randint(-3, 3)))
                if habit.name in ("G2", "G4"):
                    row["birth"] = str(person.on.year - person.age) if rng.random() < 0.5 else ""
        if habit.round_age and row.get("age") and rng.random() < habit.round_age:
            row["age"] = str(5 * round(int(row["age"]) / 5))
        if self.shape == "deaths":
            row |= {"date_of_death": self._date(person.on, habit)} | self._place(person.place, style, habit)
            row |= dict.fromkeys(_untold(person.key, habit), "")
        return row

    def _part(self, part: str, style: str, habit: Habit, *, last: bool) -> str:
        written = self._written(part, style, habit)
        if last and style in ("en", "fr", "tr", "form", "rule"):
            written = with_article(written, part, self.rng, style if style in ("fr", "tr") else "en")
        return written

    def _written(self, part: str, style: str, habit: Habit) -> str:
        rng, names = self.rng, self.names
        match style:
            case "ar":
                written = arabic(part, rng)
            case "tr":
                written = names.in_turkish(part)
            case "rule":
                written = names.by_rule(part)
            case "form":  # a dictionary: one spelling for each part, always
                if part not in self._form_of:
                    self._form_of[part] = names.attested(part, random.Random(part))
                written = self._form_of[part]
            case _:
                written = names.attested(part, rng) if rng.random() < 0.85 else names.by_rule(part)
        return slip(written, rng) if rng.random() < habit.slips else written

    def _date(self, on: date, habit: Habit) -> str:
        rng = self.rng
        roll = rng.random()
        if roll > habit.whole_date:
            return rng.choice((on.isoformat()[:7], on.isoformat()[:7], on.isoformat()[:4], ""))
        if habit.late and rng.random() < habit.late:
            on += timedelta(days=rng.randint(1, _LATEST))
        if habit.first_of_month and rng.random() < habit.first_of_month:
            return on.replace(day=1).isoformat()
        if rng.random() < 0.1:
            on += timedelta(days=rng.choice((-1, 1, -1, 1, 1, 2, -2, 3, 5, 7, 7, 10, 30)))
        elif on.day <= 12 and rng.random() < 0.02:
            on = date(on.year, on.day, on.month)
        return on.isoformat()

    def _place(self, place: tuple[int, int, int], style: str, habit: Habit) -> dict[str, str]:
        rng = self.rng
        governorate, district, fine = place
        if habit.elsewhere and rng.random() < habit.elsewhere:
            governorate, district, fine = rng.randrange(len(self.governorates)), rng.randrange(5), rng.randrange(5)
        if rng.random() < 0.04:
            governorate = rng.randrange(len(self.governorates))
        pcode = f"{self.governorates[governorate][0]}{district:02d}"
        row = {"governorate": rng.choice(self.governorates[governorate][1 if style == "ar" else 2])}
        if rng.random() < habit.place:
            if rng.random() < 0.08:  # a neighbouring place
                fine = (fine + 1) % 5
            row["place"] = self._town(pcode, fine, style)
            if rng.random() < 0.5:
                row["district"] = pcode
        return row

    def _town(self, pcode: str, fine: int, style: str) -> str:
        draw = random.Random(f"{pcode}/{fine}")
        name = f"{draw.choice(('كفر', 'تل', 'دير', 'عين', 'خان', 'بيت'))} {self.names.family.draw(draw)}"
        if style == "ar":
            return name if self.rng.random() < 0.8 else name.replace("ة", "ه").replace("أ", "ا").replace(" ال", " ")
        return self.rng.choice(("", "", "Nahiyat ")) + self.names.by_rule(name).title()


def _untold(key: str, habit: Habit) -> tuple[str, ...]:
    """Return the fields that a list leaves out of a person; drawn apart, so that all others are as they would be."""
    lot = random.Random(f"untold {key} {habit.name}").random() / max(habit.untold, 1e-9)
    if lot < 0.5:
        return ("date_of_death", *PLACES)
    return ("date_of_death",) if lot < 1.0 else PLACES if lot < 1.5 else ()


def _governorates() -> list[tuple[str, list[str], list[str]]]:
    vocabulary = load_vocabulary(("core", "syria"))
    found = []
    for code, term in vocabulary.schemes["places"].terms.items():
        if len(code) == 4 and code.startswith("SY") and code[2:].isdigit():
            found.append((code, [term.labels["ar"]], [term.labels["en"]]))
    return sorted(found)


def write(
    out: Path,
    *,
    persons: int,
    shape: str,
    seed: int,
    data: Path | None = None,
    habits: int | None = None,
    untold: float | None = None,
) -> tuple[int, int]:
    """Write records.csv, truth.csv and mapping.yaml; return how many records and how many persons are told of.

    Lists write as those of the shape do, unless `habits` is a seed that others are drawn from; they leave out as many
    days and places as their habits say, unless `untold` does.
    """
    out.mkdir(parents=True, exist_ok=True)
    world = World(seed=seed, shape=shape, data=data, habits=habits, untold=untold)
    columns = [*COLUMNS, *(PLACES if shape == "deaths" else ())]
    told: set[str] = set()
    count = 0
    with (
        (out / "records.csv").open("w", encoding="utf-8", newline="") as records,
        (out / "truth.csv").open("w", encoding="utf-8", newline="") as truth,
    ):
        rows, persons_of = csv.DictWriter(records, columns, lineterminator="\n"), csv.writer(truth, lineterminator="\n")
        rows.writeheader()
        persons_of.writerow(("rec_id", "person_id"))
        for key, row in world.rows(world.persons(persons)):
            rows.writerow(row)
            persons_of.writerow((row["rec_id"], key))
            told.add(key)
            count += 1
    mapping = MAPPING if shape == "deaths" else "".join(
        line for line in MAPPING.splitlines(keepends=True) if not line.startswith(("event_date", "place"))
    )  # fmt: skip
    (out / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return count, len(told)


def main() -> None:
    """Write lists."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linkage_lists", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--persons", type=int, default=18_000)
    parser.add_argument("--shape", choices=("deaths", "registers"), default="deaths")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--habits", type=int, help="seed of other habits than those of the shape")
    parser.add_argument("--data", type=Path)
    told = parser.parse_args()
    count, persons = write(
        told.out, persons=told.persons, shape=told.shape, seed=told.seed, data=told.data, habits=told.habits
    )
    print(f"{count} records of {persons} persons")


if __name__ == "__main__":
    main()
