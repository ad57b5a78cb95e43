"""From a sheet to a figure: brought, mapped by eye, told, updated, counted, taken back; in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from browser.conftest import Visitor
from browser.test_working_day import check_accessible

SHEETS = {
    "en": (
        "No,Full name,Sex,Date of arrest,Governorate,Status,Wife,Phone of wife\n"
        "1,Ilyas Nabil Qandil,male,07/08/2013,Homs,released,Maha Invented,000 111\n"
        "2,Shirin Adnan Barakat,female,2014-02,Aleppo,whereabouts unclear,,\n"
        "3,Fadi Munir Saqr,male,31/02/2013,Homs,released,,\n"
        "4,Dima Ghassan Tannous,female,21/08/2014,Hama,released,,\n"
    ),
    "ar": (
        "م,الاسم الكامل,الجنس,تاريخ الاعتقال,المحافظة,الحالة,الزوجة,هاتف الزوجة\n"
        "1,إياد نبيل قنديل,ذكر,07/08/2013,حمص,إفراج,مها المختلقة,000 111\n"
        "2,شيرين عدنان بركات,أنثى,2014-02,حلب,مصيرها غير واضح,,\n"
        "3,فادي منير صقر,ذكر,31/02/2013,حمص,إفراج,,\n"
        "4,ديمة غسان طنوس,أنثى,21/08/2014,حماة,إفراج,,\n"
    ),
}
"""Invented. In each: a day that no calendar has, a text the vocabulary does not know, a date two ways, a relative."""


def number(page: Page) -> int:
    """Return the value of the figure that is shown."""
    return int(re.sub(r"\D", "", page.locator(".number").first.inner_text()))


def test_a_sheet_is_brought_mapped_by_eye_tried_and_taken_in(visitor: Visitor, tmp_path: Path) -> None:
    page, language = visitor.page, visitor.language
    sheet = tmp_path / "list.csv"
    sheet.write_text(SHEETS[language], encoding="utf-8")
    visitor.sign_in("omar")
    visitor.go("/loads/")
    check_accessible(visitor, "sheets")
    page.set_input_files("input[name=file]", sheet)
    page.click("form.sheet > button")
    page.wait_for_selector(".eye")

    # Guessed by heading in either language; what the vocabulary does not know is asked.
    expect(page.locator("select[name=m-1]")).to_have_value("p1.name.text")
    expect(page.locator("select[name=m-3]")).to_have_value("d1.arrest.on")
    expect(page.locator("select[name=o-3]")).to_have_value("dmy")
    expect(page.locator("select[name=m-6]")).to_have_value("spouse.name.text")  # a person of her own
    expect(page.locator("select[name=m-7]")).to_have_value("spouse.note")
    expect(page.locator("#preview")).to_contain_text("Maha Invented" if language == "en" else "مها المختلقة")
    check_accessible(visitor, "columns of a sheet")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})

    # A choice redraws the first rows at once.
    unknown = page.locator("select[name^=v-5-]")
    expect(unknown).to_have_count(1)
    expect(page.locator("#preview .refused")).to_have_count(2)
    unknown.select_option("-")
    expect(page.locator("#preview .refused")).to_have_count(1)
    visitor.picture("map-sheet")
    page.select_option("select[name=m-4]", "")
    expect(page.locator("#preview .message.warn")).to_be_visible()
    page.select_option("select[name=m-4]", "d1.arrest.place")
    expect(page.locator("#preview .message.warn")).to_have_count(0)

    page.fill("#f-key", f"brought-{language}")
    page.fill("#f-title", "Brought by hand" if language == "en" else "قائمة أُحضرت باليد")
    page.click("button[value=try]")
    page.wait_for_url(re.compile(r"/loads/\d+/"))
    expect(page.locator(".tiles")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("31/02/2013")
    visitor.picture("sheet-tried")
    check_accessible(visitor, "a sheet tried")

    page.click("form[action$='/take/'] button")
    page.wait_for_selector("#h-receipt")
    expect(page.locator(".tiles")).to_contain_text("3")
    check_accessible(visitor, "a receipt")
    visitor.go("/search/?q=" + ("Shirin Barakat" if language == "ar" else "شيرين بركات"))  # in the other script
    expect(page.locator(".hit").first).to_be_visible()

    # Brought again, its columns are known.
    visitor.go("/loads/")
    page.set_input_files("input[name=file]", sheet)
    page.click("form.sheet > button")
    expect(page.locator("#h-fits")).to_be_visible()
    page.click("form[action$='/throw-away/'] button")
    expect(page.locator("form.sheet > button")).to_be_visible()

    # And the whole load is withdrawn.
    row = page.locator("#h-loads ~ div tbody tr").first
    row.locator("input[name=reason]").fill("brought for a test")
    row.locator("button.danger").click()
    expect(page.locator(".message.success")).to_be_visible()


def test_a_testimony_moves_a_figure_and_what_was_known_before_stays(visitor: Visitor) -> None:
    page, language = visitor.page, visitor.language
    name = "Nidal Farid Haddad" if language == "en" else "نضال فريد حداد"
    visitor.sign_in("rana")
    visitor.go("/figures/F01/")
    before = number(page)
    point = page.locator("#known-by").input_value()

    # Two dates as people write them, shown as they were understood.
    visitor.go("/enter/detention/")
    page.select_option("#f-source", index=1)
    page.fill("#f-name", name)
    page.fill("#f-birth", "about 1985" if language == "en" else "حوالي 1985")
    page.fill("#f-arrested", "end of 2013" if language == "en" else "أواخر 2013")
    page.select_option("#f-party", "syria.state")
    page.click("button[value=check]")
    expect(page.locator(".understood")).to_have_count(2)
    visitor.picture("entry")
    check_accessible(visitor, "an entry checked")
    page.check("input[name=who][value=new]")
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/records/"))
    episode = page.locator(".related a[href*='/records/']").first.get_attribute("href")
    assert episode is not None

    visitor.go("/figures/F01/")
    expect(page.locator(".number").first).to_be_visible()
    assert number(page) == before + 1
    visitor.go(f"/figures/F01/?known_by={point}")
    assert number(page) == before  # as it was known then, it was never otherwise

    # A release is told; on the figure's day nobody is held any more who was freed before it.
    visitor.go(f"{episode.split('?')[0]}update/")
    page.select_option("#f-source", index=1)
    page.select_option("select[name=event]", "released")
    page.fill("#f-on", "2019")
    page.click("button[value=check]")
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/records/[\d.]+/$"))
    visitor.go("/figures/F01/")
    assert number(page) == before


def test_a_consent_is_recorded_shown_on_the_record_and_withdrawn(visitor: Visitor) -> None:
    page, subjects = visitor.page, visitor.served.subjects
    person = subjects["samer" if visitor.language == "en" else "speaker"]  # each language asks somebody else
    visitor.sign_in("rana")
    visitor.go(f"/records/{person}/")
    page.click("#h-consent a")
    page.select_option("#f-un_body", "yes")
    page.select_option("#f-giver", "self")
    page.fill("#f-given", "spring 2020" if visitor.language == "en" else "ربيع 2020")
    page.select_option("#f-how", "written")
    page.click("button[value=check]")
    expect(page.locator(".understood")).to_have_count(1)
    page.click("button[value=record]")
    allowed = page.locator("tr[data-use=un_body] .chip")
    expect(allowed).to_have_class("chip good")
    visitor.picture("consent")
    check_accessible(visitor, "consent")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})
    visitor.go(f"/records/{person}/")
    expect(page.locator(".consents .yes").first).to_be_visible()

    page.click("#h-consent a")
    page.click("summary >> nth=0")
    page.select_option("#w-giver", "self")
    page.fill("#w-given", "2021-02-03")
    page.select_option("#w-how", "message")
    page.click("button[value=withdraw]")
    expect(allowed).to_have_class("chip warn")


def test_many_records_are_changed_and_changed_back(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("salma")
    visitor.go("/figures/F01/members/")
    page.click("a[href^='/bulk/']")
    page.check("input[name=change][value=tag]")
    page.fill("input[name=tag]", f"seen-{visitor.language}")
    page.click("button[value=preview]")
    expect(page.locator("#preview tbody tr").first).to_be_visible()
    visitor.picture("bulk")
    check_accessible(visitor, "many records")
    page.click("button[value=apply]")
    page.wait_for_url(re.compile("/bulk/done/"))
    expect(page.locator(".message.success")).to_be_visible()
    check_accessible(visitor, "many records changed")
    page.keyboard.press("z")
    page.wait_for_url(re.compile(r"/bulk/\?"))
    expect(page.locator(".message.success")).to_be_visible()


def test_records_are_taken_out_as_a_file(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("salma", anew=True)
    visitor.go("/search/?q=samer")
    page.click("a[href^='/exports/new/']")
    page.fill("input[type=password]", visitor.served.passwords["salma"])  # shows again who it is
    page.click("form.sheet button[type=submit]")
    page.select_option("select[name=use]", "internal")
    page.fill("textarea[name=reason]", "for a test")
    visitor.picture("export")
    check_accessible(visitor, "taking out")
    page.click("form.sheet button")
    link = page.locator("a[href$='/file/']")
    link.wait_for()
    check_accessible(visitor, "taken out")
    with page.expect_download() as waiting:
        link.click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert "Samer Khaled al-Haddad" in text


def test_a_report_is_drafted_issued_and_read(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("salma")
    visitor.go("/reports/")
    check_accessible(visitor, "reports")
    page.click("a[href='/reports/R1/']")
    page.click("button[value=issue]")
    page.wait_for_selector(".message.success")
    page.click("a[href='/reports/R1/']:not(.eyebrow a)")
    page.click("form[action$='/check/'] button")
    expect(page.locator(".facts")).to_be_visible()
    visitor.go("/reports/R1/")
    expect(page.locator("#h-stale ~ .message.success")).to_be_visible()
    visitor.picture("report")
    check_accessible(visitor, "a report")
    with page.expect_download() as waiting:
        page.locator("a[href$='/files/ar/']").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF-")


def test_nothing_new_runs_over_the_edge_of_a_telephone(visitor: Visitor) -> None:
    visitor.sign_in("salma")
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/reports/", "/reports/R1/", "/bulk/?of=figure&name=F01"):
        visitor.go(address)
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390, address
