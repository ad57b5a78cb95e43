"""Writes the reference pages that follow from code: every command, and every error.

``python -m tools.reference_pages`` writes ``docs/reference/commands.md`` and ``docs/reference/errors.md``;
``--check`` only compares, and fails if a page is not what the code says.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from dalil import errors
from dalil.cli import cli

REFERENCE: Final = Path(__file__).parent.parent / "docs" / "reference"

COMMANDS_HEAD: Final = """\
# Commands

`dalil <room> <verb>`. This page is generated from the commands themselves (`python -m tools.reference_pages`).

Results go to standard output, progress and complaints to standard error. `--json` prints for machines; `--dry-run` says
what would happen and writes nothing; `--as-of` takes a day in the world; `--known-by` takes a size of the ledger, or a
day at whose end to stand. The archive is the folder given with `--archive`, or in `DALIL_ARCHIVE`, or the present one.
`-h` or `--help` after any command prints its help. The exit code says who must act: see [errors.md](errors.md).
"""

ERRORS_HEAD: Final = """\
# Errors

Every error dalil raises, grouped by who must act. This page is generated from `src/dalil/errors.py`
(`python -m tools.reference_pages`).

A message says what was expected, what was found, where, and what to do next. It holds identifiers, positions, column
names and counts, never a person's name or the words of a record.

| exit code | who must act |
|---|---|
| 0 | nobody |
| 2 | whoever typed the command: it is not one dalil knows |
"""


def commands_page() -> str:
    """Return the text of ``commands.md``."""
    context = click.Context(cli, info_name="dalil")
    sections = [f"\n## `dalil`\n\n{_help(cli)}\n{_parameters(cli, context)}"]
    sections += [_section(command, inner) for inner, command in _walk(cli, context)]
    return COMMANDS_HEAD + "".join(sections)


def _walk(group: click.Group, context: click.Context) -> Iterator[tuple[click.Context, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        yield inner, command
        if isinstance(command, click.Group):
            yield from _walk(command, inner)


def _section(command: click.Command, context: click.Context) -> str:
    level = "##" if isinstance(command, click.Group) or context.parent is context.find_root() else "###"
    text = f"\n{level} `{context.command_path}`\n\n{_help(command)}\n"
    if isinstance(command, click.Group):
        return text
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    return f"{text}\n```\n{usage}\n```\n{_parameters(command, context)}"


def _help(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "")


def _parameters(command: click.Command, context: click.Context) -> str:
    rows = [_row(parameter, context) for parameter in command.params if isinstance(parameter, click.Option)]
    return "" if not rows else "\n".join(["\n| option | meaning |", "|---|---|", *rows, ""])


def _row(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    takes = "" if option.is_flag or option.count else f" `{option.make_metavar(context)}`".replace("|", "\\|")
    notes = [option.help or ""]
    notes += ["Required."] if option.required else []
    notes += ["May be given more than once."] if option.multiple else []
    shown = option.get_help_extra(context).get("default") if option.show_default else None
    notes += [f"Default: `{shown}`."] if shown else []
    return f"| {names}{takes} | {' '.join(note for note in notes if note)} |".replace("\n", " ")


def errors_page() -> str:
    """Return the text of ``errors.md``."""
    families = error_families()
    rows = "".join(f"| {family.exit_code} | {family.who} |\n" for family in families)
    rows += "| 130 | nobody: the command was stopped from the keyboard; what was acknowledged is kept |\n"
    return ERRORS_HEAD + rows + "".join(_family(family, members) for family, members in families.items())


def error_families() -> Mapping[type[errors.DalilError], list[type[errors.DalilError]]]:
    """Return the exceptions of ``errors.py``, by the class that stands for who must act, in the order of the file."""
    classes = [
        each
        for each in vars(errors).values()
        if inspect.isclass(each) and issubclass(each, errors.DalilError) and each.__module__ == errors.__name__
    ]
    heads = (errors.BadInput, errors.ReviewNeeded, errors.KeeperNeeded, errors.DalilError)
    found: dict[type[errors.DalilError], list[type[errors.DalilError]]] = {head: [] for head in heads}
    for each in classes:
        if each not in found:
            family = next(parent for parent in each.__mro__ if parent in found)
            found[family].append(each)
    return found


def _family(family: type[errors.DalilError], members: list[type[errors.DalilError]]) -> str:
    # The base class of all stands for what is our own fault; its docstring says something else.
    about = "" if family is errors.DalilError else f"\n{_first_paragraph(family)} (`{family.__name__}`)\n"
    text = f"\n## Exit code {family.exit_code}: {family.who}\n{about}"
    return text + "".join(f"\n### {each.__name__}\n\n{inspect.getdoc(each)}\n" for each in members)


def _first_paragraph(family: type[errors.DalilError]) -> str:
    return (inspect.getdoc(family) or "").partition("\n\n")[0]


def pages() -> Mapping[Path, str]:
    """Return every generated page by its path."""
    return {REFERENCE / "commands.md": commands_page(), REFERENCE / "errors.md": errors_page()}


def stale() -> list[Path]:
    """Return the pages that are not what the code says."""
    return [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]


@click.command()
@click.option("--check", is_flag=True, help="Compare only; fail if a page is not up to date.")
def main(check: bool) -> None:
    """Write the generated reference pages."""
    if not check:
        for path, text in pages().items():
            path.write_text(text, encoding="utf-8")
        return
    old = stale()
    for path in old:
        click.echo(f"{path} is not what the code says; run `python -m tools.reference_pages`.", err=True)
    sys.exit(1 if old else 0)


if __name__ == "__main__":
    main()
