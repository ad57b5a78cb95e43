"""What ``make bench`` runs. A new benchmark is a module here with ``main()``, and one line below.

``main()`` reads its options from ``sys.argv``, asks ``measuring.sized`` how many of something to measure with, and
says each measurement with ``measuring.tell``: value, aim, a named baseline measured in the same run, their ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One module of this folder: what it measures, and its options in an ordinary and in a quick run."""

    module: str
    what: str
    options: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()


ALL: Final = (
    # First: a process remembers the most it ever held.
    Benchmark("memory", "peak memory of a million rows"),
    Benchmark("intake", "sheet rows a second, and whether a row costs the same at the end as at first"),
    Benchmark("verify", "entries verified a second"),
    Benchmark("figures", "snapshot, and single figures from a cold start, at the size of the demonstration"),
    Benchmark("report", "figures and the report over the demonstration archive (`make demo` first)"),
    Benchmark("names", "names compared and found, on names drawn in the project", (), ("--names=10000",)),
    Benchmark("search", "persons of an archive found by name"),
    Benchmark("web", "pages of the desk, with twenty readers and five writers"),
    Benchmark("web_pages", "every page of the desk, one reader: server time and queries"),
    Benchmark("bulk", "two thousand records changed at once, and back"),
    Benchmark("linkage", "lists linked with and without answers, beside Splink", (), ("--persons=1500",)),
    Benchmark("estimation", "graph averages, log-linear models and assessments: seconds"),
    Benchmark("estimation_lcm", "latent-class sampler: effective draws a second"),
    Benchmark("published_numbers", "estimates of published tables beside what was published"),
    Benchmark("coverage", "how often intervals hold the truth", ("--tables=20",), ("--tables=4",)),
)
"""In the order in which they run; together about a quarter of an hour on two processors that nobody else uses."""

STUDIES: Final = (Benchmark("calibration", "simulation-based calibration of the latent-class sampler"),)
"""Run only when named: each takes a minute or two."""
