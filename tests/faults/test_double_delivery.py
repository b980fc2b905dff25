"""The platform repeats itself: the same push, one after the other or at once, has one answer and one effect."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from models.tables import Event, Inbox, Message, Outbox, Ticket
from tests.faults.site import Site
from tests.faults.wire import Answer, Wire, wire_to
from tests.faults.wire import Message as Push
from tests.roster import LEADER, OWNER
from tests.world import World

REQUEST = "新诉求 给管委会干的道路工程尾款一直不给结"
EFFECTS = (Inbox, Ticket, Event, Message, Outbox)


def effects(place: World | Site) -> list[int]:
    """Return how many rows there are of everything that a message can cause."""
    with place.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in EFFECTS]


def at_once(wires: list[Wire], push: Push, times: int) -> list[Answer]:
    """Deliver the same push so many times at the same moment, spread over all wires."""
    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(lambda n: wires[n % len(wires)].deliver(push), range(times)))


def test_three_deliveries_one_after_the_other(world: World) -> None:
    wire = wire_to(world)
    push = wire.text(OWNER, REQUEST)

    answers = [wire.deliver(push) for _ in range(3)]

    assert {answer.status for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert str(answers[0].text).startswith("收到，编号 ")
    assert effects(world) == [1, 1, 1, 1, 2]


def test_three_deliveries_at_once(world: World) -> None:
    wire = wire_to(world)
    for n in range(1, 6):
        answers = at_once([wire], wire.text(OWNER, REQUEST), 3)

        assert {answer.status for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        assert str(answers[0].text).startswith("收到，编号 ")
        assert effects(world) == [n, n, n, n, 2 * n]


def test_late_repeat_after_the_case_has_moved_on_gets_the_first_answer(world: World) -> None:
    wire = wire_to(world)
    push = wire.text(OWNER, REQUEST)
    first = wire.deliver(push)
    world.phone(LEADER).say("受理")
    moved_on = effects(world)

    assert wire.deliver(push).text == first.text
    assert effects(world) == moved_on


def test_repeated_event_of_the_same_second_is_one(world: World) -> None:
    wire = wire_to(world)
    head = {name: wire.text(OWNER, "")[name] for name in ("ToUserName", "FromUserName", "CreateTime")}
    push = {**head, "MsgType": "event", "Event": "subscribe", "EventKey": ""}

    answers = at_once([wire], push, 3)

    assert len({answer.text for answer in answers}) == 1
    assert "您好" in str(answers[0].text)
    assert effects(world) == [1, 0, 0, 0, 0]


def test_same_words_said_twice_are_two_messages(world: World) -> None:
    wire = wire_to(world)
    assert wire.deliver(wire.text(OWNER, REQUEST)).text != wire.deliver(wire.text(OWNER, REQUEST)).text
    assert effects(world) == [2, 2, 2, 2, 4]


def test_two_processes_given_the_same_push_at_once(postgres_site: Site) -> None:
    wires = [postgres_site.wire(postgres_site.web("--no-worker")) for _ in range(2)]
    for n in range(1, 9):
        answers = at_once(wires, wires[0].text(OWNER, REQUEST), 6)

        assert {answer.status for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        assert effects(postgres_site) == [n, n, n, n, 2 * n]
