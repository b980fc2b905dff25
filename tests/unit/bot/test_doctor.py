"""What `liaison doctor` finds, and in which order it should be mended."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot.doctor import Finding, examine
from bot.simulator.faults import FaultKind
from handlers.understanding.suggesting import PROBE
from models.actions import phones
from models.migrations import migrate
from models.rules.phones import PhoneKey, only_number
from models.session import Database
from models.tables import Delivery, Inbox, Official, Person, SuggestionCount
from tests.endpoint import Behaviour, Endpoint, http, names, says
from tests.faults.posting import post, refuse, until_tried, wait_for
from tests.roster import AIDE, LEADER, OFFICE, OWNER, supervisor
from tests.world import TUESDAY, World

SPRING = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def examined(world: World, at: datetime = TUESDAY, **changes: Any) -> dict[str, Finding]:
    settings = world.settings.model_copy(update=changes)
    return {finding.subject: finding for finding in asyncio.run(examine(settings, at))}


def wells(found: dict[str, Finding]) -> dict[str, bool | None]:
    return {subject: finding.is_well for subject, finding in found.items()}


def test_service_in_order_has_nothing_to_mend(world: World) -> None:
    found = examined(world, wechat_template_id="tmpl")
    assert wells(found) == {
        "configuration": True,
        "notices": True,
        "deep path": None,
        "large model": True,
        "database": True,
        "roster": True,
        "provincial office": True,
        "telephones": None,
        "supervisors": None,
        "warnings": True,
        "reconciliation": True,
        "delivery": True,
        "platform": True,
        "calendar": None,
    }
    assert found["roster"].words == "3 officials, 3 bound to a WeChat"
    assert found["database"].words == f"{world.database.url.get_backend_name()}, up to date"


def test_deep_path_is_tried_where_it_is_wanted(world: World) -> None:
    found = examined(world, deep=True)["deep path"]
    assert (found.is_well, found.words) == (True, "its model and the embedding are here and load")
    assert examined(world)["deep path"].words.startswith("LIAISON_DEEP is off")


def test_large_model_is_off_unless_set_up_and_half_of_it_is_a_mistake(world: World) -> None:
    assert examined(world)["large model"].words == "none is set up (LIAISON_LLM_URL): no text leaves"
    for given, missing in (
        ({"llm_url": "http://127.0.0.1:9/v1"}, "LIAISON_LLM_MODEL"),
        ({"llm_model": "m-1"}, "LIAISON_LLM_URL"),
    ):
        found = examined(world, **given)["large model"]
        assert (found.is_well, found.words.startswith(f"{missing} is not set")) == (False, True)


LARGE: dict[str, tuple[Behaviour, bool, str]] = {
    "well": (
        names("factors"),
        True,
        "answers in the form asked for; right in 1 of 3 cases that people decided",
    ),
    "garbage": (says("sure!"), False, "answers, but not in the form asked for"),
    "refused": (http(b"", "401 Unauthorized"), False, "cannot be asked (HTTP 401)"),
}


@pytest.mark.parametrize("kind", LARGE)
def test_large_model_is_asked_about_words_of_our_own(world: World, kind: str) -> None:
    behaviour, is_well, words = LARGE[kind]
    with world.database.transaction() as session:
        session.add(SuggestionCount(model="m-1", type="ip", decided="ip", number=1))
        session.add(SuggestionCount(model="m-1", type="ip", decided="chain", number=2))
        session.add(SuggestionCount(model="m-2", type="ip", decided="chain", number=4))
    with Endpoint.open(behaviour) as endpoint:
        found = examined(world, llm_url=endpoint.url, llm_model="m-1")["large model"]
        assert endpoint.letters == [PROBE]
    assert (found.is_well, found.words.startswith(words)) == (is_well, True)


def test_numbers_sealed_with_another_key_are_pointed_out(world: World) -> None:
    key = {"phone_key": SecretStr("k" * 32)}
    assert examined(world)["telephones"].words.startswith("no official's number is registered")
    number = only_number("13840003059")
    assert number is not None
    with world.database.transaction() as session:
        leader = world.roster.officials["leader"]
        phones.register(session, leader, number, key=world.service.phone_key, now=TUESDAY)
    derived, other = examined(world)["telephones"], examined(world, **key)["telephones"]
    assert (derived.is_well, derived.words.startswith("1 numbers, sealed with a key that changes")) == (
        None,
        True,
    )
    assert (other.is_well, other.words.startswith("1 numbers are sealed with another key")) == (False, True)
    with world.database.transaction() as session:
        phones.register(session, leader, number, key=PhoneKey(b"k" * 32), now=TUESDAY)
    assert examined(world, **key)["telephones"] == Finding("telephones", True, "1 numbers registered")


def test_calendar_is_certain_as_far_as_the_notices_go(world: World) -> None:
    assert examined(world, SPRING)["calendar"].is_well is True
    late = examined(world, TUESDAY)["calendar"]
    assert (late.is_well, late.words.startswith("provisional before 2027-")) == (None, True)


FOREVER = {"wechat_subscription_long_term": True}
NOTICES: dict[str, tuple[dict[str, Any], bool | None, str]] = {
    "none": ({}, None, "no template"),
    "template": ({"wechat_template_id": "t"}, True, "character_string1,phrase2,thing3,thing4"),
    "one-time": ({"wechat_subscription_id": "s"}, None, "serves nobody alone"),
    "long-term": ({"wechat_subscription_id": "s"} | FOREVER, True, "compare them with the approved"),
    "of nothing": (FOREVER, False, "LIAISON_WECHAT_SUBSCRIPTION_ID is not"),
}


@pytest.mark.parametrize("case", NOTICES)
def test_what_is_missing_for_notices_beyond_two_days_is_pointed_out(world: World, case: str) -> None:
    changes, is_well, words = NOTICES[case]
    found = examined(world, **changes)["notices"]
    assert (found.is_well, words in found.words) == (is_well, True)


@pytest.mark.parametrize("code", [45009, 48001])
def test_channel_that_rests_is_pointed_out(world: World, code: int) -> None:
    world.phone(LEADER).say("待办")
    refuse(world, code)
    news = post(world, LEADER)
    wait_for(world, news, Delivery.HELD)
    found = examined(world)["delivery"]
    assert (found.is_well, f"custom: {code} at 2026-11-24 02:00 UTC" in found.words) == (False, True)
    tomorrow = examined(world, TUESDAY + timedelta(days=1))["delivery"]
    assert tomorrow.is_well is (code == 45009)


def test_plaintext_mode_is_wrong(world: World) -> None:
    found = examined(world, wechat_plaintext=True)["plaintext mode"]
    assert (found.is_well, "LIAISON_WECHAT_PLAINTEXT" in found.words) == (False, True)


def test_database_without_tables_is_told_apart_and_the_platform_left_alone(
    world: World, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    (tmp_path / "empty.db").touch()
    before = len(world.platform.violations)
    found = examined(world, database_url=url)
    assert found["database"] == Finding("database", False, "not migrated: run `liaison migrate`")
    assert "platform" not in found
    assert len(world.platform.violations) == before


def test_database_that_does_not_answer_is_said_so(world: World, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'no' / 'such.db'}", "postgresql://u:s3cret@127.0.0.1:9/d"):
        found = examined(world, database_url=url)["database"]
        advice = "start it, or set LIAISON_DATABASE_URL right; a new one: run `liaison migrate`"
        assert (found.is_well, found.words) == (False, f"does not answer (OperationalError): {advice}")


def test_empty_roster_is_wrong(world: World, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
    migrate(database)
    database.dispose()
    found = examined(world, database_url=f"sqlite:///{tmp_path / 'fresh.db'}")
    assert (found["roster"].is_well, found["roster"].words) == (False, "0 officials, 0 bound to a WeChat")
    assert found["provincial office"].is_well is False


def test_provincial_office_that_left_is_missed(world: World) -> None:
    with world.database.transaction() as session:
        session.execute(
            update(Official).where(Official.id == world.roster.officials["office"]).values(is_active=False)
        )
    found = examined(world)
    assert (found["roster"].is_well, found["provincial office"].is_well) == (True, False)


def test_provincial_office_without_a_wechat_is_said_so(world: World) -> None:
    with world.database.transaction() as session:
        session.execute(update(Person).where(Person.openid == OFFICE).values(official_id=None))
    found = examined(world)["provincial office"]
    assert (found.is_well, "nobody stands in" in found.words) == (None, True)


def test_regions_without_a_supervisor_are_named(world: World) -> None:
    words = examined(world)["supervisors"].words
    assert words.startswith(
        "nobody with a WeChat for 辽宁省, 沈抚改革创新示范区, 沈阳市, 大连市, 鞍山市 and 11 more: "
    )

    supervise(world, "210100", "o-city")
    words = examined(world)["supervisors"].words
    assert words.startswith(
        "nobody with a WeChat for 辽宁省, 沈抚改革创新示范区, 大连市, 鞍山市, 抚顺市 and 10 more: "
    )

    supervise(world, "210000", "o-province")
    assert examined(world)["supervisors"] == Finding("supervisors", True, "every region has one")


def supervise(world: World, region: str, openid: str | None) -> None:
    with world.database.transaction() as session:
        supervisor(session, openid, region=region, now=TUESDAY)


def test_supervisor_without_a_wechat_is_none(world: World) -> None:
    supervise(world, "210000", None)
    assert examined(world)["supervisors"].is_well is None


def test_warning_that_nobody_heard_for_a_day_is_wrong(world: World) -> None:
    with world.database.transaction() as session:
        session.execute(update(Person).values(official_id=None))
    world.phone(OWNER).say("新诉求 管委会欠我们工程款两百万")
    world.advance(days=1)
    world.strike()

    assert examined(world, world.clock())["warnings"].is_well is True
    late = examined(world, world.clock() + timedelta(days=1, seconds=1))["warnings"]
    assert late.is_well is False
    assert late.words.startswith("1 reached nobody, the oldest of 2026-11-25 02:00 UTC: ")


def test_warning_that_was_taken_is_heard_even_before_its_proof_is_looked_at(world: World) -> None:
    world.phone(AIDE).say("待办")
    world.phone(OWNER).say("新诉求 管委会欠我们工程款两百万")
    world.advance(hours=23)
    world.strike()
    world.deliver()
    late = examined(world, world.clock() + timedelta(days=3))
    assert late["warnings"].is_well is True


def test_messages_that_ended_in_nothing_are_counted_with_the_oldest(world: World) -> None:
    pushes = [("a", TUESDAY), ("b", TUESDAY - timedelta(hours=3))]
    with world.database.transaction() as session:
        for key, at in pushes:
            session.add(Inbox(dedupe_key=key, kind="text", sealed="", sent_at=0, received_at=at))
    assert examined(world)["reconciliation"] == Finding(
        "reconciliation",
        False,
        "2 messages ended in nothing, the oldest of 2026-11-23 23:00 UTC: see /api/v1/reconciliation",
    )


def test_wrong_secret_is_the_platforms_refusal(world: World) -> None:
    found = examined(world, wechat_app_secret=SecretStr("0" * 32))["platform"]
    assert found.is_well is False
    assert found.words.startswith("refuses us: 40")
    assert "0" * 32 not in found.words


def test_delivery_that_the_platform_has_stopped_is_pointed_out(world: World) -> None:
    world.phone(LEADER).say("待办")
    world.platform.reconfigure(ip_whitelist=frozenset({"203.0.113.9"}))
    news = post(world)
    until_tried(world, news, 1)
    found = examined(world)
    assert found["delivery"].is_well is False
    assert found["delivery"].words.startswith("stopped: 40164 at 2026-11-24 02:00 UTC, 1 messages wait")
    assert found["platform"].words.startswith("refuses us: 40164 ")

    world.platform.reconfigure(ip_whitelist=None)
    world.advance(seconds=30)
    wait_for(world, news, Delivery.SENT)
    assert examined(world)["delivery"].is_well is True


def test_platform_out_of_reach_is_said_so(world: World) -> None:
    found = examined(world, wechat_api_base="http://127.0.0.1:9")["platform"]
    assert (found.is_well, found.words.startswith("cannot be reached: ")) == (False, True)


def test_wrong_secret_is_found_while_an_old_token_still_works(world: World) -> None:
    assert examined(world)["platform"].is_well is True
    found = examined(world, wechat_app_secret=SecretStr("0" * 32))["platform"]
    assert found.is_well is False


def test_platform_that_answers_garbage_is_said_so(world: World) -> None:
    world.platform.faults.add(FaultKind.BAD_GATEWAY, times=None)
    found = examined(world)["platform"]
    assert (found.is_well, found.words.startswith("cannot be reached: ")) == (False, True)
