"""Words about another case of the desk are noticed, ordinary replies are not disturbed: measured on a desk of 20."""

import random
from typing import Final

import pytest

from handlers.understanding.corpus import examples
from handlers.understanding.subjects import ForSeveral, Known, others_meant, said_to_several

DESK: Final = {
    "路款": ("给开发区修路的尾款一百八十六万，验收三年了没给", "沈阳"),
    "电": ("变压器增容申请交了一个多月没人来看现场", "大连"),
    "贷款": ("银行抽贷，说好续贷的还完不给放了", "鞍山"),
    "秸秆": ("秸秆打包补贴去年一亩六十的钱还没发，合作社还欠着油料店的呢", "锦州"),
    "房产证": ("厂房盖完八年了房产证办不下来，历史遗留问题找谁", "抚顺"),
    "消防": ("消防检查合格证开业前那个，改成承诺制了吗，怎么弄", "营口"),
    "牌子": ("我的牌子让别人先注了，干了二十来年的老酱菜", "铁岭"),
    "大米": ("大米好吃可没名气，谁给牵线进南方的商超", "盘锦"),
    "停水": ("停水三天了，豆腐做不了", "朝阳"),
    "退税": ("留抵退税申请交上去俩月了，税务所一直说在审，到底啥时候能退", "丹东"),
    "房东": ("房东突然涨租一倍，不交就换锁", "本溪"),
    "冻结": ("法院冻结了我们的账户，超标的查封，影响发工资", "辽阳"),
    "充电桩": ("充电桩建设补贴申请系统关了没人通知，我们投了七十个桩", "阜新"),
    "外观": ("有人把我卖了三年的产品拿去申请了外观，反过来告我侵权", "葫芦岛"),
    "研究所": ("和研究所联合攻关，希望有个中间人帮谈", "沈阳"),
    "污水": ("污水管网没接到我们这片，天天抽车拉，一车三百", "锦州"),
    "锅炉": ("锅炉工证网上报名系统打不开", "鞍山"),
    "运费": ("运费，煤炭拉到电厂去的，三十台车一共八十四万运费，中间商跑了", "铁岭"),
    "罚款": ("环保来人一张嘴就罚二十万，凭什么", "营口"),
    "水压": ("水压太低消防栓都打不出水，二楼车间根本上不来水", "朝阳"),
}
ORDINARY: Final = {
    "路款": (
        "好的，我先核实一下，明天给您回话",
        "已经跟开发区管委会联系了，他们说这周给答复",
        "请把施工合同和验收单拍照发过来",
        "财政那边说月底前能拨一部分",
        "您这笔尾款管委会承认，正在走付款流程",
        "麻烦把银行账号和开户行发一下，方便打款",
        "第一笔五十万明天到账，请查收",
        "审计报告出来没有？没有的话我去催",
        "我约了管委会主任周四上午碰头，您也一起来吧",
        "钱还没到吗？我再去问问财政局",
        "工人工资急的话先说一声，我们优先协调",
        "请您补一份结算单，要盖公章",
        "如果他们还不付，可以依法申请仲裁，我们再帮您想办法",
        "利息的事也一并跟管委会谈了",
        "现场我昨天去看过了，路修得不错",
        "这件事我会盯到底，您放心",
        "对方说资金紧张，答应分三期付清",
        "今天下午开了协调会，形成了会议纪要",
        "剩下的一百万春节前付清，文件已经签了",
        "发票开好了吗？开好了寄到管委会计财科",
        "保证金退了没有？没退我一起催",
        "请问工程是哪年竣工的，当时谁签的字",
        "开发区换了领导，新领导已经知道这事了",
        "您的材料收到了，正在走流程",
        "目前卡在审计这个环节，预计下周出结果",
        "我们已发函督促，要求15个工作日内答复",
        "不好意思让您久等了，今天就有消息",
        "可以先付一半吗？您看行不行",
        "管委会的人说账对不上，请您派个会计去对账",
        "需要您这边法人身份证复印件一份",
    ),
    "电": (
        "供电公司明天派人去现场",
        "您要增到多大容量？报个数给我",
        "增容方案批下来了，下周施工",
        "请问厂区里有没有配电室的图纸",
        "申请单号发我一下，我去催供电所",
        "现场看完了，线路要改造，大概要两个月",
        "变压器已经到货，这周五安装",
        "施工费用大概八万，由供电公司出",
        "先给您接一路临时电，不耽误生产",
        "停电时间定在周日，请提前安排好",
        "设备什么时候到厂？我们好对上时间",
        "电力局说材料还差一份用地证明",
        "我跟他们经理通过电话了，答应本周给方案",
        "好，收到，我来办",
        "请您把厂房的平面图也发来",
    ),
    "牌子": (
        "商标异议要在公告三个月内提，来得及",
        "请把营业执照和最早使用的证据发过来",
        "我请市场监管局的同志帮您看看",
        "对方注册的是哪一类？把注册号发我",
        "老酱菜这个牌子我们很重视",
        "知识产权局的人周三给您打电话",
        "您有以前的包装、发票、广告吗",
        "建议同时申请老字号认定",
        "律师费可以申请援助",
        "对方同意协商转让，开价五万",
        "无效宣告已经帮您递上去了",
        "您的产品在哪些超市卖，给我列个单子",
        "我后天去您厂里看看",
        "这个要等国家局审，大概九个月",
        "谢谢您的理解，有进展马上说",
    ),
}
MISDIRECTED: Final = (
    ("路款", "变压器的事已经跟电力公司说了", "电"),
    ("路款", "大连那家的变压器下周就装", "电"),
    ("路款", "供电所下周去看增容现场", "电"),
    ("路款", "电的事供电公司答应了", "电"),
    ("路款", "贷款的事跟银行行长谈过了，同意续贷", "贷款"),
    ("路款", "银行说续贷下周放款", "贷款"),
    ("路款", "鞍山那家贷款批了", "贷款"),
    ("路款", "秸秆补贴下周发到账", "秸秆"),
    ("路款", "秸秆那个财政已经拨了", "秸秆"),
    ("路款", "房产证可以办了，让他们来窗口", "房产证"),
    ("路款", "不动产中心说房产证能补办", "房产证"),
    ("路款", "消防合格证改承诺制了，让他网上填", "消防"),
    ("路款", "消防那个下周去检查", "消防"),
    ("路款", "商标的异议帮他递了", "牌子"),
    ("路款", "酱菜牌子的事知识产权局接了", "牌子"),
    ("路款", "大米进商超的事联系好了", "大米"),
    ("路款", "盘锦那家的大米有超市要了", "大米"),
    ("路款", "豆腐厂的水今天就通", "停水"),
    ("路款", "退税这周就能退下来", "退税"),
    ("路款", "留抵退税税务局已经审完了", "退税"),
    ("路款", "房东同意不涨租了", "房东"),
    ("路款", "租金的事跟房东谈好了", "房东"),
    ("路款", "法院答应解冻账户了", "冻结"),
    ("路款", "查封的账户明天解封", "冻结"),
    ("路款", "充电桩的补贴可以补报", "充电桩"),
    ("路款", "外观专利侵权的律师找好了", "外观"),
    ("路款", "研究所那边同意见面了", "研究所"),
    ("路款", "污水管网下个月接过去", "污水"),
    ("路款", "锅炉工报名系统修好了", "锅炉"),
    ("路款", "运费电厂答应先付一半", "运费"),
    ("路款", "环保局同意把罚款降下来", "罚款"),
    ("路款", "水压的问题自来水公司加了泵", "水压"),
    ("电", "尾款这周到账", "路款"),
    ("电", "开发区的路款批了五十万", "路款"),
    ("电", "商标无效宣告递上去了", "牌子"),
    ("电", "贷款银行答应放了", "贷款"),
    ("电", "房产证下周能办", "房产证"),
    ("电", "锦州那家的污水管网接上了", "污水"),
    ("牌子", "停水的事自来水公司抢修完了", "停水"),
    ("牌子", "葫芦岛那家的外观专利无效了", "外观"),
)
SEVERAL: Final = {
    "两家都回一下：在办": ForSeveral("在办", 2),
    "这三家都告诉一下，已经报上去了": ForSeveral("已经报上去了", 3),
    "跟两家企业都说一下 在办": ForSeveral("在办", 2),
    "几家都说一声，下周给结果": ForSeveral("下周给结果", 0),
    "每家都通知一下": ForSeveral("", 0),
}
NOT_SEVERAL: Final = (
    "两家单位都同意了",
    "财政和审计两家都签字了",
    "您两家公司的合同都发来",
    "几家银行都问过了，下周给答复",
    "两家都说下周给钱",
)


def known(key: str) -> Known:
    title, city = DESK[key]
    return Known(title, city)


def meant(held: str, words: str) -> list[str]:
    others = [key for key in DESK if key != held]
    return [others[place] for place in others_meant(words, known(held), [known(one) for one in others])]


def test_desk_is_made_of_our_examples() -> None:
    assert {title for title, _ in DESK.values()} <= {each.text for each in examples()}


def test_hardly_an_ordinary_reply_is_asked_about() -> None:
    said = [(held, words) for held, replies in ORDINARY.items() for words in replies]
    asked = [(words, meant(held, words)) for held, words in said if meant(held, words)]

    assert len(said) == 60
    assert len(asked) <= 2, asked


def test_most_misdirected_words_are_noticed() -> None:
    missed = [words for held, words, other in MISDIRECTED if other not in meant(held, words)]

    assert len(MISDIRECTED) == 40
    assert len(missed) <= 10, missed


def test_ordinary_replies_pass_on_desks_of_any_cases() -> None:
    chance, known_words = random.Random(5), [each.text[:60] for each in examples()]
    desks = [[Known(one) for one in chance.sample(known_words, 19)] for _ in range(20)]
    said = [(words, known(held)) for held, replies in ORDINARY.items() for words in replies]
    asked = sum(bool(others_meant(words, held, desk)) for desk in desks for words, held in said)

    assert asked / len(desks) <= 2


@pytest.mark.parametrize(("words", "meant"), SEVERAL.items())
def test_words_for_several_are_noticed(words: str, meant: ForSeveral) -> None:
    assert said_to_several(words) == meant


@pytest.mark.parametrize("words", NOT_SEVERAL)
def test_several_of_others_are_nobody_of_the_desk(words: str) -> None:
    assert said_to_several(words) is None
