"""邀请成员, 获取加入企业二维码: bringing people in.

Tencent sends those invited a message or mail. Here nothing is sent: whoever administers them sees the wish and makes
the links (`/api/invitations`). With the contacts secret, which adds members, the answer holds the links themselves,
for the caller to hand over: `invitations`, which Tencent's answer does not have. Those who hold roles are left to the
administrators also then.
"""

from pydantic import Field

from wecom.features import apps, joining
from wecom.features.apps import App, ContactsApp
from wecom.features.joining import JoiningClosed
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services
from wecom.settings import Settings

from .refusals import (
    InvalidSizeType,
    NobodyToInvite,
    TooManyRecipientDepartments,
    TooManyRecipients,
    TooManyRecipientTags,
)
from .wire import Answer, Body, Numbers, Query, QueryNumber, Texts

endpoints = Endpoints("/cgi-bin")

MOST_USERS, MOST_PARTIES, MOST_TAGS = 1000, 100, 100
SIZE_TYPES = (1, 2, 3, 4)


class Invitees(Body):
    user: Texts = Field(default_factory=list)
    party: Numbers = Field(default_factory=list)
    tag: Numbers = Field(default_factory=list)


class InvitationLink(Answer):
    userid: str
    link: str
    expires_at: int


class InvitationResult(Answer):
    invaliduser: list[str] | None = None
    invalidparty: list[int] | None = None
    invalidtag: list[int] | None = None
    invitations: list[InvitationLink] | None = None
    """Beyond Tencent's, with the contacts secret: a link for each without a role who was not invited within a day."""


class OneSize(Query):
    size_type: QueryNumber = 3


class JoinQrcode(Answer):
    join_qrcode: str


@endpoints.post("/batch/invite", docs=(90975, 91127, 91159))
async def invite_members(tx: Tx, app: App, body: Invitees, settings: Settings, caller: Caller) -> InvitationResult:
    """邀请成员: have those who have not joined yet invited; whoever was lately is left as they are."""
    if not (body.user or body.party or body.tag):
        raise NobodyToInvite
    if len(body.user) > MOST_USERS:
        raise TooManyRecipients
    if len(body.party) > MOST_PARTIES:
        raise TooManyRecipientDepartments
    if len(body.tag) > MOST_TAGS:
        raise TooManyRecipientTags
    party, tag = ([id for id in given if 0 <= id < 2**31] for given in (body.party, body.tag))
    reached = await apps.reach(tx, app, body.user, party, tag)
    known, ids = set(reached.unknown_userids), reached.members.member_ids
    await joining.note_wishes(tx, app.id, ids, address=caller.address)
    return InvitationResult(
        invaliduser=[userid for userid in dict.fromkeys(body.user) if userid.lower() in known] or None,
        invalidparty=[id for id in dict.fromkeys(body.party) if id not in party or id in reached.unknown_departments]
        or None,
        invalidtag=[id for id in dict.fromkeys(body.tag) if id not in tag or id in reached.unknown_tags] or None,
        invitations=await _links(tx, app, ids, caller.site(settings.public_url), caller.address),
    )


@endpoints.get("/corp/get_join_qrcode", docs=(91714,))
async def get_join_qrcode(db: Db, app: ContactsApp, query: OneSize, services: Services, caller: Caller) -> JoinQrcode:
    """获取加入企业二维码: a picture that leads to a page where people ask to join; good for seven days."""
    if query.size_type not in SIZE_TYPES:
        raise InvalidSizeType
    if not services.settings.join_requests:
        raise JoiningClosed
    code = await joining.join_code(db, services.key, app.id, now=services.clock())
    site = caller.site(services.settings.public_url)
    return JoinQrcode(join_qrcode=f"{site}/join/{code}/qr-{query.size_type}.png")


async def _links(tx: Tx, app: App, ids: list[int], site: str, address: str) -> list[InvitationLink] | None:
    if app.kind != "contacts":
        return None
    return [
        InvitationLink(
            userid=each.userid, link=f"{site}/join#{each.token}", expires_at=int(each.expires_at.timestamp())
        )
        for each in await joining.invite_many(tx, app.id, ids, address=address)
    ]
