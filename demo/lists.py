"""Writes the demonstration's files: eight invented lists, the truth they add up to, and the keys that join their rows.

``generate`` is a pure function of seed and scale: the same two give the same bytes of every file.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dalil.values.collector import collector_resting
from demo.arabic_lists import COLUMNS_A, COLUMNS_C, COLUMNS_E, ListA, ListC, ListE
from demo.latin_lists import COLUMNS_B, COLUMNS_D, MERGED_B, UPPER_B, ListB, ListD
from demo.people import Episode, Person, Population
from demo.population import draw_population
from demo.scribes import Scribe
from demo.sheets import Cell, write_delimited, write_json_lines, write_ods, write_xlsx
from demo.side_lists import Key, write_broadcasts, write_deaths, write_strikes
from demo.telling import HABITS, Blur, blur_of, lists_of, tell
from demo.truth import Truth, count_truth
from demo.unrecorded import write_unrecorded

DEFAULT_SEED: Final = 20210521
TITLE_B: Final = "Invented list B (demonstration). Nobody in this list exists."
_REPEATED: Final = 0.01
"""Share of rows that a list holds twice, under two numbers."""


@dataclass(frozen=True, slots=True)
class _Mention:
    """That a list tells of an episode; `full` if it is the list that tells all of it."""

    person: Person
    episode: Episode
    blur: Blur
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """A list: its key, how its row numbers look, who writes its rows and what writes its file."""

    key: str
    prefix: str
    scribe: Callable[[random.Random], Scribe]
    write: Callable[[Path, Iterator[Sequence[Cell]]], None]


_FORMS: Final = {
    "a": _Form(
        key="list-a",
        prefix="A",
        scribe=ListA,
        write=lambda out, rows: write_delimited(out / "list-a.csv", COLUMNS_A, _texts(rows), encoding="utf-8"),
    ),
    "b": _Form(
        key="list-b",
        prefix="",
        scribe=ListB,
        write=lambda out, rows: write_xlsx(
            out / "list-b.xlsx", rows, sheet="Detainees", merged=MERGED_B, upper=[[TITLE_B], UPPER_B, COLUMNS_B]
        ),
    ),
    "c": _Form(
        key="list-c",
        prefix="",
        scribe=ListC,
        write=lambda out, rows: write_delimited(
            out / "list-c.tsv", COLUMNS_C, _texts(rows), encoding="windows-1256", delimiter="\t"
        ),
    ),
    "d": _Form(
        key="list-d",
        prefix="SP-",
        scribe=ListD,
        write=lambda out, rows: write_json_lines(out / "list-d.jsonl", COLUMNS_D, _texts(rows)),
    ),
    "e": _Form(
        key="list-e",
        prefix="",
        scribe=ListE,
        write=lambda out, rows: write_ods(out / "list-e.ods", COLUMNS_E, _texts(rows), sheet="المفقودون"),
    ),
}


@collector_resting()
def generate(out: Path, *, seed: int = DEFAULT_SEED, scale: float = 1.0) -> Truth:
    """Write every list, ``truth.json`` and ``keys.csv`` into a folder, and return the truth.

    Parameters
    ----------
    out : Path
        The folder; made if it is not there.
    seed, scale
        What to draw; at scale 1 invention and reality together are the report's numbers.

    Raises
    ------
    ValueError
        The scale is outside what the generator can draw.
    """
    population = draw_population(seed=seed, scale=scale)
    out.mkdir(parents=True, exist_ok=True)
    keys: list[Key] = []
    missed: list[Episode] = []
    for letter, mentions in _mentions(population, seed, missed).items():
        form = _FORMS[letter]
        form.write(out, _rows(letter, form, mentions, seed, keys))
    keys += write_broadcasts(out / "broadcasts.csv", population.appearances, seed=seed)
    keys += write_strikes(out / "strikes.csv", population.strikes)
    keys += write_deaths(out / "deaths.csv", population.deaths, seed=seed)
    with (out / "keys.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Key._fields)
        writer.writerows(keys)
    rows: dict[str, int] = {}
    for key in keys:
        rows[key.list] = rows.get(key.list, 0) + 1
    truth = count_truth(population, seed=seed, scale=scale, rows=rows)
    truth.write(out / "truth.json")
    write_unrecorded(out, population, missed)
    return truth


def _mentions(population: Population, seed: int, missed: list[Episode]) -> dict[str, list[_Mention]]:
    """Decide which lists tell of which episode, and of how many none does; a few rows stand in a list twice."""
    rng = random.Random(f"dalil demonstration, mentions, {seed}")
    mentions: dict[str, list[_Mention]] = {letter: [] for letter in _FORMS}
    for person in population.persons:
        for episode in person.episodes:
            blur = blur_of(episode)
            for place, letter in enumerate(lists_of(person, episode, rng, missed)):
                mention = _Mention(person, episode, blur, full=place == 0)
                mentions[letter].append(mention)
                if rng.random() < _REPEATED:
                    mentions[letter].append(mention)
    for listed in mentions.values():
        rng.shuffle(listed)
    return mentions


def _rows(letter: str, form: _Form, mentions: list[_Mention], seed: int, keys: list[Key]) -> Iterator[Sequence[Cell]]:
    """Yield the rows of a list in its order, noting the keys of each."""
    rng = random.Random(f"dalil demonstration, {form.key}, {seed}")
    scribe, habit = form.scribe(rng), HABITS[letter]
    for number, mention in enumerate(mentions, 1):
        key = f"{form.prefix}{number:06}"
        episode = mention.episode
        told = tell(episode, mention.blur, habit, rng, full=mention.full)
        keys.append(Key(form.key, key, mention.person.key, episode.key))
        yield scribe.row(key, mention.person, episode, told)


def _texts(rows: Iterator[Sequence[Cell]]) -> Iterator[list[str]]:
    return (list(map(str, row)) for row in rows)
