"""Slides: steps along the ridge on which tables say little.

A class whose members are rarely recorded fits the table as well at half its rates and twice its size: only the
unrecorded change. Gibbs crawls along such a ridge, since it holds the unrecorded fixed while it draws the rates and the
rates while it draws the unrecorded. A slide changes all odds of one class by a factor (or each by its own), rescales
the class so that as many of it are recorded as before, and is accepted by the posterior with classes and unrecorded
summed out.
"""

from __future__ import annotations

from typing import Final

from dalil.estimation.lcm.arithmetic import exp, log
from dalil.estimation.lcm.compiling import compiled
from dalil.estimation.lcm.model import LEAST_RATE, Floats, Ints, fill_class, log_share_below, log_sticks_prior
from dalil.estimation.lcm.random import Rng, normal, uniform

LEAST_WEIGHT: Final = 1e-290
"""Classes lighter than this stay where Gibbs put them."""
MOST_SHIFT: Final = 1e6
LEAST_STEP: Final = -4.0
MOST_STEP: Final = 1.0
"""Step sizes are log-uniform between e^-4 and e^1 (in log odds): no tuning, so no adaptation to spoil the target."""


@compiled
def slide(
    rng: Rng,
    begins: Ints,
    members: Ints,
    counts: Ints,
    n: int,
    nu: Floats,
    tails: Floats,
    rates: Floats,
    alpha: float,
    cells: Floats,
    seen: Floats,
    missed: Floats,
    odds: Floats,
    spare: tuple[Floats, Floats, Floats, Floats, Floats, Floats],
    cap: int,
) -> int:
    """Propose one slide of one class; return 1 if it was accepted.

    ``spare`` is scratch: rates (1, J), cells (1, M), seen (1,), missed (1,), tails (K,), mixture (M,).
    """
    rates_new, cells_new, seen_new, missed_new, tails_new, mixture = spare
    n_classes, n_lists = rates.shape
    n_patterns = counts.shape[0]
    k = min(int(n_classes * uniform(rng) * uniform(rng)), n_classes - 1)
    others = 0.0
    share_seen = 0.0
    share_missed = 0.0
    for i in range(n_classes):
        if i != k:
            others += nu[i]
            share_seen += nu[i] * seen[i]
            share_missed += nu[i] * missed[i]
    if nu[k] < LEAST_WEIGHT or others < LEAST_WEIGHT:
        return 0
    total_shift = move_rates(rng, rates[k], rates_new[0])
    if total_shift > MOST_SHIFT:
        return 0
    fill_class(0, rates_new, begins, members, cells_new, seen_new, missed_new, odds)
    ratio = nu[k] / others * seen[k] / seen_new[0]
    nu_new = ratio / (1.0 + ratio)
    scale = 1.0 / (1.0 + ratio) / others
    if nu_new < LEAST_WEIGHT or scale * others < LEAST_WEIGHT:
        return 0
    log_scale = log(scale)

    # Jacobian of the log odds of the rates, and of (log odds of ν_k, the others' proportions) on the simplex.
    gain = total_shift + 2.0 * log(missed_new[0] / missed[k])
    gain += log(nu_new / nu[k]) + (n_classes - 1.0) * log_scale
    # Prior of the sticks. Beyond k all tails shrink alike; up to k they are summed afresh, without cancellation.
    last = n_classes - 1
    for i in range(k + 1, n_classes):
        tails_new[i] = tails[i] + log_scale
    tail = exp(tails_new[k + 1]) if k < last else 0.0
    for i in range(k, -1, -1):
        tail += nu_new if i == k else nu[i] * scale
        tails_new[i] = log(tail) if i > 0 else 0.0
    gain += log_sticks_prior(tails_new, alpha) - log_sticks_prior(tails, alpha)

    # Likelihood of the recorded, the unrecorded summed out: ∏ p_m^c_m / seen^n.
    seen_before = share_seen + nu[k] * seen[k]
    seen_after = share_seen * scale + nu_new * seen_new[0]
    gain -= n * log(seen_after / seen_before)
    for m in range(n_patterns):
        mixture[m] = 0.0
    for i in range(n_classes):
        if i != k and nu[i] > LEAST_WEIGHT:
            for m in range(n_patterns):
                mixture[m] += nu[i] * cells[i, m]
    for m in range(n_patterns):
        before = mixture[m] + nu[k] * cells[k, m]
        gain += counts[m] * log((mixture[m] * scale + nu_new * cells_new[0, m]) / before)
    if cap > 0:
        gain += log_share_below(n, seen_after, share_missed * scale + nu_new * missed_new[0], cap)
        gain -= log_share_below(n, seen_before, share_missed + nu[k] * missed[k], cap)
    if log(uniform(rng)) >= gain:
        return 0

    for i in range(n_classes):
        nu[i] = nu_new if i == k else nu[i] * scale
        tails[i] = tails_new[i]
    for j in range(n_lists):
        rates[k, j] = rates_new[0, j]
    for m in range(n_patterns):
        cells[k, m] = cells_new[0, m]
    seen[k] = seen_new[0]
    missed[k] = missed_new[0]
    return 1


@compiled
def move_rates(rng: Rng, rates: Floats, moved: Floats) -> float:
    """Shift the log odds of ``rates`` (J,): one list's, all alike, or each by its own. Return the sum of shifts, or too
    much."""
    n_lists = rates.shape[0]
    step = exp(LEAST_STEP + (MOST_STEP - LEAST_STEP) * uniform(rng))
    kind = int(3.0 * uniform(rng))
    only = int(n_lists * uniform(rng))
    shift = step * normal(rng)
    total = 0.0
    for j in range(n_lists):
        if kind == 0 and j != only:
            moved[j] = rates[j]
            continue
        if kind == 2 and j > 0:
            shift = step * normal(rng)
        total += shift
        moved[j] = rates[j] / (rates[j] + (1.0 - rates[j]) * exp(-shift))
        if not (LEAST_RATE < moved[j] < 1.0 - LEAST_RATE):
            return 2.0 * MOST_SHIFT
    return total


@compiled
def trade(
    rng: Rng,
    counts: Ints,
    n: int,
    nu: Floats,
    tails: Floats,
    alpha: float,
    cells: Floats,
    seen: Floats,
    missed: Floats,
    spare: tuple[Floats, Floats, Floats, Floats, Floats, Floats],
    cap: int,
) -> int:
    """Propose that one class gives weight to another; return 1 if it was accepted."""
    tails_new, mixture = spare[4], spare[5]
    n_classes = nu.shape[0]
    n_patterns = counts.shape[0]
    a = min(int(n_classes * uniform(rng) * uniform(rng)), n_classes - 1)
    b = min(int(n_classes * uniform(rng) * uniform(rng)), n_classes - 1)
    if a == b or nu[a] < LEAST_WEIGHT or nu[b] < LEAST_WEIGHT:
        return 0
    step = exp(LEAST_STEP + (MOST_STEP - LEAST_STEP) * uniform(rng))
    shift = step * normal(rng)
    both = nu[a] + nu[b]
    left = nu[b] * exp(-shift)
    a_new = both * (nu[a] / (nu[a] + left))
    b_new = both * (left / (nu[a] + left))
    if a_new < LEAST_WEIGHT or b_new < LEAST_WEIGHT:
        return 0
    gain = log(a_new / nu[a] * (b_new / nu[b]))
    first = a if a < b else b
    second = b if a < b else a
    for i in range(n_classes):
        tails_new[i] = tails[i]
    tail = exp(tails[second + 1]) if second < n_classes - 1 else 0.0
    for i in range(second, first, -1):
        tail += a_new if i == a else (b_new if i == b else nu[i])
        tails_new[i] = log(tail)
    gain += log_sticks_prior(tails_new, alpha) - log_sticks_prior(tails, alpha)
    share_seen = 0.0
    share_missed = 0.0
    for m in range(n_patterns):
        mixture[m] = 0.0
    for i in range(n_classes):
        if i != a and i != b and nu[i] > LEAST_WEIGHT:
            share_seen += nu[i] * seen[i]
            share_missed += nu[i] * missed[i]
            for m in range(n_patterns):
                mixture[m] += nu[i] * cells[i, m]
    seen_before = share_seen + nu[a] * seen[a] + nu[b] * seen[b]
    seen_after = share_seen + a_new * seen[a] + b_new * seen[b]
    gain -= n * log(seen_after / seen_before)
    for m in range(n_patterns):
        before = mixture[m] + nu[a] * cells[a, m] + nu[b] * cells[b, m]
        gain += counts[m] * log((mixture[m] + a_new * cells[a, m] + b_new * cells[b, m]) / before)
    if cap > 0:
        gain += log_share_below(n, seen_after, share_missed + a_new * missed[a] + b_new * missed[b], cap)
        gain -= log_share_below(n, seen_before, share_missed + nu[a] * missed[a] + nu[b] * missed[b], cap)
    if log(uniform(rng)) >= gain:
        return 0
    nu[a] = a_new
    nu[b] = b_new
    for i in range(n_classes):
        tails[i] = tails_new[i]
    return 1
