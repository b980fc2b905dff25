"""The reason, the words and the channel of a refusal, as officials type them."""

import pytest

from config import catalog
from handlers.understanding.grounds import Said, names_a_basis, pointed_to, read_grounds


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("民事纠纷 房东与租户的押金争议", Said("civil", "房东与租户的押金争议", None)),
        ("涉诉。沈阳中院已立案", Said("justice", "沈阳中院已立案", None)),
        ("重复，原编号1013", Said("repeated", "原编号1013", None)),
        ("重复", Said("repeated", "", None)),
        ("重复的事", Said(None, "重复的事", None)),
        ("我们办不了", Said(None, "我们办不了", None)),
        ("", Said(None, "", None)),
        (
            "不属本级职权 由外汇部门垂直管理。渠道：外汇局 024-1",
            Said("other_level", "由外汇部门垂直管理", "外汇局 024-1"),
        ),
        ("仲裁 已立案，正确渠道是 仲裁委", Said("arbitration", "已立案", "仲裁委")),
        ("民事 渠道不畅的问题", Said("civil", "渠道不畅的问题", None)),
    ],
)
def test_reason_words_and_channel_are_told_apart(typed: str, said: Said) -> None:
    assert read_grounds(typed) == said


@pytest.mark.parametrize(
    ("words", "channel"),
    [
        ("请到沈阳市市场监管局许可科，电话024-1234", "沈阳市市场监管局许可科，电话024-1234"),
        ("这由国家外汇部门管，请您直接联系外汇局。谢谢", "外汇局"),
        ("请向大连海关咨询，电话12360", "大连海关咨询，电话12360"),
        ("由外汇部门垂直管理", None),
        ("我们去税务局问过了", None),
        ("请到现场看看", None),
    ],
)
def test_office_that_words_send_to_is_the_channel(words: str, channel: str | None) -> None:
    assert pointed_to(words) == channel


def test_every_name_and_alias_of_the_catalogue_is_known() -> None:
    for reason in catalog.decline_reasons().values():
        for name in (reason.name, *reason.aliases):
            assert read_grounds(f"{name} 说明如此") == Said(reason.code, "说明如此", None)


@pytest.mark.parametrize(
    ("words", "has_one"),
    [
        ("按《某市技改补助办法》第六条", True),
        ("依据辽政发〔2025〕12号", True),
        ("依据辽政发[2025]12号", True),
        ("按政策规定不行", False),
        ("《》不行", False),
    ],
)
def test_basis_is_a_document_by_title_or_number(words: str, has_one: bool) -> None:  # noqa: FBT001 -- the answer
    assert names_a_basis(words) == has_one
