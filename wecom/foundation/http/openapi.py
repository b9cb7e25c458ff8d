"""The OpenAPI 3.1 document, read off the endpoints."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .endpoint import Endpoint, Headed
from .files import FileAnswer, Incoming, Upload

REF = "#/components/schemas/{model}"
BYTES = {"type": "string", "format": "binary"}
SAID: Literal["serialization"] = "serialization"
UPLOAD = {"type": "object", "properties": {"media": BYTES}, "required": ["media"]}


def document(
    title: str,
    version: str,
    endpoints: Mapping[str, Iterable[Endpoint]],
    *,
    refusal: type[BaseModel],
    statuses: Mapping[int, str],
    security: Mapping[str, Mapping[str, str]],
    description: str = "",
    events: Mapping[str, type[BaseModel]] | None = None,
) -> dict[str, Any]:
    """`endpoints` by tag; `statuses`: what each status of a refusal means, by number; `security`: the ways to
    say who is calling, of which one is needed; `events`: what streams say, by kind, for `x-events`."""
    told = {kind: (event, SAID) for kind, event in sorted((events or {}).items())}
    listed = [(tag, endpoint) for tag, group in endpoints.items() for endpoint in group]
    models: set[tuple[type[BaseModel], str]] = {(refusal, SAID), *told.values()}
    for _, each in listed:
        models |= {(model, "validation") for model in each.parts.values()}
        if each.response and not issubclass(each.response, FileAnswer | Headed):
            models.add((each.response, "serialization"))
    ordered = sorted(models, key=lambda pair: (pair[0].__module__, pair[0].__qualname__, pair[1]))
    refs, definitions = models_json_schema(ordered, ref_template=REF)  # type: ignore[arg-type]
    schemas = definitions.get("$defs", {})
    paths: dict[str, Any] = {}
    for tag, each in listed:
        operation = _operation(tag, each, refs, schemas, refs[(refusal, "serialization")], statuses)
        operation["security"] = [] if each.public else [{name: []} for name in security]
        paths.setdefault(each.path, {})[each.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {name: dict(scheme) for name, scheme in security.items()},
        },
        "tags": [{"name": tag} for tag in endpoints],
        **({"x-events": {kind: refs[model] for kind, model in told.items()}} if told else {}),
    }


def _operation(
    tag: str,
    endpoint: Endpoint,
    refs: Mapping[Any, Any],
    schemas: Mapping[str, Any],
    refusal: Any,
    statuses: Mapping[int, str],
) -> dict[str, Any]:
    summary, _, rest = endpoint.description.partition("\n")
    done = str(endpoint.status)
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [tag],
        "summary": summary,
        "description": re.sub(r"\n(?!\n)", " ", rest.strip()),
        "parameters": _parameters(endpoint, refs, schemas),
        "responses": {done: {"description": "Done."}}
        | {
            str(status): {
                "description": meaning,
                "content": {"application/json": {"schema": refusal}},
            }
            for status, meaning in statuses.items()
        },
    }
    if body := endpoint.parts.get("body"):
        schema = refs[(body, "validation")]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if Upload in endpoint.wants.values():
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": UPLOAD}}}
    if Incoming in endpoint.wants.values():
        content = {"application/offset+octet-stream": {"schema": BYTES}}
        operation["requestBody"] = {"required": True, "content": content}
    if endpoint.response and issubclass(endpoint.response, FileAnswer):
        operation["responses"][done]["content"] = {"application/octet-stream": {"schema": BYTES}}
    elif endpoint.response and not issubclass(endpoint.response, Headed):
        schema = refs[(endpoint.response, "serialization")]
        operation["responses"][done]["content"] = {"application/json": {"schema": schema}}
    return operation


def _parameters(endpoint: Endpoint, refs: Mapping[Any, Any], schemas: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for part, place in (("path", "path"), ("query", "query"), ("headers", "header")):
        if model := endpoint.parts.get(part):
            schema = schemas[refs[(model, "validation")]["$ref"].rsplit("/", 1)[1]]
            for name, field in schema.get("properties", {}).items():
                required = part == "path" or name in schema.get("required", ())
                found.append({"name": name, "in": place, "required": required, "schema": field})
    return found
