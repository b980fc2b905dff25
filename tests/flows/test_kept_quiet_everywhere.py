"""保密: on the wall's lists, in workbooks, and briefings nobody reads what it is about, or whose it is."""

import io
import secrets
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from models.actions import access
from tests.alike import ARREARS
from tests.conftest import Makers
from tests.databases import KINDS
from tests.flows.reading import number_in
from tests.flows.test_kept_quiet import FIRM, SECRET, WORDS, asked, leaks
from tests.flows.test_one_matter import is_whole
from tests.flows.test_patterns import compare, seven_owed
from tests.roster import LEADER, OWNER
from tests.world import World

LISTS = (
    "cases", "cases?type=arrears", "cases?region=210100", "cases?status=accepted", "cases?counted=in_hand",
    "cases?counted=green", "cases?counted=received", "cases?owner=OWNER", "cases/NUMBER",
)  # fmt: skip
Look = Callable[[str], str]
MET = ("enterprises?are=helped", "enterprises?are=disturbed")


@contextmanager
def visitor(world: World) -> Iterator[Look]:
    """Somebody with a viewer's key who comes to the wall, signs in, and looks at one of its pages."""
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, raw, name="wall", role="viewer", region=None, now=world.clock())
    with httpx.Client(base_url=world.product.url) as web:

        def look(path: str) -> str:
            answer = web.get(f"/wall/{path}")
            if answer.status_code != 200:  # the session ended with the day
                web.post("/wall/sign-in", data={"key": raw}, headers={"sec-fetch-site": "same-origin"})
                answer = web.get(f"/wall/{path}")
            assert answer.status_code == 200, path
            return answer.text

        yield look


@pytest.fixture
def wall(world: World) -> Iterator[Look]:
    with visitor(world) as look:
        yield look


def in_work(world: World) -> str:
    """A case that is accepted and answered."""
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(SECRET))
    leader.say(f"受理 {number}")
    world.advance(days=1)
    leader.say(f"回复 {number} 流片的账我们在核")
    owner.silence()
    return number


def test_lists_behind_the_walls_numbers_show_neither_words_nor_enterprise(world: World, wall: Look) -> None:
    number, whose = in_work(world), str(world.roster.officials["leader"])

    def everything() -> dict[str, str]:
        paths = {each: each.replace("OWNER", whose).replace("NUMBER", number) for each in (*LISTS, *MET)}
        return {name: wall(path) for name, path in paths.items()}

    before = everything()
    assert [name for name, text in before.items() if not leaks(text)] == []
    world.phone(OWNER).say(f"保密 {number}")
    after = everything()
    assert {name: leaks(text) for name, text in after.items()} == {name: [] for name in after}
    assert all(number in after[name] for name in LISTS), "that there is a case is no secret"
    assert all("（保密）" in after[name] for name in LISTS)
    assert all("另有 1 家因保密不列名" in after[name] for name in MET)
    world.phone(OWNER).say(f"取消保密 {number}")
    assert [name for name, text in everything().items() if not leaks(text)] == []
    is_whole(world)


def test_enterprise_is_named_today_for_what_is_no_secret(world: World, wall: Look) -> None:
    number, owner, leader = in_work(world), world.phone(OWNER), world.phone(LEADER)
    owner.say(f"保密 {number}")
    assert FIRM not in wall("enterprises?are=helped")
    other = number_in(owner.say("新诉求 厂房电容量不够，想增容到800千伏安"))
    leader.say(f"受理 {other}")
    leader.say(f"回复 {other} 供电所明天到")
    assert FIRM in wall("enterprises?are=helped")


@pytest.mark.parametrize("kind", KINDS)
def test_patterns_on_the_wall_lose_it_and_get_it_back(fresh_url: Makers, kind: str) -> None:
    """Title and stone are its words at first, and it is one of those that show the pattern best."""
    with World.running(fresh_url[kind](), deep=True) as world, visitor(world) as look:
        owner, mine = world.phone(OWNER), seven_owed(world)
        panel, strip = look("patterns"), look("patterns?brief=true")
        assert all(each in panel for each in (f"/wall/cases/{mine}", ARREARS[0]))
        assert ("7家" in strip, ARREARS[0][:10] in strip) == (True, True)

        owner.say(f"保密 {mine}")
        for _ in range(2):  # at once, and when the others' words are found
            panel, strip = look("patterns"), look("patterns?brief=true")
            assert [each for each in (mine, *ARREARS[0].split("，")) if each in panel + strip] == []
            assert "7家" not in strip
            compare(world)
        assert "6家" in look("patterns?brief=true")

        owner.say(f"取消保密 {mine}")
        compare(world)
        assert f"/wall/cases/{mine}" in look("patterns")
        assert "7家" in look("patterns?brief=true")
        is_whole(world)


def book(answer: httpx.Response) -> str:
    """Everything that a workbook says."""
    assert answer.status_code == 200
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    return "".join(files.read(name).decode() for name in files.namelist() if name.endswith(".xml"))


def test_workbooks_and_briefings_show_neither_words_nor_enterprise(world: World) -> None:
    number, whose = in_work(world), world.roster.officials["leader"]
    gets = [asked(world, "viewer"), asked(world)]

    def unsolved(get: object) -> str:
        assert callable(get)
        found = get(f"/briefings/{whose}").json()["unsolved"]
        assert [each["number"] for each in found] == [number]
        return str(found)

    def everything(get: object) -> dict[str, str]:
        assert callable(get)
        page = get(f"/briefings/{whose}.html").text
        return {
            "ledger": book(get("/ledgers/arrears.xlsx")),
            "whole ledger": book(get("/ledgers/all.xlsx")),
            "briefing": unsolved(get),
            "page": page[page.index(number) :],
            "words of the workbook": book(get(f"/briefings/{whose}.xlsx")),
        }

    for get in gets:
        assert [name for name, text in everything(get).items() if not leaks(text)] == []
    world.phone(OWNER).say(f"保密 {number}")
    for get in gets:
        after = everything(get)
        cared = after.pop("words of the workbook")
        assert [word for word in WORDS if word in cared] == [FIRM], "an enterprise in the leader's care"
        assert cared.count(FIRM) == 1
        assert {name: leaks(text) for name, text in after.items()} == {name: [] for name in after}
    is_whole(world)


def test_what_was_said_before_it_was_secret_is_told_no_more(world: World) -> None:
    """The reason of a refusal in the ledger, and a past evening's wall on which the case still waited."""
    owner, leader, get = world.phone(OWNER), world.phone(LEADER), asked(world, "viewer")
    number, then = number_in(owner.say(SECRET)), world.clock().isoformat()
    world.advance(minutes=5)
    leader.say(f"受理 {number}")
    leader.say(f"不予办理 {number} 民事纠纷 竞岚流片合同约定由仲裁处理，请向沈阳仲裁委申请")
    world.advance(days=1)

    def everything() -> list[str]:
        wall = get("/wall", as_of=then).json()
        assert [each["number"] for each in wall["oldest"]] == [number]
        return [str(wall), get("/ledgers/arrears").text, get("/ledgers/arrears.csv").text]

    before = everything()
    assert [bool(leaks(text)) for text in before] == [True] * 3
    assert "仲裁委" in before[1]
    owner.say(f"保密 {number}")
    assert [leaks(text) + ["仲裁委"] * ("仲裁委" in text) for text in everything()] == [[], [], []]
