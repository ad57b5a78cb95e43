"""Drawings made on the server: bars, years, a map of tiles, a timeline; in both directions and both widths."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dalil.figures.runs import Cell

Clients = Callable[..., Any]


@pytest.fixture
def words(desk: Any) -> Any:
    from dalil.vocabulary import load_vocabulary
    from dalil.web.showing.words import Words

    return Words(load_vocabulary(("core", "syria"), None), "en")


def _cell(name: str, value: int, dimension: str = "d") -> Cell:
    return Cell(dimension=dimension, cell=name, value=value)


def test_the_longest_bar_fills_its_room_and_others_their_share(words: Any) -> None:
    from dalil.web.showing.charts import draw_charts

    (chart,) = draw_charts([_cell("women", 30), _cell("men", 60)], (), words, rtl=False)
    # 720 wide, 210 for labels, 90 for numbers: 420 for the longest.
    assert [bar.width for bar in chart.bars] == [210.0, 420.0]
    assert [bar.x for bar in chart.bars] == [210, 210]
    assert [bar.y for bar in chart.bars] == [4, 30]
    (mirrored,) = draw_charts([_cell("women", 30), _cell("men", 60)], (), words, rtl=True)
    assert [bar.x for bar in mirrored.bars] == [300.0, 90.0]  # they end where the labels begin, at 510
    assert mirrored.bars[0].label_x == 520


def test_on_a_telephone_labels_stand_above_their_bars(words: Any) -> None:
    from dalil.web.showing.charts import NARROW, draw_charts

    for rtl in (False, True):
        (chart,) = draw_charts([_cell("women", 30), _cell("men", 60)], (), words, rtl=rtl, layout=NARROW)
        assert chart.width == 340
        assert all(bar.label_y < bar.y for bar in chart.bars)
        assert all(bar.x >= 0 and bar.x + bar.width <= 340 for bar in chart.bars)
        assert chart.bars[0].label_x == (338 if rtl else 2)


def test_years_run_in_the_direction_of_reading(words: Any) -> None:
    from dalil.web.showing.charts import draw_charts

    cells = [_cell("2013", 4), _cell("2011", 2), _cell("unknown", 1)]
    (chart,) = draw_charts(cells, (), words, rtl=False)
    assert chart.form == "years"
    assert [bar.key for bar in chart.bars] == ["2011", "2013", "unknown"]
    assert chart.bars[0].x < chart.bars[1].x
    (mirrored,) = draw_charts(cells, (), words, rtl=True)
    assert mirrored.bars[0].x > mirrored.bars[1].x
    assert chart.bars[1].height == 2 * chart.bars[0].height


def test_governorates_lie_where_they_lie_whatever_the_direction(words: Any) -> None:
    from dalil.web.showing.charts import draw_charts

    cells = [_cell("SY02", 60), _cell("SY09", 10), _cell("unknown", 3)]
    for rtl in (False, True):
        (chart,) = draw_charts(cells, (), words, rtl=rtl)
        assert chart.form == "map"
        tiles = {tile.key: tile for tile in chart.tiles}
        assert len(tiles) == 14
        assert tiles["SY02"].shade == 6
        assert tiles["SY09"].shade == 1
        assert tiles["SY01"].shade == 0  # nobody counted there
        assert tiles["SY09"].x > tiles["SY02"].x  # Deir ez-Zor lies east of Aleppo
        assert tiles["SY09"].y > tiles["SY02"].y  # and south
        assert [bar.key for bar in chart.elsewhere] == ["unknown"]


def test_reasons_are_said_in_words() -> None:
    from django.utils.translation import override

    from dalil.web.showing.reasons import reason_text

    with override("en"):
        assert reason_text("counted_in_F10") == "counted in F10 already"
        assert reason_text("reason_not_said") == "not said: for what reason"
        assert reason_text("some_clause") == "some clause"
    with override("ar"):
        assert reason_text("reason_not_said") == "لم يُذكر: لأي سبب"


def test_the_day_asked_about_is_always_on_the_line(client_of: Clients, desk: Any) -> None:
    for day in ("1990-01-01", "2030-01-01"):
        body = client_of("editor").get(f"/records/{desk.subjects['samir']}/?as_of={day}").content.decode()
        body = body[body.index('id="h-line"') :]
        drawn = re.findall(r'<svg viewBox="0 0 (\d+) \d+".*?class="as-of" x1="([\d.]+)"', body, re.DOTALL)
        assert [int(width) for width, _x in drawn] == [720, 340]
        assert all(0 < float(x) < float(width) for width, x in drawn)


def test_two_runs_are_compared_by_who_came_and_who_went(client_of: Clients, desk: Any, held: str) -> None:
    # Samir was arrested in August 2013 and the hidden person in February 2014: in April 2011 nobody was held.
    client = client_of("insider")
    address = "/figures/HELD/compare/?then_as_of=2011-04-01&as_of=2014-06-01"
    body = client.get(address).content.decode()
    added = body[body.index('id="h-added"') :]
    assert "Samir Invented" in added
    assert "Hidden Invented" in added
    facts = dict(re.findall(r"<dt>(\w+)</dt><dd>(?:<bdi[^>]*>)?([+-]?\d+)", body))
    assert facts["Difference"] == "+2"
    assert facts["Added"] == "2"
    assert facts["Removed"] == "0"
    # The ledger is asked at one point only: all of it is because the day is another.
    assert "by what was recorded</small>" not in body
    # Who may not see a record is told that it counts, and not whose it is.
    other = client_of("editor").get(address).content.decode()
    assert "Samir Invented" in other
    assert "Hidden Invented" not in other
    assert dict(re.findall(r"<dt>(\w+)</dt><dd>(?:<bdi[^>]*>)?([+-]?\d+)", other))["Added"] == "2"
    assert 'dir="rtl"' in client_of("editor", language="ar").get(address).content.decode()


def test_what_many_rows_say_alike_is_folded_and_still_leads_to_each(client_of: Clients, desk: Any) -> None:
    from dalil.archive import Archive
    from dalil.ledger.entries import Draft
    from dalil.ledger.kinds import Kind

    body = {
        "source": desk.entries["open_list"],
        "language": "en",
        "subjects": [["p1", "person", desk.subjects["samir"]]],
        "statements": [{"subject": "p1", "predicate": "sex", "value": "male"}],
    }
    with Archive(desk.path) as archive:
        entries = [archive.ledger.append([Draft(Kind.ACCOUNT, body)], by=archive.actor()).first for _ in range(6)]
    page = client_of("editor").get(f"/records/{desk.subjects['samir']}/").content.decode()
    assert "Accounts that say the same" in page
    assert all(f'href="/entries/{entry}/"' in page for entry in entries)


def test_a_difference_is_told_apart_by_day_and_by_what_was_recorded(client_of: Clients, desk: Any, held: str) -> None:
    from conftest import detention
    from dalil.archive import Archive
    from dalil.ledger.entries import Draft
    from dalil.ledger.kinds import Kind

    with Archive(desk.path) as archive:
        earlier = archive.ledger.size
        body = detention(desk.entries["open_list"], 9, name="Later Invented", arrested="2013-01-02")
        archive.ledger.append([Draft(Kind.ACCOUNT, body)], by=archive.actor())
    # At first, on 1 September 2013: Samir (August 2013). Then, on 1 March 2014: Samir, the hidden one of February 2014,
    # and the one recorded since, who had been arrested in January 2013.
    query = f"then_as_of=2013-09-01&then_known_by={earlier}&as_of=2014-03-01"
    body_ = client_of("insider").get(f"/figures/HELD/compare/?{query}").content.decode()
    signed = [int(each) for each in re.findall(r'<dd><bdi dir="ltr">([+-]?\d+)</bdi></dd>', body_)]
    assert signed == [2, 1, 1]
    added = body_[body_.index('id="h-added"') :]
    why = dict(re.findall(r"(Later|Hidden) Invented.*?<small>(.*?)</small>", added, re.DOTALL))
    assert why == {"Later": "by what was recorded", "Hidden": "by the day"}


def test_every_dimension_and_cell_that_the_demonstration_names_has_words_of_its_own(desk_template: Any) -> None:
    from dalil.intake.plain_yaml import read_plain_yaml
    from dalil.web.showing.charts import CELLS

    named: set[str] = set()
    for path in sorted((Path(__file__).parents[3] / "demo").rglob("figures/*.yaml")):
        content: Any = read_plain_yaml(path).content
        dimensions = content.get("dimensions") or {}
        named |= set(dimensions)
        for each in dimensions.values():
            named |= set(each.get("cells") or ()) if isinstance(each, dict) else set()
    assert len(named) > 15
    assert not named - set(CELLS)


@pytest.mark.parametrize("rtl", [False, True])
def test_kin_are_drawn_from_the_side_on_which_reading_begins_and_long_names_are_cut(desk: Any, rtl: bool) -> None:
    from dalil.archive import Archive
    from dalil.ledger.entries import Draft
    from dalil.ledger.kinds import Kind
    from dalil.ledger.store import reading
    from dalil.records.dossier import read_dossiers
    from dalil.values.ids import subject_id
    from dalil.web.showing.kin import END, LONGEST, ROW, START, WIDTH, draw_kin
    from dalil.web.showing.words import Words

    body: dict[str, Any] = {
        "source": desk.entries["open_list"],
        "language": "en",
        "subjects": [["p", "person"], ["a", "person"], ["b", "person"]],
        "statements": [
            {"subject": "p", "predicate": "name", "value": {"text": "Parent Invented"}},
            {"subject": "a", "predicate": "name", "value": {"text": "A name longer than a line"}},
            {"subject": "b", "predicate": "name", "value": {"text": "Short Invented"}},
            {"subject": "a", "predicate": "kin", "value": {"relation": "son", "of": "p"}},
            {"subject": "p", "predicate": "kin", "value": {"relation": "parent", "of": "b"}},
        ],
    }
    with Archive(desk.path) as archive:
        entry = archive.ledger.append([Draft(Kind.ACCOUNT, body)], by=archive.actor()).first
        with reading(archive.engine) as connection:
            person = subject_id(entry, 0)
            dossier = read_dossiers(connection, archive.vocabulary, (person,))[person]
        drawn = draw_kin(dossier, Words(archive.vocabulary, "en"), rtl=rtl)
    assert drawn is not None
    assert drawn.x == (WIDTH - START if rtl else START)
    assert [each.x for each in drawn.relatives] == [WIDTH - END if rtl else END] * 2
    assert drawn.height == 2 * ROW + 6
    assert [(each.relation, len(each.short) <= LONGEST) for each in drawn.relatives] == [("son", True), ("child", True)]
    assert drawn.relatives[0].short.endswith("…")
