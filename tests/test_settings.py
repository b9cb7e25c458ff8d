"""What an operator may decide, and how they are told that they may not."""

import re
from pathlib import Path

import pytest

from wecom.interfaces.cli.settings import example
from wecom.settings import Settings, SettingsError


@pytest.mark.parametrize("key", ["x", "x" * 31])
def test_a_key_that_could_be_guessed_is_refused(key: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"WECOM_SECRET_KEY: .*fewer than 32 characters"):
        Settings.read({"WECOM_SECRET_KEY": key})
    (tmp_path / "key").write_text(key + "\n")
    with pytest.raises(SettingsError, match=r"WECOM_SECRET_KEY: .*fewer than 32 characters"):
        Settings.read({"WECOM_SECRET_KEY_FILE": str(tmp_path / "key")})


def test_a_long_key_and_none_are_taken() -> None:
    assert Settings.read({"WECOM_SECRET_KEY": "x" * 32}).secret_key.get_secret_value() == "x" * 32
    assert Settings.read({"WECOM_SECRET_KEY": ""}).secret_key.get_secret_value() == ""


def test_a_file_of_settings_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file, mine = tmp_path / "wecom.env", 'export WECOM_COMPANY_NAME="海桥 科技"\nWECOM_PORT=9000'
    file.write_text(example().replace("# WECOM_COMPANY_NAME=wecom", mine))
    read = Settings.read({"WECOM_SETTINGS": str(file)})
    assert (read.company_name, read.port, read.host) == ("海桥 科技", 9000, "127.0.0.1")
    assert Settings.read({"WECOM_SETTINGS": str(file), "WECOM_PORT": "9001"}).port == 9001
    assert Settings.read({"WECOM_SETTINGS": str(file), "WECOM_PORT": "9001"}, port=9002).port == 9002


def test_the_printed_settings_are_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "wecom.env"
    said = [re.sub(r"^# (WECOM_\w+=)", r"\1", line) for line in example().splitlines()]
    file.write_text("\n".join(line for line in said if not line.endswith("=")))
    assert Settings.read({"WECOM_SETTINGS": str(file)}) == Settings()


@pytest.mark.parametrize("line", ["WECOM_PROT=80", "PORT=80", "WECOM_PORT", "<html>"])
def test_a_line_that_sets_nothing_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "wecom.env").write_text(f"# mine\n\n{line}\n")
    with pytest.raises(SettingsError, match=r"wecom.env, line 3: .* is no setting"):
        Settings.read({"WECOM_SETTINGS": str(tmp_path / "wecom.env")})


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"WECOM_SETTINGS: .*nothing"):
        Settings.read({"WECOM_SETTINGS": str(tmp_path / "nothing")})


def test_an_empty_path_is_none(tmp_path: Path) -> None:
    read = Settings.read({"WECOM_LDAP_CONFIG": "", "WECOM_TLS_KEY": "", "WECOM_DATA_DIR": "", "WECOM_PUBLIC_URL": ""})
    assert read == Settings()
