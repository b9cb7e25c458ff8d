"""What actors are called: whoever sends, joins, leads or is on record, by the id that messages and changes name."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from wecom.features import apps
from wecom.features.accounts import Me
from wecom.foundation.db import Db
from wecom.foundation.http import Endpoints

from .viewing import sight_of
from .wire import Id

endpoints = Endpoints("/api/actors")

KNOW_EVERYBODY = frozenset({"administrator", "auditor"})
"""Whoever reads what was done must be able to read who did it."""


class WhichActors(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: Annotated[list[Id], BeforeValidator(lambda given: given if isinstance(given, list) else [given])] = Field(
        min_length=1, max_length=200, description="Which; repeat it for several."
    )


class ActorView(BaseModel):
    """An actor, as one draws it beside what it said."""

    id: int
    kind: Literal["member", "app", "robot", "system"]
    name: str
    avatar: str = Field(description="A member's picture or an app's logo; empty: none.")


class Actors(BaseModel):
    actors: list[ActorView] = Field(description="By id; whom you may not know is left out.")


@endpoints.get("")
async def name_actors(db: Db, me: Me, query: WhichActors) -> Actors:
    """Several actors by their ids: members, apps, robots, the system.

    Members whom you see in the directory, whoever is or was in a conversation with you (by name alone, where a rule
    hides them from you), and the apps that are shown to you or wrote to you, those taken away since included.
    """
    everybody = bool(KNOW_EVERYBODY & me.roles)
    sight = await sight_of(db, me)
    found = await apps.actors_named(db, me.id, query.id, seen_by=sight, everybody=everybody)
    return Actors(actors=[ActorView(id=each.id, kind=each.kind, name=each.name, avatar=each.picture) for each in found])
