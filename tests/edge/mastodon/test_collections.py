"""Collections by the Mastodon API: keeping them, who may be in one, who sees what of them, and who is told."""

from typing import Any

import pytest

from bema.model import limits
from bema.subscribers.notifications import NOTIFICATIONS
from tests.client import Response
from tests.conftest import Person, Square, Write


def person(square: Square, name: str, *, discoverable: bool = True) -> Person:
    """Let somebody be there who wants to be found, or not."""
    found = square.person(name)
    found.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": discoverable})
    return found


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody who recommends others."""
    return person(square, "ann")


@pytest.fixture
def bob(square: Square) -> Person:
    """Somebody who is recommended."""
    return person(square, "bob")


def make(owner: Person, *members: Person, name: str = "Poets", **more: Any) -> dict[str, Any]:
    """Make a collection and return it."""
    ids = [str(each.account) for each in members]
    answer = owner.client.post("/api/v1/collections", json={"name": name, "account_ids": ids, **more})
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json()["collection"]
    return found


def names(answer: Response) -> list[str]:
    """Return the names of the collections in an answer."""
    assert answer.status == 200, answer.text
    return [each["name"] for each in answer.json()["collections"]]


def told(who: Person) -> list[tuple[str, str | None]]:
    """Return what somebody is told, with the names of the collections it is about."""
    found = who.client.get("/api/v1/notifications").json()
    return [(each["type"], each.get("collection", {}).get("name")) for each in found]


# --- Keeping them -----------------------------------------------------------------------------------------------------


def test_a_collection_is_made_read_changed_and_deleted(ann: Person, bob: Person) -> None:
    """With all keys each time; what is not named stays."""
    made = make(ann, bob, description="Well worth it", language="en", tag_name="#poetry", discoverable=True)
    path = f"/api/v1/collections/{made['id']}"
    [item] = made["items"]
    assert made == {
        "id": made["id"],
        "account_id": str(ann.account),
        "uri": f"https://square.example/ap/{ann.account}/collections/{made['id']}",
        "url": f"https://square.example/collections/{made['id']}",
        "name": "Poets",
        "description": "Well worth it",
        "language": "en",
        "local": True,
        "sensitive": False,
        "discoverable": True,
        "tag": {"name": "poetry", "url": "https://square.example/tags/poetry"},
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
        "item_count": 1,
        "items": [item],
    }
    assert item == {
        "id": item["id"],
        "account_id": str(bob.account),
        "state": "accepted",
        "created_at": item["created_at"],
    }
    whole = bob.client.get(path).json()
    assert whole["collection"] == made
    assert [each["acct"] for each in whole["accounts"]] == ["ann", "bob"]
    changed = ann.client.put(path, json={"sensitive": True, "tag_name": ""}).json()["collection"]
    assert changed == {**made, "sensitive": True, "tag": None, "updated_at": changed["updated_at"]}
    assert ann.client.delete(path).json() == {}
    assert ann.client.get(path).status == 404


@pytest.mark.parametrize(
    ("terms", "field", "error"),
    [
        ({}, "name", "Validation failed: Name can't be blank"),
        ({"name": "x" * 41}, "name", "Validation failed: Name is too long (maximum is 40 characters)"),
        (
            {"name": "x", "description": "x" * 101},
            "description",
            "Validation failed: Description is too long (maximum is 100 characters)",
        ),
        ({"name": "x", "tag_name": "no tag"}, "tag_name", "Validation failed: Tag name is invalid"),
    ],
)
def test_what_cannot_be_a_collection_is_refused(ann: Person, terms: dict[str, str], field: str, error: str) -> None:
    """With the field that is wrong, so that clients mark it."""
    answer = ann.client.post("/api/v1/collections", json=terms)
    assert (answer.status, answer.json()["error"]) == (422, error)
    assert list(answer.json()["details"]) == [field]


def test_there_is_a_last_collection(ann: Person) -> None:
    """The role names how many there can be, and the server holds to it."""
    own = ann.client.get("/api/v1/accounts/verify_credentials").json()
    assert own["role"]["collection_limit"] == limits.COLLECTIONS
    for number in range(limits.COLLECTIONS):
        make(ann, name=f"Number {number}")
    assert ann.client.post("/api/v1/collections", json={"name": "One more"}).status == 422


def test_others_collections_are_not_changed(ann: Person, bob: Person) -> None:
    """Forbidden as far as they are seen, and unknown beyond."""
    path = f"/api/v1/collections/{make(ann, bob)['id']}"
    item = f"{path}/items/{ann.client.get(path).json()['collection']['items'][0]['id']}"
    assert bob.client.patch(path, json={"name": "Mine"}).status == 403
    assert bob.client.delete(path).status == 403
    assert bob.client.delete(item).status == 403
    assert bob.client.post(f"{path}/items", json={"account_id": str(bob.account)}).status == 403
    assert ann.client.post(f"{item}/revoke").status == 404
    ann.client.post(f"/api/v1/accounts/{bob.account}/block")
    assert bob.client.get(path).status == bob.client.delete(path).status == 404


# --- Who is in one ----------------------------------------------------------------------------------------------------


def test_only_who_wants_to_be_found_is_recommended(square: Square, ann: Person, bob: Person) -> None:
    """Accounts say so beforehand, to whoever is signed in; of refused ones nobody is put in."""
    shy = person(square, "shy", discoverable=False)
    approval = {
        name: ann.client.get(f"/api/v1/accounts/{who.account}").json()["feature_approval"]
        for name, who in (("bob", bob), ("shy", shy))
    }
    assert approval["bob"] == {"automatic": ["public"], "manual": [], "current_user": "automatic"}
    assert approval["shy"] == {"automatic": [], "manual": [], "current_user": "denied"}
    unasked = square.stranger.get(f"/api/v1/accounts/{bob.account}").json()["feature_approval"]
    assert unasked == {"automatic": ["public"], "manual": [], "current_user": "denied"}
    ids = [str(bob.account), str(shy.account)]
    assert ann.client.post("/api/v1/collections", json={"name": "x", "account_ids": ids}).status == 422
    assert names(ann.client.get(f"/api/v1/accounts/{ann.account}/collections")) == []
    bob.client.post(f"/api/v1/accounts/{ann.account}/block")
    refused = ann.client.post("/api/v1/collections", json={"name": "x", "account_ids": ids[:1]})
    assert (refused.status, refused.json()["error"]) == (422, "This account cannot be added to collections.")


def test_an_account_is_put_in_once_and_taken_out(ann: Person, bob: Person) -> None:
    """Who is unknown, unnamed or in it already is refused."""
    path = f"/api/v1/collections/{make(ann)['id']}"
    item = ann.client.post(f"{path}/items", form={"account_id": str(bob.account)}).json()["collection_item"]
    assert (item["account_id"], item["state"]) == (str(bob.account), "accepted")
    for wrong in ({"account_id": str(bob.account)}, {"account_id": "7"}, {"account_id": "x"}, {}):
        assert ann.client.post(f"{path}/items", json=wrong).status == 422
    assert ann.client.get(path).json()["collection"]["item_count"] == 1
    assert ann.client.delete(f"{path}/items/{item['id']}").json() == {}
    assert ann.client.get(path).json()["collection"]["items"] == []
    assert ann.client.delete(f"{path}/items/{item['id']}").status == 404


def test_who_takes_back_their_leave_is_not_put_in_again(ann: Person, bob: Person) -> None:
    """Nor can the owner take them out to do it."""
    made = make(ann, bob)
    path, item = f"/api/v1/collections/{made['id']}", made["items"][0]["id"]
    assert bob.client.post(f"{path}/items/{item}/revoke").json() == {}
    assert bob.client.post(f"{path}/items/{item}/revoke").json() == {}
    assert ann.client.get(path).json()["collection"]["items"] == []
    assert ann.client.delete(f"{path}/items/{item}").status == 404
    assert ann.client.post(f"{path}/items", json={"account_id": str(bob.account)}).status == 422
    assert names(bob.client.get(f"/api/v1/accounts/{bob.account}/in_collections")) == []


def test_a_collection_has_a_last_account(square: Square, ann: Person) -> None:
    """One too many, and nobody is put in."""
    many = [person(square, f"p{number}") for number in range(limits.COLLECTION_ITEMS + 1)]
    ids = [str(each.account) for each in many]
    assert ann.client.post("/api/v1/collections", json={"name": "x", "account_ids": ids}).status == 422
    made = make(ann, *many[1:])
    answer = ann.client.post(f"/api/v1/collections/{made['id']}/items", json={"account_id": ids[0]})
    assert (made["item_count"], answer.status) == (limits.COLLECTION_ITEMS, 422)


# --- Who sees what ----------------------------------------------------------------------------------------------------


def test_a_profile_shows_collections_that_are_to_be_found(square: Square, ann: Person, bob: Person) -> None:
    """Its owner sees all, the newest first; others those that are discoverable; who is blocked sees none."""
    for name, discoverable in (("First", True), ("Second", False), ("Third", True)):
        make(ann, bob, name=name, discoverable=discoverable)
    path = f"/api/v1/accounts/{ann.account}/collections"
    assert names(ann.client.get(path)) == ["Third", "Second", "First"]
    assert names(bob.client.get(path)) == names(square.stranger.get(path)) == ["Third", "First"]
    page = square.stranger.get(f"{path}?limit=1")
    assert names(page) == ["Third"]
    assert page.headers["link"].startswith(f"<https://square.example{path}?limit=1&offset=1>")
    assert names(square.stranger.get(f"{path}?limit=1&offset=1")) == ["First"]
    assert square.stranger.get("/api/v1/accounts/7/collections").status == 404
    ann.client.post(f"/api/v1/accounts/{bob.account}/block")
    assert names(bob.client.get(path)) == []


def test_one_sees_where_one_is_recommended_and_nobody_else_does(ann: Person, bob: Person) -> None:
    """Also where the collection is not to be found, so that one can leave it."""
    make(ann, bob, discoverable=False)
    path = f"/api/v1/accounts/{bob.account}/in_collections"
    assert names(bob.client.get(path)) == ["Poets"]
    assert ann.client.get(path).status == 403


def test_whom_one_blocks_one_does_not_meet_in_a_collection(square: Square, ann: Person, bob: Person) -> None:
    """Others still do."""
    eve = square.person("eve")
    path = f"/api/v1/collections/{make(ann, bob)['id']}"
    eve.client.post(f"/api/v1/accounts/{bob.account}/block")
    assert [each["acct"] for each in eve.client.get(path).json()["accounts"]] == ["ann"]
    assert [each["acct"] for each in ann.client.get(path).json()["accounts"]] == ["ann", "bob"]


def test_collections_cost_the_same_however_many_there_are(
    square: Square, ann: Person, bob: Person, statements: list[str]
) -> None:
    """Whoever is in them is loaded at once."""
    path = f"/api/v1/accounts/{ann.account}/collections"

    def cost() -> int:
        statements.clear()
        names(ann.client.get(path))
        return len(statements)

    make(ann, bob)
    one = cost()
    for number in range(4):
        make(ann, bob, person(square, f"p{number}"))
    assert cost() == one


# --- Who is told ------------------------------------------------------------------------------------------------------


def test_who_is_recommended_is_told_of_it_and_of_changes(
    square: Square, ann: Person, bob: Person, write: Write
) -> None:
    """Until they are not in it any more; read anew, the log says the same."""
    made, other = make(ann, bob), make(ann, bob, name="Others")
    path = f"/api/v1/collections/{made['id']}"
    ann.client.patch(path, json={"name": "Bards"})
    ann.client.patch(path, json={"name": "Bards"})
    square.settle()
    everything = [("collection_update", "Bards"), ("added_to_collection", "Others"), ("added_to_collection", "Bards")]
    assert told(bob) == everything
    assert told(ann) == []
    grouped = bob.client.get("/api/v2/notifications").json()["notification_groups"]
    assert grouped[0]["collection"]["id"] == made["id"]
    write(NOTIFICATIONS.rebuild)
    assert told(bob) == everything
    bob.client.post(f"{path}/items/{made['items'][0]['id']}/revoke")
    square.settle()
    assert told(bob) == [("added_to_collection", "Others")]
    ann.client.delete(f"/api/v1/collections/{other['id']}")
    square.settle()
    assert told(bob) == []
    write(NOTIFICATIONS.rebuild)
    assert told(bob) == []
