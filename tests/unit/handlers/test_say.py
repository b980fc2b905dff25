"""Every answer and every piece of news fits one chat message, in Chinese, whatever people are called or say."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from inspect import getmembers, isfunction, signature
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.delivery.wording import Fields
from bot.wechat.notices import fit
from bot.wechat.replies import TEXT_LIMIT, render
from config import catalog
from handlers import say
from handlers.turn import Kind, Speech
from handlers.understanding.commands import Command, read
from models.actions import outbox
from models.actions.outbox import Notice
from models.queries.conversation import Said
from models.rules.lifecycle import Status
from models.rules.patches import PatchVerb
from models.tables import Message, Side
from tests.unit.handlers.speeches import (
    CASELESS,
    NEWS,
    NOW,
    NUMBER,
    SAID,
    SPOKEN,
    TEXTS,
    WORST,
    everything,
    longest,
    plain,
    told,
)
from tests.unit.handlers.speeches_patches import a_view


def is_one_message(speech: Speech) -> bool:
    texts = render(speech)
    return len(texts) == 1 and len(texts[0].encode()) <= TEXT_LIMIT


def answers() -> set[str]:
    """Return the functions of `say` that answer or speak: those that return a Speech."""
    found = {
        name
        for name, function in getmembers(say, isfunction)
        if function.__module__ == say.__name__ and not name.startswith("_")
        if signature(function).return_annotation == Speech
    }
    return found - {"notice"}


def test_every_answer_is_tried_here() -> None:
    assert set(SAID) == answers()


@pytest.mark.parametrize("name", SAID)
def test_answer_is_exactly_one_message(name: str) -> None:
    @settings(max_examples=30, deadline=None)
    @given(SAID[name])
    def tried(speech: Speech) -> None:
        assert is_one_message(speech)

    tried()


@pytest.mark.parametrize("char", ["长", "😀", "<", "&"])
def test_longest_answers_are_one_message(char: str) -> None:
    sizes = {name: [len(text.encode()) for text in render(speech)] for name, speech in longest(char).items()}
    assert {name: size for name, size in sizes.items() if len(size) != 1 or size[0] > TEXT_LIMIT} == {}


def test_what_a_patch_changes_is_said_and_the_hint_gives_way_to_it() -> None:
    for change, is_hinted in (
        ("验收后60日内付清", True),
        ("验收后60日内付清工程款，逾期按日计息，不得以审计为由拖延", False),
    ):
        seen = a_view()
        seen.row.change = change
        (text,) = render(say.patch(seen, None, [PatchVerb.GIVE]))
        assert f"{change}\n" in text
        assert ("换牵头人 姓名 理由" in text) is is_hinted


def messages(notice: Notice, news: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the payloads of the messages by which news is told."""
    return outbox._parts(notice, news)


@pytest.mark.parametrize("notice", SPOKEN)
def test_each_part_of_news_is_exactly_one_message(notice: Notice) -> None:
    @settings(max_examples=30, deadline=None)
    @given(NEWS)
    @example(WORST)
    def tried(news: dict[str, Any]) -> None:
        assert all(is_one_message(told(notice, part)) for part in messages(notice, news))

    tried()


@pytest.mark.parametrize("notice", sorted(outbox.WHOLE))
def test_no_word_to_an_enterprise_is_left_out(notice: Notice) -> None:
    words = [f"第{n}句话说到这里。" for n in range(400)]
    parts = messages(notice, WORST | {"text": "".join(words)})
    said = [render(say.notice(notice, part))[0] for part in parts]

    assert re.findall("第[0-9]+句话说到这里。", "\n".join(said)) == words
    assert len(parts) == len(said) > 5
    assert [f"{n}/{len(said)}" in text for n, text in enumerate(said, 1)] == [True] * len(said)
    assert ["解决了吗" in text for text in said] == [
        notice is Notice.RESOLVED and n == len(said) for n in range(1, len(said) + 1)
    ]


def test_what_is_cut_for_officials_says_so() -> None:
    [text] = render(told(Notice.NEW_TICKET, WORST | {"text": "长" * 2000}))
    assert f"长{say.MORE}" in text
    assert f"详情%20{NUMBER}" in text.replace(quote("详情"), "详情")


def test_every_word_of_a_conversation_can_be_read_page_by_page() -> None:
    texts = [f"话{n}。" * (1 + n % 7 * 90) for n in range(30)]
    said = [Message(side=Side.ENTERPRISE, by_aide=False, kind="text", text=text) for text in texts]
    view = plain(Status.RESOLVED, "accept")
    ways: tuple[tuple[Callable[[int], Speech], str], ...] = (
        (lambda page: say.detail(view, [Said(message) for message in said], page=page), "详情"),
        (lambda page: say.conversation(view, said, page), "进度"),
    )
    for speak, word in ways:
        read_so_far, page = "", 1
        while True:
            speech = speak(page)
            [text] = render(speech)
            read_so_far += text
            commands = [part[1] for part in speech if not isinstance(part, str) and part[0] == "下一页"]
            if not commands:
                break
            page += 1
            assert commands == [f"{word} {NUMBER} {page}"]
        assert page > 10
        for n, text in enumerate(texts):
            assert read_so_far.count(f"话{n}。") >= text.count(f"话{n}。")
        assert render(speak(page + 7)) == render(speak(page))


@settings(deadline=None)
@given(st.sampled_from([each for each in SPOKEN if each not in CASELESS]), NEWS)
def test_news_names_its_case_and_survives_the_cut(notice: Notice, news: dict[str, Any]) -> None:
    assert NUMBER in render(told(notice, news))[0]


@settings(deadline=None)
@given(st.sampled_from(SPOKEN), NEWS)
def test_card_fits_the_fields_of_its_template(notice: Notice, news: dict[str, Any]) -> None:
    data = Fields().fill(say.card(notice, news))
    fitted = {field: fit(field, value) for field, value in data.items()}
    assert fitted[Fields().number] == NUMBER
    assert {field: fitted[field] for field in (Fields().what, Fields().hint)} == {
        field: data[field] for field in (Fields().what, Fields().hint)
    }


@settings(deadline=None)
@given(st.sampled_from(sorted(CASELESS)), NEWS)
def test_card_about_no_case_fits_too(notice: Notice, news: dict[str, Any]) -> None:
    data = Fields().fill(say.card(notice, {**news, "number": None}))
    fitted = {field: fit(field, value) for field, value in data.items()}
    assert fitted[Fields().number] == say.NO_NUMBER


def test_every_notice_has_words_and_a_card_of_its_own() -> None:
    assert set(say._NEWS) == set(SPOKEN)
    cards = [say.card(notice, {"number": NUMBER})["what"] for notice in SPOKEN]
    assert len(set(cards)) == len(SPOKEN)


def test_no_code_or_english_word_leaks_into_what_people_read() -> None:
    parts = [part for speech in everything() for part in speech]
    shown = [part if isinstance(part, str) else " ".join(part) for part in parts]
    assert [text for text in shown if re.search("[A-Za-z]", text)] == []


def test_every_tap_is_a_command_that_works() -> None:
    taps = {part for speech in everything() for part in speech if not isinstance(part, str)}
    assert {label: command for label, command in taps if read(command) is None} == {}
    retyped = {
        order.rest for _, command in taps if (order := read(command)) and order.command is Command.RETYPE
    } - {""}
    assert {say.type_code(name) for name in retyped} == set(catalog.types())


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["text", *say.ATTACHED]))
@example("", "text")
@example("\n\n", Kind.IMAGE)
def test_title_is_short_one_line_and_never_empty(text: str, kind: str) -> None:
    title = say.title(kind, text)
    assert 1 <= len(title) <= say.TITLE
    assert "\n" not in title


@settings(deadline=None)
@given(TEXTS, st.integers(1, 200))
def test_cut_keeps_the_beginning(text: str, length: int) -> None:
    line, short = " ".join(text.split()), say.cut(text, length)
    assert len(short) <= length
    assert line == short or line.startswith(short[:-1])


@pytest.mark.parametrize(("utc_hour", "said"), [(2, "11月24日10:00"), (16, "11月25日00:00")])
def test_day_is_said_in_local_time(utc_hour: int, said: str) -> None:
    assert say.day(NOW.replace(hour=utc_hour)) == said
    assert say.day(NOW.replace(hour=utc_hour).astimezone(UTC) + timedelta(0)) == said


@pytest.mark.parametrize(
    ("words", "code"),
    [(entry.name, code) for code, entry in catalog.types().items()]
    + [(alias, code) for code, entry in catalog.types().items() for alias in entry.aliases]
    + [(code, code) for code in catalog.types()]
    + [
        (" 拖欠账款。", "arrears"),
        ("都不是", "other"),
        ("其它", "other"),
        ("拖欠賬款", "arrears"),
        ("IP", "ip"),
        ("随便", None),
        ("拖欠账款" * 9, None),
        ("", None),
    ],
)
def test_type_is_known_by_name_code_and_alias(words: str, code: str | None) -> None:
    assert say.type_code(words) == code


def test_reply_says_who_wrote_it() -> None:
    news: Mapping[str, Any] = {"number": NUMBER, "title": "欠款", "kind": "text", "text": "好"}
    by = {"name": "安予诚", "post": "副省长"}
    said = [
        render(say.notice(Notice.REPLIED, {**news, "by": {**by, "aide": aide}}))[0] for aide in (True, False)
    ]
    assert ["（专班代复）" in said[0], "（本人）" in said[1]] == [True, True]


@settings(deadline=None)
@given(st.lists(TEXTS.map(lambda text: text[:100]), max_size=3))
def test_links_typed_by_people_are_dead_and_ours_alive(texts: list[str]) -> None:
    said = [Said(Message(side=Side.ENTERPRISE, by_aide=False, kind="text", text=text)) for text in texts]
    view = plain(Status.OPEN, "accept")
    [text] = render(say.detail(replace(view, title='<a href="x">y</a>'), said))
    assert text.count("<a href=") == sum(not isinstance(part, str) for part in say.detail(view, said))
