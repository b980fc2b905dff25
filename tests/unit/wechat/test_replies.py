"""What we say fits, its links stay whole, and nothing typed becomes markup."""

import re
from itertools import zip_longest
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat import xml
from bot.wechat.messages import Envelope, Kind
from bot.wechat.replies import (
    clean,
    cut,
    fitting,
    image_reply,
    render,
    text_reply,
    transfer_reply,
    voice_reply,
)

ENVELOPE = Envelope("gh_x", "oA", 7, Kind.TEXT, {}, "", 0)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)
TYPED = st.one_of(ANY_TEXT, st.text("a<>\n。]& 汉", max_size=60))
SPEECH = st.lists(st.one_of(TYPED, st.tuples(TYPED, TYPED)), max_size=8)
LINK = re.compile('<a href="weixin://bizmsgmenu\\?msgmenucontent=([^"&<>]*)&msgmenuid=([0-9]+)">([^<>]*)</a>')
HEAD = {"ToUserName": "oA", "FromUserName": "gh_x", "CreateTime": "9"}


@given(SPEECH, st.integers(4, 300))
def test_texts_stay_within_the_limit_and_links_whole(speech: list[str | tuple[str, str]], limit: int) -> None:
    texts = render(speech, limit=limit)
    assert [text for text in texts if len(text.encode()) > limit or not text.strip()] == []
    assert [text for text in texts if "<" in LINK.sub("", text)] == []


@given(SPEECH)
def test_every_tap_says_its_command(speech: list[str | tuple[str, str]]) -> None:
    found = [unquote(link[1]) for text in render(speech, limit=4000) for link in LINK.finditer(text)]
    assert found == [clean(part[1]) for part in speech if isinstance(part, tuple)]


@given(SPEECH, st.integers(4, 300))
def test_splitting_loses_nothing_but_line_ends(speech: list[str | tuple[str, str]], limit: int) -> None:
    plain = [part for part in speech if isinstance(part, str)]
    whole = "".join(clean(part).replace("<", "＜") for part in plain)
    assert "".join("".join(render(plain, limit=limit)).split()) == "".join(whole.split())


@given(SPEECH, st.integers(4, 300))
def test_reply_fits_into_one_text(speech: list[str | tuple[str, str]], limit: int) -> None:
    text, whole = fitting(speech, limit=limit), render(speech, limit=limit)
    assert len(text.encode()) <= limit
    assert "<" not in LINK.sub("", text)
    assert len(whole) > 1 or text == "".join(whole)


@given(SPEECH, st.lists(st.text("汉a\n", min_size=0, max_size=400), max_size=3))
def test_words_give_way_to_taps(speech: list[str | tuple[str, str]], words: list[str]) -> None:
    taps = [part for part in speech if isinstance(part, tuple)]
    said = [part for pair in zip_longest(words, taps) for part in pair if part is not None]
    room = sum(len(text.encode()) for text in render(taps, limit=9999)) + 60 * len(words)
    text = fitting(said, limit=max(room, 4))
    assert [unquote(link[1]) for link in LINK.finditer(text)] == [clean(command) for _, command in taps]


def test_long_words_are_cut_where_they_are_and_the_rest_stays() -> None:
    said = ("编号 12。", "很" * 100 + "\n", ("确认", "确认 12"), "\n谢谢")
    text = fitting(said, limit=200)
    assert text.startswith("编号 12。很很")
    assert "…\n<a href" in text
    assert text.endswith("</a>\n谢谢")
    assert len(text.encode()) <= 200


def test_tap_becomes_a_link() -> None:
    href = "weixin://bizmsgmenu?msgmenucontent=%E7%A1%AE%E8%AE%A4%2010234&msgmenuid=3565264392"
    assert render(["已办。", ("确认", "确认 10234"), " 谢谢"]) == [f'已办。<a href="{href}">确认</a> 谢谢']


def test_typed_link_is_dead() -> None:
    typed = '<a href="https://evil.example">领导</a>'
    assert render([typed]) == ['＜a href="https://evil.example">领导＜/a>']


def test_label_cannot_break_out_of_its_link() -> None:
    assert render([('x</a><a href="u">\ny', "c")]) == [
        '<a href="weixin://bizmsgmenu?msgmenucontent=c&msgmenuid=112844655">x＜/a＞＜a href="u"＞ y</a>'
    ]


def test_nothing_said_is_no_text() -> None:
    assert render([]) == render([""]) == render([" \n", "\x00"]) == []


def test_split_prefers_lines_then_sentences_then_characters() -> None:
    assert render(["一二三。四五六\n七八"], limit=25) == ["一二三。四五六", "七八"]
    assert render(["一二三四。五六七八"], limit=22) == ["一二三四。", "五六七八"]
    assert render(["一二三四五六七八"], limit=10) == ["一二三", "四五六", "七八"]


def test_early_newline_does_not_waste_the_text() -> None:
    assert render(["一\n二三四五六七八九十"], limit=20) == ["一\n二三四五六", "七八九十"]


def test_split_never_cuts_a_link_even_at_its_own_marks() -> None:
    link = render([("好。好！", "好")])[0]
    size = len(link.encode())
    assert render(["前文", ("好。好！", "好"), "后文"], limit=size + 3) == ["前文", link + "后", "文"]
    assert render(["文", ("好。好！", "好"), "后文"], limit=size + 3) == ["文" + link, "后文"]


@pytest.mark.parametrize("limit", range(82, 240))
def test_link_is_whole_wherever_the_limit_falls(limit: int) -> None:
    texts = render(["前文", ("好", "好"), "中间", ("行", "行"), "后文"], limit=limit)
    links = [link[3] for text in texts for link in LINK.finditer(text)]
    assert (links, LINK.sub("", "".join(texts))) == (["好", "行"], "前文中间后文")


def test_tap_too_long_for_any_text_is_shown_as_its_label() -> None:
    assert render([("<补充>", "补充" * 200)], limit=100) == ["＜补充>"]


def test_limit_must_hold_a_character() -> None:
    assert render(["😀a"], limit=4) == ["😀", "a"]
    with pytest.raises(ValueError, match=r"^the limit cannot hold one character$"):
        render(["a"], limit=3)


@given(ANY_TEXT)
def test_parsing_a_rendered_reply_gives_the_text_back(text: str) -> None:
    read = xml.parse(text_reply(ENVELOPE, text, now=9).encode())
    assert read == {**HEAD, "MsgType": "text", "Content": clean(text)}


@pytest.mark.parametrize(
    "text", ["]]>", "]]]>", "]]]]>>", "a]]><MsgType>x</MsgType>", "]]>]]>", "&lt;", "\n \n"]
)
def test_cdata_cannot_be_broken_out_of(text: str) -> None:
    assert xml.parse(text_reply(ENVELOPE, text, now=9).encode())["Content"] == text


def test_clean_drops_what_xml_forbids() -> None:
    assert clean("a\x00\x0b\ufffe\ud800\tb\r\nc\rd\x7f") == "a\tb\nc\nd\x7f"


def test_other_replies_have_their_documented_shapes() -> None:
    assert xml.parse(image_reply(ENVELOPE, "M]]>", now=9).encode()) == {
        **HEAD, "MsgType": "image", "Image": {"MediaId": "M]]>"},
    }  # fmt: skip
    assert xml.parse(voice_reply(ENVELOPE, "M", now=9).encode()) == {
        **HEAD, "MsgType": "voice", "Voice": {"MediaId": "M"},
    }  # fmt: skip
    transfer = {**HEAD, "MsgType": "transfer_customer_service"}
    assert xml.parse(transfer_reply(ENVELOPE, now=9).encode()) == transfer
    assert xml.parse(transfer_reply(ENVELOPE, now=9, kf_account="a@b").encode()) == {
        **transfer, "TransInfo": {"KfAccount": "a@b"},
    }  # fmt: skip


@given(st.text(), st.integers(0, 60))
def test_cut_stays_within_its_bytes(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short.encode()) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))


def test_cut_marks_what_is_missing() -> None:
    assert cut("一二三", 9) == "一二三"
    assert cut("一二三四", 11) == "一二…"
    assert cut("一二", 3) == "…"
    assert cut("一二", 2) == ""
