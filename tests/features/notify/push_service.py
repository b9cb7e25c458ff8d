"""A push service, and browsers that subscribe at it and read what it brings: written from the RFCs alone.

It speaks RFC 8030 and takes only what is signed for it (RFC 8292) with the key that the subscription was made with.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

DAY = 24 * 3600


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Push:
    """What a browser was brought."""

    said: dict[str, Any]
    headers: dict[str, str]
    at: float
    size: int


class Browser:
    """One browser's subscription: its keys, and how it reads."""

    def __init__(self, private: ec.EllipticCurvePrivateKey | None = None, auth: bytes = b"") -> None:
        self.private = private or ec.generate_private_key(ec.SECP256R1())
        self.auth = auth or os.urandom(16)
        self.public = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.token = b64(os.urandom(12))
        self.application_key = b""
        self.got: list[Push] = []
        self.refusing: list[tuple[int, dict[str, str]]] = []
        """Answers to give, one after the other, before the first push is taken."""
        self.slow = 0.0

    def read(self, body: bytes) -> bytes:
        """RFC 8188 and 8291, by HMACs as they are written there."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        assert length == 65 and 18 <= len(record) <= size
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self.private.exchange(ec.ECDH(), point)
        first = _hmac(self.auth, shared)
        secret = _hmac(first, b"WebPush: info\0" + self.public + theirs + b"\1")
        second = _hmac(salt, secret)
        key = _hmac(second, b"Content-Encoding: aes128gcm\0\1")[:16]
        nonce = _hmac(second, b"Content-Encoding: nonce\0\1")[:12]
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert plain.endswith(b"\2"), "the last record ends so"
        return plain[:-1]


def _hmac(key: bytes, said: bytes) -> bytes:
    return hmac.new(key, said, hashlib.sha256).digest()


@dataclass
class PushService:
    """One push service on a port of this machine."""

    origin: str = ""
    browsers: dict[str, Browser] = field(default_factory=dict)
    everybody: Browser | None = None
    """Stands for every browser that is not known."""
    refused: list[str] = field(default_factory=list)
    undelivered: dict[tuple[str, str], Push] = field(default_factory=dict)
    """By token and topic: what a device that is off would get when it comes back."""
    asked: int = 0
    hangs: bool = False
    under_way: int = 0
    most_at_once: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def subscription(self, browser: Browser, application_key: str) -> dict[str, Any]:
        """What PushSubscription.toJSON() says."""
        browser.application_key = unb64(application_key)
        self.browsers[browser.token] = browser
        keys = {"p256dh": b64(browser.public), "auth": b64(browser.auth)}
        return {"endpoint": f"{self.origin}/push/{browser.token}", "expirationTime": None, "keys": keys}

    async def take(self, request: web.Request) -> web.Response:
        self.asked += 1
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            return await self._take(request)
        finally:
            self.under_way -= 1
            self.came.set()

    async def _take(self, request: web.Request) -> web.Response:
        if self.hangs:
            await asyncio.sleep(60)
        browser = self.browsers.get(request.match_info["token"], self.everybody)
        if browser is None:
            return web.Response(status=404)
        if browser.slow:
            await asyncio.sleep(browser.slow)
        if browser.refusing:
            status, headers = browser.refusing.pop(0)
            return web.Response(status=status, headers=headers, text="no")
        if problem := self._wrong(request, browser):
            self.refused.append(problem)
            return web.Response(status=403, text=problem)
        body = await request.read()
        if len(body) > 4096:
            return web.Response(status=413)
        push = Push(json.loads(browser.read(body)), dict(request.headers), time.time(), len(body))
        browser.got.append(push)
        self.undelivered[browser.token, request.headers["Topic"]] = push
        return web.Response(status=201, headers={"Location": f"/messages/{len(browser.got)}"})

    def _wrong(self, request: web.Request, browser: Browser) -> str:
        headers = request.headers
        scheme, _, parameters = headers.get("Authorization", "").partition(" ")
        given = dict(each.strip().split("=", 1) for each in parameters.split(",") if "=" in each)
        if scheme != "vapid" or unb64(given.get("k", "")) != browser.application_key:
            return "not the key that was subscribed with"
        head, claims, signature = given["t"].split(".")
        raw = unb64(signature)
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), browser.application_key)
        try:
            key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
        except InvalidSignature:
            return "the signature is wrong"
        told = json.loads(unb64(claims))
        if json.loads(unb64(head)) != {"typ": "JWT", "alg": "ES256"} or told.get("aud") != self.origin:
            return f"not for us: {told}"
        if not time.time() < told["exp"] <= time.time() + DAY:
            return "too old, or for too long"
        if headers.get("Content-Encoding") != "aes128gcm" or not headers.get("TTL", "").isdigit():
            return "no push"
        if len(headers.get("Topic", "")) > 32 or headers.get("Urgency") not in ("normal", "high"):
            return "a topic has at most 32 characters"
        return ""


@asynccontextmanager
async def push_service(port: int = 0) -> AsyncIterator[PushService]:
    """A service that runs."""
    service = PushService()
    app = web.Application()
    app.router.add_post("/push/{token}", service.take)
    server = TestServer(app, port=port or None)
    await server.start_server(shutdown_timeout=0.1)
    service.origin = str(server.make_url("")).rstrip("/")
    try:
        yield service
    finally:
        await server.close()
