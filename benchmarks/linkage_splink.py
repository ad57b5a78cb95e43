"""The baseline of linkage: Splink as its documentation would have it, on the same records, in the same run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

from dalil.linkage.measuring import Quality, measure

_THRESHOLD: Final = 0.5
"""Of those tried on the development lists, where pairs are more likely one person than not is the kindest to it."""
_MEMORY: Final = "12GB"


def with_splink(folder: Path, truth: dict[str, str]) -> tuple[Quality, float]:
    """Link with Splink's stock comparisons of raw fields, its own training and its connected components."""
    import duckdb
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.csv as pacsv  # type: ignore[import-untyped]
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    started = time.perf_counter()
    # What is not told is nothing to Splink, as its documentation asks: blanks that are equal would pair millions.
    blank = pacsv.ConvertOptions(strings_can_be_null=True, null_values=[""])
    table = pacsv.read_csv(folder / "records.csv", convert_options=blank)
    for name in table.column_names:
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.string()))
    names = [str(each) for each in table["name"].to_pylist()]
    table = table.append_column("first", pa.array([each.split()[0] for each in names]))
    table = table.append_column("last", pa.array([each.split()[-1] for each in names]))
    comparisons: list[Any] = [cl.NameComparison("name"), cl.ExactMatch("sex"), cl.ExactMatch("age")]
    rules: list[Any] = [block_on("first", "last"), block_on("first", "age", "sex")]
    with_days = "date_of_death" in table.column_names and table["date_of_death"].null_count < len(table)
    if with_days:
        comparisons += [cl.ExactMatch("date_of_death"), cl.ExactMatch("place"), cl.ExactMatch("governorate")]
        rules += [block_on("first", "date_of_death"), block_on("last", "date_of_death")]
    connection = duckdb.connect()
    connection.execute(f"SET temp_directory = '{folder / 'spilled'}'; SET memory_limit = '{_MEMORY}'")
    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="rec_id", comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
    )  # fmt: skip
    linker = Linker(api.register(table), settings, log_level=None)
    sure = block_on("name", "date_of_death") if with_days else block_on("name", "age")
    linker.training.estimate_probability_two_random_records_match([sure], recall=0.2)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    # Each session learns what it does not block on. A first name and a sex alone would pair half a billion of Syria's.
    other = ("first", "date_of_death") if with_days else ("last", "age")
    for columns in (("name",), other):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    scored = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        scored, threshold_match_probability=_THRESHOLD
    )
    found = clusters.as_record_list()
    seconds = time.perf_counter() - started
    quality = measure([str(row["cluster_id"]) for row in found], [truth[str(row["rec_id"])] for row in found])
    return quality, seconds
