"""An invite is used once, even by two people at the same moment, and gives back what a stranger said."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.actions import people
from models.actions.people import InviteRefused, find_invite
from models.queries.people import Party
from models.session import Database
from models.tables import Contact, Invite, Outbox, Person, Ticket
from tests.unit.models.stage import NOW, a_message, a_person, bare_ticket, known, staffed

CODE = "0123456789abcdef0123456789abcdef"


def invited(database: Database, **target: int) -> int:
    with database.transaction() as session:
        return people.invite(session, CODE, now=NOW, **target).id  # type: ignore[arg-type]  # the targets are ids


def test_one_of_two_people_at_the_same_moment_is_bound(database: Database) -> None:
    leader = staffed(database).officials["leader"]
    invite = invited(database, official_id=leader)
    with database.transaction() as session:
        runners = [known(session, openid) for openid in ("a", "b") if a_person(session, openid)]
    start = threading.Barrier(2)
    outcomes: dict[str, str] = {}

    def race(who: Party) -> None:
        start.wait(timeout=10)
        try:
            with database.transaction() as session:
                people.bind(session, who, invite, now=NOW)
        except InviteRefused:
            outcomes[who.openid] = "refused"
        else:
            outcomes[who.openid] = "bound"

    threads = [threading.Thread(target=race, args=(who,)) for who in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes.values()) == ["bound", "refused"]
    winner = next(openid for openid, outcome in outcomes.items() if outcome == "bound")
    with database.reading() as session:
        used = session.get_one(Invite, invite)
        assert session.get_one(Person, used.used_by).openid == winner
        bound = session.scalars(select(Person.openid).where(Person.official_id == leader))
        assert set(bound) == {winner}


def test_what_waits_for_the_old_telephone_goes_to_the_new_one(database: Database) -> None:
    leader = staffed(database).officials["leader"]
    invite = invited(database, official_id=leader)
    with database.transaction() as session:
        old, new = known(session, "o-leader"), a_person(session, "new")
        for state in ("pending", "held", "parked", "sent", "dead"):
            session.get_one(Outbox, a_message(session, old.person_id, state)).state = state
        people.bind(session, known(session, "new"), invite, now=NOW)

    with database.reading() as session:
        rows = session.execute(select(Outbox.state, Outbox.person_id)).all()
        assert dict(rows) == {  # type: ignore[arg-type]
            "pending": new, "held": new, "parked": new, "sent": old.person_id, "dead": old.person_id,
        }  # fmt: skip
        assert known(session, "o-leader").official is None
        assert known(session, "new").official is not None


def test_only_the_hash_of_a_code_is_kept(database: Database) -> None:
    invite = invited(database, official_id=staffed(database).officials["leader"])
    with database.reading() as session:
        row = session.get_one(Invite, invite)
        kept = [str(getattr(row, column.key)) for column in Invite.__table__.columns]
    assert [value for value in kept if CODE in value] == []


def test_code_is_found_however_it_is_typed(database: Database) -> None:
    invite = invited(database, official_id=staffed(database).officials["leader"])
    with database.reading() as session:
        found = {find_invite(session, typed, now=NOW).id for typed in (CODE, CODE.upper(), f"  {CODE}\n")}
    assert found == {invite}


@pytest.mark.parametrize(
    ("after", "is_good"), [(timedelta(days=7, microseconds=-1), True), (timedelta(days=7), False)]
)
def test_invite_lives_for_seven_days(database: Database, after: timedelta, *, is_good: bool) -> None:
    invite = invited(database, official_id=staffed(database).officials["leader"])
    with database.transaction() as session:
        a_person(session, "a")
        who = known(session, "a")
        for attempt in (
            lambda: find_invite(session, CODE, now=NOW + after),
            lambda: people.bind(session, who, invite, now=NOW + after),
        ):
            if is_good:
                attempt()
            else:
                with pytest.raises(InviteRefused):
                    attempt()


def test_strangers_words_become_the_enterprises_and_other_cases_stay(database: Database) -> None:
    loaded = staffed(database)
    firm, office = loaded.enterprises["yunshanli"], loaded.officials["office"]
    invite = invited(database, enterprise_id=firm)
    with database.transaction() as session:
        mine, other = a_person(session, "a"), a_person(session, "b")
        first = bare_ticket(session, person_id=mine, owner_id=office)
        theirs = bare_ticket(session, person_id=other, owner_id=office)
        people.bind(session, known(session, "a"), invite, now=NOW)

    with database.reading() as session:
        rows = session.execute(
            select(Ticket.id, Ticket.enterprise_id, Ticket.owner_id, Ticket.region).order_by(Ticket.id)
        )
        assert [tuple(row) for row in rows] == [
            (first, firm, office, "210100"),
            (theirs, None, office, "210000"),
        ]


def test_joining_again_renews_the_contact(database: Database) -> None:
    firm = staffed(database).enterprises["yunshanli"]
    with database.transaction() as session:
        who = a_person(session, "a")
        people.join(session, who, firm, name="白露", role="财务", now=NOW).is_active = False
        session.flush()
        people.join(session, who, firm, name="白露", role="经理", now=NOW)
    with database.reading() as session:
        rows = session.execute(select(Contact.role, Contact.is_active).where(Contact.name == "白露"))
        assert [tuple(row) for row in rows] == [("经理", True)]
