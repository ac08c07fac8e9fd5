"""The API's description for programs."""

import re
from collections.abc import Iterator
from typing import Any

import schemathesis

from bema.app import API
from bema.edge.openapi import describe
from bema.edge.routes import Surface
from tests.conftest import Square


def references(tree: Any) -> Iterator[str]:
    """Find every reference in a document."""
    if isinstance(tree, dict):
        if isinstance(tree.get("$ref"), str):
            yield tree["$ref"]
        for branch in tree.values():
            yield from references(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from references(branch)


def test_every_route_is_described(square: Square) -> None:
    """A program that knows the description knows the whole API, and nothing that is not there."""
    document = square.stranger.get("/api/openapi.json").json()
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert described == {
        (route.method, re.sub(r"\.\.\.}", "}", route.path)) for route in API if route.surface is not Surface.WEB
    }
    assert document["openapi"].startswith("3.1")


def test_nothing_refers_to_what_is_not_there(square: Square) -> None:
    """A dangling reference stops every program that reads the document."""
    document = square.stranger.get("/api/openapi.json").json()
    found = set(references(document))
    there = {f"#/components/{kind}/{name}" for kind, items in document["components"].items() for name in items}
    assert found
    assert found <= there


def test_each_operation_has_a_name_and_a_sentence(square: Square) -> None:
    """Generated clients are named after the one and documented by the other."""
    document = square.stranger.get("/api/openapi.json").json()
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["summary"].endswith(".") for operation in operations)


def test_the_description_is_valid_openapi() -> None:
    """Programs that check before they read find nothing to complain about."""
    schemathesis.openapi.from_dict(describe(API, "https://square.example")).validate()


def test_parameters_are_named_as_they_are_sent() -> None:
    """Forms and queries write `id[]` and `source[privacy]`; JSON nests; files come in multipart forms alone."""
    paths = describe(API, "https://square.example")["paths"]
    named = {each["name"] for each in paths["/api/v1/accounts/relationships"]["get"]["parameters"]}
    assert named == {"id[]"}
    bodies = paths["/api/v1/accounts/update_credentials"]["patch"]["requestBody"]["content"]
    fields = {kind: body["schema"]["properties"].keys() for kind, body in bodies.items()}
    assert {"source[privacy]", "fields_attributes[][name]"} <= fields["application/x-www-form-urlencoded"]
    assert {"source", "fields_attributes"} <= fields["application/json"]
    assert [kind for kind, names in fields.items() if "avatar" in names] == ["multipart/form-data"]


def test_tokens_and_scopes_are_told() -> None:
    """One of several scopes is enough; where anybody may ask, no token is a way too."""
    paths = describe(API, "https://square.example")["paths"]
    assert paths["/api/v1/accounts/verify_credentials"]["get"]["security"] == [
        {"oauth2": ["profile"]},
        {"oauth2": ["read:accounts"]},
    ]
    assert paths["/api/v1/timelines/public"]["get"]["security"] == [{}, {"oauth2": ["read:statuses"]}]
    assert paths["/api/v1/instance"]["get"]["security"] == []
