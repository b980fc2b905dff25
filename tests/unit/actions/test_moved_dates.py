"""What moves the dates of a case: extensions, pauses, another calendar. Both sides hear of it, once."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from config import catalog
from config.catalog import CatalogError
from models.actions import extensions, office, pauses, tickets
from models.actions.conversation import Words
from models.actions.extensions import NothingAsked
from models.actions.pauses import NoPause, NothingPaused, WhyNot
from models.actions.timers import TIMERS
from models.queries.tickets import NoSuchTicket, actor_on
from models.queries.workdays import calendar
from models.rules.extensions import NoExtension, Why
from models.rules.lifecycle import NotAllowed, NotPossible
from models.session import Database
from models.tables import Clock, Delivery, Extension, Pause
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.unit.actions.clockwork import DAY, SUPERVISOR, Clockwork, shanghai
from tests.unit.models.stage import NOW, known

DONE = Words("text", "办好了")
OLD, NEW = shanghai("2026-12-15 17:30"), shanghai("2026-12-22 17:30")
SAID = ("extended", "not_extended", "extension_asked", "paused", "resumed", "reckoned")


@pytest.fixture
def work(database: Database) -> Clockwork:
    """An office with a supervisor, on each kind of database."""
    work = Clockwork(database)
    work.supervisor()
    return work


@pytest.fixture
def case(work: Clockwork) -> int:
    """An accepted case about a policy."""
    return taken_on(work, "policy")


def taken_on(work: Clockwork, type_code: str) -> int:
    ticket = work.ticket(type_code)
    work.does(LEADER, ticket, lambda s, t, a: office.accept(s, t, a, now=NOW))
    with work.database.transaction() as session:
        work.quiet(session)
    return ticket


def ask(work: Clockwork, ticket: int, days: int, *, who: str = LEADER, at: datetime = NOW) -> None:
    work.does(
        who, ticket, lambda s, t, a: extensions.ask_extension(s, t, a, days, "等待财政拨款", now=at) and None
    )


def grant(work: Clockwork, ticket: int, *, who: str = SUPERVISOR, at: datetime = NOW) -> None:
    work.does(who, ticket, lambda s, t, a: extensions.grant(s, t, a, now=at) and None)


def deny(work: Clockwork, ticket: int, reason: str = "理由不足") -> None:
    work.does(SUPERVISOR, ticket, lambda s, t, a: extensions.deny(s, t, a, reason, now=NOW))


def pause(work: Clockwork, ticket: int, until: str, *, who: str = SUPERVISOR, at: datetime = NOW) -> None:
    day = date.fromisoformat(until)
    work.does(who, ticket, lambda s, t, a: pauses.pause(s, t, a, day, "等待鉴定", now=at) and None)


def resume(work: Clockwork, ticket: int, at: datetime) -> None:
    work.does(SUPERVISOR, ticket, lambda s, t, a: pauses.resume(s, t, a, now=at) and None)


def heard(work: Clockwork) -> list[tuple[str, str]]:
    found = [(openid, kind) for kind in SAID for openid, _ in work.told(kind)]
    work.settle(Delivery.SENT)
    return sorted(found)


# --- extensions ----------------------------------------------------------------------------------


def test_old_date_stands_until_a_supervisor_has_decided(work: Clockwork, case: int) -> None:
    ask(work, case, 5)
    assert work.clock(case, "result").due_at == OLD
    assert heard(work) == [(SUPERVISOR, "extension_asked")]
    grant(work, case, at=NOW + DAY)
    assert work.clock(case, "result").due_at == NEW
    assert heard(work) == [(AIDE, "extended"), (LEADER, "extended"), (OWNER, "extended")]


def test_news_of_an_extension_says_new_date_reason_and_who_decided(work: Clockwork, case: int) -> None:
    ask(work, case, 5, who=AIDE)
    [(_, asked)] = work.told("extension_asked")
    assert asked["is_unattended"] is False
    assert (asked["days"], asked["reason"], asked["by"]["aide"]) == (5, "等待财政拨款", True)
    assert asked["moves"] == [["result", utc(OLD), utc(NEW)]]
    grant(work, case)
    assert [(news["dates"], news["reason"], news["by"]["post"]) for _, news in work.told("extended")] == [
        ([["result", utc(NEW)]], "等待财政拨款", "督查处长")
    ] * 3


def utc(at: datetime) -> str:
    return at.astimezone(NOW.tzinfo).isoformat()


def test_extension_is_on_record_with_both_dates(work: Clockwork, case: int) -> None:
    ask(work, case, 5)
    grant(work, case)
    [asked], [granted] = work.events(case, "extend"), work.events(case, "grant")
    assert asked == {"days": 5, "reason": "等待财政拨款", "moves": [["result", utc(OLD), utc(NEW)]]}
    assert granted == {"days": 5, "reason": "等待财政拨款", "moved": [["result", utc(OLD), utc(NEW)]]}


def test_extended_clock_explains_itself_and_warns_later(work: Clockwork, case: int) -> None:
    before = work.clock(case, "result").warn_at
    ask(work, case, 5)
    grant(work, case)
    clock = work.clock(case, "result")
    assert "经督查处长 沈知微同意延期5个工作日（等待财政拨款），12月22日17:30前" in clock.explanation
    assert before is not None
    assert clock.warn_at is not None
    assert clock.warn_at > before


def test_denied_extension_changes_nothing_and_only_the_desk_hears(work: Clockwork, case: int) -> None:
    ask(work, case, 5)
    heard(work)
    deny(work, case)
    assert (work.clock(case, "result").due_at, heard(work)) == (
        OLD, [(AIDE, "not_extended"), (LEADER, "not_extended")],
    )  # fmt: skip
    assert work.events(case, "deny") == [{"days": 5, "reason": "理由不足"}]


def test_second_request_waits_for_the_first_decision(work: Clockwork, case: int) -> None:
    ask(work, case, 5)
    with pytest.raises(NoExtension) as raised:
        ask(work, case, 3)
    assert raised.value.why is Why.UNDECIDED
    deny(work, case)
    ask(work, case, 3)


def test_two_extensions_within_the_cap_and_no_third(work: Clockwork, case: int) -> None:
    for days in (5, 10):
        ask(work, case, days)
        grant(work, case)
    assert work.clock(case, "result").due_at == shanghai("2027-01-06 17:30")
    with pytest.raises(NoExtension) as raised:
        ask(work, case, 1)
    assert raised.value.why is Why.TOO_OFTEN


@pytest.mark.parametrize(("days", "reason"), [(0, "等"), (-1, "等"), (3, "  ")])
def test_extension_needs_days_and_a_reason(work: Clockwork, case: int, days: int, reason: str) -> None:
    with pytest.raises(NoExtension) as raised:
        work.does(LEADER, case, lambda s, t, a: extensions.ask_extension(s, t, a, days, reason, now=NOW))
    assert raised.value.why is Why.INCOMPLETE


def test_denial_needs_a_reason(work: Clockwork, case: int) -> None:
    ask(work, case, 5)
    with pytest.raises(NoExtension):
        deny(work, case, " ")
    assert work.events(case, "deny") == []


def test_only_the_desk_asks_and_only_a_supervisor_decides(work: Clockwork, case: int) -> None:
    with pytest.raises(NotAllowed):
        ask(work, case, 5, who=SUPERVISOR)
    ask(work, case, 5)
    for who in (LEADER, AIDE, OWNER):
        with pytest.raises(NotAllowed):
            grant(work, case, who=who)


def test_supervisor_of_another_region_knows_nothing_of_it(work: Clockwork, case: int) -> None:
    work.supervisor("o-elsewhere", region="210200")
    ask(work, case, 5)
    with pytest.raises(NoSuchTicket):
        grant(work, case, who="o-elsewhere")


def test_without_a_request_there_is_nothing_to_decide(work: Clockwork, case: int) -> None:
    with pytest.raises(NothingAsked):
        grant(work, case)
    with pytest.raises(NothingAsked):
        deny(work, case)


def test_case_must_be_accepted_to_be_extended(work: Clockwork) -> None:
    with pytest.raises(NotPossible):
        ask(work, work.ticket(), 5)


def test_without_supervisors_the_provincial_office_hears_of_the_request(database: Database) -> None:
    work = Clockwork(database)
    ask(work, taken_on(work, "policy"), 5)
    [(who, asked)] = work.told("extension_asked")
    assert (who, asked["is_unattended"]) == (OFFICE, True)


def test_extension_of_a_first_life_is_none_of_the_second(work: Clockwork, case: int) -> None:
    ask(work, case, 5)
    grant(work, case)
    ask(work, case, 2)
    for who, act in (
        (LEADER, lambda s, t, a: office.resolve(s, t, a, DONE, now=NOW)),
        (OWNER, lambda s, t, a: tickets.confirm(s, t, a, now=NOW)),
        (OWNER, lambda s, t, a: tickets.dispute(s, t, a, DONE, now=NOW + DAY)),
    ):
        work.does(who, case, act)
    assert work.clock(case, "result").due_at == shanghai("2026-12-16 17:30")
    with pytest.raises(NothingAsked):
        grant(work, case, at=NOW + DAY)
    ask(work, case, 5, at=NOW + DAY)
    grant(work, case, at=NOW + DAY)
    assert work.clock(case, "result").due_at == shanghai("2026-12-23 17:30")


def test_disputed_case_keeps_its_extended_date(work: Clockwork, case: int) -> None:
    ask(work, case, 5)
    grant(work, case)
    work.does(LEADER, case, lambda s, t, a: office.resolve(s, t, a, DONE, now=NOW))
    work.does(OWNER, case, lambda s, t, a: tickets.dispute(s, t, a, DONE, now=NOW))
    assert work.clock(case, "result").due_at == NEW


def test_overdue_clock_that_is_extended_runs_out_audibly_once_more(work: Clockwork, case: int) -> None:
    ask(work, case, 5)
    with work.database.transaction() as session:
        session.execute(update(Clock).where(Clock.name != "result").values(met_at=NOW))
    work.strike(shanghai("2026-12-16 09:00"))
    work.settle(Delivery.SENT)
    grant(work, case, at=shanghai("2026-12-16 10:00"))
    assert (work.clock(case, "result").warned, work.clock(case, "result").warn_at) == (80, NEW)
    work.strike(NEW)
    assert work.levels() == [(SUPERVISOR, "result", 100)]


def test_database_knows_one_undecided_request_a_case(work: Clockwork, case: int) -> None:
    ask(work, case, 5)
    with pytest.raises(IntegrityError), work.database.transaction() as session:
        first = session.scalars(select(Extension)).one()
        again = {name: getattr(first, name) for name in ("ticket_id", "event_id", "days", "clocks", "reason")}
        session.add(Extension(**again, asked_by=first.asked_by, asked_at=NOW))


# --- pauses --------------------------------------------------------------------------------------


def test_pause_moves_the_dates_by_the_paused_days_and_both_sides_hear(work: Clockwork, case: int) -> None:
    pause(work, case, "2026-11-27")
    assert work.clock(case, "result").due_at == shanghai("2026-12-18 17:30")
    assert work.clock(case, "progress").due_at == shanghai("2026-12-04 17:30")
    assert heard(work) == [(AIDE, "paused"), (LEADER, "paused"), (OWNER, "paused")]
    assert (
        "经督查处长 沈知微决定11月24日至11月27日暂停计时（等待鉴定）"
        in work.clock(case, "result").explanation
    )


def test_pause_ends_by_itself_in_office_hours_and_the_desk_hears(work: Clockwork, case: int) -> None:
    pause(work, case, "2026-11-28")
    heard(work)
    for at in ("2026-11-28 10:00", "2026-11-29 10:00", "2026-11-30 08:29"):
        assert work.strike(shanghai(at)) == 0
    work.strike(shanghai("2026-11-30 08:30"))
    assert heard(work) == [(AIDE, "resumed"), (LEADER, "resumed")]
    assert work.strike(shanghai("2026-11-30 08:31")) == 0
    assert len(work.events(case, "resume")) == 1


def test_nothing_is_warned_of_while_it_is_paused(work: Clockwork, case: int) -> None:
    pause(work, case, "2026-12-10")
    assert work.strike(shanghai("2026-12-10 10:00")) == 0


def test_statutory_clocks_run_on_and_are_not_named(work: Clockwork) -> None:
    case = taken_on(work, "arrears")
    before = {name: work.clock(case, name).due_at for name in ("forward", "answer", "total")}
    pause(work, case, "2026-12-10")
    assert {name: work.clock(case, name).due_at for name in before} == before
    [event] = work.events(case, "pause")
    assert sorted(each[0] for each in event["moved"]) == ["first_contact", "progress", "result"]


def test_clock_that_starts_during_a_pause_counts_from_its_end(work: Clockwork, case: int) -> None:
    pause(work, case, "2026-11-30")
    work.does(LEADER, case, lambda s, t, a: office.progress(s, t, a, DONE, now=NOW + DAY))
    assert work.clock(case, "progress").due_at == shanghai("2026-12-07 17:30")


def test_case_paused_before_acceptance_is_accepted_later(work: Clockwork) -> None:
    case = work.ticket()
    pause(work, case, "2026-11-25")
    assert work.clock(case, "accept").due_at == shanghai("2026-11-26 17:30")
    work.does(LEADER, case, lambda s, t, a: office.accept(s, t, a, now=NOW))
    assert work.clock(case, "progress").due_at == shanghai("2026-12-02 17:30")


def test_pause_is_ended_early_and_the_days_count_again(work: Clockwork, case: int) -> None:
    pause(work, case, "2026-12-10")
    heard(work)
    resume(work, case, NOW + 2 * DAY)
    assert work.clock(case, "result").due_at == shanghai("2026-12-16 17:30")  # the 25th was paused
    assert heard(work) == [(AIDE, "resumed"), (LEADER, "resumed"), (OWNER, "resumed")]
    with pytest.raises(NothingPaused):
        resume(work, case, NOW + 2 * DAY)
    work.strike(shanghai("2026-12-11 08:30"))
    assert len(work.events(case, "resume")) == 1


def test_pause_that_is_ended_the_same_day_moves_nothing(work: Clockwork, case: int) -> None:
    pause(work, case, "2026-12-10")
    resume(work, case, NOW + timedelta(hours=1))
    assert work.clock(case, "result").due_at == OLD
    assert "暂停" not in work.clock(case, "result").explanation


@pytest.mark.parametrize(
    ("until", "why", "latest"),
    [
        ("2026-11-23", WhyNot.PAST, date(2027, 1, 22)),
        ("2027-01-23", WhyNot.TOO_LONG, date(2027, 1, 22)),
    ],
)
def test_pause_ends_between_today_and_its_limit(
    work: Clockwork, case: int, until: str, why: WhyNot, latest: date
) -> None:
    with pytest.raises(NoPause) as raised:
        pause(work, case, until)
    assert (raised.value.why, raised.value.latest) == (why, latest)
    pause(work, case, latest.isoformat())


def test_one_pause_at_a_time_two_in_all_each_with_a_reason(work: Clockwork, case: int) -> None:
    found = []

    def refused(until: str, at: datetime) -> None:
        with pytest.raises(NoPause) as raised:
            pause(work, case, until, at=at)
        found.append(raised.value.why)

    pause(work, case, "2026-11-25")
    refused("2026-11-26", NOW)
    resume(work, case, NOW + DAY)
    pause(work, case, "2026-11-26", at=NOW + DAY)
    resume(work, case, NOW + 2 * DAY)
    refused("2026-11-30", NOW + 2 * DAY)
    with pytest.raises(NoPause) as raised:
        work.does(SUPERVISOR, case, lambda s, t, a: pauses.pause(s, t, a, date(2026, 12, 1), " ", now=NOW))
    assert [*found, raised.value.why] == [WhyNot.RUNNING, WhyNot.TOO_OFTEN, WhyNot.INCOMPLETE]


def test_only_a_supervisor_pauses(work: Clockwork, case: int) -> None:
    for who in (LEADER, AIDE, OWNER):
        with pytest.raises(NotAllowed):
            pause(work, case, "2026-11-27", who=who)


def test_pause_of_a_case_that_was_done_meanwhile_ends_without_a_word(work: Clockwork, case: int) -> None:
    pause(work, case, "2026-11-26")
    work.does(LEADER, case, lambda s, t, a: office.resolve(s, t, a, DONE, now=NOW))
    heard(work)
    assert work.strike(shanghai("2026-11-27 08:30")) == 1
    assert (heard(work), work.events(case, "resume")) == ([], [])
    with work.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Pause).where(Pause.ended_at.is_(None))) == 0


# --- another calendar ----------------------------------------------------------------------------


def computed_elsewhere(work: Clockwork, case: int, **dates: datetime) -> None:
    """Let the clocks of a case have been computed from another calendar, with these dates."""
    with work.database.transaction() as session:
        session.execute(update(Clock).where(Clock.ticket_id == case).values(calendar="an older one"))
        for name, at in dates.items():
            session.execute(update(Clock).where(Clock.name == name).values(due_at=at))


def test_dates_follow_the_calendar_and_the_desk_hears_once_a_case(work: Clockwork, case: int) -> None:
    computed_elsewhere(work, case, result=OLD - DAY, progress=NOW + DAY)
    assert [work.strike(NOW), work.strike(NOW)] == [1, 0]
    assert work.clock(case, "result").due_at == OLD
    [event] = work.events(case, "reckon")
    assert event["calendar"] == calendar().digest == work.clock(case, "result").calendar
    assert sorted(each[0] for each in event["moved"]) == ["progress", "result"]
    assert sorted(name for name, _ in work.told("reckoned")[0][1]["dates"]) == ["progress", "result"]
    assert heard(work) == [(AIDE, "reckoned"), (LEADER, "reckoned"), (OWNER, "reckoned")]


SNOW = """
notices:
  - number: 辽政办明电〔2026〕9号
    title: 关于应对特大暴雪全省停工停业的紧急通知
    issued: 2026-11-26
    rest: [{name: 暴雪停工, first: 2026-12-08, last: 2026-12-09}]
"""


@pytest.fixture
def snow(tmp_path: Path) -> Iterator[Path]:
    """An operator's own notice that makes two working days free, until the test is over."""
    file = tmp_path / "notices.yaml"
    file.write_text(SNOW, encoding="utf-8")
    yield file
    catalog.use_notices(None)


def test_official_notice_moves_open_dates_without_a_new_release(
    work: Clockwork, case: int, snow: Path
) -> None:
    before = calendar().digest
    assert work.clock(case, "result").due_at == OLD
    catalog.use_notices(snow)
    assert (work.strike(NOW), work.strike(NOW)) == (1, 0)
    assert work.clock(case, "result").due_at == OLD + 2 * DAY
    assert heard(work) == [(AIDE, "reckoned"), (LEADER, "reckoned"), (OWNER, "reckoned")]
    [event] = work.events(case, "reckon")
    assert event["calendar"] == calendar().digest != before
    snow.write_text("notices: [{number: 1}]", encoding="utf-8")
    with pytest.raises(CatalogError):
        catalog.use_notices(snow)
    assert calendar().digest == event["calendar"]


def test_calendar_that_moves_no_date_is_nobodys_news(work: Clockwork, case: int) -> None:
    computed_elsewhere(work, case)
    assert work.strike(NOW) == 1
    assert (heard(work), work.events(case, "reckon")) == ([], [])
    assert work.clock(case, "result").calendar == calendar().digest


def test_date_that_became_certain_is_on_record_and_disturbs_nobody(work: Clockwork, case: int) -> None:
    computed_elsewhere(work, case)
    with work.database.transaction() as session:
        session.execute(update(Clock).where(Clock.name == "result").values(is_provisional=True))
    work.strike(NOW)
    assert heard(work) == []
    assert [each[0] for each in work.events(case, "reckon")[0]["moved"]] == ["result"]


def test_extensions_and_pauses_survive_another_calendar(work: Clockwork, case: int) -> None:
    ask(work, case, 5)
    grant(work, case)
    pause(work, case, "2026-11-27")
    promised = work.clock(case, "result").due_at
    computed_elsewhere(work, case, result=OLD)
    work.strike(NOW)
    assert work.clock(case, "result").due_at == promised == shanghai("2026-12-25 17:30")


def test_clocks_of_an_older_version_get_their_warnings(work: Clockwork, case: int) -> None:
    with work.database.transaction() as session:
        session.execute(update(Clock).values(calendar="", warn_at=None))
    work.strike(NOW)
    assert work.clock(case, "result").warn_at == shanghai("2026-12-07 08:30")
    assert (heard(work), work.events(case, "reckon")) == ([], [])


def test_clock_whose_rule_is_gone_keeps_its_date(work: Clockwork, case: int) -> None:
    with work.database.transaction() as session:
        gone = (Clock.ticket_id == case, Clock.name == "result")
        session.execute(update(Clock).where(*gone).values(calendar="x", name="courtesy", due_at=OLD - DAY))
    assert work.strike(NOW) == 1
    assert work.clock(case, "courtesy").due_at == OLD - DAY
    assert work.strike(NOW) == 0


def test_dates_are_not_reckoned_at_night(work: Clockwork, case: int) -> None:
    computed_elsewhere(work, case, result=OLD - DAY)
    assert work.strike(NOW + timedelta(hours=10)) == 0


def test_reckoning_comes_before_warnings(work: Clockwork, case: int) -> None:
    assert next(iter(TIMERS)) == "reckoning"
    computed_elsewhere(work, case, result=NOW)
    with work.database.transaction() as session:
        session.execute(update(Clock).values(warn_at=NOW))
    work.strike(NOW)
    assert work.levels() == []


def test_more_time_for_what_is_over_is_not_granted_and_the_request_stays_as_it_was(
    work: Clockwork, case: int
) -> None:
    ask(work, case, 3)
    with work.database.transaction() as session:
        session.execute(update(Clock).values(met_at=NOW))
        ticket, who = session.get_one(tickets.Ticket, case), known(session, SUPERVISOR)
        with pytest.raises(NothingAsked):
            extensions.grant(session, ticket, actor_on(session, who, ticket), now=NOW)
    with work.database.reading() as session:
        assert session.scalars(select(Extension.is_granted)).all() == [None]
