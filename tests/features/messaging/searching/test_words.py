"""What is found by what: scripts, forms, phrases, beginnings, and what is marked."""

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.world import World
from wecom.features.messaging import Article, Draft, Markdown, News, Text, TextCard
from wecom.features.messaging.searching import folding
from wecom.features.messaging.searching.asking import Asked, needs_of
from wecom.features.messaging.searching.excerpt import LONGEST, excerpt_of
from wecom.features.messaging.searching.model import NothingToSearch
from wecom.features.messaging.searching.terms import words_in

from .asking import ask, every_way, found_by, index

FOUND = [
    ("在上海市开会", "上海"),
    ("在上海市开会", "海市"),
    ("在上海市开会", "上海市"),
    ("在上海市开会", "会"),
    ("在上海市开会", "市"),
    ("欧阳震华明天到", "阳震"),
    ("欧阳震华明天到", "欧阳震华"),
    ("北京明天的天气预报", "北京天气预报"),
    ("請看報告", "報告"),
    ("和朁朧愁汴开会", "朁朧愁汴"),
    ("时间的确够了，开会", "开会的时间"),
    ("quarterly ähnlich", "quarterly a"),
    ("𠮷野家见", "𠮷野"),
    ("東京タワーで", "タワー"),
    ("ﾀﾜｰ", "タワー"),
    ("がんばって", "がん"),
    ("안녕하세요 여러분", "녕하"),
    ("พบกันพรุ่งนี้", "พรุ่ง"),
    ("The meetings were moved", "meeting"),
    ("one meeting", "meetings"),
    ("she was running late", "runs"),
    ("Die Häuser am See", "Haus"),
    ("Viele Grüße aus Köln", "gruesse"),
    ("Viele Grüße aus Köln", "GRUSSE"),
    ("Viele Grüße aus Köln", "Grüße"),
    ("Viele Grüße aus Köln", "koeln"),
    ("viele gruesse", "Grüße"),
    ("Straße", "strasse"),
    ("STRASSE", "Straße"),
    ("Cafe\u0301 um drei", "café"),
    ("ＷＥＣＯＭ １２３", "wecom 123"),
    ("wecom", "ＷＥＣＯＭ"),
    ("Quarterly report", "quart"),
    ("Quarterly report", "report quarterly"),
    ("Quarterly report", '"quarterly report"'),
    ("Quarterly report", "quarterly rep"),
    ("see https://example.com/path/Index.html?id=42", "example.com/path"),
    ("see https://example.com/path/Index.html?id=42", "index.html"),
    ("see https://example.com/path/Index.html?id=42", "https://example.com/path/Index.html?id=42"),
    ("预算_2026-v2.final.XLSX", "v2.final.xlsx"),
    ("预算_2026-v2.final.XLSX", "预算 xlsx"),
    ("ask zhang.san@example.com", "zhang.san"),
    ("call 138-0013-8000", "138-0013"),
    ("call 13800138000", "1380013"),
    ("done 🎉 at last", "🎉"),
    ("done 👍🏽", "👍"),
    ("👨‍👩‍👧 are coming", "👨‍👩‍👧"),
    ("wecom登录问题", "登录问题"),
    ("wecom登录问题", "wecom登录"),
    ("他说“明天 下午”见", "“明天 下午”"),
    ("C'est l'été à Genève", "ete geneve"),
    ("Привет, мир", "ПРИВЕТ"),
    ("a" * 300 + "b", "a" * 150),
    ("it's \\ a 'quoted' & | ! word:*", "'quoted' & | !"),
]

NOT_FOUND = [
    ("朁愁朧汴", "朁朧愁汴"),
    ("开会时间", "开会的时间"),
    ("quarterly lore", "quarterly o"),
    ("在上海市开会", "海上"),
    ("在上海市开会", "上市"),
    ("上 海", "上海"),
    ("Quarterly report", "arterly"),
    ("Quarterly report", '"report quarterly"'),
    ("Quarterly report", '"quarterly rep"'),
    ("Quarterly report", "quarterly budget"),
    ("one meeting", '"meetings"'),
    ("example.org/com", "example.com"),
    ("a" * 300 + "b", '"' + "a" * 150 + '"'),
    ("报告天气", '"天气报告"'),
    ("done 🎉", "😀"),
]


@pytest.mark.parametrize(("said", "asked"), FOUND)
async def test_it_is_found_by(world: World, said: str, asked: str) -> None:
    posted = await world.say("zhangsan", world.lunch, said)
    await index(world.pool)
    expected = [(world.lunch, posted.seq)]
    assert await found_by(world.pool, world["lisi"], asked) == expected
    assert all(way == expected for way in await every_way(world.pool, world["lisi"], asked))
    [hit] = (await ask(world.pool, world["lisi"], asked)).hits
    assert hit.highlights and len(hit.excerpt) <= LONGEST


@pytest.mark.parametrize(("said", "asked"), NOT_FOUND)
async def test_it_is_not_found_by(world: World, said: str, asked: str) -> None:
    await world.say("zhangsan", world.lunch, said)
    await index(world.pool)
    assert not any(await every_way(world.pool, world["lisi"], asked))


@pytest.mark.parametrize("words", ["", "  ", "!?…", '""', "。，", "\n\t", "' \\ &|!:*()<->", "\u200d"])
async def test_nothing_to_look_for_is_said_to_be_nothing(world: World, words: str) -> None:
    with pytest.raises(NothingToSearch):
        await ask(world.pool, world["lisi"], words)


async def test_whatever_is_shown_of_a_message_is_found(world: World) -> None:
    card = TextCard(msgtype="textcard", title="会议室", description="三楼 Aquarium", url="https://a.example/room?n=3")
    news = News(msgtype="news", articles=(Article(title="头条"), Article(title="次条", description="Zebra crossing")))
    marked = Markdown(msgtype="markdown", content='# 总结\n<font color="warning">**Deadline**</font> moved')
    drafts = [Draft(world.lunch, world["zhangsan"].id, f"b{n}", body) for n, body in enumerate((card, news, marked))]
    first, second, third = [(await world.services.mailroom.post(draft)).seq for draft in drafts]
    await index(world.pool)
    by_words = {"会议室": first, "aquarium": first, "a.example/room": first, "次条": second, "zebra": second}
    for words, seq in (by_words | {"deadline": third}).items():
        assert await found_by(world.pool, world["lisi"], words) == [(world.lunch, seq)], words
    assert not await found_by(world.pool, world["lisi"], "warning")


async def test_what_is_marked_is_what_was_asked_for(world: World) -> None:
    words = "🎉🎉 Die Häuser " + "und noch etwas " * 20 + "in 上海市，Ｓｈａｎｇｈａｉ\nund die Meetings"
    await world.say("zhangsan", world.lunch, words)
    await index(world.pool)

    async def marked(asked: str) -> list[str]:
        [hit] = (await ask(world.pool, world["lisi"], asked)).hits
        units = hit.excerpt.encode("utf-16-le")
        return [units[2 * a : 2 * b].decode("utf-16-le") for a, b in hit.highlights]

    assert await marked("海市") == ["海市"]
    assert await marked("haus") == ["Häuser"]
    assert await marked("hae") == ["Häuser"]
    assert await marked("shang") == ["Ｓｈａｎｇ"]
    assert await marked('"shanghai und die"') == ["Ｓｈａｎｇｈａｉ und die"]
    assert await marked("meeting") == ["Meetings"]
    assert await marked("meeting 上海") == ["上海", "Meetings"]
    assert (await marked("🎉"))[0] == "🎉🎉"


@given(st.text(max_size=400), st.text(max_size=40))
def test_any_text_can_be_read_and_marked(text: str, words: str) -> None:
    line, terms = words_in(text)
    assert "" not in terms and not any(" " in term for term in terms)
    assert folding.fold_in_place(text).text == folding.fold(text)
    asked = Asked(tuple(needs_of(words.replace("\0", ""))))
    shown, marks = excerpt_of(text, asked, {})
    assert len(shown) <= LONGEST
    flat = [place for mark in marks for place in mark]
    assert flat == sorted(set(flat)) and (not flat or flat[-1] <= len(shown.encode("utf-16-le", "surrogatepass")) // 2)
    assert line.strip() == " ".join(line.split())


@settings(deadline=None)
@given(st.text(alphabet="上海市天气好abcXYZüß12 😀，.\n", min_size=1, max_size=60), st.data())
def test_whatever_stands_in_a_text_is_marked_in_it(text: str, data: st.DataObject) -> None:
    found = list(folding.tokens(folding.fold(text)))
    if found:
        token = data.draw(st.sampled_from(found)).text
        _, marks = excerpt_of(text, Asked(tuple(needs_of(f'"{token}"'))), {})
        assert marks


@settings(deadline=None)
@given(
    st.text(alphabet="中文字 aeiou,.\n", min_size=1, max_size=7),
    st.text(alphabet="中文字 aeiou,.\n", min_size=1, max_size=7),
    st.integers(0, 3000),
    st.sampled_from(["XYZ", "Übergröße", "漢字", "q-w_q w", "Q漢w"]),
)
def test_however_far_down_it_stands_it_is_shown_and_marked(before: str, behind: str, far: int, looked_for: str) -> None:
    before, behind = (before * 3000)[:far], (behind * 3000)[:1000]
    shown, marks = excerpt_of(f"{before} {looked_for} {behind}", Asked(tuple(needs_of(f'"{looked_for}"'))), {})
    units = shown.encode("utf-16-le")
    assert [units[2 * a : 2 * b].decode("utf-16-le") for a, b in marks] == [looked_for]
    assert len(shown) <= LONGEST


async def test_pages_of_long_messages_stop_nobody_else(world: World) -> None:
    words = ("b " * 10_000)[:19_990] + " ähnlich"
    drafts = [Draft(world.lunch, world["zhangsan"].id, f"l{n}", Text(msgtype="text", content=words)) for n in range(20)]
    await asyncio.gather(*map(world.services.mailroom.post, drafts))
    pauses = [0.0]

    async def beat() -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0.002)
            pauses.append(time.thread_time() - began)

    beating = asyncio.create_task(beat())
    await index(world.pool)
    for asked in ("b", "ähnlich", "ahnliche", "aehnl"):
        hits = (await ask(world.pool, world["lisi"], asked, limit=50)).hits
        assert len(hits) == 20 and all(hit.highlights for hit in hits), asked
    beating.cancel()
    assert max(pauses) < 0.15  # of the loop's own thread: it was more than a second


async def test_a_message_of_twenty_thousand_characters_is_found_by_its_end(world: World) -> None:
    words = "".join(chr(0x4E00 + n % 20_000) for n in range(19_990)) + " Schluss"
    await world.say("zhangsan", world.lunch, words)
    await index(world.pool)
    [hit] = (await ask(world.pool, world["lisi"], "schluss")).hits
    assert hit.excerpt.endswith("Schluss") and hit.excerpt.startswith("…")
    assert await found_by(world.pool, world["lisi"], words[9_000:9_150])


async def test_questions_cannot_be_made_to_say_something_else(world: World) -> None:
    await world.say("zhangsan", world.lunch, "geheim")
    await index(world.pool)
    for words in ("x' | 'geheim", "x\\' | \\'geheim", "!x", "x:* | geheim", "=c1"):
        assert not await found_by(world.pool, world["lisi"], words)
