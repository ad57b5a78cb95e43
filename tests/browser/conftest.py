"""A desk in a process of its own over an invented archive, and Debian's chromium to walk through it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser.sample import make_sample

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}
PICTURES = Path(__file__).parents[2] / "docs" / "images" / "desk"
TAKES_PICTURES = os.environ.get("DALIL_SCREENSHOTS") == "1"
SECONDS = 40_000
"""Milliseconds that anything may take before a test gives up: room for a machine that does other work meanwhile."""
READY_TRIES = 600
"""Looks, five a second, at whether the desk has started."""


@dataclass
class Served:
    """A desk that runs: its address, its accounts' passwords, and what the sample holds."""

    address: str
    path: Path
    passwords: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    signed_in: dict[str, Any] = field(default_factory=dict)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the sample archive until all tests are done; what one of them records, those after it find."""
    path = tmp_path_factory.mktemp("browser") / "archive"
    subjects = make_sample(path)
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "dalil",
        "serve",
        str(path),
        "--port",
        str(port),
        "--workers",
        "1",
        "--demo-accounts",
    ]
    # What the desk says goes to a file: a pipe that nobody reads would in the end stop it.
    told = path.parent / "desk.log"
    with told.open("w") as log:
        process = subprocess.Popen(
            command, stderr=log, env=os.environ | {"PYTHONWARNINGS": "", "PYTHONUNBUFFERED": "1"}
        )
    found = Served(f"http://localhost:{port}", path, subjects=subjects)
    try:
        found.passwords = _wait_until_ready(process, told)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(process: subprocess.Popen[bytes], told: Path) -> dict[str, str]:
    """Return the passwords of the accounts once the desk says that it is ready."""
    patience = threading.Event()
    for _ in range(READY_TRIES):
        said = told.read_text(encoding="utf-8")
        if re.search(r"^ready", said, re.MULTILINE):
            return dict(re.findall(r"^  \w+ +(\w+) +(\S+)", said, re.MULTILINE))
        if process.poll() is not None:
            break
        patience.wait(0.2)
    pytest.fail("the desk did not start: " + told.read_text(encoding="utf-8")[-2000:])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start chromium; without it the suite fails rather than passes over."""
    if CHROMIUM is None:
        pytest.fail("The browser tests need Debian's chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Visitor:
    """Someone at a browser; anything the page complains about fails the test at its end."""

    page: Page
    served: Served
    language: str
    complaints: list[str]

    def go(self, address: str) -> None:
        """Open an address of the desk."""
        self.page.goto(self.served.address + address)

    def sign_in(self, username: str, *, anew: bool = False) -> None:
        """Sign in with a password; or, unless ``anew``, come back to where this account has signed in before."""
        if not anew and username in self.served.signed_in:
            self.page.context.add_cookies([self.served.signed_in[username]])
            self.go("/")
            self.page.wait_for_selector(".who")
            return
        self.go("/account/login/")
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", self.served.passwords[username])
        self.page.click("form.sheet button")
        self.page.wait_for_selector("main h1")
        if not anew:
            cookies = self.page.context.cookies()
            self.served.signed_in[username] = next(each for each in cookies if "session" in each["name"])

    def picture(self, name: str) -> None:
        """Take a picture in both widths, if pictures are wanted."""
        if not TAKES_PICTURES:
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        for width, size in WIDTHS.items():
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            self.page.screenshot(
                path=PICTURES / f"{name}-{self.language}-{width}.png", full_page=width == "narrow", caret="initial"
            )
        self.page.set_viewport_size({"width": WIDTHS["wide"][0], "height": WIDTHS["wide"][1]})


@pytest.fixture(params=["en", "ar"])
def visitor(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Visitor]:
    """Yield a visitor for each language."""
    # Without motion, contrast is judged on the page as it stays, not on a message half faded in.
    context: BrowserContext = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale=request.param, reduced_motion="reduce"
    )
    context.set_default_timeout(SECONDS)
    page = context.new_page()
    complaints: list[str] = []

    def note(message: Any) -> None:
        if message.type == "error" and "404" not in message.text:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(served.address) else None)
    yield Visitor(page, served, request.param, complaints)
    context.close()
    assert not complaints


__all__ = ["Served", "Visitor"]
