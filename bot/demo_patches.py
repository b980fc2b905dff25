"""What no phone does in the demo's stories: a post is handed over, cases are one stone, days are made free.

In a demo nobody waits for cases to be compared (and not every desk has an embedding): the story says which
belong together. All else is what happens in production.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import catalog
from models.actions import handover, patches, patterns, stumbles
from models.actions.conversation import LOCAL
from models.actions.patch_chain import Hand
from models.actions.patches import Draft
from models.actions.patterns import Signature
from models.queries import workdays
from models.queries.patterns import members
from models.rules.numbers import ticket_id_of
from models.rules.patches import PatchRole, PatchVerb
from models.rules.patterns import voice_of
from models.tables import ApiKey, Official, Pattern, PatternMember, PatternState, Ticket

_DAYS: Final = 90


def put_in_force(session: Session, numbers: Sequence[str], words: Mapping[str, Any], now: datetime) -> None:
    """Make cases one pattern, open a patch of it, and take every step until it is in effect."""
    cases = [session.get_one(Ticket, ticket_id_of(number)) for number in numbers]
    pattern = _pattern(session, cases, words, now)
    key = session.scalars(select(ApiKey).order_by(ApiKey.id)).one()
    by = Hand(PatchRole.SUPERVISOR, key.id, words["signed"])
    if pattern.title != words["pattern"]:  # shown already, under words of its cases: people give it a name
        patterns.rename(session, pattern, words["pattern"], Signature(key.id, words["signed"]), now=now)
    draft = Draft(
        title=words["title"],
        cause=words["cause"],
        owner_id=cases[0].owner_id,
        regions=("210000",),
        due_on=now.date(),
        evaluate_days=_DAYS,
        instrument={name: words[name] for name in ("document_no", "document_title", "clause", "change")},
    )
    patch = patches.open_patch(session, pattern, draft, by, now=now)
    patches.move(session, patch, PatchVerb.DRAFT, by, now=now)
    patches.consult(session, patch, by, asks=False, now=now)
    patches.issue(session, patch, by, now=now, effective_on=now.date())
    patches.take_effect(session, patch, by, now=now)


def hand_over(session: Session, asked: Mapping[str, str], now: datetime) -> None:
    """Give all that one leader answers for to another, in one signed list."""
    ids = {row.name: row.id for row in session.scalars(select(Official))}
    today = now.astimezone(LOCAL).date()
    before, after = (ids[asked[which]] for which in ("from", "to"))
    handover.hand_over(
        session, from_id=before, to_id=after, reason=asked["reason"], on=today, key_id=None, now=now
    )


def announce(words: Mapping[str, Any], now: datetime) -> None:
    """Have an official notice make the next working days free, as the file of LIAISON_CALENDAR would."""
    today = now.astimezone(LOCAL).date()
    first = workdays.calendar().add_working_days(today, 1)
    last = workdays.calendar().add_working_days(first, words["working_days"] - 1)
    rest = [{"name": words["name"], "first": first, "last": last}]
    notice = {"number": words["number"], "title": words["title"], "issued": today, "rest": rest}
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".yaml") as file:
        yaml.safe_dump({"notices": [notice]}, file, allow_unicode=True)
        file.flush()
        catalog.use_notices(Path(file.name))


def compare(session: Session, number: str, like: str, now: datetime) -> None:
    """Put a case beside one that it is like, as the loop does that compares them."""
    ticket = session.get_one(Ticket, ticket_id_of(number), with_for_update=True)
    pattern = session.get_one(PatternMember, ticket_id_of(like)).pattern_id
    _put(session, ticket, pattern, now)
    stumbles.met(session, ticket, pattern, now=now)


def _pattern(session: Session, cases: Sequence[Ticket], words: Mapping[str, Any], now: datetime) -> Pattern:
    known = session.get(PatternMember, cases[0].id)
    row = None if known is None else session.get_one(Pattern, known.pattern_id)
    ours = {case.id for case in cases}
    if row is None or not ours.issuperset(each.ticket_id for each in members(session, row.id)):
        row = Pattern(type=cases[0].type, state=PatternState.FORMING, title="", stone="", created_at=now)
        session.add(row)
        session.flush()
    for case in cases:
        _put(session, case, row.id, now)
    if row.state == PatternState.FORMING and members(session, row.id):
        told = patterns.InWords(words["pattern"], words["pattern"], sorted(ours))
        patterns.show(session, row, told, now=now)
    return row


def _put(session: Session, ticket: Ticket, pattern_id: int, now: datetime) -> None:
    """Put a case where it stays, wherever it is now."""
    row = session.get(PatternMember, ticket.id)
    if row is None:
        voice = voice_of(ticket.enterprise_id, ticket.person_id)
        row = PatternMember(ticket_id=ticket.id, likeness=1.0, voice=voice, joined_at=now)
        session.add(row)
    row.pattern_id, row.is_pinned = pattern_id, True
    session.flush()
