"""``dalil search``: find persons by name."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dalil.cli.printing import (
    as_of_option,
    json_option,
    known_by_option,
    open_archive,
    print_json,
    read_day,
    read_point,
)
from dalil.cli.reading import csv_rows, places_of, tell_of
from dalil.cli.writing import check_writable, written_whole
from dalil.names import script_of
from dalil.search import build, find
from dalil.values.ids import format_subject

if TYPE_CHECKING:
    from dalil.search.found import Match, PeopleFound, Spelling, SubjectHit

limit_option = click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="Most answers.")
prefix_option = click.option("--prefix", is_flag=True, help="The last word is incomplete.")
within_option = click.option("--in", "within", metavar="PLACE", help="Only in this place: a code, label or alias.")


@click.group()
def search() -> None:
    """Find persons, places and facilities by name, in any script."""


@search.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--sex", help="male or female, or what else the vocabulary calls them.")
@click.option("--age", metavar="YEARS", help="Age on the day of --as-of: 33, or 30-35.")
@click.option("--place", help="Where they live, or where something was done to them: a code, label or alias.")
@click.option("--dates", help="When something of their detentions or acts may have happened: 2013-08, 2013/2014, …")
@click.option("--act", help="What was done to them: a code, label or alias.")
@click.option("--status", help="Status of a detention on the day of --as-of, such as disappeared.")
@click.option("--source", help="Only whom the source with this key names.")
@as_of_option
@known_by_option
@limit_option
@prefix_option
@json_option
@click.pass_context
def people(
    context: click.Context,
    query: tuple[str, ...],
    sex: str | None,
    age: str | None,
    place: str | None,
    dates: str | None,
    act: str | None,
    status: str | None,
    source: str | None,
    as_of: str | None,
    known_by: str | None,
    limit: int,
    prefix: bool,
    as_json: bool,
) -> None:
    """Find persons of the archive whose name is, or sounds like, QUERY."""
    archive = open_archive(context)
    found = archive.search.people(
        " ".join(query),
        sex=sex,
        age=_read_ages(age),
        place=place,
        dates=dates,
        act=act,
        status=status,
        source=source,
        as_of=read_day(as_of),
        known_by=read_point(archive, known_by),
        limit=limit,
        prefix=prefix,
    )
    if as_json:
        print_json(_json(asdict(found)))
        return
    _print_people(found)


@search.command()
@click.argument("query", nargs=-1, required=True)
@within_option
@known_by_option
@limit_option
@prefix_option
@json_option
@click.pass_context
def places(
    context: click.Context,
    query: tuple[str, ...],
    within: str | None,
    known_by: str | None,
    limit: int,
    prefix: bool,
    as_json: bool,
) -> None:
    """Find places by code, label or alias, and places that only the records name."""
    archive = open_archive(context)
    point = read_point(archive, known_by)
    found = archive.search.places(" ".join(query), within=within, known_by=point, limit=limit, prefix=prefix)
    if as_json:
        print_json(_json(asdict(found)))
        return
    rows = [
        (
            hit.code,
            _marked(hit.matched, hit.matches),
            hit.labels["en"],
            hit.labels["ar"],
            hit.kind,
            ", ".join(hit.within),
        )
        for hit in found.hits
    ]
    _print_rows(("code", "found as", "English", "Arabic", "kind", "lies in"), rows)
    if found.subjects:
        _print_subjects(found.subjects)


@search.command()
@click.argument("query", nargs=-1, required=True)
@within_option
@known_by_option
@limit_option
@prefix_option
@json_option
@click.pass_context
def facilities(
    context: click.Context,
    query: tuple[str, ...],
    within: str | None,
    known_by: str | None,
    limit: int,
    prefix: bool,
    as_json: bool,
) -> None:
    """Find facilities by any name a source gives them."""
    archive = open_archive(context)
    point = read_point(archive, known_by)
    found = archive.search.facilities(" ".join(query), within=within, known_by=point, limit=limit, prefix=prefix)
    if as_json:
        print_json(_json(asdict(found)))
        return
    _print_subjects(found.hits)


def _read_ages(text: str | None) -> tuple[int, int] | None:
    """Read ``--age``: one number, or the least and the greatest."""
    if text is None:
        return None
    least, dash, greatest = text.partition("-")
    ends = [end.strip() for end in ((least, greatest) if dash else (least, least))]
    if not all(end.isascii() and end.isdigit() and len(end) <= 3 for end in ends) or int(ends[0]) > int(ends[1]):
        raise click.UsageError("--age takes a number of years, or two: 33, or 30-35.")
    return int(ends[0]), int(ends[1])


_IDS = frozenset({"person", "subject", "statement", "mention", "id"})


def _json(value: Any, name: str = "") -> Any:
    """Return found values with ids as people write them."""
    if isinstance(value, dict):
        return {key: _json(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    return format_subject(value) if name in _IDS and isinstance(value, int) else value


def _print_people(found: PeopleFound) -> None:
    """Print a table of persons, with reasons in the language of the query's letters."""
    arabic = script_of(found.query) == "Arab"
    rows = []
    for hit in found.hits:
        spellings = "\n".join(dict.fromkeys(_spelt(spelling) for spelling in hit.spellings))
        reasons = "\n".join(reason.arabic if arabic else reason.english for reason in hit.reasons)
        known = ", ".join((*hit.sexes, *hit.places, *dict.fromkeys(episode.status for episode in hit.episodes)))
        sources = ", ".join(hit.sources) + (" (synthetic)" if hit.synthetic else "")
        rows.append((hit.id, f"{hit.score:.2f}", spellings, reasons, known, sources))
    _print_rows(("person", "score", "names, as written", "why", "known", "sources"), rows)
    more = "" if found.complete else "; more sound like it and were not compared: give a fuller name, or a filter"
    click.echo(f"{len(found.hits)} shown of {found.n_candidates} names compared{more}", err=True)


def _print_subjects(hits: tuple[SubjectHit, ...]) -> None:
    rows = [
        (
            hit.id,
            f"{hit.score:.2f}",
            "\n".join(dict.fromkeys(_spelt(spelling) for spelling in hit.spellings)),
            ", ".join(hit.kinds),
            ", ".join(hit.places),
            ", ".join(sorted({spelling.source_key for spelling in hit.spellings})),
        )
        for hit in hits
    ]
    _print_rows(("id", "score", "names, as written", "kind", "lies in", "sources"), rows)


def _spelt(spelling: Spelling) -> str:
    beside = [f"{part} {text}" for part, text in spelling.parts.items() if text not in spelling.text]
    return _marked(spelling.text, spelling.matches) + (f" ({', '.join(beside)})" if beside else "")


def _marked(text: str, matches: tuple[Match, ...]) -> str:
    """Return a text with what answers to the query in bold, in the markup of the table."""
    from rich.markup import escape

    shown, at = "", 0
    for match in matches:
        shown += f"{escape(text[at : match.start])}[bold]{escape(text[match.start : match.stop])}[/bold]"
        at = match.stop
    return shown + escape(text[at:])


def _print_rows(columns: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
    """Print a table whose cells hold markup."""
    from rich.console import Console
    from rich.table import Table

    table = Table(header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*["" if cell is None else str(cell) for cell in row])
    Console(highlight=False).print(table)


@search.command("batch")
@click.argument("names", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("queries", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="Answers to each query.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV file to write.")
def batch(names: Path, queries: Path, top: int, out: Path) -> None:
    """Look each of QUERIES (CSV: qid,query) up in the list NAMES (CSV: id,name)."""
    check_writable([out], reads=[names, queries])
    ids: list[str] = []

    def texts() -> Iterator[str]:
        for row_id, name in _two_columns(names, "id", "name"):
            ids.append(row_id)
            yield name

    index = build(texts())
    click.echo(f"{len(index)} names indexed", err=True)
    with written_whole(out) as (beside,), beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["qid", "rank", "id", "score"])
        for query_id, query in _two_columns(queries, "qid", "query"):
            for rank, hit in enumerate(find(index, query, top=top), 1):
                writer.writerow([query_id, rank, ids[hit.place], f"{hit.score:.6f}"])


def _two_columns(path: Path, first: str, second: str) -> Iterator[tuple[str, str]]:
    """Yield two columns of a CSV file."""
    n_short = 0
    with csv_rows(path) as rows:
        at, to = places_of(next(rows, []), first, second, where=path.name)
        for row in rows:
            if len(row) > max(at, to):
                yield row[at], row[to]
            elif row:
                n_short += 1
    tell_of(n_short, f"of {path.name} without {first} or {second}: left out")
