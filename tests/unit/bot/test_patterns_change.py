"""What becomes of a pattern when its cases change: originals go, strangers bind, cases merge or are shielded."""

import pytest
from sqlalchemy import select

from models.actions import merging, patterns, people, shielding
from models.actions.tickets import withdraw
from models.queries import patterns as queries
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.session import Database
from models.tables import Enterprise, Pattern, PatternMember, Person, Ticket
from tests.alike import ARREARS, bring, compare, firm, groups, loop_on, seven, shown
from tests.unit.bot.test_patterns_loop import a_key
from tests.unit.models.stage import NOW, staffed

OWNER = Actor(Role.OWNER, None)


@pytest.fixture
def office(database: Database) -> Database:
    """A database with people, whose patterns are followed."""
    staffed(database)
    compare(database)
    return database


def copies(database: Database) -> dict[int, int | None]:
    """Return whose words each case that is in a pattern repeats."""
    with database.reading() as session:
        rows = session.execute(select(PatternMember.ticket_id, PatternMember.copy_of))
        return {row.ticket_id: row.copy_of for row in rows}


def actor_of(database: Database, ticket_id: int) -> Actor:
    with database.reading() as session:
        return Actor(Role.ENTERPRISE, session.get_one(Ticket, ticket_id).person_id)


def heard(database: Database) -> int:
    with database.reading() as session:
        return queries.heard(
            session, session.scalars(select(Pattern.id)).one(), since=NOW.replace(year=2026, month=9)
        )


def test_when_the_first_takes_its_case_back_the_earliest_of_its_copies_is_heard(office: Database) -> None:
    cases = seven(office)
    later = [bring(office, firm(office, f"copy{n}"), ARREARS[0]) for n in range(3)]
    loop = loop_on(office)
    compare(office, loop)
    assert [copies(office)[each] for each in later] == [cases[0]] * 3
    assert heard(office) == 7

    who = actor_of(office, cases[0])
    with office.transaction() as session:
        withdraw(session, session.get_one(Ticket, cases[0], with_for_update=True), who, now=NOW)
    compare(office, loop)
    assert [copies(office)[each] for each in later] == [None, later[0], later[0]]
    assert heard(office) == 7, "three who say the same are one voice still"

    again = bring(office, firm(office, "again"), ARREARS[0])
    compare(office, loop)
    assert copies(office)[again] == later[0], "and what comes is compared with the one who is heard"


def test_copies_of_a_case_that_people_take_out_are_heard_where_they_stay(office: Database) -> None:
    cases = seven(office)
    copy = bring(office, firm(office, "copy"), ARREARS[0])
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        pattern = session.scalars(select(Pattern)).one()
        patterns.split(session, pattern, cases[:1], "另一件事", by, now=NOW)
    assert copies(office)[copy] is None
    compare(office)
    assert copies(office)[copy] is None


def test_a_stranger_who_binds_is_heard_as_the_enterprise(office: Database) -> None:
    for n, text in enumerate(ARREARS[:3]):
        bring(office, firm(office, f"firm{n}"), text)
    stranger = bring(office, "o-stranger", ARREARS[3])
    compare(office)
    assert (heard(office), shown(office)) == (3, [])

    firm(office, "fourth")
    with office.transaction() as session:
        person = session.scalars(select(Person.id).where(Person.openid == "o-stranger")).one()
        bound = session.scalars(select(Enterprise.id).where(Enterprise.name == "fourth有限公司")).one()
        people.adopt(session, person, bound)
    with office.reading() as session:
        assert session.get_one(PatternMember, stranger).voice == f"e{bound}"
    assert heard(office) == 4
    bring(office, "o-another", ARREARS[4])
    compare(office)
    assert len(shown(office)) == 1, "four enterprises tell of it now"


def test_a_case_that_people_put_somewhere_is_there_again_when_it_is_taken_apart(office: Database) -> None:
    cases = seven(office)
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    twice = bring(office, "o-firm0", "澜河县城投的工程款，又拖了一个月")
    compare(office)
    with office.transaction() as session:
        patterns.split(
            session, session.scalars(select(Pattern)).one(), [twice, cases[1]], "另一件事", by, now=NOW
        )
    put = groups(office)
    with office.transaction() as session:
        ticket, main = (session.get_one(Ticket, each, with_for_update=True) for each in (twice, cases[0]))
        merging.merge(session, ticket, main, OWNER, now=NOW)
    compare(office)
    with office.reading() as session:
        new = session.get_one(PatternMember, cases[1]).pattern_id
        assert [each.ticket_id for each in queries.members(session, new)] == [cases[1]], (
            "a matter counts once"
        )
    with office.transaction() as session:
        ticket, main = (session.get_one(Ticket, each, with_for_update=True) for each in (twice, cases[0]))
        merging.separate(session, ticket, main, OWNER, now=NOW)
    compare(office)
    assert groups(office) == put
    with office.reading() as session:
        assert session.get_one(PatternMember, twice).is_pinned


@pytest.mark.parametrize("is_named", [False, True])
def test_a_pattern_whose_words_were_a_shielded_cases_is_told_in_others_at_once(
    office: Database, *, is_named: bool
) -> None:
    seven(office)
    compare(office)
    before, key = shown(office)[0], a_key(office)
    with office.transaction() as session:
        row = session.get_one(Pattern, before.id)
        if is_named:
            patterns.rename(session, row, "澜河城投欠款", patterns.Signature(key, "督查"), now=NOW)
        said = queries.first_words(session, [each.ticket_id for each in queries.members(session, row.id)])
        teller = next(each for each, words in said.items() if row.stone[:8] in words)
        case = session.get_one(Ticket, teller, with_for_update=True)
        shielding.shield(session, case, actor_of(office, teller), reason=None, now=NOW)
    compare(office)
    after = shown(office)[0]
    assert (after.id, after.state) == (before.id, "open")
    assert after.stone not in {"", before.stone}
    assert (after.title == "澜河城投欠款") == is_named
    assert after.opened_at == NOW
