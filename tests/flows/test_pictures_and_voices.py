"""Pictures and voices travel both ways."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.delivery.media import CUT_OFF, REFUSED, RETRIES
from bot.simulator.media import BIGGEST, LIFE, silence
from models.actions.outbox import Notice
from models.rules.numbers import ticket_id_of
from models.tables import Delivery, Inbox, Media, Message, Person
from tests.flows.owning import a_minute_later
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OWNER
from tests.world import Phone, World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def send_picture(phone: Phone) -> None:
    answer = phone.world.sim.post(
        f"/phones/{phone.openid}/image", files={"media": ("a.png", PNG, "image/png")}
    )
    answer.raise_for_status()


def picture_on(phone: Phone) -> bytes:
    """Return the bytes of the next picture that arrives on a phone."""
    entry = phone.news()
    while entry["kind"] != "image":
        entry = phone.news()
    return phone.world.sim.get(f"/media/{entry['media_id']}").content


def test_picture_reaches_the_official_and_one_comes_back(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(REQUEST))

    send_picture(owner)
    a_minute_later(world)
    assert picture_on(leader) == PNG

    leader.say(f"受理 {number}")
    send_picture(leader)
    assert picture_on(owner) == PNG

    with world.database.reading() as session:
        kept = session.scalars(
            select(Media)
            .join(Message, Message.media_id == Media.id)
            .where(Message.ticket_id == ticket_id_of(number))
        ).all()
        for medium in kept:
            session.refresh(medium, ["data"])
        assert [(medium.data, medium.content_type) for medium in kept] == [(PNG, "image/png")] * 2


def voice_on(phone: Phone) -> bytes:
    """Return the bytes of the next recording that arrives on a phone."""
    entry = phone.news()
    while entry["kind"] != "voice":
        entry = phone.news()
    return phone.world.sim.get(f"/media/{entry['media_id']}").content


def test_voice_reaches_the_official_and_one_comes_back(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(REQUEST))

    owner.act("voice", seconds=3)
    a_minute_later(world)
    assert voice_on(leader) == silence(3)

    leader.say(f"受理 {number}")
    leader.act("voice", seconds=5)
    assert voice_on(owner) == silence(5)


def test_picture_is_passed_on_after_the_platform_forgot_it(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    owner.say(REQUEST)
    send_picture(owner)
    a_minute_later(world)
    world.until(lambda: _is_fetched(world))
    world.advance(days=4)

    leader.say("待办")

    assert picture_on(leader) == PNG


def test_picture_alone_opens_a_case(world: World) -> None:
    owner = world.phone(OWNER)
    send_picture(owner)

    assert "图片" in owner.say("进度")


@pytest.mark.parametrize("way", ["there", "back"])
def test_lost_picture_is_given_up_and_both_sides_are_told(world: World, way: str) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(REQUEST))
    leader.say(f"受理 {number}")
    sender, reader = (owner, leader) if way == "there" else (leader, owner)
    sender.silence()
    reader.silence()
    world.sim.post(
        "/faults", json={"kind": "errcode", "path": "/cgi-bin/media/get", "errcode": 40007, "times": None}
    )

    send_picture(sender)
    a_minute_later(world)

    assert "［图片］" in reader.news()["text"]
    world.until(lambda: _is_given_up_a_day_later(world))
    fetched = [call.errcode for call in world.platform.calls if call.path == "/cgi-bin/media/get"]
    assert fetched == [40007] * REFUSED.attempts

    owner.say("帮助")
    leader.say("帮助")
    assert f"{number} 对方发来的图片没能取到，已请对方再发一次" in reader.news()["text"]
    [asked] = sender.silence()
    assert number in asked
    assert "您发的图片没能收到" in asked
    assert "请再发一次" in asked


def test_picture_that_arrives_cut_off_is_fetched_again(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    owner.say(REQUEST)
    world.platform.faults.add("truncated", "/cgi-bin/media/get", times=CUT_OFF - 1)
    send_picture(owner)
    for n in range(1, CUT_OFF):
        world.until(lambda n=n: _fetches(world) == (n, True))  # type: ignore[misc]
        a_minute_later(world)
    assert picture_on(leader) == PNG


def test_picture_that_was_sent_without_its_end_is_passed_on_as_it_is(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    owner.say(REQUEST)
    world.platform.faults.add("truncated", "/cgi-bin/media/get", times=None)
    send_picture(owner)
    for n in range(1, CUT_OFF):
        world.until(lambda n=n: _fetches(world) == (n, True))  # type: ignore[misc]
        a_minute_later(world)
    assert picture_on(leader) == PNG[: len(PNG) // 2]


def test_patience_for_a_medium_lasts_for_most_of_its_life_and_no_longer() -> None:
    longest = sum((RETRIES.wait_after(n) for n in range(1, RETRIES.attempts)), timedelta())
    assert timedelta(days=2.5) < longest < LIFE


def _fetches(world: World) -> tuple[int, bool]:
    """Return how often the one medium was tried, and whether it is waiting for the next time."""
    with world.database.reading() as session:
        tried, due = session.execute(select(Media.fetch_attempts, Media.fetch_due_at)).one()
        is_waiting = due is not None and timedelta() < due - world.clock() < timedelta(seconds=60)
        return tried, is_waiting


def states(world: World, openid: str) -> list[str]:
    return [row.state for row in world.outbox() if row.person_id == world.roster.people[openid]]


def _is_given_up_a_day_later(world: World) -> bool:
    world.advance(days=1)
    with world.database.reading() as session:
        return session.scalars(select(Media.fetch_due_at)).one() is None


def _is_fetched(world: World) -> bool:
    with world.database.reading() as session:
        return session.scalars(select(Media.sha256)).first() is not None


@pytest.mark.parametrize("times", [1, 2])
def test_upload_that_the_platform_forgot_is_made_once_more_and_then_waits(world: World, times: int) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    owner.say(REQUEST)
    leader.news()
    leader.say("待办")
    world.sim.post(
        "/faults",
        json={"kind": "errcode", "path": "/cgi-bin/media/upload", "errcode": 40007, "times": times},
    )

    send_picture(owner)
    a_minute_later(world)

    state = Delivery.SENT if times == 1 else Delivery.PARKED
    world.until(lambda: states(world, LEADER) == [Delivery.SENT, Delivery.SENT, state])
    uploads = [call.errcode for call in world.platform.calls if call.path == "/cgi-bin/media/upload"]
    assert uploads == [40007] * times + [0] * (2 - times)
    if state == Delivery.PARKED:
        leader.say("待办")
    assert picture_on(leader) == PNG


def test_film_is_not_passed_on_and_both_sides_are_told(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(REQUEST))
    leader.news()

    assert "视频转不到对方" in send_film(owner)
    a_minute_later(world)
    assert "［视频，无法转发" in leader.news()["text"]
    leader.say(f"受理 {number}")
    owner.news()
    assert "视频转不到对方" in send_film(leader)
    assert "［视频，无法转发" in owner.news()["text"]
    world.deliver()
    assert {row.kind for row in world.outbox()} & {Notice.MEDIA} == set()
    assert {row.state for row in world.outbox() if row.person_id in told(world)} == {Delivery.SENT}


ODD = {
    "miniprogrampage": {"Title": "页", "AppId": "wx", "PagePath": "p", "ThumbMediaId": "T"},
    "file": {"Title": "合同.pdf", "FileKey": "K", "FileMd5": "0" * 32, "FileTotalLen": "102400"},
}


@pytest.mark.parametrize("kind", ODD)
def test_file_or_card_is_answered_and_goes_nowhere(world: World, kind: str) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    for phone in (owner, leader):
        said = phone.act("push", fields={"MsgType": kind, **ODD[kind]})
        assert said == "文件和卡片转不到对方，请改发图片（可截图、拍照）或文字。"
        assert phone.window()["remaining"] == 5
    a_minute_later(world)
    assert world.outbox() == []
    with world.database.reading() as session:
        assert session.scalars(select(Inbox.outcome)).all() == ["answer"] * 2
        assert session.scalars(select(Message.id)).all() == []
        assert set(session.scalars(select(Person.window_left).where(Person.openid.in_((OWNER, LEADER))))) == {
            5
        }


def test_unknown_kind_is_kept_and_met_with_silence(world: World) -> None:
    owner = world.phone(OWNER)
    assert owner.act("push", fields={"MsgType": "emoji", "Foo": "1"}) == ""
    with world.database.reading() as session:
        (kept,) = session.scalars(select(Inbox)).all()
    assert (kept.kind, kept.outcome) == ("unknown", "event")
    assert kept.sealed


@pytest.mark.parametrize("kind", ["file", "emoji"])
def test_odd_message_in_between_leaves_our_question_open(world: World, kind: str) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(REQUEST))
    asked = owner.say(f"补充 {number}")
    assert asked
    owner.act("push", fields={"MsgType": kind, "Title": "1"})
    assert number in owner.say("合同编号是2024-15")


def send_film(phone: Phone) -> str:
    """Send a film; return the answer."""
    return phone.act("push", fields={"MsgType": "video", "MediaId": "F", "ThumbMediaId": "T"})


def told(world: World) -> set[int]:
    return {world.roster.people[openid] for openid in (OWNER, LEADER)}


def test_copy_that_the_platform_lost_is_uploaded_once_more(world: World) -> None:
    owner, leader, aide = world.phone(OWNER), world.phone(LEADER), world.phone(AIDE)
    leader.say("待办")
    owner.say(REQUEST)
    send_picture(owner)
    a_minute_later(world)
    assert picture_on(leader) == PNG
    world.deliver()
    with world.database.reading() as session:
        copy = session.scalars(select(Media.upload_id)).one()
    del world.platform.media._kept[copy or ""]

    aide.say("待办")

    assert picture_on(aide) == PNG
    sent = [call.errcode for call in world.platform.calls if call.path.endswith("custom/send")]
    assert sent.count(40007) == 1
    assert [row.misses for row in world.outbox() if row.kind == Notice.MEDIA] == [0, 0]


SPEEX = b"Speex   1.2" + b"\0" * 200
TOO_BIG = PNG + b"\0" * BIGGEST["image"]
TOO_LONG = silence(60) + b"\x7c" * BIGGEST["voice"]


def send(phone: Phone, act: str, content: bytes) -> None:
    answer = phone.world.sim.post(f"/phones/{phone.openid}/{act}", files={"media": ("a", content)})
    answer.raise_for_status()


@pytest.mark.parametrize("way", ["there", "back"])
@pytest.mark.parametrize(
    ("act", "content"),
    [("voice", SPEEX), ("voice", TOO_LONG), ("image", TOO_BIG)],
    ids=["speex", "long", "big"],
)
def test_medium_that_the_platform_does_not_take_back_is_told_to_both_sides(
    world: World, way: str, act: str, content: bytes
) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(REQUEST))
    leader.say(f"受理 {number}")
    sender, reader = (owner, leader) if way == "there" else (leader, owner)
    sender.silence()
    reader.silence()

    send(sender, act, content)
    a_minute_later(world)
    world.until(lambda: any("对方发来的" in text for text in reader.silence()))

    [asked] = sender.silence()
    named, instead = ("语音", "文字") if act == "voice" else ("图片", "截图或文字")
    assert f"您发的{named}微信不让转发，对方看不到，请换成{instead}再发一次" in asked
    assert Delivery.DEAD not in {row.state for row in world.outbox()}


@pytest.mark.parametrize("code", [40005, 40006, 40009, 45001])
def test_upload_that_is_refused_for_good_is_told_once(world: World, code: int) -> None:
    owner, leader, aide = world.phone(OWNER), world.phone(LEADER), world.phone(AIDE)
    leader.say("待办")
    aide.say("待办")
    owner.say(REQUEST)
    world.platform.faults.add("errcode", "/cgi-bin/media/upload", errcode=code, times=None)

    send_picture(owner)
    a_minute_later(world)

    for reader in (leader, aide):
        world.until(lambda reader=reader: any("微信不让转发" in text for text in reader.silence()))  # type: ignore[misc]
    assert len([text for text in owner.silence() if "您发的图片微信不让转发" in text]) == 1
    assert Delivery.DEAD not in {row.state for row in world.outbox()}
