"""Administration: who may do what to whom, and what becomes of those whom it is done to."""

import pytest

from bema.model.policy import Role
from tests.conftest import Person, Square

ADMIN_SCOPES = "read write follow push admin:read admin:write"


def staff(square: Square, name: str, role: Role) -> Person:
    """Make somebody of the staff, with a token for everything."""
    account = square.make.account(name)
    login = square.make.login(f"{name}@example.org", account, role=role)
    return Person(account, login, square.client(square.make.token(login, account, ADMIN_SCOPES)))


@pytest.fixture
def mod(square: Square) -> Person:
    """A moderator."""
    return staff(square, "mod", Role.MODERATOR)


@pytest.fixture
def boss(square: Square) -> Person:
    """The owner of the server."""
    return staff(square, "boss", Role.OWNER)


def act(by: Person, target: Person, type_: str, **more: object) -> int:
    """Do something to an account; return the status."""
    path = f"/api/v1/admin/accounts/{target.account}/action"
    return by.client.post(path, json={"type": type_, **more}).status


def test_a_suspended_account_vanishes_and_comes_back_as_it_was(square: Square, mod: Person) -> None:
    """Nothing is deleted: ids, counts, follows and posts are the same, byte for byte."""
    ann, bob = square.person("ann"), square.person("bob")
    square.make.follow(bob.account, ann.account)
    post = square.make.post(ann.account, "Hello")
    square.settle()
    paths = (
        f"/api/v1/accounts/{ann.account}",
        f"/api/v1/statuses/{post}",
        "/api/v1/timelines/home",
        "/api/v1/timelines/public",
        f"/api/v1/accounts/{bob.account}/following",
    )
    before = [bob.client.get(path).body for path in paths]
    assert act(mod, ann, "suspend", text="For a test") == 200
    square.settle()
    assert [bob.client.get(path).status for path in paths[:2]] == [404, 404]
    assert [bob.client.get(path).json() for path in paths[2:]] == [[], [], []]
    shut = ann.client.get("/api/v1/timelines/home")
    assert (shut.status, shut.json()) == (403, {"error": "Your login is currently disabled"})
    assert mod.client.post(f"/api/v1/admin/accounts/{ann.account}/unsuspend").json()["suspended"] is False
    square.settle()
    assert [bob.client.get(path).body for path in paths] == before
    assert ann.client.get("/api/v1/timelines/home").status == 200
