"""Random people make two cases one, take them apart, and shield them: rules of the machine of tickets."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import merging, shielding
from models.actions.shielding import EnterpriseAsked, HiddenTogether
from models.queries.mergeable import Apart, CannotMerge
from models.queries.recounting import recount
from models.queries.shielded import shielded
from models.queries.tickets import NoSuchTicket, actor_on, by_id
from models.rules.lifecycle import NotAllowed, NotPossible, Role, Status, Verb
from models.rules.tally import Counts, sum_of
from models.session import savepoint
from models.tables import Clock, Merge, Ticket
from tests.unit.actions.story import EVERYBODY, Known
from tests.unit.models.stage import known

_SIDES = frozenset({Role.ENTERPRISE, Role.OWNER, Role.AIDE, Role.SUPERVISOR})
_DESK = frozenset({Role.OWNER, Role.AIDE})
_RECEIVED = frozenset({"open", "accepted", "merged", "contacted", "in_time", "amber"})
"""What a merge may change in the counts: one received less, and what was kept in time of it."""


class OneMatter(RuleBasedStateMachine):
    """What a machine of tickets does with two of them; see `Town`."""

    known: dict[int, Known]
    before: dict[int, tuple[Any, Any]]
    """What was stored of a case before it was merged, by id."""

    @precondition(lambda self: len(self.known) > 1)
    @rule(data=st.data(), openid=st.sampled_from(EVERYBODY), likely=st.booleans(), stays=st.booleans())
    def one_matter(self, data: st.DataObject, openid: str, *, likely: bool, stays: bool) -> None:
        """Two cases are made one, perhaps for a while only."""
        self.make_one(data, openid, likely=likely)
        merged = [key for key, each in self.known.items() if each.main]
        if merged and not stays:
            self.take_apart(data.draw(st.sampled_from(merged)), openid)

    @precondition(lambda self: any(each.main for each in self.known.values()))
    @rule(data=st.data())
    def no_longer(self, data: st.DataObject) -> None:
        """Somebody who may takes one apart."""
        later_id = data.draw(st.sampled_from([key for key, each in self.known.items() if each.main]))
        able = [each for each in EVERYBODY if self.known[later_id].role(each) in _SIDES]
        if able:
            self.take_apart(later_id, data.draw(st.sampled_from(able)))

    @precondition(lambda self: self.known)
    @rule(data=st.data(), is_on=st.booleans())
    def nobody_elses_business(self, data: st.DataObject, *, is_on: bool) -> None:
        """A case is shielded for a while, or somebody tries."""
        ticket_id = data.draw(st.sampled_from(sorted(self.known)))
        for is_quiet in (is_on, not is_on):
            self.keep_quiet(ticket_id, data.draw(st.sampled_from(EVERYBODY)), is_on=is_quiet)

    def make_one(self, data: st.DataObject, openid: str, *, likely: bool) -> None:
        """Somebody says that two cases are one matter."""
        ids = sorted(self.known)
        if likely:  # two that can be one, and somebody who may say so
            able = [
                (main, later, each)
                for main in ids
                for later in ids
                for each in EVERYBODY
                if self.against_one(main, later, each) is None
            ]
            if not able:
                return
            main_id, later_id, openid = data.draw(st.sampled_from(able))
        else:
            main_id, later_id = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
        expected = self.against_one(main_id, later_id, openid)
        main, later = self.known[main_id], self.known[later_id]
        was = deepcopy(later)
        counted = self.counted()
        with self.database.transaction() as session:
            stored, others = whole(session, later_id), clocks_of(session, main_id)
            found = self.tried(session, openid, later_id, main_id, merging.merge)
        assert found == expected, (openid, main, later)
        if found is None:
            self.succeeded["merge"] += 1
            self.before[later_id] = stored
            later.status, later.main, main.carries = Status.MERGED, main_id, [*main.carries, later]
            self.both_heard(main, later, openid)
            self.hidden_together(main, openid)
            one_less(counted, self.counted())
            with self.database.reading() as session:
                assert clocks_of(session, main_id) == others, "the earlier case keeps its clocks"
                assert clocks_of(session, later_id) == [c for c in stored[1] if c["met_at"] is not None]
        self.look_at_what_was_said(was, later, openid, done=None if found else Verb.MERGE)

    def hidden_together(self, main: Known, openid: str) -> None:
        """Where one of what goes on together is shielded, all is, as whoever asked for it wants."""
        cases = sorted(
            [main, *main.carries], key=lambda each: next(k for k, v in self.known.items() if v is each)
        )
        asked = [each.shielded_by for each in cases if each.is_shielded]
        for each in cases if asked else ():
            if not each.is_shielded:
                each.is_shielded, each.events = True, each.events + 1
                each.shielded_by = next((role for role in asked if role not in _DESK), asked[0])
                each.heard(openid, each.role(openid))

    def take_apart(self, later_id: int, openid: str) -> None:
        """Somebody says that a case that was merged is a matter of its own."""
        later = self.known[later_id]
        main = self.known[later.main]
        role = later.role(openid)
        expected = NoSuchTicket if None in {role, main.role(openid)} else None
        was = deepcopy(later)
        with self.database.transaction() as session:
            others = clocks_of(session, later.main)
            found = self.tried(session, openid, later_id, later.main, merging.separate)
        if expected is None and role not in _SIDES:
            expected = NotAllowed
        assert found == expected, (openid, main, later)
        if found is None:
            self.succeeded["separate"] += 1
            self.is_as_before(later_id)
            with self.database.reading() as session:
                assert clocks_of(session, later.main) == others
            later.main = None
            main.carries = [each for each in main.carries if each is not later]
            self.both_heard(main, later, openid)
        done = Verb.SEPARATE if later.status is Status.OPEN else Verb.REVIVE
        self.look_at_what_was_said(was, later, openid, done=None if found else done)

    def let_go_of_what_it_carried(self, main: Known) -> None:
        """A case was withdrawn: what was merged into it is what it was, by the hand of nobody."""
        for later in main.carries:
            (later_id,) = [key for key, each in self.known.items() if each is later]
            self.is_as_before(later_id)
            later.main, later.events = None, later.events + 1
        if main.carries:
            self.succeeded["release"] += 1
            main.carries, main.events = [], main.events + 1

    def is_as_before(self, later_id: int) -> None:
        """A case that was merged is stored as it was then, with its dates; its status is that one again."""
        then, dates = self.before.pop(later_id)
        with self.database.reading() as session:
            row, clocks = whole(session, later_id)
            assert session.get(Merge, later_id) is None
        moves = {"owner_id": None, "counted": None}  # where its main went; what the clock has told since
        assert row | moves == then | moves, "it is what it was"
        assert clocks == dates, "with its dates as they were"
        self.known[later_id].status = Status(then["status"])

    def keep_quiet(self, ticket_id: int, openid: str, *, is_on: bool) -> None:
        """Somebody asks for secrecy, or lifts it."""
        ticket = self.known[ticket_id]
        role, cases = ticket.role(openid), [ticket, *ticket.carries]
        expected: type[Exception] | None = None
        if role is None:
            expected = NoSuchTicket
        elif role not in _SIDES:
            expected = NotAllowed
        elif ticket.main is not None:
            expected = HiddenTogether
        elif (
            not is_on
            and role in _DESK
            and any(each.is_shielded and each.shielded_by not in _DESK for each in cases)
        ):
            expected = EnterpriseAsked
        was, found = deepcopy(ticket), None
        with self.database.transaction() as session:
            try:
                with savepoint(session):
                    who = known(session, openid)
                    row = by_id(session, ticket_id, seen_by=who)
                    act = shielding.shield if is_on else shielding.unshield
                    act(session, row, actor_on(session, who, row), now=self.now)
            except (NoSuchTicket, NotAllowed, EnterpriseAsked, HiddenTogether) as refused:
                found = type(refused)
        assert found == expected, (openid, ticket)
        changes = found is None and ticket.is_shielded != is_on
        if found is None and is_on and not changes and role not in _DESK and ticket.shielded_by in _DESK:
            ticket.shielded_by, ticket.events = role, ticket.events + 1
            ticket.heard(openid, role)
        for each in cases if changes else ():
            if each.is_shielded != is_on:
                each.is_shielded, each.events = is_on, each.events + 1
                each.shielded_by = role if is_on else each.shielded_by
                each.heard(openid, role)
        self.succeeded["shield" if is_on else "unshield"] += changes
        with self.database.reading() as session:
            hidden = {key for key, each in self.known.items() if each.is_shielded}
            assert shielded(session, list(self.known)) == hidden
        self.look_at_what_was_said(was, ticket, openid, done=Verb.SHIELD if changes else None)

    def tried(self, session: Session, openid: str, one: int, main: int, act: Any) -> type[Exception] | None:
        """Do it as a handler does; return how it was refused."""
        try:
            with savepoint(session):
                who = known(session, openid)
                rows = {each: by_id(session, each, seen_by=who) for each in sorted({one, main})}
                act(session, rows[one], rows[main], actor_on(session, who, rows[one]), now=self.now)
        except CannotMerge as refused:
            assert isinstance(refused.why, Apart)
            return CannotMerge
        except (NoSuchTicket, NotPossible, NotAllowed) as refused:
            return type(refused)
        return None

    def against_one(self, main_id: int, later_id: int, openid: str) -> type[Exception] | None:
        """Return what stands against making two cases one."""
        main, later = self.known[main_id], self.known[later_id]
        role = later.role(openid)
        if None in {role, main.role(openid)}:
            return NoSuchTicket
        if main_id >= later_id or later.firm is None or (later.firm, later.owner) != (main.firm, main.owner):
            return CannotMerge
        if later.status not in {Status.OPEN, Status.ACCEPTED}:
            return NotPossible
        if role not in _SIDES:
            return NotAllowed
        if main.status not in {Status.OPEN, Status.ACCEPTED}:
            return NotPossible
        held = any(until > self.now for _, until in later.waiting)
        hangs = later.helpers or later.is_paused or held or later.is_more_time_asked
        is_ahead = (later.status, main.status) == (Status.ACCEPTED, Status.OPEN)
        stays = later.carries or later.was_disputed or self.is_late(later_id)
        return CannotMerge if stays or hangs or is_ahead or self.waits(main_id, later_id) else None

    def counted(self) -> Counts:
        """Return what all cases count for, with what has run out by now."""
        with self.database.reading() as session:
            return sum_of(recount(session, self.now).values())

    def is_late(self, ticket_id: int) -> bool:
        """Whether anything that its owner has to do for a case was done late, or is."""
        with self.database.reading() as session:
            ours = [each for each in clocks_of(session, ticket_id) if each["subject_id"] is None]
        return any(
            each["name"] != "confirmation" and (each["met_at"] or self.now) > each["due_at"] for each in ours
        )

    def waits(self, main_id: int, later_id: int) -> bool:
        """Whether something promised on the later case would come later under the earlier one."""
        with self.database.reading() as session:
            ours, theirs = (
                [each for each in clocks_of(session, key) if each["subject_id"] is None]
                for key in (later_id, main_id)
            )
        for clock in ours:
            if clock["met_at"] is not None or clock["name"] in {"progress", "confirmation"}:
                continue
            same = [each for each in theirs if each["name"] == clock["name"]]
            left = [each for each in same if each["met_at"] is None]
            if not same or any(each["due_at"] > clock["due_at"] for each in left):
                return True
        return False

    def both_heard(self, main: Known, later: Known, openid: str) -> None:
        """Follow the event on each of two cases."""
        role = later.role(openid)
        for each in (main, later):
            each.events += 1
            each.heard(openid, role)


def one_less(before: Counts, after: Counts) -> None:
    """Two cases count as one, and no failure is gone: whatever else rates are made of is as it was."""
    assert (after.received, after.merged) == (before.received - 1, before.merged + 1)
    changed = {name for name, was in before._asdict().items() if getattr(after, name) != was}
    assert changed <= _RECEIVED, changed - _RECEIVED
    kept = before.contacted - after.contacted
    assert kept in {0, 1}
    assert before.in_time - after.in_time == kept, "of what was not kept in time nothing is gone"


def clocks_of(session: Session, ticket_id: int) -> list[dict[str, Any]]:
    """Return all that is stored of a case's clocks, but for their ids."""
    columns = [each for each in Clock.__table__.c if each.name != "id"]
    rows = session.execute(
        select(*columns).where(Clock.ticket_id == ticket_id).order_by(Clock.name, Clock.started_at)
    ).mappings()
    return [dict(row) for row in rows]


def whole(session: Session, ticket_id: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return all that is stored of a case and its clocks."""
    row = session.execute(select(*Ticket.__table__.c).where(Ticket.id == ticket_id)).mappings().one()
    return dict(row), clocks_of(session, ticket_id)
