"""Personal names: how a full name divides, what stands in place of a name, and which script a text is in.

Pure functions of text. Nothing here decides that two names are of one person: that is for `linkage`.
"""

from __future__ import annotations

from dalil.names.relatives import UnnamedRelative, unnamed_relative
from dalil.names.scripts import script_of
from dalil.names.split import FULL_ORDER, NameParts, split_name
from dalil.values.plain_text import clean_text

__all__ = [
    "FULL_ORDER",
    "NameParts",
    "UnnamedRelative",
    "clean_text",
    "script_of",
    "split_name",
    "unnamed_relative",
]
