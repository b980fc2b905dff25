"""Commands said almost right: a word that is none where one was meant."""

import re
from typing import Final

from .text import normalize

_RATED: Final = re.compile(
    r"评价?[\s:：,，]*(?P<number>[0-9]{4,15})[\s:：,，]*(?P<how>.{1,12})|(?P<how2>[^0-9]{1,6})评[\s:：,，]*(?P<number2>[0-9]{4,15})",
)
_HOW: Final = (
    ("不满意", re.compile("差|不好|不行|不满|糟|太慢|垃圾|失望|[12一二]颗?[星分]")),
    ("基本满意", re.compile("一般|还行|还可以|凑合|中等?|基本|马马虎虎|[34三四]颗?[星分]")),
    ("满意", re.compile("好|满意|不错|棒|优|赞|可以|[5五]颗?[星分]")),
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
