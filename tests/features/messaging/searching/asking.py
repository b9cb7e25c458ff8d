"""Asking as members do, and every way there is to find the same."""

from wecom.features.directory import Member
from wecom.features.messaging import searching
from wecom.features.messaging.searching import Hit, Hits, Question
from wecom.features.messaging.searching.asking import Asked, needs_of, stemmed
from wecom.features.messaging.searching.queries import finding, indexing
from wecom.features.messaging.searching.queries.finding import Asking, Found
from wecom.foundation.db import Pool, transaction

Where = tuple[int, int]


async def index(pool: Pool) -> None:
    """Let the follower come to the end."""
    while await searching.index_next(pool):
        pass


async def ask(pool: Pool, member: Member, words: str, **where: object) -> Hits:
    return await searching.search(pool, member.id, member.ordinal, Question(words, **where))  # type: ignore[arg-type]


async def found_by(pool: Pool, member: Member, words: str, **where: object) -> list[Where]:
    """Where the hits stand, newest first."""
    return [place_of(hit) for hit in (await ask(pool, member, words, **where)).hits]


def place_of(hit: Hit) -> Where:
    return hit.place.conversation_id, hit.place.seq


async def every_way(pool: Pool, member: Member, words: str, limit: int = 200) -> list[list[Where]]:
    """What each way to search finds, of which a search takes the one that is quickest."""
    needs = needs_of(words)
    async with transaction(pool) as tx:
        stems = await indexing.stems_of(tx, sorted(stemmed(needs)))
        asked = Asked(tuple(needs), {word: frozenset(found) for word, found in stems.items()})

        def put(few: list[int], *, app: bool = False) -> Asking:
            question = Question(words)
            below = (question.begin.sent_at, 0, 0)
            query = asked.query(question, few, app=app)
            return Asking(member.id, member.ordinal, None, query, asked.stretches, question.since, below, limit)

        few = (await finding.extent(tx, member.id, None)).few or []
        from_apps = await finding.in_each_app_message(tx, put([]))
        assert from_apps == await finding.app_messages_by_words(tx, put([], app=True))
        newest, complete = await finding.newest_of_all(tx, put([]), 10_000)
        assert complete
        few_newest, complete = await finding.newest_of_all(tx, put([]), finding.ONE_BY_ONE)
        assert complete
        ways = [newest, few_newest, await finding.in_each_conversation(tx, put([]))]
        for named in ([], few):
            found, complete = await finding.by_words(tx, put(named), 10_000)
            assert complete
            ways.append(found)
    return [_merged(way + from_apps) for way in ways]


def _merged(found: list[Found]) -> list[Where]:
    found.sort(key=lambda each: (each.sent_at, each.conversation_id, each.seq), reverse=True)
    return [(each.conversation_id, each.seq) for each in found]
