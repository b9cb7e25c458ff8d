"""LDAP: a company of 50,000 in 2,000 units and 500 groups, from an OpenLDAP server on the same machine.

Everybody has a leader; every fifth has a picture; the groups are in one of all, and so everybody is too.

First reading, a reading that finds nothing changed, the memory of the process that reads, and how long a change
of one entry, of a group or of a unit takes until a connected member hears of it. Reading is timed as an operator
runs it, from the start of `wecom ldap sync` to its end.
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import ldap

from tests.features.directory.sync.slapd import (
    GROUPS,
    PASSWORD,
    PEOPLE,
    READER,
    READER_PASSWORD,
    SUFFIX,
    Slapd,
    entry,
    slapd,
)

from ..options import Options
from ..peers.peer import Peer
from ..peers.wecom import Wecom, WecomSession
from ..population import Employee
from ..report import Report
from ..usage import Facts, latencies

IN_UNIT = 25
CHANGES = 20
BEFORE = 2
"""Changes that may have to wait for the complete reading with which listening begins."""

IN_GROUP = 100
WITH_PICTURE = 5
PICTURE = 6_000
"""Bytes of one."""
LISTENS_WITHIN = 180.0
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


async def measure(peer: Peer, options: Options, report: Report) -> None:
    if not isinstance(peer, Wecom):
        return
    await peer.stop()
    with slapd(peer.place / "slapd", _ldif(options.company), maxsize=str(1 << 30)) as server:
        config = _config(peer.place, server)
        case = f"{options.company} people"
        report.add(case, await asyncio.to_thread(_sync, peer, config, "first"))
        for _ in range(options.reps):
            report.add(case, await asyncio.to_thread(_sync, peer, config, "again"))
        peer.environment |= config
        peer.launch()
        await peer.ready()
        report.add(case, await _changes(peer, server, options))


def _sync(peer: Wecom, environment: dict[str, str], name: str) -> Facts:
    command = [sys.executable, "-m", "wecom", "--data-dir", str(peer.place / "data"), "ldap", "sync"]
    root = str(Path(__file__).parents[2])
    started = time.perf_counter()
    with peer.log.open("ab") as log:
        process = subprocess.Popen(command, env=os.environ | environment | {"PYTHONPATH": root}, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"wecom ldap sync ended with {status}: see {peer.log}")
    took, cpu = time.perf_counter() - started, usage.ru_utime + usage.ru_stime
    return {f"{name}_s": took, f"{name}_cpu_s": cpu, f"{name}_mb": usage.ru_maxrss * 1024 / 1e6}


async def _changes(peer: Wecom, server: Slapd, options: Options) -> Facts:
    """From a change's acknowledgement by LDAP to the frame that tells of it."""
    http = peer.http()
    answer = await http.call(
        "POST", "/api/session", {"account": "p1", "password": PASSWORD, "kind": "bearer", "device": "bench"}
    )
    await http.close()
    session = _Hearing(lambda *_: None)
    token = Employee(answer["me"]["id"], "p1", answer["token"]).token
    await session.open(peer.host, peer.port, "/api/socket", f"Authorization: Bearer {token}\r\n")
    await session.welcomed
    took = []
    for number in range(BEFORE + CHANGES):
        session.heard.clear()
        started = time.perf_counter()
        await asyncio.to_thread(server.set, _dn(1 + number), title=f"Title {number}")
        await asyncio.wait_for(session.heard.wait(), LISTENS_WITHIN if number < BEFORE else 30)
        took.append(time.perf_counter() - started)
    others = []
    for number in range(CHANGES):
        session.heard.clear()
        started = time.perf_counter()
        await asyncio.to_thread(_change_another, server, number)
        await asyncio.wait_for(session.heard.wait(), LISTENS_WITHIN)
        others.append(time.perf_counter() - started)
    await session.close()
    first, later = sum(took[:BEFORE]), took[BEFORE:]
    facts = {"listens_after_s": first, "slowest_s": max(later), **latencies("change", later)}
    return facts | {"slowest_group_s": max(others), **latencies("group", others)}


def _change_another(server: Slapd, number: int) -> None:
    """By turns somebody comes into a group, and a unit gets another name."""
    if number % 2:
        server.admin.modify_s(_group(number), [(ldap.MOD_ADD, "member", [_dn((number + 2) * IN_GROUP).encode()])])
    else:
        unit = _dn((number + 10) * IN_UNIT).partition(",")[2]
        server.move(unit, f"ou=Renamed {number}")


class _Hearing(WecomSession):
    """Notes that the directory changed."""

    NEWS = (b'"directory.member_changed"', b'"directory.department_changed"', b'"directory.tag_changed"')

    def __init__(self, hear: Any) -> None:
        super().__init__(hear)
        self.heard = asyncio.Event()

    def on_text(self, data: bytes, start: int, end: int) -> None:
        super().on_text(data, start, end)
        if any(data.find(each, start, end) >= 0 for each in self.NEWS):
            self.heard.set()


def _config(place: Path, server: Slapd) -> dict[str, str]:
    path = place / "ldap.toml"
    path.write_text(
        f'preset = "openldap"\nurls = ["{server.url}"]\nbind_dn = "{READER}"\n[people]\nbases = ["{PEOPLE}"]\n'
        f'photo = "jpegPhoto"\n[tags]\nbases = ["{GROUPS}"]\n'
    )
    return {"WECOM_LDAP_CONFIG": str(path), "WECOM_LDAP_BIND_PASSWORD": READER_PASSWORD}


def _dn(number: int) -> str:
    unit = number // IN_UNIT
    inner = f"ou=Team {unit},ou=Division {unit // 40},{PEOPLE}"
    return f"uid=p{number},{inner}"


def _group(number: int) -> str:
    return f"cn=Group {number},{GROUPS}"


def _ldif(people: int) -> str:
    units = range(people // IN_UNIT + 1)
    parts = [
        entry(SUFFIX, objectClass=["dcObject", "organization"], o="海桥科技"),
        *(entry(f"ou={name},{SUFFIX}", objectClass="organizationalUnit") for name in ("people", "groups", "services")),
        entry(READER, objectClass=["applicationProcess", "simpleSecurityObject"], userPassword=READER_PASSWORD),
    ]
    for number in range(units[-1] // 40 + 1):
        parts.append(entry(f"ou=Division {number},{PEOPLE}", objectClass="organizationalUnit"))
    for unit in units:
        parts.append(entry(_dn(unit * IN_UNIT).partition(",")[2], objectClass="organizationalUnit"))
    for number in range(1, people + 1):
        name = SURNAMES[number % len(SURNAMES)] + GIVEN[number % 7] + GIVEN[number % len(GIVEN)]
        parts.append(
            entry(
                _dn(number),
                objectClass="inetOrgPerson",
                cn=name,
                sn=name,
                mail=f"p{number}@haiqiao.example",
                mobile=f"+86 139{number:08d}",
                title="Engineer",
                telephoneNumber=f"+86 10 {number:08d}",
                employeeNumber=str(number),
                userPassword=PASSWORD,
                manager=_dn(max(1, number - number % IN_UNIT)),
                **({} if number % WITH_PICTURE else {"jpegPhoto": _picture(number)}),
            )
        )
    for number in range(people // IN_GROUP):
        members = [_dn(1 + number * IN_GROUP + each) for each in range(IN_GROUP)]
        parts.append(entry(_group(number), objectClass="groupOfNames", member=members))
    groups = [_group(number) for number in range(people // IN_GROUP)]
    parts.append(entry(f"cn=All,{GROUPS}", objectClass="groupOfNames", member=groups))
    return "\n".join(parts)


def _picture(number: int) -> bytes:
    """As large as one, and nobody else's."""
    return b"\xff\xd8\xff\xe0" + random.Random(number).randbytes(PICTURE)
