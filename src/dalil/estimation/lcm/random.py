"""Random numbers of the sampler: one generator and the distributions a sweep draws from.

The generator is MRG32k3a (L'Ecuyer 1999, Operations Research 47:159; also R's ``L'Ecuyer-CMRG``): six integers below
2^32, whose products stay below 2^63, so Python's integers and a machine's agree. Streams are its state 2^127 steps
apart, by powers of its matrices (L'Ecuyer, Simard, Chen & Kelton 2002): each chain has its own, and nothing depends on
how many chains run at once.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalil.estimation.lcm.arithmetic import exp, log, one_less_exp, stirling_rest
from dalil.estimation.lcm.compiling import compiled

FIRST: Final = 4294967087
SECOND: Final = 4294944443
SCALE: Final = 2.328306549295727688e-10  # 1 / (FIRST + 1)
EXACT_TO: Final = 1e10
"""Above this mean (or variance, for a binomial) a normal draw stands in: it differs by less than 1e-5 standard
deviations."""

Rng = NDArray[np.int64]
Matrix = list[list[int]]


def streams(seed: int, n_streams: int) -> Rng:
    """Return generator states for one seed, 2^127 draws apart.

    Parameters
    ----------
    seed : int
        Not negative; hashed into six words by NumPy's ``SeedSequence``.
    n_streams : int
        How many.

    Returns
    -------
    Rng
        (n_streams, 6), int64.
    """
    words = [int(word) for word in np.random.SeedSequence(seed).generate_state(6, np.uint32)]
    one = [1 + word % (FIRST - 1) for word in words[:3]]
    two = [1 + word % (SECOND - 1) for word in words[3:]]
    jump_one = _power_of_two([[0, 1, 0], [0, 0, 1], [FIRST - 810728, 1403580, 0]], 127, FIRST)
    jump_two = _power_of_two([[0, 1, 0], [0, 0, 1], [SECOND - 1370589, 0, 527612]], 127, SECOND)
    states = []
    for _ in range(n_streams):
        states.append(one + two)
        one = [sum(a * b for a, b in zip(row, one, strict=True)) % FIRST for row in jump_one]
        two = [sum(a * b for a, b in zip(row, two, strict=True)) % SECOND for row in jump_two]
    return np.array(states, np.int64).reshape(n_streams, 6)


def _power_of_two(matrix: Matrix, doublings: int, modulus: int) -> Matrix:
    for _ in range(doublings):
        matrix = [[sum(matrix[i][k] * matrix[k][j] for k in range(3)) % modulus for j in range(3)] for i in range(3)]
    return matrix


@compiled
def uniform(rng: Rng) -> float:
    """Return a number strictly between 0 and 1, in steps of 2^-32."""
    one = (1403580 * rng[1] + 810728 * (FIRST - rng[0])) % FIRST
    rng[0] = rng[1]
    rng[1] = rng[2]
    rng[2] = one
    two = (527612 * rng[5] + 1370589 * (SECOND - rng[3])) % SECOND
    rng[3] = rng[4]
    rng[4] = rng[5]
    rng[5] = two
    return float(one - two if one > two else one - two + FIRST) * SCALE


@compiled
def normal(rng: Rng) -> float:
    """Return a standard normal number: a ratio of uniforms, within Leva's quadratic bounds (1992, ACM TOMS 18:449)."""
    while True:
        u = uniform(rng)
        v = 1.7156 * (uniform(rng) - 0.5)
        x = u - 0.449871
        y = abs(v) + 0.386595
        q = x * x + y * (0.19600 * y - 0.25472 * x)
        if q < 0.27597:
            return v / u
        if q <= 0.27846 and v * v <= -4.0 * u * u * log(u):
            return v / u


@compiled
def gamma(rng: Rng, shape: float) -> float:
    """Return a gamma number of ``shape`` ≥ 1 and scale 1 (Marsaglia & Tsang 2000)."""
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = normal(rng)
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        v = v * v * v
        u = uniform(rng)
        if u < 1.0 - 0.0331 * (x * x) * (x * x) or log(u) < 0.5 * x * x + d * (1.0 - v + log(v)):
            return d * v


@compiled
def log_gamma_number(rng: Rng, shape: float) -> float:
    """Return the logarithm of a gamma number of any ``shape`` > 0; small shapes would underflow otherwise."""
    if shape >= 1.0:
        return log(gamma(rng, shape))
    return log(gamma(rng, shape + 1.0)) + log(uniform(rng)) / shape


@compiled
def beta(rng: Rng, a: float, b: float) -> float:
    """Return a beta number for ``a``, ``b`` ≥ 1."""
    if a == 1.0 and b == 1.0:
        return uniform(rng)
    if a == 1.0:
        return one_less_exp(log(uniform(rng)) / b)
    x = gamma(rng, a)
    return x / (x + gamma(rng, b))


@compiled
def poisson(rng: Rng, mean: float) -> int:
    """Return a Poisson number: inversion below a mean of 10, transformed rejection above (Hörmann 1993)."""
    if mean > EXACT_TO:
        return int(mean + math.sqrt(mean) * normal(rng) + 0.5)
    if mean < 10.0:
        limit = exp(-mean)
        product = uniform(rng)
        n = 0
        while product > limit:
            product *= uniform(rng)
            n += 1
        return n
    root = math.sqrt(mean)
    log_mean = log(mean)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    inverse = 1.1239 + 1.1328 / (b - 3.4)
    while True:
        u = uniform(rng) - 0.5
        v = uniform(rng)
        us = 0.5 - abs(u)
        x = float(math.floor((2.0 * a / us + b) * u + mean + 0.43))
        if us >= 0.07 and v <= 0.9277 - 3.6224 / (b - 2.0):
            return int(x)
        if x < 0.0 or (us < 0.013 and v > us):
            continue
        if log(v * inverse / (a / (us * us) + b)) <= x * log_mean - mean - log_factorial(x):
            return int(x)


@compiled
def log_factorial(x: float) -> float:
    """Return log x! for a whole number ``x`` ≥ 0."""
    if x < 8.0:
        product = 1.0
        while x > 1.0:
            product *= x
            x -= 1.0
        return log(product)
    y = x + 1.0
    return (y - 0.5) * log(y) - y + 0.91893853320467274178 + stirling_rest(y)


@compiled
def binomial(rng: Rng, n: int, p: float) -> int:
    """Return a binomial number: inversion where fewer than 10 are expected, transformed rejection above (Hörmann
    1993)."""
    if p > 0.5:
        return n - _binomial_below_half(rng, n, 1.0 - p)
    return _binomial_below_half(rng, n, p)


@compiled
def _binomial_below_half(rng: Rng, n: int, p: float) -> int:
    mean = n * p
    if mean * (1.0 - p) > EXACT_TO:
        return min(max(int(mean + math.sqrt(mean * (1.0 - p)) * normal(rng) + 0.5), 0), n)
    if mean < 10.0:
        return _binomial_by_inversion(rng, n, p)
    q = 1.0 - p
    r = p / q
    deviation = math.sqrt(mean * q)
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * p
    scale = (2.83 + 5.1 / b) * deviation
    m = float(math.floor((n + 1.0) * p))
    while True:
        u = uniform(rng) - 0.5
        v = uniform(rng)
        us = 0.5 - abs(u)
        x = float(math.floor((2.0 * a / us + b) * u + mean + 0.5))
        if us >= 0.07 and v <= 0.92 - 4.2 / b:
            return int(x)
        if x < 0.0 or x > n:
            continue
        bound = (x - m) * log(r) + log_factorial(m) + log_factorial(n - m) - log_factorial(x) - log_factorial(n - x)
        if log(v * scale / (a / (us * us) + b)) <= bound:
            return int(x)


@compiled
def _binomial_by_inversion(rng: Rng, n: int, p: float) -> int:
    if p < 1e-300:
        return 0
    log_q = log(1.0 - p) if p > 1e-5 else -p * (1.0 + p / 2.0 * (1.0 + 2.0 * p / 3.0))
    mass = exp(n * log_q)
    odds = p / (1.0 - p)
    u = uniform(rng) - mass
    x = 0
    while u > 0.0 and x < n and mass > 1e-300:
        mass *= odds * (n - x) / (x + 1.0)
        x += 1
        u -= mass
    return x


@compiled
def spread(rng: Rng, n: int, weights: NDArray[np.float64], out: NDArray[np.int64]) -> None:
    """Draw a multinomial into ``out`` (K,): ``n`` persons over classes in proportion to ``weights`` (K,)."""
    n_classes = weights.shape[0]
    total = 0.0
    for k in range(n_classes):
        total += weights[k]
        out[k] = 0
    rest = n
    begin = 0
    for k in range(n_classes - 1):
        if rest <= 3 or total <= 0.0:
            break
        share = weights[k] / total
        if share > 0.0:
            drawn = rest if share >= 1.0 else binomial(rng, rest, share)
            out[k] = drawn
            rest -= drawn
        total -= weights[k]
        begin = k + 1
    if begin == n_classes - 1:
        out[n_classes - 1] = rest
        return
    total = 0.0
    for k in range(begin, n_classes):
        total += weights[k]
    if total <= 0.0:
        out[begin] += rest
        return
    for _ in range(rest):
        u = uniform(rng) * total
        k = begin
        u -= weights[k]
        while u > 0.0 and k < n_classes - 1:
            k += 1
            u -= weights[k]
        out[k] += 1
