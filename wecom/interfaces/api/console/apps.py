"""Apps and robots as administrators look after them: trying one out, every robot there is, the joining code."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import apps, joining
from wecom.features.accounts import Admin, Personnel
from wecom.features.joining import JoiningClosed
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..apps import OfApp
from ..wire import Id, Text

endpoints = Endpoints("/api", tag="Console: apps")


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TestMessage(_Request):
    """What an app shall say to you."""

    content: Annotated[Text, Field(min_length=1, max_length=600)]


class TestSent(BaseModel):
    """Where it was said."""

    conversation_id: int
    seq: int


class CompanyRobot(BaseModel):
    """A robot, and where it speaks."""

    id: int
    name: str
    enabled: bool
    group: str = Field(description="What its group is called; empty: it has no name.")
    chatid: str
    created_by: int
    created_at: Instant


class CompanyRobots(BaseModel):
    """Every robot of the company."""

    robots: list[CompanyRobot]


class OfRobot(_Request):
    robot_id: Id


class RobotStanding(_Request):
    """Whether a robot may speak."""

    enabled: bool


class JoinCode(BaseModel):
    """What leads to the page where people ask to join."""

    link: str
    picture: str = Field(description="The same as a QR code, to print.")


@endpoints.post("/company-apps/{app_id}/test-message")
async def send_test_message(
    tx: Tx, admin: Admin, services: Services, caller: Caller, path: OfApp, body: TestMessage
) -> TestSent:
    """Have an app say something to you. Refused as NobodyReachable (400) where you are not in its visible range."""
    sent = await apps.try_out(
        tx,
        admin.id,
        admin.userid,
        path.app_id,
        body.content,
        day=apps.day_of(services.clock(), services.company.timezone),
        from_address=caller.address,
    )
    return TestSent(conversation_id=sent.conversation_id, seq=sent.seq)


@endpoints.get("/console/robots")
async def list_company_robots(db: Db, admin: Admin) -> CompanyRobots:
    """Every robot of the company, without what they say."""
    return CompanyRobots(
        robots=[
            CompanyRobot(
                id=robot.id,
                name=robot.name,
                enabled=robot.enabled,
                group=group,
                chatid=chatid,
                created_by=robot.created_by,
                created_at=robot.created_at,
            )
            for robot, chatid, group in await apps.all_robots(db)
        ]
    )


@endpoints.patch("/console/robots/{robot_id}")
async def set_robot_standing(tx: Tx, admin: Admin, caller: Caller, path: OfRobot, body: RobotStanding) -> None:
    """Silence a robot, or let it speak again, whoever leads its group."""
    await apps.silence_robot(tx, admin.id, path.robot_id, enabled=body.enabled, address=caller.address)


@endpoints.get("/console/join-code")
async def read_join_code(db: Db, hr: Personnel, services: Services, caller: Caller) -> JoinCode:
    """The company's QR code, good for seven days. Refused as JoiningClosed (403) where nobody can ask to join."""
    if not services.settings.join_requests:
        raise JoiningClosed
    code = await joining.company_code(db, services.key, now=services.clock())
    site = caller.site(services.settings.public_url)
    return JoinCode(link=f"{site}/join/{code}", picture=f"{site}/join/{code}/qr-2.png")
