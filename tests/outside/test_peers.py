"""Other servers are believed about what is theirs alone."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bema.model import limits
from bema.model.federating import SignatureStyle
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetcher
from bema.outside.peers import KeptOut, Misplaced, NotGiven, Peers
from bema.outside.unfetched import AddressRefused, Oversized, UnexpectedType, Unfetched
from tests.outside.asking import (
    ACTIVITY,
    ANN,
    LINKED,
    NOW,
    SERVER,
    Asker,
    Books,
    is_signed_by,
    said,
)
from tests.peer import Peer, answer

# --- Reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", [ACTIVITY, LINKED, f"{ACTIVITY}; charset=utf-8"])
def test_a_document_is_asked_for_in_the_servers_name(asker: Asker, type_: str) -> None:
    """Signed, query included, so that servers in secure mode answer; asked for as what it is."""
    uri = f"{asker.peer.base}/notes/1?x=%20y"
    asker.peer.pages["/notes/1?x=%20y"] = said({"id": uri, "type": "Note", "as:content": "<p>hi</p>"}, type_)
    found = asker.document("/notes/1?x=%20y")
    assert (found["id"], found["content"]) == (uri, "<p>hi</p>")
    [asked] = asker.peer.asked
    assert is_signed_by(asked, asker.host, SERVER, SignatureStyle.CAVAGE)
    assert asked.headers["accept"] == f"{ACTIVITY}, {LINKED}"
    assert asked.headers["user-agent"].endswith("(+https://square.example/)")


def test_a_document_under_another_address_is_asked_for_at_its_own(asker: Asker) -> None:
    """As the page of a post, whose id is another; that one answers for it."""
    uri = f"{asker.peer.base}/notes/1"
    asker.peer.pages["/@bob/1"] = said({"id": uri, "content": "as the page says"})
    asker.peer.pages["/notes/1"] = said({"id": uri, "content": "as it is"})
    assert asker.document("/@bob/1")["content"] == "as it is"
    assert asker.peer.paths() == ["/@bob/1", "/notes/1"]


def test_origin_a_fetched_document_is_believed_about_its_own_address_alone(asker: Asker) -> None:
    """CVE-2024-23832: whoever serves a document with somebody else's id does not become them."""
    asker.peer.pages["/1"] = said({"id": f"{asker.peer.base}/2"})
    asker.peer.pages["/2"] = said({"id": f"{asker.peer.base}/3"})
    asker.peer.pages["/3"] = said({"id": f"{asker.peer.base}/3"})
    asker.refused("/1")
    assert asker.peer.paths() == ["/1", "/2"]
    asker.peer.pages["/none"] = said({"type": "Note"})
    asker.refused("/none")
    asker.peer.pages["/several"] = said({"id": [f"{asker.peer.base}/several", f"{asker.peer.base}/3"]})
    asker.refused("/several")


def test_origin_the_id_of_another_server_is_asked_of_that_server(asker: Asker) -> None:
    """What it says there counts, whatever the first one said."""
    with Peer() as other:
        uri = f"{other.base}/users/carla"
        asker.peer.pages["/carla"] = said({"id": uri, "name": "An impostor"})
        other.pages["/users/carla"] = said({"id": uri, "name": "Carla"})
        assert asker.document("/carla")["name"] == "Carla"
        other.pages["/users/carla"] = answer(status=404)
        asker.clock.advance(seconds=limits.PEER_FAILED_SECONDS + 1)
        asker.refused("/carla", NotGiven)


def test_origin_a_redirect_to_another_origin_is_not_followed(asker: Asker) -> None:
    """An open redirect of one server would let others speak for it."""
    with Peer() as other:
        asker.peer.pages["/1"] = answer(status=302, headers={"Location": f"{other.base}/1"})
        other.pages["/1"] = said({"id": f"{asker.peer.base}/1"})
        asker.refused("/1", AddressRefused)
        assert other.asked == []


def test_a_redirect_within_a_server_is_followed_and_signed_anew(asker: Asker) -> None:
    """The signature covers the target, so each has its own."""
    asker.peer.pages["/old"] = answer(status=301, headers={"Location": "/new"})
    asker.peer.pages["/new"] = said({"id": f"{asker.peer.base}/new"})
    assert asker.document("/old")["id"] == f"{asker.peer.base}/new"
    assert all(is_signed_by(each, asker.host, SERVER, SignatureStyle.CAVAGE) for each in asker.peer.asked)


def test_dos_a_redirect_loop_ends(asker: Asker) -> None:
    """CVE-2026-34148: it costs a few questions once, and then none for a while."""
    asker.peer.pages["/1"] = answer(status=302, headers={"Location": "/2"})
    asker.peer.pages["/2"] = answer(status=302, headers={"Location": "/1"})
    for _ in range(3):
        asker.refused("/1", AddressRefused)
    assert asker.peer.paths() == ["/1", "/2"]


@pytest.mark.parametrize(
    "type_",
    [
        "application/json",
        "text/html",
        "text/plain",
        "image/png",
        "application/ld+json",
        'application/ld+json; profile="https://example.com"',
        "application/activity+json2",
        "",
    ],
)
def test_origin_only_the_two_types_of_activitypub_are_believed(asker: Asker, type_: str) -> None:
    """CVE-2024-25623: files that people uploaded look like documents, but are served as what they are."""
    asker.peer.pages["/1"] = said({"id": f"{asker.peer.base}/1"}, type_)
    asker.refused("/1", UnexpectedType)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", UnexpectedType),
        ("[]", UnexpectedType),
        ('"text"', UnexpectedType),
        ("{", UnexpectedType),
        ('{"id":' * 5_000 + "1" + "}" * 5_000, UnexpectedType),
        ('{"id":"' + "x" * limits.REMOTE_BYTES + '"}', Oversized),
    ],
)
def test_dos_what_is_no_document_is_refused(asker: Asker, body: str, kind: type[Unfetched]) -> None:
    """Nested without end, too long, or no JSON at all."""
    asker.peer.pages["/1"] = answer(body, type=ACTIVITY)
    asker.refused("/1", kind)


def test_sigx_what_did_not_come_is_not_asked_for_again_for_a_while(asker: Asker) -> None:
    """A flood of requests that name dead keys costs one question for each."""
    asker.peer.pages["/dead"] = answer(status=500)
    for _ in range(5):
        assert asker.refused("/dead", NotGiven).lasting is False
    assert asker.peer.paths() == ["/dead"]
    asker.peer.pages["/dead"] = said({"id": f"{asker.peer.base}/dead"})
    asker.clock.advance(seconds=limits.PEER_FAILED_SECONDS + 1)
    assert asker.document("/dead")["id"] == f"{asker.peer.base}/dead"


def test_what_is_gone_is_told_from_what_is_down(asker: Asker) -> None:
    """Who was deleted is forgotten, who is away is asked again."""
    for status, is_gone, lasting in ((404, True, True), (410, True, True), (403, False, True), (503, False, False)):
        asker.peer.pages[f"/{status}"] = answer(status=status)
        refusal = asker.refused(f"/{status}", NotGiven)
        assert isinstance(refusal, NotGiven)
        assert (refusal.is_gone, refusal.lasting) == (is_gone, lasting)


def test_who_is_kept_out_is_not_even_asked(asker: Asker) -> None:
    """Neither for documents, nor by WebFinger, nor to bring anything; and is, as soon as they are let in."""
    asker.books.kept_out.add(asker.host)
    asker.refused("/1", KeptOut)
    with pytest.raises(KeptOut):
        asker.run(lambda peers: peers.finger("bob", asker.host))
    with pytest.raises(KeptOut):
        asker.run(lambda peers: peers.deliver(f"{asker.peer.base}/inbox", b"{}", None))
    assert asker.peer.asked == []
    asker.books.kept_out.clear()
    asker.peer.pages["/1"] = said({"id": f"{asker.peer.base}/1"})
    assert asker.document("/1")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]", "0.0.0.0", "localhost"])
def test_ssrf_nothing_inside_is_asked(host: str) -> None:
    """Neither as a document, nor by WebFinger, nor as an inbox: the guard is the fetcher's, and every way leads through it."""
    books = Books()

    async def asking(ask: Callable[[Peers], Awaitable[object]]) -> None:
        fetcher = Fetcher("https://square.example")
        with pytest.raises(Unfetched):
            await ask(Peers(fetcher, books, books, ManualClock(NOW)))
        await fetcher.close()

    asyncio.run(asking(lambda peers: peers.document(f"https://{host}/1")))
    asyncio.run(asking(lambda peers: peers.finger("bob", host)))
    asyncio.run(asking(lambda peers: peers.deliver(f"https://{host}/inbox", b"{}", None)))


# --- Keys -------------------------------------------------------------------------------------------------------------


def bob(base: str, key_id: str | None = None, **more: Any) -> dict[str, Any]:
    """Write somebody with a key."""
    uri = f"{base}/users/bob"
    key = {"id": key_id or f"{uri}#main-key", "owner": uri, "publicKeyPem": ANN[1]}
    return {"id": uri, "type": "Person", "publicKey": key, **more}


def test_the_owner_of_a_key_is_found_however_it_is_named(asker: Asker) -> None:
    """As a part of its owner's document, by the owner alone, as a document of its own, or as a stub of the owner."""
    base = asker.peer.base
    own = {"id": f"{base}/keys/1", "owner": f"{base}/users/carl", "publicKeyPem": ANN[1]}
    carl = {"id": f"{base}/users/carl", "type": "Person", "publicKey": own}
    dora: dict[str, Any] = {"id": f"{base}/users/dora", "type": "Person"}
    dora["publicKey"] = {"id": f"{base}/users/dora/main-key", "owner": dora["id"], "publicKeyPem": ANN[1]}
    asker.peer.pages |= {
        "/users/bob": said(bob(base)),
        "/keys/1": said(own),
        "/users/carl": said(carl),
        "/users/dora": said(dora),
        "/users/dora/main-key": said(dora),
    }
    for key_id, owner in (
        (f"{base}/users/bob#main-key", "bob"),
        (f"{base}/users/bob", "bob"),
        (f"{base}/keys/1", "carl"),
        (f"{base}/users/dora/main-key", "dora"),
    ):
        found = asker.run(lambda peers, key_id=key_id: peers.owner_of_key(key_id))  # type: ignore[misc]  # it is bound now
        assert found["id"] == f"{base}/users/{owner}"


def test_sigx_a_key_whose_owner_does_not_own_it_is_nobodys(asker: Asker) -> None:
    """Fedify #963, CVE-2023-49079: a key that names somebody else as its owner would sign in their name."""
    base = asker.peer.base
    asker.peer.pages |= {
        "/users/bob": said(bob(base)),
        "/keys/1": said({"id": f"{base}/keys/1", "owner": f"{base}/users/bob", "publicKeyPem": SERVER[1]}),
        "/keys/2": said({"id": f"{base}/keys/2", "publicKeyPem": SERVER[1]}),
    }
    for key_id in (f"{base}/keys/1", f"{base}/keys/2", f"{base}/users/bob#another"):
        with pytest.raises(Misplaced):
            asker.run(lambda peers, key_id=key_id: peers.owner_of_key(key_id))  # type: ignore[misc]  # it is bound now


def test_sigx_a_key_of_another_server_than_its_owners_is_nobodys(asker: Asker) -> None:
    """Whoever is named as an owner elsewhere is not even asked."""
    with Peer() as other:
        other.pages["/users/bob"] = said(bob(other.base, key_id=f"{asker.peer.base}/keys/1"))
        key = {"id": f"{asker.peer.base}/keys/1", "owner": f"{other.base}/users/bob", "publicKeyPem": ANN[1]}
        asker.peer.pages["/keys/1"] = said(key)
        with pytest.raises(Misplaced):
            asker.run(lambda peers: peers.owner_of_key(f"{asker.peer.base}/keys/1"))
        assert other.asked == []
        asker.peer.pages["/keys/2"] = said(bob(other.base, key_id=f"{asker.peer.base}/keys/2"))
        other.pages["/users/bob"] = said(bob(other.base, key_id=f"{asker.peer.base}/keys/2"))
        with pytest.raises(Misplaced):
            asker.run(lambda peers: peers.owner_of_key(f"{asker.peer.base}/keys/2"))
