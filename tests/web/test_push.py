"""Notifications as a browser gets them: pushed to the service worker through DevTools, over TLS."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, expect

from .conftest import People
from .person import Person
from .waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOWN = """navigator.serviceWorker.getRegistration("/app/").then((own) => own.getNotifications()).then((all) =>
    all.map(({ title, body, tag, lang }) => ({ title, body, tag, lang })))"""


async def devtools(person: Person) -> tuple[CDPSession, str, str]:
    """Its end of the service worker: the origin, and which registration it is."""
    await person.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    session = await person.context.new_cdp_session(person.page)
    known: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def updated(event: dict[str, Any]) -> None:
        for each in event["registrations"]:
            if each["scopeURL"].startswith(person.url) and not known.done():
                known.set_result(each["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", updated)
    await session.send("ServiceWorker.enable")
    return session, person.url, await asyncio.wait_for(known, 30)


async def push(to: tuple[CDPSession, str, str], **said: Any) -> None:
    session, origin, registration = to
    told = {"origin": origin, "registrationId": registration, "data": json.dumps(said)}
    await session.send("ServiceWorker.deliverPushMessage", told)


async def shown(page: Page, count: int) -> list[dict[str, str]]:
    found: list[dict[str, str]] = await until(lambda: page.evaluate(SHOWN), lambda each: len(each) == count)
    return found


async def test_a_push_is_shown_in_the_members_language_and_once_for_each_conversation(people: People) -> None:
    async with people(permissions=["notifications"]) as lisi:
        await lisi.sign_in("lisi")
        browser = await devtools(lisi)
        await lisi.open("/about")  # where one does not look at the app, to which nothing would be announced
        await push(browser, conversation_id=7, seq=3, unread=1, badge=1)
        [only] = await shown(lisi.page, 1)
        assert only == {"title": "你有新消息", "body": "", "tag": "conversation:7", "lang": "zh-CN"}
        await push(browser, conversation_id=7, seq=4, unread=2, badge=2)
        await push(browser, conversation_id=8, seq=1, unread=1, badge=3, title="张三", body="午饭?")
        found = {each["tag"]: each for each in await shown(lisi.page, 2)}
        assert found["conversation:7"]["body"] == "2 条未读消息"
        assert (found["conversation:8"]["title"], found["conversation:8"]["body"]) == ("张三", "午饭?")


async def test_what_is_read_is_no_longer_announced(people: People) -> None:
    async with people(permissions=["notifications"]) as lisi:
        await lisi.sign_in("lisi")
        browser = await devtools(lisi)
        await lisi.open("/about")
        opened = await lisi.page.evaluate("fetch('/api/conversations').then((answer) => answer.json())")
        conversation = opened["conversations"][0]["id"]
        await push(browser, conversation_id=conversation, seq=1, unread=1, badge=1)
        await shown(lisi.page, 1)
        await lisi.open(f"/app/c/{conversation}")
        await lisi.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await shown(lisi.page, 0)


async def test_the_app_opens_without_a_network_also_where_one_has_not_been(people: People) -> None:
    async with people() as lisi:
        await lisi.sign_in("lisi")
        page = lisi.page
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.wait_for_function("navigator.serviceWorker.controller !== null")
        await lisi.offline(True)
        lisi.forgiven += ["/api/", "ERR_FAILED"]
        await lisi.open("/app/me/about")
        await expect(page.get_by_role("heading", name="关于")).to_be_visible()
        await lisi.offline(False)


async def test_whoever_does_not_allow_notifications_is_told_where_to(people: People) -> None:
    async with people(language="en") as lisi:
        await lisi.sign_in("lisi")
        await lisi.page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
        await lisi.open("/app/me/notifications")
        await expect(lisi.page.get_by_text("Notifications are blocked for this site.")).to_be_visible()
        assert await lisi.violations() == []


async def test_an_address_that_the_browser_changes_is_told_to_the_server(people: People) -> None:
    async with people() as lisi:
        await lisi.sign_in("lisi")
        page = lisi.page
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        [worker] = lisi.context.service_workers
        fresh = {
            "endpoint": "https://push.example.com/another",
            "keys": {
                "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                "auth": "BTBZMqHH6r4Tts7J_aSIgg",
            },
        }
        changed = """(fresh) => {
          const event = new Event("pushsubscriptionchange");
          event.newSubscription = { toJSON: () => fresh };
          return new Promise((then) => { event.waitUntil = then; dispatchEvent(event); }).then((done) => done);
        }"""
        await worker.evaluate(changed, fresh)
        told = await page.evaluate("fetch('/api/push/subscriptions').then((answer) => answer.json())")
        assert [each["here"] for each in told["subscriptions"]] == [True]
