"""An administrator tries an app out: it says something to them, as it would to anybody whom it sees."""

import hashlib
from datetime import date

from wecom.features.directory import sight_of_range
from wecom.features.messaging import Text
from wecom.foundation import audit
from wecom.foundation.db import Tx

from . import queries
from .audience import reach
from .model import App, AppDisabled, NoSuchApp, NotForThisApp
from .pace import Quotas
from .send import Sent, send

UNLIMITED = Quotas(0, 0, 0)


async def try_out(
    tx: Tx, actor_id: int, userid: str, app_id: int, content: str, *, day: date, from_address: str = ""
) -> Sent:
    """Have the app say `content` to the member called `userid`; raises `NobodyReachable` where it does not see them."""
    stored = await queries.app_by_id(tx, app_id)
    if not stored:
        raise NoSuchApp
    if stored.kind != "app":
        raise NotForThisApp
    if not stored.enabled:
        raise AppDisabled(app_id=app_id)
    sight = await sight_of_range(tx, stored.visible_members, stored.visible_departments, stored.visible_tags)
    app = App(stored.id, stored.kind, stored.agentid, stored.name, sight)
    reached = await reach(tx, app, [userid], [], [])
    await audit.record(tx, actor_id, "app.try", f"app:{app_id}", address=from_address)
    digest = hashlib.sha256(content.encode()).digest()
    return await send(tx, app, Text(msgtype="text", content=content), reached, quotas=UNLIMITED, day=day, digest=digest)
