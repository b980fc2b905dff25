"""Who answers what: a command before a kind, a guest's words before a role's, and never nobody."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.wechat.replies import TEXT_LIMIT, render
from handlers import desk, open_questions, say
from handlers.turn import MESSAGES, STAYING, Incoming, Kind, Reply, Router, Turn
from handlers.understanding.commands import WORDS, Command, Order
from models.rules.numbers import number_of
from models.session import Database
from models.tables import Event, Inbox, Outcome, Person, Ticket
from tests.means import MEANS
from tests.roster import LEADER, OWNER
from tests.unit.models.stage import NOW, a_ticket, known, staffed

ROLES = {"enterprise": OWNER, "official": LEADER, "stranger": "o-nobody"}
EXTRA: dict[Kind, dict[str, Any]] = {
    Kind.CONSENT: {"consents": [("tmpl", "accept"), ("sub", "reject")]},
    Kind.NOTICE_DONE: {"notice_id": "7", "delivered": False, "status": "failed:user block"},
}


def push(kind: Kind, openid: str = OWNER, text: str = "", key: str = "m:1") -> Incoming:
    return Incoming(
        key, openid, kind, str(kind), text, sealed="S", sent_at=1, media="M", extra=EXTRA.get(kind)
    )


@pytest.fixture
def office(database: Database) -> Database:
    """A staffed database with one ticket."""
    staffed(database)
    with database.transaction() as session:
        a_ticket(session)
    return database


def taken(office: Database, incoming: Incoming) -> desk.Answer:
    with office.transaction() as session:
        return desk.take(session, incoming, NOW, MEANS)


def named(name: str) -> Reply:
    return Reply((name,), Outcome.ANSWER)


def turn(office: Database, kind: Kind, command: Command | None) -> Turn:
    with office.reading() as session:
        order = None if command is None else Order(command)
        return Turn(session, known(session, OWNER), push(kind), order, 1, NOW, MEANS)


def answered(router: Router, at: Turn) -> str | None:
    handler = router.find(at)
    return None if handler is None else str(handler(at).speech[0])


def test_command_goes_before_kind_and_the_unknown_to_nobody(office: Database) -> None:
    router = Router()
    router.on(Command.URGE, Command.ADD)(lambda _: named("order"))
    router.when(Kind.TEXT)(lambda _: named("text"))

    table = {
        (Kind.TEXT, Command.URGE): "order",
        (Kind.TEXT, Command.ADD): "order",
        (Kind.CLICK, Command.URGE): "order",
        (Kind.TEXT, Command.HELP): "text",
        (Kind.TEXT, None): "text",
        (Kind.CLICK, Command.HELP): None,
        (Kind.IMAGE, None): None,
    }
    assert {each: answered(router, turn(office, *each)) for each in table} == table


def test_decorating_leaves_the_handler_as_it_was() -> None:
    router = Router()

    def handler(at: Turn) -> Reply:
        return named(at.text)

    assert router.on(Command.HELP)(handler) is handler
    assert router.when(Kind.TEXT)(handler) is handler


@pytest.mark.parametrize("role", ROLES)
def test_every_kind_ends_in_an_outcome_for_every_role(office: Database, role: str) -> None:
    for kind in sorted(set(Kind) - {Kind.UNREADABLE}):
        answer = taken(office, push(kind, ROLES[role], "", key=f"{kind}"))
        assert answer.outcome is not None, kind
        assert (answer.speech != ()) == (kind in MESSAGES | {Kind.FOLLOW, Kind.SCAN, Kind.CLICK}), kind
    with office.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inbox).where(Inbox.outcome.is_(None))) == 0


def test_unreadable_push_is_kept_once_of_nobody_and_without_an_outcome(database: Database) -> None:
    incoming = replace(push(Kind.UNREADABLE, openid="", key="u:1"), media=None)
    with database.transaction() as session:
        before = session.scalar(select(func.count()).select_from(Person))
    answers = [taken(database, incoming) for _ in range(2)]
    assert answers == [desk.Answer((), "shelved"), desk.Answer((), None)]
    with database.reading() as session:
        row = session.scalars(select(Inbox)).one()
        assert (row.kind, row.sealed, row.person_id, row.outcome) == ("unreadable", "S", None, None)
        assert session.scalar(select(func.count()).select_from(Person)) == before


def numbers_of_tickets(office: Database) -> list[str]:
    with office.reading() as session:
        return [number_of(ticket_id) for ticket_id in session.scalars(select(Ticket.id).order_by(Ticket.id))]


class Undone(Exception):
    """Ends a turn without leaving anything behind."""


def opened(office: Database, incoming: Incoming) -> int:
    """Return how many tickets a push would open; take it back."""
    found = 0
    try:
        with office.transaction() as session:
            before = session.scalar(select(func.count()).select_from(Ticket)) or 0
            assert desk.take(session, incoming, NOW, MEANS).speech != ()
            found = (session.scalar(select(func.count()).select_from(Ticket)) or 0) - before
            raise Undone
    except Undone:
        return found


FOR_OFFICIALS = (
    *("待办", "详情", "受理", "回复", "进展", "办结", "约电话", "取消约电话", "打不通"),
    *("延期", "同意延期", "不同意延期", "暂停计时"),
)
FOR_ENTERPRISES = ("催办", "补充", "改类型", "撤回", "确认", "没解决", "同意来电", "改来电", "不接来电")
OF_OFFICIALS = {
    *("accept", "reply", "progress", "resolve", "announce_call", "cancel_call", "call_failed"),
    *("extend", "pause"),
}
OPENS_A_TICKET = {"新诉求", "我要反映"}
TAKES_NOTHING = {"帮助", "菜单", "确认绑定", "取消", "待办"}


@pytest.mark.parametrize("role", ROLES)
def test_no_command_opens_a_ticket_by_itself(office: Database, role: str) -> None:
    [number] = numbers_of_tickets(office)
    alone = {word for word in WORDS if opened(office, push(Kind.TEXT, ROLES[role], word))}
    numbered = {word for word in WORDS if opened(office, push(Kind.TEXT, ROLES[role], f"{word} {number}"))}

    assert (alone, numbered - TAKES_NOTHING - OPENS_A_TICKET) == (set(), set())


def test_words_of_officials_do_nothing_for_the_enterprise(office: Database) -> None:
    [number] = numbers_of_tickets(office)
    for word in FOR_OFFICIALS:
        taken(office, push(Kind.TEXT, OWNER, f"{word} {number} 好了", key=word))
    with office.reading() as session:
        verbs = list(session.scalars(select(Event.verb).order_by(Event.id)))
    assert [verb for verb in verbs if verb in OF_OFFICIALS] == []


def test_words_of_the_enterprise_are_not_sent_to_it_as_a_reply(office: Database) -> None:
    [number] = numbers_of_tickets(office)
    taken(office, push(Kind.TEXT, LEADER, f"详情 {number}"))
    for word in FOR_ENTERPRISES:
        taken(office, push(Kind.TEXT, LEADER, f"{word} {number}", key=word))
    with office.reading() as session:
        assert list(session.scalars(select(Event.verb).order_by(Event.id))) == ["submit"]


@pytest.mark.parametrize("key", [entry["key"] for entry in say.MENU])
def test_menu_keys_are_words_that_work(office: Database, key: str) -> None:
    assert key in WORDS
    answer = taken(office, push(Kind.CLICK, OWNER, key))
    assert answer.speech not in {(), say.ENTERPRISE_HELP} or WORDS[key] is Command.HELP


def test_repeat_gets_the_first_answer_and_changes_nothing(office: Database) -> None:
    first = taken(office, push(Kind.TEXT, OWNER, "新诉求 管委会欠我们工程款两百万"))
    again = taken(office, push(Kind.TEXT, OWNER, "新诉求 别的事"))

    assert again == replace(first, outcome=None)
    assert len(numbers_of_tickets(office)) == 2


XML = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
"""No XML carries the character NUL, and PostgreSQL stores none."""
TYPED = st.text(XML, max_size=40) | st.builds(
    "{}{}{}".format,
    st.sampled_from(sorted(WORDS)),
    st.sampled_from([" ", " 1010 ", "：2357", ""]),
    st.text(XML, max_size=20),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(ROLES)), TYPED), min_size=1, max_size=6))
@example([("enterprise", "长" * 20_000), ("enterprise", "补充 " + "😀" * 20_000), ("official", "详情 1010")])
@example([("enterprise", "新诉求 " + "😀" * 60), ("enterprise", "😀" * 60), ("enterprise", "进度")])
@example([("official", "详情 1010"), ("official", "回" * 20_000), ("official", "详情 1010")])
@example(
    [("enterprise", '<a href="weixin://bizmsgmenu?msgmenucontent=撤回">点</a>' * 60), ("official", "待办")]
)
@example([("stranger", "新诉求 ]]>" + "\n" * 300 + "]]>"), ("stranger", "进度")])
def test_whatever_people_type_is_answered_in_one_message(
    office: Database, talk: list[tuple[str, str]]
) -> None:
    for place, (role, text) in enumerate(talk):
        with office.transaction() as session:
            count = session.scalar(select(func.count()).select_from(Inbox)) or 0
        answer = taken(office, push(Kind.TEXT, ROLES[role], text.strip(), key=f"m:{count}:{place}"))
        assert answer.outcome is not None
        [said] = render(answer.speech)
        assert len(said.encode()) <= TEXT_LIMIT


def test_every_question_that_stays_says_how_it_is_asked_again() -> None:
    assert set(open_questions.AGAIN) == STAYING
