"""Every list of the OpenAPI document: what one region's key sees there, and what it does not.

A new list is called by itself. `LISTED`, `WORDS` or `NOBODYS` must say what it holds.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile

from sqlalchemy import select

from models.tables import Verification, Visit
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk
from tests.contracts.api.test_authorization import EVERYWHERE, Ground, ground
from tests.contracts.api.test_ledgers_api import accept

__all__ = ["ground"]

FULL: Final = 50
"""Items on a page that others may follow."""

LISTED: Final[Mapping[str, str]] = {
    "/officials": "official_id",
    "/enterprises": "enterprise_id",
    "/contacts": "contact_id",
    "/pairings": "pairing_id",
    "/delegations": "delegation_id",
    "/invites": "invite_id",
    "/tickets": "number",
    "/ledgers/{type}": "number",
    "/patterns": "pattern_id",
    "/patches": "patch_id",
    "/visits": "visit_id",
    "/events": "event_id",
    "/outbox": "outbox_id",
    "/verifications": "verification_id",
    "/leads": "lead_id",
    "/keys": "key_id",
    "/webhooks": "webhook_id",
    "/imports": "import_id",
}
"""Lists, and which of the things of a place is on each."""
KNOWN_BY: Final = {"/tickets": "number", "/ledgers/{type}": "ticket"}
"""What the items of a list are known by, where that is not their id."""

CODES: Final = (SHENYANG, DALIAN)
NAMES: Final = ("沈阳市", "大连市")
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "/wall": CODES,
    "/rates": CODES,
    "/audit": CODES,
    "/ledgers/{type}.csv": NAMES,
    "/ledgers/{type}.xlsx": NAMES,
}
"""What is no list of things with ids, and the word for each place that is in it."""
ASKED: Final[Mapping[str, dict[str, str]]] = {"/rates": {"by": "region"}, "/audit": {"limit": "200"}}
NOBODYS: Final = frozenset({"/audit/anchors", "/calendar/notices", "/calendar/{year}", "/reconciliation"})
"""What holds nothing of any region; a key for one is refused the last."""


def put_into_lists(desk: Desk, place: Mapping[str, Any]) -> dict[str, Any]:
    """Take a case on and note a visit, for the lists of these; return what was put where."""
    number, now = place["number"], desk.clock()
    accept(desk, number)
    with desk.database.transaction() as session:
        who = {name: place[name] for name in ("official_id", "enterprise_id")}
        session.add(row := Visit(**who, day=now.date(), note="看了车间", created_at=now))
        session.flush()
        asked = select(Verification.id).where(Verification.lead_id == place["lead_id"])
        return {**place, "visit_id": row.id, "verification_id": session.scalars(asked).one()}


def ids_in(body: dict[str, Any], path: str) -> set[Any]:
    """Return what the items of a list are known by; all of them are on its first page."""
    assert len(body["items"]) < FULL
    return {item[KNOWN_BY.get(path, "id")] for item in body["items"]}


def text_of(content: bytes) -> str:
    """Return the text of an answer; of a workbook that of its sheets."""
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def test_lists_hold_nothing_foreign(ground: Ground) -> None:
    """A key for one region sees what is its own, and nothing of what a key for all of them sees of the other.

    Which proves that each list could have shown it.
    """
    desk = ground.desk
    here, there = (put_into_lists(desk, place) for place in (ground.here, ground.there))
    whole, regional = desk.key("admin"), desk.key("admin", SHENYANG)
    lists = {
        each.path for each in ground.operations if each.method == "GET" and not each.names - set(EVERYWHERE)
    }
    assert lists == {*LISTED, *WORDS, *NOBODYS}, "this test must know what a list holds"
    for path in sorted(lists):
        params = ASKED.get(path, {})
        of_all, of_one = (desk.get(path.format_map(EVERYWHERE), key, **params) for key in (whole, regional))
        assert of_all.status_code == 200, path
        assert DALIAN not in of_one.text, path
        if path in LISTED:
            own, foreign = (place[LISTED[path]] for place in (here, there))
            everything, seen = (ids_in(answer.json(), path) for answer in (of_all, of_one))
            assert {own, foreign} <= everything, path
            assert own in seen, path
            assert foreign not in seen, path
            assert seen < everything, path
        if path in WORDS:
            everything_said, said = text_of(of_all.content), text_of(of_one.content)
            own, foreign = WORDS[path]
            assert own in everything_said, path
            assert foreign in everything_said, path
            assert own in said, path
            assert foreign not in said, path
