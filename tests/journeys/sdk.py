"""wechatpy's client, with only its host redirected."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
import requests
from requests.adapters import HTTPAdapter
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

from tests.world import CORPID

TENCENT = "https://qyapi.weixin.qq.com"
T = TypeVar("T")


class Redirecting(HTTPAdapter):
    """Takes what is meant for Tencent's host to ours; mounted, as any adapter, for that host alone."""

    def __init__(self, here: str) -> None:
        super().__init__()
        self.here = here

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        assert request.url and request.url.startswith(TENCENT)
        request.url = self.here + request.url.removeprefix(TENCENT)
        return super().send(request, *args, **options)


class Sdk:
    """wechatpy's client of one app."""

    def __init__(self, here: str, secret: str, app: Any) -> None:
        self.app = app
        self.client = WeChatClient(CORPID, secret)
        self.client._http.mount(TENCENT, Redirecting(here))

    async def call(self, step: Callable[[WeChatClient], T]) -> T:
        """The SDK blocks, as it does in the programs that use it; so it has a thread."""
        return await asyncio.to_thread(step, self.client)

    async def refused(self, step: Callable[[WeChatClient], Any]) -> int:
        with pytest.raises(WeChatClientException) as problem:
            await self.call(step)
        number: int = problem.value.errcode
        return number
