"""Searches find what the member may see now, all of it, and nothing else."""

import asyncio
import contextlib
import unicodedata

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.world import World
from wecom.features import apps, lifecycle, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.apps.audience import as_bytes, bits_of
from wecom.features.directory import Member
from wecom.features.messaging import Text, searching
from wecom.features.messaging.model import NoSuchParticipant
from wecom.features.messaging.post import MOST_LISTED
from wecom.features.messaging.searching import Place, find
from wecom.features.messaging.searching.asking import needs_of
from wecom.features.messaging.searching.index import RebuiltElsewhere
from wecom.features.messaging.searching.queries import indexing
from wecom.foundation import streams
from wecom.foundation.db import Pool, transaction

from .asking import Where, ask, every_way, found_by, index, place_of

PEOPLE = ("zhangsan", "lisi", "wangwu")
PIECES = (
    *("上海", "上海市", "天气", "好", "欧阳", "的"),
    *("Grüße", "gruesse", "Meeting", "meetings", "v2", "report_v2.pdf", "ＡＢ", "abc", "42", "😀", "👍"),
    *(" ", " ", "，", "\n", ".", '"'),
)

said = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join).filter(str.strip)
person = st.sampled_from(PEOPLE)
group = st.integers(0, 2)
act = st.one_of(
    st.tuples(st.just("say"), person, group, said),
    st.tuples(st.just("say"), person, group, said),
    st.tuples(st.just("add"), person, group, st.just("")),
    st.tuples(st.just("remove"), person, group, st.just("")),
    st.tuples(st.just("recall"), person, group, st.just("")),
    st.tuples(st.just("index"), person, group, st.just("")),
    st.tuples(st.just("dissolve"), person, st.just(2), st.just("")),
)


def compared(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


async def seen_by(world: World, member: Member) -> dict[Where, str]:
    """What the member's client shows, conversation by conversation."""
    shown = {}
    for listed in await messaging.conversations_of(world.pool, member.id):
        page = await messaging.page_of(world.pool, member.id, member.ordinal, listed.id, before=2**61, limit=1000)
        shown |= {(listed.id, each.seq): each.content["content"] for each in page if each.content}
    return shown


async def carry_out(world: World, groups: list[int], acts: list[tuple[str, str, int, str]]) -> None:
    admin = world["admin"].id
    for what, who, which, words in acts:
        conversation, member = groups[which], world[who]
        try:
            match what:
                case "say":
                    await world.say(who, conversation, words)
                case "index":
                    await searching.index_next(world.pool)
                case "recall":
                    newest = await world.pool.fetchval(
                        "SELECT max(seq) FROM messages WHERE conversation_id = $1 AND recalled_at IS NULL", conversation
                    )
                    if newest:
                        async with transaction(world.pool) as tx:
                            await messaging.withdraw(tx, admin, conversation, newest)
                case _:
                    async with transaction(world.pool) as tx:
                        if what == "add":
                            await messaging.add_participants(tx, admin, conversation, [member.id])
                        elif what == "remove":
                            await messaging.remove_participants(tx, admin, conversation, [member.id])
                        else:
                            await messaging.dissolve(tx, admin, conversation)
        except (messaging.NoSuchConversation, NoSuchParticipant):
            pass  # Whoever does not take part says nothing, and what is dissolved stays so.


@settings(
    max_examples=12, phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(act, min_size=4, max_size=25))
async def test_found_is_what_is_seen_and_holds_the_words(world: World, acts: list[tuple[str, str, int, str]]) -> None:
    groups = [await world.conversation("admin", *PEOPLE) for _ in range(3)]
    await carry_out(world, groups, acts)
    await index(world.pool)
    for who in PEOPLE:
        seen = await seen_by(world, world[who])
        for piece in PIECES:
            if not needs_of(piece):
                continue
            ways = await every_way(world.pool, world[who], piece)
            assert all(way == ways[0] for way in ways), (who, piece)
            assert set(ways[0]) <= set(seen), (who, piece)
            standing_free = {at for at, text in seen.items() if stands_in(compared(piece), compared(text))}
            assert standing_free <= set(ways[0]), (who, piece)
    async with transaction(world.pool) as tx:  # What was seen in one round is no concern of the next.
        for conversation in groups:
            with contextlib.suppress(messaging.NoSuchConversation):
                await messaging.dissolve(tx, world["admin"].id, conversation)


def stands_in(piece: str, text: str) -> bool:
    """Whether a message certainly holds this: Chinese anywhere, words where they stand by themselves."""
    if piece[0] >= "\u2e80":
        return piece in text
    return f" {piece} " in f" {' '.join(text.split())} "


async def test_who_is_removed_finds_nothing_and_who_comes_back_only_what_is_new(world: World) -> None:
    admin, lisi = world["admin"].id, world["lisi"]
    group = await world.conversation("admin", "lisi", "zhangsan")
    await world.say("zhangsan", group, "秘密计划 alpha")
    await index(world.pool)
    assert len(await found_by(world.pool, lisi, "秘密")) == 1
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, admin, group, [lisi.id])
    await world.say("zhangsan", group, "秘密计划 beta")
    await index(world.pool)
    assert not any(await every_way(world.pool, lisi, "秘密"))
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, admin, group, [lisi.id])
    assert not any(await every_way(world.pool, lisi, "秘密"))
    late = await world.say("zhangsan", group, "秘密计划 gamma")
    await index(world.pool)
    assert await found_by(world.pool, lisi, "秘密") == [(group, late.seq)]
    assert len(await found_by(world.pool, world["zhangsan"], "秘密")) == 3
    assert not await found_by(world.pool, world["wangwu"], "秘密")


async def test_who_left_the_company_and_came_back_finds_nothing_of_before(world: World) -> None:
    await world.say("zhangsan", world.lunch, "周五聚餐")
    await index(world.pool)
    async with transaction(world.pool) as tx:
        await lifecycle.leave(tx, SYSTEM, world["lisi"].id)
    assert not any(await every_way(world.pool, world["lisi"], "聚餐"))


async def test_a_direct_conversation_is_between_two(world: World) -> None:
    direct = await world.direct("zhangsan", "lisi")
    said = await world.say("zhangsan", direct, "悄悄话")
    await index(world.pool)
    for who in ("zhangsan", "lisi"):
        assert await found_by(world.pool, world[who], "悄悄") == [(direct, said.seq)]
    for who in ("wangwu", "admin", "auditor"):
        assert not any(await every_way(world.pool, world[who], "悄悄"))


async def test_an_apps_message_is_found_by_its_audience(world: World) -> None:
    async with transaction(world.pool) as tx:
        app, _ = await apps.create_app(tx, SYSTEM, "公告", visible_departments=[1])
        conversation = await messaging.open_app_conversation(tx, app.id)
        zhangsan, lisi = world["zhangsan"].ordinal, world["lisi"].ordinal
        many = [zhangsan, *range(100_000, 100_000 + MOST_LISTED)]
        audiences = {"few": as_bytes(bits_of([lisi])), "wide": as_bytes(bits_of(many)), "all": None, "none": b""}
        posted = {}
        for name, audience in audiences.items():
            body = Text(msgtype="text", content=f"通知 {name}")
            posted[name] = await messaging.post_to_audience(tx, conversation, app.id, name, body, audience)
    await index(world.pool)
    heard = {"zhangsan": ["all", "wide"], "lisi": ["all", "few"], "wangwu": ["all"]}
    for who, names in heard.items():
        expected = [(conversation, posted[name].seq) for name in names]
        assert sorted(await found_by(world.pool, world[who], "通知")) == sorted(expected)
        assert all(sorted(way) == sorted(expected) for way in await every_way(world.pool, world[who], "通知"))
    async with transaction(world.pool) as tx:
        await messaging.withdraw(tx, app.id, conversation, posted["all"].seq)
    assert not any(await every_way(world.pool, world["wangwu"], "通知"))


async def rebuild(pool: Pool) -> None:
    await searching.rebuild(pool, lambda _: None)


async def indexed_words(world: World) -> list[str]:
    rows = await world.pool.fetch("SELECT line || coalesce(words::text, '') AS held FROM message_words")
    return [row["held"] for row in rows]


async def test_what_is_taken_back_leaves_the_index_in_the_same_commit(world: World) -> None:
    posted = await world.say("zhangsan", world.lunch, "回收站 xylophone")
    await index(world.pool)
    assert any("xylophone" in held for held in await indexed_words(world))
    async with transaction(world.pool) as tx:
        await messaging.withdraw(tx, world["admin"].id, world.lunch, posted.seq)
    assert not any("xylophone" in held or "回收" in held for held in await indexed_words(world))
    assert not any(await every_way(world.pool, world["lisi"], "xylophone"))


async def test_the_follower_that_read_a_message_before_it_was_taken_back_comes_too_late(world: World) -> None:
    posted = await world.say("zhangsan", world.lunch, "xylophone")
    row = ([world.lunch], [posted.seq], [False], [" xylophone "], ["xylophone"])
    for keep in (indexing.insert_words, indexing.replace_words):
        recalled = asyncio.Event()

        async def late(keep: object = keep, recalled: asyncio.Event = recalled) -> None:
            async with transaction(world.pool) as tx:
                await recalled.wait()
                await keep(tx, *row)  # type: ignore[operator]

        follower = asyncio.create_task(late())
        async with transaction(world.pool) as tx:
            await messaging.withdraw(tx, world["admin"].id, world.lunch, posted.seq)
            recalled.set()
            await asyncio.sleep(0.2)  # It waits for the key that the recall has written.
            assert not follower.done() or keep is indexing.replace_words
        await follower
        assert not any("xylophone" in held for held in await indexed_words(world))


async def test_a_recall_waits_for_the_follower_that_writes_and_blanks_it(world: World) -> None:
    posted = await world.say("zhangsan", world.lunch, "xylophone")

    async def recall() -> None:
        async with transaction(world.pool) as tx:
            await messaging.withdraw(tx, world["admin"].id, world.lunch, posted.seq)

    async with transaction(world.pool) as tx:
        await indexing.insert_words(tx, [world.lunch], [posted.seq], [False], [" xylophone "], ["xylophone"])
        recalling = asyncio.create_task(recall())
        await asyncio.sleep(0.2)
        assert not recalling.done()
    await recalling
    assert not any("xylophone" in held for held in await indexed_words(world))


async def test_recalls_beside_followers_and_a_rebuild_leave_nothing_behind(world: World) -> None:
    said: list[int] = []

    async def talk() -> None:
        for n in range(150):
            said.append((await world.say("zhangsan", world.lunch, f"xylophone {n}")).seq)

    async def follow(step: object) -> None:
        for _ in range(120):
            await step(world.pool)  # type: ignore[operator]
            await asyncio.sleep(0.005)

    async def take_back() -> None:
        taken = 0
        while taken < 150:
            if taken < len(said):
                async with transaction(world.pool) as tx:
                    await messaging.withdraw(tx, world["admin"].id, world.lunch, said[taken])
                taken += 1
            await asyncio.sleep(0)

    followers = [follow(searching.index_next), follow(searching.index_next), follow(rebuild)]
    await asyncio.gather(talk(), take_back(), *followers)
    await index(world.pool)
    await rebuild(world.pool)
    assert not any("xylophone" in held for held in await indexed_words(world))
    assert not await found_by(world.pool, world["lisi"], "xylophone")


async def test_pages_follow_each_other_without_gaps_while_people_talk(world: World) -> None:
    said = [(world.lunch, (await world.say("zhangsan", world.lunch, f"天气 {n}")).seq) for n in range(25)]
    await index(world.pool)
    paged: list[Where] = []
    below: Place | None = None
    while not paged or below:
        found = await ask(world.pool, world["lisi"], "天气", limit=7, **({"below": below} if below else {}))
        paged += [place_of(hit) for hit in found.hits]
        below = found.next
        await world.say("lisi", world.lunch, "天气 another")
        await index(world.pool)
    assert paged == said[::-1]


@pytest.mark.parametrize(("rare", "little"), [(2_000, 30_000), (0, 30_000), (2_000, 0), (0, 0)])
@pytest.mark.parametrize("enough", [(2, 16), (0, 0), (0, 10**6)])
async def test_whatever_is_reckoned_beforehand_the_same_is_found(
    world: World, owner: Pool, monkeypatch: pytest.MonkeyPatch, rare: int, little: int, enough: tuple[int, ...]
) -> None:
    words = ["rarely" if n == 7 else "then" if n % 5 == 0 else "" for n in range(40)]
    said = [(await world.say("zhangsan", world.lunch, f"often {each}")).seq for each in words]
    await index(world.pool)
    await owner.execute("ANALYZE message_words")
    monkeypatch.setattr(find, "RARE", rare)
    monkeypatch.setattr(find, "LITTLE", little)
    monkeypatch.setattr(find, "ENOUGH", enough)
    monkeypatch.setattr(find, "TRIED", 10)
    for conversation_id in (None, world.lunch):
        for word, found in (("often", said), ("then", said[::5]), ("rarely", [said[7]]), ("none", [])):
            hits = await found_by(world.pool, world["lisi"], word, conversation_id=conversation_id, limit=50)
            assert [seq for _, seq in hits] == found[::-1]


async def test_a_rebuild_goes_on_where_it_was_stopped_and_replaces_what_was_there(world: World) -> None:
    first, second, gone = [await world.say("zhangsan", world.lunch, f"天气预报 {n}") for n in range(3)]
    await index(world.pool)
    async with transaction(world.pool) as tx:
        await messaging.withdraw(tx, world["admin"].id, world.lunch, gone.seq)
    await world.pool.execute(
        "UPDATE message_words SET words = array_to_tsvector('{old}'), line = '' WHERE words IS NOT NULL"
    )
    assert not await found_by(world.pool, world["lisi"], "天气")
    xid = await world.pool.fetchval("SELECT xid FROM messages WHERE seq = $1", first.seq)
    await world.pool.execute(
        "INSERT INTO followers (name, xid, stream_id, seq) VALUES ('search.rebuild', $1::xid8, $2, $3)",
        xid,
        world.lunch,
        first.seq,
    )
    await rebuild(world.pool)
    assert await found_by(world.pool, world["lisi"], "天气") == [(world.lunch, second.seq)]
    await rebuild(world.pool)
    assert len(await found_by(world.pool, world["lisi"], "天气")) == 2, "the next one begins at the beginning"


async def test_the_index_is_made_anew_by_one_at_a_time(world: World) -> None:
    async with transaction(world.pool) as tx:
        assert await indexing.is_alone(tx)
        with pytest.raises(RebuiltElsewhere):
            await rebuild(world.pool)


async def test_how_far_the_follower_is_behind_can_be_seen(world: World) -> None:
    await index(world.pool)
    assert await streams.lag_of(world.pool, searching.FOLLOWER) == 0
    await world.say("zhangsan", world.lunch, "天气")
    await asyncio.sleep(0.05)
    assert 0.05 <= await streams.lag_of(world.pool, searching.FOLLOWER) < 60
    await index(world.pool)
    assert await streams.lag_of(world.pool, searching.FOLLOWER) == 0
