"""Every push of the platform becomes one of ours, with what handlers need and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.web.translate import incoming
from bot.wechat import reader, xml
from bot.wechat.messages import Envelope, Event
from bot.wechat.messages import Kind as Wire
from handlers.turn import Incoming, Kind
from models.actions.reports import Verdict
from models.rules.windows import Channel

PUSHES = Path(__file__).parents[2] / "contracts" / "wechat" / "pushes"
"""One file for every shape the platform documents."""

MESSAGES = {
    Wire.TEXT: Kind.TEXT,
    Wire.IMAGE: Kind.IMAGE,
    Wire.VOICE: Kind.VOICE,
    Wire.VIDEO: Kind.VIDEO,
    Wire.SHORTVIDEO: Kind.VIDEO,
    Wire.LOCATION: Kind.LOCATION,
    Wire.LINK: Kind.LINK,
    Wire.MINIPROGRAMPAGE: Kind.ODD,
    Wire.FILE: Kind.ODD,
    Wire.UNKNOWN: Kind.OTHER,
}
EVENTS = {
    Event.SUBSCRIBE: Kind.FOLLOW,
    Event.UNSUBSCRIBE: Kind.UNFOLLOW,
    Event.USER_AUTHORIZATION_CANCELLATION: Kind.CLOSED,
    Event.SCAN: Kind.SCAN,
    Event.CLICK: Kind.CLICK,
    Event.SUBSCRIBE_MSG_POPUP: Kind.CONSENT,
    Event.SUBSCRIBE_MSG_CHANGE: Kind.CONSENT,
    Event.TEMPLATESENDJOBFINISH: Kind.NOTICE_DONE,
    Event.SUBSCRIBE_MSG_SENT: Kind.NOTICE_DONE,
}


ABOUT_ANOTHER = {Event.USER_AUTHORIZATION_CANCELLATION, Event.USER_AUTHORIZATION_REVOKE}


def envelope(body: bytes) -> Envelope:
    body = xml.legal(body)
    return reader.read(reader.parse(body), body=body, sealed="SEALED", key_index=0)


def documented() -> list[Envelope]:
    return [envelope(path.read_bytes()) for path in sorted(PUSHES.glob("*.xml"))]


def push(name: str) -> Incoming:
    return incoming(envelope((PUSHES / f"{name}.xml").read_bytes()))


def test_every_kind_and_event_of_the_platform_has_one_of_ours() -> None:
    found = {(read.kind, read.event): incoming(read).kind for read in documented()}
    expected = {(kind, None): ours for kind, ours in MESSAGES.items()} | {
        (Wire.EVENT, event): EVENTS.get(event, Kind.OTHER) for event in Event
    }
    assert found == expected


def test_what_identifies_a_push_is_kept() -> None:
    for read in documented():
        got = incoming(read)
        assert (got.key, got.openid, got.sealed, got.sent_at) == (
            read.dedupe_key,
            "oZ"
            if read.event in ABOUT_ANOTHER
            else "oA",  # who it is about; the sender may be the platform itself
            "SEALED",
            1714112445,
        )


def test_names_fit_their_column() -> None:
    assert {len(incoming(read).name) <= 40 for read in documented()} == {True}
    odd = envelope(
        b"<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime>"
        b"<MsgType>event</MsgType><Event>" + b"E" * 500 + b"</Event></xml>"
    )
    assert (incoming(odd).kind, len(incoming(odd).name)) == (Kind.OTHER, 40)


def message(kind: str, inner: str) -> Incoming:
    head = (
        "<ToUserName>g</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime><MsgId>7</MsgId>"
    )
    return incoming(envelope(f"<xml>{head}<MsgType>{kind}</MsgType>{inner}</xml>".encode()))


def event(name: str, inner: str) -> Incoming:
    return message("event", f"<Event>{name}</Event>{inner}")


@pytest.mark.parametrize(
    ("kind", "inner", "text"),
    [
        ("text", "<Content><![CDATA[  欠我们钱 \n]]></Content>", "欠我们钱"),
        ("text", "<Content></Content>", ""),
        ("voice", "<MediaId>M</MediaId><Recognition>欠我们钱。</Recognition>", "欠我们钱。"),
        ("voice", "<MediaId>M</MediaId>", ""),
        ("image", "<MediaId>M</MediaId><PicUrl>http://x/y</PicUrl>", ""),
        (
            "location",
            "<Location_X>41.8</Location_X><Location_Y>123.4</Location_Y><Label>沈阳</Label>",
            "沈阳",
        ),
        ("location", "<Location_X>41.8</Location_X><Location_Y>123.4</Location_Y>", "41.8, 123.4"),
        ("link", "<Title>通知</Title><Description>d</Description><Url>http://x</Url>", "通知 http://x"),
        ("link", "<Title>通知</Title>", "通知"),
    ],
)
def test_text_is_what_was_said(kind: str, inner: str, text: str) -> None:
    assert message(kind, inner).text == text


def test_place_without_name_or_coordinates_says_nothing() -> None:
    assert "None" not in message("location", "<Label></Label>").text


@pytest.mark.parametrize("kind", ["image", "voice", "video", "shortvideo"])
def test_media_carry_their_id(kind: str) -> None:
    assert message(kind, "<MediaId>M</MediaId>").media == "M"
    assert message(kind, "").media is None


@pytest.mark.parametrize(
    ("name", "key", "text"),
    [
        ("subscribe", "qrscene_bind:abc", "bind:abc"),
        ("subscribe", "", ""),
        ("SCAN", "bind:abc", "bind:abc"),
        ("CLICK", "我的诉求", "我的诉求"),
    ],
)
def test_events_say_their_scene_or_key(name: str, key: str, text: str) -> None:
    assert event(name, f"<EventKey>{key}</EventKey>").text == text


@pytest.mark.parametrize(
    ("status", "delivered"),
    [("success", True), ("failed:user block", False), ("failed: system failed", False)],
)
def test_fate_of_a_notice_is_told(status: str, *, delivered: bool) -> None:
    got = event("TEMPLATESENDJOBFINISH", f"<MsgID>200</MsgID><Status>{status}</Status>")
    assert got.extra == {"verdicts": [Verdict(Channel.TEMPLATE, "200", None, delivered, status)]}


@pytest.mark.parametrize(
    ("code", "status", "delivered", "used", "why"),
    [
        ("0", "success", True, False, "0 success"),
        ("43101", "user refuse to accept", False, True, "43101 user refuse to accept"),
        ("-1", "system failed", False, False, "-1 system failed"),
        ("", "success", True, False, "success"),
        ("", "", True, False, ""),
        ("", "failed", False, False, "failed"),
        ("none", "", False, False, "none"),
        ("9" * 5000, "", False, False, "9" * 5000),
    ],
)
def test_fate_of_a_subscription_notice_is_told(
    code: str, status: str, *, delivered: bool, used: bool, why: str
) -> None:
    sent = (
        f"<List><TemplateId>T</TemplateId><MsgID>17</MsgID><ErrorCode>{code}</ErrorCode>"
        f"<ErrorStatus>{status}</ErrorStatus></List>"
    )
    got = event("subscribe_msg_sent_event", f"<SubscribeMsgSentEvent>{sent}</SubscribeMsgSentEvent>")
    assert got.extra == {"verdicts": [Verdict(Channel.SUBSCRIPTION, "17", "T", delivered, why, used)]}


def test_one_event_may_tell_of_several_notices_and_of_none() -> None:
    several = "".join(f"<List><TemplateId>T{n}</TemplateId></List>" for n in range(2))
    got = event("subscribe_msg_sent_event", f"<SubscribeMsgSentEvent>{several}</SubscribeMsgSentEvent>")
    assert got.extra == {
        "verdicts": [Verdict(Channel.SUBSCRIPTION, None, f"T{n}", True, "") for n in range(2)]
    }
    assert event("subscribe_msg_sent_event", "").extra == {"verdicts": []}


def test_ids_are_cut_as_those_of_answers_are() -> None:
    got = event("TEMPLATESENDJOBFINISH", f"<MsgID>{'7' * 80}</MsgID><Status>success</Status>")
    assert got.extra == {"verdicts": [Verdict(Channel.TEMPLATE, "7" * 64, None, True, "success")]}


def test_consents_come_as_pairs() -> None:
    expected: dict[str, Any] = json.loads((PUSHES / "expected.json").read_text(encoding="utf-8"))
    pairs = [(each[0], each[1]) for each in expected["consent_popup"]["consents"]]
    assert push("consent_popup").extra == {"consents": pairs}
    assert push("consent_empty").extra == {"consents": []}


def test_only_events_that_need_more_carry_more() -> None:
    with_more = {incoming(read).kind for read in documented() if incoming(read).extra is not None}
    assert with_more == {Kind.CONSENT, Kind.NOTICE_DONE}
