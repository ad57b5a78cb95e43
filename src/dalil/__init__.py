"""dalil: a system of record for people who document human-rights violations.

>>> import dalil
>>> archive = dalil.open("path/to/archive")
>>> run = archive.figures.run("F10")
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from dalil.archive import Archive, __version__

__all__ = ["Archive", "__version__", "open"]


def open(path: str | PathLike[str]) -> Archive:  # noqa: A001  # dalil.open reads as the sentence it is
    """Open the archive in the folder ``path``."""
    return Archive(Path(path))
