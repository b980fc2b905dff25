"""The wall of a region: today's numbers and who waits longest, now and as of then, hold nothing of another."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from models.tables import Outbox
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, settle_in
from tests.contracts.api.test_rates_api import accept, act, resolve

ALL = ("messages", "steps", "disturbed", "helped")


def test_key_of_a_region_is_told_of_its_own_day_and_of_who_waits_there(desk: Desk) -> None:
    here, there = (settle_in(desk, region) for region in (SHENYANG, DALIAN))
    keys = (None, desk.key("viewer", SHENYANG), desk.key("viewer", DALIAN))
    then = desk.clock().isoformat()
    desk.clock.advance(timedelta(minutes=1))

    def walls(**asked: str) -> list[dict[str, Any]]:
        return [desk.get("/wall", key, **asked).json() for key in keys]

    for region, place in ((SHENYANG, here), (DALIAN, there)):
        act(desk, place.number, f"o-leader-{region}", accept, resolve)
        with desk.database.transaction() as session:
            rang = {"rang_for": place.enterprise, "rang_at": desk.clock()}
            session.execute(update(Outbox).where(Outbox.id == place.outbox).values(rang))
    today = [tuple(wall["today"][name] for name in ALL) for wall in walls()]
    assert today == [(2, 2, 2, 2), (1, 1, 1, 1), (1, 1, 1, 1)]
    waited = [[row["number"] for row in wall["oldest"]] for wall in walls(as_of=then)]
    assert waited == [[here.number, there.number], [here.number], [there.number]]
