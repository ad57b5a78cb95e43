"""Run every benchmark, or those named: ``python -m benchmarks [--quick] [NAME …] [options of one]``."""

from __future__ import annotations

import importlib
import sys
import time

from benchmarks.measuring import TOLD, be_quick
from benchmarks.registry import ALL, STUDIES, Benchmark


def main() -> None:
    """Run the benchmarks named on the command line, all ordinary ones by default; then repeat what had an aim."""
    known = {each.module: each for each in (*ALL, *STUDIES)}
    named = [word for word in sys.argv[1:] if word in known]
    others = [word for word in sys.argv[1:] if word not in known]
    if not named and set(others) - {"--quick"}:
        sys.exit("\n".join([str(__doc__), "", *(f"{each.module:18}{each.what}" for each in known.values())]))
    if "--quick" in others:
        be_quick()
    own = [word for word in others if word != "--quick"]
    chosen = [known[name] for name in named] or list(ALL)
    usual = [each.quick if "--quick" in others else each.options for each in chosen]
    failed = [each.module for each, options in zip(chosen, usual, strict=True) if not _run(each, own or [*options])]
    if TOLD:
        print("\n".join(["", "== aims", *TOLD]))
    if failed:
        sys.exit(f"did not end: {', '.join(failed)}")


def _run(benchmark: Benchmark, options: list[str]) -> bool:
    """Run one; one that fails is told and does not keep the others from running."""
    print(f"== {benchmark.module}: {benchmark.what}", flush=True)
    sys.argv = [benchmark.module, *options]
    started = time.perf_counter()
    try:
        importlib.import_module(f"benchmarks.{benchmark.module}").main()
    except SystemExit as error:
        if error.code:
            print(f"{benchmark.module} failed: {error}", flush=True)
        return not error.code
    except Exception as error:  # noqa: BLE001  # the outermost edge: the rest of an hour's run is still worth having
        print(f"{benchmark.module} failed: {type(error).__name__}: {error}", flush=True)
        return False
    print(f"-- {benchmark.module}: {time.perf_counter() - started:.0f} s", flush=True)
    return True


if __name__ == "__main__":
    main()
