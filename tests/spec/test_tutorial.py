"""The tutorial does what it says: every file in it is written, every command run, what it shows is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "first-archive.md"
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def steps() -> Iterator[tuple[str, str, str]]:
    """Yield (language, file name, text) of each labelled block, in order."""
    yield from (match.groups() for match in BLOCK.finditer(PAGE.read_text(encoding="utf-8")))  # type: ignore[misc]


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a console block with the lines shown under it."""
    shown: list[str] = []
    command = ""
    for line in text.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        elif line.strip() not in ("", "…"):
            shown.append(line)
    yield command, shown


def is_printed(line: str, printed: str) -> bool:
    """Tell whether a line is among what was printed; spaces may differ, and `…` stands for anything."""
    pieces = [r"\s+".join(map(re.escape, piece.split())) for piece in line.split("…")]
    return re.search(r"\s*.*?\s*".join(pieces), printed) is not None


def test_every_command_of_the_tutorial_runs_and_prints_what_is_shown(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "COLUMNS": "120", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "HOME": str(tmp_path)}
    n_commands = 0
    for language, name, text in steps():
        if name:
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        elif language == "console":
            for command, shown in commands(text):
                n_commands += 1
                if command.startswith("export "):
                    variable, _, value = command.removeprefix("export ").partition("=")
                    environment[variable] = value
                    continue
                done = subprocess.run(
                    command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
                )
                refuses = any(line.startswith("dalil: ") for line in shown)
                printed = done.stdout + done.stderr
                assert (done.returncode != 0) is refuses, f"$ {command}\n{printed}"
                missing = [line for line in shown if not is_printed(line, printed)]
                assert not missing, f"$ {command}\nshown but not printed:\n{missing}\nprinted:\n{printed}"
    assert n_commands >= 15
