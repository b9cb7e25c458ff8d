"""Telling those who decide that the requests are not what they were."""

from wecom.foundation.db import Tx
from wecom.foundation.streams import tell

from . import queries
from .model import JoinRequestsChanged


async def tell_who_decides(tx: Tx) -> None:
    for member_id in await queries.who_decides(tx):
        tell(tx, member_id, JoinRequestsChanged())
