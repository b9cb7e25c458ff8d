"""The sockets that web processes accept on, bound once by the supervisor.

Each web process has a listening socket of its own on the one port, and the kernel spreads connections
evenly over them; a shared one is drained by whichever process wakes first. The supervisor keeps them
all open, so what is waiting when a process dies is served by the next one.
"""

import contextlib
import errno
import socket
import ssl
import sys
from typing import Any

from wecom.foundation.embedded import CannotStart
from wecom.settings import Settings

BACKLOG = 4096


def listen(settings: Settings, processes: int) -> list[socket.socket]:
    """One listening socket per process, all on the same port."""
    family, address = _resolve(settings.host, settings.port)
    first = _bound(family, address, shared=False)
    if sys.platform != "linux":  # Elsewhere only one of several sockets on a port is heard.
        first.listen(BACKLOG)
        return [first] * processes
    # The first proved that the port is free: sockets that share a port share it with strangers, too.
    address = first.getsockname()
    first.close()
    sockets = [_bound(family, address, shared=True) for _ in range(processes)]
    for each in sockets:
        each.listen(BACKLOG)
    return sockets


def url_of(settings: Settings, listener: socket.socket) -> str:
    """Where a client on this machine reaches it."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{'https' if settings.tls_certificate else 'http'}://{host}:{port}"


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """How to speak TLS, where we do it ourselves; raises `CannotStart`."""
    if settings.tls_certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except OSError as problem:  # of which TLS's own errors are a kind
        raise CannotStart(f"the certificate and its key cannot be used ({problem}): check both files") from None
    return context


def close(sockets: list[socket.socket]) -> None:
    for each in sockets:
        with contextlib.suppress(OSError):
            each.close()


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[Any, ...]]:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as problem:
        raise CannotStart(f"cannot listen on {host!r} ({problem.strerror}): set WECOM_HOST to an address") from None
    return family, tuple(address)


def _bound(family: socket.AddressFamily, address: tuple[Any, ...], *, shared: bool) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind(address)
    except OSError as problem:
        listener.close()
        place = f"{address[0]}:{address[1]}"
        if problem.errno == errno.EADDRINUSE:
            raise CannotStart(f"{place} is in use: stop what listens there, or set WECOM_PORT") from None
        raise CannotStart(f"cannot listen on {place}: {problem.strerror}") from None
    return listener
