"""From checks to a verdict: the worst that a failed check demands, with the reason in words.

A check says what it demands when it fails: caution, or refusal. There is no way to buy a failed check off with others
that passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dalil.estimation.results import Diagnostic, Reason, Verdict
from dalil.estimation.sentences import say


def check(
    name: str,
    value: Any,
    threshold: Any,
    *,
    passed: bool,
    demands: Verdict = Verdict.CAUTION,
    about: str = "",
    shown: Any = None,
) -> Diagnostic:
    """Return a diagnostic; with its sentence if it failed (``shown`` in place of ``value`` where people read it)."""
    text = {}
    if not passed:
        text = say("checks", name, value=value if shown is None else shown, threshold=threshold, about=about)
    return Diagnostic(
        name=name, value=value, threshold=threshold, passed=passed, demands=demands, about=about, text=text
    )


def judge(diagnostics: Iterable[Diagnostic]) -> tuple[Verdict, tuple[Reason, ...]]:
    """Return the verdict and its reasons, the gravest first."""
    failed = sorted((each for each in diagnostics if not each.passed), key=lambda each: -each.demands.rank)
    reasons = tuple(Reason(check=each.name, demands=each.demands, text=each.text) for each in failed)
    return (failed[0].demands if failed else Verdict.PUBLISHABLE), reasons
