"""What is wrong with what was typed is said in the reader's language: every sentence that the forms' readers have."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dalil

Clients = Callable[..., Any]
ROOT = Path(dalil.__file__).parent
ASKED_BY_FORMS = (
    "intake/entry_forms.py",
    "intake/consent_forms.py",
    "intake/drafts.py",
    "values/written_dates.py",
    "values/date_hedges.py",
    "web/accounts.py",
    "web/selections.py",
    "web/uploads.py",
    "web/screens/bulk.py",
    "web/screens/consent.py",
    "web/screens/entry.py",
    "web/screens/estimation.py",
    "web/screens/exports.py",
    "web/screens/loads.py",
    "web/screens/sheets.py",
    "web/screens/standing.py",
)
CODES = re.compile(r"[a-z_/., ]+: [a-z]+|[a-z]+(, [a-z_]+)*")
"""Lists of codes and names of files, which are the same in every language."""


def _sentences() -> Iterator[tuple[str, str]]:
    """Yield every sentence written out as the message or expectation of an error."""
    for name in ASKED_BY_FORMS:
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id[:1].isupper()):
                continue
            said = node.args[:1] + [each.value for each in node.keywords if each.arg == "expected"]
            if any(each.arg in ("expected", "where") for each in node.keywords):
                texts = [each.value for each in said if isinstance(each, ast.Constant)]
                yield from ((name, text) for text in texts if isinstance(text, str) and text)


def test_every_sentence_that_a_form_may_show_is_said_in_arabic(desk: Any) -> None:
    from django.utils.translation import override

    from dalil.web.showing.refusals import sentence

    found = list(_sentences())
    assert len(found) > 80
    with override("ar"):
        english = [(name, text) for name, text in found if sentence(text).lang == "en"]
    assert [each for each in english if not CODES.fullmatch(each[1])] == []


def test_an_arabic_form_answers_in_arabic(client_of: Clients, desk: Any) -> None:
    client = client_of("documenter", language="ar")
    said = {"name": "", "arrested": "31/02/2013", "birth": "unreadable", "party": "nobody's", "step": "check"}
    body = client.post("/enter/detention/", said).content.decode()
    assert "هذا الحقل لازم." in body
    assert "لا يوجد يوم 31 في ذلك الشهر." in body
    assert "هذا تاريخ لا يُقرأ من غير تخمين." in body
    assert 'lang="en"' not in body[body.index("<main") :]
