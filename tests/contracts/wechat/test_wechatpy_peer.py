"""wechatpy, written by others, reads what we write and writes what we read."""

import json
import secrets
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from bot.wechat import xml
from bot.wechat.account import Account
from bot.wechat.crypto import Cipher
from bot.wechat.replies import clean, text_reply
from bot.wechat.signature import sign

APP_ID, TOKEN, NOW = "wxba5fad812f8e6fb9", "AAAAA", 1714112445
KEYS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", min_size=43, max_size=43)
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"))
TEXTS = st.text(CHARACTERS, max_size=200)


def query(encrypted: str, nonce: str = "415670741") -> dict[str, str]:
    signature = sign(TOKEN, str(NOW), nonce, encrypted)
    return {"timestamp": str(NOW), "nonce": nonce, "encrypt_type": "aes", "msg_signature": signature}


def push(text: str) -> str:
    split = text.replace("]]>", "]]]]><![CDATA[>")
    return (
        "<xml><ToUserName><![CDATA[gh_x]]></ToUserName><FromUserName><![CDATA[oA]]></FromUserName>"
        f"<CreateTime>{NOW}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{split}]]></Content><MsgId>23456789012345678</MsgId></xml>"
    )


def sealed_by_peer(key: str, message: str) -> tuple[dict[str, str], bytes]:
    """Return query and body of a push as wechatpy encrypts it."""
    reply: Any = WeChatCrypto(TOKEN, key, APP_ID).encrypt_message(message, "415670741", str(NOW))
    encrypted = xml.parse(reply.encode())["Encrypt"]
    assert isinstance(encrypted, str)
    return query(encrypted), f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


@settings(max_examples=150, deadline=None)
@given(KEYS, TEXTS)
def test_we_open_what_wechatpy_seals(key: str, text: str) -> None:
    asked, body = sealed_by_peer(key, push(text))
    envelope = Account(APP_ID, TOKEN, (key,)).open(asked, body, now=NOW)
    assert (envelope.text, envelope.openid, envelope.key_index) == (clean(text), "oA", 0)


@settings(max_examples=150, deadline=None)
@given(KEYS, TEXTS)
def test_wechatpy_opens_what_we_seal(key: str, text: str) -> None:
    account = Account(APP_ID, TOKEN, (key,))
    asked, body = sealed_by_peer(key, push("x"))
    envelope = account.open(asked, body, now=NOW)
    reply = text_reply(envelope, text, now=NOW)
    sealed = account.seal(envelope, reply, now=NOW, nonce="abc")
    outer: Any = xml.parse(sealed)
    assert (outer["TimeStamp"], outer["Nonce"]) == (str(NOW), "abc")
    opened = WeChatCrypto(TOKEN, key, APP_ID).decrypt_message(
        sealed.decode(), outer["MsgSignature"], str(NOW), "abc"
    )
    assert opened == reply
    message = parse_message(opened)
    assert (message.source, message.target) == ("gh_x", "oA")


@pytest.mark.parametrize("size", range(70))
def test_every_padding_agrees_in_both_directions(size: int) -> None:
    key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    ours, theirs = Cipher(key, APP_ID), WeChatCrypto(TOKEN, key, APP_ID)
    message = "x" * size
    encrypted = ours.encrypt(message.encode(), random16=secrets.token_bytes(16))
    opened = theirs.decrypt_message({"Encrypt": encrypted}, sign(TOKEN, "1", "2", encrypted), "1", "2")
    assert opened == message
    reply: Any = xml.parse(theirs.encrypt_message(message, "2", "1").encode())
    assert ours.decrypt(reply["Encrypt"]) == message.encode()


@settings(max_examples=100, deadline=None)
@given(TEXTS.filter(lambda text: text.strip() == text and "]]>" not in text))
def test_our_reply_and_theirs_say_the_same(text: str) -> None:
    message = parse_message(push("x"))
    theirs: Any = xml.parse(TextReply(content=text, message=message).render().encode())
    asked, body = sealed_by_peer("A" * 43, push("x"))
    envelope = Account(APP_ID, TOKEN, ("A" * 43,)).open(asked, body, now=NOW)
    ours: Any = xml.parse(text_reply(envelope, text, now=NOW).encode())
    unimportant = {"CreateTime": "", "FuncFlag": ""}
    assert json.dumps({**ours, **unimportant}, sort_keys=True) == json.dumps(
        {**theirs, **unimportant}, sort_keys=True
    )
