"""A record's page: what stands beside the statements, what is veiled, and what cannot break out of its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Clients = Callable[..., Any]

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
TURNED = "Rana \u202egnp.exe \u2066x\u2069 \u200f"


def _record(desk: Any, body: dict[str, Any]) -> int:
    from dalil.archive import Archive
    from dalil.ledger.entries import Draft
    from dalil.ledger.kinds import Kind

    with Archive(desk.path) as archive:
        return int(archive.ledger.append([Draft(Kind.ACCOUNT, body)], by=archive.actor()).first)


def test_script_in_every_field_is_shown_and_never_obeyed(client_of: Clients, desk: Any) -> None:
    from dalil.values.ids import format_subject, subject_id

    entry = _record(
        desk,
        {
            "source": desk.entries["open_list"],
            "language": "en",
            "locator": SCRIPT,
            "subjects": [["p1", "person"], ["c1", "claim"], ["q1", "person"]],
            "statements": [
                {
                    "subject": "p1",
                    "predicate": "name",
                    "value": {"text": SCRIPT, "mother": SCRIPT, "kunya": SCRIPT},
                    "original": SCRIPT,
                    "locator": SCRIPT,
                },
                {"subject": "c1", "predicate": "claim", "value": {"text": SCRIPT, "speaker": "p1"}},
                {"subject": "q1", "predicate": "quotation", "value": {"text": SCRIPT, "form": "interview"}},
            ],
        },
    )
    client = client_of("editor")
    pages = [f"/records/{format_subject(subject_id(entry, n))}/" for n in range(3)]
    pages += [f"/entries/{entry}/", f"/records/{format_subject(subject_id(entry, 0))}/standing/"]
    pages += [f"/search/?q={'%3Cscript%3Ealert(1)'}", "/search/?q=x&place=%3Cscript%3E"]
    for page in pages:
        body = client.get(page).content.decode()
        assert "<script>alert" not in body, page
        assert "<img src=x" not in body, page
    assert "&lt;script&gt;alert(1)" in client.get(pages[0]).content.decode()


def test_characters_that_turn_text_around_are_shown_by_number(client_of: Clients, desk: Any) -> None:
    from dalil.values.ids import format_subject, subject_id

    entry = _record(
        desk,
        {
            "source": desk.entries["open_list"],
            "language": "en",
            "subjects": [["p1", "person"]],
            "statements": [{"subject": "p1", "predicate": "name", "value": {"text": TURNED}, "original": TURNED}],
        },
    )
    client = client_of("editor")
    for page in (f"/records/{format_subject(subject_id(entry, 0))}/", f"/entries/{entry}/", "/search/?q=Rana"):
        body = client.get(page).content.decode()
        assert not [each for each in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" if each in body], page
    assert "[U+202E]" in client.get(f"/records/{format_subject(subject_id(entry, 0))}/").content.decode()


def test_graphic_words_are_veiled_until_asked_for(client_of: Clients, desk: Any) -> None:
    from dalil.values.ids import format_subject, subject_id

    entry = _record(
        desk,
        {
            "source": desk.entries["open_list"],
            "language": "en",
            "subjects": [["p1", "person"]],
            "statements": [
                {
                    "subject": "p1",
                    "predicate": "quotation",
                    "value": {"text": "invented graphic words", "form": "interview", "graphic": "yes"},
                    "original": "invented graphic words",
                }
            ],
        },
    )
    body = client_of("editor").get(f"/records/{format_subject(subject_id(entry, 0))}/").content.decode()
    veiled = body.index('<details class="graphic"><summary>')
    assert veiled < body.index("invented graphic words") < body.index("</details>", veiled)
    assert body.count("invented graphic words") == 1


def test_consent_that_nobody_recorded_is_no_for_every_purpose(client_of: Clients, desk: Any) -> None:
    body = client_of("editor").get(f"/records/{desk.subjects['samir']}/").content.decode()
    assert "none recorded" in body
    assert "publication with the name: no" in body
    arabic = client_of("editor", language="ar").get(f"/records/{desk.subjects['samir']}/").content.decode()
    assert "نشر مع الاسم: لا" in arabic


def test_a_record_says_which_issued_figure_counts_it_and_where_it_was_printed(
    client_of: Clients, desk: Any, held: str
) -> None:
    from dalil.archive import Archive
    from dalil.ledger.entries import Draft
    from dalil.ledger.kinds import Kind

    page = f"/records/{desk.subjects['samir']}/"
    assert "In no issued figure." in client_of("editor").get(page).content.decode()
    with Archive(desk.path) as archive:
        run = archive.figures.run("HELD")
        assert desk.subjects["samir"] in run.members
        issued = {"figure": "HELD", "issued": "run", "record": run.record(), "run": run.run_id}
        printed = {"issued": "publication", "code": "INVENTED-1", "runs": {"HELD": run.run_id}}
        archive.ledger.append([Draft(Kind.ISSUE, issued), Draft(Kind.ISSUE, printed)], by=archive.actor())
    body = client_of("editor").get(page).content.decode()
    used = body[body.index('id="h-uses"') : body.index('id="h-consent"')]
    assert f"/figures/HELD/?as_of=2014-01-01&amp;known_by={run.known_by}" in used
    assert "INVENTED-1" in used
    nobody = client_of("editor").get(f"/records/{desk.subjects['rana']}/").content.decode()
    assert "In no issued figure." in nobody

    # Kept for the next process: nothing is counted again, and what was cut short is.
    from dalil.web import uses

    (kept,) = (desk.path / "derived" / "members").iterdir()
    assert kept.stat().st_size == 8 * run.n_members
    (desk.path / "hand" / "figures" / "HELD.yaml").unlink()
    uses.forget()
    assert (
        f"/figures/HELD/?as_of=2014-01-01&amp;known_by={run.known_by}" in client_of("editor").get(page).content.decode()
    )
    kept.write_bytes(b"cut short")
    uses.forget()
    assert "INVENTED-1" in client_of("editor").get(page).content.decode()
    assert kept.stat().st_size == 8 * run.n_members


@pytest.mark.parametrize("role", ["editor", "documenter"])
def test_whoever_is_held_because_of_kin_is_named_beside_the_record(client_of: Clients, desk: Any, role: str) -> None:
    from dalil.values.ids import format_subject, subject_id

    entry = _record(
        desk,
        {
            "source": desk.entries["open_list"],
            "language": "en",
            "subjects": [["p1", "person"], ["d1", "episode"], ["p2", "person", desk.subjects["samir"]]],
            "statements": [
                {"subject": "p1", "predicate": "name", "value": {"text": "Brother Invented"}},
                {"subject": "d1", "predicate": "detainee", "value": {"person": "p1"}},
                {"subject": "d1", "predicate": "reason", "value": {"reason": "kinship", "because_of": "p2"}},
            ],
        },
    )
    held = client_of(role).get(f"/records/{format_subject(subject_id(entry, 0))}/").content.decode()
    assert "Held because of" in held[held.index('id="h-because"') :]
    assert "Samir Invented" in held[held.index('id="h-because"') :]


FAMILY: dict[str, Any] = {
    "language": "en",
    "subjects": [["f", "person"], ["w", "person"], ["s1", "person"], ["s2", "person"], ["d1", "episode"]],
    "statements": [
        {"subject": "f", "predicate": "name", "value": {"text": "Father Invented"}},
        {"subject": "w", "predicate": "name", "value": {"text": "Wife Invented"}},
        {"subject": "s1", "predicate": "name", "value": {"text": "First Invented"}},
        {"subject": "s2", "predicate": "name", "value": {"text": "Second Invented"}},
        {"subject": "s1", "predicate": "sex", "value": "male"},
        {"subject": "w", "predicate": "kin", "value": {"relation": "wife", "of": "f"}},
        {"subject": "s1", "predicate": "kin", "value": {"relation": "son", "of": "f"}},
        {"subject": "s1", "predicate": "kin", "value": {"relation": "son", "of": "w"}},
        {"subject": "s1", "predicate": "kin", "value": {"relation": "brother", "of": "s2"}},
        {"subject": "f", "predicate": "kin", "value": {"relation": "parent", "of": "s2"}},
        {"subject": "d1", "predicate": "detainee", "value": {"person": "w"}},
        {"subject": "d1", "predicate": "episode_event", "value": {"event": "arrested", "on": "2013-08"}},
        {"subject": "d1", "predicate": "episode_event", "value": {"event": "released", "on": "2021-05"}},
        {"subject": "d1", "predicate": "reason", "value": {"reason": "kinship", "because_of": "f"}},
    ],
}
"""An invented family: a wife held because of her husband, and what each is to another."""


def family(client: Any, desk: Any) -> dict[str, str]:
    """Record them; return each one's page."""
    from dalil.values.ids import format_subject, subject_id

    entry = _record(desk, FAMILY | {"source": desk.entries["open_list"]})
    return {
        name: client.get(f"/records/{format_subject(subject_id(entry, number))}/").content.decode()
        for number, name in enumerate(("father", "wife", "first", "second"))
    }


def kin_of(page: str) -> dict[str, str]:
    found = re.findall(r'<li(?: class="because")?><a[^>]*><bdi>([^<]+)</bdi></a> <span>([^<]*)', page)
    return {name: relation.strip() for name, relation in found}


def test_kin_are_what_they_are_to_the_person_of_the_page_and_to_nobody_else(client_of: Clients, desk: Any) -> None:
    pages = family(client_of("editor"), desk)
    assert kin_of(pages["father"]) == {"Wife Invented": "wife", "First Invented": "son", "Second Invented": "child"}
    assert kin_of(pages["wife"]) == {"Father Invented": "spouse", "First Invented": "son"}
    assert kin_of(pages["first"]) == {
        "Father Invented": "parent",
        "Wife Invented": "parent",
        "Second Invented": "sibling",
    }


def test_a_detention_of_somebody_else_is_no_status_of_the_person_because_of_whom_it_was(
    client_of: Clients, desk: Any
) -> None:
    pages = family(client_of("editor"), desk)
    assert 'class="status s-released' in pages["wife"]
    assert "Over time" in pages["wife"]
    assert 'class="status s-' not in pages["father"]
    assert "Over time" not in pages["father"]  # her arrest is no date of his life
    because = pages["father"][pages["father"].index('id="h-because"') :]
    assert "Held because of this person" in because
    assert "Wife Invented" in because


def test_accounts_that_say_the_same_stand_together_and_a_contradiction_beside_them(
    client_of: Clients, desk: Any
) -> None:
    again = desk.subjects["samir"]
    for number, born in enumerate(("1980", "1980", "1980", "1980", "1981")):
        said: Any = {
            "source": desk.entries["open_list"],
            "language": "en",
            "subjects": [["p1", "person", again]],
            "statements": [{"subject": "p1", "predicate": "birth", "value": born, "locator": f"page {number}"}],
        }
        _record(desk, said)
    page = client_of("editor").get(f"/records/{again}/").content.decode()
    births = page[page.index("date of birth") : page.index("<aside")]
    assert "sources disagree" in births
    assert births.count(">1980</span>") == 1
    assert births.count(">1981</span>") == 1
    assert [f"page {number}" in births for number in range(5)] == [True, True, True, False, True]
    assert re.search(r"Accounts that say the same: 1<", page)


@pytest.mark.parametrize(("sex", "status"), [("female", "مفرَج عنها"), ("male", "مفرَج عنه"), (None, "مفرَج عنه")])
def test_what_became_of_a_woman_is_said_of_a_woman(client_of: Clients, desk: Any, sex: str | None, status: str) -> None:
    from dalil.values.ids import format_subject, subject_id

    said: list[Any] = [each for each in FAMILY["statements"] if each["subject"] in ("w", "d1")]
    if sex is not None:
        said.append({"subject": "w", "predicate": "sex", "value": sex})
    entry = _record(desk, FAMILY | {"source": desk.entries["open_list"], "statements": said})
    page = client_of("editor", language="ar").get(f"/records/{format_subject(subject_id(entry, 1))}/").content.decode()
    assert re.findall(r'<p class="code">([^<]+?)\s*</p>', page) == [status]
