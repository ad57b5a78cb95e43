"""The main forms with script switched off: each still does what it is for, by plain pages and buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import SECONDS, Visitor


@pytest.fixture
def plain(visitor: Visitor) -> Iterator[Page]:
    """Yield a page of a browser that runs no script, in the visitor's language."""
    browser = visitor.page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, locale=visitor.language)
    context.set_default_timeout(SECONDS)
    yield context.new_page()
    context.close()


def sign_in(page: Page, visitor: Visitor, username: str) -> None:
    """Sign in by the form."""
    page.goto(visitor.served.address + "/account/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", visitor.served.passwords[username])
    page.click("form.sheet button")
    expect(page.locator(".who bdi")).to_have_text(username)


def test_a_detention_is_recorded_without_script(visitor: Visitor, plain: Page) -> None:
    sign_in(plain, visitor, "rana")
    plain.goto(visitor.served.address + "/enter/detention/")
    plain.select_option("#f-source", index=1)
    plain.fill("#f-name", f"Munir Invented {visitor.language}")
    plain.fill("#f-arrested", "end of 2013" if visitor.language == "en" else "أواخر 2013")
    plain.click("button[value=check]")
    expect(plain.locator(".understood")).to_have_count(1)
    plain.check("input[name=who][value=new]")
    plain.click("button[value=submit]")
    expect(plain.locator("h1")).to_contain_text("Munir Invented")


def test_a_sheet_is_mapped_and_tried_without_script(visitor: Visitor, plain: Page, tmp_path: Path) -> None:
    sheet = tmp_path / "plain.csv"
    sheet.write_text("No,Full name,Date of arrest\n1,Hala Invented,2013-08-07\n2,Sami Invented,\n", encoding="utf-8")
    sign_in(plain, visitor, "omar")
    plain.goto(visitor.served.address + "/loads/")
    plain.set_input_files("input[name=file]", sheet)
    plain.click("form.sheet > button")
    expect(plain.locator("#preview")).to_contain_text("2013")
    plain.select_option("select[name=m-2]", "ignore")
    plain.click("button.second[value=preview]")
    expect(plain.locator("select[name=m-2]")).to_have_value("ignore")
    expect(plain.locator("#preview")).not_to_contain_text("2013")
    plain.click("form[action$='/throw-away/'] button")
    expect(plain.locator("form.sheet > button")).to_be_visible()


def test_two_records_are_judged_and_judged_back_without_script(visitor: Visitor, plain: Page) -> None:
    sign_in(plain, visitor, "huda")
    plain.goto(visitor.served.address + "/review/")
    pair = plain.locator(".head .id").inner_text()
    plain.fill("#note", "looked at without script")
    plain.click("button[value=unsure]")
    expect(plain.locator(".message.success")).to_be_visible()
    plain.click("form[action*='/review/undo/'] button[data-key=z]")
    expect(plain.locator(".message.success")).to_be_visible()
    plain.goto(f"{visitor.served.address}/review/{pair}/")
    expect(plain.locator("button[value=same]")).to_be_visible()


def test_searching_counting_and_comparing_need_no_script(visitor: Visitor, plain: Page) -> None:
    sign_in(plain, visitor, "salma")
    plain.fill("header input[type=search]", "samer")
    plain.press("header input[type=search]", "Enter")
    expect(plain.locator(".hit").first).to_be_visible()
    plain.goto(visitor.served.address + "/figures/F01/")
    plain.fill("#as-of", "2011-01-01")
    plain.click(".times button")
    expect(plain.locator(".number").first).to_have_text("0")
    plain.click("a[href*='/compare/']")
    plain.fill("input[name=as_of]", "2021-05-21")
    plain.fill("input[name=then_as_of]", "2011-01-01")
    plain.click("form.compare button")
    added = plain.locator(".number").nth(1).inner_text()
    assert re.sub(r"\D", "", added) not in ("", "0")
    expect(plain.locator("dl.facts dd").first).to_have_text(f"+{added}")
