"""From the lists of an archive to an estimate: who of a figure's members is on which list, and how many are on none.

A list is an origin: sources that copy one another, by the `lineage` they declare, are one list, since a copy tells
nothing about those whom its original missed. Strata are dimensions of the figure, so they were declared before anything
was estimated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from dalil.errors import WrongDefinition
from dalil.figures.conditions import Between, Clause, Presumed
from dalil.figures.definitions import Base, By, Counted, Definition, EstimateOf
from dalil.figures.ports import FigureArchive
from dalil.figures.runs import FigureRun, Span
from dalil.figures.session import Session
from dalil.values.canonical import JsonObject
from dalil.values.digests import digest_of
from dalil.values.ids import parse_subject

if TYPE_CHECKING:  # numerics are imported when something is estimated
    from dalil.estimation.results import Estimate
    from dalil.estimation.settings import Method, Settings
    from dalil.estimation.table import Table
    from dalil.figures.linkage_doubt import LinkageDoubt

UNKNOWN: Final = "unknown"
EVERYONE: Final = "everyone_detained"
DOCUMENTED: Final = ("documented_named", "documented_unnamed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsOfFigure:
    """Who of a figure's members is on which list.

    Attributes
    ----------
    table : Table
        With a stratum for each combination of cells that somebody is in.
    copies : mapping of a list's name to the keys of the sources that are one list with it
    n_outside : int
        Members on none of the lists: documented, but not by these.
    doubt : LinkageDoubt or None
        Tables that may be true instead, where a linkage run joined the members and its doubts were asked for.
    """

    table: Table
    copies: Mapping[str, tuple[str, ...]]
    n_outside: int
    doubt: LinkageDoubt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsWanted:
    """What to put a figure's members on.

    Attributes
    ----------
    lists : sequence of str
        Keys of sources; by default every origin that brought rows of a sheet, or, if none did, every origin.
    strata : sequence of str
        Dimensions of the figure. Members in the cell *unknown*, or in none, are in no stratum.
    linkage_draws : int
        Ways to draw in which members may be joined otherwise, where a linkage run joined them.
    seed : int
        Of those draws.
    """

    lists: Sequence[str] = ()
    strata: Sequence[str] = ()
    linkage_draws: int = 0
    seed: int = 0


def lists_of_figure(
    archive: FigureArchive, session: Session, run: FigureRun, members: str, wanted: ListsWanted
) -> ListsOfFigure:
    """Put the members of a figure on the lists of an archive.

    Parameters
    ----------
    members : str
        Query for the figure's ``member`` (persons, or whatever the unit is).

    Raises
    ------
    WrongDefinition
        The figure is no documented one, or a list, or a dimension, is not there or not usable.
    DerivedStale
        The doubts of the linkage run are not there.
    """
    from dalil.estimation.table import Table

    if run.figure_class not in DOCUMENTED:
        raise WrongDefinition(
            "Only what is documented can be put on lists.",
            expected="a figure of class " + " or ".join(DOCUMENTED),
            found=f"{run.name}, of class {run.figure_class}",
        )
    families = _families(session)
    chosen = _chosen(session, families, wanted.lists)
    names = list(chosen)
    bits = " ".join(
        f"WHEN source IN ({', '.join(str(source) for source in sources)}) THEN {1 << place}"
        for place, sources in enumerate(chosen.values())
    )
    mentions = session.identified(session.known("_mentions"), ["mention"])
    told = f"""
        SELECT w.member, bit_or(CASE {bits} ELSE 0 END) AS lists
        FROM ({members}) w JOIN ({mentions}) t ON t.mention = w.member GROUP BY w.member"""
    columns = {name: f"(lists >> {place}) & 1" for place, name in enumerate(names)}
    (n_outside,) = session.row(f"SELECT count(*) FROM ({told}) WHERE lists = 0")
    labels = {dimension: _labels(run, dimension) for dimension in wanted.strata}
    if labels:
        records = _with_strata(session, told, names, labels)
    else:
        grouped = session.rows(
            f"SELECT {', '.join(columns.values())}, count(*) FROM ({told}) WHERE lists > 0 GROUP BY ALL"
        )
        records = {name: [row[place] for row in grouped] for place, name in enumerate([*names, "count"])}
    count = None if labels else "count"
    if records[names[0]]:
        table = Table.from_records(records, lists=names, stratum=list(labels), counts=count)
    else:  # no error: an estimate of nobody is refused, in words
        table = Table.of_nobody(names)
    doubt = None
    if wanted.linkage_draws and table.n:
        n_draws = wanted.linkage_draws
        from dalil.figures.linkage_doubt import doubted

        doubt = doubted(archive, session, members, chosen, labels, seed=wanted.seed, n_draws=n_draws)
    keys = dict(session.rows(f"SELECT id, key FROM {session.known('sources')}"))
    return ListsOfFigure(
        table=table,
        copies={name: tuple(keys[source] for source in sources) for name, sources in chosen.items()},
        n_outside=int(n_outside),
        doubt=doubt,
    )


def _families(session: Session) -> dict[int, int]:
    """Return the origin of every source: the oldest of those that copy one another, by whatever path."""
    rows = session.rows(f"SELECT id, body FROM {session.known('sources')} ORDER BY id")
    origin = {int(source): int(source) for source, _ in rows}

    def find(source: int) -> int:
        while origin[source] != source:
            source = origin[source]
        return source

    for source, body in rows:
        for copied in json.loads(body).get("lineage", []):
            if copied in origin:
                first, second = sorted((find(int(source)), find(int(copied))))
                origin[second] = first
    return {source: find(source) for source in origin}


def _chosen(session: Session, families: Mapping[int, int], lists: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the sources of each list, by the key of its origin or the key that was asked for."""
    keys = {int(source): str(key) for source, key in session.rows(f"SELECT id, key FROM {session.known('sources')}")}
    together: dict[int, list[int]] = {}
    for source, origin in sorted(families.items()):
        together.setdefault(origin, []).append(source)
    if not lists:
        loaded = {
            int(source)
            for (source,) in session.rows(
                f"SELECT DISTINCT source FROM {session.known('accounts')} WHERE row_number IS NOT NULL"
            )
        }
        brought = {families[source] for source in loaded if source in families} or set(together)
        return {keys[origin]: tuple(sources) for origin, sources in together.items() if origin in brought}
    by_key = {key: source for source, key in keys.items()}
    missing = [key for key in lists if key not in by_key]
    origins = [families[by_key[key]] for key in lists if key in by_key]
    same = [key for key, origin in zip(lists, origins, strict=False) if origins.count(origin) > 1]
    if missing or same:
        raise WrongDefinition(
            "These lists cannot stand beside each other.",
            expected="keys of sources, no two of which copy one another",
            found=f"no source {', '.join(missing)}" if missing else f"one origin: {', '.join(same)}",
            where="lists",
            todo="`dalil records sources` shows every source; name the original and leave its copies out."
            if same
            else "Check the keys of the sources.",
        )
    return {key: tuple(together[families[by_key[key]]]) for key in lists}


def _with_strata(
    session: Session, told: str, names: Sequence[str], labels: Mapping[str, Mapping[int, str]]
) -> dict[str, list[object]]:
    """Return one record a member: which lists, and which cell of each dimension; None where no cell is known."""
    rows = [
        (int(member), int(lists))
        for member, lists in session.rows(f"SELECT member, lists FROM ({told}) WHERE lists > 0")
    ]
    records: dict[str, list[object]] = {
        name: [lists >> place & 1 for _, lists in rows] for place, name in enumerate(names)
    }
    for dimension, label in labels.items():
        records[dimension] = [label.get(member) for member, _ in rows]
    return records


def _labels(run: FigureRun, dimension: str) -> dict[int, str]:
    cells = [cell.cell for cell in run.cells if cell.dimension == dimension]
    if not cells:
        known = sorted({cell.dimension for cell in run.cells})
        raise WrongDefinition(
            "A stratum is a dimension of the figure.",
            expected=", ".join(known) or "a figure with dimensions",
            found=dimension,
            where=f"figure {run.name}",
            todo="Declare the dimension in the figure's definition.",
        )
    label: dict[int, str] = {}
    several: set[int] = set()
    for cell in cells:
        if cell == UNKNOWN:
            continue
        for member in map(parse_subject, run.members_of(dimension, cell)):
            if member in label:
                several.add(member)
            label[member] = cell
    # Whoever is in two cells (arrested twice, in two places) would be counted twice in a total: in none, then.
    return {member: cell for member, cell in label.items() if member not in several}


def estimate_lists(put: ListsOfFigure, method: Method, *, seed: int, settings: Settings | None = None) -> Estimate:
    """Estimate from an archive's lists; over the ways in which a linkage run may be wrong, where those were drawn."""
    from dalil.estimation.replicates import estimate_over
    from dalil.estimation.settings import Settings

    replicates = () if put.doubt is None else put.doubt.tables
    return estimate_over(put.table, replicates, method, seed=seed, settings=settings or Settings())


def estimated_run(
    archive: FigureArchive, blank: FigureRun, run: FigureRun, members: str, recipe: EstimateOf, session: Session
) -> FigureRun:
    """Return the run of an estimated figure: an interval, or nothing where an estimate is refused.

    It has no members: nobody stands behind the difference between an estimate and a count. Its record holds the whole
    receipt, but for the versions of what computed it, which differ from one machine to the next, and the annex that a
    document prints, in each language.
    """
    from dalil.estimation.annex import annex_sections
    from dalil.estimation.loglinear import LogLinearSettings
    from dalil.estimation.sentences import LANGUAGES
    from dalil.estimation.settings import Settings

    wanted = ListsWanted(lists=recipe.lists, strata=recipe.strata, linkage_draws=recipe.linkage_draws, seed=recipe.seed)
    put = lists_of_figure(archive, session, run, members, wanted)
    settings = Settings(loglinear=LogLinearSettings(max_order=recipe.max_order), reach=recipe.reach)
    made = estimate_lists(put, recipe.method, seed=recipe.seed, settings=settings)
    receipt = {name: value for name, value in made.receipt.items() if name != "versions"}
    value = None if made.N is None else Span(low=receipt["N"]["interval"][0], high=receipt["N"]["interval"][1])
    doubt = put.doubt
    return replace(
        blank,
        value=value,
        as_of=run.as_of,
        method=run.method,
        inputs={run.name: run.run_id},
        n_synthetic=run.n_synthetic,
        details={
            "estimate": receipt,
            "reasons": [{"en": reason.text["en"], "ar": reason.text["ar"]} for reason in made.reasons],
            "caveat": dict(made.caveat),
            "lists": {name: list(keys) for name, keys in put.copies.items()},
            "outside": put.n_outside,
            "linkage": None
            if doubt is None
            else {"run": doubt.run, "draws": len(doubt.tables), "compared": f"{doubt.recall:.3f}"},
            "annex": {
                language: [section.as_json() for section in annex_sections(made, language, put.table)]
                for language in LANGUAGES
            },
        },
    )


def everyone_detained(*, as_of: str, method: str) -> Definition:
    """Return the figure of everyone in the archive who was ever detained, for estimates that name no figure."""
    whenever = Presumed(of=Between(attribute="arrested", first=None, last=None), counted=True)
    content: JsonObject = {"name": EVERYONE, "as_of": as_of, "method": method}
    return Definition(
        name=EVERYONE,
        title={"en": "Everyone ever detained", "ar": "كل من احتُجز"},
        text={"en": "Every person whose detention any source tells of.", "ar": "كل شخص يذكر أي مصدر احتجازه."},
        unit="person",
        figure_class="documented_named",
        as_of=as_of,
        method=method,
        floor=None,
        denominator=None,
        printed=None,
        suppression=None,
        recipe=Counted(
            base=Base(kind="episodes"),
            member="person",
            total=None,
            where=(Clause(name="arrested", condition=whenever),),
            except_=(),
            dimensions=(
                By(name="sex", overlap=False, attribute="sex"),
                By(name="governorate", overlap=True, attribute="place", gather="governorate"),
                By(name="year", overlap=True, attribute="arrested", gather="year"),
            ),
            age_reference="arrest",
        ),
        digest=digest_of(content),
        content=content,
    )
