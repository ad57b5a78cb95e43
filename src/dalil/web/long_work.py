"""What the worker has done in processes of their own: linking, figures that are estimated, estimates asked for.

Each takes the archive's path, what is wanted and a function to tell how far it is. Nothing here knows of Django.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dalil.archive import Archive, __version__
from dalil.values.canonical import JsonObject
from dalil.web.own_process import Tell

if TYPE_CHECKING:  # numerics are imported by whoever links
    from dalil.linkage.archives.linking import ArchiveLinkage

LINKING_STEPS: Final = 4
"""Steps that a linkage run tells of: reading, linking invented persons, linking real ones, writing down."""


def linkage_of(archive: Archive, key: str) -> ArchiveLinkage:
    """Return the linkage of an archive, signing by a key of its own."""
    from dalil.linkage.archives.linking import ArchiveLinkage

    return ArchiveLinkage(
        ledger=archive.ledger,
        engine=archive.engine,
        vocabulary=archive.vocabulary,
        derived_folder=archive.path / "derived",
        signer=lambda: archive.signer(key),
        code_version=__version__,
    )


def link(path: Path, wanted: dict[str, Any], tell: Tell) -> dict[str, int | None]:
    """Link the archive under a key, or try it; return counts."""
    done = 0

    def progress(_step: str) -> None:
        nonlocal done
        tell(min(done, LINKING_STEPS - 1), LINKING_STEPS)
        done += 1

    with Archive(path) as archive:
        receipt = linkage_of(archive, wanted["key"]).run(dry_run=bool(wanted["dry_run"]), progress=progress)
        if not wanted["dry_run"]:
            archive.checkpoint()
    tell(LINKING_STEPS, LINKING_STEPS)
    said = receipt.as_json()
    return {name: said[name] for name in ("run", "n_records", "n_persons", "n_judgements", "n_new", "n_undone")}


def count(path: Path, wanted: dict[str, Any], tell: Tell) -> JsonObject:
    """Return the record of a run of a figure."""
    tell(0, 1)
    with Archive(path) as archive:
        record = archive.figures.run(wanted["figure"], wanted["as_of"], wanted["known_by"]).record()
    tell(1, 1)
    return record


def estimate(path: Path, wanted: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Put the members of a figure on lists, and estimate how many are on none."""
    from dalil.estimation.estimating import estimate as work_out
    from dalil.estimation.plots import plots
    from dalil.estimation.settings import Settings

    tell(0, 2)
    with Archive(path) as archive:
        size = archive.ledger.size
        chosen = tuple(wanted.get("lists") or ())
        lists = archive.figures.lists(wanted.get("figure") or None, wanted.get("as_of") or None, lists=chosen)
    tell(1, 2)
    reach = wanted.get("reach") or ""
    settings = Settings(reach={"en": reach, "ar": reach} if reach else {})
    found = work_out(lists.table, wanted["method"], seed=int(wanted.get("seed", 0)), settings=settings)
    tell(2, 2)
    return {
        "figure": wanted.get("figure") or "",
        "as_of": wanted.get("as_of") or "",
        "size": size,
        "outside": lists.n_outside,
        "estimate": found.as_json(),
        "plots": plots(found, lists.table),
        "verdict": found.verdict.value,
        "n": found.n,
    }


WORK: Final[Mapping[str, Callable[[Path, dict[str, Any], Tell], Any]]] = {
    "link": link,
    "count": count,
    "estimate": estimate,
}
"""What may be asked for, by name."""
