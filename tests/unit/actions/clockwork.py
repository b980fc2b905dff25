"""One office whose clocks run: people on every rung, tickets of any type, and time that passes when told to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.actions import people, tickets
from models.actions.conversation import Words
from models.actions.events import SALT
from models.actions.people import meet
from models.actions.tickets import Guess
from models.actions.timers import TIMERS
from models.queries.tickets import Actor, actor_on, by_id
from models.rules.clocks import SHANGHAI
from models.rules.sealing import SEALED
from models.session import Database
from models.tables import Clock, Delivery, Escalation, Event, Outbox, Person, Ticket
from tests.roster import OWNER, supervisor
from tests.unit.models.stage import NOW, a_person, known, staffed

T = TypeVar("T")
DAY = timedelta(days=1)
SUPERVISOR = "o-supervisor"


def shanghai(text: str) -> datetime:
    """Return a moment as it is written in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


RUNGS = ("aide", "leader", "supervisor", "office")


class Clockwork:
    """A staffed database, and the timers."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.roster = staffed(database)

    def supervisor(self, openid: str = SUPERVISOR, region: str = "210100") -> int:
        """Put a supervisor of a region on the roster, bound to a WeChat."""
        with self.database.transaction() as session:
            supervisor(session, openid, region=region, name="沈知微", post="督查处长", now=NOW)
            return meet(session, openid, now=NOW).person_id

    def leaves(self, *openids: str) -> None:
        """Let people unfollow the account."""
        with self.database.transaction() as session:
            for openid in openids:
                people.left(session, known(session, openid), at=NOW)

    def comes(self, openid: str) -> None:
        """Let somebody come back."""
        with self.database.transaction() as session:
            session.get_one(Person, a_person(session, openid)).follows = True

    def ticket(self, type_code: str = "policy", *, at: datetime = NOW) -> int:
        """Open a case of the enterprise that the leader looks after."""
        guess = Guess(type_code, 0.9, None, is_sure=True)
        with self.database.transaction() as session:
            who = known(session, OWNER)
            done = tickets.submit(
                session, who, Words("text", "补贴没到账"), guess, title="补贴没到账", now=at
            )
            self.quiet(session)
            return done.id

    def does(self, openid: str, ticket_id: int, act: Callable[[Session, Ticket, Actor], T]) -> T:
        """Let somebody do something to a case they may see, in a transaction."""
        with self.database.transaction() as session:
            who = known(session, openid)
            return act(
                session, ticket := by_id(session, ticket_id, seen_by=who), actor_on(session, who, ticket)
            )

    def quiet(self, session: Session) -> None:
        """Take what was said so far as delivered."""
        session.execute(update(Outbox).values(state=Delivery.SENT))

    def strike(self, at: datetime, *, limit: int = 50) -> int:
        """Do everything that is due of dates and warnings, as the loop does."""
        total = 0
        for name in ("reckoning", "pauses", "warnings", "escalations"):
            strike = TIMERS[name]
            while True:
                with self.database.transaction() as session:
                    done = strike(session, at, limit=limit)
                total += done
                if not done:
                    break
        return total

    def settle(self, state: Delivery, *openids: str) -> None:
        """Let messages to these people (all if none is named) come to that end."""
        with self.database.transaction() as session:
            of_whom = select(Person.id).where(Person.openid.in_(openids)) if openids else select(Person.id)
            session.execute(
                update(Outbox)
                .where(Outbox.person_id.in_(of_whom), Outbox.state == Delivery.PENDING)
                .values(state=state, settled_at=NOW)
            )

    def told(self, kind: str = "warned") -> list[tuple[str, dict[str, Any]]]:
        """Return who is being told what, oldest first: what is still to be delivered."""
        with self.database.reading() as session:
            rows = session.execute(
                select(Person.openid, Outbox.payload)
                .join(Person, Person.id == Outbox.person_id)
                .where(Outbox.kind == kind, Outbox.state == Delivery.PENDING)
                .order_by(Outbox.id)
            )
            return [(row[0], row[1]) for row in rows]

    def levels(self) -> list[tuple[str, str, int]]:
        """Return the same for warnings: to whom, of which clock, at which level."""
        return [(openid, news["clock"], news["level"]) for openid, news in self.told()]

    def events(self, ticket_id: int, verb: str) -> list[dict[str, Any]]:
        """Return what the events of one verb say, without what keeps their words from being guessed."""
        with self.database.reading() as session:
            chain = select(Event.data).where(Event.ticket_id == ticket_id, Event.verb == verb)
            found = session.scalars(chain.order_by(Event.seq)).all()
            return [
                {name: value for name, value in data.items() if name not in {SALT, SEALED}} for data in found
            ]

    def clock(self, ticket_id: int, name: str) -> Clock:
        """Return the newest clock of a name."""
        with self.database.reading() as session:
            row = session.scalars(
                select(Clock)
                .where(Clock.ticket_id == ticket_id, Clock.name == name)
                .order_by(Clock.id.desc())
            ).first()
            assert row is not None, name
            session.expunge(row)
            return row

    def running(self, ticket_id: int) -> set[str]:
        """Return the names of the clocks that nobody has met."""
        with self.database.reading() as session:
            return set(
                session.scalars(
                    select(Clock.name).where(Clock.ticket_id == ticket_id, Clock.met_at.is_(None))
                )
            )

    def escalations(self) -> list[tuple[str, int, str | None]]:
        """Return every warning on record: rung, level, what became of it; those of one event from below."""
        with self.database.reading() as session:
            found = session.scalars(select(Escalation).order_by(Escalation.event_id, Escalation.id)).all()
            in_order = sorted(found, key=lambda row: (row.event_id, RUNGS.index(row.rung)))
            return [(row.rung, row.level, row.proof) for row in in_order]
