"""A real OpenLDAP server on a free port, in a directory of its own, with a small company in it."""

import atexit
import base64
import datetime
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import ldap
import ldap.modlist
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SUFFIX = "dc=haiqiao,dc=example"
PEOPLE = f"ou=people,{SUFFIX}"
GROUPS = f"ou=groups,{SUFFIX}"
ROOT_DN, ROOT_PASSWORD = f"cn=root,{SUFFIX}", "wurzel"
READER, READER_PASSWORD = f"cn=wecom,ou=services,{SUFFIX}", "lesen"
BLIND = f"cn=blind,ou=services,{SUFFIX}"
PASSWORD = "Kranich-am-Fluss-27"

CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
{schemas}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload syncprov
moduleload ppolicy
moduleload memberof
pidfile {place}/pid
{tls}
sizelimit {sizelimit}
database mdb
suffix "{suffix}"
rootdn "{root_dn}"
rootpw {root_password}
directory {place}/data
maxsize {maxsize}
dbnosync
index objectClass,entryUUID,entryCSN,uid eq
{limits}
{rules}
access to attrs=userPassword by anonymous auth by * none
access to * by dn.base="{blind}" none by dn.base="{reader}" read by anonymous auth by * none
overlay syncprov
{sessionlog}
overlay ppolicy
{overlays}
"""

LIMITS = """
limits dn.exact="{reader}" size=unlimited time=unlimited
"""


@cache
def binary() -> Path:
    """A copy of slapd: where AppArmor knows it (Ubuntu), the one in its place may read nothing of ours."""
    place = Path(tempfile.mkdtemp(prefix="wecom-slapd-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return Path(shutil.copy(shutil.which("slapd") or "/usr/sbin/slapd", place / "slapd"))


class SlapdAway(Exception):
    """It has ended at once, or does not answer."""


@dataclass
class Slapd:
    """The server; `change` and the like act as its administrator."""

    place: Path
    port: int
    tls_port: int
    settings: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    handle: Any = field(default=None)

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"ldaps://127.0.0.1:{self.tls_port}"

    @property
    def ca_file(self) -> Path:
        return self.place / "ca.pem"

    def configure(self, **changed: str) -> None:
        self.settings |= changed
        (self.place / "slapd.conf").write_text(CONF.format(**self.settings))

    def load(self, ldif: str) -> None:
        """Fill it, while it does not run."""
        command: list[str | Path] = [binary(), "-T", "add", "-q", "-w", "-f", self.place / "slapd.conf"]
        added = subprocess.run(command, input=ldif.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if added.returncode:
            raise RuntimeError(added.stdout.decode(errors="replace"))

    def start(self) -> None:
        self.process = subprocess.Popen(
            [binary(), "-f", self.place / "slapd.conf", "-h", f"{self.url} {self.tls_url}", "-d", "0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(1000):
            time.sleep(0.01)
            if self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
        raise SlapdAway("slapd did not start")

    def start_anywhere(self) -> None:
        """On ports that are free; somebody else may take one of them first."""
        for _ in range(5):
            self.port, self.tls_port = _free_port(), _free_port()
            with suppress(SlapdAway):
                return self.start()
        raise SlapdAway("slapd did not start, whatever its port")

    def stop(self, *, kill: bool = False) -> None:
        self.handle = None
        if self.process:
            self.process.kill() if kill else self.process.terminate()
            self.process.wait(10)
            self.process = None

    @property
    def admin(self) -> Any:
        if self.handle is None:
            self.handle = ldap.initialize(self.url)
            self.handle.simple_bind_s(self.settings["root_dn"], ROOT_PASSWORD)
        return self.handle

    def restrict(self, *rules: str) -> None:
        """From now on these go before what else is said of who may see what."""
        self.stop()
        self.configure(rules="\n".join(f"access to {rule}" for rule in rules))
        self.start()

    def add(self, dn: str, **values: str | bytes | Sequence[str]) -> None:
        self.admin.add_s(dn, ldap.modlist.addModlist({name: _values(value) for name, value in values.items()}))

    def set(self, dn: str, **values: str | bytes | Sequence[str]) -> None:
        """Give attributes these values; an empty one takes the attribute away."""
        changes = [(ldap.MOD_REPLACE, name, _values(value) if value else None) for name, value in values.items()]
        self.admin.modify_s(dn, changes)

    def move(self, dn: str, rdn: str, under: str | None = None) -> None:
        self.admin.rename_s(dn, rdn, under)

    def delete(self, dn: str) -> None:
        self.admin.delete_s(dn)

    def id_of(self, dn: str) -> str:
        [(_, values)] = self.admin.search_s(dn, ldap.SCOPE_BASE, attrlist=["entryUUID"])
        return str(values["entryUUID"][0].decode())


@contextmanager
def slapd(place: Path, ldif: str = "", **changed: str) -> Iterator[Slapd]:
    """A server, running."""
    (place / "data").mkdir(parents=True)
    certify(place)
    tls = "\n".join(
        f"{name} {place}/{file}"
        for name, file in (
            ("TLSCACertificateFile", "ca.pem"),
            ("TLSCertificateFile", "server.pem"),
            ("TLSCertificateKeyFile", "server.key"),
        )
    )
    settings = {
        "place": str(place),
        "schemas": "",
        "overlays": "",
        "rules": "",
        "tls": tls,
        "sizelimit": "500",
        "suffix": SUFFIX,
        "root_dn": ROOT_DN,
        "root_password": ROOT_PASSWORD,
        "reader": READER,
        "blind": BLIND,
        "maxsize": "16777216",
        "limits": LIMITS.format(reader=READER),
        "sessionlog": "syncprov-sessionlog 1000",
    }
    server = Slapd(place, 0, 0, settings)
    server.configure(**changed)
    server.load(ldif or company())
    server.start_anywhere()
    try:
        yield server
    finally:
        server.stop(kill=True)


def company() -> str:
    """海桥科技 and its people: 研发部 with 前端组 in it, 市场部, Vertrieb; groups, one nested in another."""
    entries = [
        entry(SUFFIX, objectClass=["dcObject", "organization"], o="海桥科技"),
        *(entry(f"ou={name},{SUFFIX}", objectClass="organizationalUnit") for name in ("people", "groups", "services")),
        entry(READER, objectClass=["applicationProcess", "simpleSecurityObject"], userPassword=READER_PASSWORD),
        entry(BLIND, objectClass=["applicationProcess", "simpleSecurityObject"], userPassword=READER_PASSWORD),
        entry(f"ou=研发部,{PEOPLE}", objectClass="organizationalUnit"),
        entry(f"ou=前端组,ou=研发部,{PEOPLE}", objectClass="organizationalUnit"),
        entry(f"ou=市场部,{PEOPLE}", objectClass="organizationalUnit"),
        entry(f"ou=Vertrieb,{PEOPLE}", objectClass="organizationalUnit"),
        entry(f"ou=empty,{PEOPLE}", objectClass="organizationalUnit"),
        person("sunwukong", "孙悟空", "ou=研发部", title="工程师", mobile="+86 138 0000 1001"),
        person("zhubajie", "猪八戒", "ou=前端组,ou=研发部", manager=f"uid=sunwukong,ou=研发部,{PEOPLE}"),
        person("shaseng", "沙僧", "ou=前端组,ou=研发部", manager=f"uid=sunwukong,ou=研发部,{PEOPLE}"),
        person("tangseng", "唐僧", "ou=市场部", employeeNumber="0007"),
        person("jgross", "Jürgen Groß", "ou=Vertrieb", title="Außendienst"),
        person("amueller", "Änne Müller-Lüdenscheidt", "ou=Vertrieb", manager=f"uid=jgross,ou=Vertrieb,{PEOPLE}"),
        entry(
            f"cn=值班,{GROUPS}",
            objectClass="groupOfNames",
            member=[f"uid=shaseng,ou=前端组,ou=研发部,{PEOPLE}", f"cn=sales,{GROUPS}"],
        ),
        entry(f"cn=sales,{GROUPS}", objectClass="groupOfNames", member=f"uid=jgross,ou=Vertrieb,{PEOPLE}"),
    ]
    return "\n".join(entries)


def person(uid: str, name: str, where: str, **values: str | bytes | Sequence[str]) -> str:
    given: dict[str, Any] = {"cn": name, "sn": name, "mail": f"{uid}@haiqiao.example", "userPassword": PASSWORD}
    return entry(f"uid={uid},{where},{PEOPLE}", objectClass="inetOrgPerson", **given | values)


def entry(dn: str, **values: str | bytes | Sequence[str]) -> str:
    """An LDIF record; the value that the DN names need not be given."""
    name, _, value = dn.partition(",")[0].partition("=")
    whole: dict[str, Any] = {name: value} | values
    lines = [f"dn:: {_encoded(dn)}"]
    lines += [f"{name}:: {_encoded(each)}" for name, some in whole.items() for each in _values(some)]
    return "\n".join(lines) + "\n"


def certify(place: Path, name: str = "127.0.0.1", prefix: str = "") -> None:
    """A certificate authority, and a certificate of it for this address."""
    now = datetime.datetime.now(datetime.UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "wecom tests")])

    def signed(subject: x509.Name, public: Any, extension: Any, critical: bool) -> x509.Certificate:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        builder = builder.serial_number(x509.random_serial_number()).add_extension(extension, critical=critical)
        dated = builder.not_valid_before(now - datetime.timedelta(days=1))
        return dated.not_valid_after(now + datetime.timedelta(days=2)).sign(ca_key, hashes.SHA256())

    authority = signed(issuer, ca_key.public_key(), x509.BasicConstraints(ca=True, path_length=None), True)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))])
    server = signed(subject, key.public_key(), names, False)
    (place / f"{prefix}ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (place / f"{prefix}server.pem").write_bytes(server.public_bytes(serialization.Encoding.PEM))
    kept = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (place / f"{prefix}server.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *kept))


def _values(value: str | bytes | Sequence[str] | Mapping[str, str]) -> list[bytes]:
    some = [value] if isinstance(value, str | bytes) else list(value)
    return [each if isinstance(each, bytes) else each.encode() for each in some]


def _encoded(value: str | bytes) -> str:
    return base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
