"""docs/api.md is a day that can be lived: every line of it works, in its order, over HTTP."""

import json
import secrets
from pathlib import Path

from models.actions import access
from models.rules.numbers import ticket_id_of
from models.rules.permissions import KeyRole
from models.tables import Pattern, Person, Ticket
from tests.architecture.tree import source
from tests.flows.curl import Shell, commands
from tests.flows.reading import number_in
from tests.patching import belongs
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World

DAY = commands(source(Path("docs/api.md")))
ARREARS = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"


def an_admin(world: World, folder: Path) -> Shell:
    """Somebody at a shell, with a key as the demo prints one."""
    key = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, key, name="demo", role=KeyRole.ADMIN, region=None, now=world.clock())
    given = {"API": f"{world.product.url}/api/v1", "KEY": key, "DATABASE": world.settings.database_url}
    return Shell(world.web, folder, given)


def a_pattern(world: World, number: str) -> None:
    """A pattern that is open already, as the loop that compares cases leaves it."""
    with world.database.transaction() as session:
        row = Pattern(type="arrears", state="open", title="工程款拖欠", stone="", created_at=world.clock())
        row.opened_at = world.clock()
        session.add(row)
        session.flush()
        belongs(session, session.get_one(Ticket, ticket_id_of(number)), row.id, world.clock())


def test_day_of_the_document(world: World, tmp_path: Path) -> None:
    number = number_in(world.phone(OWNER).say(ARREARS))
    world.phone(LEADER).say(f"受理 {number}")
    a_pattern(world, number)
    admin = an_admin(world, tmp_path)
    for command in DAY:
        admin.run(command)
    assert len(DAY) > 50
    assert world.phone(OWNER).silence() != []
    assert "松针坊" in admin_reads(admin, "enterprises")
    assert "木犀里" not in admin_reads(admin, "enterprises")
    assert admin.kept["FORGOTTEN"].startswith("2026-11-24")
    with world.database.reading() as session:
        assert session.get_one(Person, world.roster.people[PARTNER]).forgotten_at is not None
    assert json.loads((tmp_path / "refused.json").read_bytes())["status"] == 429


def admin_reads(admin: Shell, path: str) -> str:
    """Return what a list says."""
    return admin.client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {admin.given['KEY']}"}).text


def test_day_lived_twice_leaves_one_of_everything(world: World, tmp_path: Path) -> None:
    """Whoever runs the lines up to ten o'clock again has telephoned once."""
    world.phone(OWNER).say(ARREARS)
    admin = an_admin(world, tmp_path)
    morning = DAY[: next(n for n, line in enumerate(DAY) if line.startswith("printf"))]
    for command in [*morning, *morning]:
        admin.run(command)
    assert admin_reads(admin, "tickets").count('"number"') == 2
    assert admin_reads(admin, "enterprises").count("松针坊") == 1
