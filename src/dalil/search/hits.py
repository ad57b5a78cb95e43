"""A person chosen, as an answer shows them: every spelling with what of it answers, reasons, what the records say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from dalil.names import Unfinished
from dalil.records.status import Status
from dalil.search.found import Episode, PersonHit, Reason, Spelling
from dalil.search.gathering import About, Gathered
from dalil.search.kin import Tie
from dalil.search.ranking import matches
from dalil.search.reasons import reasons_of
from dalil.values.ids import entry_of

PARTS: Final = ("given", "father", "grandfather", "family", "mother", "kunya")
"""What a spelling shows beside its text."""
Spelt: TypeAlias = "tuple[float, int, Mapping[str, Any]]"
"""A name statement as it answers to a query: how well, its id, and what it says."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A person whose records were read."""

    about: About
    gathered: Gathered
    score: float
    tie: Tie | None

    def source_keys(self) -> tuple[str, ...]:
        """Return the keys of the sources that tell of the person."""
        read = self.gathered.sources
        found: Iterable[str] = (read[entry].key for entry in self.about.entries if entry in read)
        return tuple(sorted(set(found)))


def person_hit(
    one: Chosen,
    spelt: Sequence[Spelt],
    asked: Unfinished,
    text: str,
    *,
    statuses: Mapping[int, Status],
    more: Iterable[Reason],
) -> PersonHit:
    """Return a person as an answer to a query.

    Parameters
    ----------
    spelt
        The spellings that may be shown, the one that answers best first; at least one.
    more
        Reasons that are not of the name itself.
    """
    about = one.about
    return PersonHit(
        person=about.identity,
        score=one.score,
        spellings=tuple(_spelling(one, identifier, said, asked) for _, identifier, said in spelt),
        reasons=(*reasons_of(asked, text, spelt[0][2]["value"]), *more),
        sexes=tuple(sorted(about.sexes)),
        births=tuple(sorted(about.births, key=str)),
        places=tuple(sorted(about.places)),
        sources=one.source_keys(),
        episodes=tuple(Episode(id=each, status=said.code, certain=said.certain) for each, said in statuses.items()),
        n_mentions=len(about.mentions),
    )


def _spelling(one: Chosen, identifier: int, said: Mapping[str, Any], asked: Unfinished) -> Spelling:
    value = said["value"]
    text = said.get("original") or value["text"]
    source = one.gathered.sources[entry_of(identifier)]
    return Spelling(
        text=text,
        parts={part: value[part] for part in PARTS if value.get(part)},
        script=value.get("script"),
        language=value.get("language"),
        statement=identifier,
        mention=one.about.names[identifier],
        source=source.id,
        source_key=source.key,
        synthetic=source.synthetic,
        matches=matches(asked, text),
    )
