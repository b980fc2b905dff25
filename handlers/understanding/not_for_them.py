"""Short words of an official that nobody would say to an enterprise, and what they are about instead.

By their meaning and not by whole sentences: who is not spoken to (您, 贵公司), and whose case, time, call or
absence is spoken of. What they are is asked, so that too much is rather asked than sent.
"""

from functools import lru_cache
from typing import Final

from .commands import Command
from .desk_phrases import TO_THEM
from .regex import Regex
from .text import core_of

LONGEST: Final = 28
"""Characters; whoever writes more is telling somebody something."""
REFUSED_UP_TO: Final = 60
"""Characters of the longest words that are asked about because they refuse, whomever they are said to."""

_NEWS: Final = Regex(
    "已|正在|了解到|协调|[今明后]天.{0,6}(?:到|去|拨|付)|(?:付|拨|到|批|办|发|交|签|转|约|谈|问|打|联系|沟通)了|材料|合同|资料|申请表"
)
"""What tells of something that has been or will be done: news for the enterprise."""
_REFUSES: Final = Regex(
    "驳[回了]|回绝|拒了|拒绝(?!支付|付款|履行)|不予(?:受理|办理|支持|通过)|(?:不|无法|不能|难以)支持|不受理|(?<!为什么)不给办|(?:没有?|缺乏|无)(?:任何|相关)?(?:政策|法律|法规|文件)?依据"
    "|不(?:符合|属于)(?:我们?|本|相关|国家|受理|政策|规定|条件|办理)*(?:政策|条件|规定|范围|要求)|涉法涉诉|(?:走|通过|寻求)(?:法律|司法|诉讼|仲裁)|(?:让|叫|告诉|建议|请)?(?:他们?|企业|老板|对方|[您你]们?|贵公司)?(?:去|到|找|向)(?:法院|仲裁)(?!判|已)"
    "|(?:去|自行|提起|可以?)(?:起诉|诉讼)|(?:民事|经济|合同|劳动)纠纷.{0,8}(?:不|政府|法院)|信访终结|进入诉讼|[办管]不了|无法办理|法院(?:管辖|受理|管)|(?:是|属于)(?:民事|经济|合同|劳动)纠纷|^这个?不办|^不办|^不能办|^不给|办不成"
)
_TO_BE_MENDED: Final = Regex(
    "补|完善|整改|修改|更正|重新(?:提交|报)|再报|差一|缺一|对方|管委会.{0,6}(?:拒|不)|他们?(?:说|称|认为)|会议|研究"
)
_MORE_TIME: Final = Regex(
    "(?:时间|期限|时限|日期)(?:太|有点|不够|紧|来不及)+|来不及|[办干做]不完|(?:延长|宽限|放宽|展期|延)(?:一?下|几天)?(?:办理|的)?(?:期限|时限|时间)|(?:批准|同意|申请|怎么|如何|可以|能|想)+(?:办理?)?延|延几[次回天]|(?:往|向)后[推延拖]|推迟|缓[一几]|多给.{0,4}时间|更多时间|宽限|[延拖]一[延拖]|(?:多)?(?:给|容|晚|拖)(?:我|点)?几天"
)
_AWAY: Final = Regex(
    "^(?:我|本人|这周|下周|这几天|最近|明天|后天|周[一二三四五]|今天|下午|月底)?.{0,8}?(?:休(?:年|产|病|事|陪产|婚)?假|年假|产假|病假|请.{0,3}假|住院|生病|病了|出差|外出|出国|党校|培训|学习|探亲|回老家|调走|调到|调离|退休|换岗|转岗|离任|离职|岗位|不分管|不在(?:沈阳|单位|岗|家|办公室|期间|的时候|国内)?)"
    "|(?:由|让|请|找|叫).{2,4}(?:负责|替我?|代(?:我|为|管|理)?|顶|接手|盯|看着)|.{2,4}[替代]我|(?:有事|这几天|这周|这段时间)(?:就)?(?:找|联系).{2,4}$|接手|(?:活|工作|案子|诉求|后面|手[上头]).{0,6}(?:交给|归|由|给).{2,3}$|[一-龥]{2,3}(?:来)?管$"
)
_MINE: Final = Regex("企业|厂|老板|他|材料|工人|客户")
_RINGS: Final = Regex(
    "(?:打|拨|去|回|挂|约|通)(?:一?[个下次]|他|老板|企业)?(?:的)?(?:电话|通话)|打过去|打给|拨过去|电话(?:沟通|联系|问)|联系(?:一?下)?(?:企业|老板|负责人|对方|他|[一-龥]{1,2}总)|(?:跟|和|与|约|找)(?:企业|老板|负责人|他们?|[一-龥]{1,2}总)(?:聊|谈|通|约|沟通)"
)
_IN_VAIN: Final = Regex(
    "(?:当|说我?是?|以为我?是?|怀疑我?是?)(?:成|是)?骗子|(?:直接|把我|给我|被)挂|挂[了断]?我?(?:的)?电话|挂了$|无法接通|(?:找|联系|打)不[着到上]|没(?:联系|找|打)[上到通着]|没说话|不说话|把我拉黑|未接通|(?:打|拨)不[进出]|没[打拨][进出]去?|一打就挂|(?:标|认)[成为记定]?(?:诈骗|骚扰|骗子)"
)
_PASSES: Final = Regex(
    "^(?:请)?(?:转|批转|移送|移交|推给|甩给|派给|交给|分给)(?!账|款|告)|(?:转|请|由|让).{1,8}(?:阅处|阅办|承办|办理?|处理|研究|牵头)$|(?:归|是|该|找|给|得找|应该找|问).{0,3}(?:[一-龥]市长|[一-龥]省长|[一-龥]局长|[一-龥]主任|[一-龥]书记)(?:管|的事|吧|办|去)?$|换(?:一?[个位])?(?:别)?(?:人|领导|单位)|(?:派|分|转|送|发)(?:单)?错(?!账)"
    "|(?:不该|凭什么|为[什啥]么?|谁)(?:派|分|给|转|让)(?:单)?(?:给)?我?|(?:跟|与|和)(?:我|本|咱)[^，,]{0,6}(?:无关|没(?:有)?关系)|非(?:我|本)|退[件单]|推[回给](?:区|市|省|街道|部门|他们)|派[过来](?:来)?的?$|的菜$|弄不了|(?:得|应|该|让他们?自己|建议)(?:去)?[找转由](?:.{1,5})?(?:局|委|厅|部门|财政|住建|税务|人社|区里|街道)|建议[转由]"
)
_ASKS_US: Final = Regex(
    "不会[用弄操]|看不懂|不懂|(?:怎么|咋)(?:弄|用|操作|回|搞|点|给企业|发)|点哪|^这是?(?:什么|啥)$|^啥意思$|^早$|这个号|小程序"
)
_THEIRS: Final = Regex(
    "回复?他|告诉他|跟他说|叫他|让他|转告他|通知他们?|回复?企业|告诉企业|回复?老板|告诉老板|跟企业说|让企业|叫企业|^(?:这|那)(?:户|个?老板|人|家(?!公司|银行))|^(?:他|她)(?:这|又|就|老|是|真|总|怎么)|别理|不用理|[压搁晾放]一[压搁晾放]|^老[一-龥](?!板)|^小[一-龥](?:你|去|来)"
)


@lru_cache(maxsize=256)
def meant_for_us(text: str) -> Command | None:
    """Return the command that short words are near to, HELP for what none is near to; None if they are news.

    Time is bounded.
    """
    if len(text) > REFUSED_UP_TO:
        return None
    core = core_of(text)
    if _REFUSES.search(core) and not _TO_BE_MENDED.search(core):
        return Command.DECLINE
    if len(text) > LONGEST or TO_THEM.search(core) or (_NEWS.search(core) and not _IN_VAIN.search(core)):
        return None
    found = next((command for command, words in _NEAR if words.search(core)), None)
    if found is Command.DELEGATE and _MINE.search(core):
        return None
    return found


_NEAR: Final = (
    (Command.CALL_FAILED, _IN_VAIN),
    (Command.PASS_ON, _PASSES),
    (Command.EXTEND, _MORE_TIME),
    (Command.ANNOUNCE_CALL, _RINGS),
    (Command.DELEGATE, _AWAY),
    (Command.HELP, _ASKS_US),
    (Command.HELP, _THEIRS),
)
