"""Pictures to upload: whole ones with what should not be passed on, and ones that were made to hurt."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

SECRET = b"Elbufer-53.5436-9.9886"
"""A place, as files have it in many places."""
SMALL = 400, 300


def exif(orientation: int = 1) -> bytes:
    """With a place, a camera, and which way up."""
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x010F] = SECRET.decode()
    told.get_ifd(0x8825).update({1: "N", 2: (53.0, 32.0, 36.0), 3: "E", 4: (9.0, 59.0, 18.0)})
    return told.tobytes()


def picture(kind: str = "JPEG", size: tuple[int, int] = SMALL, mode: str = "RGB", **about: Any) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(file, kind, **about)
    return file.getvalue()


def photo(orientation: int = 6) -> bytes:
    """As a telephone makes it, with a place in EXIF, XMP, IPTC and a comment, and behind its end."""
    data = picture(exif=exif(orientation), comment=SECRET, icc_profile=b"")
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x20" + SECRET
    more = b"".join(b"\xff" + bytes([m]) + struct.pack(">H", len(s) + 2) + s for m, s in ((0xE1, xmp), (0xED, iptc)))
    return data[:2] + more + data[2:] + SECRET


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*more: bytes, width: int = 8, height: int = 8, rows: bytes | None = None) -> bytes:
    """A picture in PNG with more chunks in it; or one that says it is larger than it is."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = rows if rows is not None else (b"\0" + bytes(width)) * height
    body = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + body + chunk(b"IEND", b"")
