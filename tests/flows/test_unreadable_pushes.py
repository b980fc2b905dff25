"""A push that is the platform's and that nobody can read is kept, answered, and shown to those who reconcile."""

import secrets
from typing import Any

import pytest
from sqlalchemy import select

from bot.wechat.crypto import Cipher
from models.actions import access
from models.tables import Inbox, Person
from tests.faults.wire import wire_to
from tests.roster import OWNER
from tests.world import World

HEAD = (
    "<xml><ToUserName>gh_x</ToUserName><FromUserName>{}</FromUserName><CreateTime>1764000000</CreateTime>"
    "<MsgType>event</MsgType><Event>{}</Event>"
)
TOO_DEEP = HEAD.format(OWNER, "weather_changed") + "<a>" * 7 + "</a>" * 7 + "</xml>"


def reconciliation(world: World) -> list[dict[str, Any]]:
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, raw, name="n", role="viewer", region=None, now=world.clock())
    answer = world.web.get("/api/v1/reconciliation", headers={"Authorization": f"Bearer {raw}"})
    return list(answer.json()["items"])


def test_unreadable_push_is_kept_once_and_listed(world: World) -> None:
    wire = wire_to(world)

    answers = [wire.post(wire.parcel_of(TOO_DEEP)) for _ in range(3)]

    assert [(answer.status, answer.body) for answer in answers] == [(200, b"success")] * 3
    assert [row["kind"] for row in reconciliation(world)] == ["unreadable"]
    assert 'liaison_inbound_total{kind="unreadable",outcome="shelved"}' in world.web.get("/metrics").text
    with world.database.reading() as session:
        kept = session.scalars(select(Inbox)).one()
        assert kept.received_at == world.clock()
        account = world.platform.account
        assert Cipher(account.aes_key, account.app_id).decrypt(kept.sealed) == TOO_DEEP.encode()


@pytest.mark.parametrize(
    "push",
    [
        HEAD.format("o-publisher", "PUBLISHJOBFINISH")
        + "<PublishEventInfo><fail_idx>1</fail_idx><fail_idx>2</fail_idx></PublishEventInfo></xml>",
        HEAD.format("o-publisher", "weather_changed") + "<Place>1</Place><Place>2</Place></xml>",
    ],
)
def test_event_that_repeats_itself_in_ways_we_do_not_read_is_an_event_like_others(
    world: World, push: str
) -> None:
    wire = wire_to(world)

    answers = [wire.post(wire.parcel_of(push)) for _ in range(2)]

    assert [(answer.status, answer.body) for answer in answers] == [(200, b"success")] * 2
    assert reconciliation(world) == []
    with world.database.reading() as session:
        rows = session.execute(
            select(Inbox.outcome, Person.openid).join(Person, Person.id == Inbox.person_id)
        )
        assert [tuple(row) for row in rows] == [("event", "o-publisher")]


def test_person_whose_push_was_unreadable_is_served_as_ever(world: World) -> None:
    wire = wire_to(world)
    wire.post(wire.parcel_of(TOO_DEEP))

    assert world.phone(OWNER).say("管委会欠我们工程尾款320万，验收一年多了还不给").startswith("收到，编号 ")
    assert world.unsettled() == 1
