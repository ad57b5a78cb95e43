"""The published tables as tables."""

from __future__ import annotations

from benchmarks import published_tables as facts

from dalil.estimation.table import Table


def table(facts_of: facts.PublishedTable) -> Table:
    """Return a published table."""
    return Table.from_patterns(facts_of.patterns, facts_of.counts, lists=facts_of.lists)


def plain(lists: str, counts: dict[str, int]) -> Table:
    """Return a table of lists named by letters, from patterns of 0 and 1."""
    return Table.from_patterns([[int(x) for x in row] for row in counts], list(counts.values()), lists=list(lists))


KOSOVO, UK, NETHERLANDS, WESTERN = (table(t) for t in (facts.KOSOVO, facts.UK, facts.NETHERLANDS, facts.WESTERN))
ROME, NEW_ORLEANS, NEW_ZEALAND = (table(t) for t in (facts.ROME, facts.NEW_ORLEANS, facts.NEW_ZEALAND))
KOREA, SPINA_BIFIDA = table(facts.KOREA), table(facts.SPINA_BIFIDA)
# Chan, Silverman & Vincent 2021, table 2: one list shares nobody with the others.
APART = plain("ABC", {"100": 40, "010": 30, "001": 20, "110": 6})
