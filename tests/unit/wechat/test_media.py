"""Media go up whole and come down bounded; an error among them is known by its first byte."""

import httpx
import pytest

from bot.wechat.client import Client
from bot.wechat.errors import Action, ApiError, Unreachable
from bot.wechat.media import DOWNLOAD_CAP, Media, MediaKind, received
from bot.wechat.transport import Answer
from tests.unit.wechat.talks import TOKEN_PATH, Platform, sent, told
from tests.unit.wechat.tiny_server import Reply, Server, as_json


@pytest.mark.parametrize(
    ("kind", "name"), [(MediaKind.IMAGE, "media_id"), (MediaKind.THUMB, "thumb_media_id")]
)
def test_upload_is_multipart_and_gives_the_media_id(kind: MediaKind, name: str) -> None:
    request, result = sent(
        lambda client: client.upload(kind, "a.jpg", "image/jpeg", b"\xff\xd8data"), as_json({name: "M"})
    )
    assert (request.path, request.query["type"], result) == ("/cgi-bin/media/upload", kind, "M")
    assert (
        b'name="media"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8data\r\n' in request.body
    )


def test_upload_survives_a_stale_token_whole() -> None:
    async def story(client: Client, server: Server) -> None:
        assert await client.upload(MediaKind.IMAGE, "a.jpg", "image/jpeg", b"x" * 50_000) == "M"
        sizes = [len(request.body) for request in server.requests if request.path != TOKEN_PATH]
        assert len(sizes) == 2
        assert sizes[0] == sizes[1] > 50_000

    told(Platform(as_json({"media_id": "M"}), good="T2"), story)


PNG = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82"


def test_download_gives_data_type_and_name() -> None:
    headers = {"content-type": "text/plain", "content-disposition": 'attachment; filename="M-1.amr"'}
    request, result = sent(
        lambda client: client.download("M", MediaKind.VOICE), Reply(b"#!AMR\n", headers=headers)
    )
    assert (request.method, request.path, request.query["media_id"]) == ("GET", "/cgi-bin/media/get", "M")
    assert result == Media(b"#!AMR\n", "audio/amr", "M-1.amr")


@pytest.mark.parametrize(
    "disposition", ["", "attachment", 'attachment; filename="../../etc/passwd"', 'filename="a/b"']
)
def test_download_takes_no_dangerous_name(disposition: str) -> None:
    _, result = sent(
        lambda client: client.download("M", MediaKind.IMAGE),
        Reply(PNG, headers={"content-disposition": disposition}),
    )
    assert result == Media(PNG, "image/png", "")


def test_download_of_a_film_gives_its_address() -> None:
    _, result = sent(
        lambda client: client.download("M", MediaKind.VIDEO), as_json({"video_url": "http://example.org/v"})
    )
    assert result == Media(b"", "", "", "http://example.org/v")


JPEG = b"\xff\xd8\xff\xe1\x00\x08pre\xff\xd9v\xff\xda\x00\x03.lines\xff\xd9trailer"
"""A segment with a preview that ends, then the picture itself, and what a telephone puts behind it."""

SENT: dict[str, tuple[MediaKind, bytes]] = {
    "image/png": (MediaKind.IMAGE, PNG),
    "image/jpeg": (MediaKind.IMAGE, JPEG),
    "image/gif": (MediaKind.IMAGE, b"GIF89a....;"),
    "audio/amr": (MediaKind.VOICE, b"#!AMR-WB\n...."),
    "audio/mpeg": (MediaKind.VOICE, b"\xff\xfb\x90\x64...."),
    "audio/speex": (MediaKind.VOICE, b"Speex   1.2"),
}


@pytest.mark.parametrize("content_type", SENT)
def test_medium_is_known_by_its_first_bytes_and_only_as_what_was_asked_for(content_type: str) -> None:
    kind, data = SENT[content_type]
    whole = received(Answer(httpx.Headers({"content-type": "text/html"}), data), kind)
    assert (whole.content_type, whole.data, whole.is_whole) == (content_type, data, True)
    other = MediaKind.VOICE if kind is MediaKind.IMAGE else MediaKind.IMAGE
    with pytest.raises(Unreachable):
        received(Answer(httpx.Headers(), data), other)


@pytest.mark.parametrize("content_type", ["image/png", "image/jpeg", "image/gif"])
def test_picture_without_its_end_is_not_whole(content_type: str) -> None:
    kind, data = SENT[content_type]
    assert not received(Answer(httpx.Headers(), data[: len(data) // 2 + 2]), kind).is_whole


@pytest.mark.parametrize(
    "body", ["<html>登录</html>".encode(), b"", b"x", b"[0]", b"null", b'{"errcode": 0}', b"\x89PN", b"{"]
)
def test_what_is_no_medium_is_none(body: bytes) -> None:
    for kind in MediaKind:
        with pytest.raises(Unreachable):
            received(Answer(httpx.Headers({"content-type": "image/png"}), body), kind)


def test_download_knows_an_error_by_its_first_byte() -> None:
    async def story(client: Client, _: Server) -> None:
        with pytest.raises(ApiError) as error:
            await client.download("M", MediaKind.IMAGE)
        assert error.value.action is Action.REUPLOAD

    told(Platform(as_json({"errcode": 40007, "errmsg": "x"}, content_type="image/jpeg")), story)


def test_download_survives_a_stale_token() -> None:
    async def story(client: Client, server: Server) -> None:
        assert (await client.download("M", MediaKind.IMAGE)).data == PNG
        assert server.count("/cgi-bin/media/get") == 2

    told(Platform(Reply(PNG), good="T2"), story)


def test_download_stops_at_its_cap() -> None:
    async def story(client: Client, _: Server) -> None:
        with pytest.raises(Unreachable, match=r"^the answer is too long$") as error:
            await client.download("M", MediaKind.IMAGE)
        assert error.value.sent is None

    told(Platform(Reply(b"x" * (DOWNLOAD_CAP + 1))), story)
