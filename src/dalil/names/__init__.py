"""Personal names: their parts, what stands in place of a name, and how likely two spellings are one name.

Pure functions of text. Nothing here decides that two names are of one person: a score by names alone is for people and
for `linkage` to weigh.
"""

from __future__ import annotations

from dalil.names.comparing import score, score_many
from dalil.names.explaining import Comparison, PartCompared, compare
from dalil.names.features import ABSENT, NO_FEATURES, Features, compare_features
from dalil.names.keys import PartKeys, keys
from dalil.names.parents import score_with_parents
from dalil.names.parsing import NamePart, ParsedName, Role, parse
from dalil.names.relatives import UnnamedRelative, unnamed_relative
from dalil.names.romanising import SYSTEMS, romanise
from dalil.names.scripts import script_of
from dalil.names.split import FULL_ORDER, NameParts, split_name
from dalil.names.unfinished import Unfinished, read_unfinished, score_unfinished, unfinished_keys
from dalil.names.units import Unit, units_of
from dalil.values.plain_text import clean_text

__all__ = [
    "ABSENT",
    "FULL_ORDER",
    "NO_FEATURES",
    "SYSTEMS",
    "Comparison",
    "Features",
    "NamePart",
    "NameParts",
    "ParsedName",
    "PartCompared",
    "PartKeys",
    "Role",
    "Unfinished",
    "Unit",
    "UnnamedRelative",
    "clean_text",
    "compare",
    "compare_features",
    "keys",
    "parse",
    "read_unfinished",
    "romanise",
    "score",
    "score_many",
    "score_unfinished",
    "score_with_parents",
    "script_of",
    "split_name",
    "unfinished_keys",
    "units_of",
    "unnamed_relative",
]
