"""What a push says, and how urgently."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from ..messaging import parse_body, plain_text
from .encryption import encode
from .model import CHECKIN, LIFE, REMINDED, REPORT, TEST, Facts

LONGEST_BODY = 240
LONGEST_TITLE = 64


@dataclass(frozen=True, slots=True)
class Written:
    """A push as it leaves, but for being encrypted and signed."""

    plain: bytes
    headers: Mapping[str, str]


def written(facts: Facts, badge: int, *, with_text: bool, topic_key: bytes) -> Written:
    """`with_text`: who wrote what, where the message itself allows it; otherwise only how much there is."""
    said: dict[str, Any] = {"badge": badge}
    if facts.conversation_id == TEST:
        said = {"test": True} | said
    elif facts.conversation_id == CHECKIN:
        said = {"checkin": "off" if facts.seq % 2 else "on"} | said
    elif facts.conversation_id == REPORT:
        said = {"report": True} | said
    else:
        said = {"conversation_id": facts.conversation_id, "seq": facts.seq, "unread": facts.unread} | said
        if with_text:
            said |= _text(facts)
    urgent = facts.kind == "direct" or facts.called
    life = REMINDED if facts.conversation_id in (CHECKIN, REPORT) else LIFE
    headers = {
        "TTL": str(int(life.total_seconds())),
        "Topic": topic(facts.conversation_id, topic_key),
        "Urgency": "high" if urgent else "normal",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }
    return Written(orjson.dumps(said), headers)


def topic(conversation_id: int, key: bytes) -> str:
    """The same for all pushes of a conversation, of which services keep the newest, and says nothing of which it is."""
    return encode(sha256(key + b"topic" + conversation_id.to_bytes(8, "big", signed=True)).digest()[:24])


def _text(facts: Facts) -> dict[str, str]:
    body = parse_body(facts.body)
    group = facts.kind not in ("direct", "app")
    title = (facts.name if group or facts.kind == "app" else "") or facts.said_by
    if getattr(body, "confidential", False):
        return {"title": title[:LONGEST_TITLE]}
    words = plain_text(body)
    if group and facts.said_by and facts.said_by != title:
        words = f"{facts.said_by}: {words}"
    return {"title": title[:LONGEST_TITLE], "body": words[:LONGEST_BODY]}
