"""Two minutes to think again: what an official writes waits, and can be taken back for good."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from models.rules.numbers import ticket_id_of
from models.tables import Clock, Delivery, Event, Message, Outbox, Ticket
from tests.flows.reading import number_in
from tests.flows.test_pictures_and_voices import send_picture
from tests.roster import AIDE, LEADER, OWNER
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
WRONG = "晚上六点老地方见，我来订座"


@pytest.fixture
def patient(database_url: str) -> Iterator[World]:
    """A world in which what officials write waits for two minutes."""
    with World.running(database_url, hold=120) as running:
        yield running


@pytest.fixture
def case(patient: World) -> str:
    """A case that its leader has taken on and has open."""
    number = number_in(patient.phone(OWNER).say(REQUEST))
    patient.phone(LEADER).say(f"受理 {number}")
    patient.phone(AIDE).say(f"详情 {number}")
    for openid in (OWNER, LEADER, AIDE):
        patient.phone(openid).silence()
    return number


def clocks(world: World, number: str) -> dict[str, list[bool]]:
    """Return for each promise whether each of its clocks was met, the oldest first."""
    with world.database.reading() as session:
        rows = session.scalars(
            select(Clock).where(Clock.ticket_id == ticket_id_of(number)).order_by(Clock.id)
        ).all()
    found: dict[str, list[bool]] = {}
    for row in rows:
        found.setdefault(row.name, []).append(row.met_at is not None)
    return found


def test_word_taken_back_within_two_minutes_is_never_said(patient: World, case: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    before = clocks(patient, case)

    echo = leader.say(WRONG)
    assert echo == f"这句2分钟后转给沈阳云杉里精密机械有限公司（{case}）。\n撤回　现在发　报进展　办结"
    assert clocks(patient, case)["first_contact"] == [True]
    assert WRONG not in owner.say(f"进度 {case}")
    patient.advance(seconds=119)
    assert leader.tap("撤回").startswith(f"已撤回，沈阳云杉里精密机械有限公司（{case}）不会看到这句：{WRONG}")

    patient.advance(minutes=10)
    assert owner.silence() == []
    assert WRONG not in owner.say(f"进度 {case}")
    assert clocks(patient, case) == before
    assert f"已撤回：{WRONG}" in leader.say(f"详情 {case}")
    with patient.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(case))
        assert ticket.first_contact_at is None
        last = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
        assert (last.verb, last.data["what"], last.actor_role) == ("retract", "reply", "owner")
        dead = session.scalars(select(Outbox).where(Outbox.state == Delivery.RETRACTED)).one()
        assert (dead.reason, dead.attempts, dead.settled_at is not None) == ("retracted", 0, True)


@pytest.mark.parametrize(
    "words", ["我明天给您打电话", "进展 {n} 材料齐了，明天上午电话联系您", "{n} 细节咱们电话里说"]
)
def test_call_announced_to_whom_wants_none_is_warned_of_before_it_is_sent(
    patient: World, case: str, words: str
) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    said = words.format(n=case)
    owner.say("请勿打电话")
    leader.silence()

    echo = leader.say(said)
    assert echo.startswith(
        "【请勿电话，微信联系】\n联系人说过请不要打电话，这句提到要打电话。要改，点撤回重写。"
    )
    assert leader.tap("撤回").startswith("已撤回")
    patient.advance(minutes=10)
    assert owner.silence() == []
    for harmless in ("财政局说电话打不通，我们换个办法", "我们不会给您打电话，材料就在这里发"):
        assert "请勿电话" not in leader.say(harmless)
    assert leader.say(f"办结 {case} 款已拨付，明天给您打电话细说").startswith(
        "【请勿电话，微信联系】\n联系人说过"
    )
    leader.say(f"撤回 {case} 办结")
    owner.say("可以打电话")
    assert "请勿电话" not in leader.say(said)


def test_word_of_two_minutes_ago_is_out_and_can_only_be_put_right(patient: World, case: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    leader.say(WRONG)
    patient.advance(seconds=120)
    assert WRONG in owner.news()["text"]

    answer = leader.tap("撤回")
    assert answer.startswith(f"{case} 没有还能撤回的话：已经发出，或过了撤回时限。")
    assert leader.tap("更正") == f"请直接打字，会发给 {case} 的企业。"
    assert "retract" not in [entry["verb"] for entry in _events(patient, case)]


def test_word_is_sent_at_once_when_its_author_says_so(patient: World, case: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    leader.say("合同请发我")
    leader.say("验收单也请发我")

    assert "马上转给沈阳云杉里" in leader.tap("现在发")
    told = owner.news()["text"]
    assert 0 < told.index("合同请发我") < told.index("验收单也请发我")
    assert "没有还能撤回的话" in leader.say(f"撤回 {case}")


def test_later_word_does_not_overtake_a_held_one(patient: World, case: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    leader.say("先说第一句")
    patient.advance(seconds=100)
    leader.say("再说第二句")
    patient.advance(seconds=10)
    assert owner.silence() == []

    patient.advance(seconds=10)
    assert ["先说第一句" in text for text in owner.silence()] == [True]
    patient.advance(seconds=100)
    assert ["再说第二句" in text for text in owner.silence()] == [True]


def test_link_of_an_echo_takes_back_that_word_and_no_other(patient: World, case: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    leader.say("第一句要留下")
    leader.say("第二句也留下")
    seqs = [event["seq"] for event in _events(patient, case) if event["verb"] == "reply"]

    assert "第一句要留下" in leader.say(f"撤回 {case} 第{seqs[0]}条")
    patient.advance(minutes=3)
    assert ["第二句也留下" in text for text in owner.silence()] == [True]


def test_progress_taken_back_lets_its_clock_run_again(patient: World, case: str) -> None:
    leader = patient.phone(LEADER)
    before = clocks(patient, case)
    assert before["progress"] == [False]
    patient.advance(days=1)
    leader.say(f"进展 {case} 已到账")
    assert clocks(patient, case)["progress"] == [True, False]

    assert "已撤回" in leader.say("撤回")
    assert clocks(patient, case) == before


def test_leader_takes_back_what_the_aide_wrote_and_the_aide_hears_of_it(patient: World, case: str) -> None:
    owner, leader, aide = patient.phone(OWNER), patient.phone(LEADER), patient.phone(AIDE)
    aide.say("这个事先放放")
    shown = leader.say(f"详情 {case}")
    assert "专班 程小满（待发）：这个事先放放" in shown

    assert "不会看到同事写的这句：这个事先放放" in leader.say(f"撤回 {case}")
    assert "这句由领导撤回，没有发给企业：\n这个事先放放" in aide.news()["text"]
    patient.advance(minutes=3)
    assert owner.silence() == []
    assert "专班 程小满 已撤回：这个事先放放" in leader.say(f"详情 {case}")


def test_aide_does_not_take_back_what_the_leader_wrote(patient: World, case: str) -> None:
    owner, leader, aide = patient.phone(OWNER), patient.phone(LEADER), patient.phone(AIDE)
    leader.say("明天我去现场")

    assert "没有还能撤回的话" in aide.say(f"撤回 {case}")
    assert "没有等着发出的话" in aide.say("撤回")
    patient.advance(minutes=3)
    assert ["明天我去现场" in text for text in owner.silence()] == [True]


def test_formal_acts_are_not_held(patient: World, case: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    leader.say(f"办结 {case} 尾款已到账")
    assert "尾款已到账" in owner.news()["text"]
    assert leader.say(f"撤回 {case}").startswith(f"已撤回办结，{case} 接着办")
    assert "刚才的办结撤回了，这件接着办，暂时不用您确认。" in owner.news()["text"]
    assert "受理立即生效，也不能撤回" in leader.say(f"撤回 {case} 第1条")


def test_picture_is_held_and_taken_back_with_its_word(patient: World, case: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    send_picture(leader)
    assert "已撤回" in leader.say("撤回")
    patient.advance(minutes=3)
    assert owner.silence() == []
    with patient.database.reading() as session:
        states = session.scalars(select(Outbox.state).where(Outbox.kind.in_(("replied", "media")))).all()
        assert set(states) == {"retracted"}
        assert session.scalars(select(Message.retracted_at).where(Message.kind == "image")).one() is not None


def _events(world: World, number: str) -> list[dict[str, object]]:
    with world.database.reading() as session:
        rows = session.scalars(
            select(Event).where(Event.ticket_id == ticket_id_of(number)).order_by(Event.seq)
        ).all()
        return [{"seq": row.seq, "verb": row.verb} for row in rows]


@pytest.mark.parametrize(
    "said",
    ["发错了，撤回", "说错了，撤销", "等等，发错人了", "刚才那句不算", "别发", "先别发", "把那句收回！", "不对，撤回", "{n}那句写错了", "取消", "删掉刚才那条"],
)  # fmt: skip
def test_hasty_sentence_takes_back_and_goes_to_nobody(patient: World, case: str, said: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    leader.say(WRONG)

    assert leader.say(said.format(n=case)).startswith("已撤回，沈阳云杉里")
    patient.advance(minutes=3)
    assert owner.silence() == []


@pytest.mark.parametrize("said", ["撤回程小满刚发的", "专班那条撤回", "撤回 小程发的", "程小满那句别发"])
def test_leader_takes_back_by_name_what_the_aide_wrote(patient: World, case: str, said: str) -> None:
    owner, leader, aide = patient.phone(OWNER), patient.phone(LEADER), patient.phone(AIDE)
    aide.say("这个事先放放")
    leader.say("明天我去现场看")

    assert "不会看到同事写的这句：这个事先放放" in leader.say(said)
    patient.advance(minutes=3)
    assert ["明天我去现场看" in text for text in owner.silence()] == [True]


def test_bare_cancel_takes_back_ones_own_words_and_asks_about_others(patient: World, case: str) -> None:
    owner, leader, aide = patient.phone(OWNER), patient.phone(LEADER), patient.phone(AIDE)
    other = number_in(owner.say("新诉求 变压器增容排不上，停一天损失好几万"))
    leader.silence()
    aide.say(f"回复 {case} 这个事先放放")
    assert leader.say("取消").startswith(f"撤回哪一件的？\n撤回 {case}")

    leader.say(f"回复 {case} 明天我去现场看")
    aide.say(f"回复 {other} 供电局明天上门")
    assert "不会看到这句：明天我去现场看" in leader.say("取消")

    leader.say(f"回复 {case} 后天我去现场看")
    leader.say(f"回复 {other} 供电局后天上门")
    assert leader.say("取消").startswith("撤回哪一件的？")
    patient.advance(minutes=3)
    told = "".join(owner.silence())
    assert [one in told for one in ("这个事先放放", "明天上门", "后天我去现场看", "后天上门")] == [True] * 4


def test_name_of_nobody_who_wrote_takes_nothing_back(patient: World, case: str) -> None:
    leader = patient.phone(LEADER)
    leader.say("明天我去现场看")
    assert leader.say("老丁那条撤回").startswith("撤回哪一件的？")


@pytest.mark.parametrize("said", ["材料发错了，请重发给我", "不对，是榆树湾那家的", "停停停"])
def test_what_may_take_back_is_asked_while_something_waits(patient: World, case: str, said: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    leader.say(WRONG)

    assert leader.say(said).startswith(f"这句没有发给任何企业。要撤回 {case} 还没发出的这句吗：“{WRONG}”")
    assert leader.tap("撤回那句").startswith("已撤回")
    patient.advance(minutes=3)
    assert owner.silence() == []

    assert leader.say(said).startswith(("这句2分钟后转给", "这句没有发给企业"))


def test_words_that_were_asked_about_go_out_with_one_tap(patient: World, case: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    leader.say("验收单收到了")
    leader.say("材料发错了，请重发给我")
    leader.tap(f"发给{case} 沈阳云杉里精密机…")
    patient.advance(minutes=3)
    assert ["验收单收到了" in text and "请重发给我" in text for text in owner.silence()] == [True]


@pytest.mark.parametrize("said", ["撤回办结", "办结撤回", "办结点错了", "把刚才的办结撤了"])
def test_resolution_is_taken_back_in_own_words(patient: World, case: str, said: str) -> None:
    leader = patient.phone(LEADER)
    leader.say(f"办结 {case} 尾款已到账")
    assert leader.say(said).startswith(f"已撤回办结，{case} 接着办")
    assert leader.say(said).startswith("没有等企业确认的诉求")
