"""Several estimates as one: the sum over strata, and the pool over replicates of one table.

A stratum that was refused is not guessed at: its recorded persons are counted, and the total becomes a floor that says
so. Replicates come from linkage or imputation; what they disagree about widens the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dalil.errors import WrongTable
from dalil.estimation.distribution import Distribution, Drawn, LogStudent
from dalil.estimation.mode_checks import modes_json, modes_of, several_modes
from dalil.estimation.receipt import receipt_of
from dalil.estimation.results import Diagnostic, Estimate, Size, Verdict
from dalil.estimation.sentences import say
from dalil.estimation.table import Table
from dalil.estimation.verdict import check, judge

Floats = NDArray[np.float64]
Rule = Literal["mixture", "verdata", "rubin"]

N_DRAWS: Final = 20_000
LEAST_REPLICATES: Final = 10
"""As HRDAG's practice with imputed labels."""
MOST_REFUSED: Final = 0.2
"""Share of replicates that may be refused before the pool is. Ours."""
NOBODY_UNSEEN: Final = 0.1
"""What stands for no unseen person where a logarithm is taken, as in verdata."""


def total(parts: Sequence[Estimate], *, n_unplaced: int = 0, seed: int = 0, table: Table | None = None) -> Estimate:
    """Add the estimates of strata that share nobody.

    Parameters
    ----------
    n_unplaced : int
        Recorded persons whose stratum is not known: counted, and nobody beside them.
    """
    if not parts:
        raise WrongTable("There is nothing to add up.", expected="an estimate a stratum", found="none")
    given = [part for part in parts if part.N is not None]
    refused = [part for part in parts if part.N is None]
    rng = np.random.default_rng(seed)
    draws = np.full(N_DRAWS, float(n_unplaced + sum(part.n for part in refused)))
    for part in given:
        assert part.N is not None
        draws = draws + part.N.distribution.sample(N_DRAWS, rng)
    checks = [_refused_parts(parts, refused), _cautious_parts(given)]
    checks.append(check("unplaced", n_unplaced, 0, passed=n_unplaced == 0))
    return _combined(
        "total", parts, Drawn(values=draws) if given else None, checks, seed=seed, n_more=n_unplaced, table=table
    )


def _refused_parts(parts: Sequence[Estimate], refused: Sequence[Estimate]) -> Diagnostic:
    if len(refused) == len(parts):
        return check("all_parts_refused", len(refused), 0, passed=False, demands=Verdict.REFUSED)
    about = "; ".join(part.stratum or "?" for part in refused)
    return check(
        "refused_parts", len(refused), 0, passed=not refused, about=about, shown=sum(part.n for part in refused)
    )


def _cautious_parts(given: Sequence[Estimate]) -> Diagnostic:
    careful = [part for part in given if part.verdict is Verdict.CAUTION]
    about = "; ".join(part.stratum or "?" for part in careful)
    return check("cautious_parts", len(careful), 0, passed=not careful, about=about)


def pool(estimates: Sequence[Estimate], *, rule: Rule = "mixture", seed: int = 0) -> Estimate:
    """Put estimates from replicates of one table together.

    Parameters
    ----------
    rule : ``mixture``, ``verdata`` or ``rubin``
        ``mixture``: the distribution of N over replicates, each of one weight (Sadinle 2018). ``rubin``: a t interval
        on the logarithm of the unseen, with the degrees of freedom of Rubin (1987). ``verdata``: the same with that
        package's degrees of freedom, for comparison with what was published by it.
    """
    if len(estimates) < 2:
        raise WrongTable("A pool needs replicates.", expected="two estimates or more", found=str(len(estimates)))
    given = [each for each in estimates if each.N is not None]
    share = 1 - len(given) / len(estimates)
    demands = Verdict.REFUSED if share > MOST_REFUSED else Verdict.CAUTION
    checks = [
        check("n_replicates", len(estimates), LEAST_REPLICATES, passed=len(estimates) >= LEAST_REPLICATES),
        check(
            "refused_replicates",
            round(share, 4),
            MOST_REFUSED,
            passed=share == 0,
            demands=demands,
            shown=round(100 * share),
        ),
        *_agreed_checks(given),
    ]
    inside: Distribution | None = None
    if share <= MOST_REFUSED:
        rng = np.random.default_rng(seed)
        n_each = N_DRAWS // len(given)
        draws = np.stack([each.N.distribution.sample(n_each, rng) for each in given if each.N is not None])
        seen = np.array([each.n for each in given], np.float64)
        inside = Drawn(values=draws.ravel()) if rule == "mixture" else pooled_on_logs(draws, seen, rule=rule)
    return _combined("pool", estimates, inside, checks, seed=seed, rule=rule)


def pooled_on_logs(draws: Floats, seen: Floats, *, rule: Literal["verdata", "rubin"]) -> LogStudent:
    """Pool on the logarithm of the unseen.

    Parameters
    ----------
    draws : (n_replicates, n_draws)
        Of N.
    seen : (n_replicates,)
        Persons recorded in each replicate.

    Notes
    -----
    With m replicates, mean within-variance W and between-variance B, the variance is W + (m + 1)/m B. Rubin's degrees
    of freedom are (m - 1)(1 + m W/((m + 1) B))^2; verdata has W/((m + 1) B) there.
    """
    unseen = draws - seen[:, None]
    logs = np.log(np.where(unseen <= 0, NOBODY_UNSEEN, unseen))
    m = len(draws)
    within, between = float(logs.var(axis=1, ddof=1).mean()), float(logs.mean(axis=1).var(ddof=1))
    ratio = within / max(between, 1e-300) / (m + 1) * (m if rule == "rubin" else 1)
    return LogStudent(
        n=float(np.rint(seen.mean())),
        mean=float(unseen.mean(axis=1).mean()),
        centre=float(logs.mean(axis=1).mean()),
        spread=float(np.sqrt(within + (m + 1) / m * between)),
        freedom=float((m - 1) * (1 + ratio) ** 2),
    )


def _agreed_checks(given: Sequence[Estimate]) -> list[Diagnostic]:
    """Return each caution that at least half of the replicates raise, once."""
    raised: dict[str, list[Diagnostic]] = {}
    for each in given:
        for name in {failed.name for failed in each.diagnostics if not failed.passed}:
            raised.setdefault(name, []).append(
                next(failed for failed in each.diagnostics if failed.name == name and not failed.passed)
            )
    return [found[0] for name, found in sorted(raised.items()) if 2 * len(found) >= len(given)]


def _combined(
    method: Literal["total", "pool"],
    parts: Sequence[Estimate],
    inside: Distribution | None,
    checks: list[Diagnostic],
    *,
    seed: int,
    n_more: int = 0,
    rule: str | None = None,
    table: Table | None = None,
) -> Estimate:
    details: dict[str, Any] = {} if rule is None else {"rule": rule}
    several = False
    if inside is not None:
        modes = modes_of(inside)
        shape = several_modes(modes)
        several = not shape.passed or (method == "pool" and any(each.name == "several_modes" for each in checks))
        if all(each.name != shape.name for each in checks):
            checks = [*checks, shape]
        details |= {"modes": modes_json(modes), "medians": [round(part.N.median) if part.N else None for part in parts]}
    verdict, reasons = judge(checks)
    if verdict is Verdict.REFUSED:
        inside, details = None, {}
    floors = [part.n if part.floor is None else part.floor for part in parts]
    n = (
        sum(part.n for part in parts) + n_more
        if method == "total"
        else round(float(np.mean([part.n for part in parts])))
    )
    made = Estimate(
        method=method,
        n=n,
        N=None if inside is None else Size(distribution=inside, headline=not several),
        assumption=say("assumptions", method),
        diagnostics=tuple(checks),
        verdict=verdict,
        reasons=reasons,
        floor=None if inside is None else float(sum(floors) + n_more if method == "total" else min(floors)),
        details=details,
        parts=tuple(parts),
    )
    return replace(made, receipt=receipt_of(made, table=table, seed=seed, settings={"rule": rule} if rule else {}))
