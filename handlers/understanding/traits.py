"""What a text is compared by beside its vector: things, causes and names, rare pairs, its probable type.

Pure. Traits can be kept as JSON, so that a text is read once and compared often.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import mul
from pathlib import Path
from sys import intern
from typing import Any, Final, Self

import yaml

from . import identifiers
from .classifier import default_classifier, verdict_on
from .debtors import debtor_in
from .features import READ_AT_MOST, runs
from .model import TYPES
from .regex import Regex
from .text import normalize

THINGS: Final = Path(__file__).with_name("stones.yaml")
CAUSES: Final = Path(__file__).with_name("causes.yaml")
READING: Final = 4
"""Counted up whenever texts are read otherwise: cases that were read before are read once more."""
GRAMS_AT_MOST: Final = 64
"""Pairs of characters that are kept, the rarest: a letter of pages must not outweigh a sentence."""
NAMES_AT_MOST: Final = 12
UNKNOWN: Final = 9.0
"""How much a pair tells that hardly any of our examples has; the rarest known one tells 7.4."""

_KINDS: Final[Mapping[str, str]] = {
    "investment": "城投|城建投资|城市建设投资|城市投资|建投|交投|水务集团|文旅投",
    "park": "(?:工业园区?|产业园区?|科技园区?|物流园|软件园|创业园|孵化园"
    "|高新区|开发区|经开区|新区|示范区|园区)(?:管委会|管理委员会)?",
    "tcm": "中医院",
    "mothers": "妇幼保健院|妇产医院|妇幼",
    "hospital": "人民医院|中心医院|医院|卫生院",
    "school": "中学|小学|大学|学院|学校|幼儿园",
    "firm": "重工|矿业|房地产|地产|置业|路桥|建工|建设集团|重型|机械|钢铁|化工|药业|能源|集团|股份"
    "|有限公司|有限责任公司|[一二三四五六七八九十]公司|燃气公司|热力公司|供电公司|银行",
    "place": "小区|花园|家园|新城|大厦|广场|商城|市场|商场|大街|大道|路|街道|镇|乡|村|屯",
}
HOSPITALS: Final = frozenset({"tcm", "mothers", "hospital"})
_ENDING: Final = Regex("|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items()))
_CUT: Final = re.compile(
    r"[^\u4e00-\u9fff]|给|向|在|被|由|从|到|跟|和|与|为|对|把|让|去|是|的|了|我们?|咱们?|你们|他们|本|贵|该"
    "|这家?|那家?|一家|某|各|每|几家|多家|两家|全|整个|请|找|家|于|往|回|欠|供|修|包|接|做|干|卖|拉|等|办|说"
    "|新|老|外地|当地|国有|民营|大型|小|有个|反映|协调|投诉|举报|承|拖|催|帮忙|领导|过问|督促|求|吗|呢|啊|就|都"
    "|条|段|一|上|下|走|关于|责令|请求|解决|年|月|至今|当时|目前|以后|取得|购买|入驻|建设单位|甲方|业主"
)
_SELF_BEFORE: Final = re.compile(
    r"(?:我公司|我司|我厂|我们?是|本公司|本人是|我单位|我企业|公司名称|企业名称|单位名称)[^,。;!?]{0,14}$"
)
_SELF_AFTER: Final = Regex(
    r"[^,。;!?欠拖]{0,4}?(?:的?负责人|法人|法定代表人|的?老板|\(?以下简称|成立于|位于|是一家|反映|申请)"
)
"""Whose name stands so is the sender: that two senders differ says nothing."""
_NOBODY: Final = Regex(
    "(?:建设|采购|发包|施工)?单位|业主方?|甲方|开发商|总?包方?|老板|客户|房东|供应商|对方|政府|财政局?|城建局|管委会.*|.?公司"
)
"""Whoever is only called so may be anybody: that two texts call them otherwise says nothing."""
_ORGAN: Final = Regex(
    r"[\u4e00-\u9fff]{2,4}[省市县区旗镇乡][\u4e00-\u9fff]{0,8}?(?:局|厅|委|政府|街道|中心|站|大队|法院)"
)
"""Somebody who is known by where they are: 北票市水利局."""
_NO_NAME: Final = Regex("(?:返|农业农|[一二两三四五六七八九十几多][个所]|前任)$")
"""What makes no name of what follows: 返乡, 农业农村, 三个镇, 两所学校."""
_REGION: Final = Regex("[省市县区镇乡村]")
_HEAD: Final = 8
_KEPT: Final = 6
_SHORTEST: Final = 2
PROBABLE: Final = 0.3
"""Probability of its being about arrears from which on whoever owes is looked for."""

Name = tuple[str, str]
"""What kind of a name it is, and what is its own in it."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What one text is compared by. `scores` are square roots of the fast path's probabilities."""

    things: frozenset[str]
    causes: frozenset[str]
    names: frozenset[Name]
    grams: frozenset[str]
    scores: tuple[float, ...]
    weight: float = field(compare=False)
    """What its pairs of characters tell together: summed up once, asked for at every comparison."""
    is_anonymous: bool = False
    """Nobody is named who could owe anything: 甲方, 开发商, 对方 may be anybody."""

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {
            "things": sorted(self.things),
            "causes": sorted(self.causes),
            "names": sorted(map(list, self.names)),
            "grams": "".join(sorted(self.grams)),
            "scores": [round(each, 4) for each in self.scores],
            "weight": round(self.weight, 4),
            "anonymous": self.is_anonymous,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Return what `as_json` kept."""
        pairs = kept["grams"]
        return cls(
            frozenset(kept["things"]),
            frozenset(kept["causes"]),
            frozenset((kind, head) for kind, head in kept["names"]),
            frozenset(intern(pairs[at : at + 2]) for at in range(0, len(pairs), 2)),
            tuple(kept["scores"]),
            kept["weight"],
            kept["anonymous"],
        )


def traits_of(text: str) -> Traits:
    """Return what `text` is compared by. Never raises."""
    plain = normalize(text[:READ_AT_MOST])
    scores = verdict_on(text).scores
    names = {*_names(plain), *_papers(text)}
    if scores["arrears"] > PROBABLE:
        names |= _debtor(text)
    grams = _grams(text)
    return Traits(
        things=_named(THINGS, plain),
        causes=_named(CAUSES, plain),
        names=frozenset(sorted(names)[:NAMES_AT_MOST]),
        grams=grams,
        scores=tuple(round(math.sqrt(scores[kind]), 4) for kind in TYPES),
        weight=round(told_together(grams)[0], 4),
        is_anonymous={kind for kind, _ in names} <= {"place", "document"} and not _ORGAN.search(plain),
    )


def rarity(gram: str) -> float:
    """Return how much a pair of characters tells: more, the fewer of our examples have it."""
    vocabulary = default_classifier().vocabulary
    row = vocabulary.rows.get(gram)
    return vocabulary.rarity[row] if row is not None else UNKNOWN


def told_together(grams: Iterable[str]) -> tuple[float, float]:
    """Return the sum of the squared rarities of pairs of characters, in whatever order, and the highest."""
    vocabulary = default_classifier().vocabulary
    rows, rare = vocabulary.rows, vocabulary.rarity
    found = [rare[rows[gram]] if gram in rows else UNKNOWN for gram in grams]
    return math.fsum(map(mul, found, found)), max(found, default=0.0)


def pairs_of(name: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters in what is somebody's own in a name."""
    return frozenset(name[at : at + 2] for at in range(len(name) - 1))


def are_rivals(one: str, other: str) -> bool:
    """Whether two kinds of names never mean the same: a hospital is no hospital of another kind."""
    return one != other and one in HOSPITALS and other in HOSPITALS


def _named(file: Path, plain: str) -> frozenset[str]:
    return frozenset(each for each, words in _words(file).items() if words.search(plain))


@cache
def _words(file: Path) -> Mapping[str, Regex]:
    read = yaml.safe_load(file.read_text("utf-8"))
    return {str(each): Regex("|".join(map(re.escape, words))) for each, words in read.items()}


def _grams(text: str) -> frozenset[str]:
    found = {run[at : at + 2] for run in runs(text) for at in range(len(run) - 1)}
    return frozenset(sorted(found, key=lambda gram: (-rarity(gram), gram))[:GRAMS_AT_MOST])


def _names(plain: str) -> Iterable[Name]:
    for match in _ENDING.finditer(plain):
        if match.lastgroup == "firm" and (
            _SELF_BEFORE.search(plain, 0, match.start()) or _SELF_AFTER.match(plain, match.end())
        ):
            continue
        own = _own(plain[max(0, match.start() - _HEAD) : match.start()])
        if len(own) >= _SHORTEST and not _NO_NAME.search(own):
            yield str(match.lastgroup), own


def _own(head: str) -> str:
    """Return the end of what stands before the kind of a name: from where other words end."""
    ends = [cut.end() for cut in _CUT.finditer(head)]
    return _REGION.sub("", head[ends[-1] :] if ends else head)[-_KEPT:]


def _papers(text: str) -> Iterable[Name]:
    return (("document", number) for number in identifiers.documents(text))


def _debtor(text: str) -> set[Name]:
    debtor = debtor_in(text)
    own = "" if debtor is None else _own(_ENDING.sub("", debtor.name))
    return {("debtor", own)} if len(own) >= _SHORTEST and not _NOBODY.fullmatch(own) else set()
