"""Withdrawing a load as a whole."""

from __future__ import annotations

from sqlalchemy import Engine, func, select

from dalil.errors import UnknownSubject
from dalil.intake.register import accounts
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger
from dalil.ledger.store import reading


def n_standing(engine: Engine, load: str) -> int:
    """Return how many accounts of a load still stand."""
    with reading(engine) as connection:
        query = select(func.count()).select_from(accounts).where(accounts.c.load == load, accounts.c.until.is_(None))
        return int(connection.execute(query).scalar_one())


def withdraw_load(*, ledger: Ledger, engine: Engine, load: str, reason: str, by: Signer) -> int:
    """Withdraw every account of a load; return how many. They stay in the ledger, and in what was known before.

    Raises
    ------
    UnknownSubject
        No such load, or one already withdrawn.
    """
    n_accounts = n_standing(engine, load)
    if not n_accounts:
        raise UnknownSubject(
            "There is no such load to withdraw.",
            expected="the id of a load with accounts that still stand",
            found=load[:40],
            todo="`dalil intake loads` lists them.",
        )
    ledger.append([Draft(Kind.DECISION, {"decision": "withdraw", "load": load, "reason": reason})], by=by)
    return n_accounts
