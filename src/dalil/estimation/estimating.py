"""The room's door: from a table to an estimate that says whether it may be published.

A refused estimate has no number, not even hidden: nothing that printed it would know what it printed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from dalil.errors import WrongTable
from dalil.estimation.combining import SEVERAL, total
from dalil.estimation.methods import MOST_LISTS, Found, run_method
from dalil.estimation.modes import Mode, modes_json
from dalil.estimation.opinions import answer_of, floor_of, second_opinions
from dalil.estimation.overlap import check_overlap
from dalil.estimation.receipt import receipt_of
from dalil.estimation.results import Diagnostic, Estimate, Size, Verdict
from dalil.estimation.sentences import say
from dalil.estimation.settings import METHODS, Method, Settings, settings_from
from dalil.estimation.table import Table
from dalil.estimation.verdict import check, judge

STANDARD: Final = Settings()


def estimate(table: Table, method: Method = "lcm", *, seed: int = 0, settings: Settings = STANDARD) -> Estimate:
    """Estimate how many persons there are, recorded or not.

    Parameters
    ----------
    table : Table
        With strata, each is estimated by itself and the estimates are added (:func:`dalil.estimation.total`); the
        settings hold for each.
    method : ``lcm``, ``dga``, ``loglinear`` or ``chao``
    seed : int
        The same table, method, seed and settings give the same digits.

    Raises
    ------
    WrongTable
        There is no such method, or the settings have no meaning for this table.

    Notes
    -----
    Thin, disconnected or copied lists are no error: they are refused, and the estimate says why.
    """
    if method not in METHODS:
        raise WrongTable("There is no such method.", expected=", ".join(METHODS), found=str(method)[:40])
    if table.strata or table.n_unplaced:
        parts = [
            estimate(part, method, seed=seed + place, settings=settings) for place, part in enumerate(table.strata)
        ]
        how = settings.of(method) | {"of": method}
        return total(parts, n_unplaced=table.n_unplaced, seed=seed, table=table, settings=how)
    checks = list(check_overlap(table))
    found, used = Found(distribution=None), table
    if not _refused(checks):
        used, fitting = _fitting(table.occupied(), method, settings)
        checks += fitting
    details: dict[str, Any] = {}
    if not _refused(checks):
        found = run_method(used, method, settings, seed=seed)
        checks += found.checks
        details |= found.details
        if found.distribution is not None and settings.second_opinions and not _refused(checks):
            answer = answer_of(found.distribution, found.modes)
            opinions = second_opinions(used, method, answer, settings)
            checks += opinions.checks
            details |= opinions.details
            found = replace(found, modes=found.modes if answer.several else opinions.modes)
    if not _refused(checks):  # what is wanting in a number that there is
        checks.append(check("second_opinions_asked", None, None, passed=settings.second_opinions))
        checks.append(check("reach_stated", None, None, passed=bool(settings.reach)))
    return _made(table, used, method, found, checks, details, seed=seed, settings=settings)


def _made(
    table: Table,
    used: Table,
    method: Method,
    found: Found,
    checks: list[Diagnostic],
    details: dict[str, Any],
    *,
    seed: int,
    settings: Settings,
) -> Estimate:
    verdict, reasons = judge(checks)
    refused = verdict is Verdict.REFUSED or found.distribution is None
    failed = {each.name for each in checks if not each.passed}
    # No single number: two answers, by this method or by another one. A floor stays a floor.
    several = method != "chao" and bool(SEVERAL & failed)
    if refused:  # what a refused model said must not be found in what it leaves behind
        details = {}
        checks = [each for each in checks if not each.passed or each.demands is Verdict.REFUSED]
    if several and not refused:
        details = _without_a_number(details, method, found.modes)
    size = None
    if not refused and found.distribution is not None:
        size = Size(distribution=found.distribution, headline=not several, modes=found.modes)
    made = Estimate(
        method=method,
        stratum=table.label,
        n=table.n,
        N=size,
        assumption=say("assumptions", method),
        reach={} if refused else settings.reach,
        diagnostics=tuple(checks),
        verdict=verdict,
        reasons=reasons,
        floor=None if refused else floor_of(used),
        details=details,
    )
    return replace(made, receipt=receipt_of(made, table=table, seed=seed, settings=settings.of(method)))


def _without_a_number(details: dict[str, Any], method: Method, modes: tuple[Mode, ...]) -> dict[str, Any]:
    """Return details in which the answers stand instead of this method's one number, which stands for none of them."""
    plain = details | {"modes": modes_json(modes) if len(modes) > 1 else []}
    if "methods" in plain:
        plain["methods"] = plain["methods"] | {method: None}
        plain["answers"] = plain["answers"] | {method: plain["answers"][method] | {"number": None}}
    return plain


def _refused(checks: list[Diagnostic]) -> bool:
    return judge(checks)[0] is Verdict.REFUSED


def _fitting(table: Table, method: Method, settings: Settings) -> tuple[Table, list[Diagnostic]]:
    """Return a table of no more lists than the method can weigh, or the refusal."""
    most = MOST_LISTS[method]
    if table.n_lists <= most:
        return table, []
    if not settings.merge_lists:
        return table, [check("too_many_lists", table.n_lists, most, passed=False, demands=Verdict.REFUSED)]
    merged = table.merged_to(most)
    about = "; ".join(" + ".join(parts) for parts in merged.merged.values())
    return merged, [check("merged_lists", table.n_lists, most, passed=False, about=about)]


def repeat(receipt: dict[str, Any], table: Table) -> Estimate:
    """Estimate again as a receipt says, and insist on its digits.

    Raises
    ------
    WrongTable
        The receipt is of another table, or the digits are others.
    """
    if receipt["table"] != table.digest:
        raise WrongTable(
            "The receipt is of another table.", expected=str(receipt["table"]), found=table.digest, where="table"
        )
    plain = dict(receipt["settings"])
    method: Method = plain.pop("of", receipt["method"])
    if method not in METHODS:
        raise WrongTable(
            "The receipt is of several tables put together.",
            expected="of one table: " + ", ".join(METHODS),
            found=str(method),
            todo="Run the figure again as known by the same size of the ledger; its record holds the same digits.",
        )
    again = estimate(table, method, seed=receipt["seed"], settings=settings_from(method, plain))
    if again.receipt["digest"] != receipt["digest"]:
        raise WrongTable(
            "The digits of a receipt do not come out again.",
            expected=str(receipt["digest"]),
            found=str(again.receipt["digest"]),
            todo="Compare `versions` in both receipts.",
        )
    return again
