"""Every kind of page in both languages: judged by axe, no wider than a telephone; a grade and its undoing."""

from __future__ import annotations

import re

from playwright.sync_api import ViewportSize, expect

from browser.conftest import SECONDS, Visitor
from browser.test_working_day import check_accessible

NARROW: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 900}
SCREENS = (
    "/",
    "/search/?q=Ahmad",
    "/review/",
    "/figures/",
    "/estimates/",
    "/integrity/",
    "/integrity/deeds/",
    "/account/",
)


def test_every_screen_is_accessible_and_no_wider_than_a_telephone(visitor: Visitor) -> None:
    visitor.sign_in("salma")
    person = sorted(visitor.served.subjects.values())[0]
    too_wide = []
    for address in (*SCREENS, f"/records/{person}/", f"/records/{person}/standing/", "/records/99999.0/"):
        visitor.page.set_viewport_size(WIDE)
        visitor.go(address)
        check_accessible(visitor, address)
        visitor.page.set_viewport_size(NARROW)
        over = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        too_wide += [(address, over)] if over > 0 else []
    assert not too_wide


def test_a_record_is_graded_and_the_grade_undone(visitor: Visitor) -> None:
    visitor.sign_in("salma")
    person = sorted(visitor.served.subjects.values())[0]
    page = visitor.page
    visitor.go(f"/records/{person}/")
    page.click("p.standing a")
    page.fill("#reason", "compared with its source")
    page.select_option("#grade", "G1")
    page.click('button[value="grade"]')
    expect(page.locator("dl.facts .chip.grade")).to_have_text("G1")
    visitor.picture("standing")
    page.locator('form[action*="/undo/"] button').last.click()
    expect(page.locator("dl.facts .chip.grade")).to_have_text("G0")
    check_accessible(visitor, "standing")


def test_an_estimate_is_asked_for_and_waited_for_on_a_page_of_its_own(visitor: Visitor) -> None:
    visitor.sign_in("salma")
    page = visitor.page
    visitor.go("/estimates/")
    page.select_option("#method", "dga")
    page.click("form.sheet button")
    page.wait_for_url(re.compile(r"/estimates/\d+/$"))
    refused = page.locator("section.verdict.verdict-refused")  # the page loads itself anew when the worker is done
    expect(refused).to_be_visible(timeout=3 * SECONDS)
    expect(refused.locator("li").first).to_be_visible()
    assert not re.search(r"\d", page.locator(".estimated-box .number").inner_text())
    check_accessible(visitor, "estimate")
    visitor.picture("estimate-refused")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    number = page.url.rstrip("/").rsplit("/", 1)[1]
    visitor.go("/estimates/")
    expect(page.locator(f'a[href="/estimates/{number}/"]')).to_be_visible()
