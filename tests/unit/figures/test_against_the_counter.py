"""Counting in DuckDB against the slow counter, over random archives made through the ordinary door."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from conftest import new_archive
from dalil.archive import Archive
from dalil.figures import FigureRun
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.values.dates import parse_edtf
from dalil.values.digests import digest_of_lines
from dalil.values.ids import format_subject
from reference.counter import Tally, count, read_tables

DEMONSTRATION: Final = Path(__file__).parents[3] / "demo" / "figures"
FIGURES: Final = ("F07", "F08", "F10", "F14-held", "F15", "F19", "F20", "everyone", "free-again")
SEEDS: Final = range(3)
N_PERSONS: Final = 60

EVERYONE: Final = """
format: dalil-figure/1
name: everyone
title: {en: Everyone not surely at home, ar: كل من ليس في بيته يقيناً}
text: {en: Conditions nested in every way., ar: شروط متداخلة.}
unit: episode
class: documented_named
base: episodes
method: icpped-0d
as_of: "2016-01-01"
where:
  - any:
      - not: {party: {within: [syria.isis]}}
      - all:
          - place: {within: [SY02]}
          - age: {at_least: 30, at: as_of}
    as: place or party
  - not: {status: {is: [released]}}
  - age: {under: 60, at: arrest, if_unknown: counted}
dimensions:
  sex: {by: sex}
  status: {by: status}
  place:
    cells:
      aleppo: {place: {within: [SY02]}}
      damascus: {any: [place: {within: [SY01]}, place: {within: [SY03]}]}
"""
FREE_AGAIN: Final = """
format: dalil-figure/1
name: free-again
title: {en: Free again, ar: أحرار}
text: {en: Persons held once and nowhere now., ar: من احتُجزوا ولم يعودوا محتجزين.}
unit: person
class: documented_named
base: episodes
method: snhr-20d
as_of: "2016-01-01"
where:
  - arrested: {to: as_of}
  - nowhere_held: true
dimensions:
  governorate: {by: governorate, overlap: true}
  reason: {by: reason, overlap: true}
  year: {by: year_of_arrest, overlap: true}
"""

DATES: Final = (
    "2012",
    "2013",
    "2013-05",
    "2013-05-02",
    "2013-05-20",
    "2014-02",
    "2014-02-11",
    "2015/2017",
    "2016",
    "2017-03-03",
)
EVENTS: Final = (
    *("no_information", "denied", "no_information", "denied", "released", "released", "located", "sentenced"),
    *("information_received", "death_notice", "body_returned", "sentence_expired", "moved_back_to_disappeared"),
)
Body = dict[str, Any]


class Draw:
    """Draws accounts: rows of invented lists, with everything that makes counting hard."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(f"archive {seed}")

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def date(self) -> str:
        return self.chance.choice(DATES)

    def account(self, source: int, order: int) -> Body:
        """Return an account of one detention, perhaps with an appearance."""
        chance, said = self.chance, list[Body]()
        said.append({"subject": "d1", "predicate": "detainee", "value": {"person": "p1"}})
        arrest = {"event": "arrested", **({"on": self.date()} if self.maybe(0.85) else {})}
        if self.maybe(0.7):
            arrest["place"] = chance.choice(("SY01", "SY02", "SY030200", "SY03", "unknown"))
        if self.maybe(0.95):
            said.append({"subject": "d1", "predicate": "episode_event", "value": arrest})
        if self.maybe(0.9):
            party = chance.choice(
                ("syria.state", "syria.state", "syria.state.intelligence", "syria.isis", "unidentified")
            )
            said.append({"subject": "d1", "predicate": "held_by", "value": {"party": party}})
        for _ in range(chance.choice((0, 1, 1, 2))):
            reason = chance.choice(("kinship", "kinship", "protest", "unknown"))
            said.append({"subject": "d1", "predicate": "reason", "value": {"reason": reason}})
        for _ in range(chance.choice((0, 1, 2, 2, 3))):
            event = {"event": chance.choice(EVENTS), **({"on": self.date()} if self.maybe(0.8) else {})}
            dated = {} if "on" in event or self.maybe(0.5) else {"when": self.date()}
            said.append({"subject": "d1", "predicate": "episode_event", "value": event, **dated})
        self._person(said, arrest.get("on"))
        if self.maybe(0.25):
            on = {"on": self.date()} if self.maybe(0.8) else {}
            basis = {"speaker_basis": chance.choice(("detainee", "other", "unknown", "relative_of_activist"))}
            value = {"speaker": "p1", "speech": chance.choice(("coerced", "coerced", "free")), **basis, **on}
            said.append({"subject": "ap1", "predicate": "appearance", "value": value})
        for statement in said:
            self._spoil(statement)
        kinds = {"p1": "person", "d1": "episode", "ap1": "appearance"}
        used = {s["subject"] for s in said} | {"p1"}
        return {
            "source": source,
            "language": "en",
            "subjects": [[local, kind] for local, kind in kinds.items() if local in used],
            "statements": said,
            "row": {"load": f"load-{order % 7}", "key": str(order), "number": order, "digest": f"{order:064x}"},
        }

    def _person(self, said: list[Body], arrested: str | None) -> None:
        chance = self.chance
        if self.maybe(0.8):
            said.append({"subject": "p1", "predicate": "sex", "value": chance.choice(("male", "female", "unknown"))})
        at = {"at": arrested} if arrested and self.maybe(0.8) else {"at": self.date()} if self.maybe(0.7) else {}
        match chance.randrange(4):
            case 0:
                born = chance.choice(("1939", "1940-03", "1996-05-03", "1995-05-02", "1970"))
                said.append({"subject": "p1", "predicate": "birth", "value": born})
            case 1:
                years = chance.choice((15, 17, 18, 30, 70, 71))
                said.append({"subject": "p1", "predicate": "age", "value": {"years": years, **at}})
            case 2:
                age_class = chance.choice(("child", "adult", "elderly", "unknown"))
                said.append({"subject": "p1", "predicate": "age_class", "value": {"class": age_class, **at}})

    def _spoil(self, statement: Body) -> None:
        """Make a few statements ones that do not count for their content."""
        if self.maybe(0.03):
            statement["polarity"] = "denies"
        elif self.maybe(0.03):
            statement["speech"] = "coerced"
        elif self.maybe(0.03):
            statement["role"] = "claim_to_rebut"


def build(folder: Path, seed: int) -> Archive:
    """Make a random archive: four sources, two or three rows a person, judged in part, some withdrawn or rejected."""
    archive, draw = new_archive(folder), Draw(seed)
    chance = draw.chance

    def record(kind: Kind, *bodies: Body) -> int:
        return archive.ledger.append([Draft(kind, body) for body in bodies], by=archive.actor()).first

    sources = [
        record(
            Kind.SOURCE,
            {"key": f"s{n}", "kind": "synthetic", "language": "en", "synthetic": True, "title": "t", **said},
        )
        for n, said in enumerate(({}, {"published": "2015-06"}, {"published": "2016"}, {"published": "2021-05-20"}))
    ]
    n_rows = N_PERSONS * 5 // 2
    first = record(Kind.ACCOUNT, *(draw.account(chance.choice(sources), n) for n in range(n_rows)))
    judgements = []
    for person in range(N_PERSONS):
        rows = [first + person, *(first + N_PERSONS + n for n in range(n_rows - N_PERSONS) if n % N_PERSONS == person)]
        if len(rows) > 1 and draw.maybe(0.8):
            sets = [["person", [f"{row}.0" for row in rows]]]
            if draw.maybe(0.7):
                sets.append(["episode", [f"{row}.1" for row in rows]])
            judgements.append({"verdict": "same", "sets": sets, "basis": "human"})
    record(Kind.JUDGEMENT, *judgements)
    record(Kind.DECISION, {"decision": "withdraw", "load": "load-3", "reason": "invented"})
    for row in chance.sample(range(first, first + n_rows), 5):
        record(Kind.DECISION, {"decision": "reject", "statement": f"{row}.1", "reason": "invented"})
    (archive.path / "hand" / "figures" / "everyone.yaml").write_text(EVERYONE, encoding="utf-8")
    (archive.path / "hand" / "figures" / "free-again.yaml").write_text(FREE_AGAIN, encoding="utf-8")
    for name in ("F07", "F08", "F10", "F14-held", "F15", "F19", "F20"):
        text = (DEMONSTRATION / f"{name}.yaml").read_text(encoding="utf-8")
        (archive.path / "hand" / "figures" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return archive


Rows = dict[str, list[Mapping[str, Any]]]


@pytest.fixture(scope="module", params=SEEDS)
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, Rows]]:
    archive = build(tmp_path_factory.mktemp("random") / "archive", request.param)
    yield archive, read_tables(archive.engine, archive.derived_rows.tables)
    archive.figures.close()
    archive.close()


def check_same(run: FigureRun, tally: Tally) -> None:
    """Compare everything that both ways of counting say."""
    assert run.members == [format_subject(member) for member in sorted(tally.members)]
    assert run.value == tally.value == run.n_members
    assert sum(run.unknowns.values()) == len(tally.unknown)
    assert sum(run.exclusions.values()) == len(tally.left_out)
    assert run.members_digest == digest_of_lines(run.members)
    counted = {(cell.dimension, cell.cell): (cell.value, cell.unknown) for cell in run.cells}
    expected = {cell: (len(tally.cells[cell]), len(tally.open_cells[cell])) for cell in {*counted, *tally.cells}}
    assert counted == expected
    for dimension, cell in counted:
        members = [format_subject(member) for member in sorted(tally.cells[dimension, cell])]
        assert run.members_of(dimension, cell) == members


@pytest.mark.parametrize("as_of", ["2013-05-10", "2016-01-01", "2021-05-21"])
@pytest.mark.parametrize("name", FIGURES)
def test_both_ways_of_counting_agree_on_everything(drawn: tuple[Archive, Rows], name: str, as_of: str) -> None:
    archive, rows = drawn
    figures, size, day = archive.figures, archive.ledger.size, parse_edtf(as_of).lo
    assert day is not None
    for known_by in (size, size - 40, size - 100):
        run, definition = figures.run(name, as_of=as_of, known_by=known_by), figures.definition(name)
        check_same(
            run, count(rows, definition, archive.vocabulary, as_of=day, known_by=known_by, find=figures.definition)
        )


def test_both_ways_of_counting_leave_out_whoever_refused(tmp_path: Path) -> None:
    archive = build(tmp_path / "archive", 1)
    before, chance = archive.ledger.size, random.Random("refusals")
    rows = read_tables(archive.engine, archive.derived_rows.tables)
    persons = sorted({row["person"] for row in rows["episodes"]})
    refused = chance.sample(persons, len(persons) // 4)
    drafts = [Draft(Kind.CONSENT, refusal(mention)) for mention in refused]
    archive.ledger.append(drafts, by=archive.actor())
    n_left_out = 0
    for name in FIGURES:
        definition = archive.figures.definition(name)
        for known_by, no in ((before, []), (archive.ledger.size, refused)):
            run = archive.figures.run(name, as_of="2016-01-01", known_by=known_by)
            day = parse_edtf("2016-01-01").lo
            assert day is not None
            find = archive.figures.definition
            said: dict[str, Any] = {"as_of": day, "known_by": known_by, "find": find, "refused": no}
            check_same(run, count(rows, definition, archive.vocabulary, **said))
            n_left_out += run.exclusions.get("refused", 0)
    assert n_left_out > 20
    archive.close()


def refusal(mention: int) -> Body:
    return {
        "subject": format_subject(mention),
        "giver": "self",
        "given": "2020-05-10",
        "how": "written",
        "answers": {"aggregate": "no"},
    }
