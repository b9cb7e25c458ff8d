"""Sessions: knowing who holds a token, keeping them alive, ending them."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ...foundation import audit
from ...foundation.db import Db, Tx
from ...foundation.streams import tell
from ...foundation.together import Together
from ..directory import mark_activated
from ..directory.refusals import NoSuchMember
from . import queries
from .model import (
    Arrival,
    Device,
    Kind,
    Me,
    NewSession,
    NoSuchDevice,
    NotSignedIn,
    PasswordMustChange,
    SessionsEnded,
)
from .sign_in import Recognised

TOUCHED_EVERY = timedelta(minutes=5)
LONGEST_TOKEN = 128


def new_token() -> tuple[str, bytes]:
    """A secret to hand out once, and the hash to keep."""
    token = secrets.token_urlsafe(32)
    return token, hash_token(token)


def hash_token(token: str) -> bytes:
    """No salt and no stretching: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).digest()


async def start_session(
    tx: Tx,
    who: Recognised,
    kind: Kind,
    *,
    device: str = "",
    user_agent: str = "",
    address: str = "",
    days: int,
) -> NewSession:
    """Sign a member in on a device."""
    if who.rehashed and who.hash and not await queries.rehash_password(tx, who.member_id, who.hash, who.rehashed):
        raise NotSignedIn
    token, kept = new_token()
    started = await queries.insert_session(
        tx,
        who.member_id,
        who.rehashed or who.hash,
        kept,
        kind,
        device,
        user_agent,
        address,
        timedelta(days=days),
    )
    if started is None:
        raise NotSignedIn
    id, expires_at = started
    if who.hash is None:
        await mark_activated(tx, who.member_id)
    await audit.record(
        tx, who.member_id, "session.started", f"member:{who.member_id}", address=address, session=id, kind=kind
    )
    return NewSession(id, token, expires_at)


async def vouched_session(
    tx: Tx, member_id: int, vouching: int, *, user_agent: str, address: str, days: int
) -> NewSession:
    """Sign a member in on another device, in a browser, since a session of theirs says so; raises where it is over."""
    token, kept = new_token()
    life = timedelta(days=days)
    started = await queries.insert_session(tx, member_id, None, kept, "cookie", "", user_agent, address, life, vouching)
    if started is None:
        raise NotSignedIn
    id, expires_at = started
    about = {"session": id, "kind": "cookie", "vouched_by": vouching}
    await audit.record(tx, member_id, "session.started", f"member:{member_id}", address=address, **about)
    return NewSession(id, token, expires_at)


async def session_by_token(db: Db, token: str) -> Me:
    """Who holds this token, in every right they have now. One query, so nothing is remembered too long."""
    return admitted((await arrivals_by_tokens(db, [token])).get(token))


async def arrival_by_token(db: Db, token: str) -> Arrival:
    """The same, also for somebody who must first change the password."""
    found = await arrivals_by_tokens(db, [token])
    if token not in found:
        raise NotSignedIn
    return found[token]


async def arrivals_by_tokens(db: Db, tokens: Sequence[str]) -> dict[str, Arrival]:
    """Who hold these tokens, by token, for many who come at once: one query, without those that are no good."""
    hashes = {hash_token(token): token for token in tokens if token and len(token) <= LONGEST_TOKEN}
    if not hashes:
        return {}
    return {hashes[each]: arrival for each, arrival in (await queries.sessions_by_hash(db, list(hashes))).items()}


def admitted(arrival: Arrival | None) -> Me:
    """Whom a token lets in."""
    if arrival is None:
        raise NotSignedIn
    if arrival.must_change:
        raise PasswordMustChange
    return arrival


Use = tuple[int, str, int]
"""A session, the address it was used from, and for how many days it lives from then on."""


async def touch(uses: Together[Use, None], me: Me, address: str, days: int) -> None:
    """Note that a session is in use and put off its end; writes only every few minutes. In the morning everybody's is
    noted: those that come at once in one commit."""
    if datetime.now(UTC) - me.seen_at >= TOUCHED_EVERY:
        await uses.ask((me.session_id, address, days))


async def note_uses(db: Db, uses: Sequence[Use]) -> dict[Use, None]:
    """What `touch` has noted."""
    ids, addresses, days = zip(*uses, strict=True)
    await queries.touch_used(db, ids, addresses, [timedelta(days=each) for each in days])
    return {}


async def keep_in_use(db: Db, session_ids: Sequence[int], days: int) -> int:
    """The same for all sessions that have a socket open, in one statement; how many were written.

    Whoever holds sockets calls it every `TOUCHED_EVERY`.
    """
    if not session_ids:
        return 0
    return await queries.touch_sessions(db, session_ids, TOUCHED_EVERY, timedelta(days=days))


async def end_sessions(
    tx: Tx, member_id: int, because: str, *, except_session: int | None = None, only: int | None = None
) -> list[int]:
    """Sign a member's devices out: all, all but one, or only one. Their sockets close within two seconds."""
    ended = await queries.end_sessions(tx, member_id, because, only, except_session)
    if ended:
        tell(tx, member_id, SessionsEnded(session_ids=ended, because=because))
    return ended


async def sign_out(tx: Tx, me: Me, *, address: str = "") -> None:
    """End one's own session on this device."""
    if await end_sessions(tx, me.id, "signed_out", only=me.session_id):
        await audit.record(
            tx,
            me.id,
            "session.ended",
            f"member:{me.id}",
            address=address,
            sessions=[me.session_id],
            because="signed_out",
        )


async def revoke_device(tx: Tx, me: Me, session_id: int, *, address: str = "") -> None:
    """Sign one of one's own devices out."""
    if not await end_sessions(tx, me.id, "revoked", only=session_id):
        raise NoSuchDevice
    await _record_end(tx, me, [session_id], "revoked", address)


async def revoke_other_devices(tx: Tx, me: Me, *, address: str = "") -> int:
    """Sign all of one's devices out but this; how many."""
    ended = await end_sessions(tx, me.id, "revoked", except_session=me.session_id)
    if ended:
        await _record_end(tx, me, ended, "revoked", address)
    return len(ended)


async def revoke_everything(tx: Tx, actor: Me, member_id: int, *, address: str = "") -> int:
    """Sign somebody else out everywhere; how many devices that were."""
    if await queries.account_of(tx, member_id) is None:
        raise NoSuchMember
    ended = await end_sessions(tx, member_id, "revoked_by_administrator")
    await audit.record(
        tx,
        actor.id,
        "session.ended",
        f"member:{member_id}",
        address=address,
        sessions=ended,
        because="revoked_by_administrator",
    )
    return len(ended)


async def devices(db: Db, me: Me) -> list[Device]:
    """Where one is signed in, the latest used first."""
    return await queries.devices(db, me.id)


async def devices_of(db: Db, member_id: int) -> list[Device]:
    """Where somebody is signed in, for whoever administers them."""
    if await queries.account_of(db, member_id) is None:
        raise NoSuchMember
    return await queries.devices(db, member_id)


async def revoke_their_device(tx: Tx, actor: Me, member_id: int, session_id: int, *, address: str = "") -> None:
    """Sign one of somebody else's devices out."""
    ended = await end_sessions(tx, member_id, "revoked_by_administrator", only=session_id)
    if not ended:
        raise NoSuchDevice
    await audit.record(
        tx,
        actor.id,
        "session.ended",
        f"member:{member_id}",
        address=address,
        sessions=ended,
        because="revoked_by_administrator",
    )


def csrf_token(key: bytes, session_token: str) -> str:
    """What a page of ours must send along with a cookie; another site's page can not know it."""
    return hmac.new(key, b"csrf\0" + hash_token(session_token), hashlib.sha256).hexdigest()


def is_csrf_token(key: bytes, session_token: str, given: str) -> bool:
    return hmac.compare_digest(csrf_token(key, session_token).encode(), given.encode(errors="replace"))


async def _record_end(tx: Tx, me: Me, sessions: list[int], because: str, address: str) -> None:
    await audit.record(
        tx, me.id, "session.ended", f"member:{me.id}", address=address, sessions=sessions, because=because
    )
