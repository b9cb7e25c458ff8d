"""Id translation: `$userName=zhangsan$` in an app's message becomes the member's name.

So an app that may not read names can still send them. What cannot be told stays as it is written.
"""

import re
from collections.abc import Callable, Sequence

from wecom.features import directory
from wecom.features.directory import Department, Member, Sight
from wecom.features.messaging import Markdown, News, Text, TextCard, ToSay
from wecom.foundation.db import Db

_MARK = re.compile(r"\$(userName|userAlias|userAliasOrName|departmentName)=([^$\s]{1,64})\$")


async def translated(db: Db, body: ToSay, *, seen_by: Sight) -> ToSay:
    """The same message with the names of those whom the app sees."""
    marks = [mark for text in _texts(body) for mark in _MARK.findall(text)]
    if not marks:
        return body
    userids = {id for what, id in marks if what != "departmentName"}
    departments = {int(id) for what, id in marks if what == "departmentName" and id.isascii() and id.isdecimal()}
    ids = await directory.member_ids(db, sorted(userids)) if userids else {}
    members = await directory.members_by_ids(db, list(ids.values()), seen_by=seen_by) if ids else []
    known = [id for id in departments if id < 2**31]
    found = await directory.departments_by_ids(db, known, seen_by=seen_by) if known else []
    return _replaced(body, _teller(members, found))


def _teller(members: Sequence[Member], departments: Sequence[Department]) -> Callable[[str], str]:
    by_userid = {each.userid.lower(): each for each in members}
    by_id = {str(each.id): each.name for each in departments}

    def told(mark: "re.Match[str]") -> str:
        what, id = mark[1], mark[2]
        if what == "departmentName":
            return by_id.get(id, mark[0])
        member = by_userid.get(id.lower())
        if not member:
            return mark[0]
        if what == "userName":
            return member.name
        return member.alias or (member.name if what == "userAliasOrName" else mark[0])

    return lambda text: _MARK.sub(told, text)


def _texts(body: ToSay) -> list[str]:
    match body:
        case Text() | Markdown():
            return [body.content]
        case TextCard():
            return [body.title, body.description]
        case News():
            return [text for each in body.articles for text in (each.title, each.description)]
        case _:
            return []


def _replaced(body: ToSay, tell: Callable[[str], str]) -> ToSay:
    match body:
        case Text() | Markdown():
            return body.model_copy(update={"content": tell(body.content)})
        case TextCard():
            told = {"title": tell(body.title)[:512], "description": tell(body.description)[:2048]}
            return body.model_copy(update=told)
        case News():
            articles = tuple(
                each.model_copy(update={"title": tell(each.title)[:512], "description": tell(each.description)[:2048]})
                for each in body.articles
            )
            return body.model_copy(update={"articles": articles})
        case _:
            return body
