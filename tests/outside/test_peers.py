"""Other servers are asked and told in the way each takes, and believed about what is theirs alone."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import parse_qs

import pytest

from bema.model import limits
from bema.model.federating import SignatureStyle
from bema.model.ids import AccountId
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetcher
from bema.outside.peers import KeptOut, Misplaced, NotGiven, Peers
from bema.outside.unfetched import AddressRefused, Oversized, UnexpectedType, Unfetched
from bema.wire.activitypub.signatures import keys
from bema.wire.activitypub.signatures.claims import claim_of
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.proofs import proof_of
from bema.wire.activitypub.signatures.requests import Request, Unsigned
from tests.peer import Asked, Peer, answer

T = TypeVar("T")

ACTIVITY = "application/activity+json"
LINKED = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
NOW = 1_767_225_600_000
SERVER, ANN, PROVING = keys.made("rsa"), keys.made("rsa"), keys.made("ed25519")
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


class Books:
    """A keyring and a ledger that fit in one's head."""

    def __init__(self) -> None:
        self.kept_out: set[str] = set()
        self.styles: dict[str, SignatureStyle] = {}

    async def signing_key(self, account: AccountId | None, kind: keys.Kind = "rsa") -> SigningKey:
        """Return the key of the server, or of Ann."""
        if kind == "ed25519":
            return SigningKey("https://square.example/users/ann#ed25519-key", keys.private_key(PROVING[0]))
        who, pair = ("actor", SERVER) if account is None else ("users/ann", ANN)
        return SigningKey(f"https://square.example/{who}#main-key", keys.private_key(pair[0]))

    async def terms(self, host: str) -> tuple[bool, SignatureStyle]:
        """Tell what is known of a host."""
        return host in self.kept_out, self.styles.get(host, SignatureStyle.CAVAGE)

    async def took(self, host: str, style: SignatureStyle) -> None:
        """Remember what a host took."""
        self.styles[host] = style


class Square:
    """What asks: with time that stands still, and one peer that it may ask."""

    def __init__(self, peer: Peer) -> None:
        self.peer, self.clock, self.books = peer, ManualClock(NOW), Books()
        self.host = peer.base.partition("://")[2]
        self._peers: Peers | None = None

    def run(self, ask: Callable[[Peers], Awaitable[T]]) -> T:
        """Ask something, with the negative memory of before."""

        async def asking() -> T:
            fetcher = Fetcher("https://square.example", private_peers=True)
            fresh = Peers(fetcher, self.books, self.books, self.clock, scheme="http")
            if self._peers is not None:
                fresh._failed = self._peers._failed
            self._peers = fresh
            try:
                return await ask(fresh)
            finally:
                await fetcher.close()

        return asyncio.run(asking())

    def document(self, path: str) -> dict[str, Any]:
        """Ask for a document."""
        return self.run(lambda peers: peers.document(f"{self.peer.base}{path}"))

    def refused(self, path: str, kind: type[Unfetched] = Misplaced) -> Unfetched:
        """Ask for a document that must not be believed."""
        with pytest.raises(kind) as refusal:
            self.document(path)
        return refusal.value


@pytest.fixture
def square() -> Iterator[Square]:
    with Peer() as peer:
        yield Square(peer)


def said(thing: object, type_: str = ACTIVITY, **more: Any) -> bytes:
    """Write a document as it is answered."""
    return answer(json.dumps(thing), type=type_, **more)


def request_of(asked: Asked, host: str) -> Request:
    """Return what came as the other server sees it."""
    body = asked.body or None
    return Request(method=asked.method, scheme="http", host=host, target=asked.path, headers=asked.headers, body=body)


def is_signed_by(asked: Asked, host: str, pair: tuple[str, str], style: SignatureStyle) -> bool:
    """Tell whether a question is signed by a key, in a way."""
    claim = claim_of(request_of(asked, host), NOW)
    return claim.style is style and claim.holds(keys.public_key(pair[1]))


# --- Reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", [ACTIVITY, LINKED, f"{ACTIVITY}; charset=utf-8"])
def test_a_document_is_asked_for_in_the_servers_name(square: Square, type_: str) -> None:
    """Signed, query included, so that servers in secure mode answer; asked for as what it is."""
    uri = f"{square.peer.base}/notes/1?x=%20y"
    square.peer.pages["/notes/1?x=%20y"] = said({"id": uri, "type": "Note", "as:content": "<p>hi</p>"}, type_)
    found = square.document("/notes/1?x=%20y")
    assert (found["id"], found["content"]) == (uri, "<p>hi</p>")
    [asked] = square.peer.asked
    assert is_signed_by(asked, square.host, SERVER, SignatureStyle.CAVAGE)
    assert asked.headers["accept"] == f"{ACTIVITY}, {LINKED}"
    assert asked.headers["user-agent"].endswith("(+https://square.example/)")


def test_a_document_under_another_address_is_asked_for_at_its_own(square: Square) -> None:
    """As the page of a post, whose id is another; that one answers for it."""
    uri = f"{square.peer.base}/notes/1"
    square.peer.pages["/@bob/1"] = said({"id": uri, "content": "as the page says"})
    square.peer.pages["/notes/1"] = said({"id": uri, "content": "as it is"})
    assert square.document("/@bob/1")["content"] == "as it is"
    assert square.peer.paths() == ["/@bob/1", "/notes/1"]


def test_origin_a_fetched_document_is_believed_about_its_own_address_alone(square: Square) -> None:
    """CVE-2024-23832: whoever serves a document with somebody else's id does not become them."""
    square.peer.pages["/1"] = said({"id": f"{square.peer.base}/2"})
    square.peer.pages["/2"] = said({"id": f"{square.peer.base}/3"})
    square.peer.pages["/3"] = said({"id": f"{square.peer.base}/3"})
    square.refused("/1")
    assert square.peer.paths() == ["/1", "/2"]
    square.peer.pages["/none"] = said({"type": "Note"})
    square.refused("/none")
    square.peer.pages["/several"] = said({"id": [f"{square.peer.base}/several", f"{square.peer.base}/3"]})
    square.refused("/several")


def test_origin_the_id_of_another_server_is_asked_of_that_server(square: Square) -> None:
    """What it says there counts, whatever the first one said."""
    with Peer() as other:
        uri = f"{other.base}/users/carla"
        square.peer.pages["/carla"] = said({"id": uri, "name": "An impostor"})
        other.pages["/users/carla"] = said({"id": uri, "name": "Carla"})
        assert square.document("/carla")["name"] == "Carla"
        other.pages["/users/carla"] = answer(status=404)
        square.clock.advance(seconds=limits.PEER_FAILED_SECONDS + 1)
        square.refused("/carla", NotGiven)


def test_origin_a_redirect_to_another_origin_is_not_followed(square: Square) -> None:
    """An open redirect of one server would let others speak for it."""
    with Peer() as other:
        square.peer.pages["/1"] = answer(status=302, headers={"Location": f"{other.base}/1"})
        other.pages["/1"] = said({"id": f"{square.peer.base}/1"})
        square.refused("/1", AddressRefused)
        assert other.asked == []


def test_a_redirect_within_a_server_is_followed_and_signed_anew(square: Square) -> None:
    """The signature covers the target, so each has its own."""
    square.peer.pages["/old"] = answer(status=301, headers={"Location": "/new"})
    square.peer.pages["/new"] = said({"id": f"{square.peer.base}/new"})
    assert square.document("/old")["id"] == f"{square.peer.base}/new"
    assert all(is_signed_by(each, square.host, SERVER, SignatureStyle.CAVAGE) for each in square.peer.asked)


def test_dos_a_redirect_loop_ends(square: Square) -> None:
    """CVE-2026-34148: it costs a few questions once, and then none for a while."""
    square.peer.pages["/1"] = answer(status=302, headers={"Location": "/2"})
    square.peer.pages["/2"] = answer(status=302, headers={"Location": "/1"})
    for _ in range(3):
        square.refused("/1", AddressRefused)
    assert square.peer.paths() == ["/1", "/2"]


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
def test_origin_only_the_two_types_of_activitypub_are_believed(square: Square, type_: str) -> None:
    """CVE-2024-25623: files that people uploaded look like documents, but are served as what they are."""
    square.peer.pages["/1"] = said({"id": f"{square.peer.base}/1"}, type_)
    square.refused("/1", UnexpectedType)


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
def test_dos_what_is_no_document_is_refused(square: Square, body: str, kind: type[Unfetched]) -> None:
    """Nested without end, too long, or no JSON at all."""
    square.peer.pages["/1"] = answer(body, type=ACTIVITY)
    square.refused("/1", kind)


def test_sigx_what_did_not_come_is_not_asked_for_again_for_a_while(square: Square) -> None:
    """A flood of requests that name dead keys costs one question for each."""
    square.peer.pages["/dead"] = answer(status=500)
    for _ in range(5):
        assert square.refused("/dead", NotGiven).lasting is False
    assert square.peer.paths() == ["/dead"]
    square.peer.pages["/dead"] = said({"id": f"{square.peer.base}/dead"})
    square.clock.advance(seconds=limits.PEER_FAILED_SECONDS + 1)
    assert square.document("/dead")["id"] == f"{square.peer.base}/dead"


def test_what_is_gone_is_told_from_what_is_down(square: Square) -> None:
    """Who was deleted is forgotten, who is away is asked again."""
    for status, is_gone, lasting in ((404, True, True), (410, True, True), (403, False, True), (503, False, False)):
        square.peer.pages[f"/{status}"] = answer(status=status)
        refusal = square.refused(f"/{status}", NotGiven)
        assert isinstance(refusal, NotGiven)
        assert (refusal.is_gone, refusal.lasting) == (is_gone, lasting)


def test_who_is_kept_out_is_not_even_asked(square: Square) -> None:
    """Neither for documents, nor by WebFinger, nor to bring anything; and is, as soon as they are let in."""
    square.books.kept_out.add(square.host)
    square.refused("/1", KeptOut)
    with pytest.raises(KeptOut):
        square.run(lambda peers: peers.finger("bob", square.host))
    with pytest.raises(KeptOut):
        square.run(lambda peers: peers.deliver(f"{square.peer.base}/inbox", b"{}", None))
    assert square.peer.asked == []
    square.books.kept_out.clear()
    square.peer.pages["/1"] = said({"id": f"{square.peer.base}/1"})
    assert square.document("/1")


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


def test_the_owner_of_a_key_is_found_however_it_is_named(square: Square) -> None:
    """As a part of its owner's document, by the owner alone, as a document of its own, or as a stub of the owner."""
    base = square.peer.base
    own = {"id": f"{base}/keys/1", "owner": f"{base}/users/carl", "publicKeyPem": ANN[1]}
    carl = {"id": f"{base}/users/carl", "type": "Person", "publicKey": own}
    dora: dict[str, Any] = {"id": f"{base}/users/dora", "type": "Person"}
    dora["publicKey"] = {"id": f"{base}/users/dora/main-key", "owner": dora["id"], "publicKeyPem": ANN[1]}
    square.peer.pages |= {
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
        found = square.run(lambda peers, key_id=key_id: peers.owner_of_key(key_id))  # type: ignore[misc]  # it is bound now
        assert found["id"] == f"{base}/users/{owner}"


def test_sigx_a_key_whose_owner_does_not_own_it_is_nobodys(square: Square) -> None:
    """Fedify #963, CVE-2023-49079: a key that names somebody else as its owner would sign in their name."""
    base = square.peer.base
    square.peer.pages |= {
        "/users/bob": said(bob(base)),
        "/keys/1": said({"id": f"{base}/keys/1", "owner": f"{base}/users/bob", "publicKeyPem": SERVER[1]}),
        "/keys/2": said({"id": f"{base}/keys/2", "publicKeyPem": SERVER[1]}),
    }
    for key_id in (f"{base}/keys/1", f"{base}/keys/2", f"{base}/users/bob#another"):
        with pytest.raises(Misplaced):
            square.run(lambda peers, key_id=key_id: peers.owner_of_key(key_id))  # type: ignore[misc]  # it is bound now


def test_sigx_a_key_of_another_server_than_its_owners_is_nobodys(square: Square) -> None:
    """Whoever is named as an owner elsewhere is not even asked."""
    with Peer() as other:
        other.pages["/users/bob"] = said(bob(other.base, key_id=f"{square.peer.base}/keys/1"))
        key = {"id": f"{square.peer.base}/keys/1", "owner": f"{other.base}/users/bob", "publicKeyPem": ANN[1]}
        square.peer.pages["/keys/1"] = said(key)
        with pytest.raises(Misplaced):
            square.run(lambda peers: peers.owner_of_key(f"{square.peer.base}/keys/1"))
        assert other.asked == []
        square.peer.pages["/keys/2"] = said(bob(other.base, key_id=f"{square.peer.base}/keys/2"))
        other.pages["/users/bob"] = said(bob(other.base, key_id=f"{square.peer.base}/keys/2"))
        with pytest.raises(Misplaced):
            square.run(lambda peers: peers.owner_of_key(f"{square.peer.base}/keys/2"))


# --- Two ways of signing ----------------------------------------------------------------------------------------------


def taking(style: SignatureStyle, host: str, yes: bytes, no: int) -> Callable[[Asked], bytes]:
    """Answer those who sign in one way."""

    def reply(asked: Asked) -> bytes:
        try:
            fits = claim_of(request_of(asked, host), NOW).style is style
        except Unsigned:
            fits = False
        return yes if fits else answer(status=no)

    return reply


@pytest.mark.parametrize("no", [400, 401, 403, 404])
def test_who_refuses_one_signature_is_given_the_other(square: Square, no: int) -> None:
    """And from then on that one first: it is remembered for the host."""
    for path in ("/1", "/2"):
        found = said({"id": f"{square.peer.base}{path}"})
        square.peer.pages[path] = taking(SignatureStyle.MESSAGE, square.host, found, no)
    assert square.document("/1")["id"].endswith("/1")
    assert square.books.styles == {square.host: SignatureStyle.MESSAGE}
    assert square.document("/2")["id"].endswith("/2")
    assert square.peer.paths() == ["/1", "/1", "/2"]


def test_what_is_brought_is_signed_in_the_way_that_is_taken(square: Square) -> None:
    """By whoever says it; who takes neither is not asked a third time."""
    inbox = f"{square.peer.base}/inbox"
    square.peer.pages["/inbox"] = taking(SignatureStyle.MESSAGE, square.host, answer(status=202), 401)
    body = b'{"type":"Follow"}'
    bring = square.run
    for _ in range(2):
        assert bring(lambda peers: peers.deliver(inbox, body, AccountId(1), headers={"X-More": "1"})).status == 202
    first, second, third = square.peer.asked
    assert is_signed_by(first, square.host, ANN, SignatureStyle.CAVAGE)
    assert is_signed_by(second, square.host, ANN, SignatureStyle.MESSAGE)
    assert is_signed_by(third, square.host, ANN, SignatureStyle.MESSAGE)
    assert third.headers["content-type"] == ACTIVITY
    assert (third.headers["x-more"], third.body) == ("1", body)
    square.peer.pages["/inbox"] = answer(status=401)
    assert bring(lambda peers: peers.deliver(inbox, body, AccountId(1))).status == 401
    assert len(square.peer.asked) == 5
    assert square.books.styles == {square.host: SignatureStyle.MESSAGE}


def wanting(host: str, wish: str, fits: Callable[[str], bool]) -> Callable[[Asked], bytes]:
    """Answer those whose message signature is as a server wants it; tell the others what that is."""

    def reply(asked: Asked) -> bytes:
        told = asked.headers.get("signature-input", "")
        if not told or not fits(told) or not is_signed_by(asked, host, SERVER, SignatureStyle.MESSAGE):
            return answer(status=401, headers={"Accept-Signature": wish})
        return said({"id": f"http://{host}{asked.path}"})

    return reply


def test_a_server_that_says_which_signature_it_wants_is_given_that(square: Square) -> None:
    """RFC 9421, section 5: more parts, under its name, with its nonce, which holds once; what we always cover stays covered."""
    wish = 'one=("@method" "@authority" "@path");created;expires;nonce="a1";tag="app"'
    parts = ('one=("@method" "@target-uri" "@authority" "@path");', ';nonce="a1"', ';tag="app"', ";expires=")
    square.peer.pages["/1"] = wanting(square.host, wish, lambda told: all(part in told for part in parts))
    assert square.document("/1")["id"].endswith("/1")
    assert square.peer.paths() == ["/1", "/1"]
    assert square.books.styles == {square.host: SignatureStyle.MESSAGE}


def test_what_a_server_always_wants_is_remembered(square: Square) -> None:
    """A nonce is not: it is another each time."""
    for path in ("/1", "/2"):
        square.peer.pages[path] = wanting(square.host, 'sig1=("@query");created', lambda told: '"@query"' in told)

    async def ask(peers: Peers) -> None:
        for path in ("/1", "/2"):
            await peers.document(f"{square.peer.base}{path}")

    square.run(ask)
    assert square.peer.paths() == ["/1", "/1", "/2"]


@pytest.mark.parametrize(
    "wish",
    [
        "",
        "nonsense(",
        'sig1=("@method" "cookie");created',
        'sig1=("@query-param";name="x");created',
        'sig1=("@method");alg="hmac-sha256"',
        'sig1=("@method");alg="ed25519"',
        f'sig1=("@method");nonce="{"x" * 600}"',
        "sig1;created",
        'sig1=("@method" "@target-uri");created',
    ],
)
def test_what_cannot_be_given_is_tried_in_the_usual_ways(square: Square, wish: str) -> None:
    """Nothing more is covered for who asks for what we have not, and nobody is asked a third time."""
    square.peer.pages["/1"] = answer(status=401, headers={"Accept-Signature": wish})
    square.refused("/1", NotGiven)
    first, second = square.peer.asked
    assert is_signed_by(first, square.host, SERVER, SignatureStyle.CAVAGE)
    assert is_signed_by(second, square.host, SERVER, SignatureStyle.MESSAGE)
    assert second.headers["signature-input"].startswith('sig1=("@method" "@target-uri");created=')


def test_an_inbox_that_is_gone_is_not_asked_twice(square: Square) -> None:
    """404 and 410 say nothing about signatures there."""
    for status in (404, 410, 500):
        square.peer.pages["/inbox"] = answer(status=status)
        assert square.run(lambda peers: peers.deliver(f"{square.peer.base}/inbox", b"{}", None)).status == status
    assert len(square.peer.asked) == 3


@pytest.mark.parametrize(
    ("thing", "is_proven"),
    [
        ({"type": "Create", "to": [PUBLIC], "object": {"content": "ü"}}, True),
        ({"type": "Delete", "to": [], "cc": [PUBLIC]}, True),
        ({"type": "Create", "to": ["https://other.example/users/bob"], "object": {"content": PUBLIC}}, False),
        ({"type": "Announce", "to": [PUBLIC]}, False),
        ({"type": "Follow", "object": "https://other.example/users/bob"}, False),
    ],
)
def test_what_is_said_to_all_carries_a_proof_and_nothing_else_does(
    square: Square, thing: dict[str, Any], is_proven: bool
) -> None:
    """So that others may pass it on; a letter to one is for nobody to show around. Signed once, however many it goes to."""
    said_ = {"@context": "https://www.w3.org/ns/activitystreams", "actor": "https://square.example/users/ann", **thing}
    body = json.dumps(said_, ensure_ascii=False)

    async def twice(peers: Peers) -> list[bytes]:
        return [await peers.proven(body, AccountId(1)) for _ in range(2)]

    first, second = square.run(twice)
    assert first is second or not is_proven
    proof = proof_of(json.loads(first))
    assert (proof is not None) is is_proven
    if proof is None:
        assert json.loads(first) == said_
    else:
        assert proof.holds(keys.public_key(PROVING[1]))
        assert (proof.key_id, proof.created_at) == ("https://square.example/users/ann#ed25519-key", NOW)


# --- WebFinger --------------------------------------------------------------------------------------------------------


def test_somebody_is_found_by_webfinger(square: Square) -> None:
    """Whatever the address was, the subject says how they are called; redirects to another domain are followed."""
    told = {
        "subject": "acct:Bob@example.org",
        "links": [
            "nonsense",
            {"rel": "self", "type": "text/html", "href": "https://web.example/@bob"},
            {"rel": "self", "type": ACTIVITY, "href": "https://web.example/users/bob"},
            {"rel": "http://ostatus.org/schema/1.0/subscribe", "template": "https://web.example/follow?uri={uri}"},
        ],
    }
    path = f"/.well-known/webfinger?resource=acct:bob@{square.host}"
    square.peer.pages[path] = answer(status=302, headers={"Location": "/elsewhere"})
    square.peer.pages["/elsewhere"] = answer(json.dumps(told), type="application/jrd+json")
    found = square.run(lambda peers: peers.finger("bob", square.host))
    assert (found.name, found.host, found.actor) == ("Bob", "example.org", "https://web.example/users/bob")
    assert found.subscribe == "https://web.example/follow?uri={uri}"


def test_ssrf_nothing_is_added_to_a_question_by_what_is_asked_for(square: Square) -> None:
    """CVE-2026-29178: signs that mean something in an address, or in the head of a request, mean nothing in a name."""
    names = ["b&resource=x", "b#c", "b?d", "b/../..", "b\r\nX: y", "b@evil.example", "b%26", "b c"]
    for name in names:
        with pytest.raises(NotGiven):
            square.run(lambda peers, name=name: peers.finger(name, square.host))  # type: ignore[misc]  # it is bound now
    for name, asked in zip(names, square.peer.asked, strict=True):
        path, _, query = asked.path.partition("?")
        assert (path, parse_qs(query)) == ("/.well-known/webfinger", {"resource": [f"acct:{name}@{square.host}"]})
        assert "x" not in asked.headers


@pytest.mark.parametrize(
    "told",
    [
        "",
        "[]",
        "{}",
        '{"subject":"bob@x.example"}',
        '{"subject":"acct:bob"}',
        '{"subject":"acct:bob@x.example/y"}',
        '{"subject":"acct:bob@@x.example"}',
        '{"subject":["acct:bob@x.example"]}',
        '{"subject":"acct:bob@x.example","links":{}}',
    ],
)
def test_webfinger_that_names_nobody_is_refused(square: Square, told: str) -> None:
    """Rather than guessed at."""
    square.peer.pages[f"/.well-known/webfinger?resource=acct:bob@{square.host}"] = answer(told, type="application/json")
    with pytest.raises(UnexpectedType):
        square.run(lambda peers: peers.finger("bob", square.host))


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert('{uri}')",
        "https://x.example/",
        "https://{uri}/",
        "{uri}",
        "https://x.example{uri}/",
        "//x/{uri}",
    ],
)
def test_nobody_is_sent_where_a_template_should_not_lead(square: Square, template: str) -> None:
    """It comes from a server that a stranger named."""
    links = [{"rel": "http://ostatus.org/schema/1.0/subscribe", "template": template}]
    told = json.dumps({"subject": "acct:bob@x.example", "links": links})
    square.peer.pages[f"/.well-known/webfinger?resource=acct:bob@{square.host}"] = answer(told, type="application/json")
    assert square.run(lambda peers: peers.finger("bob", square.host)).subscribe is None
