"""Group robots: who leads a group makes and keeps them; all who take part see that they are there."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import apps
from wecom.features.accounts import Me
from wecom.features.apps import Robot
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.settings import Settings

from .wire import Id, Text

endpoints = Endpoints("/api/conversations/{conversation_id}/robots")

Name = Annotated[Text, Field(min_length=1, max_length=32, description="1 to 32 characters.")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OfConversation(_Request):
    conversation_id: Id


class OfRobot(OfConversation):
    robot_id: Id


class NewRobot(_Request):
    name: Name


class RobotChanges(_Request):
    """What is not given stays as it is."""

    name: Name | None = None
    enabled: bool | None = None


class RobotView(BaseModel):
    """A robot, as those in its group see it."""

    id: int = Field(description="Also its actor's: it sends under this id.")
    name: str
    enabled: bool
    created_by: int
    created_at: Instant

    @classmethod
    def of(cls, robot: Robot) -> "RobotView":
        return cls(**{name: getattr(robot, name) for name in cls.model_fields})


class Robots(BaseModel):
    robots: list[RobotView]


class RobotWithKey(BaseModel):
    robot: RobotView
    webhook: str = Field(description="Where to post to; shown this once, since whoever has it can speak as the robot.")


@endpoints.get("")
async def read_robots(db: Db, me: Me, path: OfConversation) -> Robots:
    """The robots of a group that you are in."""
    robots = await apps.robots_of(db, me.id, path.conversation_id)
    return Robots(robots=[RobotView.of(each) for each in robots])


@endpoints.post("")
async def create_robot(
    tx: Tx, me: Me, path: OfConversation, body: NewRobot, caller: Caller, settings: Settings
) -> RobotWithKey:
    """Add a robot to a group that you lead. Its webhook is shown this once."""
    robot, key = await apps.create_robot(tx, me.id, path.conversation_id, body.name, address=caller.address)
    return RobotWithKey(robot=RobotView.of(robot), webhook=_webhook(settings, key))


@endpoints.patch("/{robot_id}")
async def change_robot(tx: Tx, me: Me, path: OfRobot, body: RobotChanges, caller: Caller) -> RobotView:
    """Rename a robot, silence it or let it speak again."""
    robot = await apps.change_robot(
        tx,
        me.id,
        path.conversation_id,
        path.robot_id,
        name=body.name,
        enabled=body.enabled,
        address=caller.address,
    )
    return RobotView.of(robot)


@endpoints.post("/{robot_id}/key")
async def rotate_robot_key(tx: Tx, me: Me, path: OfRobot, caller: Caller, settings: Settings) -> RobotWithKey:
    """Give a robot another webhook, shown this once; the old one is refused from now on."""
    key = await apps.rotate_key(tx, me.id, path.conversation_id, path.robot_id, address=caller.address)
    robots = await apps.robots_of(tx, me.id, path.conversation_id)
    robot = next(each for each in robots if each.id == path.robot_id)
    return RobotWithKey(robot=RobotView.of(robot), webhook=_webhook(settings, key))


@endpoints.delete("/{robot_id}")
async def remove_robot(tx: Tx, me: Me, path: OfRobot, caller: Caller) -> None:
    """Take a robot out of its group for good; what it said stays."""
    await apps.remove_robot(tx, me.id, path.conversation_id, path.robot_id, address=caller.address)


def _webhook(settings: Settings, key: str) -> str:
    """In full where the server knows its address; else from its root."""
    return f"{settings.public_url.rstrip('/')}/cgi-bin/webhook/send?key={key}"
