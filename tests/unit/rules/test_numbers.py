"""Ticket numbers, ledger numbers, credit codes: right ones pass, mistyped ones do not."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.rules.numbers import (
    credit_code_check,
    credit_code_is_valid,
    ledger_number,
    number_of,
    ticket_id_of,
)

IDS = st.integers(1, 2**63 - 1)
CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATIONS = st.text(CREDIT_CHARACTERS, min_size=9, max_size=9)


@pytest.mark.parametrize(("ticket_id", "number"), [(1, "1010"), (2, "1029"), (472, "5724"), (900, "10008")])
def test_number_is_the_shifted_id_with_a_damm_digit(ticket_id: int, number: str) -> None:
    assert number_of(ticket_id) == number  # 572 with check digit 4 is Damm's own published example


@given(IDS)
def test_number_leads_back_to_its_id(ticket_id: int) -> None:
    assert ticket_id_of(number_of(ticket_id)) == ticket_id


@given(st.from_regex("[0-9]{1,21}", fullmatch=True))
def test_digits_that_are_a_number_are_the_number_of_their_id(digits: str) -> None:
    ticket_id = ticket_id_of(digits)
    assert ticket_id is None or number_of(ticket_id) == digits


@given(IDS, st.data())
def test_one_mistyped_digit_is_caught(ticket_id: int, data: st.DataObject) -> None:
    number = number_of(ticket_id)
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != number[place])
    assert ticket_id_of(number[:place] + digit + number[place + 1 :]) is None


@given(IDS, st.data())
def test_two_swapped_neighbours_are_caught(ticket_id: int, data: st.DataObject) -> None:
    number = number_of(ticket_id)
    place = data.draw(st.integers(0, len(number) - 2))
    left, right = number[place], number[place + 1]
    assume(left != right)
    assert ticket_id_of(number[:place] + right + left + number[place + 2 :]) is None


def test_every_slip_in_the_first_thousand_numbers_is_caught() -> None:
    numbers = [number_of(ticket_id) for ticket_id in range(1, 1001)]
    slips = {
        number[:place] + digit + number[place + 1 :]
        for number in numbers
        for place in range(len(number))
        for digit in "0123456789"
        if digit != number[place]
    }
    assert [slip for slip in slips if ticket_id_of(slip) is not None] == []


@pytest.mark.parametrize(
    "typed",
    [
        "1010", " 1010 ", "１０１０", "#1010", "＃1010", "# 1010", "编号1010", "编号 1010", "编号：1010",
        "诉求编号1010", "No.1010", "NO. 1010", "no1010", "10 10", "编号\u30001010", "编号：#1010",
    ],
)  # fmt: skip
def test_number_is_understood_as_people_type_it(typed: str) -> None:
    assert ticket_id_of(typed) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "", "编号", "#", "1", "010", "01010", "1011", "1010a", "1010。", "电话1010", "-1010", "10.10",
        "1007", "0", "1" * 5000, "١٠١٠", "¹⁰¹⁰",
    ],
)  # fmt: skip
def test_what_is_no_number_of_ours_has_no_id(typed: str) -> None:
    assert ticket_id_of(typed) is None


@pytest.mark.parametrize("ticket_id", [0, -1])
def test_ids_start_at_one(ticket_id: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        number_of(ticket_id)


def test_ledger_number_names_type_and_year() -> None:
    assert ledger_number("拖欠账款", 2026, 12) == "拖欠账款〔2026〕12号"


@pytest.mark.parametrize(
    "code", ["914403001922038216", "91330100799655058B", "9144030071526726XG", "91110000802100433B"]
)
def test_published_credit_codes_are_valid(code: str) -> None:
    assert credit_code_is_valid(code)


@given(
    st.text(CREDIT_CHARACTERS, min_size=9, max_size=9), st.integers(0, 17), st.sampled_from(CREDIT_CHARACTERS)
)
def test_one_mistyped_character_of_a_credit_code_is_caught(organisation: str, place: int, other: str) -> None:
    body = f"91210100{organisation}"
    code = body + credit_code_check(body)
    assert credit_code_is_valid(code)
    assume(other != code[place])
    assert not credit_code_is_valid(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91440300192203821",
        "9144030019220382166",
        "91440300192203821O",
        "91440300192203821 ",
        "91440300I922038216",
    ],
)
def test_malformed_credit_codes_are_not_valid(code: str) -> None:
    assert not credit_code_is_valid(code)
