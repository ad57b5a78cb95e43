"""What someone has begun to enter and not yet submitted: a file of their own, outside the ledger.

A draft says nothing yet, so it is no entry. It may hold words about people, so it lies in the archive's folder under
the key of whoever wrote it, readable by its owner only.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dalil.errors import UnknownSubject

FOLDER: Final = "drafts"
NAME: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form begun: which form, and its fields."""

    name: str
    form: str
    fields: Mapping[str, str]
    saved_at: float


def save_draft(archive: Path, key_id: str, form: str, fields: Mapping[str, str], *, name: str | None = None) -> str:
    """Keep a draft, over the earlier one of this name; return its name."""
    name = name if name is not None and NAME.fullmatch(name) else secrets.token_hex(8)
    folder = archive / FOLDER / key_id
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    making = folder / f".{name}.making"
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"form": form, "fields": dict(fields)}, file, ensure_ascii=False)
    making.replace(folder / f"{name}.json")  # whole or not at all
    return name


def read_draft(archive: Path, key_id: str, name: str) -> Draft:
    """Return a draft of one's own.

    Raises
    ------
    UnknownSubject
        There is none of this name under this key.
    """
    path = archive / FOLDER / key_id / f"{name}.json"
    if not NAME.fullmatch(name) or not path.is_file():
        raise UnknownSubject("There is no such draft.", expected="a draft of one's own")
    said = json.loads(path.read_text(encoding="utf-8"))
    return Draft(name=name, form=said["form"], fields=said["fields"], saved_at=path.stat().st_mtime)


def list_drafts(archive: Path, key_id: str) -> list[Draft]:
    """Return one's own drafts, newest first."""
    folder = archive / FOLDER / key_id
    names = [path.stem for path in folder.glob("*.json")] if folder.is_dir() else []
    return sorted((read_draft(archive, key_id, name) for name in names), key=lambda each: -each.saved_at)


def drop_draft(archive: Path, key_id: str, name: str) -> None:
    """Delete a draft of one's own; none of this name is no error."""
    if NAME.fullmatch(name):
        (archive / FOLDER / key_id / f"{name}.json").unlink(missing_ok=True)
