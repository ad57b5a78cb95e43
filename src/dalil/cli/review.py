"""``dalil review``: pairs that people must judge, and what they judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dalil.cli import review_records
from dalil.cli.printing import dry_run_option, json_option, open_archive, print_json, print_table, waiting
from dalil.cli.review_options import actor_for, by_option, note_option, version_option
from dalil.cli.writing import check_writable, write_rows, written_whole
from dalil.errors import UnknownSubject, WrongValue
from dalil.review.auditing import Audited
from dalil.review.deciding import Answer
from dalil.review.pair_states import VERDICTS, PairState
from dalil.review.pairs import Pair, Past, pair_key, read_pair_key
from dalil.values.ids import format_subject, parse_subject

LABELS = {"same": "same", "different": "not", "not": "not", "relative": "relative", "unsure": "unsure"}
_TOLD = 20
"""Entries that are named one by one."""


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
    if past.stands and past.confirmed_by is not None:
        force += f", confirmed by entry {past.confirmed_by}"
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
    """Take in verdicts from a CSV FILE with columns id_a, id_b, label (same, different, relative, unsure) and note.

    A note is not needed. All are checked before the first is recorded.
    """
    archive = open_archive(context)
    answers, actor = _read_answers(file), actor_for(archive, by)
    if dry_run:
        n_recorded, n_proposed = 0, archive.review.foresee_answers(answers, by=actor)
    else:
        decided = archive.review.answer(answers, by=actor)
        archive.checkpoint()
        n_recorded, n_proposed = len(decided), sum(each.proposed for each in decided)
    if as_json:
        print_json({"answers": len(answers), "recorded": n_recorded, "proposed": n_proposed})
        return
    click.echo(f"{len(answers):,} verdicts {'would be ' if dry_run else ''}recorded, {n_proposed} of them proposed.")


def _read_answers(file: Path) -> list[Answer]:
    from dalil.linkage.texts import read_texts  # other commands do not wait for what reads tables

    needed = ("id_a", "id_b", "label")
    table = read_texts(file, wanted=(*needed, "note"))
    if not set(needed) <= set(table.column_names):
        raise WrongValue(
            "The file has other columns.",
            expected=", ".join(needed),
            found=", ".join(table.column_names) or "none of these",
            where=file.name,
        )
    answers = []
    for number, row in enumerate(table.to_pylist(), 2):
        try:
            pair = pair_key(parse_subject(row["id_a"] or ""), parse_subject(row["id_b"] or ""))
            read_pair_key(pair)
        except (UnknownSubject, WrongValue):
            raise _wrong_answer("A row names no pair.", "two different ids, such as 18.0", file, number) from None
        if row["label"] not in LABELS:
            raise _wrong_answer("A label is none of the words it may be.", ", ".join(LABELS), file, number)
        answers.append(Answer(pair=pair, verdict=LABELS[row["label"]], note=row.get("note") or ""))
    return answers


def _wrong_answer(message: str, expected: str, file: Path, number: int) -> WrongValue:
    return WrongValue(
        message,
        expected=expected,
        where=f"{file.name}, row {number}",
        todo="Correct the row; nothing was recorded.",
    )


@review.command()
@click.argument("entries", metavar="ENTRY...", type=int, nargs=-1, required=True)
@note_option
@by_option
@dry_run_option
@click.pass_context
def undo(context: click.Context, entries: tuple[int, ...], note: str, by: str | None, dry_run: bool) -> None:
    """Undo the judgements that entries of the ledger are, or decisions: grades, marks, steps, preferred values.

    What is named together is undone together, or not at all.
    """
    archive = open_archive(context)
    kinds = {entry: archive.ledger.entry(entry).header.kind.value for entry in entries}
    if dry_run:
        for entry, kind in kinds.items():
            click.echo(f"Entry {entry} is a {kind}; nothing was recorded.")
        return
    by_actor = actor_for(archive, by)
    if set(kinds.values()) == {"decision"}:
        undone = archive.review.records.undo(*entries, reason=note, by=by_actor)
    elif len(set(kinds.values())) == 1:
        undone = archive.review.undo(*entries, note=note, by=by_actor)
    else:
        raise WrongValue(
            "These cannot be undone together.",
            expected="judgements only, or decisions only",
            found=", ".join(sorted(set(kinds.values()))),
            where="ENTRY",
        )
    archive.checkpoint()
    told = ", ".join(f"entry {entry}" for entry in entries) if len(entries) <= _TOLD else f"{len(entries):,} entries"
    click.echo(f"entry {undone} undoes {told}.")


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
        numbers = {name: getattr(found, name) for name in ("n_pairs", "share", "low", "high", "kappa", "n_in_sight")}
        print_json({**numbers, "table": table})
        return
    if found.share is None:
        click.echo("No pair has been judged by two people yet.")
        return
    kappa = "not defined" if found.kappa is None else f"{found.kappa:.2f}"
    click.echo(f"{found.n_pairs} pairs, {found.share:.1%} agreed ({found.low:.1%} to {found.high:.1%}), kappa {kappa}")
    if found.n_in_sight:
        click.echo(f"{found.n_in_sight} second verdicts were given in sight of the first, which was proposed.")
    print_table(("first", "second", "pairs"), [tuple(row.values()) for row in table])


@review.command()
@click.argument("subject", required=False)
@json_option
@click.pass_context
def audit(context: click.Context, subject: str | None, as_json: bool) -> None:
    """List every verdict people gave: entry, when, whose key, pair, verdict, its force, why, and what undid it.

    With a SUBJECT (such as 18.0), list what people, rules and models said of this person: why mentions are taken
    for one, or for two. What follows from a verdict on two persons, for their detentions and acts, is not listed.
    """
    archive = open_archive(context)
    about = None if subject is None else parse_subject(subject)
    found = archive.review.trail(actor_for(archive, None), subject=about)
    if as_json:
        print_json([_audited(each) for each in found])
        return
    rows = [
        (each.verdict.entry, each.verdict.recorded_at, *_who(each), each.verdict.verdict, _force(each), _why(each))
        for each in found
    ]
    print_table(("entry", "at", "by", "pair", "verdict", "force", "why"), rows)


def _who(each: Audited) -> tuple[str, str]:
    said = each.verdict
    by = said.actor if said.by_a_person else f"{said.basis}, run {said.run}" if said.run is not None else said.basis
    return by, pair_key(said.a, said.b)


def _why(each: Audited) -> str:
    if each.likelihood is not None:
        return f"likelihood of the weakest link {each.likelihood:.3f}"
    return each.why or ""


def _force(each: Audited) -> str:
    if each.undone is not None and each.undone.run is not None:
        return f"undone by run {each.undone.run} at {each.undone.at}, entry {each.undone.entry}"
    if each.undone is not None:
        why = f": {each.undone.why}" if each.undone.why else ""
        return f"undone by {each.undone.actor} at {each.undone.at}, entry {each.undone.entry}{why}"
    if each.verdict.proposed:
        return "proposed" if each.confirmed_by is None else f"proposed, confirmed by entry {each.confirmed_by}"
    again = each.verdict.first_given
    return "stands" if again == each.verdict.entry else f"stands again, first given in entry {again}"


def _audited(each: Audited) -> dict[str, Any]:
    said, undone = each.verdict, each.undone
    return {
        "entry": said.entry,
        "at": said.recorded_at,
        "actor": said.actor,
        "pair": pair_key(said.a, said.b),
        "verdict": said.verdict,
        "first_given": said.first_given,
        "basis": said.basis,
        "run": said.run,
        "note": each.why,
        "likelihood": each.likelihood,
        "proposed": said.proposed,
        "confirmed_by": each.confirmed_by,
        "undone_by": said.until,
        "undone": None
        if undone is None
        else {"entry": undone.entry, "actor": undone.actor, "at": undone.at, "note": undone.why, "run": undone.run},
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
