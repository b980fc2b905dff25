"""Repeats share a dedupe key, different pushes do not, and no repr tells on a person."""

import hashlib

from bot.wechat import reader, xml
from bot.wechat.messages import Envelope


def envelope(inner: str) -> Envelope:
    head = "<ToUserName>gh_x</ToUserName><FromUserName>oA</FromUserName><CreateTime>7</CreateTime>"
    body = f"<xml>{head}{inner}</xml>".encode()
    return reader.read(xml.parse(body), body=body, sealed="S", key_index=0)


def digest(read: Envelope, inner: str) -> str:
    head = "<ToUserName>gh_x</ToUserName><FromUserName>oA</FromUserName><CreateTime>7</CreateTime>"
    assert read.sealed == "S"
    return hashlib.sha1(f"<xml>{head}{inner}</xml>".encode()).hexdigest()  # noqa: S324 - the tiebreak


def test_message_key_names_sender_id_and_second() -> None:
    read = envelope("<MsgType>text</MsgType><Content>x</Content><MsgId>42</MsgId>")
    assert read.dedupe_key == "m:7:42:oA"


def test_event_key_names_event_and_body() -> None:
    inner = "<MsgType>event</MsgType><Event>CLICK</Event><EventKey>NEW</EventKey><MenuId>9</MenuId>"
    read = envelope(inner)
    assert read.dedupe_key == f"e:7:oA:CLICK:NEW:9:{digest(read, inner)}"


def test_event_key_prefers_the_notice_then_the_ticket() -> None:
    start = "<MsgType>event</MsgType><Event>E</Event><MenuId>9</MenuId>"
    scanned, sent = start + "<Ticket>T</Ticket>", start + "<Ticket>T</Ticket><MsgID>5</MsgID>"
    assert envelope(scanned).dedupe_key == f"e:7:oA:E::T:{digest(envelope(scanned), scanned)}"
    assert envelope(sent).dedupe_key == f"e:7:oA:E::5:{digest(envelope(sent), sent)}"


def test_message_without_id_falls_back_to_the_event_form() -> None:
    inner = "<MsgType>text</MsgType><Content>x</Content>"
    read = envelope(inner)
    assert read.dedupe_key == f"e:7:oA:text:::{digest(read, inner)}"


def test_same_second_events_differ_by_body() -> None:
    start = "<MsgType>event</MsgType><Event>LOCATION</Event>"
    here, there = envelope(start + "<Latitude>1</Latitude>"), envelope(start + "<Latitude>2</Latitude>")
    assert here.dedupe_key != there.dedupe_key


def test_long_event_key_is_shortened_because_the_digest_tells_them_apart() -> None:
    urls = [f"https://example.org/{'x' * 900}/{end}" for end in "ab"]
    start = "<MsgType>event</MsgType><Event>VIEW</Event>"
    keys = [envelope(f"{start}<EventKey>{url}</EventKey>").dedupe_key for url in urls]
    assert len(set(keys)) == 2
    assert max(map(len, keys)) < 350


def test_event_ignores_a_message_id() -> None:
    read = envelope("<MsgType>event</MsgType><Event>CLICK</Event><MsgId>42</MsgId>")
    assert read.msg_id == ""
    assert read.dedupe_key.startswith("e:")


def test_repr_carries_no_person_along() -> None:
    read = envelope("<MsgType>text</MsgType><Content>secret</Content><MsgId>42</MsgId>")
    assert repr(read) == "<Envelope text >"


def test_envelopes_can_be_members_of_a_set() -> None:
    inner = "<MsgType>text</MsgType><Content>x</Content><MsgId>42</MsgId>"
    assert len({envelope(inner), envelope(inner)}) == 1
