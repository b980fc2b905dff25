"""Put down what must be told to whom. Sending is somebody else's work (bot.delivery)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.prepared import Prepared, listed
from models.rules.parts import split
from models.session import later
from models.tables import Delivery, Outbox, waits_for_them

_TELL: Final = Prepared(
    {
        "sqlite": sqlite.insert(Outbox).on_conflict_do_nothing(index_elements=["dedupe_key"]),
        "postgresql": postgresql.insert(Outbox).on_conflict_do_nothing(index_elements=["dedupe_key"]),
    },
    *("person_id", "ticket_id", "event_id", "visit_id", "verification_id", "call_id"),
    *("kind", "payload", "media_id"),
    *("dedupe_key", "state", "created_at", "due_at", "attempts"),
)
_RELEASE: Final = Prepared(
    {
        dialect: update(Outbox)
        .where(wrote, waits_for_them(Outbox.state))
        .values(state=Delivery.PENDING, due_at=bindparam("now"), reason=None, misses=0)
        for dialect, wrote in listed(Outbox.person_id, "who").items()
    }
)


class _Released:
    """Lets go what waits for several people in one statement: SQLite makes a table for each that it runs."""

    def many(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        people: dict[datetime, list[int]] = {}
        for row in rows:
            people.setdefault(row["now"], []).append(row["who"])
        for now, who in people.items():
            _RELEASE.many(session, [{"who": who, "now": now}])


_RELEASED: Final = _Released()


class Notice(StrEnum):
    """Why we speak to somebody who did not just write to us."""

    NEW_TICKET = "new_ticket"
    FOLLOWED_UP = "followed_up"
    RETYPED = "retyped"
    URGED = "urged"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    REPLIED = "replied"
    PROGRESSED = "progressed"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    REBOUNDED = "rebounded"
    UNREACHABLE = "unreachable"
    NO_CONTACT = "no_contact"
    NEW_CONTACT = "new_contact"
    COMPLAINED = "complained"
    REGISTERED = "registered"
    MEDIA = "media"
    MEDIA_LOST = "media_lost"
    """What somebody sent us could not be had from the platform: they may send it again."""
    TAKEN_BACK = "taken_back"
    DONE_BY_AIDE = "done_by_aide"
    AIDE_WROTE = "aide_wrote"
    DELEGATED = "delegated"
    DELEGATION_ENDED = "delegation_ended"
    UNCOVERED = "uncovered"
    NEW_OWNER = "new_owner"
    TAKEN_OVER = "taken_over"
    VISITED = "visited"
    VISIT_DENIED = "visit_denied"
    RAISED = "raised"
    MORNING = "morning"
    PATTERNS = "patterns"
    """Which patterns the cases of a desk are in, once a week."""
    CALL_ANNOUNCED = "call_announced"
    CALL_BRIEFED = "call_briefed"
    CALL_ANSWERED = "call_answered"
    CALL_CANCELLED = "call_cancelled"
    CALL_OVER = "call_over"
    CALL_MISSED = "call_missed"
    VISIT_ASKED = "visit_asked"
    FRAUD_LEAD = "fraud_lead"
    LEAD_DECIDED = "lead_decided"
    IMPERSONATED = "impersonated"
    STILL_OPEN = "still_open"
    """A result that the enterprise has said nothing about."""
    WARNED = "warned"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    NOT_EXTENDED = "not_extended"
    PAUSED = "paused"
    RESUMED = "resumed"
    RECKONED = "reckoned"
    CALLED_IN = "called_in"
    HELPED = "helped"
    JOINED = "joined"
    HELP_REFUSED = "help_refused"
    CONTRIBUTED = "contributed"
    HELP_OVER = "help_over"
    HELP_PASSED = "help_passed"
    """Whoever was asked for help has left the post."""
    HELP_LATE = "help_late"
    DECLINED = "declined"
    APPEALED = "appealed"
    APPEAL_LATE = "appeal_late"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    REASSIGNED = "reassigned"
    WRITTEN_OFF = "written_off"
    MOVED_AWAY = "moved_away"
    """Words we had passed on turned out to belong to another case."""
    SPLIT_OFF = "split_off"
    COLLEAGUE_ACTED = "colleague_acted"
    CHANGED_ENTERPRISE = "changed_enterprise"
    MERGE_OFFERED = "merge_offered"
    """Two cases of one enterprise seem to be one matter."""
    MERGED = "merged"
    SEPARATED = "separated"
    SHIELDED = "shielded"
    PATCH_GIVEN = "patch_given"
    """Somebody answers for a patch from now on."""
    PATCH_PASSED = "patch_passed"
    """Somebody answers for a patch no more: another leader does."""
    PATCH_ASKED = "patch_asked"
    PATCH_NEWS = "patch_news"
    """Who stumbled over a patch and who commented on it, once a day at most, to whoever answers for it."""
    PATCH_EFFECT = "patch_effect"
    """A patch is in effect: to the owner of the cases it is about."""
    PATCH_CHANGED = "patch_changed"
    """The same to their enterprise: what is different for it."""
    STUMBLED = "stumbled"
    PATCH_JUDGED = "patch_judged"
    PATCH_STEPS = "patch_steps"
    """Steps of a patch are due or late: to whoever has them."""


DOUBTFUL: Final = "doubtful"
"""Why a message is parked that may have arrived: nobody knows."""

CAN_WAIT: Final = frozenset(
    {Notice.ACCEPTED, Notice.PROGRESSED, Notice.RETYPED, Notice.FOLLOWED_UP, Notice.AIDE_WROTE}
    | {Notice.MERGE_OFFERED}
)
"""Good to know: it asks nothing of its reader and ends nothing, so it may not have a window's last message.

A reply is not among them, as it may be a question.
"""


WHOLE: Final = frozenset({Notice.REPLIED, Notice.PROGRESSED, Notice.RESOLVED})
"""What enterprises are told in somebody's own words: every word of it, in as many messages as it takes."""


FOR_OFFICES: Final = frozenset(
    {
        Notice.MORNING,
        Notice.PATTERNS,
        Notice.PATCH_GIVEN,
        Notice.PATCH_PASSED,
        Notice.PATCH_NEWS,
        Notice.PATCH_EFFECT,
        Notice.PATCH_JUDGED,
        Notice.PATCH_STEPS,
        Notice.DELEGATED,
        Notice.DELEGATION_ENDED,
        Notice.UNCOVERED,
        Notice.TAKEN_OVER,
        Notice.VISIT_DENIED,
        Notice.FRAUD_LEAD,
        Notice.IMPERSONATED,
        Notice.NO_CONTACT,
        Notice.NEW_CONTACT,
        Notice.COMPLAINED,
    }
)
"""What only officials are ever told, and what need not be about one case: its key names the cause."""


class Causeless(ValueError):
    """Somebody was to be told something for which there is no cause."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(f"no cause for {notice}")


def is_continued(payload: Mapping[str, Any]) -> bool:
    """Whether a message goes on where another stopped."""
    return bool(payload.get("part", (1, 1))[0] > 1)


def tell(
    session: Session,
    people: Iterable[int],
    notice: Notice,
    payload: Mapping[str, Any],
    *,
    ticket_id: int | None,
    event_id: int | None,
    now: datetime,
    media_id: int | None = None,
    visit_id: int | None = None,
    verification_id: int | None = None,
    call_id: int | None = None,
    key: str | None = None,
) -> None:
    """Queue one message to each of `people` (person ids), due now.

    The cause (ticket and event, a visit, a question about a caller, or a call) makes the message unique: the
    same fact is told to a person once. Long words to an enterprise are several messages. A picture or voice
    follows as a message of its own, as a chat message carries either words or media.

    Raises:
        Causeless: it is about no event of a case, no visit, question or call, and not for officials alone.
    """
    is_of_case = ticket_id is not None and event_id is not None
    is_caused = is_of_case or any(each is not None for each in (visit_id, verification_id, call_id))
    if not is_caused and not (notice in FOR_OFFICES and key):
        raise Causeless(notice)
    stem = key or f"event:{event_id}"
    pieces = [(notice, news, "" if n == 1 else f":{n}") for n, news in enumerate(_parts(notice, payload), 1)]
    if media_id is not None:
        pieces.append((Notice.MEDIA, dict(payload), ""))
    rows = [
        {
            "person_id": person_id,
            "ticket_id": ticket_id,
            "event_id": event_id,
            "visit_id": visit_id,
            "verification_id": verification_id,
            "call_id": call_id,
            "kind": kind,
            "payload": news,
            "media_id": media_id if kind is Notice.MEDIA else None,
            "dedupe_key": f"{stem}:{kind}:{person_id}{suffix}",
            "state": Delivery.PENDING,
            "created_at": now,
            "due_at": now,
            "attempts": 0,
        }
        for person_id in people
        for kind, news, suffix in pieces
    ]
    if rows:
        later(session, _TELL, *rows)


def _parts(notice: Notice, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The news as so many messages as its words take; each says which of how many it is."""
    texts = split(payload.get("text", "")) if notice in WHOLE else []
    if len(texts) < 2:  # noqa: PLR2004 -- one message needs no count
        return [dict(payload)]
    return [{**payload, "text": text, "part": [n, len(texts)]} for n, text in enumerate(texts, 1)]


def release(session: Session, person_id: int, *, now: datetime) -> None:
    """Let go what was parked or held for a person who has just written.

    What certainly did not arrive is forgotten, so that one more failure does not park it at once; what may
    have arrived is not: each such try may be a repeat on their phone.
    """
    later(session, _RELEASED, {"who": person_id, "now": now})
