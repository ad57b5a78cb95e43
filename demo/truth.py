"""Counts the truth: every figure of class C over what was drawn, plus the few real persons.

This counts persons as they were drawn, not rows; the tests count again from the rows the lists hold, by other code.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from demo.days import AS_OF, age_on, iso, year_of
from demo.people import DISAPPEARED, AgeKnown, Episode, Fate, Person, Population
from demo.targets import REAL, REAL_UNKNOWN

Cells: TypeAlias = dict[str, dict[str, int]]

ADULT_AT: Final = 18
OVER_70: Final = 71
"""Completed years. "Over 70" is read as older than 70: the 71st birthday has passed. Nobody drawn is near it."""
DAYS_TO_DISAPPEAR: Final = 20
STATUS: Final = {True: "disappeared", False: "detained"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure as the archive must count it.

    Attributes
    ----------
    value, real : int
        What is counted in all, and how much of it are real persons or appearances of the seed documents.
    unknown : int
        Persons of whom nobody can tell whether they count.
    cells : dict
        By dimension; of invented persons only.
    """

    row: str
    unit: str
    value: int
    unknown: int = 0
    real: int = 0
    cells: Cells = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Everything the demonstration's counts are compared with."""

    seed: int
    scale: str
    figures: dict[str, Figure]
    alternatives: dict[str, Figure]
    sizes: dict[str, int]
    rows: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "note": "Invented. Nobody in the demonstration's lists exists; `real` counts what the seed documents add.",
            "seed": self.seed,
            "scale": self.scale,
            "as_of": iso(AS_OF),
            "figures": {row: _plain(figure) for row, figure in self.figures.items()},
            "alternatives": {row: _plain(figure) for row, figure in self.alternatives.items()},
            "sizes": self.sizes,
            "rows": self.rows,
        }

    def write(self, path: Path) -> None:
        """Write it as JSON, the same bytes for the same truth."""
        path.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_truth(path: Path) -> Truth:
    """Read what `Truth.write` wrote."""
    said = json.loads(path.read_text(encoding="utf-8"))
    figures, alternatives = (
        {name: Figure(row=name.split(",")[0], **figure) for name, figure in said[each].items()}
        for each in ("figures", "alternatives")
    )
    plain = {name: said[name] for name in ("seed", "scale", "sizes", "rows")}
    return Truth(figures=figures, alternatives=alternatives, **plain)


def _plain(figure: Figure) -> dict[str, Any]:
    plain: dict[str, Any] = {"unit": figure.unit, "value": figure.value, "real": figure.real, "unknown": figure.unknown}
    if figure.cells:
        plain["cells"] = figure.cells
    return plain


def count_truth(population: Population, *, seed: int, scale: float, rows: dict[str, int]) -> Truth:
    """Count every figure."""
    held = _Cohort(population.persons, lambda e: e.is_kin and e.is_open and e.party == "syria.state")
    released = _Cohort(population.persons, _is_released_kin, without=held.keys)
    figures = [
        _strikes(population),
        *_appearances(population),
        _kin_held(held, n_unsure=_n_unsure(population, kin=True)),
        *_age_groups(("F11", "F12", "F13"), held, at="arrest"),
        *_held_by_state(population),
        _kin_released(released, n_unsure=_n_unsure(population, kin=True)),
        *_age_groups(("F16", "F17"), released, at="arrest"),
        _all_disappeared(population),
    ]
    alternatives = [
        *_age_groups(("F11", "F12", "F13"), held, at="as_of"),
        *_age_groups(("F16", "F17"), released, at="as_of"),
    ]
    # F13 is counted on the day of the report and F11, F12, F16, F17 at the arrest; the alternatives are the other way.
    by_row = {figure.row: figure for figure in figures}
    other = {figure.row: figure for figure in alternatives}
    by_row["F13"], other["F13"] = other["F13"], by_row["F13"]
    return Truth(
        seed=seed,
        scale=str(scale),
        figures=dict(sorted(by_row.items())),
        alternatives={f"{row}, age at the {'arrest' if row == 'F13' else 'as-of day'}": f for row, f in other.items()},
        sizes=_sizes(population),
        rows=rows,
    )


def _figure(row: str, unit: str, value: int, *, unknown: int = 0, cells: Cells | None = None) -> Figure:
    real = REAL.get(row, 0)
    unknown += REAL_UNKNOWN.get(row, 0)
    return Figure(row=row, unit=unit, value=value + real, unknown=unknown, real=real, cells=cells or {})


# --- who counts -------------------------------------------------------------------------------------------------------
class _Cohort:
    """Persons with an episode that fits, each with the last such episode."""

    def __init__(
        self, persons: Iterable[Person], fits: Callable[[Episode], bool], without: frozenset[str] = frozenset()
    ) -> None:
        self.members: list[tuple[Person, Episode]] = []
        for person in persons:
            found = [episode for episode in person.episodes if fits(episode)]
            if found and person.key not in without:
                self.members.append((person, max(found, key=lambda episode: episode.arrested)))
        self.keys = frozenset(person.key for person, _ in self.members)

    def __len__(self) -> int:
        return len(self.members)

    def by(self, name: Callable[[Person, Episode], str]) -> dict[str, int]:
        return dict(sorted(Counter(name(person, episode) for person, episode in self.members).items()))


def _is_released_kin(episode: Episode) -> bool:
    free = episode.fate is Fate.RELEASED and episode.ended_on is not None and episode.ended_on <= AS_OF
    return free and episode.is_kin and episode.party == "syria.state"


def _n_unsure(population: Population, *, kin: bool) -> int:
    return sum(e.fate is Fate.UNSURE and (e.is_kin or not kin) for p in population.persons for e in p.episodes)


# --- figures ----------------------------------------------------------------------------------------------------------
def _strikes(population: Population) -> Figure:
    cells = {"party": dict(sorted(Counter(strike.party for strike in population.strikes).items()))}
    return _figure("F04", "attack", len(population.strikes), cells=cells)


def _appearances(population: Population) -> list[Figure]:
    first: dict[str, tuple[int, Person]] = {}
    for appearance in population.appearances:  # in order of date
        first.setdefault(appearance.person.key, (appearance.on, appearance.person))
    gone = {key for key, (on, person) in first.items() if any(_began(e) > on for e in person.episodes)}
    dead = {death.person.key for death in population.deaths if death.grade in {"G3", "G4"}}
    cells = {"speaker_basis": dict(sorted(Counter(a.basis for a in population.appearances).items()))}
    return [
        _figure("F07", "appearance", len(population.appearances), cells=cells),
        _figure("F08", "person", len(gone)),
        _figure("F09", "person", len(gone & dead)),
    ]


def _began(episode: Episode) -> int:
    """Return the day an episode became a disappearance; 0 if it never did."""
    if episode.silent_since is None or episode.fate not in {*DISAPPEARED, Fate.DIED}:
        return 0
    return max(episode.arrested + DAYS_TO_DISAPPEAR, episode.silent_since)


def _kin_held(held: _Cohort, *, n_unsure: int) -> Figure:
    cells: Cells = {
        "status": held.by(lambda _, e: STATUS[e.is_disappeared]),
        "sex": held.by(lambda p, _: p.sex),
        "governorate": held.by(lambda _, e: e.governorate),
        "year_of_arrest": held.by(lambda _, e: str(year_of(e.arrested))),
    }
    return _figure("F10", "person", len(held), unknown=n_unsure, cells=cells)


def _kin_released(released: _Cohort, *, n_unsure: int) -> Figure:
    cells: Cells = {"sex": released.by(lambda p, _: p.sex), "governorate": released.by(lambda _, e: e.governorate)}
    return _figure("F15", "person", len(released), unknown=n_unsure, cells=cells)


def _age_groups(rows: tuple[str, ...], cohort: _Cohort, *, at: str) -> list[Figure]:
    """Count children, adult women and, for a third row, those over 70, at the arrest or on the day of the report."""
    children = women = old = ageless = old_unknown = women_unknown = 0
    for person, episode in cohort.members:
        if person.age_known is not AgeKnown.FULL:
            old_unknown += 1
            ageless += person.age_known is AgeKnown.NONE
            women += person.sex == "female" and person.age_known is AgeKnown.ADULT
            women_unknown += person.sex == "female" and person.age_known is AgeKnown.NONE
            continue
        age = age_on(person.born, episode.arrested if at == "arrest" else AS_OF)
        children += age < ADULT_AT
        women += person.sex == "female" and age >= ADULT_AT
        old += age >= OVER_70
    counted = zip(rows, (children, women, old), (ageless, women_unknown, old_unknown), strict=False)
    return [_figure(row, "person", n, unknown=unknown) for row, n, unknown in counted]


def _held_by_state(population: Population) -> list[Figure]:
    held = _Cohort(population.persons, lambda e: e.is_open and e.party == "syria.state")
    gone = _Cohort(population.persons, lambda e: e.is_disappeared and e.party == "syria.state")
    n_unsure = _n_unsure(population, kin=False)
    n_over = sum(episode.fate is Fate.SENTENCE_OVER for _, episode in held.members)
    cells: Cells = {
        "status": {"detained": len(held) - len(gone), "disappeared": len(gone)},
        "sex": held.by(lambda p, _: p.sex),
        "governorate": held.by(lambda _, e: e.governorate),
    }
    known = {"status": {"sentence_expired_still_held": n_over}}
    return [
        _figure("F14", "person", len(held), unknown=n_unsure, cells=cells),
        _figure("F20", "person", len(held) - len(gone), unknown=n_unsure, cells=known),
    ]


def _all_disappeared(population: Population) -> Figure:
    gone = _Cohort(population.persons, lambda e: e.is_disappeared)
    return _figure("F19", "person", len(gone), cells={"party": gone.by(lambda _, e: e.party)})


def _sizes(population: Population) -> dict[str, int]:
    episodes = [episode for person in population.persons for episode in person.episodes]
    return {
        "persons": len(population.persons),
        "episodes": len(episodes),
        "persons_with_two_episodes": sum(len(person.episodes) == 2 for person in population.persons),
        "unsure_releases": _n_unsure(population, kin=False),
        "arrested_after_the_day": sum(episode.arrested > AS_OF for episode in episodes),
        "released_after_the_day": sum(episode.is_released_after for episode in episodes),
        "speakers": len({appearance.person.key for appearance in population.appearances}),
        "deaths_under_torture": len(population.deaths),
    }
