"""Other systems are told of events: signed, in their region, repeated for a day, logged and replayed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.actions import postings
from models.actions.postings import Outcome
from models.tables import ApiKey, IdempotentAnswer, Webhook, WebhookDelivery
from tests.contracts.api.desk import DALIAN, HEPING, PROVINCE, SHENYANG, Call, Desk, request, settle_in
from tests.contracts.api.receiver import Receiver, receiving, signatures
from tests.contracts.api.test_tickets_api import accept

OWNER = f"o-owner-{SHENYANG}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody else's system."""
    with receiving() as listening:
        yield listening


@pytest.fixture
def open_desk(database_url: str) -> Iterator[Desk]:
    """A desk that may post to this machine."""
    with Desk.open(database_url, webhooks_http=True, webhooks_private=True) as opened:
        yield opened
        opened.loop.run(opened.service.webhooks._poster.aclose())


def added(desk: Desk, receiver: Receiver, key: str | None = None, **more: Any) -> dict[str, Any]:
    answer = desk.post("/webhooks", {"name": "数据平台", "url": receiver.url} | more, key=key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def at(hook: dict[str, Any], tail: str = "") -> str:
    return f"/webhooks/{hook['id']}{tail}"


def tell(desk: Desk) -> None:
    """Post everything that is due now."""
    loop = desk.service.webhooks

    async def posting() -> None:
        await loop.once()
        while loop._flying:
            await loop.once()

    desk.loop.run(posting())


def submit(desk: Desk, openid: str = OWNER) -> str:
    with desk.database.transaction() as session:
        return request(session, openid, desk)


def told(desk: Desk, hook: dict[str, Any]) -> list[dict[str, Any]]:
    return list(desk.get(at(hook, "/deliveries")).json()["items"])


def tries(desk: Desk, hook: dict[str, Any], row: dict[str, Any]) -> list[dict[str, Any]]:
    return list(desk.get(at(hook, f"/deliveries/{row['id']}")).json()["tries"])


def test_event_is_posted_signed_as_the_feed_shows_it(open_desk: Desk, receiver: Receiver) -> None:
    settle_in(open_desk, SHENYANG)
    open_desk.events(1)
    hook = added(open_desk, receiver)
    submit(open_desk)
    event = open_desk.events(2)[1]
    tell(open_desk)
    assert receiver.told == [{"type": "ticket.submit", "timestamp": event["at"], "data": event}]
    [post] = receiver.posts
    assert signatures(post, hook["secret"]) == [True]
    assert post[0]["content-type"] == "application/json"
    assert post[0]["webhook-timestamp"] == str(int(open_desk.clock().timestamp()))
    [sent] = told(open_desk, hook)
    assert (sent["state"], sent["event_id"], sent["attempts"]) == ("sent", event["id"], 1)
    assert post[0]["webhook-id"] == f"msg_{sent['id']}"
    tell(open_desk)
    assert len(receiver.posts) == 1
    assert [(each["status"], each["error"]) for each in tries(open_desk, hook, sent)] == [(204, None)]


def test_webhook_hears_of_its_region_and_verbs_only(open_desk: Desk, receiver: Receiver) -> None:
    here = settle_in(open_desk, SHENYANG)
    settle_in(open_desk, DALIAN)
    open_desk.events(2)
    hook = added(open_desk, receiver, open_desk.key("admin", SHENYANG), region=SHENYANG, events=["accept"])
    submit(open_desk)
    submit(open_desk, f"o-owner-{DALIAN}")
    accept(open_desk, here.number)
    open_desk.events(5)
    tell(open_desk)
    said = [(body["type"], body["data"]["ticket"]) for body in receiver.told]
    assert said == [("ticket.accept", here.number)]
    assert len(told(open_desk, hook)) == 1
    assert OWNER not in receiver.posts[0][1].decode()


def test_failed_post_is_repeated_for_a_day_and_can_be_replayed(open_desk: Desk, receiver: Receiver) -> None:
    hook = added(open_desk, receiver)
    assert open_desk.post(at(hook, "/test")).status_code == 202
    receiver.status = 500
    begun = open_desk.clock()
    while (row := told(open_desk, hook)[0])["state"] != "dead":
        assert row["state"] == "pending"
        tell(open_desk)
        open_desk.clock.advance(timedelta(hours=1))
    assert timedelta(hours=22) < open_desk.clock() - begun <= timedelta(hours=25)
    count = len(receiver.posts)
    assert count == row["attempts"] > 20
    assert [each["status"] for each in tries(open_desk, hook, row)] == [500] * count

    receiver.status = 200
    tell(open_desk)
    assert len(receiver.posts) == count
    path = at(hook, f"/deliveries/{row['id']}")
    assert open_desk.post(f"{path}/replay").status_code == 202
    early = open_desk.post(f"{path}/replay")
    assert (early.status_code, early.json()["type"]) == (409, "urn:liaison:not-settled")
    tell(open_desk)
    assert open_desk.get(path).json()["state"] == "sent"
    assert {post[0]["webhook-id"] for post in receiver.posts} == {f"msg_{row['id']}"}
    assert receiver.told[-1]["type"] == "ping"
    assert open_desk.post(f"{path}/replay").status_code == 202
    tell(open_desk)
    assert len(receiver.posts) == count + 2


def test_redirects_are_not_followed(open_desk: Desk, receiver: Receiver) -> None:
    hook = added(open_desk, receiver)
    open_desk.post(at(hook, "/test"))
    receiver.status = 302
    tell(open_desk)
    assert len(receiver.posts) == 1
    assert told(open_desk, hook)[0]["state"] == "pending"


def test_rotated_secret_signs_beside_the_old_one_for_its_grace(open_desk: Desk, receiver: Receiver) -> None:
    hook = added(open_desk, receiver)
    turned = open_desk.post(at(hook, "/rotate"), {"grace": 60}).json()
    for expected in ([True, False], [True]):
        open_desk.post(at(hook, "/test"))
        tell(open_desk)
        assert signatures(receiver.posts[-1], turned["secret"]) == expected
        assert any(signatures(receiver.posts[-1], hook["secret"])) == (len(expected) == 2)
        open_desk.clock.advance(timedelta(seconds=60))


def test_receiver_that_is_gone_is_left_alone(open_desk: Desk, receiver: Receiver) -> None:
    hook = added(open_desk, receiver)
    open_desk.post(at(hook, "/test"))
    receiver.status = 410
    tell(open_desk)
    [row] = told(open_desk, hook)
    assert (open_desk.get(at(hook)).json()["disabled_why"], row["state"]) == ("gone", "dead")
    for what in ("/test", f"/deliveries/{row['id']}/replay"):
        refused = open_desk.post(at(hook, what))
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:liaison:webhook-off")
    noted = open_desk.looks("disable webhook", 1)
    assert [row["actor"]["kind"] for row in noted] == ["system"]
    assert [(row["deed"], row["object"], row["reason"]) for row in noted] == [
        ("change", f"webhooks/{hook['id']}", "answered 410")
    ]


def test_disabled_webhook_hears_nothing_and_later_what_happens_then(
    open_desk: Desk, receiver: Receiver
) -> None:
    settle_in(open_desk, SHENYANG)
    open_desk.events(1)
    hook = added(open_desk, receiver)
    assert open_desk.post(at(hook, "/disable")).json()["disabled_why"] == "asked"
    submit(open_desk)
    open_desk.events(2)
    tell(open_desk)
    assert open_desk.post(at(hook, "/enable")).json()["disabled_at"] is None
    number = submit(open_desk)
    open_desk.events(3)
    tell(open_desk)
    assert [body["data"]["ticket"] for body in receiver.told] == [number]
    assert open_desk.send("DELETE", at(hook), open_desk.key()).status_code == 204
    assert open_desk.get(at(hook)).status_code == 404
    submit(open_desk)
    open_desk.events(4)
    tell(open_desk)
    assert len(receiver.posts) == 1


def test_webhook_ends_with_its_key(open_desk: Desk, receiver: Receiver) -> None:
    settle_in(open_desk, SHENYANG)
    open_desk.events(1)
    hook = added(open_desk, receiver, open_desk.key("admin", PROVINCE))
    open_desk.post(at(hook, "/test"))
    submit(open_desk)
    open_desk.events(2)
    with open_desk.database.transaction() as session:
        revoke = update(ApiKey).where(ApiKey.id == hook["key_id"]).values(revoked_at=open_desk.clock())
        session.execute(revoke)
    tell(open_desk)
    assert receiver.posts == []
    open_desk.clock.advance(timedelta(hours=25))
    with open_desk.database.transaction() as session:
        postings.forget(session, now=open_desk.clock())
    assert [row["state"] for row in told(open_desk, hook)] == ["dead"]


def test_post_of_a_dead_worker_is_made_by_the_next(open_desk: Desk, receiver: Receiver) -> None:
    """And what the first says when it wakes up again is logged, and decides nothing."""
    hook = added(open_desk, receiver)
    open_desk.post(at(hook, "/test"))
    with open_desk.database.transaction() as session:
        [late] = postings.claim(session, "dead", limit=5, now=open_desk.clock())
    tell(open_desk)
    assert receiver.posts == []
    open_desk.clock.advance(postings.LEASE)
    tell(open_desk)
    assert len(receiver.posts) == 1
    with open_desk.database.transaction() as session:
        postings.settle(session, Outcome(late, open_desk.clock(), 9, error="timeout"), jitter=0.5)
    [row] = told(open_desk, hook)
    assert (row["state"], row["attempts"]) == ("sent", 2)
    assert [each["status"] for each in tries(open_desk, hook, row)] == [204, None]


def test_slow_receiver_leaves_room_for_others(open_desk: Desk, receiver: Receiver) -> None:
    first, second = added(open_desk, receiver), added(open_desk, receiver)
    for hook, count in ((first, 20), (second, 1)):
        for _ in range(count):
            open_desk.post(at(hook, "/test"))
    with open_desk.database.transaction() as session:
        claimed = postings.claim(session, "w", limit=16, now=open_desk.clock())
        more = postings.claim(session, "w", limit=16, busy={first["id"]}, now=open_desk.clock())
    mine = [post.webhook_id for post in claimed]
    assert (mine.count(first["id"]), mine.count(second["id"]), more) == (postings.FOR_ONE, 1, [])


def test_names_that_lead_to_private_addresses_are_refused_when_we_connect(
    desk: Desk, receiver: Receiver
) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    hook = added(desk, receiver, url=f"https://localhost:{port}/in")
    desk.post(at(hook, "/test"))
    tell(desk)
    [row] = told(desk, hook)
    assert [each["error"] for each in tries(desk, hook, row)] == ["refused: no private address"]
    assert receiver.posts == []


@pytest.mark.parametrize(
    "wrong",
    [{"url": "http://example.cn/"}, {"url": "https://127.0.0.1/"}, {"url": "https://[::1]/"}, {"url": "x"},
     {"events": ["rain"]}, {"region": "999999"}, {"name": ""}, {"secret": "mine"}],
)  # fmt: skip
def test_senseless_webhooks_are_refused(small_desk: Desk, wrong: dict[str, Any]) -> None:
    body = {"name": "n", "url": "https://example.cn/"}
    assert small_desk.post("/webhooks", body | wrong).status_code == 422
    assert small_desk.get("/webhooks").json()["items"] == []


def test_secret_is_shown_once_and_is_nowhere_in_the_database(open_desk: Desk, receiver: Receiver) -> None:
    body = {"name": "n", "url": receiver.url}
    first, again = (open_desk.post("/webhooks", body, once="one") for _ in range(2))
    assert again.json() == first.json() | {"secret": None}
    secret = first.json()["secret"]
    assert secret.startswith("whsec_")
    for path in ("/webhooks", at(first.json())):
        assert secret not in open_desk.get(path).text
    with open_desk.database.reading() as session:
        rows = [*session.scalars(select(Webhook)), *session.scalars(select(IdempotentAnswer))]
        assert [row for row in rows if secret in str(vars(row))] == []


def test_webhooks_of_other_regions_do_not_exist(open_desk: Desk, receiver: Receiver) -> None:
    mine, theirs, whole = (added(open_desk, receiver, region=region) for region in (HEPING, DALIAN, None))
    local = open_desk.key("admin", SHENYANG)
    assert [row["id"] for row in open_desk.get("/webhooks", local).json()["items"]] == [mine["id"]]
    for hook in (theirs, whole):
        open_desk.post(at(hook, "/test"))
        one = f"/deliveries/{told(open_desk, hook)[0]['id']}"
        verbs = ("/test", "/rotate", "/disable", "/enable", f"{one}/replay")
        calls: list[Call] = [("POST", at(hook, verb), {}) for verb in verbs]
        calls += [("GET", at(hook, tail), {}) for tail in ("", "/deliveries", one)]
        answers = open_desk.all_at_once([*calls, ("DELETE", at(hook), {})], local)
        assert {a.status_code for a in answers} == {404}
    for region, status in ((None, 403), (PROVINCE, 403), (DALIAN, 403), (HEPING, 201)):
        body = {"name": "n", "url": receiver.url, "region": region}
        assert open_desk.post("/webhooks", body, key=local).status_code == status


def test_what_was_settled_is_forgotten_after_a_month(open_desk: Desk, receiver: Receiver) -> None:
    hook = added(open_desk, receiver)
    open_desk.post(at(hook, "/test"))
    tell(open_desk)
    for days, left in ((29, 1), (2, 0)):
        open_desk.clock.advance(timedelta(days=days))
        with open_desk.database.transaction() as session:
            postings.forget(session, now=open_desk.clock())
        assert len(told(open_desk, hook)) == left
    with open_desk.database.reading() as session:
        assert session.scalars(select(WebhookDelivery)).all() == []
