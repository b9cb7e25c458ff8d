"""What files of each kind may be: WeCom's formats and sizes. What a client says of a file is not believed."""

import mimetypes
from mmap import ACCESS_READ, mmap
from typing import BinaryIO, Literal, get_args

from wecom.foundation.errors import Invalid

from .model import MediaEmpty, MediaTooSmall, NotAPicture, NotMp4, NotVoice, VoiceTooLong

Kind = Literal["image", "voice", "video", "file"]
KINDS: tuple[str, ...] = get_args(Kind)

MEGABYTE = 1 << 20
LARGEST: dict[str, int] = {
    "image": 10 * MEGABYTE,
    "voice": 2 * MEGABYTE,
    "video": 10 * MEGABYTE,
    "file": 20 * MEGABYTE,
}
SMALLEST = 6
LONGEST_VOICE = 60.0

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
JPEG_END, PNG_END = b"\xff\xd9", b"IEND\xaeB`\x82"
AMR = {b"#!AMR-WB\n": (17, 23, 32, 36, 40, 46, 50, 58, 60, 5), b"#!AMR\n": (12, 13, 15, 17, 19, 20, 26, 31, 5)}
"""How a file begins, and how many bytes follow the first of each frame, by its mode."""
FRAME = 0.02
ACTIVE = "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml"


def media_type(kind: str, file: BinaryIO, name: str, size: int) -> str:
    """What a file is; raises what is wrong with it. Blocking."""
    if size < SMALLEST:
        raise MediaTooSmall if size else MediaEmpty
    if kind == "file":
        guessed, encoding = mimetypes.guess_type(name)
        return guessed if guessed and not encoding and guessed not in ACTIVE else "application/octet-stream"
    checks = {"image": _picture, "voice": _voice, "video": _video}
    return checks[kind](file)


def _picture(file: BinaryIO) -> str:
    with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        if data[:8] == PNG and data[12:16] == b"IHDR" and data.rfind(PNG_END) > 0:
            return "image/png"
        if data[:3] == JPEG and data.rfind(JPEG_END) > 0:
            return "image/jpeg"
    raise NotAPicture


def _video(file: BinaryIO) -> str:
    file.seek(4)
    if file.read(4) != b"ftyp":
        raise NotMp4
    return "video/mp4"


def _voice(file: BinaryIO) -> str:
    file.seek(0)
    data = file.read()
    for beginning, lengths in AMR.items():
        if data.startswith(beginning):
            if _frames(data, len(beginning), lengths, NotVoice) * FRAME > LONGEST_VOICE:
                raise VoiceTooLong
            return "audio/amr-wb" if b"WB" in beginning else "audio/amr"
    raise NotVoice


def _frames(data: bytes, at: int, lengths: tuple[int, ...], refusal: type[Invalid]) -> int:
    """How many frames there are; one that was cut off counts too."""
    count = 0
    while at < len(data):
        mode = data[at] >> 3 & 15
        if mode >= len(lengths) and mode < 14:
            raise refusal
        at += 1 + (lengths[mode] if mode < len(lengths) else 0)  # 14 and 15: lost, and nothing said
        count += 1
    return count
