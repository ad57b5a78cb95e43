"""One search for persons, step by step.

Candidates from the index; their names compared in full; those of relatives who may lend a name; mentions brought
together as persons; what is said of the best of them; filters; hits, with reasons. Each step is bounded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Select, Table, func, select, union_all

from dalil.ledger.log import size_of
from dalil.names import Unfinished
from dalil.protection.access import Actor, is_cleared
from dalil.protection.opening import visible, visible_mentions
from dalil.records.status import Status
from dalil.records.tables import BLOCK, SAYS_SEX, memberships, statements, subjects
from dalil.records.tables import known_by as known
from dalil.search.candidates import Weights, ask, chunks, heaviest, weigh
from dalil.search.filtering import Filters, count_facets, passes
from dalil.search.found import Episode, PeopleFound, PersonHit, Spelling
from dalil.search.gathering import About, Gathered, Gatherer, statements_said
from dalil.search.kin import Tie, lent, ties
from dalil.search.postings import block_of
from dalil.search.ranking import answers, answers_in_part, matches, read_name, read_parts
from dalil.search.reasons import kin_reason, reasons_of
from dalil.values.ids import entry_of
from dalil.vocabulary.vocabulary import Vocabulary

MOST_NAMES: Final = 160
"""Names compared in full for a query."""
MOST_NAMES_FORGIVEN: Final = 240
"""The same, where names that sound only nearly alike are among them."""
MOST_WRITTEN: Final = 60
"""Names written exactly as the query that are always compared."""
MOST_NAMES_FILTERED: Final = (500, 1_500)
"""The same, where a filter may leave few of them; the second where fewer were left than are shown."""
MOST_COUNTED: Final = 100
"""Persons that facets are counted over."""
LATER_AT_ONCE: Final = 400
"""Persons whose records are read at once when a filter left too few of the first."""
MOST_WITH_KIN: Final = 12
"""Persons whose relatives are looked up."""
LEAST: Final = 0.05
"""Scores below this are no answer."""
SURE: Final = 0.75
"""A best score from which names that sound only nearly alike are not asked for as well."""
LENT: Final = 0.85
"""What a score is multiplied by where a relative lent the name that answers."""
PARTS: Final = ("text", "given", "father", "grandfather", "family", "mother", "kunya")
READ_PARTS: Final = ("text", "father", "grandfather", "mother", "kunya")
"""Parts that are compared, in the order of `read_parts`."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a search reads from."""

    tables: Mapping[str, Table]
    vocabulary: Vocabulary
    gatherer: Gatherer


@dataclass(slots=True)
class _Met:
    """A person met: the best score, and the tie through which a relative lent a name, if one did."""

    score: float
    tie: Tie | None = None


Spelt: TypeAlias = "tuple[float, int, Mapping[str, Any]]"
"""A name statement as it answers to a query: how well, its id, and what it says."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A person whose records were read."""

    about: About
    gathered: Gathered
    score: float
    tie: Tie | None


class PersonSearch:
    """One search; asked once."""

    def __init__(
        self,
        rooms: Rooms,
        connection: Connection,
        asked: Unfinished,
        text: str,
        *,
        known_by: int | None,
        as_of: int,
        actor: Actor | None,
    ) -> None:
        self._rooms, self._connection, self._asked, self._text = rooms, connection, asked, text
        self._known_by, self._as_of, self._actor = known_by, as_of, actor
        self._folded: dict[int, dict[int, Status]] = {}
        self._spelt_as: dict[int, list[Spelt]] = {}
        self._sex: str | None = None
        self._compared: dict[int, tuple[int, float] | None] = {}
        self._weights: dict[bool, Weights] = {}
        self._records: dict[int, Gathered] = {}

    def run(self, empty: PeopleFound, filters: Filters, *, limit: int, facets: bool) -> PeopleFound:
        """Return ``empty`` with what was found."""
        n_read = max(limit, MOST_COUNTED) if facets else limit
        self._sex = filters.sex
        # Whoever asks for thousands, to change them all, has thousands of names compared.
        few, many = MOST_NAMES_FILTERED
        for most in (few, max(many, limit)) if filters.any() else (max(MOST_NAMES, limit),):
            met, n_candidates, complete = self._meet(most, limit)
            if len(self._asked.complete) + bool(self._asked.last) > 1:
                self._lend(met)
            chosen, read_all = self._choose(met, filters, n_read)
            if complete or len(chosen) >= limit:
                break
        counted = [(each.about, self._codes(each), _keys(each)) for each in chosen[:n_read]] if facets else []
        spelt = self._spelt(chosen[:limit])
        return replace(
            empty,
            hits=tuple(self._hit(each, spelt[each.about.identity]) for each in chosen[:limit]),
            n_candidates=n_candidates,
            complete=complete and read_all,
            facets=count_facets(counted, self._rooms.vocabulary) if facets else {},
        )

    # --- by name ------------------------------------------------------------------------------------------------------
    def _meet(self, most: int, limit: int) -> tuple[dict[int, _Met], int, bool]:
        """Return persons by how well their names answer, in the order of the candidates; how many; whether all."""
        size = size_of(self._connection)
        if self._known_by is not None:
            size = max(0, min(size, self._known_by))
        met: dict[int, _Met] = {}
        scores: dict[int, float] = {}
        complete = True
        scores |= self._compare(self._written(size), met)
        for forgiving in (False, True):
            wanted = most if not forgiving else MOST_NAMES_FORGIVEN * most // MOST_NAMES
            if forgiving not in self._weights:
                asked = ask(self._connection, self._asked, forgiving=forgiving)
                self._weights[forgiving] = weigh(self._connection, "person", asked, size=size)
            found = heaviest(self._weights[forgiving], wanted)
            complete = found.complete
            if not found.whole and not forgiving:
                continue  # nobody has every part as it is written
            scores |= self._compare([each for each in found.ids if each not in scores], met)
            # A good answer without one of the parts came by chance: others as good were not looked at.
            best = max((scores[each] for each in found.ids if entry_of(each) in found.whole), default=0.0)
            if best >= SURE and len(met) >= limit:
                break
        return met, len(scores), complete

    def _written(self, size: int) -> list[int]:
        """Return names written as the query is, letter by letter: of a very common name these must not be missed."""
        names, text = self._rooms.tables["names"], self._text.strip()
        if self._asked.last or not text:
            return []
        blocks = range(block_of(max(0, size - 1)) + 1)
        same = select(names.c.id, names.c.subject).where(BLOCK.in_(blocks), names.c.text == text)
        found = same.order_by(names.c.id.desc()).limit(MOST_WRITTEN).subquery()
        of_persons = select(found.c.id).join(subjects, subjects.c.id == found.c.subject)
        ids = self._connection.execute(of_persons.where(subjects.c.kind == "person")).scalars()
        return [each for each in sorted(ids, reverse=True) if entry_of(each) < size]

    def _compare(self, ids: Sequence[int], met: dict[int, _Met]) -> dict[int, float]:
        """Score names and the persons who bear them; return the scores by statement, 0 for what is not known."""
        names = self._rooms.tables["names"]
        by_name = dict.fromkeys(ids, 0.0)
        owned_by = func.coalesce(memberships.c.identity, names.c.subject)
        joined = (memberships.c.subject == names.c.subject) & known(memberships, self._known_by)
        owned = select(names.c.id, owned_by, *(names.c[part] for part in READ_PARTS))
        owned = owned.join(memberships, joined, isouter=True).where(known(names, self._known_by))
        for chunk in chunks([each for each in ids if each not in self._compared]):
            self._compared |= dict.fromkeys(chunk)
            wanted = self._of_sex(chunk, owned.with_only_columns(names.c.id, owned_by))
            rows = self._connection.execute(owned.where(names.c.id.in_(wanted))).all() if wanted else ()
            for name, owner, *said in rows:
                self._compared[name] = owner, answers(self._asked, read_parts(*said))
        for identifier in ids:  # in the order of the candidates
            answered = self._compared[identifier]
            if answered is not None:
                identity, by_name[identifier] = answered
                person = met.setdefault(identity, _Met(0.0))
                person.score = max(person.score, by_name[identifier])
        return by_name

    def _of_sex(self, ids: Sequence[int], owned: Select[int, int]) -> Sequence[int]:
        """Return those names of persons of the sex asked for, if one is: asked before they are compared."""
        if self._sex is None:
            return ids
        names, s, m = self._rooms.tables["names"], statements.c, memberships.c
        owners = {row[0]: row[1] for row in self._connection.execute(owned.where(names.c.id.in_(ids))).all()}
        said = SAYS_SEX & (s.value == self._sex) & known(statements, self._known_by)
        fitting: set[int] = set()
        for chunk in chunks(sorted(set(owners.values()))):
            by_itself = select(s.subject).where(s.subject.in_(chunk), said)
            by_mention = select(m.identity).join(statements, s.subject == m.subject)
            by_mention = by_mention.where(m.identity.in_(chunk), known(memberships, self._known_by), said)
            fitting.update(self._connection.execute(union_all(by_itself, by_mention)).scalars())
        return [each for each in ids if owners.get(each) in fitting]

    def _lend(self, met: dict[int, _Met]) -> None:
        """Score relatives of the likeliest by the names these lend them."""
        first = sorted(met, key=lambda identity: (-met[identity].score, identity))[:MOST_WITH_KIN]
        likely = dict.fromkeys([*list(met)[:MOST_WITH_KIN], *first])
        found = ties(self._connection, self._rooms.tables, self._rooms.vocabulary, list(likely), self._known_by)
        names = self._names({identity for tie in found for identity in (tie.person, tie.other)}) if found else {}
        for tie in found:
            best = max(
                (
                    answers(self._asked, lent(own, read_name(others), tie.relation))
                    for own in map(read_name, names.get(tie.person, ()))
                    if answers_in_part(self._asked, own)
                    for others in names.get(tie.other, ())
                ),
                default=0.0,
            )
            person = met.setdefault(tie.person, _Met(0.0))
            score = max(LENT * best, (person.score + best) / 2)
            if score > person.score:
                person.score, person.tie = score, tie

    def _names(self, identities: Collection[int]) -> dict[int, list[dict[str, str | None]]]:
        """Return the values of the names of some identities. One query for every few hundred."""
        names, m = self._rooms.tables["names"], memberships.c
        columns = [names.c[part] for part in PARTS]
        found: dict[int, list[dict[str, str | None]]] = {}
        for chunk in chunks(sorted(identities)):
            called = statements.c.predicate == "name"
            own = select(statements.c.id, statements.c.subject.label("owner"))
            own = own.where(statements.c.subject.in_(chunk), called)
            joined = select(statements.c.id, m.identity).select_from(memberships)
            joined = joined.join(statements, statements.c.subject == m.subject)
            joined = joined.where(m.identity.in_(chunk), known(memberships, self._known_by), called)
            said = union_all(own, joined).subquery()
            query = select(said.c.owner, *columns).join(names, names.c.id == said.c.id)
            query = query.where(known(names, self._known_by)).order_by(names.c.id)
            for owner, *parts in self._connection.execute(query).all():
                found.setdefault(owner, []).append(dict(zip(PARTS, parts, strict=True)))
        return found

    # --- by the rest --------------------------------------------------------------------------------------------------
    def _choose(self, met: Mapping[int, _Met], filters: Filters, n_read: int) -> tuple[list[_Chosen], bool]:
        """Return the persons that pass, best first, and whether everyone met was looked at."""
        order = sorted((i for i in met if met[i].score >= LEAST), key=lambda i: (-met[i].score, i))
        chosen: list[_Chosen] = []
        looked_at = 0
        while looked_at < len(order) and len(chosen) < n_read:
            lot = LATER_AT_ONCE if looked_at else n_read
            group = order[looked_at : looked_at + lot]
            looked_at += len(group)
            records = self._read(group)
            read = [
                _Chosen(records[each].about[each], records[each], met[each].score, met[each].tie)
                for each in group
                if each in records
            ]
            passed = [each for each in read if self._passes(each, filters)]
            chosen += passed if self._actor is None else self._seen(passed)
        chosen.sort(key=lambda each: (-each.score, each.about.identity))
        return chosen, looked_at >= len(order)

    def _read(self, identities: Collection[int]) -> Mapping[int, Gathered]:
        """Return what is said of those this actor may see, each read once in a search."""
        fresh: Collection[int] = [each for each in identities if each not in self._records]
        mentions: Mapping[int, set[int]] | None = None
        if self._actor is not None:
            fresh = seen = visible_mentions(self._connection, self._actor, fresh)
            mentions = seen if self._known_by is None else None
        if fresh:
            gather = self._rooms.gatherer.gather
            found = gather(self._connection, fresh, self._known_by, mentions=mentions)
            self._records |= dict.fromkeys(fresh, found)
        return self._records

    def _statuses(self, one: _Chosen) -> dict[int, Status]:
        """Return the status of each detention of a person, folded when first asked for."""
        identity = one.about.identity
        if identity not in self._folded:
            fold = self._rooms.gatherer.status
            self._folded[identity] = {each.id: fold(each, as_of=self._as_of) for each in one.about.detentions}
        return self._folded[identity]

    def _codes(self, one: _Chosen) -> Collection[str]:
        return {status.code for status in self._statuses(one).values()}

    def _passes(self, one: _Chosen, filters: Filters) -> bool:
        sources = one.gathered.sources
        return passes(one.about, filters, as_of=self._as_of, sources=sources, statuses=lambda: self._codes(one))

    def _seen(self, read: Sequence[_Chosen]) -> list[_Chosen]:
        """Return the persons whom names answer that this actor may see, scored by those."""
        assert self._actor is not None
        lenders = {each.tie.other for each in read if each.tie is not None}
        if lenders:
            lenders &= visible(self._connection, self._actor, lenders)
        kept = []
        spelt = self._spelt(read)
        for each in read:
            tie = each.tie if each.tie is not None and each.tie.other in lenders else None
            spellings = spelt[each.about.identity]
            score = each.score if tie is not None else spellings[0][0] if spellings else 0.0
            if spellings and score >= LEAST:
                kept.append(replace(each, score=score, tie=tie))
        return kept

    def _spelt(self, persons: Iterable[_Chosen]) -> dict[int, list[Spelt]]:
        """Return every spelling this actor may see of each person, the one that answers best first."""
        wanted = [each.about for each in persons]
        abouts = [about for about in wanted if about.identity not in self._spelt_as]
        said = statements_said(self._connection, [name for about in abouts for name in about.names])
        for about in abouts:
            spellings = [
                (answers(self._asked, read_name(said[name]["value"])), name, said[name])
                for name in sorted(about.names)
                if name in said and (self._actor is None or is_cleared(self._actor, said[name].get("sensitivity")))
            ]
            self._spelt_as[about.identity] = sorted(spellings, key=lambda each: -each[0])
        return {about.identity: self._spelt_as[about.identity] for about in wanted}

    # --- what is shown ------------------------------------------------------------------------------------------------
    def _hit(self, one: _Chosen, spelt: Sequence[Spelt]) -> PersonHit:
        reasons = reasons_of(self._asked, self._text, spelt[0][2]["value"])
        if one.tie is not None:
            names = self._names([one.tie.other]).get(one.tie.other, [])
            lender = max((str(name["text"]) for name in names), key=self._answer_of, default="")
            reasons = (*reasons, kin_reason(self._rooms.vocabulary, one.tie.relation, lender))
        return PersonHit(
            person=one.about.identity,
            score=one.score,
            spellings=tuple(self._spelling(one, identifier, said) for _, identifier, said in spelt),
            reasons=reasons,
            sexes=tuple(sorted(one.about.sexes)),
            births=tuple(sorted(one.about.births, key=str)),
            places=tuple(sorted(one.about.places)),
            sources=_keys(one),
            episodes=tuple(
                Episode(id=episode, status=status.code, certain=status.certain)
                for episode, status in self._statuses(one).items()
            ),
            n_mentions=len(one.about.mentions),
        )

    def _answer_of(self, text: str) -> float:
        return answers(self._asked, read_name({"text": text}))

    def _spelling(self, one: _Chosen, identifier: int, said: Mapping[str, Any]) -> Spelling:
        value = said["value"]
        text = said.get("original") or value["text"]
        source = one.gathered.sources[entry_of(identifier)]
        return Spelling(
            text=text,
            parts={part: value[part] for part in PARTS[1:] if value.get(part)},
            script=value.get("script"),
            language=value.get("language"),
            statement=identifier,
            mention=one.about.names[identifier],
            source=source.id,
            source_key=source.key,
            synthetic=source.synthetic,
            matches=matches(self._asked, text),
        )


def _keys(one: _Chosen) -> tuple[str, ...]:
    found: Iterable[str] = (one.gathered.sources[e].key for e in one.about.entries if e in one.gathered.sources)
    return tuple(sorted(set(found)))
