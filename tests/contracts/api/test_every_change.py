"""Every change in the OpenAPI document happens once, however often it is sent, and only to what was seen.

The list is the document's own. What a change needs is said once, here, in `CHANGES`: a path that is not
there fails.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import select, update

from models.actions import events, office, people
from models.actions.conversation import Words
from models.rules.lifecycle import Verb
from models.rules.numbers import ticket_id_of
from models.tables import Base, Met, Outbox, Patch, PatchCase, PatternMember, WebhookDelivery
from tests.contracts.api.desk import PROVINCE, SHENYANG, Desk, enterprise, leader, request, settle_in
from tests.contracts.api.test_authorization import LIST, a_pattern
from tests.contracts.api.test_decisions import LEADER, OWNER, appeal, on
from tests.contracts.api.test_imports_api import bring
from tests.contracts.api.test_leads_api import ask
from tests.contracts.api.test_patches_api import CHANGE
from tests.lists import as_csv, firms

PLAIN: Final = ("get", "parameters")
BESIDE: Final = frozenset({"audit", "audit_heads", "key_uses"})
"""Tables that note every request, whatever it does."""
SECRETS: Final = frozenset({"secret"})
"""What an answer shows the first time only."""

WHY: Final = {"reason": "专班人手不足"}
OTHER: Final = {"reason": "另有原因"}
NOTE: Final = {"note": "正在会签"}
OTHER_NOTE: Final = {"note": "已经会签"}
HOOK: Final = {"name": "n", "url": "https://example.cn/"}
OFFICIAL: Final = {"name": "n", "post": "p", "department": "d", "region": SHENYANG}


@dataclass(frozen=True)
class Change:
    """What one change is sent with: names in its path, a body that is good, another that would be."""

    names: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    other: Any = None
    more: Mapping[str, Any] = field(default_factory=dict)
    """Of a list that is brought in: what is sent besides its rows, which are the bodies."""

    def sent(self, body: Any) -> dict[str, Any]:
        """Return the arguments of a request with one of the bodies."""
        if self.more:
            return {**self.more, "content": body}
        return {} if body is None else {"json": body}


@dataclass(frozen=True)
class Town:
    """One region at a desk, where one more of anything is made when it is needed."""

    desk: Desk
    contact: int
    owner: int
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def leader(self) -> int:
        with self.desk.database.transaction() as session:
            return leader(session, SHENYANG, self.desk)

    def firm(self) -> int:
        with self.desk.database.transaction() as session:
            return enterprise(session, SHENYANG, self.desk)

    def person(self) -> int:
        with self.desk.database.transaction() as session:
            return people.meet(session, f"o-new-{next(self.numbers)}", now=self.desk.clock()).person_id

    def ticket(self) -> str:
        with self.desk.database.transaction() as session:
            return request(session, OWNER, self.desk, f"管委会欠我们第{next(self.numbers)}笔工程款")

    def made(self, path: str, body: Any = None) -> int:
        answer = self.desk.post(path, body)
        assert answer.is_success, (path, answer.text)
        return int(answer.json()["id"])

    def contact_of(self, person: int) -> int:
        return self.made("/contacts", {"person_id": person, "enterprise_id": self.firm()})

    def pairing(self) -> int:
        return self.made("/pairings", {"enterprise_id": self.firm(), "official_id": self.leader()})

    def delegated(self) -> dict[str, Any]:
        day = self.desk.clock().date().isoformat()
        return {"official_id": self.leader(), "deputy_id": self.leader(), "starts_on": day, "ends_on": day}

    def number(self) -> str:
        return f"139{next(self.numbers):08}"

    def phone(self) -> dict[str, Any]:
        official = self.leader()
        phone = self.made(f"/officials/{official}/phones", {"number": self.number()})
        return {"official_id": official, "phone_id": phone}

    def lead(self) -> int:
        ask(self.desk, SHENYANG, f"{self.number()}给我打电话，说是你们的人，真的吗")
        return int(self.desk.get("/leads", limit=200).json()["items"][-1]["id"])

    def dead_letter(self) -> int:
        known = ticket_id_of(self.ticket())
        with self.desk.database.transaction() as session:
            row = session.scalars(select(Outbox).where(Outbox.ticket_id == known)).first()
            assert row is not None
            row.state, row.settled_at, row.reason = "dead", self.desk.clock(), "invalid"
            return row.id

    def key(self) -> int:
        return self.made("/keys", {"name": "n", "role": "viewer"})

    def hook(self) -> int:
        return self.made("/webhooks", HOOK)

    def disabled(self) -> int:
        hook = self.hook()
        assert self.desk.post(f"/webhooks/{hook}/disable").is_success
        return hook

    def delivery(self) -> dict[str, Any]:
        hook = self.hook()
        row = self.made(f"/webhooks/{hook}/test")
        with self.desk.database.transaction() as session:
            settled = {"state": "dead", "settled_at": self.desk.clock()}
            session.execute(update(WebhookDelivery).where(WebhookDelivery.id == row).values(settled))
        return {"webhook_id": hook, "delivery_id": row}

    def pattern(self, *more: str) -> int:
        with self.desk.database.transaction() as session:
            pattern = a_pattern(session, self.ticket_in(session), self.desk)
            for number in more:
                row = {"ticket_id": ticket_id_of(number), "pattern_id": pattern, "voice": number}
                session.add(PatternMember(**row, likeness=1.0, joined_at=self.desk.clock()))
            return pattern

    def ticket_in(self, session: Any) -> str:
        return request(session, OWNER, self.desk, f"管委会欠我们第{next(self.numbers)}笔工程款")

    def new_patch(self, title: str = "限期支付") -> dict[str, Any]:
        return {
            "pattern_id": self.pattern(), "title": title, "cause": "not_executed", "regions": [SHENYANG],
            "owner_id": self.owner, "due_on": "2026-12-31", "steps": [{"what": "起草"}, {"what": "会签"}],
        }  # fmt: skip

    def patch(self, *verbs: str) -> dict[str, Any]:
        """Return a new patch after some actions."""
        patch = self.made("/patches", self.new_patch())
        bodies = {"consult": {"asks_enterprises": False}, "issue": issued()}
        for verb in verbs:
            self.made(f"/patches/{patch}/actions/{verb}", bodies.get(verb))
        return {"patch_id": patch}

    def failed_patch(self) -> dict[str, Any]:
        names = self.patch("draft", "consult", "issue", "take_effect")
        with self.desk.database.transaction() as session:
            session.get_one(Patch, names["patch_id"]).state = "ineffective"
        return names

    def stumbled(self) -> Change:
        names = self.patch("draft", "consult", "issue", "take_effect")
        number, other = self.ticket(), self.ticket()
        with self.desk.database.transaction() as session:
            for each in (number, other):
                row = {
                    "ticket_id": ticket_id_of(each),
                    "patch_id": names["patch_id"],
                    "kind": Met.STUMBLED,
                    "round": 1,
                }
                session.add(PatchCase(**row, met_at=self.desk.clock()))
        return Change(names, {"number": number}, {"number": other})

    def appealed(self) -> str:
        number = self.ticket()
        appeal(self.desk, number)
        return number

    def unreached(self) -> str:
        number, clock = self.ticket(), self.desk.clock
        with self.desk.database.transaction() as session:
            office.accept(session, *on(session, LEADER, number), now=clock())
        with self.desk.database.transaction() as session:
            office.resolve(session, *on(session, LEADER, number), Words("text", "已付清"), now=clock())
        for _ in range(2):
            clock.advance(timedelta(days=1))
            with self.desk.database.transaction() as session:
                ticket, actor = on(session, LEADER, number)
                events.record(session, ticket, Verb.CALL_FAILED, actor, now=clock())
        return number

    def merged(self) -> str:
        first, second = self.ticket(), self.ticket()
        answer = self.desk.post(f"/tickets/{second}/actions/merge", WHY | {"into": first})
        assert answer.is_success, answer.text
        return second

    def shielded(self) -> str:
        number = self.ticket()
        assert self.desk.post(f"/tickets/{number}/actions/shield", WHY).is_success
        return number

    def brought(self) -> int:
        return int(bring(self.desk, "enterprises", firms(next(self.numbers)))["id"])


def issued(title: str = "关于限期支付的通知") -> dict[str, Any]:
    return {"document_title": title, "change": CHANGE, "effective_on": "2027-11-24"}


Maker = Callable[[Town], Change]


def decided(verb: str, number: Callable[[Town], str], **more: Callable[[Town], Any]) -> dict[str, Maker]:
    """Return a decision about a ticket, with its reasons."""

    def made(town: Town) -> Change:
        rest = {name: make(town) for name, make in more.items()}
        return Change({"number": number(town)}, WHY | rest, OTHER | rest)

    return {f"POST /tickets/{{number}}/actions/{verb}": made}


def patched(verb: str, *before: str, body: Any = None, other: Any = None) -> dict[str, Maker]:
    """Return an action on a patch that has gone so far."""
    path = f"POST /patches/{{patch_id}}/actions/{verb}"
    return {path: lambda town: Change(town.patch(*before), body, other)}


def after_failure(verb: str) -> dict[str, Maker]:
    """Return what is done with a patch that has not worked."""
    path = f"POST /patches/{{patch_id}}/actions/{verb}"
    return {path: lambda town: Change(town.failed_patch(), NOTE, OTHER_NOTE)}


def hooked(verb: str, hook: Callable[[Town], int], body: Any = None, other: Any = None) -> dict[str, Maker]:
    """Return an action on a webhook."""
    path = f"POST /webhooks/{{webhook_id}}/{verb}"
    return {path: lambda town: Change({"webhook_id": hook(town)}, body, other)}


def split_off(town: Town) -> Change:
    number = town.ticket()
    body = {"numbers": [number], "title": "另一块石头"}
    return Change({"pattern_id": town.pattern(number)}, body, body | {"title": "又一块石头"})


def joined(town: Town) -> Change:
    return Change(
        {"pattern_id": town.pattern()}, {"pattern_id": town.pattern()}, {"pattern_id": town.pattern()}
    )


def given_away(town: Town) -> Change:
    body = WHY | {"owner_id": town.leader()}
    return Change(town.patch(), body, body | OTHER)


def handed_over(town: Town) -> Change:
    body = WHY | {"to": town.leader()}
    return Change({"official_id": town.leader()}, body, body | OTHER)


def spoken_for(town: Town) -> Change:
    body = {"person_id": town.person(), "enterprise_id": town.firm()}
    return Change({}, body, body | {"name": "林向晚"})


def paired(town: Town) -> Change:
    body = {"enterprise_id": town.firm(), "official_id": town.leader()}
    return Change({}, body, body | {"official_id": town.leader()})


def delegated(town: Town) -> Change:
    body = town.delegated()
    return Change({}, body, body | {"deputy_id": town.leader()})


def invited(town: Town) -> Change:
    return Change({}, {"official_id": town.leader()}, {"official_id": town.leader()})


def taken_down(town: Town) -> Change:
    body = {"contact_id": town.contact, "text": f"厂区门口第{next(town.numbers)}次积水，货车进不来"}
    return Change({}, body, body | {"text": "别的事情"})


def given_a_phone(town: Town) -> Change:
    return Change({"official_id": town.leader()}, {"number": town.number()}, {"number": town.number()})


def opened(town: Town) -> Change:
    body = town.new_patch()
    return Change({}, body, body | {"title": "按期支付"})


def brought_in(town: Town) -> Change:
    one, other = (as_csv(firms(next(town.numbers))) for _ in range(2))
    return Change({}, one, other, {"params": {"subject": "enterprises"}, "headers": LIST})


def forgotten(town: Town) -> Change:
    person = town.person()
    town.contact_of(person)
    return Change({"person_id": person}, WHY, OTHER)


CHANGES: Final[Mapping[str, Maker]] = {
    "POST /officials": lambda _: Change({}, OFFICIAL, OFFICIAL | {"name": "m"}),
    "POST /officials/{official_id}/handover": handed_over,
    "POST /officials/{official_id}/retire": lambda t: Change({"official_id": t.leader()}),
    "POST /enterprises": lambda _: Change(
        {}, {"name": "n", "region": SHENYANG}, {"name": "m", "region": SHENYANG}
    ),
    "POST /enterprises/{enterprise_id}/courtesy": lambda t: Change(
        {"enterprise_id": t.firm()}, {"contact_budget": 1}, {"contact_budget": 2}
    ),
    "POST /contacts": spoken_for,
    "POST /contacts/{contact_id}/end": lambda t: Change({"contact_id": t.contact_of(t.person())}),
    "POST /pairings": paired,
    "DELETE /pairings/{pairing_id}": lambda t: Change({"pairing_id": t.pairing()}),
    "POST /delegations": delegated,
    "DELETE /delegations/{delegation_id}": lambda t: Change(
        {"delegation_id": t.made("/delegations", t.delegated())}
    ),
    "POST /invites": invited,
    "POST /tickets": taken_down,
    **decided("reassign", Town.ticket, owner_id=Town.leader),
    **decided("uphold", Town.appealed),
    **decided("overturn", Town.appealed),
    **decided("write_off", Town.unreached),
    "POST /tickets/{number}/actions/merge": lambda t: merged(t),
    **decided("separate", Town.merged),
    **decided("shield", Town.ticket),
    **decided("unshield", Town.shielded),
    "POST /patterns/{pattern_id}/actions/rename": lambda t: Change(
        {"pattern_id": t.pattern()}, {"title": "园区欠款"}, {"title": "城投欠款"}
    ),
    "POST /patterns/{pattern_id}/actions/split": split_off,
    "POST /patterns/{pattern_id}/actions/join": joined,
    "POST /patterns/{pattern_id}/actions/dismiss": lambda t: Change({"pattern_id": t.pattern()}, WHY, OTHER),
    "POST /patches": opened,
    **patched("draft"),
    **patched("consult", "draft", body={"asks_enterprises": False}, other={"asks_enterprises": True}),
    **patched("amend", "draft", body={"title": "按期支付"}, other={"title": "分期支付"}),
    **patched("issue", "draft", "consult", body=issued(), other=issued("关于按期支付的通知")),
    **patched("take_effect", "draft", "consult", "issue"),
    **patched("evaluate", "draft", "consult", "issue", "take_effect"),
    **after_failure("restart"),
    **after_failure("keep"),
    **patched("drop", body=NOTE, other=OTHER_NOTE),
    **patched("progress", "draft", body=NOTE, other=OTHER_NOTE),
    **patched("do_step", "draft", body={"step": 1}, other={"step": 2}),
    "POST /patches/{patch_id}/actions/give": given_away,
    "POST /patches/{patch_id}/actions/clear": Town.stumbled,
    "POST /outbox/{outbox_id}/rearm": lambda t: Change({"outbox_id": t.dead_letter()}),
    "POST /officials/{official_id}/phones": given_a_phone,
    "DELETE /officials/{official_id}/phones/{phone_id}": lambda t: Change(t.phone()),
    "POST /leads/{lead_id}/decision": lambda t: Change(
        {"lead_id": t.lead()}, {"finding": "fraud"}, {"finding": "unclear"}
    ),
    "POST /keys": lambda _: Change({}, {"name": "n", "role": "viewer"}, {"name": "m", "role": "viewer"}),
    "POST /keys/{key_id}/rotate": lambda t: Change({"key_id": t.key()}, {"grace": 60}, {"grace": 61}),
    "POST /keys/{key_id}/revoke": lambda t: Change({"key_id": t.key()}),
    "POST /webhooks": lambda _: Change({}, HOOK, HOOK | {"name": "m"}),
    **hooked("test", Town.hook),
    **hooked("rotate", Town.hook, {"grace": 60}, {"grace": 61}),
    **hooked("disable", Town.hook),
    **hooked("enable", Town.disabled),
    "DELETE /webhooks/{webhook_id}": lambda t: Change({"webhook_id": t.hook()}),
    "POST /webhooks/{webhook_id}/deliveries/{delivery_id}/replay": lambda t: Change(t.delivery()),
    "POST /people/{person_id}/forget": forgotten,
    "POST /imports": brought_in,
    "POST /imports/{import_id}/undo": lambda t: Change({"import_id": t.brought()}),
}


def merged(town: Town) -> Change:
    first = town.ticket()
    body = WHY | {"into": first}
    return Change({"number": town.ticket()}, body, body | OTHER)


@dataclass(frozen=True)
class Document:
    """The OpenAPI document: its changes, and where what they change is read."""

    paths: Mapping[str, Any]

    @property
    def changes(self) -> dict[str, Any]:
        """Every operation that is no reading, by method and path."""
        return {
            f"{method.upper()} {path}": described
            for path, item in self.paths.items()
            for method, described in item.items()
            if method not in PLAIN
        }

    def takes(self, operation: str, header: str) -> bool:
        """Whether an operation takes a header."""
        return header in {each["name"] for each in self.changes[operation].get("parameters", ())}

    def is_list(self, path: str) -> bool:
        """Whether a path is read page by page."""
        read = self.paths[path].get("get", {})
        return any(each["name"] == "after" for each in read.get("parameters", ()))

    def read_at(self, operation: str) -> str:
        """Return where what an operation changes is read; of one that makes something, the list."""
        path = operation.partition(" ")[2]
        while "get" not in self.paths.get(path, {}):
            path = path.rpartition("/")[0]
        return path


def document(desk: Desk) -> Document:
    return Document(desk.send("GET", "/openapi.json").json()["paths"])


def everything(desk: Desk) -> dict[str, list[Any]]:
    """Return all rows of all tables, but for what notes every request."""
    with desk.database.reading() as session:
        return {
            name: sorted(map(repr, session.execute(select(table))))
            for name, table in Base.metadata.tables.items()
            if name not in BESIDE
        }


def call(town: Town, operation: str, change: Change, body: Any, **headers: str) -> httpx.Response:
    method, _, path = operation.partition(" ")
    arguments = change.sent(body)
    arguments["headers"] = {**arguments.get("headers", {}), **headers}
    return town.desk.send(method, path.format_map(change.names), town.desk.key(), **arguments)


def without_secrets(answer: httpx.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name not in SECRETS}


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """A region on each kind of database in turn."""
    with Desk.open(database_url) as desk:
        with desk.database.transaction() as session:
            leader(session, PROVINCE, desk)
        place = settle_in(desk, SHENYANG)
        desk.key()
        yield Town(desk, place.contact, place.official)


def test_every_change_of_the_document_is_known_here(small_desk: Desk) -> None:
    assert set(document(small_desk).changes) == set(CHANGES)


def test_every_post_takes_a_key_and_every_change_of_what_is_read_an_etag(small_desk: Desk) -> None:
    described = document(small_desk)
    for operation in described.changes:
        is_post = operation.startswith("POST ")
        assert described.takes(operation, "Idempotency-Key") is is_post, operation
        makes = is_post and described.is_list(operation.partition(" ")[2])
        assert described.takes(operation, "If-Match") is not makes, operation


def test_every_post_that_is_sent_again_is_answered_as_before_and_does_nothing(town: Town) -> None:
    for operation in sorted(each for each in document(town.desk).changes if each.startswith("POST ")):
        change, once = CHANGES[operation](town), {"Idempotency-Key": operation.replace(" ", "")}
        first = call(town, operation, change, change.body, **once)
        assert first.is_success, (operation, first.status_code, first.text)
        after = everything(town.desk)

        again = call(town, operation, change, change.body, **once)
        assert again.status_code == first.status_code, operation
        assert without_secrets(again) == without_secrets(first), operation
        assert all(again.json()[name] is None for name in SECRETS & set(first.json())), operation
        assert again.headers.get("location") == first.headers.get("location"), operation
        assert again.headers["idempotent-replayed"] == "true", operation
        assert everything(town.desk) == after, operation

        # Where there is no body, another request is one about another thing.
        other = change if change.other is not None else CHANGES[operation](town)
        after = everything(town.desk)
        refused = call(town, operation, other, other.other, **once)
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:liaison:key-reused"), operation
        assert everything(town.desk) == after, operation


def test_every_change_is_made_to_what_was_seen_and_to_nothing_else(town: Town) -> None:
    described = document(town.desk)
    for operation in sorted(each for each in described.changes if described.takes(each, "If-Match")):
        change = CHANGES[operation](town)
        path = described.read_at(operation).format_map(change.names)
        tag, before = town.desk.get(path).headers["etag"], everything(town.desk)
        unseen = call(town, operation, change, change.body, **{"If-Match": '"other"'})
        assert (unseen.status_code, unseen.json()["type"]) == (412, "urn:liaison:changed"), operation
        assert everything(town.desk) == before, operation

        made = call(town, operation, change, change.body, **{"If-Match": tag})
        assert made.is_success, (operation, made.status_code, made.text)
        now = town.desk.get(path)
        if now.is_success and now.headers["etag"] != tag:  # else it is gone, or shows nothing of this
            before = everything(town.desk)
            stale = call(town, operation, change, change.body, **{"If-Match": tag})
            assert (stale.status_code, stale.json()["type"]) == (412, "urn:liaison:changed"), operation
            assert everything(town.desk) == before, operation
