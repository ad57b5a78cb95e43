"""Counts: from a definition and a session to a value, its cells, what is unknown and what was left out.

One row of a frame is one record that might count. Each clause is judged of each row; a row counts if all are true. A
member (a person, an appearance, an attack) counts if any of its rows does; it is unknown if none does and some might;
otherwise it is left out, for the clause at which its most promising row failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass

from dalil.figures import attributes as a
from dalil.figures import conditions as c
from dalil.figures.cells import count_cells, members_of_cell
from dalil.figures.clauses import Judge, Meaning
from dalil.figures.definitions import Counted, Definition
from dalil.figures.episode_facts import facts
from dalil.figures.reading_conditions import PERSON_OF
from dalil.figures.refusals import REFUSED
from dalil.figures.runs import Cell
from dalil.figures.session import Session
from dalil.values.digests import digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What counting found; member relations stay in the session."""

    value: int
    n_members: int
    n_synthetic: int
    members_digest: str
    unknowns: Mapping[str, int]
    exclusions: Mapping[str, int]
    cells: tuple[Cell, ...]
    recipe: Counted
    session: Session
    relation: str
    all_members: str

    def members(self, dimension: str | None, cell: str | None) -> list[str]:
        """Return the sorted ids of all members, or of one cell's."""
        return member_ids(self.session, self.members_query(dimension, cell))

    def members_query(self, dimension: str | None = None, cell: str | None = None) -> str:
        """Return a query for ``member``, each once."""
        if dimension is None or cell is None:
            return f"SELECT member FROM {self.all_members}"
        return members_of_cell(self.recipe, self.relation, dimension, cell)


def member_ids(session: Session, query: str) -> list[str]:
    """Return member ids as they are written, in order."""
    return [text for (text,) in session.rows(f"SELECT {_written('member')} FROM ({query}) ORDER BY member")]


@dataclass(frozen=True, slots=True)
class Members:
    """What is said of the members of a figure together.

    ``n_synthetic`` are those of whom only invented sources speak; ``digest`` is the SHA-256 over the sorted ids, one a
    line, as ``values.digests.digest_of_lines`` takes it.
    """

    n_members: int
    n_synthetic: int
    digest: str


def summarised(session: Session, query: str) -> Members:
    """Look once at all members that a query gives, each once."""
    written = f"string_agg({_written('member')} || chr(10), '' ORDER BY member)"
    n_members, n_synthetic, digest = session.row(
        f"""SELECT count(*), count(s.identity), sha256(coalesce({written}, ''))
            FROM ({query}) m LEFT JOIN {a.synthetic(session)} s ON s.identity = m.member"""
    )
    return Members(int(n_members), int(n_synthetic), str(digest))


def _written(column: str) -> str:
    return f"({column} >> 12)::VARCHAR || '.' || ({column} & 4095)::VARCHAR"


def count_figure(
    definition: Definition, recipe: Counted, session: Session, meaning: Meaning, excepted: Mapping[str, str]
) -> Count:
    """Count a figure.

    Parameters
    ----------
    excepted : mapping of figure name to query
        For each figure whose members do not count here, a query for ``member``.
    """
    return _Counting(definition, recipe, session, meaning, excepted).count()


def count_members(definition: Definition, recipe: Counted, session: Session, meaning: Meaning) -> int:
    """Return the value of a figure and nothing else: for a denominator, whose members nobody asks for."""
    return _Counting(definition, recipe, session, meaning, {}).value()


class _Counting:
    def __init__(
        self, definition: Definition, recipe: Counted, session: Session, meaning: Meaning, excepted: Mapping[str, str]
    ) -> None:
        self.definition, self.recipe, self.session, self.meaning = definition, recipe, session, meaning
        self.excepted = excepted
        # What was worked out for a figure serves whoever asks for it again: another figure, of which it is a part.
        of = [definition.digest, meaning.as_of, sorted(excepted.items())]
        self.name = digest_of(of if meaning.refusing is None else [*of, meaning.refusing])[:16]

    def _keep(self, name: str, query: Callable[[], str]) -> str:
        return self.session.keep(f"run {self.name} {name}", query)

    def value(self) -> int:
        _, verdicts = self._verdicts()
        (value,) = self.session.row(
            f"SELECT count(DISTINCT member) FROM {verdicts} WHERE failed IS NULL AND open IS NULL"
        )
        return int(value)

    def count(self) -> Count:
        reasons, verdicts = self._verdicts()
        counted = self.session.view(
            f"run {self.name} counted",
            lambda: f"SELECT * EXCLUDE (failed, open) FROM {verdicts} WHERE failed IS NULL AND open IS NULL",
        )
        members = self._keep("members", lambda: f"SELECT DISTINCT member FROM {counted}")
        summary = summarised(self.session, f"SELECT member FROM {members}")
        value, inexact = summary.n_members, 0
        if self.recipe.total is not None:
            value, inexact = self.session.row(
                f"SELECT coalesce(sum(amount), 0), count(*) FILTER (amount IS NULL) FROM {counted}"
            )
        unknowns, exclusions = self._reasons(verdicts, members, reasons)
        if inexact:
            unknowns = {**unknowns, "amount": int(inexact)}
        return Count(
            value=int(value),
            n_members=summary.n_members,
            n_synthetic=summary.n_synthetic,
            members_digest=summary.digest,
            unknowns=unknowns,
            exclusions=exclusions,
            cells=count_cells(self.session, self.definition, self.recipe, self.meaning, counted),
            recipe=self.recipe,
            session=self.session,
            relation=counted,
            all_members=members,
        )

    # --- rows and clauses -------------------------------------------------------------------------------------------
    def _frame(self) -> str:
        base, recipe = self.recipe.base, self.recipe
        if base.kind == "episodes":
            member = "person" if recipe.member == "person" else "key"
            told = facts(self.session, self.meaning.method(), as_of=self.meaning.as_of)
            return f"SELECT *, {member} AS member FROM {told}"
        columns = f'{a.key_column(base)} AS key, {self._person()} AS person, "{recipe.member}" AS member'
        if recipe.total is not None:
            exact = f'"{recipe.total}_min" = "{recipe.total}_max"'
            columns += f', CASE WHEN {exact} THEN "{recipe.total}_min" END AS amount'
        query = f"SELECT DISTINCT {columns} FROM {self.session.typed(base.predicate)}"
        return query if recipe.member == "subject" else f'{query} WHERE "{recipe.member}" IS NOT NULL'

    def _person(self) -> str:
        part = PERSON_OF.get(self.recipe.base.predicate)
        return "NULL::BIGINT" if part is None else f'"{part}"'

    def _clauses(self) -> list[c.Clause]:
        clauses = list(self.recipe.where)
        if self.definition.floor is not None:
            clauses.append(c.Clause(name="grade", condition=c.Graded(least=self.definition.floor)))
        return clauses

    def _verdicts(self) -> tuple[list[str], str]:
        """Return the reasons, and the frame with the reason each row fails for, or is unknown for, by its place.

        A record that a definition leaves out because something is not said of it has a reason of its own.
        """
        recipe = self.recipe
        of = [self.definition.method, self.meaning.as_of, *astuple(recipe.base), recipe.member, recipe.total]
        frame = self.session.view(f"frame {' '.join(map(str, of))}", self._frame)
        judge = Judge(self.session, self.recipe.base, frame, self.meaning)
        reasons: list[str] = []
        failed = open_ = ""
        judged: dict[str, c.Condition] = {}
        for n, clause in enumerate(self._clauses()):
            reasons += [clause.name, f"{clause.name}_not_said"]
            judged[f"k{n}"] = clause.condition
            match clause.condition:
                case c.Presumed(of=condition, counted=False):
                    judged[f"k{n}"] = condition
                    failed += f"WHEN NOT k{n} THEN {2 * n} WHEN k{n} IS NULL THEN {2 * n + 1} "
                case _:
                    failed += f"WHEN NOT k{n} THEN {2 * n} "
                    open_ += f"WHEN k{n} IS NULL THEN {2 * n} "
        for figure, query in sorted(self.excepted.items()):
            failed += f"WHEN member IN (SELECT member FROM ({query})) THEN {len(reasons)} "
            reasons.append(f"counted_in_{figure}")
        if self.meaning.refusing is not None:
            # The key of a row is a statement, and no record.
            records = ("person", "member", *(() if recipe.base.kind == "rows" else ("key",)))
            refusing = " OR ".join(f"{each} IN (SELECT identity FROM {self.meaning.refusing})" for each in records)
            failed += f"WHEN {refusing} THEN {len(reasons)} "
            reasons.append(REFUSED)
        columns = ", ".join(judged)
        return reasons, self._keep(
            "verdicts",
            lambda: (
                f"""
                SELECT * EXCLUDE ({columns}), CASE {failed}END AS failed, CASE {open_}WHEN false THEN 0 END AS open
                FROM ({judge.judged(judged)})"""
            ),
        )

    def _reasons(self, verdicts: str, members: str, reasons: list[str]) -> tuple[dict[str, int], dict[str, int]]:
        per_member = f"""
            SELECT max(v.open) FILTER (v.failed IS NULL) AS open, max(v.failed) AS failed
            FROM {verdicts} v ANTI JOIN {members} m ON m.member = v.member GROUP BY v.member"""
        unknowns: dict[str, int] = {}
        exclusions: dict[str, int] = {}
        for open_, failed, number in self.session.rows(
            f"SELECT open, CASE WHEN open IS NULL THEN failed END, count(*) FROM ({per_member}) GROUP BY ALL"
        ):
            found, reason = (exclusions, reasons[failed]) if open_ is None else (unknowns, reasons[open_])
            found[reason] = found.get(reason, 0) + int(number)
        return dict(sorted(unknowns.items())), dict(sorted(exclusions.items()))
