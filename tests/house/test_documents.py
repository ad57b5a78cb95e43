"""Documents say what the code says, lead where they point, and show examples that parse."""

from __future__ import annotations

import ast
import codecs
import inspect
import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml
from tools import reference_pages

from dalil import errors
from dalil.cli import cli
from dalil.configuration import Configuration, read_configuration
from dalil.intake.checking import check_account
from dalil.ledger.kinds import Kind
from dalil.records.tables import derived
from dalil.vocabulary import load_vocabulary
from house.documents import ROOT, Block, anchors, blocks, is_ours, linked_paths, pages

ROOMS = sorted(path.parent for path in (ROOT / "src" / "dalil").glob("*/__init__.py"))
REFERENCE = ROOT / "docs" / "reference"

every_page = pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))


def read(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


# --- links ------------------------------------------------------------------------------------------------------------
@every_page
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = [
        link
        for link, path, anchor in linked_paths(page)
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path))
    ]
    assert not broken


def test_every_page_that_code_points_to_exists() -> None:
    pointed = {
        (str(path.relative_to(ROOT)), page)
        for path in sorted((ROOT / "src").rglob("*.py"))
        for page in re.findall(r"docs/[a-z0-9/_-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert not [(path, page) for path, page in sorted(pointed) if not (ROOT / page).exists()]


def test_every_room_is_two_steps_from_the_front_page() -> None:
    first = {path for _, path, _ in linked_paths(ROOT / "README.md") if path.suffix == ".md" and path.exists()}
    second = {path for page in first for _, path, _ in linked_paths(page)}
    assert not [room.name for room in ROOMS if room not in second]


def test_every_page_can_be_reached_from_the_front_page() -> None:
    seen, coming = set(), [ROOT / "README.md"]
    while coming:
        page = coming.pop()
        if page in seen or page.suffix not in (".md", "") or not page.exists():
            continue
        seen.add(page)
        # A link to a folder leads to what is in it.
        coming += page.glob("*.md") if page.is_dir() else [path for _, path, _ in linked_paths(page)]
    lost = [page for page in pages() if page not in seen and page.is_relative_to(ROOT / "docs")]
    assert not [str(page.relative_to(ROOT)) for page in lost]


# --- generated pages, and pages that must be complete -----------------------------------------------------------------
def test_the_generated_pages_are_what_the_code_says() -> None:
    assert not reference_pages.stale(), "run `python -m tools.reference_pages`"


def all_commands(command: click.Command, context: click.Context) -> list[tuple[str, click.Command]]:
    found = [(context.command_path, command)]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += all_commands(inner, click.Context(inner, info_name=name, parent=context))
    return found


COMMANDS = all_commands(cli, click.Context(cli, info_name="dalil"))


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_every_command_and_option_says_what_it_does(path: str, command: click.Command) -> None:
    assert command.help
    silent = [each.name for each in command.params if isinstance(each, click.Option) and not each.help]
    assert not silent, f"options of `{path}` without help"
    assert f"`{path}`" in read("docs", "reference", "commands.md")


def test_every_error_has_a_docstring_and_a_place_on_its_page() -> None:
    page = read("docs", "reference", "errors.md")
    for name, each in inspect.getmembers(errors, inspect.isclass):
        assert inspect.getdoc(each), name
        assert f"### {name}" in page or f"`{name}`" in page or each is errors.DalilError, name


def test_every_setting_is_documented() -> None:
    page = read("docs", "reference", "configuration.md")
    documented = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert {field.name for field in fields(Configuration)} | {"format"} <= documented


def test_the_example_configuration_is_one(tmp_path: Path) -> None:
    (example,) = [block for block in blocks("toml") if block.page == REFERENCE / "configuration.md"]
    (tmp_path / "dalil.toml").write_text(example.text, encoding="utf-8")
    read_configuration(tmp_path / "dalil.toml")


def test_every_derived_table_is_documented() -> None:
    page = read("docs", "reference", "formats", "derived-tables.md")
    assert not [name for name in derived(load_vocabulary(("core", "syria"))) if f"`{name}`" not in page]


def test_the_glossary_has_every_kind_of_entry_and_of_subject() -> None:
    glossary = read("GLOSSARY.md")
    explained = set(re.findall(r"^\**\|? ?\*\*([a-z ]+)\*\*", glossary, re.MULTILINE))
    assert {kind.value for kind in Kind} <= explained
    vocabulary = load_vocabulary(("core", "syria"))
    assert set(vocabulary.kinds) <= explained
    for kind in vocabulary.kinds.values():
        assert f"| **{kind.code}** | {kind.labels['ar']} |" in glossary


def test_every_kind_of_entry_is_on_the_page_of_entries() -> None:
    page = read("docs", "reference", "formats", "entry.md")
    assert not [kind.value for kind in Kind if f"`{kind.value}`" not in page]


def test_decisions_are_numbered_each_once() -> None:
    names = [path.name for path in (ROOT / "docs" / "decisions").glob("*.md")]
    numbers = [re.fullmatch(r"(\d{4})-[a-z0-9-]+\.md", name) for name in names]
    assert all(numbers), names
    found = [match[1] for match in numbers if match]
    assert len(found) == len(set(found))
    for name in names:
        text = read("docs", "decisions", name)
        assert text.startswith(f"# {int(name[:4])}. "), f"{name} opens with another number"
        for heading in ("## Context", "## Options", "## Choice", "## What we gave up"):
            assert heading in text, f"{name} has no {heading}"


# --- examples ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_an_example_in_yaml_parses(block: Block) -> None:
    assert (
        yaml.load(block.text, Loader=yaml.BaseLoader) is not None
    )  # scalars stay text, as dalil's own reader has them


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_an_example_in_toml_parses(block: Block) -> None:
    assert tomllib.loads(block.text)


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_an_example_in_python_parses(block: Block) -> None:
    ast.parse(block.text)


def json_values(text: str) -> list[object]:
    decoder, found, rest = json.JSONDecoder(), [], text.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append(value)
        rest = rest[end:].strip()
    return found


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_an_example_in_json_parses_and_an_account_in_it_is_one(block: Block) -> None:
    vocabulary = load_vocabulary(("core", "syria"))
    for value in json_values(block.text):
        if isinstance(value, dict) and {"source", "statements"} <= set(value):
            check_account(value, vocabulary)


# --- the project stands alone -----------------------------------------------------------------------------------------
# Written backwards or in pieces, so that this file does not say them either.
ELSEWHERE = re.compile(
    "|".join(
        [
            "/wo" + r"rk/",
            "/ro" + r"ot/",
            "/ho" + r"me/\w",
            *(
                rf"\b{codecs.decode(word, 'rot13')}\b"
                for word in ("pynhqr", "naguebcvp", "pungtcg", "bcranv", "pbcvybg", "yyz")
            ),
        ]
    ),
    re.IGNORECASE,
)
TEXTS = {".md", ".py", ".yaml", ".yml", ".toml", ".typ", ".txt", ".json", ".csv", ".cfg", ".lock", ".sh", ""}


def test_no_file_speaks_of_the_place_it_was_written_in() -> None:
    spoken = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(ROOT.rglob("*"))
        if path.is_file()
        and path.suffix in TEXTS
        and is_ours(path)
        and ".hypothesis" not in path.parts
        and path.name != ".coverage"
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if ELSEWHERE.search(line)
    ]
    assert not spoken
