"""Who of another server asks is known by their signature; what is not for all is shown to nobody else."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from bema.domain import guarding
from bema.domain.guarding import DomainTerms
from bema.domain.verifying import Verifier, sender_of
from bema.model import limits
from bema.model.decisions import Severity
from bema.model.errors import Forbidden, Refusal
from bema.model.federating import SignatureStyle
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Standing, Visibility
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetcher
from bema.outside.unfetched import Unreachable
from bema.settings import Settings
from bema.store import accounts, incoming
from bema.store.remote_keys import Key
from bema.store.tx import WriteTx
from bema.wire.activitypub.signatures import claims, keys
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.proofs import prove
from bema.wire.activitypub.signatures.requests import Claim, Request, Unsigned
from tests.conftest import Square
from tests.edge.activitypub.askers import ANOTHER, PAIR, Asker, asker
from tests.make import HERE
from tests.peer import Peer, answer

ACTIVITY = {"accept": "application/activity+json"}


def claim_by(who: Asker, square: Square, body: bytes = b"{}") -> Claim:
    """Return what somebody claims by bringing something."""
    now = square.app.clock.now()
    headers = {name.lower(): value for name, value in who.signed("POST", "/inbox", now, body).items()}
    request = Request(
        method="POST", scheme="https", host=HERE, target="/inbox", headers={"host": HERE, **headers}, body=body
    )
    return claims.claim_of(request, now)


def owner(key: Key | None) -> AccountId | None:
    """Return whose key it is."""
    return None if key is None else key.owner


@pytest.mark.parametrize("style", list(SignatureStyle))
def test_a_follower_elsewhere_reads_what_is_for_followers(square: Square, style: SignatureStyle) -> None:
    """Their server asks in their name, in either way of signing; to all others it does not exist."""
    ann, bob = square.make.account("ann"), asker(square.app.database)
    square.make.follow(bob.account, ann)
    carl = asker(square.app.database, "carl", "third.example", ANOTHER)
    post = square.make.post(ann, "Among us", visibility=Visibility.FOLLOWERS)
    path = f"/users/ann/statuses/{post}"
    told = bob.get(square, path, style=style)
    assert told.status == 200
    assert "Among us" in told.json()["content"]
    assert told.headers["cache-control"] == "private, no-store"
    missing = square.stranger.get("/users/ann/statuses/1", headers=ACTIVITY)
    for refused in (carl.get(square, path, style=style), square.stranger.get(path, headers=ACTIVITY)):
        assert (refused.status, refused.json()) == (missing.status, missing.json()) == (404, missing.json())


def test_what_is_told_to_a_signature_is_kept_by_nobody(square: Square) -> None:
    """CVE-2026-25540: neither what is for all, as it may differ for who asks, nor what is for few."""
    ann, bob = square.make.account("ann"), asker(square.app.database)
    post = square.make.post(ann, "For all")
    for path in (f"/users/ann/statuses/{post}", "/users/ann", "/users/ann/outbox?page=true"):
        assert bob.get(square, path).headers["cache-control"] == "private, no-store", path
        assert "public" in square.stranger.get(path, headers=ACTIVITY).headers["cache-control"], path


def test_sigx_a_signature_for_another_question_shows_nothing(square: Square) -> None:
    """Captured on its way, it is good for the same question alone, and only for as long as it is young."""
    ann, bob = square.make.account("ann"), asker(square.app.database)
    square.make.follow(bob.account, ann)
    post = square.make.post(ann, visibility=Visibility.FOLLOWERS)
    path, now = f"/users/ann/statuses/{post}", square.app.clock.now()
    for made in (
        bob.signed("GET", "/users/ann", now),
        bob.signed("POST", path, now, b""),
        bob.signed("GET", path, now - 14 * 3_600_000),
        Asker(bob.account, SigningKey(bob.key.id, keys.private_key(ANOTHER[0]))).signed("GET", path, now),
    ):
        assert square.stranger.get(path, headers={**ACTIVITY, **made}).status == 404


@pytest.mark.parametrize("path", ["/users/ann", "/@ann", "/users/ann/outbox"])
def test_a_signature_that_cannot_be_judged_keeps_nobody_from_what_is_for_all(square: Square, path: str) -> None:
    """Clocks are wrong and keys away; what anybody may read, they may read too."""
    square.make.account("ann")
    headers = {**ACTIVITY, "signature": "nonsense"}
    assert square.stranger.get(path, headers=headers).status == 200
    unknown = Asker(asker(square.app.database).account, SigningKey("https://x.example/k", keys.private_key(PAIR[0])))
    assert unknown.get(square, path).status == 200


def test_who_is_kept_out_is_refused_by_name(square: Square) -> None:
    """A signature of theirs, or of a part of their domain, opens nothing, not even what is for all."""
    square.make.account("ann")
    block = DomainTerms(severity=Severity.SUSPEND)
    bob = asker(square.app.database, host="sub.evil.example")
    square.app.database.write_now(guarding.block_domain, square.app.site, COMMAND_LINE, "evil.example", block)
    assert bob.get(square, "/users/ann").status == 403
    assert bob.get(square, "/actor").status == 200
    with pytest.raises(Forbidden):
        square.app.database.read_now(sender_of, square.app.site, claim_by(bob, square))


@pytest.mark.parametrize(
    "host", ["EVIL.example", "evil.example.", "evil.example:443", "a.evil.example", "evil.example:8443"]
)
def test_who_is_kept_out_is_so_however_they_write_their_name(square: Square, host: str) -> None:
    """CVE-2023-42451: capitals, a dot at the end, a port, a part of the domain; hidden letters are no host at all."""
    block = DomainTerms(severity=Severity.SUSPEND)
    square.app.database.write_now(guarding.block_domain, square.app.site, COMMAND_LINE, "evil.example", block)
    bob = asker(square.app.database)
    forged = Asker(bob.account, SigningKey(f"https://{host}/users/bob#main-key", bob.key.private))
    with pytest.raises(Forbidden):
        square.app.database.read_now(sender_of, square.app.site, claim_by(forged, square))


def test_dos_keys_that_hang_do_not_take_all_places(square: Square, clock: ManualClock) -> None:
    """Who names keys of servers that do not answer waits with few others; the rest is told to come again."""

    class Hanging:
        """Servers that take their time."""

        def __init__(self) -> None:
            self.asked, self.go_on = 0, asyncio.Event()

        async def owner_of_key(self, key_id: str) -> dict[str, Any]:
            """Answer when it is too late."""
            self.asked += 1
            await self.go_on.wait()
            raise Unreachable("nobody answers")

    bob = asker(square.app.database)

    async def storm(host: str) -> tuple[int, list[int]]:
        hanging = Hanging()
        verifier = Verifier(square.app.database, square.app.site, hanging, clock)
        claims_ = [
            claim_by(Asker(bob.account, SigningKey(f"https://{host.format(number)}/{number}", bob.key.private)), square)
            for number in range(limits.ASKERS_AT_ONCE + 5)
        ]
        asking = [asyncio.ensure_future(verifier.asker(each)) for each in claims_]
        _, pending = await asyncio.wait(asking, timeout=0.2)
        hanging.go_on.set()
        answers = await asyncio.gather(*asking, return_exceptions=True)
        return len(pending), sorted(each.status for each in answers if isinstance(each, Refusal))

    for host, most in (("x{}.example", limits.ASKERS_AT_ONCE), ("x{}.wild.example", limits.ASKERS_AT_ONCE_EACH)):
        waiting, statuses = square.server.run(storm(host))
        assert waiting == most
        assert statuses == [401] * most + [503] * (limits.ASKERS_AT_ONCE + 5 - most)


# --- What is brought --------------------------------------------------------------------------------------------------


def test_the_sender_is_known_by_the_key(square: Square) -> None:
    """At once, when the key is known; else nobody can tell yet."""
    bob = asker(square.app.database)
    read = square.app.database.read_now
    assert owner(read(sender_of, square.app.site, claim_by(bob, square))) == bob.account
    packed = claims.unpacked(claims.packed(claim_by(bob, square)))
    assert owner(read(sender_of, square.app.site, packed)) == bob.account
    by_owner = Asker(bob.account, SigningKey("https://other.example/users/bob", bob.key.private))
    assert owner(read(sender_of, square.app.site, claim_by(by_owner, square))) == bob.account
    unknown = Asker(bob.account, SigningKey("https://other.example/users/carl#main-key", bob.key.private))
    assert owner(read(sender_of, square.app.site, claim_by(unknown, square))) is None


def test_sigx_a_wrong_signature_is_refused_and_a_new_key_asked_for_now_and_then(
    square: Square, clock: ManualClock
) -> None:
    """Whoever changed their key is heard after one look; a flood of wrong signatures costs no more looks than that."""
    bob = asker(square.app.database)
    wrong = Asker(bob.account, SigningKey(bob.key.id, keys.private_key(ANOTHER[0])))
    read = square.app.database.read_now
    with pytest.raises(Unsigned):
        read(sender_of, square.app.site, claim_by(wrong, square))
    clock.advance(seconds=limits.KEY_FRESH_SECONDS + 1)
    assert owner(read(sender_of, square.app.site, claim_by(wrong, square))) is None
    assert owner(read(sender_of, square.app.site, claim_by(bob, square))) == bob.account


def test_sigx_nobody_of_this_server_signs_so(square: Square) -> None:
    """A claim in the name of somebody here is refused before anything is looked up or fetched."""
    bob = asker(square.app.database)
    forged = Asker(bob.account, SigningKey(f"https://{HERE}/users/ann#main-key", bob.key.private))
    with pytest.raises(Unsigned):
        square.app.database.read_now(sender_of, square.app.site, claim_by(forged, square))


def test_who_was_taken_out_is_not_heard(square: Square) -> None:
    """By a decision of the staff here."""
    bob = asker(square.app.database)
    square.app.database.write_now(_take_out, bob.account)
    with pytest.raises(Forbidden):
        square.app.database.read_now(sender_of, square.app.site, claim_by(bob, square))


def _take_out(tx: WriteTx, account: AccountId) -> None:
    accounts.change(tx, account, standing=int(Standing.SUSPENDED))


def proven(author: Asker, now: int, **more: Any) -> dict[str, Any]:
    """Write something with a proof of its author inside."""
    uri = author.key.id.partition("#")[0]
    note = {"id": f"{uri}/1", "type": "Note", "attributedTo": uri, "content": "hi", "to": [f"https://{HERE}/users/ann"]}
    said = {"id": f"{uri}/1/create", "type": "Create", "actor": uri, "object": note, "to": note["to"], **more}
    return prove({"@context": "https://www.w3.org/ns/activitystreams", **said}, author.key, now)


def brought_by(square: Square, bringer: Asker, thing: dict[str, Any]) -> list[AccountId | None]:
    """Bring something to the inbox, and return as whose it waits there."""
    body, now = json.dumps(thing).encode(), square.app.clock.now()
    headers = {"content-type": "application/activity+json", **bringer.signed("POST", "/inbox", now, body)}
    assert square.stranger.post("/inbox", body=body, headers=headers).status == 202
    return [waiting.sender for waiting in square.app.database.write_now(incoming.take, 10)]


@pytest.fixture
def author(square: Square) -> Asker:
    """Somebody who proves what they say, wherever it is brought from."""
    return asker(square.app.database, "carl", "third.example", keys.made("ed25519"))


def test_what_others_bring_is_its_authors_if_they_prove_it(square: Square, author: Asker, clock: ManualClock) -> None:
    """A thread's server passes on what was answered there (ActivityPub 7.1.2): whose it is stands inside (FEP-8b32)."""
    square.make.account("ann")
    bob = asker(square.app.database)
    thing = proven(author, clock.now())
    assert brought_by(square, bob, thing) == [author.account]
    forged = {**thing, "id": f"{thing['id']}/2"}
    assert brought_by(square, bob, forged) == [bob.account]


@pytest.mark.parametrize("change", ["changed", "in another's name", "old", "a follow", "no key of theirs"])
def test_sigx_what_is_not_proven_is_his_who_brings_it(
    square: Square, author: Asker, clock: ManualClock, change: str
) -> None:
    """CVE-2025-54888: signed by one, said in the name of another. It waits as the bringer's, who may not say it."""
    square.make.account("ann")
    bob = asker(square.app.database)
    thing = proven(author, clock.now())
    match change:
        case "changed":
            thing["object"]["content"] = "something else"
        case "in another's name":
            thing = proven(author, clock.now(), actor="https://other.example/users/dora")
        case "old":
            thing = proven(author, clock.now() - 13 * 3_600_000)
        case "a follow":
            thing = proven(author, clock.now(), type="Follow", object=f"https://{HERE}/users/ann")
        case "no key of theirs":
            wrong = SigningKey(author.key.id, keys.private_key(keys.made("ed25519")[0]))
            thing = proven(Asker(author.account, wrong), clock.now())
    assert brought_by(square, bob, thing) == [bob.account]


# --- Authorised fetch -------------------------------------------------------------------------------------------------


@pytest.fixture
def strict(settings: Settings, open_square: Callable[..., Square]) -> Square:
    """A server that shows nothing to those who do not sign; it may ask its own machine."""
    secure = msgspec.structs.replace(settings, authorized_fetch=True, federation_private_peers=True)
    return open_square(secure, fetcher=Fetcher(secure.base, private_peers=True))


def test_with_authorised_fetch_only_who_signs_is_shown_anything(strict: Square) -> None:
    """Of people, strangers are told no more than they need to check a signature; of the server, what it is."""
    ann, bob = strict.make.account("ann", display_name="Ann the Painter"), asker(strict.app.database)
    post = strict.make.post(ann)
    for path in (f"/users/ann/statuses/{post}", f"/@ann/{post}", "/users/ann/outbox", "/users/ann/followers"):
        refused = strict.stranger.get(path, headers=ACTIVITY)
        assert refused.status == 401, path
        assert refused.headers["accept-signature"] == 'sig1=("@method" "@target-uri");created'
        assert strict.stranger.get(path, headers={**ACTIVITY, "signature": "nonsense"}).status == 401
        shown = bob.get(strict, path)
        assert shown.status == 200, path
        assert "Signature" in shown.headers["vary"]
        assert shown.headers["cache-control"] == "private, no-store"
    bare = strict.stranger.get("/users/ann", headers=ACTIVITY)
    assert (bare.status, bare.json()["publicKey"]["owner"]) == (200, f"https://{HERE}/users/ann")
    assert "Painter" not in bare.text
    assert "Painter" in bob.get(strict, "/users/ann").text
    assert strict.stranger.get("/users/ann", headers={**ACTIVITY, "signature": "nonsense"}).status == 401
    assert strict.stranger.get("/actor", headers={**ACTIVITY, "signature": "nonsense"}).json()["type"] == "Application"
    assert strict.stranger.get(f"/users/ann/statuses/{post}", headers={"accept": "text/html"}).status == 302
    assert strict.stranger.get(f"/@ann/{post}", headers={"accept": "text/html"}).status == 200


def test_a_key_that_is_not_known_is_fetched_to_answer(strict: Square) -> None:
    """Once: servers ask in their own name, and nobody here has to do with that; the next question costs no other."""
    strict.make.account("ann")
    with Peer() as peer:
        uri = f"{peer.base}/actor"
        key = {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": PAIR[1]}
        document: dict[str, Any] = {"id": uri, "type": "Application", "publicKey": key}
        peer.pages["/actor"] = answer(json.dumps(document), type="application/activity+json")
        bob = asker(strict.app.database)
        other = Asker(bob.account, SigningKey(f"{uri}#main-key", keys.private_key(PAIR[0])))
        for _ in range(3):
            assert other.get(strict, "/users/ann").json()["name"] == "Ann"
        wrong = Asker(bob.account, SigningKey(f"{uri}#main-key", keys.private_key(ANOTHER[0])))
        for _ in range(3):
            assert wrong.get(strict, "/users/ann").status == 401
        assert peer.paths() == ["/actor"]
        dead = Asker(bob.account, SigningKey(f"{peer.base}/dead#main-key", keys.private_key(PAIR[0])))
        for _ in range(3):
            assert dead.get(strict, "/users/ann").status == 401
        assert peer.paths() == ["/actor", "/dead", "/dead"]  # once in each way of signing
