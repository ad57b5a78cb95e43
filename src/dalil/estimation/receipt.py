"""What a third party needs to get the same digits: the table's digest, seed, settings, versions, and the digits.

A receipt is canonical JSON: numbers that are not whole are written as text. Its digest leaves out versions, since the
same digits under another version are the same digits.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

import numpy as np
import scipy

from dalil.estimation.results import Estimate
from dalil.estimation.sentences import LANGUAGES
from dalil.estimation.table import Table
from dalil.values.digests import digest_of

FORMAT: Final = "dalil-estimate/2"
"""Since 2 with the caveat and what is stated of reach, and without a median where several answers fit."""


def receipt_of(estimate: Estimate, *, table: Table | None, seed: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the receipt of an estimate; ``digest`` is the SHA-256 of everything in it but versions."""
    plain = estimate.as_json()
    core: dict[str, Any] = _exact(
        {
            "format": FORMAT,
            "method": estimate.method,
            "stratum": estimate.stratum,
            "table": None if table is None else table.digest,
            "lists": [] if table is None else list(table.lists),
            "seed": seed,
            "settings": dict(settings),
            "n": estimate.n,
            "N": plain["N"],
            "floor": plain["floor"],
            "verdict": plain["verdict"],
            "reasons": [reason.check for reason in estimate.reasons],
            "assumption": {language: estimate.assumption[language] for language in LANGUAGES},
            "caveat": plain["caveat"],
            "reach": plain["reach"],
            "diagnostics": plain["diagnostics"],
            "details": plain["details"],
            "parts": [part.receipt["digest"] for part in estimate.parts],
        }
    )
    return core | {"digest": digest_of(core), "versions": versions()}


def versions() -> dict[str, str]:
    """Return what the digits were computed with."""
    return {
        "dalil": version("dalil"),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


def _exact(value: Any) -> Any:
    """Write numbers that are not whole as text of up to twelve significant digits, which canonical JSON can carry."""
    match value:
        case bool() | int() | str() | None:
            return value
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
        case dict():
            return {str(key): _exact(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_exact(inner) for inner in value]
        case _:
            return _exact(value.item())
