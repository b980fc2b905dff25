"""What a supervisor says of a case in free words: who shall have it, or what is decided.

Judged strictly: a sentence that names the case and says this. A question decides nothing.
"""

import re
from typing import Final

from .commands import Command, Order
from .regex import Regex
from .text import normalize

LONGEST: Final = 80
"""Characters of the longest sentence, its reason with it."""

_CASE: Final = (
    "(?:请|麻烦|建议)?(?:把|将)?(?:编号|诉求|#)*(?P<number>\\d{4,15})"
    "(?:号|(?:这[个件])?(?:事情?|诉求|案子?|单子)|的)*"
)
_SHALL: Final = "(?:应该?|应当|该|得|要|就|还是|请|直接|先|重新|予以)*"
_UNIT: Final = (
    "[^您你]{1,12}?(?:局|厅|委|办|部|部门|院|处|所|中心|集团|政府|街道|管委会|税务|财政|电力|住建|环保|人社)"
)
_TAKES: Final = "(?:来|去|牵头)*(?:管|负责|办理?|处理|接手?|解决|跟进)(?:吧|的)?"
_GIVEN: Final = Regex(
    f"{_CASE}{_SHALL}(?:(?:转给|转交给?|移交给?|转办给?|转到|批转给?|改派给?|改派到|改给|派给|分给|交给)"
    f"(?P<whom>.{{1,20}}?)(?:{_TAKES})?|(?:归|由|让|叫)(?P<unit>{_UNIT}){_TAKES})吧?"
)
_RULED: Final = Regex(
    f"{_CASE}{_SHALL}(?P<verb>退回重办|重办|重新办理?|维持(?:不予办理|原?决定)?|销号|换一?个?人办?)吧?"
)
_BACK: Final = Regex(f"(?P<verb>退回){_CASE}(?:重办|重新办理?)吧?")
_COMMANDS: Final = {
    "退": Command.OVERTURN,
    "重": Command.OVERTURN,
    "维": Command.UPHOLD,
    "销": Command.WRITE_OFF,
    "换": Command.REASSIGN,
}
_GAP: Final = re.compile(r"[\s，,、。.;；:：!！]+")
_ENDS: Final = " \t\r\n\u3000，,。.;；!！~～"
_ASKS: Final = Regex("[?吗么]|没有$|谁|哪|怎么|能不能|是否|可否|能否")


def ruled(text: str) -> Order | None:
    """Return the decision that a supervisor's sentence means, its reason as it was typed, or None.

    Time is bounded.
    """
    said = text.strip(_ENDS)
    if len(said) > LONGEST or said.endswith(("?", "？", "吗", "么")):
        return None
    for clauses in (1, 2):
        parts = _GAP.split(said, maxsplit=clauses)
        order = _order(normalize("".join(parts[:clauses])), "".join(parts[clauses:]))
        if order is not None:
            return order
    return None


_NUMBER_THEN: Final = re.compile(f"{_CASE}(?P<more>.*)", re.DOTALL)
_THEN_NUMBER: Final = re.compile(f"(?P<more>.*?)(?<![\\s，,、。;；])[\\s，,、。;；]*+{_CASE}", re.DOTALL)


def number_and_words(text: str) -> tuple[str | None, str]:
    """Return the number of a case that stands before or behind a reason, and the reason as it was typed."""
    said = text.strip(_ENDS)
    found = _NUMBER_THEN.fullmatch(said) or _THEN_NUMBER.fullmatch(said)
    return (None, said) if found is None else (found["number"], found["more"].strip(_ENDS + ":：、"))


def _order(core: str, why: str) -> Order | None:
    given = None if _ASKS.search(core) else _GIVEN.fullmatch(core)
    if given is not None:
        return Order(Command.REASSIGN, given["number"], f"{given['whom'] or given['unit']} {why}".strip())
    found = None if _ASKS.search(core) else _RULED.fullmatch(core) or _BACK.fullmatch(core)
    return None if found is None else Order(_COMMANDS[found["verb"][0]], found["number"], why)
