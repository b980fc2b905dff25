"""Three weeks of a small province: types, stages, statuses, a city with a county and another city."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from config import catalog
from models.actions import declines, office, ratings, tickets, visits
from models.actions.conversation import Words
from models.actions.declines import Grounds
from models.actions.tickets import Guess
from models.actions.timers import TIMERS
from models.queries.people import party
from models.queries.tickets import actor_on
from models.queries.tickets import by_number as find
from models.rules.satisfaction import Rating
from models.tables import Enterprise
from tests.contracts.api.desk import DALIAN, HEPING, SHENYANG, Desk, settle_in

PLACES = (SHENYANG, HEPING, DALIAN)
STAGES = ("startup", "growing", "mature")
DAYS = 16
A_LIFE = 9
"""Ways a case may go."""


@dataclass
class Town:
    """What has been opened, by number, with who owns it."""

    desk: Desk
    opened: list[tuple[str, str]]

    def ask(self, region: str, kind: str) -> str:
        """Let an enterprise ask for something of a type."""
        with self.desk.database.transaction() as session:
            who = party(session, f"o-owner-{region}")
            assert who is not None
            guess = Guess(kind, 0.9, "policy", is_sure=True)
            words = Words("text", f"{catalog.types()[kind].name}的事")
            done = tickets.submit(session, who, words, guess, title=words.text or "", now=self.desk.clock())
        self.opened.append((done.number, region))
        return done.number

    def act(self, number: str, side: str, region: str, deed: Any) -> None:
        """Let the owner or the enterprise do something to a case."""
        with self.desk.database.transaction() as session:
            who = party(session, f"o-{side}-{region}")
            assert who is not None
            ticket = find(session, number, seen_by=who)
            deed(session, ticket, actor_on(session, who, ticket), now=self.desk.clock())

    def strike(self) -> None:
        """Have the timers do all that is due: warn, lapse, fold."""
        for name in ("warnings", "lapses", "tallies"):
            with self.desk.database.transaction() as session:
                TIMERS[name](session, self.desk.clock(), limit=200)

    def live(self, number: str, region: str, way: int) -> None:
        """Take a case on the way it goes."""

        def official(deed: Any) -> None:
            self.act(number, "leader", region, deed)

        def enterprise(deed: Any) -> None:
            self.act(number, "owner", region, deed)

        if way == 0:
            return None
        if way == 1:
            return enterprise(tickets.withdraw)
        if way == 2:
            return official(_declined)
        official(office.accept)
        if way == 4:
            return official(_progress)
        if way < 4:
            return None
        official(_resolved)
        if way > 5:
            enterprise(tickets.confirm)
            enterprise(_rated(Rating.SATISFIED if way % 2 else Rating.DISSATISFIED))
        if way == A_LIFE - 1:
            enterprise(_disputed)
        return None


def _declined(session: Any, ticket: Any, actor: Any, *, now: datetime) -> None:
    declines.decline(session, ticket, actor, Grounds("justice", "已经立案", "人民法院"), now=now)


def _progress(session: Any, ticket: Any, actor: Any, *, now: datetime) -> None:
    office.progress(session, ticket, actor, Words("text", "已约周四面谈"), now=now)


def _resolved(session: Any, ticket: Any, actor: Any, *, now: datetime) -> None:
    office.resolve(session, ticket, actor, Words("text", "已解决"), now=now)


def _disputed(session: Any, ticket: Any, actor: Any, *, now: datetime) -> None:
    tickets.dispute(session, ticket, actor, Words("text", "又没了"), now=now)


def _rated(result: Rating) -> Any:
    def rate(session: Any, ticket: Any, actor: Any, *, now: datetime) -> None:
        ratings.rate(session, ticket, actor, result=result, now=now)

    return rate


@contextmanager
def lived(desk: Desk) -> Iterator[Town]:
    """Yield a province that has lived; the last day's changes are not folded yet."""
    town = Town(desk, [])
    for region, stage in zip(PLACES, STAGES, strict=True):
        town.opened.append((settle_in(desk, region).number, region))
        with desk.database.transaction() as session:
            for firm in session.scalars(select(Enterprise).where(Enterprise.region == region)):
                firm.stage, firm.name = stage, f"{firm.name}{region}"
    kinds = list(catalog.types())
    for day in range(DAYS):
        desk.clock.advance(timedelta(days=1))
        for place, region in enumerate(PLACES):
            if (day + place) % 3:
                town.ask(region, kinds[(day + place) % len(kinds)])
        for n in range(max(0, 2 * day - 2), 2 * day):  # what was asked two days ago
            town.live(*town.opened[n], n % A_LIFE)
        if day < DAYS - 1:
            town.strike()
    town.live(*town.opened[-1], 4)
    _visited(desk)
    yield town


def _visited(desk: Desk) -> None:
    """Have every leader visit today: three enterprises more that were disturbed."""
    today = desk.clock().date()
    for region in PLACES:
        with desk.database.transaction() as session:
            who = party(session, f"o-leader-{region}")
            assert who is not None
            assert who.official is not None
            firm = session.scalars(select(Enterprise).where(Enterprise.region == region)).one()
            visits.record(session, who.official, firm, "看了车间", day=today, now=desk.clock())
