"""What a client knows, as a value: a snapshot from the API, with the entries since applied to it.

Everything here is pure. What an entry only names (a conversation one came into, a member described
anew) becomes an `Ask`; whoever holds the connection asks it, and hands the answer to `absorb`. So
*snapshot + entries + answers = new snapshot*, which the tests hold the server to, operation by operation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

MOST_UNREAD = 100
"""The server counts no further."""

Json = Any
Frame = Mapping[str, Any]


class Ask(NamedTuple):
    """Something to ask the API for: its sort, and which."""

    what: str
    id: int = 0


EVERYTHING = Ask("everything")


@dataclass(frozen=True, slots=True)
class Me:
    """Who is signed in."""

    id: int
    userid: str
    name: str
    roles: tuple[str, ...]
    session_id: int


@dataclass(frozen=True, slots=True)
class Message:
    """Something said. `content` is None where it was taken back."""

    seq: int
    sender_id: int
    client_id: str
    sent_at: str
    reply_to: int | None
    recalled: bool
    content: Mapping[str, Any] | None

    def calls_on(self, member_id: int) -> bool:
        """Whether it mentions the member, or everyone."""
        content = self.content or {}
        return bool(content.get("everyone")) or member_id in content.get("mentions", ())


@dataclass(frozen=True, slots=True)
class Last:
    """The last thing said in a conversation, for the list."""

    seq: int
    sender_id: int
    sent_at: str
    content: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it stands for this member.

    `as_of`: the number up to which the API's answer already counted everything; entries up to it only
    fill in messages. `messages` and `participants` are None until the conversation was looked at.
    """

    id: int
    kind: str
    chatid: str
    name: str
    app_id: int | None
    peer_id: int | None
    role: str
    from_seq: int
    read_seq: int
    unread: int
    mentioned: bool
    members: int
    last: Last | None
    as_of: int
    pinned_at: str | None = None
    notify: str = "all"
    muted_until: str | None = None
    hidden_up_to: int | None = None
    draft: Mapping[str, Any] | None = None
    participants: Mapping[int, str] | None = None
    messages: Mapping[int, Message] | None = None
    known_from: int | None = None
    """All messages above this number are held; None while none were loaded."""
    taken_back: frozenset[int] = frozenset()
    """Messages that entries told to be taken back, for pages that were read before."""

    @property
    def hidden(self) -> bool:
        """Whether the member hid it, and nothing was said since."""
        return self.hidden_up_to is not None and (self.last is None or self.last.seq <= self.hidden_up_to)

    @property
    def unread_is_known(self) -> bool:
        return self.known_from is not None and self.known_from <= max(self.read_seq, self.from_seq)


@dataclass(frozen=True, slots=True)
class State:
    """All that a client knows."""

    me: Me
    epoch: str
    cursors: Mapping[str, int] = field(default_factory=dict)
    behind: Mapping[str, int] = field(default_factory=dict)
    """Streams to catch up with, and how far at least."""
    conversations: Mapping[int, Conversation] = field(default_factory=dict)
    devices: frozenset[int] | None = None
    looked_up: Mapping[Ask, Json] = field(default_factory=dict)
    """The directory, as far as it was looked at: each answer by what was asked."""
    asks: frozenset[Ask] = frozenset()

    def asking(self, *asks: Ask) -> "State":
        return replace(self, asks=self.asks.union(asks))


def number(stream: str) -> int:
    """The id in a stream's name."""
    return int(stream.partition(":")[2] or 0)


def stream_of(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


def begin(me: Json, epoch: str, heads: Mapping[str, int], conversations: Iterable[Json]) -> State:
    """A first state. The heads must have been heard before the conversations were asked for."""
    listed = [viewed(each) for each in conversations]
    cursors = {name: head for name, head in heads.items() if not name.startswith("conversation:")}
    cursors |= {stream_of(each.id): each.as_of for each in listed}
    # Conversations that have a head and are not listed are apps that never said anything to this member.
    quiet = {name: head for name, head in heads.items() if name not in cursors}
    who = Me(me["id"], me["userid"], me["name"], tuple(me["roles"]), me["session_id"])
    return State(who, epoch, cursors | quiet, conversations={each.id: each for each in listed})


def viewed(view: Json) -> Conversation:
    """A conversation from the API's answer."""
    names = ("id", "kind", "chatid", "name", "app_id", "peer_id", "role", "from_seq", "read_seq", "unread")
    last = view["last"]
    if last is not None:
        last = Last(last["seq"], last["sender_id"], moment(last["sent_at"]), last["content"])
    plain = {name: view[name] for name in (*names, "mentioned", "members")}
    return Conversation(**plain, last=last, as_of=view["head"], **preferred(view), draft=drafted(view["draft"]))


def preferred(told: Json) -> dict[str, Any]:
    """How the member wants a conversation to be, from the API's answer or an entry."""
    times = {name: told[name] and moment(told[name]) for name in ("pinned_at", "muted_until")}
    return times | {name: told[name] for name in ("notify", "hidden_up_to")}


def drafted(draft: Json) -> Json:
    """What the member has begun to write, from the API's answer or an entry."""
    return draft and draft | {"updated_at": moment(draft["updated_at"])}


def compared(state: State, heads: Mapping[str, int], *, all_heads: bool = True) -> State:
    """The server's heads held against the cursors: what to catch up with, what is new, what is gone."""
    behind, asks = dict(state.behind), set(state.asks)
    for stream, head in heads.items():
        cursor = state.cursors.get(stream)
        if cursor is None:
            asks.add(Ask("conversation", number(stream)))
        if cursor is None or cursor < head:
            behind[stream] = max(head, behind.get(stream, 0))
    state = replace(state, behind=behind, asks=frozenset(asks))
    for stream in [name for name in state.cursors if all_heads and name not in heads]:
        state = forgotten(state, stream)
    return state


def forgotten(state: State, stream: str) -> State:
    """Without a stream, and all that it told."""
    cursors = {name: cursor for name, cursor in state.cursors.items() if name != stream}
    behind = {name: to for name, to in state.behind.items() if name != stream}
    conversations = {id: each for id, each in state.conversations.items() if stream_of(id) != stream}
    asks = state.asks - {Ask("conversation", number(stream))}
    return replace(state, cursors=cursors, behind=behind, conversations=conversations, asks=asks)


def absorb(state: State, ask: Ask, answer: Json) -> State:
    """The API's answer to an ask; None: there is no such thing, or none that this member may see."""
    state = replace(state, asks=state.asks - {ask})
    match ask.what:
        case "conversation":
            return _conversation_absorbed(state, ask.id, answer)
        case "devices":
            return replace(state, devices=frozenset(each["session_id"] for each in answer["devices"]))
        case "me":
            return replace(state, me=replace(state.me, name=answer["name"], roles=tuple(answer["roles"])))
        case "participants":
            listed = {each["actor_id"]: each["role"] for each in (answer or {}).get("participants", ())}
            return with_conversation(state, ask.id, participants=listed)
        case _:
            return replace(state, looked_up={**state.looked_up, ask: answer})


def _conversation_absorbed(state: State, id: int, view: Json) -> State:
    stream, held = stream_of(id), state.conversations.get(id)
    if view is None:
        # Nothing for this member, as in an app's conversation in which it was never spoken to: keep its place.
        place = max(state.behind.get(stream, 0), state.cursors.get(stream, 0))
        kept = forgotten(state, stream)
        return replace(kept, cursors={**kept.cursors, stream: place})
    new = viewed(view)
    again = held is not None and held.from_seq == new.from_seq
    if held and again:
        new = replace(
            new,
            participants=held.participants,
            messages=held.messages,
            known_from=held.known_from,
            taken_back=held.taken_back,
        )
    cursors = {**state.cursors, stream: state.cursors[stream] if again else new.as_of}
    behind = {name: to for name, to in state.behind.items() if name != stream or to > cursors[stream]}
    return replace(state, cursors=cursors, behind=behind, conversations={**state.conversations, id: new})


def said(seq: int, body: Frame) -> Message:
    """A message from an entry's body, or from the API's answer."""
    named = {name: body[name] for name in Message.__slots__[1:]}
    return Message(seq, **named | {"sent_at": moment(body["sent_at"])})


def moment(written: str) -> str:
    """An instant in one way of writing, so that the same are equal and sort by time."""
    return datetime.fromisoformat(written).astimezone(UTC).isoformat(timespec="microseconds")


def with_conversation(state: State, id: int, **changes: Any) -> State:
    """A conversation changed, where it is held."""
    if (held := state.conversations.get(id)) is None:
        return state
    return replace(state, conversations={**state.conversations, id: replace(held, **changes)})


def opened(state: State, id: int) -> State:
    """A conversation about to be looked at: from here on its entries are kept. Say it before asking for a page."""
    held = state.conversations.get(id)
    return with_conversation(state, id, messages={}) if held and held.messages is None else state


def with_page(state: State, id: int, page: Iterable[Json], *, limit: int) -> State:
    """A page of a conversation's messages, the newest or the one before those held."""
    held = state.conversations.get(id)
    if held is None:
        return state
    listed = [said(each["seq"], each) for each in page]
    messages = dict(held.messages or {})
    for each in listed:
        if each.seq in held.taken_back:
            each = replace(each, recalled=True, content=None)
        messages.setdefault(each.seq, each)
    known_from = listed[0].seq - 1 if len(listed) >= limit else held.from_seq
    if held.known_from is not None:
        known_from = min(known_from, held.known_from)
    ordered = {seq: messages[seq] for seq in sorted(messages)}
    return with_conversation(state, id, messages=ordered, known_from=known_from)


def picture(state: State) -> dict[str, Any]:
    """What is known, without how it came to be known: two states that show the same have the same picture."""
    shown = {}
    for id, each in sorted(state.conversations.items()):
        names = ("kind", "chatid", "name", "app_id", "peer_id", "role", "from_seq", "read_seq", "unread", "mentioned")
        own = ("pinned_at", "notify", "muted_until", "hidden_up_to", "draft")
        shown[id] = {name: getattr(each, name) for name in (*names, "members", *own)} | {
            "last": each.last and {name: getattr(each.last, name) for name in Last.__slots__},
            "participants": each.participants and [list(pair) for pair in each.participants.items()],
            "messages": each.messages is not None
            and [{name: getattr(m, name) for name in Message.__slots__} for m in each.messages.values()],
        }
    return {
        "me": {"id": state.me.id, "roles": sorted(state.me.roles)},
        "conversations": shown,
        "devices": state.devices and sorted(state.devices),
        "looked_up": {f"{ask.what} {ask.id}": it for ask, it in sorted(state.looked_up.items()) if it is not None},
    }
