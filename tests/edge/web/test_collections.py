"""Collections on pages, without script: keeping them, reading them, leaving them."""

import re

import pytest

from bema.domain import collecting, profiles
from bema.model.ids import AccountId
from tests.client import Client
from tests.conftest import Square
from tests.edge.web.test_lists_and_filters import send
from tests.edge.web.test_pages import browser


def somebody(square: Square, name: str, *, discoverable: bool = True) -> AccountId:
    """Let somebody be there who wishes to be found, or not."""
    account = square.make.account(name)
    changes = profiles.Changes(discoverable=discoverable)
    square.app.database.write_now(profiles.change, square.app.site, account, changes)
    return account


@pytest.fixture
def ann(square: Square) -> AccountId:
    """Somebody who recommends others."""
    return somebody(square, "ann")


@pytest.fixture
def bob(square: Square) -> AccountId:
    """Somebody who is recommended."""
    return somebody(square, "bob")


@pytest.fixture
def window(square: Square, ann: AccountId) -> Client:
    """Her browser."""
    return browser(square, ann)


def made(square: Square, owner: AccountId, *members: AccountId, **terms: object) -> str:
    """Make a collection and return its page."""
    wanted = collecting.Terms(**{"name": "Poets", "discoverable": True, **terms})  # type: ignore[arg-type]  # as named
    return f"/collections/{square.app.database.write_now(collecting.make, owner, wanted, members).id}"


def test_a_collection_is_kept_by_hand(square: Square, bob: AccountId, window: Client) -> None:
    """Made, filled by address and from a profile, read, renamed, emptied and deleted."""
    eve = somebody(square, "eve")
    shown = send(window, "/collections", "/collections", name="Poets <3", description="Read them", discoverable="1")
    assert "Poets &lt;3" in shown.text
    found = re.search(r'action="(/collections/\d+)/members"', shown.text)
    assert found
    path = found[1]
    filled = send(window, f"{path}/edit", f"{path}/members", address="@bob")
    assert f'action="{path}/members/{bob}/remove"' in filled.text
    by_profile = f"/accounts/{eve}/collections"
    assert f'href="{by_profile}"' in window.get("/@eve").text
    added = send(window, by_profile, f"{path}/members/{eve}/add", back=by_profile)
    assert f'action="{path}/members/{eve}/remove"' in added.text
    for page in (window.get(path), square.stranger.get(path)):
        assert 'href="/@bob"' in page.text
        assert 'href="/@eve"' in page.text
        assert "Read them" in page.text
    assert f'href="{path}"' in square.stranger.get("/@ann").text
    renamed = send(window, f"{path}/edit", path, name="Writers", description="", discoverable="1")
    assert "Writers" in renamed.text
    removed = send(window, f"{path}/edit", f"{path}/members/{bob}/remove")
    assert f"/members/{bob}/remove" not in removed.text
    assert "No collections yet." in send(window, f"{path}/edit", f"{path}/delete").text
    assert square.stranger.get(path).status == 404


def test_whoever_is_in_a_collection_can_leave_it(square: Square, ann: AccountId, bob: AccountId) -> None:
    """On its page, and on the page of all that one is in; it tells who put one in."""
    first, second = made(square, ann, bob), made(square, ann, bob, name="Singers")
    square.settle()
    window = browser(square, bob)
    told = window.get("/notifications")
    assert f'href="{first}"' in told.text
    assert "put you into the collection" in told.text
    left = send(window, first, f"{first}/leave")
    assert left.status == 200
    assert f'action="{first}/leave"' not in left.text
    assert 'href="/@bob"' not in square.stranger.get(first).text
    assert f'href="{second}"' in left.text
    send(window, "/collections", f"{second}/leave")
    assert "You are in" not in window.get("/collections").text


def test_what_cannot_be_is_said_on_the_page(square: Square, ann: AccountId, bob: AccountId, window: Client) -> None:
    """With what was typed."""
    refused = send(window, "/collections", "/collections", name="x" * 99)
    assert refused.status == 422
    assert "The name is too long: it has 40 characters at the most." in refused.text
    assert "x" * 99 in refused.text
    path = made(square, ann, bob)
    somebody(square, "shy", discoverable=False)
    for address, why in (
        ("@nobody", "Nobody here has this address."),
        ("@shy", "This account does not wish to be recommended"),
        ("@bob", "They are in it already"),
    ):
        answer = send(window, f"{path}/edit", f"{path}/members", address=address)
        assert answer.status == 422
        assert why in answer.text
        assert f'value="{address}"' in answer.text
    assert send(window, f"{path}/edit", path, name=" ").status == 422


def test_only_its_owner_changes_a_collection(square: Square, ann: AccountId, bob: AccountId, window: Client) -> None:
    """Others can read it, and nothing of theirs is on it."""
    path = made(square, ann, bob)
    other = browser(square, bob)
    assert other.get(f"{path}/edit").status == 404
    token = re.search(r'name="csrf" value="([^"]+)"', other.get("/collections").text)
    assert token
    for action, form in (
        ("", {"name": "Mine"}),
        ("/delete", {}),
        ("/members", {"address": "@ann"}),
        (f"/members/{bob}/remove", {}),
        (f"/members/{ann}/add", {}),
    ):
        assert other.post(path + action, form={"csrf": token[1], **form}).status in (403, 404), action
    assert "Poets" in window.get(path).text
    assert 'href="/@bob"' in window.get(path).text
    for missing in ("/collections/7", "/collections/x", "/collections/7/edit"):
        assert window.get(missing).status == 404


def test_a_collection_off_the_profile_is_read_by_its_address(square: Square, ann: AccountId, bob: AccountId) -> None:
    """Search engines pass it by; what is sensitive is folded."""
    path = made(square, ann, bob, discoverable=False, sensitive=True, description="Grim")
    page = square.stranger.get(path)
    assert 'content="noindex"' in page.text
    assert '<details class="warning"' in page.text
    assert "Grim" not in page.text.partition("<details")[0]
    assert path not in square.stranger.get("/@ann").text


def test_the_page_costs_the_same_for_few_and_many(
    square: Square, ann: AccountId, bob: AccountId, statements: list[str]
) -> None:
    """However many people are in it."""
    others = [somebody(square, f"poet{number}") for number in range(9)]
    small, large = made(square, ann, bob), made(square, ann, bob, *others)
    costs = []
    for path in (small, large, small, large):
        statements.clear()
        assert square.stranger.get(path).status == 200
        costs.append(len(statements))
    assert costs[2] == costs[3]
