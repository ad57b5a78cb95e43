"""Slides: steps along the ridge on which tables say little.

A class whose members are rarely recorded fits the table as well at half its rates and twice its size: only the unrecorded change.
Gibbs crawls along such a ridge, since it holds the unrecorded fixed while it draws the rates and the rates while it draws the unrecorded.
A slide changes all odds of one class by a factor (or each by its own), rescales the class so that as many of it are recorded as
before, and is accepted by the posterior with classes and unrecorded summed out.
"""

from __future__ import annotations

from typing import Final

from dalil.estimation.lcm_arithmetic import exp, log
from dalil.estimation.lcm_compiling import compiled
from dalil.estimation.lcm_model import LEAST_RATE, Floats, Ints, fill_class, log_share_below
from dalil.estimation.lcm_random import Rng, normal, uniform

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
    spare: tuple[Floats, Floats, Floats, Floats, Floats],
    cap: int,
) -> int:
    """Propose one slide of one class; return 1 if it was accepted.

    ``spare`` is scratch: rates (1, J), cells (1, M), seen (1,), missed (1,), tails (K,).
    """
    rates_new, cells_new, seen_new, missed_new, tails_new = spare
    n_classes, n_lists = rates.shape
    k = min(int(n_classes * uniform(rng) * uniform(rng)), n_classes - 1)
    step = exp(LEAST_STEP + (MOST_STEP - LEAST_STEP) * uniform(rng))
    common = uniform(rng) < 0.5
    shift = step * normal(rng)
    total_shift = 0.0
    for j in range(n_lists):
        if not common and j > 0:
            shift = step * normal(rng)
        total_shift += shift
        left = (1.0 - rates[k, j]) * exp(-shift)
        value = rates[k, j] / (rates[k, j] + left)
        if not (LEAST_RATE < value < 1.0 - LEAST_RATE):
            return 0
        rates_new[0, j] = value
    fill_class(0, rates_new, begins, members, cells_new, seen_new, missed_new, odds)

    others = 0.0
    share_seen_others = 0.0
    share_missed_others = 0.0
    for l in range(n_classes):
        if l != k:
            others += nu[l]
            share_seen_others += nu[l] * seen[l]
            share_missed_others += nu[l] * missed[l]
    if nu[k] < 1e-290 or others < 1e-290:
        return 0
    ratio = nu[k] / others * seen[k] / seen_new[0]
    nu_new = ratio / (1.0 + ratio)
    scale = 1.0 / (1.0 + ratio) / others
    if nu_new < 1e-290 or scale * others < 1e-290:
        return 0
    log_scale = log(scale)

    # Jacobian of the log odds of the rates, and of (log odds of ν_k, the others' proportions) on the simplex.
    gain = total_shift + 2.0 * log(missed_new[0] / missed[k])
    gain += log(nu_new / nu[k]) + (n_classes - 1.0) * log_scale
    # Prior of the sticks. Beyond k all tails shrink alike; up to k they are summed afresh, without cancellation.
    last = n_classes - 1
    for l in range(k + 1, n_classes):
        tails_new[l] = tails[l] + log_scale
    tail = exp(tails_new[k + 1]) if k < last else 0.0
    for l in range(k, -1, -1):
        tail += nu_new if l == k else nu[l] * scale
        tails_new[l] = log(tail) if l > 0 else 0.0
    gain += (alpha - 1.0) * (tails_new[last] - tails[last])
    for l in range(1, last):
        gain -= tails_new[l] - tails[l]

    # Likelihood of the recorded, the unrecorded summed out: ∏ p_m^c_m / seen^n.
    share_seen = share_seen_others + nu[k] * seen[k]
    share_seen_new = share_seen_others * scale + nu_new * seen_new[0]
    gain -= n * log(share_seen_new / share_seen)
    for m in range(counts.shape[0]):
        if counts[m] == 0:
            continue
        p = 0.0
        for l in range(n_classes):
            if l != k:
                p += nu[l] * cells[l, m]
        gain += counts[m] * log((p * scale + nu_new * cells_new[0, m]) / (p + nu[k] * cells[k, m]))
    if cap > 0:
        gain += log_share_below(n, share_seen_new, share_missed_others * scale + nu_new * missed_new[0], cap)
        gain -= log_share_below(n, share_seen, share_missed_others + nu[k] * missed[k], cap)
    if log(uniform(rng)) >= gain:
        return 0

    for l in range(n_classes):
        nu[l] = nu_new if l == k else nu[l] * scale
        tails[l] = tails_new[l]
    for j in range(n_lists):
        rates[k, j] = rates_new[0, j]
    for m in range(counts.shape[0]):
        cells[k, m] = cells_new[0, m]
    seen[k] = seen_new[0]
    missed[k] = missed_new[0]
    return 1
