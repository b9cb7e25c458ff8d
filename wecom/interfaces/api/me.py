"""Who I am."""

from pydantic import BaseModel, Field

from wecom.features.accounts import Arrival, Me
from wecom.foundation.http import Endpoints
from wecom.settings import Settings

endpoints = Endpoints("/api", tag="Me")


class MeView(BaseModel):
    """The member who is signed in."""

    id: int = Field(description="The member's id, which is also the id of their own stream.")
    userid: str
    name: str
    roles: list[str] = Field(
        description="Roles held: administrator, department_administrator, auditor, hr, health_reader, "
        "customer_supervisor."
    )
    scopes: list[int] = Field(
        description="Departments that the member administers, each with all under it; 1 is the whole company."
    )
    session_id: int = Field(description="This device's session, as in the list of devices.")
    must_change_password: bool = Field(
        description="True: every other call is refused as PasswordMustChange until the password is changed."
    )

    @classmethod
    def of(cls, me: Me) -> "MeView":
        return cls(
            id=me.id,
            userid=me.userid,
            name=me.name,
            roles=sorted(me.roles),
            scopes=sorted(me.scopes),
            session_id=me.session_id,
            must_change_password=me.must_change,
        )


@endpoints.get("/me")
async def who_am_i(me: Arrival) -> MeView:
    """Who is signed in here, and what they may do."""
    return MeView.of(me)


class Allowed(BaseModel):
    """What the company has settled of what members may do: clients do not offer what would be refused."""

    recall_minutes: int = Field(description="For so long one may take back what one said oneself.")
    own_pictures: bool = Field(description="True: members choose the picture beside their own name.")


@endpoints.get("/me/rules")
async def read_rules(me: Me, settings: Settings) -> Allowed:
    """What you may do here, as far as the company has settled it."""
    return Allowed(recall_minutes=settings.recall_minutes, own_pictures=settings.own_pictures)
