"""The API's description for programs (OpenAPI 3.1), made from the route table: it cannot say what the server does not do."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from bema import __version__
from bema.edge.answers import Json
from bema.edge.call import Call, Upload
from bema.edge.routes import Needs, Route, Routes, Surface
from bema.store.tx import Tx

_PARAMETER = re.compile(r"\{(\w+)(\.\.\.)?\}")
_BODILESS = ("GET", "DELETE", "HEAD")
_ERROR = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}, "details": {"type": "object"}},
    "required": ["error"],
}


def serving(described: Sequence[Route]) -> Routes:
    """Return the route that gives out the description of the others."""
    routes = Routes(Surface.PLAIN)
    document: dict[str, Any] = {}

    @routes.get("/api/openapi.json", answer=dict)
    def openapi(call: Call, tx: Tx) -> Json:
        """Describe the API for programs."""
        if not document:
            document.update(describe(described, call.site.base))
        return Json(document, headers=((b"cache-control", b"max-age=300, public"),))

    return routes


def describe(routes: Iterable[Route], base: str) -> dict[str, Any]:
    """Describe all routes but those of pages."""
    listed = [route for route in routes if route.surface is not Surface.WEB]
    shapes = {route.ask for route in listed if route.ask is not None}
    answers = [route.answer for route in listed if route.answer not in (None, type(None))]
    wanted = [*sorted(shapes, key=str), *answers]
    schemas, components = msgspec.json.schema_components(
        wanted, schema_hook=_own_type, ref_template="#/components/schemas/{name}"
    )
    of_ask = dict(zip(sorted(shapes, key=str), schemas[: len(shapes)], strict=True))
    of_answer = iter(schemas[len(shapes) :])
    paths: dict[str, dict[str, Any]] = {}
    for route in listed:
        answer = next(of_answer) if route.answer not in (None, type(None)) else {"type": "object"}
        ask = _resolved(of_ask[route.ask], components) if route.ask is not None else None
        path = _PARAMETER.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, ask, answer)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bema", "version": __version__, "license": {"name": "AGPL-3.0-or-later"}},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "schemas": {**components, "Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _own_type(type_: type) -> dict[str, Any]:
    if type_ is Upload:
        return {"type": "string", "format": "binary"}
    raise NotImplementedError(f"no schema for {type_}")


def _resolved(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Return the schema itself where it is a reference: parameters are listed one by one."""
    reference = schema.get("$ref")
    found: dict[str, Any] = components[reference.rpartition("/")[2]] if reference else schema
    return found


def _operation(route: Route, ask: dict[str, Any] | None, answer: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"name": match[1], "in": "path", "required": True, "schema": {"type": "string"}}
        for match in _PARAMETER.finditer(route.path)
    ]
    operation: dict[str, Any] = {
        "operationId": f"{route.method.lower()} {route.path}",
        "summary": route.summary,
        "responses": {
            "200": {"description": "Done", "content": {_content_type(route): {"schema": answer}}},
            "4XX": _refusal("A refusal, with a sentence that says why"),
            "503": _refusal("The server has too much to do at this moment"),
        },
    }
    if ask is not None and route.method in _BODILESS:
        parameters += [_in_query(name, schema, ask) for name, schema in ask.get("properties", {}).items()]
    elif ask is not None:
        kinds = ["multipart/form-data"] if _has_file(ask) else ["application/json", "application/x-www-form-urlencoded"]
        operation["requestBody"] = {"content": {kind: {"schema": ask} for kind in kinds}}
    if parameters:
        operation["parameters"] = parameters
    if route.scope is not None or route.needs is not Needs.NOBODY:
        operation["security"] = [{"token": []}] + ([{}] if route.needs is Needs.NOBODY else [])
        operation["x-scope"] = route.scope
    return operation


def _refusal(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _content_type(route: Route) -> str:
    return "text/plain" if route.answer is str else "application/json"


def _in_query(name: str, schema: dict[str, Any], ask: dict[str, Any]) -> dict[str, Any]:
    """Describe one parameter of a query string; lists are written as Rails does, `name[]=1&name[]=2`."""
    listed = schema.get("type") == "array"
    return {
        "name": f"{name}[]" if listed else name,
        "in": "query",
        "required": name in ask.get("required", ()),
        "schema": schema,
        **({"style": "form", "explode": True} if listed else {}),
    }


def _has_file(ask: dict[str, Any]) -> bool:
    return '"binary"' in msgspec.json.encode(ask).decode()
