"""The API's description for programs (OpenAPI 3.1), made from the route table: it cannot say what the server does not do."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from bema import __version__
from bema.edge.answers import Answer
from bema.edge.call import Call, Upload
from bema.edge.mastodon.paging import Paging
from bema.edge.rates import RATES
from bema.edge.routes import Needs, Route, Routes, Surface
from bema.model.policy import SCOPES
from bema.store.tx import Tx
from bema.wire.mastodon.oauth import Error
from bema.wire.mastodon.statuses import Status

Schema = dict[str, Any]

_PARAMETER = re.compile(r"\{(\w+)(\.\.\.)?\}")
_BODILESS = ("GET", "DELETE", "HEAD")
_COMPONENTS = "#/components/schemas/{name}"
_NOTHING: Schema = {"type": "object", "description": "The empty success `{}`."}


def serving(described: Sequence[Route]) -> Routes:
    """Return the route that gives out the description of the others, and of itself."""
    routes = Routes(Surface.PLAIN)

    @lru_cache(maxsize=1)
    def document(base: str) -> bytes:
        return msgspec.json.encode(describe([*described, *routes], base))

    @routes.get("/api/openapi.json", answer=dict)
    def openapi(call: Call, tx: Tx) -> Answer:
        """Describe the API for programs."""
        return Answer(document(call.site.base), headers=((b"cache-control", b"max-age=300, public"),))

    return routes


def describe(routes: Iterable[Route], base: str) -> dict[str, Any]:
    """Describe all routes but those of pages."""
    listed = [route for route in routes if route.surface is not Surface.WEB]
    schema_of, components = _answers(listed)
    paths: dict[str, dict[str, Any]] = {}
    for route in listed:
        path = _PARAMETER.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schema_of(route.answer))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bema",
            "version": __version__,
            "description": "What this server answers to programs. It speaks the client API of Mastodon; ids are opaque texts.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": base}],
        "tags": [{"name": noun, "description": sentence} for noun, sentence in nouns(listed).items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {"Refused": _in_json("A no, with a sentence that says why.", schema_of(Error))},
            "securitySchemes": {"oauth2": _oauth(base)},
        },
    }


def noun_of(route: Route) -> str:
    """Return what a route is about: the name of the module that it stands in."""
    return str(route.handler.__module__).rpartition(".")[2]


def _name(route: Route) -> str:
    """Name an operation as generated clients call it; what the staff does, and what older clients ask, is named apart."""
    beside = "admin_" if "/admin/" in route.path else "alpha_" if "/v2_alpha/" in route.path else ""
    return f"{route.method.lower()}_{beside}{noun_of(route)}_{route.handler.__name__}"


def nouns(routes: Iterable[Route]) -> dict[str, str]:
    """Return what routes are about, each with the first sentence of its module."""
    modules = {noun_of(route): sys.modules[route.handler.__module__].__doc__ or "" for route in routes}
    return {noun: text.strip().partition("\n\n")[0].replace("\n", " ") for noun, text in sorted(modules.items())}


# --- What comes back --------------------------------------------------------------------------------------------------


def _answers(routes: Sequence[Route]) -> tuple[Callable[[Any], Schema], dict[str, Schema]]:
    """Return the schema of each answer, and the entities that they refer to."""
    kinds = [route.answer for route in routes if route.answer not in (None, type(None))] + [Error, Status]
    schemas, components = msgspec.json.schema_components(kinds, ref_template=_COMPONENTS)
    found = dict(zip(map(str, kinds), schemas, strict=True))  # by their texts: `list[Status]` cannot be a key
    return lambda kind: found.get(str(kind), _NOTHING), components


def _operation(route: Route, answer: Schema) -> dict[str, Any]:
    fields = _fields(route)
    operation: dict[str, Any] = {
        "operationId": _name(route),
        "summary": route.summary,
        "tags": [noun_of(route)],
        "x-needs": route.needs.value,
        "security": _security(route),
        "responses": _responses(route, answer),
    }
    if route.rate is not None:
        rate = RATES[route.rate]
        operation["x-rate-limit"] = {"requests": rate.requests, "seconds": rate.seconds}
    parameters = [
        {"name": match[1], "in": "path", "required": True, "schema": {"type": "string"}}
        for match in _PARAMETER.finditer(route.path)
    ]
    if route.method in _BODILESS:
        parameters += [_in_query(name, schema) for name, schema in _form(fields).items()]
    elif fields:
        operation["requestBody"] = {"content": _bodies(fields)}
    if parameters:
        operation["parameters"] = parameters
    return operation


def _responses(route: Route, answer: Schema) -> dict[str, Any]:
    done = {"description": "Done.", "content": {route.content_type: {"schema": answer}}}
    if route.ask is not None and issubclass(route.ask, Paging) and answer.get("type") == "array":
        sentence = 'The neighbouring parts of the list: `rel="next"` is older, `rel="prev"` newer.'
        done["headers"] = {"Link": {"description": sentence, "schema": {"type": "string"}}}
    refusals = {
        "429": "Too often; `Retry-After` says when to come back.",
        "4XX": "Any other no.",
        "503": "Too busy now.",
    }
    if route.surface is Surface.API:
        refusals |= {"401": "No valid token.", "403": "The token does not allow this."}
    if "{" in route.path:
        refusals["404"] = "It does not exist, or the caller may not know that it does."
    if route.ask is not None:
        refusals["422"] = "A parameter is not acceptable; the sentence names it."
    refused = {
        status: {"$ref": "#/components/responses/Refused", "description": said} for status, said in refusals.items()
    }
    return {str(route.status): done, **dict(sorted(refused.items()))}


def _in_json(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


# --- Who may ask ------------------------------------------------------------------------------------------------------


def _security(route: Route) -> list[dict[str, list[str]]]:
    """Say which token is enough; of several scopes one is."""
    tokens: list[dict[str, list[str]]] = [{"oauth2": [scope]} for scope in (route.scope or "").split()]
    if route.needs is Needs.NOBODY:
        return [{}, *tokens] if tokens else []
    return tokens or [{"oauth2": []}]


def _oauth(base: str) -> dict[str, Any]:
    scopes = dict.fromkeys(sorted(SCOPES), "")
    token = {"tokenUrl": f"{base}/oauth/token", "scopes": scopes}
    return {
        "type": "oauth2",
        "description": "A bearer token in the header `Authorization`; a scope contains those that begin with its name.",
        "flows": {
            "authorizationCode": {"authorizationUrl": f"{base}/oauth/authorize", **token},
            "clientCredentials": token,
        },
    }


# --- What is asked ----------------------------------------------------------------------------------------------------


def _fields(route: Route) -> dict[str, Schema]:
    """Return the parameters of a route, with all that they refer to in place."""
    if route.ask is None:
        return {}
    _, components = msgspec.json.schema_components((route.ask,), schema_hook=_own_type, ref_template=_COMPONENTS)
    whole = _in_place(components[route.ask.__name__], components)
    fields: dict[str, Schema] = whole["properties"]
    if issubclass(route.ask, Paging):
        limit = {"default": route.ask.DEFAULT, "description": f"How many, at most {route.ask.MOST}; more is as many."}
        fields["limit"] = {**fields["limit"], **limit}
    return fields


def _own_type(type_: type) -> Schema:
    if type_ is Upload:
        return {"type": "string", "format": "binary"}
    raise NotImplementedError(f"no schema for {type_}")


def _in_place(tree: Any, components: dict[str, Schema]) -> Any:
    match tree:
        case {"$ref": str(reference)}:
            return _in_place(components[reference.rpartition("/")[2]], components)
        case dict():
            return {name: _in_place(branch, components) for name, branch in tree.items()}
        case list():
            return [_in_place(branch, components) for branch in tree]
    return tree


def _bodies(fields: dict[str, Schema]) -> dict[str, Any]:
    """Describe the same parameters in each dress that they may come in; files come in a multipart form alone."""
    form = _form(fields)
    files = {name for name, schema in form.items() if schema.get("format") == "binary"}
    plain = {name: schema for name, schema in form.items() if name not in files}
    in_json = {name: schema for name, schema in fields.items() if name not in files}
    kinds = {"application/json": in_json, "application/x-www-form-urlencoded": plain, "multipart/form-data": form}
    return {
        kind: {"schema": {"type": "object", "properties": properties}}
        for kind, properties in kinds.items()
        if properties and (files or kind != "multipart/form-data")
    }


def _form(fields: dict[str, Schema]) -> dict[str, Schema]:
    """Return parameters as forms and query strings name them: `source[privacy]`, `media_ids[]`."""
    return {name: schema for field, nested in fields.items() for name, schema in _flat(field, nested)}


def _flat(name: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
    schema = _without_null(schema)
    if "properties" in schema:
        for inner, nested in schema["properties"].items():
            yield from _flat(f"{name}[{inner}]", nested)
    elif schema.get("type") == "array":
        if "properties" in schema["items"]:
            yield from _flat(f"{name}[]", schema["items"])
        else:
            yield f"{name}[]", schema
    elif "type" in schema or "enum" in schema:
        yield name, schema


def _without_null(schema: Schema) -> Schema:
    """Return the schema of what is there: forms cannot say null, they leave it out."""
    options = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    bare = {**schema, **options[0]} if len(options) == 1 else dict(schema)
    if len(options) == 1:
        del bare["anyOf"]
    if bare.get("default") is None:
        bare.pop("default", None)
    return bare


def _in_query(name: str, schema: Schema) -> dict[str, Any]:
    """Describe one parameter of a query string."""
    described = {"description": schema["description"]} if "description" in schema else {}
    bare = {key: value for key, value in schema.items() if key != "description"}
    listed = {"style": "form", "explode": True} if bare.get("type") == "array" else {}
    return {"name": name, "in": "query", **described, "schema": bare, **listed}
