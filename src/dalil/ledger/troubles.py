"""What the database driver's errors mean for whoever gave the command."""

from __future__ import annotations

from typing import Final

from dalil.errors import DalilError, LedgerBusy, LedgerDamaged, StoreFull

BUSY_SECONDS: Final = 10
"""How long a writer waits for another before it says that the archive is busy."""


def translate(error: BaseException | None) -> DalilError:
    """Return dalil's error for one of the driver's."""
    text = str(error)
    code = getattr(error, "sqlite_errorname", "") or ""
    if "locked" in text or code.startswith("SQLITE_BUSY"):
        return LedgerBusy(
            "Another process is writing to this archive.",
            expected=f"the archive to be free within {BUSY_SECONDS} seconds",
            todo="Let the other command finish and run this one again; nothing was written.",
        )
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")) or "full" in text or "disk I/O" in text:
        return StoreFull(
            "The archive's disk would not take more.",
            found=code or "a write that failed",
            todo="Make room, then run the command again: what was acknowledged is kept, the rest was rolled back.",
        )
    return LedgerDamaged(
        "The archive's database cannot be read as it should.",
        found=code or type(error).__name__,
        todo="Do not write to this archive. Run `dalil ledger verify`, and restore a copy if it fails.",
    )
