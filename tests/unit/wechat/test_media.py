"""Media go up whole and come down bounded; an error among them is known by its first byte."""

import pytest

from bot.wechat.client import Client
from bot.wechat.errors import Action, ApiError, Unreachable
from bot.wechat.media import DOWNLOAD_CAP, Media, MediaKind
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


def test_download_gives_data_type_and_name() -> None:
    headers = {"content-type": "audio/amr", "content-disposition": 'attachment; filename="M-1.amr"'}
    request, result = sent(lambda client: client.download("M"), Reply(b"#!AMR\n", headers=headers))
    assert (request.method, request.path, request.query["media_id"]) == ("GET", "/cgi-bin/media/get", "M")
    assert result == Media(b"#!AMR\n", "audio/amr", "M-1.amr")


@pytest.mark.parametrize(
    "disposition", ["", "attachment", 'attachment; filename="../../etc/passwd"', 'filename="a/b"']
)
def test_download_takes_no_dangerous_name(disposition: str) -> None:
    _, result = sent(
        lambda client: client.download("M"), Reply(b"x", headers={"content-disposition": disposition})
    )
    assert result == Media(b"x", "", "")


def test_download_of_a_film_gives_its_address() -> None:
    _, result = sent(lambda client: client.download("M"), as_json({"video_url": "http://example.org/v"}))
    assert result == Media(b"", "text/plain", "", "http://example.org/v")


def test_download_knows_an_error_by_its_first_byte() -> None:
    async def story(client: Client, _: Server) -> None:
        with pytest.raises(ApiError) as error:
            await client.download("M")
        assert error.value.action is Action.REUPLOAD

    told(Platform(as_json({"errcode": 40007, "errmsg": "x"}, content_type="image/jpeg")), story)


def test_download_survives_a_stale_token() -> None:
    async def story(client: Client, server: Server) -> None:
        assert (await client.download("M")).data == b"x"
        assert server.count("/cgi-bin/media/get") == 2

    told(Platform(Reply(b"x"), good="T2"), story)


def test_download_stops_at_its_cap() -> None:
    async def story(client: Client, _: Server) -> None:
        with pytest.raises(Unreachable, match=r"^the answer is too long$") as error:
            await client.download("M")
        assert error.value.sent is True

    told(Platform(Reply(b"x" * (DOWNLOAD_CAP + 1))), story)
