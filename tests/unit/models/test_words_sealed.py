"""Whoever changes, removes, adds or swaps words that were said, by whatever means, is found, and the words are named."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from handlers.understanding.masking import erase
from models.actions import declines, forgetting, gathered, moves, office, retyping, tickets
from models.actions.conversation import Words
from models.actions.declines import Grounds
from models.queries import proof
from models.queries.gathered import gathered as gathering
from models.queries.tickets import actor_of, actor_on
from models.rules.numbers import number_of
from models.session import Database
from models.tables import Event, Message, Person, Ticket
from tests.roster import LEADER, OWNER, PARTNER
from tests.unit.models.stage import NOW, SURE, a_cause, a_ticket, known, staffed

Tamper = Callable[[Session, "list[int]"], object]


def minutes(count: int) -> Any:
    return NOW + timedelta(minutes=count)


@pytest.fixture
def case(database: Database) -> Iterator[int]:
    """A case in which the enterprise and the leader have spoken: five messages, of which two waited a minute."""
    staffed(database)
    with database.transaction() as session:
        ticket = a_ticket(session)
        leader = actor_on(session, known(session, LEADER), ticket)
        owner = actor_of(known(session, OWNER))
        office.accept(session, ticket, leader, now=minutes(1))
        for text in ("合同在这里", "电话13912345678"):
            gathered.gather(session, ticket, owner, Words("text", text), now=minutes(2))
        office.reply(session, ticket, leader, Words("text", "明天去现场"), now=minutes(3))
        gathered.settle(session, ticket, now=minutes(4))
        tickets.follow_up(session, ticket, owner, Words("text", "等您"), now=minutes(5))
    yield ticket.id
    database.dispose()


def found(database: Database) -> list[tuple[str, int | None, str]]:
    return [(each.chain, each.seq, each.kind) for each in proof.verify(database).flaws]


def tampered(database: Database, change: Tamper) -> list[tuple[int | None, str]]:
    """Return what is found when somebody with the database in hand changes messages, given by their ids."""
    with database.transaction() as session:
        change(session, list(session.scalars(select(Message.id).order_by(Message.id))))
    flaws = found(database)
    assert len({chain for chain, _, _ in flaws}) <= 1
    return [(seq, kind) for _, seq, kind in flaws]


def test_words_as_they_came_have_no_flaw(database: Database, case: int) -> None:
    report = proof.verify(database)
    assert (report.flaws, report.messages, report.forgotten) == ([], 5, 0)


CHANGES: list[dict[str, Any]] = [
    {"text": "别的话"},
    {"text": ""},
    {"kind": "voice"},
    {"at": NOW},
    {"by_aide": True},
    {"side": "official"},
    {"person_id": None},
    {"salt": "0" * 32},
    {"salt": None},
]


@pytest.mark.parametrize("values", CHANGES, ids=lambda values: str(sorted(values.items())))
def test_altered_words_are_named_with_the_event_that_took_them_in(
    database: Database, case: int, values: dict[str, Any]
) -> None:
    def change(session: Session, ids: list[int]) -> None:
        session.execute(update(Message).where(Message.id == ids[4]).values(**values))

    assert tampered(database, change) == [(5, "altered")]
    assert f"message {_ids(database)[4]} " in str(proof.verify(database).flaws[0])
    assert str(proof.verify(database).flaws[0]).startswith(f"ticket {number_of(case)} #5: altered")


def _ids(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Message.id).order_by(Message.id)))


def test_words_that_waited_are_named_too(database: Database, case: int) -> None:
    def change(session: Session, ids: list[int]) -> None:
        session.execute(update(Message).where(Message.id == ids[2]).values(text="电话13912345679"))

    assert tampered(database, change) == [(4, "altered")]


def test_words_that_are_put_to_another_event_are_named(database: Database, case: int) -> None:
    """Ledgers print a report by the event it is of: two that change places tell another story."""
    with database.transaction() as session:
        ticket = session.get_one(Ticket, case)
        leader = actor_on(session, known(session, LEADER), ticket)
        office.reply(session, ticket, leader, Words("text", "一期款已付"), now=minutes(6))

    def change(session: Session, ids: list[int]) -> None:
        first, second = (session.get_one(Message, ids[place]) for place in (3, 5))
        first.event_id, second.event_id = second.event_id, first.event_id

    assert tampered(database, change) == [(3, "altered"), (6, "altered")]


def test_missing_words_are_named(database: Database, case: int) -> None:
    def change(session: Session, ids: list[int]) -> None:
        session.execute(delete(Message).where(Message.id.in_([ids[0], ids[3]])))

    assert tampered(database, change) == [(1, "missing"), (3, "missing")]


def test_words_called_gathered_again_are_missing(database: Database, case: int) -> None:
    def change(session: Session, ids: list[int]) -> None:
        session.execute(update(Message).where(Message.id == ids[4]).values(gathered_until=minutes(9)))

    assert tampered(database, change) == [(5, "missing")]


@pytest.mark.parametrize("salt", ["0" * 32, None])
def test_words_put_in_anothers_mouth_are_named(database: Database, case: int, salt: str | None) -> None:
    def change(session: Session, ids: list[int]) -> None:
        row = session.get_one(Message, ids[4])
        names = ("ticket_id", "person_id", "side", "by_aide", "kind", "at")
        forged = {name: getattr(row, name) for name in names} | {"text": "我很满意", "salt": salt}
        session.execute(insert(Message).values(**forged))

    assert tampered(database, change) == [(None, "different")]


@pytest.mark.parametrize("pair", [(0, 4), (0, 3), (1, 2)])
def test_swapped_words_are_named(database: Database, case: int, pair: tuple[int, int]) -> None:
    def swap(session: Session, ids: list[int]) -> None:
        first, second = (ids[each] for each in pair)
        for old, new in ((first, 99_999), (second, first), (99_999, second)):
            session.execute(update(Message).where(Message.id == old).values(id=new))

    flaws = tampered(database, swap)
    assert flaws
    assert {kind for _, kind in flaws} == {"reordered"}


def test_words_taken_to_another_case_by_hand_are_named_there_and_here(database: Database, case: int) -> None:
    with database.transaction() as session:
        other = a_ticket(session, PARTNER, "供电所不给增容")
        words = select(Message.id).where(Message.ticket_id == case).order_by(Message.id).limit(1)
        first = session.scalars(words).one()
        session.execute(update(Message).where(Message.id == first).values(ticket_id=other.id))
    assert found(database) == [
        (f"ticket {number_of(case)}", 1, "missing"),
        (f"ticket {number_of(other.id)}", None, "different"),
    ]


@pytest.mark.parametrize("is_told", [False, True])
def test_words_moved_as_their_author_wanted_are_whole_in_both_cases(
    database: Database, case: int, *, is_told: bool
) -> None:
    with database.transaction() as session:
        ticket, who = session.get_one(Ticket, case), known(session, OWNER)
        gathered.gather(session, ticket, actor_of(who), Words("text", "还有一件事"), now=minutes(6))
        run = gathering(session, case)
        if is_told:
            gathered.settle(session, ticket, now=minutes(7))
        moves.move(session, who, ticket, run, SURE, title="还有一件事", now=minutes(8))
    assert found(database) == []

    def change(session: Session, ids: list[int]) -> None:
        session.execute(update(Message).where(Message.id == ids[-1]).values(text="没有了"))

    assert tampered(database, change) == [(1, "altered")]


def test_what_is_only_gathered_is_no_flaw_and_a_refusal_settles_it(database: Database, case: int) -> None:
    with database.transaction() as session:
        ticket = session.get_one(Ticket, case)
        gathered.gather(session, ticket, actor_of(known(session, OWNER)), Words("text", "急"), now=minutes(6))
    assert found(database) == []
    with database.transaction() as session:
        ticket = session.get_one(Ticket, case)
        leader = actor_on(session, known(session, LEADER), ticket)
        grounds = Grounds("justice", "这件事法院正在审理", "请等法院判决")
        declines.decline(session, ticket, leader, grounds, now=minutes(7))
    assert found(database) == []
    with database.reading() as session:
        last = select(Event.verb).where(Event.ticket_id == case).order_by(Event.seq.desc()).limit(2)
        assert session.scalars(last).all() == ["decline", "follow_up"]


def test_what_is_left_of_somebody_forgotten_is_sealed_and_no_flaw(database: Database, case: int) -> None:
    with database.transaction() as session:
        person_id = session.scalars(select(Person.id).where(Person.openid == OWNER)).one()
        before = session.scalars(select(Message).order_by(Message.id).offset(2).limit(1)).one()
        salt, text = before.salt, before.text
        forgetting.forget(session, person_id, erase=erase, now=minutes(9))
    with database.reading() as session:
        after = session.get_one(Message, before.id)
        data = [str(each) for each in session.scalars(select(Event.data))]
    assert "13912345678" not in after.text
    assert after.text != text
    assert after.salt != salt
    assert not any(str(salt) in each for each in data)
    report = proof.verify(database)
    assert (report.flaws, report.forgotten) == ([], 1)

    def change(session: Session, ids: list[int]) -> None:
        session.execute(update(Message).where(Message.id == ids[2]).values(text="电话是假的"))

    assert tampered(database, change) == [(4, "altered")]


def test_words_given_back_after_they_were_forgotten_are_named(database: Database, case: int) -> None:
    with database.transaction() as session:
        row = session.scalars(select(Message).order_by(Message.id).offset(2).limit(1)).one()
        old = {"text": row.text, "salt": row.salt}
        forgetting.forget(session, row.person_id or 0, erase=erase, now=minutes(9))

    def change(session: Session, ids: list[int]) -> None:
        session.execute(update(Message).where(Message.id == ids[2]).values(**old))

    assert tampered(database, change) == [(4, "altered")]


def test_words_from_before_0155_are_no_flaw_and_those_after_them_are_sealed(database: Database) -> None:
    """What an earlier release stored has no salt, and no event seals it."""
    staffed(database)
    with database.transaction() as session:
        old = a_cause(session, known(session, OWNER).person_id)
        said = {"ticket_id": old, "side": "enterprise", "kind": "text", "text": "欠我们工程款", "at": NOW}
        session.execute(insert(Message).values(**said))
        fresh = a_ticket(session, PARTNER, "供电所不给增容")
    assert found(database) == []
    with database.transaction() as session:
        session.execute(insert(Message).values(**said | {"ticket_id": fresh.id}))
    assert found(database) == [(f"ticket {number_of(fresh.id)}", None, "different")]


def test_title_is_sealed_by_the_event_that_gives_it(database: Database, case: int) -> None:
    def called(**values: str | None) -> list[tuple[int | None, str]]:
        if values:
            with database.transaction() as session:
                session.execute(update(Ticket).where(Ticket.id == case).values(**values))
        return [(seq, kind) for _, seq, kind in found(database)]

    with database.transaction() as session:
        row = a_ticket(session)
        case, title, salt = row.id, row.title, row.title_salt
    assert called(title="别的事") == [(1, "altered")]
    assert called(title=title, title_salt=None) == [(1, "altered")]
    assert called(title_salt=salt) == []
    with database.transaction() as session:
        guess = tickets.Guess("factors", 0.9, None, is_sure=True)
        retyping.reguess(
            session, session.get_one(Ticket, case), guess, title="请打13912345678", now=minutes(6)
        )
    assert called() == []
    with database.transaction() as session:
        person_id = session.scalars(select(Person.id).where(Person.openid == OWNER)).one()
        forgetting.forget(session, person_id, erase=erase, now=minutes(9))
    assert called() == []
    with database.reading() as session:
        left = session.get_one(Ticket, case).title
        last = select(Event.seq).where(Event.ticket_id == case).order_by(Event.seq.desc()).limit(1)
        newest = session.scalars(last).one()
    assert "13912345678" not in left
    assert called(title="请打13912345678") == [(newest, "altered")]
