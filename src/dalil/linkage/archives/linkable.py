"""Which mentions of persons in lists can be linked, and which tell too little: no more of the records than that.

The same rule as that by which records are made (``linkage.archives.records``); a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select, Table, or_, select

from dalil.linkage.archives.records import FEWEST, mentions_in_lists
from dalil.records.tables import known_by

Longs = npt.NDArray[np.int64]


def read_linkable(connection: Connection, tables: Mapping[str, Table]) -> tuple[Longs, Longs]:
    """Return the mentions of persons in lists that can be linked, as known now, and those that tell too little.

    Can be linked is who bears a name and of whom something besides is told: a father, a mother, a birth or an arrest.
    Both are ascending, real and invented persons together. Whoever could be linked but is the only one who could,
    among the real or among the invented, is in neither.
    """
    names, said, events, episodes = (tables[name] for name in ("names", "statements", "episode_events", "episodes"))
    mentions, synthetic = columns_of(connection, mentions_in_lists(tables, "synthetic"))

    def told_of(query: Select[Any], table: Table) -> Longs:
        return columns_of(connection, query.where(known_by(table, None))).ravel()

    named = told_of(select(names.c.subject).where(names.c.text.is_not(None)), names)
    parents = told_of(
        select(names.c.subject).where(or_(names.c.father.is_not(None), names.c.mother.is_not(None))), names
    )
    births = told_of(
        select(said.c.subject).where(
            said.c.predicate.in_(("birth", "age")),
            said.c.polarity.is_(None),
            said.c.role.is_(None),
            said.c.lo.is_not(None),
            said.c.hi.is_not(None),
        ),
        said,
    )
    arrests = told_of(
        select(events.c.subject).where(
            events.c.event == "arrested", events.c.on_lo.is_not(None), events.c.on_hi.is_not(None)
        ),
        events,
    )
    whose = select(episodes.c.subject, episodes.c.person).where(known_by(episodes, None)).order_by(episodes.c.id)
    episode, person = columns_of(connection, whose)[:, ::-1]
    _, last = np.unique(episode, return_index=True)  # what is said last of whose a detention is
    arrested = person[last][np.isin(episode[last], arrests)]
    can = np.isin(mentions, named) & np.isin(mentions, np.concatenate([parents, births, arrested]))
    alone = np.isin(synthetic, [world for world in (0, 1) if (can & (synthetic == world)).sum() < FEWEST])
    return np.sort(mentions[can & ~alone]), np.sort(mentions[~can])


def columns_of(connection: Connection, query: Select[Any]) -> Longs:
    """Return the columns of a query for whole numbers, (n_columns, n_rows)."""
    found = connection.execute(query)
    n_columns = len(found.keys())
    return np.fromiter(chain.from_iterable(found.all()), np.int64).reshape(-1, n_columns).T
