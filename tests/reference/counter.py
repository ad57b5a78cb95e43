"""Counts figures the slow way: plain lists of rows, loops and dictionaries, no SQL and no DuckDB.

It was written from ``docs/explanation/counting.md``, not from the room it is compared with, and shares with it only the
definition as read and the fold of one episode's events, which tests compare with every possible course of events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Engine, Table, select

from dalil.figures import conditions as c
from dalil.figures.definitions import By, Cells, Counted, Definition
from dalil.records.status import EpisodeEvent, Status, fold_status
from dalil.records.status_rules import StatusRules, rules_for
from dalil.values.dates import day_number
from dalil.vocabulary.vocabulary import Vocabulary

Row = Mapping[str, Any]
Truth = bool | None
"""True, false, or None: nobody can tell."""
FAR = 10**9


@dataclass(slots=True)
class Tally:
    """What a figure comes to."""

    members: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)
    cells: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    open_cells: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def value(self) -> int:
        """How many members."""
        return len(self.members)


def read_tables(engine: Engine, tables: Mapping[str, Table]) -> dict[str, list[Row]]:
    """Return every derived row, as a mapping by column."""
    with engine.connect() as connection:
        return {
            name: [dict(row) for row in connection.execute(select(table)).mappings()] for name, table in tables.items()
        }


def every(values: Iterable[Truth]) -> Truth:
    """Return whether all are true: false if one is false, unknown if one might be."""
    found = list(values)
    return False if False in found else None if None in found else True


def some(values: Iterable[Truth]) -> Truth:
    """Return whether any is true: unknown if none is and one might be."""
    found = list(values)
    return True if True in found else None if None in found else False


def opposite(value: Truth) -> Truth:
    """Return the opposite; unknown stays unknown."""
    return None if value is None else not value


class Archive:
    """Derived rows as known by one size of the ledger, every mention replaced by its identity."""

    def __init__(self, tables: Mapping[str, Sequence[Row]], vocabulary: Vocabulary, known_by: int) -> None:
        self.vocabulary, self.known_by = vocabulary, known_by
        self.tables = {name: [row for row in rows if self._is_known(row)] for name, rows in tables.items()}
        self.identity = {row["subject"]: row["identity"] for row in self.tables["memberships"]}
        sources = {row["id"]: row for row in self.tables["sources"]}
        self.source_of = {row["id"]: sources.get(row["source"]) for row in self.tables["accounts"]}

    def _is_known(self, row: Row) -> bool:
        if "since" not in row:
            return True
        return bool(row["since"] < self.known_by and (row["until"] is None or row["until"] >= self.known_by))

    def who(self, mention: int | None) -> int | None:
        """Return the identity of a mention."""
        return None if mention is None else self.identity.get(mention, mention)

    def source(self, row: Row) -> Row:
        """Return the source that a row comes from."""
        return self.source_of.get(row["id"] >> 12) or {}

    def by_subject(self, table: str) -> dict[int, list[Row]]:
        """Return the rows of a table by the identity they are about."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.tables[table]:
            found[self.who(row["subject"]) or 0].append(row)
        return found

    @cached_property
    def holders(self) -> dict[int, list[Row]]:
        return self.by_subject("holders")

    @cached_property
    def reasons(self) -> dict[int, list[Row]]:
        return self.by_subject("reasons")

    @cached_property
    def events(self) -> dict[int, list[Row]]:
        return self.by_subject("episode_events")

    @cached_property
    def appearances(self) -> dict[int, list[Row]]:
        return self.by_subject("appearances")

    @cached_property
    def detainees(self) -> set[tuple[int, int]]:
        """Every episode with every person that a source says was held in it."""
        return {(self.who(row["subject"]) or 0, self.who(row["person"]) or 0) for row in self.tables["episodes"]}

    @cached_property
    def episodes_of(self) -> dict[int, list[int]]:
        """The episodes of each person."""
        found: dict[int, list[int]] = defaultdict(list)
        for episode, person in sorted(self.detainees):
            found[person].append(episode)
        return found

    def free(self, predicate: str) -> dict[int, list[Row]]:
        """Return what is freely asserted by a predicate with one value (or an age), by identity."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.tables["statements"]:
            asserted = row["polarity"] in (None, "asserts") and row["role"] != "claim_to_rebut"
            if row["predicate"] == predicate and asserted and row["speech"] != "coerced":
                found[self.who(row["subject"]) or 0].append(row)
        return found

    @cached_property
    def sexes(self) -> dict[int, str]:
        """The sex of everyone about whose sex sources agree."""
        said = {
            person: {row["value"] for row in rows if row["value"] != "unknown"}
            for person, rows in self.free("sex").items()
        }
        return {person: next(iter(values)) for person, values in said.items() if len(values) == 1}

    @cached_property
    def births(self) -> dict[int, list[tuple[int, int]]]:
        """The bounds that each statement of birth, age or age class puts on a person's day of birth."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for predicate in ("birth", "age"):
            for person, rows in self.free(predicate).items():
                found[person] += [(_lo(row["lo"]), _hi(row["hi"])) for row in rows]
        for person, rows in self.by_subject("age_classes").items():
            for row in rows:
                if row["at_lo"] is None or row["at_hi"] is None:
                    continue
                least, most = self.class_years(row["class"])
                after = -FAR if most is None else years_earlier(row["at_lo"], most + 1) + 1
                found[person].append((after, FAR if not least else years_earlier(row["at_hi"], least)))
        return found

    def class_years(self, code: str) -> tuple[int | None, int | None]:
        """Return the least and the most years of an age class."""
        term = self.vocabulary.term("age_classes", code)
        least, most = term.property("from_years"), term.property("to_years")
        return (None if least is None else int(least)), (None if most is None else int(most))


def years_earlier(day: int, years: int) -> int:
    """Return the same day so many years earlier; 29 February becomes the 28th."""
    then = date.fromordinal(day + date(1970, 1, 1).toordinal())
    last = 28 if (then.month, then.day) == (2, 29) else then.day
    return day_number(then.year - years, then.month, last)


def years_lived(born: int, on: int) -> int:
    """Return completed years."""
    a, b = (date.fromordinal(day + date(1970, 1, 1).toordinal()) for day in (born, on))
    return b.year - a.year - ((b.month, b.day) < (a.month, a.day))


def meet(bounds: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return where intervals meet, else the span of those that do not all agree."""
    latest, earliest = max(lo for lo, _ in bounds), min(hi for _, hi in bounds)
    if latest <= earliest:
        return latest, earliest
    sides = [(lo, hi) for lo, hi in bounds if lo > earliest or hi < latest]
    return min(lo for lo, _ in sides), max(hi for _, hi in sides)


def _lo(day: int | None) -> int:
    return -FAR if day is None else day


def _hi(day: int | None) -> int:
    return FAR if day is None else day


class Counter:
    """Counts one definition over one archive."""

    def __init__(self, archive: Archive, definition: Definition, as_of: int) -> None:
        assert isinstance(definition.recipe, Counted)
        self.archive, self.recipe, self.as_of = archive, definition.recipe, as_of
        self.method = definition.method
        self._statuses: dict[int, Status] = {}

    def count(self, except_: frozenset[int] = frozenset(), refused: frozenset[int] = frozenset()) -> Tally:
        """Judge every record, then gather what was found by member."""
        verdicts: dict[int, list[tuple[Truth, tuple[int, int | None]]]] = defaultdict(list)
        for key, person in sorted(self._records(), key=str):
            member = self._member(key, person)
            if member is None:
                continue
            verdict = every(self._holds(clause.condition, key, person) for clause in self.recipe.where)
            out = member in except_ or not refused.isdisjoint({member, key, person})
            verdicts[member].append((False if out else verdict, (key, person)))
        tally = Tally()
        for member, found in verdicts.items():
            outcome = some(verdict for verdict, _ in found)
            (tally.members if outcome else tally.unknown if outcome is None else tally.left_out).add(member)
            self._fill_cells(tally, member, [record for verdict, record in found if verdict])
        return tally

    def _records(self) -> set[tuple[int, int | None]]:
        if self.recipe.base.kind == "episodes":
            return {(episode, person) for episode, person in self.archive.detainees}
        rows = self.archive.appearances
        return {(key, self.archive.who(row["speaker"])) for key, told in rows.items() for row in told}

    def _member(self, key: int, person: int | None) -> int | None:
        return person if self.recipe.member in ("person", "speaker") else key

    # --- cells ------------------------------------------------------------------------------------------------------
    def _fill_cells(self, tally: Tally, member: int, records: Sequence[tuple[int, int | None]]) -> None:
        if not records:
            return
        for dimension in self.recipe.dimensions:
            match dimension:
                case Cells(name=name, cells=cells):
                    for cell, condition in cells.items():
                        inside = some(self._holds(condition, *record) for record in records)
                        if inside is not False:
                            (tally.cells if inside else tally.open_cells)[name, cell].add(member)
                case By(name=name):
                    values = {value for record in records for value in self._values(dimension, *record)}
                    for value in values or {"unknown"}:
                        tally.cells[name, value].add(member)

    def _values(self, dimension: By, key: int, person: int | None) -> set[str]:
        archive = self.archive
        if dimension.attribute == "sex":
            return {archive.sexes[person]} if person in archive.sexes else set()
        if dimension.attribute == "status":
            status = self._status(key)
            return {status.code} if status.certain else set()
        if dimension.gather == "year":
            lo, hi = self._dates(key, dimension.attribute) or (-FAR, FAR)
            years = {date.fromordinal(d + date(1970, 1, 1).toordinal()).year for d in (lo, hi) if abs(d) < FAR}
            return {str(years.pop())} if len(years) == 1 and abs(lo) < FAR and abs(hi) < FAR else set()
        codes = {
            code for code in self._codes(key, dimension.attribute) if code not in (None, "unknown", "unidentified")
        }
        if dimension.gather == "governorate":
            return {above for code in codes if (above := self._governorate(str(code))) is not None}
        for under in dimension.under:
            below = archive.vocabulary.within("parties", under)
            codes = {under if code in below else code for code in codes}
        return {str(code) for code in codes}

    def _governorate(self, place: str) -> str | None:
        chain = (place, *self.archive.vocabulary.ancestors("places", place))
        kinds = {code: self.archive.vocabulary.term("places", code).property("kind") for code in chain}
        return next((code for code in chain if kinds[code] == "governorate"), None)

    # --- conditions -------------------------------------------------------------------------------------------------
    def _holds(self, condition: c.Condition, key: int, person: int | None) -> Truth:
        match condition:
            case c.Every(of=parts):
                return every(self._holds(part, key, person) for part in parts)
            case c.Some(of=parts):
                return some(self._holds(part, key, person) for part in parts)
            case c.Not(of=part):
                return opposite(self._holds(part, key, person))
            case c.Presumed(of=part, counted=counted):
                held = self._holds(part, key, person)
                return counted if held is None else held
            case c.Terms(attribute="sex", codes=codes):
                return None if person not in self.archive.sexes else self.archive.sexes[person] in codes
            case c.Terms(attribute=attribute, codes=codes):
                said = self._codes(key, attribute)
                said += self._codes(key, "service") if attribute == "party" else []
                known = [code for code in said if code is not None and code not in {"unknown", "unidentified"} - codes]
                return any(code in codes for code in known) if known else None
            case c.Between():
                return self._between(condition, key)
            case c.HasStatus(codes=codes):
                return _among(self._status(key), codes)
            case c.NowhereHeld():
                return self._nowhere_held(person)
            case c.Age():
                return self._age(condition, key, person)
            case c.DisappearedAfterAppearance():
                return self._disappeared_after_appearance(person)
        raise AssertionError(f"the reference counter does not know {type(condition).__name__}")

    def _codes(self, key: int, attribute: str) -> list[str | None]:
        archive = self.archive
        match attribute:
            case "party" | "service":
                return [row[attribute] for row in archive.holders.get(key, ())]
            case "reason":
                return [row["reason"] for row in archive.reasons.get(key, ())]
            case "place":
                return [row["place"] for row in archive.events.get(key, ()) if self._begins(row)]
            case _:
                return [row[attribute] for row in archive.appearances.get(key, ())]

    def _begins(self, row: Row) -> bool:
        return row["event"] in ("arrested", "abducted")

    def _dates(self, key: int, attribute: str) -> tuple[int, int] | None:
        rows = self.archive.appearances.get(key, ())
        if attribute == "arrested":
            rows = [row for row in self.archive.events.get(key, ()) if self._begins(row)]
        bounds = [self._bounds(row) for row in rows]
        return meet(bounds) if bounds else None

    def _bounds(self, row: Row) -> tuple[int, int]:
        """Return the bounds of a row's date, or of the time it speaks of, cut off where its source was published."""
        given = row["on_lo"] is not None or row["on_hi"] is not None
        lo, hi = (row["on_lo"], row["on_hi"]) if given else (row["when_lo"], row["when_hi"])
        published = self.archive.source(row).get("published_hi")
        if published is not None and published >= _lo(lo):
            hi = published if hi is None else min(hi, published)
        return _lo(lo), _hi(hi)

    def _between(self, condition: c.Between, key: int) -> Truth:
        bounds = self._dates(key, condition.attribute)
        first, last = (self.as_of if day == c.AS_OF else day for day in (condition.first, condition.last))
        lo, hi = bounds or (-FAR, FAR)
        begin, end = _lo(first), _hi(last)
        if hi < begin or lo > end:
            return False
        return True if begin <= lo and hi <= end and (lo > -FAR or hi < FAR) else None

    # --- statuses ---------------------------------------------------------------------------------------------------
    @cached_property
    def rules(self) -> StatusRules:
        assert self.method is not None
        return rules_for(self.archive.vocabulary, self.archive.vocabulary.methods[self.method])

    def _status(self, episode: int) -> Status:
        if episode not in self._statuses:
            events = [
                EpisodeEvent(
                    id=row["id"],
                    event=row["event"],
                    lo=row["on_lo"] if row["on_lo"] is not None or row["on_hi"] is not None else row["when_lo"],
                    hi=row["on_hi"] if row["on_lo"] is not None or row["on_hi"] is not None else row["when_hi"],
                    published=self.archive.source(row).get("published_hi"),
                    placed=row["place"] is not None or row["at"] is not None,
                )
                for row in self.archive.events.get(episode, ())
            ]
            fits = self._holder_fits(episode)
            self._statuses[episode] = fold_status(events, as_of=self.as_of, rules=self.rules, holder_fits=fits)
        return self._statuses[episode]

    def _holder_fits(self, episode: int) -> Truth:
        rows = self.archive.holders.get(episode, [])
        if not self.rules.parties:
            return True
        return any({row["party"], row["service"]} & self.rules.parties for row in rows) if rows else None

    def _episodes_of(self, person: int | None) -> list[Status]:
        return [self._status(episode) for episode in self.archive.episodes_of.get(person or 0, ())]

    def _nowhere_held(self, person: int | None) -> Truth:
        held = self.archive.vocabulary.within("statuses", "detained") | {"disappeared"}
        return opposite(some(_among(status, held) for status in self._episodes_of(person)))

    def _disappeared_after_appearance(self, person: int | None) -> Truth:
        dates = [
            self._dates(key, "on") or (-FAR, FAR)
            for key, rows in self.archive.appearances.items()
            if person in {self.archive.who(row["speaker"]) for row in rows}
        ]
        first = min(lo for lo, _ in dates), min(hi for _, hi in dates)
        return some(_began_after(status, *first) for status in self._episodes_of(person))

    # --- ages -------------------------------------------------------------------------------------------------------
    def _age(self, condition: c.Age, episode: int, person: int | None) -> Truth:
        at = (self.as_of, self.as_of)
        said: list[tuple[int, int]] = []
        if condition.at == "arrest":
            at = self._dates(episode, "arrested") or (-FAR, FAR)
            said = self._ages_said(episode, person)
        born = self.archive.births.get(person or 0, [])
        lo, hi = max([-FAR, *(b for b, _ in born)]), min([FAR, *(b for _, b in born)])
        if lo > hi:
            return None
        least = max([0, years_lived(hi, at[0]) if hi < FAR and at[0] > -FAR else 0, *(low for low, _ in said)])
        most = min([FAR, years_lived(lo, at[1]) if lo > -FAR and at[1] < FAR else FAR, *(high for _, high in said)])
        if least > most:
            return None
        wanted = condition.least or 0, FAR if condition.most is None else condition.most
        if most < wanted[0] or least > wanted[1]:
            return False
        return True if wanted[0] <= least and most <= wanted[1] else None

    def _ages_said(self, episode: int, person: int | None) -> list[tuple[int, int]]:
        """Return the ages that a source gives for the very date it gives for the arrest."""
        archive = self.archive
        arrests = {
            (row["id"] >> 12, row["on_lo"], row["on_hi"])
            for row in archive.events.get(episode, ())
            if self._begins(row)
        }

        def at_arrest(row: Row) -> bool:
            dated = row["at_lo"] is not None or row["at_hi"] is not None
            return dated and (row["id"] >> 12, row["at_lo"], row["at_hi"]) in arrests

        years = [row for row in self._ages.get(person or 0, ()) if at_arrest(row)]
        classes = [archive.class_years(row["class"]) for row in self._classes.get(person or 0, ()) if at_arrest(row)]
        return [
            *((row["years"], row["years"]) for row in years),
            *((least or 0, FAR if most is None else most) for least, most in classes),
        ]

    @cached_property
    def _ages(self) -> dict[int, list[Row]]:
        return self.archive.by_subject("ages")

    @cached_property
    def _classes(self) -> dict[int, list[Row]]:
        return self.archive.by_subject("age_classes")


def _among(status: Status, codes: frozenset[str]) -> Truth:
    inside = [code in codes for code in status.alternatives]
    return True if all(inside) else None if any(inside) else False


def _began_after(status: Status, lo: int, hi: int) -> Truth:
    gone = status.disappeared
    if gone is None:
        return None if status.may_have_disappeared else False
    if _lo(gone.lo) > hi:
        return True
    return False if _hi(gone.hi) <= lo else None


def count(
    tables: Mapping[str, Sequence[Row]],
    definition: Definition,
    vocabulary: Vocabulary,
    *,
    as_of: int,
    known_by: int,
    find: Callable[[str], Definition] | None = None,
    refused: Iterable[int] = (),
) -> Tally:
    """Count a definition over rows; ``find`` gives the definitions of figures whose members it leaves out.

    ``refused`` are mentions of those who refused to be counted.
    """
    archive = Archive(tables, vocabulary, known_by)
    no = frozenset(who for mention in refused if (who := archive.who(mention)) is not None)
    left_out: set[int] = set()
    assert isinstance(definition.recipe, Counted)
    for name in definition.recipe.except_:
        assert find is not None
        left_out |= Counter(archive, find(name), as_of).count(refused=no).members
    return Counter(archive, definition, as_of).count(frozenset(left_out), no)
