"""The mappings fit their lists, and what the archive reads from the rows adds up to the truth."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from demo.wording import RELATIONS

from dalil.intake.mapping import Mapping, load_mapping
from dalil.intake.readers import open_sheet
from dalil.intake.row_outcomes import AcceptedRow
from dalil.intake.rows import compile_rows
from dalil.records.status import EpisodeEvent, Status, fold_status
from dalil.records.status_rules import rules_for
from dalil.values.dates import parse_edtf
from dalil.vocabulary import Vocabulary, load_vocabulary
from unit.demo.conftest import Drawn

MAPPINGS = Path(__file__).parents[3] / "demo" / "mappings"
LISTS = {
    "list-a": "list-a.csv",
    "list-b": "list-b.xlsx",
    "list-c": "list-c.tsv",
    "list-d": "list-d.jsonl",
    "list-e": "list-e.ods",
    "broadcasts": "broadcasts.csv",
    "strikes": "strikes.csv",
    "deaths": "deaths.csv",
}
HELD = {
    *("detained", "detained_acknowledged", "detained_incommunicado", "located", "charged", "tried", "sentenced"),
    *("sentence_expired_still_held", "disappeared"),
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="module")
def rows(drawn: Drawn, vocabulary: Vocabulary) -> dict[str, list[AcceptedRow]]:
    """Every row of every list as its mapping makes it an account; a refused row fails here."""
    return {name: _accepted(drawn.folder / file, name, vocabulary) for name, file in LISTS.items()}


def test_every_row_of_every_list_is_taken_without_a_warning(drawn: Drawn, rows: dict[str, list[AcceptedRow]]) -> None:
    assert {name: len(taken) for name, taken in rows.items()} == drawn.truth.rows
    assert [row.warnings for taken in rows.values() for row in taken if row.warnings] == []


@pytest.mark.parametrize("name", LISTS)
def test_every_source_says_twice_that_it_is_invented(name: str, vocabulary: Vocabulary) -> None:
    source = _mapping(name, vocabulary).source

    assert (source["key"], source["kind"], source["synthetic"]) == (name, "synthetic", True)
    assert "(demonstration)" in str(source["title"])
    assert source["publisher"] == "dalil demonstration"


def test_kin_is_said_of_an_unnamed_relative_because_of_whom_someone_is_held(
    rows: dict[str, list[AcceptedRow]],
) -> None:
    kin = {relation.kin for relation in RELATIONS.values()}
    for name in ("list-a", "list-d"):
        said = [s for row in rows[name] for s in row.statements if s["predicate"] == "reason"]
        over_kinship = [s["value"] for s in said if _part(s["value"], "reason") == "kinship"]

        assert over_kinship
        assert all(_part(value, "because_of") == "p2" for value in over_kinship)
        relations = {_part(s["value"], "relation") for r in rows[name] for s in r.statements if s["predicate"] == "kin"}
        assert relations <= kin
        assert len(relations) > 5


def test_list_c_names_some_relatives_by_no_name(rows: dict[str, list[AcceptedRow]]) -> None:
    unnamed = [row for row in rows["list-c"] if any(s["predicate"] == "unnamed" for s in row.statements)]

    assert 3 < len(unnamed) < 0.03 * len(rows["list-c"])


def test_the_statuses_the_archive_folds_are_those_that_were_drawn(
    drawn: Drawn, rows: dict[str, list[AcceptedRow]], vocabulary: Vocabulary
) -> None:
    read = _Read(drawn.folder, rows, vocabulary)
    status = read.statuses(vocabulary)
    persons: dict[str, set[str]] = defaultdict(set)
    unsure: set[str] = set()
    for key, found in status.items():
        by_state = read.holders[key] <= vocabulary.within("parties", "syria.state")
        if not found.certain:
            unsure.add(read.person_of[key])
        elif found.code == "disappeared":
            persons["F19"].add(read.person_of[key])
        if by_state and found.certain and found.code in HELD:
            persons["F14"].add(read.person_of[key])
            if "kinship" in read.reasons[key]:
                persons["F10"].add(read.person_of[key])
        if by_state and found.certain and found.code == "released" and "kinship" in read.reasons[key]:
            persons["F15"].add(read.person_of[key])
    figures = drawn.truth.figures

    assert len(persons["F10"]) == figures["F10"].value
    assert len(persons["F14"]) == figures["F14"].value
    assert len(persons["F15"] - persons["F10"]) == figures["F15"].value - figures["F15"].real
    assert len(persons["F19"]) == figures["F19"].value
    assert len(unsure) == figures["F14"].unknown
    expired = {read.person_of[key] for key, s in status.items() if s.code == "sentence_expired_still_held"}
    assert {"sentence_expired_still_held": len(expired)} == figures["F20"].cells["status"]


def test_who_disappeared_after_a_first_appearance_is_certain(
    drawn: Drawn, rows: dict[str, list[AcceptedRow]], vocabulary: Vocabulary
) -> None:
    read = _Read(drawn.folder, rows, vocabulary)
    status = read.statuses(vocabulary)
    after: set[str] = set()
    for key, person in read.person_of.items():
        began = status[key].disappeared
        if person not in read.first_shown or began is None:
            continue
        assert began.lo is not None
        assert began.hi is not None
        shown = read.first_shown[person]
        assert began.hi <= shown or began.lo > shown, "it is in doubt on which side of the appearance it began"
        if began.lo > shown:
            after.add(person)

    assert len(after) == drawn.truth.figures["F08"].value


def test_all_rows_of_an_episode_name_one_governorate_and_meet_in_one_year_of_arrest(
    drawn: Drawn, rows: dict[str, list[AcceptedRow]], vocabulary: Vocabulary
) -> None:
    read = _Read(drawn.folder, rows, vocabulary)

    assert all(len(places) == 1 for places in read.places.values())
    years = Counter(len({year for lo, hi in arrests for year in (lo[:4], hi[:4])}) for arrests in read.arrests.values())
    assert set(years) == {1}


def test_the_strikes_are_on_one_facility_by_two_parties(rows: dict[str, list[AcceptedRow]]) -> None:
    statements = [s for row in rows["strikes"] for s in row.statements]
    parties = Counter(_part(s["value"], "party") for s in statements if s["predicate"] == "attribution")

    assert parties == {"syria.state": 14, "syria.russia": 9}
    assert {str(_part(s["value"], "means")).split(".")[0] for s in statements if s["predicate"] == "event"} == {"air"}


# --- what the archive reads -------------------------------------------------------------------------------------------
@dataclass
class _Read:
    """What the statements of all rows say, joined by the generator's keys."""

    folder: Path
    rows: dict[str, list[AcceptedRow]]
    vocabulary: Vocabulary
    events: dict[str, list[EpisodeEvent]] = field(default_factory=lambda: defaultdict(list))
    arrests: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    holders: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    reasons: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    places: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    person_of: dict[str, str] = field(default_factory=dict)
    first_shown: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with (self.folder / "keys.csv").open(encoding="utf-8", newline="") as file:
            keys = {(key["list"], key["row_key"]): key for key in csv.DictReader(file)}
        for name, taken in self.rows.items():
            published = parse_edtf(str(_mapping(name, self.vocabulary).source["published"])).hi
            for row in taken:
                key = keys[name, row.key]
                for statement in row.statements:
                    self._hear(key, str(statement["predicate"]), statement["value"], published)

    def _hear(self, key: dict[str, str], predicate: str, value: object, published: int | None) -> None:
        episode = key["episode_key"]
        on = _part(value, "on")
        date = None if on is None else parse_edtf(str(on))
        if predicate == "episode_event":
            self.person_of[episode] = key["person_key"]
            place = _part(value, "place")
            event = EpisodeEvent(
                id=len(self.events[episode]),
                event=str(_part(value, "event")),
                lo=date.lo if date else None,
                hi=date.hi if date else None,
                published=published,
                placed=place is not None,
            )
            self.events[episode].append(event)
            if place is not None:
                self.places[episode].add(str(place))
            if event.event in {"arrested", "abducted"} and date is not None:
                self.arrests[episode].append((date.edtf[:10], date.edtf[-10:] if "/" in date.edtf else date.edtf))
        elif predicate == "held_by":
            self.holders[episode].add(str(_part(value, "party")))
        elif predicate == "reason":
            self.reasons[episode].add(str(_part(value, "reason")))
        elif predicate == "appearance" and date is not None and date.lo is not None:
            first = self.first_shown.get(key["person_key"], date.lo)
            self.first_shown[key["person_key"]] = min(first, date.lo)

    def statuses(self, vocabulary: Vocabulary) -> dict[str, Status]:
        """Return the status of every episode on the day of the report."""
        rules = rules_for(vocabulary, vocabulary.methods["snhr-20d"])
        as_of = parse_edtf("2021-05-21").lo
        assert as_of is not None
        return {key: fold_status(events, as_of=as_of, rules=rules) for key, events in self.events.items()}


def _part(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _mapping(name: str, vocabulary: Vocabulary) -> Mapping:
    return load_mapping(MAPPINGS / f"{name}.yaml", vocabulary)


def _accepted(path: Path, name: str, vocabulary: Vocabulary) -> list[AcceptedRow]:
    mapping = _mapping(name, vocabulary)
    sheet = open_sheet(path, mapping.reader)
    compiler = compile_rows(mapping, sheet.columns, vocabulary)
    taken: list[AcceptedRow] = []
    for row in sheet.rows():
        account = compiler.account(row.number, row.cells)
        assert isinstance(account, AcceptedRow), account
        taken.append(account)
    return taken
