"""Somebody demands to be forgotten: who they were goes from everywhere, what their case was about stays."""

import re
import secrets
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.verifying import checked
from handlers.understanding.masking import erase
from models.actions import access, forgetting, retention
from models.actions.contacts import InOffice, NoSuchPerson
from models.queries import proof
from models.rules.numbers import ticket_id_of
from models.tables import AuditEntry, Base, Contact, Event, Media, Outbox, Person, Ticket
from tests.contracts.api.desk import V1
from tests.flows.owning import a_minute_later
from tests.flows.reading import number_in
from tests.flows.test_pictures_and_voices import send_picture
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World

NAME, PHONE = "林向晚", "13812345678"
REQUEST = f"管委会欠我们工程尾款320万，验收一年多了还不给。联系人{NAME}，电话{PHONE}"
WHY = f"{NAME}要求，电话13812345678"


def admin(world: World, role: str = "admin", region: str | None = None) -> dict[str, str]:
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, raw, name=f"k-{role}", role=role, region=region, now=world.clock())
    return {"Authorization": f"Bearer {raw}"}


def told(world: World) -> str:
    """Return everything that any table holds."""
    rows: list[Any] = []
    with world.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows += session.execute(select(*table.columns)).all()
    return repr(rows)


def lived(world: World) -> str:
    """Let the owner live through a case in which everybody names them; return its number."""
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(REQUEST))
    send_picture(owner)
    a_minute_later(world)
    leader.say(f"受理 {number}")
    leader.say(f"回复 {number} 已和{NAME}通过电话{PHONE}")
    assert "延期" in leader.say(f"延期 {number} 5 联系人{NAME}在外地，电话{PHONE}")
    owner.say("核验 13900001111 说是省里领导")
    a_minute_later(world)
    world.deliver()
    return number


def forget(world: World, person_id: int, key: dict[str, str], **more: str) -> Any:
    return world.web.post(f"{V1}/people/{person_id}/forget", headers=key | more, json={"reason": WHY})


def test_who_demands_to_be_forgotten_is_nowhere_any_more_and_the_case_stays(world: World) -> None:
    number, key = lived(world), admin(world)
    person_id = world.roster.people[OWNER]
    before = world.web.get(f"{V1}/tickets/{number}", headers=key).json()
    kept = told(world)
    assert all(word in kept for word in (NAME, PHONE, f"'{OWNER}'"))

    answer = forget(world, person_id, key)

    assert answer.status_code == 200
    left = told(world)
    assert [word for word in (NAME, PHONE, f"'{OWNER}'", f":{OWNER}") if word in left] == []
    assert re.search(f"(?<![0-9a-f]){PHONE[-4:]}(?![0-9a-f])", left) is None  # digests hold any four digits
    after = world.web.get(f"{V1}/tickets/{number}", headers=key).json()
    for fact in ("number", "type", "status", "owner", "enterprise", "created_at", "accepted_at", "region"):
        assert after[fact] == before[fact]
    said = world.web.get(f"{V1}/tickets/{number}/messages", headers=key).json()["items"]
    assert said[0]["text"] == "管委会欠我们工程尾款320万，验收一年多了还不给。联系人【姓名】，电话【电话】"
    with world.database.reading() as session:
        for medium in session.scalars(select(Media)):
            session.refresh(medium, ["data"])
            assert (medium.data, medium.sha256) == (None, None)


def test_note_on_a_caller_they_reported_says_no_more_whose_word_it_was(world: World) -> None:
    lived(world)
    key = admin(world)
    [lead] = world.web.get(f"{V1}/leads", headers=key).json()["items"]
    place = f"{V1}/leads/{lead['id']}"
    said = {"finding": "fraud", "note": f"{NAME}（电话{PHONE}）来电说是骗子"}
    assert world.web.post(f"{place}/decision", headers=key, json=said).status_code == 200
    forget(world, world.roster.people[OWNER], key)
    assert world.web.get(place, headers=key).json()["note"] == "【姓名】（电话【电话】）来电说是骗子"
    assert [word for word in (NAME, PHONE) if word in told(world)] == []


def test_redacted_events_are_sealed_and_whoever_changes_them_later_is_named(world: World) -> None:
    number, key = lived(world), admin(world)
    forget(world, world.roster.people[OWNER], key)
    report = proof.verify(world.database)
    assert (report.flaws, report.redacted) == ([], 1)
    case = ticket_id_of(number)
    with world.database.reading() as session:
        rows = session.scalars(select(Event).where(Event.ticket_id == case).order_by(Event.seq)).all()
    extended = next(row for row in rows if row.verb == "extend")
    assert extended.data["reason"] == "联系人【姓名】在外地，电话【电话】"
    assert "salt" not in extended.data
    sealed = next(row for row in rows if row.verb == "redact")
    assert (sealed.data["of"], sealed.actor_role) == (extended.seq, "system")
    with world.database.transaction() as session:
        changed = extended.data | {"reason": "出差"}
        session.execute(update(Event).where(Event.id == extended.id).values(data=changed))
    found = proof.verify(world.database).flaws
    assert [(each.chain, each.seq, each.kind) for each in found] == [
        (f"ticket {number}", extended.seq, "altered")
    ]
    with world.database.transaction() as session:
        session.execute(update(Event).where(Event.id == extended.id).values(data=extended.data))


def test_whoever_was_forgotten_and_writes_again_is_somebody_new(world: World) -> None:
    number, key = lived(world), admin(world)
    person_id = world.roster.people[OWNER]
    forget(world, person_id, key)
    owner = world.phone(OWNER)
    assert number not in owner.say("进度")
    with world.database.reading() as session:
        found = session.scalars(select(Person).where(Person.openid == OWNER)).one()
        assert found.id != person_id
        assert session.scalars(select(Contact).where(Contact.person_id == found.id)).all() == []


def test_colleague_hears_what_was_on_its_way_and_keeps_the_case(world: World) -> None:
    number, key = lived(world), admin(world)
    person_id = world.roster.people[OWNER]
    forget(world, person_id, key)
    world.phone(LEADER).say(f"进展 {number} 款项已列入本周计划")
    a_minute_later(world)
    world.deliver()
    with world.database.reading() as session:
        to = session.scalars(select(Outbox.person_id).where(Outbox.kind == "progressed")).all()
        undelivered = select(Outbox).where(
            Outbox.person_id == person_id, Outbox.state.in_(["pending", "held", "parked"])
        )
        assert session.scalars(undelivered).all() == []
    assert set(to) == {world.roster.people[PARTNER]}
    assert number in world.phone(PARTNER).say("进度")


def test_colleagues_cases_and_unused_invites_say_no_more_who_it_was(world: World) -> None:
    lived(world)
    key, partner, leader = admin(world), world.phone(PARTNER), world.phone(LEADER)
    leader.silence()
    mine, apart = "13600002222", "138-1234-5678"
    number = number_in(partner.say(f"新诉求 供电所不给增容。找{NAME}（{apart}）或者我邵其琛，电话{mine}"))
    leader.say(f"受理 {number}")
    leader.say(f"延期 {number} 5 {NAME}在外地，电话{PHONE}，邵其琛的是{mine}")
    a_minute_later(world)
    world.deliver()
    assert NAME in partner.say(f"进度 {number}")
    invited = {"enterprise_id": world.roster.enterprises["yunshanli"], "contact_name": NAME}
    assert world.web.post(f"{V1}/invites", headers=key, json=invited).status_code == 201
    assert all(word in told(world) for word in (NAME, PHONE, apart))

    forget(world, world.roster.people[OWNER], key)

    left = told(world)
    assert [word for word in (NAME, PHONE, apart, f"…{PHONE[-4:]}") if word in left] == []
    said = world.web.get(f"{V1}/tickets/{number}/events", headers=key).text
    assert f"找【姓名】（【电话】）或者我邵其琛，电话{mine}" in left
    assert f"【姓名】在外地，电话【电话】，邵其琛的是{mine}" in said
    assert proof.verify(world.database).flaws == []


def test_forgetting_is_on_record_with_its_reason_and_twice_changes_nothing(world: World) -> None:
    lived(world)
    key, person_id = admin(world), world.roster.people[OWNER]
    first = forget(world, person_id, key)
    second = forget(world, person_id, key)
    assert (second.status_code, second.json()) == (200, first.json())
    with world.database.reading() as session:
        noted = select(AuditEntry).where(AuditEntry.operation == "POST /people/{person_id}/forget")
        rows = session.scalars(noted).all()
    reasons = ["【姓名】要求，电话【电话】", "forgotten before"]
    assert [(row.deed, row.object, row.reason) for row in rows] == [
        ("change", f"people/{person_id}/forget", reason) for reason in reasons
    ]
    assert proof.verify(world.database).flaws == []


def test_forgetting_is_for_administrators_of_the_region(world: World) -> None:
    person_id = world.roster.people[OWNER]
    for role, region, status in (
        ("viewer", None, 403),
        ("supervisor", None, 403),
        ("admin", "210200", 404),
        ("admin", "210100", 200),
    ):
        assert forget(world, person_id, admin(world, role, region)).status_code == status
    key = admin(world)
    assert forget(world, world.roster.people[LEADER], key).status_code == 409
    assert forget(world, 999, key).status_code == 404


def test_official_in_office_and_nobody_cannot_be_forgotten(world: World) -> None:
    with world.database.transaction() as session:
        with pytest.raises(InOffice):
            forgetting.forget(session, world.roster.people[LEADER], erase=erase, now=world.clock())
        with pytest.raises(NoSuchPerson):
            forgetting.forget(session, 999, erase=erase, now=world.clock())


def test_people_are_forgotten_when_their_cases_ended_long_ago(world: World) -> None:
    number = lived(world)
    owner, other = world.phone(OWNER), world.phone("o-passer-by")
    other.say("你好")
    days = timedelta(days=90)

    def strike(after: timedelta) -> int:
        """Do what the timer does: until nothing is left to do."""
        now, done = world.clock() + after, []
        while not done or done[-1]:
            with world.database.transaction() as session:
                done.append(retention.strike(session, now, limit=50, days=90, erase=erase))
        return sum(done)

    assert strike(days - timedelta(hours=1)) == 0
    assert strike(days + timedelta(hours=25)) == 1  # the passer-by; the owner has a case that is open
    owner.say(f"撤回 {number}")
    if "确认" in owner.say(f"撤回 {number}"):
        owner.say("是")
    with world.database.transaction() as session:
        assert session.get_one(Ticket, ticket_id_of(number) or 0).status == "withdrawn"
    assert strike(days + timedelta(hours=26)) == 0  # it was looked for a day ago at most
    assert strike(days + timedelta(days=4)) == 1
    with world.database.reading() as session:
        forgotten = session.scalars(select(Person.id).where(Person.forgotten_at.is_not(None))).all()
        noted = session.scalars(select(AuditEntry.object).where(AuditEntry.operation == "retention")).all()
    assert world.roster.people[OWNER] in forgotten
    assert world.roster.people[PARTNER] not in forgotten
    assert sorted(noted) == sorted(f"people/{each}" for each in forgotten)
    assert checked(world.database, world.clock()).flaws == []  # their pictures are gone, by right


def test_who_gives_up_their_account_is_forgotten_once_no_case_of_theirs_is_open(world: World) -> None:
    number = lived(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    person = world.roster.people[OWNER]

    def strike() -> int:
        with world.database.transaction() as session:
            return retention.strike_closed(session, world.clock(), limit=50, erase=erase)

    assert strike() == 0
    owner.act("give_up")
    leader.act("give_up")
    owner.act("follow")
    assert strike() == 0, "the case is open, an official is in office"
    world.advance(minutes=1)
    owner.say(f"撤回 {number}")
    if "确认" in owner.say(f"撤回 {number}"):
        owner.say("是")
    assert strike() == 0, "who has written since then has an account again"
    world.advance(minutes=1)
    owner.act("give_up")
    assert strike() == 1
    assert strike() == 0
    with world.database.reading() as session:
        assert session.get_one(Person, person).openid == f"forgotten:{person}"
        rows = session.execute(select(AuditEntry.operation, AuditEntry.object)).all()
    assert ("accounts", f"people/{person}") in {tuple(row) for row in rows}
    assert checked(world.database, world.clock()).flaws == []
