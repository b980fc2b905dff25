"""One file for every shape the platform documents, and for every bad body we have thought of."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.wechat import reader, xml
from bot.wechat.errors import Malformed
from bot.wechat.messages import Envelope, Event, Kind

HERE = Path(__file__).parent
PUSHES = json.loads((HERE / "pushes" / "expected.json").read_text(encoding="utf-8"))
BAD_BODIES = sorted((HERE / "bad_bodies").iterdir())


def envelope(body: bytes) -> Envelope:
    body = xml.legal(body)
    return reader.read(reader.parse(body), body=body, sealed="", key_index=None)


@pytest.mark.parametrize("name", PUSHES)
def test_documented_push_is_read(name: str) -> None:
    read = envelope((HERE / "pushes" / f"{name}.xml").read_bytes())
    assert (read.account, read.openid, read.created) == ("gh_x", "oA", 1714112445)
    got = {field: getattr(read, field) for field in PUSHES[name] if field != "raw"}
    got |= {field: melted(read.raw) for field in PUSHES[name] if field == "raw"}
    assert json.loads(json.dumps(got)) == PUSHES[name]


def test_every_kind_and_event_has_a_push() -> None:
    reads = [envelope(path.read_bytes()) for path in (HERE / "pushes").glob("*.xml")]
    assert {read.kind for read in reads} == set(Kind)
    assert {read.event for read in reads if read.event} == set(Event)


def test_every_push_has_an_expectation() -> None:
    assert {path.stem for path in (HERE / "pushes").glob("*.xml")} == set(PUSHES)


def test_pushes_share_no_dedupe_key() -> None:
    keys = [envelope(path.read_bytes()).dedupe_key for path in (HERE / "pushes").glob("*.xml")]
    events = [key for key in keys if key.startswith("e:")]
    assert len(set(events)) == len(events) == 33


@pytest.mark.parametrize("path", BAD_BODIES, ids=lambda path: path.stem)
def test_bad_body_is_malformed(path: Path) -> None:
    with pytest.raises(Malformed):
        envelope(path.read_bytes())


def test_leaves_that_repeat_in_kinds_we_do_not_know_become_lists() -> None:
    read = envelope((HERE / "pushes" / "unknown_event_repeating.xml").read_bytes())
    assert read.raw["Place"] == ("1", "2")
    assert read.raw["Event2"] == {"a": ("1", "")}


def test_containers_that_repeat_become_lists() -> None:
    body = (HERE / "pushes" / "pic_sysphoto.xml").read_bytes()
    pictures: Any = envelope(body).raw["SendPicsInfo"]
    assert pictures == {"Count": "2", "PicList": {"item": ({"PicMd5Sum": "a"}, {"PicMd5Sum": "b"})}}


def melted(node: Any) -> Any:
    if isinstance(node, str):
        return node
    if isinstance(node, Mapping):
        return {name: melted(each) for name, each in node.items()}
    return [melted(each) for each in node]


def said(node: Any) -> Iterator[str]:
    """Yield every text of a tree that is not empty, but for those we need only raw."""
    if isinstance(node, str):
        yield from [node] if node else []
    elif isinstance(node, Mapping):
        for name, each in node.items():
            yield from [] if name in ONLY_RAW else said(each)
    else:
        for each in node:
            yield from said(each)


def named(value: Any) -> Iterator[object]:
    """Yield what an envelope's fields hold, down to single values."""
    if isinstance(value, tuple):
        for each in value:
            yield from named(each)
    else:
        yield value


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


ONLY_RAW = {"AppId", "FileKey", "FileMd5", "FileTotalLen"}
"""The app of a card, and what leads to a file nowhere on the platform's interfaces."""
NOT_NEEDED = {"masssendjobfinish", "publishjobfinish", "unknown"}
IMPOSSIBLE_PLACES = {"location_nowhere", "location_off_the_earth"}


def test_all_that_a_documented_push_says_has_a_field() -> None:
    for name in PUSHES:
        read = envelope((HERE / "pushes" / f"{name}.xml").read_bytes())
        if name in IMPOSSIBLE_PLACES or read.kind is Kind.UNKNOWN or read.event in NOT_NEEDED:
            continue
        fields = [field for field in read.__slots__ if field not in {"raw", "sealed", "digest"}]
        held = {each for field in fields for each in named(getattr(read, field))} - {None}
        lost = [text for text in said(read.raw) if text not in held and number(text) not in held]
        kind = read.event_name or next(text for text in said(read.raw) if text.lower() == read.kind)
        assert (name, [text for text in lost if text not in {kind, "event", f"qrscene_{read.scene}"}]) == (
            name,
            [],
        )


def test_nobody_can_change_what_came() -> None:
    raw: Any = envelope((HERE / "pushes" / "pic_sysphoto.xml").read_bytes()).raw
    for tree in (raw, raw["SendPicsInfo"], raw["SendPicsInfo"]["PicList"]["item"]):
        with pytest.raises(TypeError):
            tree["Count"] = "3"


@pytest.mark.parametrize("name", ["FromUserName", "ToUserName", "MsgId", "MediaId"])
def test_ids_longer_than_the_platforms_are_malformed(name: str) -> None:
    body = (HERE / "pushes" / "image.xml").read_bytes()
    at = body.index(f"<{name}>".encode()) + len(name) + 2
    inside = at + len(b"<![CDATA[") if body[at:].startswith(b"<![CDATA[") else at
    assert envelope(body[:inside] + b"1" + body[inside:]).kind is Kind.IMAGE
    with pytest.raises(Malformed, match=name):
        envelope(body[:inside] + b"1" * 300 + body[inside:])


def test_long_event_name_makes_no_longer_key_than_its_column() -> None:
    body = (HERE / "pushes" / "unknown_event.xml").read_bytes()
    read = envelope(body)
    longer = envelope(body.replace(read.event_name.encode(), b"e" * 5000))
    assert len(longer.dedupe_key) < 600
