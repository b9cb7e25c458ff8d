"""Who hears what: streams and the connections that listen to them.

A channel applies its stream gap-free and in order before anything is fanned out, so being in its
listeners *is* the permission to hear: a removal takes its member out at its own number, whatever order
processes publish in.
"""

import json
from collections.abc import Callable, Iterable
from typing import Protocol

from wecom.features.messaging.queries.gateway import Subscription
from wecom.foundation.http import metrics
from wecom.foundation.streams import DIRECTORY, Change, Whisper

from .frames import changes_frame, said, stream_name


class Listener(Protocol):
    """A connection, as the hub sees it."""

    member_id: int
    ordinal: int
    session_id: int
    restricted: bool

    def push(self, frame: bytes) -> None: ...
    def hint(self, frame: bytes) -> None: ...


class Channel:
    """One stream in this process: how far it was applied, and who listens, from after which number.

    In a shared channel (an app's) the number is where the listener's next frame begins: entries for
    others are skipped inside it.
    """

    __slots__ = ("behind", "id", "listeners", "name", "position", "removed", "shared", "youngest")

    def __init__(self, id: int, name: str, position: int, shared: bool) -> None:
        self.id = id
        self.name = name.encode()
        self.position = position
        self.shared = shared
        self.listeners: dict[Listener, int] = {}
        self.youngest = 0
        self.behind = 0
        self.removed: dict[int, int] = {}


class Hub:
    """The channels and connections of this process."""

    def __init__(
        self,
        epoch: str,
        heal: Callable[[Channel], None],
        joined: Callable[[int, int], None],
        sights_changed: Callable[[], None],
    ) -> None:
        self.epoch = epoch.encode()
        self.channels: dict[int, Channel] = {}
        self.members: dict[int, set[Listener]] = {}
        self.topics: dict[str, Callable[[bytes], None]] = {}
        self.heal = heal
        self.joined = joined
        self.sights_changed = sights_changed
        self.opening = 0
        self.rung: dict[int, int] = {}
        """While connections are being opened: how far streams without a channel were rung."""

    def hear(self, changes: Iterable[Change | Whisper]) -> None:
        """What the doorbell says."""
        for change in changes:
            if isinstance(change, Whisper):
                if act := self.topics.get(change.topic):
                    act(change.body)
            elif channel := self.channels.get(change.stream_id):
                self.apply(channel, change)
            elif self.opening:
                self.rung[change.stream_id] = max(change.to, self.rung.get(change.stream_id, 0))

    def apply(self, channel: Channel, change: Change) -> None:
        """Fan a change out if it is the next; ask for what is missing if it is later."""
        if change.to <= channel.position:
            return
        if change.since != channel.position:
            channel.behind = max(channel.behind, change.to)
            self.heal(channel)
            return
        channel.position = change.to
        if channel.id == DIRECTORY:
            self._say_directory(channel, change)
        elif channel.shared:
            self._say_shared(channel, change)
        else:
            self._say(channel, change)
        if change.kinds == "participants.removed":
            self._take_out(channel, change)
        elif change.kinds == "conversation.joined":
            self.joined(channel.id, json.loads(change.entries)["body"]["conversation_id"])
        elif change.kinds == "directory.reloaded":
            self.sights_changed()

    def open(self, listener: Listener, subscriptions: Iterable[Subscription]) -> list[Channel]:
        """Let a connection hear its streams as they were read; channels that must be healed."""
        self.members.setdefault(listener.member_id, set()).add(listener)
        return [channel for each in subscriptions if (channel := self._subscribe(listener, each))]

    def add(self, listeners: Iterable[Listener], subscription: Subscription) -> list[Channel]:
        """Let connections of a member hear one more stream, and tell them where it stands."""
        healing = []
        for listener in listeners:
            if channel := self._subscribe(listener, subscription):
                healing.append(channel)
            if listener not in self.channels[subscription.stream_id].listeners:
                continue  # put out again meanwhile
            name = stream_name(subscription.stream_id, listener.member_id)
            listener.push(said({"type": "heads", "heads": {name: subscription.head}}))
        return healing

    def close(self, listener: Listener, stream_ids: Iterable[int]) -> bool:
        """Forget a connection; whether it was its member's last."""
        for id in stream_ids:
            if channel := self.channels.get(id):
                channel.listeners.pop(listener, None)
                if not channel.listeners:
                    del self.channels[id]
        mine = self.members.get(listener.member_id)
        if mine is None:
            return False
        mine.discard(listener)
        if mine:
            return False
        del self.members[listener.member_id]
        return True

    def whisper(self, stream_id: int, frame: bytes, *, without: int) -> None:
        """Hand something kept nowhere to all who listen, but for one member; busy sockets lose it."""
        if channel := self.channels.get(stream_id):
            for listener in channel.listeners:
                if listener.member_id != without:
                    listener.hint(frame)

    def _subscribe(self, listener: Listener, each: Subscription) -> Channel | None:
        channel = self.channels.get(each.stream_id)
        if channel is None:
            name = stream_name(each.stream_id, listener.member_id)
            channel = self.channels[each.stream_id] = Channel(each.stream_id, name, each.head, each.shared)
            channel.behind = self.rung.get(each.stream_id, 0)
        elif channel.removed.get(listener.member_id, -1) > each.head:
            return None  # put out between the reading and now
        channel.listeners[listener] = each.head if each.shared else each.from_seq
        channel.youngest = max(channel.youngest, each.from_seq)
        return channel if max(channel.behind, each.head) > channel.position else None

    def _say(self, channel: Channel, change: Change) -> None:
        frame = changes_frame(channel.name, self.epoch, change.since, change.to, change.entries)
        if change.since >= channel.youngest:
            for listener in channel.listeners:
                listener.push(frame)
        else:
            for listener, from_seq in channel.listeners.items():
                if change.since >= from_seq:
                    listener.push(frame)
                elif change.to > from_seq:
                    listener.push(said({"type": "heads", "heads": {channel.name.decode(): change.to}}))
        metrics.deliveries.inc(len(channel.listeners))

    def _say_shared(self, channel: Channel, change: Change) -> None:
        audience = change.audience
        bits = len(audience) * 8
        for listener, since in channel.listeners.items():
            ordinal = listener.ordinal
            if audience and (ordinal >= bits or not audience[ordinal >> 3] >> (ordinal & 7) & 1):
                continue
            listener.push(changes_frame(channel.name, self.epoch, since, change.to, change.entries))
            channel.listeners[listener] = change.to
            metrics.deliveries.inc()

    def _say_directory(self, channel: Channel, change: Change) -> None:
        whole = changes_frame(channel.name, self.epoch, change.since, change.to, change.entries)
        bare = b'{"seq":%d,"kind":"directory.changed","body":{}}' % change.to
        part = changes_frame(channel.name, self.epoch, change.since, change.to, bare)
        for listener in channel.listeners:
            listener.push(part if listener.restricted else whole)

    def _take_out(self, channel: Channel, change: Change) -> None:
        for member_id in json.loads(change.entries)["body"]["actor_ids"]:
            channel.removed[member_id] = change.to
            for listener in self.members.get(member_id, ()):
                channel.listeners.pop(listener, None)
