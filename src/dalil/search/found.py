"""What a search of the archive answers: plain values, for the command line and for screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dalil.values.ids import format_subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A stretch of a spelling that answers to a part of the query.

    Attributes
    ----------
    start, stop : int
        Its first character, and the one after its last.
    likeness : float
        From 0 to 1; 1 for the same name.
    beginning : bool
        Only its beginning was typed.
    """

    start: int
    stop: int
    likeness: float
    beginning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One way a source wrote a name.

    Attributes
    ----------
    text : str
        As the source wrote it.
    parts : mapping of str to str
        The parts the statement tells apart: given, father, mother, …
    script, language : str or None
        As the statement says.
    statement, mention : int
        Ids of the statement that gives the name, and of the subject it gives it to.
    source : int
        Ledger position of the source; ``source_key`` is its key.
    synthetic : bool
        The source is invented.
    matches : tuple of Match
        What of ``text`` answers to the query, in the order of the text.
    """

    text: str
    parts: Mapping[str, str]
    script: str | None
    language: str | None
    statement: int
    mention: int
    source: int
    source_key: str
    synthetic: bool
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something was found, in one line of each language; ``likeness`` is None for what is not of a name."""

    english: str
    arabic: str
    likeness: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A detention of a person found: its id, its status on the day asked about, and how certain that is."""

    id: int
    status: str
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHit:
    """One person found; joined mentions are one person.

    Attributes
    ----------
    person : int
        Identity; ``id`` writes it as people do.
    score : float
        How well the names answer to the query, from 0 to 1. Filters do not change it.
    spellings : tuple of Spelling
        Every spelling, the one that answers best first. Never empty.
    reasons : tuple of Reason
        Part by part, about the first spelling; then what kin and others add.
    sexes, places, sources : tuple of str
        Codes said of the person (places also of their detentions), and keys of the sources that name them.
    births : tuple of (int or None, int or None)
        Spans of days of birth that statements give or ages imply, in days since 1970-01-01.
    episodes : tuple of Episode
        Their detentions.
    n_mentions : int
        Mentions joined in this person.
    """

    person: int
    score: float
    spellings: tuple[Spelling, ...]
    reasons: tuple[Reason, ...]
    sexes: tuple[str, ...]
    births: tuple[tuple[int | None, int | None], ...]
    places: tuple[str, ...]
    sources: tuple[str, ...]
    episodes: tuple[Episode, ...]
    n_mentions: int

    @property
    def id(self) -> str:
        """The person's id as people write it."""
        return format_subject(self.person)

    @property
    def synthetic(self) -> bool:
        """Whether every source that names the person is invented."""
        return all(spelling.synthetic for spelling in self.spellings)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFound:
    """The answer to a query for persons.

    Attributes
    ----------
    query : str
        As asked.
    hits : tuple of PersonHit
        Best first.
    n_candidates : int
        Names whose parts sound like the query's and that were looked at.
    complete : bool
        Whether these were all such names; if not, a fuller name or a filter finds more.
    facets : mapping of str to mapping of str to int
        If asked for, how many of the 100 likeliest persons that pass the filters bear each value: by ``sex``,
        ``place`` (governorates), ``status``, ``source``.
    as_of : int
        Day for which ages and statuses were worked out, in days since 1970-01-01.
    known_by : int or None
        Ledger size; None means now.
    seconds : float
        Time it took.
    """

    query: str
    hits: tuple[PersonHit, ...]
    n_candidates: int
    complete: bool
    as_of: int
    known_by: int | None
    seconds: float = 0.0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHit:
    """A place of the vocabulary: its code (a P-code, where it has one), what it is called and what it lies in.

    Attributes
    ----------
    labels : mapping of str to str
        By language.
    within : tuple of str
        Codes above it, nearest first.
    matched : str
        The label or alias that answers best, with its ``matches``.
    """

    code: str
    score: float
    labels: Mapping[str, str]
    kind: str | None
    within: tuple[str, ...]
    matched: str
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectHit:
    """A facility (or place) of the records: joined mentions are one.

    Attributes
    ----------
    subject : int
        Identity; ``id`` writes it as people do.
    spellings : tuple of Spelling
        Every name, the one that answers best first.
    kinds, places : tuple of str
        Codes of what it is and of where it lies.
    """

    subject: int
    score: float
    spellings: tuple[Spelling, ...]
    reasons: tuple[Reason, ...]
    kinds: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def id(self) -> str:
        """The subject's id as people write it."""
        return format_subject(self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesFound:
    """The answer to a query for places: those of the vocabulary, and those that only the records name."""

    query: str
    hits: tuple[PlaceHit, ...]
    subjects: tuple[SubjectHit, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilitiesFound:
    """The answer to a query for facilities."""

    query: str
    hits: tuple[SubjectHit, ...]
    seconds: float
