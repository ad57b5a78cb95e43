"""Finding facilities, and places that only the records name, by every name a source gives them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from dalil.intake.register import accounts, sources
from dalil.names import Unfinished, units_of
from dalil.protection.access import Actor, is_cleared
from dalil.protection.opening import visible_mentions
from dalil.records.marks import mentions_of
from dalil.records.tables import known_by as known
from dalil.records.tables import statements
from dalil.search.candidates import Extent, ask, candidates, chunks
from dalil.search.found import Reason, Spelling, SubjectHit
from dalil.search.gathering import SourceSaid, note_source, statements_said
from dalil.search.queries import SOURCE, Queries, moment
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
        self._queries = {then: Queries(tables, then=then) for then in (False, True)}
        self._extent = Extent()
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
            mentions = None if actor is None else visible_mentions(connection, actor, group)
            if mentions is None or known_by is not None:
                seen = group if mentions is None else list(mentions)
                mentions = mentions_of(connection, seen, known_by=known_by)
            hits += self._hits(connection, asked, mentions, inside, known_by, actor)
            if len(hits) >= limit:
                break
        return sorted(hits, key=lambda hit: (-hit.score, hit.subject))[:limit]

    def _scores(self, connection: Connection, asked: Unfinished, known_by: int | None) -> dict[int, float]:
        keys = ask(connection, asked, forgiving=True)
        found_by_sound = candidates(
            connection, self._kind, keys, known_by=known_by, extent=self._extent, most=MOST_NAMES
        )
        scores: dict[int, float] = {}
        query = self._queries[known_by is not None].names(of_sex=False, written=False)
        for chunk in chunks(found_by_sound.ids):
            for _, _, identity, text, *_ in connection.execute(query, {"ids": chunk} | moment(known_by)).all():
                score = answers_in_words(asked, units_of(text), self._words)
                scores[identity] = max(score, scores.get(identity, 0.0))
        return scores

    def _hits(
        self,
        connection: Connection,
        asked: Unfinished,
        mentions: Mapping[int, Collection[int]],
        inside: Collection[str] | None,
        known_by: int | None,
        actor: Actor | None,
    ) -> list[SubjectHit]:
        owner = {mention: identity for identity, group in mentions.items() for mention in group}
        names: dict[int, list[tuple[int, int]]] = {identity: [] for identity in mentions}
        kinds: dict[int, set[str]] = {identity: set() for identity in mentions}
        s = statements.c
        read: dict[int, SourceSaid] = {}
        said_of = select(s.id, s.subject, s.predicate, s.value, *SOURCE).join(accounts, accounts.c.id == s.entry)
        said_of = said_of.join(sources, sources.c.id == accounts.c.source)
        said_of = said_of.where(s.predicate.in_(("name", f"{self._kind}_kind")), known(statements, known_by))
        for chunk in chunks(sorted(owner)):
            rows = connection.execute(said_of.where(s.subject.in_(chunk))).all()
            for identifier, subject, predicate, value, *source in rows:
                if predicate == "name":
                    names[owner[subject]].append((identifier, subject))
                    note_source(read, source)
                else:
                    kinds[owner[subject]].add(value)
        places = self._places(connection, owner, known_by)
        said = statements_said(connection, [identifier for group in names.values() for identifier, _ in group])
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
        """Return the codes of the places each subject lies in, also by way of a subject that it lies in. One query."""
        inner, outer = self._tables["locations"].alias("inner"), self._tables["locations"].alias("outer")
        s, its = statements.c, statements.alias("its")
        found: dict[int, set[str]] = {}
        query = select(s.subject, inner.c.place, outer.c.place).join(inner, inner.c.id == s.id)
        query = query.join(its, (its.c.subject == inner.c["in"]) & (its.c.predicate == "located_in"), isouter=True)
        query = query.join(outer, (outer.c.id == its.c.id) & known(outer, known_by), isouter=True)
        query = query.where(s.predicate == "located_in", known(inner, known_by))
        for chunk in chunks(sorted(owner)):
            for subject, *places in connection.execute(query.where(s.subject.in_(chunk))).all():
                found.setdefault(owner[subject], set()).update(place for place in places if place is not None)
        return found


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
