"""What each event of a detention episode means to the status, compiled from a method and its vocabulary.

The method says which elements make a disappearance and how many days; the vocabulary says which events show an element
and which end it. What is fixed here is only what the words themselves mean: a charge shows that the captor holds the
person, a release ends the episode. Both ways of folding (Python in ``status``, SQL in the figures room) read their
rules from here and share nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dalil.vocabulary.model import Method
from dalil.vocabulary.vocabulary import Vocabulary

NOT_YET_HELD: Final = "not_yet_held"
REPORTED: Final = "reported"
INCOMMUNICADO: Final = "detained_incommunicado"
DISAPPEARED: Final = "disappeared"
FATE_UNKNOWN: Final = "fate_unknown_after_site_opened"
DIED: Final = "died_in_custody"

RANKED: Final = (
    "detained",
    "detained_acknowledged",
    "located",
    "charged",
    "tried",
    "sentenced",
    "sentence_expired_still_held",
)
"""What is known of someone still held, from least to most. The highest reached is the status."""

CLOSED: Final = (DIED, "released", "escaped")
"""How an episode ends. Where sources disagree on how, the first of these is shown and the others are alternatives."""

STATUSES: Final = (NOT_YET_HELD, *RANKED, INCOMMUNICADO, DISAPPEARED, FATE_UNKNOWN, *CLOSED)
"""Every status that can be certain, in the order of the bits of a set of alternatives."""

BIT: Final[Mapping[str, int]] = {code: 1 << place for place, code in enumerate(STATUSES)}

_RANK: Final[Mapping[str, int]] = {
    "information_received": 0,
    "acknowledged": 1,
    "located": 2,
    "visited": 2,
    "charged": 3,
    "tried": 4,
    "sentenced": 5,
    "sentence_expired": 6,
}
_ACKNOWLEDGES: Final = frozenset({"charged", "tried", "sentenced"})
"""Whoever charges, tries or sentences someone admits to holding them, so these end what ``acknowledged`` ends."""
_ENDS: Final[Mapping[str, str]] = {"released": "released", "escaped": "escaped"}

NO_INFORMATION: Final = "no_information"
"""The element of methods, and the event, by which someone held is held incommunicado."""
TRANSFERRED: Final = "transferred"
PLACED_TRANSFER: Final = "transferred_to_known_place"
"""A transfer whose place is said: it tells as much as ``located``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What one kind of event does.

    Attributes
    ----------
    begins
        The person is held from this day.
    closes : str or None
        The status in which the episode ends.
    rank : int or None
        The place in ``RANKED`` that the event raises the status to.
    informs
        Something became known of the person: what was shown before no longer makes a disappearance.
    shows : tuple of str
        Elements of the method that the event shows.
    silences
        The family gets no information, whether or not the method asks for that.
    loses
        Trace was lost again: a disappearance by itself.
    opens
        The place of detention was opened and the person not found.
    notifies
        A death was announced without remains.
    """

    begins: bool = False
    closes: str | None = None
    rank: int | None = None
    informs: bool = False
    shows: tuple[str, ...] = ()
    silences: bool = False
    loses: bool = False
    opens: bool = False
    notifies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRules:
    """A method, ready to fold events with."""

    method: str
    days_held: int
    requires: tuple[str, ...]
    requires_any: tuple[str, ...]
    parties: frozenset[str]
    roles: Mapping[str, Role]

    def role(self, event: str, *, placed: bool) -> Role:
        """Return what an event does; one the method knows nothing of does nothing."""
        return self.roles.get(PLACED_TRANSFER if event == TRANSFERRED and placed else event, _SILENT)

    @property
    def elements(self) -> tuple[str, ...]:
        """Every element the method asks about, besides being held."""
        return tuple(dict.fromkeys((*self.requires, *self.requires_any)))


_SILENT: Final = Role()


def rules_for(vocabulary: Vocabulary, method: Method) -> StatusRules:
    """Compile a method.

    Being deprived of liberty is asked of every status, so that element gives the events that begin and close an episode
    and is taken out of what a disappearance requires besides.
    """
    deprivation = vocabulary.term("method_elements", "deprivation").properties
    silence = vocabulary.term("method_elements", NO_INFORMATION).properties["shown_by"]
    begins, ends = deprivation["shown_by"], deprivation["ended_by"]
    requires = tuple(code for code in method.requires if code != "deprivation")
    elements = {code: vocabulary.term("method_elements", code) for code in (*requires, *method.requires_any)}
    informing = {event for term in elements.values() for event in term.properties.get("ended_by", ())}
    if "acknowledged" in informing:
        informing |= _ACKNOWLEDGES
    roles: dict[str, Role] = {}
    for event in vocabulary.scheme("episode_events").terms:
        notice, lost = event == "death_notice", event == "moved_back_to_disappeared"
        closes = _ENDS.get(event, DIED) if event in ends else None
        if notice and not method.notice_of_death_keeps_status:
            closes = DIED
        roles[event] = Role(
            begins=event in begins,
            closes=closes,
            rank=_RANK.get(event),
            informs=event in informing,
            shows=tuple(c for c, term in elements.items() if event in term.properties.get("shown_by", ())),
            silences=event in silence and not lost,
            loses=lost,
            opens=event == "site_opened_fate_unknown",
            notifies=notice,
        )
    roles[PLACED_TRANSFER] = Role(rank=_RANK["located"], informs="located" in informing)
    return StatusRules(
        method=method.code,
        days_held=method.days_held,
        requires=requires,
        requires_any=method.requires_any,
        parties=frozenset[str]().union(*(vocabulary.within("parties", party) for party in method.parties)),
        roles=roles,
    )
