"""An error never looks like nobody: each way in which others barred whole companies, made to happen."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from wecom.features import accounts, directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory.ldap_refusals import (
    LdapBindRefused,
    LdapIncomplete,
    LdapNotThere,
    LdapNotTrusted,
    LdapUnreachable,
)
from wecom.features.directory.sync import AlreadySyncing, SyncRefused, queries, read_all
from wecom.foundation.db import Pool, transaction
from wecom.foundation.errors import WecomError

from .conftest import Sync, config_text, member, source_of
from .slapd import BLIND, GROUPS, PEOPLE, READER, SUFFIX, Slapd, certify, company, entry, person, slapd


async def everybody(pool: Pool) -> dict[str, bool]:
    return {userid: (await member(pool, userid)).enabled for userid in ("sunwukong", "zhubajie", "tangseng", "jgross")}


@pytest.mark.parametrize(
    ("more", "people", "head", "refusal"),
    [
        ("", f'bases = ["ou=nobody,{SUFFIX}"]', "", LdapNotThere),
        ("", f'bases = ["ou=services,{SUFFIX}"]', "", LdapIncomplete),
        ("", f'bases = ["{PEOPLE}"]\nfilter = "(uid=nobody)"', "", LdapIncomplete),
        ("", f'bases = ["{PEOPLE}"]\nid = "carLicense"', "", LdapIncomplete),
        ("", f'bases = ["{PEOPLE}", "ou=gone,{PEOPLE}"]', "", LdapNotThere),
        ("", f'bases = ["{PEOPLE}"]', f'bind_dn = "{BLIND}"', LdapNotThere),
        ("", f'bases = ["{PEOPLE}"]', 'bind_dn = "cn=who,dc=example"', LdapBindRefused),
    ],
    ids=[
        "no such base",
        "an empty base",
        "a filter for nobody",
        "no identity",
        "one base of two",
        "no rights",
        "no account",
    ],
)
async def test_what_is_wrong_is_said_and_nobody_is_touched(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, more: str, people: str, head: str, refusal: type[WecomError]
) -> None:
    await sync_all()
    text = config_text(ldap_server, more).replace(f'bases = ["{PEOPLE}"]', people, 1)
    text = text.replace(f'bind_dn = "{READER}"', head) if head else text
    with pytest.raises(refusal):
        await sync_all(source_of(text))
    assert all((await everybody(founded)).values())
    run = (await queries.runs(founded, 1))[0]
    assert (run.outcome, run.ended_at is not None) == ("failed", True)
    assert run.says


async def test_an_account_that_sees_the_base_and_nobody_in_it_bars_nobody(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    ldap_server.stop()
    only_base = (
        f'access to dn.base="{PEOPLE}" by * read\naccess to dn.base="{GROUPS}" by * read\naccess to attrs=userPassword'
    )
    conf = (ldap_server.place / "slapd.conf").read_text()
    (ldap_server.place / "slapd.conf").write_text(
        conf.replace("access to attrs=userPassword", only_base, 1).replace(f'by dn.base="{READER}" read', "")
    )
    ldap_server.start()
    with pytest.raises(LdapIncomplete, match="No people were found"):
        await sync_all()
    assert all((await everybody(founded)).values())


async def test_a_limit_that_cuts_the_answer_is_said(tmp_path: Path) -> None:
    with slapd(tmp_path / "limited", limits="", sizelimit="3") as server:
        with pytest.raises(LdapIncomplete, match="limit"):
            read_all(source_of(config_text(server)).server, source_of(config_text(server)).config)


async def test_a_server_that_dies_in_the_middle_of_an_answer_changes_nothing(tmp_path: Path, founded: Pool) -> None:
    many = company() + "\n" + "\n".join(person(f"p{n:03}", f"Person {n}", "ou=Vertrieb") for n in range(60))
    with slapd(tmp_path / "many", many) as server:
        whole = source_of(config_text(server, head="page = 10"))
        await lifecycle.sync_all(founded, whole, SYSTEM)
        with cut_after(server.port, 9_000) as port:
            cut = source_of(config_text(server, head="page = 10").replace(str(server.port), str(port)))
            with pytest.raises((LdapUnreachable, LdapIncomplete)):
                await lifecycle.sync_all(founded, cut, SYSTEM)
        assert all((await everybody(founded)).values())
        run = (await queries.runs(founded, 1))[0]
        assert (run.outcome, run.counts) == ("failed", {})


async def test_what_lies_on_another_server_is_neither_followed_nor_missed(tmp_path: Path, founded: Pool) -> None:
    elsewhere = entry(
        f"ou=Ausland,{PEOPLE}", objectClass=["referral", "extensibleObject"], ref="ldap://192.0.2.1/ou=x,dc=y"
    )
    with slapd(tmp_path / "referring", company() + "\n" + elsewhere) as server:
        synced = await lifecycle.sync_all(founded, source_of(config_text(server)), SYSTEM)
        assert [each.kind for each in synced.problems] == ["server"]
        assert "192.0.2.1" in synced.problems[0].what


async def test_a_certificate_of_somebody_else_is_not_trusted(ldap_server: Slapd, tmp_path: Path) -> None:
    certify(tmp_path, prefix="other-")

    def reading(head: str, url: str) -> None:
        source = source_of(config_text(ldap_server, head=head).replace(ldap_server.url, url))
        read_all(source.server, source.config)

    good, bad = f'ca_file = "{ldap_server.ca_file}"', f'ca_file = "{tmp_path}/other-ca.pem"'
    reading(good, ldap_server.tls_url)
    reading(f"{good}\nstart_tls = true", ldap_server.url)
    for head, url in ((bad, ldap_server.tls_url), (f"{bad}\nstart_tls = true", ldap_server.url)):
        with pytest.raises(LdapNotTrusted, match=r"ca_file|trusted"):
            reading(head, url)


@pytest.mark.parametrize("first", ["ldap://127.0.0.1:9", "ldapi://%2Fnowhere"])
async def test_a_server_that_is_asked_second_must_be_trusted_too(
    ldap_server: Slapd, tmp_path: Path, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    certify(tmp_path, prefix="other-")
    monkeypatch.setenv("LDAPTLS_REQCERT", "never")
    urls = f'urls = ["{first}", "{ldap_server.tls_url.replace("ldaps", "LDAPS")}"]'

    def reading(ca_file: str) -> str:
        text = config_text(ldap_server, head=f'ca_file = "{ca_file}"').replace(f'urls = ["{ldap_server.url}"]', urls)
        source = source_of(text)
        return read_all(source.server, source.config).url

    assert reading(str(ldap_server.ca_file)) == ldap_server.tls_url.replace("ldaps", "LDAPS")
    with pytest.raises(LdapNotTrusted, match=r"ca_file|trusted"):
        reading(f"{tmp_path}/other-ca.pem")


async def test_the_next_server_is_asked_when_one_is_away(ldap_server: Slapd) -> None:
    text = config_text(ldap_server).replace('urls = ["', 'urls = ["ldap://127.0.0.1:9", "')
    source = source_of(text)
    assert read_all(source.server, source.config).url == ldap_server.url


async def test_too_many_at_once_are_barred_only_when_somebody_says_so(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    for userid, unit in (
        ("sunwukong", "研发部"),
        ("zhubajie", "前端组,ou=研发部"),
        ("shaseng", "前端组,ou=研发部"),
        ("tangseng", "市场部"),
        ("jgross", "Vertrieb"),
    ):
        ldap_server.delete(f"uid={userid},ou={unit},{PEOPLE}")
    with pytest.raises(SyncRefused, match="1 people, and 6 the last time"):
        await sync_all()
    dry = await sync_all(dry_run=True)
    assert dry.refusal
    assert dry.plan.going == 5
    assert all((await everybody(founded)).values())
    with pytest.raises(SyncRefused):
        await sync_all(allowed=4)
    run = (await queries.runs(founded, 1))[0]
    plan, _ = await queries.details_of(founded, run.id)
    assert run.outcome == "refused"
    assert sum(line.endswith("disabled, not in LDAP any more") for line in plan) == 5, "whoever looks sees who it was"
    await sync_all(allowed=5)
    assert not any((await everybody(founded)).values())


async def test_a_flag_that_bars_everybody_is_refused_as_well(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    await sync_all()
    mistaken = config_text(ldap_server, people='disabled = ["objectClass=inetOrgPerson"]')
    with pytest.raises(SyncRefused, match="6 of 6 members would be disabled"):
        await sync_all(source_of(mistaken))
    assert all((await everybody(founded)).values())


async def test_the_last_administrator_stays_and_so_does_who_was_never_in_ldap(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    wukong = await member(founded, "sunwukong")
    async with transaction(founded) as tx:
        await accounts.grant(tx, SYSTEM, wukong.id, "administrator")
        await directory.add_member(tx, SYSTEM, "notfall", name="Notfall", mobile="13800000000")
    ldap_server.delete(f"uid=sunwukong,ou=研发部,{PEOPLE}")
    synced = await sync_all()
    assert (await member(founded, "sunwukong")).enabled
    assert (await member(founded, "notfall")).enabled
    assert any("last administrator" in each.message for each in synced.problems)


async def test_two_at_once_take_turns(founded: Pool, sync_all: Sync) -> None:
    answers = await asyncio.gather(*(sync_all() for _ in range(3)), return_exceptions=True)
    refused = [each for each in answers if isinstance(each, BaseException)]
    assert refused and len(refused) < 3, answers
    assert all(isinstance(each, AlreadySyncing) for each in refused), refused


@contextmanager
def cut_after(port: int, most: int) -> Iterator[int]:
    """A way to a server that breaks off once it has carried so many bytes back."""
    listener = socket.create_server(("127.0.0.1", 0))

    def carry(source: socket.socket, target: socket.socket, left: int) -> None:
        while left > 0 and (some := source.recv(min(4096, left))):
            target.sendall(some)
            left -= len(some)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        near, _ = listener.accept()
        far = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=carry, args=(near, far, 1 << 30), daemon=True).start()
        carry(far, near, most)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()
