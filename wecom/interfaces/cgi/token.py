"""获取access_token: tokens, and the addresses that calls and callbacks come from."""

import ipaddress
from urllib.parse import urlsplit

from pydantic import Field

from wecom.features.accounts import Limiter
from wecom.features.apps import App, issue_token
from wecom.features.directory import NotFounded
from wecom.foundation.db import Db
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
async def gettoken(db: Db, query: Secret, caller: Caller, services: Services, limiter: Limiter) -> Token:
    """获取access_token: the same token while it is valid."""
    wrong_json.set(False)
    await keep_within(limiter, services.settings, "/cgi-bin/gettoken", caller.address)
    if query.corpid != services.company.corpid:
        raise NotFounded
    issued = await issue_token(db, services.key, query.corpsecret, address=caller.address, now=services.clock())
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
