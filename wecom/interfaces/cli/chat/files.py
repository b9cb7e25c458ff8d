"""Files on this machine: uploaded to be sent, from where a line that broke left them, and saved as they were sent."""

import asyncio
import base64
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, BinaryIO

from wecom.foundation.errors import Invalid

from . import naming
from .wire import BackOff, Refused, Unreachable, Wire

PIECE = 1 << 18
ATTEMPTS = 8
TUS = {"Tus-Resumable": "1.0.0"}
PART = TUS | {"Content-Type": "application/offset+octet-stream"}


class NoFileHere(Invalid):
    """There is no such file here, or it cannot be read."""


class CannotSave(Invalid):
    """The file cannot be saved there."""


async def upload(wire: Wire, path: str) -> str:
    """The id of an upload of a file that is here."""
    try:
        with Path(path).expanduser().open("rb") as file:
            size = file.seek(0, 2)
            return await _upload(wire, file, size, Path(path).name)
    except OSError as problem:
        raise NoFileHere(f"{path}: {problem.strerror or problem}") from None


async def save(wire: Wire, conversation_id: int, seq: int, where: str = "") -> Path:
    """Save a message's file: into a directory under its own name, or under the name given. Nothing is written over."""
    page = await wire.get(f"/api/conversations/{conversation_id}/messages", before=seq + 1, limit=1)
    said = next((each["content"] for each in page["messages"] if each["seq"] == seq), None) or {}
    target = Path(where).expanduser() if where else _downloads()
    if target.is_dir():
        target /= safe_name(str(said.get("name", "")))
    try:
        async with wire.asking("GET", f"/api/conversations/{conversation_id}/messages/{seq}/file") as answer:
            path, file = _new(target)
            try:
                with file:
                    async for piece in answer.content.iter_chunked(PIECE):
                        await asyncio.to_thread(file.write, piece)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        return path
    except (FileNotFoundError, PermissionError, NotADirectoryError, IsADirectoryError, FileExistsError) as problem:
        raise CannotSave(f"{target}: {problem.strerror}") from None


def safe_name(name: str) -> str:
    """What a file may be called here, whatever somebody called it: no path, nothing hidden, nothing that steers."""
    name = naming.plain(name).replace("\\", "/").rpartition("/")[2].replace("\n", "").strip().lstrip(".")
    return name.encode()[:200].decode(errors="ignore") or "file"


async def _upload(wire: Wire, file: BinaryIO, size: int, name: str) -> str:
    metadata = "filename " + base64.b64encode(name.encode(errors="replace")).decode()
    headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata}
    async with wire.asking("POST", "/api/uploads", headers=headers) as answer:
        address = answer.headers["Location"]
    back_off, at, failures = BackOff(longest=5), 0, 0
    while at < size:
        try:
            file.seek(at)
            headers = PART | {"Upload-Offset": str(at)}
            async with wire.asking("PATCH", address, headers=headers, data=_pieces(file)) as answer:
                at = int(answer.headers["Upload-Offset"])
        except (Unreachable, Refused) as problem:
            failures += 1
            if failures > ATTEMPTS or (isinstance(problem, Refused) and problem.status not in (409, 423, 429, 503)):
                raise
            await asyncio.sleep(back_off.pause())
            at = await _stands(wire, address, at)
    return str(address.rpartition("/")[2])


async def _stands(wire: Wire, address: str, otherwise: int) -> int:
    try:
        async with wire.asking("HEAD", address, headers=TUS) as answer:
            return int(answer.headers["Upload-Offset"])
    except Unreachable:
        return otherwise


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece


def _new(target: Path) -> tuple[Path, BinaryIO]:
    """A file that was not there before: numbered, where there is one of this name."""
    for number in itertools.count(1):
        path = target if number == 1 else target.with_name(f"{target.stem} ({number}){target.suffix}")
        try:
            return path, path.open("xb")
        except FileExistsError:
            if number == 1000:
                raise
    raise AssertionError


def _downloads() -> Path:
    home = Path.home() / "Downloads"
    return home if home.is_dir() else Path.cwd()


def body(msgtype: str, upload_id: str) -> dict[str, Any]:
    return {"msgtype": msgtype, "upload": upload_id}
