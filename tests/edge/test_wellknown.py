"""Documents at fixed places: found by those who know where to look, and saying nothing that is not true."""

from collections.abc import Callable

import msgspec
import pytest

from bema.model.policy import Standing, Visibility
from bema.settings import Settings
from tests.conftest import Square


@pytest.mark.parametrize(
    "resource",
    [
        "acct:Ann@square.example",
        "acct:ann@SQUARE.example",
        "https://square.example/@ann",
        "https://square.example/users/ann",
        "acct:@ann@square.example",
    ],
)
def test_somebody_is_found_by_address(square: Square, resource: str) -> None:
    """However the address is written."""
    square.make.account("Ann")
    answer = square.stranger.get(f"/.well-known/webfinger?resource={resource}")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/jrd+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    found = answer.json()
    assert found["subject"] == "acct:Ann@square.example"
    page = {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": "https://square.example/@Ann"}
    assert page in found["links"]


def test_other_servers_are_led_from_the_address_to_the_actor(square: Square) -> None:
    """`self` is what servers read, the template where people of other servers are sent to follow."""
    square.make.account("Ann")
    for resource in ("acct:ann@square.example", "acct%3Aann%40square.example", "acct%253Aann%2540square.example"):
        links = square.stranger.get(f"/.well-known/webfinger?resource={resource}").json()["links"]
        actor = {"rel": "self", "type": "application/activity+json", "href": "https://square.example/users/Ann"}
        assert actor in links
        template = "https://square.example/authorize_interaction?uri={uri}"
        assert {"rel": "http://ostatus.org/schema/1.0/subscribe", "template": template} in links


@pytest.mark.parametrize("resource", ["acct:square.example@square.example", "https://square.example/actor"])
def test_the_server_itself_is_found(square: Square, resource: str) -> None:
    """Others check in both directions in whose name they are asked."""
    found = square.stranger.get(f"/.well-known/webfinger?resource={resource}").json()
    assert found["subject"] == "acct:square.example@square.example"
    assert "https://square.example/actor" in [link["href"] for link in found["links"]]


def test_who_was_deleted_is_gone_by_address_too(square: Square) -> None:
    """Others forget them for good, and ask no more."""
    square.make.account("ann", standing=Standing.DELETED)
    assert square.stranger.get("/.well-known/webfinger?resource=acct:ann@square.example").status == 410


def test_people_may_be_called_by_another_domain_than_the_servers(
    settings: Settings, open_square: Callable[..., Square]
) -> None:
    """On a split domain the address names the one, the actor lives on the other; both are answered for."""
    square = open_square(msgspec.structs.replace(settings, account_domain="example.org"))
    square.make.account("ann")
    for resource in ("acct:ann@example.org", "acct:ann@square.example", "https://square.example/users/ann"):
        found = square.stranger.get(f"/.well-known/webfinger?resource={resource}").json()
        assert found["subject"] == "acct:ann@example.org"
        assert found["aliases"] == ["https://square.example/@ann", "https://square.example/users/ann"]
    told = square.stranger.get("/users/ann", headers={"accept": "application/activity+json"}).json()
    assert (told["id"], told["webfinger"]) == ("https://square.example/users/ann", "ann@example.org")
    own = square.stranger.get("/actor").json()
    assert (own["preferredUsername"], own["webfinger"]) == ("example.org", "example.org@example.org")
    assert square.stranger.get("/.well-known/webfinger?resource=acct:ann@elsewhere.example").status == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?resource=", 400),
        ("?resource=acct:nobody@square.example", 404),
        ("?resource=acct:ann@other.example", 404),
        ("?resource=acct:gone@square.example", 404),
        ("?resource=https://square.example/about", 404),
        ("?resource=https://[broken", 404),
        ("?resource=nonsense", 404),
    ],
)
def test_whom_there_is_not_is_not_found(square: Square, query: str, status: int) -> None:
    """Others' people, suspended ones and nonsense look the same."""
    square.make.account("ann")
    square.make.account("gone", standing=Standing.SUSPENDED)
    assert square.stranger.get(f"/.well-known/webfinger{query}").status == status


def test_one_document_leads_to_the_next(square: Square) -> None:
    """Host-meta to WebFinger, NodeInfo to its versions."""
    ask = square.stranger.get
    assert (
        'template="https://square.example/.well-known/webfinger?resource={uri}"' in ask("/.well-known/host-meta").text
    )
    assert ask("/.well-known/host-meta.json").json()["links"][0]["rel"] == "lrdd"
    for link in ask("/.well-known/nodeinfo").json()["links"]:
        told = ask(link["href"])
        assert told.json()["software"]["name"] == "bema"
        assert told.headers["content-type"].startswith("application/json; profile=")
        assert link["rel"].endswith(told.json()["version"])


def test_all_documents_about_the_server_tell_the_same(square: Square) -> None:
    """Both versions of NodeInfo and both of the instance name one release and count alike."""
    ask = square.stranger.get
    older, newer = ask("/nodeinfo/2.0").json(), ask("/nodeinfo/2.1").json()
    one, two = ask("/api/v1/instance").json(), ask("/api/v2/instance").json()
    assert {**older, "version": "2.1"} == newer
    assert two["version"].endswith(f"; Bema {newer['software']['version']})")
    assert newer["metadata"] == {"nodeName": two["title"], "nodeDescription": two["description"]}
    assert newer["openRegistrations"] is two["registrations"]["enabled"] is one["registrations"]
    usage = newer["usage"]
    assert (usage["users"]["total"], usage["localPosts"]) == (one["stats"]["user_count"], one["stats"]["status_count"])
    assert usage["users"]["activeMonth"] == two["usage"]["users"]["active_month"]


def test_small_things_are_where_they_are_looked_for(square: Square) -> None:
    """Monitors, crawlers and password managers ask for them."""
    ask = square.stranger.get
    assert (ask("/health").status, ask("/health").text) == (200, "OK")
    assert "Disallow: /api/" in ask("/robots.txt").text
    moved = ask("/.well-known/change-password")
    assert (moved.status, moved.headers["location"]) == (302, "/settings/security")


def test_a_public_post_can_be_embedded_and_no_other(square: Square) -> None:
    """Its words are escaped; followers-only and boosted ones are not found."""
    ann, bob = square.make.account("ann", display_name="Ann & Co"), square.make.account("bob")
    post = square.make.post(ann, "<b>Good</b> morning")
    told = square.stranger.get(f"/api/oembed?url=https://square.example/@ann/{post}&maxwidth=300").json()
    assert told["author_name"] == "Ann & Co"
    assert "&lt;b&gt;Good&lt;/b&gt; morning" in told["html"]
    assert told["width"] == 300
    hidden = square.make.post(ann, visibility=Visibility.FOLLOWERS)
    boost = square.make.boost(bob, post)
    for address in (
        f"https://square.example/@ann/{hidden}",
        f"https://square.example/@bob/{boost}",
        "https://x/@ann/1",
        "",
    ):
        assert square.stranger.get(f"/api/oembed?url={address}").status == 404
