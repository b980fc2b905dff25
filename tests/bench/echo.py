"""The ceilings: what answering costs when nothing is stored, understood or decided.

`wechatpy_echo` is the obvious way to answer WeChat in Python (FastAPI and the usual library); `lean_echo`
the same route on our own protocol library. Served by uvicorn with the product's own options.
"""

import os
import time
from typing import Any

from fastapi import FastAPI, Request, Response
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

from bot.wechat.account import Account
from bot.wechat.replies import text_reply


def _setting(name: str) -> str:
    return os.environ[f"LIAISON_WECHAT_{name}"]


def wechatpy_echo() -> FastAPI:
    """Return an application that answers every text with itself, by wechatpy."""
    app = FastAPI()
    crypto: Any = WeChatCrypto(_setting("TOKEN"), _setting("AES_KEY"), _setting("APP_ID"))

    @app.post("/wechat")
    async def echo(request: Request, timestamp: str, nonce: str, msg_signature: str) -> Response:
        body = await request.body()
        message: Any = parse_message(crypto.decrypt_message(body, msg_signature, timestamp, nonce))
        sealed = crypto.encrypt_message(create_reply(message.content, message).render(), nonce)
        return Response(sealed, media_type="text/xml")

    return app


def lean_echo() -> FastAPI:
    """Return an application that answers every text with itself, by our own library."""
    app = FastAPI()
    account = Account(_setting("APP_ID"), _setting("TOKEN"), (_setting("AES_KEY"),))

    @app.post("/wechat")
    async def echo(request: Request, timestamp: str, nonce: str, msg_signature: str) -> Response:
        body, now = await request.body(), int(time.time())
        query = {"timestamp": timestamp, "nonce": nonce, "msg_signature": msg_signature}
        envelope = account.open(query | {"encrypt_type": "aes"}, body, now=now)
        reply = text_reply(envelope, envelope.text, now=now)
        return Response(account.seal(envelope, reply, now=now, nonce=nonce), media_type="text/xml")

    return app
