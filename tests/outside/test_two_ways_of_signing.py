"""Other servers are asked and told in the way of signing that each takes."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bema.model.federating import SignatureStyle
from bema.model.ids import AccountId
from bema.outside.peers import NotGiven, Peers
from bema.wire.activitypub.signatures import keys
from bema.wire.activitypub.signatures.claims import claim_of
from bema.wire.activitypub.signatures.proofs import proof_of
from bema.wire.activitypub.signatures.requests import Unsigned
from tests.outside.asking import ACTIVITY, ANN, NOW, PROVING, PUBLIC, SERVER, Asker, is_signed_by, request_of, said
from tests.peer import Asked, answer


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
def test_who_refuses_one_signature_is_given_the_other(asker: Asker, no: int) -> None:
    """And from then on that one first: it is remembered for the host."""
    for path in ("/1", "/2"):
        found = said({"id": f"{asker.peer.base}{path}"})
        asker.peer.pages[path] = taking(SignatureStyle.MESSAGE, asker.host, found, no)
    assert asker.document("/1")["id"].endswith("/1")
    assert asker.books.styles == {asker.host: SignatureStyle.MESSAGE}
    assert asker.document("/2")["id"].endswith("/2")
    assert asker.peer.paths() == ["/1", "/1", "/2"]


def test_what_is_brought_is_signed_in_the_way_that_is_taken(asker: Asker) -> None:
    """By whoever says it; who takes neither is not asked a third time."""
    inbox = f"{asker.peer.base}/inbox"
    asker.peer.pages["/inbox"] = taking(SignatureStyle.MESSAGE, asker.host, answer(status=202), 401)
    body = b'{"type":"Follow"}'
    bring = asker.run
    for _ in range(2):
        assert bring(lambda peers: peers.deliver(inbox, body, AccountId(1), headers={"X-More": "1"})).status == 202
    first, second, third = asker.peer.asked
    assert is_signed_by(first, asker.host, ANN, SignatureStyle.CAVAGE)
    assert is_signed_by(second, asker.host, ANN, SignatureStyle.MESSAGE)
    assert is_signed_by(third, asker.host, ANN, SignatureStyle.MESSAGE)
    assert third.headers["content-type"] == ACTIVITY
    assert (third.headers["x-more"], third.body) == ("1", body)
    asker.peer.pages["/inbox"] = answer(status=401)
    assert bring(lambda peers: peers.deliver(inbox, body, AccountId(1))).status == 401
    assert len(asker.peer.asked) == 5
    assert asker.books.styles == {asker.host: SignatureStyle.MESSAGE}


def wanting(host: str, wish: str, fits: Callable[[str], bool]) -> Callable[[Asked], bytes]:
    """Answer those whose message signature is as a server wants it; tell the others what that is."""

    def reply(asked: Asked) -> bytes:
        told = asked.headers.get("signature-input", "")
        if not told or not fits(told) or not is_signed_by(asked, host, SERVER, SignatureStyle.MESSAGE):
            return answer(status=401, headers={"Accept-Signature": wish})
        return said({"id": f"http://{host}{asked.path}"})

    return reply


def test_a_server_that_says_which_signature_it_wants_is_given_that(asker: Asker) -> None:
    """RFC 9421, section 5: more parts, under its name, with its nonce, which holds once; what we always cover stays covered."""
    wish = 'one=("@method" "@authority" "@path");created;expires;nonce="a1";tag="app"'
    parts = ('one=("@method" "@target-uri" "@authority" "@path");', ';nonce="a1"', ';tag="app"', ";expires=")
    asker.peer.pages["/1"] = wanting(asker.host, wish, lambda told: all(part in told for part in parts))
    assert asker.document("/1")["id"].endswith("/1")
    assert asker.peer.paths() == ["/1", "/1"]
    assert asker.books.styles == {asker.host: SignatureStyle.MESSAGE}


def test_what_a_server_always_wants_is_remembered(asker: Asker) -> None:
    """A nonce is not: it is another each time."""
    for path in ("/1", "/2"):
        asker.peer.pages[path] = wanting(asker.host, 'sig1=("@query");created', lambda told: '"@query"' in told)

    async def ask(peers: Peers) -> None:
        for path in ("/1", "/2"):
            await peers.document(f"{asker.peer.base}{path}")

    asker.run(ask)
    assert asker.peer.paths() == ["/1", "/1", "/2"]


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
def test_what_cannot_be_given_is_tried_in_the_usual_ways(asker: Asker, wish: str) -> None:
    """Nothing more is covered for who asks for what we have not, and nobody is asked a third time."""
    asker.peer.pages["/1"] = answer(status=401, headers={"Accept-Signature": wish})
    asker.refused("/1", NotGiven)
    first, second = asker.peer.asked
    assert is_signed_by(first, asker.host, SERVER, SignatureStyle.CAVAGE)
    assert is_signed_by(second, asker.host, SERVER, SignatureStyle.MESSAGE)
    assert second.headers["signature-input"].startswith('sig1=("@method" "@target-uri");created=')


def test_an_inbox_that_is_gone_is_not_asked_twice(asker: Asker) -> None:
    """404 and 410 say nothing about signatures there."""
    for status in (404, 410, 500):
        asker.peer.pages["/inbox"] = answer(status=status)
        assert asker.run(lambda peers: peers.deliver(f"{asker.peer.base}/inbox", b"{}", None)).status == status
    assert len(asker.peer.asked) == 3


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
    asker: Asker, thing: dict[str, Any], is_proven: bool
) -> None:
    """So that others may pass it on; a letter to one is for nobody to show around. Signed once, however many it goes to."""
    said_ = {"@context": "https://www.w3.org/ns/activitystreams", "actor": "https://square.example/users/ann", **thing}
    body = json.dumps(said_, ensure_ascii=False)

    async def twice(peers: Peers) -> list[bytes]:
        return [await peers.proven(body, AccountId(1)) for _ in range(2)]

    first, second = asker.run(twice)
    assert first is second or not is_proven
    proof = proof_of(json.loads(first))
    assert (proof is not None) is is_proven
    if proof is None:
        assert json.loads(first) == said_
    else:
        assert proof.holds(keys.public_key(PROVING[1]))
        assert (proof.key_id, proof.created_at) == ("https://square.example/users/ann#ed25519-key", NOW)
