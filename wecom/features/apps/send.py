"""Apps' messages: sending them, not sending them twice, taking them back, counting them."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from wecom.features import messaging
from wecom.features.messaging import ToSay
from wecom.foundation.db import Db, Tx
from wecom.foundation.streams import lock_streams

from . import pace, queries
from .audience import Reached, as_bytes
from .model import App, AppMessageTooOld, NoSuchAppMessage, QuotaSpent

RECALLABLE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of an app: where it stands, and who was left out for having got too many of them."""

    conversation_id: int
    seq: int
    recipients: int
    limited: tuple[int, ...]
    """Ids of members."""
    repeated: bool = False


async def send(
    tx: Tx,
    app: App,
    body: ToSay,
    reached: Reached,
    *,
    quotas: pace.Quotas,
    day: date,
    digest: bytes,
    not_again_for: timedelta | None = None,
) -> Sent:
    """Say something to those reached: one message, whatever their number.

    The lock on the app's conversation makes its sends queue, so what is counted is what was sent.
    `day`: the company's, to which it is counted.
    `not_again_for`: what was said with the same digest no longer ago than that is not said again.
    Raises `QuotaSpent` where nobody may receive it.
    """
    conversation_id = await messaging.open_app_conversation(tx, app.id)
    await lock_streams(tx, [conversation_id])
    if not_again_for and (earlier := await queries.app_message_like(tx, app.id, digest, not_again_for)):
        return Sent(conversation_id, *earlier, limited=(), repeated=True)
    lately = await queries.sent_lately(tx, app.id, day, quotas.to_one_a_minute, quotas.to_one_an_hour)
    within, limited = reached.without(await pace.reached_too_often(tx, app.id, reached, lately, quotas))
    recipients = within.bits.bit_count()
    if limited and not recipients:
        raise QuotaSpent("Everybody named has received as many messages of this app as they may for now.")
    if quotas.persons_a_day and lately.persons_today + recipients > quotas.persons_a_day:
        raise QuotaSpent(f"The app may send {quotas.persons_a_day} person-times a day.")
    posted = await messaging.post_to_audience(
        tx, conversation_id, app.id, secrets.token_hex(16), body, as_bytes(within.bits)
    )
    handful = pace.handful_of(within.bits)
    await queries.insert_app_message(tx, conversation_id, posted.seq, app.id, recipients, handful, digest, day)
    return Sent(conversation_id, posted.seq, recipients, tuple(limited))


async def recall(tx: Tx, app: App, conversation_id: int, seq: int, *, address: str = "") -> None:
    """Take back a message that the app sent within the last 24 hours."""
    young = await queries.app_message(tx, app.id, conversation_id, seq, RECALLABLE)
    if young is None:
        raise NoSuchAppMessage
    if not young:
        raise AppMessageTooOld
    await messaging.withdraw(tx, app.id, conversation_id, seq, address=address)


async def person_times(db: Db, app: App, timezone: str, now: datetime, days_ago: int) -> int:
    """How many an app's messages of one day went to, all added up."""
    return await queries.sent_on(db, app.id, day_of(now, timezone) - timedelta(days=days_ago))


def day_of(now: datetime, timezone: str) -> date:
    """Which day it is where the company is."""
    return now.astimezone(ZoneInfo(timezone)).date()
