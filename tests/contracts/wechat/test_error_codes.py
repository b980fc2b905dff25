"""Every error code does to a message what the platform's documentation asks for it, on every channel."""

import pytest

from bot.delivery.loop import LOGGED, PAGED
from bot.wechat.errors import ACTIONS, OF_A_CHANNEL, Action, action_for
from models.tables import Delivery
from tests.contracts.wechat.demands import DEMANDS, MEANING, Seen
from tests.faults.posting import (
    INFORM,
    NOTIFY,
    SEND,
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

PATHS = {"custom": SEND, "subscription": NOTIFY, "template": INFORM}
LEFT = {"custom": (5, 0), "subscription": (0, 3), "template": (0, 0)}
ALOUD = ("page", "config", "alert", "bug", "account blocked", "switch feature off", "fix value")


def one_a_demand() -> list[int]:
    """Return a code for each demand, the first of each; the table's other codes must do the same action."""
    return list({demand: code for code, demand in reversed(DEMANDS.items())}.values())


def test_table_knows_every_code_that_is_documented_and_no_other() -> None:
    assert set(ACTIONS) == set(DEMANDS)
    assert set(MEANING) == set(DEMANDS.values())
    assert set(ACTIONS.values()) == set(Action)


def test_codes_of_one_demand_have_one_action_and_one_action_one_meaning() -> None:
    by_demand: dict[str, set[Action]] = {}
    by_action: dict[Action, list[dict[str, Seen]]] = {}
    for code, demand in DEMANDS.items():
        by_demand.setdefault(demand, set()).add(action_for(code))
        by_action.setdefault(action_for(code), []).append(MEANING[demand])
    assert {demand: len(actions) for demand, actions in by_demand.items()} == dict.fromkeys(by_demand, 1)
    for action, meanings in by_action.items():
        assert all(each == meanings[0] for each in meanings), action


def test_undocumented_code_is_permanent() -> None:
    assert 12345 not in ACTIONS
    assert action_for(12345) is Action.PERMANENT


def test_what_somebody_must_mend_is_said_aloud() -> None:
    aloud = {action_for(code) for code, demand in DEMANDS.items() if any(word in demand for word in ALOUD)}
    assert aloud <= PAGED
    assert {action_for(code) for code, demand in DEMANDS.items() if demand in {"log", "ignore"}} == LOGGED


@pytest.mark.parametrize("channel", PATHS)
def test_refused_message_fares_as_the_platform_demands(database_url: str, channel: str) -> None:
    ids = {"wechat_template_id": TEMPLATE, "wechat_subscription_id": SUBSCRIPTION}
    with World.running(database_url, **ids) as world:
        for code in one_a_demand():
            if action_for(code) not in OF_A_CHANNEL:
                seen = MEANING[DEMANDS[code]][channel]
                assert _fared(world, code, channel, seen) == seen, (code, DEMANDS[code])


@pytest.mark.parametrize("code", [code for code in one_a_demand() if action_for(code) in OF_A_CHANNEL])
@pytest.mark.parametrize("channel", PATHS)
def test_refused_channel_rests_for_everybody(database_url: str, channel: str, code: int) -> None:
    ids = {"wechat_template_id": TEMPLATE, "wechat_subscription_id": SUBSCRIPTION}
    with World.running(database_url, **ids) as world:
        seen = MEANING[DEMANDS[code]][channel]
        assert _fared(world, code, channel, seen) == seen, (code, DEMANDS[code])
        others = [
            reader(world, f"o-{n}", left=LEFT[channel][0], consents=LEFT[channel][1]) for n in range(20)
        ]
        news = post_each(world, others, "others")
        world.until(lambda: all(row(world, each).state == seen.state for each in news))
        assert calls(world, PATHS[channel]) == [code]


def _fared(world: World, code: int, channel: str, expected: Seen) -> Seen:
    """Have a fresh person's message refused once, and say what became of it; it goes once it can."""
    left, consents = LEFT[channel]
    openid, path = reader(world, f"o-{code}", left=left, consents=consents), PATHS[channel]
    called = len(calls(world, path))
    refuse(world, code, path)
    news = post(world, openid, f"news{code}")
    outcomes = len(expected.outcomes)
    world.until(lambda: len(attempts(world, news)) >= outcomes and row(world, news).state == expected.state)
    chats, notices = left_of(world, openid)
    fared = Seen(
        row(world, news).state,
        tuple(outcome for outcome, _ in attempts(world, news)),
        left - chats,
        consents - notices,
        paused(world),
        len(calls(world, path)) - called,
    )
    if fared.state == Delivery.PENDING:
        _goes_in_the_end(world, news)
    return fared


def _goes_in_the_end(world: World, news: int) -> None:
    world.advance(seconds=60)
    wait_for(world, news, Delivery.SENT)
    assert not paused(world)


def paused(world: World) -> bool:
    return "liaison_delivery_paused 1.0" in world.web.get("/metrics").text
