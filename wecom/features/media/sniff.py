"""What a file is, by its bytes. Its name decides only between what its bytes allow; what a client says, nothing.

What is not recognised is `application/octet-stream`, which is no worse: it can be saved. Whatever a browser would run
is never named as what it is.
"""

import mimetypes
import re

from wecom.foundation.pictures.clean import kind_of

HEAD = 4096
UNKNOWN = "application/octet-stream"

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (257, b"ustar", "application/x-tar"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "application/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"wOF2", "font/woff2"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
)
BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}
"""Of files in boxes, which are videos otherwise."""
ZIPPED = re.compile(r"application/(vnd\.openxmlformats|vnd\.oasis|epub|java-archive|vnd\.android|x-wps|vnd\.apple)")
OF_OLE = re.compile(r"application/(msword|vnd\.ms-|x-msi|vnd\.visio)")
PLAIN = re.compile(r"(text/(plain|csv|markdown|tab-separated-values|x-log|calendar|vcard)|application/json)$")
NAMES = {"docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet", "pptx": "presentationml.presentation"}


def sniffed(head: bytes, name: str) -> str:
    """The type of a file that begins so; `name` as its sender calls it."""
    if picture := kind_of(head):
        return picture
    said = _by_name(name)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return said if ZIPPED.match(said) else "application/zip"
    if head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return said if OF_OLE.match(said) else "application/x-ole-storage"
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], "video/mp4")
    for at, signature, kind in SIGNATURES:
        if head.startswith(signature, at) and (len(signature) > 3 or not _is_text(head)):
            return kind
    return (said if PLAIN.match(said) else "text/plain") if _is_text(head) else UNKNOWN


def _by_name(name: str) -> str:
    ending = name.lower().rpartition(".")[2]
    if ending in NAMES:  # which not every system has in its table
        return f"application/vnd.openxmlformats-officedocument.{NAMES[ending]}"
    return {"md": "text/markdown", "csv": "text/csv", "log": "text/plain"}.get(ending) or (
        mimetypes.guess_type(name)[0] or ""
    )


def _is_text(head: bytes) -> bool:
    """In UTF-8, but for a character that the cut went through, without control characters."""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        if len(head) < HEAD or problem.start < len(head) - 3:
            return False
        text = head[: problem.start].decode("utf-8-sig")
    return not any(each < " " and each not in "\t\r\n\f\x1b" for each in text)
