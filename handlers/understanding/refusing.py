"""How a unit that was asked to help says that it does or does not: plainly, or so that we had better ask."""

import re
from enum import StrEnum
from typing import Final

from .regex import Regex
from .text import normalize

LONGEST: Final = 48
"""Characters of the longest plain refusal; whoever writes more has something to tell as well."""


class Refusal(StrEnum):
    """Whether words refuse."""

    PLAIN = "plain"
    PERHAPS = "perhaps"
    NO = "no"


_NUMBER: Final = re.compile(r"(?:编号|诉求|#)*(?<!\d)\d{4,9}(?!\d)(?:号(?!文))?")
_SPLIT: Final = re.compile(r"[\s,，。.;；!！?？:：、~～]+")
_THIS: Final = "[这此该那](?:一?[个件])?(?:协办|事情?|诉求|活儿?|案子?|单子?|问题|任务)?"
_WE: Final = "(?:我们?|咱们?|本|俺们?)(?:这[里边儿]?|单位|部门|[^不没无，,]{0,5})?"
_DO: Final = "(?:管|办理?|接受?|协办|受理|处理|做|干|参与|负责|解决|承办|配合|帮)"
_NOT: Final = (
    f"(?:不(?:想|能|会|愿意?|再|该|予|同意|打算)?{_DO}(?:了|的)?|{_DO}不[了成]|[没无](?:有)?(?:法|办法|能力|权限?|职权|人手?|空|时间|精力)(?:去|来)?{_DO}?"
    f"|忙不过来|顾不上|抽不出人|不方便|不同意|不行|拒绝{_DO}?)"
)
_NOT_OURS: Final = (
    "(?:不归|不属于?|不是|不由|不该)(?:我们?|咱们?|本)(?:这[里边儿]?|单位|部门|局|处|科|来|[^，,]{0,4})?的?"
    "(?:管|负责|职责|职权|活儿?|事情?|业务|范围|办|菜)(?:范围)?(?:内|的)?"
)
_ABILITY: Final = "(?:职能|职责|职权|权限|义务|能力|人手|精力|力量|编制)"
_UNABLE: Final = (
    f"(?:爱莫能助|无能为力|力不从心|恕难(?:配合|从命|协助|办理)|帮不[了上](?:什么|这个|啥)?忙?|配合不[了上]|不便(?:参与|协办|介入|办理|插手)|懒得[管办理弄]+"
    f"|(?:没有?|无|不具备|缺)(?:这[个项]|此[项]?|该|相关|相应)*{_ABILITY}|人手(?:不够|不足|紧张|太少)|抽不[出开](?:人|身|时间|人手)?|腾不出(?:手|人|人手)?"
    "|领导(?:不让|不同意|没同意|不批|不准)(?:办|接|管)?)"
)
_ELSEWHERES: Final = (
    "(?:非(?:我|本|咱)[^，,]{0,6}?(?:职责|职权|职能|业务|范围|管辖)(?:范围)?(?:内|之内)?|(?:不在|超出)(?:我们?|本|咱们?)?[^，,]{0,6}?(?:职责|职权|职能|业务|管辖)(?:范围)?(?:内|之内)?"
    "|(?:与|跟|和|同)(?:我|本|咱|俺)[^，,不没无]{0,7}?(?:无关|没有?关系|不相干|不搭界|没有?瓜葛|扯不上)|(?:找|派|发|分|转|推|搞|弄)错(?:了|人|单位|部门|地方|对象|家)*)"
)
_REFUSES: Final = Regex(
    f"(?:{_THIS})?(?:{_WE})?(?:{_THIS})?(?:也|都|真的?|实在|确实|可|就|现在|最近|暂时|这几天)*(?:{_NOT_OURS}|{_NOT}|{_UNABLE}|{_ELSEWHERES})"
    f"(?:{_THIS}|协办)?(?:了|的|啊|呀|呢|吧)*"
)
_BESIDE: Final = Regex(
    "(?:请|麻烦|建议|应该?|应当|你们|还是|得|要)*(?:退回(?:去|吧|给?你们)?|另请高明|(?:另|去|再)?[找请问转][^，,]{1,12}|(?:转给|转交|改派|交给)[^，,]{1,12})"
    "|抱歉|不好意思|对不起|领导|你好|您好|谢谢|请理解|见谅|请谅解"
)
_ALONE: Final = Regex("(?:请|申请|要求)?退回(?:去|吧|给?你们)?|另请高明|请另请别家")
_SOUNDS: Final = Regex(
    "不归|不属|不管|管不了|办不了|[没无](?:法|办法|权|空|时间|职)|不接|不办|不是我们|不是本|退回|另请|拒绝|不同意|不该|顾不上|忙不过来"
    "|(?:找|问|归|由)[^，,]{1,6}(?:局|委|厅|部门|办|院|公司)"
)

_SOUNDS_SHORT: Final = Regex(
    f"{_UNABLE}|{_ELSEWHERES}|(?:太|很|最近)+忙|不[管干办接想愿让批肯]|退[回给还]|懒得|(?:归|由|是|找|转|交给?|推给?)[^，,]{{0,3}}(?:财政|住建|税务|人社|发改|工信|资源|环保|交通|水利|国资|商务|市监|法院|公安|电力|街道|管委会|区里|省里|市里)"
)
_NEGATIVE: Final = Regex(
    "[不没无非未恕]|另(?:找|请|行)|别的|划[到归给]|(?:权|职责|职能|业务)[^，,]{0,4}在|(?:建议|应|请)[^您你我，,]{1,8}(?:研究|阅处|办|处理|牵头|负责|承办)"
)
_TOLD: Final = re.compile(
    r"已经?|正在|[办核退查审批修改]完|[办弄搞]好了|核实(?!一)|核查|经查|查[明了过]|[问看催]了|[0-9]|文件|材料|安排|联系|[今明后]天|[上下本这]周|月[底初]"
)
_ALL_WELL: Final = Regex("没有?(?:问题|毛病|意见|异议)|不错|没错|不过|不用担心|不客气|不用谢|没事")
_SOUNDING: Final = 24
"""Characters of the longest words that only sound like a refusal and are asked about."""
_SOON: Final = "(?:马上|立即|立刻|尽快|抓紧|这就|随后)"
_TAKES_ON: Final = Regex(
    f"(?:好的?|可以|收到)?(?:{_THIS})?(?:{_WE})?(?:{_THIS})?(?:可以|愿意|同意|能|就|先|来|都)*"
    f"(?:接(?:受|下来?|手|收)?(?:{_THIS}|协办)?|同意协办|{_SOON}(?:就|去|来)*(?:办理?|核实?|核查|查|处理|落实|安排|协办|配合)(?:一?下)?)"
    "(?:了|吧|的|啊)*"
)
_AFTER_ALL: Final = Regex(
    "(?:算了|那|好吧|行吧|好|行|要不|要么|还是|就|领导|刚才说错了|再想想)*[，,。 ]*(?:还是|那|就)*"
    f"(?:{_THIS})?(?:{_WE})"
    f"(?:还是|可以|愿意|能|就|先|来|都)*(?:接(?:受|下来?|手)?|办理?|管|协办|配合|处理)(?:{_THIS}|协办)?(?:了|吧|的|啊)*"
)
_AGREES: Final = Regex("可以的?|同意|没问题|行的?")
_ONLY_HEARD: Final = Regex("[好中]的?|好嘞|收到|是|嗯|ok|领导|您?放心|谢谢|辛苦了?")
_REASON: Final = Regex(
    r"(?:补充)?(?:不?协办|拒绝|不接)?的?(?:理由|原因)[是为:：，,\s]+(?P<why>.+)", re.DOTALL
)


def takes_on(text: str) -> bool:
    """Whether a unit's words say that it helps, and nothing else; 好的 or 收到 alone do not."""
    if len(text) > LONGEST:
        return False
    clauses = [clause for clause in _SPLIT.split(_NUMBER.sub(" ", normalize(text))) if clause]
    said = [clause for clause in clauses if _ONLY_HEARD.fullmatch(clause) is None]
    return bool(said) and all(
        _AGREES.fullmatch(one) is not None or _TAKES_ON.fullmatch(one) is not None for one in said
    )


def takes_on_after_all(text: str) -> bool:
    """Whether a unit says that it helps after it has refused: 算了我们办吧."""
    return len(text) <= LONGEST and _AFTER_ALL.fullmatch(normalize(text).strip(" 。.!！~～")) is not None


def reason_said(text: str) -> str | None:
    """Return the reason in words that call themselves one (理由是年底清算), None if they do not."""
    found = _REASON.fullmatch(text.strip())
    return found["why"] if found else None


def refusal_in(text: str) -> Refusal:
    """Return whether a unit's words refuse to help. Time is bounded."""
    core = _NUMBER.sub(" ", normalize(text[:400]))
    clauses = [clause for clause in _SPLIT.split(core) if clause]
    if len(text) <= LONGEST and _is_plain(clauses):
        return Refusal.PLAIN
    is_short = len(text) <= _SOUNDING and _TOLD.search(core) is None
    sounds = _SOUNDS.search(core) or (
        is_short and (_SOUNDS_SHORT.search(core) or _NEGATIVE.search(_ALL_WELL.sub("", core)))
    )
    return Refusal.PERHAPS if sounds else Refusal.NO


def _is_plain(clauses: list[str]) -> bool:
    """Whether every clause refuses, or belongs to a refusal as a courtesy or as whom to ask instead."""
    refusing = [clause for clause in clauses if _REFUSES.fullmatch(clause) or _ALONE.fullmatch(clause)]
    return bool(refusing) and all(
        clause in refusing or _BESIDE.fullmatch(clause) is not None for clause in clauses
    )
