"""Who is drawn: nobody real, nobody impossible, and the traps that counting must not fall into."""

from __future__ import annotations

from collections import Counter

import yaml
from demo import naming
from demo.days import AS_OF, age_on, day
from demo.naming import name_parts
from demo.people import DISAPPEARED, AgeKnown, Episode, Fate

from unit.demo.conftest import Drawn

# Family names of persons in the two seed documents, in the spellings they may take.
REAL_FAMILIES = {
    *("بلور", "البلور", "نمور", "النمور", "وانلي", "الوانلي", "ونلي", "سنبكي", "السنبكي", "صنبكي", "الصنبكي"),
    *("العلو", "العلاو", "العلاوو", "علاو", "عثمان", "العثمان", "فياض", "الفياض", "الأسد"),
}
REAL_FAMILIES_LATIN = ("ballour", "nimour", "namour", "wanli", "sanbaki", "alaou", "othman", "fayyad", "assad")


def test_no_family_name_of_a_person_in_the_documents_is_ever_drawn() -> None:
    parts = name_parts()

    assert not REAL_FAMILIES & set(parts.family)
    assert not REAL_FAMILIES & set(parts.male)
    for spelling in (form.casefold() for forms in parts.family.values() for form in forms):
        assert not any(real in spelling for real in REAL_FAMILIES_LATIN), spelling


def test_parts_of_names_are_many_and_each_has_two_to_five_spellings() -> None:
    parts = name_parts()

    assert len(parts.male) >= 150
    assert len(parts.female) >= 118
    assert len(parts.family) >= 300
    assert all(2 <= len(forms) <= 5 for part in (parts.given, parts.family) for forms in part.values())


def test_no_part_of_a_name_stands_twice_in_its_file() -> None:
    text = naming._FILE.read_text(encoding="utf-8")
    keys = [line.split(":")[0] for line in text.splitlines() if line.startswith("  ")]

    assert len(keys) == sum(len(parts) for parts in yaml.safe_load(text).values())


def test_what_happens_to_a_person_happens_in_order(drawn: Drawn) -> None:
    for episode in _episodes(drawn):
        if episode.silent_since is not None:
            assert episode.arrested < episode.silent_since
        if episode.noted_on is not None:
            assert max(episode.arrested, episode.silent_since or 0) < episode.noted_on
        if episode.ended_on is not None:
            assert max(episode.arrested, episode.silent_since or 0, episode.noted_on or 0) < episode.ended_on
        assert episode.arrested >= day("2011-03-18")


def test_the_fate_and_the_events_of_an_episode_agree(drawn: Drawn) -> None:
    for episode in _episodes(drawn):
        if episode.fate in DISAPPEARED:
            assert episode.silent_since is not None
            assert AS_OF - max(episode.arrested + 20, episode.silent_since) >= 0
        if episode.fate in {Fate.RELEASED, Fate.ESCAPED, Fate.DIED}:
            assert episode.ended_on is not None
            assert episode.ended_on <= AS_OF


def test_nobody_is_arrested_before_birth_or_as_a_baby(drawn: Drawn) -> None:
    for person in drawn.population.persons:
        for episode in person.episodes:
            assert age_on(person.born, episode.arrested) >= 2


def test_of_those_held_over_kinship_nobody_is_near_seventy_on_the_day_of_the_report(drawn: Drawn) -> None:
    ages = [age_on(p.born, AS_OF) for p in drawn.population.persons if any(e.is_kin for e in p.episodes if e.is_open)]

    assert not {68, 69, 70, 71, 72} & set(ages)


def test_brothers_taken_together_share_father_and_family(drawn: Drawn) -> None:
    homes = Counter(
        (p.father, p.grandfather, p.family, p.mother, e.arrested, e.area)
        for p in drawn.population.persons
        for e in p.episodes
    )

    assert max(homes.values()) >= 3
    assert 0.1 < sum(n for n in homes.values() if n > 1) / len(drawn.population.persons) < 0.5


def test_there_are_second_arrests_late_releases_and_unsure_ones(drawn: Drawn) -> None:
    sizes = drawn.truth.sizes

    assert sizes["persons_with_two_episodes"] >= 15
    assert sizes["arrested_after_the_day"] >= 9
    assert sizes["released_after_the_day"] >= 9
    assert sizes["unsure_releases"] == 2  # 34 and 6 at scale 1, each at one twenty-fifth, rounded


def test_someone_with_two_open_episodes_is_one_person_held(drawn: Drawn) -> None:
    twice = [p for p in drawn.population.persons if sum(e.is_open for e in p.episodes) == 2]
    held = {p.key for p in drawn.population.persons for e in p.episodes if e.is_open and e.party == "syria.state"}

    assert twice
    assert drawn.truth.figures["F14"].value == len(held)


def test_some_speakers_appear_twice_and_some_never_disappear(drawn: Drawn) -> None:
    shown = Counter(appearance.person.key for appearance in drawn.population.appearances)

    assert max(shown.values()) > 1
    assert drawn.truth.figures["F07"].value - 3 == sum(shown.values())
    assert drawn.truth.figures["F08"].value < len(shown)


def test_disappeared_before_the_first_appearance_does_not_count(drawn: Drawn) -> None:
    """Someone already disappeared and then put on the air did not disappear after it (F08)."""
    first: dict[str, int] = {}
    for appearance in drawn.population.appearances:
        first.setdefault(appearance.person.key, appearance.on)
    before = [
        p
        for p in drawn.population.persons
        if p.key in first
        and any(e.is_disappeared and max(e.arrested + 20, e.silent_since or 0) < first[p.key] for e in p.episodes)
    ]

    assert before


def test_ages_are_known_but_for_a_few(drawn: Drawn) -> None:
    known = Counter(p.age_known for p in drawn.population.persons if p.episodes)

    assert 0 < known[AgeKnown.NONE] < 0.002 * known.total()
    assert 0 < known[AgeKnown.ADULT] < 0.003 * known.total()


def _episodes(drawn: Drawn) -> list[Episode]:
    return [episode for person in drawn.population.persons for episode in person.episodes]
