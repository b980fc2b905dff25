"""Officials of a list, known by name, department and region."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import select

from models.actions.importing.account import Account, Row
from models.actions.importing.leaders import Leaders, leaders
from models.rules.faults import Refused, Wrong
from models.tables import Official, OfficialKind

Key = tuple[str | None, ...]


def take(account: Account, batch: Sequence[Row], now: datetime) -> None:
    """Put those on the roster that are not; give the others the post and the last digits of the list.

    Who works for whom, and as what, a list does not change: cases hang on it.
    """
    names = {row.cells["name"] for row in batch}
    known: dict[Key, list[Found[Any]]] = {}
    for each in account.connection.execute(select(Official.__table__).where(Official.name.in_(names))):
        known.setdefault((each.name, each.department, each.region), []).append(each)
    above = leaders(account, {row.cells["leader"] for row in batch} - {None})
    new: dict[Key, dict[str, Any]] = {}
    changes = []
    for row in batch:
        key = tuple(row.cells[field] for field in ("name", "department", "region"))
        try:
            old = _known(known.get(key, []))
            if key in new or (old is not None and not account.is_first(old.id)):
                account.blame(row.number, "name", Wrong.REPEATED)
            elif old is None:
                new[key] = _new(row, above, now)
            elif (change := _difference(old, row, above)) is not None:
                changes.append(change)
            else:
                account.same += 1
        except _Blamed as blamed:
            account.blame(row.number, blamed.column, blamed.wrong)
    for made in account.create(Official, [*new.values()]):
        account.is_first(made)
    account.change(Official, changes)


def is_aide(row: Row) -> bool:
    """Whether a row is an aide's: those come after all leaders, wherever they stand in the list."""
    return row.cells["kind"] == OfficialKind.AIDE


class _Blamed(Exception):
    def __init__(self, column: str, wrong: Wrong) -> None:
        super().__init__(column, wrong)
        self.column, self.wrong = column, wrong


def _known(found: Sequence[Found[Any]]) -> Found[Any] | None:
    in_office = [each for each in found if each.is_active]
    if len(in_office) > 1:
        raise _Blamed("name", Wrong.WHICH_OFFICIAL)
    if found and not in_office:
        raise _Blamed("name", Wrong.LEFT)
    return in_office[0] if in_office else None


def _new(row: Row, above: Leaders, now: datetime) -> dict[str, Any]:
    kept = ("name", "post", "department", "region", "phone_tail")
    return {field: row.cells[field] for field in kept} | {
        "kind": row.cells["kind"] or OfficialKind.LEADER.value,
        "leader_id": _leader_of(row, above),
        "is_active": True,
        "created_at": now,
    }


def _leader_of(row: Row, above: Leaders) -> int | None:
    cells = row.cells
    if cells["leader"] is None:
        return None
    try:
        return above.nearest(
            cells["leader"], cells["leader_department"], (cells["department"], cells["region"])
        )
    except Refused as refused:
        raise _Blamed("leader", refused.wrong) from None


def _difference(
    old: Found[Any], row: Row, above: Leaders
) -> tuple[int, dict[str, Any], dict[str, Any]] | None:
    if old.kind != (row.cells["kind"] or OfficialKind.LEADER):
        raise _Blamed("kind", Wrong.OTHER_KIND)
    if old.leader_id != _leader_of(row, above):
        raise _Blamed("leader", Wrong.OTHER_LEADER)
    before = {"post": old.post, "phone_tail": old.phone_tail}
    after = {"post": row.cells["post"], "phone_tail": row.cells["phone_tail"] or old.phone_tail}
    return None if before == after else (old.id, before, after)
