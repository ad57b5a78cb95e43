"""Which records are of one person: lists linked across scripts, with every error measured and people in charge.

`link` takes a `RecordTable` and gives clusters, scored pairs, a frozen model and a report; nothing here decides for
good. What reviewers answered comes first, always.
"""

from __future__ import annotations

from dalil.linkage.asking import ask
from dalil.linkage.labels import read_labels
from dalil.linkage.mapping import ListMapping, read_mapping
from dalil.linkage.plan import Linked, Settings, link
from dalil.linkage.reading import read_lists
from dalil.linkage.record_table import RecordTable
from dalil.linkage.weighing.model import Model, start_model

__all__ = [
    "Linked",
    "ListMapping",
    "Model",
    "RecordTable",
    "Settings",
    "ask",
    "link",
    "read_labels",
    "read_lists",
    "read_mapping",
    "start_model",
]
