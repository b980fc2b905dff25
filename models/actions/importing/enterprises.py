"""Enterprises of a list, known by their unified social credit code."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.actions.importing.account import Account, Row, among
from models.rules.faults import Wrong
from models.tables import Enterprise

_COLUMNS = (
    Enterprise.id,
    Enterprise.credit_code,
    Enterprise.name,
    Enterprise.region,
    Enterprise.stage,
    Enterprise.stage_by,
)


def take(account: Account, batch: Sequence[Row], now: datetime) -> None:
    """Put those on the roster that are not; give the others the name, region and stage of the list.

    A stage that somebody of the enterprise told us stays, and so does one for which the list has none.
    """
    codes = [row.cells["credit_code"] for row in batch]
    these = among(account.connection, Enterprise.credit_code, codes)
    found = account.connection.execute(select(*_COLUMNS).where(these))
    known = {each.credit_code: each for each in found}
    new: dict[str | None, dict[str, Any]] = {}
    changes = []
    for row in batch:
        code = row.cells["credit_code"]
        old = known.get(code)
        if code in new or (old is not None and not account.is_first(old.id)):
            account.blame(row.number, "credit_code", Wrong.REPEATED)
        elif old is None:
            new[code] = {**row.cells, "created_at": now}
        elif account.reach is not None and old.region not in account.reach:
            account.blame(row.number, "credit_code", Wrong.CODE_TAKEN)
        else:
            change = _difference(old, row)
            if change is None:
                account.same += 1
            else:
                changes.append(change)
    for made in account.create(Enterprise, [*new.values()]):
        account.is_first(made)
    account.change(Enterprise, changes)


def _difference(old: Any, row: Row) -> tuple[int, dict[str, Any], dict[str, Any]] | None:
    before = {"name": old.name, "region": old.region, "stage": old.stage}
    stage = old.stage if old.stage_by is not None else row.cells["stage"] or old.stage
    after = {"name": row.cells["name"], "region": row.cells["region"], "stage": stage}
    return None if before == after else (old.id, before, after)
