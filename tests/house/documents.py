"""Reading the project's own documents: files, links, headings, code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {".venv", ".git", "build", "node_modules"}

LINK = re.compile(r"(?<!!)\[[^\]^\[]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def is_ours(path: Path) -> bool:
    """Tell whether a file belongs to the project: not installed, cached or made by a command."""
    parts = path.relative_to(ROOT).parts
    return not any(
        part in NOT_OURS or part.endswith(("_cache", "__pycache__", ".egg-info")) for part in parts
    ) and not (parts[0] == "demo" and len(parts) > 1 and parts[1].startswith("out"))


def pages() -> list[Path]:
    """Return every page of documentation."""
    return sorted(path for path in ROOT.rglob("*.md") if is_ours(path) and ".hypothesis" not in path.parts)


def links(page: Path) -> Iterator[str]:
    """Yield the targets of a page's links, but for those inside code."""
    text = re.sub(r"`[^`\n]*`", "``", FENCE.sub("", page.read_text(encoding="utf-8")))
    yield from LINK.findall(text)


def linked_paths(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield link, file and anchor of every link that stays within the project."""
    for link in links(page):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        target, _, anchor = link.partition("#")
        yield link, (page.parent / target).resolve() if target else page, anchor


def anchors(page: Path) -> set[str]:
    """Return the anchors that the headings of a page make."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in HEADING.findall(text)}


def blocks(language: str) -> list[Block]:
    """Return every fenced block of a language, in any page."""
    return [
        Block(page, text.count("\n", 0, match.start()) + 1, match[1], match[2])
        for page in pages()
        for text in [page.read_text(encoding="utf-8")]
        for match in FENCE.finditer(text)
        if match[1] == language
    ]
