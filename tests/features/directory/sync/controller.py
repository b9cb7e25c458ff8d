"""A real Active Directory: Samba's domain controller, spoken to by its local socket, with a small company in it.

The domain is made once for all tests of a run, which takes seconds; each test has a copy, which takes none. Neither
root nor a port is needed: what Samba binds beside its socket goes nowhere (socket_wrapper, as in Samba's own tests).
"""

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import ldap
import ldap.modlist

REALM, DOMAIN = "AD.HAIQIAO.EXAMPLE", "HAIQIAO"
SUFFIX = "DC=ad,DC=haiqiao,DC=example"
STAFF, GROUPS = f"OU=Staff,{SUFFIX}", f"OU=Groups,{SUFFIX}"
LEIPZIG = f"OU=Leipzig,{STAFF}"
ADMINISTRATOR, PASSWORD = f"CN=Administrator,CN=Users,{SUFFIX}", "Kranich-am-Fluss-27"
READER = f"CN=wecom,CN=Users,{SUFFIX}"
"""May read what everybody in the domain may."""

SYSTEMS_PYTHON = ("/usr/bin/python3", "-I")
"""Knows Samba's modules, and is to know none of ours."""

UNCHECKED = "local_oid:1.3.6.1.4.1.7165.4.3.12:0"
QUICK = {"TDB_NO_FSYNC": "1"}
NEEDED = {
    "samba (samba-ad-dc where there is one)": "/usr/sbin/samba",
    "samba-ad-provision": "/usr/share/samba/setup/provision.ldif",
    "libsocket-wrapper": "libsocket_wrapper.so",
}
CONF = """
[global]
netbios name = DC1
realm = {realm}
workgroup = {domain}
server role = active directory domain controller
server services = ldap
private dir = {place}/private
state directory = {place}/state
cache directory = {place}/cache
lock directory = {place}
pid directory = {place}
ncalrpc dir = {place}/ncalrpc
binddns dir = {place}/dns
log file = {place}/log
interfaces = 127.0.0.10/8
bind interfaces only = yes
tls enabled = no
ldap server require strong auth = no
"""


@dataclass
class DomainController:
    """The server; `change` and the like act as the domain's administrator."""

    place: Path
    process: "subprocess.Popen[bytes] | None" = None
    handle: Any = field(default=None)

    @property
    def socket(self) -> Path:
        return self.place / "private/ldapi"

    @property
    def url(self) -> str:
        return f"ldapi://{quote(str(self.socket), safe='')}"

    def start(self) -> None:
        (self.place / "smb.conf").write_text(CONF.format(place=self.place, realm=REALM, domain=DOMAIN))
        (self.place / "sockets").mkdir(exist_ok=True)
        self.socket.unlink(missing_ok=True)
        apart = {"LD_PRELOAD": "libsocket_wrapper.so", "SOCKET_WRAPPER_DIR": str(self.place / "sockets")}
        self.process = subprocess.Popen(
            ["/usr/sbin/samba", "--interactive", "--model=single", f"--configfile={self.place}/smb.conf"],
            stdin=subprocess.PIPE,  # once nobody holds it any more, it ends
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | apart | {"SOCKET_WRAPPER_DEFAULT_IFACE": "10"} | QUICK,
        )
        for _ in range(1000):
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(str(self.socket)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        log = self.place / "log"
        raise RuntimeError(f"Samba did not start: {log.read_text() if log.exists() else 'it says nothing'}")

    def stop(self, *, kill: bool = False) -> None:
        self.handle = None
        if self.process:
            self.process.kill() if kill else self.process.terminate()
            self.process.communicate(timeout=30)
            self.process = None

    @property
    def settings_dn(self) -> str:
        """The object that stands for this controller."""
        [(_, root)] = self.admin.search_s("", ldap.SCOPE_BASE, attrlist=["dsServiceName"])
        return str(root["dsServiceName"][0].decode())

    def id_of(self, dn: str) -> str:
        [(_, values)] = self.admin.search_s(dn, ldap.SCOPE_BASE, attrlist=["objectGUID"])
        return str(UUID(bytes_le=values["objectGUID"][0]))

    @property
    def admin(self) -> Any:
        if self.handle is None:
            self.handle = ldap.initialize(self.url)
            self.handle.set_option(ldap.OPT_REFERRALS, 0)
            self.handle.simple_bind_s(ADMINISTRATOR, PASSWORD)
        return self.handle

    def add(self, dn: str, **values: str | bytes | Sequence[str]) -> None:
        self.admin.add_s(dn, ldap.modlist.addModlist({name: _values(value) for name, value in values.items()}))

    def person(self, account: str, name: str, where: str, **values: str | bytes | Sequence[str]) -> str:
        """Somebody who may sign in; their DN."""
        dn = f"CN={name},{where}"
        given: dict[str, Any] = {
            "objectClass": "user",
            "sAMAccountName": account,
            "displayName": name,
            "mail": f"{account}@haiqiao.example",
            "userAccountControl": "512",
            "unicodePwd": f'"{PASSWORD}"'.encode("utf-16-le"),
        }
        self.add(dn, **given | values)
        return dn

    def set(self, dn: str, **values: str | bytes | Sequence[str]) -> None:
        """Give attributes these values; an empty one takes the attribute away."""
        changes = [(ldap.MOD_REPLACE, name, _values(value) if value else None) for name, value in values.items()]
        self.admin.modify_s(dn, changes)

    def move(self, dn: str, rdn: str, under: str | None = None) -> None:
        self.admin.rename_s(dn, rdn, under)

    def delete(self, dn: str) -> None:
        self.admin.delete_s(dn)

    def overwrite(self, dn: str, attribute: str, value: bytes) -> None:
        """Write, while it does not run, what LDAP does not let anybody write."""
        self._alter(
            f"message = ldb.Message(ldb.Dn(db, {dn!r}))\n"
            f"message['it'] = ldb.MessageElement({value!r}, ldb.FLAG_MOD_REPLACE, {attribute!r})\n"
            f"db.modify(message, [{UNCHECKED!r}])"
        )

    def rename(self, dn: str, new: str) -> None:
        """The same, of a name."""
        self._alter(f"db.rename({dn!r}, {new!r})")

    def _alter(self, script: str) -> None:
        conf, db = self.place / "smb.conf", self.place / "private/sam.ldb"
        opened = (
            "import ldb\nfrom samba.auth import system_session\nfrom samba.param import LoadParm\n"
            f"from samba.samdb import SamDB\nlp = LoadParm()\nlp.load({str(conf)!r})\n"
            f"db = SamDB(url={str(db)!r}, session_info=system_session(lp), lp=lp)\n"
        )
        _run(*SYSTEMS_PYTHON, "-c", opened + script)


@contextmanager
def domain_controller(domain: Path) -> Iterator[DomainController]:
    """A controller of a copy of this domain, running."""
    # Sockets' names are short: pytest's folders are too deep for them.
    with tempfile.TemporaryDirectory(prefix="wecom-dc-") as place:
        server = DomainController(Path(place) / "dc")
        shutil.copytree(domain, server.place, symlinks=True)
        server.start()
        try:
            yield server
        finally:
            server.stop(kill=True)


def domain_for_all(place: Path) -> Path:
    """The domain in this folder, made by whoever comes first; it is copied and never run."""
    made = place / "domain"
    with (place / "domain.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _provision(made)
    return made


def _provision(made: Path) -> None:
    if missing := [name for name, file in NEEDED.items() if not _is_there(file)]:
        raise RuntimeError(f"These Debian packages are missing: {', '.join(missing)}. Run: sh deploy/setup.sh dev")
    with tempfile.TemporaryDirectory(prefix="wecom-dc-") as place:
        script = Path(__file__).with_name("provision.py")
        server = DomainController(Path(place) / "dc")
        server.place.mkdir()
        _run(*SYSTEMS_PYTHON, str(script), str(server.place), REALM, DOMAIN, PASSWORD)
        server.start()
        _fill(server)
        server.stop()
        for left in [each for each in server.place.rglob("*") if each.is_socket()]:
            left.unlink()
        shutil.copytree(server.place, made.with_suffix(".part"), symlinks=True)
    made.with_suffix(".part").rename(made)


def _fill(server: DomainController) -> None:
    """海桥科技 with Leipzig and 研发部, who leads whom, and groups in one another."""
    server.add(STAFF, objectClass="organizationalUnit")
    server.add(GROUPS, objectClass="organizationalUnit")
    server.add(LEIPZIG, objectClass="organizationalUnit")
    server.add(f"OU=研发部,{STAFF}", objectClass="organizationalUnit")
    server.person("wecom", "wecom", f"CN=Users,{SUFFIX}")
    anna = server.person("anna", "Anna Berg", LEIPZIG, title="Leiterin", mobile="+49 170 1234567")
    bernd = server.person("bernd", "Bernd Carl", LEIPZIG, manager=anna)
    server.person("clara", "Clara Dorn", LEIPZIG, manager=anna)
    wukong = server.person("sunwukong", "孙悟空", f"OU=研发部,{STAFF}", title="工程师")
    server.person("zhubajie", "猪八戒", f"OU=研发部,{STAFF}", manager=wukong)
    server.person("tangseng", "唐僧", STAFF)
    inner, outer = f"CN=值班,{GROUPS}", f"CN=Einkauf,{GROUPS}"
    server.add(inner, objectClass="group", sAMAccountName="duty", member=[wukong])
    server.add(outer, objectClass="group", sAMAccountName="einkauf", member=[bernd, inner])


def _is_there(file: str) -> bool:
    if file.startswith("/"):
        return Path(file).exists()
    tried = subprocess.run(["/bin/true"], env={"LD_PRELOAD": file}, capture_output=True)
    return not tried.stderr


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", env=os.environ | QUICK)
    if done.returncode:
        raise RuntimeError(done.stdout.decode(errors="replace"))


def _values(value: str | bytes | Sequence[str]) -> list[bytes]:
    some = [value] if isinstance(value, str | bytes) else list(value)
    return [each if isinstance(each, bytes) else each.encode() for each in some]
