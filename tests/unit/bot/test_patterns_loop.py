"""Alike cases find one another once; enough enterprises make a pattern, and no flood, copy or stranger does."""

from contextlib import suppress
from datetime import timedelta
from typing import NoReturn

import pytest
from sqlalchemy import delete, func, select

from bot.patterns_loop import MOST_TRIES, PatternsLoop
from models.actions import access, patterns, retyping, secrecy
from models.actions.tickets import Guess
from models.queries import patterns as queries
from models.session import Database
from models.tables import FeedCursor, Lease, Pattern, PatternMember, Ticket, TicketVector
from tests.alike import (
    APPROVAL,
    ARREARS,
    MODEL,
    bring,
    compare,
    firm,
    groups,
    loop_on,
    read,
    seven,
    shown,
    ticket,
)
from tests.unit.bot.test_second_look import settle
from tests.unit.models.stage import NOW, staffed


@pytest.fixture
def office(database: Database) -> Database:
    """A database with people, whose patterns are followed."""
    staffed(database)
    compare(database)
    return database


def test_seven_enterprises_that_one_debtor_owes_make_a_pattern(office: Database) -> None:
    cases = seven(office)
    compare(office)
    assert groups(office) == [("open", cases)]
    pattern = shown(office)[0]
    assert "城投" in pattern.title + pattern.stone
    assert pattern.opened_at == NOW


def test_three_years_of_debt_and_three_years_of_delay_do_not_fall_together(office: Database) -> None:
    first, other = firm(office, "one"), firm(office, "two")
    bring(office, first, "欠工程款三年")
    bring(office, other, "拖延审批三年", kind="approval")
    compare(office)
    assert groups(office) == []
    bring(office, other, "拖延审批三年", kind="arrears")
    compare(office)
    assert groups(office) == []


def test_a_pattern_still_forming_is_shown_to_nobody(office: Database) -> None:
    for n, text in enumerate(ARREARS[:3]):
        bring(office, firm(office, f"firm{n}"), text)
    compare(office)
    assert [(state, len(cases)) for state, cases in groups(office)] == [("forming", 3)]
    assert shown(office) == []


def test_one_enterprise_that_floods_is_heard_once(office: Database) -> None:
    alone = firm(office, "flood")
    for n, text in enumerate([*ARREARS, *ARREARS]):
        bring(office, alone, f"{text}（第{n}次反映）")
    compare(office)
    assert shown(office) == []


def test_strangers_do_not_make_a_pattern(office: Database) -> None:
    for n, text in enumerate(ARREARS):
        bring(office, f"o-nobody-{n}", text)
    compare(office)
    assert shown(office) == []


def test_copies_of_one_text_are_one_voice_whoever_sends_them(office: Database) -> None:
    for n in range(7):
        bring(office, firm(office, f"copy{n}"), ARREARS[0])
    compare(office)
    assert shown(office) == []


def test_copies_keep_nobody_out_of_a_pattern(office: Database) -> None:
    """They have no voice: what comes is compared with the three who speak, not with nine."""
    three = [bring(office, firm(office, f"firm{n}"), text) for n, text in enumerate(ARREARS[:3])]
    copies = [bring(office, firm(office, f"copy{n}"), ARREARS[0]) for n in range(6)]
    fourth = bring(office, firm(office, "fourth"), ARREARS[3])
    compare(office)
    assert groups(office) == [("open", [*three, *copies, fourth])]


def test_copies_do_not_push_a_foreign_case_into_a_pattern(office: Database) -> None:
    """Four texts tell of both stones, each sent by three; what tells of the other stone alone stays out."""
    foreign = bring(office, firm(office, "victim"), APPROVAL)
    cases = seven(office)
    bridges = [
        bring(office, firm(office, f"bridge{n}"), f"{text}。{APPROVAL}")
        for n, text in enumerate(ARREARS[:4] * 3)
    ]
    later = [bring(office, firm(office, name), APPROVAL) for name in ("copy", "another")]
    compare(office)
    assert groups(office) == [("open", [*cases, *bridges]), ("forming", [foreign, *later])]


def test_a_shielded_case_is_in_no_pattern_and_compared_with_nothing(office: Database) -> None:
    cases = seven(office)
    compare(office)
    with office.transaction() as session:
        secrecy.shield(session, [session.get_one(Ticket, cases[2])])
    kept = read(office, cases[2])
    assert kept is not None
    assert (kept.vector, kept.traits, kept.is_shielded) == (None, None, True)
    others = [each for each in cases if each != cases[2]]
    assert groups(office) == [("forming", others)]
    with office.reading() as session:
        row = session.scalars(select(Pattern)).one()
        assert (row.title, row.stone) == ("", "")
    compare(office, loop_on(office, model="another"))
    assert cases[2] not in groups(office)[0][1]
    last = bring(office, firm(office, "next"), "澜河县城投欠我们工程款，护坡的尾款五十万，拖了两年")
    compare(office, loop_on(office, model="another"))
    assert [members for state, members in groups(office) if state == "open"] == [[*others, last]]


def test_words_of_a_shielded_case_go_wherever_they_were_left(office: Database) -> None:
    seven(office)
    compare(office)
    key = a_key(office)
    with office.transaction() as session:
        old = session.scalars(select(Pattern)).one()
        (teller,) = old.told_from
        assert old.stone[:8] in queries.first_words(session, [teller])[teller]
        patterns.split(session, old, [teller], "另一块石头", patterns.Signature(key, "督查"), now=NOW)
        assert old.stone
    with office.transaction() as session:
        secrecy.shield(session, [session.get_one(Ticket, teller)])
    with office.reading() as session:
        assert {row.stone for row in session.scalars(select(Pattern))} == {""}


def test_whoever_repeats_the_stone_of_a_pattern_and_is_shielded_takes_nothing_away(office: Database) -> None:
    seven(office)
    compare(office)
    before = shown(office)[0]
    quoting = bring(office, "o-stranger", f"{before.stone}，规划许可也拖着不批", kind="approval")
    compare(office)
    with office.transaction() as session:
        secrecy.shield(session, [session.get_one(Ticket, quoting)])
    compare(office)
    after = shown(office)[0]
    assert (after.id, after.title, after.stone) == (before.id, before.title, before.stone)


def test_a_case_taken_back_leaves_and_one_with_another_type_moves(office: Database) -> None:
    cases = seven(office)
    compare(office)
    with office.transaction() as session:
        moved = session.get_one(Ticket, cases[0])
        retyping.look_again(
            session, moved.id, loop_guess("approval"), instead_of="arrears", suggested=None, now=NOW
        )
    compare(office)
    assert ticket(office, cases[0]).type == "approval"
    assert groups(office) == [("open", cases[1:])]


def loop_guess(kind: str) -> Guess:
    return Guess(kind, 0.9, None, is_sure=True, is_deep=True)


def test_looking_twice_and_dying_in_between_change_nothing(office: Database) -> None:
    cases = seven(office)
    compare(office)
    before = groups(office)
    with office.transaction() as session:
        for row in session.scalars(select(FeedCursor).where(FeedCursor.reader == "patterns")):
            row.tx, row.event_id = 0, 0
    compare(office)
    assert [sorted(members) for _, members in groups(office)] == [cases]
    assert before == [("open", cases)]


def test_cases_of_before_are_read_too_and_each_of_them_once(database: Database) -> None:
    staffed(database)
    cases = seven(database)
    loop = loop_on(database)
    assert compare(database, loop) == len(cases)
    assert groups(database) == [("open", cases)]
    assert compare(database, loop) == 0
    with database.reading() as session:
        assert session.scalar(select(func.count(TicketVector.ticket_id))) == len(cases)


def test_old_cases_make_no_pattern(office: Database) -> None:
    long_ago = NOW - timedelta(days=400)
    for n, text in enumerate(ARREARS):
        bring(office, firm(office, f"old{n}"), text, at=long_ago)
    compare(office)
    assert shown(office) == []
    assert [state for state, _ in groups(office)] == ["forming"]


def test_a_text_that_nothing_can_be_read_of_is_kept_empty(office: Database) -> None:
    odd = bring(office, firm(office, "odd"), "😀😀")
    compare(office)
    kept = read(office, odd)
    assert kept is not None
    assert kept.vector is None


def test_a_dismissed_pattern_takes_new_cases_in_and_stays_dismissed(office: Database) -> None:
    for n, text in enumerate(ARREARS[:6]):
        bring(office, firm(office, f"firm{n}"), text)
    compare(office)
    key = a_key(office)
    with office.transaction() as session:
        row = session.scalars(select(Pattern)).one()
        patterns.dismiss(session, row, "同一项目的分包", patterns.Signature(key, "督查"), now=NOW)
    last = bring(office, firm(office, "late"), ARREARS[6])
    compare(office)
    assert shown(office) == []
    with office.reading() as session:
        member = session.get_one(PatternMember, last)
        assert session.get_one(Pattern, member.pattern_id).state == "dismissed"


def a_key(database: Database) -> int:
    with database.transaction() as session:
        return access.create_key(session, "secret", name="督查", role="supervisor", region=None, now=NOW).id


def test_a_text_that_ends_the_process_is_begun_three_times_and_no_more(office: Database) -> None:
    begun = []

    def deadly(text: str) -> NoReturn:
        begun.append(text)
        raise KeyboardInterrupt

    case = bring(office, firm(office, "odd"), ARREARS[0])
    settle(office)
    for _ in range(MOST_TRIES + 2):
        with suppress(KeyboardInterrupt):
            compare(office, PatternsLoop(office, lambda: NOW, deadly, MODEL))
        with office.transaction() as session:
            session.execute(delete(Lease))
    assert len(begun) == MOST_TRIES
    kept = read(office, case)
    assert kept is not None
    assert kept.vector is None


def test_nothing_is_left_to_do_after_a_round(office: Database) -> None:
    seven(office)
    settle(office)
    loop = loop_on(office)
    assert compare(office, loop) > 0
    assert compare(office, loop) == 0
