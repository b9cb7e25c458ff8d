"""获取access_token: tokens, and the addresses that calls and callbacks come from."""

import ipaddress
from urllib.parse import urlsplit

from pydantic import Field

from wecom.features.accounts import Limiter
from wecom.features.apps import AddressNotTrusted, App, AppDisabled, InvalidSecret, issue_token, tokens
from wecom.features.directory import NotFounded
from wecom.foundation.db import Pool, transaction
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services

from .door import keep_within
from .wire import Answer, Query, wrong_json

endpoints = Endpoints("/cgi-bin")


class Secret(Query):
    corpid: str = Field(min_length=1)
    corpsecret: str = Field(min_length=1)


class Token(Answer):
    access_token: str
    expires_in: int


class Addresses(Answer):
    ip_list: list[str]


@endpoints.get("/gettoken", public=True, docs=(91039,))
async def gettoken(pool: Pool, query: Secret, caller: Caller, services: Services, limiter: Limiter) -> Token:
    """获取access_token: the same token while it is valid."""
    wrong_json.set(False)
    await keep_within(limiter, services.settings, "/cgi-bin/gettoken", caller.address)
    if query.corpid != services.company.corpid:
        raise NotFounded
    address = caller.address
    try:
        issued = await issue_token(pool, services.key, query.corpsecret, address=address, now=services.clock())
    except (InvalidSecret, AppDisabled, AddressNotTrusted) as refused:
        if await tokens.is_news(limiter, refused):
            async with transaction(pool) as tx:
                await tokens.note_refusal(tx, refused, address)
        raise
    return Token(access_token=issued.token, expires_in=issued.expires_in)


@endpoints.get("/get_api_domain_ip", docs=(92520,))
async def get_api_domain_ip(app: App, services: Services) -> Addresses:
    """获取企业微信接口IP段: the addresses that this server is reached at, as far as it knows them."""
    return Addresses(ip_list=_own_addresses(services))


@endpoints.get("/getcallbackip", docs=(90930, 91116, 91148))
async def getcallbackip(app: App, services: Services) -> Addresses:
    """获取企业微信回调IP段: the addresses that callbacks come from, as far as it knows them."""
    return Addresses(ip_list=_own_addresses(services))


def _own_addresses(services: Services) -> list[str]:
    """Of the public URL or of what is listened on, where either is an address and not a name."""
    for host in (urlsplit(services.settings.public_url).hostname, services.settings.host):
        try:
            return [str(ipaddress.ip_address(host or ""))]
        except ValueError:
            continue
    return []
