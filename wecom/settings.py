"""Every setting: its type, its default and one sentence; read once, passed on, frozen.

Each is an environment variable, `WECOM_` and the name in capitals. A secret may also be given as the
path of a file that holds it: `WECOM_SECRET_KEY_FILE`. `WECOM_SETTINGS` names a file of such variables, as
`wecom settings` prints one; what is in the environment wins over it.

Some may be changed in the console while the server runs (`CHANGEABLE` in `features/settings`); what is set there is
kept in the database and wins over all else. Whoever was handed the settings then reads the new value, so none of these
may be copied when a process starts: read it where it is used.
"""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

FILE = "WECOM_SETTINGS"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SHORTEST_KEY = 32
MOST = 1_000_000_000
"""What no count needs to exceed: whatever is reckoned from it still fits where it is kept."""


def _split(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _line(value: str) -> str:
    value = " ".join(value.split())
    if not value or not value.isprintable():
        raise ValueError("a name is a line of letters, digits and signs: write another")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError):
        raise ValueError(f"{value!r} is no IANA time zone: write, for example, Asia/Shanghai") from None
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    if 0 < len(value.get_secret_value()) < SHORTEST_KEY:
        raise ValueError(
            f"a key of fewer than {SHORTEST_KEY} characters can be guessed: write, for example, 64 hex digits"
        )
    return value


class SettingsError(Exception):
    """A setting cannot be used as it is."""


class Settings(BaseModel):
    """What an operator may decide."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Field(Path("data"), description="Where files, keys and the embedded servers' data lie.")
    host: str = Field("127.0.0.1", description="The address to listen on; 0.0.0.0 for all.")
    port: int = Field(8080, ge=0, le=65535, description="The port to listen on; 0 picks a free one.")
    public_url: str = Field(
        "", description="The address people use, as https://chat.example.com; empty: the one listened on."
    )
    tls_certificate: Path | None = Field(None, description="A PEM certificate chain, to speak TLS without a proxy.")
    tls_key: Path | None = Field(None, description="The certificate's private key, in PEM.")
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(_split)] = Field(
        (), description="Networks whose X-Forwarded-For is believed, separated by commas."
    )
    processes: int = Field(0, ge=0, le=64, description="Web processes; 0: one for each core.")
    database_url: SecretStr = Field(
        SecretStr(""), description="Postgres, as postgresql://user:password@host/name; empty: one of our own."
    )
    database_owner_url: SecretStr = Field(
        SecretStr(""),
        description="The same database as the schema's owner, for migrations; empty: database_url.",
    )
    database_connections: int = Field(10, ge=2, le=200, description="Connections that each process may open.")
    redis_url: SecretStr = Field(
        SecretStr(""), description="Valkey or Redis, as redis://host:6379/0; empty: one of our own."
    )
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] = Field(
        SecretStr(""),
        description="What tokens are signed with, at least 32 characters; empty: made once in data_dir.",
    )
    corpid: str = Field(
        "",
        pattern=r"^(w[wx][0-9A-Za-z]{16})?$",
        description="The company's id in WeCom's API; empty: made once.",
    )
    company_name: Annotated[str, AfterValidator(_line)] = Field(
        "wecom",
        min_length=1,
        max_length=64,
        description="The company's name, for a new database; afterwards it is changed in the console.",
    )
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        "Asia/Shanghai", description="The company's IANA time zone, for a new database."
    )
    ldap_config: Path | None = Field(
        None, description="How the company's LDAP directory is read, in TOML (docs/ldap.md); empty: there is none."
    )
    ldap_bind_password: SecretStr = Field(
        SecretStr(""), description="The password of the account that reads the LDAP directory."
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="The least severe lines that are logged."
    )
    log_requests: bool = Field(False, description="Log a line for every request, not only for those that failed.")
    metrics_token: SecretStr = Field(
        SecretStr(""), description="A bearer token that may read /metrics from elsewhere, or where there is a proxy."
    )
    session_days: int = Field(30, ge=1, le=400, description="Days until a session that is not used ends.")
    recall_minutes: int = Field(2, ge=0, le=10080, description="Minutes in which senders may take their messages back.")
    sign_in_per_account: int = Field(
        10, ge=1, le=MOST, description="Wrong passwords for one account from one device or network in five minutes."
    )
    sign_in_by_strangers: int = Field(
        100,
        ge=1,
        le=MOST,
        description="Wrong passwords for one account in five minutes, from all where it never signed in before.",
    )
    sign_in_per_address: int = Field(
        100, ge=1, le=MOST, description="Wrong passwords from one address in five minutes, for all accounts."
    )
    join_requests: bool = Field(
        True, description="Whether people may ask to join by the company's QR code; HR decides about each."
    )
    join_requests_per_address: int = Field(
        60, ge=1, le=MOST, description="Requests to join from one address in an hour."
    )
    join_requests_per_address_day: int = Field(
        200, ge=1, le=MOST, description="Requests to join from one address in a day."
    )
    join_requests_per_day: int = Field(1000, ge=1, le=MOST, description="Requests to join in a day, from everywhere.")
    own_pictures: bool = Field(True, description="Whether members choose the picture beside their own name.")
    push_text: bool = Field(
        True, description="Whether pushes may carry who wrote and what, to those members who ask for it."
    )
    push_after_seconds: float = Field(
        3,
        ge=0.5,
        le=60,
        allow_inf_nan=False,
        description="Seconds after which a message that no device of a member has shown is pushed.",
    )
    push_contact: str = Field(
        "",
        pattern=r"^((mailto|https):[!-~]+)?$",
        description="Whom push services can turn to, as mailto:it@example.com; empty: public_url.",
    )
    push_networks: Annotated[tuple[Network, ...], BeforeValidator(_split)] = Field(
        (), description="Networks of push services that are not on the internet, separated by commas."
    )
    message_rate: int = Field(
        600, ge=1, le=MOST, description="Messages that one member may send in a minute, on all devices."
    )
    search_rate: int = Field(
        120, ge=1, le=MOST, description="Searches of messages that one member may make in a minute."
    )
    upload_mb: int = Field(100, ge=1, le=4096, description="Megabytes that a file in a message may have.")
    upload_waiting_mb: int = Field(
        1000, ge=1, le=MOST, description="Megabytes that one member may have uploaded and not sent yet."
    )
    disk_free_mb: int = Field(
        1024, ge=0, le=MOST, description="Megabytes of the disk that files leave free: the database needs them."
    )
    account_cap: int = Field(10000, ge=1, le=MOST, description="Accounts that WeCom's quotas are reckoned from.")
    app_message_per_account: int = Field(
        200, ge=0, le=MOST, description="Person-times that an app may send in a day, times account_cap; 0: no limit."
    )
    app_message_per_minute: int = Field(
        30, ge=0, le=MOST, description="Messages of one app to one member in a minute; 0: no limit."
    )
    app_message_per_hour: int = Field(
        1000, ge=0, le=MOST, description="Messages of one app to one member in an hour; 0: no limit."
    )
    api_per_minute: int = Field(
        10000, ge=0, le=MOST, description="Calls of one WeCom API in a minute, by all apps; 0: no limit."
    )
    api_per_hour: int = Field(
        150000, ge=0, le=MOST, description="Calls of one WeCom API in an hour, by all apps; 0: no limit."
    )
    api_per_address: int = Field(
        20000, ge=0, le=MOST, description="Calls of one WeCom API in a minute, from one address; 0: no limit."
    )
    api_per_address_hour: int = Field(
        600000, ge=0, le=MOST, description="Calls of one WeCom API in an hour, from one address; 0: no limit."
    )
    page_tickets_per_hour: int = Field(
        400,
        ge=0,
        le=MOST,
        description="Times in an hour that all apps ask for tickets of one kind for the JS-SDK; 0: no limit.",
    )
    page_tickets_per_app: int = Field(
        100, ge=0, le=MOST, description="Times in an hour that one app asks for tickets of one kind; 0: no limit."
    )
    number_misses_per_day: int = Field(
        500,
        ge=0,
        le=MOST,
        description="Mobile numbers and e-mail addresses in a day that an app asks for and nobody has, before it may "
        "ask for no more; 0: no limit.",
    )
    robot_per_minute: int = Field(
        20, ge=0, le=MOST, description="Messages of one group robot in a minute; 0: no limit."
    )
    pictures_per_day: int = Field(
        1000, ge=0, le=MOST, description="Pictures for pages that may be uploaded in a day; 0: no limit."
    )
    pictures_per_month: int = Field(3000, ge=0, le=MOST, description="Pictures for pages in thirty days; 0: no limit.")
    appchat_create_per_day: int = Field(
        1000, ge=0, le=MOST, description="App chats that may be made in a day; 0: no limit."
    )
    appchat_update_per_hour: int = Field(
        1000, ge=0, le=MOST, description="Changes to app chats in an hour; 0: no limit."
    )
    appchat_person_per_minute: int = Field(
        20000, ge=0, le=MOST, description="Person-times sent to app chats in a minute; 0: no limit."
    )
    appchat_person_per_hour: int = Field(
        300000, ge=0, le=MOST, description="Person-times sent to app chats in an hour; 0: no limit."
    )
    appchat_member_per_minute: int = Field(
        200, ge=0, le=MOST, description="App chat messages to one member in a minute; 0: no limit."
    )
    appchat_member_per_day: int = Field(
        10000, ge=0, le=MOST, description="App chat messages to one member in a day; 0: no limit."
    )

    @property
    def speaks_plain(self) -> bool:
        """Whether people come here by http, as on a trial: then apps may do with it, too."""
        return not self.public_url.startswith("https:")

    @classmethod
    def read(cls, environ: Mapping[str, str], **given: Any) -> "Settings":
        """From the environment; `given` (the command line) wins. Raises `SettingsError`."""
        environ = {**_written_in(environ.get(FILE, "")), **environ}
        values: dict[str, Any] = {}
        for name, field in cls.model_fields.items():
            variable = f"WECOM_{name.upper()}"
            if variable in environ:
                if environ[variable] or not isinstance(field.default, Path | None):  # no path is not the one here
                    values[name] = environ[variable]
            elif field.annotation is SecretStr and (path := environ.get(f"{variable}_FILE")):
                try:
                    values[name] = Path(path).read_text().strip()
                except OSError as problem:
                    raise SettingsError(f"{variable}_FILE: {problem}") from None
        try:
            settings = cls(**values | {name: value for name, value in given.items() if value is not None})
        except ValidationError as problem:
            first = problem.errors()[0]
            where = "_".join(str(part) for part in first["loc"][:1]).upper()
            raise SettingsError(f"WECOM_{where}: {first['msg']}") from None
        if (settings.tls_certificate is None) != (settings.tls_key is None):
            raise SettingsError("WECOM_TLS_CERTIFICATE and WECOM_TLS_KEY go together: give both or neither")
        return settings

    def become(self, now: "Settings") -> None:
        """Take on all values of others, under everybody who reads them: for what administrators changed, alone."""
        self.__dict__.update(now.__dict__)


Source = Literal["default", "environment", "file", "database"]


def given_in(environ: Mapping[str, str]) -> dict[str, Source]:
    """Where each setting stands that is given: in the environment, or in the file that it names."""
    try:
        written = _written_in(environ.get(FILE, ""))
    except SettingsError:  # it was there when the settings were read
        written = {}
    found: dict[str, Source] = {}
    for name in Settings.model_fields:
        variables = f"WECOM_{name.upper()}", f"WECOM_{name.upper()}_FILE"
        if any(each in environ for each in variables):
            found[name] = "environment"
        elif any(each in written for each in variables):
            found[name] = "file"
    return found


def _written_in(path: str) -> dict[str, str]:
    """The variables that a file sets, a line for each; a value may stand in quotes."""
    if not path:
        return {}
    try:
        lines = Path(path).read_text().splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{FILE}: {problem}") from None
    found = {}
    for number, line in enumerate(lines, 1):
        if not (line := line.strip()) or line.startswith("#"):
            continue
        name, given, value = line.removeprefix("export ").partition("=")
        name, value = name.strip(), value.strip()
        known = name.removeprefix("WECOM_").removesuffix("_FILE").lower() in Settings.model_fields
        if not (given and known and name.startswith("WECOM_")):
            raise SettingsError(f"{path}, line {number}: {name[:40]!r} is no setting: `wecom settings` prints them all")
        found[name] = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
    return found
