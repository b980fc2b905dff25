"""Who asked for secrecy (保密) is who may lift it, of what goes on together too."""

import pytest
from sqlalchemy import select

from models.actions import merging, shielding
from models.queries.tickets import Actor
from models.rules.lifecycle import Role, Verb
from models.session import Database
from models.tables import Event, Ticket
from tests.unit.models.stage import NOW, a_ticket, staffed

DESK = Actor(Role.OWNER, None)


def test_a_case_that_goes_on_under_what_both_sides_shielded_is_the_enterprises_to_open(
    database: Database,
) -> None:
    """The desk shielded the first, the enterprise the second; the third came to them, and leaves again."""
    staffed(database)
    with database.transaction() as session:
        first, second, third = (a_ticket(session, text=f"欠我们工程款{n}") for n in range(3))
        author = Actor(Role.ENTERPRISE, first.person_id)
        for ticket, who in ((first, DESK), (second, author)):
            assert shielding.shield(session, ticket, who, now=NOW)
        for ticket in (second, third):
            merging.merge(session, ticket, first, DESK, now=NOW)
        merging.separate(session, third, first, DESK, now=NOW)
        case = third.id
    with database.transaction() as session:
        alone = session.get_one(Ticket, case, with_for_update=True)
        with pytest.raises(shielding.EnterpriseAsked):
            shielding.unshield(session, alone, DESK, now=NOW)
        assert shielding.unshield(session, alone, author, now=NOW)


def test_who_shields_what_the_desk_shielded_is_on_record_with_their_reason(database: Database) -> None:
    staffed(database)
    supervisor = Actor(Role.SUPERVISOR, None, signed="督查室")
    with database.transaction() as session:
        ticket = a_ticket(session)
        assert shielding.shield(session, ticket, DESK, now=NOW)
        assert not shielding.shield(session, ticket, supervisor, reason="涉及商业秘密", now=NOW)
        marks = select(Event).where(Event.ticket_id == ticket.id, Event.verb == Verb.SHIELD)
        rows = session.scalars(marks.order_by(Event.seq)).all()
        assert [each.actor_role for each in rows] == [Role.OWNER, Role.SUPERVISOR]
        told = {name: rows[-1].data.get(name) for name in ("signed", "reason")}
        assert told == {"signed": "督查室", "reason": "涉及商业秘密"}
        with pytest.raises(shielding.EnterpriseAsked):
            shielding.unshield(session, ticket, DESK, now=NOW)
