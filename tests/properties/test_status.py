"""Laws of the status fold. The main one tries every placing of small episodes, day by day, and compares."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from dalil.records.status import EpisodeEvent, Status, fold_status
from dalil.records.status_rules import NOT_YET_HELD, REPORTED, StatusRules, rules_for
from dalil.vocabulary.loading import load_vocabulary

VOCABULARY: Final = load_vocabulary()
DAYS_HELD: Final = 2
RULES: Final = replace(rules_for(VOCABULARY, VOCABULARY.methods["snhr-20d"]), days_held=DAYS_HELD)
EITHER: Final = replace(rules_for(VOCABULARY, VOCABULARY.methods["icpped-0d"]), days_held=DAYS_HELD)
BEFORE, AFTER = -2, 9  # stand for no bound: before and after every day that examples use
KINDS: Final = (
    *("arrested", "no_information", "denied", "information_received", "acknowledged", "located", "sentenced"),
    *("sentence_expired", "moved_back_to_disappeared", "released", "died_in_custody", "death_notice"),
)
RANKS: Final = ("detained", "detained_acknowledged", "located", "sentenced", "sentence_expired_still_held")
RANK_OF: Final = {"acknowledged": 1, "located": 2, "sentenced": 3, "sentence_expired": 4}
INFORMING: Final = {"information_received", "acknowledged", "located", "sentenced"}
CLOSING: Final = {"released": "released", "died_in_custody": "died_in_custody"}


@st.composite
def events(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS, most: int = 4) -> list[EpisodeEvent]:
    found = []
    for number in range(draw(st.integers(0, most))):
        lo = draw(st.none() | st.integers(0, 5))
        hi = draw(st.none() | st.integers(0 if lo is None else lo, 6))
        published = draw(st.none() | st.integers(3, 7))
        kind = draw(st.sampled_from(kinds))
        found.append(EpisodeEvent(id=number, event=kind, lo=lo, hi=hi, published=published))
    return found


def outcome(arrested: int, happened: list[tuple[int, str]], as_of: int, *, either: bool) -> set[str]:
    """Say what a single, fully dated course of events makes of the person: the method read out step by step."""
    if arrested > as_of:
        return {NOT_YET_HELD}
    happened = [(day, kind) for day, kind in happened if day <= as_of]
    closings = {CLOSING[kind] for _, kind in happened if kind in CLOSING}
    if closings:
        return closings
    last_word = max((day for day, kind in happened if kind in INFORMING), default=BEFORE - 10)
    since = {kind for day, kind in happened if day > last_word}
    silent = bool({"no_information", "moved_back_to_disappeared"} & since)
    shown = (silent or "denied" in since) if either else (silent and "denied" in since)
    if "moved_back_to_disappeared" in since or (shown and as_of - arrested >= DAYS_HELD):
        return {"disappeared"}
    rank = max((RANK_OF[kind] for _, kind in happened if kind in RANK_OF), default=0)
    return {"detained_incommunicado"} if rank == 0 and silent else {RANKS[rank]}


def placings(found: list[EpisodeEvent], as_of: int) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Yield every way of placing events within their dates, as the fold's first three rules narrow them."""
    spans = []
    for event in found:
        lo = BEFORE if event.lo is None else event.lo
        hi = AFTER if event.hi is None else event.hi
        if event.published is not None and event.published >= lo:
            hi = min(hi, event.published)
        spans.append((event.event, lo, hi))
    arrests = [(lo, hi) for kind, lo, hi in spans if kind == "arrested"] or [(BEFORE, AFTER)]
    latest, first_end = max(lo for lo, _ in arrests), min(hi for _, hi in arrests)
    start, end = (
        (latest, first_end) if latest <= first_end else (min(a for a, _ in arrests), max(b for _, b in arrests))
    )
    others = [(kind, lo, hi) for kind, lo, hi in spans if kind != "arrested"]
    end = min([end, *(hi for _, _, hi in others if latest <= hi <= as_of)])
    choices = [
        [(day, kind) for day in range(lo, hi + 1)] + ([(AFTER + 1, kind)] if hi < latest else [])
        for kind, lo, hi in others
    ]
    for arrested in range(start, end + 1):
        for happened in itertools.product(*choices):
            yield arrested, list(happened)


def possible(found: list[EpisodeEvent], as_of: int, *, either: bool) -> set[str]:
    results: set[str] = set()
    for arrested, happened in placings(found, as_of):
        results |= outcome(arrested, happened, as_of, either=either)
    return results


def check_exact(found: list[EpisodeEvent], as_of: int, rules: StatusRules, *, either: bool) -> None:
    status = fold_status(found, as_of=as_of, rules=rules)
    tried = possible(found, as_of, either=either)
    assert set(status.alternatives) == tried
    assert status.certain == (len(tried) == 1)
    assert status.code in {*tried, REPORTED}
    assert status.code != REPORTED or not status.certain


@settings(max_examples=400, deadline=None)
@given(events(), st.integers(0, 6))
def test_the_fold_finds_exactly_the_statuses_that_placing_every_event_on_every_day_finds(
    found: list[EpisodeEvent], as_of: int
) -> None:
    # Several pieces of news without rank leave gaps the fold does not look for; see the next test.
    news = [event for event in found if event.event == "information_received"]
    check_exact([event for event in found if event not in news[1:]], as_of, RULES, either=False)


@settings(max_examples=200, deadline=None)
@given(events(), st.integers(0, 6))
def test_a_method_that_asks_for_one_of_two_elements_is_exact_too(found: list[EpisodeEvent], as_of: int) -> None:
    news = [event for event in found if event.event == "information_received"]
    check_exact([event for event in found if event not in news[1:]], as_of, EITHER, either=True)


@settings(max_examples=200, deadline=None)
@given(events((*KINDS[:4], "moved_back_to_disappeared")), st.integers(0, 6))
def test_what_the_fold_calls_certain_is_certain_whatever_the_events(found: list[EpisodeEvent], as_of: int) -> None:
    status = fold_status(found, as_of=as_of, rules=RULES)
    tried = possible(found, as_of, either=False)
    assert tried <= set(status.alternatives)
    assert not status.certain or tried == {status.code}


@given(events(most=6), st.integers(0, 6), st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_told_does_not_matter(
    found: list[EpisodeEvent], as_of: int, random: object
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold_status(shuffled, as_of=as_of, rules=RULES) == fold_status(found, as_of=as_of, rules=RULES)


@given(events(most=6), st.integers(0, 6), st.sampled_from(KINDS[1:]), st.integers(1, 5))
def test_an_event_after_the_day_asked_about_changes_nothing(
    found: list[EpisodeEvent], as_of: int, kind: str, days: int
) -> None:
    later = EpisodeEvent(id=99, event=kind, lo=as_of + days, hi=as_of + days + 3)
    assert fold_status([*found, later], as_of=as_of, rules=RULES) == fold_status(found, as_of=as_of, rules=RULES)


@given(events(most=6), st.integers(0, 6))
def test_saying_the_same_twice_changes_no_status(found: list[EpisodeEvent], as_of: int) -> None:
    again = [replace(event, id=event.id + 50) for event in found]
    once, twice = (fold_status(said, as_of=as_of, rules=RULES) for said in (found, [*found, *again]))
    assert (once.code, once.alternatives, once.fate) == (twice.code, twice.alternatives, twice.fate)


def _narrower(event: EpisodeEvent, from_: int, to: int) -> EpisodeEvent:
    lo = BEFORE if event.lo is None else event.lo
    hi = AFTER if event.hi is None else event.hi
    return replace(event, lo=min(lo + from_, hi), hi=max(hi - to, min(lo + from_, hi)))


@given(events(most=4), st.integers(0, 6), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_a_more_precise_date_never_contradicts_what_was_certain_before(
    found: list[EpisodeEvent], as_of: int, which: int, from_: int, to: int
) -> None:
    before: Status = fold_status(found, as_of=as_of, rules=RULES)
    if not found or before.flags:  # dates that contradict each other can be made to agree by another date
        return
    index = which % len(found)
    precise = [_narrower(event, from_, to) if number == index else event for number, event in enumerate(found)]
    after = fold_status(precise, as_of=as_of, rules=RULES)
    if not after.flags:
        assert set(after.alternatives) <= set(before.alternatives)
        assert not before.certain or after.code == before.code


@given(events(most=6), st.integers(0, 6))
def test_a_certain_disappearance_began_between_arrest_and_the_day_asked_about(
    found: list[EpisodeEvent], as_of: int
) -> None:
    status = fold_status(found, as_of=as_of, rules=RULES)
    if status.disappeared is not None:
        assert status.may_have_disappeared
        assert status.disappeared.hi is not None
        assert status.disappeared.hi <= as_of
        assert status.disappeared.lo is None or status.disappeared.lo <= status.disappeared.hi
