"""What becomes of a pattern when its cases change: originals go, strangers bind, cases merge or are shielded."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.patterns_loop import AGAIN
from models.actions import merging, patterns, people, retyping, secrecy, shielding
from models.actions.tickets import withdraw
from models.queries import comparing
from models.queries import patterns as queries
from models.queries.shielded import shielded
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.session import Database
from models.tables import Enterprise, FeedCursor, Pattern, PatternDecision, PatternMember, Person, Ticket
from tests.alike import APPROVAL, ARREARS, bring, compare, firm, groups, loop_on, seven, shown
from tests.unit.bot.test_patterns_loop import a_key, loop_guess
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


def test_what_people_decided_outlives_a_new_model(office: Database) -> None:
    """The decisions stick though everything is read anew: a named, a dismissed and a patched pattern stay."""
    seven(office)
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        patterns.rename(session, session.scalars(select(Pattern)).one(), "澜河城投欠款", by, now=NOW)
    before = groups(office)
    compare(office, loop_on(office, model="another"))
    assert groups(office) == before
    assert shown(office)[0].title == "澜河城投欠款"
    with office.transaction() as session:
        patterns.dismiss(session, session.scalars(select(Pattern)).one(), "同一项目的分包", by, now=NOW)
    compare(office, loop_on(office, model="a third"))
    assert groups(office) == [("dismissed", before[0][1])]
    assert shown(office) == []


def test_a_case_of_another_type_leaves_whatever_people_decided(office: Database) -> None:
    cases = seven(office)
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        patterns.split(session, session.scalars(select(Pattern)).one(), cases[:2], "另一件事", by, now=NOW)
        moved = session.get_one(Ticket, cases[0])
        retyping.look_again(
            session, moved.id, loop_guess("approval"), instead_of="arrears", suggested=None, now=NOW
        )
    compare(office)
    assert groups(office) == [("open", cases[2:]), ("open", cases[1:2])]


def test_withdrawn_cases_that_are_read_late_have_no_voice(database: Database) -> None:
    staffed(database)
    live = [bring(database, firm(database, f"live{n}"), text) for n, text in enumerate(ARREARS[:3])]
    gone = [bring(database, firm(database, f"gone{n}"), text) for n, text in enumerate(ARREARS[3:])]
    for each in gone:
        who = actor_of(database, each)
        with database.transaction() as session:
            withdraw(session, session.get_one(Ticket, each, with_for_update=True), who, now=NOW)
    compare(database)
    assert groups(database) == [("forming", live)]


def test_the_same_firms_make_a_pattern_again_when_they_say_it_again(office: Database) -> None:
    long_ago, firms = NOW - timedelta(days=200), [firm(office, f"firm{n}") for n in range(4)]
    for openid, text in zip(firms[:3], ARREARS, strict=False):
        bring(office, openid, text, at=long_ago)
    compare(office)
    for openid, text in zip(firms, ARREARS[3:], strict=True):
        bring(office, openid, text)
    compare(office)
    assert [pattern.opened_at for pattern in shown(office)] == [NOW]


def test_nothing_joins_a_pattern_that_was_dismissed(office: Database) -> None:
    cases = seven(office)
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        old = session.scalars(select(Pattern)).one()
        new = patterns.split(session, old, cases[:3], "另一件事", by, now=NOW)
        patterns.dismiss(session, new, "不是一回事", by, now=NOW)
        with pytest.raises(patterns.CannotJoin):
            patterns.join(session, new, old, by, now=NOW)


def test_a_case_that_is_in_no_pattern_has_doubled_none(office: Database) -> None:
    alone = bring(office, firm(office, "alone"), APPROVAL, kind="approval")
    compare(office)
    with office.reading() as session:
        assert not comparing.has_doubled(session, alone)


def test_a_case_that_comes_while_a_new_model_reads_finds_the_pattern_that_was_decided(
    office: Database,
) -> None:
    """What came before the old cases were read anew is compared again once they have been."""
    cases = seven(office)
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        patterns.rename(session, session.scalars(select(Pattern)).one(), "澜河城投欠款", by, now=NOW)
    late = bring(office, firm(office, "late"), "澜河县城投欠我们工程款，护坡的尾款五十万，拖了两年")
    compare(office, loop_on(office, model="another"))
    assert groups(office) == [("open", [*cases, late])]
    with office.reading() as session:
        assert session.get(FeedCursor, AGAIN) is None
    before = groups(office)
    compare(office, loop_on(office, model="another"))
    assert groups(office) == before


def test_an_original_that_comes_back_is_what_its_saying_begins_with_again(office: Database) -> None:
    cases = seven(office)
    later = [bring(office, firm(office, f"copy{n}"), ARREARS[0]) for n in range(2)]
    loop = loop_on(office)
    compare(office, loop)
    for _ in range(2):
        for act in (shielding.shield, shielding.unshield):
            with office.transaction() as session:
                case = session.get_one(Ticket, cases[0], with_for_update=True)
                act(session, case, actor_of(office, cases[0]), reason=None, now=NOW)
            compare(office, loop)
            assert heard(office) == 7
    assert [copies(office)[each] for each in later] == [cases[0]] * 2


def test_cases_that_were_merged_have_no_voice_in_who_joins(office: Database) -> None:
    cases = seven(office)
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        row = session.scalars(select(Pattern)).one()
        patterns.rename(session, row, "澜河城投欠款", by, now=NOW)
        session.execute(update(Ticket).where(Ticket.id.in_(cases[1:])).values(status="merged"))
        only = session.get_one(PatternMember, cases[0]).voice
        assert comparing.voices(session, [row.id]) == {row.id: [only]}


def test_what_was_decided_keeps_no_words_of_a_shielded_case(office: Database) -> None:
    """Renamed, then split off, then shielded: the old title was its words, and its number is listed."""
    seven(office)
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        row = session.scalars(select(Pattern)).one()
        (teller,) = row.told_from
        patterns.rename(session, row, "澜河城投欠款", by, now=NOW)
        patterns.split(session, row, [teller], "另一件事", by, now=NOW)
        patterns.tell(session, row, patterns.InWords("", "别家的话", [teller + 1]))
    with office.transaction() as session:
        secrecy.shield(session, [session.get_one(Ticket, teller)])
    with office.reading() as session:
        rows = session.scalars(select(PatternDecision).order_by(PatternDecision.id)).all()
        assert [row.verb for row in rows] == ["rename", "split"]
        assert "before" not in rows[0].data
        assert rows[1].data["tickets"] == []
        assert session.get_one(Pattern, row.id).stone == "别家的话", "the words that stand are another's"


def test_a_sentence_of_a_large_model_goes_with_each_case_it_was_made_of(office: Database) -> None:
    cases = seven(office)
    compare(office)
    with office.transaction() as session:
        row = session.scalars(select(Pattern)).one()
        assert patterns.reword(session, row.id, "城投拖欠工程款", instead_of=row.stone, of=cases[2:5])
    with office.transaction() as session:
        secrecy.shield(session, [session.get_one(Ticket, cases[4])])
        assert session.get_one(Pattern, row.id).stone == ""


def test_a_pattern_of_too_few_is_not_told_again(office: Database) -> None:
    cases = seven(office)
    compare(office)
    for each in cases[:4]:
        with office.transaction() as session:
            case = session.get_one(Ticket, each, with_for_update=True)
            shielding.shield(session, case, actor_of(office, each), reason=None, now=NOW)
    compare(office)
    assert groups(office) == [("forming", cases[4:])]


def test_secrecy_of_what_goes_on_together_is_lifted_where_it_goes_on(office: Database) -> None:
    first, later = bring(office, firm(office, "one"), ARREARS[0]), bring(office, "o-one", ARREARS[1])
    above = Actor(Role.SUPERVISOR, None)
    with office.transaction() as session:
        main, ticket = (session.get_one(Ticket, each, with_for_update=True) for each in (first, later))
        shielding.shield(session, main, above, now=NOW)
        merging.merge(session, ticket, main, OWNER, now=NOW)
        for act in (shielding.shield, shielding.unshield):
            with pytest.raises(shielding.HiddenTogether):
                act(session, ticket, above, now=NOW)
        assert shielding.unshield(session, main, above, now=NOW)
        assert shielded(session, [first, later]) == frozenset()


def test_what_the_enterprise_asks_for_too_the_desk_lifts_no_more(office: Database) -> None:
    case = bring(office, firm(office, "one"), ARREARS[0])
    who = actor_of(office, case)
    with office.transaction() as session:
        ticket = session.get_one(Ticket, case, with_for_update=True)
        assert shielding.shield(session, ticket, OWNER, now=NOW)
        assert not shielding.shield(session, ticket, who, now=NOW), "it was so already"
        with pytest.raises(shielding.EnterpriseAsked):
            shielding.unshield(session, ticket, OWNER, now=NOW)
        assert shielding.unshield(session, ticket, who, now=NOW)


def test_one_text_is_one_voice_whoever_withdraws_it(office: Database) -> None:
    """Two firms say the same words in turn, and take the first of them back each time."""
    one, other = firm(office, "one"), firm(office, "other")
    bring(office, firm(office, "alone"), ARREARS[1])
    loop = loop_on(office)
    sent = [bring(office, openid, ARREARS[0]) for openid in (one, other, one, other)]
    compare(office, loop)
    for each in sent[:3]:
        who = actor_of(office, each)
        with office.transaction() as session:
            withdraw(session, session.get_one(Ticket, each, with_for_update=True), who, now=NOW)
        compare(office, loop)
        assert heard(office) == 2, "they and the one beside them"
