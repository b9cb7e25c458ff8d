"""Taking everything out of a picture's file that is not the picture, without touching its points.

What stays is listed, and all else goes: EXIF, XMP and IPTC (where a picture was taken, with what, by whom), comments,
embedded previews, and whatever stands behind the picture's end. Of EXIF the way up is written anew, where it is not
the usual one. Colour profiles stay. Nothing is decoded here, and every length is held against what is there.
"""

import re
import struct
from collections.abc import Iterator
from zlib import crc32

JPEG, PNG, WEBP, GIF = KINDS = "image/jpeg", "image/png", "image/webp", "image/gif"

UPRIGHT = 1
ORIENTATION = 0x0112

SCAN_END = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
"""Where a JPEG's scan ends: the first marker that does not belong to its data."""
JPEG_TABLES = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xE0)} - {0xC8})
PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD hIST pHYs sPLT cICP mDCV cLLI acTL fcTL fdAT".split()
)
WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ICCP"})
GIF_LOOPS = b"NETSCAPE2.0", b"ANIMEXTS1.0"


class NotWhole(Exception):
    """The file ends before the picture does, or is not built as it should be."""


def kind_of(head: bytes) -> str | None:
    """What a file that begins so is, if it is a picture of a kind that is shown."""
    if head[:3] == b"\xff\xd8\xff":
        return JPEG
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return GIF if head[:6] in (b"GIF87a", b"GIF89a") else None


def cleaned(kind: str, data: bytes) -> tuple[bytes, int]:
    """The file with nothing but the picture in it, and which way up it is to be shown, as EXIF numbers it."""
    reading = {JPEG: _jpeg, PNG: _png, WEBP: _webp, GIF: _gif}[kind]
    try:
        return reading(data)
    except (IndexError, struct.error):
        raise NotWhole from None


def _jpeg(data: bytes) -> tuple[bytes, int]:
    kept, orientation = [], UPRIGHT
    for marker, segment in _segments(data):
        body = segment[4:]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:]) or orientation
        elif marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= 14:
            kept.append(b"\xff\xe0\x00\x10" + body[:12] + b"\0\0")  # without the preview that may be in it
        elif (
            marker in JPEG_TABLES
            or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
            or (marker == 0xEE and body.startswith(b"Adobe"))
        ):
            kept.append(segment)
    exif = b""
    if orientation != UPRIGHT:
        tiff = b"Exif\0\0" + _exif(orientation)
        exif = b"\xff\xe1" + struct.pack(">H", len(tiff) + 2) + tiff
    return b"".join((b"\xff\xd8", exif, *kept, b"\xff\xd9")), orientation


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers with what belongs to them; a scan's data stands with its head. Ends at the picture's end."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise NotWhole
        marker = data[at + 1]
        if marker == 0xD9:
            return
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise NotWhole
        if marker == 0xDA:
            if not (found := SCAN_END.search(data, end)):
                raise NotWhole
            end = found.end() - 2
        yield marker, data[at:end]
        at = end


def _png(data: bytes) -> tuple[bytes, int]:
    kept, orientation, at = [data[:8]], UPRIGHT, 8
    while True:
        (length,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise NotWhole
        if kind == b"eXIf":
            orientation = _orientation(data[at + 8 : end - 4]) or orientation
        elif kind in PNG_KEPT:
            kept.append(data[at:end])
        at = end
        if kind == b"IEND":
            break
    if orientation != UPRIGHT:
        kept.insert(2, _png_chunk(b"eXIf", _exif(orientation)))
    return b"".join(kept), orientation


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))


def _webp(data: bytes) -> tuple[bytes, int]:
    (length,) = struct.unpack_from("<I", data, 4)
    if length + 8 > len(data):
        raise NotWhole
    kept, orientation, extended = [], UPRIGHT, b""
    for kind, body in _riff(data[12 : length + 8]):
        if kind == b"EXIF":
            orientation = _orientation(body.removeprefix(b"Exif\0\0")) or orientation
        elif kind == b"VP8X":
            extended = body
        elif kind == b"ANMF":
            frame = b"".join(_riff_chunk(*each) for each in _riff(body[16:]) if each[0] in WEBP_KEPT)
            kept.append(_riff_chunk(kind, body[:16] + frame))
        elif kind in WEBP_KEPT:
            kept.append(_riff_chunk(kind, body))
    if extended:
        told = orientation != UPRIGHT
        flags = extended[0] & ~0x0C | (0x08 if told else 0)
        kept.insert(0, _riff_chunk(b"VP8X", bytes([flags]) + extended[1:]))
        if told:
            kept.append(_riff_chunk(b"EXIF", _exif(orientation)))
    else:
        orientation = UPRIGHT  # nothing in the short form says otherwise
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body, orientation


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        if at + 8 + length > len(data):
            raise NotWhole
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)


def _riff_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def _gif(data: bytes) -> tuple[bytes, int]:
    at = 13 + _color_table(data[10])
    kept = [data[:at]]
    while (kind := data[at]) != 0x3B:
        if kind == 0x2C:
            end = _sub_blocks(data, at + 10 + _color_table(data[at + 9]) + 1)
            kept.append(data[at:end])
        elif kind == 0x21:
            label, end = data[at + 1], _sub_blocks(data, at + 2)
            if label == 0xF9 or (label == 0xFF and data[at + 3 : at + 14] in GIF_LOOPS):
                kept.append(data[at:end])
        else:
            raise NotWhole
        at = end
    return b"".join((*kept, b"\x3b")), UPRIGHT


def _color_table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _sub_blocks(data: bytes, at: int) -> int:
    """Where a chain of blocks that begins here ends."""
    while length := data[at]:
        at += 1 + length
    return at + 1


def _orientation(tiff: bytes) -> int:
    """Which way up, as EXIF says it; 0 where it says nothing."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 10:
        return 0
    (at,) = struct.unpack_from(order + "I", tiff, 4)
    if at + 2 > len(tiff):
        return 0
    (count,) = struct.unpack_from(order + "H", tiff, at)
    for n in range(count):
        entry = tiff[at + 2 + 12 * n : at + 14 + 12 * n]
        if len(entry) < 12:
            return 0
        tag, kind, _, value = struct.unpack(order + "HHIH", entry[:10])
        if tag == ORIENTATION:
            return value if kind == 3 and 1 <= value <= 8 else 0
    return 0


def _exif(orientation: int) -> bytes:
    """EXIF that says which way up a picture is, and nothing else."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
