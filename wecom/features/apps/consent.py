"""What a member lets an app see of them: picture, gender, numbers and addresses, by a ticket of half an hour.

Consent is given once for each app and can be taken back, which ends its tickets too, for good. A ticket is derived,
not stored: an HMAC under the server's key over app, member, time of issue and the consent that it stands on.
"""

from datetime import UTC, datetime, timedelta

from wecom.features import directory
from wecom.features.accounts import Me
from wecom.features.directory import Member
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.sealed import Sealed

from . import queries
from .change import sight_of
from .model import App, NoSuchApp, NoSuchConsent, NotShownToYou, PrivateTicketExpired, PrivateTicketInvalid
from .queries import Consent

TICKET_LIFE = timedelta(seconds=1800)
EPOCH = datetime.fromtimestamp(0, UTC)
_TICKET = Sealed(b"private ticket", ">QQQQ")


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


async def has_consented(db: Db, app_id: int, member_id: int) -> bool:
    """Whether an app sees the member's particulars."""
    return await queries.consented_at(db, app_id, member_id) is not None


async def private_ticket(db: Db, key: bytes, app_id: int, member_id: int, now: datetime) -> str | None:
    """With it the app asks for a member's particulars; None where the member took consent back meanwhile."""
    given = await queries.consented_at(db, app_id, member_id)
    if given is None:
        return None
    return _TICKET.write(key, app_id, member_id, int(now.timestamp()), _micros(given))


async def with_ticket(db: Db, key: bytes, app: App, ticket: str, *, now: datetime) -> Member:
    """The member whose particulars the app may see by this ticket."""
    facts = _TICKET.read(key, ticket)
    if facts is None or facts[0] != app.id:
        raise PrivateTicketInvalid
    _, member_id, issued, given = facts
    if now >= datetime.fromtimestamp(issued, UTC) + TICKET_LIFE:
        raise PrivateTicketExpired
    members = await directory.members_by_ids(db, [member_id], seen_by=app.sight)
    if not members or not members[0].enabled:
        raise PrivateTicketInvalid
    standing = await queries.consented_at(db, app.id, member_id)
    if standing is None or _micros(standing) != given:
        raise PrivateTicketInvalid
    return members[0]


def _micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
