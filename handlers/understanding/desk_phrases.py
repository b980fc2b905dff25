"""Pieces of what officials say to us, for those who read whole sentences: patterns only, no decisions."""

import re
from typing import Final

from .regex import Regex

ENDS: Final = " \t\r\n\u3000。.!！~～?？,，:：、"
NUMBER: Final = re.compile(r"(?:编号|诉求|#|no\.?)*(?<![\d.])(\d{4,9})(?![\d.])(?:号(?!文))?[:,、]?")
SPLIT: Final = re.compile(r"[\s,，。;；!！]+")

THIS: Final = "(?:[这此该那](?:一?[个件家])?(?:事情?|诉求|案子?|单子?|活)?)"
COUNT: Final = r"(?:\d{1,3}|[几一两二三四五六七八九十]+)"
DAYS: Final = f"{COUNT}个?(?:工作日|天|日|周|星期|月)"
MAY: Final = "(?:请|麻烦|可不?可以|能不能|能否|可否|是否可以|能|我?想|我?要|希望|帮我|申请)"
TO_THEM: Final = Regex("[您你贵]")

_ENDED: Final = "(?:取消|结束|终止|停止?|撤销|解除|收回)"
HOME: Final = (
    "(?:我|本人)(?:已经?|提前|今[天日]|现在|都|刚|昨[天日]|出差|休假|培训|学习|住院)*"
    "(?:回来|回沈阳?|回单位|到岗|返岗|上班|销假|休完假?|出院|结束)(?:上班)?了"
)
"""我回来了: a leader who was away is back."""
NO_DEPUTY: Final = (
    f"(?:(?:就|可以|请|那|把|帮我|给我|提前)*{_ENDED}(?:掉|我的|这个|之前的|原来的|对[\u4e00-\u9fff]{{2,4}}的)*委托(?:吧|了|掉|一?下)*"
    f"|(?:原来的|之前的|我的|把)?委托(?:就|可以|请|也|到此|先|提前|给我)*{_ENDED}(?:吧|了|掉)*)"
)
MYSELF: Final = (
    "(?:就|以后|后面|诉求|工作|现在)*(?:不用|不必|不需要|无需|别)(?:再|让|请|由|麻烦)*[\u4e00-\u9fff]{0,6}?"
    "(?:代办?|代管|替|顶|[看盯]着|值守)(?:我|班|着)*(?:了|吧)*"
)
