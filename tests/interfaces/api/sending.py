"""Uploading and sending files as clients do: tus, a piece at a time."""

import base64
from collections.abc import Mapping
from typing import Any

from tests.world import Client

TUS = {"Tus-Resumable": "1.0.0"}
PART = TUS | {"Content-Type": "application/offset+octet-stream"}


def named(name: str) -> str:
    return "filename " + base64.b64encode(name.encode()).decode()


async def begin(client: Client, size: int, name: str = "a.bin") -> str:
    """The address of a new upload."""
    headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": named(name)}
    async with client.post("/api/uploads", headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        return str(answer.headers["Location"])


async def more(client: Client, address: str, offset: int, data: Any) -> int:
    """Where it stands then; the status of a refusal, negative."""
    async with client.patch(address, data=data, headers=PART | {"Upload-Offset": str(offset)}) as answer:
        return int(answer.headers["Upload-Offset"]) if answer.status == 204 else -answer.status


async def stands(client: Client, address: str) -> int:
    async with client.head(address, headers=TUS) as answer:
        assert answer.status == 200, answer.status
        return int(answer.headers["Upload-Offset"])


async def uploaded(client: Client, data: bytes, name: str = "a.bin") -> str:
    """The id of a whole upload."""
    address = await begin(client, len(data), name)
    assert await more(client, address, 0, data) == len(data)
    return address.rpartition("/")[2]


async def send(
    client: Client, conversation_id: int, msgtype: str, upload: str, client_id: str = "1"
) -> tuple[int, dict[str, Any]]:
    body = {"client_id": client_id, "body": {"msgtype": msgtype, "upload": upload}}
    async with client.post(f"/api/conversations/{conversation_id}/messages", json=body) as answer:
        return answer.status, await answer.json()


async def sent(client: Client, conversation_id: int, msgtype: str, data: bytes, name: str = "a.bin") -> int:
    """The number of a message with this file."""
    upload = await uploaded(client, data, name)
    status, told = await send(client, conversation_id, msgtype, upload, client_id=upload)
    assert status == 200, told
    return int(told["seq"])


async def content(client: Client, conversation_id: int, seq: int) -> dict[str, Any]:
    path = f"/api/conversations/{conversation_id}/messages"
    async with client.get(path, params={"before": seq + 1, "limit": 1}) as answer:
        [message] = (await answer.json())["messages"]
        assert message["seq"] == seq
        found: dict[str, Any] = message["content"]
        return found


async def fetch(
    client: Client, conversation_id: int, seq: int, what: str = "file", **headers: str
) -> tuple[int, bytes, Mapping[str, str]]:
    async with client.get(f"/api/conversations/{conversation_id}/messages/{seq}/{what}", headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers
