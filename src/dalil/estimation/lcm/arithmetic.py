"""Logarithm, exponential and log-gamma from IEEE operations alone.

The C library's differ in the last bit from one system to another, and one bit can turn an accepted proposal into a
refused one. These are made of additions, multiplications, divisions and exact scalings by powers of two, so that a
receipt gives the same digits on any machine, compiled or not. Errors against the C library are tested (below 1e-15
relative; log-gamma 3e-14, which its terms near 8 cost).
"""

from __future__ import annotations

import math
from typing import Final

from dalil.estimation.lcm.compiling import compiled

# ln 2 split so that k · HIGH is exact for |k| < 2^20; coefficients of log and exp are those of fdlibm (Sun Microsystems
# 1993).
LN2_HIGH: Final = 6.93147180369123816490e-01
LN2_LOW: Final = 1.90821492927058770002e-10
INVERSE_LN2: Final = 1.44269504088896338700
ROOT_HALF: Final = 0.70710678118654752440
HALF_LOG_TWO_PI: Final = 0.91893853320467274178
LOWEST: Final = -745.0
"""Below this an exponential is 0; above its negative it is not asked for."""


@compiled
def log(x: float) -> float:
    """Return the natural logarithm of ``x`` > 0."""
    fraction, power = math.frexp(x)
    if fraction < ROOT_HALF:
        fraction *= 2.0
        power -= 1
    f = fraction - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332))
    even = z * (
        0.6666666666666735130 + w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591))
    )
    half = 0.5 * f * f
    return power * LN2_HIGH - ((half - (s * (half + odd + even) + power * LN2_LOW)) - f)


@compiled
def exp(x: float) -> float:
    """Return e to the ``x``; 0 below −745. ``x`` must not exceed 709."""
    if x < LOWEST:
        return 0.0
    power = int(INVERSE_LN2 * x + (0.5 if x > 0.0 else -0.5))
    high = x - power * LN2_HIGH
    low = power * LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
        )
    )
    return math.ldexp(1.0 - ((low - (r * c) / (2.0 - c)) - high), power)


@compiled
def one_less_exp(x: float) -> float:
    """Return 1 − e to the ``x`` for ``x`` ≤ 0, without cancellation near 0."""
    if x > -0.01:
        # Taylor, to x^7/7!: below 1e-17 relative on this interval.
        return -x * (
            1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0 * (1.0 + x / 7.0)))))
        )
    return 1.0 - exp(x)


@compiled
def stirling_rest(x: float) -> float:
    """Return log Γ(x) − [(x − ½) log x − x + ½ log 2π] for ``x`` ≥ 8, by its asymptotic series."""
    r = 1.0 / x
    t = r * r
    return r * (
        1.0 / 12.0
        - t * (1.0 / 360.0 - t * (1.0 / 1260.0 - t * (1.0 / 1680.0 - t * (1.0 / 1188.0 - t * (691.0 / 360360.0)))))
    )


@compiled
def log_gamma(x: float) -> float:
    """Return log Γ(``x``) for ``x`` > 0."""
    shift = 1.0
    while x < 8.0:
        shift *= x
        x += 1.0
    return (x - 0.5) * log(x) - x + HALF_LOG_TWO_PI + stirling_rest(x) - (0.0 if shift == 1.0 else log(shift))
