"""All stored cases are grouped anew, and what people decided about patterns stays decided."""

import pytest
from sqlalchemy import delete, select, update

from bot.regrouping import regroup
from models.actions import patterns, regrouping, shielding
from models.actions.patterns import Signature
from models.actions.regrouping import Move
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.session import Database
from models.tables import Patch, PatchCase, Pattern, PatternMember, Ticket, TicketVector
from tests.alike import APPROVAL, ARREARS, MODEL, bring, compare, firm, groups, seven, shown
from tests.patching import MINUTE, belongs, ground
from tests.unit.bot.test_patterns_loop import a_key
from tests.unit.models.stage import NOW, staffed


@pytest.fixture
def office(database: Database) -> Database:
    """A database with people, whose patterns are followed."""
    staffed(database)
    compare(database)
    return database


def again(database: Database) -> dict[str, int]:
    """Group all anew; return how many cases moved, by type."""
    return {each.type: each.moved for each in regroup(database, MODEL, lambda: NOW)}


def scatter(database: Database) -> None:
    """Lose all that was found out, as a database that was loaded from elsewhere has it."""
    with database.transaction() as session:
        for row in session.scalars(select(PatternMember)).all():
            session.delete(row)
        for pattern in session.scalars(select(Pattern)).all():
            session.delete(pattern)


def test_seven_of_one_stone_are_one_pattern_that_is_shown_and_a_second_run_changes_nothing(
    office: Database,
) -> None:
    cases = seven(office)
    bring(office, firm(office, "other"), APPROVAL, kind="arrears")
    compare(office)
    before = groups(office)
    scatter(office)
    assert again(office) == {"arrears": 7}
    assert groups(office) == before == [("open", cases)]
    assert "城投" in shown(office)[0].title + shown(office)[0].stone
    assert again(office) == {"arrears": 0}
    assert groups(office) == before


def test_two_forming_groups_that_are_one_become_one_under_the_larger_ones_number(office: Database) -> None:
    cases = seven(office)
    compare(office)
    with office.transaction() as session:
        one = session.scalars(select(Pattern)).one()
        other = Pattern(type="arrears", state="forming", title="", stone="", created_at=NOW)
        session.add(other)
        session.flush()
        part = update(PatternMember).where(PatternMember.ticket_id.in_(cases[:2]))
        session.execute(part.values(pattern_id=other.id))
        ids = one.id, other.id
    assert again(office)["arrears"] == 2
    assert groups(office) == [("open", cases)]
    with office.reading() as session:
        assert session.get(Pattern, ids[1]) is None, "it was never shown"
        assert session.scalars(select(Pattern.id)).all() == [ids[0]]


def test_a_pattern_that_was_shown_and_is_empty_leads_to_where_its_cases_went(office: Database) -> None:
    cases = seven(office)
    compare(office)
    with office.transaction() as session:
        old = Pattern(type="arrears", state="open", title="旧", stone="旧", created_at=NOW, opened_at=NOW)
        session.add(old)
        session.flush()
        session.execute(
            update(PatternMember).where(PatternMember.ticket_id == cases[0]).values(pattern_id=old.id)
        )
        old_id = old.id
    again(office)
    with office.reading() as session:
        row = session.get_one(Pattern, old_id)
        assert (row.state, row.joined_into) == ("joined", shown(office)[0].id)


def test_what_people_decided_stays(office: Database) -> None:
    cases = seven(office)
    compare(office)
    by = Signature(a_key(office), "督查")
    with office.transaction() as session:
        row = session.scalars(select(Pattern)).one()
        patterns.rename(session, row, "澜河城投欠款", by, now=NOW)
        new = patterns.split(session, row, cases[:3], "另一件事", by, now=NOW)
        patterns.dismiss(session, new, "同一项目的分包", by, now=NOW)
    before = groups(office)
    assert [state for state, _ in before] == ["open", "dismissed"]
    for _ in range(2):
        assert again(office) == {"arrears": 0}
        assert groups(office) == before
    with office.reading() as session:
        assert [row.title for row in session.scalars(select(Pattern).order_by(Pattern.id))] == [
            "澜河城投欠款",
            "另一件事",
        ]
    late = bring(office, firm(office, "late"), "澜河县城投欠我们工程款，护坡的尾款五十万，拖了两年")
    with office.transaction() as session:
        patterns.leave(session, late)
    compare(office)
    with office.transaction() as session:
        patterns.leave(session, late)
    again(office)
    assert sum(late in members for _, members in groups(office)) == 1, "new cases join what was decided"
    assert [set(members) - {late} for _, members in groups(office)] == [set(cases[3:]), set(cases[:3])]


def test_a_patched_pattern_keeps_its_cases_and_who_is_found_to_belong_there_meets_the_patch(
    database: Database,
) -> None:
    made = ground(database, firms=0)
    odd = bring(database, firm(database, "odd"), APPROVAL)
    cases = seven(database)
    compare(database)
    made.pattern = shown(database)[-1].id
    patch = made.open()
    made.in_effect(patch)
    with database.transaction() as session:
        belongs(session, session.get_one(Ticket, odd), made.pattern, NOW)
        session.execute(delete(PatternMember).where(PatternMember.ticket_id == cases[6]))
        session.execute(update(Ticket).where(Ticket.id == cases[6]).values(created_at=NOW + MINUTE))
    again(database)
    assert groups(database) == [("open", [odd, *cases])], "to open a patch from it was to say what it is"
    with database.reading() as session:
        assert session.get_one(PatchCase, (patch, cases[6])).kind == "stumbled"


def test_a_patch_opened_while_its_pattern_loses_its_cases_goes_where_they_went(database: Database) -> None:
    made = ground(database)
    patch = made.open()
    made.in_effect(patch)
    with database.transaction() as session:
        other = Pattern(type="arrears", state="open", title="另", stone="另", created_at=NOW, opened_at=NOW)
        session.add(other)
        session.flush()
        session.execute(update(PatternMember).values(pattern_id=other.id))
        assert regrouping.close_empty(session, {made.pattern: other.id}, now=NOW) == 1
        assert session.get_one(Patch, patch).pattern_id == other.id


def test_what_is_decided_while_cases_are_grouped_stays(office: Database) -> None:
    cases = seven(office)
    compare(office)
    by = Signature(a_key(office), "督查")
    with office.transaction() as session:
        row = session.scalars(select(Pattern)).one()
        other = regrouping.new_pattern(session, "arrears", now=NOW)
        patterns.dismiss(session, row, "分包", by, now=NOW)
        moves = [Move(each, row.id, other.id, 0.9, None) for each in cases]
        assert regrouping.put(session, "arrears", moves, now=NOW) == 0
    assert groups(office) == [("dismissed", cases)]


def test_a_shown_pattern_does_not_vanish_in_one_that_was_dismissed(office: Database) -> None:
    cases = seven(office)
    compare(office)
    with office.transaction() as session:
        shown_one = session.scalars(select(Pattern)).one()
        other = Pattern(
            type="arrears", state="dismissed", title="旧", stone="旧", created_at=NOW, opened_at=NOW
        )
        session.add(other)
        session.flush()
        moves = [Move(each, shown_one.id, other.id, 0.9, None) for each in cases]
        assert regrouping.put(session, "arrears", moves, now=NOW) == 0
    assert groups(office) == [("open", cases)]


def test_what_people_said_to_be_no_stumble_is_not_moved_back(database: Database) -> None:
    made = ground(database)
    patch = made.open()
    with database.transaction() as session:
        facts = {"kind": "cleared", "round": 1, "met_at": NOW, "is_reported": False}
        session.add(PatchCase(patch_id=patch, ticket_id=made.cases[0], **facts))
        session.execute(delete(PatternMember).where(PatternMember.ticket_id == made.cases[0]))
        vector = {"model": MODEL, "type": "arrears", "vector": b"1", "traits": {}}
        session.add(TicketVector(ticket_id=made.cases[0], **vector))
        session.flush()
        moves = [Move(made.cases[0], None, made.pattern, 0.9, None)]
        assert regrouping.put(session, "arrears", moves, now=NOW) == 0


def test_a_flood_weighs_no_more_than_its_first_case_and_copies_make_no_pattern(office: Database) -> None:
    foreign = bring(office, firm(office, "victim"), APPROVAL, kind="arrears")
    cases = seven(office)
    flood = firm(office, "flood")
    for n in range(12):
        bring(office, flood, f"{ARREARS[n % 7]}。{APPROVAL}（第{n}次）")
    for n in range(6):
        bring(office, firm(office, f"copy{n}"), APPROVAL, kind="arrears")
    compare(office)
    for _ in range(2):
        again(office)
        is_open = [members for state, members in groups(office) if state == "open"]
        assert any(set(cases) <= set(members) for members in is_open)
        assert all(foreign not in members for members in is_open)
    scatter(office)
    again(office)
    assert all(foreign not in members for state, members in groups(office) if state == "open")


def test_a_shielded_case_and_one_that_is_gone_are_left_out(office: Database) -> None:
    cases = seven(office)
    compare(office)
    with office.transaction() as session:
        ticket = session.get_one(Ticket, cases[0])
        shielding.shield(session, ticket, Actor(Role.ENTERPRISE, ticket.person_id), now=NOW)
    again(office)
    assert all(cases[0] not in members for _, members in groups(office))
