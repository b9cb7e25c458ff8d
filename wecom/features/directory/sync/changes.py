"""Hearing of what changes in LDAP between complete readings. Blocking: for a thread.

Nothing is taken from here but identities to look at again, and whether everything must be: what is
then read is compared and guarded as always.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from wecom.foundation.errors import WecomError

from ..ldap import ACTIVE_DIRECTORY, SYNC_CONTROL, Connection, Listener, any_of, dn_key
from ..ldap_model import Entry
from ..ldap_refusals import LdapNotThere
from .config import LdapConfig, Ways
from .mapping import Mapper, Unusable
from .source import LdapSource

OVERLAP = timedelta(minutes=1)
"""By how much our clock may be ahead of the server's."""


@dataclass(slots=True)
class Noticed:
    """Whom to look at again."""

    ids: list[str] = field(default_factory=list)
    """Entries that are, were or may be people."""
    others: list[str] = field(default_factory=list)
    """Of these, entries that are there: one that is no person is a department or a group."""
    if_known: list[str] = field(default_factory=list)
    """Entries that count only if they are people's here: they may be anything that changed."""
    groups: list[str] = field(default_factory=list)
    """Entries that may be departments or tags."""
    keys: list[str] = field(default_factory=list)
    """DNs that changed, where only they are known."""
    units_or_groups: bool = False
    """Whether one of these has changed."""
    everything: bool = False
    cursors: dict[str, str] = field(default_factory=dict)


class Changes(Protocol):
    """A way of hearing."""

    pause: float
    """Seconds between questions; none where the server tells."""

    def notice(self, patience: float) -> Noticed: ...
    def close(self) -> None: ...


def open_changes(source: LdapSource, cursors: Mapping[str, str]) -> Changes | None:
    """The way that is configured, or the best that the server offers."""
    way = source.config.incremental
    if way == "auto":
        way = _offered(source)
    if way == "syncrepl":
        return Told(source, cursors)
    if way in ("usn", "timestamp"):
        return Asked(source, cursors, way)
    return None


def _offered(source: LdapSource) -> Ways:
    with Connection(source.server) as connection:
        root = connection.root()
    offered = {value.decode() for name in ("supportedcontrol", "supportedcapabilities") for value in _all(root, name)}
    if ACTIVE_DIRECTORY in offered:
        return "usn"
    return "syncrepl" if SYNC_CONTROL in offered else "timestamp"


class Told:
    """RFC 4533: the server says at once what changes, and after a break what changed meanwhile."""

    pause = 0.0

    def __init__(self, source: LdapSource, cursors: Mapping[str, str]) -> None:
        self.by_id = source.config.people.id.lower() == "entryuuid"
        self.listeners: dict[str, Listener] = {}
        self.anew: set[str] = set()
        self.counting: set[str] = set()
        filter = any_of(_filters(source.config))
        for base in _places(source.config):
            self._listen(source, f"syncrepl:{base}", base, filter, cursors)
        for group in _there(source):
            place = f"syncrepl:group:{group}"
            self.counting.add(place)
            self._listen(source, place, group, "(objectClass=*)", cursors)

    def notice(self, patience: float) -> Noticed:
        noticed = Noticed()
        for place, listener in self.listeners.items():
            heard = listener.hear(patience / len(self.listeners))
            if not heard.current:
                if place in self.anew:
                    continue  # what was there before is read anyway, once all of it has been named
            elif place in self.anew:
                self.anew.discard(place)
                noticed.everything = True
                heard.entries.clear()
            noticed.everything |= heard.inferred
            if heard.cookie:
                noticed.cursors[place] = heard.cookie
            if place in self.counting:
                noticed.everything |= bool(heard.entries or heard.deleted)
            elif self.by_id:
                noticed.ids += [*heard.entries, *heard.deleted]
                noticed.others += heard.entries
                noticed.groups += [*heard.entries, *heard.deleted]
            else:
                noticed.keys += [dn_key(dn) for dn in heard.entries.values()]
                noticed.everything |= bool(heard.deleted)
        return noticed

    def _listen(self, source: LdapSource, place: str, base: str, filter: str, cursors: Mapping[str, str]) -> None:
        if place not in cursors:
            self.anew.add(place)
        self.listeners[place] = Listener(source.server, base, filter, cursors.get(place))

    def close(self) -> None:
        for listener in self.listeners.values():
            listener.close()


class Asked:
    """By what each entry says of its last change; what was deleted is told by AD's tombstones, or found out later."""

    def __init__(self, source: LdapSource, cursors: Mapping[str, str], way: Ways) -> None:
        self.source, self.way = source, way
        self.place = f"{way}:"
        self.cursor = cursors.get(self.place, "")
        self.settled = False
        """Whether the second of the cursor had passed when it was last asked for: nothing more can come of it."""
        self.pause = float(source.config.poll_seconds)

    def notice(self, patience: float) -> Noticed:
        noticed = Noticed()
        with Connection(self.source.server) as connection:
            if self.way == "usn":
                self._by_usn(connection, noticed)
            else:
                self._by_time(connection, noticed)
        noticed.cursors[self.place] = self.cursor
        return noticed

    def close(self) -> None:
        pass

    def _by_usn(self, connection: Connection, noticed: Noticed) -> None:
        """Numbers are one domain controller's own: another's say nothing, so then everything is read."""
        root = connection.root()
        controller = _controller(connection, root)
        newest = _first(root, "highestcommittedusn")  # before the question, so that nothing falls in between
        before, _, number = self.cursor.rpartition("|")
        self.cursor = f"{controller}|{newest}"
        if not number or before != controller or int(newest) < int(number):
            noticed.everything = True
            return
        since = f"(uSNChanged>={int(number) + 1})"
        self._ask(connection, since, noticed)
        if context := _first(root, "defaultnamingcontext"):
            self._elsewhere(connection, context, since, noticed)

    def _elsewhere(self, connection: Connection, context: str, since: str, noticed: Noticed) -> None:
        """Who has left the bases, and who is deleted: both lie somewhere else in the domain now."""
        id = self.source.config.people.id
        for page in connection.search(context, since, [id]):
            noticed.if_known += (moved := _ids(self.source.config, page))
            noticed.groups += moved
        for page in connection.search(context, f"(&(isDeleted=TRUE){since})", [id], show_deleted=True):
            noticed.ids += (gone := _ids(self.source.config, page))
            noticed.groups += gone

    def _by_time(self, connection: Connection, noticed: Noticed) -> None:
        if not self.cursor:
            self.cursor = (datetime.now(UTC) - OVERLAP).strftime("%Y%m%d%H%M%SZ")
            noticed.everything = True
            return
        times = self._ask(connection, f"(modifyTimestamp>={self.cursor})", noticed)
        before, self.cursor = self.cursor, max([self.cursor, *times])
        self.settled = before == self.cursor

    def _ask(self, connection: Connection, since: str, noticed: Noticed) -> list[str]:
        """When what changed has changed."""
        config, times = self.source.config, list[str]()
        wanted = [config.people.id, "modifyTimestamp"]
        for base in config.people.bases:
            for page in connection.search(base, f"(&{config.people.filter}{since})", wanted):
                noticed.ids += _ids(config, page)
                times += [_first(entry, "modifytimestamp") for entry in page]
            # Without the filter too, since somebody may have changed so that it leaves them out.
            for page in connection.search(base, since, wanted):
                noticed.if_known += _ids(config, page)
        for group in config.groups_that_count:
            with contextlib.suppress(LdapNotThere):
                for page in connection.search(group, since, wanted):
                    noticed.everything |= self._are_new(page, times)
        for filter, bases in _groups(config):
            for base in bases:
                for page in connection.search(base, f"(&{filter}{since})", wanted):
                    noticed.units_or_groups |= self._are_new(page, times)
        return times

    def _are_new(self, page: Sequence[Entry], times: list[str]) -> bool:
        """Whether these have not been told of: those of the cursor's second are, once it has been asked for again."""
        newer = [_first(entry, "modifytimestamp") for entry in page]
        times += newer
        return bool(page) and (self.way == "usn" or not self.settled or max(newer) > self.cursor)


def _controller(connection: Connection, root: Entry) -> str:
    """Which domain controller this is, and which life of it: one that was restored begins to count anew."""
    name = _first(root, "dsservicename")
    try:
        life = [value.hex() for value in _all(connection.read(name, ["invocationId"]), "invocationid")]
    except WecomError:  # not every account may see it
        life = []
    return ":".join([name, *life])


def _filters(config: LdapConfig) -> list[str]:
    return [config.people.filter, *(filter for filter, _ in _groups(config))]


def _groups(config: LdapConfig) -> list[tuple[str, Sequence[str]]]:
    """What departments and tags come from."""
    found: list[tuple[str, Sequence[str]]] = []
    if config.departments.source in ("tree", "groups"):
        found.append((config.departments.filter, config.department_bases))
    if config.tags.bases:
        found.append((config.tags.filter, config.tags.bases))
    return found


def _there(source: LdapSource) -> list[str]:
    """Those of the groups that count which can be listened to."""
    found = []
    if source.config.groups_that_count:
        with Connection(source.server) as connection:
            for group in source.config.groups_that_count:
                with contextlib.suppress(LdapNotThere):
                    connection.read(group, ["1.1"])
                    found.append(group)
    return found


def _places(config: LdapConfig) -> list[str]:
    """The bases to listen at: none that lies in another."""
    bases = {dn_key(base): base for base in (*config.people.bases, *(b for _, bases in _groups(config) for b in bases))}
    return [base for key, base in bases.items() if not any(key.endswith(f",{other}") for other in bases)]


def _ids(config: LdapConfig, page: Sequence[Entry]) -> list[str]:
    mapper, found = Mapper(config), []
    for entry in page:
        try:
            found.append(mapper.id_of(entry, config.people.id))
        except Unusable:  # a unit has none of people's, say
            continue
    return found


def _first(entry: Entry, name: str) -> str:
    return next((value.decode() for value in _all(entry, name)), "")


def _all(entry: Entry, name: str) -> Sequence[bytes]:
    return entry.values.get(name, ())
