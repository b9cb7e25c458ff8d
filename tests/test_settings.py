"""What an operator may decide, and how they are told that they may not."""

from pathlib import Path

import pytest

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
