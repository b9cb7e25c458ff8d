"""Frames as bytes, and what clients may say."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from wecom.features.messaging import Body
from wecom.foundation.streams import DIRECTORY

Seq = Annotated[int, Field(ge=0, lt=2**62)]
Id = Annotated[int, Field(ge=1, lt=2**62)]


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Hello(_Frame):
    type: Literal["hello"]
    cursors: dict[str, Seq] = Field(default_factory=dict, max_length=20_000)


class Ack(_Frame):
    type: Literal["ack"]
    cursors: dict[str, Seq] = Field(max_length=2_000)


class Send(_Frame):
    type: Literal["send"]
    conversation_id: Id
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")
    body: Body
    reply_to: Id | None = None


class Typing(_Frame):
    type: Literal["typing"]
    conversation_id: Id


class Watch(_Frame):
    type: Literal["watch"]
    member_ids: tuple[Id, ...] = Field(max_length=500)


class Ping(_Frame):
    type: Literal["ping"]


Said = Hello | Ack | Send | Typing | Watch | Ping
CLIENT_FRAME: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])


def websocket_text(payload: bytes) -> bytes:
    """An unmasked, unfragmented text frame (RFC 6455, 5.2), as servers send them."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def said(value: dict[str, Any]) -> bytes:
    """A frame of the server's own, encoded."""
    return websocket_text(orjson.dumps(value))


def changes_frame(name: bytes, epoch: bytes, since: int, to: int, entries: bytes) -> bytes:
    """A frame of changes; `entries` are encoded and joined by commas."""
    return websocket_text(
        b'{"stream":"%s","epoch":"%s","from":%d,"to":%d,"entries":[%s]}' % (name, epoch, since, to, entries)
    )


def stream_name(stream_id: int, member_id: int) -> str:
    """A stream's name for one member: ids are shared by all kinds of streams."""
    if stream_id == DIRECTORY:
        return "directory"
    return f"member:{stream_id}" if stream_id == member_id else f"conversation:{stream_id}"


def stream_id(name: str, member_id: int) -> int | None:
    """The stream of a name that a member may use; None for any other."""
    if name == "directory":
        return DIRECTORY
    kind, _, digits = name.partition(":")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        return None
    id = int(digits)
    if kind == "conversation" and id != DIRECTORY:
        return id
    return id if kind == "member" and id == member_id else None
