"""Searching: a million messages of many lengths in 20,000 conversations, English, German and Chinese, as words are
spread in languages: a few everywhere, most hardly anywhere.

Members who take part in 3 conversations, in 100, in 2,000 and in all search for words that are rare, common or in none,
for one, two and four characters, phrases, beginnings and two words. Messages and their index are written by
the database itself from 40,000 texts that the product's own code has read; each has a number of its own.
"""

import random
import time
from collections.abc import Sequence
from urllib.parse import quote

from wecom.features import messaging
from wecom.features.messaging.searching import terms
from wecom.features.messaging.searching.queries import indexing
from wecom.foundation.db import Pool, open_pool, transaction
from wecom.foundation.embedded import EmbeddedPostgres

from ..options import Options
from ..peers.peer import Peer
from ..peers.wecom import Wecom
from ..population import Employee
from ..report import Report
from ..usage import Facts, Usage, latencies

CONVERSATIONS = 20_000
TEXTS = 40_000
TAKES_PART = {"few": 3, "usual": 100, "many": 2_000, "all": CONVERSATIONS}
ASKED = 8
"""Questions of each kind by each member."""


async def measure(peer: Peer, options: Options, report: Report) -> None:
    assert isinstance(peer, Wecom)
    chance = random.Random(20)
    members = dict(zip(TAKES_PART, await peer.create_members(len(TAKES_PART)), strict=True))
    texts = Texts(chance)
    started = time.perf_counter()
    owner = await open_pool(EmbeddedPostgres(peer.place / "data").url("wecom_owner"), size=1, patience=600)
    try:
        await _load(peer.people.pool, owner, members, texts.written, options.said)
    finally:
        await owner.close()
    case = f"{options.said} messages"
    report.add(case, {"load_s": time.perf_counter() - started})
    for _ in range(options.reps):
        everything: list[float] = []
        for kind, member in members.items():
            http = peer.http(member)
            took: dict[str, list[float]] = {}
            usage, since = Usage(peer.groups), time.perf_counter()
            for name, words in texts.questions(ASKED):
                begun = time.perf_counter()
                answer = await http.call("GET", f"/api/search/messages?q={quote(words)}")
                took.setdefault(name, []).append(time.perf_counter() - begun)
                found = len(answer["hits"])
                if (name == "none" and found) or (name == "common" and kind == "all" and not found):
                    raise RuntimeError(f"{kind} asked for {words}: {found} hits")
            await http.close()
            facts: Facts = {f"{name}_ms": max(each) * 1000 for name, each in took.items()}
            used, count = usage.stop(), sum(map(len, took.values()))
            cores = sum(float(used[f"cores_{name}"] or 0) for name in ("server", "postgres"))
            facts["cpu_ms"] = cores * (time.perf_counter() - since) / count * 1000  # tells more on a busy machine
            report.add(f"slowest, member of {TAKES_PART[kind]}", facts)
            everything += [each for every in took.values() for each in every]
        report.add(
            case, {name.removeprefix("search_"): value for name, value in latencies("search", everything).items()}
        )


class Texts:
    """What people say, by the law that the n-th commonest word is said as often as 1/n says."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        letters = "etaoinshrdlucmfwypvbgkjqxz"
        self.words = list({"".join(chance.choices(letters, k=chance.randint(2, 10))) for _ in range(30_000)})
        self.words.sort(key=len)
        self.characters = [chr(0x4E00 + n) for n in chance.sample(range(20_000), 4_000)]
        self.weights = [1 / (n + 3) for n in range(30_000)]
        self.written = [self._chinese() if n % 5 < 2 else self._latin() for n in range(TEXTS)]

    def questions(self, count: int) -> list[tuple[str, str]]:
        """Kinds of questions and what they ask."""
        asked = []
        for n in range(count):
            latin, chinese = self.chance.choice(self.written[2::5]), self.chance.choice(self.written[0::5])
            at = self.chance.randrange(len(chinese) - 4)
            words = latin.split()
            asked += [
                ("common", self.words[n]),
                ("two_common", f"{self.words[n]} {self.words[n + 9]}"),
                ("rare", self.words[-1 - self.chance.randrange(10_000)]),
                ("number", str(self.chance.randrange(500_000))),
                ("none", f"zz{n}zz"),
                ("han_1", self.characters[n * n]),
                ("han_1_rare", self.characters[-1 - n]),
                ("han_2", chinese[at : at + 2]),
                ("han_4", chinese[at : at + 4]),
                ("phrase", f'"{words[0]} {words[1]}"'),
                ("beginning", self.words[-1 - n * 50][:3]),
                ("letter", "etaoinshr"[n]),
            ]
        return asked

    def _latin(self) -> str:
        count = self.chance.choice((2, 3, 5, 8, 12, 40))
        return " ".join(self.chance.choices(self.words, self.weights[: len(self.words)], k=count))

    def _chinese(self) -> str:
        count = self.chance.choice((6, 6, 8, 12, 20, 80))
        return "".join(self.chance.choices(self.characters, self.weights[:4_000], k=count))


async def _load(pool: Pool, owner: Pool, members: dict[str, Employee], texts: Sequence[str], count: int) -> None:
    read = [terms.words_in(text) for text in texts]
    stems = await indexing.stems_of(pool, sorted(set().union(*(terms.stemmable(found) for _, found in read))))
    held = [" ".join({*found, *(stem for word in found for stem in stems.get(word, ()))}) for _, found in read]
    async with transaction(owner) as tx:
        await tx.execute("SET LOCAL maintenance_work_mem = '512MB'")
        await tx.execute("SET LOCAL synchronous_commit = off")
        await tx.execute("DROP INDEX message_words_words")
        await tx.execute(
            "CREATE TEMPORARY TABLE texts (n int PRIMARY KEY, body jsonb, line text, words tsvector) ON COMMIT DROP"
        )
        await tx.execute(
            """
            INSERT INTO texts SELECT n - 1, jsonb_build_object('msgtype', 'text', 'content', t), line,
                   array_to_tsvector(string_to_array(held, ' '))
            FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS u (t, line, held, n)
            """,
            list(texts),
            [line for line, _ in read],
            held,
        )
        for statement in STATEMENTS:
            await tx.execute(statement.replace(":count", str(count)).replace(":speaker", str(members["all"].id)))
        for kind, member in members.items():
            step = CONVERSATIONS // TAKES_PART[kind]
            await tx.execute(
                """
                INSERT INTO participants (conversation_id, actor_id, from_seq)
                SELECT 1000000 + n, $1, 0 FROM generate_series(0, $2::int - 1, $3::int) AS n
                """,
                member.id,
                CONVERSATIONS,
                step,
            )
    await owner.execute("VACUUM ANALYZE messages")
    await owner.execute("VACUUM ANALYZE message_words")
    await owner.execute("VACUUM ANALYZE participants")
    await messaging.conversations_of(pool, members["few"].id)


# Conversations from the liveliest, which has a few hundredths of all that is said, to some in which hardly a word is.
STATEMENTS = (
    f"INSERT INTO streams (id) SELECT 1000000 + n FROM generate_series(0, {CONVERSATIONS - 1}) AS n",
    f"""
    INSERT INTO conversations (id, kind, chatid, name)
    SELECT 1000000 + n, 'group', 'bench' || n, 'Group ' || n FROM generate_series(0, {CONVERSATIONS - 1}) AS n
    """,
    "SELECT setseed(0.5)",
    f"""
    CREATE TEMPORARY TABLE said ON COMMIT DROP AS
    SELECT n, c AS conversation_id, row_number() OVER (PARTITION BY c ORDER BY n) AS seq,
           now() - interval '365 days' * (1 - n::float8 / :count) AS sent_at, (random() * {TEXTS - 1})::int AS text
    FROM (SELECT n, 1000000 + (power(random(), 3) * {CONVERSATIONS - 1})::bigint AS c
          FROM generate_series(1, :count) AS n) AS spread
    """,
    """
    INSERT INTO messages (conversation_id, seq, sender_id, client_id, body, sent_at)
    SELECT s.conversation_id, s.seq, :speaker, 'b' || s.n,
           jsonb_set(t.body, '{content}', to_jsonb((t.body ->> 'content') || ' ' || s.n)), s.sent_at
    FROM said AS s JOIN texts AS t ON t.n = s.text
    """,
    """
    INSERT INTO message_words (conversation_id, seq, sent_at, line, words)
    SELECT s.conversation_id, s.seq, s.sent_at, t.line || s.n || ' ',
           t.words || array_to_tsvector(ARRAY[s.n::text, '=c' || s.conversation_id, '=s:speaker', '=ttext'])
    FROM said AS s JOIN texts AS t ON t.n = s.text
    """,
    """
    UPDATE streams SET head = s.head FROM (SELECT conversation_id, max(seq) AS head FROM said GROUP BY 1) AS s
    WHERE id = s.conversation_id
    """,
    "CREATE INDEX message_words_words ON message_words USING gin (words)",
    """
    INSERT INTO followers (name, xid, stream_id, seq)
    VALUES ('search', pg_current_xact_id(), 9223372036854775807, 0)
    ON CONFLICT (name) DO UPDATE SET xid = excluded.xid, stream_id = excluded.stream_id, seq = excluded.seq
    """,
)
