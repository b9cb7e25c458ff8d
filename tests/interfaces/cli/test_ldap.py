"""`wecom ldap` as an operator types it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.features.directory.sync.conftest import config_text
from tests.features.directory.sync.slapd import PEOPLE, READER_PASSWORD, Slapd, slapd
from wecom.features import directory
from wecom.features.directory import EVERYTHING
from wecom.foundation.db import Pool

from .operator import Wecom


@pytest.fixture
def ldap_server(tmp_path: Path) -> Iterator[Slapd]:
    with slapd(tmp_path / "slapd") as server:
        yield server


@pytest.fixture
def wecom(
    database_url: str,
    owner_url: str,
    redis_url: str,
    tmp_path: Path,
    ldap_server: Slapd,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Wecom:
    wecom = Wecom(monkeypatch, capsys)
    (tmp_path / "ldap.toml").write_text(config_text(ldap_server))
    (tmp_path / "bind-password").write_text(READER_PASSWORD + "\n")
    wecom.set(database_url=database_url, database_owner_url=owner_url, redis_url=redis_url)
    wecom.set(data_dir=str(tmp_path / "data"), ldap_config=str(tmp_path / "ldap.toml"))
    wecom.set(ldap_bind_password_file=str(tmp_path / "bind-password"))
    return wecom


async def test_looking_first_then_doing_it(wecom: Wecom, ldap_server: Slapd, pool: Pool) -> None:
    well, _ = await wecom("doctor")
    assert f"ldap       ok   reached, {ldap_server.url}" in well
    seen, _ = await wecom("ldap", "check")
    assert "6 people, 0 of them disabled" in seen
    assert seen.count("    dn           ") == 5
    assert "    研发部   1\n        前端组   2" in seen
    would, _ = await wecom("ldap", "sync", "--dry-run", status=2)
    assert "+ sunwukong 孙悟空" in would
    assert await directory.count_members(pool, seen_by=EVERYTHING) == 0
    done, _ = await wecom("ldap", "sync")
    assert "people added: 6" in done
    nothing, _ = await wecom("ldap", "sync", "--dry-run")
    assert "nothing would change" in nothing
    ldap_server.delete(f"uid=jgross,ou=Vertrieb,{PEOPLE}")
    would, _ = await wecom("ldap", "sync", "--dry-run", status=2)
    assert "- jgross Jürgen Groß: disabled, not in LDAP any more" in would
    runs, _ = await wecom("ldap", "runs")
    assert [line.split("\t")[2:4] for line in runs.splitlines()] == [["dry", "done"]] * 2 + [
        ["full", "done"],
        ["dry", "done"],
    ]
    newest = runs.partition("\t")[0]
    assert "- jgross Jürgen Groß" in (await wecom("ldap", "runs", newest))[0]
    _, refused = await wecom("ldap", "unlink", "jgross", status=1)
    assert "is in LDAP, as last read" in refused
    ldap_server.add(
        f"uid=jgross,ou=Vertrieb,{PEOPLE}", objectClass="inetOrgPerson", cn="J. Groß", sn="G", mail="j@haiqiao.example"
    )
    assert (await wecom("ldap", "relink", status=2))[1].startswith("wecom: say whom")
    would, _ = await wecom("ldap", "relink", "--all", "--dry-run")
    assert f"jgross Jürgen Groß: uid=jgross,ou=Vertrieb,{PEOPLE} (J. Groß)\n1 members would be" in would
    await wecom("ldap", "relink", "jgross")
    assert "~ jgross J. Groß: " in (await wecom("ldap", "sync", "--dry-run", status=2))[0]
    ldap_server.delete(f"uid=jgross,ou=Vertrieb,{PEOPLE}")
    await wecom("ldap", "sync")
    unlinked, _ = await wecom("ldap", "unlink", "jgross")
    assert "jgross" in unlinked


async def test_a_company_that_leaves_ldap_keeps_everybody_and_says_who_they_are(
    wecom: Wecom, pool: Pool, tmp_path: Path
) -> None:
    await wecom("ldap", "sync")
    before = await pool.fetch("SELECT userid, enabled FROM members ORDER BY id")
    _, refused = await wecom("ldap", "leave", status=1)
    assert "WECOM_LDAP_CONFIG" in refused
    wecom.set(ldap_config="")
    left, _ = await wecom("ldap", "leave")
    assert left == "no longer maintained in LDAP: 6 members, 4 departments, 2 tags\n"
    assert await pool.fetch("SELECT userid, enabled FROM members ORDER BY id") == before
    (tmp_path / "own.csv").write_text("userid,name\nsunwukong,齐天大圣\n")
    await wecom("import", str(tmp_path / "own.csv"))
    assert await pool.fetchval("SELECT name FROM members WHERE userid = 'sunwukong'") == "齐天大圣"
    assert (await wecom("ldap", "leave"))[0] == "no longer maintained in LDAP: 0 members, 0 departments, 0 tags\n"
    assert await pool.fetchval("SELECT count(*) FROM audit_records WHERE action = 'directory.leave_ldap'") == 1


async def test_what_is_wrong_is_one_sentence(wecom: Wecom, ldap_server: Slapd, tmp_path: Path) -> None:
    ldap_server.stop()
    for words in (("check",), ("sync",)):
        _, said = await wecom("ldap", *words, status=1)
        assert said.count("\n") == 1
        assert "does not answer" in said
    for text, said_of_it in (
        ("preset = ", "is not TOML"),
        (config_text(ldap_server, head='colour = "blue"'), "colour"),
        (config_text(ldap_server).replace("127.0.0.1", "ldap.example.com"), "unencrypted"),
        (config_text(ldap_server, people='disabled = ["never"]'), "people.disabled"),
        (config_text(ldap_server, people='fields = {shoe = "x"}'), "shoe"),
        (config_text(ldap_server).replace("openldap", "novell"), "preset"),
        (config_text(ldap_server).replace(PEOPLE, "people"), "distinguished name"),
    ):
        (tmp_path / "ldap.toml").write_text(text)
        _, said = await wecom("ldap", "check", status=1)
        assert said_of_it in said, said
        assert said.count("\n") == 1, said


async def test_a_server_that_cannot_read_its_configuration_does_not_start(wecom: Wecom, tmp_path: Path) -> None:
    (tmp_path / "ldap.toml").write_text("preset = ")
    _, said = await wecom("run", status=1)
    assert "is not TOML" in said
