"""Any request is an envelope or refused: forged, stale, downgraded, too long, unreadable."""

import hashlib
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wechat import xml
from bot.wechat.account import BODY_CAP, Account
from bot.wechat.crypto import Cipher
from bot.wechat.errors import Forged, Malformed, Unreadable
from bot.wechat.messages import Envelope
from bot.wechat.replies import text_reply
from bot.wechat.signature import sign

APP_ID, TOKEN, NOW, NONCE = "wxba5fad812f8e6fb9", "AAAAA", 1714112445, "415670741"
KEY, OLD_KEY, FOREIGN_KEY = "a" * 43, "b" * 43, "c" * 43
ACCOUNT = Account(APP_ID, TOKEN, (KEY, OLD_KEY))
DEVELOPMENT = Account(APP_ID, TOKEN, (), plaintext=True)
MESSAGE = (
    "<xml><ToUserName>gh_x</ToUserName><FromUserName>oA</FromUserName><CreateTime>1714112445</CreateTime>"
    "<MsgType>text</MsgType><Content>你好</Content><MsgId>42</MsgId></xml>"
)
PUSH = "<xml><ToUserName><![CDATA[gh_x]]></ToUserName><Encrypt><![CDATA[{}]]></Encrypt></xml>"
QUERIES = st.dictionaries(
    st.sampled_from(["timestamp", "nonce", "signature", "msg_signature", "encrypt_type", "echostr"]),
    st.one_of(st.sampled_from(["aes", "raw", str(NOW)]), st.text(st.characters(exclude_categories=()))),
)


def encrypted(message: str | bytes = MESSAGE, *, key: str = KEY, app_id: str = APP_ID) -> str:
    raw = message.encode() if isinstance(message, str) else message
    return Cipher(key, app_id).encrypt(raw, random16=secrets.token_bytes(16))


def signed(sealed: str, *, timestamp: str = str(NOW)) -> dict[str, str]:
    return {
        "timestamp": timestamp,
        "nonce": NONCE,
        "encrypt_type": "aes",
        "signature": sign(TOKEN, timestamp, NONCE),
        "msg_signature": sign(TOKEN, timestamp, NONCE, sealed),
    }


def opened(
    sealed: str, body: str = PUSH, *, account: Account = ACCOUNT, timestamp: str = str(NOW)
) -> Envelope:
    return account.open(signed(sealed, timestamp=timestamp), body.format(sealed).encode(), now=NOW)


def reason(sealed: str, body: str = PUSH, *, timestamp: str = str(NOW)) -> str:
    with pytest.raises((Forged, Malformed)) as error:
        opened(sealed, body, timestamp=timestamp)
    assert isinstance(error.value, Forged | Malformed)
    return f"{type(error.value).__name__}: {error.value.reason}"


def test_push_is_opened() -> None:
    sealed = encrypted()
    envelope = opened(sealed)
    assert (envelope.openid, envelope.text, envelope.sealed) == ("oA", "你好", sealed)
    assert envelope.key_index == 0


def test_previous_key_opens_and_seals() -> None:
    envelope = opened(encrypted(key=OLD_KEY))
    assert envelope.key_index == 1
    outer = xml.parse(ACCOUNT.seal(envelope, "<xml/>", now=NOW, nonce="n"))
    assert Cipher(OLD_KEY, APP_ID).decrypt(xml.leaf(outer, "Encrypt")) == b"<xml/>"


def test_foreign_key_is_forged() -> None:
    assert reason(encrypted(key=FOREIGN_KEY)) in {"Forged: padding", "Forged: length or app id"}


def test_foreign_app_id_is_forged() -> None:
    with pytest.raises(Forged, match=r"^length or app id$"):
        opened(encrypted(app_id="wx0000000000000000"), account=Account(APP_ID, TOKEN, (KEY,)))


@pytest.mark.parametrize(
    "body",
    [
        "<xml><Encrypt>{}</Encrypt></xml>",
        "<xml>\n<ToUserName><![CDATA[gh_x]]></ToUserName>\n<Encrypt><![CDATA[{}]]></Encrypt>\n</xml>\n",
        "<xml><Encrypt><![CDATA[{}]]></Encrypt><ToUserName>gh_x</ToUserName></xml>",
    ],
)
def test_any_shape_of_push_is_opened(body: str) -> None:
    assert opened(encrypted(), body).text == "你好"


def test_compatible_mode_trusts_only_the_decrypted_part() -> None:
    body = "<xml><FromUserName>oEvil</FromUserName><Content>evil</Content><Encrypt>{}</Encrypt></xml>"
    envelope = opened(encrypted(), body)
    assert (envelope.openid, envelope.text) == ("oA", "你好")


def test_second_encrypt_is_malformed() -> None:
    body = "<xml><Encrypt>{}</Encrypt><Encrypt>AAAA</Encrypt></xml>"
    assert reason(encrypted(), body) == "LeafTwice: a leaf given twice"


def test_plaintext_is_forged_where_encryption_is_expected() -> None:
    query = signed("")
    for kind in ("raw", "AES", ""):
        with pytest.raises(Forged, match=r"^not encrypted$"):
            ACCOUNT.open(query | {"encrypt_type": kind}, MESSAGE.encode(), now=NOW)
    del query["encrypt_type"]
    with pytest.raises(Forged, match=r"^not encrypted$"):
        ACCOUNT.open(query, MESSAGE.encode(), now=NOW)


def test_development_account_takes_signed_plaintext_and_answers_in_kind() -> None:
    query = signed("") | {"encrypt_type": "raw"}
    envelope = DEVELOPMENT.open(query, b"\x00" + MESSAGE.encode(), now=NOW)
    assert (envelope.text, envelope.key_index, envelope.sealed) == ("你好", None, MESSAGE)
    reply = text_reply(envelope, "好", now=NOW)
    assert DEVELOPMENT.seal(envelope, reply, now=NOW, nonce="n") == reply.encode()


def test_development_account_refuses_unsigned_plaintext() -> None:
    with pytest.raises(Forged, match=r"^signature$"):
        DEVELOPMENT.open(signed("") | {"encrypt_type": "raw", "nonce": "1"}, MESSAGE.encode(), now=NOW)


def test_account_without_keys_opens_nothing_encrypted() -> None:
    with pytest.raises(Forged, match=r"^no key$"):
        opened(encrypted(), account=DEVELOPMENT)


@pytest.mark.parametrize("field", ["timestamp", "nonce", "msg_signature"])
def test_signature_covers_everything(field: str) -> None:
    sealed = encrypted()
    query = signed(sealed)
    for value in ("1", "", "é", query[field] + " "):
        with pytest.raises(Forged, match=r"^signature$"):
            ACCOUNT.open(query | {field: value}, PUSH.format(sealed).encode(), now=NOW)


def test_plain_signature_does_not_open_an_encrypted_push() -> None:
    sealed = encrypted()
    query = signed(sealed)
    with pytest.raises(Forged, match=r"^signature$"):
        ACCOUNT.open(query | {"msg_signature": query["signature"]}, PUSH.format(sealed).encode(), now=NOW)


def test_exchanged_body_is_forged() -> None:
    with pytest.raises(Forged, match=r"^signature$"):
        ACCOUNT.open(signed(encrypted()), PUSH.format(encrypted("<xml/>")).encode(), now=NOW)


@pytest.mark.parametrize("skew", [-600, 0, 600])
def test_fresh_enough_push_is_opened(skew: int) -> None:
    assert opened(encrypted(), timestamp=str(NOW + skew)).text == "你好"


@pytest.mark.parametrize("stamp", [str(NOW - 601), str(NOW + 601), "", "-1", "1e9", "²", "9" * 5000])
def test_stale_push_is_forged(stamp: str) -> None:
    assert reason(encrypted(), timestamp=stamp) == "Forged: timestamp"


def test_body_over_the_cap_is_malformed() -> None:
    body = PUSH.format(encrypted()).encode()
    query = signed(encrypted())
    with pytest.raises(Malformed, match=r"^too long$"):
        ACCOUNT.open(query, body.ljust(BODY_CAP + 1), now=NOW)


def test_longest_body_is_still_opened() -> None:
    sealed = encrypted()
    body = PUSH.format(sealed).encode().ljust(BODY_CAP)
    assert ACCOUNT.open(signed(sealed), body, now=NOW).text == "你好"


@pytest.mark.parametrize("body", ["<xml><a>{}</a></xml>", "<xml><Encrypt><a>{}</a></Encrypt></xml>"])
def test_push_without_encrypt_is_malformed(body: str) -> None:
    assert reason(encrypted(), body) == "Malformed: no Encrypt"


def test_malformed_tells_whether_it_was_signed() -> None:
    body = '{"ToUserName":"gh_x"}'
    sealed = encrypted(body)
    with pytest.raises(Unreadable) as signed_error:
        opened(sealed)
    with pytest.raises(Malformed) as unsigned_error:
        opened(encrypted(), "{}")
    assert not isinstance(unsigned_error.value, Unreadable)
    digest = hashlib.sha256(body.encode()).hexdigest()
    assert (signed_error.value.sealed, signed_error.value.digest) == (sealed, digest)
    assert str(signed_error.value) == "not well-formed"


def test_unreadable_push_sealed_anew_has_the_same_digest() -> None:
    digests, seals = set(), set()
    for key in (KEY, KEY, OLD_KEY):
        with pytest.raises(Unreadable) as error:
            opened(encrypted("你好", key=key))
        digests.add(error.value.digest)
        seals.add(error.value.sealed)
    assert (len(digests), len(seals)) == (1, 3)


@pytest.mark.parametrize("body", [b"\xff\xfe\x00 x", "你好\x00".encode()])
def test_unreadable_plaintext_is_kept_as_text(body: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        DEVELOPMENT.open(signed("") | {"encrypt_type": "raw"}, body, now=NOW)
    assert error.value.digest == hashlib.sha256(body).hexdigest()
    assert error.value.sealed.encode().decode() == error.value.sealed
    assert "\x00" not in error.value.sealed


def test_echo_proves_the_url() -> None:
    query = {"timestamp": "1714036504", "nonce": "1514711492", "echostr": "4375120948345356249"}
    signature = "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert ACCOUNT.echo(query | {"signature": signature}) == "4375120948345356249"
    with pytest.raises(Forged, match=r"^signature$"):
        ACCOUNT.echo(query)


@settings(deadline=None)
@given(QUERIES, st.binary(max_size=200))
def test_any_request_is_an_envelope_or_refused(query: dict[str, str], body: bytes) -> None:
    for account in (ACCOUNT, DEVELOPMENT):
        with pytest.raises((Forged, Malformed)):
            account.open(query, body, now=NOW)
    with pytest.raises(Forged):
        ACCOUNT.echo(query)


@settings(deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_signed_body_is_an_envelope_or_malformed(inner: bytes, framed: bool) -> None:  # noqa: FBT001
    content = MESSAGE.replace("你好", "{}").encode().replace(b"{}", inner) if framed else inner
    try:
        envelope: Envelope | Malformed = opened(encrypted(content))
    except Malformed as error:
        envelope = error
    assert isinstance(envelope, Envelope | Unreadable)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_sealed_reply_names_its_own_time_nonce_and_signature(nonce: str) -> None:
    sealed = ACCOUNT.seal(opened(encrypted()), "<xml/>", now=NOW + 1, nonce="n" + nonce)
    outer = xml.parse(xml.legal(sealed))
    said, stamp = xml.leaf(outer, "Encrypt"), xml.leaf(outer, "TimeStamp")
    assert xml.leaf(outer, "MsgSignature") == sign(TOKEN, str(NOW + 1), "n" + nonce, said)
    assert stamp == str(NOW + 1)


def test_every_seal_is_fresh() -> None:
    envelope = opened(encrypted())
    assert ACCOUNT.seal(envelope, "<xml/>", now=NOW, nonce="n") != ACCOUNT.seal(
        envelope, "<xml/>", now=NOW, nonce="n"
    )


def test_account_shows_no_secret() -> None:
    assert repr(ACCOUNT) == f"Account(app_id='{APP_ID}', plaintext=False, max_skew=600)"


def test_account_needs_a_key_unless_it_takes_plaintext() -> None:
    with pytest.raises(ValueError, match=r"^an account needs an EncodingAESKey unless it takes plaintext$"):
        Account(APP_ID, TOKEN, ())
