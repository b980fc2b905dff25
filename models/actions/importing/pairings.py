"""Enterprises of a list into the care of the leaders it names: 20 a leader, one leader an enterprise."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.actions.importing.account import Account, Row, among
from models.actions.importing.leaders import leaders
from models.actions.roster import SLOTS
from models.queries.registry import inside
from models.rules.faults import Refused, Wrong
from models.tables import Enterprise, Pairing


class Slots:
    """The free slots of every leader that has come up, the lowest last."""

    def __init__(self) -> None:
        self._free: dict[int, list[int]] = {}

    def look_up(self, account: Account, ids: Collection[int]) -> None:
        """Find out about leaders that have not come up before."""
        new = set(ids) - self._free.keys()
        if not new:
            return
        taken: dict[int, set[int | None]] = {official_id: set() for official_id in new}
        wanted = select(Pairing.official_id, Pairing.slot)
        wanted = wanted.where(Pairing.official_id.in_(new), Pairing.ended_at.is_(None))
        for official_id, slot in account.connection.execute(wanted):
            taken[official_id].add(slot)
        for official_id, slots in taken.items():
            self._free[official_id] = [slot for slot in reversed(SLOTS) if slot not in slots]

    def take(self, official_id: int) -> int:
        """Return the lowest free slot of a leader, which is free no longer.

        Raises:
            Refused: there is none.
        """
        if not self._free[official_id]:
            raise Refused(Wrong.FULL)
        return self._free[official_id].pop()


def take(account: Account, batch: Sequence[Row], slots: Slots, now: datetime) -> None:
    """Pair those that are not paired; an enterprise in another's care is a fault of the list."""
    firms = _firms(account, [row.cells["credit_code"] for row in batch])
    cared = _cared_for(account, firms.values())
    named = leaders(account, {row.cells["official"] for row in batch})
    slots.look_up(account, [each.id for each in named.found])
    new: list[dict[str, Any]] = []
    for row in batch:
        firm = firms.get(row.cells["credit_code"])
        if firm is None:
            account.blame(row.number, "credit_code", Wrong.NO_ENTERPRISE)
            continue
        if not account.is_first(firm):
            account.blame(row.number, "credit_code", Wrong.REPEATED)
            continue
        try:
            official_id = named.the_one(*(row.cells[field] for field in ("official", "department", "region")))
            if firm not in cared:
                slot = slots.take(official_id)
                pairing = {"enterprise_id": firm, "official_id": official_id, "slot": slot, "since": now}
                new.append(pairing)
            elif cared[firm] == official_id:
                account.same += 1
            else:
                account.blame(row.number, "credit_code", Wrong.PAIRED)
        except Refused as refused:
            account.blame(row.number, "official", refused.wrong)
    account.create(Pairing, new)


def _firms(account: Account, codes: Sequence[str | None]) -> dict[str | None, int]:
    reach = None if account.reach is None else frozenset(account.reach)
    these = among(account.connection, Enterprise.credit_code, codes)
    wanted = select(Enterprise.credit_code, Enterprise.id).where(these, inside(Enterprise.region, reach))
    return {row[0]: row[1] for row in account.connection.execute(wanted)}


def _cared_for(account: Account, firms: Collection[int]) -> dict[int, int]:
    wanted = select(Pairing.enterprise_id, Pairing.official_id).where(
        Pairing.enterprise_id.in_(firms), Pairing.ended_at.is_(None)
    )
    return {row[0]: row[1] for row in account.connection.execute(wanted)}
