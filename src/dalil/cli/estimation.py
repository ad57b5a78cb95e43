"""``dalil estimation``: how many nobody recorded, from which lists recorded whom; and whether that may be published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dalil.archive import Archive
from dalil.cli.printing import as_of_option, json_option, known_by_option, print_json, print_table, read_point, waiting

if TYPE_CHECKING:  # numerics are imported when something is estimated
    from dalil.estimation.assessing import Assessment
    from dalil.estimation.results import Estimate, Reason
    from dalil.estimation.table import Table

METHODS = ("lcm", "dga", "loglinear", "chao")


@click.group()
def estimation() -> None:
    """Estimate how many nobody recorded, or be told why that cannot be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A table, and what an archive has to say about its lists."""

    table: Table
    replicates: Sequence[Table] = ()
    notes: dict[str, Any] = field(default_factory=dict)


def _names(context: click.Context, option: click.Parameter, value: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip()) if value else ()


lists_option = click.option(
    "--lists", callback=_names, metavar="A,B,…", help="Lists to use: columns of the table, or keys of sources."
)
strata_option = click.option(
    "--strata",
    callback=_names,
    metavar="S,T,…",
    help="Estimate each part by itself: columns, or dimensions of the figure.",
)
of_option = click.option(
    "--of", "figure", metavar="FIGURE", help="Archive: the documented figure whose members are on lists."
)
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of all chance."
)


def _asked(
    context: click.Context,
    target: str | None,
    *,
    lists: Sequence[str],
    strata: Sequence[str],
    figure: str | None,
    as_of: str | None,
    known_by: str | None,
    linkage_draws: int = 0,
    seed: int = 0,
) -> _Asked:
    """Read the table, or put an archive's persons on its lists."""
    from dalil.estimation.table import Table

    place = Path(target or context.find_root().obj)
    if not place.is_dir():
        return _Asked(table=Table.from_csv(place, lists=lists, stratum=strata))
    archive = context.with_resource(Archive(place))
    with waiting("putting persons on lists"):
        found = archive.figures.lists(
            figure,
            as_of,
            read_point(archive, known_by),
            lists=lists,
            strata=strata,
            linkage_draws=linkage_draws,
            seed=seed,
        )
    notes: dict[str, Any] = {"lists": {name: list(keys) for name, keys in found.copies.items()}}
    notes["outside"] = found.n_outside
    if found.doubt is not None:
        notes["linkage"] = {"run": found.doubt.run, "draws": len(found.doubt.tables), "compared": found.doubt.recall}
    return _Asked(table=found.table, replicates=() if found.doubt is None else found.doubt.tables, notes=notes)


@estimation.command()
@click.argument("target", required=False, metavar="[TABLE.csv|ARCHIVE]")
@click.option("--method", type=click.Choice(METHODS), default="lcm", show_default=True, help="How to estimate.")
@lists_option
@strata_option
@of_option
@click.option("--max-order", type=click.IntRange(min=1), help="Log-linear: lists in the largest interaction.")
@click.option("--merge-lists", is_flag=True, help="Put the smallest lists together where the method takes fewer.")
@click.option(
    "--reach",
    metavar="TEXT",
    help="Why nobody was out of every list's reach, in your words; without it no verdict is better than caution.",
)
@click.option(
    "--linkage-draws",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Archive: ways of joining records to average over, where a linkage run joined them; 0: every join is right.",
)
@seed_option
@as_of_option
@known_by_option
@click.option("--annex", type=click.Choice(("en", "ar")), help="Print the method annex in this language instead.")
@json_option
@click.pass_context
def run(
    context: click.Context,
    target: str | None,
    method: str,
    lists: tuple[str, ...],
    strata: tuple[str, ...],
    figure: str | None,
    max_order: int | None,
    merge_lists: bool,
    reach: str | None,
    linkage_draws: int,
    seed: int,
    as_of: str | None,
    known_by: str | None,
    annex: str | None,
    as_json: bool,
) -> None:
    """Estimate from a table of overlaps or from the archive's lists. A refused estimate prints no number."""
    asked = _asked(
        context,
        target,
        lists=lists,
        strata=strata,
        figure=figure,
        as_of=as_of,
        known_by=known_by,
        linkage_draws=linkage_draws,
        seed=seed,
    )
    from dalil.estimation.annex import annex_sections, annex_text
    from dalil.estimation.loglinear import LogLinearSettings
    from dalil.estimation.replicates import estimate_over
    from dalil.estimation.settings import Settings

    stated = {"en": reach, "ar": reach} if reach else {}
    settings = Settings(loglinear=LogLinearSettings(max_order=max_order), merge_lists=merge_lists, reach=stated)
    with waiting("estimating"):
        found = estimate_over(asked.table, asked.replicates, method, seed=seed, settings=settings)  # type: ignore[arg-type]  # click checked
    if annex:
        click.echo(annex_text(annex_sections(found, annex, asked.table)))
    elif as_json:
        print_json(found.as_json() | asked.notes)
    else:
        _print_estimate(found, asked)


@estimation.command()
@click.argument("target", required=False, metavar="[TABLE.csv|ARCHIVE]")
@lists_option
@of_option
@click.option("--methods", callback=_names, metavar="M,N,…", help="Only these methods.")
@seed_option
@as_of_option
@known_by_option
@json_option
@click.pass_context
def assess(
    context: click.Context,
    target: str | None,
    lists: tuple[str, ...],
    figure: str | None,
    methods: tuple[str, ...],
    seed: int,
    as_of: str | None,
    known_by: str | None,
    as_json: bool,
) -> None:
    """Estimate by every method, without every list, and for every list whose size is known: one report."""
    unknown = [name for name in methods if name not in METHODS]
    if unknown:
        raise click.UsageError(f"no method {', '.join(unknown)}; there are {', '.join(METHODS)}")
    asked = _asked(context, target, lists=lists, strata=(), figure=figure, as_of=as_of, known_by=known_by)
    from dalil.estimation.assessing import assess as assess_table

    with waiting("estimating, many times"):
        found = assess_table(asked.table, seed=seed, methods=methods or METHODS)  # type: ignore[arg-type]  # checked
    if as_json:
        print_json(found.as_json() | asked.notes)
    else:
        _print_assessment(found)


# --- for people -------------------------------------------------------------------------------------------------------
def _size(found: Estimate) -> str:
    if found.N is None:
        return "no number"
    low, high = (f"{round(end):,}" for end in found.N.interval())
    return f"{low} – {high}" if found.N.estimate is None else f"{round(found.N.estimate):,} ({low} – {high})"


def _print_reasons(reasons: Sequence[Reason]) -> None:
    for reason in reasons:
        click.echo(f"  {reason.demands.value}: {reason.text['en']}")


def _print_estimate(found: Estimate, asked: _Asked) -> None:
    click.echo(f"Recorded on at least one list: {found.n:,}")
    click.echo(f"Estimated in all: {_size(found)}" + ("" if found.N is None else ", 95 % interval"))
    if found.floor is not None:
        click.echo(f"Chao's lower bound, if no list kept anyone off another: {round(found.floor):,}")
    if asked.notes.get("outside"):
        click.echo(f"Documented on none of these lists: {asked.notes['outside']:,}")
    if joined := found.details.get("as_joined"):
        low, high = joined["interval"]
        click.echo(f"If every join of records is right: {low:,} – {high:,}")
    for mode in () if found.N is None else found.N.as_json().get("modes", ()):
        low, high = mode["interval"]
        click.echo(f"  one answer: about {mode['centre']:,} ({low:,} – {high:,}), weight {mode['weight']:.0%}")
    click.echo(f"Verdict: {found.verdict.value}")
    _print_reasons(found.reasons)
    click.echo(found.caveat["en"])
    if found.reach:
        click.echo(f"Stated of it: {next(iter(found.reach.values()))}")
    if found.parts and found.method == "total":
        rows = [(part.stratum, f"{part.n:,}", _size(part), part.verdict.value) for part in found.parts]
        print_table(("part", "recorded", "estimated in all", "verdict"), rows)
    shown = [
        (each.name, each.about[:40], each.value, each.threshold, "passed" if each.passed else "failed")
        for each in found.diagnostics
        if each.value is not None
    ]
    print_table(("check", "about", "found", "limit", ""), shown)
    click.echo(f"What has to be true: {found.assumption['en']}")
    click.echo(f"Receipt {found.receipt['digest']} (table {asked.table.digest[:16]}…, seed {found.receipt['seed']})")


def _print_assessment(found: Assessment) -> None:
    rows = [
        (
            row.method,
            f"without {row.without}" if row.without else f"on {row.among}: {row.truth:,}" if row.among else "all lists",
            f"{row.estimate.n:,}",
            _size(row.estimate),
            "" if row.covered is None else "holds" if row.covered else "misses",
            ", ".join(dict.fromkeys(reason.check for reason in row.estimate.reasons)),
        )
        for row in found.rows
    ]
    print_table(("method", "what", "recorded", "estimated in all", "known size", "checks failed"), rows)
    click.echo(f"Verdict: {found.verdict.value}")
    _print_reasons(found.reasons)
    click.echo(found.caveat["en"])
