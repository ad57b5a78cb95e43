"""The record a run leaves: canonical, complete, and without the words of any record."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import Final

import pytest

from dalil.figures import Cell, Duration, FigureRun, Ratio, Span
from dalil.figures.runs import Value, value_json
from dalil.values.canonical import canonical_bytes, check_canonical
from dalil.values.digests import sha256

RUN: Final = FigureRun(
    name="held",
    unit="person",
    figure_class="documented_named",
    value=2,
    as_of="2021-05-21",
    known_by=7,
    ledger_root="00" * 32,
    definition_digest="11" * 32,
    vocabulary_digest="22" * 32,
    code_version="0.1.0",
    cells=(Cell(dimension="sex", cell="female", value=1), Cell(dimension="sex", cell="male", value=1, small=True)),
    unknowns={"status": 1},
    exclusions={"party": 3},
    n_members=2,
)


def test_the_id_of_a_run_is_the_digest_of_its_canonical_record() -> None:
    assert RUN.run_id == sha256(RUN.canonical()).hex()
    check_canonical(RUN.record())
    assert json.loads(RUN.canonical())["value"] == 2


def test_the_record_of_this_run_is_these_bytes() -> None:
    # A test vector: a change here breaks every run ever recorded, and needs a new format name.
    assert RUN.run_id == "fbc43c4db7505ae6eb164bec4b18ef1729160936c6917b72e6fd07e50f9dfead"


def test_whatever_a_run_rests_on_changes_its_id() -> None:
    changes: list[dict[str, object]] = [
        {"value": 3},
        {"as_of": "2021-05-22"},
        {"known_by": 8},
        {"ledger_root": "33" * 32},
        {"definition_digest": "44" * 32},
        {"vocabulary_digest": "55" * 32},
        {"code_version": "0.1.1"},
        {"members_digest": "66" * 32},
        {"unknowns": {}},
        {"method": "snhr-20d"},
    ]
    ids = {replace(RUN, **change).run_id for change in changes}  # type: ignore[arg-type]
    assert len(ids | {RUN.run_id}) == len(changes) + 1


def test_what_a_run_is_called_does_not_change_its_id() -> None:
    assert replace(RUN, title={"en": "Held"}, text={"en": "Persons held"}).run_id == RUN.run_id


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (3, 3),
        (Span(low=1, high=None), {"low": 1, "high": None}),
        (Ratio(part=1, whole=3), {"part": 1, "whole": 3, "percent": "33.33"}),
        (Duration(least=(1, 2, 3), most=None), {"least": [1, 2, 3], "most": None}),
        (Duration(least=(1, 2, 3), most=(1, 3, 0)), {"least": [1, 2, 3], "most": [1, 3, 0]}),
    ],
)
def test_every_kind_of_value_has_a_canonical_form(value: Value | None, expected: object) -> None:
    assert value_json(value) == expected
    assert canonical_bytes(value_json(value))


def test_a_duration_without_end_has_months_without_end() -> None:
    assert Duration(least=(1, 2, 3), most=None).months == Span(low=14, high=None)


def test_a_cell_is_found_by_name_and_by_dimension() -> None:
    other = Cell(dimension="age", cell="female", value=9)
    run = replace(RUN, cells=(*RUN.cells, other))
    assert run.cell("female").value == 1
    assert run.cell("female", "age") is other
    with pytest.raises(KeyError):
        run.cell("children")


def test_a_run_without_members_has_none() -> None:
    assert RUN.members == RUN.members_of("sex", "male") == []


def test_a_figure_that_estimates_nothing_is_counted_without_the_numerics() -> None:
    code = "import sys, dalil.figures; sys.exit(bool({'numpy', 'scipy', 'pyarrow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
