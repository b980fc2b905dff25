"""What an official says to us in free words rather than to the enterprise: the command that is meant.

Judged strictly: a short sentence that is this and nothing else. What only sounds as if it were not for the
enterprise is asked about (`is_doubtful`).
"""

import re
from dataclasses import dataclass
from typing import Final

from .commands import Command, Order
from .desk_phrases import DAYS, ENDS, HOME, MAY, MYSELF, NO_DEPUTY, NUMBER, SPLIT, THIS, TO_THEM
from .finishing import is_bare
from .more_time import COUNTED, wish_for_more
from .regex import Regex
from .taking_back import SEPARATORS, taken_back
from .text import normalize

LONGEST: Final = 30
"""Characters; whoever writes more is telling somebody something."""


_RIGHT: Final = "(?:吗|吧|么|行吗|好吗|可以吗|行不行)?"
_TOO_LATE: Final = Regex("打[了过]|已")


@dataclass(frozen=True, slots=True)
class _Meaning:
    """A command and the sentences that mean it; some only with a number, or with a word that points."""

    command: Command
    pattern: Regex
    needs_number: bool = False


_MEANINGS: Final = (
    _Meaning(
        Command.ACCEPT,
        Regex(
            f"{THIS}?(?:就|由|让|我们?|来)*(?:接[了下手]+|受理(?:了|吧|一下)?|认领了?|领回去了?)"
            f"|受理{THIS}(?:吧|了)?"
        ),
    ),
    _Meaning(
        Command.TODAY,
        Regex(
            "今[天日儿](?:我们?)?(?:还|都|要|该|得|需要)*(?:[办干做忙]|处理|有)(?:些|点)?(?:什么|啥|哪[些几]件?|几[个件])"
            "(?:事情?|活|诉求|要[办紧]的?)?"
            "|今[天日儿](?:我们?)?(?:要|该|得)(?:[办干做忙]|处理)的(?:事情?|诉求|有哪些|呢)?"
            "|今[天日儿](?:还|都)?有?(?:什么|啥|哪些)(?:要[办紧]的?|安排|任务|事情?|到期的?)(?:诉求|事情?)?"
        ),
    ),
    _Meaning(
        Command.WORKLIST,
        Regex(
            "(?:我们?|这[里边儿]?|手[头里上]|现在|目前|本地区|全[省市区县]|都|还|一共)*(?:有|剩)?"
            "(?:[几多哪](?:少)?[个件些]?)(?:诉求|事情?|活)?(?:还|都|已经?)*"
            "(?:没(?:有)?(?:办|处理|受理)(?:[完结理])?|未办[结完]?|待办|要办|在办|超期|逾期|过期|到期)(?:的|了)?(?:诉求|事情?)?(?:呢|啊|没有)?"
            "|(?:看|看看|看一?下|打开|查一?下)(?:我的)?(?:待办|清单|诉求列表)"
            "|(?:我的)?待办(?:有)?(?:哪些|几[个件]|清单|列表)"
            "|(?:我们?|现在|目前|这会儿)*(?:手[头里上]|名下)(?:上|里|头)?(?:现在|目前|还|一共|总共|都)*(?:有|剩|压着?)(?:的)?(?:[几多哪](?:少)?[个件些]?|什么|啥)(?:诉求|事情?|活|案子)?(?:没办)?(?:的|了|呢|啊)*"
            "|(?:我们?|现在|目前)*还(?:都|剩)?有?(?:什么|啥|哪些|哪几[个件])(?:诉求|事情?|活)?(?:都|还)*(?:没有?|未)(?:办|处理|受理)(?:[完结理])?(?:的|了)*(?:诉求|事情?)?(?:呢|啊)?"
            "|(?:现在|目前|本地区|全[省市区县]|快|马上|即将|就?要)*(?:超期|逾期|过期|到期)(?:了)?的?(?:诉求|事情?)?(?:都|现在|一共)*(?:是|有)(?:哪些|哪几[个件]|几[个件]|多少[个件]?)(?:诉求)?(?:呢|啊)?"
            "|谁(?:的)?(?:超期|逾期|过期)(?:了|的)?|有(?:没有)?(?:超期|逾期|过期|到期|没办)的?(?:诉求|事情?)?(?:吗|么|没有?|了)?"
        ),
    ),
    _Meaning(
        Command.DETAIL,
        Regex(
            f"(?:{MAY}|给我)*(?:看看?|看一?下|查查?|查一?下|问问|说说)?{THIS}?(?:现在|目前|的)?"
            "(?:[办走进]?(?:展|行)?到(?:了)?(?:哪|什么|啥)(?:儿|里|一?步|程度|阶段|地步)?|怎么?(?:回事|样|情况)|咋(?:回事|样)"
            "|(?:什么|啥)(?:情况|事情?|进[展度])|进[展度](?:如何|怎么?样)?|办得?(?:怎么?样|咋样|如何))(?:了|呢|啊)*"
            "|(?:帮我|给我)?(?:看看?|看一?下|查查?|查一?下|打开)"
        ),
        needs_number=True,
    ),
    _Meaning(
        Command.EXTEND,
        Regex(
            f"{MAY}*(?:再|多|给|宽限?|延[长期]?|缓|我们?)+{DAYS}(?:的?(?:时间|期限))?{_RIGHT}"
            f"|{MAY}+延[期长](?:一?下|几天|时间|期限|办理)?{_RIGHT}"
        ),
    ),
    _Meaning(Command.DELEGATE, Regex(f"(?:{HOME})?{NO_DEPUTY}|{NO_DEPUTY}{HOME}|{HOME}{MYSELF}")),
)

_LOOK: Final = Regex(r"(?:帮我|给我)(?:看看?|看一?下|查查?|查一?下)")
_WITH: Final = (
    "(?:(?:企业|老板|他们?|她们?|对方|人家|厂里|公司|厂家)(?:那边|的?(?:负责人|联系人|老板|老总))?)"
)
_SOMEBODY: Final = "[\u4e00-\u9fff]{1,6}?(?:总|董|老板|经理|厂长|主任|书记|先生|女士|会计|师傅)(?:那边)?"
_OTHERS: Final = Regex("局|厅|委|窗口|银行|部门|中心|政府|街道|我们|咱")
_RING: Final = "(?:再|先)?[打通约](?:一?[个下次])?(?:电话|话)"
_CALLS_SOMEBODY: Final = Regex(
    f"(?:要|想|再|先|我)*[给跟和与向]{_SOMEBODY}{_RING}(?:说说?|聊聊?|沟通|联系)*(?:一?下)?|约(?:一?下)?{_SOMEBODY}(?:的)?电话"
)
_GIVEN: Final = frozenset("给跟和与向")
_CALL: Final = Regex(
    f"(?:要|想|再|先)*[给跟和与向]{_WITH}(?:再|先)?[打通约去](?:一?个|一?次)?(?:电话|话)(?:说说?|聊聊?|沟通|联系)*(?:一?下)?|约(?:一?个|一?下)?{_WITH}?(?:的)?电话"
    f"|(?:[给跟和与]{_WITH}约|约(?:一?下)?{_WITH})(?P<when>[^，,。您你贵]{{0,16}}?)(?:通|打)(?:一?[个次下])?(?:电话|话)"
)
_RINGS_THEM: Final = Regex(
    "(?<!不)(?<!不会)(?<!不再)(?:[给跟和与向](?:[您你]们?|贵(?:公司|司|厂|企业|单位))[^，,。;；!！?？不]{0,6}?(?:(?:[打通去拨回约挂]|致)(?:一?[个次通下])?(?:电话|话|电)|来电)"
    "|(?:打|拨|去|回|挂)(?:一?[个次通])?电话?(?:给|联系|跟|和|与|找|问|通知)?[您你]|(?:致电|来电|打给|电话(?:通知|联系|告知|答复|回复))(?:给)?[您你贵]"
    "|电话[里中上](?:再|跟|和|与|向|[您你]|详细|细|慢慢|当面)*(?:说|聊|谈|讲|沟通|对接))"
)
_AWAY: Final = Regex(
    "(?:从|自)?(?P<who>我)?(?P<days>[^，,。我]{1,16}?)我?(?:要|去|在|都|得)*(?:休假|请假|年假|出差|外出|开会|学习|培训|不在(?:岗|单位|沈阳)?|住院)"
)
_AWAY_UNTIL: Final = Regex(
    "(?:从|自)?我(?:从|自|打算|准备|计划)*(?P<first>[^，,。我]{1,10}?)(?:开始|起)?(?:要|就|得)*(?:休假|请假|年假|出差|外出|学习|培训|住院)"
    "(?:一直)?(?:到|至)(?P<last>[^，,。]{1,10})"
)
"""我明天开始休假到下周五: the last day stands behind."""
_AWAY_FOR: Final = Regex(
    "(?:从|自)?我(?:从|自|打算|准备|计划)*(?P<first>[^，,。我]{1,10}?)(?:开始|起)?(?:要|就|得|去)*(?:休假|请假|休?年假|出差|外出|学习|培训|住院)"
    r"(?P<length>(?:\d{1,2}|[一两二三四五六七八九十])个?(?:天|周|星期|礼拜))"
)
"""我明天开始休假一周: how long stands behind."""
_TITLE: Final = "(?:同志|局长|主任|处长|科长)?"
_DEPUTY: Final = Regex(
    f"(?:请|由|让|就|叫|先|工作|诉求|手头的?|都)*(?P<name>[\u4e00-\u9fff]{{2,4}}?){_TITLE}"
    "(?:(?:帮|替|代|给)我?(?:先|来)?(?:看着?|盯着?|照看|代?办|管着?|顶着?|负责|处理|接着?)|(?:替|代)(?:我|理|管|班)?"
    "|(?:先|来)?(?:[看盯管顶]着|盯|代办|照看|顶班|值守))(?:一?下|几天|吧)*"
)
_CALL_ON: Final = Regex(
    f"(?:有|急|什么|事情?|问题|的话|都|就|可以|直接|请|先)*(?:找|联系)(?P<name>[\u4e00-\u9fff]{{2,4}}?){_TITLE}(?:就行|就好|即可|吧)?"
)
"""Who is named as the one to turn to, by somebody who is away."""
_UNIT: Final = (
    "[^，,。.！!？?；;您你贵我]{1,12}?(?:局|厅|委|办|部|部门|院|处|所|中心|公司|集团|政府|街道|管委会"
    "|银行|税务|财政|电力|住建|环保|人社)"
)
_NOT_NEEDED: Final = "(?:就|也|现在|这次)*(?:不用|不必|不需要|无需|别)(?:再|来)*"
_HELP: Final = "(?:协办|协助|帮忙|配合)(?:了|吧)?"
_LET_GO: Final = Regex(
    f"(?:{THIS})?(?:(?P<one>{_UNIT})(?:那边)?{_NOT_NEEDED}{_HELP}|{_NOT_NEEDED}(?:请|让|找|叫)?(?P<two>{_UNIT}){_HELP}"
    f"|(?:结束|取消|停止|撤销|不要)(?P<three>{_UNIT})的?{_HELP})"
)
_REST_OF_DAYS: Final = Regex("我|要|都|就")

_ABOUT_THEM: Final = Regex(
    "^(?:[这那该][家个]?(?:企业|公司|厂子?|老板|单位|人家?|人)|(?:这|那)?企业|他们(?:家|企业|公司)?|这老板)"
    "(?!已经?收)"
)
_TO_US: Final = Regex(
    "^(?:帮我|给我(?:看|查|找|列|统计)|(?:怎么|如何)(?:办结|受理|撤|操作|发|用|回复|延期|协办)|你(?:是|能|会)|系统|机器人|小助手|平台)"
)
_SHORT: Final = 20
_OUR_WORD: Final = Regex("协办|延期|不予办理|待办|改派|约电话|约个电话|现在发|销号|走访|委托|超期|逾期")
_TOLD: Final = Regex("已|同意|批准|批复|正在|会议|合同|公司|企业|厂|了$")


def spoken(text: str) -> Order | None:
    """Return the command that an official's sentence means, or None. Time is bounded."""
    if len(text) > LONGEST:
        return wish_for_more(text)
    plain = normalize(text)
    found = NUMBER.search(plain)
    number = found[1] if found else None
    words = (
        plain if found is None else f"{plain[: found.start()]}{_stand_in(plain, found)}{plain[found.end() :]}"
    )
    core = words.replace(" ", "").strip(ENDS)
    flat = core if core.isalnum() else SEPARATORS.sub("", core)
    return (
        _undo(flat, number)
        or (Order(Command.RESOLVE, number) if is_bare(flat) else None)
        or _meaning(flat, number)
        or wish_for_more(text)
        or _let_go(core, number)
        or _call(core, number)
        or (_absence(core) if number is None else None)
    )


def _stand_in(plain: str, number: re.Match[str]) -> str:
    """What stands for a number in a sentence that is read without it: 给1010打电话 is 给企业打电话."""
    return "企业" if plain[max(0, number.start() - 1) : number.start()] in _GIVEN else ""


def announces_a_call(text: str) -> bool:
    """Whether words for an enterprise say that somebody will ring it: 我明天给您打电话."""
    return _RINGS_THEM.search(normalize(text).replace(" ", "")) is not None


def call_with(text: str) -> str | None:
    """Return when an official wants to call somebody of the enterprise by name, None if they do not.

    The time is in their own words, empty if none is said.
    """
    if len(text) > LONGEST or "话" not in text:
        return None
    core = normalize(text).replace(" ", "").strip(ENDS)
    found = _CALLS_SOMEBODY.search(core)
    if found is None or TO_THEM.search(core) or _TOO_LATE.search(core) or _OTHERS.search(found[0]):
        return None
    return (core[: found.start()] + core[found.end() :]).removeprefix("我").strip(ENDS + "我")


def holds_our_word(text: str) -> bool:
    """Whether a short sentence that is not to the enterprise holds a word that works an official's cases."""
    if len(text) > _SHORT or _OUR_WORD.search(text) is None:
        return False
    core = normalize(text)
    return TO_THEM.search(core) is None and _TOLD.search(core) is None


def is_doubtful(text: str) -> bool:
    """Whether a sentence speaks of the enterprise rather than to it, or asks something of us."""
    core = normalize(text[: 4 * LONGEST])
    if _TO_US.search(core) is not None:
        return True
    return TO_THEM.search(core) is None and _ABOUT_THEM.search(core) is not None


def _undo(flat: str, number: str | None) -> Order | None:
    """Something shall be taken back: what stands behind the command says what, or whose."""
    undo = taken_back(flat)
    if undo is None:
        return None
    return Order(Command.WITHDRAW, number, undo.act or (f"{undo.whose}发的" if undo.whose else ""))


def _meaning(core: str, number: str | None) -> Order | None:
    for meaning in _MEANINGS:
        found = meaning.pattern.fullmatch(core)
        if found is None or (number is None and meaning.needs_number and _LOOK.match(core) is None):
            continue
        if meaning.command is Command.ACCEPT and number is None and core.startswith(("接", "来")):
            continue  # who only says that something was taken may mean a telephone
        rest = core if meaning.command is Command.EXTEND else ""
        return Order(meaning.command, number, "取消" if meaning.command is Command.DELEGATE else _days(rest))
    return None


def _days(core: str) -> str:
    """The number of days in a wish for more time, as the command has it."""
    found = re.search(DAYS, core)
    return found[0] if found and COUNTED.fullmatch(found[0]) else ""


def _call(core: str, number: str | None) -> Order | None:
    found = _CALL.search(core)
    if found is None or TO_THEM.search(core) or _TOO_LATE.search(core) or call_with(core) is not None:
        return None
    when = (core[: found.start()] + (found["when"] or "") + core[found.end() :]).removeprefix("我")
    return Order(Command.ANNOUNCE_CALL, number, when.strip(ENDS + "我"))


def _let_go(core: str, number: str | None) -> Order | None:
    """A unit whose help is needed no longer: 税务局不用协办了."""
    found = _LET_GO.fullmatch(core)
    unit = found and (found["one"] or found["two"] or found["three"])
    return Order(Command.LET_GO, number, unit) if unit else None


def _absence(core: str) -> Order | None:
    """A leader who is away, and perhaps names who looks after their cases meanwhile."""
    clauses = SPLIT.split(core, maxsplit=1)
    days, is_leave = _days_away(clauses[0])
    if not days:
        return None
    if len(clauses) == 1:
        return Order(Command.DELEGATE, None, days) if is_leave else None
    clause = clauses[1].strip(ENDS)
    is_theirs = TO_THEM.search(clause) is not None
    named = None if is_theirs else _DEPUTY.fullmatch(clause) or _CALL_ON.fullmatch(clause)
    return Order(Command.DELEGATE, None, f"{named['name']} {days}") if named else None


def _days_away(clause: str) -> tuple[str, bool]:
    """The days on which somebody says to be away, and whether they say nothing but that they are on leave."""
    lasting = _AWAY_FOR.fullmatch(clause)
    if lasting is not None:
        return f"{lasting['first']} {lasting['length']}", True
    until = _AWAY_UNTIL.fullmatch(clause)
    if until is not None:
        return f"{until['first']}到{until['last']}", True
    away = _AWAY.fullmatch(clause)
    if away is None:
        return "", False
    is_leave = away["who"] is not None and clause.endswith(("休假", "请假"))
    return _REST_OF_DAYS.sub("", away["days"]), is_leave
