"""In whose words a pattern is told, and that a case which comes back is where people put it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from models.actions import patterns, regrouping, retyping, shielding, stumbles
from models.queries import patterns as queries
from models.queries.patterns_on_wall import shown
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.rules.patterns import Place
from models.session import Database
from models.tables import Pattern, PatternMember, Ticket, TicketVector
from tests.alike import ARREARS, MODEL, bring, compare, firm, groups, loop_on, seven
from tests.patching import MINUTE, ground
from tests.unit.bot.test_patterns_change import actor_of
from tests.unit.bot.test_patterns_loop import a_key, loop_guess
from tests.unit.models.stage import NOW, staffed

SLANDER = (
    "澜河城投工程款尾款一直拖着不给，审计验收两年了，城投老总吃回扣",
    "给澜河县城投干的绿化工程、路灯安装，尾款欠着不给，三年了，城投是骗子公司",
    "澜河城投欠市政工程款尾款，验收结算都完了拖着不给，城投全是贪官",
)


@pytest.fixture
def office(database: Database) -> Database:
    """A database with people, whose patterns are followed."""
    staffed(database)
    compare(database)
    return database


def test_strangers_write_neither_title_nor_stone_nor_typical_case(office: Database) -> None:
    theirs = {bring(office, f"o-nobody{n}", text) for n, text in enumerate(SLANDER)}
    seven(office)
    compare(office)
    with office.reading() as session:
        pattern = session.scalars(select(Pattern).where(Pattern.state == "open")).one()
        seen = queries.pattern(session, None, pattern.id)
        assert theirs & {each.ticket_id for each in queries.members(session, pattern.id)}
        assert theirs.isdisjoint(pattern.told_from)
        assert theirs.isdisjoint(each.id for each in seen.typical)
    assert not [word for word in ("回扣", "骗子", "贪官") if word in pattern.title + pattern.stone]


def test_whoever_copies_what_an_enterprise_says_again_is_not_heard_beside_it(office: Database) -> None:
    loop = loop_on(office)
    one, other = firm(office, "one"), firm(office, "other")
    bring(office, firm(office, "alone"), ARREARS[1])
    bring(office, one, ARREARS[0], at=NOW - timedelta(days=200))
    compare(office, loop)
    bring(office, one, ARREARS[0])
    bring(office, other, ARREARS[0])
    compare(office, loop)
    with office.transaction() as session:
        pattern = session.scalars(select(Pattern)).one()
        assert queries.heard(session, pattern.id, since=NOW - timedelta(days=180)) == 2
        pattern.state, pattern.title, pattern.opened_at = "open", "工程款", NOW
        assert [each.enterprises for each in shown(session, None, limit=5)] == [2], "the old one is here"


def hide_and_show(office: Database, ticket_id: int) -> None:
    for act in (shielding.shield, shielding.unshield):
        with office.transaction() as session:
            ticket = session.get_one(Ticket, ticket_id, with_for_update=True)
            act(session, ticket, actor_of(office, ticket_id), reason=None, now=NOW)
        compare(office)


def change_type_and_back(office: Database, ticket_id: int) -> None:
    for was, kind in (("arrears", "approval"), ("approval", "arrears")):
        with office.transaction() as session:
            retyping.look_again(session, ticket_id, loop_guess(kind), instead_of=was, suggested=None, now=NOW)
        compare(office)


@pytest.mark.parametrize("leaves", [hide_and_show, change_type_and_back])
@pytest.mark.parametrize("decide", ["split", "joined since"])
def test_a_case_that_leaves_and_comes_back_is_where_people_put_it(
    office: Database, leaves: Callable[[Database, int], None], decide: str
) -> None:
    cases = seven(office)
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    sign: Any = partial(patterns.split, title="另一件事", by=by, now=NOW)
    with office.transaction() as session:
        whole = session.scalars(select(Pattern)).one()
        apart = sign(session, whole, cases[:2])
        session.flush()
        if decide == "joined since":
            last = sign(session, whole, cases[2:4])
            session.flush()
            leaves_from = session.get_one(Pattern, last.id)
            patterns.join(session, leaves_from, apart, by, now=NOW)
    before = [members for _, members in groups(office)]
    leaves(office, cases[0])
    assert [members for _, members in groups(office)] == before


UNLIKE = "我们给北票市水利局做的河道清淤，保证金八万元至今不退还，催了无数遍没人答复"


def placed(office: Database, ticket_id: int) -> tuple[int, int | None, bool]:
    """Return the pattern a case is in, what it repeats there, and whether people put it there."""
    with office.reading() as session:
        row = session.get_one(PatternMember, ticket_id)
        return row.pattern_id, row.copy_of, row.is_pinned


def test_a_copy_that_was_split_off_comes_back_as_a_saying_of_its_own(office: Database) -> None:
    """What it repeats is in the other pattern, where people did not want it."""
    cases = seven(office)
    copy = bring(office, firm(office, "copy"), ARREARS[0])
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        whole = session.scalars(select(Pattern)).one()
        apart = patterns.split(session, whole, [copy], "另一件事", by, now=NOW).id
    hide_and_show(office, copy)
    assert placed(office, copy) == (apart, None, True)
    assert placed(office, cases[0])[0] != apart


@pytest.mark.parametrize("leaves", [hide_and_show, change_type_and_back])
def test_copies_that_people_joined_with_others_are_heard_once_wherever_they_have_been(
    office: Database, leaves: Callable[[Database, int], None]
) -> None:
    """They are like nothing else in the pattern: by the mean over it they would be nowhere."""
    cases = seven(office)
    odd, *copied = [bring(office, firm(office, f"odd{n}"), UNLIKE) for n in range(3)]
    compare(office)
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        (here, _, _), (there, _, _) = placed(office, cases[0]), placed(office, odd)
        assert here != there
        home = session.get_one(Pattern, here)
        patterns.join(session, home, session.get_one(Pattern, there), by, now=NOW)
    for each in copied:
        leaves(office, each)
    assert [placed(office, each) for each in copied] == [(here, odd, True)] * 2
    with office.reading() as session:
        assert queries.heard(session, here, since=NOW - timedelta(days=180)) == 8


def test_a_case_that_was_no_stumble_over_the_patch_at_home_may_be_elsewhere(database: Database) -> None:
    """People put it there, it left and came back; then they said that it is none of the patch there."""
    made = ground(database)
    made.in_effect(made.open())
    late = made.comes("late", now=NOW + MINUTE)
    by = patterns.Signature(made.key, "督查室")
    with database.transaction() as session:
        home = session.get_one(Pattern, made.pattern)
        apart = patterns.split(session, home, [late], "另一件事", by, now=NOW)
        patterns.join(session, home, apart, by, now=NOW)
        other = regrouping.new_pattern(session, "arrears", now=NOW).id
        case = session.get_one(Ticket, late)
        patterns.keep(session, case, model=MODEL, vector=b"1", traits={})
        session.flush()
        patterns.leave(session, late)
        session.expire_all()
        assert session.get_one(TicketVector, late).pinned_to == made.pattern
        settled = patterns.settle(session, case, Place(other, None, 0.9), now=NOW)
        assert settled is not None
        assert settled.id == made.pattern, "people are believed, until they say otherwise"
        stumbles.unstumble(session, case, Actor(Role.SUPERVISOR, None, signed="督查室"), now=NOW)
        session.expire_all()
        patterns.settle(session, case, Place(other, None, 0.9), now=NOW)
    assert placed(database, late) == (other, None, False)
