"""Patches that were opened before anybody was told of steps are told of from then on."""

from datetime import date

from models.actions import patches
from models.actions.patch_chain import locked
from models.migrations import migrate
from models.session import Database
from tests.patching import ground
from tests.unit.models.stage import NOW
from tests.unit.models.test_migrations import down


def test_patches_of_before_have_the_day_of_their_first_step_that_is_not_done(database: Database) -> None:
    desk = ground(database)
    steps = [{"what": each, "owner": None, "due_on": f"2026-12-0{n}"} for n, each in enumerate("甲乙丙", 1)]
    planned, plain = desk.open(steps=tuple(steps)), desk.open()
    with database.transaction() as session:
        patches.do_step(session, locked(session, planned), 1, desk.owner, now=NOW)
    down(database, "0176")
    migrate(database)
    assert desk.row(planned).step_on == date(2026, 12, 2)
    assert desk.row(plain).step_on is None
