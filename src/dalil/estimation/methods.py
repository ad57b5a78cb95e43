"""The four methods behind one shape: a distribution of N, what was checked on the way, what else there is to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from dalil.estimation import decomposable, dga, loglinear
from dalil.estimation.chao import lower_bound
from dalil.estimation.distribution import Distribution, Drawn, Exact
from dalil.estimation.hierarchy import model_words
from dalil.estimation.lcm import LcmDraws, sample
from dalil.estimation.mode_checks import modes_of, several_modes
from dalil.estimation.modes import Mode, modes_json
from dalil.estimation.posterior_predictive import predictive_checks
from dalil.estimation.results import Diagnostic, Verdict
from dalil.estimation.sentences import number_text
from dalil.estimation.settings import Method, Settings
from dalil.estimation.table import Table
from dalil.estimation.verdict import check

MOST_LISTS: Final[dict[Method, int]] = {
    "lcm": 60,
    "dga": decomposable.MAX_LISTS,
    "loglinear": loglinear.MOST_LISTS,
    "chao": 60,
}
UNDETERMINED: Final = 0.5
PARTLY_UNDETERMINED: Final = 0.05
"""Weight of the graph that joins all lists, under which N comes from the prior: refused, or warned of. Ours."""
MASS_AT_THE_END: Final = 0.001
CLASSES_USED_UP: Final = 0.05
PAIRS_OUTSIDE: Final = 0.1
"""Share of pairs of lists that may lie outside their 95 % band: one in twenty does by chance."""
LEAST_USABLE: Final = 0.95
"""Share of bootstrap replicates in which some model is admissible. Ours."""
RIVALRY: Final = 1.5
TOP: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one method makes of one table; ``distribution`` is None where it makes nothing of it."""

    distribution: Distribution | None
    checks: tuple[Diagnostic, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    modes: tuple[Mode, ...] = ()


def run_method(table: Table, method: Method, settings: Settings, *, seed: int) -> Found:
    """Estimate from a table whose lists all hold somebody and are no more than the method can weigh."""
    match method:
        case "lcm":
            return _lcm(table, settings, seed=seed)
        case "dga":
            return _dga(table, settings)
        case "loglinear":
            return _loglinear(table, settings, seed=seed)
        case "chao":
            bound = lower_bound(table)
            return Found(distribution=bound, checks=(check("only_a_floor", None, None, passed=False),))


# --- the latent-class model -------------------------------------------------------------------------------------------
def _lcm(table: Table, settings: Settings, *, seed: int) -> Found:
    drawn = sample(table.patterns, table.counts, settings=settings.lcm, seed=seed)
    wanted, settled = settings.lcm, drawn.convergence
    checks = [
        check("r_hat", round(settled.r_hat, 4), wanted.most_r_hat, passed=settled.r_hat <= wanted.most_r_hat),
        check("bulk_ess", round(settled.bulk_ess), wanted.least_ess, passed=settled.bulk_ess >= wanted.least_ess),
        check("tail_ess", round(settled.tail_ess), wanted.least_ess, passed=settled.tail_ess >= wanted.least_ess),
        check(
            "classes_used_up",
            round(drawn.all_classes_used, 4),
            CLASSES_USED_UP,
            # With as many classes as patterns could ever need, using all of them says nothing.
            passed=drawn.all_classes_used < CLASSES_USED_UP or drawn.n_classes >= 2**table.n_lists - 1,
            shown=round(100 * drawn.all_classes_used),
        ),
        _mass_at_the_end(drawn.beyond_cap or 0.0),
        _predictive(table, drawn, seed=seed),
        several_modes(drawn.modes),
    ]
    details: dict[str, Any] = {
        "plain_r_hat": round(drawn.plain_r_hat, 4),
        "tempered": drawn.ladder is not None,
        "n_sweeps": drawn.n_sweeps,
        "n_classes": drawn.n_classes,
        "modes": modes_json(drawn.modes),
    }
    values = (drawn.n + drawn.unrecorded).astype(np.float64).ravel()
    return Found(distribution=Drawn(values=values), checks=tuple(checks), details=details, modes=drawn.modes)


def _predictive(table: Table, drawn: LcmDraws, *, seed: int) -> Diagnostic:
    """Check that the model gives back the overlaps it was fitted to: all of them together, and nearly every pair."""
    rng = np.random.default_rng(seed)
    found = predictive_checks(table.patterns, table.counts, depth=drawn.depth, overlap=drawn.overlap, rng=rng)
    outside = [each for each in found if not each.inside]
    about = "; ".join(
        f"{', '.join(table.lists[place] for place in each.lists) or '2+'}: {each.observed}, {each.low} – {each.high}"
        for each in outside[:TOP]
    )
    allowed = max(1, round(PAIRS_OUTSIDE * (len(found) - 1)))
    passed = all(each.lists for each in outside) and len(outside) <= allowed
    return check("posterior_predictive", len(outside), allowed, passed=passed, about=about)


# --- all decomposable graphs ------------------------------------------------------------------------------------------
def _dga(table: Table, settings: Settings) -> Found:
    averaged = dga.average(table, delta=settings.dga_delta)
    full = averaged.graphs[:, -1] == 1
    saturated = float(averaged.weights[full].sum())
    exact = Exact(support=averaged.support, mass=averaged.mass)
    modes = modes_of(exact)
    shown = round(100 * saturated)
    demands, name, limit = (
        (Verdict.REFUSED, "undetermined", UNDETERMINED)
        if saturated > UNDETERMINED
        else (Verdict.CAUTION, "partly_undetermined", PARTLY_UNDETERMINED)
    )
    checks = (
        check(name, round(saturated, 4), limit, passed=saturated <= limit, demands=demands, shown=shown),
        _mass_at_the_end(averaged.last_mass),
        several_modes(modes),
    )
    details: dict[str, Any] = {
        "graphs": [
            {"graph": dga.graph_words(row, table.lists), "weight": round(float(weight), 4)}
            for row, weight in zip(averaged.graphs[:TOP], averaged.weights[:TOP], strict=True)
        ],
        "n_graphs": decomposable.N_GRAPHS[table.n_lists],
        "modes": modes_json(modes),
    }
    return Found(distribution=exact, checks=checks, details=details, modes=modes)


# --- log-linear models ------------------------------------------------------------------------------------------------
def _loglinear(table: Table, settings: Settings, *, seed: int) -> Found:
    asked = settings.loglinear
    found = loglinear.search(table, asked)
    details: dict[str, Any] = {"n_models": found.n_models, "n_inadmissible": found.n_inadmissible}
    exists = check("admissible_models", len(found.models), 1, passed=bool(found.models), demands=Verdict.REFUSED)
    if not found.models:
        return Found(distribution=None, checks=(exists,), details=details)
    spread = loglinear.bootstrap(table, found, asked, seed=seed)
    usable = len(spread.replicates) / asked.n_replicates
    checks = (
        exists,
        check(
            "usable_replicates",
            round(usable, 4),
            LEAST_USABLE,
            passed=usable >= LEAST_USABLE,
            shown=round(100 * usable),
        ),
        check(
            "interactions_beyond_two",
            found.max_order,
            min(table.n_lists - 1, 3),
            passed=found.max_order >= min(table.n_lists - 1, 3),
        ),
        _rivals(table, found),
    )
    details |= {
        "max_order": found.max_order,
        "models": [
            {"model": model_words(terms, table.lists), "N": round(float(size)), "behind": round(float(score), 2)}
            for terms, size, score in zip(found.models[:TOP], found.sizes[:TOP], found.scores[:TOP], strict=True)
        ],
        "bias": round(spread.bias, 4),
        "acceleration": round(spread.acceleration, 4),
    }
    return Found(distribution=spread if len(spread.replicates) else None, checks=checks, details=details)


def _rivals(table: Table, found: loglinear.Search) -> Diagnostic:
    """Check whether models that fit about as well as the chosen one give about the same number."""
    close = found.sizes[found.scores <= loglinear.CLOSE_SCORES]
    ratio = float(close.max() / close.min())
    about = f"{number_text(round(float(close.min())))} – {number_text(round(float(close.max())))}"
    return check("rival_models", round(ratio, 3), RIVALRY, passed=ratio <= RIVALRY, about=about)


# --- what several methods share ---------------------------------------------------------------------------------------
def _mass_at_the_end(mass: float) -> Diagnostic:
    shown = round(100 * mass, 1)
    return check("mass_at_the_end", round(mass, 6), MASS_AT_THE_END, passed=mass < MASS_AT_THE_END, shown=shown)
