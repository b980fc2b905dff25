"""`/enterprises/{id}/courtesy` and `/contact`: what an enterprise wants to hear, and who came on one day."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Final, Self

from fastapi import Depends, Query, Response
from pydantic import AfterValidator, Field
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader
from bot.web.api.fields import IdInPath, Sent, Shown
from bot.web.api.idempotency import OnceByOffice
from bot.web.api.paging import Bounds, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.tags import SeenHere
from bot.web.api.witness import noun
from models.actions import courtesies as actions
from models.queries import disturbance, registry
from models.queries.contact_day import ContactDay, Kind, contact_day
from models.queries.disturbance import Account
from models.queries.shielded import shielded
from models.rules.disturbance import LOCAL, MOST, Courtesy, Quiet
from models.rules.numbers import number_of, ticket_id_of

routes: Final = noun("/enterprises/{enterprise_id}", tags=["roster"])


def _hours(text: str) -> str:
    return str(Quiet.read(text))


Hours = Annotated[
    str,
    Field(
        pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]|none)$",
        description="Two times of day in local time, or `none`.",
        examples=["22:00-07:00"],
    ),
    AfterValidator(_hours),
]


class NewCourtesy(Sent):
    """What an enterprise asked for; what is null or left out is as for everybody."""

    quiet_hours: Hours | None = None
    contact_budget: Annotated[int, Field(ge=0, le=MOST)] | None = Field(
        None, description="Unasked messages a day; with 0 everything waits until the enterprise writes."
    )


class CourtesyView(Shown):
    """When nothing rings at an enterprise, and how many unasked messages a day may."""

    quiet_hours: str
    contact_budget: int
    own_quiet_hours: str | None = Field(description="What it asked for itself; null if it did not.")
    own_contact_budget: int | None
    changed_at: datetime | None
    changed_by_person: int | None = Field(description="Somebody of the enterprise, in the chat.")
    changed_by_key: int | None


class BotherView(Shown):
    """One disturbance: an unasked message, a call, a visit; `what` is its kind, or the state of it."""

    kind: Kind
    at: datetime
    ticket: str | None
    what: str


class HelpView(Shown):
    """One step of an official on one of its tickets."""

    at: datetime
    ticket: str | None = Field(description="Its number; of a shielded case there is none.")
    step: str
    official_id: int | None


class BotheredView(Shown):
    """Everybody who bothered it."""

    count: int
    items: list[BotherView]


class HelpedView(Shown):
    """Everything that was done for it."""

    count: int
    items: list[HelpView]


class ContactDayView(Shown):
    """Did anyone bother them that day, did anyone help them."""

    day: date
    bothered: BotheredView
    helped: HelpedView

    @classmethod
    def of(cls, found: ContactDay, hidden: Collection[str]) -> Self:
        """Return a day as it is shown, without what cases brought that are nobody else's business.

        Their moments alone would tell, beside the feed, which they are.
        """
        bothers = [
            BotherView(kind=each.kind, at=each.at, ticket=each.number, what=each.what)
            for each in found.bothered
            if each.number is None or each.number not in hidden
        ]
        steps = [
            HelpView(at=each.at, ticket=each.number, step=each.step, official_id=each.official_id)
            for each in found.helped
            if each.number not in hidden
        ]
        bothered = BotheredView(count=len(bothers), items=bothers)
        return cls(day=found.day, bothered=bothered, helped=HelpedView(count=len(steps), items=steps))


class Wanted(Bounds):
    """Which day; today if none is named."""

    day: date | None = None


@routes.get("/courtesy", dependencies=[Depends(nothing_asked)])
def courtesy(parts: PartsHere, caller: Reader, enterprise_id: IdInPath) -> CourtesyView:
    """Read when an enterprise may be rung, and how often."""
    with parts.database.reading() as session:
        registry.enterprise(session, caller.regions, enterprise_id)
        return _view(session, enterprise_id, parts.granted)


@routes.post("/courtesy", response_model=CourtesyView, dependencies=[Depends(nothing_asked)])
def change_courtesy(
    once: OnceByOffice, seen: SeenHere, enterprise_id: IdInPath, new: NewCourtesy
) -> Response:
    """Enter what an enterprise asked for by telephone or on a visit; it replaces what stood there."""

    def change(session: Session, now: datetime) -> CourtesyView:
        registry.enterprise(session, once.caller.regions, enterprise_id)
        seen.must_be(session, lambda: _view(session, enterprise_id, once.parts.granted))
        quiet = None if new.quiet_hours is None else Quiet.read(new.quiet_hours)
        actions.settle(
            session,
            enterprise_id,
            quiet=quiet,
            budget=new.contact_budget,
            key_id=once.caller.key_id,
            now=now,
        )
        return _view(session, enterprise_id, once.parts.granted)

    return once.answer(new, change, status=200)


@routes.get("/contact")
def contact(
    parts: PartsHere, caller: Reader, enterprise_id: IdInPath, wanted: Annotated[Wanted, Query()]
) -> ContactDayView:
    """Read who bothered an enterprise on a day, and who helped it, each with what is behind the number."""
    now = parts.clock()
    with parts.database.reading() as session:
        registry.enterprise(session, caller.regions, enterprise_id)
        day = wanted.day or now.astimezone(LOCAL).date()
        found = contact_day(session, Account(enterprise_id), day, now=now)
        numbers = [*(each.number for each in found.bothered), *(each.number for each in found.helped)]
        cases = [ticket_id_of(each) or 0 for each in numbers if each is not None]
        hidden = shielded(session, cases or [0])  # one statement, whatever the day holds
        return ContactDayView.of(found, {number_of(each) for each in hidden})


def _view(session: Session, enterprise_id: int, granted: Courtesy) -> CourtesyView:
    row, mine = (
        disturbance.own(session, enterprise_id),
        disturbance.courtesy(session, enterprise_id, granted),
    )
    own_hours = None if row is None or row.quiet_from is None else str(mine.quiet)
    return CourtesyView(
        quiet_hours=str(mine.quiet),
        contact_budget=mine.budget,
        own_quiet_hours=own_hours,
        own_contact_budget=None if row is None else row.budget,
        changed_at=None if row is None else row.changed_at,
        changed_by_person=None if row is None else row.person_id,
        changed_by_key=None if row is None else row.key_id,
    )
