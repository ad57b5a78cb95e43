"""What tests share: small archives of invented records, made through the ordinary doors."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from dalil.archive import Archive
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.values.clock import SeededEntropy, SteppingClock

settings.register_profile(
    "ci", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", max_examples=5_000, deadline=None)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(address, tuple) and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError("a test tried to reach the network")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Yield an empty archive with a seeded clock, ids and salts."""
    made = new_archive(tmp_path / "archive")
    yield made
    made.close()


def new_archive(path: Path) -> Archive:
    """Make an archive whose bytes repeat."""
    clock = SteppingClock(datetime(2021, 5, 21, 12, tzinfo=UTC))
    return Archive.create(path, name="test", origin="test.example/log", clock=clock, entropy=SeededEntropy("test"))


@pytest.fixture
def record(archive: Archive) -> Callable[..., int]:
    """Return a function that records entries of one kind and gives the position of the first."""

    def append(kind: Kind, *bodies: dict[str, Any]) -> int:
        return archive.ledger.append([Draft(kind, body) for body in bodies], by=archive.actor()).first

    return append


def source_body(key: str = "list-1") -> dict[str, Any]:
    """Return the body of an invented source."""
    return {"key": key, "kind": "synthetic", "language": "ar", "synthetic": True, "title": "Invented list"}


def detention(
    source: int, number: int, *, arrested: str = "2013-08-07", name: str = "Invented Person"
) -> dict[str, Any]:
    """Return the body of an account of one invented detention: subjects ``.0`` (person) and ``.1`` (episode)."""
    return {
        "source": source,
        "language": "en",
        "subjects": [["p1", "person"], ["d1", "episode"]],
        "statements": [
            {"subject": "p1", "predicate": "name", "value": {"text": f"{name} {number}", "given": name}},
            {"subject": "p1", "predicate": "sex", "value": "male"},
            {"subject": "d1", "predicate": "detainee", "value": {"person": "p1"}},
            {"subject": "d1", "predicate": "held_by", "value": {"party": "syria.state"}},
            {"subject": "d1", "predicate": "episode_event", "value": {"event": "arrested", "on": arrested}},
        ],
        "row": {"load": "load-1", "key": str(number), "number": number, "digest": f"{number:064x}"},
    }
