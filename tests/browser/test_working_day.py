"""A working day at the desk, in both languages and both directions of writing, through a real browser and server."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.conftest import Visitor

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
FIRST_PAGE_BYTES = 120_000


def check_accessible(visitor: Visitor, where: str) -> None:
    found = Axe().run(visitor.page, options=RULES | {"resultTypes": ["violations"]}).response["violations"]
    assert not [(where, each["id"], [node["html"][:160] for node in each["nodes"]][:4]) for each in found]


def test_signing_in_with_a_passkey(visitor: Visitor) -> None:
    page = visitor.page
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    username = "rana" if visitor.language == "en" else "yusuf"  # each adds a first passkey
    visitor.sign_in(username, anew=True)
    visitor.go("/account/2fa/webauthn/add/")
    page.fill("input[type=password]", visitor.served.passwords[username])  # shows again who it is
    page.click("form.sheet button[type=submit]")
    page.fill("input[name=name]", f"this machine {visitor.language}")
    page.check("input[name=passwordless]")
    check_accessible(visitor, "adding a passkey")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile("/account/2fa/(recovery-codes/|$)"))
    visitor.go("/")
    page.click(".who form[action='/account/logout/'] button")
    page.wait_for_selector("#passkey_login")
    visitor.picture("sign-in")
    check_accessible(visitor, "signing in")
    page.click("#passkey_login")
    page.wait_for_url(visitor.served.address + "/")
    expect(page.locator(".who bdi")).to_have_text(username)


def test_the_first_page_is_small(visitor: Visitor) -> None:
    page = visitor.page
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    visitor.go("/account/login/")
    page.wait_for_load_state("networkidle")
    assert 5_000 < sum(received) < FIRST_PAGE_BYTES


def test_a_day_of_finding_opening_judging_and_counting(visitor: Visitor) -> None:
    page, subjects = visitor.page, visitor.served.subjects
    visitor.sign_in("salma")
    visitor.picture("home")
    check_accessible(visitor, "home")

    # Found in the other script, from any page, with one key.
    page.keyboard.press("/")
    page.keyboard.type("Samer Haddad" if visitor.language == "en" else "سامر الحداد")
    page.keyboard.press("Enter")
    page.wait_for_selector(".hit")
    both = page.locator(".hits").inner_text()
    assert "سامر خالد الحداد" in both
    assert "Samer Khaled al-Haddad" in both
    visitor.picture("search")
    check_accessible(visitor, "search")

    # Opened, and redrawn as the world was before the arrest, with the keyboard.
    visitor.go(f"/records/{subjects['rana']}/?as_of=2021-05-21")
    expect(page.locator(".status .code")).to_be_visible()
    visitor.picture("person")
    check_accessible(visitor, "a person")
    assert page.locator(".status").first.get_attribute("class") == "status s-disappeared"
    page.fill("#as-of", "2013-01-01")
    page.press("#as-of", "Enter")
    page.wait_for_url(re.compile("as_of=2013-01-01"))
    expect(page.locator(".status").first).to_have_class("status s-not_yet_held")

    # What was said under coercion stands beside what rebuts it.
    visitor.go(f"/records/{subjects['speaker']}/")
    expect(page.locator(".under-coercion .rebuttal")).to_contain_text("ردّ مختلق")
    visitor.picture("coerced")
    check_accessible(visitor, "a coerced statement")

    # A figure, opened down to its members.
    visitor.go("/figures/")
    check_accessible(visitor, "figures")
    visitor.go("/figures/F01/")
    expect(page.locator(".number").first).to_be_visible()
    visitor.picture("figure")
    check_accessible(visitor, "a figure")
    page.click(".figure-value a.button")
    expect(page.locator("tbody tr").first).to_be_visible()
    visitor.picture("members")
    check_accessible(visitor, "members")
    visitor.go("/figures/F01/compare/?then_as_of=2013-01-01")
    expect(page.locator("dl.facts").first).to_be_visible()
    visitor.picture("compare")
    check_accessible(visitor, "two runs compared")
    visitor.go("/integrity/")
    visitor.picture("integrity")
    check_accessible(visitor, "integrity")


def test_settling_ten_pairs_by_keyboard_and_taking_the_last_back(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("huda")
    visitor.go("/review/")
    visitor.picture("review")
    check_accessible(visitor, "a pair")
    seen = []
    for _ in range(10):
        key = page.locator(".head .id").inner_text()
        seen.append(key)
        page.keyboard.press("s")
        page.wait_for_url(re.compile("done="))
        expect(page.locator(".message.success")).to_be_visible()
    assert len(set(seen)) == 10
    page.keyboard.press("z")
    expect(page.locator(".message.success")).to_be_visible()
    expect(page.locator("main h1")).to_be_visible()


def test_the_page_works_without_script(visitor: Visitor) -> None:
    context = visitor.page.context.browser
    assert context is not None
    plain = context.new_context(java_script_enabled=False, locale=visitor.language)
    page = plain.new_page()
    page.goto(visitor.served.address + "/account/login/")
    page.fill("#id_login", "omar")
    page.fill("#id_password", visitor.served.passwords["omar"])
    page.click("form.sheet button")
    page.goto(f"{visitor.served.address}/records/{visitor.served.subjects['samer']}/")
    page.fill("#as-of", "2012-01-01")
    page.click(".times button")
    assert "as_of=2012-01-01" in page.url
    assert page.locator(".status").first.get_attribute("class") == "status s-not_yet_held"
    plain.close()


def test_nothing_runs_over_the_edge_of_a_telephone(visitor: Visitor) -> None:
    visitor.sign_in("salma")
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    for address in (
        "/",
        "/search/?q=samer",
        f"/records/{visitor.served.subjects['rana']}/",
        "/figures/F01/",
        "/integrity/",
    ):
        visitor.go(address)
        width = visitor.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, (address, width)
