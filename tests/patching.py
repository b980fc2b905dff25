"""A pattern whose cases are put there by hand, and a patch of it: for tests that compare no words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import access, patch_dates, patch_news, patches, stumbles
from models.actions.patch_chain import Hand, locked
from models.actions.patches import Draft
from models.rules.patches import PatchRole
from models.rules.patterns import voice_of
from models.session import Database
from models.tables import Outbox, Patch, Pattern, PatternMember, Ticket
from tests.alike import bring, firm
from tests.roster import Roster
from tests.unit.models.stage import NOW, staffed

MINUTE = timedelta(minutes=1)
WHOLE = {"document_title": "关于限期支付工程款的通知", "change": "验收后60日内付清"}


@dataclass
class Ground:
    """A database with seven alike cases of seven enterprises and a supervisor's key."""

    database: Database
    roster: Roster
    pattern: int
    cases: list[int]
    key: int

    @property
    def supervisor(self) -> Hand:
        """The hand of the key."""
        return Hand(PatchRole.SUPERVISOR, self.key, "督查室")

    @property
    def owner(self) -> Hand:
        """The hand of the leader who answers for the patch."""
        return Hand(PatchRole.OWNER, self.roster.officials["leader"], "副省长 安予诚")

    def open(self, *, now: datetime = NOW, **more: Any) -> int:
        """Open a patch; return its id."""
        draft = {
            "title": "限期支付", "cause": "not_executed", "owner_id": self.roster.officials["leader"],
            "regions": ("210000",), "due_on": date(2026, 12, 31), "evaluate_days": 90, "instrument": WHOLE,
        } | more  # fmt: skip
        with self.database.transaction() as session:
            pattern = session.get_one(Pattern, self.pattern)
            return patches.open_patch(session, pattern, Draft(**draft), self.supervisor, now=now).id

    def in_effect(self, patch: int, *, now: datetime = NOW, asks: bool = False) -> None:
        """Take every step of a patch up to effect, at once; nobody is told yet."""
        with self.database.transaction() as session:
            row = locked(session, patch)
            patches.move(session, row, patches.PatchVerb.DRAFT, self.owner, now=now)
            patches.consult(session, row, self.owner, asks=asks, now=now)
            patches.issue(session, row, self.owner, now=now, effective_on=now.date())
            patches.take_effect(session, row, self.owner, now=now)

    def comes(self, name: str, *, now: datetime, openid: str | None = None) -> int:
        """Let an enterprise bring one more case of the pattern; return its id."""
        who = openid or firm(self.database, name)
        ticket_id = bring(self.database, who, f"欠工程款{name}", at=now)
        with self.database.transaction() as session:
            ticket = session.get_one(Ticket, ticket_id, with_for_update=True)
            belongs(session, ticket, self.pattern, now)
            stumbles.met(session, ticket, self.pattern, now=now)
        return ticket_id

    def strike(self, now: datetime) -> None:
        """Do what has fallen due, until nothing has."""
        for strike in (patch_dates.strike, patch_news.strike):
            for _ in range(100):
                with self.database.transaction() as session:
                    if not strike(session, now, limit=50):
                        break
            else:
                raise AssertionError(f"{strike.__module__} never ends")

    def told(self, *kinds: str) -> list[tuple[str, int, str]]:
        """Return what was told of patches: kind, person, key."""
        with self.database.reading() as session:
            rows = session.scalars(select(Outbox).where(Outbox.kind.in_(kinds)).order_by(Outbox.id))
            return [(row.kind, row.person_id, row.dedupe_key) for row in rows]

    def row(self, patch: int) -> Patch:
        """Return a patch as it stands."""
        with self.database.reading() as session:
            return session.get_one(Patch, patch)


def belongs(session: Session, ticket: Ticket, pattern: int, now: datetime) -> None:
    """Put a case into a pattern; what a voice says again repeats the first that it said there."""
    voice = voice_of(ticket.enterprise_id, ticket.person_id)
    said = select(PatternMember.ticket_id).where(
        *(PatternMember.pattern_id == pattern, PatternMember.voice == voice, PatternMember.copy_of.is_(None))
    )
    first = session.scalars(said.order_by(PatternMember.ticket_id).limit(1)).first()
    facts = {
        "likeness": 1.0,
        "voice": voice,
        "copy_of": first,
        "is_own": first is not None,
        "is_pinned": False,
        "joined_at": now,
    }
    session.add(PatternMember(ticket_id=ticket.id, pattern_id=pattern, **facts))
    session.flush()


def ground(database: Database, *, firms: int = 7) -> Ground:
    """Put seven cases of as many enterprises into a pattern."""
    roster = staffed(database)
    cases = [bring(database, firm(database, f"firm{n}"), f"欠工程款{n}") for n in range(firms)]
    with database.transaction() as session:
        row = Pattern(type="arrears", state="open", title="欠款", stone="", created_at=NOW, opened_at=NOW)
        session.add(row)
        session.flush()
        for each in cases:
            belongs(session, session.get_one(Ticket, each), row.id, NOW)
        pattern = row.id
        key = access.create_key(session, "k" * 43, name="督查室", role="supervisor", region=None, now=NOW).id
    return Ground(database, roster, pattern, cases, key)
