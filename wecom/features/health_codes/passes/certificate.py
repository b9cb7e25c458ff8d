"""The bytes of a certificate and of a pass: big endian, the certificate first.

certificate  u8 format 1 · u32 kid · u64 serial · u32 policy · u16 version · u8 level · u32 issued · u32 expires ·
             u8 n · name in n bytes of UTF-8 · 33 bytes compressed point · 64 bytes signature over all before
pass         certificate · u32 step · 64 bytes signature of the phone over "wecom pass 1" · certificate · step
"""

import struct
from dataclasses import dataclass

from . import base45
from .signing import POINT, SIGNATURE

FORMAT = 1
PREFIX = "WH1:"
STEP = 30
"""Seconds for which a pass is shown."""
LONGEST_NAME = 40
_HEAD = struct.Struct(">BIQIHBIIB")
_PASS_WORDS = b"wecom pass 1"
_KEY_WORDS = b"wecom key 1"
_STEP = struct.Struct(">I")


class NoPass(ValueError):
    """It is no pass of a format that is known here."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The server's word on a phone's key, a level and an end."""

    kid: int
    serial: int
    policy_id: int
    version: int
    level: int
    """1 green, 2 yellow, 3 red."""
    issued: int
    expires: int
    """From then on it holds no more; seconds since 1970, as `issued`."""
    name: str
    point: bytes
    signature: bytes = b""

    def words(self) -> bytes:
        """What the server signs."""
        name = _cut(self.name)
        head = _HEAD.pack(
            FORMAT,
            self.kid,
            self.serial,
            self.policy_id,
            self.version,
            self.level,
            self.issued,
            self.expires,
            len(name),
        )
        return head + name + self.point

    def written(self) -> bytes:
        return self.words() + self.signature


@dataclass(frozen=True, slots=True)
class Pass:
    """A certificate, and when its phone showed it."""

    certificate: Certificate
    step: int
    signature: bytes


def step_at(seconds: float) -> int:
    return int(seconds // STEP)


def pass_words(certificate: bytes, step: int) -> bytes:
    """What the phone signs, anew for each step."""
    return _PASS_WORDS + certificate + _STEP.pack(step)


def challenge_words(challenge: str, point: bytes) -> bytes:
    """What the phone signs to show that it has the key that it wants to have certified."""
    return _KEY_WORDS + challenge.encode() + point


def written_pass(certificate: bytes, step: int, signature: bytes) -> str:
    """As the QR code says it."""
    return PREFIX + base45.encode(certificate + _STEP.pack(step) + signature)


def read_pass(text: str) -> Pass:
    """Raises `NoPass`; nothing is known to be true by that."""
    if not text.startswith(PREFIX) or len(text) > 600:
        raise NoPass
    try:
        raw = base45.decode(text.removeprefix(PREFIX))
    except base45.NotBase45 as problem:
        raise NoPass from problem
    if len(raw) < _HEAD.size or raw[0] != FORMAT:
        raise NoPass
    _, kid, serial, policy, version, level, issued, expires, length = _HEAD.unpack_from(raw)
    ends = _HEAD.size + length
    whole = ends + POINT + SIGNATURE
    if length > LONGEST_NAME or len(raw) != whole + _STEP.size + SIGNATURE or not 1 <= level <= 3:
        raise NoPass
    try:
        name = raw[_HEAD.size : ends].decode()
    except UnicodeDecodeError as problem:
        raise NoPass from problem
    point, signature = raw[ends : ends + POINT], raw[ends + POINT : whole]
    certificate = Certificate(kid, serial, policy, version, level, issued, expires, name, point, signature)
    [step] = _STEP.unpack_from(raw, whole)
    return Pass(certificate, step, raw[whole + _STEP.size :])


def _cut(name: str) -> bytes:
    """As much of it as there is room for, in whole characters."""
    raw = name.encode()
    return raw if len(raw) <= LONGEST_NAME else raw[:LONGEST_NAME].decode(errors="ignore").encode()
