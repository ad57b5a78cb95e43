"""Who refused to be counted is in no figure from then on, is counted as left out, and named nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from dalil.ledger.kinds import Kind
from unit.figures.small import Small


def answered(small: Small, about: str | int, answer: str, given: str = "2020-05-10", **said: Any) -> int:
    """Record an answer about being counted: of a record, or of all that one account says."""
    what = {"subject": about} if isinstance(about, str) else {"account": about}
    fixed = {"giver": "self", "given": given, "how": "written", "answers": {"aggregate": answer}}
    return small.record(Kind.CONSENT, **what, **fixed | said)


def counted(small: Small, name: str = "held", **when: Any) -> tuple[Any, int]:
    """Return the value of a figure, and how many it leaves out because they refused."""
    run = small.figures.run(name, **when)
    return run.value, run.exclusions.get("refused", 0)


@pytest.fixture
def three(small: Small) -> list[int]:
    small.define_held()
    return [small.held(day) for day in ("2013-08-07", "2013-08-08", "2013-08-09")]


def test_without_answers_nothing_is_left_out_and_a_run_is_what_it_was(small: Small, three: list[int]) -> None:
    before = small.figures.run("held").record()
    assert counted(small) == (3, 0)
    answered(small, f"{three[0]}.0", "yes")
    after = small.figures.run("held").record()
    assert after["exclusions"] == before["exclusions"]
    assert after["members"] == before["members"]


def test_a_refusal_leaves_a_person_out_and_says_how_many(small: Small, three: list[int]) -> None:
    before = small.archive.ledger.size
    answered(small, f"{three[1]}.0", "no")
    assert counted(small) == (2, 1)
    assert f"{three[1]}.0" not in small.figures.run("held").members
    assert counted(small, known_by=before) == (3, 0)  # what was issued by then is counted as it was


def test_a_withdrawn_yes_is_a_refusal_and_a_later_yes_lifts_it(small: Small, three: list[int]) -> None:
    answered(small, f"{three[0]}.0", "withdrawn")
    assert counted(small) == (2, 1)
    answered(small, f"{three[0]}.0", "yes", "2021-01-01")
    assert counted(small) == (3, 0)


def test_a_yes_that_ends_lifts_no_refusal(small: Small, three: list[int]) -> None:
    answered(small, f"{three[0]}.0", "no")
    answered(small, f"{three[0]}.0", "yes", "2021-01-01", until="2030-01-01")
    assert counted(small) == (2, 1)


def test_a_refusal_of_one_mention_is_the_persons(small: Small, three: list[int]) -> None:
    answered(small, f"{three[2]}.0", "no")
    small.join(three[0], three[2])
    assert counted(small) == (1, 1)  # two mentions are one person, who refused


def test_other_uses_that_are_refused_change_no_figure(small: Small, three: list[int]) -> None:
    body = {"giver": "self", "given": "2020-05-10", "how": "written", "answers": {"publish_named": "no"}}
    small.record(Kind.CONSENT, subject=f"{three[0]}.0", **body)
    assert counted(small) == (3, 0)


def test_whom_only_a_refusing_witness_tells_of_is_left_out(small: Small, three: list[int]) -> None:
    answered(small, three[0], "no")
    answered(small, three[1], "no")
    assert counted(small) == (1, 2)
    small.join(three[1], three[2])  # another account tells of the second too
    assert counted(small) == (1, 1)


def test_a_refused_detention_is_left_out_and_the_person_counts_by_another(small: Small) -> None:
    small.define_held()
    small.define_held("cases", unit="case", count="episode")
    first, second = small.held("2013-08-07"), small.held("2014-08-07")
    small.join(first, second, episodes=False)
    answered(small, f"{first}.1", "no")
    assert counted(small, "cases") == (1, 1)
    assert counted(small) == (1, 0)


def test_whoever_fits_no_condition_is_left_out_for_that(small: Small, three: list[int]) -> None:
    freed = small.held("2013-08-07", "released 2014-01-01")
    answered(small, f"{freed}.0", "no")
    assert counted(small) == (3, 0)


def test_a_part_and_its_whole_leave_out_the_same(small: Small, three: list[int]) -> None:
    small.define_held("women", denominator="held")
    answered(small, f"{three[0]}.0", "no")
    run = small.figures.run("women")
    assert run.denominator is not None
    assert run.denominator["value"] == 2
