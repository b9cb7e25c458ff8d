"""Files: material that apps upload, and uploads on their way into messages.

Material is a picture, voice, video or a file under an id for three days, or a picture's for good. An id is not to be
guessed, and all apps of the company may use it. Bytes are checked before they are kept (`formats`), and held in `blobs`
until the id ends; then, for a while, it can still be said that it did.

An upload is a member's, comes in as many pieces as it takes (`uploads`), is looked at once it is all there (`look`),
and goes into one message within a day, which then holds its bytes; material that an app sends becomes one, too.
"""

from . import jobs
from .formats import KINDS, LARGEST, Kind
from .keep import LARGEST_PICTURE, Kept, add, find, picture, show, take
from .look import finish, made_of, take_whole
from .model import (
    Media,
    MediaEmpty,
    MediaExpired,
    MediaTooLarge,
    MediaTooSmall,
    NoSuchMedia,
    NoSuchUpload,
    NotAPicture,
    NotAPortrait,
    NotMp4,
    NotOfThisKind,
    NotVoice,
    PictureTooLarge,
    TooMuchWaiting,
    UploadBeingLookedAt,
    UploadIncomplete,
    UploadTooLarge,
    UploadTooLong,
    UploadUsed,
    VoiceTooLong,
    WrongOffset,
)
from .portraits import take_picture, take_portrait
from .queries.uploads import Upload, lock_uploads
from .uploads import OWNER, Limits, begin, count_deleted, end, receive, upload_of, use_up

__all__ = [
    "KINDS",
    "LARGEST",
    "LARGEST_PICTURE",
    "OWNER",
    "Kept",
    "Kind",
    "Limits",
    "Media",
    "MediaEmpty",
    "MediaExpired",
    "MediaTooLarge",
    "MediaTooSmall",
    "NoSuchMedia",
    "NoSuchUpload",
    "NotAPicture",
    "NotAPortrait",
    "NotMp4",
    "NotOfThisKind",
    "NotVoice",
    "PictureTooLarge",
    "TooMuchWaiting",
    "Upload",
    "UploadBeingLookedAt",
    "UploadIncomplete",
    "UploadTooLarge",
    "UploadTooLong",
    "UploadUsed",
    "VoiceTooLong",
    "WrongOffset",
    "add",
    "begin",
    "count_deleted",
    "end",
    "find",
    "finish",
    "jobs",
    "lock_uploads",
    "made_of",
    "picture",
    "receive",
    "show",
    "take",
    "take_picture",
    "take_portrait",
    "take_whole",
    "upload_of",
    "use_up",
]
