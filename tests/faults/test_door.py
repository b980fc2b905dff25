"""Whatever knocks at the door without being a message: refused with 4xx and one log line, and life goes on.

What is proven to be the platform's and cannot be read is kept instead, and answered like everything kept.
"""

import base64
import hashlib
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.simulator.encoder import Encoder, write_xml
from bot.simulator.pushes import Parcel
from tests.databases import SqliteFiles
from tests.faults.processes import Web
from tests.faults.site import PHONE, Site
from tests.faults.wire import UNUSED, Wire
from tests.roster import OWNER

REQUEST = f"新诉求 给管委会干的道路工程尾款一直不给结，电话{PHONE}"
BILLION = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
NO_HTTP = "Invalid HTTP request received."


@dataclass
class Door:
    """A web process, a wire to it, and an eye on its log."""

    site: Site
    web: Web
    wire: Wire

    def knock(self, parcel: Parcel) -> tuple[int, list[str]]:
        """Post something; return the status and the lines that it wrote."""
        before = len(self.web.said())
        status = self.wire.post(parcel).status
        return status, self.web.said()[before:]

    def assert_refused(self, parcel: Parcel, *statuses: int) -> None:
        """Post something: it is refused with one log line that names the status and no more than a reason."""
        before = len(self.web.events())
        status, lines = self.knock(parcel)
        assert status in statuses
        assert len(lines) == 1, lines
        [event] = self.web.events()[before:]
        assert (event["event"], event["level"], event["status"]) == ("refused", "warning", status)
        assert set(event) == {"event", "level", "status", "reason", "client", "timestamp"}

    def assert_kept(self, parcel: Parcel) -> None:
        """Post something: it is stored as received, of nobody and without an outcome; the line names no more."""
        stored, before = self.site.stored(), len(self.web.events())
        answer = self.wire.post(parcel)
        assert (answer.status, answer.body) == (200, b"success")
        [event] = self.web.events()[before:]
        assert (event["event"], event["level"]) == ("unreadable", "error")
        assert set(event) == {"event", "level", "reason", "timestamp"}
        assert self.site.stored() == stored + 1
        kept = self.site.inbox()[-1]
        assert (kept.kind, kept.person_id, kept.outcome, kept.reply) == ("unreadable", None, None, None)
        assert kept.sealed == sealed_in(parcel)

    def assert_healthy(self) -> None:
        """The process lives, can store messages, and answers a good one."""
        for path in ("/healthz", "/readyz"):
            assert httpx.get(self.web.url + path, trust_env=False, verify=UNUSED).status_code == 200
        stored = len(self.site.inbox(OWNER))
        answer = self.wire.deliver(self.wire.text(OWNER, REQUEST))
        assert answer.text is not None
        assert answer.text.startswith("收到，编号 ")
        assert len(self.site.inbox(OWNER)) == stored + 1


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """One process for the whole file: what one test does to it the next one feels."""
    folder = tmp_path_factory.mktemp("door")
    with Site.open(SqliteFiles(folder).fresh(), folder) as site:
        web = site.web("--no-worker")
        yield Door(site, web, site.wire(web))
        assert [line for line in web.said() if "Traceback" in line] == []
        loud = {event["event"] for event in web.events() if event["level"] != "info"}
        assert loud <= {"refused", "unreadable", NO_HTTP}, "each test asserts its own; nothing else is loud"


def good(wire: Wire) -> Parcel:
    return wire.parcel(wire.text(OWNER, REQUEST))


def plain(wire: Wire, **changes: str) -> str:
    return write_xml({**wire.text(OWNER, REQUEST), **changes})


def asked(parcel: Parcel, **changes: str) -> Parcel:
    """Return the parcel with other query parameters; an empty one is left out."""
    query = {name: value for name, value in {**parcel.params, **changes}.items() if value}
    return Parcel(query, parcel.body)


def sealed_in(parcel: Parcel) -> str:
    return parcel.body.decode().split("<Encrypt><![CDATA[")[1].split("]]>")[0]


def with_sealed(parcel: Parcel, sealed: str) -> Parcel:
    return Parcel(parcel.params, parcel.body.replace(sealed_in(parcel).encode(), sealed.encode()))


def flipped(sealed: str, index: int) -> str:
    raw = bytearray(base64.b64decode(sealed))
    raw[index] ^= 1
    return base64.b64encode(raw).decode()


def shifted(wire: Wire, seconds: int) -> Parcel:
    return wire.parcel_of(plain(wire), stamp=str(int(wire.clock()) + seconds))


def other_key(wire: Wire) -> Encoder:
    return Encoder("Z" * 43, wire.account.app_id)


def other_app(wire: Wire) -> Encoder:
    return Encoder(wire.account.aes_key, "wxffffffffffffffff")


def outside(wire: Wire, body: bytes) -> Parcel:
    return Parcel(good(wire).params, body)


def nested(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


FORGED: Mapping[str, Callable[[Wire], Parcel]] = {
    "wrong signature": lambda w: asked(good(w), msg_signature="0" * 40),
    "signature not ASCII": lambda w: asked(good(w), msg_signature="签名"),
    "no signature": lambda w: asked(good(w), msg_signature=""),
    "the plain signature for the sealed one": lambda w: asked(
        good(w), msg_signature=good(w).params["signature"]
    ),
    "other nonce": lambda w: asked(good(w), nonce="1"),
    "ciphertext of another message": lambda w: with_sealed(good(w), sealed_in(good(w))),
    "first byte tampered": lambda w: w.signed(flipped(sealed_in(good(w)), 16)),
    "last byte tampered": lambda w: w.signed(flipped(sealed_in(good(w)), -1)),
    "last block cut off": lambda w: w.signed(
        base64.b64encode(base64.b64decode(sealed_in(good(w)))[:-32]).decode()
    ),
    "not whole blocks": lambda w: w.signed(base64.b64encode(b"0" * 33).decode()),
    "no base64": lambda w: w.signed("@@@@"),
    "Encrypt not ASCII": lambda w: w.signed("密文"),
    "empty Encrypt": lambda w: w.signed(""),
    "wrong AppID": lambda w: w.parcel_of(plain(w), encoder=other_app(w)),
    "wrong key": lambda w: w.parcel_of(plain(w), encoder=other_key(w)),
    "stale": lambda w: shifted(w, -3600),
    "from the future": lambda w: shifted(w, 3600),
    "no timestamp": lambda w: w.parcel_of(plain(w), stamp=""),
    "timestamp in words": lambda w: w.parcel_of(plain(w), stamp="now"),
    "timestamp in other digits": lambda w: w.parcel_of(plain(w), stamp="１２３４５６７８９０"),
    "timestamp beyond all years": lambda w: w.parcel_of(plain(w), stamp="9" * 400),
    "downgraded to plaintext": lambda w: asked(
        Parcel(good(w).params, plain(w).encode()), encrypt_type="", msg_signature=""
    ),
    "encryption called raw": lambda w: asked(Parcel(good(w).params, plain(w).encode()), encrypt_type="raw"),
    "UTF-16": lambda w: outside(w, good(w).body.decode().encode("utf-16")),
    "nothing at all": lambda w: Parcel({}, b""),
}

UNREADABLE: Mapping[str, Callable[[Wire], Parcel]] = {
    "empty body": lambda w: outside(w, b""),
    "random bytes": lambda w: outside(w, bytes(range(256)) * 4),
    "JSON": lambda w: outside(w, b'{"Encrypt": "x"}'),
    "plaintext where a seal belongs": lambda w: outside(w, plain(w).encode()),
    "plaintext beside a forged seal": lambda w: with_sealed(
        outside(w, f"{plain(w)[:-6]}<Encrypt><![CDATA[x]]></Encrypt></xml>".encode()), "AAAA"
    ),
    "two seals": lambda w: outside(w, good(w).body.replace(b"</xml>", b"<Encrypt>x</Encrypt></xml>")),
    "deep nesting": lambda w: outside(w, f"<xml>{nested(5000)}</xml>".encode()),
    "broad nesting": lambda w: outside(w, b"<xml>" + b"<a>1</a>" * 5000 + b"</xml>"),
    "DOCTYPE": lambda w: outside(w, b'<!DOCTYPE xml SYSTEM "file:///etc/passwd">' + good(w).body),
    "a billion laughs": lambda w: outside(
        w, f'<!DOCTYPE x [<!ENTITY l0 "ha">{BILLION}]><xml><Encrypt>&l8;</Encrypt></xml>'.encode()
    ),
}

GENUINE: Mapping[str, Callable[[Wire], Parcel]] = {
    "empty": lambda w: w.parcel_of(""),
    "no XML": lambda w: w.parcel_of("你好"),
    "deep nesting": lambda w: w.parcel_of(f"<xml>{nested(2000)}</xml>"),
    "DOCTYPE": lambda w: w.parcel_of(f"<!DOCTYPE xml>{plain(w)}"),
    "external entity": lambda w: w.parcel_of(
        f'<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]>{plain(w, Content="&e;")}'
    ),
    "two senders": lambda w: w.parcel_of(
        plain(w).replace("</xml>", "<FromUserName>o-leader</FromUserName></xml>")
    ),
    "no sender": lambda w: w.parcel_of(plain(w, FromUserName="")),
    "sent in no year": lambda w: w.parcel_of(plain(w, CreateTime="9" * 30)),
    "no kind": lambda w: w.parcel_of(plain(w, MsgType=" ")),
    "too many elements": lambda w: w.parcel_of(f"<xml>{'<item>1</item>' * 401}</xml>"),
    "words given twice": lambda w: w.parcel_of(plain(w).replace("</xml>", "<Content>x</Content></xml>")),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_push_is_refused(door: Door, name: str) -> None:
    door.assert_refused(FORGED[name](door.wire), 403)
    door.assert_healthy()


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_push_is_refused(door: Door, name: str) -> None:
    door.assert_refused(UNREADABLE[name](door.wire), 400)
    door.assert_healthy()


@pytest.mark.parametrize("name", GENUINE)
def test_genuine_push_that_nobody_can_read_is_kept(door: Door, name: str) -> None:
    door.assert_kept(GENUINE[name](door.wire))
    door.assert_healthy()


def test_unreadable_push_delivered_again_is_kept_once(door: Door) -> None:
    """The platform seals a repeat anew: other bytes, another signature, the same push."""
    push = f"<xml><Weather>{'storm' * 9}</Weather></xml>"
    door.assert_kept(door.wire.parcel_of(push))
    stored = door.site.stored()
    for _ in range(3):
        answer = door.wire.post(door.wire.parcel_of(push))
        assert (answer.status, answer.body) == (200, b"success")
    assert door.site.stored() == stored


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1024 * 1024])
def test_oversize_push_is_refused(door: Door, size: int) -> None:
    door.assert_refused(outside(door.wire, b"<xml>" + b"x" * (size - 5)), 413)
    door.assert_healthy()


def test_oversize_push_without_a_length_is_refused(door: Door) -> None:
    before = len(door.web.said())
    pieces = (b"x" * 4096 for _ in range(17))
    response = httpx.post(door.wire.url, params=good(door.wire).params, content=pieces, trust_env=False)
    assert response.status_code == 413
    assert len(door.web.said()) == before + 1
    door.assert_healthy()


def test_forged_verification_is_refused(door: Door) -> None:
    before = len(door.web.events())
    query = {"signature": "0" * 40, "timestamp": "1", "nonce": "2", "echostr": "mine"}
    response = httpx.get(door.wire.url, params=query, trust_env=False)
    assert (response.status_code, response.content) == (403, b"")
    assert [event["event"] for event in door.web.events()[before:]] == ["refused"]
    assert door.site.loop.run(door.site.platform.verify_callback())
    door.assert_healthy()


@pytest.mark.parametrize("noise", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"\0" * 512 + b"\r\n\r\n"])
def test_what_is_no_http_is_refused(door: Door, noise: bytes) -> None:
    before = len(door.web.said())
    with socket.create_connection(("127.0.0.1", door.web.port), timeout=5) as connection:
        connection.sendall(noise)
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert len(door.web.said()) == before + 1
    door.assert_healthy()


def test_hanging_up_halfway_leaves_nothing_behind(door: Door) -> None:
    parcel, stored = good(door.wire), len(door.site.inbox())
    head = (
        f"POST /wechat?{urlencode(parcel.params)} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(parcel.body)}"
    )
    with socket.create_connection(("127.0.0.1", door.web.port), timeout=5) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n" + parcel.body[:50])
    door.assert_healthy()
    assert len(door.site.inbox()) == stored + 1


FUZZ = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
NAMES = st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "encrypt_type", "echostr", "x"])
VALUES = st.one_of(st.text(max_size=40), st.sampled_from(["aes", "raw", "0", "1" * 10, "%", "\0", "]]>"]))
TAGS = st.sampled_from(
    [
        "<xml>",
        "</xml>",
        "<Encrypt>",
        "</Encrypt>",
        "<![CDATA[",
        "]]>",
        "&#0;",
        "&x;",
        "<!--",
        "<?xml?>",
        "x",
        "密",
    ]
)
BODIES = st.one_of(
    st.binary(max_size=400),
    st.lists(TAGS, max_size=20).map(lambda tags: "".join(tags).encode()),
    st.text(max_size=100).map(
        lambda text: f"<xml><Encrypt>{text}</Encrypt></xml>".encode("utf-8", "replace")
    ),
)


@FUZZ
@given(query=st.dictionaries(NAMES, VALUES, max_size=7), body=BODIES)
def test_noise_of_any_form_is_refused(door: Door, query: dict[str, str], body: bytes) -> None:
    encodable = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    door.assert_refused(Parcel(encodable, body), 400, 403)


@FUZZ
@given(data=st.data())
def test_push_with_any_character_changed_is_refused(door: Door, data: st.DataObject) -> None:
    parcel = good(door.wire)
    sealed = sealed_in(parcel)
    at = data.draw(st.integers(0, len(sealed) - 1), label="at")
    to = data.draw(st.sampled_from("AZaz09+/=<& "), label="to")
    changed = with_sealed(parcel, sealed[:at] + to + sealed[at + 1 :])
    if changed != parcel:
        door.assert_refused(changed, 400, 403)


@FUZZ
@given(secret=st.binary(max_size=200))
def test_sealed_noise_is_kept(door: Door, secret: bytes) -> None:
    known = {row.dedupe_key for row in door.site.inbox()}
    text = secret.decode("latin-1")
    if f"u:{hashlib.sha256(text.encode()).hexdigest()}" not in known:
        door.assert_kept(door.wire.parcel_of(text))


def test_after_all_that_the_door_still_opens(door: Door) -> None:
    door.assert_healthy()
    assert door.web.is_running
    assert len(door.web.lives) == 1
