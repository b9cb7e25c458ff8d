"""Files in messages: an upload becomes what a message says, and the message holds its bytes.

That happens in the commit that says it, so a file is in exactly one message or in none. What is held is named by the
message's place: `7:42` the file, `7:42/small` and so on what is shown of a picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...foundation import blobs
from ...foundation.db import Db, Tx
from .. import media
from ..media.uploads import held_ids
from .bodies import File, FileUpload, Image, ImageUpload, Said, ToSay
from .model import Draft, NoSuchMessageFile, NotShown, Posted
from .queries import posting

OWNER = "message"
FILE, PICTURE = "file", "image"
SMALL_ONES = "small", "medium", "large"
CARRYING = frozenset({FILE, PICTURE})

Refusal = media.NoSuchUpload | media.UploadUsed | media.UploadIncomplete | media.UploadBeingLookedAt | NotShown


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft whose upload was found; `body` is what everybody will hear."""

    draft: Draft
    body: Said


def carries(body: ToSay) -> bool:
    return isinstance(body, ImageUpload | FileUpload)


def upload_in(draft: Draft) -> str | None:
    """The upload that a draft carries, if it does."""
    return draft.body.upload if isinstance(draft.body, ImageUpload | FileUpload) else None


async def unpacked(tx: Tx, drafts: Sequence[Draft]) -> list[Ready | Refusal | Posted]:
    """Of each draft with an upload what it says, or why it cannot; or that it was said before, however long ago."""
    uploads = await media.lock_uploads(tx, sorted({_upload(draft) for draft in drafts}))
    found: list[Ready | Refusal | Posted] = []
    for draft in drafts:
        outcome: Ready | Refusal | Posted = _unpacked(draft, uploads.get(_upload(draft)))
        if isinstance(outcome, Ready) and (used := uploads[_upload(draft)]).media_id is None:
            uploads[used.id] = replace(
                used, used_in=draft.conversation_id, used_by=draft.sender_id, used_as=draft.client_id
            )
        if not isinstance(outcome, Ready):
            key = draft.conversation_id, draft.sender_id, draft.client_id
            if before := await posting.message_by_client_id(tx, *key):
                outcome = Posted(*before, repeated=True)
        found.append(outcome)
    return found


async def unpack(tx: Tx, sender_id: int, conversation_id: int, body: ImageUpload | FileUpload) -> Said:
    """The same of one; raises why it cannot be said."""
    [outcome] = await unpacked(tx, [Draft(conversation_id, sender_id, "", body)])
    if isinstance(outcome, Ready):
        return outcome.body
    assert not isinstance(outcome, Posted)
    raise outcome


async def hand_over(tx: Tx, said: Sequence[tuple[Draft, int]]) -> None:
    """Messages hold what their uploads held, by the numbers that they got; the uploads are used up."""
    from_ids: list[str] = []
    to_ids: list[str] = []
    for draft, seq in said:
        upload, place = _upload(draft), place_of(draft.conversation_id, seq)
        itself, picture, *small_ones = held_ids(upload)
        if isinstance(draft.body, ImageUpload):
            from_ids += [picture, *small_ones]
            to_ids += [place, *(f"{place}/{each}" for each in SMALL_ONES)]
        else:
            from_ids.append(itself)
            to_ids.append(place)
    await blobs.hold_also(tx, media.OWNER, from_ids, OWNER, to_ids)
    await media.use_up(tx, [(_upload(each), each.conversation_id, each.sender_id, each.client_id) for each, _ in said])


async def let_go(tx: Tx, sender_id: int, conversation_id: int, seq: int) -> None:
    """A message that was taken back holds nothing any more; what it held is its sender's until it is collected."""
    place = place_of(conversation_id, seq)
    if (held := await blobs.held(tx, OWNER, place)) and held.size:
        await media.count_deleted(tx, sender_id, held.size)
    await blobs.release(tx, OWNER, place, *(f"{place}/{each}" for each in SMALL_ONES))


async def held_by_message(db: Db, conversation_id: int, seq: int, small_one: str | None = None) -> blobs.Held:
    """A message's file, or a small one of its picture. Whether it may be seen was asked before."""
    place = place_of(conversation_id, seq)
    held = await blobs.held(db, OWNER, f"{place}/{small_one}" if small_one else place)
    if held is None:
        raise NoSuchMessageFile
    return held


def place_of(conversation_id: int, seq: int) -> str:
    return f"{conversation_id}:{seq}"


def _upload(draft: Draft) -> str:
    assert isinstance(draft.body, ImageUpload | FileUpload)
    return draft.body.upload


def _unpacked(draft: Draft, upload: media.Upload | None) -> Ready | Refusal:
    if upload is None or upload.actor_id not in (None, draft.sender_id):
        return media.NoSuchUpload()
    if upload.used_in is not None:
        return media.UploadUsed()
    if not upload.is_whole:
        return media.UploadIncomplete(received=upload.received, size=upload.size)
    if upload.media_type is None:
        return media.UploadBeingLookedAt(retry_after=2)
    body = draft.body
    assert isinstance(body, ImageUpload | FileUpload)
    if isinstance(body, FileUpload):
        about = {"name": upload.name, "size": upload.size, "media_type": upload.media_type}
        return Ready(draft, File(msgtype="file", **about, confidential=body.confidential))
    if upload.picture is None:
        return NotShown(upload.no_picture)
    return Ready(draft, Image(msgtype="image", name=upload.name, **upload.picture, confidential=body.confidential))
