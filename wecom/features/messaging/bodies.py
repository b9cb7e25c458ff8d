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


Body = Annotated[Text | Markdown | MarkdownV2 | TextCard | News, Field(discriminator="msgtype")]
_BODY: TypeAdapter[Text | Markdown | MarkdownV2 | TextCard | News] = TypeAdapter(Body)


def parse_body(value: Any) -> Text | Markdown | MarkdownV2 | TextCard | News:
    """A body from plain data; raises pydantic's ValidationError."""
    return _BODY.validate_python(value)


def plain_text(body: Text | Markdown | MarkdownV2 | TextCard | News) -> str:
    """One line that stands for a message, in a list or on a lock screen."""
    match body:
        case TextCard():
            return body.title
        case News():
            return body.articles[0].title
        case _:
            return " ".join(body.content.split())[:200]
