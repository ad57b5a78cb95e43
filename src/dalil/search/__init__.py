"""Finding persons by name: an index over a list of names, asked in any script, answered best first.

Two indexes: one of a plain list, in memory (`build`, `find`), and one in an archive's own database, kept up in the
transaction that records (`dalil.search.archive_search`). Both find; neither decides who is who.
"""

from __future__ import annotations

from dalil.search.finding import Hit, find
from dalil.search.index import NameIndex, build

__all__ = ["Hit", "NameIndex", "build", "find"]
