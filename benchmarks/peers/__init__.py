"""Whom we measure: our own server, the machine's limit, and other servers that a company can run itself."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from .peer import Peer

PEERS = {
    "wecom": ("wecom", "Wecom"),
    "wecom_1": ("wecom", "WecomInOneProcess"),
    "rawws": ("rawws", "RawWs"),
    "rawws_pre": ("rawws", "RawWsEncodedOnce"),
    "ejabberd": ("ejabberd", "Ejabberd"),
    "prosody": ("prosody", "Prosody"),
    "synapse": ("synapse", "Synapse"),
    "synapse_sliding": ("synapse", "SlidingSynapse"),
}


def peer(name: str) -> Callable[[Path], Peer]:
    """What makes a peer, given its scratch directory."""
    module, kind = PEERS[name]
    made: Callable[[Path], Peer] = getattr(import_module(f"{__name__}.{module}"), kind)
    return made
