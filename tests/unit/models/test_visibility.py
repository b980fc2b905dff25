"""Who sees which ticket: the whole matrix, through every query a person can reach."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import roster
from models.actions.people import join
from models.queries.tickets import NoSuchTicket, actor_of, actor_on, by_id, by_number, newest, unfinished
from models.rules.lifecycle import Role, Status
from models.rules.numbers import number_of
from models.session import Database
from models.tables import CoHandling, Contact, HelpState, Official, Person, Ticket
from tests.roster import AIDE, LEADER, OFFICE, OWNER, PARTNER
from tests.unit.models.stage import NOW, a_person, bare_ticket, known, staffed

RIVAL = "o-rival"
STRANGER = "o-stranger"
NEWCOMER = "o-newcomer"
UNMANNED = "o-cared-for-by-nobody-here"
UNIT = "o-unit"
UNIT_AIDE = "o-unit-aide"
PROVINCIAL = "o-supervisor-province"
MUNICIPAL = "o-supervisor-city"
FOREIGN = "o-supervisor-elsewhere"

SEES = {
    OWNER: {"firm's", "firm's by partner"},
    PARTNER: {"firm's", "firm's by partner"},
    RIVAL: {"rival's"},
    STRANGER: {"stranger's"},
    NEWCOMER: set(),
    LEADER: {"firm's", "firm's by partner"},
    AIDE: {"firm's", "firm's by partner"},
    OFFICE: {"rival's", "stranger's", "unmanned's"},
    UNMANNED: {"unmanned's"},
    UNIT: {"firm's"},
    UNIT_AIDE: {"firm's"},
    PROVINCIAL: {"firm's", "firm's by partner", "rival's", "stranger's", "unmanned's"},
    MUNICIPAL: {"rival's"},
    FOREIGN: set(),
}
"""Of what by its number. A desk's own list holds what it owns, so units and supervisors have none.

The provincial office also sees what is owned at a desk where nobody has bound a WeChat.
"""

ACTS = {
    OWNER: Role.ENTERPRISE,
    PARTNER: Role.ENTERPRISE,
    LEADER: Role.OWNER,
    AIDE: Role.AIDE,
    UNIT: Role.CO_HANDLER,
    UNIT_AIDE: Role.CO_HANDLER,
    PROVINCIAL: Role.SUPERVISOR,
}
"""In which capacity each acts on the firm's ticket."""


@dataclass(frozen=True)
class Town:
    """A database with tickets of several people, by what we call them."""

    database: Database
    tickets: dict[str, int]


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    loaded = staffed(database)
    leader, office = loaded.officials["leader"], loaded.officials["office"]
    firm = loaded.enterprises["yunshanli"]
    with database.transaction() as session:
        rivals = roster.add_enterprise(
            session, name="对家", credit_code=None, region="210100", stage=None, now=NOW
        )
        rival, stranger = a_person(session, RIVAL), a_person(session, STRANGER)
        a_person(session, NEWCOMER)
        join(session, rival, rivals.id, name=None, role=None, now=NOW)
        absent = roster.add_official(
            session,
            name="无微信",
            post="副市长",
            department="市政府",
            region="210200",
            kind="leader",
            now=NOW,
        )
        tickets = {
            "firm's": bare_ticket(
                session, person_id=loaded.people[OWNER], owner_id=leader, enterprise_id=firm
            ),
            "firm's by partner": bare_ticket(
                session, person_id=loaded.people[PARTNER], owner_id=leader, enterprise_id=firm
            ),
            "rival's": bare_ticket(session, person_id=rival, owner_id=office, enterprise_id=rivals.id),
            "stranger's": bare_ticket(session, person_id=stranger, owner_id=office),
            "unmanned's": bare_ticket(session, person_id=a_person(session, UNMANNED), owner_id=absent.id),
        }
        session.get_one(Ticket, tickets["rival's"]).region = "210102"
        _employ(session, tickets)
    yield Town(database, tickets)


def manned(town: Town, openid: str, *, as_aide: bool) -> None:
    """Let somebody bind their WeChat at the desk nobody was at."""
    with town.database.transaction() as session:
        desk = session.get_one(Ticket, town.tickets["unmanned's"]).owner_id
        if as_aide:
            desk = roster.add_official(
                session,
                name="助手",
                post="专班",
                department="市政府",
                region="210200",
                kind="aide",
                leader_id=desk,
                now=NOW,
            ).id
        session.get_one(Person, a_person(session, openid)).official_id = desk


def _employ(session: Session, tickets: dict[str, int]) -> None:
    """Add a unit that helps with one ticket and has refused or ended others, and three supervisors."""
    unit = _official(session, UNIT, "leader", "210100")
    _official(session, UNIT_AIDE, "aide", "210100", leader_id=unit)
    _official(session, PROVINCIAL, "supervisor", "210000")
    _official(session, MUNICIPAL, "supervisor", "210100")
    _official(session, FOREIGN, "supervisor", "210200")
    for name, state in (
        ("firm's", HelpState.ASKED),
        ("firm's by partner", HelpState.REFUSED),
        ("rival's", HelpState.ENDED),
    ):
        session.add(
            CoHandling(
                ticket_id=tickets[name],
                unit_id=unit,
                asked_by=unit,
                task="",
                state=state,
                asked_at=NOW,
                ended_at=None if state is HelpState.ASKED else NOW,
                reason="无此职权" if state is HelpState.REFUSED else None,
            )
        )


def _official(session: Session, openid: str, kind: str, region: str, leader_id: int | None = None) -> int:
    row = roster.add_official(
        session, name=openid, post="局长", department="税务局", region=region, kind=kind, leader_id=leader_id,
        now=NOW,
    )  # fmt: skip
    session.get_one(Person, a_person(session, openid)).official_id = row.id
    return row.id


def seen(session: Session, town: Town, openid: str) -> dict[str, set[str]]:
    """Return what `openid` finds, by the way it looked."""
    who = known(session, openid)
    names = {ticket_id: name for name, ticket_id in town.tickets.items()}
    found: dict[str, set[str]] = {"by number": set(), "by id": set()}
    for name, ticket_id in town.tickets.items():
        for way in found:
            try:
                if way == "by id":
                    by_id(session, ticket_id, seen_by=who)
                else:
                    by_number(session, number_of(ticket_id), seen_by=who)
            except NoSuchTicket as refused:
                assert refused.number == number_of(ticket_id)
            else:
                found[way].add(name)
    found["newest"] = {names[ticket.id] for ticket in newest(session, who)}
    found["unfinished"] = {names[ticket.id] for ticket in unfinished(session, who)}
    return found


def test_everybody_sees_their_own_and_nothing_else(town: Town) -> None:
    with town.database.transaction() as session:
        found = {openid: seen(session, town, openid) for openid in SEES}
    listless = {UNIT, UNIT_AIDE, PROVINCIAL, MUNICIPAL, FOREIGN}
    assert found == {
        openid: dict.fromkeys(("by number", "by id"), visible)
        | dict.fromkeys(("newest", "unfinished"), set() if openid in listless else visible)
        for openid, visible in SEES.items()
    }


def test_everybody_acts_in_the_capacity_they_have_on_the_ticket(town: Town) -> None:
    with town.database.transaction() as session:
        ticket = session.get_one(Ticket, town.tickets["firm's"])
        found = {openid: actor_on(session, known(session, openid), ticket) for openid in ACTS}
        assert {openid: actor.role for openid, actor in found.items()} == ACTS
        assert [openid for openid, actor in found.items() if actor.is_aide] == [AIDE, UNIT_AIDE]
        assert [openid for openid, actor in found.items() if actor.signed] == [PROVINCIAL]
        assert found[PROVINCIAL].desk_id is None


@pytest.mark.parametrize("name", ["firm's by partner", "rival's"])
def test_unit_that_refused_or_was_let_go_acts_no_more(town: Town, name: str) -> None:
    with town.database.transaction() as session:
        ticket = session.get_one(Ticket, town.tickets[name])
        for openid in (UNIT, UNIT_AIDE):
            with pytest.raises(NoSuchTicket):
                actor_on(session, known(session, openid), ticket)


def test_capacity_of_an_official_is_not_known_without_the_ticket(town: Town) -> None:
    with town.database.reading() as session:
        assert actor_of(known(session, OWNER)).role is Role.ENTERPRISE
        with pytest.raises(ValueError, match="depends on the ticket"):
            actor_of(known(session, LEADER))


@pytest.mark.parametrize("as_aide", [True, False])
def test_office_sees_nothing_of_a_desk_that_somebody_is_at(town: Town, *, as_aide: bool) -> None:
    manned(town, "o-at-last", as_aide=as_aide)
    with town.database.transaction() as session:
        assert all("unmanned's" not in found for found in seen(session, town, OFFICE).values())
        assert all(found == {"unmanned's"} for found in seen(session, town, "o-at-last").values())


def test_office_stands_in_again_for_whoever_has_left_office(town: Town) -> None:
    manned(town, "o-at-last", as_aide=False)
    with town.database.transaction() as session:
        at_last = session.scalars(select(Person).where(Person.openid == "o-at-last")).one()
        session.get_one(Official, at_last.official_id).is_active = False
    with town.database.transaction() as session:
        assert all("unmanned's" in found for found in seen(session, town, OFFICE).values())


def test_only_the_provincial_office_stands_in(town: Town) -> None:
    with town.database.transaction() as session:
        office = session.scalars(
            select(Official).join(Person, Person.official_id == Official.id).where(Person.openid == OFFICE)
        ).one()
        office.region = "210200"
    with town.database.transaction() as session:
        assert all("unmanned's" not in found for found in seen(session, town, OFFICE).values())


def test_contact_who_left_sees_nothing_of_the_enterprise_any_more(town: Town) -> None:
    with town.database.transaction() as session:
        contact = session.scalars(select(Contact).join(Person).where(Person.openid == PARTNER)).one()
        contact.is_active = False
    with town.database.transaction() as session:
        assert seen(session, town, PARTNER)["newest"] == set()


@pytest.mark.parametrize("openid", [LEADER, AIDE])
def test_official_who_left_office_sees_nothing(town: Town, openid: str) -> None:
    with town.database.transaction() as session:
        official = session.scalars(
            select(Official).join(Person, Person.official_id == Official.id).where(Person.openid == openid)
        ).one()
        official.is_active = False
    with town.database.transaction() as session:
        assert seen(session, town, openid)["newest"] == set()


def test_mistyped_number_is_named_as_it_was_typed(town: Town) -> None:
    number = number_of(town.tickets["firm's"])
    mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)
    with town.database.transaction() as session, pytest.raises(NoSuchTicket) as refused:
        by_number(session, mistyped, seen_by=known(session, OWNER))
    assert refused.value.number == mistyped


def test_lists_are_newest_first_by_status_and_short(town: Town) -> None:
    with town.database.transaction() as session:
        session.get_one(Ticket, town.tickets["firm's"]).status = Status.CLOSED
    with town.database.reading() as session:
        who = known(session, OWNER)
        ids = [town.tickets["firm's by partner"], town.tickets["firm's"]]
        assert [ticket.id for ticket in newest(session, who)] == ids
        assert [ticket.id for ticket in newest(session, who, limit=1)] == ids[:1]
        assert [ticket.id for ticket in newest(session, who, Status.CLOSED)] == ids[1:]
        assert [ticket.id for ticket in unfinished(session, who)] == ids[:1]
