"""The API's description for programs."""

import re
from collections.abc import Iterator
from typing import Any

from bema.app import API
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
    names = {reference.removeprefix("#/components/schemas/") for reference in references(document)}
    assert names
    assert names <= document["components"]["schemas"].keys()


def test_each_operation_has_a_name_and_a_sentence(square: Square) -> None:
    """Generated clients are named after the one and documented by the other."""
    document = square.stranger.get("/api/openapi.json").json()
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["summary"].endswith(".") for operation in operations)
