"""``dalil linkage run`` and what goes with it: linking an archive, taking a run back, measuring how good it is."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from dalil.cli.printing import dry_run_option, json_option, open_archive, print_json, print_table, waiting
from dalil.cli.writing import check_writable, written_whole
from dalil.linkage.archives.annex import annex_page, told_interval
from dalil.linkage.archives.withdrawn import Withdrawal, withdrawals
from dalil.linkage.persons.leaning import told_leans


@click.command()
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same judgements.")
@click.option("--full", is_flag=True, help="Compare everything, not only what came since the last run.")
@click.option(
    "--keep-model",
    is_flag=True,
    help="Compare only what came, by the last run's model, though people have judged since; their verdicts still bind.",
)
@dry_run_option
@json_option
@click.pass_context
def run(context: click.Context, seed: int, full: bool, keep_model: bool, dry_run: bool, as_json: bool) -> None:
    """Find who is who among the archive's lists, and record it as judgements that people can overrule.

    What people judged before teaches the model and binds it. What earlier runs found and this one finds again stays
    as it is; what it does not find is undone, in the same batch as what is new. Where only records came since the last
    run, these alone are compared; once people have judged since, everything is, by a model that has learned from it.
    """
    from dalil.linkage.archives.linking import Reach

    if full and keep_model:
        raise click.UsageError("--full learns a model anew, and --keep-model keeps one: give one of them.")
    reach = Reach.EVERYTHING if full else Reach.WHAT_CAME if keep_model else Reach.AS_NEEDED
    archive = open_archive(context)
    with waiting("linking"):
        receipt = archive.linkage.run(seed=seed, reach=reach, dry_run=dry_run)
    if not dry_run:
        archive.checkpoint()
    if as_json:
        print_json(receipt.as_json())
        return
    verb = "would be" if dry_run else "are"
    if receipt.adds_to is not None:
        click.echo(
            f"{receipt.n_added:,} mentions came or changed since run {receipt.adds_to}, {receipt.n_gone:,} are gone;"
            " the others were not compared again."
        )
    click.echo(
        f"{receipt.n_records:,} mentions {verb} {receipt.n_persons:,} persons: {receipt.n_judgements:,} judgements;"
        f" {receipt.n_echoes:,} mentions repeat another, {receipt.n_left:,} tell too little."
    )
    click.echo(
        f"{receipt.n_looked_at:,} persons with several mentions were put together anew;"
        f" {receipt.n_detentions:,} of their detentions {verb} told more than once."
    )
    click.echo(f"{receipt.n_new:,} judgements {verb} new, {receipt.n_undone:,} of earlier runs {verb} undone.")
    if receipt.run is not None:
        click.echo(f"run {receipt.run} · ledger size {receipt.ledger_size:,}")


@click.command()
@json_option
@click.pass_context
def runs(context: click.Context, as_json: bool) -> None:
    """List linkage runs: which of them stands, when each was made, and who withdrew it, when and why."""
    archive = open_archive(context)
    standing, withdrawn = archive.linkage.standing(), withdrawals(archive.ledger)
    shown = ("adds_to", "n_added", "n_records", "n_persons", "n_labels", "known_by", "leans")
    rows: list[dict[str, Any]] = [
        {"run": number, "stands": number in standing, "at": archive.ledger.entry(number).header.recorded_at}
        | {name: said.get(name) for name in shown}
        | {"withdrawn": asdict(withdrawn[number]) if number in withdrawn else None}
        for number, said in archive.linkage.runs().items()
    ]
    if as_json:
        print_json(rows)
        return
    columns = ["run", "stands", "made at", "goes on from", "came", "mentions", "persons", "verdicts", "known by"]
    columns += ["leans by", "withdrawn"]
    told = [
        row | {"leans": told_leans(row["leans"] or ()), "withdrawn": _told_withdrawn(withdrawn.get(row["run"]))}
        for row in rows
    ]
    print_table(columns, [tuple("" if each is None else each for each in row.values()) for row in told])


def _told_withdrawn(found: Withdrawal | None) -> str:
    return "" if found is None else f"by {found.actor} at {found.at}, entry {found.entry}: {found.reason}"


@click.command()
@click.argument("run", type=int)
@click.option("--reason", required=True, help="Why; it is recorded.")
@dry_run_option
@click.pass_context
def withdraw(context: click.Context, run: int, reason: str, dry_run: bool) -> None:
    """Withdraw a RUN: nothing it joined stays joined, but what people joined."""
    archive = open_archive(context)
    if dry_run:
        click.echo(
            f"Run {run} {'stands' if run in archive.linkage.standing() else 'does not stand'}; nothing was recorded."
        )
        return
    entry = archive.linkage.withdraw(run, reason=reason)
    archive.checkpoint()
    click.echo(f"entry {entry}: run {run} no longer stands.")


@click.command()
@click.option("--page", type=click.Path(path_type=Path, dir_okay=False), help="Write a page for the methodology annex.")
@json_option
@click.pass_context
def evaluate(context: click.Context, page: Path | None, as_json: bool) -> None:
    """Measure how well persons are put together now, by pairs that people judged and no model learned from."""
    check_writable((page,))
    archive = open_archive(context)
    with waiting("measuring"):
        found = archive.linkage.evaluator().evaluate()
    if page is not None:
        with written_whole(page) as (beside,):
            beside.write_text(annex_page(found, archive.linkage.runs()[found.run]), encoding="utf-8")
    if as_json:
        print_json(found.as_json())
        return
    click.echo(
        f"run {found.run} · {found.n_persons:,} persons found; by what is measured there are"
        f" {found.persons.value:,.0f} ({found.persons.low:,.0f} to {found.persons.high:,.0f})"
    )
    measured = found.measured
    rows = [
        (where, name, f"{each.value:.4f}", f"{each.low:.4f} to {each.high:.4f}")
        for where, measures in (("pairs", measured.pairs), ("mentions (B-cubed)", measured.cubed))
        for name, each in measures.items()
    ]
    print_table(("over", "measure", "estimate", "95 %"), rows)
    click.echo(f"{measured.n_audited} audited pairs; {found.n_judged:,} pairs settled by people.")
    if not measured.n_audited:
        click.echo("Nobody has judged a pair drawn at random yet: this is what the model expects of itself, no more.")
    unseen = measured.unseen
    rests_on = (
        f"by {measured.n_looked_at} judged pairs of {measured.n_sampled:,} mentions drawn"
        if measured.n_looked_at
        else "assumed: too few such pairs are judged; `dalil review queue` asks about them"
    )
    groups = [
        (name, said["pairs_joined"], *map(told_interval, (said["precision"], said["recall"])))
        for name, said in measured.by_group.items()
    ]
    print_table(("pairs of mentions", "joined", "precision", "recall"), groups)
    worst = [(each["entry"], len(each["mentions"]), f"{each['score'] / 1000:.3f}") for each in found.worst]
    print_table(("least sure, by entry", "mentions", "weakest link"), worst)
    click.echo(f"Never compared: {unseen.value:.2%} of true pairs, {unseen.low:.2%} to {unseen.high:.2%}, {rests_on}.")
