"""A notice and the platform's report on it meet, whichever comes first, and nothing that missed it piles up."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from models.actions import people, reports, settlements
from models.actions.deliveries import LEASE, Claimed
from models.actions.outbox import Notice
from models.actions.reports import AGE, Verdict
from models.actions.settlements import Fate, Settlement
from models.rules.windows import Channel
from models.session import Database
from models.tables import Consent, Delivery, Outbox, Report
from tests.roster import OWNER
from tests.unit.models.mail import LATER, NOTICES, claimed, consent, item, outbox, settled, states, waiting
from tests.unit.models.stage import NOW, a_message, a_person, a_ticket, known, open_window, staffed

ROUNDS = 60


def by_template(database: Database, openid: str = "a") -> Claimed:
    """Claim a message for somebody who is reached by template only."""
    waiting(database, {openid: [openid]}, left=0)
    return next(each for each in claimed(database, channels=NOTICES) if each.openid == openid)


def failed(platform_id: str | None = "7", why: str = "failed:user block") -> Verdict:
    return Verdict(Channel.TEMPLATE, platform_id, None, False, why)


def delivered(platform_id: str = "7") -> Verdict:
    return Verdict(Channel.TEMPLATE, platform_id, None, True, "success")


def heard(database: Database, person_id: int, verdict: Verdict, *, at: datetime = NOW) -> None:
    with database.transaction() as session:
        reports.reported(session, person_id, verdict, now=at)


def sent(one: Claimed, platform_id: str | None = "7") -> Settlement:
    return Settlement(one, Fate.SENT, platform_id=platform_id)


def rows(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Report)) or 0


@pytest.mark.parametrize(("verdict", "state"), [(delivered(), "sent"), (failed(), "parked")])
def test_report_after_the_settlement_is_applied(database: Database, verdict: Verdict, state: str) -> None:
    one = by_template(database)
    settled(database, sent(one))
    heard(database, one.person_id, verdict)
    assert states(database) == {"a": state}


@pytest.mark.parametrize(("verdict", "state"), [(delivered(), "sent"), (failed(), "parked")])
def test_report_before_the_settlement_is_applied(database: Database, verdict: Verdict, state: str) -> None:
    one = by_template(database)
    heard(database, one.person_id, verdict)
    settled(database, sent(one))

    row = outbox(database)["a"]
    assert (row.state, row.platform_id) == (state, "7")
    assert row.reason == (None if verdict.is_delivered else "failed:user block")


def at_once(*acts: Callable[[], None]) -> None:
    """Do everything at the same moment, each in a thread of its own."""
    start = threading.Barrier(len(acts))
    errors: list[Exception] = []

    def run(act: Callable[[], None]) -> None:
        start.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001 -- a thread's failure must be the test's
            errors.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_report_and_settlement_at_the_same_moment_always_meet(database: Database) -> None:
    taken = [by_template(database, f"p{n}") for n in range(ROUNDS)]
    for n, one in enumerate(taken):
        notice = sent(one, f"id{n}")
        verdict = failed(f"id{n}")
        at_once(
            lambda notice=notice: settled(database, notice),  # type: ignore[misc]
            lambda one=one, verdict=verdict: heard(database, one.person_id, verdict),  # type: ignore[misc]
        )
    assert set(states(database).values()) == {Delivery.PARKED}


def test_repeated_report_changes_nothing(database: Database) -> None:
    one = by_template(database)
    settled(database, sent(one))
    heard(database, one.person_id, failed())
    with database.transaction() as session:
        assert settlements.rearm(session, item(one).id, now=NOW)
    [again] = claimed(database, channels=NOTICES)
    settled(database, sent(again, "8"))

    for verdict in (failed(), delivered(), failed()):
        heard(database, one.person_id, verdict)

    assert states(database) == {"a": "sent"}
    assert rows(database) == 2


def test_later_word_of_the_platform_does_not_change_its_first(database: Database) -> None:
    one = by_template(database)
    heard(database, one.person_id, delivered())
    heard(database, one.person_id, failed())
    settled(database, sent(one))
    assert states(database) == {"a": "sent"}


def test_report_on_an_attempt_that_lost_its_lease_parks_nothing(database: Database) -> None:
    slow = by_template(database)
    [second] = claimed(database, at=NOW + LEASE, channels=NOTICES)
    settled(database, sent(second, "8"), sent(slow, "7"))
    heard(database, slow.person_id, failed("7"))
    assert states(database) == {"a": "sent"}


def test_same_id_of_another_person_or_channel_is_another_notice(database: Database) -> None:
    mine, other = by_template(database, "a"), by_template(database, "b")
    settled(database, sent(mine), sent(other))
    heard(database, other.person_id, failed())
    heard(database, mine.person_id, Verdict(Channel.SUBSCRIPTION, "7", "sub", False, "43101"))
    assert states(database) == {"a": "sent", "b": "parked"}


def test_owner_is_warned_once_that_a_notice_did_not_arrive(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        who = a_person(session, OWNER)
        open_window(session, who, left=0, until=LATER)
        reply = a_message(session, who, "reply", ticket=a_ticket(session))
    one = next(each for each in claimed(database, channels=NOTICES) if item(each).id == reply)
    settled(database, sent(one))
    heard(database, who, failed())
    heard(database, who, failed())

    with database.reading() as session:
        told = session.execute(
            select(Outbox.person_id, Outbox.payload).where(Outbox.kind == Notice.UNREACHABLE)
        ).all()
    assert [row.payload["why"] for row in told] == ["refused"] * 2  # the leader and the aide


def test_what_missed_its_meeting_is_removed_after_a_day(database: Database) -> None:
    one = by_template(database)
    heard(database, one.person_id, failed("not ours"))
    settled(database, sent(one), at=NOW + timedelta(hours=1))

    def forget(at: datetime) -> int:
        with database.transaction() as session:
            return reports.forget(session, now=at)

    assert forget(NOW + AGE) == 0
    assert forget(NOW + AGE + timedelta(minutes=1)) == 1
    assert rows(database) == 1
    heard(database, one.person_id, failed())
    assert states(database) == {"a": "parked"}
    assert forget(NOW + AGE * 2) == 1
    assert rows(database) == 0


def subscriber(database: Database, openid: str, keys: list[str], left: int = 9) -> int:
    """Queue messages for somebody who is reached by subscription notice only; return who that is."""
    waiting(database, {openid: keys}, left=0)
    with database.transaction() as session:
        who = a_person(session, openid)
        session.add(Consent(person_id=who, template_id="sub", left=left))
    return who


def notice(database: Database, platform_id: str | None = None, *, at: datetime = NOW) -> Claimed:
    """Send the next message; the platform may or may not have told us its id."""
    [one] = claimed(database, at=at, channels=NOTICES)
    assert one.channel is Channel.SUBSCRIPTION
    settled(database, sent(one, platform_id), at=at)
    return one


def lost(platform_id: str | None, template_id: str = "sub", *, is_consent_used: bool = False) -> Verdict:
    return Verdict(Channel.SUBSCRIPTION, platform_id, template_id, False, "lost", is_consent_used)


def arrived(platform_id: str | None) -> Verdict:
    return Verdict(Channel.SUBSCRIPTION, platform_id, "sub", True, "0 success")


def test_subscription_notice_is_met_by_the_id_of_its_answer(database: Database) -> None:
    who = subscriber(database, "a", ["a1", "a2", "a3"])
    for platform_id in ("1", "2", "3"):
        notice(database, platform_id)
    heard(database, who, arrived("1"))
    heard(database, who, lost("2"))
    assert states(database) == {"a1": "sent", "a2": "parked", "a3": "sent"}


@pytest.mark.parametrize("ids", [("1", "2"), (None, None)])
def test_without_an_id_the_oldest_notice_not_yet_reported_is_meant(
    database: Database, ids: tuple[str | None, str | None]
) -> None:
    who = subscriber(database, "a", ["a1", "a2", "a3"])
    for _ in range(3):
        notice(database)
    heard(database, who, arrived(ids[0]))
    heard(database, who, lost("7", "another template"))
    assert states(database) == {"a1": "sent", "a2": "sent", "a3": "sent"}
    heard(database, who, lost(ids[1]))
    assert states(database) == {"a1": "sent", "a2": "parked", "a3": "sent"}


def test_repeated_report_takes_no_second_notice_without_id(database: Database) -> None:
    who = subscriber(database, "a", ["a1", "a2"])
    for _ in range(2):
        notice(database)
    for _ in range(2):
        heard(database, who, lost("1"))
    assert states(database) == {"a1": "parked", "a2": "sent"}


def test_report_before_the_settlement_of_a_notice_without_id_is_applied(database: Database) -> None:
    who = subscriber(database, "a", ["a1", "a2"])
    [one] = claimed(database, channels=NOTICES)
    heard(database, who, lost("1"))
    settled(database, sent(one, None))
    notice(database)
    assert states(database) == {"a1": "parked", "a2": "sent"}


def test_report_on_what_a_dead_worker_sent_is_not_about_what_is_sent_later(database: Database) -> None:
    who = subscriber(database, "a", ["a1"])
    claimed(database, channels=NOTICES)
    heard(database, who, lost("1"))
    later = NOW + LEASE
    notice(database, at=later)
    assert states(database) == {"a1": "sent"}
    heard(database, who, arrived("2"), at=later)
    assert states(database) == {"a1": "sent"}


def test_consent_is_forgotten_only_where_the_platform_says_so_and_once(database: Database) -> None:
    who = subscriber(database, "a", ["a1", "a2"])
    for platform_id in ("1", "2"):
        notice(database, platform_id)
    heard(database, who, lost("1"))
    assert consent(database) == 7
    heard(database, who, lost("2", is_consent_used=True))
    assert consent(database) == 0

    with database.transaction() as session:
        people.consented(session, known(session, "a"), "sub", accepted=True)
    heard(database, who, lost("2", is_consent_used=True))
    assert consent(database) == 1


def test_report_on_a_template_without_an_id_is_about_nothing(database: Database) -> None:
    one = by_template(database)
    settled(database, sent(one, None))
    heard(database, one.person_id, failed(None))
    assert (states(database), rows(database)) == ({"a": "sent"}, 0)
