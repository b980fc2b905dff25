"""Commands said almost right: a word that is none where one was meant, or more behind it than the word."""

import re
from typing import Final

from .headline import names_a_matter, names_trouble
from .intents import Intent, bare, intent_of, sounds_solved
from .regex import Regex
from .text import normalize

_RATED: Final = Regex(
    r"评价?[\s:：,，]*(?P<number>[0-9]{4,15})[\s:：,，]*(?P<how>.{1,12})|(?P<how2>[^0-9]{1,6})评[\s:：,，]*(?P<number2>[0-9]{4,15})",
)
_HOW: Final = (
    ("不满意", Regex("差|不好|不行|不满|糟|太慢|垃圾|失望|[12一二]颗?[星分]")),
    ("基本满意", Regex("一般|还行|还可以|凑合|中等?|基本|马马虎虎|[34三四]颗?[星分]")),
    ("满意", Regex("好|满意|不错|棒|优|赞|可以|[5五]颗?[星分]")),
)


def rating_of(text: str) -> str | None:
    """Return the command meant by `评价 1010 差`, None if it is nothing of that kind."""
    if "评" not in text[:8]:
        return None
    found = _RATED.fullmatch(normalize(text).strip("。.!！ "))
    if found is None:
        return None
    said = found["how"] or found["how2"]
    number = found["number"] or found["number2"]
    word = next((word for word, pattern in _HOW if pattern.search(said)), None)
    return None if word is None else f"{word} {number}"


_HAIL: Final = Regex("喂+")


def hails(text: str) -> bool:
    """Whether words only call out, as into a telephone: 喂; 喂，在吗."""
    said = bare(text)
    if _HAIL.match(said) is None:
        return False
    rest = _HAIL.sub("", said)
    return not rest or intent_of(rest) is Intent.GREETING


_URGING: Final = re.compile(
    r"[\W\d_]|编号|诉求|反映|问题|领导|政府|同志|麻烦|谢谢|辛苦|[我们咱俺的那这该个件事儿能不可以没有请您你再帮给替快点些下一抓紧尽早催促办理处解决]"
    "|[进度展怎么咋样还动静消息结果人管看回复音答啊呢吗吧了呀嘛哦哈多久几天什时候到底啥都也就已经过等急太慢好半月周星期年日小二两三四五六七八九十又在要着来为何干在]"
)
_NAMED: Final = Regex(r"^[^，,。！!？?\s]{1,8}?的(?:那?[个件])?(?:事儿?|问题|情况)")
_MORE: Final = 2
"""Characters beside those of urging that say more than it."""


def says_more_than_urging(text: str, title: str) -> bool:
    """Whether words that urge tell more: 再不管我就上访. What they share with the case's `title` names it."""
    return len(set(_URGING.sub("", _NAMED.sub("", normalize(text)))) - set(normalize(title))) >= _MORE


_THANKING: Final = Regex(
    "(?:太|真|非常|十分|万分|衷心|特别|我们?|公司|企业|全体员工|给)*(?:谢谢|感谢|多谢|感激|谢过|鸣谢|道谢)"
)
_FOR_WHAT: Final = re.compile(
    "(?>[\u4e00-\u9fff]{1,4}?(?:[省市区县]长|局长|处长|主任|书记)|[您你]们?|领导|政府|党|各位|大家|同志|老师|们|[省市区县]里|专班|平台"
    "|的|了|啊|呀|哈|啦|关心|支持|帮助|帮忙|重视|关注|费心|操心|辛苦|[\\W_])*(?:(?:[帮为替]|给(?=[^，,。]{0,6}(?:解决|争取|协调|落实|[办批退拨发付修装通])))[^，,。]{0,10}了[^，,。]{0,3})?[\\W_]*"
)
"""For what somebody thanks: for trouble taken, or for what was done for them."""
_GOES_ON: Final = Regex(
    "但|可是|不过|只是|另外|还有|还想|还要|再|请|麻烦|能不能|能否|希望|催|尽快|[?？吗]|没|未|不|讽|个屁|你(?:个|妈)|啥时|什么时候"
)
THANKS_UP_TO: Final = 30


def only_thanks(text: str) -> bool:
    """Whether words thank, ask for nothing and report no solution: 谢谢你们帮我说话."""
    if len(text) > THANKS_UP_TO or sounds_solved(text):
        return False
    plain = normalize(text)
    thanks = _THANKING.match(plain)
    if thanks is None or _GOES_ON.search(plain) or names_trouble(plain):
        return False
    return _FOR_WHAT.fullmatch(plain, thanks.end()) is not None


_NO_MATTER: Final = Regex(
    "有?人(?=[接看办管理呢没在来吗])|批(?=下来|了没|没批|的[吗啊]?$|示)|审(?=到|完|过了?没)"
)
"""Single characters of matters that name none where somebody only asks: 有人接了吗, 批下来没."""


def asks_of_a_matter(text: str) -> bool:
    """Whether few words name a matter, and do not only ask how far it has come."""
    return names_a_matter(_NO_MATTER.sub("", text))
