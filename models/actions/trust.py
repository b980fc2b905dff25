"""Tell whether a caller is genuine, and follow up those who are not (核验).

What leaves are last digits, and a name only to those the official answers to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from config import catalog
from models.actions.conversation import LOCAL, watchers
from models.actions.outbox import Notice, tell
from models.queries.people import PROVINCE, OfficialCard, Party, desk
from models.queries.people import official as official_card
from models.queries.trust import (
    OwnerCard,
    asked_since,
    calls_to,
    holder,
    is_known_fraud,
    may_be_sealed_otherwise,
    owners,
)
from models.rules.calling import Span, is_on
from models.rules.guessing import again_at, longest
from models.rules.phones import Number, PhoneKey, mask
from models.session import core
from models.tables import Call, Finding, FraudLead, Verdict, Verification

SAID: Final = 600
"""Characters kept of what was said about a caller."""

_DIALECTS: Final[Mapping[str, ModuleType]] = {"sqlite": sqlite, "postgresql": postgresql}


class NoSuchLead(LookupError):
    """No fraud lead has this id."""


class AskedTooOften(Exception):
    """The person has had as many numbers checked as one may; `again_at` is when they may ask once more."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at)
        self.again_at = again_at


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants to know whether which numbers are genuine, and what they said about the caller.

    `claimed` is the owner of theirs whom the caller is said to have called themself. `is_alarming`: by what
    was said nobody of ours can have called so, whatever number was shown: that can be forged.
    `call` is the announced one for which they took it, where of its number they know no more than the end.
    """

    who: Party
    numbers: Sequence[Number]
    said: str
    claimed: OwnerCard | None = None
    is_alarming: bool = False
    call: Call | None = None

    @property
    def region(self) -> str:
        """Where it belongs: a stranger's belongs to the province."""
        where = self.who.official or self.who.enterprise
        return where.region if where else PROVINCE

    def about(self, number: Number, shown: OfficialCard | None) -> str:
        """What was said, every number in it cut to its last digits that is an official's, or may be."""
        return mask(self.said[:SAID], keep=[number] if shown is None else [])


@dataclass(frozen=True, slots=True)
class Checked:
    """What somebody is told about one number.

    `holder` is set only if the official answers to whoever asks. `call` is one announced to them from this
    number: for now if the verdict says so, else for later. `lead_id` is set if supervisors look into it.
    """

    tail: str
    verdict: Verdict
    holder: OfficialCard | None = None
    call: Call | None = None
    is_known_fraud: bool = False
    lead_id: int | None = None


def check(session: Session, question: Question, *, key: PhoneKey, now: datetime) -> list[Checked]:
    """Tell whether numbers are genuine, and make leads of those that are nobody's, and of what alarms.

    Raises:
        AskedTooOften: the person must wait; nothing was looked up.
    """
    who, limits = question.who, catalog.call_habits().guesses
    asked = asked_since(session, who.person_id, now - longest(limits))
    wait = again_at(asked, len(question.numbers), limits, now)
    if wait is not None:
        raise AskedTooOften(wait)
    answering = {card.id for card in owners(session, who)}
    calls = calls_to(session, who, now) if who.official is None else []
    return [
        _checked(session, question, number, answering, calls, key=key, now=now) for number in question.numbers
    ]


def _checked(
    session: Session,
    question: Question,
    number: Number,
    answering: set[int],
    calls: Sequence[Call],
    *,
    key: PhoneKey,
    now: datetime,
) -> Checked:
    seal = key.seal(number)
    official = holder(session, seal)
    if question.call is not None:
        official = official_card(session, question.call.caller_id)
        found = Checked(number.tail, Verdict.UNDECIDED, official, question.call)
    elif official is not None:
        found = _genuine(number, official, answering, calls, now)
    elif may_be_sealed_otherwise(session, number.tail, key.mark):
        found = Checked(number.tail, Verdict.UNDECIDED)
    else:
        found = Checked(number.tail, Verdict.UNKNOWN, is_known_fraud=is_known_fraud(session, seal))
    if found.verdict is Verdict.UNKNOWN or question.is_alarming:
        lead_id = _report(session, question, number, seal, official, now=now)
        found = replace(found, lead_id=lead_id)
        if official is not None:
            _warn_holder(session, question, found, official, now)
    _note(session, question, number, found, seal=seal, shown=official, now=now)
    return found


def _warn_holder(
    session: Session, question: Question, found: Checked, official: OfficialCard, now: datetime
) -> None:
    """Tell an official in whose name somebody calls; of whom, if the enterprise is in their care."""
    firm = question.who.enterprise if found.holder is not None else None
    news = {
        "number": str(found.lead_id),
        "tail": found.tail,
        "enterprise": firm.name if firm else None,
        "text": mask(question.said[:SAID]) if found.holder is not None else "",
    }
    people = desk(session, official.desk_id)
    key = f"lead:{found.lead_id}"
    tell(session, people, Notice.IMPERSONATED, news, ticket_id=None, event_id=None, now=now, key=key)


def _note(
    session: Session,
    question: Question,
    number: Number,
    found: Checked,
    *,
    seal: str,
    shown: OfficialCard | None,
    now: datetime,
) -> None:
    firm, claimed = question.who.enterprise, question.claimed
    row = {
        "at": now,
        "person_id": question.who.person_id,
        "enterprise_id": firm.id if firm else None,
        "region": question.region,
        "number_hash": seal,
        "tail": found.tail,
        "verdict": found.verdict,
        "official_id": shown.id if shown else None,
        "claimed_id": claimed.id if claimed else None,
        "call_id": found.call.id if found.call else None,
        "lead_id": found.lead_id,
        "said": None if found.lead_id is None else question.about(number, shown),
    }
    session.execute(insert(Verification), row)


def _genuine(
    number: Number, official: OfficialCard, answering: set[int], calls: Sequence[Call], now: datetime
) -> Checked:
    """A registered number: announced or not, and whose only if that is theirs to know."""
    announced = [call for call in calls if call.caller_id == official.id and call.begins_at is not None]
    current = next((call for call in announced if _is_on(call, now)), None)
    if current is not None:
        return Checked(number.tail, Verdict.ANNOUNCED, official, current)
    is_theirs = bool(announced) or official.desk_id in answering
    later = announced[0] if announced else None
    return Checked(number.tail, Verdict.REGISTERED, official if is_theirs else None, later)


def _is_on(call: Call, now: datetime) -> bool:
    if call.begins_at is None or call.ends_at is None:
        return False
    return is_on(Span(call.begins_at, call.ends_at), catalog.call_habits(), now)


def _report(
    session: Session,
    question: Question,
    number: Number,
    seal: str,
    shown: OfficialCard | None,
    *,
    now: datetime,
) -> int:
    """Keep a number as a fraud lead, one a number and day, and tell the region's supervisors.

    `shown` is whose number it is: then somebody else has called with it.
    """
    lead_id = _lead(session, number, seal, now)
    firm, claimed = question.who.enterprise, question.claimed
    news = {
        "number": str(lead_id),
        "tail": number.tail,
        "text": question.about(number, shown),
        "enterprise": firm.name if firm else None,
        "claimed": {"name": claimed.name, "post": claimed.post} if claimed else None,
        "shown": {"name": shown.name, "post": shown.post} if shown else None,
    }
    people = watchers(session, question.region, now)
    key = f"lead:{lead_id}"
    tell(session, people, Notice.FRAUD_LEAD, news, ticket_id=None, event_id=None, now=now, key=key)
    return lead_id


def _lead(session: Session, number: Number, seal: str, now: datetime) -> int:
    day = now.astimezone(LOCAL).date()
    row = {"number_hash": seal, "tail": number.tail, "day": day, "created_at": now}
    once = _DIALECTS[core(session).dialect.name].insert(FraudLead).on_conflict_do_nothing()
    session.execute(once.values(row))
    same = select(FraudLead.id).where(FraudLead.number_hash == seal, FraudLead.day == day)
    return session.scalars(same).one()


def decide(
    session: Session,
    lead_id: int,
    finding: Finding,
    note: str | None,
    *,
    key_id: int | None = None,
    official_id: int | None = None,
    now: datetime,
) -> FraudLead:
    """Write down what a supervisor found out about a lead, and tell those who reported it.

    A later finding replaces an earlier one; the same finding tells nobody twice.

    Raises:
        NoSuchLead: there is none.
    """
    lead = session.scalars(
        select(FraudLead).where(FraudLead.id == lead_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if lead is None:
        raise NoSuchLead(lead_id)
    lead.finding, lead.note, lead.decided_at = finding, note, now
    lead.decided_by_key, lead.decided_by_official = key_id, official_id
    session.flush()
    _tell_reporters(session, lead, finding, now)
    return lead


def _tell_reporters(session: Session, lead: FraudLead, finding: Finding, now: datetime) -> None:
    """Tell everybody once who reported the number; their question is the cause."""
    reports = session.execute(
        select(Verification.person_id, func.max(Verification.id), func.max(Verification.official_id))
        .where(Verification.lead_id == lead.id)
        .group_by(Verification.person_id)
        .order_by(Verification.person_id)
    )
    for person_id, asked, shown in reports.all():
        news = {"number": str(lead.id), "tail": lead.tail, "finding": finding, "shown": shown is not None}
        tell(
            session,
            [person_id],
            Notice.LEAD_DECIDED,
            news,
            ticket_id=None,
            event_id=None,
            verification_id=asked,
            now=now,
            key=f"lead:{lead.id}:{finding}",
        )
