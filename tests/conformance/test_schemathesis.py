"""Fuzzing by the description: each route is asked what its schema allows and what it forbids, and must answer as it says.

Ids in paths are now and then those of things that exist, and some requests are sensible ones, as a client would ask; what
one example changes stays for the next. The seed is fixed and printed: a failure comes again.
"""

from typing import Any, NamedTuple

import hypothesis
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
from tests.client import Client, File
from tests.conftest import Square
from tests.make import HERE
from tests.push_receiver import Device

SEED = 20_260_101
BASE = f"https://{HERE}"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {"somebody": 16, "nobody": 6}  # of each route
NEVER_WELL = {  # what this scene cannot bring to say yes
    "GET /api/v1/instance/privacy_policy",  # there is none
    "GET /metrics",  # it is for this machine alone
    "POST /api/v1/accounts",  # with the token of an app alone
    "POST /api/v1/emails/confirmations",  # the address is confirmed
}
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Scene(NamedTuple):
    """A small square in which there is something of everything."""

    client: Client
    ids: dict[str, list[str]]  # noun in the path -> what exists
    sensible: dict[str, dict[str, Any]]  # route -> a request that should succeed


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", list(EXAMPLES))
def test_every_route_answers_as_described(square: Square, who: str) -> None:
    """No fault of the server, no status, content type or shape that the description does not know."""
    print(f"seed {SEED}")
    scene = _scene(square)
    client = scene.client if who == "somebody" else square.stranger
    operations = []
    for found in schemathesis.openapi.from_dict(describe(API, BASE)).get_all_operations():
        assert isinstance(found, Ok), found
        operations.append(found.ok())
    operations.sort(key=lambda each: each.method.upper() == "DELETE" or each.path.endswith(("clear", "revoke")))
    statuses = {each.label: _fuzz(each, client, scene, EXAMPLES[who]) for each in operations}
    if who == "somebody":  # the yes of each route was seen too
        assert {label for label, seen in statuses.items() if min(seen) >= 400} == NEVER_WELL


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
    noun = operation.path.split("/")[3] if operation.path.count("/") > 3 else ""
    paths = [{"id": id_} for id_ in scene.ids.get(noun, ())] if "{id}" in operation.path else []
    modes = [GenerationMode.POSITIVE]
    if operation.query or operation.body:
        modes.append(GenerationMode.NEGATIVE)
    broad = [operation.as_strategy(mode) for mode in modes]
    at_home = [operation.as_strategy(mode, path_parameters=path) for mode in modes for path in paths]
    ways: list[tuple[st.SearchStrategy[Case[Any]], int | None]] = [(st.one_of(broad + at_home), None)]
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


def _scene(square: Square) -> Scene:
    ann = square.person("ann", scopes="read write follow push profile")
    bob, cat, dan, eve, fay = (square.make.account(name) for name in ("bob", "cat", "dan", "eve", "fay"))
    make = square.make
    mine = make.post(ann.account, tags=["sea"])
    theirs = make.post(bob, in_reply_to=mine, mentions=[ann.account])
    make.boost(cat, mine)
    for each in (dan, eve):  # nobody blocks those
        make.favourite(each, mine)
    make.follow(ann.account, bob)
    for each in (dan, eve, fay):
        make.follow_request(each, ann.account)
    make.mute(ann.account, cat)
    square.settle()
    told = [each["id"] for each in ann.client.get("/api/v1/notifications?types[]=favourite").json()]
    picture = ann.client.post("/api/v2/media", files={"file": File("dot.png", DOT, "image/png")}).json()["id"]
    app = ann.client.post(
        "/api/v1/apps", json={"client_name": "Boat", "redirect_uris": ["https://boat.example/"]}
    ).json()
    proof = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    token = square.stranger.post("/oauth/token", json={"grant_type": "client_credentials", **proof}).json()
    ids = {
        "statuses": [str(mine), str(theirs)],
        "accounts": [str(each) for each in (bob, cat, ann.account)],
        "follow_requests": [str(dan), str(eve)],
        "notifications": told[:1],
        "media": [picture],
    }
    form, json = {"media_type": "multipart/form-data"}, {"media_type": "application/json"}
    sensible: dict[str, dict[str, Any]] = {
        "GET /api/v1/accounts/lookup": {"query": {"acct": "ann"}},
        "POST /api/v1/apps": {"body": {"client_name": "Boat", "redirect_uris": ["urn:ietf:wg:oauth:2.0:oob"]}, **json},
        "POST /api/v2/media": {"body": {"file": DOT}, **form},
        "POST /api/v1/media": {"body": {"file": DOT}, **form},
        "POST /api/v1/statuses": {"body": {"status": "Good evening"}, **json},
        **{
            f"{method} /api/v1/statuses/{{id}}": {
                "path_parameters": {"id": str(mine)},
                "body": {"status": f"Good evening, edited by {method}"},
                **json,
            }
            for method in ("PUT", "PATCH")
        },
        "POST /api/v1/push/subscription": {
            "body": {"subscription": {"endpoint": "https://push.example/x", "keys": Device().keys()}},
            **json,
        },
        "POST /api/v1/notifications/dismiss": {"body": {"id": told[1]}, **json},
        "POST /api/v1/follow_requests/{id}/reject": {"path_parameters": {"id": str(fay)}},
        "POST /oauth/token": {"body": {"grant_type": "client_credentials", **proof}, **json},
        "POST /oauth/revoke": {"body": {"token": token["access_token"], **proof}, **json},
        "GET /.well-known/webfinger": {"query": {"resource": f"acct:ann@{HERE}"}},
        "GET /api/oembed": {"query": {"url": f"{BASE}/@ann/{mine}"}},
    }
    return Scene(ann.client, ids, sensible)
