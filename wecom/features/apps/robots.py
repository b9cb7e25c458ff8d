"""Group robots: webhooks that speak in one conversation. Who leads the group makes and keeps them."""

import hashlib
import re
import uuid
from dataclasses import replace

from wecom.features.messaging.model import NoSuchConversation
from wecom.features.messaging.participants import admit, entered, must_lead, put_out
from wecom.features.messaging.queries import conversations
from wecom.foundation import audit, streams
from wecom.foundation.db import Db, Tx

from . import queries
from .model import (
    InvalidRobotName,
    NoSuchRobot,
    Robot,
    RobotChanged,
    RobotDisabled,
    RobotKeyTaken,
    TooManyRobots,
)

SYSTEM = 2
"""The actor who need not lead a group: the command line, and the demo company."""

MOST = 20
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


async def create_robot(
    tx: Tx, by: int, conversation_id: int, name: str, *, key: str = "", address: str = ""
) -> tuple[Robot, str]:
    """A robot in a group, and its key, which is told once. `key`: the one it is to have; empty: one is made."""
    await _leading(tx, by, conversation_id)
    if await queries.count_robots(tx, conversation_id) >= MOST:
        raise TooManyRobots
    name, key = _good_name(name), key or str(uuid.uuid4())
    robot = await queries.insert_robot(tx, conversation_id, name, key_hash(key), by)
    if not robot:
        raise RobotKeyTaken
    await admit(tx, by, conversation_id, [robot.id], "robot")
    await _tell(tx, robot)
    await _record(tx, by, "robot.create", robot, address)
    return robot, key


async def change_robot(
    tx: Tx,
    by: int,
    conversation_id: int,
    robot_id: int,
    *,
    name: str | None = None,
    enabled: bool | None = None,
    address: str = "",
) -> Robot:
    """Rename a robot, silence it or let it speak again."""
    robot = await _led(tx, by, conversation_id, robot_id)
    name = robot.name if name is None else _good_name(name)
    enabled = robot.enabled if enabled is None else enabled
    if (name, enabled) == (robot.name, robot.enabled):
        return robot
    await queries.update_robot(tx, robot_id, name, enabled)
    robot = Robot(robot.id, conversation_id, name, enabled, robot.created_by, robot.created_at)
    await _tell(tx, robot)
    await _record(tx, by, "robot.change", robot, address)
    return robot


async def silence_robot(tx: Tx, by: int, robot_id: int, *, enabled: bool, address: str = "") -> Robot:
    """As an administrator of the company may, who need not be in the robot's group: silence it, or let it speak."""
    place = {each.id: each.conversation_id for each, _, _ in await queries.all_robots(tx)}.get(robot_id)
    if place is None:
        raise NoSuchRobot
    robot = await _led(tx, SYSTEM, place, robot_id)
    if robot.enabled == enabled:
        return robot
    await queries.update_robot(tx, robot_id, robot.name, enabled)
    robot = replace(robot, enabled=enabled)
    await _tell(tx, robot)
    await _record(tx, by, "robot.change", robot, address)
    return robot


async def rotate_key(tx: Tx, by: int, conversation_id: int, robot_id: int, *, address: str = "") -> str:
    """Another key; the old one is refused from now on."""
    robot, key = await _led(tx, by, conversation_id, robot_id), str(uuid.uuid4())
    await queries.replace_key(tx, robot_id, key_hash(key))
    await _record(tx, by, "robot.rotate_key", robot, address)
    return key


async def remove_robot(tx: Tx, by: int, conversation_id: int, robot_id: int, *, address: str = "") -> None:
    """Take a robot out of its group for good; what it said stays."""
    robot = await _led(tx, by, conversation_id, robot_id)
    await queries.mark_robot_removed(tx, robot_id)
    await _tell(tx, robot, removed=True)
    await put_out(tx, by, conversation_id, [robot_id])
    await _record(tx, by, "robot.remove", robot, address)


async def robots_of(db: Db, member_id: int, conversation_id: int) -> list[Robot]:
    """The robots of a group, for one who takes part in it."""
    if not await conversations.standing(db, conversation_id, member_id):
        raise NoSuchConversation
    return await queries.robots_in(db, conversation_id)


async def robot_with_key(db: Db, key: str) -> Robot:
    """The robot with this key; raises `NoSuchRobot` or `RobotDisabled`."""
    robot = await queries.robot_by_key(db, key_hash(key))
    if not robot:
        raise NoSuchRobot
    if not robot.enabled:
        raise RobotDisabled
    return robot


def key_hash(key: str) -> bytes:
    """Keys are 122 random bits, so a plain hash keeps them as well as a slow one."""
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


async def _leading(tx: Tx, by: int, conversation_id: int) -> None:
    """Lock a group through one who leads it."""
    if by != SYSTEM:
        must_lead(await entered(tx, conversation_id, by, group=True))
        return
    await streams.lock_streams(tx, [conversation_id])
    if not await queries.group_goes_on(tx, conversation_id):
        raise NoSuchConversation


async def _led(tx: Tx, by: int, conversation_id: int, robot_id: int) -> Robot:
    await _leading(tx, by, conversation_id)
    robot = await queries.lock_robot(tx, robot_id, conversation_id)
    if not robot:
        raise NoSuchRobot
    return robot


async def _tell(tx: Tx, robot: Robot, *, removed: bool = False) -> None:
    changed = RobotChanged(robot_id=robot.id, name=robot.name, enabled=robot.enabled and not removed, removed=removed)
    await streams.advance(tx, robot.conversation_id, changed)


async def _record(tx: Tx, by: int, action: audit.Action, robot: Robot, address: str) -> None:
    await audit.record(
        tx,
        by,
        action,
        f"robot:{robot.id}",
        address=address,
        name=robot.name,
        enabled=robot.enabled,
        conversation_id=robot.conversation_id,
    )


def _good_name(name: str) -> str:
    name = _CONTROL.sub(" ", name).strip()
    if not 1 <= len(name) <= 32:
        raise InvalidRobotName
    return name
