"""``dalil serve``, ``dalil worker`` and ``dalil web``: the desk."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from dalil.archive import Archive
from dalil.protection.roles import LEVELS, Role

archive_argument = click.argument("archive", required=False, type=click.Path(path_type=Path, file_okay=False))
DEMONSTRATION_ACCOUNTS = {
    "rana": Role.DOCUMENTER,
    "omar": Role.OFFICER,
    "huda": Role.REVIEWER,
    "salma": Role.EDITOR,
    "yusuf": Role.CUSTODIAN,
    "nour": Role.AUDITOR,
    "karim": Role.KEEPER,
}
"""Invented colleagues, one for each role, for demonstrations."""


def _path(context: click.Context, archive: Path | None) -> Path:
    path = archive or Path(context.find_root().obj)
    Archive(path).close()  # refuses what is no archive, in words
    return path.absolute()


@click.command()
@archive_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=4, show_default=True, help="Threads of each process.")
@click.option("--name", "hosts", multiple=True, help="A name under which browsers reach the desk; may be repeated.")
@click.option("--behind-tls", is_flag=True, help="A proxy in front speaks HTTPS: cookies are sent over HTTPS only.")
@click.option("--no-worker", is_flag=True, help="Start no worker; run `dalil worker` elsewhere.")
@click.option("--demo-accounts", is_flag=True, help="Make an account for each role and print it; demonstrations only.")
@click.pass_context
def serve(
    context: click.Context,
    archive: Path | None,
    host: str,
    port: int,
    workers: int,
    threads: int,
    hosts: tuple[str, ...],
    behind_tls: bool,
    no_worker: bool,
    demo_accounts: bool,
) -> None:
    """Serve the desk of ARCHIVE (by default the one of --archive) until stopped."""
    from dalil.web import serving

    path = _path(context, archive)
    serving.prepare(path, hosts=hosts, behind_tls=behind_tls)
    if demo_accounts:
        _print_demonstration_accounts(path)
    worker = None if no_worker else serving.start_worker(path)
    click.echo(f"http://{host}:{port}/", err=True)
    try:
        serving.serve(path, host=host, port=port, workers=workers, threads=threads, hosts=hosts, behind_tls=behind_tls)
    finally:
        if worker is not None:
            serving.stop_worker(worker)


def _print_demonstration_accounts(path: Path) -> None:
    from dalil.web.accounts import create_account, set_password
    from dalil.web.models import Account

    with Archive(path) as archive:
        if not archive.configuration.demonstration:
            raise click.UsageError("Only a demonstration archive has demonstration accounts.")
        click.echo("Accounts of this demonstration, one for each role; their passwords are new each time:", err=True)
        for username, role in DEMONSTRATION_ACCOUNTS.items():
            password = "-".join(secrets.token_hex(3) for _ in range(3))
            found = Account.objects.filter(username=username).first()
            if found is None:
                create_account(archive, username=username, role=role, password=password, groups=("*",))
            else:
                set_password(found, password)
            click.echo(f"  {role.value:<11} {username:<6} {password}", err=True)


@click.command()
@archive_argument
@click.option("--once", is_flag=True, help="Do what waits, and end.")
@click.pass_context
def worker(context: click.Context, archive: Path | None, once: bool) -> None:
    """Do the background work of ARCHIVE's desk: imports, verifications, reports."""
    from dalil.web.serving import work

    work(_path(context, archive), once=once)


@click.group()
def web() -> None:
    """Keep the accounts of the desk."""


@web.command()
@click.argument("username")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="What they do.")
@click.option("--group", "groups", multiple=True, default=("general",), help="Case group; may be repeated; * for all.")
@click.option("--clearance", type=click.Choice(LEVELS), help="Highest sensitivity they may see; the role's by default.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the account, such as 2026-12-31.")
@click.option("--password-file", type=click.File(), help="Read the password here; else one is made and printed.")
@click.pass_context
def create_account(
    context: click.Context,
    username: str,
    role: str,
    groups: tuple[str, ...],
    clearance: str | None,
    until: datetime | None,
    password_file: TextIO | None,
) -> None:
    """Make the account USERNAME, with a ledger key of its own."""
    from dalil.web import serving

    path = _path(context, None)
    serving.prepare(path)
    from dalil.web import accounts

    password = password_file.read().strip() if password_file else "-".join(secrets.token_hex(3) for _ in range(4))
    expires_at = until.replace(hour=23, minute=59, second=59, tzinfo=UTC) if until else None
    with Archive(path) as archive:
        made = accounts.create_account(
            archive,
            username=username,
            role=Role(role),
            password=password,
            groups=groups,
            clearance=clearance,
            expires_at=expires_at,
        )
    click.echo(f"account {made.username}, {made.role}, key {made.key_id}")
    if password_file is None:
        click.echo(f"password {password}")
