"""What an enterprise says to a card that announces a call: yes, no, another time, when.

By the words alone, asked while a card waits or a call is agreed; the times themselves are read by `times`.
"""

import re
from typing import Final

from .asides import Aside, aside_of
from .regex import Regex
from .text import normalize, remark_core

SHORT: Final = 16
"""Characters of a remark; what is longer has more to say and is read as a whole."""

_ASIDE: Final = "领导|[您你我那就吧啊呀呢哈哦了的]|谢谢|辛苦|麻烦|请|现在|目前|真|今天|在"
_BESIDE: Final = f"(?>{_ASIDE})*"


def _nothing_but(words: str) -> Regex:
    """Return a pattern of `words`, one or more, and small talk anywhere between them."""
    return Regex(f"{_BESIDE}(?:{words})(?>{words}|{_ASIDE})*")


_YES: Final = _nothing_but(
    "(?:可以|能|直接|随时)?(?:都)?打(?:过来|来|电话|给我)?吧?|来电?吧|等(?:着|候)?(?:[您你]们?|领导)?的?(?:来?电话|电)?"
    "|同意|可以(?:来电|打|的)?|方便接?|没问题|没毛病|随时(?:方便|可以|都?行|恭候)?|行|好[的嘞哒滴呀]?|得嘞|中|妥|成|[嗯恩]呐?|ok|能接|有空|有时间|没意见|到时候?见|我接|(?:我|一点儿?|都|也)?不忙|(?:时间(?:上)?)?(?:[没无不]有?)冲突|来吧"
    "|(?:届时|随时)?恭候(?:来?电话?|领导)*|欢迎来?电?|(?:保持)?(?:电话|手机)?(?:保持)?畅通|(?:这个?)?时间(?:可以|行|没问题|合适|正好)|收到(?=.*等)"
)
_NO: Final = _nothing_but(
    "不(?:想|能|方便|便)?接(?:电话|了)?|(?:别|不用|不要|不必|甭)(?:再|给我)?(?:打|来)(?:电话|过来)?"
    "|(?:让|叫|请)(?:[他她]|领导|[您你]们?)(?:就)?(?:别|不要|不用)(?:再)?打|不方便|不同意|没(?:空|时间|工夫|功夫)|抽不[开出]身?|忙着?|开会"
    "|接不了|拒[接绝]|算了|不必|不[约聊打见]|取消(?:来电|电话|通话|预约)?|(?:来电|电话|通话|预约)取消|没(?:什么|啥)(?:好|可)?[说谈聊]的?|没[空时]间?接|打什么电话|打电话有?[啥什]么?用|微信(?:上|里)?(?:说|联系|聊)|打字说|(?:直接|就)?在?这[里儿]?(?:上)?说(?:就行|就好)?|有事在?这[里儿]说|发消息吧?"
)
_ANOTHER_TIME: Final = Regex(
    f"{_BESIDE}(?:(?:能不能|可不可以|可以|能|想|要)?(?:换|改|另约|重新?约|挪|调)(?:一?个|下|到)?(?:时间|日子|天|日|时候)|(?:改|过|隔)(?:天|日)(?:再?说|再打|吧)?"
    "|(?:晚|迟|早)(?:一?[点些会]儿?)(?:再)?(?:打|来)?|(?:等|过)(?:一?[会下阵]儿?)(?:再)?(?:打|说)?|以后再说|回头(?:再)?(?:说|打|约)?|时间不(?:合适|行|对)|这个?(?:时间|点)不(?:行|方便|合适)|那个?时间不(?:行|方便|合适|在))"
    f"(?:行吗|行不行|可以吗|好吗|好不好|成吗)?{_BESIDE}"
)
_PUT_OFF: Final = Regex(
    "改[期天日个]|改?[换挪调](?:一?[个下]|到|成|时间)|(?:推迟|往后|延[后到]|推[到后]|挪到|提前|错开)|[早晚迟][点些半一]|[另再]约|重新?约|冲突|[不没](?:太)?(?:合适|方便|凑巧)"
    "|回头|过[一两几]?[天会周阵]|等我|我?有空再|再[说打联约]|没[空时]|抽不[开出]|忙|开会|有会|出差|听不[见清到]|下[周月](?:吧|再)|告诉[你您]们?时间"
)
_ELSEWHERE: Final = Regex(
    "(?:我们?|咱|俺|本人|老板|老人|家里?人?|孩子|今天|明天|后天|现在|这会儿?|这[两几]天|正好?|刚好?|还|都|要|人|在|坐|上|去|陪|带|有人|不好意思|抱歉|对不起|领导)*"
    "(?:外地|飞机|火车|高铁|开车|住院|医院)(?:里|上|呢|中|的?路上|看病|检查|陪护|照顾|办事|了|着|啊)*"
)
"""Where whoever answers is; of others it is news: 医院那边还没动静."""
_CLAUSE: Final = Regex("[，,。.;；!！?？~ \\n]+")
_NOT_PUT_OFF: Final = Regex("不忙|[没无不]有?冲突|帮忙|百忙|领导[^，,。]{0,6}忙")
"""Agreement, thanks and questions in which a word of those stands."""
_WHEN: Final = Regex(
    f"{_BESIDE}(?:(?:什么|啥)(?:时候|时间|点)|几[点时]|哪天|多会儿|多久|几号)(?:能|会|要|给我)*(?:打(?:过来|来|电话)?|来电话?|联系我?)?(?:电话)?(?:啊|呢|呀|吗)?{_BESIDE}"
    f"|{_BESIDE}(?:谁|哪位|哪个领导|什么人)(?:要|会|给我)*(?:打|来电|联系)(?:电话|过来|我)*(?:啊|呢|呀)?{_BESIDE}"
    "|(?:暗语|号码|电话|尾号|电话号码)(?:是)?(?:多少|什么|啥|几号|忘了)+"
)
_WHEN_SIGNS: Final = frozenset("什啥几幾哪多谁誰暗號号電电尾")
"""One of these stands in every such question; most words hold none."""
_RINGING: Final = Regex("[打接]|来电|电话")


def says_yes(text: str) -> bool:
    """Whether a text agrees and says nothing else."""
    return _YES.fullmatch(remark_core(text)) is not None


def says_no(text: str) -> bool:
    """Whether a text declines and says nothing else."""
    return _NO.fullmatch(remark_core(text)) is not None


def speaks_of_calls(text: str) -> bool:
    """Whether a text names calls at all, and not only this one."""
    return "电话" in normalize(text)


def speaks_of_ringing(text: str) -> bool:
    """Whether a text names what is done to a call: 别打了, 不接, 不用来电."""
    return _RINGING.search(normalize(text)) is not None


def wants_another_time(text: str) -> bool:
    """Whether a text asks for another time without naming one: 换个时间吧, 那改天."""
    return _ANOTHER_TIME.fullmatch(remark_core(text)) is not None


def puts_off(text: str) -> bool:
    """Whether a short text that names no matter says that the time does not suit, whatever else it says.

    Asked of it only while a card waits for an answer: 老人住院，改日吧; 我在外地，周五回来再打.
    """
    return (
        len(text) <= SHORT + SHORT
        and not tells_a_matter(text)
        and _is_put_off(_NOT_PUT_OFF.sub("", normalize(text)))
    )


def _is_put_off(text: str) -> bool:
    return _PUT_OFF.search(text) is not None or any(map(_ELSEWHERE.fullmatch, _CLAUSE.split(text)))


def wants_none_at_all(text: str) -> bool:
    """Whether no call is wanted any more, which says more than that this one is not."""
    return speaks_of_calls(text) and aside_of(text) is Aside.NO_CALLS


def asks_when(text: str) -> bool:
    """Whether a text asks when the call comes, or who calls."""
    return not _WHEN_SIGNS.isdisjoint(text) and _WHEN.fullmatch(remark_core(text)) is not None


_MATTER: Final = re.compile("[欠钱款贷税厂房证照奖罚骗租货万批报申招环消施补政策专利商标水气暖]")


def tells_a_matter(text: str) -> bool:
    """Whether `text` surely says more than yes, no or a time of day: none of those holds such a word."""
    return _MATTER.search(text.replace("取消", "")) is not None
