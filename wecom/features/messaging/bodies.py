"""What a message says: one model for each `msgtype`, in one discriminated union.

Limits are the product's own for members; an interface that promises less (WeCom's 2,048 bytes of
app text) checks that itself.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

MAX_CONTENT = 20_000
EVERYONE = 0
"""The member id that a mention of everyone is kept under."""


def _printable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("may not contain the character U+0000")
    if not text.strip():
        raise ValueError("may not be empty")
    return text


Content = Annotated[str, Field(min_length=1, max_length=MAX_CONTENT), AfterValidator(_printable)]
Line = Annotated[str, Field(min_length=1, max_length=512), AfterValidator(_printable)]
Note = Annotated[str, Field(max_length=2048, pattern=r"^[^\x00]*$")]
MemberId = Annotated[int, Field(ge=1, lt=2**62)]
Url = Annotated[str, Field(max_length=2048, pattern=r"^[a-z][a-z0-9+.-]*:[^\x00-\x20]+$")]


class _Base(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spoken(_Base):
    """What can call on people."""

    mentions: tuple[MemberId, ...] = Field((), max_length=200, description="Ids of members called on.")
    everyone: bool = Field(False, description="Whether all who take part are called on.")
    confidential: bool = Field(False, description="Not to be forwarded; shown with a watermark.")


class Text(Spoken):
    """Plain text."""

    msgtype: Literal["text"]
    content: Content


class Markdown(Spoken):
    """Markdown, WeCom's subset."""

    msgtype: Literal["markdown"]
    content: Content


class MarkdownV2(_Base):
    """Markdown with lists, tables and code blocks, as group robots send it."""

    msgtype: Literal["markdown_v2"]
    content: Content


class TextCard(_Base):
    """A card with a title, a few lines and a button that opens a page."""

    msgtype: Literal["textcard"]
    title: Line
    description: Annotated[str, Field(min_length=1, max_length=2048), AfterValidator(_printable)]
    url: Url
    button: Annotated[str, Field(max_length=4)] = ""


class Article(_Base):
    """One of the pages that a news message names."""

    title: Line
    description: Note = ""
    url: Url | None = None
    picture: Url | None = None
    appid: Annotated[str, Field(max_length=64)] = ""
    pagepath: Annotated[str, Field(max_length=128)] = ""


class News(_Base):
    """One to eight pages, with pictures."""

    msgtype: Literal["news"]
    articles: tuple[Article, ...] = Field(min_length=1, max_length=8)


Size = Annotated[int, Field(ge=1, lt=2**62)]
Side = Annotated[int, Field(ge=1, lt=2**31)]


class _OfFile(_Base):
    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]
    size: Size = Field(description="Bytes.")
    media_type: Annotated[str, Field(max_length=127)] = Field(description="As its bytes say, not its sender.")
    confidential: bool = Field(False, description="Not to be forwarded; shown with a watermark.")


class Image(_OfFile):
    """A picture. Its bytes, and small ones, are under the message's address."""

    msgtype: Literal["image"]
    width: Side = Field(description="As it is shown: the right way up.")
    height: Side
    color: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] = Field(description="To show while it is loaded.")


class File(_OfFile):
    """A file, as it was uploaded. Its bytes are under the message's address."""

    msgtype: Literal["file"]


class _OfUpload(_Base):
    upload: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] = Field(
        description="The last part of the address of an upload of yours. It is used up by this."
    )
    confidential: bool = Field(False, description="Not to be forwarded; shown with a watermark.")


class ImageUpload(_OfUpload):
    """A picture that was uploaded, to be shown; without what its file says of place, camera and author."""

    msgtype: Literal["image"]


class FileUpload(_OfUpload):
    """A file that was uploaded, to be saved."""

    msgtype: Literal["file"]


Words = Text | Markdown | MarkdownV2 | TextCard | News
Said = Words | Image | File
"""What everybody hears."""
ToSay = Words | ImageUpload | FileUpload
"""What is handed in: a file as the upload that it came in."""

Body = Annotated[Said, Field(discriminator="msgtype")]
NewBody = Annotated[ToSay, Field(discriminator="msgtype")]
_BODY: TypeAdapter[Said] = TypeAdapter(Body)


def parse_body(value: Any) -> Said:
    """A body from plain data; raises pydantic's ValidationError."""
    return _BODY.validate_python(value)


def plain_text(body: Said) -> str:
    """One line that stands for a message, in a list or on a lock screen. A file's is its name."""
    match body:
        case TextCard():
            return body.title
        case News():
            return body.articles[0].title
        case Image() | File():
            return body.name
        case _:
            return " ".join(body.content.split())[:200]
