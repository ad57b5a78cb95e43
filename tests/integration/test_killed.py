"""A process killed at any point leaves an archive that verifies and holds exactly the batches it acknowledged.

The first test kills real imports, started by the command line, at random moments, sixty times. The second kills an
append at each of its writes in turn, which random moments may miss.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from benchmarks.invented_list import MAPPING, write_list

from dalil.archive import Archive
from dalil.ledger.kinds import Kind

N_ROWS = 24_000
N_KILLS = 60
BATCH = 2_000
N_WRITES = 35
"""Moments of one append at which the driver is about to act, or has acted, or is about to commit."""


def start_import(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "dalil", "-A", str(folder / "archive"), "intake", "sheet"]
    command += [str(folder / "list.csv"), "-m", str(folder / "mapping.yaml"), "--acknowledge"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1)


def acknowledged(process: subprocess.Popen[str]) -> list[int]:
    """Return every ledger size that the process said is on the disk."""
    assert process.stdout is not None
    with process.stdout:
        return [int(line.split()[1]) for line in process.stdout if line.startswith("recorded ")]


def row_keys(archive: Archive) -> list[str]:
    return [str(e.body["row"]["key"]) for e in archive.ledger.entries(kind=Kind.ACCOUNT) if e.body is not None]


def test_an_import_killed_sixty_times_loses_nothing_acknowledged_and_repeats_nothing(tmp_path: Path) -> None:
    write_list(tmp_path / "list.csv", N_ROWS)
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    Archive.create(tmp_path / "archive", name="killed").close()
    draw = random.Random(20210521)
    longest, n_killed, before = 1.2, 0, 2
    while n_killed < N_KILLS:
        process = start_import(tmp_path)
        killer = threading.Timer(draw.uniform(0.2, longest), process.send_signal, [signal.SIGKILL])
        killer.start()
        told = acknowledged(process)
        killed = process.wait() == -signal.SIGKILL
        killer.cancel()
        n_killed += killed
        with Archive(tmp_path / "archive") as archive:
            size = archive.verify().size
            last = told[-1] if told else before
            assert size >= last, f"an acknowledged batch is gone: {size} < {last}"
            # One batch may be on the disk whose acknowledgement died with the process; never more, never part of one.
            beyond = [e for e in archive.ledger.entries(last) if e.header.kind is Kind.ACCOUNT]
            assert len(beyond) in (0, BATCH), f"{len(beyond)} accounts that no acknowledgement covers"
            before = size
            if not killed:  # the whole list went in before the signal came: begin again, so that every kill counts
                archive.intake.withdraw(archive.intake.loads()[-1]["load"], reason="test")
                before = archive.ledger.size
    process = start_import(tmp_path)
    acknowledged(process)
    assert process.wait() == 0
    with Archive(tmp_path / "archive") as archive:
        archive.verify()
        standing = archive.intake.row_entries("bench")
        assert sorted(standing) == sorted(f"R{number}" for number in range(N_ROWS))
        assert archive.records.identities("person") == sorted({entry << 12 for entry in standing.values()})


APPEND_AND_DIE = """
    import os, signal, sys
    from pathlib import Path
    import dalil.ledger.log as log
    import dalil.records.deriving as deriving
    from dalil.archive import Archive
    from dalil.ledger.entries import Draft
    from dalil.ledger.kinds import Kind
    sys.path.insert(0, {tests!r})
    from conftest import detention

    deadly, seen = int(sys.argv[2]), 0

    def counted(write):
        def counting(*arguments, **named):
            global seen
            if seen == deadly:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1
            return write(*arguments, **named)
        return counting

    from sqlalchemy import event
    archive = Archive(Path(sys.argv[1]))
    archive.ledger.size
    event.listen(archive.engine, "before_cursor_execute", counted(lambda *a: None))
    event.listen(archive.engine, "after_cursor_execute", counted(lambda *a: None))
    event.listen(archive.engine, "commit", counted(lambda *a: None))
    drafts = [Draft(Kind.ACCOUNT, detention(2, number)) for number in range(300)]
    archive.ledger.append(drafts, by=archive.actor())
    print("acknowledged", archive.ledger.size, flush=True)
"""


@pytest.mark.parametrize("deadly", [*range(N_WRITES), None])
def test_an_append_killed_at_any_of_its_writes_is_there_whole_or_not_at_all(
    archive: Archive, record: object, deadly: int | None, tmp_path: Path
) -> None:
    from conftest import source_body

    assert callable(record)
    record(Kind.SOURCE, source_body())
    archive.close()
    script = tmp_path / "append.py"
    tests = str(Path(__file__).parents[1])
    script.write_text(textwrap.dedent(APPEND_AND_DIE).format(tests=tests), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(archive.path), str(-1 if deadly is None else deadly)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    size = archive.verify().size
    if deadly is None:
        assert (done.returncode, "acknowledged" in done.stdout, size) == (0, True, 303)
    else:
        # A process that lived on was never at this write: the number of writes is no longer N_WRITES.
        assert (done.returncode, done.stdout) == (-signal.SIGKILL, ""), done.stderr
        assert size in (3, 303)
    assert len(row_keys(archive)) == size - 3
    assert len(archive.records.identities("person")) == size - 3
