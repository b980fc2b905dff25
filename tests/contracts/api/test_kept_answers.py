"""A kept answer to a request (Idempotency-Key) loses what a case said once that case is shielded."""

import pytest
from sqlalchemy import insert, select

from models.actions import access, shielding
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.rules.numbers import number_of
from models.tables import IdempotentAnswer, Pattern, Ticket
from tests.contracts.api.desk import Desk
from tests.contracts.api.test_patterns_api import decide
from tests.patching import Ground, ground
from tests.unit.models.stage import NOW

MANY = 1001
"""More than SQLite takes in one condition."""
WORDS = "澜河县城投欠我们三百万"


@pytest.fixture
def told(desk: Desk) -> tuple[Desk, Ground, int]:
    """A desk with a pattern told in the words of its last case, which none of its typical ones is."""
    made = ground(desk.database)
    teller = made.cases[-1]
    with desk.database.transaction() as session:
        row = session.get_one(Pattern, made.pattern)
        row.title, row.stone, row.told_from = WORDS, WORDS, [teller]
        row.is_named = False
    typical = desk.get(f"/patterns/{made.pattern}").json()["typical"]
    assert number_of(teller) not in [each["number"] for each in typical]
    return desk, made, teller


def hide(desk: Desk, case: int) -> None:
    with desk.database.transaction() as session:
        ticket = session.get_one(Ticket, case, with_for_update=True)
        assert shielding.shield(session, ticket, Actor(Role.ENTERPRISE, ticket.person_id), now=NOW)


def kept(desk: Desk, once: str) -> object:
    """Return what is kept of the answer to a request."""
    with desk.database.reading() as session:
        wanted = select(IdempotentAnswer.body).where(IdempotentAnswer.idempotency_key == once)
        return session.scalars(wanted).one()


def test_answer_about_a_pattern_loses_the_words_of_a_case_that_is_none_of_the_typical(
    told: tuple[Desk, Ground, int],
) -> None:
    desk, made, teller = told
    other = made.cases[0]
    apart = decide(desk, made.pattern, "split", numbers=[number_of(other)], title="另一类").json()["id"]
    with desk.database.transaction() as session:
        session.get_one(Pattern, made.pattern).told_from = [teller]
        session.get_one(Pattern, made.pattern).stone = WORDS
    answers = {
        pattern: decide(desk, pattern, "dismiss", once=str(pattern), reason="不是同类").json()
        for pattern in (made.pattern, apart)
    }
    assert answers[made.pattern]["stone"] == WORDS
    assert number_of(teller) not in str(answers[made.pattern])
    hide(desk, teller)
    again = decide(desk, made.pattern, "dismiss", once=str(made.pattern), reason="不是同类")
    assert (again.status_code, again.json()) == (200, {"id": made.pattern})
    assert kept(desk, str(apart)) == answers[apart], "what is said of others stays"


def test_answer_to_a_renaming_loses_the_title_that_was_the_words_of_a_case_that_went_elsewhere(
    told: tuple[Desk, Ground, int],
) -> None:
    """The case was split off and what is left is told anew: only the decision says whose words those were."""
    desk, made, teller = told
    first = decide(desk, made.pattern, "rename", once="one", title="拖欠工程款").json()
    assert first["decisions"][0]["data"]["before"] == WORDS
    assert decide(desk, made.pattern, "split", numbers=[number_of(teller)], title="另一类").status_code == 200
    with desk.database.reading() as session:
        assert teller not in session.get_one(Pattern, made.pattern).told_from
    hide(desk, teller)
    assert kept(desk, "one") == {"id": made.pattern}
    assert WORDS not in desk.get(f"/patterns/{made.pattern}").text


def test_answers_about_any_of_a_great_many_cases_are_emptied_at_once(told: tuple[Desk, Ground, int]) -> None:
    desk, made, _ = told
    answer = decide(desk, made.pattern, "rename", once="one", title="拖欠工程款").json()
    named = {each["number"] for each in answer["typical"]}
    with desk.database.transaction() as session:
        first = session.get_one(Ticket, made.cases[0])
        columns = [each.key for each in Ticket.__mapper__.column_attrs if each.key != "id"]
        session.execute(insert(Ticket), [{each: getattr(first, each) for each in columns}] * MANY)
        tickets = session.scalars(select(Ticket)).all()
        access.empty_answers(session, [each for each in tickets if number_of(each.id) not in named])
    assert kept(desk, "one") == answer
    with desk.database.transaction() as session:
        access.empty_answers(session, session.scalars(select(Ticket)).all())
    assert kept(desk, "one") == {"id": made.pattern}
