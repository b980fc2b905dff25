"""Telephones for the stories: who has which number, who supervises, and what the cards say."""

import re
import secrets
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import select

from models.actions import access, roster
from models.actions.people import join, meet
from models.rules.numbers import ticket_id_of
from models.tables import Event, Person, Verification
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import Phone, World

V1 = "/api/v1"
LEADERS = "138 4000 3059"
AIDES = "024-86892345"
RIVALS = "13840008541"
STRANGE = "13911112222"
SUPERVISOR, RIVAL, RIVAL_OWNER, LOCAL_OFFICE = "o-supervisor", "o-rival", "o-rival-owner", "o-local-office"
REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"


@dataclass
class Town:
    """The world with registered numbers, a supervisor, a local office, and a foreign enterprise."""

    world: World
    keys: dict[tuple[str, str | None], str]
    officials: dict[str, int]

    @classmethod
    def of(cls, world: World) -> Self:
        """Register the leader's and the aide's numbers through the API; settle the others in."""
        town = cls(world, {}, dict(world.roster.officials))
        town._settle("supervisor", SUPERVISOR, "严立信", "督查专员", "210100", kind="supervisor")
        town._settle("local", LOCAL_OFFICE, "项南乔", "沈阳市营商环境建设局局长", "210100")
        town._settle("rival", RIVAL, "柏知远", "副省长", "210000")
        with world.database.transaction() as session:
            firm = roster.add_enterprise(
                session,
                name="大连望礁海洋食品有限公司",
                credit_code=None,
                region="210200",
                stage=None,
                now=world.clock(),
            )
            roster.pair(
                session, enterprise_id=firm.id, official_id=town.officials["rival"], now=world.clock()
            )
            owner = meet(session, RIVAL_OWNER, now=world.clock()).person_id
            join(session, owner, firm.id, name="于听澜", role="总经理", now=world.clock())
        town.register("leader", LEADERS)
        town.register("aide", AIDES)
        town.register("rival", RIVALS)
        return town

    def _settle(
        self, place: str, openid: str, name: str, post: str, region: str, *, kind: str = "leader"
    ) -> None:
        now, department = self.world.clock(), "营商环境建设局" if place == "local" else "辽宁省人民政府"
        with self.world.database.transaction() as session:
            row = roster.add_official(
                session, name=name, post=post, department=department, region=region, kind=kind, now=now
            )
            self.officials[place] = row.id
            session.get_one(Person, meet(session, openid, now=now).person_id).official_id = row.id

    def key(self, role: str = "admin", region: str | None = None) -> dict[str, str]:
        """Return the headers of a key of that role and region."""
        if (role, region) not in self.keys:
            raw = self.keys[role, region] = secrets.token_urlsafe(32)
            with self.world.database.transaction() as session:
                access.create_key(session, raw, name=role, role=role, region=region, now=self.world.clock())
        return {"Authorization": f"Bearer {self.keys[role, region]}"}

    def register(self, official: str, number: str) -> None:
        """Enter an official's number as an administrator does."""
        path = f"{V1}/officials/{self.officials[official]}/phones"
        answer = self.world.web.post(path, headers=self.key(), json={"number": number})
        assert answer.status_code == 201, answer.text

    def get(self, path: str, role: str = "admin", region: str | None = None, **params: Any) -> Any:
        """Read something from the API."""
        answer = self.world.web.get(V1 + path, headers=self.key(role, region), params=params or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def case(self) -> str:
        """Let the owner bring a case that the leader has accepted; return its number."""
        owner, leader = self.world.phone(OWNER), self.world.phone(LEADER)
        leader.say("待办")
        number = number_in(owner.say(REQUEST))
        leader.news()
        leader.say(f"受理 {number}")
        owner.news()
        return number

    def refuse_calls(self, openid: str) -> None:
        """Let somebody say that they do not want to be called."""
        assert self.world.phone(openid).say("别打电话").startswith("记下了")

    def asked(self) -> list[Verification]:
        """Return every question about a caller, oldest first."""
        with self.world.database.reading() as session:
            rows = list(session.scalars(select(Verification).order_by(Verification.id)))
            session.expunge_all()
            return rows

    def events(self, number: str, *verbs: str) -> list[tuple[str, dict[str, Any]]]:
        """Return what happened to a case, of these verbs: verb and data."""
        with self.world.database.reading() as session:
            found = session.execute(
                select(Event.verb, Event.data)
                .where(Event.ticket_id == ticket_id_of(number), Event.verb.in_(verbs))
                .order_by(Event.seq)
            )
            return [(row.verb, row.data) for row in found]


def phrase_in(text: str) -> str:
    """Return the phrase that a text names."""
    found = re.search(r"暗语(?:：|“|是)(\S{2} \S{2})", text)
    if found is None:
        raise AssertionError(f"no phrase in: {text}")
    return found[1]


def labels(news: dict[str, Any]) -> list[str]:
    """Return what can be tapped in a message."""
    return [label for label, _ in news["links"]]


def read_all(phone: Phone) -> str:
    """Return everything that has arrived on a phone since it was last read."""
    return "\n".join(phone.silence())
