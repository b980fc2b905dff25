"""Figures and names in an enterprise's words: its officials see what they tell, reckoned as of the day they look."""

from tests.flows.owning import a_minute_later
from tests.flows.reading import number_in
from tests.flows.test_dates_of_a_case import supervisor
from tests.roster import LEADER, OFFICE, OWNER
from tests.world import World

STORY = (
    "我们给铁西区管委会修厂区道路，2025年8月15日验收合格，至今拖欠工程尾款三百多万，"
    "资金链快断了，工人天天来讨薪，年关难过，请领导帮忙协调，12月5日前给个说法"
)
POINTS = "要点：资金链紧张、有涉稳风险；欠款300万至400万元；欠款方 铁西区管委会（机关）；2025年8月15日起；企业希望12月5日前"
LAW = (
    "按《保障中小企业款项支付条例》（国务院令第802号）第九条，合同未另约的，应于2025年9月14日前付清；"
    "未约定利率的，逾期利息按日万分之五（第十七条）已约65.4万至87.2万元（按2025年8月15日交付推算，以企业所述为准）"
)


def test_official_reads_the_points_and_what_the_law_says(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    receipt = owner.say(STORY)
    number = number_in(receipt)
    assert "条例" not in receipt
    assert "要点：资金链紧张、有涉稳风险；欠款300万至400万元\n我们给铁西区" in leader.news()["text"]

    shown = leader.say(f"详情 {number}")
    assert f"\n{POINTS}\n{LAW}\n企业：我们给铁西区" in shown


def test_enterprise_reads_the_day_by_law_among_its_progress_only(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(STORY))
    assert (
        "付款期限：按您所说的情况和《保障中小企业款项支付条例》（国务院令第802号）第九条推算为2025年9月14日"
        "（合同另有约定的从其约定，仅供参考）\n"
    ) in owner.say(f"进度 {number}")

    power = number_in(owner.say("新诉求 新车间下个月投产，变压器增容报了三个月还排不上"))
    assert "付款期限" not in owner.say(f"进度 {power}")


def test_law_is_told_with_its_condition_of_an_enterprise_whose_size_nobody_told(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(
        owner.say("甲方沈阳华强建设有限公司拖欠我们工程款320万元，2025年8月15日验收合格，至今没给")
    )
    assert "\n付款期限：对方如为大型企业，按您所说的情况和" in owner.say(f"进度 {number}")
    shown = leader.say(f"详情 {number}")
    assert "欠款方 沈阳华强建设有限公司；" in shown
    assert "第九条，欠款方为大型企业、合同未另约的，应于2025年10月14日前付清；" in shown


def test_foreign_official_sees_nothing_of_it(world: World) -> None:
    number = number_in(world.phone(OWNER).say(STORY))
    assert "要点" not in world.phone(OFFICE).say(f"详情 {number}")


def test_supervisor_of_the_region_reads_the_same(world: World) -> None:
    number = number_in(world.phone(OWNER).say(STORY))
    assert f"{POINTS}\n{LAW}\n" in supervisor(world).say(f"详情 {number}")


def test_more_words_complete_the_points_as_of_their_own_day(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say("给开发区管委会干的厂区道路工程，一直拖欠尾款不给结"))
    assert "欠款3" not in leader.say(f"详情 {number}")

    world.advance(days=1)
    owner.say(f"补充 {number} 去年8月15日验收的，还欠320万没给，希望明天前答复")
    a_minute_later(world)
    world.advance(days=3)
    shown = leader.say(f"详情 {number}")
    assert "要点：欠款320万元；欠款方 开发区管委会（机关）；2025年8月15日起；企业希望11月26日前\n" in shown
    assert "应于2025年9月14日前付清" in shown
