"""The `wecom` command as an operator types it."""

import json
import subprocess
import sys
from pathlib import Path

from tests.interfaces.cli.operator import Wecom
from wecom.features import accounts, directory
from wecom.features.directory import EVERYTHING
from wecom.foundation import audit
from wecom.foundation.db import Pool, transaction
from wecom.interfaces.cli.settings import example

CHECKOUT = Path(__file__).parents[3]
DEMO = CHECKOUT / "deploy" / "demo"


async def test_the_first_administrator_can_sign_in(wecom: Wecom, pool: Pool) -> None:
    words = ("admin", "create", "boss", "--email", "boss@example.com", "--password-stdin")
    await wecom(*words, stdin="Kranich-am-Fluss-27\n")
    await wecom(*words, stdin="Kranich-am-Teich-28\n")
    boss = await directory.member_by_userid(pool, "boss", seen_by=EVERYTHING)
    assert boss
    assert [each.role for each in await accounts.grants(pool, boss.id)] == ["administrator"]


async def test_a_password_that_is_too_easy_is_refused_in_a_sentence(wecom: Wecom) -> None:
    _, complaint = await wecom(
        "admin", "create", "boss", "--email", "b@example.com", "--password-stdin", stdin="short\n", status=1
    )
    assert complaint.startswith("wecom: ") and "at least" in complaint


async def test_a_directory_is_imported_once_and_then_unchanged(wecom: Wecom, pool: Pool) -> None:
    told, _ = await wecom("import", str(DEMO), "--dry-run")
    assert "would be added" in told
    assert await directory.count_members(pool, seen_by=EVERYTHING) == 0
    await wecom("import", str(DEMO))
    assert await directory.count_members(pool, seen_by=EVERYTHING) >= 300
    told, _ = await wecom("import", str(DEMO))
    assert told.startswith("departments: 0 added, 0 changed; members: 0 added, 0 changed")


async def test_lines_that_cannot_be_used_are_named(wecom: Wecom, pool: Pool, tmp_path: Path) -> None:
    table = tmp_path / "members.csv"
    table.write_text("userid,name,mobile\nanna,Anna,13800000001\n../x,Böse,13800000002\n")
    _, complaint = await wecom("import", str(table), status=2)
    assert "members.csv line 3" in complaint
    assert await directory.member_by_userid(pool, "anna", seen_by=EVERYTHING)


async def test_what_is_not_a_table_is_refused_in_a_sentence(wecom: Wecom, tmp_path: Path) -> None:
    for path, content in (("missing.csv", None), ("latin.csv", "userid,name\nj,J\xfcrgen".encode("latin-1"))):
        if content is not None:
            (tmp_path / path).write_bytes(content)
        _, complaint = await wecom("import", str(tmp_path / path), status=1)
        assert complaint.startswith("wecom: ")


async def test_jobs_that_failed_are_listed_and_retried(wecom: Wecom, pool: Pool) -> None:
    await pool.execute("INSERT INTO jobs (kind, args, error, failed_at) VALUES ('Tidy', '{}', 'it broke', now())")
    told, _ = await wecom("jobs", "list")
    assert "Tidy" in told and "it broke" in told
    await wecom("jobs", "retry")
    assert await wecom("jobs", "list") == ("", "")
    await wecom("jobs", "retry", "4711", status=1)


async def test_clocks_that_are_changed_by_law_are_taken_over(wecom: Wecom, pool: Pool) -> None:
    stored = "INSERT INTO checkin_offsets (zone, first, moments, offsets) VALUES ('Europe/Berlin', 3600, '{}', '{}')"
    await pool.execute(stored)
    assert "adopt Europe/Berlin" in (await wecom("zones", "list"))[0]
    assert (await wecom("zones", "adopt", "Europe/Berlin"))[0] == "Europe/Berlin is taken over\n"
    assert (await wecom("zones", "list"))[0] == "Europe/Berlin\n"
    assert (await wecom("zones", "adopt", "Mars/Olympus"))[0].startswith("nothing to take over")


async def test_an_audit_log_that_was_altered_is_found_out(wecom: Wecom, pool: Pool, owner: Pool) -> None:
    async with transaction(pool) as tx:
        await audit.record(tx, None, "thing.done", "thing:1")
    told, _ = await wecom("audit", "verify")
    await wecom("audit", "verify", "--kept", told.strip())
    await owner.execute("UPDATE audit_records SET action = 'thing.undone' WHERE action = 'thing.done'")
    _, complaint = await wecom("audit", "verify", status=1)
    assert "altered" in complaint


async def test_doctor_says_what_is_missing(wecom: Wecom, tmp_path: Path) -> None:
    await wecom("doctor")
    wecom.set(redis_url=f"unix://{tmp_path}/nobody.sock")
    told, _ = await wecom("doctor", status=1)
    assert "redis      NO" in told and "WECOM_REDIS_URL" in told


async def test_a_setting_that_cannot_be_used_is_named(wecom: Wecom) -> None:
    wecom.set(port="eighty")
    _, complaint = await wecom("run", status=1)
    assert complaint.startswith("wecom: WECOM_PORT: ")


async def test_the_settings_are_printed(wecom: Wecom) -> None:
    told, _ = await wecom("settings")
    assert told == example()


async def test_what_was_set_in_the_console_is_printed_and_doctor_says_so(wecom: Wecom, pool: Pool) -> None:
    wecom.set(recall_minutes="30")
    assert await wecom("settings", "--changed") == ("", "")
    values = {"recall_minutes": 5, "search_rate": 0, "gone": 1}
    for name, value in values.items():
        await pool.execute("INSERT INTO changed_settings (name, value) VALUES ($1, $2)", name, value)
    told, _ = await wecom("settings", "--changed")
    assert told.splitlines() == [
        "WECOM_GONE=1 (passed over: this version does not accept it)",
        "WECOM_RECALL_MINUTES=5 (otherwise 30)",
        "WECOM_SEARCH_RATE=0 (passed over: this version does not accept it)",
    ]
    told, _ = await wecom("doctor")
    assert "set in the console: " in told and "WECOM_RECALL_MINUTES=5 (otherwise 30)" in told


def test_the_document_is_printed_by_a_process_of_its_own() -> None:
    printed = subprocess.run([sys.executable, "-m", "wecom", "openapi"], capture_output=True, check=True, timeout=30)
    assert json.loads(printed.stdout)["openapi"].startswith("3.1")


def test_the_example_of_the_settings_is_up_to_date() -> None:
    written = (CHECKOUT / "deploy" / "settings.example.env").read_text()
    assert written == example(), "write it anew: wecom settings > deploy/settings.example.env"
