"""How the company's LDAP directory is to be read: a TOML file that WECOM_LDAP_CONFIG names.

What a kind of server calls things is a preset, so a file says where the server is and what differs.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from wecom.foundation.errors import Invalid

from .. import ldap
from ..ldap_model import Server
from ..model import MemberFields

FIELDS = ("name", "alias", "english_name", "mobile", "telephone", "email", "biz_mail", "position", "address")
"""What of a member may come from an attribute as it is."""

IN_GROUP = re.compile(r"(?i)\(\s*memberOf(?::[^=()]*:)?=([^()*]+)\)")
MEMBER = ("member", "uniqueMember", "memberUid")
"""Of groupOfNames, groupOfUniqueNames, posixGroup."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")

Preset = Literal["openldap", "389ds", "freeipa", "ad"]
Ways = Literal["auto", "syncrepl", "usn", "timestamp", "off"]
From = Literal["tree", "attribute", "groups", "none"]


class InvalidLdapConfig(Invalid):
    """The LDAP configuration cannot be used as it is: correct it."""


def _named(fields: dict[str, str]) -> dict[str, str]:
    if unknown := [name for name in fields if name not in (*FIELDS, "userid")]:
        raise ValueError(f"there is no field {unknown[0]!r}: choose from userid, {', '.join(FIELDS)}")
    return fields


def _bases(bases: tuple[str, ...]) -> tuple[str, ...]:
    if bad := [base for base in bases if not ldap.is_dn(base)]:
        raise ValueError(f"{bad[0]!r} is no distinguished name")
    return bases


def _several(given: object) -> object:
    return (given,) if isinstance(given, str) else given


Names = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""Attributes; one may be written without a list."""

Bases = Annotated[tuple[str, ...], AfterValidator(_bases)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class People(Part):
    """Who are members, and what is known of them."""

    bases: Bases = Field(min_length=1, description="Below which entries people lie.")
    filter: str = Field(description="Which of these are people.")
    id: str = Field(description="The attribute that stays the same whatever else changes.")
    fields: Annotated[dict[str, str], AfterValidator(_named)] = Field(
        description="Attributes by the member's field; userid and name are needed."
    )
    attributes: dict[str, str] = Field({}, description="LDAP attributes by the extended attribute that shows them.")
    leader: str = Field("", description="The attribute with the DN of whom they report to; empty: none.")
    photo: str = Field("", description="The attribute with their picture, in JPEG or PNG; empty: none.")
    disabled: tuple[str, ...] = Field(
        (), description="Any of these bars somebody: attribute=value, attribute&bits, or attribute<now."
    )
    adopt: Literal["nobody", "members", "everyone"] = Field(
        "members",
        description="Which members who were here before are taken for the entry of their userid; "
        "members: those without a role.",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not {"userid", "name"} <= set(self.fields):
            raise ValueError("fields: userid and name are needed")
        return self


class Departments(Part):
    """Which departments there are, and who is in which."""

    source: From = Field(
        "tree", alias="from", description="Organizational units, an attribute of people, groups, or none of them."
    )
    bases: Bases = Field((), description="Below which entries they lie; empty: where the people do.")
    filter: str = Field("", description="Which of these entries are departments.")
    id: str = Field("", description="As for people; empty: the same.")
    name: str = Field("ou", description="The attribute with a department's name.")
    attribute: str = Field("department", description="from = attribute: what of a person names the department.")
    separator: str = Field("", description="from = attribute: what stands between departments above each other.")
    member: Names = Field(MEMBER, description="from = groups: attributes with the members.")
    under: int = Field(1, ge=1, description="The department that all of them lie under.")


class Tags(Part):
    """Groups that become tags."""

    bases: Bases = Field((), description="Below which entries the groups lie; empty: no tags.")
    filter: str = Field(description="Which of these are groups.")
    id: str = Field("", description="As for people; empty: the same.")
    name: str = "cn"
    member: Names = Field(MEMBER, description="Attributes with the members: DNs, or userids; all that there are count.")
    nested: bool = Field(True, description="Whether members of groups in a group are its members too.")
    adopt: Literal["empty", "all"] = Field(
        "empty",
        description="Which tags that were here before are taken for the group of their name; empty: those on nothing.",
    )


class Guards(Part):
    """How much may go at once before somebody must look; the defaults are WeCom's own."""

    fewest_percent: int = Field(
        50,
        ge=0,
        le=100,
        description="Refuse fewer people than this share of the last time, or of who has a field.",
    )
    disable_most: int = Field(50, ge=0, description="Up to so many, disable_small_percent counts.")
    disable_percent: int = Field(20, ge=0, le=100, description="Above disable_most: the largest share to disable.")
    disable_small_percent: int = Field(80, ge=0, le=100, description="The largest share of a few to disable or let in.")


class SignIn(Part):
    bind: bool = Field(True, description="Whether people sign in with their LDAP password.")
    local_passwords: bool = Field(False, description="Whether a password that was set here also serves.")


class LdapConfig(Part):
    """The whole file."""

    preset: Preset
    urls: tuple[str, ...] = Field(min_length=1, description="ldaps://, ldap:// or ldapi://; tried in this order.")
    start_tls: bool = Field(False, description="Whether ldap:// is made safe by StartTLS.")
    plain: bool = Field(False, description="Whether passwords may cross a network unencrypted.")
    ca_file: Path | None = Field(None, description="Who signed the servers' certificates; else the system's.")
    bind_dn: str = Field("", description="The account to read with; its password: WECOM_LDAP_BIND_PASSWORD.")
    timeout: float = Field(60, ge=1, le=600, description="Seconds to wait for one answer.")
    page: int = Field(1000, ge=10, le=10_000, description="Entries asked for at a time.")
    full_minutes: int = Field(60, ge=5, le=10_080, description="Minutes between full comparisons; 0 is not offered.")
    incremental: Ways = Field("auto", description="How changes are learned of in between.")
    poll_seconds: int = Field(30, ge=5, le=3600, description="Between questions, where the server does not tell.")
    people: People
    departments: Departments = Departments()
    tags: Tags = Field(Tags(filter="(objectClass=groupOfNames)"))
    guards: Guards = Guards()
    sign_in: SignIn = SignIn()

    @model_validator(mode="after")
    def _safe(self) -> Self:
        for url in self.urls:
            parts = urlsplit(url)
            if parts.scheme not in ("ldap", "ldaps", "ldapi"):
                raise ValueError(f"urls: {url!r} is no LDAP URL: write, for example, ldaps://ldap.example.com")
            if self.start_tls and parts.scheme != "ldap":
                raise ValueError(f"start_tls: {url!r} cannot be made safe so: write ldap://, or leave start_tls out")
            near = parts.scheme != "ldap" or parts.hostname in LOOPBACK
            if not (near or self.start_tls or self.plain):
                raise ValueError(f"urls: {url!r} would carry passwords unencrypted: use ldaps:// or start_tls")
        return self

    def server(self, password: str) -> Server:
        ca_file = str(self.ca_file) if self.ca_file else None
        return Server(self.urls, self.bind_dn, password, self.start_tls, ca_file, self.timeout, self.page)

    @property
    def department_bases(self) -> tuple[str, ...]:
        return self.departments.bases or self.people.bases

    @property
    def groups_that_count(self) -> tuple[str, ...]:
        """Groups whose members are people, or are barred: what changes in them changes no person's entry."""
        named = IN_GROUP.findall(" ".join([self.people.filter, *(f"({rule})" for rule in self.people.disabled)]))
        groups = {ldap.dn_key(dn): dn for dn in map(ldap.unescaped, named) if ldap.is_dn(dn)}
        return tuple(groups.values())

    @property
    def ends_by_the_clock(self) -> bool:
        """Whether people may be barred without any change of their entries."""
        return any("<" in rule for rule in self.people.disabled)

    @property
    def owned(self) -> tuple[str, ...]:
        """The member's fields that are maintained in LDAP, as `MemberFields` calls them."""
        fields = [name for name in MemberFields.__annotations__ if name in self.people.fields]
        fields += ["userid", *(f"attributes.{name}" for name in self.people.attributes)]
        fields += ["leader_ids"] * bool(self.people.leader)
        fields += ["avatar"] * bool(self.people.photo)
        fields += ["departments"] * (self.departments.source != "none")
        return (*fields, *["password"] * (self.sign_in.bind and not self.sign_in.local_passwords))


INET = {
    "userid": "uid",
    "name": "cn",
    "email": "mail",
    "mobile": "mobile",
    "telephone": "telephoneNumber",
    "position": "title",
}
GROUPS = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))"
PRESETS: dict[Preset, dict[str, dict[str, Any]]] = {
    "openldap": {
        "people": {
            "filter": "(objectClass=inetOrgPerson)",
            "id": "entryUUID",
            "fields": INET,
            "leader": "manager",
            # Not any pwdAccountLockedTime: most are locks of minutes, after wrong passwords.
            "disabled": ["pwdAccountLockedTime=000001010000Z"],
        },
        "departments": {"filter": "(objectClass=organizationalUnit)"},
        "tags": {"filter": GROUPS},
    },
    "389ds": {
        "people": {
            "filter": "(objectClass=inetOrgPerson)",
            "id": "nsUniqueId",
            "fields": INET,
            "leader": "manager",
            "disabled": ["nsAccountLock=TRUE"],
        },
        "departments": {"filter": "(objectClass=organizationalUnit)"},
        "tags": {"filter": GROUPS},
    },
    "freeipa": {
        "people": {
            "filter": "(objectClass=posixAccount)",
            "id": "ipaUniqueID",
            "fields": INET,
            "leader": "manager",
            "disabled": ["nsAccountLock=TRUE"],
        },
        "departments": {"from": "none", "filter": "(objectClass=ipaUserGroup)", "name": "cn"},
        "tags": {"filter": "(objectClass=ipaUserGroup)", "member": "member"},
    },
    "ad": {
        "people": {
            "filter": "(&(objectCategory=person)(objectClass=user))",
            "id": "objectGUID",
            "fields": INET | {"userid": "sAMAccountName", "name": "displayName"},
            "leader": "manager",
            "disabled": ["userAccountControl&2", "accountExpires<now"],
        },
        "departments": {"filter": "(objectClass=organizationalUnit)"},
        "tags": {"filter": "(objectClass=group)", "member": "member"},
    },
}


def read_config(path: Path) -> LdapConfig:
    """From a file; raises `InvalidLdapConfig`, naming the key that is wrong."""
    try:
        return parse_config(path.read_text(encoding="utf-8"), called=str(path))
    except (OSError, UnicodeDecodeError) as problem:
        raise InvalidLdapConfig(f"WECOM_LDAP_CONFIG: {problem}.") from None


def parse_config(text: str, *, called: str = "the LDAP configuration") -> LdapConfig:
    try:
        given = tomllib.loads(text)
        return LdapConfig.model_validate(_with_preset(given))
    except tomllib.TOMLDecodeError as problem:
        raise InvalidLdapConfig(f"{called} is not TOML: {problem}.") from None
    except ValidationError as problem:
        first = problem.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        says = first["msg"].removeprefix("Value error, ")
        raise InvalidLdapConfig(f"{called}: {f'{key}: ' if key else ''}{says}.", key=key) from None


def _with_preset(given: dict[str, Any]) -> dict[str, Any]:
    """What is given, over what the preset says; `fields` are added to one by one, and an empty one takes away."""
    preset: Mapping[str, dict[str, Any]] = PRESETS.get(given.get("preset"), {})  # type: ignore[arg-type]
    whole = dict(given)
    for name, defaults in preset.items():
        said = given.get(name, {})
        if not isinstance(said, dict):
            continue
        whole[name] = defaults | said
        if isinstance(own := said.get("fields"), dict) and "fields" in defaults:
            whole[name]["fields"] = {key: value for key, value in (defaults["fields"] | own).items() if value != ""}
    return whole
