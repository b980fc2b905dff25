"""The examples we wrote: enough of them, all different, cleanly written."""

import re
from bisect import bisect_right
from collections import Counter

import numpy as np
import yaml
from rapidfuzz import fuzz, process

from handlers.understanding.corpus import EXAMPLES, TYPES, examples, lexicon
from handlers.understanding.features import IDEA_LENGTHS
from handlers.understanding.text import normalize

ALIKE = 80
"""Likeness in percent from which two texts teach the same."""
LONGER = 2 / (ALIKE / 100) - 1
"""How many times as long the longer of two texts may be that are so alike."""
BLOCK = 256
TEXTS = [each.text for each in examples()]
OBVIOUS = {
    "policy": "政策|补贴|补助|奖励|兑现|退税|减免|扶持",
    "factors": "要素|用地|土地|用电|电力|供电|用水|供水|用气|燃气|贷款|融资|招工|用工|物流",
    "approval": "审批|许可|证照|执照|验收|备案|登记|环评|窗口|办证|手续",
    "arrears": "欠|账款|工程款|货款|质保金|尾款|保证金",
    "ip": "知识产权|商标|专利|侵权|著作权|版权|假冒|仿冒",
    "chain": "产业链|供应链|配套|供应商|客户|订单|销路|对接",
}
"""The words by which anybody would sort a matter who knows no more than what the six types are called."""


def test_examples_cover_every_type_well() -> None:
    assert {kind: n for kind, n in Counter(each.type for each in examples()).items() if n < 600} == {}
    assert {each.type for each in examples()} == set(TYPES)


def test_examples_folder_holds_one_file_a_type_the_intents_and_the_patterns() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {
        "intents",
        *("patterns", "letters", "later", "unnamed", "unread"),
        *(f"{kind}.yaml" for kind in TYPES),
    }


def test_at_least_half_of_the_examples_avoid_the_obvious_keywords() -> None:
    shares = {}
    for kind, words in OBVIOUS.items():
        texts = [each.text for each in examples() if each.type == kind]
        shares[kind] = sum(re.search(words, text) is None for text in texts) / len(texts)
    assert {kind: share for kind, share in shares.items() if share < 1 / 2} == {}


def test_examples_hold_letters_and_phone_messages_of_every_type() -> None:
    long = Counter(each.type for each in examples() if len(each.text) > 120)
    short = Counter(each.type for each in examples() if len(each.text) <= 12)
    assert {kind: (long[kind], short[kind]) for kind in TYPES if long[kind] < 5 or short[kind] < 10} == {}


def test_examples_are_strings_without_stray_blanks() -> None:
    assert {type(text) for text in TEXTS} == {str}
    assert [text for text in TEXTS if text != text.strip() or not text] == []


def test_examples_have_no_near_duplicates() -> None:
    read = sorted((normalize(text) for text in TEXTS), key=len)
    lengths = [len(text) for text in read]
    found = []
    for start in range(0, len(read), BLOCK):
        some = read[start : start + BLOCK]
        near = read[start : bisect_right(lengths, len(some[-1]) * LONGER)]
        likeness = process.cdist(some, near, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8)
        found += [(some[one], near[other]) for one, other in np.argwhere(np.triu(likeness, k=1))]
    assert found == []


def test_examples_name_no_sub_matter_twice() -> None:
    for kind in TYPES:
        lines = (EXAMPLES / f"{kind}.yaml").read_text(encoding="utf-8").splitlines()
        names = [line for line in lines if line.endswith(":") and not line.startswith((" ", "#"))]
        assert names == [f"{name}:" for name in yaml.safe_load("\n".join(lines))]


def test_lexicon_words_have_a_length_that_is_looked_up_and_stand_once_in_an_idea() -> None:
    assert [word for words in lexicon().values() for word in words if len(word) not in IDEA_LENGTHS] == []
    assert {idea: words for idea, words in lexicon().items() if len(set(words)) != len(words)} == {}
