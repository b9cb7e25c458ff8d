"""Passwords that the company's LDAP directory keeps: tried there, by binding with them, and never kept here."""

import asyncio
import logging
import time
from dataclasses import replace

from ...foundation.errors import Busy, WecomError
from ..directory import ldap
from ..directory.ldap_model import Accepted
from ..directory.ldap_refusals import (
    LdapAccountClosed,
    LdapBindRefused,
    LdapNotTrusted,
    LdapPasswordExpired,
    LdapUnreachable,
)
from ..directory.sync import LdapSource, find_entry
from .hasher import TooManySignIns
from .model import AccountDisabled

log = logging.getLogger(__name__)

AT_ONCE = 8
LONGEST_QUEUE = 100
PATIENCE = 10.0
AWAY_FOR = 5.0
"""Seconds for which a directory that could not be reached is not asked again."""


class LdapAway(Busy):
    """The company's LDAP directory does not answer just now: try again in a moment."""


class LdapPasswords:
    """Search, then bind: the entry is looked for by its identity, so that nobody's name is ever part of a question.

    A server that does not answer keeps nobody from anything but signing in.
    """

    def __init__(self, source: LdapSource) -> None:
        self.allows_local = source.config.sign_in.local_passwords
        self._source = replace(source, server=replace(source.server, timeout=min(source.server.timeout, PATIENCE)))
        self._places = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._away_until = 0.0

    @property
    def is_away(self) -> bool:
        """Whether the directory could not be reached a moment ago."""
        return time.monotonic() < self._away_until

    async def verify(self, entry_id: str, password: str) -> Accepted | None:
        """None where it is not the password; raises `AccountDisabled` where it is, and LDAP bars them nevertheless."""
        if not password:
            return None
        if self.is_away:
            raise LdapAway(retry_after=AWAY_FOR)
        if self._waiting >= LONGEST_QUEUE:
            raise TooManySignIns(retry_after=3)
        self._waiting += 1
        try:
            async with self._places:
                return await self._source.asking.ask(self._verify, entry_id, password)
        except (AccountDisabled, TooManySignIns, LdapPasswordExpired):
            raise
        except WecomError as problem:  # where it is, and what is wrong with it, is nobody's business who is not in
            log.warning("LDAP sign-in", extra={"why": str(problem)})
            if isinstance(problem, LdapUnreachable | LdapNotTrusted):
                self._away_until = time.monotonic() + AWAY_FOR
            raise LdapAway(retry_after=AWAY_FOR) from None
        finally:
            self._waiting -= 1

    def _verify(self, entry_id: str, password: str) -> Accepted | None:
        try:
            found = find_entry(self._source, entry_id)
        except (LdapPasswordExpired, LdapAccountClosed) as problem:  # not theirs: the account to read with's
            raise LdapBindRefused(str(problem)) from None
        if found is None:
            return None
        dn, admitted = found
        try:
            accepted = ldap.accepts(self._source.server, dn, password)
        except LdapAccountClosed:
            raise AccountDisabled from None
        except LdapPasswordExpired:
            if not admitted:
                raise AccountDisabled from None
            raise LdapPasswordExpired from None
        if accepted and not admitted:
            raise AccountDisabled
        return accepted
