"""Whether the record is whole: the ledger's head, its checkpoints, verifications, and what each account did."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from sqlalchemy import func, select

from dalil.ledger.notes import verifier_key
from dalil.ledger.tables import batches, checkpoints, keys
from dalil.protection import Action
from dalil.web import jobs
from dalil.web.gate import WRITE, DeskRequest, screen
from dalil.web.models import Account, Job

A_PAGE: Final = 40


@screen(Action.SEE_PROCESS)
def integrity(request: DeskRequest) -> HttpResponse:
    """Show the head of the ledger, its last batches and checkpoints, and the last verification."""
    desk = request.desk
    size, recorded_at = desk.archive.ledger.end()
    with desk.reading() as connection:
        last = connection.execute(select(batches).order_by(batches.c.size.desc()).limit(A_PAGE)).all()
        signed = connection.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(12)).all()
        n_batches, n_keys = connection.execute(
            select(
                select(func.count()).select_from(batches).scalar_subquery(),
                select(func.count()).select_from(keys).scalar_subquery(),
            )
        ).one()
    verification = Job.objects.filter(kind="verify").first()
    context = {
        "size": size,
        "recorded_at": recorded_at,
        "root": last[0].root.hex() if last else "",
        "origin": desk.archive.configuration.origin,
        "log_key": verifier_key(desk.archive.ledger.origin, desk.archive.ledger.public_key("log")),
        "batches": [
            {"size": row.size, "first": row.first, "actor": row.actor, "n": row.size - row.first} for row in last
        ],
        "checkpoints": signed,
        "n_batches": n_batches,
        "n_keys": n_keys,
        "verification": verification,
        "verified": sorted(verification.outcome.items()) if verification else [],
        "signed_now": bool(signed) and signed[0].size == size,
    }
    return render(request, "integrity/integrity.html", context)


@screen(Action.VERIFY, WRITE)
def verify(request: DeskRequest) -> HttpResponse:
    """Have the whole ledger checked in the background."""
    return HttpResponseRedirect(reverse("job", args=[jobs.start(request.account, "verify").pk]))


@screen(Action.SEE_DEEDS)
def deeds(request: DeskRequest) -> HttpResponse:
    """Show what each account did: how many entries in how many batches, when last; never what they say."""
    desk = request.desk
    with desk.reading() as connection:
        rows = connection.execute(
            select(
                batches.c.actor,
                func.count().label("n_batches"),
                func.sum(batches.c.size - batches.c.first).label("n_entries"),
                func.max(batches.c.size).label("last"),
            ).group_by(batches.c.actor)
        ).all()
    done: dict[str, Any] = {row.actor: row for row in rows}
    shown = [
        {
            "key": account.key_id,
            "name": account.username,
            "role": account.get_role_display(),  # type: ignore[attr-defined]  # Django makes it
            "active": account.is_active,
            "done": done.pop(account.key_id, None),
        }
        for account in Account.objects.order_by("username")
    ]
    shown += [{"key": key, "name": "", "role": "", "active": True, "done": row} for key, row in sorted(done.items())]
    return render(request, "integrity/deeds.html", {"deeds": shown, "section": "integrity"})
