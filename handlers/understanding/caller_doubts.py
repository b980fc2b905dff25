"""Doubts about somebody who rang, came or wrote in our name, and tales of what they wanted, in few words.

By the words alone. What an office or a customer demands is a matter of its own and no doubt; so is harm done.
"""

from typing import Final

from .callers import is_alarming
from .headline import names_a_matter
from .phrases import HARMED
from .regex import Regex
from .text import core_of, normalize

LONGEST: Final = 40
"""Characters; whoever tells more of a caller tells a matter too."""

_HARMED: Final = Regex(HARMED)
_LEAD: Final = (
    "(?>请问|问一?下|帮忙|帮|麻烦|想|要|能不能|可以|怎么|如何|去哪|我们?|[你您]们?好?|领导|同志"
    "|刚才?|方才|今天|昨天|上午|下午|中午|早上)*"
)
_OURS: Final = (
    "(?:[你您]们?|咱们|领导|政府|平台|专班|联络员|负责人|督查|省里|市里|区里|县里"
    "|[一-龥]{1,4}?(?:省长|市长|区长|县长|书记|局长|主任|处长|秘书))"
)
_RANG: Final = (
    "(?:打(?:来|过来|过|给)?(?:的|了|过)*(?:我们?)?(?:的|过)?(?:来?电话|手机)?|来过?电话?|致电|来电)"
)
_WHETHER: Final = "(?:的|了|过)*(?:吗|么|没有?|吧|不|的吗|呢|呀|啊|真的假的)?"
_RANG_US: Final = Regex(
    f"{_LEAD}(?:是不是|是否|是|有没有|有)?{_OURS}(?:那边|这边|的人|的?领导)?(?:是不是|是否|有没有|刚才?|今天|昨天|要|有|打算|的|就|也)*"
    f"(?:给我们?|找我们?|跟我们?)?{_RANG}{_WHETHER}"
)
_IS_ASKED: Final = Regex("是不是|是否|有没有|[吗么没吧不]$|没有$")
_LIES_BEHIND: Final = Regex(
    "刚|方才|今天|昨天|上午|中午|早上|打[了过]|打来|打过来|的[吗么]?$|[了过]|是不是|有没有"
)
_A_CALL: Final = (
    "(?>陌生|那个|这个|该|一?个|座机|手机|固话|的|有|接到|来|打来)*(?:电话|来电|号码?|座机|手机号)"
)
_OF_A_CALL: Final = Regex(
    f"{_LEAD}{_A_CALL}(?:打来|打过来|打给我)?(?:的|是|到底|究竟|又)*"
    "(?:谁(?:的|打的|啊|呀|呢)*|哪[里儿来](?:的|打的)*|哪个(?:单位|部门|领导)?的?|咋回事|怎么回事|什么情况|啥情况|什么来头"
    "|是?不?是?(?:真的?|假的?)(?:还是假的?|假的?)?(?:吗|么)?|靠谱吗?|可信吗?|可靠吗?|能信吗?)(?:啊|呀|呢)?"
)
_CHECK: Final = Regex(
    f"{_LEAD}(?:查|验|核实|核验|核对|核|鉴别|辨别|辨认|分辨|判断|确认|验证|认)(?:一?下|一?个|一?查|一?验|清楚)*(?:刚才?|今天|打)*"
    "(?:的)?(?:(?:来电|号码?|电话号?码?|手机号|(?:对方|来人|人员|他们?|她)的?身份|身份|真假|真伪)+(?:人员?)?的?(?:真假|真伪|身份)?|(?:这|那)个?(?:人|号码?|电话)|打电话的人)(?:吗|吧|呢)?"
    f"|{_LEAD}(?:知道|确认|分辨|辨别|判断|核实|看出)(?:他们?|她|对方|来的)?(?:是不是|是)?(?:真的?|假的?|骗子|真领导|真假|你们的?人)(?:的|领导|干部)?(?:吗|呢)?"
)
_CLAIMED: Final = (
    "(?:说|称|自称|自己说|讲|谎称|号称)(?:他|她|自己)?(?:就?是|能|来自)?(?:从|给|咱们?|[你您]们?|上面"
    "|政府|省|市|区|县|专班|督查|领导|营商|工商|公家|[一-龥]{1,4}[局委厅])"
)
_SOMEBODY: Final = (
    "(?>有|来了?|门口|楼下|厂里|刚才|刚|今天|碰到|遇到|接到|一|两|三|几|[个位名]|男|女|人|的|姓."
    "|电话|打来|打电话|他|她|对方)*"
)
_CALLED: Final = f"{_SOMEBODY}(?:叫[一-龥]{{2,3}}{_SOMEBODY})?"
_POSED: Final = Regex(
    f"{_LEAD}{_CALLED}[，,]?{_CLAIMED}(?>里|上|政府|营商|工商|环境|建设|服务|[局委厅办]|中心|公室|书记|[省市区县]长|主任|局长|处长)*(?:的人?|派来|来的|秘书|领导|人员|干部)*(?:要?来(?:我们?)?[厂公司单位店]*|找我们?|要?见我们?|是)*(?:真的?假的?|真的|假的)?(?:吗|么|吧|呢)?"
)
_OF_YOURS: Final = Regex(
    f"{_LEAD}(?:他|她|他们|那个?人|这个?人|姓.的?|[一-龥]{{2,6}}?)(?:是|到底是|是不是|算)[你您咱]们(?:那|这)?(?:边|里|单位|政府|平台)?(?:派来?)?的(?:人|领导|干部|工作人员)?(?:吗|么|吧|呢)?"
)
_DEMANDED: Final = "(?:要钱|收钱|收费|收手续费|要手续费|验证码|银行卡|密码|转账|打款|保证金)"
_OF_US: Final = Regex(
    f"{_LEAD}(?:[你您]们?|平台|政府|领导|这里|这个号|正规的|真的?领导)(?:的人)?(?:会不会|是不是|会|要|能|可能|让|打电话|来电话|找我们?|跟我们?|给我们?|收|也|还|都)*"
    f"{_DEMANDED}(?:吗|么|不|吧|呢)?"
)
_TOLD: Final = Regex(
    "有人(?!看|管|办|理|负责|接[了吗])|有个(?:人|男|女|自称|姓|叫|电话|号|短信|微信)|有位|(?:那|这)个?人(?:说|要|让)|有个骗子|来了(?:一?[个位]|俩|两|几)|来个人|[接收][到了过]*(?:一?[个条通])?(?:陌生|诈骗|奇怪|莫名)*的?(?:电话|来电|短信|微信|消息)"
    "|打(?:来|过来|了)?(?:个|的)?电话|电话[里中上说]|来电|短信(?:让|说|叫|要|里|上)|微信上|加[了上]?我的?微信(?:的|说|叫|自称|让)|陌生"
    "|自称|冒充|谎称|一个(?:男|女)?的|他们?说[能可帮是]|她说[能可帮是]"
)
_OF_ONE: Final = Regex(
    "(?:让|要|叫|催|管|跟|向|收|骗)(?:我们?|咱们?|俺们?|公司|财务|会计|老板|企业)|(?:自称|说是|冒充|省里|市里|政府|领导|专班|[你您]们|帮我们?|能办|办成)"
)
_INSTITUTION: Final = Regex(
    "[一-龥][局厅]|管委会|窗口|银行(?!卡)|法院|甲方|客户|供电|通[电水气]|质保金|工程款|物业|房东|业主|总包|中介|采购方|国企|医院|学校|街道|税务|海关"
)
_CLAIM: Final = Regex("(?:说是|自称|冒充|自己是|称是|说他是|说她是|假装)[^，,。]{0,8}")
_MONEY: Final = Regex(
    r"(?:先|让|要|叫|得)[^，,。]{0,6}[打转汇交付][^，,]{0,4}(?:\d|[一二两三四五六七八九十几])[百千万]"
)

_CALLER: Final = Regex(
    "打(?:来|过来|的电话|我|给我|了?个?电话|电话)|(?:刚|上午|下午|今天|昨天|那|这|陌生).{0,8}(?:电话|来电|座机|未接|号)|来电|[来那这](?:的|个|俩|两个?|几个?|位)+人|来的(?:人|那)|说是|自称|自己是|冒充|冒用"
    "|(?:查|验|核).{0,6}(?:电话|号)"
)
_DOUBTED: Final = Regex(
    "是不是|是否|真的?假|真的[吗么不]|假的|真领导|骗子|诈骗|冒充|确[定认]|分辨|辨别|核实|核验|谁(?!来|给我?们?办|负责|管)|[吗么不没嘛]$|是你们"
)
_OF_OFFICE: Final = Regex(
    "[你您咱]们|政府|领导|[省市区县][里长委]|督查|专班|秘书|[局处主科][长任]|干部|官方|公家"
)
_NO_DOUBT: Final = Regex(
    "多少|就不能|主动|再打|能(?:不能)?(?:给|让|叫|请|打|安排)|可以(?:给|打)|让(?:领导|他|你们?)|请(?:领导|您)|希望|催|怎么(?:还)?[没不]|还没|说好|答应|什么时候|啥时候|几点|投诉|举报|给(?:他|她|对方|管委会|[一-龥]{1,3}局)"
)
_OF_CALLS: Final = Regex("电话|人|骗子?|诈骗|假的?|厂|车间|办公室|来电")
_OF_SOMEBODY: Final = Regex("谁(?:呀|啊)?.{0,6}打|打.{0,4}(?:是谁|谁)|谁打|骗子|诈骗")
_FEW: Final = 26


def asks_of_a_caller(text: str) -> bool:
    """Whether a short text asks who rang, or whether somebody is of ours, and says nothing else."""
    if len(text) > LONGEST or _HARMED.search(text):
        return False
    core = core_of(text)
    if _RANG_US.fullmatch(core) and _IS_ASKED.search(core) and _LIES_BEHIND.search(core):
        return True
    return any(each.fullmatch(core) for each in (_OF_A_CALL, _CHECK, _POSED, _OF_YOURS)) or _doubts(core)


def _doubts(core: str) -> bool:
    """Whether few words that name no matter speak of a caller, of an office, and of a doubt."""
    if len(core) > _FEW or _NO_DOUBT.search(core) or names_a_matter(_OF_CALLS.sub("", core)):
        return False
    if _CALLER.search(core) is None or _DOUBTED.search(core) is None:
        return False
    return _OF_OFFICE.search(core) is not None or _OF_SOMEBODY.search(core) is not None


def asks_what_we_demand(text: str) -> bool:
    """Whether a short text asks if we ourselves want money or codes: 你们会要验证码吗."""
    core = core_of(text[:LONGEST])
    return (
        len(text) <= LONGEST and core[-1:] in {"吗", "么", "不", "吧", "呢"} and bool(_OF_US.fullmatch(core))
    )


def tells_of_a_swindle(text: str) -> bool:
    """Whether a short text tells that a stranger wants money, codes or papers: 有人打电话要我银行卡号."""
    plain = normalize(text[:LONGEST])
    if len(text) > LONGEST or not (is_alarming(text) or _MONEY.search(plain)):
        return False
    if _INSTITUTION.search(_CLAIM.sub("", plain)) or _HARMED.search(plain):
        return False
    return _TOLD.search(plain) is not None and _OF_ONE.search(plain) is not None
