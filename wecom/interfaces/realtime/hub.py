"""Who hears what: streams and the connections that listen to them.

A channel applies its stream gap-free and in order before anything is fanned out, so being in its
listeners *is* the permission to hear: a removal takes its member out at its own number, whatever order
processes publish in.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Protocol

from wecom.features.messaging import Subscription
from wecom.foundation.http import metrics
from wecom.foundation.streams import DIRECTORY, Change, Whisper

from .frames import changes_frame, said, stream_name

EARLY = 0.03
"""Seconds for which a change waits for the one before it."""
MOST_EARLY = 64


class Listener(Protocol):
    """A connection, as the hub sees it."""

    member_id: int
    ordinal: int
    session_id: int
    restricted: bool
    watching: tuple[int, ...]
    heard: "list[Channel]"

    def push(self, frame: bytes) -> None: ...
    def hint(self, frame: bytes) -> None: ...


class Channel:
    """One stream in this process: how far it was applied, and who listens, from after which number.

    In a shared channel (an app's) the number is where the listener's next frame begins: entries for
    others are skipped inside it.
    """

    __slots__ = ("behind", "early", "id", "listeners", "name", "position", "removed", "shared", "youngest")

    def __init__(self, id: int, name: str, position: int, shared: bool) -> None:
        self.id = id
        self.name = name.encode()
        self.position = position
        self.shared = shared
        self.listeners: dict[Listener, int] = {}
        self.youngest = 0
        self.behind = 0
        self.early: dict[int, Change] | None = None
        self.removed: dict[int, int] | None = None


class Hub:
    """The channels and connections of this process."""

    def __init__(
        self,
        epoch: str,
        heal: Callable[[Channel], None],
        joined: Callable[[int, int], None],
        sights_changed: Callable[[int | None, bool], None],
        apps_changed: Callable[[], None],
    ) -> None:
        self.epoch = epoch.encode()
        self.channels: dict[int, Channel] = {}
        self.members: dict[int, tuple[Listener, ...]] = {}
        self.topics: dict[str, Callable[[bytes], None]] = {}
        self.heal = heal
        self.joined = joined
        self.sights_changed = sights_changed
        self.apps_changed = apps_changed
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
        """Fan a change out if it is the next; keep it a moment, and then ask, if one before it is missing.

        Processes ring as they commit, so two that write to one conversation are often heard the
        wrong way round: waiting for the other ring is cheaper than asking Postgres.
        """
        if change.to <= channel.position:
            return
        if change.since != channel.position:
            channel.behind = max(channel.behind, change.to)
            if channel.early is None:
                channel.early = {}
            if change.since > channel.position and len(channel.early) < MOST_EARLY:
                channel.early[change.since] = change
                asyncio.get_running_loop().call_later(EARLY, self._still_behind, channel)
            else:
                self.heal(channel)
            return
        self._fan_out(channel, change)
        while channel.early and (following := channel.early.pop(channel.position, None)):
            self._fan_out(channel, following)

    def _still_behind(self, channel: Channel) -> None:
        if channel.behind > channel.position:
            self.heal(channel)
        elif channel.early:
            channel.early = {since: each for since, each in channel.early.items() if since >= channel.position}

    def _fan_out(self, channel: Channel, change: Change) -> None:
        channel.position = change.to
        if channel.id == DIRECTORY:
            self._say_directory(channel, change)
        elif channel.shared:
            self._say_shared(channel, change)
        else:
            self._say(channel, change)
        if change.kinds:
            self._act_on(channel, change)

    def _act_on(self, channel: Channel, change: Change) -> None:
        match change.kinds:
            case "participants.removed":
                self._take_out(channel, change)
            case "conversation.joined":
                self.joined(channel.id, json.loads(change.entries)["body"]["conversation_id"])
            case "directory.member_changed":
                self.sights_changed(json.loads(change.entries)["body"]["member_id"], False)
            case "directory.department_changed" | "directory.department_removed":
                self.sights_changed(None, False)
            case "directory.reloaded":
                self.sights_changed(None, True)
            case "app.changed":
                self.apps_changed()

    def open(self, listener: Listener, subscriptions: Iterable[Subscription]) -> list[Channel]:
        """Let a connection hear its streams as they were read; channels that must be healed."""
        self.members[listener.member_id] = (*self.members.get(listener.member_id, ()), listener)
        return [channel for each in subscriptions if (channel := self._subscribe(listener, each))]

    def add(self, listeners: Iterable[Listener], subscription: Subscription) -> list[Channel]:
        """Let connections of a member hear one more stream, and tell them where it stands."""
        healing = []
        for listener in listeners:
            if channel := self._subscribe(listener, subscription):
                healing.append(channel)
            if not self.hears(listener, subscription.stream_id):
                continue  # put out again meanwhile
            name = stream_name(subscription.stream_id, listener.member_id)
            listener.push(said({"type": "heads", "heads": {name: subscription.head}}))
        return healing

    def hears(self, listener: Listener, stream_id: int) -> bool:
        """Whether a connection listens to a stream."""
        channel = self.channels.get(stream_id)
        return channel is not None and listener in channel.listeners

    def close(self, listener: Listener) -> bool:
        """Forget a connection; whether it was its member's last."""
        for channel in listener.heard:
            channel.listeners.pop(listener, None)
            if not channel.listeners and self.channels.get(channel.id) is channel:
                del self.channels[channel.id]
        listener.heard.clear()
        mine = self.members.get(listener.member_id, ())
        left = tuple(each for each in mine if each is not listener)
        if left:
            self.members[listener.member_id] = left
        elif mine:
            del self.members[listener.member_id]
        return bool(mine) and not left

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
        elif channel.removed and channel.removed.get(listener.member_id, -1) > each.head:
            return None  # put out between the reading and now
        if listener not in channel.listeners:
            listener.heard.append(channel)
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
        channel.removed = channel.removed or {}
        for member_id in json.loads(change.entries)["body"]["actor_ids"]:
            channel.removed[member_id] = change.to
            for listener in self.members.get(member_id, ()):
                channel.listeners.pop(listener, None)
