"""What is measured. Each workload is given a peer that has just been started with nothing in it."""

from collections.abc import Awaitable, Callable

from ..options import Options
from ..peers.peer import Peer
from ..report import Report
from . import broadcast, chat, checkins, crowd, health, idle, ldap, push, return_, search, sign_in, start

WORKLOADS: dict[str, tuple[str, Callable[[Peer, Options, Report], Awaitable[None]]]] = {
    "w1": ("room chat: 10 rooms of 20 connected members", chat.measure),
    "w2": ("one room of many connected members", crowd.measure),
    "w3": ("idle sockets", idle.measure),
    "w4": ("coming back to 1,000 messages in 10 rooms", return_.measure),
    "w5": ("cold start", start.measure),
    "w6": ("signing in with passwords", sign_in.measure),
    "all": ("an app's message to the whole company", broadcast.measure),
    "search": ("searching a million messages in 20,000 conversations", search.measure),
    "checkins": ("check-ins: a rush, a month, a correction", checkins.measure),
    "health": ("health reports: everybody answers, 50,000 are added up", health.measure),
    "push": ("Web Push to those who are away", push.measure),
    "ldap": ("a company read from LDAP", ldap.measure),
}
