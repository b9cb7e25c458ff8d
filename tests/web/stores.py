"""The web client's stores, as its screens use them: what a page knows, and what it does, without the screens."""

import asyncio
import json
import time
from typing import Any

from playwright.async_api import Error

from .person import Person
from .waiting import until

APP = 'document.querySelector("#page")?.__vue_app__'
STORE = f"{APP}.config.globalProperties.$pinia._s.get"


class Chat:
    """The conversations' store in somebody's page."""

    def __init__(self, who: Person) -> None:
        self.who = who

    async def do(self, verb: str, *given: Any) -> Any:
        arguments = ", ".join(json.dumps(each, ensure_ascii=False) for each in given)
        return await self.who.page.evaluate(f'{STORE}("chat").{verb}({arguments})')

    async def know(self, what: str) -> Any:
        """None while the page is not up yet."""
        look = f'(() => {{ if (!{APP}) return null; const chat = {STORE}("chat"); return {what}; }})()'
        try:
            return await self.who.page.evaluate(look)
        except Error as problem:
            if "context was destroyed" in problem.message:  # it is being loaded anew
                return None
            raise

    async def until(self, what: str, *, within: float = 20) -> Any:
        """What this comes to once it is neither false nor nothing."""
        ends = time.monotonic() + within
        while not (found := await self.know(what)):
            assert time.monotonic() < ends, f"never: {what}; {await self.know(PLIGHT)}"
            await asyncio.sleep(0.05)
        return found

    async def live(self) -> None:
        await self.until('chat.connection === "live"')

    async def kept(self, words: str) -> None:
        """Until a message is written down on this device; the conversation it is of is then, too."""
        await until(lambda: self.who.page.evaluate(KEPT, words))

    async def said(self, conversation_id: int) -> list[str]:
        return list(await self.know(f"{lines(conversation_id)}.map((each) => each.content?.content)"))


def lines(conversation_id: int) -> str:
    """What was said there and what waits to be, without what else happened."""
    return f"chat.messages({conversation_id}).value.filter((each) => !each.notice)"


KEPT = """async (words) => {
  const has = (name) => new Promise((then) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const asking = opening.result.transaction("messages").objectStore("messages").getAll();
      asking.onsuccess = () => {
        opening.result.close();
        then(asking.result.some((each) => each.content?.content === words));
      };
    };
  });
  for (const { name } of await indexedDB.databases()) if (/^wecom-/.test(name) && await has(name)) return true;
  return false;
}"""

PLIGHT = "({ connection: chat.connection, asks: [...chat.state?.asks.keys() ?? []] })"
