"""One message that the platform takes only in parts: each costs, and one that is left behind is a repeat later."""

import pytest
from sqlalchemy import select

from bot.delivery.media import Uploads
from bot.delivery.sender import Sender
from bot.wechat.client import Client
from models.actions.deliveries import Claimed, Item
from models.actions.outbox import Notice, tell
from models.actions.settlements import Fate
from models.rules.retry import Failure
from models.rules.windows import Channel
from models.session import Database
from models.tables import Delivery, Outbox
from tests.faults.posting import attempts, refuse, until_due, until_tried, wait_for
from tests.faults.test_platform_refuses import left
from tests.roster import LEADER
from tests.unit.models.stage import cause_of
from tests.unit.wechat.talks import NOW, OK, Platform, told
from tests.unit.wechat.tiny_server import Reply, Request, Server, as_json
from tests.world import World

WORDS = "政" * 390
NEWS = {
    "number": "1010",
    "title": "尾款",
    "kind": "text",
    "text": WORDS,
    "by": {"post": "副市长", "name": "安予诚", "aide": False},
}
"""With our own words around them more than half of what a chat message holds, and less than all of it."""
TOO_LONG = as_json({"errcode": 45002, "errmsg": "content size out of limit"})


def post_long(world: World) -> int:
    """Have the leader told something that goes in two parts where it is too long as one; return its id."""
    person = world.roster.people[LEADER]
    with world.database.transaction() as session:
        cause = cause_of(session, person)
        tell(session, [person], Notice.REPLIED, NEWS, **cause, now=world.clock(), key="long")
    with world.database.reading() as session:
        return session.scalars(select(Outbox.id).where(Outbox.dedupe_key.startswith("long:"))).one()


def test_message_that_is_too_long_goes_in_parts_and_each_is_counted(world: World) -> None:
    leader = world.phone(LEADER)
    leader.say("待办")
    refuse(world, 45002)
    news = post_long(world)

    assert wait_for(world, news, Delivery.SENT).doubts == 0
    assert "".join(leader.silence()).count("政") == len(WORDS)
    assert attempts(world, news) == [("sent", None)]
    assert left(world) == leader.window()["remaining"] == 3


def test_message_of_which_one_part_was_taken_says_that_it_repeats_it(world: World) -> None:
    leader = world.phone(LEADER)
    leader.say("待办")
    windows = world.platform.users[LEADER].windows
    for _ in range(4):
        windows.spend(world.clock())
    refuse(world, 45002)
    news = post_long(world)

    assert until_tried(world, news, 1).doubts == 1
    until_due(world, news)
    wait_for(world, news, Delivery.PARKED)
    leader.say("待办")
    wait_for(world, news, Delivery.SENT)
    first, again = leader.silence()
    assert first.startswith("副市长 安予诚")
    assert again.startswith("（可能重复）副市长 安予诚")
    assert attempts(world, news) == [("again", 45047), ("window_closed", 45047), ("sent", None)]
    assert left(world) == leader.window()["remaining"] == 4


@pytest.mark.parametrize(
    ("answer", "code", "concerns"),
    [
        (Reply(status=502), None, ""),
        (Reply(reset=True), None, ""),
        (as_json({"errcode": -1, "errmsg": "system error"}), -1, ""),
        (as_json({"errcode": 87014, "errmsg": "risky content"}), 87014, ""),
        (as_json({"errcode": 45011, "errmsg": "api minute-quota reached"}), 45011, "account"),
        (as_json({"errcode": 45009, "errmsg": "reach max api daily quota"}), 45009, "channel"),
    ],
    ids=["not taken", "no answer", "busy", "refused", "too fast", "quota"],
)
def test_part_that_fails_behind_one_that_was_taken_is_a_doubt(
    sqlite_url: str, answer: Reply, code: int | None, concerns: str
) -> None:
    answers = iter([TOO_LONG, OK, answer])
    item = Item(1, Notice.REPLIED, NEWS, media_id=None, attempt=1, misses=0, doubts=0)
    claimed = Claimed(1, "oA", Channel.CUSTOM, (item,), at=NOW)

    async def story(client: Client, _: Server) -> None:
        sender = Sender(client, Uploads(Database(sqlite_url), client, lambda: NOW), lambda: NOW)
        [outcome] = await sender.send(claimed)
        assert (outcome.fate, outcome.failure, outcome.code) == (Fate.AGAIN, Failure.DOUBTFUL, code)
        assert (outcome.was_counted, outcome.parts) == (True, 1)
        assert outcome.is_of_account is (concerns == "account")
        assert outcome.is_of_channel is (concerns == "channel")

    def reply(_: Request) -> Reply:
        return next(answers)

    told(Platform(reply), story)
