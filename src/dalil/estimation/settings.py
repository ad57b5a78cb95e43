"""What an estimate may be asked to do differently; all of it stands in the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal, get_args

from dalil.estimation.lcm import LcmSettings
from dalil.estimation.loglinear import LogLinearSettings

Method = Literal["lcm", "dga", "loglinear", "chao"]
METHODS: Final[tuple[Method, ...]] = get_args(Method)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to estimate.

    Attributes
    ----------
    lcm, loglinear
        Of those methods.
    dga_delta : float or None
        Dirichlet parameter of a cell; by default 2^-J.
    merge_lists : bool
        Where a method cannot weigh as many lists as there are: put the smallest together, and say so, rather than
        refuse.
    second_opinions : bool
        Also ask the cheap methods, leave out each list, and estimate what is known: what a verdict needs. Only
        simulations that judge a method alone do without.
    reach : mapping of a language to text
        Why nobody was out of every list's reach, in the words of whoever answers for it. No data can show that, so
        without it no verdict is better than caution.
    """

    lcm: LcmSettings = field(default_factory=LcmSettings)
    loglinear: LogLinearSettings = field(default_factory=LogLinearSettings)
    dga_delta: float | None = None
    merge_lists: bool = False
    second_opinions: bool = True
    reach: Mapping[str, str] = field(default_factory=dict)

    def of(self, method: Method) -> dict[str, Any]:
        """Return what matters to the digits of one method, as plain values."""
        own: dict[str, Any] = {
            "merge_lists": self.merge_lists,
            "second_opinions": self.second_opinions,
            "reach": dict(self.reach),
        }
        match method:
            case "lcm":
                return own | {name: value for name, value in asdict(self.lcm).items() if name != "threads"}
            case "loglinear":
                return own | asdict(self.loglinear)
            case "dga":
                return own | {"delta": self.dga_delta}
            case "chao":
                return own


def settings_from(method: Method, plain: Mapping[str, Any]) -> Settings:
    """Return the settings a receipt holds (:meth:`Settings.of`), in which broken numbers are written as text."""
    rest = dict(plain)
    made = Settings(**{name: rest.pop(name) for name in ("merge_lists", "second_opinions", "reach")})
    match method:
        case "lcm":
            return replace(made, lcm=LcmSettings(**_numbers(rest, LcmSettings())))
        case "loglinear":
            return replace(made, loglinear=LogLinearSettings(**rest))
        case "dga":
            return replace(made, dga_delta=None if rest["delta"] is None else float(rest["delta"]))
        case "chao":
            return made


def _numbers(plain: Mapping[str, Any], standard: LcmSettings) -> dict[str, Any]:
    """Return values as numbers again where the standard settings have broken ones."""
    return {
        name: float(value) if isinstance(getattr(standard, name), float) else value for name, value in plain.items()
    }
