"""What a search for persons asks of the archive: queries put together once, then asked with other numbers.

Putting a query together takes longer than asking it. Each is made for now and for an earlier size of the ledger
(``known_by``), and reads all that its step of the search needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    Text,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from dalil.intake.register import accounts, sources
from dalil.records.tables import BLOCK, SAYS_SEX, judgements, memberships, statements, subjects
from dalil.records.tables import known_by as known
from dalil.values.ids import ORDER_BITS

READ_PARTS: Final = ("text", "father", "grandfather", "mother", "kunya")
"""Parts that are compared, in the order of `ranking.read_parts`."""
MOST_WRITTEN: Final = 60
"""Names written exactly as the query that are always compared."""
SOURCE: Final = (
    accounts.c.id.label("account"),
    sources.c.id.label("source"),
    sources.c.key.label("source_key"),
    sources.c.synthetic.label("synthetic"),
    sources.c.published_hi.label("published"),
)
"""What is read of the source beside each row that may need it."""
OWN, ACT, HELD, EVENT, HOLDER = range(5)
"""What a row of :attr:`Queries.said` is."""
TIED, NAMED = range(2)
"""What a row of :attr:`Queries.kin` is."""
_OF_PERSONS: Final = ("name", "sex", "birth", "age", "residence", "located_in")
_IDS: Final[BindParameter[Any]] = bindparam("ids", expanding=True)


class Queries:
    """The queries, as known now or, ``then``, by a size of the ledger given as ``known_by`` when asking."""

    def __init__(self, tables: Mapping[str, Table], *, then: bool) -> None:
        self._tables = tables
        self._moment: ColumnElement[int] | None = bindparam("known_by", type_=BigInteger) if then else None

    # --- names --------------------------------------------------------------------------------------------------------
    def names(self, *, of_sex: bool, written: bool) -> Select[Any] | CompoundSelect[Any]:
        """Return the query for some names: 0, id, the identity that bears it, and the parts that are compared.

        Parameters
        ----------
        of_sex : bool
            Only those of persons of whom a ``sex`` is said.
        written : bool
            With 1, also the newest written as ``text`` in some ``blocks`` of the ledger.
        """
        return self._name_queries[of_sex, written]

    @cached_property
    def _name_queries(self) -> dict[tuple[bool, bool], Select[Any] | CompoundSelect[Any]]:
        names, s, too = self._tables["names"], statements.c, memberships.alias("too")
        bearer = func.coalesce(memberships.c.identity, names.c.subject)
        said = SAYS_SEX & (s.value == bindparam("sex", type_=Text)) & known(statements, self._moment)
        by_itself = exists().where(s.subject == bearer, said)
        by_mention = exists().where(
            too.c.identity == bearer, known(too, self._moment), s.subject == too.c.subject, said
        )
        joined = (memberships.c.subject == names.c.subject) & known(memberships, self._moment)

        def borne(flag: int) -> Select[Any]:
            query = select(literal(flag), names.c.id, bearer, *(names.c[part] for part in READ_PARTS))
            return query.join(memberships, joined, isouter=True).where(known(names, self._moment))

        by_id, as_written = borne(0).where(names.c.id.in_(_IDS)), borne(1).where(names.c.id.in_(self._written()))
        sexed = or_(by_itself, by_mention)
        return {
            (False, False): by_id,
            (True, False): by_id.where(sexed),
            (False, True): union_all(by_id, as_written),
            (True, True): union_all(by_id.where(sexed), as_written.where(sexed)),
        }

    def _written(self) -> Select[Any]:
        names = self._tables["names"].alias("as_written")
        block = BLOCK.in_(bindparam("blocks", expanding=True))
        same = select(names.c.id, names.c.subject).where(block, names.c.text == bindparam("text", type_=Text))
        found = same.order_by(names.c.id.desc()).limit(MOST_WRITTEN).subquery()
        return select(found.c.id).join(subjects, subjects.c.id == found.c.subject).where(subjects.c.kind == "person")

    @cached_property
    def named_since(self) -> Select[Any]:
        """The entries with names of whom something was said, or judged, by statements from the id ``first`` on."""
        s, j, m, e = statements.c, judgements.c, memberships.c, self._tables["episodes"].c
        first: BindParameter[int] = bindparam("first", type_=BigInteger)
        touched = union(
            select(s.subject).where(s.id >= first), select(j.a).where(j.id >= first), select(j.b).where(j.id >= first)
        ).cte("touched")
        held = select(e.person).select_from(statements).join(self._tables["episodes"], e.id == s.id)
        people = union(
            select(touched.c.subject),
            held.where(s.subject.in_(select(touched.c.subject)), s.predicate == "detainee"),
        ).cte("people")
        owner = func.coalesce(m.identity, people.c.subject).label("subject")
        joined = (m.subject == people.c.subject) & known(memberships, None)
        owners = select(owner).select_from(people).join(memberships, joined, isouter=True).cte("owners")
        mentions = union(
            select(owners.c.subject),
            select(m.subject).where(m.identity.in_(select(owners.c.subject)), known(memberships, None)),
        )
        return select(s.entry).distinct().where(s.subject.in_(mentions), s.predicate == "name")

    # --- kin ----------------------------------------------------------------------------------------------------------
    @cached_property
    def kin(self) -> CompoundSelect[Any]:
        """The ties of some identities (``ids``), and the names of those on both sides.

        A row of ``TIED``: who is tied, the relation, to whom of those asked about, and whether that was read the other
        way round. A row of ``NAMED``: the identity, the id of a name, and the parts that are compared.
        """
        kin, m = self._tables["kin"], memberships.c
        own, others = memberships.alias("own"), memberships.alias("others")
        here = (m.identity.in_(_IDS), known(memberships, self._moment))
        called = statements.c.predicate == "kin"
        # Every mention of those asked about: the identities themselves, and what was joined with them.
        everyone = union_all(
            select(kin.c.id, kin.c.of.label("asked"), literal(0).label("turned")).where(kin.c.of.in_(_IDS)),
            select(kin.c.id, m.identity, literal(0))
            .select_from(memberships)
            .join(kin, kin.c.of == m.subject)
            .where(*here),
            select(statements.c.id, statements.c.subject, literal(1)).where(statements.c.subject.in_(_IDS), called),
            select(statements.c.id, m.identity, literal(1))
            .select_from(memberships)
            .join(statements, statements.c.subject == m.subject)
            .where(*here, called),
        ).subquery()
        whose = case(
            (everyone.c.turned == 1, func.coalesce(others.c.identity, kin.c.of)),
            else_=func.coalesce(own.c.identity, kin.c.subject),
        )
        tied = (
            select(whose.label("person"), kin.c.relation, everyone.c.asked, everyone.c.turned)
            .join(kin, kin.c.id == everyone.c.id)
            .join(own, (own.c.subject == kin.c.subject) & known(own, self._moment), isouter=True)
            .join(others, (others.c.subject == kin.c.of) & known(others, self._moment), isouter=True)
            .where(known(kin, self._moment))
            .cte("tied")
        )
        both = union(select(tied.c.person), select(tied.c.asked)).cte("both_sides")
        names = self._tables["names"]
        parts = [names.c[part] for part in READ_PARTS]
        named = (statements.c.predicate == "name", known(names, self._moment))
        by_itself = select(literal(NAMED), both.c.person, names.c.id, literal(0), *parts)
        by_itself = by_itself.join(statements, statements.c.subject == both.c.person)
        by_mention = select(literal(NAMED), both.c.person, names.c.id, literal(0), *parts)
        by_mention = by_mention.join(memberships, (m.identity == both.c.person) & known(memberships, self._moment))
        by_mention = by_mention.join(statements, statements.c.subject == m.subject)
        columns = (tied.c.person, tied.c.asked, tied.c.turned, tied.c.relation)
        return union_all(
            select(literal(TIED), *columns, *(null() for _ in parts[1:])),
            by_itself.join(names, names.c.id == statements.c.id).where(*named),
            by_mention.join(names, names.c.id == statements.c.id).where(*named),
        )

    # --- what is said -------------------------------------------------------------------------------------------------
    @cached_property
    def said(self) -> CompoundSelect[Any]:
        """What is said of some mentions (``ids``) themselves, what was done to them, and their detentions.

        Each row: what it is, id, mention, what is said, value, place, first and last day, the source, ``at`` and the
        days for which it holds. A row of ``HELD`` has the mention of a detention for an id, for days its identity and
        another mention of it, if it has one; what happened in it, and who held it, are rows of ``EVENT`` and
        ``HOLDER`` about a mention of the detention.
        """
        acts = self._tables["acts"].c
        held = self._held().cte("held")
        cared = union(select(held.c.episode), select(held.c.whose), select(held.c.other))
        ids = select(statements.c.id).where(statements.c.subject.in_(cared))
        nothing = [null() for _ in SOURCE]
        none = [null()] * 3
        done = select(literal(ACT), acts.id, acts.victim, acts.kind, null(), acts.place, acts.on_lo, acts.on_hi)
        held_rows = select(literal(HELD), held.c.episode, held.c.person, *none, held.c.whose, held.c.other)
        return union_all(
            self._own(),
            done.add_columns(*nothing, *none).where(acts.victim.in_(_IDS), known(self._tables["acts"], self._moment)),
            held_rows.add_columns(*nothing, *none),
            self._happened(ids),
            self._held_by(ids),
        )

    def _own(self) -> Select[Any]:
        s, lived, lies = statements.c, self._tables["residences"], self._tables["locations"]
        return (
            select(
                literal(OWN).label("what"),
                s.id.label("id"),
                s.subject.label("about"),
                s.predicate.label("said"),
                s.value.label("value"),
                func.coalesce(lived.c.place, lies.c.place).label("place"),
                s.lo.label("lo"),
                s.hi.label("hi"),
                *SOURCE,
                *(null().label(name) for name in ("at", "when_lo", "when_hi")),
            )
            .join(accounts, accounts.c.id == s.entry)
            .join(sources, sources.c.id == accounts.c.source)
            .join(lived, lived.c.id == s.id, isouter=True)
            .join(lies, lies.c.id == s.id, isouter=True)
            .where(
                s.subject.in_(_IDS),
                s.predicate.in_(_OF_PERSONS),
                known(statements, self._moment),
                s.polarity.is_(None) | (s.polarity == "asserts"),
                s.role.is_(None),
                s.speech.is_distinct_from("coerced"),
            )
        )

    def _held(self) -> Select[Any]:
        episodes, own, others = self._tables["episodes"], memberships.alias("own"), memberships.alias("others")
        whose = func.coalesce(own.c.identity, episodes.c.subject)
        return (
            select(
                episodes.c.subject.label("episode"),
                episodes.c.person.label("person"),
                whose.label("whose"),
                others.c.subject.label("other"),
            )
            .join(own, (own.c.subject == episodes.c.subject) & known(own, self._moment), isouter=True)
            .join(others, (others.c.identity == whose) & known(others, self._moment), isouter=True)
            .where(episodes.c.person.in_(_IDS), known(episodes, self._moment))
        )

    def _happened(self, ids: Select[int]) -> Select[Any]:
        events = self._tables["episode_events"]
        e = events.c
        days = (e.on_lo, e.on_hi, *SOURCE, e.at, e.when_lo, e.when_hi)
        return (
            select(literal(EVENT), e.id, e.subject, e.event, null(), e.place, *days)
            .join(accounts, accounts.c.id == e.id.op(">>")(ORDER_BITS))
            .join(sources, sources.c.id == accounts.c.source)
            .where(e.id.in_(ids), known(events, self._moment))
        )

    def _held_by(self, ids: Select[int]) -> Select[Any]:
        h = self._tables["holders"].c
        nothing = [null() for _ in range(4 + len(SOURCE) + 3)]
        query = select(literal(HOLDER), h.id, h.subject, h.party, *nothing)
        return query.where(h.id.in_(ids), known(self._tables["holders"], self._moment))


def moment(known_by: int | None) -> dict[str, Any]:
    """Return what queries made for a size of the ledger are asked with; nothing for now."""
    return {} if known_by is None else {"known_by": known_by}
