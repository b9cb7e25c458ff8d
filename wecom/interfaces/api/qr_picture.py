"""A QR code as a PNG of an exact size, which scaling by whole modules seldom is: the rest is margin."""

import struct
import zlib

import segno

QUIET = 4
"""Modules of margin that a reader needs."""


def qr_picture(text: str, pixels: int) -> bytes:
    """Black on white, `pixels` wide and high."""
    modules = [[bool(module) for module in row] for row in segno.make(text, error="m", micro=False).matrix]
    scale = pixels // (len(modules) + 2 * QUIET)
    if not scale:
        raise ValueError(f"{pixels} pixels are too few for a code of {len(modules)} modules")
    left = (pixels - scale * len(modules)) // 2
    right = pixels - scale * len(modules) - left
    white = _line([True] * pixels)
    lines = [white] * left
    for row in modules:
        bright = [True] * left + [not module for module in row for _ in range(scale)] + [True] * right
        lines += [_line(bright)] * scale
    lines += [white] * right
    header = struct.pack(">IIBBBBB", pixels, pixels, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _line(bright: list[bool]) -> bytes:
    """A line of the picture, a bit for each pixel, behind the number of its filter: none."""
    digits = "".join("1" if bit else "0" for bit in bright).ljust(-len(bright) % 8 + len(bright), "0")
    return b"\0" + int(digits, 2).to_bytes(len(digits) // 8, "big")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
