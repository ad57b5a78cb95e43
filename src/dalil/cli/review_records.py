"""``dalil review standing`` and what goes with it: how far records have come, grades, many records at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dalil.archive import Archive
from dalil.cli.printing import (
    dry_run_option,
    json_option,
    known_by_option,
    open_archive,
    print_json,
    print_table,
    read_point,
)
from dalil.cli.review_options import actor_for, by_option, reason_option, version_option
from dalil.errors import UnknownSubject, WrongValue
from dalil.review.bulk import BulkChange, Change
from dalil.review.record_states import Step
from dalil.review.standing import Decision, Standing
from dalil.values.ids import format_subject, parse_subject


def standing_json(found: Standing) -> dict[str, Any]:
    """Return where a record stands as JSON values, ids as ``<entry>.<n>``."""
    return {
        "subject": format_subject(found.subject),
        "state": found.stands.state.value,
        "grade": found.stands.grade,
        "flag": found.stands.flag,
        "changed_since": found.changed_since,
        "steps": [step.value for step in found.steps],
        "version": found.version,
    }


def _tell(found: Standing) -> None:
    grade = f"{found.stands.grade}{', ' + found.stands.flag if found.stands.flag else ''}"
    since = " · something was said of it since" if found.changed_since else ""
    may = ", ".join(step.value for step in found.steps) or "nothing"
    click.echo(f"{format_subject(found.subject)}: {found.stands.state.value}, {grade}{since}")
    click.echo(f"you may: {may} · version {found.version}")


@click.command()
@click.argument("subject")
@known_by_option
@json_option
@click.pass_context
def standing(context: click.Context, subject: str, known_by: str | None, as_json: bool) -> None:
    """Show how far review of SUBJECT has come, its grade, and every step so far."""
    archive = open_archive(context)
    about, who = parse_subject(subject), actor_for(archive, None)
    found = archive.review.records.standing(about, who, known_by=read_point(archive, known_by))
    past = archive.review.records.history(about, who)
    if as_json:
        told = [
            {
                "entry": each.entry,
                "value": each.value,
                "flag": each.flag,
                "actor": each.actor,
                "at": each.recorded_at,
                "ended_by": each.until,
                "reason": _reason(archive, each),
            }
            for each in past
        ]
        print_json({**standing_json(found), "history": told})
        return
    _tell(found)
    rows = [
        (
            each.entry,
            each.recorded_at,
            each.actor,
            f"{each.value} {each.flag or ''}".strip(),
            each.until,
            _reason(archive, each),
        )
        for each in past
    ]
    print_table(("entry", "at", "key", "decided", "ended by entry", "why"), rows)


def _reason(archive: Archive, decision: Decision) -> str:
    body = archive.ledger.entry(decision.entry).body
    return "" if body is None else str(body.get("reason", ""))


_grade = click.option("--grade", metavar="GRADE", help="G0 to G4, given in the same breath.")
_flag = click.option("--flag", metavar="FLAG", help="contested or discounted.")


@click.command()
@click.argument("subject")
@click.argument("step_", metavar="STEP", type=click.Choice([step.value for step in Step]))
@_grade
@_flag
@reason_option
@version_option
@by_option
@dry_run_option
@json_option
@click.pass_context
def step(
    context: click.Context,
    subject: str,
    step_: str,
    grade: str | None,
    flag: str | None,
    reason: str,
    version: int | None,
    by: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take a STEP with SUBJECT: review, return, reject, verify, reopen or submit. Nobody verifies their own review."""
    archive = open_archive(context)
    records, who = archive.review.records, actor_for(archive, by)
    if dry_run:
        found = records.standing(parse_subject(subject), who)
    else:
        found = records.take(
            parse_subject(subject),
            Step(step_),
            reason=reason,
            grade=grade,
            flag=flag,
            by=who,
            expected_version=version,
        )
        archive.checkpoint()
    if as_json:
        print_json(standing_json(found))
        return
    _tell(found)


@click.command()
@click.argument("change", type=click.Choice([each.value for each in Change]))
@click.argument("value")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_flag
@reason_option
@by_option
@dry_run_option
@json_option
@click.pass_context
def bulk(
    context: click.Context,
    change: str,
    value: str,
    file: Path,
    flag: str | None,
    reason: str,
    by: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make one CHANGE to many records, whose ids are the lines of FILE. VALUE is the grade, tag, assignee or step.

    All of it is recorded together, or nothing; `dalil review undo` takes it back by its entries.
    """
    archive = open_archive(context)
    who, wanted = actor_for(archive, by), _read_ids(file)
    asked = BulkChange(change=Change(change), value=value, flag=flag)
    preview = archive.review.bulk.preview(wanted, asked, by=who)
    entries: tuple[int, ...] = ()
    if not dry_run:
        entries = archive.review.bulk.apply(wanted, asked, reason=reason, by=who, token=preview.token).entries
        archive.checkpoint()
    if as_json:
        said = {"changed": preview.n_changes, "before": preview.before, "skipped": preview.skipped}
        print_json(said | {"entries": list(entries)})
        return
    click.echo(f"{preview.n_changes:,} records {'would change' if dry_run else 'changed'}.")
    print_table(("now" if dry_run else "before", "records"), list(preview.before.items()))
    if preview.skipped:
        print_table(("left as they are", "records"), [(why.value, n) for why, n in preview.skipped.items()])
    if entries:
        click.echo(f"undo it with: dalil review undo {' '.join(map(str, entries))}")


def _read_ids(file: Path) -> list[int]:
    """Read ids, one a line or with blanks between them."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _no_ids(file, "bytes that are not UTF-8") from None
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found += [parse_subject(each) for each in line.split()]
        except UnknownSubject:
            raise _no_ids(file, f"something else on line {number}") from None
    return found


def _no_ids(file: Path, found: str) -> WrongValue:
    return WrongValue(
        "The file holds something that is no id.",
        expected="ids such as 18.0, one a line",
        found=found,
        where=file.name,
        todo="Correct it; nothing was recorded.",
    )
