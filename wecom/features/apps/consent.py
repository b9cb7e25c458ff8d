"""What a member lets an app see of them: picture, gender, numbers and addresses, by a ticket of half an hour.

Consent is given once for each app and can be taken back, which ends its tickets too. A ticket is derived, not stored:
an HMAC over app, member and time of issue under the server's key.
"""

import base64
import binascii
import hmac
import struct
from datetime import UTC, datetime, timedelta

from wecom.features import directory
from wecom.features.accounts import Me
from wecom.features.directory import Member
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from . import queries
from .change import sight_of
from .model import App, NoSuchApp, NoSuchConsent, NotShownToYou, PrivateTicketExpired, PrivateTicketInvalid
from .queries import Consent, has_consented

TICKET_LIFE = timedelta(seconds=1800)
_FACTS = struct.Struct(">QQQ")


async def consent(tx: Tx, me: Me, app_id: int, *, address: str = "") -> None:
    """Let an app see one's particulars whenever one signs in to it."""
    app = await queries.profile(tx, app_id)
    if not app or app.kind != "app" or not app.enabled:
        raise NoSuchApp
    paths = await directory.paths_of_member(tx, me.id)
    if not (await sight_of(tx, app)).shows(me.id, paths):
        raise NotShownToYou
    if await queries.insert_consent(tx, app_id, me.id):
        await audit.record(tx, me.id, "app.consent", f"app:{app_id}", address=address)


async def withdraw(tx: Tx, me: Me, app_id: int, *, address: str = "") -> None:
    """Take consent back; the app's tickets are worth nothing any more."""
    if not await queries.delete_consent(tx, app_id, me.id):
        raise NoSuchConsent
    await audit.record(tx, me.id, "app.withdraw_consent", f"app:{app_id}", address=address)


async def consents(db: Db, me: Me) -> list[Consent]:
    """The apps that see one's particulars."""
    return await queries.consents_of(db, me.id)


def private_ticket(key: bytes, app_id: int, member_id: int, now: datetime) -> str:
    """With it the app asks for a member's particulars."""
    facts = _FACTS.pack(app_id, member_id, int(now.timestamp()))
    return base64.urlsafe_b64encode(facts + _seal(key, facts)).decode().rstrip("=")


async def with_ticket(db: Db, key: bytes, app: App, ticket: str, *, now: datetime) -> Member:
    """The member whose particulars the app may see by this ticket."""
    app_id, member_id, issued = _opened(key, ticket)
    if app_id != app.id:
        raise PrivateTicketInvalid
    if now >= issued + TICKET_LIFE:
        raise PrivateTicketExpired
    members = await directory.members_by_ids(db, [member_id], seen_by=app.sight)
    if not members or not members[0].enabled or not await has_consented(db, app.id, member_id):
        raise PrivateTicketInvalid
    return members[0]


def _opened(key: bytes, ticket: str) -> tuple[int, int, datetime]:
    try:
        raw = base64.b64decode(ticket + "=" * (-len(ticket) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise PrivateTicketInvalid from None
    facts, seal = raw[: _FACTS.size], raw[_FACTS.size :]
    if len(facts) != _FACTS.size or not hmac.compare_digest(seal, _seal(key, facts)):
        raise PrivateTicketInvalid
    app_id, member_id, issued = _FACTS.unpack(facts)
    return app_id, member_id, datetime.fromtimestamp(issued, UTC)


def _seal(key: bytes, facts: bytes) -> bytes:
    return hmac.digest(key, b"private ticket\0" + facts, "sha256")
