"""A sheet mapped by eye: guessed, shown, corrected, previewed, tried, taken in, remembered; and every way round it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from benchmarks.asked import counted

from dalil.archive import Archive
from unit.web.test_pages import MOST_QUERIES

Clients = Callable[..., Any]
ARABIC = (
    "م,الاسم الأول,اسم الأب,الكنية,الجنس,تاريخ الاعتقال,المحافظة,الحالة\n"
    "1,سامر,خالد,المختلق,ذكر,07/08/2013,حماة,إطلاق سراح\n"
    "2,رنا,محمود,المختلقة,أنثى,2014-02,حلب,لا نعلم\n"
    "3,عمر,,المختلق,ذكر,31/02/2013,حمص,إطلاق سراح\n"
    "4,هدى,سليم,المختلقة,أنثى,21/08/2014,حمص,إطلاق سراح\n"
)
"""Invented people. The third date is in no calendar; one status is no word of the vocabulary."""


def brought(client: Any, content: str = ARABIC, name: str = "list.csv", **more: Any) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post("/loads/upload/", {"file": SimpleUploadedFile(name, content.encode()), **more})


def fields(page: Any) -> dict[str, str]:
    """Return what a browser would send of the form of columns as it stands."""
    body = page.content.decode()
    form = re.search(r'<form class="mapping".*?</form>', body, re.DOTALL)
    assert form is not None
    text = form[0]
    found = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', text))
    for name in re.findall(r'<input type="checkbox" name="([^"]+)"', text):
        if not re.search(rf'name="{name}" value="1" checked', text):
            found.pop(name, None)
    for name, options in re.findall(r'<select[^>]*?name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found | {"empty": ""}


SOURCE = {"source-key": "list-9", "source-title": "Invented list", "source-kind": "synthetic", "source-language": "ar"}


@pytest.fixture
def mapped(client_of: Clients) -> tuple[Any, str]:
    """Return an officer's browser, and the address of the page of columns."""
    client = client_of("officer")
    answer = brought(client)
    assert answer.status_code == 302, answer.content.decode()
    return client, answer.headers["Location"]


def done(answer: Any) -> Any:
    from dalil.web.jobs import run_job
    from dalil.web.models import Job

    assert answer.status_code == 302, answer.content.decode()
    pk = int(answer.headers["Location"].split("/")[-2])
    run_job.call(pk)
    return Job.objects.get(pk=pk)


def test_headings_in_either_language_are_guessed_and_cells_shown(mapped: Any) -> None:
    client, address = mapped
    page = client.get(address)
    found = fields(page)
    assert found["row"] == "detention"
    meanings = [found[f"m-{n}"] for n in range(8)]
    assert meanings == [
        "ignore",
        "p1.name.given",
        "p1.name.father",
        "p1.name.family",
        "p1.sex",
        "d1.arrest.on",
        "d1.arrest.place",
        "d1.known.event",
    ]
    assert found["k-0"] == "1"
    assert found["o-5"] == "dmy"  # 07/08 reads two ways, and 21/08 tells which
    assert "سامر" in page.content.decode()


def test_the_first_rows_are_shown_as_statements_and_refusals(mapped: Any) -> None:
    client, address = mapped
    answer = client.post(
        address, fields(client.get(address)) | SOURCE, headers={"HX-Request": "true", "HX-Target": "preview"}
    )
    body = answer.content.decode()
    assert "<html" not in body  # only what changed
    assert "سامر خالد المختلق" in body  # put together from three columns
    assert "7 August 2013" in body
    assert "31/02/2013" in body
    assert "refused" in body


def test_a_text_the_vocabulary_does_not_know_is_given_a_meaning_by_hand(mapped: Any) -> None:
    client, address = mapped
    page = client.get(address)
    assert "not understood" in page.content.decode()
    chosen = fields(page) | SOURCE
    (unknown,) = re.findall(r'name="(v-7-\d)" aria-label="لا نعلم"', page.content.decode())
    job = done(client.post(address, chosen | {unknown: "no_information", "step": "try", "token": "a" * 43}))
    assert job.state == "done", job.outcome
    assert (job.outcome["n_new"], job.outcome["n_refused"]) == (3, 1)
    again = done(client.post(address, chosen | {unknown: "", "step": "try", "token": "b" * 43}))
    assert again.outcome["n_refused"] == 2
    body = client.get(f"/loads/{again.pk}/").content.decode()
    assert "لا نعلم" in body
    assert "Take the good rows in" in body


def test_a_column_about_which_nothing_was_decided_stops_the_trial(mapped: Any) -> None:
    client, address = mapped
    answer = client.post(address, fields(client.get(address)) | SOURCE | {"m-4": "", "step": "try"})
    assert answer.status_code == 400
    assert "Say of each column what it means" in answer.content.decode()


def test_what_was_mapped_is_taken_in_once_remembered_and_offered_again(mapped: Any, desk: Any) -> None:
    client, address = mapped
    job = done(client.post(address, fields(client.get(address)) | SOURCE | {"step": "try", "token": "a" * 43}))
    form = {"token": "t" * 43}
    answers = [client.post(f"/loads/{job.pk}/take/", form) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    taken = done(answers[0])
    assert taken.state == "done", taken.outcome
    assert taken.outcome["n_new"] == 2
    assert [path.name for path in (desk.path / "hand" / "mappings").iterdir()] == ["list-9.yaml"]
    with Archive(desk.path) as archive:
        assert archive.intake.standing(taken.outcome["load"]) == 2
        (view,) = archive.records.find(name="سامر خالد المختلق", predicate="name")
        value: Any = view.value
    assert value["family"] == "المختلق"
    assert value["script"] == "Arab"
    # The same headings come again: the mapping is found by them, and the same file adds nothing.
    page = client.get(brought(client).headers["Location"])
    assert "Columns like these were mapped before" in page.content.decode()
    assert fields(page)["source-key"] == "list-9"
    second = page.wsgi_request.path
    again = done(client.post(f"{second}use/", {"mapping": "list-9", "token": "u" * 43}))
    assert (again.outcome.get("n_new", 0), again.outcome["n_unchanged"]) == (0, 2)
    body = client.get(f"/loads/{again.pk}/").content.decode()
    assert "Take the good rows in" not in body


def test_a_mapping_made_here_is_the_file_the_command_line_takes_and_can_be_brought_back(
    mapped: Any, desk: Any, tmp_path: Any
) -> None:
    client, address = mapped
    answer = client.post(address, fields(client.get(address)) | SOURCE | {"step": "file"})
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet, mapping = tmp_path / "list.csv", tmp_path / "mapping.yaml"
    sheet.write_text(ARABIC, encoding="utf-8")
    mapping.write_bytes(answer.content)
    with Archive(desk.path) as archive:
        receipt = archive.intake.sheet(sheet, mapping, dry_run=True)
    assert (receipt.n_new, receipt.n_refused) == (2, 2)
    from django.core.files.uploadedfile import SimpleUploadedFile

    back = SimpleUploadedFile("m.yaml", answer.content)
    assert done(brought(client, own_mapping=back)).outcome["n_new"] == 2


@pytest.mark.parametrize("text", [b"\xff\xfe", b"a: [", b"&a [*a]", b"format: dalil-mapping/9", b"x" * (2 << 20)])
def test_a_mapping_that_is_none_is_refused_and_nothing_is_kept(client_of: Clients, desk: Any, text: bytes) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = brought(client_of("officer"), own_mapping=SimpleUploadedFile("m.yaml", text))
    assert answer.status_code == 400
    assert not list((desk.path / "web" / "uploads").iterdir())


def test_a_mapping_kept_before_is_never_written_over(desk: Any) -> None:
    from dalil.web.remembered import remember

    assert [remember(desk.path, "list-9", text) for text in ("a", "b", "a", "c")] == [
        "list-9",
        "list-9-2",
        "list-9",
        "list-9-3",
    ]
    assert remember(desk.path, "../evil", "d") == "mapping"


def test_rows_of_another_kind_have_other_meanings(mapped: Any) -> None:
    client, address = mapped
    answer = client.post(address, fields(client.get(address)) | SOURCE | {"row": "act", "step": "preview"})
    found = fields(answer)
    assert found["row"] == "act"
    assert "a1.act.on" in answer.content.decode()
    assert found["m-1"] == "p1.name.given"  # what fits both is kept


def test_headings_below_a_title_are_read_again(client_of: Clients) -> None:
    client = client_of("officer")
    address = brought(client, "A title,\n" + "name,arrested\nAli Invented,2013\n").headers["Location"]
    answer = client.post(address, {"step": "read", "skip_rows": "1", "header_rows": "1"})
    assert answer.status_code == 302
    assert fields(client.get(address))["m-0"] == "p1.name.text"


def test_another_officers_upload_is_not_there_by_any_address(mapped: Any, client_of: Clients) -> None:
    client, address = mapped
    job = done(client.post(address, fields(client.get(address)) | SOURCE | {"step": "try", "token": "a" * 43}))
    other = client_of("custodian")
    for path in (address, f"/loads/{job.pk}/", f"/loads/{job.pk}/mapping/", f"/loads/{job.pk}/receipt/"):
        assert other.get(path).status_code == 404, path
    for path in (address, f"{address}use/", f"{address}throw-away/", f"/loads/{job.pk}/take/"):
        assert other.post(path, {"step": "try"}).status_code == 404, path
    assert client.get(address).status_code == 200  # and nothing was thrown away


def test_throwing_away_leaves_nothing_of_it(mapped: Any, desk: Any) -> None:
    client, address = mapped
    done(client.post(address, fields(client.get(address)) | SOURCE | {"step": "try", "token": "a" * 43}))
    assert client.post(f"{address}throw-away/").status_code == 302
    assert not list((desk.path / "web" / "uploads").iterdir())
    assert client.get(address).status_code == 404


def test_nobody_adds_to_a_source_that_is_not_for_them(mapped: Any, desk: Any) -> None:
    client, address = mapped
    chosen = fields(client.get(address)) | SOURCE | {"source-key": "list-2", "step": "try"}  # the closed list
    answer = client.post(address, chosen)
    assert answer.status_code == 400
    assert "Closed list" not in answer.content.decode()
    client.post(address, fields(client.get(address)) | SOURCE | {"step": "file"})
    file = client.post(address, chosen | {"step": "file"}).content
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert brought(client, own_mapping=SimpleUploadedFile("m.yaml", file)).status_code == 404
    (desk.path / "hand" / "mappings" / "closed.yaml").write_bytes(file)
    assert "closed" not in client.get("/loads/").content.decode()
    assert client.post(f"{address}use/", {"mapping": "closed"}).status_code == 400


def test_a_load_of_a_hidden_source_cannot_be_withdrawn(client_of: Clients, desk: Any, tmp_path: Any) -> None:
    sheet, mapping = tmp_path / "list.csv", tmp_path / "mapping.yaml"
    sheet.write_text("name\nAli Invented\n", encoding="utf-8")
    mapping.write_text(
        "format: dalil-mapping/1\n"
        "source: {key: list-2, kind: synthetic, synthetic: true, form: list, title: Closed list, language: en}\n"
        "subjects: {p1: person}\ncolumns: {name: {subject: p1, predicate: name, part: text}}\n",
        encoding="utf-8",
    )
    with Archive(desk.path) as archive:
        load = archive.intake.sheet(sheet, mapping).load
    answer = client_of("officer").post(f"/loads/{load}/withdraw/", {"reason": "a test", "token": "w" * 43})
    assert answer.status_code == client_of("officer").post("/loads/none/withdraw/", {"reason": "x"}).status_code == 404
    with Archive(desk.path) as archive:
        assert archive.intake.standing(load) == 1


def test_what_is_scripted_or_turned_in_a_sheet_is_shown_and_not_obeyed(client_of: Clients) -> None:
    client = client_of("officer")
    evil = "<script>alert(1)</script>,\u202ename\n<img src=x onerror=alert(1)>,=1+1\n"
    address = brought(client, evil, name="<b>list</b>.csv").headers["Location"]
    for body in (client.get(address).content.decode(), client.get("/loads/").content.decode()):
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "<b>list" not in body
        assert "\u202e" not in body


def test_choices_that_no_form_offers_choose_nothing(mapped: Any) -> None:
    client, address = mapped
    nonsense = {"m-4": "p1.name.script", "o-5": "xyz", "s-1": "upside", "set-held_by": "nobody", "row": "planet"}
    found = fields(client.post(address, fields(client.get(address)) | SOURCE | nonsense))
    assert (found["m-4"], found["o-5"], found["set-held_by"], found["row"]) == ("", "", "", "detention")


def test_what_was_chosen_is_still_there_after_the_session_ended(mapped: Any, client_of: Clients) -> None:
    client, address = mapped
    chosen = fields(client.get(address)) | SOURCE | {"m-2": "ignore"}
    client.post(address, chosen, headers={"HX-Request": "true", "HX-Target": "preview"})  # as typing does
    answer = client_of().post(address, chosen | {"step": "try"})
    assert answer.status_code == 401
    assert "list-9" in answer.content.decode()  # handed back
    assert fields(client_of("officer").get(address))["m-2"] == "ignore"  # and kept


def test_the_pages_ask_few_queries_and_speak_arabic(client_of: Clients) -> None:
    client = client_of("officer", language="ar")
    address = brought(client).headers["Location"]
    body = client.get(address).content.decode()
    assert 'dir="rtl"' in body
    assert "معاني الأعمدة" in body
    job = done(client.post(address, fields(client.get(address)) | SOURCE | {"step": "try", "token": "a" * 43}))
    for page in (address, "/loads/", f"/loads/{job.pk}/", "/reports/", "/enter/"):
        client.get(page)  # what is read once in a process is read now
        with counted() as asked:
            assert client.get(page).status_code == 200
        assert len(asked) <= MOST_QUERIES, page
        assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=", client.get(page).content.decode()), page


def test_two_choices_made_at_once_are_both_taken_and_one_of_them_stands(desk: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from dalil.web.sheet_plans import drop_upload, write_beside
    from dalil.web.uploads import uploads_folder

    name, texts = "u" * 43, [f"{number}".encode() * 4_000 for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda text: write_beside(desk.path, name, "plan", text), texts * 8))
    assert (uploads_folder(desk.path) / f"{name}.plan").read_bytes() in texts  # whole, whichever was last
    (uploads_folder(desk.path) / f".{name}.plan.00.making").write_bytes(b"left by a crash")
    drop_upload(desk.path, name)
    assert not [path for path in uploads_folder(desk.path).iterdir() if name in path.name]
