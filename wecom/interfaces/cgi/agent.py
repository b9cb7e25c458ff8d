"""应用管理: an app reads and describes itself."""

from pydantic import Field

from wecom.features import apps, directory, media
from wecom.features.apps import App, AppFields, AppProfile, SpeakingApp
from wecom.features.apps.model import NoSuchApp
from wecom.features.lifecycle.faces import address_of
from wecom.features.lifecycle.pictures import OWNER
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services

from .member_wire import faces
from .refusals import AnotherApp, InvalidReportLocation
from .wire import Answer, Body, Flag, Number, Query, QueryNumber, Text

endpoints = Endpoints("/cgi-bin/agent")


class OneAgent(Query):
    agentid: QueryNumber


class AgentSettings(Body):
    agentid: Number
    name: Text | None = None
    logo_mediaid: Text | None = None
    description: Text | None = None
    report_location_flag: Number | None = None
    isreportenter: Number | None = None
    redirect_domain: Text | None = Field(None, max_length=256)
    home_url: Text | None = None


class AllowedUser(Answer):
    userid: str


class AllowedUsers(Answer):
    user: list[AllowedUser]


class AllowedParties(Answer):
    partyid: list[int]


class AllowedTags(Answer):
    tagid: list[int]


class Agent(Answer):
    agentid: int
    name: str
    square_logo_url: str
    description: str
    allow_userinfos: AllowedUsers
    allow_partys: AllowedParties
    allow_tags: AllowedTags
    close: Flag
    redirect_domain: str
    report_location_flag: int
    isreportenter: int
    home_url: str
    customized_publish_status: int = 1
    """Published: an app of the company's own is never anything else."""


class BriefAgent(Answer):
    agentid: int
    name: str
    square_logo_url: str


class AgentList(Answer):
    agentlist: list[BriefAgent]


@endpoints.get("/get", docs=(90227, 90363, 90845))
async def get_agent(db: Db, app: SpeakingApp, query: OneAgent, services: Services, caller: Caller) -> Agent:
    """获取指定的应用详情: what is said of the app, and whom it sees."""
    found = await must_be(db, app, query.agentid)
    userids = await directory.userids_of(db, found.visible_members)
    return Agent(
        agentid=query.agentid,
        name=found.name,
        square_logo_url=faces(services, caller).at(found.logo),
        description=found.description,
        allow_userinfos=AllowedUsers(
            user=[AllowedUser(userid=userids[id]) for id in found.visible_members if id in userids]
        ),
        allow_partys=AllowedParties(partyid=list(found.visible_departments)),
        allow_tags=AllowedTags(tagid=list(found.visible_tags)),
        close=not found.enabled,
        redirect_domain=next(iter(found.redirect_domains), ""),
        report_location_flag=found.report_location,
        isreportenter=found.report_enter,
        home_url=found.home_url,
    )


@endpoints.get("/list", docs=(90227, 90363, 90845))
async def list_agents(db: Db, app: App, services: Services, caller: Caller) -> AgentList:
    """获取access_token对应的应用列表: the one app that has this token; none for the contacts secret."""
    found = await apps.profile(db, app.id)
    if not found or found.agentid is None:
        return AgentList(agentlist=[])
    logo = faces(services, caller).at(found.logo)
    brief = BriefAgent(agentid=found.agentid, name=found.name, square_logo_url=logo)
    return AgentList(agentlist=[brief])


@endpoints.post("/set", docs=(90228,))
async def set_agent(tx: Tx, app: SpeakingApp, body: AgentSettings, caller: Caller) -> Answer:
    """设置应用: describe the app anew; what is not given stays."""
    before = await must_be(tx, app, body.agentid)
    logo = await media.picture(tx, body.logo_mediaid) if body.logo_mediaid else None
    if body.report_location_flag not in (None, 0, 1):
        raise InvalidReportLocation
    said: AppFields = {}
    if logo:
        said["logo"] = address_of(logo.hash)
        await media.show(tx, logo, OWNER, f"app:{app.id}")
    if body.name is not None:
        said["name"] = body.name
    if body.description is not None:
        said["description"] = body.description
    if body.redirect_domain is not None:
        others = before.redirect_domains[1:] if body.redirect_domain else ()
        said["redirect_domains"] = [each for each in (body.redirect_domain, *others) if each]
    if body.home_url is not None:
        said["home_url"] = body.home_url
    if body.report_location_flag is not None:
        said["report_location"] = body.report_location_flag
    if body.isreportenter is not None:
        said["report_enter"] = body.isreportenter
    await apps.change_app(tx, app.id, app.id, from_address=caller.address, **said)
    return Answer()


async def must_be(db: Db, app: SpeakingApp, agentid: int) -> AppProfile:
    """The app that is calling, if the agentid is its own."""
    if agentid != app.agentid:
        raise AnotherApp if await apps.profile_of_agentid(db, agentid) else NoSuchApp
    found = await apps.profile(db, app.id)
    if not found:
        raise NoSuchApp
    return found
