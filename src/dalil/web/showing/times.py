"""The two times of a page: a day in the world, a point of the ledger; read from the address, checked, handed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.http import urlencode

from dalil.archive import Archive
from dalil.web.showing.dates import day_of, iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What a page was asked for.

    Attributes
    ----------
    as_of : int
        Day number.
    known_by : int or None
        A ledger size; None for all of it.
    size : int
        The ledger's size now.
    stops : tuple of int
        Points between which the handle moves, the least first: those worked out ahead, this one, and all of it. None
        where none was worked out; it then moves over every entry.
    """

    as_of: int
    known_by: int | None
    size: int
    recorded_at: str
    stops: tuple[int, ...] = ()

    @property
    def day(self) -> str:
        """The day in the world, as ISO."""
        return iso(self.as_of)

    @property
    def point(self) -> int:
        """The ledger size in force."""
        return self.size if self.known_by is None else self.known_by

    @property
    def stop(self) -> int:
        """Which of the stops is in force."""
        return self.stops.index(self.point)

    @property
    def last_stop(self) -> int:
        """The last of the stops."""
        return len(self.stops) - 1

    @property
    def query(self) -> str:
        """The times as a query, to carry from page to page; empty when both are now."""
        said = {"as_of": self.day}
        if self.known_by is not None:
            said["known_by"] = str(self.known_by)
        return urlencode(said)


def read_times(request: HttpRequest, archive: Archive, *, default_day: int | None = None, prefix: str = "") -> Times:
    """Read ``as_of`` and ``known_by``; what cannot be read is taken as not given, and the page shows what it took."""
    asked = request.GET.get(f"{prefix}known_by", "")
    known_by: int | None = None
    if asked.isascii() and asked.isdigit() and len(asked) < 15:
        known_by = max(1, int(asked))
    elif (day := day_of(asked)) is not None:
        known_by = max(1, archive.size_on(day))
    size, recorded_at = archive.ledger.end(known_by)
    if known_by is not None and known_by >= size:
        known_by = None
    today = (date.today() - date(1970, 1, 1)).days  # noqa: DTZ011  # a day in the reader's own world
    as_of = day_of(request.GET.get(f"{prefix}as_of"))
    last = size if known_by is None else known_by
    ahead = archive.figures.points()
    return Times(
        as_of=as_of if as_of is not None else (default_day if default_day is not None else today),
        known_by=known_by,
        size=size,
        stops=tuple(sorted({*(each for each in ahead if each < size), last, size})) if ahead else (),
        recorded_at=recorded_at,
    )
