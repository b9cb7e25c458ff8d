"""Whom a message in a group calls on: `mentioned_list`, `mentioned_mobile_list` and `<@userid>`."""

import re
from typing import Any

from wecom.features import directory, messaging
from wecom.features.directory import EVERYTHING
from wecom.features.messaging import Markdown, Text, ToSay
from wecom.foundation.db import Db

ALL = "@all"
MOST = 200
LONGEST = 64
_INLINE = re.compile(r"<@([A-Za-z0-9_\-@.]{1,64})>")


async def calling_on(db: Db, said: ToSay, given: Any, conversation_id: int) -> ToSay:
    """The message with those it calls on who take part; `given` is its object as it was sent."""
    if not isinstance(said, Text | Markdown) or not isinstance(given, dict):
        return said
    names = _strings(given.get("mentioned_list"))
    mobiles = _strings(given.get("mentioned_mobile_list"))
    if isinstance(said, Markdown):
        names += ["@all" if name.lower() == "all" else name for name in _INLINE.findall(said.content)]
    if not names and not mobiles:
        return said
    ids = await directory.member_ids(db, [name for name in names if name != ALL][:MOST])
    for mobile in [each for each in mobiles if each != ALL][:MOST]:
        userid = await directory.member_with_mobile(db, mobile, seen_by=EVERYTHING)
        if userid:
            ids |= await directory.member_ids(db, [userid])
    there = await messaging.taking_part(db, conversation_id, list(ids.values()))
    mentions = tuple(sorted(set(ids.values()) & there))[:MOST]
    return said.model_copy(update={"mentions": mentions, "everyone": ALL in names or ALL in mobiles})


def _strings(value: Any) -> list[str]:
    """A list of strings; one string is a list of one, and anything else calls on nobody."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str) and 0 < len(each) <= LONGEST and "\0" not in each]
