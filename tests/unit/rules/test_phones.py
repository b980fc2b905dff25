"""Numbers as people type them come into one form; what leaves is a seal or four digits."""

import re
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.rules.phones import (
    Number,
    PhoneKey,
    lacks_area_code,
    mask,
    mask_only,
    numbers_in,
    only_number,
)

MOBILE: Final = "+8613840001234"
SHENYANG: Final = "+862486892345"
DALIAN: Final = "+8641182301234"

WRITTEN: Final = {
    MOBILE: [
        "13840001234", "138 4000 1234", "138-4000-1234", "138.4000.1234", "+8613840001234",
        "+86 138 4000 1234", "0086 138 4000 1234", "0086-13840001234", "8613840001234", "86-138-4000-1234",
        "１３８４０００１２３４", "１３８　４０００　１２３４", "138—4000—1234", " 13840001234\n",
    ],
    SHENYANG: [
        "024-86892345", "02486892345", "024 8689 2345", "(024)86892345", "（024）8689 2345", "024－8689－2345",
        "+86 24 86892345", "+86-024-86892345", "+862486892345", "0086 24 8689 2345", "024-86892345转8001",
        "024-86892345-801", "024-86892345 ext.12",
    ],
    DALIAN: ["0411-82301234", "0411 8230 1234", "(0411)82301234", "+86 411 82301234"],
    "+864118230123": ["0411-8230123"],
    "+864001234567": ["400-123-4567", "4001234567", "400 1234 567"],
    "+85223456789": ["+852 2345 6789", "00852-23456789"],
    "12345": ["12345"],
    "95588": ["95588", " 95588 "],
    "110": ["110"],
}  # fmt: skip


@pytest.mark.parametrize(("number", "written"), [(n, w) for n, ways in WRITTEN.items() for w in ways])
def test_number_is_one_however_it_is_written(number: str, written: str) -> None:
    assert only_number(written) == Number(number)


@pytest.mark.parametrize(
    "text",
    [
        "", "1384000123", "138400012345", "12840001234", "024-8689234", "024-1689234", "86892345",
        "210102198001011234", "2026-11-24 15:30", "320万", "1.5万", "1234", "138400O1234", "911",
        "13840001234 13840001235", "13840001234是真的吗",
    ],
)  # fmt: skip
def test_anything_else_is_no_number(text: str) -> None:
    assert only_number(text) is None


def test_numbers_are_found_in_what_people_say() -> None:
    text = "刚才１３８ ４０００ １２３４打来，又用(024)86892345打，还是13840001234；身份证210102198001011234，320万"
    assert numbers_in(text) == (Number(MOBILE), Number(SHENYANG))
    assert numbers_in("说2026年11月24日前交320万，编号12345") == ()


@pytest.mark.parametrize("text", ["86892345", "8689 2345", "8230123", "8689－2345"])
def test_local_number_lacks_its_area_code(text: str) -> None:
    assert lacks_area_code(text)


@pytest.mark.parametrize("text", ["024-86892345", "13840001234", "12345", "868923456", ""])
def test_whole_number_lacks_nothing(text: str) -> None:
    assert not lacks_area_code(text)


def test_masked_text_keeps_everything_but_the_numbers() -> None:
    text = "他用１３８４０００１２３４和（024）8689-2345打来，要320万"
    assert mask(text) == "他用…1234和…2345打来，要320万"
    assert mask(text, keep=[Number(SHENYANG)]) == "他用…1234和（024）8689-2345打来，要320万"
    assert mask_only(text, [Number(SHENYANG)]) == text.replace("（024）8689-2345", "…2345")
    assert mask_only(text, []) == text


MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
GAPS = st.sampled_from(["", " ", "-", ".", "  ", "—", "　"])


@given(MOBILES, st.sampled_from(["", "+86", "0086", "86 ", "+86-"]), GAPS, GAPS)
def test_every_mobile_is_found_and_masked_however_it_is_split(
    digits: str, prefix: str, first: str, second: str
) -> None:
    written = f"{prefix}{digits[:3]}{first}{digits[3:7]}{second}{digits[7:]}"
    number = Number(f"+86{digits}")
    assert only_number(written) == number
    assert numbers_in(f"他打{written}，说是省里的") == (number,)
    assert mask(f"他打{written}，") == f"他打…{digits[-4:]}，"


@given(st.text(max_size=200) | st.text("0123456789 -+()（）１２转.", max_size=60))
@example("1" * 100_000)
@example("1 " * 100_000)
@example("138-" * 50_000)
def test_any_text_is_read_quickly_and_masked_for_good(text: str) -> None:
    found = numbers_in(text)
    only = only_number(text)
    assert only is None or only.tail.isdigit()
    assert numbers_in(mask(text[:600])) == () or found == ()
    assert all(re.fullmatch(r"\+[0-9]{7,16}", number.dialled) for number in found)


def test_seal_is_one_for_one_number_and_key_and_tells_neither() -> None:
    key, other = PhoneKey(b"k" * 32), PhoneKey(b"o" * 32)
    number = Number(MOBILE)
    assert key.seal(number) == key.seal(Number(MOBILE)) != other.seal(number)
    assert key.seal(number) != key.seal(Number(SHENYANG))
    assert re.fullmatch("[0-9a-f]{64}", key.seal(number))
    assert (key.mark, len(key.mark)) == (PhoneKey(b"k" * 32).mark, 8)
    assert key.mark != other.mark
    assert "1234" not in repr(number) + repr(key)
    assert number.tail == "1234"
