"""Numbers as keyed seals, questions about them, leads: twice, at once, and under another key."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.actions import phones, trust
from models.actions.roster import NoSuchOfficial
from models.actions.trust import AskedTooOften, Question
from models.queries.trust import holder, tails_of
from models.rules.phones import Number, PhoneKey, only_number
from models.session import Database
from models.tables import FraudLead, Official, OfficialPhone, Outbox, Verdict, Verification
from tests.roster import LEADER, OWNER, PARTNER, Roster
from tests.unit.models.stage import NOW, known, staffed

KEY, OTHER = PhoneKey(b"k" * 32), PhoneKey(b"o" * 32)


def number(text: str) -> Number:
    found = only_number(text)
    assert found is not None
    return found


MOBILE, LANDLINE, STRANGE = number("13840003059"), number("024-86893059"), number("13911112222")


@dataclass(frozen=True)
class Office:
    """A staffed database and who is in it."""

    database: Database
    roster: Roster

    def register(self, who: str, what: Number, key: PhoneKey = KEY) -> int:
        with self.database.transaction() as session:
            return phones.register(session, self.roster.officials[who], what, key=key, now=NOW).id

    def ask(
        self,
        what: Number,
        *,
        openid: str = OWNER,
        key: PhoneKey = KEY,
        said: str = "?",
        late: timedelta = timedelta(0),
    ) -> Verdict:
        with self.database.transaction() as session:
            question = Question(known(session, openid), [what], said)
            return trust.check(session, question, key=key, now=NOW + late)[0].verdict

    def count(self, table: type) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    yield Office(database, staffed(database))


def test_number_is_one_officials_at_a_time(office: Office) -> None:
    first = office.register("leader", MOBILE)
    assert office.register("leader", MOBILE) == first
    with pytest.raises(phones.NumberTaken):
        office.register("aide", MOBILE)
    with office.database.transaction() as session:
        phones.retire(session, session.get_one(OfficialPhone, first), now=NOW)
        phones.retire(session, session.get_one(OfficialPhone, first), now=NOW + timedelta(days=1))
        assert session.get_one(OfficialPhone, first).ended_at == NOW
    office.register("aide", MOBILE)
    office.register("leader", LANDLINE)
    with office.database.reading() as session:
        found = holder(session, KEY.seal(MOBILE))
        assert found is not None
        assert (found.id, found.desk_id) == (
            office.roster.officials["aide"],
            office.roster.officials["leader"],
        )
        assert tails_of(session, office.roster.officials["leader"]) == ("3059",)


def test_nobody_in_office_has_no_number(office: Office) -> None:
    with office.database.transaction() as session:
        session.get_one(Official, office.roster.officials["leader"]).is_active = False
    with pytest.raises(NoSuchOfficial):
        office.register("leader", MOBILE)
    with office.database.transaction() as session, pytest.raises(NoSuchOfficial):
        phones.register(session, 999, MOBILE, key=KEY, now=NOW)


def test_number_of_who_left_office_is_unknown(office: Office) -> None:
    office.register("leader", MOBILE)
    assert office.ask(MOBILE) is Verdict.REGISTERED
    with office.database.transaction() as session:
        session.get_one(Official, office.roster.officials["leader"]).is_active = False
    assert office.ask(MOBILE) is Verdict.UNKNOWN


def test_row_holds_seal_mark_and_tail_and_nothing_else_of_the_number(office: Office) -> None:
    office.register("leader", MOBILE)
    with office.database.reading() as session:
        row = session.scalars(select(OfficialPhone)).one()
        assert (row.number_hash, row.key_mark, row.tail) == (KEY.seal(MOBILE), KEY.mark, "3059")
        assert "1384000" not in "".join(map(str, vars(row).values()))


def test_changed_key_calls_nobody_a_fraud(office: Office) -> None:
    """Somebody set another key: genuine numbers are no longer recognised, and must not become leads."""
    office.register("leader", MOBILE)
    assert office.ask(MOBILE, key=OTHER) is Verdict.UNDECIDED
    assert office.ask(STRANGE, key=OTHER) is Verdict.UNKNOWN
    assert office.count(FraudLead) == 1

    office.register("leader", MOBILE, OTHER)
    assert office.ask(MOBILE, key=OTHER) is Verdict.REGISTERED
    with office.database.reading() as session:
        assert tails_of(session, office.roster.officials["leader"]) == ("3059",)


def test_lead_is_one_a_number_and_day_and_told_once(office: Office) -> None:
    for openid in (OWNER, PARTNER, OWNER):
        assert office.ask(STRANGE, openid=openid) is Verdict.UNKNOWN
    assert (office.count(FraudLead), office.count(Verification), office.count(Outbox)) == (1, 3, 1)
    office.ask(STRANGE, late=timedelta(hours=13, minutes=59))
    assert office.count(FraudLead) == 1
    office.ask(STRANGE, late=timedelta(hours=14))
    assert office.count(FraudLead) == 2, "it is the next day in Shanghai"


def test_who_must_wait_has_nothing_looked_up(office: Office) -> None:
    for last in range(5):
        office.ask(number(f"1391111333{last}"))
    with pytest.raises(AskedTooOften) as limit:
        office.ask(STRANGE)
    assert limit.value.again_at == NOW + timedelta(minutes=10)
    assert office.count(Verification) == 5
    assert office.ask(STRANGE, openid=PARTNER) is Verdict.UNKNOWN


def test_question_belongs_to_the_region_of_whoever_asks(office: Office) -> None:
    for openid in (OWNER, LEADER):
        office.ask(STRANGE, openid=openid)
    with office.database.reading() as session:
        regions = session.scalars(select(Verification.region).order_by(Verification.id)).all()
    assert regions == ["210100", "210000"]


def at_once(count: int, what: Callable[[int], object]) -> list[object]:
    """Do something in several threads at once; return what each gave, or the name of what it raised."""
    start = threading.Barrier(count)

    def one(place: int) -> object:
        start.wait(timeout=10)
        try:
            return what(place)
        except phones.NumberTaken as refused:
            return type(refused).__name__

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_race_for_a_number_has_one_winner(office: Office) -> None:
    names = ["leader", "aide", "office"]
    ended = at_once(3, lambda place: office.register(names[place], MOBILE))
    assert sorted(map(str, ended))[1:] == ["NumberTaken", "NumberTaken"]


def test_two_people_who_report_one_number_at_once_make_one_lead(office: Office) -> None:
    people = [OWNER, PARTNER]
    assert at_once(2, lambda place: office.ask(STRANGE, openid=people[place])) == [Verdict.UNKNOWN] * 2
    assert (office.count(FraudLead), office.count(Verification), office.count(Outbox)) == (1, 2, 1)
