"""One search for persons, step by step.

Candidates from the index; their names compared in full; those of relatives who may lend a name; mentions brought
together as persons; what is said of the best of them; filters; hits, with reasons. Each step is bounded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from dalil.names import Unfinished
from dalil.protection.access import Actor, is_cleared
from dalil.protection.opening import visible_mentions
from dalil.records.status import Status
from dalil.search.candidates import Asked, Extent, Weights, ask, chunks, heaviest, weigh
from dalil.search.cutting import POOR
from dalil.search.filtering import Filters, count_facets, passes
from dalil.search.found import PeopleFound, PersonHit
from dalil.search.gathering import Gathered, Gatherer, statements_said
from dalil.search.hits import Chosen, Spelt, person_hit
from dalil.search.kin import Tie, kin_of, lent
from dalil.search.queries import Queries, moment
from dalil.search.ranking import Parts, answers, answers_in_part, parts_of, read_parts
from dalil.search.reasons import kin_reason
from dalil.search.rereading import MOST_COMPARED as MOST_REREAD
from dalil.search.rereading import best_reading, readings_of
from dalil.values.ids import ORDER_BITS, entry_of
from dalil.vocabulary.vocabulary import Vocabulary

MOST_NAMES: Final = 100
"""Names compared in full for a query."""
MOST_NAMES_TYPED: Final = 160
"""The same, where the last word is being typed: many more names begin so than are called so."""
FORGIVEN: Final = 1.5
"""How many times as many are compared where names that sound only nearly alike are among them."""
MOST_NAMES_FILTERED: Final = (500, 1_500)
"""The same, where a filter may leave few of them; the second where fewer were left than are shown."""
MOST_NAMES_FITTING: Final = 240
"""The same, where it is known whose names fit the filters."""
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


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a search reads from; ``queries`` for now, and for what was known then."""

    vocabulary: Vocabulary
    gatherer: Gatherer
    queries: Mapping[bool, Queries]
    extent: Extent


@dataclass(slots=True)
class _Met:
    """A person met: the best score, and the tie through which a relative lent a name, if one did."""

    score: float
    tie: Tie | None = None


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
        among: NDArray[np.bool_] | None = None,
    ) -> None:
        self._among = among if known_by is None else None
        self._rooms, self._connection, self._asked, self._text = rooms, connection, asked, text
        self._known_by, self._as_of, self._actor = known_by, as_of, actor
        self._queries = rooms.queries[known_by is not None]
        self._folded: dict[int, dict[int, Status]] = {}
        self._answered: dict[Parts, float] = {}
        self._spelt_as: dict[int, list[Spelt]] = {}
        self._said: dict[int, Mapping[str, Any] | None] = {}
        self._kin: dict[int, Sequence[tuple[int, Parts]]] = {}
        self._sex: str | None = None
        self._compared: dict[int, tuple[int, Parts] | None] = {}
        self._is_reread = False
        self._written: list[int] | None = None
        self._weights: dict[bool, Weights] = {}
        self._records: dict[int, Gathered] = {}
        self._visible: set[int] = set()

    def run(self, empty: PeopleFound, filters: Filters, *, limit: int, facets: bool) -> PeopleFound:
        """Return ``empty`` with what was found."""
        n_read = max(limit, MOST_COUNTED) if facets else limit
        self._sex = filters.sex
        # Whoever asks for thousands, to change them all, has thousands of names compared.
        few, many = MOST_NAMES_FILTERED
        unfiltered = MOST_NAMES_TYPED if self._asked.last else MOST_NAMES
        unfiltered = unfiltered if self._among is None else MOST_NAMES_FITTING
        deep = filters.any() and self._among is None
        for most in (few, max(many, limit)) if deep else (max(unfiltered, limit),):
            met, n_candidates, complete = self._meet(most, limit)
            if len(self._asked.complete) + bool(self._asked.last) > 1:
                self._lend(met)
            chosen, read_all = self._choose(met, filters, n_read)
            if complete or len(chosen) >= limit:
                break
        counted = [(each.about, self._codes(each), each.source_keys()) for each in chosen[:n_read]] if facets else []
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
        met: dict[int, _Met] = {}
        scores: dict[int, float] = {}
        complete = True
        for forgiving in (False, True):
            found = heaviest(self._weigh(forgiving), int(FORGIVEN * most) if forgiving else most)
            complete = found.complete
            if not found.whole and not forgiving:
                continue  # nobody has every part as it is written
            scores |= self._compare([each for each in found.ids if each not in scores], met)
            # A good answer without one of the parts came by chance: others as good were not looked at.
            best = max((scores[each] for each in found.ids if entry_of(each) in found.whole), default=0.0)
            if best >= SURE and len(met) >= limit:
                break
        best = max((person.score for person in met.values()), default=0.0)
        # Where filters leave few, that nobody answers well says nothing of how the query is written.
        if self._among is None and best < POOR and self._read_otherwise(best):
            return self._meet(most, limit)
        return met, len(scores), complete

    def _read_otherwise(self, best: float) -> bool:
        """Take the query with its words cut otherwise for it, if names answer to that; ask for it once."""
        if self._is_reread or self._asked.last:
            return False
        self._is_reread = True
        readings = readings_of(self._connection, self._text)
        parts = [part for each in readings for part in ask(self._connection, each.asked, forgiving=False)]
        if not parts:
            return False
        read = self._weigh_parts(parts, self._weights.get(True))
        ids: dict[int, None] = {}
        for each in readings:
            weights = self._weigh_parts(ask(self._connection, each.asked, forgiving=False), read)
            ids.update(dict.fromkeys(heaviest(weights, MOST_REREAD).ids))
        self._compare(list(ids), {})
        names = [compared[1] for each in ids if (compared := self._compared[each]) is not None]
        better = best_reading(readings, names, least=best)
        if better is None:
            return False
        self._text, self._asked = better.text, better.asked
        self._written = None
        self._answered.clear()
        self._weights.clear()
        return True

    def _weigh(self, forgiving: bool) -> Weights:
        if forgiving not in self._weights:
            parts = ask(self._connection, self._asked, forgiving=forgiving)
            self._weights[forgiving] = self._weigh_parts(parts, self._weights.get(False))
        return self._weights[forgiving]

    def _weigh_parts(self, parts: Sequence[Asked], before: Weights | None) -> Weights:
        known_by, extent = self._known_by, self._rooms.extent
        weights = weigh(self._connection, "person", parts, known_by=known_by, extent=extent, before=before)
        return self._only_fitting(weights)

    def _only_fitting(self, weights: Weights) -> Weights:
        """Take the weight from names of whom it is known that no filter fits them.

        What was recorded since that became known, and whoever it speaks of, may fit.
        """
        if self._among is None:
            return weights
        size, known = len(weights.total), len(self._among)
        if size > known:
            since = self._connection.execute(self._queries.named_since, {"first": known << ORDER_BITS}).scalars()
            touched = np.fromiter((entry for entry in since if entry < known), np.int64)
            self._among = np.concatenate([self._among, np.ones(size - known, np.bool_)])
            self._among[touched] = True
        return replace(weights, total=weights.total * self._among[:size])

    def _compare(self, ids: Sequence[int], met: dict[int, _Met]) -> dict[int, float]:
        """Score names and the persons who bear them; return the scores by statement, 0 for what is not known.

        The first time, names written as the query is, letter by letter, come before the candidates: of a very common
        name these must not be missed.
        """
        fresh = [each for each in ids if each not in self._compared]
        asked = moment(self._known_by)
        if self._sex is not None:
            asked["sex"] = self._sex
        if self._written is None:
            self._written = []
            if self._text.strip() and not self._asked.last:
                asked |= {"text": self._text.strip(), "blocks": range(self._rooms.extent.n_blocks)}
        for chunk in chunks(fresh) if fresh or "text" not in asked else [()]:
            query = self._queries.names(of_sex=self._sex is not None, written="text" in asked)
            self._compared |= dict.fromkeys(chunk)
            for as_written, name, owner, text, father, grandfather, mother, kunya in self._connection.execute(
                query, asked | {"ids": chunk}
            ).all():
                if as_written and self._among is not None and not self._among[entry_of(name)]:
                    continue
                self._written += [name] if as_written else []
                self._compared[name] = owner, (text, father, grandfather, mother, kunya)
            asked.pop("text", None)
        by_name: dict[int, float] = {}
        for identifier in (*sorted(self._written, reverse=True), *ids):
            answered = self._compared[identifier]
            by_name[identifier] = 0.0
            if answered is not None:
                identity, parts = answered
                by_name[identifier] = self._answer(parts)
                person = met.setdefault(identity, _Met(0.0))
                person.score = max(person.score, by_name[identifier])
        return by_name

    def _answer(self, parts: Parts) -> float:
        """Return how well a name answers, each spelling compared once."""
        answer = self._answered.get(parts)
        if answer is None:
            answer = self._answered[parts] = answers(self._asked, read_parts(parts))
        return answer

    def _lend(self, met: dict[int, _Met]) -> None:
        """Score relatives of the likeliest by the names these lend them."""
        first = sorted(met, key=lambda identity: (-met[identity].score, identity))[:MOST_WITH_KIN]
        likely = dict.fromkeys([*list(met)[:MOST_WITH_KIN], *first])
        found = kin_of(self._connection, self._queries, self._rooms.vocabulary, list(likely), self._known_by)
        self._kin |= found.names
        for tie in found.ties:
            person = met.setdefault(tie.person, _Met(0.0))
            score = self._score_lent(tie, person.score)
            if score > person.score:
                person.score, person.tie = score, tie

    def _score_lent(self, tie: Tie, own_score: float) -> float:
        """Return how well someone answers by their own names with what a relative's names lend them."""
        best = max(
            (
                answers(self._asked, lent(own, read_parts(others), tie.relation))
                for own in (read_parts(parts) for name, parts in self._kin.get(tie.person, ()) if self._is_shown(name))
                if answers_in_part(self._asked, own)
                for name, others in self._kin.get(tie.other, ())
                if self._is_shown(name)
            ),
            default=0.0,
        )
        return max(LENT * best, (own_score + best) / 2)

    # --- by the rest --------------------------------------------------------------------------------------------------
    def _choose(self, met: Mapping[int, _Met], filters: Filters, n_read: int) -> tuple[list[Chosen], bool]:
        """Return the persons that pass, best first, and whether everyone met was looked at."""
        order = sorted((i for i in met if met[i].score >= LEAST), key=lambda i: (-met[i].score, i))
        chosen: list[Chosen] = []
        looked_at = 0
        while looked_at < len(order) and len(chosen) < n_read:
            lot = LATER_AT_ONCE if looked_at else n_read
            group = order[looked_at : looked_at + lot]
            looked_at += len(group)
            records = self._read(group, {tie.other for each in group if (tie := met[each].tie) is not None})
            read = [
                Chosen(records[each].about[each], records[each], met[each].score, met[each].tie)
                for each in group
                if each in records
            ]
            passed = [each for each in read if self._passes(each, filters)]
            chosen += passed if self._actor is None else self._seen(passed)
        chosen.sort(key=lambda each: (-each.score, each.about.identity))
        return chosen, looked_at >= len(order)

    def _read(self, identities: Collection[int], lenders: Collection[int]) -> Mapping[int, Gathered]:
        """Return what is said of those this actor may see, each read once in a search; note which lenders they may."""
        fresh: Collection[int] = [each for each in identities if each not in self._records]
        mentions: Mapping[int, set[int]] | None = None
        if self._actor is not None:
            seen = visible_mentions(self._connection, self._actor, list(dict.fromkeys((*fresh, *lenders))))
            self._visible |= seen.keys()
            fresh = [each for each in fresh if each in seen]
            mentions = {each: seen[each] for each in fresh} if self._known_by is None else None
        if fresh:
            gather = self._rooms.gatherer.gather
            found = gather(self._connection, fresh, self._known_by, mentions=mentions)
            self._records |= dict.fromkeys(fresh, found)
        return self._records

    def _statuses(self, one: Chosen) -> dict[int, Status]:
        """Return the status of each detention of a person, folded when first asked for."""
        identity = one.about.identity
        if identity not in self._folded:
            fold = self._rooms.gatherer.status
            self._folded[identity] = {each.id: fold(each, as_of=self._as_of) for each in one.about.detentions}
        return self._folded[identity]

    def _codes(self, one: Chosen) -> Collection[str]:
        return {status.code for status in self._statuses(one).values()}

    def _passes(self, one: Chosen, filters: Filters) -> bool:
        sources = one.gathered.sources
        return passes(one.about, filters, as_of=self._as_of, sources=sources, statuses=lambda: self._codes(one))

    def _seen(self, read: Sequence[Chosen]) -> list[Chosen]:
        """Return the persons whom names answer that this actor may see, scored by those."""
        ties = [each.tie for each in read if each.tie is not None and each.tie.other in self._visible]
        sides = {identity for tie in ties for identity in (tie.person, tie.other)}
        spelt = self._spelt(read, [name for identity in sides for name, _ in self._kin.get(identity, ())])
        kept = []
        for each in read:
            spellings = spelt[each.about.identity]
            score = spellings[0][0] if spellings else 0.0
            lent_score = self._score_lent(each.tie, score) if each.tie is not None and each.tie in ties else 0.0
            if spellings and max(score, lent_score) >= LEAST:
                tie = each.tie if lent_score > score else None
                kept.append(replace(each, score=max(score, lent_score), tie=tie))
        return kept

    def _spelt(self, persons: Iterable[Chosen], names: Iterable[int] = ()) -> dict[int, list[Spelt]]:
        """Return every spelling this actor may see of each person, the one that answers best first.

        Other ``names`` are read along with theirs.
        """
        wanted = [each.about for each in persons]
        abouts = [about for about in wanted if about.identity not in self._spelt_as]
        ids = dict.fromkeys([*(name for about in abouts for name in about.names), *names])
        fresh = [name for name in ids if name not in self._said]
        self._said |= dict.fromkeys(fresh) | statements_said(self._connection, fresh)
        for about in abouts:
            spellings = [
                (self._answer(parts_of(said["value"])), name, said)
                for name in sorted(about.names)
                if (said := self._said[name]) is not None and self._is_shown(name)
            ]
            self._spelt_as[about.identity] = sorted(spellings, key=lambda each: -each[0])
        return {about.identity: self._spelt_as[about.identity] for about in wanted}

    def _is_shown(self, name: int) -> bool:
        """Tell whether this actor may see a name; of one whose statement was not read yet, that is left open."""
        if self._actor is None or name not in self._said:
            return True
        said = self._said[name]
        return said is not None and is_cleared(self._actor, said.get("sensitivity"))

    # --- what is shown ------------------------------------------------------------------------------------------------
    def _hit(self, one: Chosen, spelt: Sequence[Spelt]) -> PersonHit:
        more = []
        if one.tie is not None:
            names = [parts for name, parts in self._kin.get(one.tie.other, ()) if self._is_shown(name)]
            lender = max((text for text, *_ in names), key=self._answer_of, default="")
            more.append(kin_reason(self._rooms.vocabulary, one.tie.relation, lender))
        return person_hit(one, spelt, self._asked, self._text, statuses=self._statuses(one), more=more)

    def _answer_of(self, text: str) -> float:
        return self._answer((text, None, None, None, None))
