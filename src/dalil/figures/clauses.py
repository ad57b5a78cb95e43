"""Turns conditions into SQL that is true, false or null of each row of a frame.

A frame is a relation with ``key`` (the record), ``person`` (whom it is about, or null) and ``member`` (what counts);
a frame of episodes has their facts besides (see ``episode_facts``).
Null is unknown, and SQL's own logic of three values does the rest: unknown and false is false, unknown or true is true.
Where several sources speak of one record, a term is met if any of them says it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from dalil.figures import attributes as a
from dalil.figures import conditions as c
from dalil.figures.definitions import Base
from dalil.figures.episode_facts import COLUMN, combinations
from dalil.figures.episode_relations import FIRST, LAST, episodes
from dalil.figures.session import Session, quoted, quoted_list
from dalil.figures.status_sql import statuses
from dalil.records.status_rules import BIT, REPORTED, StatusRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a definition's conditions refer to: the day, the rules of the method, the subjects pointed at by key.

    ``refusing`` is the relation of those who refused to be counted, if anybody did.
    """

    as_of: int
    rules: StatusRules | None
    found: Mapping[str, int] = field(default_factory=dict)
    refusing: str | None = None

    def day(self, day: c.Day, *, open_: int) -> int:
        """Return a window's end as a day number."""
        return open_ if day is None else self.as_of if isinstance(day, str) else day

    def method(self) -> StatusRules:
        """Return the rules of the method, which the reader asks of every figure about episodes or statuses."""
        assert self.rules is not None
        return self.rules


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A query with ``v`` and the columns it is joined on; ``absent`` is what no row means."""

    query: str
    on: tuple[str, ...]
    absent: str = "NULL"


class Judge:
    """Writes the SQL that judges the rows of one frame."""

    def __init__(self, session: Session, base: Base, frame: str, meaning: Meaning) -> None:
        self.session, self.base, self.frame, self.meaning = session, base, frame, meaning
        self._leaves: list[_Leaf] = []

    def judged(self, conditions: Mapping[str, c.Condition]) -> str:
        """Return the frame with one more column for each condition, by its name."""
        columns = [f"{self._expression(condition)} AS {name}" for name, condition in conditions.items()]
        joins = "".join(
            f" LEFT JOIN ({leaf.query}) l{n} ON {' AND '.join(f'l{n}.{column} = f.{column}' for column in leaf.on)}"
            for n, leaf in enumerate(self._leaves)
        )
        return f"SELECT f.*, {', '.join(columns)} FROM {self.frame} f{joins}"

    def _expression(self, condition: c.Condition) -> str:
        match condition:
            case c.Every(of=parts):
                return f"({' AND '.join(map(self._expression, parts))})"
            case c.Some(of=parts):
                return f"({' OR '.join(map(self._expression, parts))})"
            case c.Not(of=part):
                return f"(NOT {self._expression(part)})"
            case c.Presumed(of=part, counted=counted):
                return f"coalesce({self._expression(part)}, {'true' if counted else 'false'})"
            case _:
                leaf = self._leaf(condition)
                if isinstance(leaf, str):
                    return f"({leaf})"
                self._leaves.append(leaf)
                n = len(self._leaves) - 1
                return f"(CASE WHEN l{n}.{leaf.on[0]} IS NULL THEN {leaf.absent} ELSE l{n}.v END)"

    def _leaf(self, condition: c.Simple) -> _Leaf | str:
        """Return what to join; or an expression, where the frame itself holds what is asked for."""
        match condition:
            case c.Terms(attribute="sex"):
                codes = quoted_list(condition.codes)
                return _Leaf(f"SELECT person, value IN ({codes}) AS v FROM {a.sexes(self.session)}", ("person",))
            case c.Terms():
                return self._terms(condition)
            case c.Between():
                return self._between(condition)
            case c.Age():
                return self._age(condition)
            case c.HasStatus():
                return self._has_status(condition)
            case c.NowhereHeld():
                return self._nowhere_held()
            case c.DisappearedAfterAppearance():
                return self._disappeared_after_appearance()
            case c.Died():
                return self._died(condition)
            case c.Graded(least=least):
                v = f"grade >= {quoted(least)} AND NOT discounted"
                return _Leaf(f"SELECT key, {v} AS v FROM ({a.grades(self.session, self.base)})", ("key",), "false")
            case c.ToldBy(sources=sources):
                told = f"SELECT key, bool_or(source_key IN ({quoted_list(sources)})) AS v"
                return _Leaf(
                    f"{told} FROM ({a.record_sources(self.session, self.base)}) GROUP BY key", ("key",), "false"
                )
            case c.SaidOf(kinds=kinds):
                subjects = self.session.known("subjects")
                return _Leaf(
                    f"""SELECT r.id AS key, s.kind IN ({quoted_list(kinds)}) AS v
                        FROM {self._typed()} r JOIN {subjects} s ON s.id = r.subject""",
                    ("key",),
                )
            case c.IsSubject(attribute=attribute, about=about):
                key, hit = a.key_column(self.base), f'"{attribute}" = {self.meaning.found[about.key]}'
                return _Leaf(f"SELECT {key} AS key, bool_or({hit}) AS v FROM {self._typed()} GROUP BY {key}", ("key",))
            case c.Enumerated():
                return self._enumerated()
            case _ as never:  # pragma: no cover  # mypy proves that no condition is left
                assert_never(never)

    def _typed(self) -> str:
        return self.session.typed(self.base.predicate)

    def _terms(self, condition: c.Terms) -> _Leaf:
        unknown = quoted_list(set(a.UNKNOWN_TERMS) - condition.codes)
        hit = f"CASE WHEN value NOT IN ({unknown}) THEN value IN ({quoted_list(condition.codes)}) END"
        attribute = condition.attribute
        if self.base.kind != "episodes":
            values = a.term_values(self.session, self.base, attribute)
            return _Leaf(f"SELECT key, bool_or({hit}) AS v FROM ({values}) GROUP BY key", ("key",))
        rules = self.meaning.method()
        values = combinations(self.session, attribute, rules)
        if attribute == "party":  # whoever is held by a service is held by it
            values += f" UNION ALL {combinations(self.session, 'service', rules)}"
        column = COLUMN[attribute]
        return _Leaf(f"SELECT id AS {column}, bool_or({hit}) AS v FROM ({values}) GROUP BY id", (column,))

    def _between(self, condition: c.Between) -> _Leaf | str:
        if self.base.kind == "episodes":
            return _within(condition, self.meaning, "f.arrest_lo", "f.arrest_hi")
        bounds = a.date_bounds(self.session, self.base, condition.attribute)
        return _Leaf(f"SELECT key, {_within(condition, self.meaning, 'lo', 'hi')} AS v FROM ({bounds})", ("key",))

    def _age(self, condition: c.Age) -> _Leaf:
        least = 0 if condition.least is None else condition.least
        most = a.AGELESS if condition.most is None else condition.most
        v = f"""CASE WHEN least > most OR contradicted THEN NULL WHEN least >= {least} AND most <= {most} THEN true
                WHEN most < {least} OR least > {most} THEN false END"""
        return _Leaf(f"SELECT key, person, {v} AS v FROM {self._ages(condition.at)}", ("key", "person"))

    def _ages(self, at: c.AgeReference) -> str:
        """Return ``(key, person, least, most, contradicted)``: completed years, worked out once for a frame."""
        rules, frame = self.meaning.method(), self.frame
        first = last = str(self.meaning.as_of)
        joins, said = "", ("0", str(a.AGELESS))
        if at == "arrest":
            first, last = f"coalesce(f.arrest_lo, {FIRST})", f"coalesce(f.arrest_hi, {LAST})"
            joins = f"LEFT JOIN {a.ages_said(self.session, rules)} s ON s.episode = f.key AND s.person = f.person"
            said = ("coalesce(s.least, 0)", f"coalesce(s.most, {a.AGELESS})")
        least = f"greatest(0, {said[0]}, coalesce({a.years_between('b.hi', first)}, 0))"
        most = f"least({said[1]}, coalesce({a.years_between('b.lo', last)}, {a.AGELESS}))"
        born = self.session.keep(f"{frame[1:-1]} births", lambda: a.births(self.session, frame))
        return self.session.keep(
            f"{frame[1:-1]} ages {at}",
            lambda: (
                f"""
                SELECT DISTINCT f.key, f.person, {least} AS least, {most} AS most,
                       coalesce(b.lo > b.hi, false) AS contradicted
                FROM {frame} f LEFT JOIN {born} b ON b.person = f.person {joins}"""
            ),
        )

    def _has_status(self, condition: c.HasStatus) -> str:
        wanted = sum(BIT[code] for code in condition.codes if code in BIT)
        reported = f"WHEN f.code = {quoted(REPORTED)} THEN true " if REPORTED in condition.codes else ""
        return f"""CASE {reported}WHEN f.mask & ~{wanted}::BIGINT = 0 THEN true
                   WHEN f.mask & {wanted} = 0 THEN false END"""

    def _nowhere_held(self) -> _Leaf:
        terms = self.session.vocabulary.scheme("statuses").terms.values()
        held = sum(BIT[term.code] for term in terms if term.property("held") == "yes")
        v = f"""CASE WHEN bool_or(mask & ~{held}::BIGINT = 0) THEN false WHEN bool_or(mask & {held} <> 0) THEN NULL
                ELSE true END"""
        return _Leaf(f"SELECT person, {v} AS v FROM ({self._stands()}) GROUP BY person", ("person",), "true")

    def _stands(self) -> str:
        """Return the statuses of every episode of every person."""
        relation = statuses(self.session, as_of=self.meaning.as_of, rules=self.meaning.method())
        return f"SELECT e.person, s.* FROM {episodes(self.session)} e JOIN {relation} s ON s.episode = e.episode"

    def _disappeared_after_appearance(self) -> _Leaf:
        bounds = a.date_bounds(self.session, self.base, "on")
        first = f"""
            SELECT t.speaker AS person, min(b.lo) AS lo, min(b.hi) AS hi
            FROM {self._typed()} t JOIN ({bounds}) b ON b.key = t.subject GROUP BY t.speaker"""
        v = """CASE WHEN bool_or(s.was_gone AND s.gone_lo > p.hi) THEN true
               WHEN bool_or(s.may_gone AND NOT (s.was_gone AND s.gone_hi <= p.lo)) THEN NULL ELSE false END"""
        query = f"SELECT person, {v} AS v FROM ({first}) p JOIN ({self._stands()}) s USING (person) GROUP BY person"
        return _Leaf(query, ("person",), "false")

    def _died(self, condition: c.Died) -> _Leaf:
        acts = Base(kind="things", predicate="act")
        bounds = a.date_bounds(self.session, acts, "on")
        graded = "true"
        join = ""
        if condition.grade is not None:
            join = f"LEFT JOIN ({a.grades(self.session, acts)}) g ON g.key = t.subject"
            graded = f"coalesce(g.grade >= {quoted(condition.grade)} AND NOT g.discounted, false)"
        by_now = f"CASE WHEN b.hi <= {self.meaning.as_of} THEN true WHEN b.lo > {self.meaning.as_of} THEN false END"
        return _Leaf(
            f"""
            SELECT t.victim AS person, CASE WHEN bool_or({by_now}) THEN true WHEN bool_or(({by_now}) IS NULL) THEN NULL
                ELSE false END AS v
            FROM {self.session.typed("act")} t JOIN ({bounds}) b ON b.key = t.subject {join}
            WHERE t.kind IN ({quoted_list(condition.codes)}) AND {graded} GROUP BY t.victim""",
            ("person",),
            "false",
        )

    def _enumerated(self) -> _Leaf:
        key = a.key_column(self.base)
        counts = self._count_parts()
        single = " AND ".join(f'"{n}_min" IS NULL AND "{n}_max" IS NULL AND "{n}_hedge" IS NULL' for n in counts)
        v = f"CASE WHEN bool_or({single}) THEN true END"
        return _Leaf(f"SELECT {key} AS key, {v} AS v FROM {self._typed()} GROUP BY {key}", ("key",))

    def _count_parts(self) -> Sequence[str]:
        parts = self.session.vocabulary.predicates[self.base.predicate].parts
        return [name for name, part in parts.items() if part.base == "count"]


def _within(condition: c.Between, meaning: Meaning, lo: str, hi: str) -> str:
    """Return SQL for whether a date with these bounds lies in a window."""
    first, last = meaning.day(condition.first, open_=FIRST), meaning.day(condition.last, open_=LAST)
    # A date no one gives is unknown even to a window open on one side.
    return f"""CASE WHEN {lo} >= {first} AND {hi} <= {last} AND ({lo} > {FIRST} OR {hi} < {LAST}) THEN true
               WHEN {hi} < {first} OR {lo} > {last} THEN false END"""
