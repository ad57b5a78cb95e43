"""The building blocks of a report, as ``report.yaml`` lists them: what stands where, in no language.

Words live in the prose files. A block names the slots it needs ("kinship.column.all"), so two languages can be checked
against each other before either is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

PARAGRAPHS: Final = ("p", "h", "notice")
"""Blocks of one text: a paragraph, a heading inside a section, a remark set apart."""
LISTS: Final = ("list", "numbered", "conclusions")
"""Blocks of several texts; conclusions are numbered and set apart."""
GENERATED: Final = ("comparison", "law", "definitions", "estimates", "sources", "checkpoint")
"""Blocks the publication room fills by itself; their slots are a caption and a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """One text: see :data:`PARAGRAPHS`."""

    kind: str
    slot: str

    def slots(self) -> Iterator[str]:
        """Name the texts the block cannot do without."""
        yield self.slot


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBlock:
    """Several texts: see :data:`LISTS`."""

    kind: str
    items: tuple[str, ...]

    def slots(self) -> Iterator[str]:
        """Name the texts the block cannot do without."""
        yield from self.items


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBlock:
    """A case told apart from the text around it: a title and paragraphs in a frame."""

    title: str
    items: tuple[str, ...]

    def slots(self) -> Iterator[str]:
        """Name the texts the block cannot do without."""
        yield self.title
        yield from self.items


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row of bindings, one a column; its label is a slot."""

    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock:
    """Figures in rows and columns."""

    id: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]

    def slots(self) -> Iterator[str]:
        """Name the texts the block cannot do without."""
        yield f"{self.id}.caption"
        yield f"{self.id}.corner"
        yield from (f"{self.id}.column.{column}" for column in self.columns)
        yield from (f"{self.id}.row.{row.id}" for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixBlock:
    """Texts in rows and columns; ``weights`` are the columns' shares of the width."""

    id: str
    columns: tuple[str, ...]
    weights: tuple[int, ...]
    rows: tuple[str, ...]

    def slots(self) -> Iterator[str]:
        """Name the texts the block cannot do without."""
        yield f"{self.id}.caption"
        yield from (f"{self.id}.column.{column}" for column in self.columns)
        yield from (f"{self.id}.{row}.{column}" for row in self.rows for column in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBlock:
    """One figure drawn along one of its dimensions."""

    id: str
    figure: str
    series: str

    def slots(self) -> Iterator[str]:
        """Name the texts the block cannot do without."""
        yield f"{self.id}.caption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom recommendations are addressed to; the name is a slot."""

    id: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationsBlock:
    """Recommendations by addressee, numbered within each."""

    addressees: tuple[Addressee, ...]

    def slots(self) -> Iterator[str]:
        """Name the texts the block cannot do without."""
        for addressee in self.addressees:
            yield f"to.{addressee.id}"
            yield from addressee.items


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedBlock:
    """A table made from the figures, sources, instruments or ledger: see :data:`GENERATED`."""

    kind: str
    id: str

    def slots(self) -> Iterator[str]:
        """Name the texts the block cannot do without."""
        yield f"{self.id}.caption"


Block: TypeAlias = (
    TextBlock | ListBlock | CaseBlock | TableBlock | MatrixBlock | ChartBlock | RecommendationsBlock | GeneratedBlock
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section; its heading is the slot ``<id>``.

    ``part`` is ``body`` (numbered I, II, …), ``closing`` (not numbered) or ``annex`` (lettered A, B, …).
    """

    id: str
    part: str
    blocks: tuple[Block, ...]
