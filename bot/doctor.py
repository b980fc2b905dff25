"""`liaison doctor`: look at everything a working service needs, and say what to do."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.large_model import Unanswered, large_model_of
from bot.service import client_of, phone_key_of, wall_clock
from bot.wechat.errors import Action, ApiError, Unreachable, action_for, is_of_account
from bot.wechat.tokens import MemoryTokenStore
from config.settings import Settings
from handlers.understanding.deep import NoDeepModel, default_deep
from handlers.understanding.embedding import NoEmbedding
from handlers.understanding.suggesting import PROBE, messages, suggested
from models.queries import outbox, oversight, registry
from models.queries.duty import NobodyOnDuty, on_duty
from models.queries.people import PROVINCE, stand_in
from models.queries.schema import is_current
from models.queries.suggestions import tally
from models.queries.workdays import calendar
from models.rules.disturbance import day_begins
from models.session import Database
from models.tables import Delivery, Official, OfficialPhone, Person

MONTHS_AHEAD: Final = 60
OTHER: Final = "other"
LISTED: Final = 5
"""Regions named in one line; more are only counted."""

HEARD_WITHIN: Final = timedelta(days=1)
"""A warning older than this that nobody has received needs a person's care."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `is_well` None: not wrong, but worth knowing."""

    subject: str
    is_well: bool | None
    words: str


async def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Return what was found, in the order in which it should be mended."""
    database = Database(settings.database_url)
    try:
        stored = await asyncio.to_thread(_database, database, settings, now)
        platform = [await _platform(settings)] if stored[0].is_well else []
        large = await _large_model(settings, database if stored[0].is_well else None)
        return [*_configuration(settings), large, *stored, *platform, _calendar(now)]
    finally:
        database.dispose()


def _configuration(settings: Settings) -> list[Finding]:
    findings = [Finding("configuration", True, "complete")]
    if settings.wechat_plaintext:
        findings.append(
            Finding("plaintext mode", False, "is on; unset LIAISON_WECHAT_PLAINTEXT outside development")
        )
    return [*findings, _notices(settings), _deep_path(settings)]


def _deep_path(settings: Settings) -> Finding:
    """Whether types are guessed by what words mean, or by the words alone."""
    subject = "deep path"
    if not settings.deep:
        return Finding(subject, None, "LIAISON_DEEP is off: types are guessed by the fast path alone")
    try:
        default_deep().prepare()
    except (NoDeepModel, NoEmbedding) as error:
        return Finding(subject, None, f"{error}: types are guessed by the fast path alone")
    return Finding(subject, True, "its model and the embedding are here and load")


async def _large_model(settings: Settings, database: Database | None) -> Finding:
    """Ask about words of our own whether there is an answer, and one that we can use."""
    subject, model = "large model", large_model_of(settings, wall_clock)
    if model is None:
        if settings.llm_url is None and settings.llm_model is None:
            return Finding(subject, True, "none is set up (LIAISON_LLM_URL): no text leaves")
        missing = "LIAISON_LLM_URL" if settings.llm_url is None else "LIAISON_LLM_MODEL"
        return Finding(subject, False, f"{missing} is not set, so nothing is asked: set both or neither")
    try:
        answer = await model.ask(messages(PROBE))
    except Unanswered as failure:
        words = f"cannot be asked ({failure}): see LIAISON_LLM_URL and LIAISON_LLM_KEY; we do without it"
        return Finding(subject, False, words)
    if suggested(answer) is None:
        return Finding(subject, False, "answers, but not in the form asked for: its word counts for nothing")
    measured = "" if database is None else await asyncio.to_thread(_measured, database, model.name)
    return Finding(subject, True, f"answers in the form asked for{measured}")


def _measured(database: Database, name: str) -> str:
    with database.reading() as session:
        counted = tally(session, name)
    right = sum(number for (said, decided), number in counted.items() if said == decided)
    return f"; right in {right} of {sum(counted.values())} cases that people decided"


def _notices(settings: Settings) -> Finding:
    """Whether news can reach anybody after 48 hours. Only the operator can see the account's templates."""
    subject, is_long_term = "notices", settings.wechat_subscription_long_term
    if is_long_term and settings.wechat_subscription_id is None:
        words = "LIAISON_WECHAT_SUBSCRIPTION_LONG_TERM is set, LIAISON_WECHAT_SUBSCRIPTION_ID is not"
        return Finding(subject, False, words)
    if settings.wechat_template_id is not None or is_long_term:
        words = f"by keys {settings.wechat_template_fields}: compare them with the approved template's"
        return Finding(subject, True, f"{words}, as others are refused (47003)")
    if settings.wechat_subscription_id is not None:
        words = (
            "a one-time subscription template serves nobody alone: consents to it are given on a page that "
            "we do not have. Set LIAISON_WECHAT_TEMPLATE_ID, or if it is a long-term one "
            "LIAISON_WECHAT_SUBSCRIPTION_LONG_TERM"
        )
        return Finding(subject, None, words)
    return Finding(
        subject, None, "no template: after 48 hours of silence messages wait until the person writes"
    )


def _database(database: Database, settings: Settings, now: datetime) -> list[Finding]:
    try:
        with database.reading() as session:
            if not is_current(session):
                return [Finding("database", False, "not migrated: run `liaison migrate`")]
            findings = [Finding("database", True, f"{database.url.get_backend_name()}, up to date")]
            officials = session.scalar(select(func.count()).select_from(Official)) or 0
            bound = session.scalar(
                select(func.count()).select_from(Person).where(Person.official_id.is_not(None))
            )
            findings.append(
                Finding("roster", officials > 0, f"{officials} officials, {bound} bound to a WeChat")
            )
            findings += [_office(session, now), _telephones(session, settings), _supervisors(session)]
            findings += [_warnings(session, now), _reconciliation(session, now), _delivery(session, now)]
            return findings
    except SQLAlchemyError as error:
        advice = "start it, or set LIAISON_DATABASE_URL right; a new one: run `liaison migrate`"
        return [Finding("database", False, f"does not answer ({type(error).__name__}): {advice}")]


def _office(session: Session, now: datetime) -> Finding:
    try:
        card = on_duty(session, PROVINCE, OTHER, now.date())
    except NobodyOnDuty:
        return Finding(
            "provincial office", False, "nobody: import the official of the duty catalogue's office"
        )
    if stand_in(session) is None:
        advice = "nobody there has bound a WeChat, so nobody stands in for owners without one"
        return Finding("provincial office", None, f"{card.post} {card.name}; {advice}")
    return Finding("provincial office", True, f"{card.post} {card.name}")


def _telephones(session: Session, settings: Settings) -> Finding:
    """Numbers sealed with another key are as good as lost: genuine callers would not be recognised."""
    mark = phone_key_of(settings).mark
    marks = session.scalars(select(OfficialPhone.key_mark).where(OfficialPhone.ended_at.is_(None))).all()
    foreign = sum(each != mark for each in marks)
    if foreign:
        words = (
            f"{foreign} numbers are sealed with another key: set LIAISON_PHONE_KEY back or enter them again"
        )
        return Finding("telephones", False, words)
    if not marks:
        return Finding("telephones", None, "no official's number is registered: no call can be announced")
    if settings.phone_key is None:
        words = "sealed with a key that changes with the AppSecret: set LIAISON_PHONE_KEY, enter them again"
        return Finding("telephones", None, f"{len(marks)} numbers, {words}")
    return Finding("telephones", True, f"{len(marks)} numbers registered")


def _supervisors(session: Session) -> Finding:
    missing = oversight.unsupervised(session)
    if not missing:
        return Finding("supervisors", True, "every region has one")
    more = f" and {len(missing) - LISTED} more" if len(missing) > LISTED else ""
    return Finding(
        "supervisors",
        None,
        f"nobody with a WeChat for {', '.join(missing[:LISTED])}{more}: "
        "what is overdue there goes to the provincial office, and nobody can grant an extension",
    )


def _warnings(session: Session, now: datetime) -> Finding:
    count, oldest = oversight.unheard(session, now - HEARD_WITHIN)
    if not count:
        return Finding("warnings", True, "every one was heard, or was given within a day")
    return Finding(
        "warnings", False, f"{count} reached nobody, the oldest of {_minute(oldest)}: bind a supervisor"
    )


def _reconciliation(session: Session, now: datetime) -> Finding:
    count, oldest = registry.unsettled_in_all(session, now)
    if not count:
        return Finding("reconciliation", True, "every message ended in a ticket, an answer or a refusal")
    words = f"{count} messages ended in nothing, the oldest of {_minute(oldest)}"
    return Finding("reconciliation", False, f"{words}: see /api/v1/reconciliation")


def _delivery(session: Session, now: datetime) -> Finding:
    """What the workers met last: each keeps its pause to itself, but its tries are on record."""
    last = outbox.last_try(session)
    if last is None or last.code is None or not is_of_account(last.code):
        return _channels(session, now)
    waiting = outbox.counts(session)[Delivery.PENDING]
    soon = "an hour" if action_for(last.code) is Action.REFRESH_TOKEN else "15 minutes"
    words = f"stopped: {last.code} at {_minute(last.at)}, {waiting} messages wait; it asks again by itself"
    return Finding("delivery", False, f"{words} within {soon} once that is mended")


def _channels(session: Session, now: datetime) -> Finding:
    """Whether the account was refused one of its channels; a used-up quota is whole again at midnight."""
    resting = [
        f"{channel}: {last.code} at {_minute(last.at)}"
        for channel, last in sorted(outbox.last_tries(session).items())
        if last.code is not None and _rests(last.code, last.at, now)
    ]
    if not resting:
        return Finding("delivery", True, "the account was not refused when we last sent something")
    words = "its messages take the next channel, or are held until it is open again"
    return Finding("delivery", False, f"a channel is refused to us ({'; '.join(resting)}); {words}")


def _rests(code: int, at: datetime, now: datetime) -> bool:
    action = action_for(code)
    return action is Action.FEATURE_OFF or (action is Action.UNTIL_RESET and at >= day_begins(now))


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "an unknown time"


async def _platform(settings: Settings) -> Finding:
    """Ask with a token of our own: one fetched earlier would hide that the secret is wrong now."""
    async with httpx.AsyncClient(trust_env=False) as http:
        client = client_of(settings, MemoryTokenStore(), http, wall_clock)
        try:
            await client.callback_ips()
        except ApiError as error:
            return Finding("platform", False, f"refuses us: {error.code} {error.message}")
        except Unreachable as error:
            return Finding("platform", False, f"cannot be reached: {error.reason}")
    return Finding("platform", True, "answers, and our credentials are good")


def _calendar(now: datetime) -> Finding:
    known, day = calendar(), now.date()
    last = known.add_working_days(day, MONTHS_AHEAD)
    if known.is_provisional_between(day, last):
        advice = "put the State Council's notice into the file of LIAISON_CALENDAR when it is out"
        return Finding("calendar", None, f"provisional before {last}: {advice}")
    return Finding("calendar", True, f"official until {last} at least")
