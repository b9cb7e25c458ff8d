"""One web process: the application on a socket that the supervisor bound."""

import asyncio
import logging
import socket

from aiohttp import web

from wecom.interfaces.web import LONGEST_LINE, application, lacking
from wecom.services import open_services
from wecom.settings import Settings

from . import one_mailroom
from .listening import BACKLOG, tls_of
from .process import Line, live

log = logging.getLogger(__name__)

FINISH = 6.0
"""Seconds for requests that are being answered when the process is told to end."""

IDLE = 75.0
"""Seconds that a client has for the head of a request, from the connection or the last answer on."""


def serve(
    name: str, settings: Settings, listener: socket.socket, mail: one_mailroom.Place, line: socket.socket
) -> None:
    """Answer until told to end."""
    live(name, settings, line, lambda line: _serve(settings, listener, mail, line))


async def _serve(settings: Settings, listener: socket.socket, mail: one_mailroom.Place, line: Line) -> None:
    async with open_services(settings) as services, one_mailroom.shared(services.mailroom, mail):
        app = await application(services)
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=FINISH, keepalive_timeout=IDLE, max_line_size=LONGEST_LINE
        )
        await runner.setup()
        site = web.SockSite(runner, listener, backlog=BACKLOG, ssl_context=tls_of(settings))
        try:
            await site.start()
            while missing := await lacking(services):
                log.warning("not ready: %s", "; ".join(missing))
                await asyncio.sleep(0.2)
            line.ready()
            await line.hang_up(services.ldap)
        finally:
            await runner.cleanup()
