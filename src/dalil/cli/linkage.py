"""``dalil linkage``: lists on disk become persons; which pairs to ask people about; how good it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from dalil.cli import linkage_runs
from dalil.cli.printing import json_option, print_json, print_table, waiting
from dalil.cli.writing import check_writable, told_if_not_written, write_rows, written_whole
from dalil.errors import WrongLists

lists_argument = click.argument(
    "lists", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
mapping_option = click.option(
    "--mapping",
    "mapping_path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file that says which column holds what.",
)
labels_option = click.option(
    "--labels",
    "labels_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of answers: id_a, id_b, label (same, different, unsure).",
)
_CLUSTERS = ("record_id", "cluster_id")
seed_option = click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same bytes.")


@click.group()
def linkage() -> None:
    """Find which records are of one person, across lists, scripts and spellings."""


for command in (linkage_runs.run, linkage_runs.runs, linkage_runs.withdraw, linkage_runs.evaluate):
    linkage.add_command(command)


def _link(lists: Sequence[Path], mapping_path: Path, labels_path: Path | None, seed: int) -> Any:
    from dalil.linkage import link, read_labels, read_lists, read_mapping
    from dalil.linkage.clock import Clock

    clock = Clock()
    with waiting("Linking …"):
        with clock.stage("reading"):
            read = read_lists(lists, read_mapping(mapping_path))
            labels = read_labels(labels_path) if labels_path is not None else None
        linked = link(read.records, labels=labels, seed=seed)
    linked.report["seconds"] = clock.seconds | linked.report["seconds"]
    linked.report["unread_cells"] = read.unread
    return linked


@linkage.command("files")
@lists_argument
@mapping_option
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV of clusters to write.")
@click.option("--pairs", type=click.Path(dir_okay=False, path_type=Path), help="Parquet of scored pairs to write.")
@click.option(
    "--keep", "keep_in", type=click.Path(file_okay=False, path_type=Path), help="Folder to keep what `add` needs in."
)
@labels_option
@seed_option
@json_option
def link_files(
    lists: tuple[Path, ...],
    mapping_path: Path,
    out: Path,
    pairs: Path | None,
    keep_in: Path | None,
    labels_path: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    """Link LISTS (CSV or Parquet): write which records are one person, and print how sure that is."""
    check_writable((out, pairs), reads=(*lists, mapping_path, labels_path))
    linked = _link(lists, mapping_path, labels_path, seed)
    with written_whole(*(each for each in (out, pairs) if each is not None)) as beside:
        write_rows(beside[0], _CLUSTERS, zip(linked.features.ids, linked.clusters, strict=True))
        if pairs is not None:
            import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

            from dalil.linkage.pair_table import pair_table

            pq.write_table(pair_table(linked), beside[1])
        if keep_in is not None:
            from dalil.linkage.pairing.keeping import keep, save

            with told_if_not_written(keep_in):
                save(keep(linked), keep_in)
    _tell(linked.report, as_json)


@linkage.command("add")
@lists_argument
@mapping_option
@click.option(
    "--to",
    "kept_in",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that `files --keep` wrote; it is brought up to date.",
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV of clusters to write.")
@json_option
def add_files(lists: tuple[Path, ...], mapping_path: Path, kept_in: Path, out: Path, as_json: bool) -> None:
    """Link new LISTS with what was linked before, which stays as it is; write the persons of the new records."""
    from dalil.linkage import read_mapping
    from dalil.linkage.pairing.incremental import clusters_of, link_new
    from dalil.linkage.pairing.keeping import load, save
    from dalil.linkage.reading import read_more_lists

    check_writable((out,), reads=(*lists, mapping_path))
    with waiting("Linking …"):
        read = read_more_lists(lists, read_mapping(mapping_path))
        added = link_new(read.records, load(kept_in))
        with written_whole(out) as (beside,):
            write_rows(beside, _CLUSTERS, clusters_of(added))
            with told_if_not_written(kept_in):
                save(added.existing, kept_in)
    if as_json:
        print_json({**added.report, "unread_cells": read.unread, "absent_columns": read.absent})
        return
    click.echo(f"{len(added.new_ids)} new records; {added.bridges} groups would have joined persons that stand apart")
    _tell_unread(read.unread)
    if read.absent:
        click.echo(f"Columns that none of the files has count as missing: {', '.join(read.absent)}.", err=True)


@linkage.command("ask")
@lists_argument
@mapping_option
@click.option("--n", "n_pairs", type=click.IntRange(1), default=1000, show_default=True, help="How many pairs.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV of pairs to write.")
@labels_option
@seed_option
@json_option
def ask_files(
    lists: tuple[Path, ...],
    mapping_path: Path,
    n_pairs: int,
    out: Path,
    labels_path: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    """Write the pairs of records in LISTS that a reviewer should judge first."""
    from dalil.linkage import ask

    check_writable((out,), reads=(*lists, mapping_path, labels_path))
    linked = _link(lists, mapping_path, labels_path, seed)
    chosen = ask(linked, n_pairs)
    with written_whole(out) as (beside,):
        write_rows(beside, ("id_a", "id_b"), chosen)
    if as_json:
        print_json({"asked": len(chosen), **linked.report})
        return
    click.echo(f"{len(chosen)} pairs" + ("" if len(chosen) == n_pairs else ": no more are compared"))
    _warn(linked.report)


@linkage.command("measure")
@click.argument("clusters", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--truth",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV whose first two columns are record and person.",
)
@click.option(
    "--groups",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV whose first two columns are record and group (its list, its script): measured by pairs of groups too.",
)
@json_option
def measure_clusters(clusters: Path, truth: Path, groups: Path | None, as_json: bool) -> None:
    """Measure the file CLUSTERS against a truth: pairs, B-cubed, number of persons, worst clusters."""
    from dalil.linkage.measuring import by_group, measure, read_two_columns, worst_clusters

    of_record, persons = read_two_columns(clusters), read_two_columns(truth)
    ids = sorted(set(of_record) & set(persons))
    if not ids:
        raise WrongLists(
            "None of the records is in both files.",
            expected="ids of the clusters in the truth",
            found=f"{len(of_record)} records and {len(persons)} others",
            where=truth.name,
            todo="Check that the first column of both files holds the records' ids.",
        )
    found, told = [of_record[each] for each in ids], [persons[each] for each in ids]
    result: dict[str, Any] = {"records": len(ids), **measure(found, told).as_json()}
    result["records_in_one_file_only"] = len(of_record) + len(persons) - 2 * len(ids)
    worst, in_groups = worst_clusters(found, told), {}
    if groups is not None:
        group = read_two_columns(groups)
        in_groups = by_group(found, told, [group.get(each, "?") for each in ids])
    if as_json:
        print_json({**result, "worst_clusters": worst} | ({} if groups is None else {"groups": in_groups}))
        return
    print_table(("what", "value"), list(result.items()))
    if worst:
        print_table(tuple(worst[0]), [tuple(each.values()) for each in worst])
    if in_groups:
        columns = ("pairs of groups", *next(iter(in_groups.values())))
        print_table(columns, [(name, *said.values()) for name, said in in_groups.items()])


def _tell(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    persons, recall = report["persons"], report["blocking_recall"]["all"]
    rows = [
        ("records", report["records"]),
        ("persons, as clustered", report["clusters"]),
        ("persons, estimated", f"{persons['estimate']} ({persons['low']} to {persons['high']})"),
        ("largest cluster", report["largest_cluster"]),
        ("candidate pairs", report["candidate_pairs"]),
        ("share of true pairs among them, estimated", "too few pairs to tell" if recall is None else recall),
        ("seconds", round(sum(report["seconds"].values()), 1)),
        ("model", report["model"]),
    ]
    print_table(("what", "value"), rows)
    _warn(report)


def _warn(report: dict[str, Any]) -> None:
    _tell_unread(report["unread_cells"])
    for warning in report["warnings"]:
        click.echo(warning, err=True)


def _tell_unread(unread: dict[str, int]) -> None:
    for name, count in unread.items():
        click.echo(f"{count} cells of the column {name!r} cannot be read: they count as missing.", err=True)
