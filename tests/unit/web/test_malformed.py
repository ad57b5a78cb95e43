"""What no browser sends: every form and every query answers in words, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from unit.web.test_sheets import SOURCE, brought, done, fields

Clients = Callable[..., Any]
ODD = ("", "\0", "x", "-1", "0", "9" * 40, "٣", "²", "1e9", "[]", "a\ud800".encode("utf-8", "surrogatepass"), "\u202e")
NAMES = ("page", "outcome", "of", "q", "name", "position", "kind", "known_by", "as_of", "cell", "dimension", "entries")


def _breaks(answer: Any) -> bool:
    return bool(answer.status_code >= 500)


def test_an_odd_query_breaks_no_screen(client_of: Clients, desk: Any) -> None:
    editor, officer = client_of("editor"), client_of("officer")
    addresses = ("/bulk/", "/bulk/done/", "/exports/new/", "/reports/", "/figures/", "/search/")
    selections = ("of=search&q=Samir", f"of=source&position={desk.entries['open_list']}", "of=figure&name=F01", "")
    broken = []
    for turn, address in enumerate(addresses):
        for selection in selections:
            for place, name in enumerate(NAMES):
                for odd in (ODD[(turn + place) % len(ODD)], ODD[(turn + place + 5) % len(ODD)]):
                    said = dict(each.split("=") for each in selection.split("&") if each)
                    client = officer if address.startswith("/exports") else editor
                    if _breaks(client.get(address, said | {name: odd})):
                        broken.append((address, selection, name, odd))
    assert not broken


def test_an_odd_page_of_outcomes_breaks_nothing(client_of: Clients, desk: Any) -> None:
    client = client_of("officer")
    address = brought(client).headers["Location"]
    job = done(client.post(address, fields(client.get(address)) | SOURCE | {"step": "try", "token": "a" * 43}))
    for name in ("page", "outcome"):
        for odd in ODD:
            assert client.get(f"/loads/{job.pk}/", {name: odd}).status_code == 200, (name, odd)


FIELDS = ("m-1", "row", "order", "empty", "source-key", "source-kind", "source-language", "source-published")


@pytest.mark.parametrize("odd", ODD[::2])
def test_an_odd_value_in_any_field_of_the_form_of_columns_breaks_nothing(
    client_of: Clients, desk: Any, odd: Any
) -> None:
    client = client_of("officer")
    address = brought(client).headers["Location"]
    form = fields(client.get(address)) | SOURCE
    for step in ("preview", "file", "try"):
        everything = dict.fromkeys(form, odd) | {"step": step, "empty": odd}
        assert not _breaks(client.post(address, everything)), step
        for name in (
            "m-1",
            "row",
            "order",
            "empty",
            "source-key",
            "source-kind",
            "source-language",
            "source-published",
        ):
            assert not _breaks(client.post(address, form | {name: odd, "step": step, "token": "t"})), (step, name)
    for name in ("header_rows", "skip_rows", "sheet"):
        assert not _breaks(client.post(address, {"step": "read", name: odd})), name


def test_an_odd_form_changes_nothing(client_of: Clients, desk: Any) -> None:
    from dalil.archive import Archive

    with Archive(desk.path) as archive:
        before = archive.ledger.size
    editor = client_of("editor")
    form = {"selection": f"of=source&position={desk.entries['open_list']}", "change": "tag", "tag": "x", "shown": "0"}
    for name in (*form, "grade", "flag", "assignee", "step", "reason"):
        for odd in ODD:
            if (name, odd) in {("tag", "x"), ("reason", "x")}:
                continue
            answer = editor.post("/bulk/", form | {"step": "apply"} | {name: odd})
            assert not _breaks(answer), (name, odd)
    with Archive(desk.path) as archive:
        assert archive.ledger.size == before
