"""Who is to be invited, and who asks to join."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import joining
from wecom.features.accounts import DirectoryAdmin, Personnel, require_scope
from wecom.features.joining import JoiningClosed, JoinRequest, Pace, State, Wish
from wecom.foundation.db import Db, Pool, Tx, transaction
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services
from wecom.settings import Settings

from .door import ForeignPage
from .wire import Id, NewPassword, Text

endpoints = Endpoints("/api", tag="Joining")

PAGE = 200
Line = Annotated[Text, Field(max_length=256)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AfterMember(_Request):
    after: int = Field(0, ge=0, lt=2**63, description="The last member's id of the page before.")


class WishView(BaseModel):
    """Somebody whom an app wants invited."""

    member_id: int
    userid: str
    name: str
    asked_by: int = Field(description="The app's actor.")
    asked_at: Instant
    link_until: Instant | None = Field(description="Until when the link they have works; null: they have none.")

    @classmethod
    def of(cls, wish: Wish) -> "WishView":
        return cls(
            member_id=wish.member_id,
            userid=wish.userid,
            name=wish.name,
            asked_by=wish.asked_by,
            asked_at=wish.asked_at,
            link_until=wish.link_until,
        )


class Wishes(BaseModel):
    wishes: list[WishView] = Field(description="By member; fewer than 200: there are no more.")


class Several(_Request):
    member_ids: list[Id] = Field(min_length=1, max_length=PAGE)


class MemberLink(BaseModel):
    """A link to hand to this member, and to nobody else."""

    member_id: int
    userid: str
    name: str
    link: str = Field(description="Where the member chooses a password. It is told only this once.")
    expires_at: Instant


class MemberLinks(BaseModel):
    links: list[MemberLink] = Field(description="For those who can join; a link made before works no more.")


class AskToJoin(_Request):
    """What somebody says of themselves."""

    code: Annotated[Text, Field(min_length=1, max_length=128)] = Field(description="From the address of the page.")
    name: Line = Field(description="1 to 64 characters.")
    mobile: Line = Field(description="Outside China with + and the country code.")
    userid: Annotated[Text, Field(max_length=64)] = Field(description="The one they wish for.")
    password: NewPassword
    words: Annotated[Text, Field(max_length=2000)] = Field("", description="To HR: at most 200 characters.")


class Asked(BaseModel):
    """It is put before HR. This says nothing of whether somebody works here."""


class WhichRequests(_Request):
    state: State | None = Field(None, description="Only those; all without it.")
    before: Id | None = Field(None, description="The last request's id of the page before.")


class JoinRequestView(BaseModel):
    """Somebody who asks to join, as they say of themselves: nothing of it has been checked."""

    id: int
    name: str
    mobile: str
    userid: str = Field(description="The one they wish for.")
    words: str
    address: str = Field(description="Where they asked from.")
    asked_at: Instant
    state: State
    userid_taken: bool = Field(description="Somebody who works here has this userid: approve with another.")
    mobile_taken: bool = Field(description="Somebody who works here has this mobile number.")
    asked_before: int = Field(description="How many who wait asked earlier with the same mobile number.")
    decided_by: int | None
    decided_at: Instant | None
    member_id: int | None = Field(description="The member they became.")
    because: str = Field(description="Why they were declined.")

    @classmethod
    def of(cls, request: JoinRequest) -> "JoinRequestView":
        return cls(**{name: getattr(request, name) for name in cls.model_fields})


class JoinRequests(BaseModel):
    requests: list[JoinRequestView] = Field(description="Newest first; fewer than 200: there are no more.")


class OfRequest(BaseModel):
    request_id: Id


class Approval(_Request):
    department_id: Id
    userid: Annotated[Text, Field(max_length=64)] = Field("", description="Another than they wished for.")
    name: Line = Field("", description="Another than they said.")


class Approved(BaseModel):
    member_id: int


class Declining(_Request):
    because: Annotated[Text, Field(max_length=200)] = Field("", description="For the company; they are not told.")


@endpoints.get("/invitations")
async def list_wishes(db: Db, admin: DirectoryAdmin, query: AfterMember) -> Wishes:
    """Whom apps want invited and who have not joined yet, of those that you administer."""
    found = await joining.wishes(db, query.after, PAGE, within=admin.scopes)
    return Wishes(wishes=[WishView.of(each) for each in found])


@endpoints.post("/invitations")
async def invite_several(
    tx: Tx, admin: DirectoryAdmin, settings: Settings, caller: Caller, body: Several
) -> MemberLinks:
    """Make links for several members at once; whoever cannot join, or has joined, is left out.

    Refused as OutsideScope (403), for all of them, when one is not among those you administer.
    """
    for id in body.member_ids:
        await require_scope(tx, admin, id)
    made = await joining.invite_again(tx, admin.id, body.member_ids, address=caller.address)
    site = caller.site(settings.public_url)
    return MemberLinks(
        links=[
            MemberLink(
                member_id=each.member_id,
                userid=each.userid,
                name=each.name,
                link=f"{site}/join#{each.token}",
                expires_at=each.expires_at,
            )
            for each in made
        ]
    )


@endpoints.post("/join-requests", public=True)
async def ask_to_join(pool: Pool, services: Services, caller: Caller, body: AskToJoin) -> Asked:
    """Ask to be let in, with the company's QR code. HR decides; then one signs in with this userid and password.

    Refused as JoiningClosed and JoinCodeInvalid (403), TooManyJoinRequests (429), and where something of what is said
    cannot be (400); never because of who works here.
    """
    settings = services.settings
    if caller.is_foreign(settings.public_url):
        raise ForeignPage
    if not settings.join_requests:
        raise JoiningClosed
    code_of = await joining.check_code(pool, services.key, body.code, now=services.clock())
    asked = await joining.checked(
        services.hasher,
        services.limiter,
        Pace(
            settings.join_requests_per_address,
            settings.join_requests_per_address_day,
            settings.join_requests_per_day,
        ),
        name=body.name,
        mobile=body.mobile,
        userid=body.userid,
        words=body.words,
        password=body.password,
        address=caller.address,
    )
    async with transaction(pool) as tx:
        await joining.ask(tx, code_of, asked, address=caller.address)
    return Asked()


@endpoints.get("/join-requests")
async def list_join_requests(db: Db, hr: Personnel, query: WhichRequests) -> JoinRequests:
    """Who asks to join. A request is forgotten a month after it was decided."""
    found = await joining.join_requests(db, state=query.state, before=query.before, limit=PAGE)
    return JoinRequests(requests=[JoinRequestView.of(each) for each in found])


@endpoints.post("/join-requests/{request_id}/approve")
async def approve_join_request(tx: Tx, hr: Personnel, caller: Caller, path: OfRequest, body: Approval) -> Approved:
    """Let somebody in: they are a member of the department, and sign in with the password they chose.

    Refused as AlreadyDecided (409), and as adding a member is: UseridTaken, MobileTaken, NoSuchDepartment.
    """
    member_id = await joining.approve(
        tx, hr, path.request_id, body.department_id, userid=body.userid, name=body.name, address=caller.address
    )
    return Approved(member_id=member_id)


@endpoints.post("/join-requests/{request_id}/decline")
async def decline_join_request(tx: Tx, hr: Personnel, caller: Caller, path: OfRequest, body: Declining) -> None:
    """Do not let somebody in. Refused as AlreadyDecided (409)."""
    await joining.decline(tx, hr, path.request_id, body.because, address=caller.address)
