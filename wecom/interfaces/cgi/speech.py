"""What apps and robots say: Tencent's message types, read into ours, with Tencent's limits.

Limits of texts are in UTF-8 bytes, but for the cards', which are in characters. What an app says too long is
cut at a character's end, as Tencent promises; a robot is told to shorten it. Types that carry uploaded
material wait for it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from wecom.features.messaging import Article, Markdown, MarkdownV2, News, Text, TextCard, ToSay
from wecom.foundation.errors import Invalid

from .wire import IllegalCharacters, WrongParameter

TEXT_BYTES = 2048
ROBOT_MARKDOWN_BYTES = 4096
URL_BYTES = 2048
PAGE_BYTES = 128
MOST_ARTICLES = 8

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)

OF_MEDIA = frozenset({"image", "voice", "video", "file", "mpnews"})
CARRIED = frozenset({"image", "file"})
"""Of these, what messages carry: see `carried`."""
LATER = {
    "template_card": "template cards are not available yet",
    "miniprogram_notice": "mini programs are not available here",
    "taskcard": "task cards are retired",
    "interactive_taskcard": "task cards are retired",
    "template_msg": "template messages are not available here",
}


def _described(needed: str, *more: str) -> dict[str, Any]:
    names = [*needed.split(), *more]
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": needed.split()}


_NAMES = {"type": "array", "items": {"type": "string"}}
_TEXT = {"content": {"type": "string"}, "mentioned_list": _NAMES, "mentioned_mobile_list": _NAMES}

OBJECTS = {
    "text": {"type": "object", "properties": _TEXT, "required": ["content"]},
    "markdown": _described("content"),
    "markdown_v2": _described("content"),
    "textcard": _described("title description url", "btntxt"),
    "image": _described("media_id"),
    "file": _described("media_id"),
    "news": {
        "type": "object",
        "properties": {
            "articles": {
                "type": "array",
                "items": _described("title url", "description", "picurl", "appid", "pagepath"),
                "minItems": 1,
                "maxItems": MOST_ARTICLES,
            }
        },
        "required": ["articles"],
    },
}
"""What stands in a request under the name of its msgtype, for those that are read."""

SPOKEN_BY_APPS = "text", "markdown", "textcard", "news", "image", "file"


class InvalidMessageType(Invalid):
    """A message of this type cannot be sent here: choose another msgtype."""


class InvalidMedia(Invalid):
    """Messages carry no voice, videos or pages yet: send a picture or a file, text, markdown, a card or news."""


class MediaMissing(Invalid):
    """A message of this type needs a media_id."""


class EmptyContent(Invalid):
    """The message says nothing: give it content."""


class ContentTooLong(Invalid):
    """The message is too long: shorten it."""


class RobotTextTooLong(Invalid):
    """The robot's message is too long: shorten it."""


class TooManyArticles(Invalid):
    """A news message has at most 8 articles: send several messages."""


class TitleMissing(Invalid):
    """A card and each article need a title: give one."""


class DescriptionMissing(Invalid):
    """A card needs a description: give one."""


class UrlMissing(Invalid):
    """A card and each article need a url: give one."""


class UrlTooLong(Invalid):
    """A url has at most 2,048 bytes: shorten it."""


class UrlWithoutScheme(Invalid):
    """A url begins with http:// or https://: write it in full."""


class SchemeNotAllowed(Invalid):
    """Only http and https urls can be opened: use one of them."""


class NewsConfidential(Invalid):
    """News cannot be confidential: send it without safe, or as text."""


def said_by_app(msgtype: str, given: Mapping[str, Any], *, safe: bool = False) -> ToSay:
    """What an app's message says; `given` is the request, in which the type's own object stands."""
    if msgtype == "news" and safe:
        raise NewsConfidential
    reader = _reader(msgtype, {"text": _text, "markdown": _markdown, "textcard": _card, "news": _news})
    return _whole(lambda: reader(_object(given, msgtype), safe))


def said_by_robot(msgtype: str, given: Mapping[str, Any]) -> ToSay:
    """What a robot's message says. Whom a text calls on is for the caller to find out."""
    readers = {"text": _robot_text, "markdown": _robot_markdown, "markdown_v2": _robot_markdown_v2, "news": _news}
    reader = _reader(msgtype, readers)
    return _whole(lambda: reader(_object(given, msgtype), False))


def clipped(text: str, limit: int) -> str:
    """As much of a text as stands in so many bytes, without half a character at the end."""
    raw = text.encode()
    return text if len(raw) <= limit else raw[:limit].decode(errors="ignore")


def described(*msgtypes: str, **others: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """Puts the objects of these types into the schema of a message's body, beside which they are sent; `others` are
    of another shape than apps send."""

    def describe(schema: dict[str, Any]) -> None:
        schema["properties"]["msgtype"] = {"type": "string", "enum": [*msgtypes, *others]}
        schema["properties"] |= {each: OBJECTS[each] for each in msgtypes} | others
        schema["required"] = sorted({*schema.get("required", ()), "msgtype"})

    return describe


Reader = Callable[[Mapping[str, Any], bool], ToSay]


def _reader(msgtype: str, readers: Mapping[str, Reader]) -> Reader:
    if reader := readers.get(msgtype):
        return reader
    if msgtype in OF_MEDIA:
        return _media
    raise InvalidMessageType(LATER.get(msgtype, "invalid message type"), msgtype=msgtype)


def _whole(read: Callable[[], ToSay]) -> ToSay:
    try:
        return read()
    except ValidationError:  # Lengths were seen to; what is left are characters that cannot be kept.
        raise IllegalCharacters from None


def _media(given: Mapping[str, Any], _: bool) -> ToSay:
    articles = given.get("articles")
    within = [each for each in articles if isinstance(each, dict)] if isinstance(articles, list) else [given]
    if not all(
        _string(each, "media_id") or _string(each, "thumb_media_id") or _string(each, "base64") for each in within
    ):
        raise MediaMissing
    raise InvalidMedia


def _text(given: Mapping[str, Any], safe: bool) -> ToSay:
    return Text(msgtype="text", content=clipped(_content(given), TEXT_BYTES), confidential=safe)


def _markdown(given: Mapping[str, Any], safe: bool) -> ToSay:
    content = _content(given)
    if len(content.encode()) > TEXT_BYTES:
        raise ContentTooLong
    return Markdown(msgtype="markdown", content=content, confidential=safe)


def _robot_text(given: Mapping[str, Any], _: bool) -> ToSay:
    return Text(msgtype="text", content=_robot_content(given, "text", TEXT_BYTES))


def _robot_markdown(given: Mapping[str, Any], _: bool) -> ToSay:
    return Markdown(msgtype="markdown", content=_robot_content(given, "markdown", ROBOT_MARKDOWN_BYTES))


def _robot_markdown_v2(given: Mapping[str, Any], _: bool) -> ToSay:
    return MarkdownV2(msgtype="markdown_v2", content=_robot_content(given, "markdown_v2", ROBOT_MARKDOWN_BYTES))


def _card(given: Mapping[str, Any], _: bool) -> ToSay:
    title, description = _string(given, "title"), _string(given, "description")
    if not title:
        raise TitleMissing
    if not description:
        raise DescriptionMissing
    if not _string(given, "url"):
        raise UrlMissing
    return TextCard(
        msgtype="textcard",
        title=title[:128],
        description=description[:512],
        url=_url(given, "url"),
        button=_string(given, "btntxt")[:4],
    )


def _news(given: Mapping[str, Any], _: bool) -> ToSay:
    articles = given.get("articles")
    if not isinstance(articles, list) or not articles:
        raise EmptyContent
    if len(articles) > MOST_ARTICLES:
        raise TooManyArticles
    return News(msgtype="news", articles=tuple(_article(each) for each in articles))


def _article(given: Any) -> Article:
    if not isinstance(given, dict):
        raise WrongParameter("articles")
    title, page = _string(given, "title"), _string(given, "pagepath")
    if not title:
        raise TitleMissing
    if not _string(given, "url") and not (_string(given, "appid") and page):
        raise UrlMissing
    if len(page.encode()) > PAGE_BYTES:
        raise WrongParameter("pagepath")
    return Article(
        title=clipped(title, 128),
        description=clipped(_string(given, "description"), 512),
        url=_url(given, "url") or None,
        picture=_url(given, "picurl") or None,
        appid=_string(given, "appid")[:64],
        pagepath=page,
    )


def _url(given: Mapping[str, Any], name: str) -> str:
    """An address as clients may open it; nothing where none is given."""
    url = _string(given, name).strip()
    if len(url.encode()) > URL_BYTES:
        raise UrlTooLong
    if not url:
        return ""
    scheme = _SCHEME.match(url)
    if not scheme:
        raise UrlWithoutScheme
    if scheme[1].lower() not in ("http", "https"):
        raise SchemeNotAllowed
    rest = re.sub(r"[\x00-\x20]", lambda found: f"%{ord(found[0]):02X}", url[scheme.end() :])
    return f"{scheme[1].lower()}:{rest}"[:URL_BYTES]


def _content(given: Mapping[str, Any]) -> str:
    content = _string(given, "content")
    if not content.strip():
        raise EmptyContent
    return content


def _robot_content(given: Mapping[str, Any], msgtype: str, limit: int) -> str:
    content = _content(given)
    if len(content.encode()) > limit:
        raise RobotTextTooLong(f"{msgtype}.content exceed max length {limit}. invalid Request Parameter")
    return content


def _object(given: Mapping[str, Any], msgtype: str) -> Mapping[str, Any]:
    found = given.get(msgtype)
    return found if isinstance(found, dict) else {}


def _string(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
