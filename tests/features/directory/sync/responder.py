"""Answers LDAP as Microsoft's domain controllers do where Samba's does not: values in parts, 1,500 at a time.

Any bind succeeds, any filter fits, and every search is answered in one page. Nothing else is spoken.
"""

import re
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pyasn1_modules import rfc2251

MOST_VALUES = 1500
PAGED = b"1.2.840.113556.1.4.319"
NO_MORE = b"\x30\x05\x02\x01\x00\x04\x00"
ASKED = re.compile(r"(?i)member;range=(\d+)-\*")

Entries = Mapping[str, Mapping[str, Sequence[bytes]]]


@contextmanager
def responder(entries: Entries) -> Iterator[str]:
    """The URL of a server with these entries."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                threading.Thread(target=_converse, args=(near, entries), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"ldap://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _converse(near: socket.socket, entries: Entries) -> None:
    waiting = b""
    with near, suppress(OSError):
        while some := near.recv(65536):
            waiting += some
            while waiting:
                try:
                    message, waiting = decoder.decode(waiting, asn1Spec=rfc2251.LDAPMessage())
                except Exception:  # not whole yet
                    break
                for answer in _answers(message, entries):
                    near.sendall(encoder.encode(answer))


def _answers(message: Any, entries: Entries) -> Iterator[Any]:
    asked = message["protocolOp"].getName()
    if asked == "bindRequest":
        yield _done(message, "bindResponse")
    elif asked == "searchRequest":
        search = message["protocolOp"]["searchRequest"]
        base, alone = str(search["baseObject"]).lower(), int(search["scope"]) == 0
        names = [str(each) for each in search["attributes"]]
        for dn, values in entries.items():
            if dn.lower() == base or (not alone and dn.lower().endswith(f",{base}")):
                yield _entry(message, dn, values, names)
        yield _done(message, "searchResDone", paged=not alone)


def _entry(message: Any, dn: str, values: Mapping[str, Sequence[bytes]], names: Sequence[str]) -> Any:
    answer = _reply(message)
    entry = answer["protocolOp"]["searchResEntry"]
    entry["objectName"] = dn
    given: dict[str, Sequence[bytes]] = {}
    for name, some in values.items():
        ranges = [found for each in names if (found := ASKED.fullmatch(each))]
        first = int(ranges[0][1]) if ranges else 0
        if len(some) <= MOST_VALUES or not (ranges or name in names):
            given |= {name: some} if name in names else {}
            continue
        chunk = some[first : first + MOST_VALUES]
        last = "*" if first + MOST_VALUES >= len(some) else str(first + len(chunk) - 1)
        given |= ({} if ranges else {name: []}) | {f"{name};range={first}-{last}": chunk}
    for number, (name, some) in enumerate(given.items()):
        attribute = entry["attributes"][number]
        attribute["type"] = name
        for at, value in enumerate(some):
            attribute["vals"][at] = value
        if not some:
            attribute["vals"].clear()
    return answer


def _done(message: Any, kind: str, *, paged: bool = False) -> Any:
    answer = _reply(message)
    result = answer["protocolOp"][kind]
    result["resultCode"], result["matchedDN"] = 0, ""
    result["errorMessage"] = ""
    if paged:
        control = answer["controls"][0]
        control["controlType"], control["controlValue"] = PAGED, NO_MORE
    return answer


def _reply(message: Any) -> Any:
    answer = rfc2251.LDAPMessage()
    answer["messageID"] = int(message["messageID"])
    return answer
