"""Claim what must go out. How it travels is for `ways` to say, what became of it for `settlements`.

A claim is a lease: a worker that dies leaves the row to the next one when the lease lapses, so delivery is
at least once (ADR 0003). Per person the oldest goes first, and nothing overtakes it.

Whoever changes somebody's messages, consents or allowance holds the lock on that person: claims, settlements
and turns alike. A claim never waits for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from models.actions.bells import hold, look, note
from models.actions.unheard import warn_owners
from models.actions.ways import Channels, Choice, HowMany, Ways
from models.queries.outbox import IS_FREE, Recipient, lines_of, lock_the_due
from models.rules.disturbance import GRANTED, RESTING, Courtesy
from models.rules.windows import Channel
from models.tables import Consent, Delivery, Outbox, Person

LEASE: Final = timedelta(seconds=90)
"""Longer than the slowest send: token, upload and message with their timeouts."""


@dataclass(frozen=True, slots=True)
class Item:
    """One message in a worker's hand; `attempt` is the number of this claim on it."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    media_id: int | None
    attempt: int
    misses: int
    doubts: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """What travels to one person as one message, claimed `at`: one item, or several that are chat texts.

    Items that travel together have failed together. `window_until` is how we knew the person's window:
    another one has other allowances. `template_id` is set where a notice carries it; `uses_consent` says that
    a subscription notice was counted off what the person allows.
    """

    person_id: int
    openid: str
    channel: Channel
    items: tuple[Item, ...]
    at: datetime
    window_until: datetime | None = None
    template_id: str | None = None
    uses_consent: bool = True

    def halves(self) -> tuple["Claimed", "Claimed"]:
        """Return the first and the second half of a bundle."""
        middle = len(self.items) // 2
        return replace(self, items=self.items[:middle]), replace(self, items=self.items[middle:])


_TAKE: Final = (
    update(Outbox)
    .where(Outbox.id.in_(bindparam("rows", expanding=True)), IS_FREE)
    .values(
        state=Delivery.SENDING,
        lease_until=bindparam("lapses"),
        claimed_by=bindparam("worker"),
        attempts=Outbox.attempts + 1,
    )
    .returning(Outbox.id, Outbox.attempts)
)
_PARK: Final = (
    update(Outbox)
    .where(Outbox.id.in_(bindparam("rows", expanding=True)))
    .values(state=Delivery.PARKED, lease_until=None, reason=bindparam("why"), settled_at=bindparam("now"))
)
_COUNT: Final = (
    update(Person)
    .where(Person.id.in_(bindparam("people", expanding=True)))
    .values(window_left=Person.window_left - 1)
)
_COUNT_CONSENTS: Final = (
    update(Consent)
    .where(
        Consent.person_id.in_(bindparam("people", expanding=True)),
        Consent.template_id == bindparam("template"),
        Consent.left > 0,
    )
    .values(left=Consent.left - 1)
)
_PLAINLY: Final = {"synchronize_session": False}
_ROUNDS: Final = 20
"""So often one claim looks further where all it found must wait."""


def claim(
    session: Session,
    worker: str,
    *,
    channels: Channels,
    how_many: HowMany,
    limit: int,
    now: datetime,
    granted: Courtesy = GRANTED,
) -> list[Claimed]:
    """Take what is due to up to `limit` people, one message each, and decide how it will travel.

    The allowance is counted down here, before anything is sent: a crash may waste one message of the
    five, never send a sixth. So is the enterprise's budget (`granted` unless it asked for another); what may
    not disturb it now is held back. Messages for which no way is open are parked. Where nothing else came of
    it, the next in line are looked at: in the evening many are held, and answers stand behind them.
    """
    for _ in range(_ROUNDS):
        locked = lock_the_due(session, limit=limit, now=now)
        choices = _choose(session, locked, channels, how_many, granted=granted, now=now)
        claimed = _taken(session, worker, choices, channels, now)
        if claimed or not any(choice.parked or choice.held for choice in choices.values()):
            return claimed
    return []


def _choose(
    session: Session,
    locked: Sequence[Recipient],
    channels: Channels,
    how_many: HowMany,
    *,
    granted: Courtesy,
    now: datetime,
) -> dict[Recipient, Choice]:
    """Decide what goes to each of `locked` people, and take what must wait out of their lines."""
    if not locked:
        return {}
    ids = [person.id for person in locked]
    lines, consents = lines_of(session, ids, now=now), _consents(session, ids, channels)
    bells = look(session, locked, lines, granted, now=now)
    people = [person for person in locked if person.id not in bells.busy]
    ways = Ways(channels, how_many, bells)
    choices = {
        person: ways.choose(
            person, lines.get(person.id, ()), consents=channels.consents(consents.get(person.id))
        )
        for person in people
    }
    _park(session, {row: why for each in choices.values() for row, why in each.parked.items()}, now)
    held = {row: wait for each in choices.values() for row, wait in each.held.items()}
    hold(session, held)
    warn_owners(session, {row: wait.why for row, wait in held.items() if wait.why in RESTING}, now=now)
    return choices


def _taken(
    session: Session, worker: str, choices: Mapping[Recipient, Choice], channels: Channels, now: datetime
) -> list[Claimed]:
    """Put what was chosen into the worker's hand, and count what it costs."""
    rows = [each.id for choice in choices.values() for each in choice.bundle]
    attempts = _take(session, worker, rows, now)
    pairs = choices.items()
    claimed = [one for pair in pairs if (one := _claimed(*pair, attempts, channels, now)) is not None]
    _count(session, claimed)
    tolls = [choice.toll for choice in choices.values() if choice.toll and choice.toll.row in attempts]
    note(session, tolls, now=now)
    return claimed


def _take(session: Session, worker: str, rows: Collection[int], now: datetime) -> dict[int, int]:
    """Put messages into the worker's hand; return the number of each one's attempt."""
    if not rows:
        return {}
    values = {"rows": rows, "now": now, "lapses": now + LEASE, "worker": worker}
    taken = session.execute(_TAKE, values, execution_options=_PLAINLY)
    return {row.id: row.attempts for row in taken}


def _claimed(
    person: Recipient, choice: Choice, attempts: Mapping[int, int], channels: Channels, now: datetime
) -> Claimed | None:
    items = tuple(
        Item(each.id, each.kind, each.payload, each.media_id, attempts[each.id], each.misses, each.doubts)
        for each in choice.bundle
        if each.id in attempts
    )
    if choice.channel is None or not items:
        return None
    return Claimed(
        person.id,
        person.openid,
        choice.channel,
        items,
        at=now,
        window_until=person.window_expires_at,
        template_id=channels.template_for(choice.channel),
        uses_consent=not channels.is_long_term,
    )


def _consents(session: Session, people: Collection[int], channels: Channels) -> dict[int, int]:
    if channels.subscription_id is None:
        return {}
    found = session.execute(
        select(Consent.person_id, Consent.left).where(
            Consent.person_id.in_(people), Consent.template_id == channels.subscription_id
        )
    )
    return {row.person_id: row.left for row in found}


def _count(session: Session, claimed: Sequence[Claimed]) -> None:
    in_windows = [each.person_id for each in claimed if each.channel is Channel.CUSTOM]
    if in_windows:
        session.execute(_COUNT, {"people": in_windows}, execution_options=_PLAINLY)
    by_consent = [each for each in claimed if each.channel is Channel.SUBSCRIPTION and each.uses_consent]
    if by_consent:
        whose = {"people": [each.person_id for each in by_consent], "template": by_consent[0].template_id}
        session.execute(_COUNT_CONSENTS, whose, execution_options=_PLAINLY)


def _park(session: Session, whys: Mapping[int, str], now: datetime) -> None:
    for why in set(whys.values()):
        rows = [row for row, its_why in whys.items() if its_why == why]
        session.execute(_PARK, {"rows": rows, "why": why, "now": now}, execution_options=_PLAINLY)
    warn_owners(session, whys, now=now)
