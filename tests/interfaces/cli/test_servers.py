"""The servers of our own that the supervisor looks after."""

import time
from pathlib import Path

from wecom.foundation.embedded import EmbeddedValkey
from wecom.interfaces.cli.servers import OwnServers


class NeverReady(EmbeddedValkey):
    """As one that has hours of log to replay."""

    def _ready(self, pid: int) -> bool:
        return False


def test_a_server_that_is_long_in_coming_back_does_not_keep_us_from_stopping(tmp_path: Path) -> None:
    valkey = NeverReady(tmp_path)
    servers, started = OwnServers(None, valkey), time.monotonic()
    servers.revive(lambda: time.monotonic() > started + 0.3)
    assert 0.3 <= time.monotonic() - started < 5
    assert not valkey.running
    servers.stop()


def test_nothing_is_begun_when_we_are_stopping(tmp_path: Path) -> None:
    valkey = EmbeddedValkey(tmp_path)
    OwnServers(None, valkey).revive(lambda: True)
    assert not valkey.running


def test_what_died_is_started_again(tmp_path: Path) -> None:
    valkey = EmbeddedValkey(tmp_path)
    servers = OwnServers(None, valkey)
    try:
        servers.revive()
        assert valkey.running
    finally:
        servers.stop()
