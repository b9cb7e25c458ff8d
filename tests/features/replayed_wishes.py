"""Operations by which members change what only they see, for the replay test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from tests.features.replayed import operation
from tests.world import World
from wecom.features import messaging, preferences
from wecom.features.preferences import QuietHours
from wecom.foundation.db import transaction


@operation("conversation.preferences_changed", viewers=("lisi", "zhangsan"))
async def somebody_pins_mutes_and_hides(world: World) -> AsyncIterator[None]:
    other = await world.direct("lisi", "wangwu")
    await world.say("wangwu", other, "在吗?")
    until = datetime(2031, 5, 1, tzinfo=UTC)
    yield
    async with transaction(world.pool) as tx:
        await messaging.prefer(tx, world["lisi"].id, world.lunch, {"pinned": True, "notify": "mentions"})
        await messaging.prefer(tx, world["lisi"].id, other, {"muted_until": until, "hidden": True})
    async with transaction(world.pool) as tx:
        await messaging.prefer(tx, world["lisi"].id, world.lunch, {"hidden": True})
    await world.say("zhangsan", world.lunch, "又来了")


@operation("conversation.preferences_changed", "conversation.left", viewers=("lisi",))
async def somebody_who_had_pinned_it_is_put_out_and_brought_in_again(world: World) -> AsyncIterator[None]:
    posted = await world.say("zhangsan", world.lunch, "几点?")
    yield
    async with transaction(world.pool) as tx:
        await messaging.prefer(tx, world["lisi"].id, world.lunch, {"pinned": True})
        await messaging.keep_draft(tx, world["lisi"].id, world.lunch, "一会儿", posted.seq, [])
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, world["zhangsan"].id, world.lunch, [world["lisi"].id])
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, world["zhangsan"].id, world.lunch, [world["lisi"].id])


@operation("draft.changed", viewers=("lisi", "zhangsan"))
async def somebody_begins_to_write_and_begins_anew(world: World) -> AsyncIterator[None]:
    posted = await world.say("zhangsan", world.lunch, "几点?")
    other = await world.direct("lisi", "wangwu")
    async with transaction(world.pool) as tx:
        await messaging.keep_draft(tx, world["lisi"].id, other, "也许", None, [])
    yield
    for words in ("我想", "我想十二点 @张三"):
        async with transaction(world.pool) as tx:
            await messaging.keep_draft(tx, world["lisi"].id, world.lunch, words, posted.seq, [world["zhangsan"].id])
    async with transaction(world.pool) as tx:
        await messaging.keep_draft(tx, world["lisi"].id, other, "", None, [])


@operation("settings.changed", viewers=("lisi", "zhangsan"))
async def somebody_changes_their_settings(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        await preferences.change_settings(tx, world["lisi"].id, {"language": "de"}, {"show_text": True})
    quiet = QuietHours(begins="22:00", ends="07:30", days=(1, 2, 3, 4, 5))
    yield
    async with transaction(world.pool) as tx:
        await preferences.change_settings(
            tx, world["lisi"].id, {"theme": "dark", "timezone": "Europe/Berlin"}, {"quiet_hours": quiet}
        )
