"""Every path × role × foreign object, generated from the OpenAPI document: nobody reaches what is not theirs.

A new route is called by itself. What it needs to be called is said once, here: in `things` the parameter of
its path, and in `CLOSED` the roles it is closed to, where these are not as for most: reading is for all
roles, changing for administrators.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from sqlalchemy.orm import Session

from bot.web.api import api
from bot.web.api.parts import Parts
from config import catalog
from models.actions import people
from models.rules.numbers import ticket_id_of
from models.tables import Pattern, PatternMember
from tests.contracts.api.desk import DALIAN, SHENYANG, Call, Desk, leader, settle_in
from tests.contracts.api.test_imports_api import bring
from tests.contracts.api.test_leads_api import ask
from tests.lists import as_csv, firms

ROLES: Final = ("viewer", "supervisor", "admin")
EVERYWHERE: Final[Mapping[str, Any]] = {"year": 2026, "type": "arrears"}
"""Parameters of paths that name nothing of anybody, with a value each: there is no foreign one."""

LIST: Final = {"content-type": "application/octet-stream"}

OFFICE: Final = frozenset({"viewer"})
"""Changes that supervisors make too are closed to viewers only."""
MANAGER: Final = frozenset({"viewer", "supervisor"})

CLOSED: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("POST", "/contacts"): OFFICE,
    ("POST", "/contacts/{contact_id}/end"): OFFICE,
    ("POST", "/tickets"): OFFICE,
    ("POST", "/enterprises/{enterprise_id}/courtesy"): OFFICE,
    ("GET", "/verifications"): OFFICE,
    ("GET", "/leads"): OFFICE,
    ("GET", "/leads/{lead_id}"): OFFICE,
    ("POST", "/leads/{lead_id}/decision"): OFFICE,
    **{("POST", f"/patterns/{{pattern_id}}/actions/{verb}"): OFFICE
       for verb in ("rename", "split", "join", "dismiss")},
    ("POST", "/patches"): OFFICE,
    **{("POST", f"/patches/{{patch_id}}/actions/{verb}"): OFFICE
       for verb in ("draft", "consult", "amend", "issue", "take_effect", "evaluate", "restart", "keep",
                    "drop", "progress", "do_step", "give", "clear")},
    **{("POST", f"/tickets/{{number}}/actions/{verb}"): OFFICE
       for verb in ("reassign", "uphold", "overturn", "write_off", "merge", "separate", "shield", "unshield")},
    ("GET", "/audit"): MANAGER,
    ("GET", "/audit/anchors"): MANAGER,
    ("GET", "/keys"): MANAGER,
    ("GET", "/keys/{key_id}"): MANAGER,
    ("GET", "/webhooks"): MANAGER,
    ("GET", "/webhooks/{webhook_id}"): MANAGER,
    ("GET", "/webhooks/{webhook_id}/deliveries"): MANAGER,
    ("GET", "/webhooks/{webhook_id}/deliveries/{delivery_id}"): MANAGER,
}  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """One operation of the document, with a body that fits it."""

    method: str
    path: str
    names: frozenset[str]
    body: Any

    @property
    def closed_to(self) -> frozenset[str]:
        """The roles that may not."""
        return CLOSED.get((self.method, self.path), frozenset() if self.method == "GET" else MANAGER)

    def call(self, place: Mapping[str, Any]) -> Call:
        """Return the request for the things of a place."""
        missing = self.names - set(EVERYWHERE) - set(place)
        assert not missing, (
            f"{self.method} {self.path}: this test does not know what to put for {sorted(missing)}. "
            "Say in things() how such a thing comes to be in a region, or in EVERYWHERE that it is nobody's."
        )
        path = self.path.format_map({**EVERYWHERE, **place})
        if self.path == "/imports" and self.method == "POST":
            return (
                self.method,
                path,
                {"params": {"subject": "enterprises"}, "content": as_csv(firms(1)), "headers": LIST},
            )
        return self.method, path, {} if self.body is None else {"json": self.body}


def operations(desk: Desk) -> list[Operation]:
    """Return every operation of the document."""
    app = api(Parts(desk.database, desk.clock, None, desk.service.phone_key))
    document = schemathesis.openapi.from_asgi("/openapi.json", app)
    return [_operation(found.ok()) for found in document.get_all_operations() if isinstance(found, Ok)]


def _operation(found: Any) -> Operation:
    bodies: list[Any] = []

    @settings(max_examples=1, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=found.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def fill(case: Any) -> None:
        bodies.append(case.body)

    names = frozenset(part.name for part in found.path_parameters)
    if found.body:
        fill()
    return Operation(found.method.upper(), found.path, names, bodies[0] if bodies else None)


def a_pattern(session: Session, number: str, desk: Desk) -> int:
    """Put a pattern of one case; return its id."""
    now = desk.clock()
    row = Pattern(type="arrears", state="open", title="t", stone="s", created_at=now, opened_at=now)
    session.add(row)
    session.flush()
    ticket_id = ticket_id_of(number)
    facts = {"ticket_id": ticket_id, "pattern_id": row.id, "likeness": 1.0, "voice": "1", "joined_at": now}
    session.add(PatternMember(**facts))
    return row.id


def things(desk: Desk, region: str) -> dict[str, Any]:
    """Put one of everything into a region; return each by the name it has in paths."""
    place = settle_in(desk, region)
    with desk.database.transaction() as session:
        other = leader(session, region, desk)
        gone = people.meet(session, f"o-gone-{region}", now=desk.clock()).person_id
        people.join(session, gone, place.enterprise, name="林向晚", role="会计", now=desk.clock())
        pattern = a_pattern(session, place.number, desk)
    day = desk.clock().date().isoformat()
    ask(desk, region, f"139{region}22给我打电话，说是你们的人，真的吗")

    def made(path: str, body: Any) -> int:
        answer = desk.post(path, body)
        assert answer.status_code in {201, 202}, (path, answer.text)
        return int(answer.json()["id"])

    phone = made(f"/officials/{place.official}/phones", {"number": f"139{region}12"})
    away = {"official_id": place.official, "deputy_id": other, "starts_on": day, "ends_on": day}
    handed = made(f"/officials/{place.official}/handover", {"to": other, "reason": "岗位调整"})
    patch = made("/patches", {"pattern_id": pattern, "title": "补丁", "cause": "other", "regions": [region],
                              "owner_id": other, "due_on": day})  # fmt: skip
    hook = made("/webhooks", {"name": "n", "url": "https://example.cn/", "region": region})
    list_of_one = firms(int(region), region=catalog.regions()[region].name)
    brought = bring(desk, "enterprises", list_of_one, desk.key("admin", region))
    return {
        "import_id": brought["id"],
        "pattern_id": pattern,
        "patch_id": patch,
        "person_id": gone,
        "official_id": place.official,
        "enterprise_id": place.enterprise,
        "pairing_id": place.pairing,
        "contact_id": place.contact,
        "invite_id": place.invite,
        "outbox_id": place.outbox,
        "number": place.number,
        "event_id": desk.get(f"/outbox/{place.outbox}").json()["event_id"],
        "phone_id": phone,
        "delegation_id": made("/delegations", away),
        "handover_id": handed,
        "lead_id": desk.get("/leads").json()["items"][-1]["id"],
        "key_id": made("/keys", {"name": "n", "role": "viewer", "region": region}),
        "webhook_id": hook,
        "delivery_id": made(f"/webhooks/{hook}/test", None),
    }


@dataclass(frozen=True)
class Ground:
    """Two regions with one of everything each, and all operations."""

    desk: Desk
    here: Mapping[str, Any]
    there: Mapping[str, Any]
    operations: list[Operation]

    def asked(self, place: Mapping[str, Any], key: str | None) -> dict[tuple[str, str], int]:
        """Call every operation about the things of a place, reading first; return the statuses."""
        in_order = sorted(self.operations, key=lambda each: (each.method != "GET", each.method == "DELETE"))
        return {
            (each.method, each.path): self.desk.all_at_once([each.call(place)], key)[0].status_code
            for each in in_order
        }


@pytest.fixture
def ground(sqlite_url: str) -> Iterator[Ground]:
    """Who may see what is the same on both kinds of database: the conditions are of one query each."""
    with Desk.open(sqlite_url) as desk:
        yield Ground(desk, things(desk, SHENYANG), things(desk, DALIAN), operations(desk))


def test_nobody_without_a_key_gets_anywhere(ground: Ground) -> None:
    for key in (None, "wrong"):
        assert set(ground.asked(ground.here, key).values()) == {401}


@pytest.mark.parametrize("role", ROLES)
def test_foreign_things_cannot_be_read_or_changed_by_any_role(ground: Ground, role: str) -> None:
    key = ground.desk.key(role, SHENYANG)
    statuses = ground.asked(ground.there, key)
    for each in ground.operations:
        status = statuses[each.method, each.path]
        if role in each.closed_to:
            assert status == 403, each
        elif each.names - set(EVERYWHERE):
            assert status == 404, (each, status)
        else:
            assert status < 500, (each, status)


@pytest.mark.parametrize("role", ROLES)
def test_own_things_are_open_to_the_roles_they_are_for_and_to_no_other(ground: Ground, role: str) -> None:
    """Which proves that the foreign ones were there to be seen."""
    statuses = ground.asked(ground.here, ground.desk.key(role, SHENYANG))
    for each in ground.operations:
        status = statuses[each.method, each.path]
        if role in each.closed_to:
            assert status == 403, each
        elif each.method == "GET" and each.names - set(EVERYWHERE):
            assert status == 200, (each, status)
        else:
            assert status != 401, each
            assert status < 500, each
