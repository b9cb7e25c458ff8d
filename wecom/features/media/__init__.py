"""Material that apps upload: pictures, voice, video and files, under an id for three days, or a picture's for good.

An id is not to be guessed, and all apps of the company may use it. Bytes are checked before they are kept
(`formats`), and held in `blobs` until the id ends; then, for a while, it can still be said that it did.
"""

from . import jobs
from .formats import KINDS, LARGEST, Kind
from .keep import LARGEST_PICTURE, Kept, add, find, picture, show, take
from .model import (
    Media,
    MediaEmpty,
    MediaExpired,
    MediaTooLarge,
    MediaTooSmall,
    NoSuchMedia,
    NotAPicture,
    NotMp4,
    NotOfThisKind,
    NotVoice,
    PictureTooLarge,
    VoiceTooLong,
)

__all__ = [
    "KINDS",
    "LARGEST",
    "LARGEST_PICTURE",
    "Kept",
    "Kind",
    "Media",
    "MediaEmpty",
    "MediaExpired",
    "MediaTooLarge",
    "MediaTooSmall",
    "NoSuchMedia",
    "NotAPicture",
    "NotMp4",
    "NotOfThisKind",
    "NotVoice",
    "PictureTooLarge",
    "VoiceTooLong",
    "add",
    "find",
    "jobs",
    "picture",
    "show",
    "take",
]
