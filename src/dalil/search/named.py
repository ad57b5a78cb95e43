"""Finding facilities, and places that only the records name, by every name a source gives them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from dalil.ledger.log import size_of
from dalil.names import Unfinished, units_of
from dalil.protection.access import Actor, is_cleared
from dalil.protection.opening import visible
from dalil.records.marks import mentions_of
from dalil.records.tables import known_by as known
from dalil.records.tables import statements
from dalil.search.candidates import ask, candidates, chunks
from dalil.search.found import Reason, Spelling, SubjectHit
from dalil.search.gathering import SourceSaid, identities_of, sources_of, statements_said
from dalil.search.worded import Kinds, answers_in_words, matches_in_words
from dalil.values.ids import entry_of
from dalil.vocabulary.vocabulary import Vocabulary

MOST_NAMES: Final = 400
LEAST: Final = 0.3
"""Scores below this are no answer."""
AT_ONCE: Final = 100


class Named:
    """The finder of one kind of subject.

    Parameters
    ----------
    kind : str
        ``facility`` or ``place``.
    """

    def __init__(self, kind: str, tables: Mapping[str, Table], vocabulary: Vocabulary) -> None:
        self._kind, self._tables, self._vocabulary = kind, tables, vocabulary
        self._words = Kinds.of(vocabulary, f"{kind}_kinds")

    def find(
        self,
        connection: Connection,
        asked: Unfinished,
        *,
        within: str | None,
        known_by: int | None,
        limit: int,
        actor: Actor | None,
    ) -> list[SubjectHit]:
        """Return subjects by how well a name of theirs answers; ``within`` keeps those that lie below a place."""
        scores = self._scores(connection, asked, known_by)
        order = sorted((i for i in scores if scores[i] >= LEAST), key=lambda i: (-scores[i], i))
        inside = None if within is None else self._vocabulary.within("places", within)
        hits: list[SubjectHit] = []
        for group in chunks(order, AT_ONCE):
            seen: Collection[int] = group if actor is None else visible(connection, actor, group)
            hits += self._hits(connection, asked, seen, inside, known_by, actor)
            if len(hits) >= limit:
                break
        return sorted(hits, key=lambda hit: (-hit.score, hit.subject))[:limit]

    def _scores(self, connection: Connection, asked: Unfinished, known_by: int | None) -> dict[int, float]:
        size = size_of(connection)
        size = size if known_by is None else max(0, min(size, known_by))
        names = self._tables["names"]
        found_by_sound = candidates(
            connection, self._kind, ask(connection, asked, forgiving=True), size=size, most=MOST_NAMES
        )
        scores: dict[int, float] = {}
        for chunk in chunks(found_by_sound.ids):
            query = select(names.c.subject, names.c.text).where(names.c.id.in_(chunk), known(names, known_by))
            for subject, text in connection.execute(query).all():
                score = answers_in_words(asked, units_of(text), self._words)
                scores[subject] = max(score, scores.get(subject, 0.0))
        joined = identities_of(connection, sorted(scores), known_by)
        found: dict[int, float] = {}
        for subject, score in scores.items():
            identity = joined.get(subject, subject)
            found[identity] = max(score, found.get(identity, 0.0))
        return found

    def _hits(
        self,
        connection: Connection,
        asked: Unfinished,
        identities: Collection[int],
        inside: Collection[str] | None,
        known_by: int | None,
        actor: Actor | None,
    ) -> list[SubjectHit]:
        mentions = mentions_of(connection, identities, known_by=known_by)
        owner = {mention: identity for identity, group in mentions.items() for mention in group}
        names: dict[int, list[tuple[int, int]]] = {identity: [] for identity in mentions}
        kinds: dict[int, set[str]] = {identity: set() for identity in mentions}
        s = statements.c
        for chunk in chunks(sorted(owner)):
            query = select(s.id, s.subject, s.predicate, s.value).where(
                s.subject.in_(chunk), s.predicate.in_(("name", f"{self._kind}_kind")), known(statements, known_by)
            )
            for identifier, subject, predicate, value in connection.execute(query).all():
                if predicate == "name":
                    names[owner[subject]].append((identifier, subject))
                else:
                    kinds[owner[subject]].add(value)
        places = self._places(connection, owner, known_by)
        ids = [identifier for group in names.values() for identifier, _ in group]
        said = statements_said(connection, ids)
        read = sources_of(connection, {entry_of(identifier) for identifier in ids})
        hits = []
        for identity in mentions:
            if inside is not None and not places.get(identity, set()) & set(inside):
                continue
            spelt = [
                self._spelling(asked, identifier, mention, said[identifier], read)
                for identifier, mention in sorted(names[identity])
                if identifier in said and (actor is None or is_cleared(actor, said[identifier].get("sensitivity")))
            ]
            spelt.sort(key=lambda each: -each[0])
            if spelt and spelt[0][0] >= LEAST:
                hits.append(
                    SubjectHit(
                        subject=identity,
                        score=spelt[0][0],
                        spellings=tuple(spelling for _, spelling in spelt),
                        reasons=_reasons(spelt[0][1]),
                        kinds=tuple(sorted(kinds[identity])),
                        places=tuple(sorted(places.get(identity, ()))),
                    )
                )
        return hits

    def _spelling(
        self,
        asked: Unfinished,
        identifier: int,
        mention: int,
        said: Mapping[str, Any],
        read: Mapping[int, SourceSaid],
    ) -> tuple[float, Spelling]:
        value = said["value"]
        text = said.get("original") or value["text"]
        source = read[entry_of(identifier)]
        return answers_in_words(asked, units_of(value["text"]), self._words), Spelling(
            text=text,
            parts={},
            script=value.get("script"),
            language=value.get("language"),
            statement=identifier,
            mention=mention,
            source=source.id,
            source_key=source.key,
            synthetic=source.synthetic,
            matches=matches_in_words(asked, text, self._words),
        )

    def _places(self, connection: Connection, owner: Mapping[int, int], known_by: int | None) -> dict[int, set[str]]:
        """Return the codes of the places each subject lies in, also by way of a subject that it lies in."""
        locations = self._tables["locations"]
        found: dict[int, set[str]] = {}
        inside: dict[int, set[int]] = {}
        for chunk in chunks(sorted(owner)):
            for subject, place, outer in self._located(connection, locations, chunk, known_by):
                if place is not None:
                    found.setdefault(owner[subject], set()).add(place)
                if outer is not None:
                    inside.setdefault(outer, set()).add(owner[subject])
        for chunk in chunks(sorted(inside)):
            for subject, place, _ in self._located(connection, locations, chunk, known_by):
                if place is not None:
                    for identity in inside[subject]:
                        found.setdefault(identity, set()).add(place)
        return found

    @staticmethod
    def _located(
        connection: Connection, locations: Table, subjects: Collection[int], known_by: int | None
    ) -> list[Any]:
        ids = select(statements.c.id).where(statements.c.subject.in_(subjects), statements.c.predicate == "located_in")
        query = select(locations.c.subject, locations.c.place, locations.c["in"])
        return list(connection.execute(query.where(locations.c.id.in_(ids), known(locations, known_by))).all())


def _reasons(spelling: Spelling) -> tuple[Reason, ...]:
    """Return what answers in a spelling."""
    return tuple(
        Reason(
            english=f"name: {spelling.text[each.start : each.stop]}",
            arabic=f"الاسم: {spelling.text[each.start : each.stop]}",
            likeness=each.likeness,
        )
        for each in spelling.matches
    )
