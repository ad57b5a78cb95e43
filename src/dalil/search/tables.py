"""The tables of the search index: where names that sound alike were said, by blocks of the ledger.

Plain tables of texts, numbers and byte strings. A posting holds statement ids, so everything else about a name (its
text, whose it is, since and until when it stood) is read from the derived rows: closing a statement leaves the index as
it was, and `known_by` is asked of the rows.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, Table, Text

metadata: Final = MetaData()

# One row for each kind of subject, block of the ledger and coarse key. By block first, so that a batch writes side by
# side: by key first it would touch a page for nearly every key it holds.
postings: Final = Table(
    "search_postings",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("places", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Every folded word that a name in the archive has, and its coarse key.
words: Final = Table(
    "search_words",
    metadata,
    Column("form", Text, primary_key=True),
    Column("key", Text, nullable=False),
    sqlite_with_rowid=False,
)

Index("search_words_by_key", words.c.key)

# Every coarse key, under itself and under itself less one letter: keys that share a row here differ by a slip of the
# pen.
near: Final = Table(
    "search_near",
    metadata,
    Column("less", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    sqlite_with_rowid=False,
)

ALL: Final = (postings, words, near)
