"""A source, and one account of it in the ledger: the words, the place, the entry that holds them."""

from __future__ import annotations

import json
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from sqlalchemy import func, select

from dalil.intake.register import accounts, sources
from dalil.protection import Action
from dalil.protection.access import unknown
from dalil.protection.opening import open_account, visible_sources
from dalil.values.ids import format_subject
from dalil.web.gate import DeskRequest, screen
from dalil.web.showing.dates import written_bounds
from dalil.web.showing.statements import groups_of, name_of, record_link
from dalil.web.showing.words import Words

A_PAGE: Final = 50


@screen(Action.SEE_RECORDS)
def source(request: DeskRequest, position: int) -> HttpResponse:
    """Show a source and its accounts."""
    desk = request.desk
    words = Words(desk.vocabulary, get_language() or "en")
    with desk.reading() as connection:
        row = connection.execute(select(sources).where(sources.c.id == position)).first()
        if row is None or position not in visible_sources(connection, desk.actor, [position]):
            raise unknown()
        own = accounts.c.source == position
        n_accounts = connection.execute(
            select(func.count()).select_from(accounts).where(own, accounts.c.until.is_(None))
        ).scalar_one()
        pages = Paginator(range(n_accounts), A_PAGE)
        page = pages.get_page(request.GET.get("page"))
        told = connection.execute(
            select(accounts)
            .where(own, accounts.c.until.is_(None))
            .order_by(accounts.c.row_key, accounts.c.id)
            .limit(A_PAGE)
            .offset((page.number - 1) * A_PAGE)
        ).all()
    body: dict[str, Any] = json.loads(row.body)
    context = {
        "source": row,
        "kind_label": words.term("source_kinds", row.kind),
        "published": written_bounds(row.published_lo, row.published_hi),
        "publisher": row.publisher,
        "code": body.get("code", ""),
        "url": body.get("url", ""),
        "copies": body.get("lineage", []),
        "accounts": told,
        "page": page,
        "n_accounts": n_accounts,
        "section": "search",
    }
    return render(request, "record/source.html", context)


@screen(Action.SEE_RECORDS)
def entry(request: DeskRequest, position: int) -> HttpResponse:
    """Show one account: what one source says in one place, as recorded."""
    desk = request.desk
    words = Words(desk.vocabulary, get_language() or "en")
    with desk.reading() as connection:
        dossier, told = open_account(connection, desk.vocabulary, desk.actor, position)
    line = next(iter(dossier.sources.values()))
    context = {
        "position": position,
        "source": line,
        "recorded_at": dossier.recorded[position],
        "subjects": [
            {
                "id": format_subject(subject),
                "link": record_link(dossier.identities.get(subject, subject)),
                "kind": words.kind(dossier.kinds.get(subject, views[0].kind)),
                "name": name_of(dossier, subject, words),
                "groups": groups_of(views, dossier, words),
            }
            for subject, views in told.items()
        ],
        "synthetic": line.synthetic,
    }
    return render(request, "record/entry.html", context)
