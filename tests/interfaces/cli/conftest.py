"""An operator at the machine."""

from pathlib import Path

import pytest

from .operator import Wecom


@pytest.fixture
def wecom(
    database_url: str,
    owner_url: str,
    redis_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Wecom:
    wecom = Wecom(monkeypatch, capsys)
    wecom.set(database_url=database_url, database_owner_url=owner_url, redis_url=redis_url)
    wecom.set(data_dir=str(tmp_path / "data"))
    return wecom
