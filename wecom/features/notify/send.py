"""Bringing pushes to the services that bring them to devices: again until taken, and each service by itself."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prometheus_client import Counter as Count
from prometheus_client import Histogram

from ...foundation.db import ConnectionLost, transaction
from ...foundation.http.outgoing import AddressRefused, Answered, Outgoing, Unreachable
from ..preferences import MemberSettings, is_quiet, settings_of_many
from . import queries
from .encryption import Signer, encrypted
from .keys import push_key
from .model import CHECKIN, REPORT, TEST, Claimed, Facts
from .payload import Written, written

log = logging.getLogger(__name__)

pushed = Count("wecom_pushes_total", "Pushes: sent, dropped, failed and to be tried again, or given up.", ["outcome"])
delay = Histogram(
    "wecom_push_delay_seconds",
    "From a message's commit until the push service took the push.",
    buckets=(1, 2, 3, 4, 5, 7.5, 10, 20, 60, 300, 3600),
)

AT_ONCE = 128
AT_ONCE_EACH = 32
"""Requests to one service; to one that last failed, was slow, or has not answered yet, only one: it keeps no other
waiting."""
AT_ONCE_AILING = 32
"""Requests to all such services together: addresses are whatever members say that their browsers gave."""

MOST_SERVICES = 1000
SLOW = 4.0
LEASE = timedelta(seconds=20)
"""Twice what a request may take: whoever has not said what came of one by then is dead."""
ATTEMPTS = 10
LONGEST_WAIT = 3600.0
KEY_AGE = 60.0


@dataclass(slots=True)
class Service:
    """What we know of a push service."""

    under_way: int = 0
    ailing: bool = True
    """Until it has answered well."""
    away_until: float = 0.0

    def free(self) -> int:
        if time.monotonic() < self.away_until:
            return 0
        return (1 if self.ailing else AT_ONCE_EACH) - self.under_way


class Pushing:
    """What a worker has under way. Whatever is lost with it is sent again once its lease has run out."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._services: dict[str, Service] = {}
        self._outgoing: Outgoing | None = None
        self._signer: tuple[float, Signer] | None = None

    async def step(self, services: Any) -> bool:
        """Send what is due; whether something is under way."""
        for origin in await queries.due_origins(services.pool, MOST_SERVICES):
            known = self._services.setdefault(origin, Service())
            free = min(known.free(), AT_ONCE - len(self._tasks))
            if known.ailing:
                free = min(free, AT_ONCE_AILING - self._ailing())
            if free > 0:
                await self._send_to(services, origin, known, free)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=0.3, return_when=asyncio.FIRST_COMPLETED)
        elif len(self._services) > MOST_SERVICES:
            self._services.clear()
        return bool(self._tasks)

    async def close(self) -> None:
        """Finish what is under way, if it does not take long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=3)
        for task in self._tasks:
            task.cancel()
        if self._outgoing:
            await self._outgoing.close()

    def _ailing(self) -> int:
        """Requests under way to services that have not answered well."""
        return sum(each.under_way for each in self._services.values() if each.ailing)

    async def _send_to(self, services: Any, origin: str, service: Service, most: int) -> None:
        signer = await self._signs(services)
        claimed = await queries.claim_pushes(services.pool, origin, most, LEASE)
        if not claimed:
            return
        wanted = await _wanted(services, claimed)
        for each in claimed:
            facts, settings, badge = wanted.get((each.subscription_id, each.conversation_id), (None, None, 0))
            if facts is None or settings is None:
                pushed.labels("dropped").inc()
                await queries.finish_push(services.pool, each)
                continue
            text = services.settings.push_text and settings.notifications.show_text
            said = written(facts, badge, with_text=text, topic_key=services.key)
            service.under_way += 1
            task = asyncio.create_task(self._bring(services, origin, service, signer, each, facts, said))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _bring(
        self,
        services: Any,
        origin: str,
        service: Service,
        signer: Signer,
        claimed: Claimed,
        facts: Facts,
        said: Written,
    ) -> None:
        started = time.monotonic()
        try:
            answer = await self._post(services, origin, signer, facts, said)
            service.ailing = answer is None or answer.status >= 500 or time.monotonic() - started > SLOW
            await self._settle(services, service, claimed, answer)
        except ConnectionLost:  # Its lease runs out.
            log.warning("a push was brought and cannot be noted: no database")
        except Exception:
            log.exception("a push failed")
        finally:
            service.under_way -= 1

    async def _post(self, services: Any, origin: str, signer: Signer, facts: Facts, said: Written) -> Answered | None:
        """What the service answers; None: nothing."""
        if self._outgoing is None:
            self._outgoing = Outgoing(services.settings.push_networks)
        body = encrypted(said.plain, facts.p256dh, facts.auth)
        headers = {**said.headers, "Authorization": signer.authorization(origin)}
        try:
            return await self._outgoing.post(facts.endpoint, body, headers)
        except AddressRefused:
            return Answered(404, None, "it may not be called any more")
        except Unreachable as problem:
            log.info("push service does not answer", extra={"origin": origin, "why": str(problem)})
            return None

    async def _settle(self, services: Any, service: Service, claimed: Claimed, answer: Answered | None) -> None:
        pool = services.pool
        status = answer.status if answer else 0
        if 200 <= status < 300:
            pushed.labels("sent").inc()
            if claimed.conversation_id != TEST:
                delay.observe(max(0.0, (services.clock() - claimed.at).total_seconds()))
            await queries.finish_push(pool, claimed)
        elif status in (404, 410):
            pushed.labels("gone").inc()
            await queries.delete_subscription(pool, claimed.subscription_id)
        elif answer and status != 429 and status < 500:
            pushed.labels("failed").inc()
            log.warning("push refused", extra={"status": status, "says": answer.text[:200]})
            await queries.finish_push(pool, claimed)
        elif claimed.attempt >= ATTEMPTS:
            pushed.labels("failed").inc()
            await queries.finish_push(pool, claimed)
        else:
            pushed.labels("again").inc()
            asked = min(answer.retry_after, LONGEST_WAIT) if answer and answer.retry_after is not None else 0.0
            wait = timedelta(seconds=max(asked, backoff(claimed.attempt)))
            if status == 429:
                await queries.hold_back(pool, claimed.subscription_id, wait)
            elif asked:
                service.away_until = time.monotonic() + asked
            await queries.postpone_push(pool, claimed, wait)

    async def _signs(self, services: Any) -> Signer:
        """Who we are; looked at again now and then, since another process may have made the key anew."""
        now = time.monotonic()
        if self._signer is None or self._signer[0] < now - KEY_AGE:
            async with transaction(services.pool) as tx:
                key = await push_key(tx, services.key)
            contact = services.settings.push_contact or _web(services.settings.public_url)
            if self._signer is None or self._signer[1].key.public != key.public:
                self._signer = now, Signer(key, contact)
            self._signer = now, self._signer[1]
        return self._signer[1]


Wanted = Mapping[tuple[int, int], tuple[Facts, MemberSettings, int]]


async def _wanted(services: Any, claimed: Sequence[Claimed]) -> Wanted:
    """What of these is still to be sent, with whose settings and which badge."""
    found = await queries.facts(services.pool, [each for each in claimed if each.conversation_id > TEST])
    tests = [each.subscription_id for each in claimed if each.conversation_id == TEST]
    found += await queries.tests_for(services.pool, tests) if tests else []
    reminders = [each.subscription_id for each in claimed if each.conversation_id in (CHECKIN, REPORT)]
    found += await queries.reminders_for(services.pool, reminders) if reminders else []
    member_ids = list(Counter(each.member_id for each in found))
    settings = await settings_of_many(services.pool, member_ids)
    loud = {each.member_id for each in found if not _silent(services, settings[each.member_id])}
    kept = [each for each in found if each.conversation_id == TEST or each.member_id in loud]
    badges = await queries.badges(services.pool, list({each.member_id for each in kept})) if kept else {}
    return {
        (each.subscription_id, each.conversation_id): (each, settings[each.member_id], badges.get(each.member_id, 0))
        for each in kept
    }


def _silent(services: Any, settings: MemberSettings) -> bool:
    told = settings.notifications
    zone = settings.timezone or services.company.timezone
    return not told.enabled or is_quiet(told.quiet_hours, services.clock(), zone)


def _web(url: str) -> str:
    return url if url.startswith("https:") else ""


def backoff(attempt: int) -> float:
    """Seconds until the next attempt."""
    return min(2.5 * 2.0**attempt, 900.0)
