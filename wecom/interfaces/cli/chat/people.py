"""Finding people by what they are called."""

from typing import Any

from wecom.foundation.errors import Invalid

from .wire import Wire

Json = Any


class NobodyFound(Invalid):
    """Nobody is found by this name or userid."""


async def found_by(wire: Wire, text: str) -> list[Json]:
    """Members who match, best first."""
    answer = await wire.get("/api/members/search", q=text[:64])
    listed: list[Json] = answer["members"]
    return listed


async def the_one(wire: Wire, word: str) -> Json:
    """Somebody by userid, or by a name that is theirs alone; raises `NobodyFound`."""
    found = await found_by(wire, word)
    exact = [each for each in found if each["userid"].casefold() == word.casefold()]
    fitting = exact or [each for each in found if each["name"] == word] or found
    if len(fitting) != 1:
        several = ", ".join(f"{each['name']} ({each['userid']})" for each in fitting[:5])
        raise NobodyFound(f"{word!r} fits several: {several}" if fitting else f"Nobody is found by {word!r}.")
    return fitting[0]
