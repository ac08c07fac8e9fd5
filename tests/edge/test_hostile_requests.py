"""Requests made to break the server: what is odd is refused, what is large is for those who said who they are."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from bema.edge import bodies
from bema.edge.call import Call
from bema.edge.routes import Found
from bema.model import limits
from bema.model.errors import Refusal
from bema.settings import Settings
from tests.conftest import Square

MUCH = b"x" * (limits.BODY_BYTES + 1)


@pytest.mark.parametrize("path", ["/@ann%00", "/tags/%00", "/api/v1/timelines/tag/a%00b", "/api/v1/tags/%00"])
def test_a_path_with_nul_leads_nowhere(square: Square, path: str) -> None:
    """One database would store it and the other break over it."""
    assert square.stranger.get(path).status == 404


def test_a_request_about_no_path_is_refused(square: Square) -> None:
    """`OPTIONS *` asks about the server as a whole (RFC 9110, section 9.3.7)."""
    assert square.stranger.request("OPTIONS", "*").status == 404


@pytest.mark.parametrize("path", ["/api/v2/media", "/api/v1/media"])
def test_a_stranger_sends_no_large_body(square: Square, path: str) -> None:
    """It is refused before it is read: a hundred of them at once would fill the memory."""
    square.person("ann")
    answer = square.stranger.post(path, body=MUCH, headers={"Content-Type": "application/json"})
    assert answer.status == 401
    assert square.client("wrong").post(path, body=MUCH).status == 401


def test_a_visitor_sends_no_large_form(square: Square) -> None:
    """The same holds for pages, where a session is what tells."""
    answer = square.stranger.post("/posts", form={"text": "x" * limits.BODY_BYTES})
    assert answer.status == 303
    assert answer.headers["location"].startswith("/auth/sign_in")


def test_a_token_in_the_query_lets_a_large_body_in(square: Square) -> None:
    """As it does everywhere else: some clients have no other place for it."""
    ann = square.person("ann")
    answer = square.stranger.post(f"/api/v2/media?access_token={ann.client.token}", form={"file": "x" * len(MUCH)})
    assert answer.status == 422, answer.text


def test_a_body_that_does_not_end_is_given_up(square: Square) -> None:
    """Who sends a byte a minute holds no connection for ever."""
    found = square.app.server.table.find("POST", "/api/v1/apps")
    assert isinstance(found, Found)

    async def receive() -> dict[str, Any]:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]  # never comes

    call = Call(
        square.app.parts,
        found.route,
        id_="1",
        method="POST",
        path="/api/v1/apps",
        path_values={},
        query_string=b"",
        headers={},
        address="192.0.2.1",
        secure=True,
    )
    with pytest.raises(Refusal) as refused:
        asyncio.run(bodies.read(call, receive, seconds=0.01))
    assert refused.value.status == 408


def test_tag_names_are_folded_in_no_time(square: Square) -> None:
    """Thousands of marks on one letter, in each of the names of a filter, would stop the server for a minute."""
    pile = "a" + "\u0301" * 10_000 + "\u0316" * 10_000
    answer = square.stranger.request("GET", "/api/v1/timelines/tag/x", json={"any": [pile] * 4, "all": [pile] * 4})
    assert (answer.status, answer.json()) == (200, [])


def test_many_accounts_make_no_more_attempts(settings: Settings, open_square: Callable[..., Square]) -> None:
    """What is counted by address is counted so for who is signed in too: accounts are easily made, addresses are not."""
    square = open_square(msgspec.structs.replace(settings, rate_limit_factor=0.1))  # six apps from one address
    people = [square.person(f"p{number}") for number in range(4)]
    answers = [each.client.post("/api/v1/apps", json={"client_name": "a"}).status for each in people for _ in range(3)]
    assert answers.count(429) == 6
