"""A desk over a small archive of invented records, asked through Django's own test client: no server, no browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conftest import detention, new_archive, source_body
from dalil.archive import Archive
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.protection import Role
from dalil.records.marks import mark_body
from dalil.values.ids import format_subject, subject_id
from dalil.web.settings import configure


@dataclass
class Sample:
    """What the sample archive holds, by name: subjects as ``<entry>.<n>``, entries as positions."""

    path: Path
    subjects: dict[str, str] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)


def _fill(archive: Archive, sample: Sample) -> None:
    def record(kind: Kind, body: dict[str, Any]) -> int:
        return archive.ledger.append([Draft(kind, body)], by=archive.actor()).first

    open_list = record(Kind.SOURCE, source_body("list-1"))
    closed_list = record(Kind.SOURCE, source_body("list-2") | {"title": "Closed list"})
    first = record(Kind.ACCOUNT, detention(open_list, 1, name="Samir Invented"))
    second = record(Kind.ACCOUNT, detention(closed_list, 2, name="Hidden Invented", arrested="2014-02"))
    kin = {
        "source": open_list,
        "language": "en",
        "subjects": [["p1", "person"], ["p2", "person", format_subject(subject_id(second, 0))]],
        "statements": [
            {"subject": "p1", "predicate": "name", "value": {"text": "Rana Invented"}},
            {"subject": "p1", "predicate": "kin", "value": {"relation": "sister", "of": "p2"}},
            {"subject": "p1", "predicate": "birth", "value": "1990", "sensitivity": "sealed"},
        ],
    }
    third = record(Kind.ACCOUNT, kin)
    coerced = {
        "source": open_list,
        "language": "ar",
        "subjects": [["p1", "person"], ["ap1", "appearance"], ["c1", "claim"], ["c2", "claim"]],
        "statements": [
            {
                "subject": "p1",
                "predicate": "name",
                "value": {"text": "متكلم مختلق", "script": "Arab"},
                "language": "ar",
            },
            {
                "subject": "ap1",
                "predicate": "appearance",
                "value": {"speaker": "p1", "speech": "coerced", "on": "2021-04-20"},
            },
            {
                "subject": "c1",
                "predicate": "claim",
                "value": {"text": "an invented claim", "speaker": "p1"},
                "speech": "coerced",
                "role": "claim_to_rebut",
            },
            {"subject": "c2", "predicate": "claim", "value": {"text": "an invented answer"}},
            {"subject": "c2", "predicate": "rebuts", "value": {"claim": "c1"}},
        ],
    }
    fourth = record(Kind.ACCOUNT, coerced)
    record(Kind.DECISION, mark_body("group", "closed", source=closed_list, reason="a test"))
    sample.entries = {
        "open_list": open_list,
        "closed_list": closed_list,
        "samir": first,
        "hidden": second,
        "rana": third,
        "speaker": fourth,
    }
    for name, entry in (("samir", first), ("hidden", second), ("rana", third), ("speaker", fourth)):
        sample.subjects[name] = format_subject(subject_id(entry, 0))
    sample.subjects["samir_episode"] = format_subject(subject_id(first, 1))
    sample.subjects["hidden_episode"] = format_subject(subject_id(second, 1))
    sample.subjects["claim"] = format_subject(subject_id(fourth, 2))


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Return an archive with a desk and an account for each role, made once; tests work on copies."""
    path = tmp_path_factory.mktemp("desk") / "archive"
    archive = new_archive(path)
    sample = Sample(path)
    _fill(archive, sample)
    configure(path)
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    settings.DALIL_ARCHIVE = path
    _point_database_at(path / "web.db")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    from dalil.web.accounts import create_account

    for role in Role:
        create_account(archive, username=role.value, role=role, password=None)
    create_account(archive, username="insider", role=Role.EDITOR, password=None, groups=("*",), clearance="sealed")
    archive.close()
    connections.close_all()
    return sample


def _point_database_at(path: Path) -> None:
    from django.db import connections

    connections.close_all()
    for connection in connections.all():
        connection.settings_dict["NAME"] = path
    connections.settings["default"]["NAME"] = path


@pytest.fixture
def desk(desk_template: Sample, tmp_path: Path) -> Iterator[Sample]:
    """Yield a copy of the sample desk for one test."""
    from django.conf import settings
    from django.db import connections

    from dalil.web.desk import close_handles

    path = tmp_path / "archive"
    shutil.copytree(desk_template.path, path)
    settings.DALIL_ARCHIVE = path
    _point_database_at(path / "web.db")
    yield Sample(path, desk_template.subjects, desk_template.entries)
    connections.close_all()
    close_handles()


@pytest.fixture
def client_of(desk: Sample) -> Callable[..., Any]:
    """Return a function that gives a browser signed in as an account, by name; without one, signed out."""
    from django.test import Client

    from dalil.web.models import Account

    def sign_in(username: str = "", *, language: str = "en", checks: bool = False) -> Client:
        client = Client(
            enforce_csrf_checks=checks,
            headers={"accept-language": language},
            raise_request_exception=False,
            SERVER_NAME="127.0.0.1",
        )
        if username:
            client.force_login(Account.objects.get(username=username), backend="dalil.web.accounts.AccountBackend")
        return client

    return sign_in


HELD = """
format: dalil-figure/1
name: HELD
title: {en: Held, ar: محتجزون}
text: {en: A figure of a test., ar: رقم في اختبار.}
unit: person
class: documented_named
base: episodes
method: snhr-20d
as_of: "2014-01-01"
where: [{arrested: {from: "2011-03", to: as_of}}]
"""


@pytest.fixture
def held(desk: Any) -> str:
    """Define a figure of who is held at the desk's archive, by hand, and return its name."""
    (desk.path / "hand" / "figures" / "HELD.yaml").write_text(HELD, encoding="utf-8")
    return "HELD"
