"""A timer and a turn that overlap on PostgreSQL put the same words somewhere once, whoever comes first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread

import pytest
from sqlalchemy import func, select, text

from handlers.desk import take
from handlers.turn import Incoming, Kind
from models.actions import gathered, waiting
from models.rules.numbers import number_of
from models.session import Database
from models.tables import Event, Inbox, Message, Outbox, Outcome, Ticket
from tests.means import MEANS
from tests.roster import OWNER
from tests.unit.models.stage import NOW, staffed

ROAD = "新诉求 给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
POWER = "新诉求 新车间变压器增容报了三个月还排不上，停一天损失好几万"
FRAGMENT, MORE = "上次说的那个材料补齐了", "合同原件也找到了，明天送过去"
_BLOCKED = text(
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
)


@dataclass
class Talk:
    """One who speaks, and the timers, in transactions of which we say when they begin and end."""

    database: Database
    now: datetime = NOW
    pushes: int = 0
    threads: list[Thread] = field(default_factory=list)

    def say(self, words: str, *, before_commit: Signal | None = None, at: Signal | None = None) -> None:
        """Take a message; `at` is set when it has been taken, and it commits once `before_commit` is."""
        self.pushes += 1
        push = Incoming(
            f"m:{self.pushes}", OWNER, Kind.TEXT, "text", words, "sealed", int(self.now.timestamp())
        )
        with self.database.transaction() as session:
            take(session, push, self.now, MEANS)
            session.flush()
            if at is not None and before_commit is not None:
                at.set()
                assert before_commit.wait(30)

    def aside(self, words: str, **signals: Signal) -> None:
        """Say something in a thread of its own."""
        thread = Thread(target=self.say, args=(words,), kwargs=signals)
        thread.start()
        self.threads.append(thread)

    def until_blocked(self) -> None:
        """Wait until a transaction waits for a lock of another."""
        pause = Signal()
        for _ in range(3000):
            with self.database.reading() as session:
                if session.scalar(_BLOCKED):
                    return
            pause.wait(0.01)
        raise AssertionError("nobody waits for anybody")

    def joined(self) -> None:
        """Wait for everything that was said aside."""
        for thread in self.threads:
            thread.join()

    def how_often(self, words: str) -> int:
        """Return how often words stand on a case."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).where(Message.text == words)) or 0

    def news(self) -> int:
        """Return to how many steps the words of the enterprise came, told to its owner."""
        with self.database.reading() as session:
            told = select(func.count(func.distinct(Outbox.event_id))).where(Outbox.kind == "followed_up")
            return session.scalar(told) or 0


@pytest.fixture
def talk(postgresql_url: str) -> Iterator[Talk]:
    """Somebody with two cases, of which none is in hand."""
    database = Database(postgresql_url)
    staffed(database)
    found = Talk(database)
    found.say(ROAD)
    found.say(POWER)
    found.now += timedelta(hours=1)
    yield found
    found.joined()
    database.dispose()


@pytest.fixture
def kept(talk: Talk) -> Talk:
    """Words wait for their case, longer than anybody has patience."""
    talk.say(FRAGMENT)
    with talk.database.reading() as session:
        assert session.scalars(select(Inbox.outcome).order_by(Inbox.id.desc())).first() == Outcome.WAITING
    talk.now += waiting.PATIENCE + timedelta(seconds=1)
    return talk


def number(talk: Talk) -> str:
    """Return the number of the first case."""
    with talk.database.reading() as session:
        return number_of(session.scalars(select(Ticket.id).order_by(Ticket.id)).first() or 0)


def test_turn_that_has_the_words_keeps_the_timer_from_them(kept: Talk) -> None:
    taken, ends = Signal(), Signal()
    kept.aside(number(kept), at=taken, before_commit=ends)
    assert taken.wait(30)
    with kept.database.transaction() as session:
        assert waiting.strike(session, kept.now, limit=9) == 0
    ends.set()
    kept.joined()

    with kept.database.transaction() as session:
        assert waiting.strike(session, kept.now, limit=9) == 0
    assert kept.how_often(FRAGMENT) == 1


def test_turn_that_comes_while_the_timer_places_words_finds_them_placed(kept: Talk) -> None:
    first = number(kept)
    with kept.database.transaction() as session:
        assert waiting.strike(session, kept.now, limit=9) == 1
        kept.aside(first)
        kept.until_blocked()
    kept.joined()

    assert kept.how_often(FRAGMENT) == 1


@pytest.fixture
def gathering(talk: Talk) -> Talk:
    """Words are gathered on a case, and have waited long enough."""
    talk.say(f"进度 {number(talk)}")
    talk.say(MORE)
    with talk.database.reading() as session:
        assert session.scalar(select(func.count()).where(Message.gathered_until.is_not(None))) == 1
    talk.now += timedelta(minutes=2)
    return talk


def test_turn_that_settles_gathered_words_keeps_the_timer_from_them(gathering: Talk) -> None:
    taken, ends = Signal(), Signal()
    gathering.aside(f"催办 {number(gathering)}", at=taken, before_commit=ends)
    assert taken.wait(30)
    with gathering.database.transaction() as session:
        assert gathered.strike(session, gathering.now) == 0
    ends.set()
    gathering.joined()

    with gathering.database.transaction() as session:
        gathered.strike(session, gathering.now)
    assert (gathering.how_often(MORE), gathering.news()) == (1, 1)


def test_turn_that_comes_while_the_timer_settles_gathered_words_settles_none(gathering: Talk) -> None:
    first = number(gathering)
    with gathering.database.transaction() as session:
        assert gathered.strike(session, gathering.now) == 1
        gathering.aside(f"催办 {first}")
        gathering.until_blocked()
    gathering.joined()

    assert (gathering.how_often(MORE), gathering.news()) == (1, 1)
    with gathering.database.reading() as session:
        steps = session.scalars(select(Event.verb).order_by(Event.id)).all()
    assert steps[-2:] == ["follow_up", "urge"]


def test_word_that_takes_back_what_the_timer_has_just_told_moves_it(gathering: Talk) -> None:
    with gathering.database.transaction() as session:
        assert gathered.strike(session, gathering.now) == 1
        gathering.aside("不是这件事")
        gathering.until_blocked()
    gathering.joined()

    assert gathering.how_often(MORE) == 1
