"""``dalil records``: what the statements add up to, and what each of them says."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import click

from dalil.archive import Archive
from dalil.cli.printing import (
    as_of_option,
    json_option,
    known_by_option,
    open_archive,
    print_json,
    print_table,
    read_day,
    read_point,
    today,
)
from dalil.ledger.store import reading
from dalil.protection.consent import allows
from dalil.protection.consenting import read_consents
from dalil.records.statement_view import StatementView
from dalil.values.ids import format_subject, parse_subject


@click.group()
def records() -> None:
    """Look up statements, subjects, statuses and conflicts."""


def statement_json(view: StatementView, archive: Archive) -> dict[str, Any]:
    """Return a statement as JSON values, ids written as ``<entry>.<n>``."""
    value = view.value
    if isinstance(value, dict):
        parts = archive.vocabulary.predicates[view.predicate].parts
        value = {p: format_subject(said) if parts[p].base == "subject" else said for p, said in value.items()}
    said = {name: x for name, x in asdict(view).items() if x is not None and name not in ("lo", "hi", "since", "until")}
    for name in ("id", "subject", "identity", "speaker"):
        if name in said:
            said[name] = format_subject(said[name])
    return said | {"value": value}


def _print_statements(found: list[StatementView], archive: Archive, as_json: bool) -> None:
    if as_json:
        print_json([statement_json(view, archive) for view in found])
        return
    rows = []
    for view in found:
        said = statement_json(view, archive)
        value = said["value"]
        shown = ", ".join(f"{p}: {v}" for p, v in value.items()) if isinstance(value, dict) else value
        marks = [m for m in (view.polarity if view.polarity != "asserts" else "", view.speech, view.when) if m]
        source = f"{view.source_key}{' (synthetic)' if view.synthetic else ''} {view.locator or ''}".strip()
        rows.append((said["id"], said["identity"], view.predicate, shown, "; ".join(marks), source))
    print_table(("statement", "about", "predicate", "says", "how, when", "source, place"), rows)


@records.command()
@click.option("--kind", help="Only about subjects of this kind.")
@click.option("--name", help="Only about subjects that bear exactly this name, or are joined with one that does.")
@click.option("--predicate", help="Only statements of this predicate.")
@click.option("--value", help="Only statements that say exactly this.")
@click.option("--source", help="Only from the source with this key.")
@known_by_option
@json_option
@click.pass_context
def find(
    context: click.Context,
    kind: str | None,
    name: str | None,
    predicate: str | None,
    value: str | None,
    source: str | None,
    known_by: str | None,
    as_json: bool,
) -> None:
    """Find statements."""
    archive = open_archive(context)
    point = read_point(archive, known_by)
    if not (name or predicate or source):
        raise click.UsageError("Give at least one of --name, --predicate and --source.")
    found = archive.records.find(kind=kind, name=name, predicate=predicate, value=value, source=source, known_by=point)
    _print_statements(found, archive, as_json)


@records.command()
@click.argument("subject")
@as_of_option
@known_by_option
@json_option
@click.pass_context
def show(context: click.Context, subject: str, as_of: str | None, known_by: str | None, as_json: bool) -> None:
    """Show everything said about a SUBJECT (an id such as 18233.0), its episodes and acts, and where it disagrees.

    With --as-of, the status of each episode on that day.
    """
    archive = open_archive(context)
    point = read_point(archive, known_by)
    identifier = parse_subject(subject)
    identity = archive.records.identity(identifier, known_by=point)
    mentions = archive.records.mentions(identity, known_by=point)
    found = archive.records.find(subject=identity, known_by=point)
    conflicts = archive.records.conflicts(identity, known_by=point)
    related = [
        (other, archive.records.find(subject=other, known_by=point))
        for other in archive.records.related(identity, known_by=point)
    ]
    day = read_day(as_of)
    statuses = {
        other: archive.records.status(other, as_of=day, known_by=point, method=archive.configuration.method)
        for other, told in related
        if day is not None and told and told[0].kind == "episode"
    }
    if as_json:
        print_json(
            {
                "identity": format_subject(identity),
                "mentions": [format_subject(mention) for mention in mentions],
                "statements": [statement_json(view, archive) for view in found],
                "related": [
                    {
                        "identity": format_subject(other),
                        "kind": told[0].kind if told else None,
                        "status": statuses[other].code if other in statuses else None,
                        "statements": [statement_json(view, archive) for view in told],
                    }
                    for other, told in related
                ],
                "conflicts": [
                    {"predicate": c.predicate, "part": c.part, "statements": [format_subject(s) for s in c.statements]}
                    for c in conflicts
                ],
            }
        )
        return
    click.echo(f"{format_subject(identity)}, mentioned as {', '.join(format_subject(mention) for mention in mentions)}")
    _print_statements(found, archive, as_json=False)
    for other, told in related:
        if told:
            status = f", {statuses[other].code} as of {as_of}" if other in statuses else ""
            click.echo(f"\n{told[0].kind} {format_subject(other)}{status}")
            _print_statements(told, archive, as_json=False)
    for conflict in conflicts:
        ids = ", ".join(format_subject(statement) for statement in conflict.statements)
        click.echo(f"They disagree on {conflict.predicate} ({conflict.part}): statements {ids}")


@records.command()
@click.argument("episode")
@as_of_option
@known_by_option
@click.option("--method", help="Method, such as snhr-20d [the archive's].")
@json_option
@click.pass_context
def status(
    context: click.Context, episode: str, as_of: str | None, known_by: str | None, method: str | None, as_json: bool
) -> None:
    """Show the status of a detention EPISODE (an id) on a day, and what it rests on."""
    archive = open_archive(context)
    day = read_day(as_of)
    if day is None:
        raise click.UsageError("Give the day with --as-of.")
    point = read_point(archive, known_by)
    identifier = parse_subject(episode)
    archive.records.identity(identifier, known_by=point)
    found = archive.records.status(identifier, as_of=day, known_by=point, method=method or archive.configuration.method)
    said = {
        "status": found.code,
        "certain": found.certain,
        "alternatives": list(found.alternatives),
        "since": None if found.since is None else [_day(found.since.lo), _day(found.since.hi)],
        "fate": found.fate.value,
        "whereabouts": found.whereabouts.value,
        "flags": [{"code": f.code, "statements": [format_subject(s) for s in f.events]} for f in found.flags],
    }
    if as_json:
        print_json(said)
        return
    for name, value in said.items():
        click.echo(f"{name}: {value}")


@records.command()
@click.argument("about")
@as_of_option
@known_by_option
@json_option
@click.pass_context
def consent(context: click.Context, about: str, as_of: str | None, known_by: str | None, as_json: bool) -> None:
    """Show what was answered about each use of ABOUT: a record (an id such as 18233.0), or an account (its position).

    With --as-of, what that came to on that day; without, today.
    """
    archive = open_archive(context)
    point, day = read_point(archive, known_by), read_day(as_of)
    account = int(about) if about.isascii() and about.isdecimal() and len(about) <= 15 else None
    subjects: tuple[int, ...] = ()
    if account is None:
        identity = archive.records.identity(parse_subject(about), known_by=point)
        subjects = tuple(archive.records.mentions(identity, known_by=point))
    with reading(archive.engine) as connection:
        found = read_consents(
            connection,
            archive.vocabulary,
            subjects=subjects,
            account=account,
            day=today() if day is None else day,
            known_by=point,
        )
    rows = [
        (purpose, standing.state.value, allows(purpose, standing.state), standing.answer and standing.answer.entry)
        for purpose, standing in found.standing.items()
    ]
    if as_json:
        names = ("use", "state", "allowed", "entry")
        print_json(
            {"uses": [dict(zip(names, row, strict=True)) for row in rows], "given": [asdict(x) for x in found.given]}
        )
        return
    print_table(
        ("use", "answer", "allowed", "entry"),
        [(use, state, "yes" if allowed else "no", entry or "") for use, state, allowed, entry in rows],
    )


def _day(number: int | None) -> str | None:
    return None if number is None else (date(1970, 1, 1) + timedelta(days=number)).isoformat()
