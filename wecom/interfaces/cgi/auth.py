"""身份验证: who brought a code, and what they let the app see of them."""

from pydantic import Field

from wecom.features import apps, directory
from wecom.features.apps import TICKET_LIFE, ContactsApp, SignedInMember, SpeakingApp
from wecom.features.directory import EVERYTHING
from wecom.features.directory.refusals import NoSuchMember
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services

from .member_wire import faces
from .wire import Answer, Body, Query, Text

endpoints = Endpoints("/cgi-bin")


class BroughtCode(Query):
    code: str = Field(min_length=1, max_length=512)


class OneMember(Query):
    userid: str = Field(min_length=1)


class Ticket(Body):
    user_ticket: Text = Field(min_length=1, max_length=512)


class Identity(Answer):
    userid: str
    user_ticket: str | None = None
    """Only where the member consented to more than their userid."""
    expires_in: int | None = None


class LegacyIdentity(Answer):
    UserId: str
    DeviceId: str
    user_ticket: str | None = None
    expires_in: int | None = None


class Particulars(Answer):
    userid: str
    gender: str
    avatar: str
    qr_code: str = ""
    """There are no personal QR codes here."""
    mobile: str
    email: str
    biz_mail: str
    address: str


@endpoints.get("/auth/getuserinfo", docs=(91023, 91437))
async def get_user_info(tx: Tx, app: SpeakingApp, query: BroughtCode, services: Services) -> Identity:
    """获取访问用户身份: who brought the code; it works once."""
    who = await apps.redeem_code(tx, services.key, app, query.code)
    ticket = await _ticket(tx, services, app, who)
    return Identity(userid=who.member.userid, user_ticket=ticket, expires_in=_life(ticket))


@endpoints.get("/user/getuserinfo", docs=(91023, 91437, 91707, 91711))
async def get_user_info_as_before(tx: Tx, app: SpeakingApp, query: BroughtCode, services: Services) -> LegacyIdentity:
    """获取访问用户身份, as it was spelt before: the same, and which device it was."""
    who = await apps.redeem_code(tx, services.key, app, query.code)
    ticket = await _ticket(tx, services, app, who)
    return LegacyIdentity(UserId=who.member.userid, DeviceId=who.device, user_ticket=ticket, expires_in=_life(ticket))


@endpoints.post("/auth/getuserdetail", docs=(95833,))
async def get_user_detail(db: Db, app: SpeakingApp, body: Ticket, services: Services, caller: Caller) -> Particulars:
    """获取访问用户敏感信息: what the member consented to be seen."""
    member = await apps.with_ticket(db, services.key, app, body.user_ticket, now=services.clock())
    return Particulars(
        userid=member.userid,
        gender=str(member.gender),
        avatar=faces(services, caller).at(member.avatar),
        mobile=member.mobile or "",
        email=member.email or "",
        biz_mail=member.biz_mail or "",
        address=member.address,
    )


@endpoints.get("/user/authsucc", docs=(90203, 90339, 90822))
async def pass_second_verification(tx: Tx, app: ContactsApp, query: OneMember, caller: Caller) -> Answer:
    """二次验证: the company has checked who this is, and takes them as having joined."""
    member = await directory.member_by_userid(tx, query.userid, seen_by=EVERYTHING)
    if not member:
        raise NoSuchMember
    await directory.let_join(tx, app.id, member, from_address=caller.address)
    return Answer()


async def _ticket(tx: Tx, services: Services, app: SpeakingApp, who: SignedInMember) -> str | None:
    if not who.private:
        return None
    return await apps.private_ticket(tx, services.key, app.id, who.member.id, services.clock())


def _life(ticket: str | None) -> int | None:
    return int(TICKET_LIFE.total_seconds()) if ticket else None
