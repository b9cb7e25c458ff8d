"""A way to a server on which an answer stays for as long as a test wants: what a slow network does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Held:
    """`waits` is set once the answer is on its way; it goes on when `released` is."""

    port: int
    waits: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def held_at(port: int, word: bytes) -> Iterator[Held]:
    """The first answer with this word in it is held; everything after it is not."""
    listener = socket.create_server(("127.0.0.1", 0))
    held = Held(int(listener.getsockname()[1]))

    def carry(source: socket.socket, target: socket.socket, *, back: bool) -> None:
        with suppress(OSError):
            while some := source.recv(65536):
                if back and word in some and not held.waits.is_set():
                    held.waits.set()
                    held.released.wait(30)
                target.sendall(some)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", port))
                threading.Thread(target=carry, args=(near, far), kwargs={"back": False}, daemon=True).start()
                threading.Thread(target=carry, args=(far, near), kwargs={"back": True}, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield held
    finally:
        held.released.set()
        listener.close()
