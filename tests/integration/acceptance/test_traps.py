"""Conflicts and traps of the two documents: what a row of the acceptance list asks beyond finding a statement.

Each test is named by one or more rows of ``demo/acceptance.yaml``.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Final

from dalil.records.conflicts import dates_compatible
from dalil.values.dates import birth_from_age, parse_edtf

if TYPE_CHECKING:
    from integration.acceptance.conftest import Asked

EPOCH: Final = date(1970, 1, 1).toordinal()  # day numbers count from here


def test_sex_is_inferred(asked: Asked) -> None:
    assert asked.one(source="P", predicate="sex").inferred_by == "pronouns_of_the_source"


def test_birth_is_an_inferred_interval(asked: Asked) -> None:
    birth = asked.one(source="P", predicate="birth")
    assert (birth.value, birth.lo, birth.hi) == ("1986/..", date(1986, 1, 1).toordinal() - EPOCH, None)
    assert birth.inferred_by


def test_age_fits_the_birth_interval(asked: Asked) -> None:
    # 33 on some day of 2020 or later: born on 2 January 1986 at the earliest, and no latest day follows.
    lo, hi = birth_from_age(33, parse_edtf("2020/.."))
    assert (lo, hi) == (date(1986, 1, 2).toordinal() - EPOCH, None)
    birth = asked.one(source="P", predicate="birth")
    assert birth.lo is not None
    assert lo is not None
    assert birth.lo <= lo


def test_the_uprising_has_no_date_on_the_page(asked: Asked) -> None:
    assert "on" not in asked.said(source="P", predicate="event", value={"kind": "uprising"})


def test_secret_protests_are_not_public(asked: Asked) -> None:
    assert asked.one(source="P", predicate="activity").sensitivity == "internal"


def test_page_characterises_without_instrument(asked: Asked) -> None:
    assert not {"instrument", "provision"} & set(asked.said(source="P", predicate="characterisation"))


def test_furniture_yields_nothing(asked: Asked) -> None:
    statements = asked.find(source="P")
    places = {place for view in statements for place in (view.locator or "").split()}
    assert places == {"¶1", "¶2", "¶3", "¶4", "¶5", "foot"}
    words = json.dumps([[view.value, view.original] for view in statements], ensure_ascii=False).lower()
    for furniture in ("reply", "log in", "log out", "google", "twitter", "comment", "website", "blogger", "🎗", "🏆"):
        assert furniture not in words


def test_report_has_title_and_subtitle(asked: Asked) -> None:
    said = asked.said(source="R", predicate="document", locator="cover")
    assert said["title"].startswith("Forcing the Father of Activist and Doctor")
    assert said["subtitle"].endswith("Using Mafia-Like Methods")


def test_sections_start_on_their_pages(asked: Asked) -> None:
    sections = asked.find(source="R", predicate="section", value={"element": "section"})
    pages = {view.value["number"]: view.value["page"] for view in sections if isinstance(view.value, dict)}
    assert pages == {"I": 2, "II": 2, "III": 4, "IV": 5}


def test_what_is_said_of_the_father_is_restricted(asked: Asked) -> None:
    mentions = asked.records.mentions(asked.father())
    about = [
        view
        for source in ("R", "film")
        for view in asked.find(source=source)
        if view.subject in mentions
        or view.speaker in mentions
        or (isinstance(view.value, dict) and set(mentions) & {v for v in view.value.values() if isinstance(v, int)})
    ]
    assert len(about) >= 9
    assert {view.sensitivity for view in about} == {"restricted"}


def test_coerced_words_count_for_nothing(asked: Asked) -> None:
    coerced = asked.find(speech="coerced")
    assert coerced
    assert not any(view.is_free for view in coerced)
    assert not {row.id for row in asked.records.rows("claims")} & {view.id for view in coerced}


def test_patronymic_is_inferred_and_restricted(asked: Asked) -> None:
    names = asked.find(source="R", predicate="name", value={"text": "Amani Muhammad Ballour"})
    printed = [view for view in names if isinstance(view.value, dict) and "father" not in view.value]
    inferred = [view for view in names if isinstance(view.value, dict) and "father" in view.value]
    assert [(view.inferred_by, view.sensitivity) for view in printed] == [(None, None)]
    assert [(view.inferred_by, view.sensitivity) for view in inferred] == [("patronymic_by_custom", "restricted")]


def test_douma_is_attributed_to_the_state(asked: Asked) -> None:
    attack = asked.one(source="R", predicate="event", value={"on": "2018-04-07"}).subject
    assert asked.one(subject=attack, predicate="attribution", value={"party": "syria.state"})


def test_the_attack_on_douma_leads_to_displacement(asked: Asked) -> None:
    def next_after(event: int) -> dict[str, int]:
        chained = asked.find(subject=event, source="R", predicate="chain")
        found = {}
        for view in chained:
            assert isinstance(view.value, dict)
            after = view.value["to"]
            found[asked.said(subject=after, source="R", predicate="event")["kind"]] = after
        return found

    attack = asked.one(source="R", predicate="event", value={"on": "2018-04-07"}).subject
    assert set(next_after(attack)) == {"surrender", "takeover"}
    assert set(next_after(next_after(attack)["surrender"])) == {"forced_displacement"}


def test_the_whole_follows_from_the_share(asked: Asked) -> None:
    held = asked.number(asked.one(source="R", predicate="count", value={"count": {"min": 20847, "hedge": "at_least"}}))
    whole = asked.one(source="R", predicate="count", value={"count": {"min": 126346, "max": 134496}})
    assert whole.inferred_by == "whole_from_share"
    # Exactly the wholes of which the number held is 15.5 % or more and less than 16.5 %.
    assert [100 * held * 10 // n for n in (126345, 126346, 134496, 134497)] == [165, 164, 155, 154]


def test_the_cohort_is_the_sum_of_held_and_released(asked: Asked) -> None:
    cohort = asked.one(source="R", predicate="count", value={"count": {"min": 28776}})
    assert asked.number(cohort) == 20847 + 7929
    assert cohort.inferred_by == "sum_of_two_figures"
    assert round(1000 * 7929 / asked.number(cohort)) == 276


def test_held_seven_years_and_eight_to_nine_months(asked: Asked) -> None:
    arrest = asked.find(source="R", predicate="episode_event", value={"event": "arrested"})[0]
    released = date(2021, 5, 12)
    (row,) = [row for row in asked.records.rows("episode_events") if row.id == arrest.id]
    first, last = (date.fromordinal(day + EPOCH) for day in (row.on_lo, row.on_hi))
    assert (first, last) == (date(2013, 8, 1), date(2013, 8, 31))

    def months(start: date) -> int:
        return (released.year - start.year) * 12 + released.month - start.month - (released.day < start.day)

    assert (months(last), months(first)) == (7 * 12 + 8, 7 * 12 + 9)


def test_a_register_is_demanded(asked: Asked) -> None:
    text = asked.said(source="R", predicate="recommendation", value={"addressee": "syria.state", "number": 4})["text"]
    for part in ("register", "reasons", "places", "sentences"):
        assert part in text


def test_printed_and_canonical_address_differ(asked: Asked) -> None:
    link = asked.said(source="R", predicate="link", value={"defect": "carries a tracking parameter"})
    assert link["url"].partition("?")[0] == link["canonical"]
    assert "fbclid=" in link["url"]
    assert "children-s-hospital" in link["canonical"]


def test_surgeon_is_one_person(asked: Asked) -> None:
    nimour = asked.one(source="P", predicate="name", value={"text": "Salim Nimour"})
    namour = asked.one(source="R", predicate="name", value={"text": "Salim Namour"})
    assert nimour.subject != namour.subject
    assert nimour.identity == namour.identity
    pair = {nimour.subject, namour.subject}
    assert [row.verdict for row in asked.records.rows("judgements") if {row.a, row.b} == pair] == ["same"]


def test_father_bears_no_name(asked: Asked) -> None:
    assert len(asked.records.mentions(asked.father())) == 2
    assert asked.find(subject=asked.father(), predicate="name") == []


def test_end_of_the_surgeons_time_is_inferred(asked: Asked) -> None:
    roles = asked.find(name="Salim Nimour", predicate="role", value={"role": "director"})
    by_when = {view.when: view for view in roles}
    assert by_when["2012/2016"].inferred_by == "end_of_role_at_successors_start"
    assert by_when["2012/.."].inferred_by is None
    assert asked.preferred(roles[0].subject, "role")[0] == by_when["2012/.."].id


def test_the_reports_start_is_preferred(asked: Asked) -> None:
    doctor = asked.one(source="R", predicate="role", value={"role": "physician"}, when="2012-12~/2016")
    statement, reason = asked.preferred(doctor.subject, "role")
    assert statement == doctor.id
    assert reason


def test_precision_is_no_conflict(asked: Asked) -> None:
    assert dates_compatible("2016/2018", "2016/2018-04-07")
    assert not dates_compatible("2016/2018", "2012/2018")
    directed = asked.one(source="P", predicate="role", value={"role": "director"}, name="Amani Ballour")
    clashes = [c for c in asked.archive.records.conflicts(directed.subject) if directed.id in c.statements]
    assert clashes == []


def test_lengths_of_the_siege_conflict(asked: Asked) -> None:
    lengths = asked.find(name="the siege of Eastern Ghouta", predicate="count", value={"of_what": "year"})
    (conflict,) = [c for c in asked.archive.records.conflicts(lengths[0].subject) if lengths[0].id in c.statements]
    assert (conflict.predicate, conflict.part) == ("count", "count")
    assert not dates_compatible("2012/2018", "2013-04-07/2018-04-14")
    siege = asked.one(source="wikipedia-siege-eastern-ghouta", predicate="event")
    assert asked.preferred(siege.subject, "event")[0] == siege.id


def test_the_siege_lasted_five_or_six_years(asked: Asked) -> None:
    lengths = asked.find(name="the siege of Eastern Ghouta", predicate="count", value={"of_what": "year"})
    assert {asked.number(view) for view in lengths} == {5, 6}
    assert (date(2018, 4, 14) - date(2013, 4, 7)).days // 365 == 5
    assert 2018 - 2012 == 6


def test_the_besieged_population_is_flagged_contested(asked: Asked) -> None:
    besieged = asked.one(source="P", predicate="count", value={"of_what": "besieged_population"})
    assert asked.grade(besieged.subject) == ("G1", "contested")
    statement, _ = asked.preferred(besieged.subject, "count")
    (chosen,) = asked.records.statements([statement])
    assert asked.number(chosen) == 400_000


def test_the_tolls_are_of_one_attack(asked: Asked) -> None:
    tolls = asked.find(kind="event", predicate="count", value={"of_what": "death"})
    assert sorted(asked.number(view) for view in tolls) == [281, 1127, 1127, 1144, 1200]
    assert len({view.identity for view in tolls}) == 1
    assert asked.records.identity(asked.one(source="R", predicate="event", value={"on": "2013-08-21"}).subject) == (
        tolls[0].identity
    )


def test_the_ceremonys_day_is_preferred(asked: Asked) -> None:
    ceremony = asked.one(predicate="award", value={"conferred": "2020-01-17"})
    assert asked.preferred(ceremony.subject, "award")[0] == ceremony.id


def test_nearly_20000_is_below_the_documented_minimum(asked: Asked) -> None:
    floor = asked.number(asked.one(source="R", predicate="count", value={"count": {"min": 20847, "hedge": "at_least"}}))
    renderings = asked.find(source="R", predicate="count", value={"count": {"max": 20000, "hedge": "nearly"}})
    assert all(asked.number(view) < floor for view in renderings)


def test_later_whole_gives_15_86_per_cent(asked: Asked) -> None:
    whole = asked.number(asked.one(source="snhr-arrests-2021-09", predicate="count"))
    assert round(10_000 * 20847 / whole) == 1586


def test_the_later_total_is_of_all_parties(asked: Asked) -> None:
    assert "by all parties" in asked.said(source="snhr-disappeared-2021", predicate="count")["population"]
    addressed = asked.said(source="R", predicate="recommendation", value={"verb": "reveal_fate"})
    assert addressed["addressee"] == "syria.state"


def test_no_age_is_given_to_the_sons(asked: Asked) -> None:
    # "Young" in August 2013 is neither an age nor an age class, and says nothing of 12 May 2021.
    for view in asked.find(source="R", predicate="kin", value={"relation": "son"}):
        for predicate in ("age", "age_class", "birth"):
            assert asked.find(subject=view.subject, predicate=predicate) == []


def test_notable_cases_have_no_episode_and_no_death(asked: Asked) -> None:
    named = {view.subject for view in asked.find(source="R", kind="person", predicate="note")}
    mentions = {mention for person in named for mention in asked.records.mentions(person)}
    assert len(named) == 3
    assert not [row for row in asked.records.rows("episodes") if row.person in mentions]
    assert not [row for row in asked.records.rows("acts") if row.victim in mentions and row.kind.startswith("lif")]


def test_only_2139_speaks_of_disappearances(asked: Asked) -> None:
    about = {
        view.value["code"]: view.value["subject"]
        for view in asked.find(source="unsc-resolutions-syria", predicate="instrument")
        if isinstance(view.value, dict)
    }
    assert {code for code, text in about.items() if "disappearances" in text} == {"unsc_2139"}


def test_strikes_are_graded_by_party(asked: Asked) -> None:
    by_state = asked.one(source="P", predicate="attribution", value={"party": "syria.state", "order": 1}).subject
    by_russia = asked.one(source="P", predicate="attribution", value={"party": "syria.russia", "order": 2}).subject
    assert asked.grade(by_state) == ("G1", None)
    assert asked.grade(by_russia) == ("G1", "contested")


def test_strikes_are_split_by_party(asked: Asked) -> None:
    series = asked.one(source="P", predicate="count", value={"of_what": "attack"}).subject
    parts = asked.find(source="P", predicate="event", value={"part_of": series})
    parties = [asked.said(subject=view.subject, predicate="attribution")["party"] for view in parts]
    assert parties == ["syria.state", "syria.russia"]
    # The series is told of, not counted: single strikes are events of their own.
    attacks = asked.archive.vocabulary.within("event_kinds", "attack")
    assert not [row for row in asked.records.rows("events") if row.kind in attacks and row.means == "air"]


def test_every_coerced_claim_has_a_rebuttal(asked: Asked) -> None:
    rebutted = {asked.records.identity(row.claim) for row in asked.records.rows("rebuttals")}
    coerced = {view.identity for view in asked.find(predicate="claim", speech="coerced")}
    denied = asked.one(source="R", predicate="claim", value={"form": "official_denial"}).identity
    assert coerced | {denied} == rebutted


def test_no_predicate_value_holds_a_party_word(asked: Asked) -> None:
    parties = {
        view.value["party"]
        for predicate in ("attribution", "held_by", "affiliation", "deal_side")
        for view in asked.find(predicate=predicate)
        if isinstance(view.value, dict)
    }
    labels = " ".join(asked.archive.vocabulary.label("parties", party, "en") for party in parties)
    assert "regime" not in labels.lower()
    assert "assad" not in labels.lower()


def test_the_deal_gives_six_for_three(asked: Asked) -> None:
    given: Counter[str] = Counter()
    for view in asked.find(source="R", predicate="deal_side"):
        assert isinstance(view.value, dict)
        given[view.value["party"]] += asked.number(view)
    assert given == {"syria.sna": 6, "syria.state": 3}


def test_recommendations_conclusions_and_resolutions_are_counted(asked: Asked) -> None:
    rows = list(asked.records.rows("recommendations"))
    assert Counter(row.addressee for row in rows) == {"un.security_council": 4, "syria.russia": 3, "syria.state": 4}
    assert len(list(asked.records.rows("conclusions"))) == 6
    cited = asked.find(source="R", kind="recommendation", predicate="cites_instrument")
    assert len({view.value["instrument"] for view in cited if isinstance(view.value, dict)}) == 3
