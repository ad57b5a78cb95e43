"""Every published number of the published tables, beside ours: ``python -m benchmarks published_numbers``.

Three kinds, three tolerances. What is computed exactly (averages over graphs, fitted models) must agree to the digits
that were published. Intervals of a bootstrap differ by their replicates. Draws of the latent-class model differ as two
long runs of the program that was published differ from each other: two in a hundred in the middle, more at the ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks import published_tables as facts
from benchmarks.measuring import sized, tell
from dalil.estimation import dga
from dalil.estimation.distribution import Exact
from dalil.estimation.hierarchy import hierarchical_models
from dalil.estimation.lcm import LcmSettings, sample
from dalil.estimation.loglinear import LogLinearSettings, bootstrap, search
from dalil.estimation.table import Table

BY_NAME: Final = {
    "Kosovo": facts.KOSOVO,
    "UK": facts.UK,
    "Netherlands": facts.NETHERLANDS,
    "Western US": facts.WESTERN,
    "Rome": facts.ROME,
    "New Orleans": facts.NEW_ORLEANS,
    "Korea": facts.KOREA,
    "Spina bifida": facts.SPINA_BIFIDA,
}
LEVELS: Final = (0.025, 0.25, 0.5, 0.75, 0.975)
REPLICATES: Final = {"Kosovo": 0.06, "UK": 0.15}
"""How far ends of bootstraps may lie apart; from seed to seed our own of the UK differ by a tenth at the upper end."""
MIDDLE: Final = 0.02
ENDS: Final = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A log-linear number: which models were searched, and what was published."""

    table: str
    number: float
    order: int | None = None
    criterion: str = "bic"


FITTED: Final = (
    Fitted(table="Korea", number=157.17),
    Fitted(table="Kosovo", number=10_356.5),
    Fitted(table="Kosovo", number=14_341.66, order=2),
    Fitted(table="UK", number=13_444.0, order=1),
    Fitted(table="UK", number=22_991.33, order=2),
    Fitted(table="UK", number=25_311.29),
    Fitted(table="UK", number=5_552.0, criterion="aic"),
    Fitted(table="New Orleans", number=981.43),
    Fitted(table="Western US", number=2_483.38),
    Fitted(table="Netherlands", number=48_012.7, order=2),
)
GRAPHS: Final = {
    "UK": ((0.025, 0.5, 0.975), (10_387, 22_990, 33_510)),
    "Kosovo": ((0.025, 0.5, 0.975), (9_827, 12_595, 16_544)),
    "Netherlands": ((0.975,), (210_299,)),
    "Spina bifida": ((0.5,), (731,)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Quantiles of the latent-class posterior as another program draws it, and how near ours should be."""

    quantiles: tuple[int, int, int, int, int]
    middle: float = MIDDLE
    low: float = ENDS
    high: float = ENDS


DRAWN: Final = {
    "Kosovo": Drawn(quantiles=(9_051, 9_896, 10_449, 11_204, 13_780)),
    "Western US": Drawn(quantiles=(1_311, 1_619, 1_834, 2_112, 2_955)),
    "Rome": Drawn(quantiles=(9_379, 10_357, 10_945, 11_579, 13_057)),
    # A small table with a long tail, which leans on how a program keeps shares of the stick from reaching 1: the
    # textbook program beside this one says 551, 706, 816, 957, 1,385 with such a bound and 547, 695, 797, 926, 1,288
    # without. The tolerance is what the bound moves and no agreement; see the page on latent classes.
    "New Orleans": Drawn(quantiles=(571, 722, 831, 968, 1_371), middle=0.055, low=0.045, high=0.08),
    # LCMCR does not settle here (R-hat 1.06 to 1.23). These are of another tempered sampler, whose ends moved by 2 to
    # 15 % from run to run: the lower end is where its chains seldom came. Ours: R-hat 1.0003, 4,500 draws' worth.
    "UK": Drawn(quantiles=(13_420, 19_310, 22_166, 25_537, 34_177), low=0.16),
}


def main() -> None:
    """Print one line a number."""
    _fitted()
    _graphs()
    _drawn()


def table_of(name: str) -> Table:
    """Return a published table."""
    found = BY_NAME[name]
    return Table.from_patterns(found.patterns, found.counts, lists=found.lists)


def _fitted() -> None:
    for each in FITTED:
        settings = LogLinearSettings(max_order=each.order, criterion="aic" if each.criterion == "aic" else "bic")
        ours = float(search(table_of(each.table), settings).sizes[0])
        which = f"{each.criterion.upper()}{'' if each.order is None else f', order {each.order}'}"
        _compare(f"log-linear, {each.table}, {which}", ours, each.number, within=0.5 / each.number)
    for n_lists, order, n_models in ((4, 3, 113), (5, 2, 1_024), (5, 4, 6_893)):
        _compare(f"models of {n_lists} lists to order {order}", len(hierarchical_models(n_lists, order)), n_models)
    settings = LogLinearSettings()
    kosovo, uk = table_of("Kosovo"), table_of("UK")
    for name, table, published in (("Kosovo", kosovo, (6_947, 18_010)), ("UK", uk, (11_168, 56_052))):
        ends = bootstrap(table, search(table, settings), settings, seed=1).quantiles((0.025, 0.975))
        for level, end, number in zip((0.025, 0.975), ends.tolist(), published, strict=True):
            _compare(f"BCa, {name}, {level:.1%}", end, number, within=REPLICATES[name])


def _graphs() -> None:
    for name, (levels, published) in GRAPHS.items():
        found = _averaged(table_of(name)).quantiles(levels)
        for level, exact, number in zip(levels, found.tolist(), published, strict=True):
            _compare(f"graphs, {name}, {level:.1%}", exact, number, within=0.001)
    for level, number in ((0.025, 10_408), (0.5, 23_016), (0.975, 33_481)):  # as first published, on a coarser grid
        ours = float(_averaged(table_of("UK")).quantiles((level,))[0])
        _compare(f"graphs, UK, as first published, {level:.1%}", ours, number, within=0.003)
    without = float(_averaged(table_of("UK").without("GO")).quantiles((0.5,))[0])
    _compare("graphs, UK without GO, median", without, 4_714, within=0.001)
    netherlands = table_of("Netherlands")
    whole = _averaged(netherlands)
    under = whole.support <= 21 * netherlands.n
    cut = Exact(support=whole.support[under], mass=whole.mass[under] / whole.mass[under].sum())
    _compare("graphs, Netherlands under 20 n, 97.5%", float(cut.quantiles((0.975,))[0]), 168_992, within=0.001)
    _compare("graphs, Netherlands, share beyond 20 n", float(whole.mass[~under].sum()), 0.13, within=0.04)


def _averaged(table: Table) -> Exact:
    found = dga.average(table)
    return Exact(support=found.support, mass=found.mass)


def _drawn() -> None:
    for name, published in DRAWN.items():
        found = BY_NAME[name]
        # As LCMCR draws: with its limit of twenty times the recorded, which its manual does not mention.
        limit = 20 * int(found.counts.sum())
        settings = LcmSettings(n_classes=10, n0_max=limit, least_ess=float(sized(1_000)))
        drawn = sample(found.patterns, found.counts, settings=settings, seed=7)
        found_at = np.quantile(drawn.n + drawn.unrecorded, LEVELS).tolist()
        for level, at, number in zip(LEVELS, found_at, published.quantiles, strict=True):
            within = {LEVELS[0]: published.low, LEVELS[-1]: published.high}.get(level, published.middle)
            _compare(f"latent classes, {name}, {level:.1%}", at, number, within=within)


def _compare(what: str, ours: float, published: float, *, within: float = 0.0) -> None:
    shown = f"{ours:,.2f}" if abs(ours) < 1e6 and ours != int(ours) else f"{ours:,.0f}"
    tell(
        what,
        shown,
        aim=f"{published:,} to {within:.2%}",
        baseline="published",
        ratio=ours / published,
        met=abs(ours / published - 1) <= within + 1e-9,
    )


if __name__ == "__main__":
    main()
