"""What stands beside a shielded case (保密) tells no more what it is about, or whose it is."""

import re
from typing import Any

from bot.web.api.paging import cursor
from handlers import say
from models.queries.corrections import corrections
from tests.conftest import Makers
from tests.endpoint import Endpoint, names
from tests.flows.owning import a_minute_later
from tests.flows.reading import number_in
from tests.flows.test_kept_quiet import FIRM, asked, leaks
from tests.flows.test_kept_quiet_everywhere import in_work, visitor
from tests.flows.test_large_model import TORN, look
from tests.flows.test_one_matter import is_whole
from tests.roster import LEADER, OWNER
from tests.world import World

BOTH = "变压器增容报了三个月还排不上，停一天损失好几万。另外还有一件事，网上有人卖假冒我们商标的产品，包装一模一样"
TELLING = {"to", "confidence", "second", "suggested", "deep", "after", "split_from", "split_into"}


def told(get: Any, number: str) -> set[str]:
    """Return what the events of a case say that is more than that they happened."""
    items = get("/events", limit=200).json()["items"]
    theirs = [each for each in items if each["ticket"] == number and each["verb"] != "reassign"]
    return {key for each in theirs for key in each["data"].keys() & TELLING}


def test_lists_events_and_days_do_not_lead_to_its_person(world: World) -> None:
    owner, leader, get = world.phone(OWNER), world.phone(LEADER), asked(world, "viewer")
    number = in_work(world)
    leader.say(f"打不通 {number}")
    owner.say(f"改类型 {number} 知识产权")
    other = number_in(owner.say("新诉求 厂房电容量不够，想增容到800千伏安"))
    firm = world.roster.enterprises["yunshanli"]
    world.until(
        lambda: told(get, number) >= {"to", "confidence"}
    )  # the feed waits for what else commits on the server
    before = get(f"/enterprises/{firm}/contact").json()

    owner.say(f"保密 {number}")

    assert told(get, number) == set()
    rows = {each["number"]: each for each in get("/tickets").json()["items"]}
    assert (rows[number]["reach"], rows[other]["reach"] is not None) == (None, True)
    after = get(f"/enterprises/{firm}/contact").json()
    assert before["helped"]["count"] > after["helped"]["count"] == len(after["helped"]["items"])
    assert {each["ticket"] for day in ("helped", "bothered") for each in after[day]["items"]} <= {None, other}
    with visitor(world) as wall:
        for place in (0, firm - 1, firm):
            page = wall(f"enterprises?are=helped&limit=1&after={cursor(place)}")
            assert (FIRM in page, "（保密）" in page, "另有 1 家因保密不列名" in page) == (False, False, True)


def test_whoever_hides_one_of_two_that_were_told_together_hears_of_the_other(world: World) -> None:
    owner, get = world.phone(OWNER), asked(world, "viewer")
    first = number_in(owner.say(BOTH))
    both = re.findall(r"^(\d{4})：", owner.tap("分成两件"), re.MULTILINE)
    (second,) = set(both) - {first}
    world.until(lambda: told(get, first) >= {"split_into"})
    answer = owner.say(f"保密 {second}")
    assert "原话在另一件里也有" in answer
    assert f"保密 {first}" in answer
    assert told(get, second) == set()
    items = [each for each in get("/events", limit=200).json()["items"] if each["ticket"] == first]
    own = get(f"/tickets/{first}/events").json()["items"]
    for told_of in (items, own):
        assert [each["data"]["split_into"] for each in told_of if "split_into" in each["data"]] == [[]]
    assert "原话在另一件里也有" not in owner.tap(f"保密 {first}"), "nothing of it is left to others"
    assert get("/tickets", text="假冒").json()["items"] == []


def test_what_is_split_from_a_shielded_case_is_shielded_too(world: World) -> None:
    owner, leader, get = world.phone(OWNER), world.phone(LEADER), asked(world, "viewer")
    first = number_in(owner.say(f"保密 {BOTH}"))
    both = re.findall(r"^(\d{4})：", owner.tap("分成两件"), re.MULTILINE)
    (second,) = set(both) - {first}
    assert [get(f"/tickets/{each}").status_code for each in (first, second)] == [403, 403]
    assert get("/tickets", text="假冒").json()["items"] == []
    assert "由企业或督查取消" in leader.say(f"取消保密 {second}"), "who asked for it is known of both"
    is_whole(world)
    assert "已取消保密" in owner.say(f"取消保密 {second}")
    assert [get(f"/tickets/{each}").status_code for each in (first, second)] == [403, 200]


def test_what_is_moved_from_a_shielded_case_is_shielded_too(world: World) -> None:
    owner, get = world.phone(OWNER), asked(world, "viewer")
    first = number_in(owner.say("保密 给开发区管委会干的绿化工程，尾款三十万拖了两年"))
    owner.say("隔壁厂子的流片款也一样")
    a_minute_later(world)
    second = number_in(owner.tap("不是这件事"))
    assert second != first
    assert get(f"/tickets/{second}").status_code == 403
    assert get("/tickets", text="流片").json()["items"] == []
    is_whole(world)


def test_nothing_of_it_goes_to_a_large_model_or_is_learned_from(fresh_url: Makers) -> None:
    with (
        Endpoint.open(names("arrears")) as endpoint,
        World.running(fresh_url["sqlite"](), llm_url=endpoint.url, llm_model="m-1") as world,
    ):
        look(world)
        number = number_in(world.phone(OWNER).say(f"保密 {TORN}"))
        look(world)
        assert endpoint.letters == []
        was = asked(world)(f"/tickets/{number}").json()["type"]
        right = "ip" if was != "ip" else "arrears"
        world.phone(OWNER).say(f"改类型 {number} {say.type_name(right)}")
        with world.database.reading() as session:
            assert corrections(session, None) == []
        world.phone(OWNER).say(f"取消保密 {number}")
        with world.database.reading() as session:
            assert [each.type for each in corrections(session, None)] == [right]


def test_note_of_the_visit_it_was_raised_at_is_not_shown(world: World) -> None:
    owner, leader, get = world.phone(OWNER), world.phone(LEADER), asked(world, "viewer")
    leader.say("走访 云杉里 看了车间。问题：竞岚集团欠我们流片款八百万，验收两年了")
    raised = leader.tap("把这条变成诉求")
    world.deliver()
    (number,) = re.findall(r"^(\d{4}) ", raised, re.MULTILINE)

    def notes() -> list[str]:
        mail = [each["id"] for each in get("/outbox", limit=200).json()["items"]]
        told = [get(f"/outbox/{each}").json() for each in mail]
        return leaks(
            "".join([get("/visits").text, *(str(each["payload"]) + str(each["tries"]) for each in told)])
        )

    assert "流片" in notes()
    owner.say(f"保密 {number}")
    assert [word for word in notes() if word != FIRM] == []
