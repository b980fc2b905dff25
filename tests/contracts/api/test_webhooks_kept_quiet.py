"""保密: other systems are told that something happened in a shielded case, and no words of it."""

import json

from models.actions import office, shielding
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from tests.contracts.api.desk import SHENYANG, Desk, request, settle_in
from tests.contracts.api.receiver import Receiver
from tests.contracts.api.test_ledgers_api import owner, ticket
from tests.contracts.api.test_webhooks_api import OWNER, added, open_desk, receiver, tell

__all__ = ["open_desk", "receiver"]


def brought(desk: Desk, words: str) -> str:
    """A case that is accepted, of which the ledger holds something."""
    with desk.database.transaction() as session:
        number = request(session, OWNER, desk, words)
        row = ticket(session, number)
        entered = {"amount": "880.00", "debtor": words[:4]}
        office.accept(session, row, owner(session, row), entered=entered, now=desk.clock())
    return number


def hide(desk: Desk, number: str) -> None:
    with desk.database.transaction() as session:
        by = Actor(Role.SUPERVISOR, None, signed="督查室")
        shielding.shield(session, ticket(session, number), by, reason="牵涉竞岚", now=desk.clock())


def event(post: str) -> tuple[str | None, str | None]:
    """Return by what a guess at the words of a posted event could be tried."""
    data = json.loads(post)["data"]
    return data["data"].get("salt"), data["digest"]


def test_webhook_hears_no_words_of_a_shielded_case(open_desk: Desk, receiver: Receiver) -> None:
    settle_in(open_desk, SHENYANG)
    open_desk.events(1)
    added(open_desk, receiver)
    secret, plain = (brought(open_desk, f"{each}欠我们工程款") for each in ("竞岚集团", "浑南开发"))
    hide(open_desk, secret)
    open_desk.events(6)
    for _ in range(3):
        tell(open_desk)
    told = {
        number: [post[1].decode() for post in receiver.posts if f'"{number}"' in post[1].decode()]
        for number in (secret, plain)
    }
    assert "浑南开发" in "".join(told[plain])
    assert "880.00" in "".join(told[plain])
    assert [len(each) for each in told.values()] == [3, 2], "that it happened is no secret"
    assert [word for word in ("880.00", "竞岚") if word in "".join(told[secret])] == []
    seals = [event(post) for each in (plain, secret) for post in told[each]]
    assert [(salt is None, digest is None) for salt, digest in seals[:2]] == [(True, False)] * 2
    assert seals[2:] == [(None, None)] * 3, "with them whoever guesses the words could try the guess"


def test_feed_has_nothing_by_which_words_of_a_shielded_case_could_be_tried(small_desk: Desk) -> None:
    settle_in(small_desk, SHENYANG)
    number = brought(small_desk, "竞岚集团欠我们工程款")
    hide(small_desk, number)
    for key in (None, small_desk.key("viewer")):
        feed = small_desk.get("/events", key).json()["items"]
        mine = [each for each in feed if each["ticket"] == number]
        assert [each["verb"] for each in mine] == ["submit", "accept", "shield"]
        assert {(each["previous"], each["digest"], each["data"].get("salt")) for each in mine} == {
            (None,) * 3
        }
        alone = [small_desk.get(f"/events/{each['id']}", key).json() for each in mine]
        assert alone == mine, "asked for by itself it tells no more"
        assert all(each["digest"] for each in feed if each not in mine)
    whole = small_desk.get(f"/tickets/{number}/events").json()["items"]
    assert "竞岚" in whole[-1]["data"]["reason"]
    assert whole[-1]["digest"]
    assert whole[-1]["data"]["salt"]
