"""Uploading files, to send them: the tus protocol, version 1.0.0 (https://tus.io/protocols/resumable-upload).

Its extensions creation, expiration and termination are spoken. `POST` begins an upload and says its address, `PATCH`
sends more of it, `HEAD` says how far it has come, and a message names it by the last part of its address. It is looked
at in the request that completes it, so once that is answered it can be sent.
"""

import asyncio
import base64
import binascii
import contextlib
from datetime import UTC
from email.utils import format_datetime
from typing import Annotated

from pydantic import BaseModel, Field

from wecom.features import media
from wecom.features.accounts import Me
from wecom.features.media import Limits, Upload
from wecom.foundation.blobs import BeingWritten
from wecom.foundation.db import Pool, Tx
from wecom.foundation.errors import Invalid
from wecom.foundation.http import Endpoints, Headed, Incoming
from wecom.services import Services
from wecom.settings import Settings

from .door import UploadKindWrong, UploadVersionUnknown

VERSION = "1.0.0"
PART = "application/offset+octet-stream"

endpoints = Endpoints(
    "/api/uploads",
    tag="Uploads",
    headers={"Tus-Resumable": VERSION, "Tus-Version": VERSION, "Cache-Control": "no-store"},
)

Bytes = Annotated[int, Field(ge=0, lt=2**62)]


class MetadataInvalid(Invalid):
    """Upload-Metadata is a list of names, each with its value in base64: filename d29ybGQucG5n."""


class OfUpload(BaseModel):
    upload_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")


class Spoken(BaseModel):
    tus_resumable: str = Field("", alias="Tus-Resumable", max_length=64, description="1.0.0")

    def check(self) -> None:
        if self.tus_resumable != VERSION:
            raise UploadVersionUnknown


class NewUpload(Spoken):
    length: Bytes = Field(alias="Upload-Length", description="Bytes of the whole file.")
    metadata: str = Field(
        "",
        alias="Upload-Metadata",
        max_length=8192,
        description="`filename` and its value, UTF-8 in base64; other names are passed over.",
    )


class MoreOfIt(Spoken):
    offset: Bytes = Field(alias="Upload-Offset", description="Where the upload stands, and this part begins.")


@endpoints.options("", public=True)
async def upload_protocol(settings: Settings) -> Headed:
    """What of the protocol is spoken, and how large a file may be."""
    return Headed.of(tus_extension="creation,expiration,termination", tus_max_size=settings.upload_mb << 20)


@endpoints.post("", status=201)
async def begin_upload(tx: Tx, me: Me, services: Services, headers: NewUpload) -> Headed:
    """Begin an upload; Location is its address.

    Errors: 403 when too much that you uploaded was not sent, 413 for a file that is too large, 507 for a full disk.
    """
    headers.check()
    settings = services.settings
    limits = Limits(settings.upload_mb << 20, settings.upload_waiting_mb << 20)
    begun = await media.begin(tx, services.blobs, me.id, _file_name(headers.metadata), headers.length, limits)
    return Headed.of(location=f"/api/uploads/{begun.id}", upload_expires=_expiry(begun))


@endpoints.head("/{upload_id}")
async def measure_upload(pool: Pool, me: Me, services: Services, path: OfUpload, headers: Spoken) -> Headed:
    """How far an upload of yours has come."""
    headers.check()
    upload = await media.upload_of(pool, me.id, path.upload_id)
    if upload.is_whole and upload.media_type is None:  # whoever was to look at it may have died
        with contextlib.suppress(BeingWritten):
            await media.finish(pool, services.blobs, services.decoder, upload.id)
        upload = await media.upload_of(pool, me.id, path.upload_id)
    return Headed.of(upload_offset=upload.received, upload_length=upload.size, upload_expires=_expiry(upload))


@endpoints.patch("/{upload_id}", status=204)
async def continue_upload(
    pool: Pool, me: Me, services: Services, path: OfUpload, headers: MoreOfIt, incoming: Incoming
) -> Headed:
    """Send more of a file. What came counts, also when the rest did not: ask how far it has come, and go on there.

    Errors: 409 for another offset than where it stands, 413 for more than it was to have, 423 while another request
    sends to it, 507 for a full disk.
    """
    headers.check()
    if incoming.media_type != PART:
        raise UploadKindWrong
    upload = await media.receive(
        pool, services.blobs, me.id, path.upload_id, headers.offset, incoming.chunks(), declared=incoming.declared
    )
    if upload.is_whole and upload.media_type is None:
        with contextlib.suppress(BeingWritten):
            # Whoever sent it may hang up now; it is looked at all the same.
            await asyncio.shield(media.finish(pool, services.blobs, services.decoder, upload.id))
    return Headed.of(upload_offset=upload.received, upload_expires=_expiry(upload))


@endpoints.delete("/{upload_id}", status=204)
async def end_upload(tx: Tx, me: Me, services: Services, path: OfUpload, headers: Spoken) -> Headed:
    """Forget an upload that was not sent, and all that has come of it."""
    headers.check()
    await media.end(tx, services.blobs, me.id, path.upload_id)
    return Headed.of()


def _file_name(metadata: str) -> str:
    """Of a list of names and values."""
    for each in metadata.split(","):
        name, _, value = each.strip().partition(" ")
        if name == "filename":
            try:
                return base64.b64decode(value.strip(), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError, ValueError):
                raise MetadataInvalid from None
    return ""


def _expiry(upload: Upload) -> str:
    return format_datetime(upload.expires_at.astimezone(UTC), usegmt=True)
