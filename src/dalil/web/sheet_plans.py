"""What is known of an upload while somebody decides what it means: a file beside it, theirs alone.

A plan repeats cells of the sheet, so it lies with the upload, readable by its owner only, and goes when the upload
goes. It belongs to one account; for any other it is not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dalil.errors import UnknownSubject
from dalil.intake.choosing import Choices
from dalil.intake.profiles import SheetProfile
from dalil.protection.access import unknown
from dalil.web.uploads import NAME, uploads_folder

MOST_MAPPING_BYTES: Final = 1 << 20
_OWN: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlan:
    """An upload in the making.

    Attributes
    ----------
    name : str
        The name it is kept under.
    owner : str
        Key of the account that brought it.
    file : str
        What its owner's machine called it; shown to them, never part of a path.
    fits : tuple of str
        Mappings of the archive that name all its columns.
    """

    name: str
    owner: str
    file: str
    profile: SheetProfile
    fits: tuple[str, ...] = ()
    choices: Choices | None = None


def save_plan(archive: Path, plan: SheetPlan) -> None:
    """Keep a plan over the earlier one."""
    said = {
        "owner": plan.owner,
        "file": plan.file,
        "fits": list(plan.fits),
        "profile": plan.profile.as_json(),
        "choices": None if plan.choices is None else plan.choices.as_json(),
    }
    write_beside(archive, plan.name, "plan", json.dumps(said, ensure_ascii=False).encode())


def read_plan(archive: Path, name: str, owner: str) -> SheetPlan:
    """Return a plan of one's own.

    Raises
    ------
    UnknownSubject
        There is none of this name, or it is somebody else's.
    """
    path = uploads_folder(archive) / f"{name}.plan"
    if not NAME.fullmatch(name) or not path.is_file():
        raise _unknown_plan()
    said = json.loads(path.read_text(encoding="utf-8"))
    if said["owner"] != owner:
        raise _unknown_plan()
    return SheetPlan(
        name=name,
        owner=owner,
        file=said["file"],
        profile=SheetProfile.from_json(said["profile"]),
        fits=tuple(said["fits"]),
        choices=None if said["choices"] is None else Choices.from_json(said["choices"]),
    )


def plans_of(archive: Path, owner: str) -> list[tuple[str, str]]:
    """Return name and file name of the uploads of an account that wait for a decision, newest first."""
    found = []
    for path in sorted(uploads_folder(archive).glob("*.plan"), key=lambda each: -each.stat().st_mtime):
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["owner"] == owner and NAME.fullmatch(path.stem):
            found.append((path.stem, str(said["file"])))
    return found


def _unknown_plan() -> UnknownSubject:
    return unknown()


def write_beside(archive: Path, name: str, suffix: str, content: bytes) -> None:
    """Write a file beside an upload, readable by its owner only: whole or not at all.

    Two choices made one right after the other are two requests at once: each writes a file of its own, and the later
    takes the place of the earlier.
    """
    making = uploads_folder(archive) / f".{name}.{suffix}.{secrets.token_hex(8)}.making"
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    making.replace(uploads_folder(archive) / f"{name}.{suffix}")


def keep_own_mapping(archive: Path, name: str, text: str) -> str:
    """Keep a mapping beside an upload; return the digest by which this very text is found again."""
    content = text.encode()
    own = hashlib.sha256(content).hexdigest()[:16]
    write_beside(archive, name, f"{own}.yaml", content)
    return own


def own_mapping_path(archive: Path, name: str, own: str) -> Path:
    """Return where a mapping beside an upload is.

    Raises
    ------
    UnknownSubject
        There is none.
    """
    path = uploads_folder(archive) / f"{name}.{own}.yaml"
    if not NAME.fullmatch(name) or not _OWN.fullmatch(own) or not path.is_file():
        raise _unknown_plan()
    return path


def drop_upload(archive: Path, name: str) -> None:
    """Delete an upload and all that lies beside it."""
    if NAME.fullmatch(name):
        folder = uploads_folder(archive)
        for path in (*folder.glob(f"{name}*"), *folder.glob(f".{name}.*")):  # and what a crash left half-written
            path.unlink(missing_ok=True)
