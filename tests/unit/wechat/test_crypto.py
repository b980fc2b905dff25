"""Only what the platform encrypts for us is opened; everything else is Forged."""

import binascii
import secrets

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as AesCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.crypto import Cipher
from bot.wechat.errors import Forged

KEY, APP_ID = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxba5fad812f8e6fb9"
CIPHER = Cipher(KEY, APP_ID)


def raw(plain: bytes) -> str:
    """Return `plain` under the account's key, as only a key holder with odd habits would."""
    key = binascii.a2b_base64(KEY + "=")
    encryptor = AesCipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return binascii.b2a_base64(encryptor.update(plain) + encryptor.finalize(), newline=False).decode()


def framed(message: bytes, *, length: int, app_id: str = APP_ID) -> bytes:
    return b"r" * 16 + length.to_bytes(4, "big") + message + app_id.encode()


def padded(plain: bytes) -> bytes:
    pad = 32 - len(plain) % 32
    return plain + bytes([pad]) * pad


def reason(encrypted: str) -> str:
    with pytest.raises(Forged) as forged:
        CIPHER.decrypt(encrypted)
    return forged.value.reason


@given(st.binary(max_size=500))
def test_any_message_survives_the_round_trip(message: bytes) -> None:
    assert CIPHER.decrypt(CIPHER.encrypt(message, random16=secrets.token_bytes(16))) == message


@given(st.binary(max_size=300))
def test_any_plaintext_under_our_key_is_a_message_or_forged(plain: bytes) -> None:
    with pytest.raises(Forged):
        CIPHER.decrypt(raw(padded(plain)))


@given(st.text())
def test_any_text_is_forged(text: str) -> None:
    with pytest.raises(Forged):
        CIPHER.decrypt(text)


@pytest.mark.parametrize("text", ["====", "AAA", "AA=A", "A A=", "你好", "AAAA\n", "AA-_", "\udc80"])
def test_loose_base64_is_forged(text: str) -> None:
    assert reason(text) == "base64"


@pytest.mark.parametrize("size", [0, 16, 48])
def test_half_blocks_are_forged(size: int) -> None:
    assert reason(raw(b"x" * size)) == "block length"


@pytest.mark.parametrize("end", [b"\x00", b"\x21", b"\xff", b"\x01\x02", b"\x02\x03\x03"])
def test_wrong_padding_is_forged(end: bytes) -> None:
    plain = framed(b"m" * 64, length=64)
    assert reason(raw(plain[: 96 - len(end)] + end)) == "padding"


@pytest.mark.parametrize("length", [0, 4, 6, 24, 2**32 - 1])
def test_wrong_length_is_forged(length: int) -> None:
    assert reason(raw(padded(framed(b"hello", length=length)))) == "length or app id"


@pytest.mark.parametrize("app_id", ["", "wx", APP_ID + "x", APP_ID.upper()])
def test_foreign_app_id_is_forged(app_id: str) -> None:
    assert reason(raw(padded(framed(b"hello", length=5, app_id=app_id)))) == "length or app id"


def test_plaintext_of_padding_only_is_forged() -> None:
    assert reason(raw(b"\x20" * 32)) == "length or app id"


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "A" * 42 + "+", "A" * 42 + "\n", "键" * 43])
def test_wrong_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ValueError, match=r"^an EncodingAESKey is 43 letters and digits$"):
        Cipher(key, APP_ID)


def test_empty_app_id_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^an AppID is never empty$"):
        Cipher(KEY, "")
