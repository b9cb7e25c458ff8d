"""Forgetting codes and logins whose time is over."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation.jobs import every, job

from . import queries

KEPT = timedelta(days=1)
"""How long it can still be said why a code is refused."""


@every(timedelta(hours=1))
class ForgetCodes(BaseModel):
    """Forget the codes and logins that ended a day ago."""


@job(ForgetCodes)
async def forget_codes(services: Any, _: ForgetCodes) -> None:
    await queries.delete_codes(services.pool, KEPT)
    await queries.delete_logins(services.pool, KEPT)
