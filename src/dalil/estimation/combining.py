"""Several estimates as one: the sum over strata, and the pool over replicates of one table.

A stratum that was refused is not guessed at: its recorded persons are counted, and the total becomes a floor that says
so. Replicates come from linkage or imputation; what they disagree about widens the interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dalil.errors import WrongTable
from dalil.estimation.distribution import Distribution, Drawn, LogStudent
from dalil.estimation.mode_checks import LEAST_WEIGHT, modes_of, several_modes
from dalil.estimation.modes import Mode, modes_json
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
SEVERAL: Final = frozenset({"several_modes", "several_modes_elsewhere", "parts_without_one_number"})
"""Checks that leave no single number where they fail."""
MOST_REFUSED: Final = 0.2
"""Share of replicates that may be refused before the pool is. Ours."""
NOBODY_UNSEEN: Final = 0.1
"""What stands for no unseen person where a logarithm is taken, as in verdata."""


def total(
    parts: Sequence[Estimate],
    *,
    n_unplaced: int = 0,
    seed: int = 0,
    table: Table | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Estimate:
    """Add the estimates of strata that share nobody.

    Parameters
    ----------
    n_unplaced : int
        Recorded persons whose stratum is not known: counted, and nobody beside them.
    table, settings
        What the strata are of, and how each was estimated: for the receipt.

    Notes
    -----
    The interval takes what strata get wrong to be unrelated. Where the same lists miss the same people in every
    stratum, errors add up: ``details`` has, as ``errors_shared``, the interval for errors that are all the same.
    """
    if not parts and not n_unplaced:
        raise WrongTable("There is nothing to add up.", expected="an estimate a stratum", found="none")
    given = [part for part in parts if part.N is not None]
    refused = [part for part in parts if part.N is None]
    rng = np.random.default_rng(seed)
    counted = float(n_unplaced + sum(part.n for part in refused))
    draws = np.full(N_DRAWS, counted)
    for part in given:
        assert part.N is not None
        draws = draws + part.N.distribution.sample(N_DRAWS, rng)
    checks = [_refused_parts(parts, refused), _cautious_parts(given), _parts_without_a_number(given)]
    checks.append(check("unplaced", n_unplaced, 0, passed=n_unplaced == 0))
    ends = [part.N.interval() for part in given if part.N is not None]
    shared = [round(counted + sum(each[side] for each in ends)) for side in (0, 1)]
    return _combined(
        "total",
        parts,
        Drawn(values=draws) if given else None,
        checks,
        seed=seed,
        n=sum(part.n for part in parts) + n_unplaced,
        n_more=n_unplaced,
        details={"errors_shared": shared},
        settings=settings or {},
        table=table,
    )


def _refused_parts(parts: Sequence[Estimate], refused: Sequence[Estimate]) -> Diagnostic:
    if not parts:
        return check("no_strata", 0, 1, passed=False, demands=Verdict.REFUSED)
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


def _parts_without_a_number(given: Sequence[Estimate]) -> Diagnostic:
    several = [part for part in given if part.N is not None and not part.N.headline]
    about = "; ".join(part.stratum or "?" for part in several)
    return check("parts_without_one_number", len(several), 0, passed=not several, about=about)


def pool(
    estimates: Sequence[Estimate],
    *,
    rule: Rule = "mixture",
    seed: int = 0,
    as_joined: Estimate | None = None,
    table: Table | None = None,
    details: Mapping[str, Any] | None = None,
) -> Estimate:
    """Put estimates from replicates of one table together.

    Parameters
    ----------
    rule : ``mixture``, ``verdata`` or ``rubin``
        ``mixture``: the distribution of N over replicates, each of one weight (Sadinle 2018). ``rubin``: a t interval
        on the logarithm of the unseen, with the degrees of freedom of Rubin (1987). ``verdata``: the same with that
        package's degrees of freedom, for comparison with what was published by it.
    as_joined : Estimate, optional
        The estimate from the table as it stands, every join taken for right. It is printed beside the pool, its checks
        are the pool's as well, and the recorded are those it counts.
    table, details
        The table as it stands, for the receipt; what else there is to say.
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
        *_agreed_checks(given, as_joined),
    ]
    inside: Distribution | None = None
    if share <= MOST_REFUSED:
        rng = np.random.default_rng(seed)
        n_each = N_DRAWS // len(given)
        draws = np.stack([each.N.distribution.sample(n_each, rng) for each in given if each.N is not None])
        seen = np.array([each.n for each in given], np.float64)
        inside = Drawn(values=draws.ravel()) if rule == "mixture" else pooled_on_logs(draws, seen, rule=rule)
    n = round(float(np.mean([part.n for part in estimates]))) if as_joined is None else as_joined.n
    standing = {} if as_joined is None else {"as_joined": as_joined.as_json()["N"]}
    return _combined(
        "pool",
        estimates,
        inside,
        checks,
        seed=seed,
        n=n,
        details={"rule": rule, **standing, **(details or {})},
        settings={"rule": rule},
        table=table,
        as_joined=as_joined,
    )


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


def _agreed_checks(given: Sequence[Estimate], as_joined: Estimate | None) -> list[Diagnostic]:
    """Return each caution that the table as it stands raises, or at least half of the replicates do, once.

    Several answers in one replicate of twenty are enough: it is a way in which the records may be joined.
    """
    raised: dict[str, list[Diagnostic]] = {}
    for each in given:
        for name in {failed.name for failed in each.diagnostics if not failed.passed}:
            raised.setdefault(name, []).append(
                next(failed for failed in each.diagnostics if failed.name == name and not failed.passed)
            )
    found = [] if as_joined is None else [each for each in as_joined.diagnostics if not each.passed]
    names = {each.name for each in found}
    for name, failed in sorted(raised.items()):
        asked_before = name == "second_opinions_asked" and as_joined is not None
        enough = LEAST_WEIGHT if name in SEVERAL else 0.5
        if len(failed) >= enough * len(given) and name not in names and not asked_before:
            found.append(failed[0])
    return found


def _combined(
    method: Literal["total", "pool"],
    parts: Sequence[Estimate],
    inside: Distribution | None,
    checks: list[Diagnostic],
    *,
    seed: int,
    n: int,
    details: dict[str, Any],
    settings: Mapping[str, Any],
    n_more: int = 0,
    table: Table | None = None,
    as_joined: Estimate | None = None,
) -> Estimate:
    several = False
    modes: tuple[Mode, ...] = ()
    if inside is not None:
        modes = modes_of(inside)
        shape = several_modes(modes)
        failed = {each.name for each in checks if not each.passed}
        several = not shape.passed or bool(failed & SEVERAL)
        several = several or (as_joined is not None and as_joined.N is not None and not as_joined.N.headline)
        if all(each.name != shape.name for each in checks):
            checks = [*checks, shape]
        middles = [part.N.median if part.N else None for part in parts]
        details = details | {
            "modes": modes_json(modes) if len(modes) > 1 or not several else [],
            "medians": [None if middle is None else round(middle) for middle in middles],
        }
    verdict, reasons = judge(checks)
    if verdict is Verdict.REFUSED:
        inside, details = None, {}
        parts = parts if method == "total" else ()  # replicates have numbers, and there is none to give
    floors = [part.n if part.floor is None else part.floor for part in parts]
    floor = sum(floors) + n_more if method == "total" else min(floors, default=0)
    stated = {tuple(sorted(part.reach.items())) for part in parts if part.N is not None}
    made = Estimate(
        method=method,
        stratum="" if as_joined is None else as_joined.stratum,
        n=n,
        N=None if inside is None else Size(distribution=inside, headline=not several, modes=modes),
        assumption=say("assumptions", method),
        reach=dict(stated.pop()) if len(stated) == 1 and inside is not None else {},
        diagnostics=tuple(checks),
        verdict=verdict,
        reasons=reasons,
        floor=None if inside is None else float(floor),
        details=details,
        parts=tuple(parts),
    )
    return replace(made, receipt=receipt_of(made, table=table, seed=seed, settings=settings))
