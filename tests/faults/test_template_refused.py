"""A fault of our own template costs nobody a consent, and goes by the next way, or waits until it is mended."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select

from bot.simulator import Template
from models.actions import settlements
from models.actions.outbox import Notice
from models.tables import Attempt, Consent, Delivery
from tests.faults.posting import (
    INFORM,
    NOTIFY,
    attempts,
    calls,
    left_of,
    post,
    post_each,
    reader,
    refuse,
    row,
    wait_for,
)
from tests.world import SUBSCRIPTION, TEMPLATE, World

OURS = (40036, 40037, 40039, 43116, 40249, 45026, 47003, 200011)
"""The template, its address, its values, its number: the operator's to mend."""


@pytest.fixture
def subscribed(database_url: str) -> Iterator[World]:
    """An account with a subscription notice and no other."""
    with World.running(database_url, wechat_subscription_id=SUBSCRIPTION) as world:
        yield world


@pytest.fixture
def both(database_url: str) -> Iterator[World]:
    """An account with a subscription notice and a template."""
    ids = {"wechat_subscription_id": SUBSCRIPTION, "wechat_template_id": TEMPLATE}
    with World.running(database_url, **ids) as world:
        yield world


def rearm(world: World, outbox_id: int) -> None:
    with world.database.transaction() as session:
        assert settlements.rearm(session, outbox_id, now=world.clock())


def notices(world: World, path: str) -> list[dict[str, str]]:
    """Return the fields of every notice that the platform took."""
    found = [call.body["data"] for call in world.platform.calls if call.path == path and call.errcode == 0]
    return [{name: cell["value"] for name, cell in data.items()} for data in found]


def test_consents_outlast_our_template_and_serve_once_it_is_mended(subscribed: World) -> None:
    world = subscribed
    for code in OURS:
        for left in (2, -1):
            openid = reader(world, f"o-{code}{left}", left=0, consents=left)
            refuse(world, code, NOTIFY, times=None)
            news = post(world, openid, f"news{code}{left}")
            wait_for(world, news, Delivery.PARKED)
            assert attempts(world, news) == [("parked", code)]
            assert left_of(world, openid) == (0, left)

            world.platform.faults.clear()
            rearm(world, news)
            assert wait_for(world, news, Delivery.SENT).channel == "subscription"
            assert left_of(world, openid) == (0, max(left - 1, -1))
            assert len(world.phone(openid).silence()) == 1


def test_notice_refused_for_our_fault_goes_as_a_template_message_once(both: World) -> None:
    world = both
    for code in OURS:
        for left in (2, -1):
            openid = reader(world, f"o-{code}{left}", left=0, consents=left)
            refuse(world, code, NOTIFY, times=None)
            news = post(world, openid, f"news{code}{left}")
            sent = wait_for(world, news, Delivery.SENT)
            assert (sent.channel, sent.attempts) == ("template", 1)
            assert attempts(world, news) == [("next_channel", code), ("sent", None)]
            assert left_of(world, openid) == (0, left)
            assert world.phone(openid).news()["kind"] == "template"

            world.platform.faults.clear()
            later = post(world, openid, f"later{code}{left}")
            assert wait_for(world, later, Delivery.SENT).channel == "subscription"


def test_template_refused_too_waits_and_keeps_the_consent(both: World) -> None:
    world = both
    openid = reader(world, "o-1", left=0, consents=1)
    refuse(world, 43116, NOTIFY, times=None)
    refuse(world, 40037, INFORM, times=None)
    news = post(world, openid)
    wait_for(world, news, Delivery.PARKED)
    assert attempts(world, news) == [("next_channel", 43116), ("parked", 40037)]
    assert left_of(world, openid) == (0, 1)


def test_busy_template_after_a_refused_notice_is_tried_again_and_ends(both: World) -> None:
    world = both
    openid = reader(world, "o-1", left=0, consents=1)
    refuse(world, 40037, NOTIFY, times=None)
    refuse(world, -1, INFORM)
    news = post(world, openid)
    world.until(lambda: len(attempts(world, news)) == 2)
    assert row(world, news).misses == 1
    world.advance(seconds=3)
    wait_for(world, news, Delivery.SENT)
    assert [outcome for outcome, _ in attempts(world, news)] == [
        "next_channel",
        "again",
        "next_channel",
        "sent",
    ]
    assert left_of(world, openid) == (0, 1)


@pytest.mark.parametrize("left", [2, -1])
def test_platforms_word_that_nobody_consented_is_believed(subscribed: World, left: int) -> None:
    world = subscribed
    openid = reader(world, "o-1", left=0, consents=left)
    refuse(world, 43101, NOTIFY)
    news = post(world, openid)
    assert wait_for(world, news, Delivery.PARKED).reason == "window"
    assert left_of(world, openid) == (0, 0)


@pytest.mark.parametrize("path", [NOTIFY, INFORM])
def test_value_that_does_not_fit_is_made_plainer_and_resent_once(both: World, path: str) -> None:
    world = both
    openid = reader(world, "o-1", left=0, consents=int(path == NOTIFY))
    refuse(world, 47003, path)
    news = post(world, openid, title="欠款《合同》第3条：尾款、利息与违约金一直没有付", kind=Notice.RESOLVED)
    wait_for(world, news, Delivery.SENT)
    assert attempts(world, news) == [("sent", None)]
    assert calls(world, path) == [47003, 0]
    [resent] = notices(world, path)
    assert (resent["character_string1"], resent["phrase2"]) == ("1010", "请确认")
    assert resent["thing3"] == "欠款合同第3条尾款利"
    assert resent["thing3"] in world.phone(openid).news()["text"]
    with world.database.reading() as session:
        said = session.scalars(select(Attempt.said)).one()
    assert said == " ".join(resent.values())


def test_value_that_never_fits_is_resent_once_and_then_goes_the_next_way(both: World) -> None:
    world = both
    openid = reader(world, "o-1", left=0, consents=1)
    refuse(world, 47003, NOTIFY, times=None)
    news = post(world, openid)
    wait_for(world, news, Delivery.SENT)
    assert calls(world, NOTIFY) == [47003] * 2
    assert calls(world, INFORM) == [0]
    assert attempts(world, news) == [("next_channel", 47003), ("sent", None)]
    assert left_of(world, openid) == (0, 1)


def test_broken_template_is_tried_once_a_message_and_all_go_when_it_is_mended(subscribed: World) -> None:
    world = subscribed
    people = [reader(world, f"o-{n}", left=0, consents=1) for n in range(40)]
    refuse(world, 40037, NOTIFY, times=None)
    news = post_each(world, people)
    for each in news:
        wait_for(world, each, Delivery.PARKED)
    world.advance(days=1)
    world.deliver()
    assert calls(world, NOTIFY) == [40037] * 40

    world.platform.faults.clear()
    for each in news:
        rearm(world, each)
    for each in news:
        wait_for(world, each, Delivery.SENT)
    assert {len(world.phone(openid).silence()) for openid in people} == {1}
    assert {left_of(world, openid) for openid in people} == {(0, 0)}


def test_template_that_hangs_after_a_refused_notice_costs_no_consent(both: World) -> None:
    world = both
    openid = reader(world, "o-1", left=0, consents=1)
    refuse(world, 40037, NOTIFY)
    world.platform.faults.add("reset", INFORM, times=1)
    news = post(world, openid)
    world.until(lambda: len(attempts(world, news)) == 2)
    assert attempts(world, news) == [("next_channel", 40037), ("again", None)]
    assert (row(world, news).doubts, left_of(world, openid)) == (1, (0, 1))


LONG_TERM = {"wechat_subscription_id": SUBSCRIPTION, "wechat_subscription_long_term": True}


def test_long_term_template_reaches_whoever_follows_without_a_consent(database_url: str) -> None:
    with World.running(database_url, **LONG_TERM) as world:
        openid = reader(world, "o-1", left=0, consents=5)
        with world.database.transaction() as session:
            session.execute(delete(Consent))
        for n in range(3):
            news = post(world, openid, f"news{n}")
            assert wait_for(world, news, Delivery.SENT).channel == "subscription"
        with world.database.reading() as session:
            assert session.scalars(select(Consent.left)).all() == []


def test_who_refused_a_long_term_template_is_sent_none_and_asked_no_more(database_url: str) -> None:
    with World.running(database_url, **LONG_TERM) as world:
        openid = reader(world, "o-1", left=0)
        with world.database.transaction() as session:
            session.execute(delete(Consent))
        for n in range(2):  # nobody has told us; the platform does, once
            assert wait_for(world, post(world, openid, f"news{n}"), Delivery.PARKED).reason == "window"
        assert calls(world, NOTIFY) == [43101]
        assert left_of(world, openid) == (0, 0)


def test_notices_carry_the_keys_of_the_approved_template(database_url: str) -> None:
    ids = {"wechat_subscription_id": SUBSCRIPTION, "wechat_template_id": TEMPLATE}
    keys = {"wechat_template_fields": "character_string7,thing8,thing9,thing10"}
    with World.running(database_url, **ids, **keys) as world:
        labels = dict.fromkeys(keys["wechat_template_fields"].split(","), "x")
        world.platform.reconfigure(
            template_ids={TEMPLATE: Template("诉求进展", labels)},
            subscription_ids={SUBSCRIPTION: Template("诉求进展", labels)},
        )
        for consents, path in ((0, INFORM), (1, NOTIFY)):
            openid = reader(world, f"o-{consents}", left=0, consents=consents)
            news = post(world, openid, f"news{consents}")
            wait_for(world, news, Delivery.SENT)
            [fields] = notices(world, path)
            assert (list(fields), fields["character_string7"]) == (list(labels), "1010")
