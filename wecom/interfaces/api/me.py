"""Who I am."""

from pydantic import BaseModel, Field

from wecom.features.accounts import Arrival, Me
from wecom.foundation.http import Endpoints

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
