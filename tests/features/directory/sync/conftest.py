"""A directory of their own for each test, and the company that is brought to it."""

import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wecom.features import directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING, Member
from wecom.features.directory.sync import LdapSource, parse_config
from wecom.features.lifecycle import Synced
from wecom.foundation.db import Pool, transaction

from .controller import DomainController, domain_controller, domain_for_all
from .slapd import GROUPS, PEOPLE, READER, READER_PASSWORD, Slapd, slapd

Sync = Callable[..., Awaitable[Synced]]


@pytest.fixture
def ldap_server(tmp_path: Path) -> Iterator[Slapd]:
    with slapd(tmp_path / "slapd") as server:
        yield server


@pytest.fixture(scope="session")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An Active Directory, the same for all processes of this run."""
    own = tmp_path_factory.getbasetemp()
    return domain_for_all(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture
def controller(domain: Path) -> Iterator[DomainController]:
    with domain_controller(domain) as server:
        yield server


def config_text(server: Slapd, more: str = "", *, people: str = "", head: str = "") -> str:
    """The configuration for a server, as somebody would write it."""
    return f"""
preset = "openldap"
urls = ["{server.url}"]
bind_dn = "{READER}"
{head}
[people]
bases = ["{PEOPLE}"]
{people}
[tags]
bases = ["{GROUPS}"]
{more}
"""


@pytest.fixture
def source(ldap_server: Slapd) -> LdapSource:
    return source_of(config_text(ldap_server))


def source_of(text: str, password: str = READER_PASSWORD) -> LdapSource:
    config = parse_config(text)
    return LdapSource(config, config.server(password))


@pytest.fixture
async def founded(pool: Pool) -> Pool:
    async with transaction(pool) as tx:
        await directory.found_company(tx, name="海桥科技", timezone="Asia/Shanghai")
    return pool


@pytest.fixture
def sync_all(founded: Pool, source: LdapSource) -> Sync:
    async def run(given: LdapSource = source, **how: Any) -> Synced:
        return await lifecycle.sync_all(founded, given, SYSTEM, **how)

    return run


async def member(pool: Pool, userid: str) -> Member:
    found = await directory.member_by_userid(pool, userid, seen_by=EVERYTHING)
    assert found, userid
    return found
