"""The status of a detention, worked out by hand: every status, every rule, and the traps in the dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from dalil.records.status import Bounds, EpisodeEvent, Fate, Status, Whereabouts, fold_status
from dalil.records.status_rules import NOT_YET_HELD, RANKED, STATUSES, rules_for
from dalil.vocabulary.loading import load_vocabulary

VOCABULARY: Final = load_vocabulary()
SNHR: Final = rules_for(VOCABULARY, VOCABULARY.methods["snhr-20d"])
CONVENTION: Final = rules_for(VOCABULARY, VOCABULARY.methods["icpped-0d"])
REPORT: Final = "2021-05-21"


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


def event(
    kind: str, lo: str | None = None, hi: str | None = None, *, published: str | None = None, placed: bool = False
) -> EpisodeEvent:
    """An event on one day, or between two, or of no known day; ids follow from nothing and do not matter here."""
    first = None if lo is None else day(lo)
    last = first if hi is None else day(hi)
    known = None if published is None else day(published)
    return EpisodeEvent(id=0, event=kind, lo=first, hi=last, published=known, placed=placed)


def status(*events: EpisodeEvent, as_of: str = REPORT) -> Status:
    numbered = [
        EpisodeEvent(id=n, event=e.event, lo=e.lo, hi=e.hi, published=e.published, placed=e.placed)
        for n, e in enumerate(events)
    ]
    return fold_status(numbered, as_of=day(as_of), rules=SNHR)


ARRESTED: Final = event("arrested", "2013-05-02")
SILENT: Final = event("no_information", "2013-06-01")
DENIED: Final = event("denied", "2013-06-10")


def test_every_status_the_fold_can_give_is_a_term_of_the_vocabulary() -> None:
    known = VOCABULARY.scheme("statuses").terms
    assert set(STATUSES) <= set(known)
    assert "reported" in known


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([ARRESTED], "detained"),
        ([ARRESTED, event("denied", "2013-06-10")], "detained"),  # a denial alone is no silence
        ([ARRESTED, SILENT], "detained_incommunicado"),
        ([ARRESTED, SILENT, DENIED], "disappeared"),
        ([ARRESTED, event("acknowledged", "2013-07-01")], "detained_acknowledged"),
        ([ARRESTED, event("information_received", "2013-07-01")], "detained"),
        ([ARRESTED, event("located", "2013-07-01")], "located"),
        ([ARRESTED, event("visited", "2013-07-01")], "located"),
        ([ARRESTED, event("transferred", "2013-07-01", placed=True)], "located"),
        ([ARRESTED, event("transferred", "2013-07-01")], "detained"),
        ([ARRESTED, event("charged", "2013-07-01")], "charged"),
        ([ARRESTED, event("tried", "2013-07-01")], "tried"),
        ([ARRESTED, event("sentenced", "2013-07-01")], "sentenced"),
        ([ARRESTED, event("sentenced", "2013-07-01"), event("visited", "2014-07-01")], "sentenced"),
        ([ARRESTED, event("sentence_expired", "2018-07-01")], "sentence_expired_still_held"),
        ([ARRESTED, event("moved_back_to_disappeared", "2014-01-01")], "disappeared"),
        ([ARRESTED, event("site_opened_fate_unknown", "2020-12-08")], "fate_unknown_after_site_opened"),
        ([ARRESTED, SILENT, DENIED, event("site_opened_fate_unknown", "2020-12-08")], "fate_unknown_after_site_opened"),
        ([ARRESTED, SILENT, DENIED, event("death_notice", "2018-07-01")], "disappeared"),
        ([ARRESTED, event("death_notice", "2018-07-01")], "detained"),
        ([ARRESTED, event("released", "2015-01-01")], "released"),
        ([ARRESTED, SILENT, DENIED, event("released", "2015-01-01")], "released"),
        ([ARRESTED, event("escaped", "2015-01-01")], "escaped"),
        ([ARRESTED, event("died_in_custody", "2015-01-01")], "died_in_custody"),
        ([ARRESTED, event("death_notice", "2018-07-01"), event("body_returned", "2019-01-01")], "died_in_custody"),
        ([ARRESTED, event("remains_identified", "2019-01-01")], "died_in_custody"),
        ([event("abducted", "2013-05-02"), SILENT, DENIED], "disappeared"),
    ],
)
def test_dated_events_give_one_certain_status(events: list[EpisodeEvent], expected: str) -> None:
    found = status(*events)
    assert (found.code, found.certain, found.alternatives) == (expected, True, (expected,))
    assert found.flags == ()


# --- the twenty days ------------------------------------------------------------------------------------------------
def test_nineteen_days_are_not_yet_a_disappearance_and_twenty_are() -> None:
    course = (ARRESTED, event("no_information", "2013-05-03"), event("denied", "2013-05-03"))
    assert status(*course, as_of="2013-05-21").code == "detained_incommunicado"  # 2 + 19
    assert status(*course, as_of="2013-05-22").code == "disappeared"  # 2 + 20
    assert status(*course, as_of="2013-05-22").since == Bounds(day("2013-05-22"), day("2013-05-22"))


def test_an_arrest_known_to_the_month_counts_its_twenty_days_from_the_last_day_of_it() -> None:
    course = (event("arrested", "2013-05-01", "2013-05-31"), event("no_information", "2013-06-01"), DENIED)
    before = status(*course, as_of="2013-06-19")
    assert (before.code, before.certain) == ("detained_incommunicado", False)
    assert before.alternatives == ("detained_incommunicado", "disappeared")
    # 31 May and twenty days is 20 June; the silence of 1 June tells that the arrest was by then, not when in May.
    assert status(*course, as_of="2013-06-20").certain
    assert status(*course, as_of="2013-06-20").code == "disappeared"


# --- information ends a disappearance; a later silence begins another -----------------------------------------------
def test_who_is_located_after_silence_and_denial_is_no_longer_disappeared() -> None:
    assert status(ARRESTED, SILENT, DENIED, event("located", "2014-03-01")).code == "located"


def test_after_information_both_silence_and_denial_must_be_said_again() -> None:
    located = event("located", "2014-03-01")
    again = event("no_information", "2015-01-01")
    assert status(ARRESTED, SILENT, DENIED, located, again).code == "located"
    assert status(ARRESTED, SILENT, DENIED, located, again, event("denied", "2015-02-01")).code == "disappeared"


def test_silence_on_the_very_day_of_information_does_not_count() -> None:
    same_day = (event("located", "2014-03-01"), event("no_information", "2014-03-01"), event("denied", "2014-03-01"))
    assert status(ARRESTED, *same_day).code == "located"


def test_a_charge_is_information_since_whoever_charges_admits_to_holding() -> None:
    assert status(ARRESTED, SILENT, DENIED, event("charged", "2014-03-01")).code == "charged"


def test_the_end_of_a_sentence_is_no_information() -> None:
    sentenced = event("sentenced", "2013-06-01")
    gone = (event("no_information", "2014-01-01"), event("denied", "2014-01-01"))
    assert status(ARRESTED, sentenced, *gone, event("sentence_expired", "2018-06-01")).code == "disappeared"


def test_trace_lost_again_is_a_disappearance_until_there_is_news() -> None:
    lost = event("moved_back_to_disappeared", "2014-01-01")
    assert status(ARRESTED, event("visited", "2013-09-01"), lost).code == "disappeared"
    assert status(ARRESTED, event("visited", "2013-09-01"), lost, event("located", "2015-01-01")).code == "located"


# --- before the arrest, and no arrest -------------------------------------------------------------------------------
def test_on_a_day_before_the_arrest_nobody_is_held_yet() -> None:
    found = status(event("arrested", "2021-05-22"), as_of=REPORT)
    assert (found.code, found.certain, found.alternatives) == (NOT_YET_HELD, True, (NOT_YET_HELD,))


def test_an_arrest_that_may_be_before_or_after_the_day_is_only_reported() -> None:
    found = status(event("arrested", "2021-01-01", "2021-12-31"), as_of=REPORT)
    assert (found.code, found.certain, found.alternatives) == ("reported", False, (NOT_YET_HELD, "detained"))


def test_an_undated_arrest_happened_by_the_day_its_source_was_published() -> None:
    assert status(event("arrested", published="2021-05-20")).code == "detained"
    assert status(event("arrested", published="2021-05-22")).code == "reported"
    assert status(event("arrested")).code == "reported"


def test_an_episode_without_any_event_is_only_reported() -> None:
    found = status()
    assert (found.code, found.certain) == ("reported", False)


def test_whatever_happened_to_a_detainee_tells_that_the_arrest_was_by_then() -> None:
    assert status(event("released", "2015-03-01")).code == "released"
    assert status(event("arrested", published="2021-06-30"), event("located", "2015-03-01")).code == "located"


# --- undated silence, as lists tell it ------------------------------------------------------------------------------
def test_an_undated_silence_counts_from_the_day_its_source_was_published() -> None:
    listed = (event("no_information", published="2021-05-20"), event("denied", published="2021-05-20"))
    assert status(ARRESTED, *listed).code == "disappeared"
    earlier = status(ARRESTED, *listed, as_of="2018-01-01")
    assert (earlier.code, earlier.certain) == ("detained", False)
    assert earlier.alternatives == ("detained", "detained_incommunicado", "disappeared")


def test_an_undated_silence_beside_dated_news_is_uncertain_both_ways() -> None:
    listed = (event("no_information", published="2021-05-20"), event("denied", published="2021-05-20"))
    found = status(ARRESTED, *listed, event("located", "2014-03-01"))
    assert (found.code, found.certain, found.alternatives) == ("located", False, ("located", "disappeared"))


def test_a_release_in_the_month_of_the_day_asked_about_leaves_the_status_open() -> None:
    found = status(ARRESTED, event("released", "2021-05-01", "2021-05-31"))
    assert (found.code, found.certain, found.alternatives) == ("detained", False, ("detained", "released"))
    assert found.fate is Fate.UNKNOWN


# --- dates that cannot be true ----------------------------------------------------------------------------------------
def test_a_release_before_the_arrest_is_flagged_and_never_certain() -> None:
    found = status(ARRESTED, event("released", "2012-01-01"))
    assert [flag.code for flag in found.flags] == ["before_arrest"]
    assert (found.code, found.certain, found.alternatives) == ("detained", False, ("detained", "released"))


def test_two_dates_for_one_arrest_that_agree_are_one_arrest() -> None:
    found = status(event("arrested", "2013-01-01", "2013-12-31"), ARRESTED)
    assert (found.flags, found.since) == ((), Bounds(day("2013-05-02"), day("2013-05-02")))


def test_two_arrests_that_cannot_be_one_are_flagged_and_span_both() -> None:
    found = status(ARRESTED, event("arrested", "2014-05-02"))
    assert [flag.code for flag in found.flags] == ["two_arrests"]
    assert found.since == Bounds(day("2013-05-02"), day("2014-05-02"))
    assert status(ARRESTED, event("arrested", "2014-05-02"), as_of="2013-12-31").code == "reported"


def test_a_vague_date_takes_no_part_in_a_disagreement_about_the_arrest() -> None:
    vague = event("arrested", "2011-01-01", "2020-12-31")
    found = status(ARRESTED, event("arrested", "2013-05-07"), vague, event("arrested", published="2021-05-20"))
    assert [flag.code for flag in found.flags] == ["two_arrests"]
    assert found.since == Bounds(day("2013-05-02"), day("2013-05-07"))


def test_an_arrest_after_a_release_in_one_episode_leaves_the_release_in_doubt() -> None:
    found = status(ARRESTED, event("released", "2013-12-01"), event("arrested", "2014-05-02"))
    assert [flag.code for flag in found.flags] == ["before_arrest", "two_arrests"]
    assert (found.code, found.alternatives) == ("detained", ("detained", "released"))


def test_an_episode_closed_in_two_ways_is_flagged_and_both_stay_possible() -> None:
    found = status(ARRESTED, event("released", "2014-01-01"), event("died_in_custody", "2013-12-01"))
    assert [flag.code for flag in found.flags] == ["after_death", "closed_twice"]
    assert (found.code, found.certain) == ("died_in_custody", False)
    assert found.alternatives == ("died_in_custody", "released")


def test_the_body_may_come_back_after_the_death_without_a_flag() -> None:
    found = status(ARRESTED, event("died_in_custody", "2013-12-01"), event("body_returned", "2014-01-01"))
    assert (found.code, found.flags) == ("died_in_custody", ())


def test_a_date_after_the_publication_of_its_own_source_is_flagged_and_stands() -> None:
    found = status(ARRESTED, event("released", "2020-02-01", published="2019-12-31"))
    assert [flag.code for flag in found.flags] == ["dated_after_publication"]
    assert found.code == "released"


# --- fate and whereabouts ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("events", "fate", "whereabouts"),
    [
        ([ARRESTED], Fate.IN_CUSTODY, Whereabouts.UNKNOWN),
        ([ARRESTED, SILENT, DENIED], Fate.UNKNOWN, Whereabouts.UNKNOWN),
        ([ARRESTED, event("located", "2014-01-01")], Fate.IN_CUSTODY, Whereabouts.PLACE_KNOWN),
        (
            [ARRESTED, event("located", "2014-01-01"), event("transferred", "2014-02-01")],
            Fate.IN_CUSTODY,
            Whereabouts.UNKNOWN,
        ),
        ([ARRESTED, SILENT, DENIED, event("death_notice", "2018-07-01")], Fate.DEATH_NOTIFIED, Whereabouts.UNKNOWN),
        ([ARRESTED, event("released", "2015-01-01")], Fate.RELEASED, Whereabouts.FREE),
        ([ARRESTED, event("escaped", "2015-01-01")], Fate.ESCAPED, Whereabouts.FREE),
        ([ARRESTED, event("died_in_custody", "2015-01-01")], Fate.DEAD, Whereabouts.UNKNOWN),
        ([ARRESTED, event("body_returned", "2015-01-01")], Fate.DEAD, Whereabouts.BODY_RETURNED),
        ([ARRESTED, event("remains_identified", "2015-01-01")], Fate.DEAD, Whereabouts.REMAINS_IDENTIFIED),
        ([ARRESTED, event("site_opened_fate_unknown", "2020-01-01")], Fate.UNKNOWN, Whereabouts.UNKNOWN),
    ],
)
def test_fate_and_whereabouts_are_told_apart_from_the_status(
    events: list[EpisodeEvent], fate: Fate, whereabouts: Whereabouts
) -> None:
    found = status(*events)
    assert (found.fate, found.whereabouts) == (fate, whereabouts)


def test_the_statement_that_says_the_place_is_named() -> None:
    found = status(ARRESTED, event("located", "2014-01-01"), event("visited", "2015-01-01"))
    assert found.place == 2


# --- since when -------------------------------------------------------------------------------------------------------
def test_a_disappearance_begins_with_the_last_of_twenty_days_silence_and_denial() -> None:
    found = status(ARRESTED, SILENT, DENIED)
    assert found.disappeared == Bounds(day("2013-06-10"), day("2013-06-10"))


def test_a_disappearance_of_undated_silence_began_between_the_twenty_days_and_publication() -> None:
    listed = (event("no_information", published="2021-05-20"), event("denied", published="2021-05-20"))
    assert status(ARRESTED, *listed).disappeared == Bounds(day("2013-05-22"), day("2021-05-20"))


def test_who_died_in_custody_after_disappearing_had_disappeared() -> None:
    found = status(ARRESTED, SILENT, DENIED, event("body_returned", "2014-01-01"))
    assert (found.code, found.disappeared) == ("died_in_custody", Bounds(day("2013-06-10"), day("2013-06-10")))


def test_who_was_released_within_twenty_days_had_not_disappeared() -> None:
    course = (event("no_information", "2013-05-03"), event("denied", "2013-05-03"), event("released", "2013-05-12"))
    assert status(ARRESTED, *course).disappeared is None


def test_a_release_gives_the_day_it_happened_as_the_day_the_status_began() -> None:
    found = status(ARRESTED, event("released", "2015-01-01", "2015-12-31"), event("released", "2015-03-01"))
    assert found.since == Bounds(day("2015-03-01"), day("2015-03-01"))


# --- other methods ----------------------------------------------------------------------------------------------------
def test_the_convention_needs_one_element_no_days_and_a_holder_of_the_state() -> None:
    events = [EpisodeEvent(id=0, event="arrested", lo=0, hi=0), EpisodeEvent(id=1, event="denied", lo=0, hi=0)]
    assert fold_status(events, as_of=0, rules=CONVENTION).code == "disappeared"
    assert fold_status(events, as_of=0, rules=CONVENTION, holder_fits=False).code == "detained"
    unsaid = fold_status(events, as_of=0, rules=CONVENTION, holder_fits=None)
    assert (unsaid.certain, unsaid.alternatives) == (False, ("detained", "disappeared"))
    assert CONVENTION.parties >= VOCABULARY.within("parties", "syria.state")


def test_a_method_may_let_a_notice_of_death_close_an_episode() -> None:
    method = replace(VOCABULARY.methods["snhr-20d"], notice_of_death_keeps_status=False)
    events = [EpisodeEvent(id=0, event="arrested", lo=0, hi=0), EpisodeEvent(id=1, event="death_notice", lo=9, hi=9)]
    assert fold_status(events, as_of=9, rules=rules_for(VOCABULARY, method)).code == "died_in_custody"


def test_a_method_may_ask_for_denial_alone() -> None:
    method = replace(VOCABULARY.methods["snhr-20d"], requires=(), requires_any=("denial",))
    rules = rules_for(VOCABULARY, method)
    arrested = EpisodeEvent(id=0, event="arrested", lo=0, hi=0)
    silent = EpisodeEvent(id=1, event="no_information", lo=30, hi=30)
    denied = EpisodeEvent(id=2, event="denied", lo=30, hi=30)
    assert fold_status([arrested, silent], as_of=40, rules=rules).code == "detained_incommunicado"
    assert fold_status([arrested, denied], as_of=40, rules=rules).code == "disappeared"


def test_a_method_may_ask_for_days_alone() -> None:
    method = replace(VOCABULARY.methods["snhr-20d"], requires=("deprivation",))
    arrested = [EpisodeEvent(id=0, event="arrested", lo=0, hi=0)]
    found = [fold_status(arrested, as_of=day, rules=rules_for(VOCABULARY, method)).code for day in (19, 20)]
    assert found == ["detained", "disappeared"]


def test_the_ranks_of_those_still_held_are_statuses_below_detained_in_the_vocabulary() -> None:
    assert set(RANKED) <= VOCABULARY.within("statuses", "detained")
