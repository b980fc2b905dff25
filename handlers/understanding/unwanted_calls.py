"""That somebody wants no calls, whatever words they find for it: 甭给我打电话, 电话就免了, 再打我就拉黑.

A refusing word and a word for calling that belong together, in a short text that tells no matter. That
nobody rings, or that somebody else does not answer, is a reproach or a matter and no wish.
"""

import re
from functools import lru_cache
from typing import Final

from .headline import names_a_matter
from .regex import Regex
from .text import letters, normalize

LONGEST: Final = 30

_MAY_SPEAK_OF_IT: Final = frozenset("打電电话話接来來微文字短消留言这這")
_CLAUSE: Final = Regex("[，,。.;；!！?？~ \\n]+")
_MISSPELT: Final = Regex("[电点店][话画化](?!费|会)|(?<=打|接|来)殿话|(?<=打)点话|大电话")
_CALL: Final = (
    "(?:打(?!官|字|款|钱|印|包|扰|折|工|假|完|赢|骚)(?:来|过来|手机|语音)?(?:我们?的?)?(?:电话|手机"
    "|语音)?|[来去]电话?|致电|拨打?(?:手机|电话)?|通电话|(?:语音|视频)?(?:电话|通话)|打给|接(?:听"
    "|到)?(?:陌生)?(?:的)?(?:来?电话|来电)|电我)"
)
_STRONG: Final = (
    "(?:别|甭|勿|莫|休|不要|不用|不必|不需要|不想|不愿意?|不希望|不方便|不便|没必要|无需|无须|毋须"
    "|用不着|犯不着|不劳烦?|不敢劳烦?|少|免|谢绝|拒绝|拒接|讨厌|受够了)"
)
_BETWEEN: Final = (
    "(?:再|总|老|往我?们?(?:手机|电话|座机)上?|天天|老是|总是|一直|随便|这么|给|跟|找|向|往|被|用"
    "|我们?|咱们?|俺|公司|厂里|家里|本人|领导|[您你他她]们?|大家|们|让|叫|请|要|来|亲自|不停地?|劳烦"
    "|麻烦|用|语音|微信|联系|通过|接|听|到|就|都|的)*"
)
_REFUSED: Final = Regex(f"{_STRONG}{_BETWEEN}{_CALL}")
_NOT_CALLED: Final = Regex(
    f"{_CALL}(?:联系|沟通|打扰|的话|什么的|这种|这事)?(?:就|都|一律|一概|也|请|可以|能|先|我|尽量|千万|最好|以后|给我)*"
    f"(?:免|省|算)(?:了吧?|掉|啦)|{_CALL}(?:联系|沟通|打扰|的话)?(?:就|都|一律|一概|也|请|能|先|我|尽量|千万|最好|以后)*{_STRONG}(?:接|打|来|联系|用|要)*(?:打|来|联系|了|的|吧|啊)*"
)
_OWN_REFUSAL: Final = Regex(
    "^(?:请|麻烦|对不起|不好意思|抱歉|谢谢|以后|我们?|本人|俺|从来|一般|一律|一概|电话|语音|手机|陌生|任何|现在|只看|只回|微信|消息|短信|文字|所有的?|概)*"
    "(?:不|从不|概不|一律不|拒|恕不|不会|不再)(?:接听?|听)(?:电话|来电|手机|语音|任何|陌生|的|了|我)*$"
)
_OWN_WORDS: Final = Regex(
    "(?:电话|来电|手机|语音)(?:我|咱|都|从来|一般|一律|也)+不(?:接|听|看)|打电话(?:也|都|是)?听不[见清到]|我?(?:聋|耳背|耳朵).{0,4}(?:听不[见清到]|打电话没用)"
)
_MAY_NOT: Final = Regex(f"(?:能不能|可不可以|可否|能否|可以|请|麻烦)(?:先|就|都)?不{_BETWEEN}{_CALL}")
_THREAT: Final = Regex(
    "(?:再|谁再|还|天天|老|总|成天|整天|一天到晚|没完没了)(?:敢|给我|来|这样|这么|给)*(?:打(?!款|钱|印|包|开|折|官司|造|通)|来电|电话)[^，,]{0,8}?(?:就|给你|直接|都|我)*(?:拉黑|报警|报110|投诉|举报|翻脸|骂|跟[谁你他].?急|急眼|不客气|烦死|烦不烦|烦人|骚扰)"
    f"|{_CALL}(?:真|太|很|都|把我|老|快|给我)*(?:烦|骚扰|吵|闹心)(?:死|人|不烦|心|得慌)*(?:了|的|啊)*$"
)
_WRITTEN: Final = Regex(
    "(?:请|麻烦|有事|有什么事?|有话|以后|都|就|直接|还是|最好|尽量|我们?|只|改|一律|咱们?|[您你]|领导|给我|在|用|以|通过|发|走|可以|即可)*"
    "(?:微信|文字|短信|消息|打字|发字|留言|书面|线上)(?:上|里|的?(?:方式|形式))*(?:给我)?(?:说|联系|沟通|交流|聊|回复?|答复|留言|通知|告知|告诉|发|找我|我|看|讲)*(?:即可|就行|就好|就成|就可以了?|吧|为好|更好)?"
)
_ONLY_NAMED: Final = Regex("(?:我们?)?(?:微信|文字|短信|消息|打字|留言|书面|线上|发消息|发微信)")
_NOBODY_RINGS: Final = Regex(
    "怎么|咋|为[什啥]|凭[什啥]|还[没不]|[都也]不|[都也]没|没人|没有人|一个|说好|从来没|不是说|谁也|"
    "(?:他们?|她|对方|甲方|客户|老板|房东|管委会|窗口|热线|客服|银行|法院|人家|[一-龥]{1,3}[局委厅院所办]|领导|你们?|专班)(?:就|都|也|老|总|一直|从来)*(?:不|拒)接"
    "|[给跟找向往](?:他们?|她们?|甲方|客户|对方|人家|银行|管委会|物业|房东|老板|[一-龥]{1,3}[局委厅院所办])(?:再|多|天天|一直)*打|^(?!.*(?:别|勿|甭|不要)).*催(?!我|咱|俺|人)|不(?:想|愿意?)再打"
    "|骗子|诈骗|推销|催收|广告|贷款|中介|办好|不办|撤|解决|事情了|当面|见面|面谈|来[店厂公]|[来去]趟|不打骚扰"
)
"""What makes of it a reproach, a matter, or a wish of another kind."""
_REFUSES: Final = Regex("(.*?)(?:拒绝?接|[谢拒]绝(?:[再被]|任何|陌生)*(?:电话|来电|接|打))")
_MAY_REFUSE: Final = re.compile(
    "(?:[我咱]们?(?:公司|企业|厂里?|单位|这边?)?|本(?:人|公司|企业|单位|厂)|我司|俺们?|领导|对不起|抱歉|不好意思|谢谢|请|以后|现在|今后|从此|一律|一概|坚决|从来|都|也|就"
    "|再|打|电话|来电|手机|陌生|任何|所有|的|会|要|将|已经?|上班|开会|时)*"
)
"""Who may stand before 拒绝接 for it to be one's own refusal."""
_OF_NEWS: Final = Regex("通知|告[知诉]|[答回]复|发(?:给|到|过来)*我|发过来")
"""How to be told of something (请短信通知我): no word against calls."""
_GIVES_A_TIME: Final = Regex(
    "(?:上午|下午|明天|今天|后天|中午|早上|周[一二三四五六日]|点(?:钟|半)?|这会儿|现在|这个?时间|那会儿)"
)


@lru_cache(maxsize=256)
def wants_no_calls(text: str) -> bool:
    """Whether a short text asks that nobody ring up any more, and tells no matter beside it."""
    if len(text) > LONGEST or _MAY_SPEAK_OF_IT.isdisjoint(text):
        return False
    core = letters(_MISSPELT.sub(_spelt, normalize(text)))
    if is_of_others(text) or (core.endswith(("吗", "么")) and not _asks_politely(core)):
        return False
    if _prefers_writing(text):
        return True
    found = next((each for each in _WISHES if each.search(core)), None)
    if found is None or names_a_matter(_NO_MATTER.sub("", found.sub("", core))):
        return False
    return _GIVES_A_TIME.search(core) is None or _ALWAYS.search(core) is not None


def is_of_others(text: str) -> bool:
    """Whether words on calls are of calls to others, or of who does not answer: 甲方拒绝接电话."""
    if _NOBODY_RINGS.search(letters(_MISSPELT.sub(_spelt, normalize(text)))) is not None:
        return True
    found = (_REFUSES.match(letters(part)) for part in _CLAUSE.split(normalize(text)))
    return any(each and _MAY_REFUSE.fullmatch(each[1]) is None for each in found)


def _prefers_writing(text: str) -> bool:
    """Whether a clause asks for writing (有话微信里讲), and no other clause tells a matter."""
    clauses = [each for part in _CLAUSE.split(normalize(text)) if (each := letters(part))]
    written = [each for each in clauses if _is_written(each)]
    return bool(written) and not any(
        names_a_matter(_NO_MATTER.sub("", each)) for each in clauses if each not in written
    )


def _is_written(clause: str) -> bool:
    is_all = _WRITTEN.fullmatch(clause) is not None and _ONLY_NAMED.fullmatch(clause) is None
    return is_all and _OF_NEWS.search(clause) is None


def _spelt(found: re.Match[str]) -> str:
    return "打电话" if found[0] == "大电话" else "电话"


def _asks_politely(core: str) -> bool:
    return core.startswith(("能", "可", "以后能", "以后可"))


_NO_MATTER: Final = Regex("电话|人|开车|车间|厂里|工作")
_ALWAYS: Final = Regex("以后|上班|开会|别再|不要再|老|总|天天|一律|从来")
_WISHES: Final = (_REFUSED, _NOT_CALLED, _OWN_REFUSAL, _OWN_WORDS, _MAY_NOT, _THREAT)
