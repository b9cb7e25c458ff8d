"""The small pictures that stand for a large one, in the colours of the web, the right way up."""

import io
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image, ImageCms

from .clean import GIF, JPEG, PNG, WEBP

SIDES = 240, 720, 1600
"""The longest side of each small picture; none is larger than what it stands for."""
MOST_PIXELS = 100_000_000
FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", GIF: "GIF"}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
QUALITY = 80


class TooManyPixels(Exception):
    """Decoding it would take more memory than a picture may."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """A picture's size as it is shown, its colour on the whole, and the small ones."""

    width: int
    height: int
    color: str
    small_ones: tuple[bytes, ...]


def rendered(kind: str, data: bytes, orientation: int) -> Rendering:
    """Decode a picture's first frame, and make the small ones."""
    Image.MAX_IMAGE_PIXELS = None  # it warns at less and refuses at more than we do
    with Image.open(io.BytesIO(data), formats=[FORMATS[kind]]) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise TooManyPixels
        profile = image.info.get("icc_profile")
        largest = max(SIDES)
        image.draft(None, (largest, largest))  # a JPEG is decoded no larger than it is needed
        shown = _plain(image)
    shown.thumbnail((largest, largest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    shown = _for_the_web(shown, profile)
    if orientation in TURNS:
        shown = shown.transpose(TURNS[orientation])
    if orientation > 4:
        width, height = height, width
    small_ones = []
    for side in reversed(SIDES):
        shown.thumbnail((side, side), Image.Resampling.LANCZOS)
        small_ones.append(_written(shown))
    return Rendering(width, height, _color(shown), tuple(reversed(small_ones)))


def _plain(image: Image.Image) -> Image.Image:
    """With a number for each colour of each point, of eight bits, so that it can be made smaller."""
    image.load()
    if image.mode.startswith("I") or image.mode == "F":
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "PA", "1", "LA", "La", "RGBa"):
        seen_through = "transparency" in image.info or "A" in image.mode.upper()
        return image.convert("RGBA" if seen_through else "RGB")
    if image.mode in ("L", "RGB") and "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode not in ("L", "RGB", "RGBA", "CMYK"):
        return image.convert("RGB")
    return image


def _for_the_web(image: Image.Image, profile: object) -> Image.Image:
    """In sRGB. A profile that cannot be read is as none."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if isinstance(profile, bytes) and profile:
        with suppress(ImageCms.PyCMSError, ValueError, OSError):
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=mode,
            )
            if converted is not None:
                return converted
    return image.convert(mode)


def _written(image: Image.Image) -> bytes:
    image.info.clear()  # or profiles and the like would be written, too
    file = io.BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4, icc_profile=b"", exif=b"", xmp=b"")
    return file.getvalue()


def _color(image: Image.Image) -> str:
    """What to show while it is loaded: the colour of all its points together, on white."""
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    point = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(point, tuple)
    return "#" + "".join(f"{round(part):02x}" for part in point[:3])
