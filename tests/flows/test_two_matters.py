"""Two matters in one message: one ticket at once, the parts quoted, and split by a tap if they say so."""

from sqlalchemy import select

from models.rules.numbers import ticket_id_of
from models.tables import Clock, Message
from tests.flows.owning import case, facts, verbs
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

BOTH = "变压器增容报了三个月还排不上，停一天损失好几万。另外还有一件事，网上有人卖假冒我们商标的产品，包装一模一样"


def text_of(world: World, number: str) -> str:
    """Return the first words of a ticket."""
    with world.database.reading() as session:
        said = select(Message.text).where(Message.ticket_id == ticket_id_of(number)).order_by(Message.id)
        return session.scalars(said).first() or ""


def test_both_parts_are_quoted_and_a_tap_makes_two_tickets(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")

    receipt = owner.say(BOTH)

    number = number_in(receipt)
    assert "您说的好像是两件事：\n1. “变压器增容报了三个月还排不上" in receipt
    assert "2. “另外还有一件事，网上有人卖假冒我们商标的产品" in receipt
    assert BOTH in leader.news()["text"]
    assert verbs(world, number) == ["submit"]

    answer = owner.tap("分成两件")

    assert answer.startswith(f"已分成两件：\n{number}：“变压器增容")
    second = next(
        word for word in answer.replace("：", "\n").splitlines() if word.isdigit() and word != number
    )
    assert f"{second}：“另外还有一件事" in answer
    assert (case(world, number).type, case(world, second).type) == ("factors", "ip")
    assert case(world, number).title.startswith("变压器增容")
    assert (text_of(world, number), text_of(world, second)) == (BOTH, BOTH[BOTH.index("另外") :])
    assert facts(world, second)[0]["split_from"] == ticket_id_of(number)
    with world.database.reading() as session:
        clocks = session.scalars(select(Clock.name).where(Clock.ticket_id == ticket_id_of(second))).all()
    assert set(clocks) >= {"accept", "first_contact", "result"}
    told = "\n".join(leader.silence())
    assert f"新诉求 {second}" in told
    assert f"{number}「" in told
    assert f"另外的已单独立件（{second}）" in told

    assert owner.say(f"分成两件 {number}") == f"{number} 已经分过了，另外的是 {second}。"


def test_matters_joined_in_one_sentence_are_offered_as_two_and_each_is_called_by_its_own(
    world: World,
) -> None:
    owner = world.phone(OWNER)
    number = number_in(
        owner.say("管委会欠我们工程款两百万，验收一年多了，另外食品许可证变更退了四次说法都不一样")
    )

    said = owner.tap("分成两件")

    second = next(word for word in said.replace("：", "\n").splitlines() if word.isdigit() and word != number)
    assert [case(world, each).title for each in (number, second)] == [
        "管委会欠我们工程款两百万，验收一年多了",
        "食品许可证变更退了四次说法都不一样",
    ]


def test_each_part_is_known_by_its_own_words(world: World) -> None:
    owner = world.phone(OWNER)
    first = number_in(
        owner.say("一个是高新区欠我们的货款80万拖了两年没给，还有就是消防验收跑了五趟还是不给办")
    )
    second = next(
        word for word in owner.tap("分成两件").replace("：", "\n").split() if word.isdigit() and word != first
    )

    assert owner.say("货款那个合同找到了").startswith(f"已记到 {first}「")
    assert owner.say("消防那个今天又让补图纸").startswith(f"已记到 {second}「")
    assert owner.say("货款那个对方又推了").startswith(f"已记到 {first}「")


def test_one_matter_it_stays_when_they_say_so(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(BOTH))

    assert owner.tap("就是一件事").startswith(f"好，{number}「变压器增容")
    assert verbs(world, number) == ["submit"]


def test_a_list_about_one_matter_is_not_taken_for_several(world: World) -> None:
    receipt = world.phone(OWNER).say(
        "管委会欠我们工程款：1.合同是2019年签的 2.金额是320.5万 3.验收一年多了一直不付"
    )

    assert "件事：" not in receipt


def test_what_holds_one_matter_cannot_be_split(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say("管委会欠我们工程款两百万，验收一年多了"))

    assert owner.say(f"分成两件 {number}").startswith("这里没有可以拆分的诉求")
    assert owner.say("分成两件").startswith("这里没有可以拆分的诉求")
