"""The OpenAPI document: valid, and complete about what endpoints say."""

from typing import Annotated, Literal

import jsonschema_rs
from pydantic import BaseModel, Field
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from wecom.foundation import http
from wecom.foundation.http import Endpoints

from .entrance import Guest


class Refusal(BaseModel):
    error: str


class Text(BaseModel):
    msgtype: Literal["text"]
    content: str


class Picture(BaseModel):
    msgtype: Literal["image"]
    width: int = Field(ge=1)


class Message(BaseModel):
    body: Annotated[Text | Picture, Field(discriminator="msgtype")]
    reply_to: "Message | None" = None


class InConversation(BaseModel):
    conversation_id: int = Field(ge=1, description="Which conversation.")


class Page(BaseModel):
    before: int | None = None
    limit: int = Field(50, ge=1, le=200)
    kind: Literal["a", "b"]


endpoints = Endpoints("/api/conversations/{conversation_id}")


@endpoints.get("/messages")
async def read(me: Guest, path: InConversation, query: Page) -> Message:
    """A page of a conversation.

    Oldest first,
    and at most so many.
    """
    raise NotImplementedError


@endpoints.post("/messages", public=True)
async def send(path: InConversation, body: Message) -> None:
    """Say something."""


def document() -> dict[str, object]:
    bearer = {"bearer": {"type": "http", "scheme": "bearer"}}
    return http.document(
        "t", "1", {"messages": endpoints}, refusal=Refusal, statuses={400: "Not understood."}, security=bearer
    )


def test_the_document_is_valid() -> None:
    OPENAPI_31_VALIDATOR.validate(document())


def test_every_schema_in_it_is_one() -> None:
    schemas = document()["components"]["schemas"]  # type: ignore[index]
    assert {"Refusal", "Message-Input", "Message-Output", "Text", "Picture"} <= set(schemas)
    for name in schemas:
        jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}})


def test_an_operation_says_all_that_its_signature_says() -> None:
    paths = document()["paths"]["/api/conversations/{conversation_id}/messages"]  # type: ignore[index]
    get, post = paths["get"], paths["post"]
    assert get["summary"] == "A page of a conversation."
    assert get["description"] == "Oldest first, and at most so many."
    named = {(each["in"], each["name"]): each["required"] for each in get["parameters"]}
    assert named == {
        ("path", "conversation_id"): True,
        ("query", "before"): False,
        ("query", "limit"): False,
        ("query", "kind"): True,
    }
    assert get["security"] and post["security"] == []
    assert get["responses"]["200"]["content"] and "content" not in post["responses"]["200"]
    assert get["responses"]["400"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Refusal"}
    assert post["requestBody"]["required"]
