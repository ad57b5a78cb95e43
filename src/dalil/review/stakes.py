"""What hangs on who is who: the mentions that published figures rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from dalil.errors import BadInput
from dalil.figures.figures import Figures
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger
from dalil.records.querying import Records
from dalil.values.ids import parse_subject

Mentions: TypeAlias = npt.NDArray[np.int64]
UNITS: Final = ("person", "episode", "case")
"""Units of figures that change when two records become one."""


def stakes_of(
    figures: Figures, ledger: Ledger, records: Records, *, also: Iterable[str] = ()
) -> Mapping[str, Mentions]:
    """Return the members of each published figure that counts persons or detentions.

    While nothing has been published, every such figure of the archive is taken; in any case those named in ``also``. A
    definition that cannot be counted any
    more is at no stake.
    """
    issued = {
        entry.body["figure"]
        for entry in ledger.entries(kind=Kind.ISSUE)
        if entry.body is not None and entry.body.get("issued") == "run"
    }
    joined = [(row.subject, row.identity) for row in records.rows("memberships")]
    subject, identity = np.array(joined, np.int64).reshape(-1, 2).T
    stakes: dict[str, Mentions] = {}
    for name in sorted({*(issued or figures.names()), *also}):
        try:
            run = figures.run(name)
        except BadInput:
            continue
        if run.unit in UNITS:
            members = np.array([parse_subject(member) for member in run.members], np.int64)
            stakes[name] = np.concatenate([members, subject[np.isin(identity, members)]])
    return stakes
