"""Whom their own server closes is seen by nobody here, until it opens them again; who died is said to have."""

from collections.abc import Callable
from typing import Any

import pytest

from bema.domain import auditing, deciding, guarding
from bema.model.decisions import Act, Grounds, Severity
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policy import Role
from bema.store import remote_actors
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import act, mastodon_note

ANN = "https://mastodon.example/users/ann"
BOB = "https://square.example/users/bob"


@pytest.fixture
def others(others: Elsewhere) -> Elsewhere:
    """The servers of others, with those whom these tests know."""
    others.person("ann")
    return others


@pytest.fixture
def says(square: Square, others: Elsewhere) -> Callable[..., None]:
    """Lets Ann's server say something, and all follow from it."""

    def says_(document: dict[str, Any], status: int = 202) -> None:
        assert others.say(square.stranger, document).status == status
        square.settle()

    return says_


def described(others: Elsewhere, number: int, **more: Any) -> dict[str, Any]:
    """Return what Ann's server says about her from now on."""
    others.documents[ANN] |= more
    return act("Update", others.documents[ANN]) | {"id": f"{ANN}#updates/{number}"}


def test_who_is_closed_at_home_is_hidden_until_they_are_open(
    square: Square, others: Elsewhere, bob: Person, says: Callable[..., None]
) -> None:
    """With all they said; what they send meanwhile is not heard, and their followers stay theirs."""
    named = [{"type": "Mention", "href": BOB, "name": "@bob"}]
    says(act("Create", mastodon_note(tag=named, inReplyTo=None)))
    known = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert known is not None
    square.make.follow(bob.account, known.id)
    post = bob.client.get(f"/api/v1/accounts/{known.id}/statuses").json()[0]["id"]
    says(described(others, 1, suspended=True))
    account = bob.client.get(f"/api/v1/accounts/{known.id}")
    assert account.status == 404 or account.json()["suspended"] is True
    assert bob.client.get(f"/api/v1/statuses/{post}").status == 404
    assert bob.client.get("/api/v1/timelines/home").json() == []
    says(act("Create", mastodon_note(number=2, tag=named, inReplyTo=None)) | {"id": f"{ANN}#second"})
    assert list(square.app.database.read_now(auditing.accounts_apart, -1).findings) == []
    says(described(others, 2, suspended=False))
    assert bob.client.get(f"/api/v1/statuses/{post}").status == 200
    statuses = bob.client.get(f"/api/v1/accounts/{known.id}/statuses").json()
    assert [each["uri"] for each in statuses] == [f"{ANN}/statuses/1"]


def test_a_server_opens_nobody_whom_the_staff_here_closed(
    square: Square, others: Elsewhere, bob: Person, says: Callable[..., None]
) -> None:
    """What is decided here holds here."""
    says(act("Follow", BOB))
    known = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert known is not None
    says(described(others, 1, suspended=True))
    square.app.database.write_now(
        deciding.on_account,
        square.app.site,
        COMMAND_LINE,
        known.id,
        Act.SUSPEND,
        Grounds(reasons="spam"),
        by_letter=False,
    )
    says(described(others, 2, suspended=False))
    says(act("Like", f"{BOB}/statuses/{square.make.post(bob.account)}"), status=403)
    found = bob.client.get(f"/api/v1/accounts/{known.id}")
    assert found.status == 404 or found.json()["suspended"] is True


def test_a_server_that_is_kept_away_opens_nobody(
    square: Square, others: Elsewhere, bob: Person, says: Callable[..., None]
) -> None:
    """Nor is it heard at all."""
    says(act("Follow", BOB))
    login = square.make.login("staff@example.org", square.make.account("staff"), role=Role.OWNER)
    terms = guarding.DomainTerms(severity=Severity.SUSPEND)
    staff = Staff(login, None, Role.OWNER)
    square.app.database.write_now(guarding.block_domain, square.app.site, staff, "mastodon.example", terms)
    says(described(others, 1, suspended=False), status=403)


def test_who_died_is_said_to_have(square: Square, others: Elsewhere, bob: Person, says: Callable[..., None]) -> None:
    """As long as their server says so."""
    says(act("Follow", BOB))
    known = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert known is not None
    assert "memorial" not in bob.client.get(f"/api/v1/accounts/{known.id}").json()
    says(described(others, 1, memorial=True))
    assert bob.client.get(f"/api/v1/accounts/{known.id}").json()["memorial"] is True
    says(described(others, 2, memorial=False))
    assert "memorial" not in bob.client.get(f"/api/v1/accounts/{known.id}").json()
