"""Which accounts of what was done to a person tell of the same act: one killing told by three lists is one killing.

Asked only of accounts of one person. A person dies once, so all that tell of a death tell of one. Of any other act two
accounts tell of the same if they name it the same, or one more generally than the other, their dates may be one day or
lie within a month of each other, and they do not name different parties. What one account tells as two acts stays two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from sqlalchemy import Connection, Table, select

from dalil.linkage.archives.arrests import FAR_AHEAD, LONG_AGO, NEAR_DAYS, chunks, in_accounts, party_heads
from dalil.records.tables import known_by
from dalil.values.ids import entry_of
from dalil.vocabulary.vocabulary import Vocabulary

RULE: Final = "one-act-1"
"""Version of the rule, on every run."""
DEATHS: Final = "lif"
"""The acts of which their victim died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What one account says of one act.

    Attributes
    ----------
    act, person : int
        Mentions.
    path : tuple of str
        The act in the tree of acts, from the most general term down.
    lo, hi : int
        First and last day on which it may have been done; open where nothing is said.
    party : str or None
        Who did it, as high in the tree of parties as tells states, groups and movements apart.
    """

    act: int
    person: int
    path: tuple[str, ...]
    lo: int = LONG_AGO
    hi: int = FAR_AHEAD
    party: str | None = None

    @property
    def subject(self) -> int:
        """The mention of the act."""
        return self.act


def may_be_one(x: Act, y: Act) -> bool:
    """Tell whether two accounts may tell of one act."""
    if entry_of(x.act) == entry_of(y.act):
        return False
    if x.path[0] == y.path[0] == DEATHS:
        return True
    shorter = min(len(x.path), len(y.path))
    if x.path[:shorter] != y.path[:shorter]:
        return False
    if x.party is not None and y.party is not None and x.party != y.party:
        return False
    return max(x.lo, y.lo) - min(x.hi, y.hi) <= NEAR_DAYS


def group(acts: Sequence[Act]) -> list[list[Act]]:
    """Return which of a person's accounts of acts belong together; those told most precisely are placed first."""
    groups: list[list[Act]] = []
    for act in sorted(acts, key=lambda each: (-len(each.path), each.hi - each.lo, each.lo, each.act)):
        fitting = [told for told in groups if all(may_be_one(act, other) for other in told)]
        if not fitting:
            groups.append([act])
            continue
        min(fitting, key=lambda told: (abs(told[0].lo - act.lo), told[0].act)).append(act)
    return groups


def read_acts(
    connection: Connection, tables: Mapping[str, Table], vocabulary: Vocabulary, persons: Sequence[int] | None = None
) -> list[Act]:
    """Read what accounts say now was done to some mentions of persons; to everybody, if None."""
    acts, heads, terms = tables["acts"], party_heads(vocabulary), vocabulary.schemes["acts"].terms
    columns = (acts.c.subject, acts.c.victim, acts.c.kind, acts.c.on_lo, acts.c.on_hi, acts.c.by)
    query = select(*columns, acts.c.id).where(acts.c.victim.is_not(None), known_by(acts, None))
    found: dict[int, Act] = {}
    for wanted in chunks(persons):
        asked = query if wanted is None else query.where(in_accounts(acts, wanted), acts.c.victim.in_(wanted))
        # Put in order here: asked in order, the database would read all acts.
        for act, person, kind, lo, hi, by, _ in sorted(connection.execute(asked), key=itemgetter(-1)):
            path = [kind]
            while (parent := terms[path[0]].parent) is not None:
                path.insert(0, parent)
            found[act] = Act(
                act=act,
                person=person,
                path=tuple(path),
                lo=LONG_AGO if lo is None else lo,
                hi=FAR_AHEAD if hi is None else hi,
                party=heads.get(by),
            )
    return [found[act] for act in sorted(found)]
