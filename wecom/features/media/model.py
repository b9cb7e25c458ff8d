"""Material, and how it is refused."""

from dataclasses import dataclass
from datetime import datetime

from wecom.foundation.errors import Busy, Conflict, Denied, Invalid, Missing


@dataclass(frozen=True, slots=True)
class Media:
    """Material that can be fetched."""

    id: str
    kind: str
    name: str
    media_type: str
    hash: bytes
    size: int
    created_at: datetime


class NoSuchMedia(Missing):
    """There is no material with this id: upload it."""


class MediaExpired(Missing):
    """This material was uploaded more than three days ago and is gone: upload it again."""


class MediaEmpty(Invalid):
    """The file is empty: choose another."""


class MediaTooSmall(Invalid):
    """A file has more than 5 bytes: choose another."""


class MediaTooLarge(Invalid):
    """The file is larger than material of its kind may be: make it smaller."""


class NotAPicture(Invalid):
    """The file is no picture in JPEG or PNG, or not a whole one: save it as one of these."""


class NotAPortrait(Invalid):
    """A picture beside a name is a whole one in JPEG, PNG, GIF or WebP, of at most 100 megapixels: choose another."""


class NotVoice(Invalid):
    """The file is no voice in AMR: save it so."""


class VoiceTooLong(Invalid):
    """Voice may take 60 seconds: shorten it."""


class NotMp4(Invalid):
    """The file is no video in MP4: save it so."""


class NotOfThisKind(Invalid):
    """This material is of another kind than is wanted here: upload it as the right one."""


class PictureTooLarge(Invalid):
    """A picture shown beside a name has at most 2 MB: make it smaller."""


class NoSuchUpload(Missing):
    """There is no such upload of yours, or it was not sent within a day: upload the file again."""


class UploadUsed(Conflict):
    """This upload was sent already: upload the file again to send it once more."""


class UploadIncomplete(Conflict):
    """The file is not all there yet: upload the rest, then send it."""


class UploadBeingLookedAt(Busy):
    """The file has just come and is being looked at: send it in a moment."""


class WrongOffset(Conflict):
    """The upload stands elsewhere: ask where, and go on from there."""


class UploadTooLarge(Invalid):
    """The file is larger than may be sent: make it smaller."""


class UploadTooLong(Invalid):
    """More came than the upload was to have: begin another."""


class TooMuchWaiting(Denied):
    """You have uploaded much that you have not sent: send some of it, or wait a day. What you delete counts so long."""
