"""Estimates on the screen: drawn from plain numbers, refused in words, never mixed with what is documented."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from conftest import detention

Clients = Callable[..., Any]

OVERLAP = {
    "lists": ["a", "b", "c"],
    "sizes": [10, 20, 5],
    "shared": [[10, 5, 0], [5, 20, 5], [0, 5, 5]],
    "only": [5, 10, 0],
    "several": 10,
    "n": 25,
    "patterns": [{"lists": ["b"], "count": 10}, {"lists": ["a", "b"], "count": 5}, {"lists": ["b", "c"], "count": 5}],
}
POSTERIOR = {
    "edges": [100.0, 200.0, 400.0],
    "shares": [0.75, 0.25],
    "interval": [110, 380],
    "headline": 160,
    "n": 25,
    "floor": 50,
    "kind": "posterior",
}


def test_round_numbers_stand_below_a_drawing() -> None:
    from dalil.web.showing.estimates import round_ticks

    assert round_ticks(0, 100) == [0, 20, 40, 60, 80, 100]
    assert round_ticks(130, 1_930) == [500, 1_000, 1_500]
    assert round_ticks(10, 1_000, by_log=True) == [10, 50, 200, 1_000]


def test_the_documented_number_stands_left_of_the_estimate_and_right_of_it_in_arabic() -> None:
    from dalil.web.showing.estimates import draw_posterior

    for rtl in (False, True):
        drawn = draw_posterior(POSTERIOR, rtl=rtl)
        assert drawn is not None
        at = {name: x for name, x, _value in drawn.lines}
        assert (at["n"] < at["floor"] < at["headline"]) is not rtl
        assert drawn.band[0] < at["headline"] < drawn.band[1]
        # Both bars span an octave, so they are as wide; the first holds three times as much.
        (_, _, first_width, first_height), (_, _, last_width, last_height) = drawn.bars
        assert first_width == pytest.approx(last_width, abs=0.2)
        assert first_height == pytest.approx(3 * last_height)


def test_a_refused_estimate_has_nothing_to_draw() -> None:
    from dalil.web.showing.estimates import draw_posterior, draw_ranges, draw_sensitivity

    assert draw_posterior(None, rtl=False) is None
    assert draw_sensitivity(None, rtl=False) is None
    drawn = draw_ranges([("a", None, None), ("b", [30, None, 60], None)], rtl=False, line=25)
    assert drawn is not None
    assert drawn.rows[0].low is None
    assert drawn.rows[1].x_middle is None
    assert drawn.line_x is not None
    assert drawn.line_x < drawn.rows[1].x_low < drawn.rows[1].x_high


def test_overlap_is_shaded_by_the_share_of_the_smaller_list() -> None:
    from dalil.web.showing.estimates import draw_overlap

    drawn = draw_overlap(OVERLAP)
    assert drawn.rows[0] == ("a", ((10, 0), (5, 3), (0, 0)))  # 5 of 10 are half: 3 of 6
    assert drawn.rows[1] == ("b", ((5, 3), (20, 0), (5, 6)))  # all 5 of c
    assert drawn.patterns[0] == ((False, True, False), 10, 100)
    assert drawn.patterns[1] == ((True, True, False), 5, 50)


def test_the_curve_runs_from_the_least_factor_to_the_greatest() -> None:
    from dalil.web.showing.estimates import draw_sensitivity

    said = {"factors": [0.5, 1.0, 2.0], "low": [10, 20, 40], "median": [15, 30, 60], "high": [20, 40, 80]}
    drawn = draw_sensitivity(said, rtl=False)
    assert drawn is not None
    (x0, y0, _, _), (x1, _, factor, value), (x2, y2, _, _) = drawn.points
    assert x1 == pytest.approx((x0 + x2) / 2, abs=0.1)
    assert (factor, value) == ("1", 30)
    assert y2 < y0  # more persons stand higher


def _work(pk: int) -> None:
    from dalil.web.jobs import run_job

    run_job.func(pk)


@pytest.mark.parametrize(
    ("language", "heading", "reason"),
    [("en", "No number", "At least 3 are needed"), ("ar", "لا عدد", "يلزم 3 على الأقل")],
)
def test_an_estimate_from_two_lists_is_refused_in_the_readers_language(
    client_of: Clients, desk: Any, language: str, heading: str, reason: str
) -> None:
    from dalil.web.models import Job

    client = client_of("editor", language=language)
    answer = client.post("/estimates/ask/", {"method": "dga", "reach": "", "token": "t" * 20})
    job = Job.objects.get(kind="estimate")
    assert answer.headers["Location"] == f"/estimates/{job.pk}/"
    assert client.get(f"/estimates/{job.pk}/").status_code == 200  # it waits
    assert client.get(f"/estimates/{job.pk}/", headers={"hx-request": "true"}).status_code == 204
    _work(job.pk)
    assert client.get(f"/estimates/{job.pk}/", headers={"hx-request": "true"}).headers["HX-Refresh"] == "true"
    job.refresh_from_db()
    assert job.state == "done", job.outcome
    body = client.get(f"/estimates/{job.pk}/").content.decode()
    assert heading in body
    assert reason in body
    estimated = body[body.index('class="estimated-box') : body.index('class="verdict')]
    assert not [each for each in estimated.split('class="number">')[1].split("</p>")[0] if each.isdigit()]
    # Sent twice, it is asked once.
    client.post("/estimates/ask/", {"method": "dga", "reach": "", "token": "t" * 20})
    assert Job.objects.filter(kind="estimate").count() == 1


def test_an_estimate_with_a_number_keeps_it_apart_from_what_is_documented(client_of: Clients, desk: Any) -> None:
    from dalil.web.models import Account, Job

    editor = Account.objects.get(username="editor")
    job = Job.objects.create(account=editor, kind="estimate", state="done", wanted={"method": "lcm"}, outcome={})
    said = {
        "figure": "",
        "as_of": "",
        "size": 12,
        "outside": 3,
        "estimate": {
            "method": "lcm",
            "n": 25,
            "N": {"estimate": 160, "median": 158, "interval": [110, 380], "level": 0.95},
            "floor": 50.4,
            "verdict": "caution",
            "reasons": [{"check": "x", "demands": "caution", "en": "An invented reason.", "ar": "سبب مختلق."}],
            "assumption": {"en": "An assumption.", "ar": "افتراض."},
            "receipt": {"digest": "ab" * 8},
        },
        "plots": {
            "posterior": POSTERIOR,
            "modes": [
                {"centre": 150, "interval": [110, 200], "weight": 0.7},
                {"centre": 300, "interval": [210, 380], "weight": 0.3},
            ],
            "no_single_number": True,
            "overlap": OVERLAP,
            "without": {"a": [90, 120, 200], "b": None},
            "whole": {"number": 160, "interval": [110, 380], "modes": []},
            "answers": {"dga": {"number": 150, "interval": [100, 300], "modes": []}},
            "known_sizes": {"c": {"size": 5, "estimate": [4, 6, 9]}},
            "sensitivity": {
                "factors": [0.5, 1.0, 2.0],
                "low": [10, 20, 40],
                "median": [15, 30, 60],
                "high": [20, 40, 80],
            },
            "strata": [],
            "caveat": {"en": "No data can show it.", "ar": "لا تثبته بيانات."},
            "reach": {"en": "<b>because</b>", "ar": "<b>because</b>"},
        },
    }
    folder = desk.path / "web" / "estimates"
    folder.mkdir(parents=True)
    (folder / f"{job.pk}.json").write_text(json.dumps(said), encoding="utf-8")
    for language in ("en", "ar"):
        body = client_of("auditor", language=language).get(f"/estimates/{job.pk}/").content.decode()
        documented = body[body.index('class="documented-box') : body.index('class="estimated-box')]
        assert ">25<" in documented
        assert "160" not in documented
        assert "185" not in body  # 25 + 160: never added
        assert "&lt;b&gt;because" in body
        # Posterior, without, agreement, known sizes and sensitivity, each for a desk and for a telephone.
        assert body.count("<svg class=") == 10
        assert body.count("drawing on-narrow") == body.count("drawing on-wide") == 5
        assert "70 %" in body


def test_what_is_no_figure_or_method_is_not_estimated(client_of: Clients, desk: Any) -> None:
    client = client_of("editor")
    assert client.post("/estimates/ask/", {"method": "magic"}).status_code == 400
    assert client.post("/estimates/ask/", {"method": "lcm", "figure": "NOPE"}).status_code == 400
    assert client.get("/estimates/99/").status_code == 404


ESTIMATE_OF_HELD = """
format: dalil-figure/1
name: EHELD
title: {en: Held or not recorded, ar: محتجزون أو غير مسجّلين}
text: {en: A figure of a test., ar: رقم في اختبار.}
unit: person
class: estimated
estimate: {of: HELD, lists: [list-1, list-2], method: chao, seed: 1, reach: {en: A test., ar: اختبار.}}
"""


def test_nobody_waits_in_front_of_a_page_for_an_estimated_figure(client_of: Clients, desk: Any, held: str) -> None:
    from dalil.web.models import Job

    (desk.path / "hand" / "figures" / "EHELD.yaml").write_text(ESTIMATE_OF_HELD, encoding="utf-8")
    client = client_of("editor")
    first = client.get("/figures/EHELD/").content.decode()
    job = Job.objects.get(kind="figure")
    assert "It is being worked out in the background" in first
    assert f"/jobs/{job.pk}/cancel/" in first
    other = client_of("reviewer").get("/figures/EHELD/").content.decode()
    assert Job.objects.filter(kind="figure").count() == 1  # the same run is worked out once
    assert "/cancel/" not in other  # another's work is not theirs to stop
    asks = {"hx-request": "true", "x-waits": "1"}
    assert client.get("/figures/EHELD/", headers=asks).status_code == 204
    assert client.get("/figures/EHELD/members/").status_code == 200
    _work(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.outcome
    assert client.get("/figures/EHELD/", headers=asks).headers["HX-Refresh"] == "true"
    assert "How this number repeats" in client.get("/figures/EHELD/").content.decode()
    assert Job.objects.filter(kind="figure").count() == 1  # it was kept, and nothing is worked out again


def test_an_estimated_figure_that_was_stopped_is_worked_out_again_when_asked(
    client_of: Clients, desk: Any, held: str
) -> None:
    from dalil.web.models import Job

    (desk.path / "hand" / "figures" / "EHELD.yaml").write_text(ESTIMATE_OF_HELD, encoding="utf-8")
    client = client_of("editor")
    client.get("/figures/EHELD/")
    stopped = Job.objects.get(kind="figure")
    client.post(f"/jobs/{stopped.pk}/cancel/")
    body = client.get("/figures/EHELD/").content.decode()
    assert "This figure was not worked out" in body
    assert Job.objects.filter(kind="figure").count() == 1
    client.post(f"/jobs/{stopped.pk}/retry/")
    assert "It is being worked out in the background" in client.get("/figures/EHELD/").content.decode()
    for day in range(1, 9):  # whoever asks for one day after the other fills no queue
        body = client.get(f"/figures/EHELD/?as_of=2014-01-0{day}").content.decode()
    assert "Several figures are being worked out for you already" in body
    assert Job.objects.filter(kind="figure", state="waiting").count() == 5


def test_an_estimated_figure_says_how_much_was_recorded_since(client_of: Clients, desk: Any, held: str) -> None:
    from dalil.archive import Archive
    from dalil.ledger.entries import Draft
    from dalil.ledger.kinds import Kind
    from dalil.web.models import Job

    (desk.path / "hand" / "figures" / "EHELD.yaml").write_text(ESTIMATE_OF_HELD, encoding="utf-8")
    client = client_of("editor")
    client.get("/figures/EHELD/")
    _work(Job.objects.get(kind="figure").pk)
    with Archive(desk.path) as archive:
        body = detention(desk.entries["open_list"], 7, name="Another Invented")
        archive.ledger.append([Draft(Kind.ACCOUNT, body)], by=archive.actor())
    body_now = client.get("/figures/EHELD/").content.decode()
    assert "Entries recorded since this was counted" in body_now
    assert Job.objects.filter(kind="figure").count() == 2  # the newer one is being worked out
