"""What people write in the benchmark: invented requests of all six types, no two quite alike.

Each text is a template with amounts, places and firms drawn from a seeded generator, so that nothing in
the product can answer from a cache what a real stream of messages would make it work out.
"""

import random
from collections.abc import Iterator
from typing import Final

TEMPLATES: Final = (
    # policy: a promise or a subsidy delivered
    "{firm}去年申报的技改补贴{amount}万元，公示完{months}个月还没到账",
    "{place}的稳岗返还政策，我们{people}个人的厂子够不够条件",
    "留抵退税{amount}万申请交了{months}个月，税务所一直说在审",
    "招商时答应的{months}个月房租减免，{place}管委会现在不认了",
    "小微企业贴息政策我们{firm}符合，窗口说系统里没有名额",
    "高新技术企业认定奖励{amount}万，{place}说财政紧张先等等",
    "研发费用加计扣除{amount}万元，{firm}的铸造工艺改进算不算研发",
    # factors: power, water, land, labour, loans
    "{place}厂房电容量不够，想增到{amount}千伏安，供电所说线路满了",
    "{firm}要扩建，缺{amount}亩工业用地，报了{months}个月没有指标",
    "想从银行贷{amount}万流动资金，{place}的支行嫌我们没有抵押物",
    "供暖期蒸汽压力不足，{firm}的{people}台烘干机开不起来",
    "厂区门口的路坏了{months}个月，大货车进不来，{place}没人修",
    "{place}园区自来水一天停{people}回，食品车间没法生产",
    "招工难，{firm}缺{people}个熟练焊工，开到{amount}百块一个月也招不来",
    # approval, which is licences and procedures
    "{firm}的食品经营许可证交材料{months}个月，{place}窗口退了{people}回",
    "环评报告报上去{months}个月了，{place}一直排不上专家评审",
    "新厂房消防验收约了{people}次，{place}都说人手不够要再等",
    "变更法定代表人，{place}窗口说要原来的股东全部到场，有人在国外",
    "{firm}办施工许可证，图审和规划互相等，拖了{months}个月",
    "跨区迁移营业执照，{place}和迁入地两边窗口互相让我去对方那里",
    "危化品经营许可到期前{months}个月就报了，到现在没有批下来",
    # arrears: money owed
    "给{place}修路的工程款{amount}万元，验收{months}个月了一分没给",
    "{firm}供的钢材货款{amount}万，对方拖了{months}个月不付",
    "学校操场是我们铺的，{place}还欠{amount}万质保金没退",
    "总包拿到钱了，分包给{firm}的{amount}万一直拖着不结算",
    "医院净化工程欠我们{amount}万，每回去{place}都说在走流程",
    "政府采购的桌椅送到{place}{months}个月，{amount}万货款还没付",
    "投标保证金{amount}万，没中标{months}个月了不给退",
    # ip: trademarks, patents, secrets
    "{firm}用了{people}年的牌子，被{place}一家公司抢先注册了商标",
    "网上有{people}家店铺卖仿冒{firm}的产品，投诉了不管用",
    "发明专利被{place}的同行照抄，想请求侵权处理，证据有{people}份",
    "离职的工程师把{firm}的图纸带去{place}的对手厂子了",
    "地理标志{place}大米，外地的也在用，我们{people}户都受影响",
    "实用新型专利年费晚缴了{months}个月，还能不能恢复权利",
    "{firm}的商标被驳回，说跟{place}一家近似，怎么复审",
    # chain: customers, suppliers, partners
    "{firm}做轴承{people}年了，想给{place}的主机厂配套，没有门路",
    "本地找不到做热处理的厂，{firm}的件要送到外省，运费{amount}万",
    "想和{place}的高校合作攻关{people}个工艺难题，请帮忙对接",
    "订单少了一半，{firm}想进{place}国企的供应商名录",
    "缺{people}种规格的特种钢，{place}有没有能供货的企业",
    "外贸单子取消了，{firm}压了{amount}万的货，想转内销找渠道",
    "新能源整车厂要落户{place}，{firm}做座椅骨架想见见采购",
)
PLACES: Final = (
    "沈阳铁西", "大连金普", "鞍山海城", "抚顺望花", "本溪高新区", "丹东东港", "锦州凌海", "营口鲅鱼圈",
    "阜新细河", "辽阳灯塔", "盘锦大洼", "铁岭开原", "朝阳北票", "葫芦岛兴城", "沈抚示范区",
)  # fmt: skip
FIRST: Final = "云松澄岚恒禾启远晟朗泽峰霁川柏"
SECOND: Final = "杉岭湾原舟桥林溪港野坤陆屿泉峦"
TRADES: Final = ("机械", "食品", "电缆", "铸造", "纺织", "包装", "轴承", "建材", "水产", "阀门")


def texts(seed: int) -> Iterator[str]:
    """Yield requests of 15 to 60 characters without end, the templates in turn."""
    dice = random.Random(seed)
    while True:
        for template in TEMPLATES:
            yield template.format(
                firm=dice.choice(FIRST) + dice.choice(SECOND) + dice.choice(TRADES),
                place=dice.choice(PLACES),
                amount=round(dice.uniform(3, 980), 1),
                months=dice.randint(2, 30),
                people=dice.randint(3, 90),
            )
