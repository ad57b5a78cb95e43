"""Finding persons in an archive: who is one, what was known, what else is asked, who asks, what is no name at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from conftest import source_body
from dalil.archive import Archive
from dalil.errors import UnknownTerm, UnreadableDate
from dalil.ledger.kinds import Kind
from dalil.protection.access import Actor
from dalil.protection.roles import Role
from dalil.records.marks import mark_body
from dalil.values.dates import parse_edtf
from dalil.values.ids import subject_id

Append = Callable[..., int]


def day(text: str) -> int:
    lo = parse_edtf(text).lo
    assert lo is not None
    return lo


def said(source: int, *statements: dict[str, Any], subjects: list[list[str]] | None = None) -> dict[str, Any]:
    """Return the body of an account about a person ``p0`` and an episode ``d0``."""
    return {
        "source": source,
        "language": "en",
        "subjects": subjects or [["p0", "person"], ["d0", "episode"]],
        "statements": list(statements),
    }


def name(text: str, subject: str = "p0", **more: Any) -> dict[str, Any]:
    parts = {part: more.pop(part) for part in ("given", "father", "family", "mother", "kunya") if part in more}
    return {"subject": subject, "predicate": "name", "value": {"text": text, **parts}, **more}


def held(arrested: str, place: str, *, released: str | None = None) -> list[dict[str, Any]]:
    """Return the statements of a detention by the state."""
    events = [{"event": "arrested", "on": arrested, "place": place}]
    events += [{"event": "released", "on": released}] if released else []
    return [
        {"subject": "d0", "predicate": "detainee", "value": {"person": "p0"}},
        {"subject": "d0", "predicate": "held_by", "value": {"party": "syria.state"}},
        *({"subject": "d0", "predicate": "episode_event", "value": event} for event in events),
    ]


def one(subject: str, predicate: str, value: Any) -> dict[str, Any]:
    return {"subject": subject, "predicate": predicate, "value": value}


@pytest.fixture
def four(archive: Archive, record: Append) -> list[int]:
    """Return four persons: three Rana Shamis who differ in all else, and a Huda Shami."""
    list_a, list_b = (record(Kind.SOURCE, source_body(key)) for key in ("list-a", "list-b"))
    first = record(
        Kind.ACCOUNT,
        said(
            list_a,
            name("Rana Shami", mother="Salma"),
            one("p0", "sex", "female"),
            one("p0", "birth", "1990"),
            *held("2013-09-15", "SY05", released="2014-01-20"),
        ),
        said(
            list_b,
            name("رنا الشامي", father="زيد"),
            one("p0", "sex", "female"),
            one("p0", "birth", "1970-02"),
            *held("2015-03", "SY02"),
        ),
        said(list_b, name("Rana Shami"), one("p0", "sex", "male")),
        said(list_b, name("Huda Shami"), one("p0", "sex", "female"), *held("2013", "SY030105")),
    )
    return [subject_id(first + n, 0) for n in range(4)]


def found(archive: Archive, query: str, **asked: Any) -> list[int]:
    return [hit.person for hit in archive.search.people(query, **asked).hits]


# --- who is one -------------------------------------------------------------------------------------------------------
def test_joined_mentions_are_one_hit_with_every_spelling(archive: Archive, record: Append, four: list[int]) -> None:
    apart = archive.ledger.size
    sets = [["person", [f"{four[0] >> 12}.0", f"{four[1] >> 12}.0"]]]
    record(Kind.JUDGEMENT, {"verdict": "same", "sets": sets, "basis": "human"})
    hit = next(hit for hit in archive.search.people("رنا الشامي").hits if hit.person == four[0])
    assert [spelling.text for spelling in hit.spellings] == ["رنا الشامي", "Rana Shami"]  # the nearer one first
    assert hit.sources == ("list-a", "list-b")
    assert hit.n_mentions == 2
    assert hit.synthetic
    assert four[1] not in found(archive, "رنا الشامي")
    assert four[1] in found(archive, "رنا الشامي", known_by=apart)


def test_a_closed_name_is_found_by_what_was_known_and_not_by_what_is(
    archive: Archive, record: Append, four: list[int]
) -> None:
    before = archive.ledger.size
    entry = four[3] >> 12
    body = said(3, name("Hanan Shami"), subjects=[["p0", "person", f"{entry}.0"]]) | {"closes": [f"{entry}.0"]}
    record(Kind.ACCOUNT, body)
    assert four[3] not in found(archive, "Huda")
    assert found(archive, "Hanan") == [four[3]]
    assert found(archive, "Huda", known_by=before) == [four[3]]
    assert found(archive, "Hanan", known_by=before) == []
    assert found(archive, "Huda", known_by=0) == []


def test_what_the_source_wrote_is_shown_and_marked_where_it_answers(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())
    record(Kind.ACCOUNT, said(source, name("Rana Shami", original="السيدة رنا الشامي، حماة")))
    (hit,) = archive.search.people("Rana Shami").hits
    (spelling,) = hit.spellings
    assert spelling.text == "السيدة رنا الشامي، حماة"
    assert [spelling.text[m.start : m.stop] for m in spelling.matches][-2:] == ["رنا", "الشامي"]


def test_reasons_say_part_by_part_what_agrees_in_both_languages(archive: Archive, four: list[int]) -> None:
    hit = next(hit for hit in archive.search.people("Rana Zaid Shamy").hits if hit.person == four[1])
    assert [reason.english for reason in hit.reasons] == [
        "given name: Rana = رنا",
        "father's name: Zaid = زيد",
        "family: Shamy = الشامي",
    ]
    assert hit.reasons[0].arabic == "الاسم: Rana = رنا"


def test_a_mothers_name_counts_and_is_called_hers(archive: Archive, four: list[int]) -> None:
    hit = archive.search.people("رنا شامي سلمى").hits[0]
    assert hit.person == four[0]  # of three Rana Shamis, the one whose mother is Salma
    assert "mother's name: سلمى = Salma" in [reason.english for reason in hit.reasons]


def test_a_name_lent_by_kin_found_in_another_account_counts(archive: Archive, record: Append, four: list[int]) -> None:
    mention = f"{four[3] >> 12}.0"
    body = said(
        2,
        name("Ward"),
        one("p0", "kin", {"relation": "daughter", "of": "p1"}),
        subjects=[["p0", "person"], ["p1", "person", mention]],
    )
    entry = record(Kind.ACCOUNT, body)
    first = archive.search.people("Ward Shami").hits[0]
    assert first.person == subject_id(entry, 0)
    assert first.reasons[-1].english == "daughter of Huda Shami"


# --- what else is asked -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"sex": "male"}, {2}),
        ({"sex": "أنثى"}, {0, 1, 3}),
        ({"place": "SY05"}, {0}),
        ({"place": "Rural Damascus"}, {3}),  # arrested in one of its sub-districts
        ({"dates": "2013-09"}, {0, 3}),  # the fourth was arrested some day of 2013
        ({"dates": "2013-10/2013-12"}, {3}),
        ({"dates": "2016"}, set()),
        ({"source": "list-a"}, {0}),
        ({"source": "no such list"}, set()),
        ({"age": 23, "as_of": day("2014-01-01")}, {0}),  # born some day of 1990, so 23 that day
        ({"age": (43, 60), "as_of": day("2014-01-01")}, {1}),  # born in February 1970: 43
        ({"age": (44, 60), "as_of": day("2014-01-01")}, set()),
        ({"status": "released", "as_of": day("2014-06-01")}, {0}),
        ({"status": "not_yet_held", "as_of": day("2014-06-01")}, {1}),
        ({"status": "detained", "as_of": day("2014-01-01")}, {0, 3}),
        ({"sex": "female", "place": "SY02", "source": "list-b"}, {1}),
    ],
)
def test_a_filter_keeps_whom_it_may_be_so_of(
    archive: Archive, four: list[int], asked: dict[str, Any], expected: set[int]
) -> None:
    hits = archive.search.people("Shami", **asked).hits
    assert {four.index(hit.person) for hit in hits} == expected


def test_an_act_done_to_someone_is_a_filter(archive: Archive, record: Append, four: list[int]) -> None:
    subjects = [["p0", "person", f"{four[2] >> 12}.0"], ["a0", "act"]]
    record(Kind.ACCOUNT, said(2, one("a0", "act", {"kind": "int.tor", "victim": "p0"}), subjects=subjects))
    assert found(archive, "Shami", act="torture") == [four[2]]


def test_a_filter_that_means_nothing_is_not_passed_over(archive: Archive, four: list[int]) -> None:
    with pytest.raises(UnknownTerm):
        archive.search.people("Shami", sex="neither word")
    with pytest.raises(UnknownTerm):
        archive.search.people("Shami", place="nowhere at all")
    with pytest.raises(UnreadableDate):
        archive.search.people("Shami", dates="some day")


def test_facets_count_the_persons_found(archive: Archive, four: list[int]) -> None:
    facets = archive.search.people("Shami", as_of=day("2014-06-01"), facets=True).facets
    assert facets["sex"] == {"female": 3, "male": 1}
    assert facets["place"] == {"SY02": 1, "SY03": 1, "SY05": 1}
    assert facets["source"] == {"list-b": 3, "list-a": 1}
    assert facets["status"] == {"detained": 1, "not_yet_held": 1, "released": 1}


def test_one_is_found_among_very_many_namesakes_by_a_filter(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())
    bodies = [said(source, name("Rana Shami"), one("p0", "sex", "male")) for _ in range(900)]
    first = record(Kind.ACCOUNT, *bodies, said(source, name("Rana Shami"), one("p0", "sex", "female")))
    everyone = archive.search.people("Rana Shami")
    assert not everyone.complete
    assert len(everyone.hits) == 20
    assert found(archive, "Rana Shami", sex="female") == [subject_id(first + 900, 0)]


# --- as one types -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["Hud", "هد", "هدى الش", "Huda Sha", "Huda al-Sh", "Hu", "shami hud"])
def test_a_name_is_found_while_it_is_being_typed_in_either_script(
    archive: Archive, four: list[int], query: str
) -> None:
    assert archive.search.people(query, prefix=True).hits[0].person == four[3]


def test_a_beginning_is_marked_as_far_as_it_was_typed(archive: Archive, four: list[int]) -> None:
    (spelling,) = archive.search.people("Huda Sha", prefix=True).hits[0].spellings
    whole, begun = spelling.matches
    assert (spelling.text[whole.start : whole.stop], whole.beginning) == ("Huda", False)
    assert (spelling.text[begun.start : begun.stop], begun.beginning) == ("Sha", True)


# --- who asks ---------------------------------------------------------------------------------------------------------
def someone(*groups: str, clearance: str = "internal") -> Actor:
    return Actor(name="x", role=Role.DOCUMENTER, key_id="0" * 16, groups=frozenset(groups), clearance=clearance)


def test_who_may_not_see_a_record_does_not_find_it_nor_is_it_counted(
    archive: Archive, record: Append, four: list[int]
) -> None:
    record(Kind.DECISION, mark_body("group", "defectors", subject=four[0], reason="case"))
    reader = someone("general")
    answer = archive.search.people("Shami", actor=reader, facets=True)
    assert {hit.person for hit in answer.hits} == set(four[1:])
    assert answer.facets["source"] == {"list-b": 3}
    assert set(found(archive, "Shami", actor=someone("defectors", "general"))) == set(four)


def test_a_name_said_in_confidence_finds_nobody_for_who_is_not_cleared(
    archive: Archive, record: Append, four: list[int]
) -> None:
    subjects = [["p0", "person", f"{four[3] >> 12}.0"]]
    record(Kind.ACCOUNT, said(2, name("Zubayda Qasim", sensitivity="restricted"), subjects=subjects))
    assert found(archive, "Zubayda Qasim") == [four[3]]
    assert found(archive, "Zubayda Qasim", actor=someone("general")) == []
    (hit,) = archive.search.people("Huda", actor=someone("general")).hits
    assert [spelling.text for spelling in hit.spellings] == ["Huda Shami"]


def test_a_relatives_name_said_in_confidence_is_lent_to_nobody_who_is_not_cleared(
    archive: Archive, record: Append, four: list[int]
) -> None:
    about = [["p0", "person"], ["p1", "person", f"{four[3] >> 12}.0"]]
    kin = one("p0", "kin", {"relation": "daughter", "of": "p1"})
    entry = record(Kind.ACCOUNT, said(2, name("Ward"), kin, subjects=about))
    record(Kind.ACCOUNT, said(2, name("Zubayda Qasim", "p1", sensitivity="restricted"), subjects=about[1:]))
    daughter = subject_id(entry, 0)
    hit = archive.search.people("Ward Qasim").hits[0]
    assert (hit.person, hit.reasons[-1].english) == (daughter, "daughter of Zubayda Qasim")
    hits = archive.search.people("Ward Qasim", actor=someone("general")).hits
    assert not any("Zubayda" in reason.english for hit in hits for reason in hit.reasons)
    hit = archive.search.people("Ward Shami", actor=someone("general")).hits[0]
    assert (hit.person, hit.reasons[-1].english) == (daughter, "daughter of Huda Shami")


# --- how much is asked ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "asked", "most"),
    [
        # keys, names, kin, who may be seen, what is said of them, and their statements
        ("Rana Shami", {}, 6),
        ("Rana Shami", {"sex": "female"}, 6),
        # as nobody is called so: words one letter off, their keys, and those names
        ("Rena Shamy", {}, 9),
        ("Rena Sham", {"prefix": True}, 10),
    ],
)
def test_a_search_asks_few_queries_however_much_it_finds(
    archive: Archive, record: Append, query: str, asked: dict[str, Any], most: int
) -> None:
    source = record(Kind.SOURCE, source_body())
    persons = [said(source, name("Rana Shami"), one("p0", "sex", "female"), *held("2013", "SY05")) for _ in range(30)]
    record(Kind.ACCOUNT, *persons)
    archive.search.people("Rana")  # how long the ledger is, and whether there is an index, is known from now on
    queries: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            queries.append(statement)

    event.listen(archive.engine, "before_cursor_execute", note)
    assert archive.search.people(query, actor=someone("general"), facets=True, **asked).hits
    event.remove(archive.engine, "before_cursor_execute", note)
    assert len(queries) <= most


# --- what is no name --------------------------------------------------------------------------------------------------
HOSTILE = [
    *("", " ", "%", "*", "_", "'", '"', "\\", "\x00", "🙂", "12345", "..", "-", "،"),
    *(
        "'; DROP TABLE names; --",
        "Rana%' OR '1'='1",
        "a" * 10_000,
        "ا" * 10_000,
        "Rana " * 2_000,
        "\u202eimahS anaR\u202c",
    ),
    *(
        "رنا" + "\u0651" * 5_000,
        "R\u0301" * 3_000,
        "ر" + "R" * 50 + "ن",
        "ܪܢܐ",
        "Ռանա",
        "Рана Шами",
        "\ud7ff\uffff",
        "\U0010ffff",
    ),
]


@pytest.mark.parametrize("prefix", [False, True])
@pytest.mark.parametrize("query", HOSTILE)
def test_whatever_is_typed_is_text_and_quickly_answered(
    archive: Archive, four: list[int], query: str, prefix: bool
) -> None:
    started = time.process_time()
    answer = archive.search.people(query, prefix=prefix)
    archive.search.places(query, prefix=prefix)
    archive.search.facilities(query, prefix=prefix)
    assert time.process_time() - started < 2
    assert answer.query == query
    assert all(0 < hit.score <= 1 for hit in answer.hits)
    assert len(found(archive, "Shami")) == 4  # nothing was changed


@pytest.mark.parametrize(
    "query", ["Рана Шами", "\u202eRana Shami\u202c", "Rana\u200d Shami!", "ＲＡＮＡ ＳＨＡＭＩ", "Rana Shami 🙂"]
)
def test_other_scripts_and_odd_characters_still_find_her(archive: Archive, four: list[int], query: str) -> None:
    assert archive.search.people(query).hits[0].person in (four[0], four[2])


# --- words cut otherwise ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "which", "reasons"),
    [
        ("HudaShami", 3, ["given name: Huda = Huda", "family: Shami = Shami"]),
        ("huda-shami", 3, ["given name: huda = Huda", "family: shami = Shami"]),
        ("رناالشامي", 1, ["given name: رنا = رنا", "family: الشامي = الشامي"]),
    ],
)
def test_words_run_together_or_apart_are_read_as_names_of_the_archive(
    archive: Archive, four: list[int], query: str, which: int, reasons: list[str]
) -> None:
    answer = archive.search.people(query)
    assert answer.query == query
    assert answer.hits[0].person == four[which]
    assert answer.hits[0].score > 0.9
    assert [reason.english for reason in answer.hits[0].reasons] == reasons


def test_two_names_in_one_word_do_not_hide_the_others(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())
    entry = record(Kind.ACCOUNT, said(source, name("Abdul Rahman Khaled Muhsin"), name("عبد الرحمن خالد محسن")))
    assert found(archive, "Abdul Rah man Khaled Muhsin") == [subject_id(entry, 0)]
    assert found(archive, "Abdulrahman Khaledmuhsin") == [subject_id(entry, 0)]
    assert found(archive, "عبدالرحمن خالدمحسن") == [subject_id(entry, 0)]
