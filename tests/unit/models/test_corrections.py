"""What can be learned from: people's last word on a type beside a ticket's first words, and nobody else's."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import gathered, retyping
from models.actions.conversation import Words, say
from models.actions.tickets import Guess
from models.queries.corrections import Correction, corrections
from models.queries.tickets import Actor, actor_of, actor_on
from models.rules.lifecycle import Role
from models.session import Database
from models.tables import Event, Message, Ticket
from tests.roster import AIDE, LEADER, OWNER, PARTNER
from tests.unit.models.stage import NOW, a_ticket, known, staffed

LATER = NOW + timedelta(hours=1)


def learned(database: Database, *regions: str) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        found = corrections(session, frozenset(regions) or None)
    return [(each.text, each.type, each.role) for each in found]


def by(session: Session, openid: str, ticket: Ticket) -> Actor:
    return actor_on(session, known(session, openid), ticket)


def test_correction_is_first_words_type_and_provenance(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        ticket = a_ticket(session, text="第一句")
        say(session, ticket.id, actor_of(known(session, OWNER)), Words("text", "第二句"), now=NOW)
        retyping.retype(session, ticket, by(session, OWNER, ticket), "policy", now=LATER)
    with database.reading() as session:
        event = session.scalars(select(Event).where(Event.verb == "retype")).one()
        assert list(corrections(session, None)) == [
            Correction("第一句", "policy", "enterprise", event.id, LATER)
        ]


def test_last_word_of_a_person_counts_whoever_it_is(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        for text, people in (("一", (OWNER, LEADER)), ("二", (LEADER, PARTNER)), ("三", (AIDE,))):
            ticket = a_ticket(session, text=text)
            for kind, openid in zip(("policy", "ip"), people, strict=False):
                retyping.retype(session, ticket, by(session, openid, ticket), kind, now=NOW)
        ticket = a_ticket(session, text="四")
        retyping.retype(session, ticket, Actor(Role.SUPERVISOR, None, 1), "chain", now=NOW)
    assert learned(database) == [
        ("一", "ip", "owner"),
        ("二", "ip", "enterprise"),
        ("三", "policy", "aide"),
        ("四", "chain", "supervisor"),
    ]


def test_own_guess_is_not_learned_from(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        guess = Guess("ip", 0.9, None, is_sure=True)
        retyping.reguess(session, a_ticket(session, text="一"), guess, title="一", now=NOW)
        ticket = a_ticket(session, text="二")
        retyping.retype(session, ticket, by(session, OWNER, ticket), "policy", now=NOW)
        retyping.reguess(session, ticket, guess, title="二", now=LATER)
        a_ticket(session, text="三")
    assert learned(database) == [("二", "policy", "enterprise")]


def test_words_that_may_be_anothers_or_were_taken_back_are_not_read(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        tickets = [a_ticket(session, text=text) for text in ("", "收回的", "好的")]
        for ticket in tickets:
            retyping.retype(session, ticket, by(session, LEADER, ticket), "policy", now=NOW)
            say(session, ticket.id, by(session, LEADER, ticket), Words("text", "官方的话"), now=NOW)
            gathered.gather(session, ticket, actor_of(known(session, OWNER)), Words("text", "暂记"), now=NOW)
        session.scalars(select(Message).where(Message.text == "收回的")).one().retracted_at = NOW
    assert learned(database) == [("好的", "policy", "owner")]


def test_nothing_outside_the_regions_asked_for_is_read(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        for text, region in (("沈阳", "210100"), ("大连", "210200")):
            ticket = a_ticket(session, text=text)
            ticket.region = region
            retyping.retype(session, ticket, by(session, OWNER, ticket), "policy", now=NOW)
    assert learned(database) == [("沈阳", "policy", "enterprise"), ("大连", "policy", "enterprise")]
    assert learned(database, "210200", "210300") == [("大连", "policy", "enterprise")]
    assert learned(database, "210300") == []
