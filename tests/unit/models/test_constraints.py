"""What the rules rely on is held by the database itself, whatever the code in front of it does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.session import Database
from models.tables import (
    ApiKey,
    Base,
    Call,
    CallState,
    Clock,
    CoHandling,
    Contact,
    Decline,
    Delivery,
    Enterprise,
    Event,
    FraudLead,
    Inbox,
    Invite,
    Official,
    OfficialPhone,
    Outbox,
    OwnCourtesy,
    Pairing,
    Person,
    Ticket,
    Verification,
)
from tests.unit.models.stage import NOW, a_person, bare_ticket

Make = Callable[["Ground"], Base]


@dataclass(frozen=True)
class Ground:
    """Ids that rows may point to."""

    leader: int
    firms: list[int]
    person: int
    ticket: int
    session: Session

    def heard(self, row: Event) -> int:
        """Store an event that another row shall point to."""
        self.session.add(row)
        self.session.flush()
        return row.id


def ground(session: Session) -> Ground:
    leader = Official(name="甲", post="乙", department="丙", region="210000", kind="leader", created_at=NOW)
    firms = [Enterprise(name=f"{n}", region="210100", created_at=NOW) for n in range(22)]
    session.add_all([leader, *firms])
    session.flush()
    person = a_person(session, "a")
    ticket = bare_ticket(session, person_id=person, owner_id=leader.id)
    return Ground(leader.id, [firm.id for firm in firms], person, ticket, session)


def pairing(at: Ground, firm: int, slot: int | None, *, ended: bool = False) -> Pairing:
    return Pairing(
        enterprise_id=at.firms[firm],
        official_id=at.leader,
        slot=slot,
        since=NOW,
        ended_at=NOW if ended else None,
    )


def invite(at: Ground, code: str = "c", **fields: Any) -> Invite:
    return Invite(code_hash=code, created_at=NOW, expires_at=NOW, **fields)


def ticket(at: Ground, **fields: Any) -> Ticket:
    usual: dict[str, Any] = {
        "person_id": at.person,
        "owner_id": at.leader,
        "region": "210000",
        "type": "arrears",
        "type_source": "guess",
        "confidence": 0.5,
        "status": "open",
        "title": "t",
        "created_at": NOW,
    }
    return Ticket(**(usual | fields))


def message(at: Ground, key: str, **fields: Any) -> Outbox:
    usual: dict[str, Any] = {"kind": "morning", "payload": {}, "created_at": NOW, "due_at": NOW}
    return Outbox(person_id=at.person, dedupe_key=key, **(usual | fields))


def courtesy(at: Ground, **fields: Any) -> OwnCourtesy:
    return OwnCourtesy(enterprise_id=at.firms[0], changed_at=NOW, **({"person_id": at.person} | fields))


def event(at: Ground, seq: int) -> Event:
    return Event(
        ticket_id=at.ticket, seq=seq, at=NOW, verb="submit", actor_role="enterprise",
        to_status="open", data={}, previous="0" * 64, digest="1" * 64,
    )  # fmt: skip


def push(_: Ground, **fields: Any) -> Inbox:
    return Inbox(dedupe_key="m:1", kind="text", sealed="", sent_at=0, received_at=NOW, **fields)


def clock(at: Ground, **fields: Any) -> Clock:
    usual: dict[str, Any] = {"ticket_id": at.ticket, "started_at": NOW, "due_at": NOW, "source": "s"}
    return Clock(explanation="e", **(usual | fields))


def official(_: Ground, **fields: Any) -> Official:
    usual: dict[str, Any] = {
        "name": "n",
        "post": "p",
        "department": "d",
        "region": "210000",
        "created_at": NOW,
    }
    return Official(**(usual | fields))


def helping(at: Ground, **fields: Any) -> CoHandling:
    usual: dict[str, Any] = {
        "ticket_id": at.ticket, "unit_id": at.leader, "asked_by": at.leader, "task": "", "state": "asked",
        "asked_at": NOW,
    }  # fmt: skip
    return CoHandling(**(usual | fields))


def decline(at: Ground, **fields: Any) -> Decline:
    usual: dict[str, Any] = {
        "ticket_id": at.ticket, "code": "civil", "words": "w", "channel": "c", "declined_at": NOW,
        "declined_by": at.leader,
    }  # fmt: skip
    return Decline(**(usual | fields))


APPEALED: dict[str, Any] = {"appealed_at": NOW, "appeal": "a"}
DECIDED: dict[str, Any] = APPEALED | {
    "decided_at": NOW, "verdict": "upheld", "verdict_reason": "r", "decided_by": "d",
}  # fmt: skip


def api_key(digest: str, role: str = "viewer") -> ApiKey:
    return ApiKey(name="n", key_hash=digest, role=role, created_at=NOW)


def phone(at: Ground, *, ended: bool = False) -> OfficialPhone:
    return OfficialPhone(
        official_id=at.leader,
        number_hash="h",
        key_mark="m",
        tail="1234",
        since=NOW,
        ended_at=NOW if ended else None,
    )


def call(at: Ground, **fields: Any) -> Call:
    usual: dict[str, Any] = {
        "ticket_id": at.ticket,
        "caller_id": at.leader,
        "state": CallState.ANNOUNCED,
        "begins_at": NOW,
        "ends_at": NOW + timedelta(hours=1),
        "lapses_at": NOW + timedelta(hours=1),
        "phrase": "a b",
        "created_at": NOW,
    }
    told = Event(
        ticket_id=at.ticket, seq=fields.pop("seq", 1), at=NOW, verb="announce_call", actor_role="owner",
        to_status="open", data={}, previous="0" * 64, digest="1" * 64,
    )  # fmt: skip
    return Call(**(usual | fields), event_id=at.heard(told))


def visit_ahead(at: Ground, **fields: Any) -> Call:
    usual: dict[str, Any] = {
        "enterprise_id": at.firms[0],
        "caller_id": at.leader,
        "kind": "visit",
        "state": CallState.ANNOUNCED,
        "begins_at": NOW,
        "ends_at": NOW + timedelta(hours=1),
        "lapses_at": NOW + timedelta(hours=1),
        "phrase": "a b",
        "created_at": NOW,
    }
    return Call(**(usual | fields))


def asked(at: Ground, **fields: Any) -> Verification:
    usual: dict[str, Any] = {"verdict": "unknown", "number_hash": "h", "tail": "1234", "region": "210000"}
    return Verification(person_id=at.person, at=NOW, **(usual | fields))


def lead(_: Ground, **fields: Any) -> FraudLead:
    return FraudLead(number_hash="h", tail="1234", day=NOW.date(), created_at=NOW, **fields)


FORBIDDEN: dict[str, list[Make]] = {
    "a twenty-first slot": [lambda at: pairing(at, 0, 21)],
    "a slot below the first": [lambda at: pairing(at, 0, 0)],
    "one slot twice": [lambda at: pairing(at, 0, 1), lambda at: pairing(at, 1, 1)],
    "two carers of one enterprise": [lambda at: pairing(at, 0, 1), lambda at: pairing(at, 0, 2)],
    "an active pairing without a slot": [lambda at: pairing(at, 0, None)],
    "an ended pairing in a slot": [lambda at: pairing(at, 0, 1, ended=True)],
    "an invite for nobody": [lambda at: invite(at)],
    "an invite for two": [lambda at: invite(at, official_id=at.leader, enterprise_id=at.firms[0])],
    "one code twice": [lambda at: invite(at, official_id=at.leader)] * 2,
    "an invite used by nobody": [lambda at: invite(at, official_id=at.leader, used_at=NOW)],
    "an invite used at no time": [lambda at: invite(at, official_id=at.leader, used_by=at.person)],
    "a ticket without an owner": [lambda at: ticket(at, owner_id=None)],
    "a ticket of an unknown owner": [lambda at: ticket(at, owner_id=999)],
    "a status nobody knows": [lambda at: ticket(at, status="lost")],
    "a type nobody knows": [lambda at: ticket(at, type="misc")],
    "half a ledger number": [lambda at: ticket(at, ledger_year=2026)],
    "one ledger number twice": [lambda at: ticket(at, ledger_year=2026, ledger_no=1)] * 2,
    "one place in a chain twice": [lambda at: event(at, 1)] * 2,
    "an event of no ticket": [lambda at: event(replace(at, ticket=999), 1)],
    "sending without a lease": [lambda at: message(at, "k", state=Delivery.SENDING)],
    "a lease without sending": [lambda at: message(at, "k", lease_until=NOW)],
    "a state nobody knows": [lambda at: message(at, "k", state="gone")],
    "one message twice": [lambda at: message(at, "k")] * 2,
    "a message to an enterprise of no case": [lambda at: message(at, "k", kind="replied")],
    "a message to an enterprise of no event": [
        lambda at: message(at, "k", kind="replied", ticket_id=at.ticket)
    ],
    "what came of a lead, to nobody who asked": [lambda at: message(at, "k", kind="lead_decided")],
    "a request that became no case": [lambda at: push(at, outcome="ticket")],
    "a word on no case": [lambda at: push(at, outcome="follow_up")],
    "a question about a visit of no visit": [lambda at: message(at, "k", kind="visited")],
    "a disturbance at no time": [lambda at: message(at, "k", rang_for=at.firms[0])],
    "half of quiet hours": [lambda at: courtesy(at, quiet_from=0)],
    "quiet hours beyond a day": [lambda at: courtesy(at, quiet_from=0, quiet_to=1440)],
    "a budget below nothing": [lambda at: courtesy(at, budget=-1)],
    "a courtesy asked for by nobody": [lambda at: courtesy(at, person_id=None, budget=1)],
    "two courtesies of one enterprise": [courtesy] * 2,
    "one push twice": [push] * 2,
    "one person twice": [lambda _: Person(openid="a", created_at=NOW, seen_at=NOW)],
    "one contact twice": [
        lambda at: Contact(person_id=at.person, enterprise_id=at.firms[0], is_active=True, since=NOW)
    ] * 2,
    "an aide without a leader": [lambda at: official(at, kind="aide")],
    "a leader with a leader": [lambda at: official(at, kind="leader", leader_id=at.leader)],
    "another kind of official": [lambda at: official(at, kind="clerk")],
    "a stage nobody knows": [lambda _: Enterprise(name="n", region="210100", stage="old", created_at=NOW)],
    "one credit code twice": [
        lambda _: Enterprise(name="n", region="210100", credit_code="X", created_at=NOW)
    ] * 2,
    "a role nobody knows": [lambda _: api_key("h", "owner")],
    "one key twice": [lambda _: api_key("h")] * 2,
    "one number twice": [phone] * 2,
    "two open calls of a ticket": [call, lambda at: call(at, seq=2)],
    "two open visits to an enterprise": [visit_ahead] * 2,
    "a call to an enterprise and about a ticket": [lambda at: call(at, enterprise_id=at.firms[0])],
    "a call to nobody": [lambda at: visit_ahead(at, enterprise_id=None)],
    "a ticket's call of no event": [lambda at: visit_ahead(at, enterprise_id=None, ticket_id=at.ticket)],
    "a telephone call without a case": [lambda at: visit_ahead(at, kind="call")],
    "a visit without a case that waits for a time": [
        lambda at: visit_ahead(at, state="asked", begins_at=None, ends_at=None, phrase=None)
    ],
    "a state of a call nobody knows": [lambda at: call(at, state="lost")],
    "an open call that is closed": [lambda at: call(at, closed_at=NOW)],
    "a closed call that is open": [lambda at: call(at, state=CallState.EXPIRED)],
    "an announced call without a window": [lambda at: call(at, begins_at=None, ends_at=None, phrase=None)],
    "half a window": [lambda at: call(at, ends_at=None)],
    "a window that ends before it begins": [lambda at: call(at, ends_at=NOW)],
    "a window without a phrase": [lambda at: call(at, phrase=None)],
    "a verdict nobody knows": [lambda at: asked(at, verdict="perhaps")],
    "words without a lead": [lambda at: asked(at, said="x")],
    "one lead a number and day twice": [lead] * 2,
    "a finding nobody knows": [lambda at: lead(at, finding="perhaps", decided_at=NOW)],
    "a finding at no time": [lambda at: lead(at, finding="fraud")],
    "one unit helping twice at once": [helping, lambda at: helping(at, state="joined")],
    "help that is over without an end": [lambda at: helping(at, state="ended")],
    "help that has ended and goes on": [lambda at: helping(at, ended_at=NOW)],
    "a refusal to help without a reason": [lambda at: helping(at, state="refused", ended_at=NOW)],
    "a state of help nobody knows": [lambda at: helping(at, state="asleep")],
    "a decline without words": [lambda at: decline(at, words="")],
    "a decline without a channel": [lambda at: decline(at, channel="")],
    "a helper's clock of no help": [lambda at: clock(at, name="co_handle")],
    "an owner's clock with a subject": [lambda at: clock(at, name="result", subject_id=1)],
    "a verdict without an appeal": [lambda at: decline(at, **(DECIDED | dict.fromkeys(APPEALED)))],
    "a verdict nobody signed": [lambda at: decline(at, **(DECIDED | {"decided_by": None}))],
    "a verdict without a reason": [lambda at: decline(at, **(DECIDED | {"verdict_reason": None}))],
    "a ruling nobody knows": [lambda at: decline(at, **(DECIDED | {"verdict": "maybe"}))],
}  # fmt: skip

ALLOWED: dict[str, list[Make]] = {
    "twenty slots": [lambda at, n=n: pairing(at, n, n + 1) for n in range(20)],  # type: ignore[misc]  # n is bound
    "any number of ended pairings": [lambda at: pairing(at, 0, None, ended=True)] * 3
    + [lambda at: pairing(at, 0, 1)],
    "one ledger number a type and year": [
        lambda at: ticket(at, ledger_year=2026, ledger_no=1),
        lambda at: ticket(at, ledger_year=2027, ledger_no=1),
        lambda at: ticket(at, ledger_year=2026, ledger_no=1, type="ip"),
    ],
    "any number of tickets without a ledger number": [ticket] * 3,
    "a message in a worker's hand": [lambda at: message(at, "k", state=Delivery.SENDING, lease_until=NOW)],
    "an invite used by somebody": [
        lambda at: invite(at, official_id=at.leader, used_at=NOW, used_by=at.person)
    ],
    "a number that was somebody's before": [lambda at: phone(at, ended=True)] * 2 + [phone],
    "any number of closed calls": [
        lambda at, n=n: call(at, seq=n, state=CallState.EXPIRED, closed_at=NOW)  # type: ignore[misc]  # n is bound
        for n in range(1, 4)
    ],
    "a call we ask about": [
        lambda at: call(at, state=CallState.ASKED, begins_at=None, ends_at=None, phrase=None)
    ],
    "one unit helping again after it was let go": [
        lambda at: helping(at, state="ended", ended_at=NOW),
        lambda at: helping(at, state="refused", ended_at=NOW, reason="r"),
        helping,
    ],
    "a new decision after one that was appealed and decided": [lambda at: decline(at, **DECIDED), decline],
    "any number of enterprises without a credit code": [
        lambda _: Enterprise(name="n", region="210100", created_at=NOW)
    ] * 2,
}  # fmt: skip


class Undone(Exception):
    """Ends a transaction without leaving anything behind."""


def stored(database: Database, makes: list[Make]) -> int | None:
    """Return how many rows the database took before it refused the next one; None if it refused none."""
    taken = 0
    try:
        with database.transaction() as session:
            at = ground(session)
            for make in makes:
                session.add(make(at))
                session.flush()
                taken += 1
            raise Undone
    except Undone:
        return None
    except IntegrityError:
        return taken


def test_database_refuses_what_must_never_be(database: Database) -> None:
    found = {what: stored(database, makes) for what, makes in FORBIDDEN.items()}
    assert found == {what: len(makes) - 1 for what, makes in FORBIDDEN.items()}


def test_database_takes_what_may_be(database: Database) -> None:
    assert {what: stored(database, makes) for what, makes in ALLOWED.items()} == dict.fromkeys(ALLOWED)


def test_moment_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="a moment without a time zone"), database.transaction() as session:
        session.add(Enterprise(name="n", region="210100", created_at=NOW.replace(tzinfo=None)))


def test_moments_come_back_in_utc_to_the_microsecond(database: Database) -> None:
    at = NOW + timedelta(microseconds=123456)
    with database.transaction() as session:
        session.add(Enterprise(name="n", region="210100", created_at=at))
    with database.reading() as session:
        found = session.scalars(select(Enterprise.created_at)).one()
        assert (found, found.utcoffset()) == (at, timedelta(0))
