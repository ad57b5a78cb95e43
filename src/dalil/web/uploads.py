"""Files on their way in: kept under a name nobody can guess, readable by their owner only, served back to nobody.

What a browser says the file is called is never part of a path.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

from django.core.files.uploadedfile import UploadedFile

from dalil.errors import HostileFile, WrongValue
from dalil.web.settings import WEB_FOLDER

MOST_BYTES: Final = 512 << 20
NAME: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def uploads_folder(archive: Path) -> Path:
    """Return the folder of uploads."""
    return archive / WEB_FOLDER / "uploads"


def keep_upload(archive: Path, file: UploadedFile) -> str:
    """Keep an uploaded file; return the name it is kept under.

    Raises
    ------
    HostileFile
        It is larger than a sheet ever is.
    """
    name = secrets.token_urlsafe(32)
    path = uploads_folder(archive) / name
    n_bytes = 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
            for chunk in file.chunks():
                n_bytes += len(chunk)
                if n_bytes > MOST_BYTES:
                    raise HostileFile("The file is too large.", expected=f"up to {MOST_BYTES >> 20} MB", where="file")
                kept.write(chunk)
    except HostileFile:
        path.unlink()
        raise
    return name


def upload_path(archive: Path, name: str) -> Path:
    """Return where an upload is kept.

    Raises
    ------
    WrongValue
        No such name, or one that is no name.
    """
    path = uploads_folder(archive) / name
    if not NAME.fullmatch(name) or not path.is_file():
        raise WrongValue("The file is no longer here.", expected="an upload", where="file", todo="Upload it again.")
    return path


def mapping_names(archive: Path) -> list[str]:
    """Return the mappings of the archive's hand, by name."""
    return sorted(path.stem for path in (archive / "hand" / "mappings").glob("*.yaml"))


def mapping_path(archive: Path, name: str) -> Path:
    """Return a mapping of the archive's hand.

    Raises
    ------
    WrongValue
        There is none of this name.
    """
    if name not in mapping_names(archive):
        raise WrongValue("There is no such mapping.", expected="a file of hand/mappings", where="mapping")
    return archive / "hand" / "mappings" / f"{name}.yaml"
