"""Fuzzing by the description: each route is asked what its schema allows and what it forbids, and must answer as it says.

Ids in paths are now and then those of things that exist, and some requests are sensible ones, as a client would ask; what
one example changes stays for the next. The seed is fixed and printed: a failure comes again.
"""

from collections.abc import Callable
from typing import Any

import hypothesis
import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bema.app import API
from bema.edge.openapi import describe
from bema.settings import Settings
from tests.client import Client
from tests.conformance.scenes import BASE, SCENES, Scene
from tests.conftest import Square

SEED = 20_260_101
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {"somebody": 8, "staff": 8, "nobody": 3}  # of each route; the staff asks what is for the staff
NEVER_WELL: dict[str, set[str]] = {  # what the scenes cannot bring to say yes
    "somebody": {
        "GET /metrics",  # it is for this machine alone
        "POST /witness/add-checkpoint",  # what a witness signs is a submission that another server signed
        "POST /api/v1/accounts",  # with the token of an app alone
        "POST /api/v1/emails/confirmations",  # the address is confirmed
        "GET /api/v1/streaming",  # it wants a WebSocket
        "GET /api/v1/streaming/list",  # tests/streaming has lists
        "GET /api/v1/timelines/link",  # nobody links to anything
        "GET /api/v1_alpha/async_refreshes/{id}",  # nothing is being fetched
        "GET /api/v1/annual_reports/{year}",  # no year is over
        "GET /api/v1/annual_reports/{year}/state",
        "POST /api/v1/annual_reports/{year}/generate",
        "POST /api/v1/annual_reports/{year}/read",
        "POST /api/v1/statuses/{id}/translate",  # no translator is named
        "POST /api/v1/announcements/{id}/dismiss",  # nothing is announced
        "DELETE /api/v1/announcements/{id}/reactions/{name}",
        "PATCH /api/v1/announcements/{id}/reactions/{name}",
        "PUT /api/v1/announcements/{id}/reactions/{name}",
        "GET /api/trust/v1/standing/{id}",  # nothing was decided about them
        "GET /api/trust/v1/standing/{id}/receipt",
        "POST /api/trust/v1/standing/{id}/appeal",
        "POST /api/trust/v1/standing/{id}/appeal/answer",
        "DELETE /api/trust/v1/standing/{id}/appeal",
        "POST /api/v1/collections/{id}/items",  # nobody wishes to be found
        "DELETE /api/v1/collections/{id}/items/{item_id}",
        "POST /api/v1/collections/{id}/items/{item_id}/revoke",
    },
    "staff": {
        "DELETE /api/v1/admin/accounts/{id}",  # of somebody suspended
        "POST /api/v1/admin/accounts/{id}/approve",  # nobody waits
        "POST /api/v1/admin/accounts/{id}/reject",
        "POST /api/v1/admin/reports/{id}/assign",  # there is no colleague
        "POST /api/v1/admin/trends/links/publishers/{id}/approve",  # nobody links to anything
        "POST /api/v1/admin/trends/links/publishers/{id}/reject",
        "POST /api/v1/admin/trends/links/{id}/approve",
        "POST /api/v1/admin/trends/links/{id}/reject",
    },
}


@pytest.fixture
def square(settings: Settings, open_square: Callable[..., Square]) -> Square:
    """A server whose operators allow all that there is."""
    return open_square(msgspec.structs.replace(settings, email_subscriptions=True))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("who", list(EXAMPLES))
def test_every_route_answers_as_described(square: Square, who: str) -> None:
    """No fault of the server, no status, content type or shape that the description does not know."""
    print(f"seed {SEED}")
    scene = SCENES[who](square)
    operations = []
    for found in schemathesis.openapi.from_dict(describe(API, BASE)).get_all_operations():
        assert isinstance(found, Ok), found
        if who != "staff" or "/admin/" in found.ok().path:
            operations.append(found.ok())
    operations.sort(key=_turn)
    statuses = {each.label: _fuzz(each, scene.client, scene, EXAMPLES[who]) for each in operations}
    if who != "nobody":  # the yes of each route was seen too
        never = {label for label, seen in statuses.items() if min(seen) >= 400}
        unexplained = {label for label in never if who == "staff" or "/admin/" not in label} ^ NEVER_WELL[who]
        assert not unexplained, "\n".join(sorted(unexplained))


def _turn(operation: Any) -> tuple[int, int, str]:
    """What takes something away comes after the rest, what is in it before the whole, and what takes everything last."""
    if operation.path.endswith("clear"):
        return 2, 0, ""
    if operation.method.upper() == "DELETE" or operation.path.endswith(("revoke", "dismiss")):
        return 1, -operation.path.count("/"), operation.path
    return 0, 0, ""


def _fuzz(operation: Any, client: Client, scene: Scene, examples: int) -> set[int]:
    """Ask one route, and return the statuses that came back."""
    statuses: set[int] = set()

    def ask(case: Case[Any]) -> None:
        response = _sent(client, requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare())
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    settings = hypothesis.settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    for strategy, most in _ways(operation, scene):
        fuzzed = hypothesis.given(strategy)(ask)
        hypothesis.seed(SEED)(hypothesis.settings(settings, max_examples=most or examples)(fuzzed))()
    return statuses


def _ways(operation: Any, scene: Scene) -> list[tuple[st.SearchStrategy[Case[Any]], int | None]]:
    """Generate requests that fit the description, requests that do not, and a sensible one."""
    existing = scene.places.get(operation.path.partition("{")[0], []) if "{" in operation.path else []
    paths = [{name: at for name, at in each.items() if f"{{{name}}}" in operation.path} for each in existing]
    modes = [GenerationMode.POSITIVE]
    if operation.query or operation.body:
        modes.append(GenerationMode.NEGATIVE)
    broad = [operation.as_strategy(mode) for mode in modes]
    at_home = [operation.as_strategy(mode, path_parameters=path) for mode in modes for path in paths]
    ways: list[tuple[st.SearchStrategy[Case[Any]], int | None]] = [(st.one_of(broad + at_home), None)]
    if not operation.body:  # each place that exists is asked for plainly, so that a yes does not hang on chance
        ways += [(operation.as_strategy(path_parameters=path, query={}), 1) for path in paths]
    if operation.label in scene.sensible:
        ways.append((operation.as_strategy(**scene.sensible[operation.label]), 1))
    return ways


def _sent(client: Client, request: requests.PreparedRequest) -> Response:
    """Ask the server in this process, and dress its answer as it would have come by the network."""
    body: Any = request.body or b""
    headers: dict[str, Any] = {
        name: value
        for name, value in request.headers.items()
        if name.lower() not in ("content-length", "accept-encoding")
    }
    answer = client.request(
        request.method or "GET",
        request.path_url,
        body=body.encode() if isinstance(body, str) else body,
        headers=headers,
    )
    lists = {name: [value] for name, value in answer.headers.items()}
    return Response(answer.status, lists, answer.body, request, elapsed=0.001, verify=False)
