"""The nonparametric latent-class model of Manrique-Vallier (2016), and the numbers a sampler needs of it.

Every person belongs to a class k < K with probability ν_k, and in class k list j records a person with probability
λ_kj, independently of the other lists. The ν come from truncated stick-breaking, V_k ~ Beta(1, α), with α ~ Gamma(a,
rate b); the λ are uniform on (0, 1); p(N) ∝ 1/N for N ≥ n, so that given the rest the unrecorded are negative binomial.

State of one walker, all float64:

- ``nu`` (K,): class weights; may underflow to 0 for classes that hold nobody;
- ``tails`` (K,): log Σ_{l≥k} ν_l, which does not underflow;
- ``rates`` (K, J): λ;
- ``alpha``: a float, kept by the caller.

From these: ``cells`` (K, M), the probability of each observed pattern within each class; ``seen`` and ``missed`` (K,),
the probability within a class of being on some list and on none. ``seen`` is summed without cancellation: a class that
a list finds once in 10^9 must not count as one that no list can find.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalil.estimation.lcm.arithmetic import exp, log, log_gamma, one_less_exp
from dalil.estimation.lcm.compiling import compiled
from dalil.estimation.lcm.random import Rng, log_gamma_number, uniform

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_RATE: Final = 1e-12
"""Rates are kept this far from 0 and 1, so that odds stay finite."""
LEAST_ALPHA: Final = 1e-10


@compiled
def fill_class(
    k: int, rates: Floats, begins: Ints, members: Ints, cells: Floats, seen: Floats, missed: Floats, odds: Floats
) -> None:
    """Compute row ``k`` of ``cells``, ``seen`` and ``missed`` from its rates; ``odds`` (J,) is scratch.

    Pattern m has the lists ``members[begins[m]:begins[m + 1]]``.
    """
    n_patterns = begins.shape[0] - 1
    none = 1.0
    some = 0.0
    for j in range(rates.shape[1]):
        rate = rates[k, j]
        none *= 1.0 - rate
        some = rate + (1.0 - rate) * some
        odds[j] = rate / (1.0 - rate)
    missed[k] = none
    seen[k] = some
    for m in range(n_patterns):
        p = none
        for i in range(begins[m], begins[m + 1]):
            p *= odds[members[i]]
        cells[k, m] = p


@compiled
def draw_sticks(rng: Rng, sizes: Ints, alpha: float, nu: Floats, tails: Floats) -> None:
    """Draw ``nu`` and ``tails`` given how many persons each class holds (``sizes``, (K,))."""
    n_classes = nu.shape[0]
    later = 0
    for k in range(n_classes):
        later += sizes[k]
    tail = 0.0
    for k in range(n_classes - 1):
        tails[k] = tail
        later -= sizes[k]
        if sizes[k] == 0 and later == 0:
            left = log(uniform(rng)) / alpha  # V ~ Beta(1, alpha), so 1 - V = u^(1/alpha)
            nu[k] = exp(tail) * one_less_exp(left)
        else:
            here = log_gamma_number(rng, 1.0 + sizes[k])
            beyond = log_gamma_number(rng, alpha + later)
            most = here if here > beyond else beyond
            both = most + log(exp(here - most) + exp(beyond - most))
            nu[k] = exp(tail + here - both)
            left = beyond - both
        tail += left
    tails[n_classes - 1] = tail
    nu[n_classes - 1] = exp(tail)


@compiled
def log_sticks_prior(tails: Floats, alpha: float) -> float:
    """Return log p(ν | α) on the simplex, without the factor α^(K−1).

    With R_k = Σ_{l≥k} ν_l the sticks' densities telescope: ∏ (1 − V_k)^(α−1) / R_k = R_{K−1}^(α−1) / ∏_{1≤k≤K−2} R_k.
    """
    last = tails.shape[0] - 1
    total = (alpha - 1.0) * tails[last]
    for k in range(1, last):
        total -= tails[k]
    return float(total)


@compiled
def log_sizes_term(size: int, later: int, alpha: float) -> float:
    """Return one class's factor of log p(labels | α), its stick integrated out, without log α."""
    return log_gamma(1.0 + size) + log_gamma(alpha + later) - log_gamma(1.0 + alpha + later + size)


@compiled
def log_alpha_density(sizes: Ints, alpha: float, shape: float, rate: float) -> float:
    """Return log p(log α | class sizes) with the sticks integrated out, α ~ Gamma(``shape``, rate ``rate``)."""
    log_alpha = log(alpha)
    total = shape * log_alpha - rate * alpha
    later = 0
    last = sizes.shape[0] - 1
    for k in range(last, -1, -1):
        if k < last and later + sizes[k] > 0:
            total += log_alpha + log_gamma(alpha + later) - log_gamma(1.0 + alpha + later + sizes[k])
        later += sizes[k]
    return total


@compiled
def log_share_below(n: int, seen: float, missed: float, cap: int) -> float:
    """Return log P(unrecorded ≤ ``cap``) where the unrecorded are negative binomial(``n``, ``seen``).

    This is log I_seen(n, cap + 1), by the continued fraction of the incomplete beta function (modified Lentz).
    """
    a = float(n)
    b = cap + 1.0
    x = seen
    y = missed
    turned = x > (a + 1.0) / (a + b + 2.0)
    if turned:
        a, b, x, y = b, a, y, x
    if x <= 0.0:
        return 0.0 if turned else -1e300
    front = log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log(y) - log(a)
    value = front + log(_beta_fraction(a, b, x))
    if not turned:
        return min(value, 0.0)
    return log(one_less_exp(value)) if value < -1e-300 else -700.0


@compiled
def _beta_fraction(a: float, b: float, x: float) -> float:
    tiny = 1e-300
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    f = d
    for i in range(1, 20000):
        numerator = i * (b - i) * x / ((a + 2.0 * i - 1.0) * (a + 2.0 * i))
        d = 1.0 + numerator * d
        d = 1.0 / (d if abs(d) > tiny else tiny)
        c = 1.0 + numerator / c
        c = c if abs(c) > tiny else tiny
        f *= d * c
        numerator = -(a + i) * (a + b + i) * x / ((a + 2.0 * i) * (a + 2.0 * i + 1.0))
        d = 1.0 + numerator * d
        d = 1.0 / (d if abs(d) > tiny else tiny)
        c = 1.0 + numerator / c
        c = c if abs(c) > tiny else tiny
        f *= d * c
        if abs(d * c - 1.0) < 1e-13:
            break
    return f
