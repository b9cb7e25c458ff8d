"""What each entry makes of a state: one function for every kind of entry there is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .state import (
    EVERYTHING,
    MOST_UNREAD,
    Ask,
    Conversation,
    Frame,
    Last,
    State,
    drafted,
    forgotten,
    number,
    preferred,
    said,
    stream_of,
    with_conversation,
)

ROLES_OF_MEMBERS = ("owner", "administrator", "member")

Body = Mapping[str, Any]


def hear(state: State, frame: Frame) -> State:
    """A frame of changes, held against the stream's cursor: applied, dropped as known, or noted as a gap."""
    stream, since, to = frame["stream"], frame["from"], frame["to"]
    if frame.get("epoch", state.epoch) != state.epoch:
        return state.asking(EVERYTHING)
    cursor = state.cursors.get(stream)
    if cursor is None or since > cursor:
        behind = {**state.behind, stream: max(to, state.behind.get(stream, 0))}
        state = replace(state, behind=behind)
        return state.asking(Ask("conversation", number(stream))) if cursor is None else state
    if to <= cursor:
        return state
    for entry in frame["entries"]:
        if entry["seq"] > cursor:
            state = apply(state, stream, entry)
    if stream not in state.cursors:
        return state
    behind = {name: far for name, far in state.behind.items() if name != stream or far > to}
    return replace(state, cursors={**state.cursors, stream: to}, behind=behind)


def caught(state: State, stretch: Frame) -> State:
    """A stretch of a stream that was asked for."""
    stream = stretch["stream"]
    if stretch.get("gone"):
        return forgotten(state, stream)
    if stretch.get("reset"):
        state = forgotten(state, stream)
        if stream.startswith("conversation:"):
            return state.asking(Ask("conversation", number(stream)))
        return replace(state, cursors={**state.cursors, stream: stretch["to"]}).asking(EVERYTHING)
    state = hear(state, stretch)
    if (cursor := state.cursors.get(stream)) is not None and cursor < stretch["head"]:
        return replace(state, behind={**state.behind, stream: max(stretch["head"], state.behind.get(stream, 0))})
    behind = {name: far for name, far in state.behind.items() if name != stream}
    return replace(state, behind=behind)


def apply(state: State, stream: str, entry: Frame) -> State:
    """One entry. Kinds that are not known change nothing: servers may be newer than clients."""
    kind, seq, body = entry["kind"], entry["seq"], entry["body"]
    if not stream.startswith("conversation:"):
        return OWN[kind](state, body) if kind in OWN else state
    id = number(stream)
    if (held := state.conversations.get(id)) is None:
        return state.asking(Ask("conversation", id))
    return IN_CONVERSATION[kind](state, held, seq, body) if kind in IN_CONVERSATION else state


def _sent(state: State, held: Conversation, seq: int, body: Body) -> State:
    message = said(seq, body)
    if held.messages is not None and seq not in held.messages:
        held = replace(held, messages={**held.messages, seq: message})
    if message.recalled:
        held = replace(held, taken_back=held.taken_back | {seq})
    if seq > held.as_of:
        held = replace(held, last=Last(seq, message.sender_id, message.sent_at, message.content))
        if seq > held.read_seq and message.sender_id != state.me.id and not message.recalled:
            mentioned = held.mentioned or (held.kind != "app" and message.calls_on(state.me.id))
            held = replace(held, unread=min(MOST_UNREAD, held.unread + 1), mentioned=mentioned)
    return replace(state, conversations={**state.conversations, held.id: held})


def _recalled(state: State, held: Conversation, seq: int, body: Body) -> State:
    of = body["message_seq"]
    message = (held.messages or {}).get(of)
    if message and held.messages:
        gone = replace(message, recalled=True, content=None)
        held = replace(held, messages={**held.messages, of: gone})
    counted = of not in held.taken_back and of > max(held.read_seq, held.from_seq)
    held = replace(held, taken_back=held.taken_back | {of})
    recount = False
    if seq > held.as_of:
        if held.last and held.last.seq == of:
            held = replace(held, last=replace(held.last, content=None))
        if counted and (message is None or message.sender_id != state.me.id):
            # Whether it was counted is certain only where it was held and not yet known to be taken back.
            recount = message is None or message.recalled or not held.unread_is_known
            held = held if recount else _counted(held, state.me.id)
    state = replace(state, conversations={**state.conversations, held.id: held})
    return state.asking(Ask("conversation", held.id)) if recount else state


def _counted(held: Conversation, me: int) -> Conversation:
    """The unread counted anew from the messages held."""
    above = [
        each
        for seq, each in (held.messages or {}).items()
        if seq > held.read_seq and each.sender_id != me and not each.recalled
    ]
    mentioned = held.kind != "app" and any(each.calls_on(me) for each in above)
    return replace(held, unread=min(MOST_UNREAD, len(above)), mentioned=mentioned)


def _added(state: State, held: Conversation, seq: int, body: Body) -> State:
    actor_ids, role = body["actor_ids"], body["role"]
    if held.participants is not None:
        new = {id: role for id in sorted(actor_ids) if id not in held.participants}
        held = replace(held, participants={**held.participants, **new})
    if seq > held.as_of and role in ROLES_OF_MEMBERS:
        held = replace(held, members=held.members + len(actor_ids))
    return replace(state, conversations={**state.conversations, held.id: held})


def _removed(state: State, held: Conversation, seq: int, body: Body) -> State:
    gone = set(body["actor_ids"])
    if state.me.id in gone and seq > held.from_seq:
        return forgotten(state, stream_of(held.id))
    before = held.participants
    if before is not None:
        held = replace(held, participants={id: role for id, role in before.items() if id not in gone})
        if seq > held.as_of:
            members = sum(1 for id in gone if before.get(id) in ROLES_OF_MEMBERS)
            held = replace(held, members=held.members - members)
    state = replace(state, conversations={**state.conversations, held.id: held})
    # Who does not know the participants cannot tell a member who went from a robot.
    return state.asking(Ask("conversation", held.id)) if before is None and seq > held.as_of else state


def _role_changed(state: State, held: Conversation, seq: int, body: Body) -> State:
    actor_id, role = body["actor_id"], body["role"]
    if held.participants is not None and actor_id in held.participants:
        held = replace(held, participants={**held.participants, actor_id: role})
    if seq > held.as_of and actor_id == state.me.id:
        held = replace(held, role=role)
    return replace(state, conversations={**state.conversations, held.id: held})


def _renamed(state: State, held: Conversation, seq: int, body: Body) -> State:
    return with_conversation(state, held.id, name=body["name"]) if seq > held.as_of else state


def _dissolved(state: State, held: Conversation, seq: int, body: Body) -> State:
    return state  # Everybody's removal follows, and says all there is to do.


def _robot_changed(state: State, held: Conversation, seq: int, body: Body) -> State:
    robot = Ask("member", body["robot_id"])
    return state.asking(robot) if robot in state.looked_up else state


def _joined(state: State, body: Body) -> State:
    held = state.conversations.get(body["conversation_id"])
    if held and held.from_seq >= body["from_seq"]:
        return state
    return state.asking(Ask("conversation", body["conversation_id"]))


def _left(state: State, body: Body) -> State:
    held = state.conversations.get(body["conversation_id"])
    if held and held.from_seq >= body["to_seq"]:
        return state  # This was an earlier time there; one has come back since.
    return forgotten(state, stream_of(body["conversation_id"]))


def _read_moved(state: State, body: Body) -> State:
    held = state.conversations.get(body["conversation_id"])
    if held is None or body["read_seq"] <= held.read_seq:
        return state
    held = replace(held, read_seq=body["read_seq"])
    recount = False
    if held.last is None or held.read_seq >= held.last.seq:
        held = replace(held, unread=0, mentioned=False)
    elif held.unread_is_known:
        held = _counted(held, state.me.id)
    else:
        recount = True
    state = replace(state, conversations={**state.conversations, held.id: held})
    return state.asking(Ask("conversation", held.id)) if recount else state


def _preferences_changed(state: State, body: Body) -> State:
    return with_conversation(state, body["conversation_id"], **preferred(body))


def _draft_changed(state: State, body: Body) -> State:
    return with_conversation(state, body["conversation_id"], draft=drafted(body["draft"]))


def _settings_changed(state: State, body: Body) -> State:
    if (ask := Ask("settings")) not in state.looked_up:
        return state
    return replace(state, looked_up={**state.looked_up, ask: dict(body)})


def _sessions_ended(state: State, body: Body) -> State:
    return state if state.devices is None else replace(state, devices=state.devices.difference(body["session_ids"]))


def _not_shown(state: State, _: Body) -> State:
    """Check-ins are on no screen of this client."""
    return state


def _roles_changed(state: State, body: Body) -> State:
    return replace(state, me=replace(state.me, roles=tuple(body["roles"])))


def _directory_changed(state: State, body: Body) -> State:
    return _again(*DIRECTORY)(_app_changed(state, {}), body)


def _app_changed(state: State, body: Body) -> State:
    """An app's conversation is called like the app."""
    conversations = [each for each in state.conversations.values() if each.kind == "app"]
    named = [each for each in conversations if each.app_id == body.get("app_id", each.app_id)]
    return _again("apps")(state, body).asking(*(Ask("conversation", each.id) for each in named))


def _again(*sorts: str, **named: str) -> Callable[[State, Body], State]:
    """Ask again for all that is held of these sorts, and for the one that the entry names of the others."""

    def again(state: State, body: Body) -> State:
        one = {Ask(what, body[field]) for what, field in named.items()}
        return state.asking(*(ask for ask in state.looked_up if ask.what in sorts or ask in one))

    return again


DIRECTORY = ("directory", "members", "member", "tag", "apps")

OWN: Mapping[str, Callable[[State, Body], State]] = {
    "conversation.joined": _joined,
    "conversation.left": _left,
    "conversation.preferences_changed": _preferences_changed,
    "draft.changed": _draft_changed,
    "read.moved": _read_moved,
    "settings.changed": _settings_changed,
    "member.sessions_ended": _sessions_ended,
    "member.roles_changed": _roles_changed,
    "member.punch_added": _not_shown,
    "member.checkin_day_changed": _not_shown,
    "member.checkin_rule_changed": _not_shown,
    "directory.member_changed": _again("directory", "members", "tag", member="member_id"),
    "directory.member_left": _again("directory", "members", "tag", member="member_id"),
    "directory.department_changed": _again("directory"),
    "directory.department_removed": _again("directory"),
    "directory.tag_changed": _again("directory", tag="tag_id"),
    "directory.tag_removed": _again("directory", tag="tag_id"),
    "directory.attributes_changed": _again("directory"),
    "directory.reloaded": _again(*DIRECTORY),
    "directory.changed": _directory_changed,
    "app.changed": _app_changed,
    "join_requests.changed": _again("join_requests"),
}
"""What the member's own stream and the directory's say."""

IN_CONVERSATION: Mapping[str, Callable[[State, Conversation, int, Body], State]] = {
    "message.sent": _sent,
    "message.recalled": _recalled,
    "participants.added": _added,
    "participants.removed": _removed,
    "participant.role_changed": _role_changed,
    "conversation.renamed": _renamed,
    "conversation.dissolved": _dissolved,
    "robot.changed": _robot_changed,
}
