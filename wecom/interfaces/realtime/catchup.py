"""Healing gaps, and asking Postgres once a second what the doorbell may have lost."""

import asyncio
import logging

from wecom.features.accounts import ended_since
from wecom.features.messaging import Missed, missed_entries
from wecom.foundation.db import ConnectionLost, Pool
from wecom.foundation.http import metrics
from wecom.foundation.streams import Change, moved_since
from wecom.foundation.streams.queries import current_xmin

from .hub import Channel, Hub

log = logging.getLogger(__name__)

ONE_AT_A_TIME = frozenset(
    {
        "participants.removed",
        "conversation.joined",
        "directory.reloaded",
        "directory.member_changed",
        "directory.department_changed",
        "directory.department_removed",
        "app.changed",
    }
)
"""Kinds that a hub acts on: each is applied by itself."""
PAGE = 500


class CatchUp:
    """Keeps a hub's channels at their streams' heads."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.hub: Hub
        self.ended: asyncio.Queue[list[int]] = asyncio.Queue()
        self._wanted: dict[int, Channel] = {}
        self._wake = asyncio.Event()

    def want(self, channel: Channel) -> None:
        """Heal a channel soon; several at a time, each once."""
        if self._wanted.get(channel.id) is not channel:
            self._wanted[channel.id] = channel
            self._wake.set()

    async def heal_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._wanted:
                channels = list(self._wanted.values())[:8]
                await asyncio.gather(*(self._heal_safely(channel) for channel in channels))

    async def poll_for_ever(self, pause: float = 1.0) -> None:
        """Which streams moved and which sessions ended, of everything committed since the last look."""
        xid: int | None = None
        while True:
            try:
                if xid is None:
                    xid = await current_xmin(self.pool)
                    moved: dict[int, int] = {}
                    ended: list[int] = []
                else:
                    later, moved = await moved_since(self.pool, xid)
                    ended = await ended_since(self.pool, xid)  # second: all below `later` is there by now
                    xid = later
            except ConnectionLost as problem:
                log.warning("cannot ask which streams moved: %s", problem)
            except Exception:  # Without this loop, what the doorbell loses is never heard.
                log.exception("asking which streams moved")
            else:
                self._catch(moved)
                if ended:
                    await self.ended.put(ended)
            await asyncio.sleep(pause)

    def _catch(self, moved: dict[int, int]) -> None:
        for id, seq in moved.items():
            channel = self.hub.channels.get(id)
            if channel and seq > channel.position:
                channel.behind = max(channel.behind, seq)
                self.want(channel)

    async def _heal_safely(self, channel: Channel) -> None:
        try:
            while channel.behind > channel.position and self.hub.channels.get(channel.id) is channel:
                if not await self._heal(channel):
                    break
        except ConnectionLost:
            await asyncio.sleep(0.2)
            return
        except Exception:
            log.exception("healing stream %s", channel.id)
            await asyncio.sleep(1)
            return
        if self._wanted.get(channel.id) is channel:
            del self._wanted[channel.id]

    async def _heal(self, channel: Channel) -> bool:
        """Apply the next page of what was missed; false when there was nothing to be had."""
        metrics.gaps.inc()
        start = channel.position
        missed = await missed_entries(self.pool, channel.id, start, PAGE)
        run: list[Missed] = []
        for each in missed:
            if each.kind in ONE_AT_A_TIME or each.audience is not None:
                self._apply(channel, run)
                self._apply(channel, [each], each.kind)
                run = []
            else:
                run.append(each)
        self._apply(channel, run)
        return channel.position > start

    def _apply(self, channel: Channel, run: list[Missed], kind: str = "") -> None:
        if not run or run[-1].seq <= channel.position:
            return
        run = [each for each in run if each.seq > channel.position]
        entries = b",".join(each.entry.encode() for each in run)
        audience = run[0].audience or b""
        self.hub.apply(channel, Change(channel.id, run[0].seq - 1, run[-1].seq, entries, kind, audience))
