"""JS-SDK: tickets with which apps sign their pages."""

from pydantic import Field

from wecom.features import apps
from wecom.features.accounts import Limiter
from wecom.features.apps import App, SpeakingApp
from wecom.foundation.db import Db
from wecom.foundation.http import Endpoints
from wecom.services import Services
from wecom.settings import Settings

from .door import HOUR
from .refusals import InvalidTicketType, TooFrequent
from .wire import Answer, Query

endpoints = Endpoints("/cgi-bin")

AGENT_CONFIG = "agent_config"


class Kind(Query):
    type: str = Field(min_length=1, max_length=64)


class PageTicket(Answer):
    ticket: str
    expires_in: int


@endpoints.get("/get_jsapi_ticket", docs=(90506, 90539))
async def get_jsapi_ticket(db: Db, app: App, services: Services, limiter: Limiter) -> PageTicket:
    """获取企业的jsapi_ticket: the same for all apps while it is valid."""
    await _keep_within(limiter, services.settings, "company", app)
    issued = await apps.company_ticket(db, services.key, now=services.clock())
    return PageTicket(ticket=issued.token, expires_in=issued.expires_in)


@endpoints.get("/ticket/get", docs=(90506, 90539))
async def get_app_ticket(db: Db, app: SpeakingApp, query: Kind, services: Services, limiter: Limiter) -> PageTicket:
    """获取应用的jsapi_ticket: the app's own, for agentConfig. Tickets for invoices are WeChat's and not to be had."""
    if query.type != AGENT_CONFIG:
        raise InvalidTicketType
    await _keep_within(limiter, services.settings, AGENT_CONFIG, app)
    issued = await apps.app_ticket(db, services.key, app, now=services.clock())
    return PageTicket(ticket=issued.token, expires_in=issued.expires_in)


async def _keep_within(limiter: Limiter, settings: Settings, kind: str, app: App) -> None:
    wait = await limiter.allow_all(
        (f"tickets:{kind}", settings.page_tickets_per_hour, HOUR),
        (f"tickets:{kind}:{app.id}", settings.page_tickets_per_app, HOUR),
    )
    if wait is not None:
        raise TooFrequent(retry_after=wait)
