"""What the figures room asks of an archive, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Engine, Table

    from dalil.vocabulary.vocabulary import Vocabulary


class Said(Protocol):
    """A statement with its source, as the records room gives it."""

    @property
    def id(self) -> int: ...
    @property
    def subject(self) -> int: ...
    @property
    def identity(self) -> int: ...
    @property
    def predicate(self) -> str: ...
    @property
    def value(self) -> Any: ...
    @property
    def lo(self) -> int | None: ...
    @property
    def hi(self) -> int | None: ...
    @property
    def when(self) -> str | None: ...
    @property
    def locator(self) -> str | None: ...
    @property
    def speaker(self) -> int | None: ...
    @property
    def source(self) -> int: ...
    @property
    def source_key(self) -> str: ...
    @property
    def synthetic(self) -> bool: ...
    @property
    def is_free(self) -> bool: ...


class Finder(Protocol):
    """The records room's search; see ``dalil.records.querying.Records``."""

    def find(
        self,
        *,
        kind: str | None = None,
        name: str | None = None,
        predicate: str | None = None,
        value: object = None,
        source: str | None = None,
        locator: str | None = None,
        subject: int | None = None,
        known_by: int | None = None,
    ) -> Sequence[Said]:
        """Return the statements that fit every condition given, in the order of the ledger."""
        ...


class FigureArchive(Protocol):
    """An archive as the figures room sees it."""

    @property
    def definitions_folder(self) -> Path:
        """Where figure definitions are, one YAML file each."""
        ...

    @property
    def derived_folder(self) -> Path:
        """Scratch space that may be deleted freely; whatever protects the archive at rest protects it too."""
        ...

    @property
    def engine(self) -> Engine:
        """The database; used only to make a snapshot that is not there yet."""
        ...

    @property
    def tables(self) -> Mapping[str, Table]:
        """The derived tables; used only to make a snapshot."""
        ...

    @property
    def vocabulary(self) -> Vocabulary: ...

    @property
    def records(self) -> Finder: ...

    @property
    def code_version(self) -> str: ...

    def ledger_size(self) -> int:
        """Return how many entries the ledger has now."""
        ...

    def derived_size(self) -> int:
        """Return the size of the ledger up to its last entry that derived rows may come from."""
        ...

    def ledger_root(self, size: int) -> str:
        """Return the root of the ledger's tree at a size, in hexadecimal."""
        ...

    def anybody_refused(self) -> bool:
        """Tell whether anybody ever refused to be counted: only then is it asked who."""
        ...
