"""What the house style asks of every module, where a machine can see it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "dalil"
MODULES = sorted(SOURCES.rglob("*.py"))
LONGEST = 400
"""Lines of a module, from the house style: one idea each, and at 400 look for the seam."""
NO_NAMES = {"utils", "util", "common", "misc", "core", "helpers", "process", "handle", "manage"}

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCES)))


def public_things(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Yield public classes and functions of a module, and public methods of public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef) and not is_protocol(node):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not inner.name.startswith("_"):
                        yield inner


def is_protocol(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


@every_module
def test_a_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "__init__.py" and not text.strip():
        pytest.skip("an empty package file says nothing and needs to")
    assert ast.get_docstring(ast.parse(text)), "open the module with a docstring: what it is for and what it promises"


@every_module
def test_a_module_is_not_longer_than_one_idea(path: Path) -> None:
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= LONGEST, f"{n_lines} lines: look for the seam"


@every_module
def test_every_public_thing_has_a_docstring(path: Path) -> None:
    bare = [
        f"line {node.lineno}: {node.name}"
        for node in public_things(ast.parse(path.read_text(encoding="utf-8")))
        if not ast.get_docstring(node)
    ]
    assert not bare, "public things without a docstring: " + ", ".join(bare)


@every_module
def test_no_module_is_named_for_nothing_in_particular(path: Path) -> None:
    assert path.stem not in NO_NAMES, "a homeless function is telling you that a concept lacks a name"


@every_module
def test_no_work_is_left_for_later_in_a_comment(path: Path) -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X ")
    lines = path.read_text(encoding="utf-8").splitlines()
    left = [number for number, line in enumerate(lines, 1) if any(mark in line for mark in marks)]
    assert not left, f"lines {left}: do it now or open an issue"


@every_module
def test_the_broadest_except_stands_at_the_edge_only(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    broad = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and not isinstance(node.body[-1], ast.Raise)  # it only tidies up on the way
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    ]
    edge = path.parent.name == "cli" or path.relative_to(SOURCES).as_posix() == "web/jobs.py"
    assert not broad or edge, f"lines {broad}: name what can go wrong, or let it through"


def test_exceptions_live_in_one_place() -> None:
    elsewhere = [
        f"{path.relative_to(SOURCES)}: {node.name}"
        for path in MODULES
        if path.name != "errors.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id.endswith(("Error", "Exception")) for base in node.bases)
    ]
    assert not elsewhere, "move these to errors.py: " + ", ".join(elsewhere)
