"""Finding persons by name: an index over a list of names, asked in any script, answered best first.

The index here stands on a plain list and lives in memory. It finds; it does not decide who is who.
"""

from __future__ import annotations

from dalil.search.finding import Hit, find
from dalil.search.index import NameIndex, build

__all__ = ["Hit", "NameIndex", "build", "find"]
