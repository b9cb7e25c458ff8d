"""Public ids of apps' messages: they say nothing and cannot be made up.

A msgid is where the message stands, hidden under a key stream that its own seal starts (as in SIV mode), so
our numbers never leave, and one that this server did not make is refused without a question to the
database.
"""

import base64
import binascii
import hmac
import struct

from .model import NoSuchAppMessage

_PLACE = struct.Struct(">QQ")
_SEAL = 16


def msgid(key: bytes, conversation_id: int, seq: int) -> str:
    place = _PLACE.pack(conversation_id, seq)
    seal = hmac.digest(key, b"msgid\0" + place, "sha256")[:_SEAL]
    return base64.urlsafe_b64encode(seal + _hidden(key, seal, place)).decode().rstrip("=")


def place_of(key: bytes, id: str) -> tuple[int, int]:
    """`(conversation id, number)` of a message; raises `NoSuchAppMessage`."""
    try:
        raw = base64.b64decode(id + "=" * (-len(id) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NoSuchAppMessage from None
    seal, hidden = raw[:_SEAL], raw[_SEAL:]
    if len(hidden) != _PLACE.size:
        raise NoSuchAppMessage
    place = _hidden(key, seal, hidden)
    if not hmac.compare_digest(seal, hmac.digest(key, b"msgid\0" + place, "sha256")[:_SEAL]):
        raise NoSuchAppMessage
    conversation_id, seq = _PLACE.unpack(place)
    if msgid(key, conversation_id, seq) != id:  # the last letter has two bits to spare
        raise NoSuchAppMessage
    return conversation_id, seq


def _hidden(key: bytes, seal: bytes, place: bytes) -> bytes:
    stream = hmac.digest(key, b"msgid stream\0" + seal, "sha256")
    return bytes(one ^ other for one, other in zip(place, stream, strict=False))
