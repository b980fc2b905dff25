"""What the drill-down shows: a list of cases, and one case with everything that happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.web.api.tickets import ledger_number_of
from config import catalog
from handlers import say
from models.queries import feed
from models.queries.growing import START
from models.queries.past_cases import Shown
from models.queries.registry import Regions
from models.rules.clocks import OF_OTHERS, ClockState, state
from models.rules.lifecycle import Role, Status, Verb
from models.rules.numbers import number_of
from models.tables import Clock, Event, Side

STEPS: Final = 200
"""Steps of one case that are shown, from the first."""

LIGHTS: Final = {
    ClockState.MET: "met",
    ClockState.MET_LATE: "late",
    ClockState.OVERDUE: "red",
    ClockState.WARNED_80: "amber",
    ClockState.WARNED_50: "green",
    ClockState.RUNNING: "green",
}
_WARNED: Final = {50: ClockState.WARNED_50, 80: ClockState.WARNED_80, 100: ClockState.OVERDUE}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `light` is that of the promise that is due next, of which `due` tells the day."""

    number: str
    title: str
    enterprise: str
    region: str
    owner: str
    status: str
    due: str
    light: str


@dataclass(frozen=True, slots=True)
class Promise:
    """One clock of a case, and how it stands."""

    state: str
    light: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, or was said."""

    moment: datetime
    what: str
    who: str
    text: str = ""

    @property
    def at(self) -> str:
        """When, as people say it."""
        return say.day(self.moment)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that is shown of one case."""

    number: str
    title: str
    status: str
    type: str
    ledger_number: str
    enterprise: str
    region: str
    owner: str
    helpers: str
    since: str
    rebounds: int
    clocks: Sequence[Promise]
    steps: Sequence[Step]
    is_cut: bool


def row_of(sheet: feed.Sheet, now: datetime) -> Row:
    """Return a case as a line of a list."""
    ticket = sheet.ticket
    running = [clock for clock in sheet.clocks if clock.met_at is None and clock.name not in OF_OTHERS]
    first = min(running, key=lambda clock: clock.due_at, default=None)
    return Row(
        number=number_of(ticket.id),
        title=title_of(sheet),
        enterprise=enterprise_of(sheet),
        region=region_name(ticket.region),
        owner=f"{sheet.owner.post} {sheet.owner.name}",
        status=say.STATUS_ON_WALL[Status(ticket.status)],
        due="" if first is None else say.day(first.due_at),
        light="" if first is None else _promise(first, now).light,
    )


def past_row(shown: Shown, at: datetime) -> Row:
    """Return a case as a line of the list of a past moment: its status, owner and dates of then."""
    row, state = row_of(shown.sheet, at), shown.stood and shown.stood.state
    row = replace(row, owner=f"{shown.owner.post} {shown.owner.name}")
    if not shown.is_ours:  # it was then: that it was counted is all there is to see
        row = replace(row, title="—", enterprise="—")
    if state is None or shown.stood is None:
        return row
    running = {name: due for name, due in state.running().items() if name not in OF_OTHERS}
    name = min(running, key=lambda each: running[each], default="")
    due, warned = running.get(name), _WARNED.get(shown.stood.warned.get(name, 0), ClockState.RUNNING)
    light = LIGHTS[ClockState.OVERDUE if due is not None and due < at else warned]
    return replace(
        row,
        region=region_name(shown.stood.region),
        status=say.STATUS_ON_WALL[state.status],
        due="" if due is None else say.day(due),
        light="" if due is None else light,
    )


def case_of(session: Session, regions: Regions, number: str, now: datetime) -> Case:
    """Return one case with its steps.

    Raises:
        NotFound: the number is mistyped, unknown, or not in `regions`.
    """
    sheet = feed.ticket(session, regions, number)
    ticket = sheet.ticket
    steps = _steps(session, regions, number)
    if sheet.is_shielded:
        steps = [replace(step, text="") for step in steps]
    return Case(
        number=number_of(ticket.id),
        title=title_of(sheet),
        status=say.STATUS_ON_WALL[Status(ticket.status)],
        type=catalog.types()[ticket.type].name,
        ledger_number=ledger_number_of(ticket) or "",
        enterprise=enterprise_of(sheet),
        region=region_name(ticket.region),
        owner=f"{sheet.owner.post} {sheet.owner.name}",
        helpers="、".join(unit.department or unit.name for _, unit in sheet.helping),
        since=say.day(ticket.created_at),
        rebounds=ticket.rebounds,
        clocks=[_promise(clock, now) for clock in sheet.clocks],
        steps=steps[:STEPS],
        is_cut=len(steps) > STEPS,
    )


def title_of(sheet: feed.Sheet) -> str:
    """Return what a case is about, as far as whoever looks at the wall may know."""
    return say.SHIELDED if sheet.is_shielded else sheet.ticket.title


def enterprise_of(sheet: feed.Sheet) -> str:
    """Return whose case it is, as far as whoever looks at the wall may know."""
    if sheet.is_shielded:
        return say.SHIELDED
    return "—" if sheet.enterprise is None else sheet.enterprise.name


def region_name(code: str) -> str:
    """Return what a region is called."""
    return catalog.regions()[code].name


def _promise(clock: Clock, now: datetime) -> Promise:
    stands = LIGHTS[state(clock.due_at, clock.started_at, clock.met_at, now)]
    light = stands if stands in {"red", "amber", "green"} else "red" if stands == "late" else "green"
    return Promise(stands, light, clock.explanation)


def _steps(session: Session, regions: Regions, number: str) -> list[Step]:
    """Return what happened and what was said, the oldest first."""
    events = feed.events_of(session, regions, number, after=0, limit=STEPS + 1)
    messages = feed.messages_of(session, regions, number, after=START, limit=STEPS + 1)
    said = [message for message in messages if message.retracted_at is None]
    words = {message.event_id: message for message in said if message.event_id is not None}
    steps = [
        Step(
            event.at,
            say.VERB[Verb(event.verb)],
            say.ROLE[Role(event.actor_role)],
            words[event.id].text if event.id in words else _about(event),
        )
        for event in events
    ]
    shown = {event.id for event in events}
    steps += [
        Step(message.at, say.SAID, say.SIDE[Side(message.side)], message.text)
        for message in said
        if message.event_id not in shown
    ]
    return sorted(steps, key=lambda step: step.moment)


def _about(event: Event) -> str:
    """Return which promise a warning was about, and how far it had run."""
    if event.verb != Verb.WARN or "clock" not in event.data:
        return ""
    return say.warning_on_wall(event.data["clock"], event.data["level"])
