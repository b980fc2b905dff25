"""Forget who a person was, as `retention` or somebody who may ask for it wants (ADR 0031).

What their cases were about, when what happened and who answered stays; what says whose case it was goes. An
event in which that stood is redacted: its digest stays in the chain, and a later event seals what is left,
there and in the words that were said.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, cast, delete, literal, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.actions import access, contacts, events, overtaken, settlements, stretches
from models.actions.contacts import InOffice, NoSuchPerson
from models.actions.conversation import entitle, new_salt, seal_of
from models.actions.rewording import Erase, Words, reword, without, without_theirs
from models.queries.stretches import alone, left_of
from models.queries.tickets import Actor
from models.rules.chain import digest
from models.rules.copies import REASON
from models.rules.lifecycle import Role, Verb
from models.rules.phones import Number, numbers_in
from models.rules.sealing import FORGOTTEN
from models.tables import (
    Attempt,
    CoHandling,
    Consent,
    Contact,
    Decline,
    Event,
    Extension,
    FraudLead,
    Inbox,
    Invite,
    Media,
    Message,
    Official,
    Outbox,
    PatchAsk,
    Pause,
    Person,
    Report,
    Ticket,
    Verification,
    Visit,
)

_UNSEEN: Final = {"synchronize_session": False}
_NOWHERE: Final = "0" * 64
_SYSTEM: Final = Actor(Role.SYSTEM, None)
_IN_CASES: Final[Sequence[InstrumentedAttribute[Any]]] = (
    *(Decline.words, Decline.channel, Decline.appeal, Decline.verdict_reason),
    *(CoHandling.task, CoHandling.reason, Visit.note),
)
"""Where people's words about a case are kept, beside its events and messages."""
_Left = Mapping[str, Sequence[bytes]]
"""What is left of each row, by kind, that is sealed a stretch at a time and has changed by right."""
_CUT: Final[dict[Verb, type[Extension | Pause]]] = {Verb.EXTEND: Extension, Verb.PAUSE: Pause}


def forget(session: Session, person_id: int, *, erase: Erase, now: datetime) -> bool:
    """Take away everything that says who a person is; False if that was done before.

    Only one is forgotten at a time: two may have spoken in one case. The person and then their cases are
    locked, as in a turn of the chat; then the audit is.

    Raises:
        NoSuchPerson: there is nobody with this id.
        InOffice: they are an official in office: who answers for a case stays known.
    """
    alone(session)
    left = _forget(session, person_id, erase=erase, now=now)
    stretches.emptied(session, person_id, left or {}, now=now)
    return left is not None


def _forget(session: Session, person_id: int, *, erase: Erase, now: datetime) -> _Left | None:
    """Do so, but leave it to the caller to put on record what is left of rows that are sealed."""
    colleagues = _lock(session, person_id)
    person = session.get(Person, person_id)
    if person is None:
        raise NoSuchPerson(person_id)
    if person.forgotten_at is not None:
        return None
    if person.official_id is not None and session.get_one(Official, person.official_id).is_active:
        raise InOffice(person_id)
    names, firms = names_of(session, person_id), _firms(session, person_id)
    cases, of_colleagues = _cases(session, person_id, firms)
    words, theirs = partial(without, erase, names), _traces(session, person_id, colleagues, erase)
    for contact in session.scalars(select(Contact).where(Contact.person_id == person_id)).all():
        contacts.leave(session, contact, now=now)
        contact.name = contact.role = None
    session.flush()
    _forget_cases(session, cases, words, now=now)
    _forget_cases(session, of_colleagues, theirs, now=now)
    _forget_sayings(session, person_id, cases, words)
    _forget_visits(session, firms | {case.enterprise_id for case in cases} - {None}, words)
    _forget_invites(session, person_id, firms, names)
    overtaken.drop(session, Outbox.person_id == person_id, why="forgotten", now=now)
    mine = or_(Outbox.person_id == person_id, Outbox.ticket_id.in_([case.id for case in cases]))
    told = _forget_mail(session, mine, words)
    of_theirs = Outbox.ticket_id.in_([case.id for case in of_colleagues])
    told_colleagues = _forget_mail(session, of_theirs, theirs)
    left: dict[str, Sequence[bytes]] = {kind: [*told[kind], *told_colleagues[kind]] for kind in told}
    left["push"] = _forget_pushes(session, person)
    _forget_answers(session, colleagues, theirs)
    session.execute(delete(Report).where(Report.person_id == person_id))
    session.execute(delete(Consent).where(Consent.person_id == person_id))
    commented = session.scalars(select(PatchAsk.patch_id).where(PatchAsk.person_id == person_id)).all()
    access.empty_answers(session, [*cases, *of_colleagues], people=[person_id], patches=commented)
    person.openid, person.forgotten_at, person.closed_at = f"forgotten:{person_id}", now, None
    person.follows, person.is_reachable = False, False
    person.window_left, person.window_expires_at = 0, None
    person.hand_ticket_id = person.hand_until = person.pending = person.cases = None
    session.flush()
    return left


def names_of(session: Session, person_id: int) -> frozenset[str]:
    """Return by which names we know a person: none once they are forgotten."""
    by_contact = select(Contact.name).where(Contact.person_id == person_id)
    by_invite = select(Invite.contact_name).where(Invite.used_by == person_id)
    return frozenset(name for name in session.scalars(by_contact.union(by_invite)) if name)


def _firms(session: Session, person_id: int) -> frozenset[int]:
    """Return for which enterprises a person spoke."""
    return frozenset(session.scalars(select(Contact.enterprise_id).where(Contact.person_id == person_id)))


def _lock(session: Session, person_id: int) -> list[int]:
    """Lock a person and those who speak for the same enterprises in the order of turns; return these.

    The person is then locked against foreign keys too: their name with the platform changes.
    """
    firms = select(Contact.enterprise_id).where(Contact.person_id == person_id)
    speak = select(Contact.person_id).where(Contact.enterprise_id.in_(firms), Contact.person_id != person_id)
    colleagues = session.scalars(speak.distinct()).all()
    settlements.lock(session, [person_id, *colleagues])
    forgotten = select(Person).where(Person.id == person_id).with_for_update()
    session.scalars(forgotten, execution_options={"populate_existing": True}).one_or_none()
    return list(colleagues)


def _traces(session: Session, person_id: int, colleagues: Collection[int], erase: Erase) -> Words:
    """Return what takes a person's names and numbers out of words, but for those of a colleague's too.

    A line may be several people's; a mobile is whose it was first written by.
    """
    others = frozenset[str]().union(*(names_of(session, each) for each in colleagues))
    names = names_of(session, person_id) - others
    mine, known = _numbers_of(session, [person_id]), _numbers_of(session, colleagues)
    numbers = {
        number
        for number, first in mine.items()
        if number not in known or (number.is_mobile and first < known[number])
    }
    return partial(without_theirs, erase, names, numbers)


def _numbers_of(session: Session, people: Collection[int]) -> dict[Number, int]:
    """Return the phone numbers that people wrote, and in which message first."""
    wrote = select(Message.text, Message.id).where(Message.person_id.in_(people)).order_by(Message.id.desc())
    return {number: key for text, key in session.execute(wrote) if text for number in numbers_in(text)}


def _cases(session: Session, person_id: int, firms: frozenset[int]) -> tuple[list[Ticket], list[Ticket]]:
    """Return the cases a person brought or spoke in, and those of their enterprises; all are locked."""
    spoke = select(Message.ticket_id).where(Message.person_id == person_id)
    mine = or_(Ticket.person_id == person_id, Ticket.id.in_(spoke))
    found = session.scalars(
        select(Ticket)
        .where(or_(mine, Ticket.enterprise_id.in_(firms)))
        .order_by(Ticket.id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    ids = frozenset(session.scalars(select(Ticket.id).where(mine)))
    return [case for case in found if case.id in ids], [case for case in found if case.id not in ids]


def _forget_cases(session: Session, cases: Sequence[Ticket], words: Words, *, now: datetime) -> None:
    for case in cases:
        _redact(session, case, words, now=now)
        _forget_words(session, case, words, now=now)
    ids = [case.id for case in cases]
    for column in _IN_CASES:
        reword(session, column, column.class_.ticket_id.in_(ids), words)


def _redact(session: Session, case: Ticket, words: Words, *, now: datetime) -> None:
    """Take personal data out of the words that events hold, and seal what is left."""
    rows = session.scalars(select(Event).where(Event.ticket_id == case.id).order_by(Event.seq)).all()
    for row in rows:
        less = {key: words(value) if key in events.WORDS else value for key, value in row.data.items()}
        if less == row.data:
            continue
        less.pop(events.SALT, None)
        row.data = less | {"redacted": True}
        if (table := _CUT.get(Verb(row.verb))) is not None:
            cut = update(table).where(table.event_id == row.id).values(reason=less["reason"][:REASON])
            session.execute(cut, execution_options=_UNSEEN)
        fact = {name: getattr(row, name) for name in events.FACT}
        stands = digest(row.previous, ticket_id=case.id, seq=row.seq, at=row.at, fact=fact)
        session.flush()
        events.record(session, case, Verb.REDACT, _SYSTEM, now=now, of=row.seq, stands=stands)


def _forget_words(session: Session, case: Ticket, words: Words, *, now: datetime) -> None:
    """Take personal data out of what was said; an event says which seal is now left of which.

    The salt goes with the words: the old seal can then be tried against no guess.
    """
    left: list[tuple[str, str]] = []
    said = select(Message).where(Message.ticket_id == case.id).order_by(Message.id)
    for row in session.scalars(said).all():
        less = words(row.text)
        if less == row.text:
            continue
        before = None if row.salt is None else seal_of(row)
        row.text = less
        if before is not None:
            row.salt = new_salt()
            left += [(before, seal_of(row))] * (row.gathered_until is None)
    session.flush()
    seals: dict[str, Any] = {FORGOTTEN: left} if left else {}
    if (title := words(case.title)[:60]) != case.title:
        seals |= entitle(case, title)
    if seals:
        events.record(session, case, Verb.REDACT, _SYSTEM, now=now, **seals)


def _forget_sayings(session: Session, person_id: int, cases: Sequence[Ticket], words: Words) -> None:
    """What they sent beside words, and what they asked about callers."""
    sent = select(Message.media_id).where(Message.person_id == person_id, Message.media_id.is_not(None))
    nothing = {
        "data": None,
        "sha256": None,
        "upload_id": None,
        "upload_expires_at": None,
        "fetch_due_at": None,
    }
    remote = literal("forgotten:") + cast(Media.id, Text)
    session.execute(
        update(Media).where(Media.id.in_(sent)).values(remote_id=remote, **nothing), execution_options=_UNSEEN
    )
    reword(session, Verification.said, Verification.person_id == person_id, words)
    leads = select(Verification.lead_id).where(Verification.person_id == person_id)
    reword(session, FraudLead.note, FraudLead.id.in_(leads), words)
    asked = update(Verification).where(Verification.person_id == person_id)
    session.execute(asked.values(number_hash=_NOWHERE, tail=""), execution_options=_UNSEEN)
    theirs = or_(PatchAsk.person_id == person_id, PatchAsk.ticket_id.in_([case.id for case in cases]))
    session.execute(update(PatchAsk).where(theirs).values(words="", salt=""), execution_options=_UNSEEN)


def _forget_visits(session: Session, firms: Collection[int | None], words: Words) -> None:
    """What was noted when their enterprises were visited."""
    reword(session, Visit.note, Visit.enterprise_id.in_(firms), words)


def _forget_invites(session: Session, person_id: int, firms: Collection[int], names: Collection[str]) -> None:
    """Their names in invites: in those they used, and in those that were made for them and never used."""
    for_them = and_(Invite.enterprise_id.in_(firms), Invite.contact_name.in_(names))
    meant = update(Invite).where(or_(Invite.used_by == person_id, for_them))
    session.execute(meant.values(contact_name=None, contact_role=None), execution_options=_UNSEEN)


def _forget_mail(session: Session, meant: ColumnElement[bool], words: Words) -> dict[str, Sequence[bytes]]:
    """What was told: in the outbox, and in each attempt to say it."""
    attempts = Attempt.outbox_id.in_(select(Outbox.id).where(meant))
    return {
        "notice": left_of(session, "notice", reword(session, Outbox.payload, meant, words)),
        "notice_attempt": left_of(session, "notice_attempt", reword(session, Attempt.said, attempts, words)),
    }


def _forget_pushes(session: Session, person: Person) -> Sequence[bytes]:
    """Their pushes as they came; also those that ended in nothing, known by the name they came under."""
    lost = and_(Inbox.outcome.is_(None), Inbox.dedupe_key.contains(person.openid, autoescape=True))
    key = literal("forgotten:") + cast(Inbox.id, Text)
    theirs = update(Inbox).where(or_(Inbox.person_id == person.id, lost)).returning(Inbox.id)
    emptied = theirs.values(sealed="", reply=None, dedupe_key=key)
    return left_of(session, "push", session.scalars(emptied, execution_options=_UNSEEN).all())


def _forget_answers(session: Session, colleagues: Collection[int], words: Words) -> None:
    """What colleagues were answered at once, and by which words we know what they mean."""
    for column in (Person.cases, Person.pending):
        reword(session, column, Person.id.in_(colleagues), words)
    reword(session, Inbox.reply, Inbox.person_id.in_(colleagues), words)
