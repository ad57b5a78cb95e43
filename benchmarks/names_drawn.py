"""``benchmarks.names`` on name parts of the demonstration's own table: nothing from outside the project is needed."""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path

from benchmarks import names
from benchmarks.linkage_names import NamePool, Pool
from benchmarks.measuring import sized


def write_parts(folder: Path) -> None:
    """Write the demonstration's name parts, their frequencies and Latin spellings as ``names`` reads them."""
    pool = NamePool(None)
    with (folder / "latin_forms.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("ar", "latin", "weight"))
        for part, forms in pool.forms.items():
            writer.writerows((part, form, f"{weight:.6f}") for form, weight in _counts(forms))
    kinds = {"given_m": pool.male, "given_f": pool.female, "father": pool.father, "family": pool.family}
    for kind, parts in kinds.items():
        with (folder / f"freq_{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("name", "count"))
            writer.writerows((name, f"{1e6 * count:.0f}") for name, count in _counts(parts))


def _counts(pool: Pool) -> list[tuple[str, float]]:
    counts = [after - before for before, after in zip((0.0, *pool.weights), pool.weights, strict=False)]
    return list(zip(pool.options, counts, strict=True))


def main() -> None:
    """Write the parts where ``names`` can read them, and run it."""
    with tempfile.TemporaryDirectory() as folder:
        write_parts(Path(folder))
        sys.argv = ["benchmarks.names", folder, str(sized(100_000))]
        names.main()


if __name__ == "__main__":
    main()
