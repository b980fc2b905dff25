"""Pictures and voices travel both ways."""

import base64

from sqlalchemy import select

from models.rules.numbers import ticket_id_of
from models.tables import Media, Message
from tests.flows.owning import a_minute_later
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
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


def test_voice_reaches_the_official(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    owner.say(REQUEST)

    owner.act("voice", seconds=3)
    a_minute_later(world)

    entry = leader.news()
    while entry["kind"] != "voice":
        entry = leader.news()
    assert world.sim.get(f"/media/{entry['media_id']}").content.startswith(b"#!AMR")


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


def test_lost_picture_is_given_up_and_words_still_arrive(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    owner.say(REQUEST)
    leader.news()
    world.sim.post(
        "/faults", json={"kind": "errcode", "path": "/cgi-bin/media/get", "errcode": 40007, "times": None}
    )

    send_picture(owner)
    a_minute_later(world)

    assert "［图片］" in leader.news()["text"]


def _is_fetched(world: World) -> bool:
    with world.database.reading() as session:
        return session.scalars(select(Media.sha256)).first() is not None
