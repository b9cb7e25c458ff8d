"""The OpenAPI document as a page that people can read."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

Schema = Mapping[str, Any]


def read_aloud(document: Schema) -> str:
    """The body of a page that describes every call and every shape."""
    info, schemas = document["info"], document["components"]["schemas"]
    by_tag: dict[str, list[str]] = {each["name"]: [] for each in document["tags"]}
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            by_tag[call["tags"][0]].append(_call(method.upper(), path, call))
    contents = "".join(f'<li><a href="#chapter-{_anchor(tag)}">{escape(tag)}</a></li>' for tag in by_tag)
    parts = [
        f"<h1>{escape(info['title'])} {escape(info['version'])}: the API</h1>",
        f"<p>{escape(info['description'])}</p>",
        '<p class="soft">For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>',
        f'<nav aria-label="Contents"><ul>{contents}<li><a href="#shapes">Shapes</a></li>'
        '<li><a href="#events">Events</a></li><li><a href="#refusals">Refusals</a></li></ul></nav>',
    ]
    for tag, calls in by_tag.items():
        parts.append(f'<h2 id="chapter-{_anchor(tag)}">{escape(tag)}</h2>{"".join(calls)}')
    parts.append('<h2 id="events">Events</h2><p>What streams say, by kind.</p>' + _events(document))
    parts.append('<h2 id="refusals">Refusals</h2>' + _refusals(document))
    shapes = "".join(_shape(name, schema) for name, schema in sorted(schemas.items()))
    parts.append(f'<h2 id="shapes">Shapes</h2>{shapes}')
    return "\n".join(parts)


def _call(method: str, path: str, call: Schema) -> str:
    told = "".join(f"<p>{escape(part)}</p>" for part in call.get("description", "").split("\n\n") if part)
    if call.get("security") == []:
        told += '<p class="soft">Nobody need be signed in.</p>'
    if call.get("parameters"):
        rows = (
            (p["name"], f"{_type(p['schema'])} · {p['in']}", p["required"], p["schema"]) for p in call["parameters"]
        )
        told += "<h3>Parameters</h3>" + _table(rows)
    if body := call.get("requestBody"):
        told += f"<h3>Body</h3><p>{_type(next(iter(body['content'].values()))['schema'])}</p>"
    done = next(said for status, said in call["responses"].items() if status.startswith("2"))
    answer = next((body.get("schema") for body in done.get("content", {}).values()), None)
    told += f"<h3>Answer</h3><p>{_type(answer) if answer else 'Nothing but that it is done.'}</p>"
    return (
        f'<details id="{escape(call["operationId"])}"><summary><b>{method}</b> <code>{escape(path)}</code>'
        f"<span>{escape(call['summary'])}</span></summary><div>{told}</div></details>"
    )


def _events(document: Schema) -> str:
    schemas = document["components"]["schemas"]
    named = {kind: event["$ref"].rsplit("/", 1)[1] for kind, event in document.get("x-events", {}).items()}
    return "".join(_shape(kind, schemas[name]) for kind, name in named.items())


def _refusals(document: Schema) -> str:
    first = next(iter(next(iter(document["paths"].values())).values()))
    rows = "".join(
        f"<tr><td>{escape(status)}</td><td>{escape(said['description'])}</td></tr>"
        for status, said in first["responses"].items()
        if not status.startswith("2")
    )
    return (
        f"<p>Every refusal is a {_link('Refusal')}.</p>"
        f'<div class="scroll"><table><tr><th>Status</th><th>Meaning</th></tr>{rows}</table></div>'
    )


def _shape(name: str, schema: Schema) -> str:
    told = f"<p>{escape(schema['description'])}</p>" if schema.get("description") else ""
    required = schema.get("required", ())
    if properties := schema.get("properties"):
        told += _table((key, _type(each), key in required, each) for key, each in properties.items())
    else:
        told += f"<p>{_type(schema)}</p>"
    return (
        f'<details id="shape-{_anchor(name)}"><summary><code>{escape(name)}</code></summary><div>{told}</div></details>'
    )


def _table(rows: Iterable[tuple[str, str, bool, Schema]]) -> str:
    body = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{kind}</td><td>{escape(_remarks(schema, required))}</td></tr>"
        for name, kind, required, schema in rows
    )
    head = "<tr><th>Name</th><th>Type</th><th>What it is</th></tr>"
    return f'<div class="scroll"><table>{head}{body}</table></div>'


def _remarks(schema: Schema, required: bool) -> str:
    said = [schema["description"]] if schema.get("description") else []
    bounds = {"minLength": "at least {} characters", "maxLength": "at most {} characters"}
    bounds |= {"minItems": "at least {} items", "maxItems": "at most {} items"}
    said += [f"{words.format(schema[key])}." for key, words in bounds.items() if key in schema]
    if "minimum" in schema and "maximum" in schema and schema["maximum"] < 2**31:
        said.append(f"{schema['minimum']} to {schema['maximum']}.")
    if not required:
        default = schema.get("default")
        said.append("May be left out." if default in (None, "") else f"{default} where left out.")
    return " ".join(part[0].upper() + part[1:] for part in said)


def _type(schema: Schema) -> str:
    """A type in a few words, as HTML, with links to the shapes it names."""
    if "$ref" in schema:
        return _link(schema["$ref"].rsplit("/", 1)[1])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(_type(each) for each in schema[key]))
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(each))}</code>" for each in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    kind = schema.get("format") or schema.get("type") or "anything"
    return escape(" | ".join(kind) if isinstance(kind, list) else str(kind))


def _link(name: str) -> str:
    return f'<a href="#shape-{_anchor(name)}">{escape(name)}</a>'


def _anchor(name: str) -> str:
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in name)
