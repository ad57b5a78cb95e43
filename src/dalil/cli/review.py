"""``dalil review``: pairs that people must judge, and what they judged."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import click

from dalil.cli import review_records
from dalil.cli.printing import dry_run_option, json_option, open_archive, print_json, print_table, waiting
from dalil.cli.review_options import actor_for, by_option, note_option, version_option
from dalil.cli.writing import check_writable, write_rows, written_whole
from dalil.errors import WrongValue
from dalil.records.judged import Verdict
from dalil.review.deciding import Answer
from dalil.review.pair_states import VERDICTS, PairState
from dalil.review.pairs import Pair, Past, pair_key
from dalil.values.ids import format_subject, parse_subject

LABELS = {"same": "same", "different": "not", "not": "not", "relative": "relative", "unsure": "unsure"}


@click.group()
def review() -> None:
    """Judge pairs of accounts that may be of one person; undo, part, measure, look back."""


for command in (review_records.standing, review_records.step, review_records.bulk):
    review.add_command(command)


@review.command()
@click.option("--limit", default=20, show_default=True, help="How many pairs.")
@by_option
@json_option
@click.pass_context
def queue(context: click.Context, limit: int, by: str | None, as_json: bool) -> None:
    """Show what waits, the most valuable first."""
    archive = open_archive(context)
    with waiting("finding what waits"):
        pairs = archive.review.queue(actor_for(archive, by), limit=limit)
    if as_json:
        print_json([pair.as_json() for pair in pairs])
        return
    told = ("different", "near", "missing")
    rows = [(pair.key, pair.asks.value, *(_fields(pair, agreement) for agreement in told)) for pair in pairs]
    print_table(("pair", "asks you to", "different", "near", "told by one only"), rows)


def _fields(pair: Pair, agreement: str) -> str:
    return ", ".join(each.label_english for each in pair.fields if each.agreement.value == agreement)


@review.command()
@click.argument("pair")
@by_option
@json_option
@click.pass_context
def show(context: click.Context, pair: str, by: str | None, as_json: bool) -> None:
    """Show a PAIR (such as 18.0~90.0) side by side, with its version and its history."""
    archive = open_archive(context)
    shown = archive.review.pair(pair, actor_for(archive, by))
    if as_json:
        print_json(shown.as_json())
        return
    marks = [" (synthetic)" if side.source is not None and side.source.synthetic else "" for side in (shown.a, shown.b)]
    columns = [
        f"{format_subject(side.subject)} {side.source.key if side.source else ''}{mark}"
        for side, mark in zip((shown.a, shown.b), marks, strict=True)
    ]
    rows = [
        (x.label_english, "; ".join(f.text for f in x.a), "; ".join(f.text for f in x.b), x.agreement.value, x.english)
        for x in shown.fields
    ]
    print_table(("", *columns, "agrees", "why"), rows)
    together = "one person now" if shown.joined else "two persons now"
    score = "" if shown.probability is None else f" · the model finds {shown.probability:.0%}"
    click.echo(f"{shown.state.value}, {together}{score} · version {shown.version}")
    for past in shown.history:
        click.echo(f"  entry {past.entry}: {_told(past)}")


def _told(past: Past) -> str:
    by = f"by {past.actor}" if past.by_a_person else "by a model or a rule"
    force = "undone" if not past.stands else "proposed" if past.proposed else "stands"
    note = f": {past.note}" if past.note else ""
    return f"{past.verdict} {by} at {past.recorded_at}, {force}{note}"


@review.command()
@click.argument("pair")
@click.argument("verdict", type=click.Choice(VERDICTS))
@note_option
@version_option
@by_option
@dry_run_option
@json_option
@click.pass_context
def decide(
    context: click.Context,
    pair: str,
    verdict: str,
    note: str,
    version: int | None,
    by: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Give a VERDICT on a PAIR."""
    archive = open_archive(context)
    actor = actor_for(archive, by)
    if dry_run:
        shown = archive.review.pair(pair, actor)
        proposed = archive.review.foresee(pair, verdict, by=actor)
        click.echo(
            f"{shown.key}: {shown.asks.value}, version {shown.version}; {verdict} would"
            f" {'wait for a second person' if proposed else 'be in force'}; nothing was recorded."
        )
        return
    decided = archive.review.decide(pair, verdict, note=note, by=actor, expected_version=version)
    archive.checkpoint()
    if as_json:
        print_json({"pair": decided.pair, "entry": decided.entry, "state": decided.state, "version": decided.version})
        return
    force = "is in force" if not decided.proposed else "waits for a second person"
    if decided.state is PairState.DISPUTED:
        force = "stands against what was said before, and waits for someone who has not judged this pair"
    click.echo(f"entry {decided.entry}: {verdict} {force}; the pair is {decided.state.value}.")


@review.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@by_option
@dry_run_option
@json_option
@click.pass_context
def answer(context: click.Context, file: Path, by: str | None, dry_run: bool, as_json: bool) -> None:
    """Take in verdicts from a CSV FILE with columns id_a, id_b and label (same, different, relative or unsure)."""
    archive = open_archive(context)
    answers = _read_answers(file)
    decided = [] if dry_run else archive.review.answer(answers, by=actor_for(archive, by))
    if not dry_run:
        archive.checkpoint()
    n_proposed = sum(each.proposed for each in decided)
    if as_json:
        print_json({"answers": len(answers), "recorded": len(decided), "proposed": n_proposed})
        return
    verb = "would be recorded" if dry_run else f"recorded, {n_proposed} of them proposed"
    click.echo(f"{len(answers):,} verdicts {verb}.")


def _read_answers(file: Path) -> list[Answer]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        if not {"id_a", "id_b", "label"} <= set(reader.fieldnames or ()):
            raise WrongValue(
                "The file has other columns.",
                expected="id_a, id_b, label",
                found=f"{len(reader.fieldnames or ())} columns",
                where=file.name,
            )
        answers = []
        for number, row in enumerate(reader, 2):
            if row["label"] not in LABELS:
                raise WrongValue(
                    "A label is none of the words it may be.",
                    expected=", ".join(LABELS),
                    where=f"{file.name}, row {number}",
                    todo="Correct the row; nothing was recorded.",
                )
            pair = pair_key(parse_subject(row["id_a"]), parse_subject(row["id_b"]))
            answers.append(Answer(pair=pair, verdict=LABELS[row["label"]]))
    return answers


@review.command()
@click.argument("entries", metavar="ENTRY...", type=int, nargs=-1, required=True)
@note_option
@by_option
@dry_run_option
@click.pass_context
def undo(context: click.Context, entries: tuple[int, ...], note: str, by: str | None, dry_run: bool) -> None:
    """Undo the judgement that ENTRY of the ledger is, or decisions: grades, marks, steps, preferred values."""
    archive = open_archive(context)
    kinds = {entry: archive.ledger.entry(entry).header.kind.value for entry in entries}
    if dry_run:
        for entry, kind in kinds.items():
            click.echo(f"Entry {entry} is a {kind}; nothing was recorded.")
        return
    by_actor = actor_for(archive, by)
    if set(kinds.values()) == {"decision"}:
        undone = archive.review.records.undo(*entries, reason=note, by=by_actor)
    elif len(entries) == 1:
        undone = archive.review.undo(entries[0], note=note, by=by_actor)
    else:
        raise WrongValue(
            "These cannot be undone together.",
            expected="one judgement, or decisions only",
            found=", ".join(sorted(set(kinds.values()))),
            where="ENTRY",
        )
    archive.checkpoint()
    click.echo(f"entry {undone} undoes {', '.join(f'entry {entry}' for entry in entries)}.")


@review.command()
@click.argument("subject")
@click.argument("parts", nargs=-1, required=True)
@note_option
@by_option
@dry_run_option
@click.pass_context
def split(
    context: click.Context, subject: str, parts: tuple[str, ...], note: str, by: str | None, dry_run: bool
) -> None:
    """Part SUBJECT into PARTS: mentions with commas between them, one argument for each part."""
    archive = open_archive(context)
    identity = archive.records.identity(parse_subject(subject))
    named = [[parse_subject(mention) for mention in part.split(",")] for part in parts]
    if dry_run:
        click.echo(
            f"{format_subject(identity)} has {len(archive.records.mentions(identity))} mentions; nothing recorded."
        )
        return
    last = archive.review.split(identity, named, note=note, by=actor_for(archive, by), expected_version=None)
    archive.checkpoint()
    click.echo(f"entry {last}: {len(named)} parts.")


@review.command()
@json_option
@click.pass_context
def contradictions(context: click.Context, as_json: bool) -> None:
    """List joins people asked for that other verdicts of people do not allow."""
    archive = open_archive(context)
    found = archive.review.contradictions(actor_for(archive, None))
    rows = [
        {
            "pair": pair_key(each.joins.a, each.joins.b),
            "same": each.joins.entry,
            "against": [against.entry for against in each.against],
        }
        for each in found
    ]
    if as_json:
        print_json(rows)
        return
    print_table(("pair", "same, entry", "against it, entries"), [tuple(row.values()) for row in rows])


@review.command()
@json_option
@click.pass_context
def agreement(context: click.Context, as_json: bool) -> None:
    """Measure how well first and second verdicts agree."""
    archive = open_archive(context)
    found = archive.review.agreement(actor_for(archive, None))
    table = [{"first": a, "second": b, "pairs": n} for (a, b), n in found.table.items()]
    if as_json:
        numbers = {name: getattr(found, name) for name in ("n_pairs", "share", "low", "high", "kappa")}
        print_json({**numbers, "table": table})
        return
    if found.share is None:
        click.echo("No pair has been judged by two people yet.")
        return
    kappa = "not defined" if found.kappa is None else f"{found.kappa:.2f}"
    click.echo(f"{found.n_pairs} pairs, {found.share:.1%} agreed ({found.low:.1%} to {found.high:.1%}), kappa {kappa}")
    print_table(("first", "second", "pairs"), [tuple(row.values()) for row in table])


@review.command()
@json_option
@click.pass_context
def audit(context: click.Context, as_json: bool) -> None:
    """List every verdict people gave: entry, when, whose key, pair, verdict, whether it stands.

    What follows from a verdict on two persons, for their detentions and acts, is not listed beside it.
    """
    archive = open_archive(context)
    rows = [_audited(each) for each in archive.review.audit(actor_for(archive, None)) if each.leads]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("entry", "at", "key", "pair", "verdict", "proposed", "undone by"), [tuple(row.values()) for row in rows]
    )


def _audited(each: Verdict) -> dict[str, Any]:
    return {
        "entry": each.entry,
        "at": each.recorded_at,
        "actor": each.actor,
        "pair": pair_key(each.a, each.b),
        "verdict": each.verdict,
        "proposed": each.proposed,
        "undone_by": each.until,
    }


@review.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@dry_run_option
@json_option
@click.pass_context
def export(context: click.Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Write the settled pairs of persons to a CSV FILE: id_a, id_b, label. Ids only, no names."""
    check_writable((file,))
    archive = open_archive(context)
    labels = archive.review.labels(actor_for(archive, None))
    if not dry_run:
        with written_whole(file) as (beside,):
            write_rows(beside, ("id_a", "id_b", "label"), labels)
    if as_json:
        print_json({"labels": len(labels), "file": str(file)})
        return
    click.echo(f"{len(labels):,} labels {'would be ' if dry_run else ''}written to {file}.")


@review.command()
@click.argument("label")
@click.pass_context
def introduce(context: click.Context, label: str) -> None:
    """Make a signing key for another reviewer. LABEL says what it is for, never whose it is: it is public."""
    archive = open_archive(context)
    signer = archive.introduce_actor(label)
    archive.checkpoint()
    click.echo(signer.key_id)
