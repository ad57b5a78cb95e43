"""dalil: a system of record for people who document human-rights violations.

>>> import dalil
>>> archive = dalil.open("path/to/archive")
>>> run = archive.figures.run("F10")
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dalil.archive import Archive, __version__

__all__ = ["Archive", "__version__", "open"]


def open(path: str | PathLike[str]) -> Archive:  # noqa: A001  # dalil.open reads as the sentence it is
    """Open the archive in the folder ``path``."""
    from dalil.archive import Archive

    return Archive(Path(path))


def __getattr__(name: str) -> object:
    """Import the archive when it is asked for: comparing names needs none, and should not wait for it."""
    if name in __all__:
        from dalil import archive

        return getattr(archive, name)
    raise AttributeError(name)
