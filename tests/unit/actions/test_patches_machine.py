"""Random hands open, move, comment, stumble over and restart a patch; what makes it evidence always holds."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import patch_comments, patches, patterns, repeats, secrecy, stumbles, tickets
from models.actions.patch_chain import Hand, locked
from models.actions.striking import SYSTEM
from models.queries import proof
from models.queries.patch_asks import open_ask
from models.queries.patch_effects import effect
from models.queries.patches import shown
from models.queries.tickets import Actor
from models.rules.lifecycle import NotAllowed, NotPossible, Role
from models.rules.patches import IN_FORCE, PatchNotAllowed, PatchNotPossible, PatchRole, PatchVerb
from models.rules.patterns import WINDOW
from models.session import Database, sync_url
from models.tables import (
    Enterprise,
    Event,
    Outbox,
    Patch,
    PatchCase,
    PatchEvent,
    Pattern,
    PatternMember,
    Ticket,
    TicketVector,
)
from tests.patching import Ground, ground
from tests.unit.models.stage import NOW

REFUSALS = (
    PatchNotPossible,
    PatchNotAllowed,
    NotPossible,
    NotAllowed,
    patches.NotWhole,
    patches.DayRefused,
    patches.NoSuchStep,
    patterns.NotOfThePattern,
    stumbles.NotStumbled,
)
PLAIN = [
    PatchVerb.DRAFT,
    PatchVerb.EVALUATE,
    PatchVerb.KEEP,
    PatchVerb.DROP,
    PatchVerb.PROGRESS,
    PatchVerb.RESTART,
]


class Office(RuleBasedStateMachine):
    """One patch, seven enterprises that were there before, and whoever comes."""

    template: Path
    ground: Ground
    patch: int
    copies: Iterator[int]

    def __init__(self) -> None:
        super().__init__()
        self.path = self.template.with_name(f"{self.template.stem}-{next(self.copies)}.db")
        shutil.copyfile(self.template, self.path)
        self.database = Database(f"sqlite:///{self.path}")
        facts = (self.ground.roster, self.ground.pattern, self.ground.cases, self.ground.key)
        self.desk = Ground(self.database, *facts)
        self.now = NOW + timedelta(minutes=1)
        self.came = 0

    def teardown(self) -> None:
        """Close and forget the copy; the whole of it must hold together."""
        assert proof.verify(self.database).flaws == []
        self.database.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def hand(self, role: PatchRole) -> Hand:
        return {
            PatchRole.SUPERVISOR: self.desk.supervisor,
            PatchRole.OWNER: self.desk.owner,
        }.get(role, Hand(role, 1))

    def attempt(self, act: Callable[[Session, Patch], object]) -> None:
        """Let somebody do something; a refusal changes nothing, even where nobody rolls back."""
        with self.database.transaction() as session:
            before = self.facts(session)
            with suppress(*REFUSALS):
                act(session, locked(session, self.patch))
                return
            session.flush()
            assert self.facts(session) == before

    def facts(self, session: Session) -> list[object]:
        """Return what is stored of the patch."""
        row = session.execute(select(*Patch.__table__.columns).where(Patch.id == self.patch)).one()
        return [len(session.scalars(select(PatchEvent.id)).all()), *row]

    @rule(verb=st.sampled_from(PLAIN), role=st.sampled_from(PatchRole))
    def move(self, verb: PatchVerb, role: PatchRole) -> None:
        """Somebody takes a plain step."""
        self.attempt(lambda session, row: patches.move(session, row, verb, self.hand(role), now=self.now))

    @rule(role=st.sampled_from(PatchRole), asks=st.booleans())
    def consult(self, role: PatchRole, *, asks: bool) -> None:
        """It is put before those concerned."""
        self.attempt(
            lambda session, row: patches.consult(session, row, self.hand(role), asks=asks, now=self.now)
        )

    @rule(role=st.sampled_from(PatchRole), days=st.integers(-1, 3))
    def issue(self, role: PatchRole, days: int) -> None:
        """It is issued for some day."""
        day = self.now.date() + timedelta(days=days)
        self.attempt(
            lambda session, row: patches.issue(session, row, self.hand(role), now=self.now, effective_on=day)
        )

    @rule()
    def whole_way(self) -> None:
        """An owner takes all steps that are left up to effect."""
        for act in (
            lambda session, row: patches.move(session, row, PatchVerb.DRAFT, self.desk.owner, now=self.now),
            lambda session, row: patches.consult(session, row, self.desk.owner, asks=True, now=self.now),
            lambda session, row: patches.issue(
                session, row, self.desk.owner, now=self.now, effective_on=self.now.date()
            ),
            lambda session, row: patches.take_effect(session, row, self.desk.owner, now=self.now),
        ):
            self.attempt(act)

    @rule(firm=st.integers(0, 6))
    def comment(self, firm: int) -> None:
        """An enterprise says what it thinks, if it is asked."""

        def act(session: Session, _row: Patch) -> None:
            ids = session.scalars(select(Enterprise.id).where(Enterprise.name == f"firm{firm}有限公司")).all()
            ask = open_ask(session, ids, None)
            if ask is not None:
                patch_comments.comment(
                    session, ask, session.get_one(Ticket, ask.ticket_id).person_id, "好", now=self.now
                )

        self.attempt(act)

    @rule(is_flood=st.booleans())
    def case_comes(self, *, is_flood: bool) -> None:
        """One more case of the pattern, of somebody new or of the one who floods."""
        self.came += 1
        self.desk.comes(f"new{self.came}", now=self.now, openid="o-firm0" if is_flood else None)

    @rule(place=st.integers(0, 30), role=st.sampled_from([Role.SUPERVISOR, Role.SYSTEM]))
    def no_stumble(self, place: int, role: Role) -> None:
        """People say that a case is none."""

        def act(session: Session, _row: Patch) -> None:
            rows = session.scalars(select(Ticket).order_by(Ticket.id)).all()
            actor = Actor(role, None) if role is Role.SUPERVISOR else SYSTEM
            stumbles.unstumble(session, rows[place % len(rows)], actor, now=self.now)

        self.attempt(act)

    @rule(place=st.integers(0, 30))
    def shield(self, place: int) -> None:
        """A case becomes one that only its owner may see."""
        with self.database.transaction() as session:
            rows = session.scalars(select(Ticket).order_by(Ticket.id)).all()
            secrecy.shield(session, [rows[place % len(rows)]])

    @rule(place=st.integers(0, 30), how=st.sampled_from(["withdrawn", "split off"]))
    def leave(self, place: int, how: str) -> None:
        """A case is taken back, or people say that it is about something else."""

        def act(session: Session, row: Patch) -> None:
            rows = session.scalars(select(Ticket).order_by(Ticket.id)).all()
            ticket = rows[place % len(rows)]
            if how == "withdrawn":
                tickets.withdraw(session, ticket, Actor(Role.ENTERPRISE, ticket.person_id), now=self.now)
                patterns.leave(session, ticket.id)
                repeats.stand_in(session, [ticket.id])
            else:
                pattern = session.get_one(Pattern, row.pattern_id)
                by = patterns.Signature(self.desk.key, "督查室")
                patterns.split(session, pattern, [ticket.id], "另一件事", by, now=self.now)

        self.attempt(act)

    @rule(hours=st.sampled_from([0, 1, 9, 24, 24 * 91]))
    def time_passes(self, hours: int) -> None:
        """The clock goes on, and the timers do what is due."""
        self.now += timedelta(hours=hours)
        self.desk.strike(self.now)

    @invariant()
    def state_is_what_the_chain_says(self) -> None:
        with self.database.reading() as session:
            row = session.get_one(Patch, self.patch)
            last = session.scalars(select(PatchEvent).order_by(PatchEvent.seq.desc()).limit(1)).one()
            assert row.state == last.to_state
            assert row.state not in IN_FORCE or row.took_effect_at is not None

    @invariant()
    def nobody_is_told_twice_in_a_round(self) -> None:
        with self.database.reading() as session:
            rounds = session.get_one(Patch, self.patch).round
            told = session.execute(
                select(Outbox.person_id, Outbox.kind).where(Outbox.kind.in_(["patch_changed", "patch_asked"]))
            )
            assert max(Counter(map(tuple, told)).values(), default=0) <= rounds
            owners = session.execute(select(Outbox.person_id).where(Outbox.kind == "patch_effect"))
            assert max(Counter(map(tuple, owners)).values(), default=0) <= rounds

    @invariant()
    def whoever_met_the_stone_is_counted_once_on_each_side_of_the_day(self) -> None:
        with self.database.reading() as session:
            row = session.get_one(Patch, self.patch)
            inside = self.inside(session, row)
            seen = shown(session, row, None)
            assert {each.id for each in seen.stumbles} <= {each.id for each in inside}
            figures = effect(session, row, self.now)
            if figures is None or row.took_effect_at is None:
                return
            since = row.took_effect_at
            sides = [
                {each.enterprise_id for each in inside if since - WINDOW <= each.created_at < since},
                {each.enterprise_id for each in inside if since <= each.created_at < self.now},
            ]
            found = [side.exposure.met for side in (figures.before, figures.after)]
            assert found == [len(firms) for firms in sides]

    def inside(self, session: Session, row: Patch) -> list[Ticket]:
        """Return the cases of the pattern that count, by what was done to them alone."""
        hidden = set(session.scalars(select(TicketVector.ticket_id).where(TicketVector.is_shielded)))
        cleared = set(session.scalars(select(PatchCase.ticket_id).where(PatchCase.kind == "cleared")))
        members = set(
            session.scalars(select(PatternMember.ticket_id).where(PatternMember.pattern_id == row.pattern_id))
        )
        cases = session.scalars(select(Ticket).where(Ticket.status != "withdrawn")).all()
        return [each for each in cases if each.id in members - hidden - cleared]

    @invariant()
    def every_mark_has_its_event(self) -> None:
        with self.database.reading() as session:
            marks = session.scalars(select(PatchCase).where(PatchCase.kind == "stumbled")).all()
            verbs = {row[0]: row[1] for row in session.execute(select(Event.id, Event.verb))}
            assert {verbs.get(mark.event_id or 0) for mark in marks} <= {"stumble"}


def test_any_hands_leave_a_patch_whole(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    desk = ground(database)
    patch = desk.open(steps=({"what": "起草", "owner": None, "due_on": None},))
    database.dispose()
    path = Path(sync_url(sqlite_url).database or "")
    facts = {"template": path, "ground": desk, "patch": patch, "copies": count()}
    machine = type("Ready", (Office,), facts)
    run_state_machine_as_test(
        machine, settings=settings(max_examples=25, stateful_step_count=25, deadline=None)
    )
