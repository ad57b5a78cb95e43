"""What a hedge says about a number: "at least 364" is 364 or more, "thousands" is 2,000 to 19,999.

The rules are data (scheme ``hedges``); this module only reads them.
"""

from __future__ import annotations

from dalil.errors import Bug, WrongValue
from dalil.vocabulary.vocabulary import Vocabulary


def count_bounds(vocabulary: Vocabulary, hedge: str, n: int | None = None) -> tuple[int | None, int | None]:
    """Return the least and the greatest number a hedged count can mean; None is unbounded.

    Raises
    ------
    UnknownTerm
        No such hedge.
    WrongValue
        The hedge needs a number and there is none, or the number is negative.
    """
    term = vocabulary.term("hedges", hedge)
    if n is not None and n < 0:
        raise WrongValue("A count is negative.", expected="0 or more", found=str(n))
    lower, upper = (_bound(term.property(side) or "none", hedge, n) for side in ("lower", "upper"))
    return lower, upper


def _bound(rule: str, hedge: str, n: int | None) -> int | None:
    if rule == "none":
        return None
    if rule.isdecimal():
        return int(rule)
    if n is None:
        raise WrongValue("A hedge stands without its number.", expected=f"a number beside {hedge}", found="none")
    unit = _last_unit(n)
    match rule:
        case "n":
            return n
        case "n+1":
            return n + 1
        case "n-1":
            return max(n - 1, 0)
        case "n-unit":
            return max(n - unit, 0)
        case "n-half":
            return max(n - max(unit // 2, 1), 0)
        case "n+half":
            return n + max(unit // 2, 1)
        case _:
            raise Bug("A bound rule passed the checks and cannot be read.", found=rule, where=f"hedge {hedge}")


def _last_unit(n: int) -> int:
    """Return the place value of the last digit that is not zero: 1,000 for 102,000, 1 for 364."""
    unit = 1
    while n and n % (unit * 10) == 0:
        unit *= 10
    return unit
