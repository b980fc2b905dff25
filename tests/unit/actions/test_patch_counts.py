"""A message about a patch counts what the patch is about when it is told; and who hears it before whom."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.actions import patch_news, patterns, shielding
from models.queries.patches import in_force_on
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.session import Database
from models.tables import Outbox, PatchCase, Pattern, Ticket
from tests.alike import firm
from tests.patching import MINUTE, Ground, ground
from tests.unit.models.stage import NOW

EFFECT = NOW + MINUTE
NIGHT = EFFECT + timedelta(hours=12)
MORNING = NIGHT + timedelta(hours=14)


@pytest.fixture
def desk(database: Database) -> Ground:
    return ground(database)


def effect_at_night(desk: Ground) -> int:
    """Return a patch that took effect at night: its cases are found, nobody is told before the morning."""
    patch = desk.open()
    desk.in_effect(patch, now=NIGHT)
    desk.strike(NIGHT)
    assert desk.told("patch_effect", "patch_changed") == []
    return patch


def split_off(desk: Ground, case: int) -> None:
    """Let people say that a case is another matter."""
    with desk.database.transaction() as session:
        row, signed = session.get_one(Pattern, desk.pattern), patterns.Signature(desk.key, "督查室")
        patterns.split(session, row, [case], "另一件事", signed, now=NIGHT)


def strike_once(desk: Ground) -> None:
    with desk.database.transaction() as session:
        assert patch_news.strike(session, MORNING, limit=50)


def counted(desk: Ground, kind: str) -> list[Any]:
    """Return how many cases the messages of a kind speak of, the fewest first."""
    with desk.database.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == kind)).all()
        return sorted(row.payload["count"] for row in rows)


def test_an_owner_is_told_how_many_cases_it_is_about_without_one_that_left(desk: Ground) -> None:
    effect_at_night(desk)
    split_off(desk, desk.cases[6])
    desk.strike(MORNING)
    assert set(counted(desk, "patch_effect")) == {6}


def test_an_enterprise_is_told_how_many_of_its_cases_it_is_about_without_one_that_left(desk: Ground) -> None:
    """It left after its owner was told and before its enterprise is."""
    left, _ = (desk.comes(f"more{n}", now=NOW, openid="o-firm0") for n in range(2))
    effect_at_night(desk)
    strike_once(desk)
    assert set(counted(desk, "patch_effect")) == {9}
    assert counted(desk, "patch_changed") == []
    split_off(desk, left)
    desk.strike(MORNING)
    assert counted(desk, "patch_changed") == [1] * 6 + [2]


def test_an_enterprise_is_told_once_when_another_old_case_of_it_joins_later(desk: Ground) -> None:
    patch = desk.open()
    desk.in_effect(patch, now=EFFECT)
    desk.strike(EFFECT)
    assert len(desk.told("patch_changed")) == 7
    late = desk.comes("late", now=NOW, openid="o-firm0")
    desk.strike(EFFECT + 2 * MINUTE)
    assert len(desk.told("patch_changed")) == 7
    with desk.database.reading() as session:
        row = session.get_one(PatchCase, (patch, late))
        assert (row.kind, row.told_at is not None) == ("affected", True), "it waits for nothing more"


def test_no_enterprise_is_told_while_an_owner_is_not(postgresql_url: str) -> None:
    """The only case of an owner is being worked on, and so is left for the next time."""
    database = Database(postgresql_url)
    desk = ground(database)
    with database.transaction() as session:
        other = desk.roster.officials["leader"]
        assert session.get_one(Ticket, desk.cases[0]).owner_id != other
        session.execute(update(Ticket).where(Ticket.id == desk.cases[0]).values(owner_id=other))
    effect_at_night(desk)
    with database.transaction() as session:
        session.get_one(Ticket, desk.cases[0], with_for_update=True)
        desk.strike(MORNING)
        assert desk.told("patch_effect"), "the other owner was told"
        assert desk.told("patch_changed") == []
    desk.strike(MORNING + MINUTE)
    assert len(desk.told("patch_changed")) == 7
    database.dispose()


def test_a_case_of_another_region_stumbles_over_no_patch(desk: Ground) -> None:
    patch = desk.open(regions=("210200",))
    desk.in_effect(patch, now=EFFECT)
    here = desk.comes("here", now=EFFECT + MINUTE, openid=firm(desk.database, "here", region="210200"))
    elsewhere = desk.comes("elsewhere", now=EFFECT + MINUTE)
    with desk.database.reading() as session:
        assert session.get_one(PatchCase, (patch, here)).kind == "stumbled"
        assert session.get(PatchCase, (patch, elsewhere)) is None


def test_a_shielded_case_has_no_patch_any_more(desk: Ground) -> None:
    desk.in_effect(desk.open(), now=EFFECT)
    desk.strike(EFFECT)
    with desk.database.transaction() as session:
        case = session.get_one(Ticket, desk.cases[0], with_for_update=True)
        assert in_force_on(session, case.id) is not None
        shielding.shield(session, case, Actor(Role.ENTERPRISE, case.person_id), now=EFFECT + MINUTE)
    with desk.database.reading() as session:
        assert in_force_on(session, desk.cases[0]) is None
        assert in_force_on(session, desk.cases[1]) is not None
