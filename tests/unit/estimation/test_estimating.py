"""Estimates: a number where one can be defended, a sentence where none can, and digits that come out again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from dalil.errors import WrongTable
from dalil.estimation import Settings, Table, Verdict, assess, estimate, pool, sensitivity, total
from dalil.estimation.annex import annex_sections
from dalil.estimation.chao import lower_bound
from dalil.estimation.combining import pooled_on_logs
from dalil.estimation.harder_to_find import size_if_all_depend_alike
from dalil.estimation.plots import plots
from dalil.estimation.results import Estimate
from unit.estimation import published as p
from unit.estimation.estimating_cases import CLEAN, NO_LADDERS, QUICK, brief, reasons

DEPENDENT = {"100": 60, "010": 50, "001": 40}


# --- refusals ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("table", "why", "said"),
    [
        (p.plain("ab", {"10": 300, "01": 200, "11": 150}), "n_lists_with_records", "At least 3 are needed"),
        (p.plain("abc", {"100": 300, "010": 200, "110": 150}), "n_lists_with_records", "At least 3 are needed"),
        (p.plain("abc", DEPENDENT | {"110": 5, "011": 4}), "n_on_several_lists", "says next to nothing"),
        (p.plain("abc", {"110": 300, "111": 100, "001": 200}), "identical_lists", "copy"),
        (p.plain("abcd", {"1100": 30, "1000": 50, "0011": 30, "0010": 50}), "connected_lists", "share nobody"),
        (p.APART, "connected_lists", "share nobody"),
        # Of 90 who are on c and not on a, 30 are on b: that all 40 on a are on b is no chance.
        (p.plain("abc", {"110": 25, "111": 15, "010": 50, "011": 30, "001": 60}), "contained_list", "made from it"),
        (p.plain("abc", {"001": 60, "101": 30, "011": 25, "111": 8}), "complete_list", "show nobody it missed"),
    ],
    ids=[
        "two-lists",
        "an-empty-list",
        "thin-overlap",
        "a-copied-list",
        "two-worlds",
        "one-list-apart",
        "a-list-in-another",
        "a-list-with-everyone",
    ],
)
def test_lists_that_cannot_say_anything_are_refused_in_words(table: Table, why: str, said: str) -> None:
    for method in ("lcm", "dga", "loglinear", "chao"):
        found = estimate(table, method)
        assert found.verdict is Verdict.REFUSED
        assert found.N is None
        assert why in reasons(found)
        (reason,) = [each for each in found.reasons if each.check == why]
        assert said in reason.text["en"]
        assert any("\u0600" <= letter <= "\u06ff" for letter in reason.text["ar"])
        assert found.as_json()["N"] is None
        # Nothing a refused model said is left anywhere.
        assert found.details == {}
        assert found.receipt["N"] is None


def test_a_table_in_which_everything_may_depend_on_everything_is_refused_by_the_method_that_sees_it() -> None:
    found = estimate(p.NEW_ZEALAND, "dga")
    assert (found.verdict, reasons(found)) == (Verdict.REFUSED, {"undetermined"})


def test_eight_lists_are_refused_by_the_graphs_unless_the_smallest_may_be_put_together() -> None:
    rng = np.random.default_rng(2)
    cells = (rng.random((900, 8)) < 0.25).astype(int)
    cells = cells[cells.any(axis=1)]
    table = Table.from_patterns(cells, np.ones(len(cells), int), lists=list("abcdefgh"))
    assert reasons(estimate(table, "dga")) == {"too_many_lists"}
    found = estimate(table, "loglinear", settings=Settings(merge_lists=True, second_opinions=False))
    assert "merged_lists" in reasons(found)
    assert found.N is not None


def test_an_unknown_method_is_an_error() -> None:
    with pytest.raises(WrongTable, match="no such method"):
        estimate(p.KOSOVO, "guess")  # type: ignore[arg-type]


# --- cautions ---------------------------------------------------------------------------------------------------------
def test_two_answers_are_flagged_and_never_given_as_one_number() -> None:
    found = estimate(p.NETHERLANDS, "dga")
    assert found.verdict is Verdict.CAUTION
    assert {"several_modes", "method_agreement"} <= reasons(found)
    assert found.N is not None
    assert (found.N.estimate, found.N.median) == (None, None)
    plain = found.as_json()["N"]
    assert (plain["estimate"], plain["median"]) == (None, None)
    low, high = (mode["centre"] for mode in plain["modes"])
    assert low == pytest.approx(48_000, rel=0.02)
    assert high == pytest.approx(165_000, rel=0.02)
    # Another method, which sees one answer only, is told of the two, and gives no one number either.
    other = estimate(p.NETHERLANDS, "loglinear", settings=brief())
    assert "several_modes_elsewhere" in reasons(other)
    assert other.as_json()["N"]["estimate"] is None
    assert other.as_json()["N"]["modes"] == plain["modes"]
    assert other.details["methods"]["loglinear"] is None


def test_two_answers_stay_two_in_every_path() -> None:
    one = estimate(p.NETHERLANDS, "dga", settings=Settings(reach=REACH))
    clean = estimate(CLEAN, "dga", settings=Settings(reach=REACH))
    # A total one of whose parts has two answers; a pool over replicates, one in ten of which has; an assessment.
    whole = total([one, clean])
    assert "parts_without_one_number" in reasons(whole)
    pooled = pool([clean] * 9 + [one])
    assert "several_modes" in reasons(pooled)
    standing = pool([one] * 10, as_joined=clean)
    report = assess(p.NETHERLANDS, methods=("dga", "chao"))
    rows = [row.estimate for row in report.rows if row.method == "dga" and not row.without and not row.among]
    for found in (whole, pooled, standing, *rows):
        assert found.verdict is Verdict.CAUTION
        assert found.N is not None
        plain = found.as_json()["N"]
        assert (plain["estimate"], plain["median"]) == (None, None)
        assert plain["interval"][1] > 150_000
        assert found.receipt["N"]["estimate"] is None
        assert plots(found, p.NETHERLANDS)["posterior"]["headline"] is None
        assert plots(found, p.NETHERLANDS)["no_single_number"]
        for language, words in (("en", "do not give one number"), ("ar", "لا تعطي السجلات عدداً واحداً")):
            (numbers, *_) = annex_sections(found, language)
            assert any(words in paragraph for paragraph in numbers.paragraphs)
            assert not any("Estimated in all" in paragraph for paragraph in numbers.paragraphs)
    assert report.verdict is Verdict.CAUTION
    assert "several_modes" in {reason.check for reason in report.reasons}


def test_a_number_that_one_list_decides_is_flagged() -> None:
    found = estimate(p.UK, "dga")
    failed = {each.about for each in found.diagnostics if each.name == "without_a_list" and not each.passed}
    assert failed == {"PFNCA", "GP"}


def test_models_that_fit_alike_and_differ_in_number_are_flagged() -> None:
    assert "rival_models" in reasons(estimate(p.KOSOVO, "loglinear", settings=brief()))


def test_models_of_two_lists_at_a_time_are_never_publishable() -> None:
    found = estimate(
        p.KOSOVO, "loglinear", settings=replace(brief(), loglinear=replace(brief().loglinear, max_order=2))
    )
    assert "interactions_beyond_two" in reasons(found)
    assert found.N is not None
    assert found.N.estimate == pytest.approx(14_342, abs=0.5)


def test_a_list_that_may_be_a_copy_is_flagged_but_not_for_being_in_a_census() -> None:
    copied = p.plain("abc", {"100": 50, "110": 97, "010": 3, "001": 60, "101": 20, "011": 1})
    assert "copied_list" in reasons(estimate(copied, "chao"))
    assert "copied_list" not in reasons(estimate(p.NEW_ZEALAND, "chao"))


def test_chao_is_a_floor_worked_out_by_hand() -> None:
    # 60 on one list, 12 on two, of three: 2/3 x 60 x 59 / (2 x 13) = 90.77.
    table = p.plain("abc", {"100": 30, "010": 20, "001": 10, "110": 5, "101": 4, "011": 3})
    assert lower_bound(table).estimate == pytest.approx(72 + 2 / 3 * 60 * 59 / 26)
    found = estimate(table, "chao")
    assert "only_a_floor" in reasons(found)
    assert found.verdict is Verdict.CAUTION


REACH: Final = {"en": "Every list was drawn from everyone.", "ar": "سُحبت كل قائمة من الجميع."}


def test_a_clean_table_is_publishable_once_somebody_answers_for_its_reach() -> None:
    found = estimate(CLEAN, "dga", settings=Settings(reach=REACH))
    assert (found.verdict, found.reasons) == (Verdict.PUBLISHABLE, ())
    assert found.N is not None
    low, high = found.N.interval()
    assert low <= 2_000 <= high
    assert found.exact is not None
    assert found.draws is None
    assert found.receipt["reach"] == REACH
    # The same table and digits, and nobody who says why no one was out of reach: caution, and in which words.
    unstated = estimate(CLEAN, "dga")
    assert unstated.N is not None
    assert unstated.N.interval() == (low, high)
    assert (unstated.verdict, reasons(unstated)) == (Verdict.CAUTION, {"reach_stated"})
    kosovo = estimate(p.KOSOVO, "dga")
    (known,) = [each for each in kosovo.diagnostics if each.name == "known_sizes"]
    assert known.value == "3/4"


@pytest.mark.parametrize("method", ["dga", "loglinear", "chao"])
@pytest.mark.parametrize("table", [CLEAN, p.KOSOVO, p.APART], ids=["publishable", "caution", "refused"])
def test_every_verdict_says_that_no_data_can_test_whether_somebody_was_out_of_reach(table: Table, method: str) -> None:
    found = estimate(table, method, settings=replace(brief(), reach=REACH))  # type: ignore[arg-type]
    assert "had no chance of being on any list" in found.caveat["en"]
    assert "لا سبيل إلى ورودهم في أي قائمة" in found.caveat["ar"]
    assert found.as_json()["caveat"] == found.receipt["caveat"] == dict(found.caveat)
    for language in ("en", "ar"):
        said = [text for section in annex_sections(found, language, table) for text in section.paragraphs]
        assert found.caveat[language] in said
    whole = total([found], table=table)
    assert whole.as_json()["caveat"] == dict(found.caveat)


def test_a_number_without_second_opinions_is_not_publishable() -> None:
    alone = estimate(CLEAN, "dga", settings=Settings(reach=REACH, second_opinions=False))
    assert (alone.verdict, reasons(alone)) == (Verdict.CAUTION, {"second_opinions_asked"})


def test_of_three_lists_none_can_be_spared_which_is_said() -> None:
    found = estimate(CLEAN.without("d"), "dga", settings=Settings(reach=REACH))
    assert "lists_to_spare" in reasons(found)
    assert "lists_to_spare" not in reasons(estimate(CLEAN, "dga"))


def test_where_some_people_are_harder_to_find_for_every_list_the_sign_is_seen() -> None:
    # Rome: main effects and one dependence common to all six pairs give more than the interval of the graphs holds.
    found = estimate(p.ROME, "dga", settings=Settings(reach=REACH))
    assert reasons(found) == {"harder_to_find"}
    # Independent lists: the dependence fitted is about none, and the number about the 2,000 there are.
    assert size_if_all_depend_alike(CLEAN) == pytest.approx(2_000, rel=0.05)
    # Two groups of 1,000, seen by each of four lists at 0.6 and at 0.1, at the counts to be expected: of the 2,000
    # independence would find 1,408 and Chao's floor 1,504.
    patterns = [[code >> place & 1 for place in range(4)] for code in range(1, 16)]
    counts = [round(1_000 * sum(r ** sum(row) * (1 - r) ** (4 - sum(row)) for r in (0.6, 0.1))) for row in patterns]
    mixed = Table.from_patterns(patterns, counts)
    assert lower_bound(mixed).estimate == pytest.approx(1_504, abs=1)
    alike = size_if_all_depend_alike(mixed)
    assert alike is not None
    assert 1_504 < alike < 2_000
    assert size_if_all_depend_alike(mixed.only(("L1", "L2"))) is None  # two lists show no dependence


def test_the_latent_class_estimate_has_draws_and_says_when_it_did_not_settle() -> None:
    few = replace(QUICK, lcm=replace(QUICK.lcm, **(NO_LADDERS | {"most_r_hat": 1.0, "most_tempered_sweeps": 1})))
    found = estimate(p.NEW_ORLEANS, "lcm", seed=3, settings=few)
    assert found.draws is not None
    assert found.draws.min() >= 186
    assert {"r_hat", "bulk_ess", "tail_ess", "posterior_predictive"} <= {each.name for each in found.diagnostics}
    assert reasons(found) & {"r_hat", "bulk_ess", "tail_ess"}  # so few sweeps settle nothing
    assert found.verdict is Verdict.CAUTION


# --- several at once --------------------------------------------------------------------------------------------------
def _strata() -> Table:
    rows = []
    for sex, times in (("f", 1), ("m", 2)):
        for row, count in {"100": 300, "010": 200, "001": 150, "110": 40, "101": 30, "011": 20, "111": 4}.items():
            rows += [{"a": int(row[0]), "b": int(row[1]), "c": int(row[2]), "sex": sex, "persons": count * times}]
    rows += [
        {"a": 1, "b": 0, "c": 1, "sex": "unheard", "persons": 6},
        {"a": 1, "b": 1, "c": 0, "sex": None, "persons": 5},
    ]
    return Table.from_records(rows, lists=["a", "b", "c"], stratum=["sex"], counts="persons")


def test_a_total_adds_strata_and_names_those_it_could_not_estimate() -> None:
    found = estimate(_strata(), "dga", seed=1)
    assert {part.stratum: part.verdict for part in found.parts}["sex=unheard"] is Verdict.REFUSED
    assert {"refused_parts", "unplaced"} <= reasons(found)
    (refused,) = [each for each in found.reasons if each.check == "refused_parts"]
    assert "sex=unheard" in refused.text["en"]
    assert "6 people" in refused.text["en"]
    assert found.n == 744 + 1488 + 6 + 5
    assert found.N is not None
    medians = [part.N.median for part in found.parts if part.N is not None and part.N.median is not None]
    assert found.N.median == pytest.approx(sum(medians) + 6 + 5, rel=0.02)
    low, high = found.N.interval()
    widths = [part.N.interval()[1] - part.N.interval()[0] for part in found.parts if part.N is not None]
    assert max(widths) < high - low < sum(widths)  # errors of strata partly cancel


def test_a_total_of_refusals_is_refused() -> None:
    found = total([estimate(p.APART, "dga"), estimate(p.APART, "dga")])
    assert (found.verdict, found.N) == (Verdict.REFUSED, None)
    with pytest.raises(WrongTable, match="nothing to add"):
        total([])


def _replicates(n: int) -> list[Estimate]:
    rng = np.random.default_rng(8)
    tables = [Table.from_patterns(p.ROME.patterns, rng.poisson(p.ROME.counts)) for _ in range(n)]
    return [estimate(table, "dga", settings=Settings(second_opinions=False)) for table in tables]


def test_a_pool_is_wider_than_its_replicates() -> None:
    replicates = _replicates(12)
    one = np.mean([np.subtract(*each.N.interval()[::-1]) for each in replicates if each.N])
    for rule in ("mixture", "rubin", "verdata"):
        pooled = pool(replicates, rule=rule)
        assert pooled.N is not None
        low, high = pooled.N.interval()
        assert high - low > one
        assert low < 11_220 < high
    assert "n_replicates" in reasons(pool(replicates[:3]))


def test_pooling_on_logarithms_follows_its_formula() -> None:
    # Two replicates of three draws: unseen e^1, e^2, e^3 and e^2, e^3, e^4. Within 1, between 1/2, m = 2.
    draws = 100 + np.exp([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]])
    seen = np.array([100.0, 100.0])
    for rule, freedom in (("verdata", (1 + 1 / (3 * 0.5)) ** 2), ("rubin", (1 + 2 / (3 * 0.5)) ** 2)):
        found = pooled_on_logs(draws, seen, rule=rule)  # type: ignore[arg-type]
        assert found.centre == pytest.approx(2.5)
        assert found.spread == pytest.approx((1 + 3 / 2 * 0.5) ** 0.5)
        assert found.freedom == pytest.approx(freedom)
        assert found.estimate == pytest.approx(draws.mean())


def test_a_pool_in_which_too_many_are_refused_is_refused() -> None:
    replicates = [*_replicates(6), *[estimate(p.APART, "dga")] * 4]
    assert pool(replicates).verdict is Verdict.REFUSED
    assert "refused_replicates" in reasons(pool([*_replicates(9), estimate(p.APART, "dga")]))
    with pytest.raises(WrongTable, match="needs replicates"):
        pool(replicates[:1])


# --- sensitivity ------------------------------------------------------------------------------------------------------
def test_sensitivity_is_the_product_of_odd_over_even_patterns_times_the_factor() -> None:
    # 3 x 3 x 3 x 3 / (3 x 3 x 3) with large counts: as many unseen as in any one pattern.
    table = p.plain("abc", dict.fromkeys(("100", "010", "001", "110", "101", "011", "111"), 3000000))
    found = sensitivity(table, factors=(0.5, 1.0, 2.0))
    assert found.median - table.n == pytest.approx([1_500_000, 3_000_000, 6_000_000], rel=1e-3)
    assert (found.low < found.median).all()
    assert (found.median < found.high).all()
    # Against draws from the Dirichlet posterior itself.
    small = sensitivity(p.KOSOVO, factors=(1.0,))
    counts = np.zeros(15)
    counts[p.KOSOVO.cells - 1] = p.KOSOVO.counts
    chances = np.random.default_rng(1).dirichlet(counts + 0.5, size=20_000)
    odd = np.array([int(mask).bit_count() % 2 == 1 for mask in range(1, 16)])
    drawn = p.KOSOVO.n * (1 + np.exp(np.log(chances[:, odd]).sum(1) - np.log(chances[:, ~odd]).sum(1)))
    assert [small.low[0], small.median[0], small.high[0]] == pytest.approx(
        np.quantile(drawn, [0.025, 0.5, 0.975]), rel=0.03
    )
