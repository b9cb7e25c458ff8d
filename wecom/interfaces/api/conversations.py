"""Conversations: starting, listing, naming, coming and going, leading."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import messaging
from wecom.features.accounts import Me
from wecom.features.directory import members_by_ids
from wecom.features.messaging import Listed
from wecom.features.messaging.model import UnknownMembers
from wecom.features.messaging.prefer import Notify
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Endpoints
from wecom.foundation.instants import Instant

from .viewing import sight_of

endpoints = Endpoints("/api/conversations")

Id = Annotated[int, Field(ge=1, lt=2**62)]
Name = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class InConversation(_Request):
    conversation_id: Id


class OfParticipant(_Request):
    conversation_id: Id
    member_id: Id


class NewDirect(_Request):
    member_id: Id = Field(description="Whom to talk with.")


class NewGroup(_Request):
    name: Name = Field("", description="Up to 50 characters; empty: clients show the members' names.")
    member_ids: list[Id] = Field(max_length=10_000, description="Who takes part besides you.")


class NewName(_Request):
    name: Name = Field(description="1 to 50 characters.")


class MemberIds(_Request):
    member_ids: list[Id] = Field(min_length=1, max_length=2000)


class NewRole(_Request):
    role: Literal["owner", "administrator", "member"]


class LastMessage(BaseModel):
    seq: int
    sender_id: int
    sent_at: Instant
    content: dict[str, Any] | None = Field(description="Null where it was recalled.")


class DraftView(BaseModel):
    """What you have begun to write."""

    content: str
    reply_to: int | None
    mentions: list[int]
    updated_at: Instant


class ConversationView(BaseModel):
    """A conversation as it stands for you. `head` is the cursor to go on from."""

    id: int
    kind: str = Field(description="direct, group, appchat, app or customer.")
    chatid: str
    name: str = Field(description="Empty: clients show the members' names; of an app, it has not written to you yet.")
    app_id: int | None
    peer_id: int | None = Field(description="The other member of a direct conversation.")
    role: str
    from_seq: int = Field(description="You see what comes after this number.")
    head: int
    read_seq: int
    unread: int = Field(description="Messages of others above read_seq; 100 stands for 100 and more.")
    mentioned: bool = Field(description="Whether one of the unread calls on you.")
    members: int = Field(description="How many take part, without apps and robots.")
    created_at: Instant
    last: LastMessage | None
    pinned_at: Instant | None
    notify: Notify
    muted_until: Instant | None = Field(description="Nothing of it is pushed until then; what is past says nothing.")
    hidden: bool = Field(description="Whether you hid it, and nothing was said since.")
    hidden_up_to: int | None = Field(description="It is hidden for as long as no message is above this number.")
    draft: DraftView | None

    @classmethod
    def of(cls, each: Listed) -> "ConversationView":
        last = None
        if each.last_seq is not None and each.last_at is not None and each.last_sender_id is not None:
            last = LastMessage(
                seq=each.last_seq, sender_id=each.last_sender_id, sent_at=each.last_at, content=each.last_body
            )
        names = ("id", "kind", "chatid", "name", "app_id", "peer_id", "role", "from_seq", "head", "read_seq")
        counts = ("unread", "mentioned", "members", "created_at")
        own = ("pinned_at", "notify", "muted_until", "hidden", "hidden_up_to", "draft")
        return cls(**{name: getattr(each, name) for name in (*names, *counts, *own)}, last=last)


class Conversations(BaseModel):
    conversations: list[ConversationView]


class ParticipantView(BaseModel):
    actor_id: int
    role: str = Field(description="owner, administrator, member, app or robot.")
    joined_at: Instant


class Participants(BaseModel):
    participants: list[ParticipantView]


class Changed(BaseModel):
    member_ids: list[int] = Field(description="Whom it made a difference for.")


class Done(BaseModel):
    """It is done; the conversation's stream says the rest."""


async def visible(db: Db, me: Me, member_ids: list[int]) -> list[int]:
    """The members named, each once, in the order named; raises when one is not there or not to be seen."""
    wanted = list(dict.fromkeys(member_ids))
    sight = await sight_of(db, me)
    seen = {each.id for each in await members_by_ids(db, wanted, seen_by=sight)}
    if unknown := [id for id in wanted if id not in seen]:
        raise UnknownMembers(member_ids=unknown[:100])
    return wanted


async def view(db: Db, me: Me, conversation_id: int) -> ConversationView:
    return ConversationView.of(await messaging.conversation_of(db, me.id, conversation_id))


@endpoints.get("")
async def list_conversations(db: Db, me: Me) -> Conversations:
    """Your conversations, the liveliest first: the snapshot that the streams go on from.

    Every member hears the streams of all apps, so `heads` name them all; an app's conversation is listed here from
    its first message to you on.
    """
    listed = await messaging.conversations_of(db, me.id)
    return Conversations(conversations=[ConversationView.of(each) for each in listed])


@endpoints.get("/{conversation_id}")
async def read_conversation(db: Db, me: Me, path: InConversation) -> ConversationView:
    """One conversation; an app's also before it has written to you, and then without a name.

    Errors: 404 when you do not take part in it.
    """
    return await view(db, me, path.conversation_id)


@endpoints.post("/direct")
async def start_direct(tx: Tx, me: Me, body: NewDirect) -> ConversationView:
    """The conversation between you and another member, begun if there is none yet.

    Errors: 400 for a member who is not there or whom you may not see, and for yourself.
    """
    [other] = await visible(tx, me, [body.member_id])
    return await view(tx, me, await messaging.direct_with(tx, me.id, other))


@endpoints.post("")
async def start_group(tx: Tx, me: Me, body: NewGroup) -> ConversationView:
    """Start a group, which you own. Up to 10,000 members."""
    others = await visible(tx, me, [id for id in body.member_ids if id != me.id])
    return await view(tx, me, await messaging.create_group(tx, me.id, body.name, others))


@endpoints.patch("/{conversation_id}")
async def rename_conversation(tx: Tx, me: Me, path: InConversation, body: NewName) -> Done:
    """Rename a group; everybody who takes part may. Errors: 409 for a direct conversation."""
    await messaging.rename(tx, me.id, path.conversation_id, body.name)
    return Done()


@endpoints.delete("/{conversation_id}")
async def dissolve_conversation(tx: Tx, me: Me, path: InConversation) -> Done:
    """End a group for everybody; its owner may."""
    await messaging.dissolve(tx, me.id, path.conversation_id)
    return Done()


@endpoints.get("/{conversation_id}/participants")
async def list_participants(db: Db, me: Me, path: InConversation) -> Participants:
    """Who takes part now, the longest first."""
    listed = await messaging.participants_of(db, me.id, path.conversation_id)
    return Participants(
        participants=[ParticipantView(actor_id=p.actor_id, role=p.role, joined_at=p.joined_at) for p in listed]
    )


@endpoints.post("/{conversation_id}/participants")
async def add_to_conversation(tx: Tx, me: Me, path: InConversation, body: MemberIds) -> Changed:
    """Bring members into a group; they see what is said from now on."""
    new = await visible(tx, me, body.member_ids)
    return Changed(member_ids=await messaging.add_participants(tx, me.id, path.conversation_id, new))


@endpoints.delete("/{conversation_id}/participants/{member_id}")
async def remove_from_conversation(tx: Tx, me: Me, path: OfParticipant) -> Changed:
    """Put a member out of a group (its owner and administrators may), or leave it yourself."""
    if path.member_id == me.id:
        await messaging.leave(tx, me.id, path.conversation_id)
        return Changed(member_ids=[me.id])
    gone = await messaging.remove_participants(tx, me.id, path.conversation_id, [path.member_id])
    return Changed(member_ids=gone)


@endpoints.put("/{conversation_id}/participants/{member_id}/role")
async def change_role(tx: Tx, me: Me, path: OfParticipant, body: NewRole) -> Done:
    """Make a member the owner, an administrator or an ordinary member; the owner may."""
    if body.role == "owner":
        await messaging.transfer(tx, me.id, path.conversation_id, path.member_id)
    else:
        await messaging.set_role(tx, me.id, path.conversation_id, path.member_id, body.role)
    return Done()
