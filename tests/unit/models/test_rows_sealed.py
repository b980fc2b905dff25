"""What no event tells of is sealed by the audit: pushes, pictures, notices, and what other systems were told."""

import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.event import listen
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.verifying import checked
from handlers.understanding.masking import erase
from models.actions import (
    access,
    anchors,
    audit,
    forgetting,
    inbox,
    media,
    postings,
    stretches,
    tickets,
    webhooks,
)
from models.actions.conversation import Words
from models.queries import media as pictures
from models.queries.stretches import SEAL, rows_in
from models.queries.tickets import actor_of
from models.rules.chain import bytes_digest
from models.rules.stretches import SALT, Stretch, leaf, rows_of, said_of
from models.rules.webhooks import Openness
from models.session import Database
from models.tables import (
    Attempt,
    AuditEntry,
    Inbox,
    Media,
    Outbox,
    Sealed,
    Ticket,
    WebhookAttempt,
    WebhookDelivery,
)
from tests.roster import LEADER, OWNER
from tests.unit.models.stage import NOW, a_message, a_ticket, known, staffed

SOON, LATER = NOW + timedelta(minutes=5), NOW + timedelta(days=40)
Changes = dict[str, Any]


@pytest.fixture
def person_id(database: Database) -> int:
    """Somebody who sent three pushes and a picture; somebody was told, and so was another system, three times."""
    staffed(database)
    with database.transaction() as session:
        who = known(session, OWNER)
        ticket = a_ticket(session)
        for each in range(3):
            pushed = inbox.admit(session, f"{OWNER}:{each}", kind="text", sealed="…", sent_at=each, now=NOW)
            row = session.get_one(Inbox, pushed.inbox_id)
            row.person_id, row.outcome = who.person_id, "answer"
            told = a_message(session, who.person_id, str(each), ticket=ticket)
            facts = {"outbox_id": told, "at": NOW, "channel": "chat", "outcome": "sent", "code": 0}
            facts["person_id"] = who.person_id
            session.execute(insert(Attempt).values(**facts, id=each + 1 if each < 2 else 10, said="您好"))
        picture = media.keep(session, "M-1", kind="image", now=NOW)
        tickets.follow_up(session, ticket, actor_of(who), Words("image", "", picture), now=NOW)
        key = access.create_key(session, "k" * 43, name="监控", role="admin", region=None, now=NOW)
        hook = webhooks.create(
            session,
            key_id=key.id,
            name="省督查平台",
            url="https://hooks.example/",
            region=None,
            events=[],
            openness=Openness(),
            now=NOW,
        )
        for each in range(3):
            sent = webhooks.ping(session, hook, now=NOW + timedelta(seconds=each))
            facts = {"delivery_id": sent.id, "at": NOW, "status": 500 if each == 1 else 200, "took_ms": 7}
            session.execute(insert(WebhookAttempt).values(**facts))
            sent.state, sent.settled_at = "dead" if each == 1 else "sent", NOW
    with database.transaction() as session:
        media.fetched(session, picture, data=b"PNG", content_type="image/png", now=NOW)
        assert stretches.seal(session, NOW, limit=9) == 0
    with database.transaction() as session:
        assert stretches.seal(session, SOON, limit=9) == len(ALTERED)
    return who.person_id


ALTERED: dict[str, tuple[type[Any], list[Changes]]] = {
    "push": (
        Inbox,
        [{"sealed": "别的"}, {"dedupe_key": "k"}, {"kind": "event"}, {"sent_at": 9}, {"received_at": SOON}],
    ),
    "notice_attempt": (
        Attempt,
        [
            *({"at": SOON}, {"channel": "notice"}, {"outcome": "lost"}, {"code": 1}),
            *({"said": "别的"}, {"said": None}, {"person_id": 1}, {"detail": "别的"}),
        ],
    ),
    "notice": (
        Outbox,
        [
            {"payload": {"text": "别的"}},
            {"kind": "urged"},
            {"media_id": 1},
            {"created_at": SOON},
            {"event_id": 2},
        ],
    ),
    "webhook_delivery": (WebhookDelivery, [{"created_at": SOON}, {"event_id": 1}]),
    "webhook_attempt": (
        WebhookAttempt,
        [{"at": SOON}, {"status": 299}, {"error": "timeout"}, {"took_ms": 1}],
    ),
}


def test_each_row_that_is_altered_missing_moved_or_slipped_in_is_named(
    database: Database, person_id: int
) -> None:
    assert _found(database) == []
    for kind, (table, changes) in ALTERED.items():
        first, second, *_, third = _ids(database, table)
        before = _row(database, table, second)
        for values in changes:
            _change(database, update(table).where(table.id == second).values(**values))
            assert _found(database) == [f"{kind} {second}: altered"], values
            _change(
                database, update(table).where(table.id == second).values(**{n: before[n] for n in values})
            )
        if table is not WebhookDelivery:
            _change(database, delete(table).where(table.id == second))
            assert _found(database) == [f"{kind} {second}: missing"]
            _change(database, insert(table).values(**before))
        _change(database, _swap(table, first, third))
        assert {f"{kind} {first}: altered", f"{kind} {third}: altered"} <= set(_found(database))
        _change(database, _swap(table, first, third))
        with database.reading() as session:
            kept = session.get_one(Sealed, (kind, third)).leaves
        _change(database, update(Sealed).where(Sealed.kind == kind).values(leaves=kept[:-1]))
        assert _found(database) == [f"{kind}/0-{third}: altered"]
        _change(database, update(Sealed).where(Sealed.kind == kind).values(leaves=kept))
        assert _found(database) == []


def test_few_rows_wait_for_an_hour_or_the_anchor_of_the_day_and_many_do_not(
    database: Database, person_id: int
) -> None:
    row, reached = _row(database, Attempt, 2), [10]

    def sealed(at: datetime, *, more: int, came: datetime) -> bool:
        first = max(_ids(database, Attempt)) + 1
        rows = [row | {"id": first + each, "at": came} for each in range(more)]
        with database.transaction() as session:
            session.execute(insert(Attempt), rows)
            stretches.seal(session, at, limit=9)
            upto = select(Sealed.upto).where(Sealed.kind == "notice_attempt").order_by(Sealed.upto)
            before, reached[:] = reached[:], session.scalars(upto)
        return reached != before

    with database.transaction() as session:
        while anchors.strike(session, SOON, limit=9):
            pass
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    assert not sealed(SOON + hour - minute, more=1, came=SOON)
    assert sealed(SOON + hour + minute, more=1, came=SOON + hour / 2)
    assert not sealed(SOON + hour + minute, more=stretches.AT_ONCE - 1, came=SOON + hour / 2)
    assert sealed(SOON + hour + minute, more=2, came=SOON + hour / 2)
    assert reached == [10, 12, 12 + stretches.AT_ONCE]
    night = NOW.replace(hour=16)
    assert sealed(night - 2 * hour, more=1, came=night - 3 * hour)
    assert not sealed(night - minute, more=1, came=night - 5 * minute)
    assert sealed(night, more=1, came=night - 5 * minute)


def test_much_to_catch_up_with_is_sealed_a_stretch_at_a_look_and_read_before_the_audit_is_held(
    database: Database, person_id: int
) -> None:
    attempt, push = _row(database, Attempt, 2), _row(database, Inbox, _ids(database, Inbox)[1])
    many = range(100, 100 + 2 * stretches.AT_ONCE)
    said: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *told: said.append(told[2].casefold()))
    with database.transaction() as session:
        session.execute(insert(Attempt), [attempt | {"id": each} for each in many])
        session.execute(insert(Inbox), [push | {"id": each, "dedupe_key": str(each)} for each in many])
        said.clear()
        assert stretches.strike(session, SOON, limit=50) == 0
        kinds = session.scalars(select(Sealed.kind).where(Sealed.upto >= many[0])).all()
    assert sorted(kinds) == ["notice_attempt", "push"]
    held = next(at for at, each in enumerate(said) if "audit_heads" in each)
    assert max(at for at, each in enumerate(said) if "from attempts" in each or "from inbox" in each) < held
    assert sum("insert into audit " in each for each in said[held:]) == len(kinds)


def test_two_stretches_cannot_begin_at_one_row(database: Database, person_id: int) -> None:
    with pytest.raises(IntegrityError):
        _change(database, insert(Sealed).values(kind="push", after=0, upto=99, leaves=b""))


def test_row_that_is_slipped_in_between_others_is_named(database: Database, person_id: int) -> None:
    row = _row(database, Attempt, 2)
    _change(database, insert(Attempt).values(**row | {"id": 5}))
    assert _found(database) == ["notice_attempt 5: different"]


def test_what_nobody_took_was_not_delivered(database: Database, person_id: int) -> None:
    _, second, _ = _ids(database, WebhookDelivery)
    _change(database, update(WebhookDelivery).where(WebhookDelivery.id == second).values(state="sent"))
    assert _found(database) == [f"webhook_delivery {second}: altered"]


def test_what_was_sealed_without_its_words_remains_what_it_was(database: Database, person_id: int) -> None:
    """Before 0191; the same rows are sealed with their words besides."""
    with database.transaction() as session:
        before = Stretch("attempt", 0, 1)
        kept = b"".join(map(leaf, rows_in(session, before, limit=9)))
        session.add(Sealed(kind=before.kind, after=before.after, upto=before.upto, leaves=kept))
        seal = audit.SYSTEM, audit.Deeds.CHANGE, SEAL, before.place
        audit.note(session, *seal, reason=said_of(kept, NOW), now=SOON)
        assert stretches.seal(session, LATER, limit=9) == 0, "no more are sealed so"
    assert _found(database) == []
    _change(database, update(Attempt).where(Attempt.id == 1).values(code=7))
    assert sorted(_found(database)) == ["attempt 1: altered", "notice_attempt 1: altered"]
    _change(database, update(Attempt).where(Attempt.id == 1).values(code=0, said="别的"))
    assert _found(database) == ["notice_attempt 1: altered"]


def test_what_went_to_nobody_or_to_somebody_else_was_not_told(database: Database, person_id: int) -> None:
    with database.reading() as session:
        tried = session.scalars(select(Attempt.outbox_id).where(Attempt.id == 1)).one()
        others = select(Outbox.id, Outbox.person_id).where(Outbox.person_id != person_id)
        untried, other = session.execute(others.order_by(Outbox.id).limit(1)).one()
    for row_id, changes, is_wrong in (
        (untried, {"state": "sent"}, True),
        (untried, {"state": "dead"}, False),
        (tried, {"state": "sent"}, False),
        (tried, {"person_id": other}, True),
        (tried, {"person_id": person_id}, False),
    ):
        _change(database, update(Outbox).where(Outbox.id == row_id).values(**changes))
        assert _found(database) == [f"notice {row_id}: altered"] * is_wrong, changes
    before = _row(database, Outbox, tried) | {"id": 999, "dedupe_key": "k", "created_at": LATER}
    tries = _row(database, Attempt, 1) | {"id": 999, "outbox_id": 999, "at": LATER}
    _change(database, insert(Outbox).values(**before))
    for values, is_wrong in (
        ({"outcome": "again"}, True),
        ({"person_id": other}, True),
        ({"person_id": None}, False),
    ):
        _change(database, insert(Attempt).values(**tries | values))
        assert _found(database) == ["notice 999: altered"] * is_wrong, values
        _change(database, delete(Attempt).where(Attempt.id == 999))


def test_words_to_somebody_who_is_forgotten_lose_what_is_personal_and_nothing_else(
    database: Database, person_id: int
) -> None:
    """Also words to others about their case; what is left is on record, and stays what it is."""
    number, less = "请拨 13812345678 找王科长", "请拨 【电话】 找王科长"
    [theirs, others] = [_a_notice(database, whose, number) for whose in (OWNER, LEADER)]
    with database.transaction() as session:
        assert stretches.seal(session, SOON, limit=9) == 2
    assert _found(database) == []
    tried, before_all = _ids(database, Attempt)[-2:], _salt(database, "notice", 1)
    reworded: list[tuple[str, type[Any], int, Changes]] = [
        *(("notice", Outbox, each, {"payload": {"text": less}}) for each in (theirs, others)),
        *(("notice_attempt", Attempt, each, {"said": less}) for each in tried),
    ]
    for kind, table, row_id, values in reworded:
        before = _row(database, table, row_id)
        _change(database, update(table).where(table.id == row_id).values(**values))
        assert _found(database) == [f"{kind} {row_id}: altered"]
        _change(database, update(table).where(table.id == row_id).values(**{n: before[n] for n in values}))
    salts = [_salt(database, kind, row_id) for kind, _, row_id, _ in reworded]
    with database.transaction() as session:
        forgetting.forget(session, person_id, erase=erase, now=SOON)
    assert _found(database) == []
    now = [_salt(database, kind, row_id) for kind, _, row_id, _ in reworded]
    assert len({*salts, *now}) == 2 * len(reworded), "the old salts are gone: no number can be tried"
    assert _salt(database, "notice", 1) == before_all
    for kind, table, row_id, values in reworded:
        assert {name: _row(database, table, row_id)[name] for name in values} == values
        for other in ({next(iter(values)): {"text": "别的"} if table is Outbox else "别的"},):
            _change(database, update(table).where(table.id == row_id).values(**other))
            assert _found(database) == [f"{kind} {row_id}: altered"]
            _change(database, update(table).where(table.id == row_id).values(**values))
    assert _found(database) == []


def test_however_much_somebody_was_told_each_stretch_of_it_is_read_and_written_once(
    database: Database, person_id: int
) -> None:
    """Two stretches of each kind, and a little that is not sealed yet."""
    words = "请拨 13812345678 找王科长"
    for some in ("abcd", "efgh"):
        for key in some:
            _a_notice(database, OWNER, words, key=key)
        with database.transaction() as session:
            assert stretches.seal(session, SOON, limit=9) == 2
    _a_notice(database, OWNER, words, key="i")
    said: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *told: said.append(told[2].casefold()))
    with database.transaction() as session:
        forgetting.forget(session, person_id, erase=erase, now=SOON)
    assert sum("update attempts" in each for each in said) == 1
    assert sum("update sealed_stretches" in each for each in said) == 4
    assert sum("from sealed_stretches" in each for each in said) == 4 + 2, "and once that there is none"
    assert _found(database) == []


def test_whoever_has_rows_sealed_anew_is_found(database: Database, person_id: int) -> None:
    *_, last = _ids(database, Inbox)
    _change(database, delete(Inbox).where(Inbox.id == last))
    _change(database, delete(Sealed).where(Sealed.kind == "push"))
    with database.transaction() as session:
        assert stretches.seal(session, SOON, limit=9) == 1
    assert _found(database) == [f"push/0-{last}: missing"]


def test_bytes_of_a_picture_are_those_that_came(database: Database, person_id: int) -> None:
    [only] = _ids(database, Media)
    before = _row(database, Media, only)
    for values, kind in (
        ({"data": b"GIF"}, "altered"),
        ({"data": b"GIF", "sha256": bytes_digest(b"GIF")}, "altered"),
        ({"content_type": "image/gif"}, "altered"),
        ({"data": None}, "missing"),
    ):
        _change(database, update(Media).values(**values))
        assert _found(database) == [f"media {only}: {kind}"], values
        _change(database, update(Media).values(**{name: before[name] for name in values}))
    assert _found(database) == []


def test_pictures_are_looked_at_one_by_one(database: Database) -> None:
    size, names = 1 << 20, [f"M-{each}" for each in range(12)]
    with database.transaction() as session:
        for name in names:
            facts = {"kind": "image", "received_at": NOW, "fetch_attempts": 1, "data": bytes(size)}
            session.execute(insert(Media).values(remote_id=name, sha256=bytes_digest(bytes(size)), **facts))
    with database.reading() as session:
        tracemalloc.start()
        found = list(pictures.flaws(session))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert found == []
    assert most < 6 * size


def test_what_is_forgotten_or_cleared_away_is_no_flaw_and_what_only_looks_so_is(
    database: Database, person_id: int
) -> None:
    first, *_ = _ids(database, Inbox)
    before = _row(database, Inbox, first)
    empty = {"sealed": "", "dedupe_key": f"forgotten:{first}"}
    _change(database, update(Inbox).where(Inbox.id == first).values(**empty))
    assert _found(database) == [f"push {first}: altered"]
    _change(database, update(Inbox).where(Inbox.id == first).values(**{name: before[name] for name in empty}))
    with database.transaction() as session:
        other = inbox.admit(session, "o:9", kind="text", sealed="…", sent_at=9, now=NOW).inbox_id or 0
        assert stretches.seal(session, SOON, limit=9) == 1
    with database.transaction() as session:
        forgetting.forget(session, person_id, erase=erase, now=SOON)
    assert _found(database) == []
    _change(database, update(Inbox).where(Inbox.id == first).values(sent_at=99))
    assert _found(database) == [f"push {first}: altered"]
    _change(database, update(Inbox).where(Inbox.id == first).values(sent_at=before["sent_at"]))
    blank, kept = {"sealed": "", "dedupe_key": f"forgotten:{other}"}, _row(database, Inbox, other)
    for whose in (None, person_id):
        _change(database, update(Inbox).where(Inbox.id == other).values(**blank, person_id=whose))
        assert _found(database) == [f"push {other}: altered"], whose
    _change(database, update(Inbox).where(Inbox.id == other).values(**{name: kept[name] for name in blank}))
    with database.transaction() as session:
        assert postings.forget(session, now=LATER) == 3
    assert _found(database, at=SOON) != []
    assert _found(database, at=LATER) == []
    with database.transaction() as session:
        audit.note(session, audit.OPERATOR, audit.Deeds.CHANGE, "liaison anything", "keys/1", now=LATER)
    assert _found(database, at=SOON) == [], "a clock that is behind the audit is judged by the audit's"


def test_log_that_was_sealed_long_after_it_came_is_cleared_a_month_after_it_came(
    database: Database, person_id: int
) -> None:
    sent, tried = (
        _row(database, table, _ids(database, table)[0]) for table in (WebhookDelivery, WebhookAttempt)
    )
    day = timedelta(days=1)
    for row_id, came in ((100, NOW - 25 * day), (101, NOW - 24.6 * day), (102, NOW)):
        moments = {"created_at": came, "since": came, "due_at": came, "settled_at": came}
        _change(database, insert(WebhookDelivery).values(**sent | {"id": row_id, **moments}))
        _change(
            database,
            insert(WebhookAttempt).values(**tried | {"id": row_id, "delivery_id": row_id, "at": came}),
        )
    with database.transaction() as session:
        assert [stretches.seal(session, SOON, limit=9) for _ in range(3)] == [2, 2, 0]
        upto = select(Sealed.upto).where(Sealed.kind == "webhook_attempt").order_by(Sealed.upto)
        assert list(session.scalars(upto))[1:] == [101, 102]
    with database.transaction() as session:
        assert postings.forget(session, now=NOW + 5.5 * day) == 2
    assert _found(database, at=NOW + 5.5 * day) == []
    _change(database, delete(WebhookAttempt).where(WebhookAttempt.id == 102))
    assert "webhook_attempt 102: missing" in _found(database, at=NOW + 5.5 * day)
    _change(database, update(AuditEntry).where(AuditEntry.operation == SEAL).values(reason="x", object="y"))
    assert "y: altered" in _found(database)


def _a_notice(database: Database, openid: str, text: str, *, key: str = "number") -> int:
    """Tell somebody words about the only case there is, and return their row."""
    with database.transaction() as session:
        to, ticket = known(session, openid).person_id, session.scalars(select(Ticket)).one()
        told = a_message(session, to, f"{key}:{openid}", ticket=ticket)
        session.execute(update(Outbox).where(Outbox.id == told).values(payload={"text": text}))
        facts = {"outbox_id": told, "at": NOW, "channel": "chat", "outcome": "sent", "code": 0}
        session.execute(insert(Attempt).values(**facts, id=100 + told, said=text, person_id=to))
        return told


def _salt(database: Database, kind: str, row_id: int) -> bytes:
    """Return the salt of a row that is sealed."""
    with database.reading() as session:
        inside = Sealed.kind == kind, Sealed.after < row_id, Sealed.upto >= row_id
        stretch = session.scalars(select(Sealed).where(*inside)).one()
        place = [*rows_of(stretch.leaves)].index(row_id) * SALT
        return (stretch.salts or b"")[place : place + SALT]


def _swap(table: type[Any], one: int, other: int) -> Callable[[Session], None]:
    """Let two rows stand in each other's place, whatever points at them."""

    def swap(session: Session) -> None:
        names = [name for name in table.__table__.columns.keys() if name not in {"id", "dedupe_key"}]  # noqa: SIM118
        rows = {each: _values(session, table, each) for each in (one, other)}
        for mine, theirs in ((one, other), (other, one)):
            values = {name: rows[theirs][name] for name in names}
            session.execute(update(table).where(table.id == mine).values(**values))

    return swap


def _values(session: Session, table: type[Any], row_id: int) -> dict[str, Any]:
    found = select(*table.__table__.columns).where(table.id == row_id)
    return dict(session.execute(found).one()._mapping)


def _row(database: Database, table: type[Any], row_id: int) -> dict[str, Any]:
    with database.reading() as session:
        return _values(session, table, row_id)


def _ids(database: Database, table: type[Any]) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(table.id).order_by(table.id)))


def _change(database: Database, change: Any) -> None:
    with database.transaction() as session:
        if callable(change):
            change(session)
        else:
            session.execute(change)


def _found(database: Database, at: Any = SOON) -> list[str]:
    return [str(each).partition(",")[0] for each in checked(database, at).flaws]
