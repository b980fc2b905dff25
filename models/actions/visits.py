"""A leader or aide was at an enterprise (走访): noted, confirmed by the enterprise, turned into cases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import tickets
from models.actions.conversation import LOCAL, Words, watchers
from models.actions.outbox import Notice, tell
from models.actions.tickets import Guess, Submitted
from models.queries import people
from models.queries.people import OfficialCard, Party
from models.queries.visits import carer, same_day, spokesman
from models.tables import Enterprise, Event, Official, Visit

NOTED_WITHIN: Final = timedelta(days=30)
"""So long after it a visit may still be noted."""


class NotOnThatDay(ValueError):
    """No visit of this day can be noted."""


class NobodySpeaks(Exception):
    """Nobody speaks for the enterprise in WeChat, so there is no author for a case and nobody to confirm."""


class AnsweredAlready(Exception):
    """The enterprise has said whether the visit took place."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that came up at a visit, ready to become a case."""

    words: Words
    guess: Guess
    title: str


def record(
    session: Session, who: OfficialCard, enterprise: Enterprise, note: str, *, day: date, now: datetime
) -> tuple[Visit, bool]:
    """Note a visit of `day`, and return whether it is new; more about the same visit is added to it.

    Raises:
        NotOnThatDay: that day is still to come, or too long ago to be noted now.
    """
    today = now.astimezone(LOCAL).date()
    if not today - NOTED_WITHIN <= day <= today:
        raise NotOnThatDay(day)
    row = same_day(session, who.id, enterprise.id, day)
    is_new = row is None
    if row is None:
        row = Visit(official_id=who.id, enterprise_id=enterprise.id, day=day, note=note, created_at=now)
        session.add(row)
    else:
        row.note = f"{row.note}\n{note}"
    session.flush()
    return row, is_new


def ask_to_confirm(session: Session, visit: Visit, raised: Sequence[Submitted], *, now: datetime) -> bool:
    """Ask the enterprise whether the visit took place; once, however often it is noted.

    Return whether the question reaches anybody now; if not, it waits until somebody there comes back.

    Raises:
        NobodySpeaks: there is nobody to ask.
    """
    author, is_reached = _author(session, visit.enterprise_id, now)
    news = _news(session, visit) | {"numbers": [done.number for done in raised]}
    cause: dict[str, Any] = {
        "ticket_id": None,
        "event_id": None,
        "visit_id": visit.id,
        "key": f"visit:{visit.id}",
    }
    tell(session, [author.person_id], Notice.VISITED, news, **cause, now=now)
    return is_reached


def raise_issue(session: Session, visit: Visit, issue: Issue, *, is_told: bool, now: datetime) -> Submitted:
    """Open a case for what came up at a visit, in the enterprise's name; it is routed like any other.

    With `is_told` the enterprise hears of it in a message of its own.

    Raises:
        NobodySpeaks: nobody speaks for the enterprise, who could be its author.
    """
    author, _ = _author(session, visit.enterprise_id, now)
    raised = {"visit": visit.id, "raised_by": visit.official_id}
    done = tickets.submit(
        session, author, issue.words, issue.guess, title=issue.title, now=now, raised=raised
    )
    if visit.ticket_id is None:
        visit.ticket_id = done.id
        session.flush()
    if is_told:
        news = _news(session, visit) | {"number": done.number, "title": issue.title}
        news |= {"owner": {"name": done.owner.name, "post": done.owner.post}}
        event_id = session.scalars(select(Event.id).where(Event.ticket_id == done.id, Event.seq == 1)).one()
        told = [author.person_id]
        tell(session, told, Notice.RAISED, news, ticket_id=done.id, event_id=event_id, now=now)
    return done


def answer(
    session: Session, visit: Visit, person_id: int, *, took_place: bool, now: datetime, words: str = ""
) -> None:
    """The enterprise says whether the visit took place; a denied one goes to the supervisor, with its words.

    Raises:
        AnsweredAlready: it has said so before.
    """
    if visit.answered_by is not None:
        raise AnsweredAlready
    visit.answered_by = person_id
    if took_place:
        visit.confirmed_at = now
    else:
        visit.disputed_at = now
    session.flush()
    if took_place:
        return
    enterprise = session.get_one(Enterprise, visit.enterprise_id)
    told = watchers(session, enterprise.region, now)
    news = _news(session, visit) | {"enterprise": enterprise.name, "said": words}
    key = f"visit_denied:{visit.id}"
    tell(session, told, Notice.VISIT_DENIED, news, ticket_id=None, event_id=None, now=now, key=key)


def _author(session: Session, enterprise_id: int, now: datetime) -> tuple[Party, bool]:
    """Who speaks for the enterprise, as its spokesman and in the care of its leader; and whether they hear.

    Raises:
        NobodySpeaks: nobody has bound their WeChat to it.
    """
    found = spokesman(session, enterprise_id, now)
    who = None if found is None else people.party(session, found[0])
    if found is None or who is None:
        raise NobodySpeaks
    firm = people.enterprise(session, enterprise_id)
    return replace(who, enterprise=firm, carer=carer(session, enterprise_id)), found[1]


def _news(session: Session, visit: Visit) -> dict[str, Any]:
    visitor = session.get_one(Official, visit.official_id)
    return {
        "visit": visit.id,
        "visitor": {"name": visitor.name, "post": visitor.post},
        "day": visit.day.isoformat(),
        "text": visit.note,
    }
