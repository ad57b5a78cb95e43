"""Run every benchmark, or those named: ``python -m benchmarks [intake verify figures report]``."""

from __future__ import annotations

import importlib
import sys
from typing import Final

ALL: Final = ("intake", "verify", "figures", "report", "memory")


def main() -> None:
    """Run the benchmarks named on the command line; all of them by default."""
    for name in sys.argv[1:] or ALL:
        print(f"== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
