"""``dalil vocabulary``: the terms statements are made of."""

from __future__ import annotations

import click

from dalil.cli.printing import json_option, print_json, print_table
from dalil.vocabulary import load_vocabulary


@click.group()
def vocabulary() -> None:
    """Look up schemes, terms and predicates."""


@vocabulary.command()
@click.argument("scheme", required=False)
@json_option
def show(scheme: str | None, as_json: bool) -> None:
    """List the schemes, or the terms of one SCHEME in both languages."""
    loaded = load_vocabulary()
    rows: list[tuple[str, int | str, str]]
    if scheme is None:
        rows = [(code, len(found.terms), found.labels.get("en", "")) for code, found in sorted(loaded.schemes.items())]
        columns = ("scheme", "terms", "what it is")
    else:
        rows = [(term.code, term.en, term.ar) for term in loaded.scheme(scheme).terms.values()]
        columns = ("code", "English", "Arabic")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    print_table(columns, rows)


@vocabulary.command()
@click.argument("scheme")
@click.argument("text")
def resolve(scheme: str, text: str) -> None:
    """Print the code that TEXT (a code, label or alias in any language) means in SCHEME."""
    click.echo(load_vocabulary().resolve(scheme, text))


@vocabulary.command()
@json_option
def predicates(as_json: bool) -> None:
    """List what a statement can say, and of what."""
    rows = [
        (
            code,
            ", ".join(sorted(predicate.of)),
            ", ".join(predicate.parts) or (predicate.value.base if predicate.value else ""),
        )
        for code, predicate in sorted(load_vocabulary().predicates.items())
    ]
    columns = ("predicate", "of", "says")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    print_table(columns, rows)
