"""How people here, and the server itself, present themselves to other servers."""

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bema.model.policy import Kind, Standing
from bema.model.views import Emoji, Field
from bema.outside import sealed
from bema.store import accounts, signing_keys
from bema.wire.activitypub.signatures import keys
from tests.client import Client, Response
from tests.conftest import Square

ACTIVITY = {"accept": "application/activity+json"}
LINKED = {"accept": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'}
FIREFOX = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
HERE = "https://square.example"


def ask(client: Client, path: str) -> Response:
    """Ask as another server does."""
    return client.get(path, headers=ACTIVITY)


def test_an_actor_has_all_that_others_look_for(square: Square) -> None:
    """Servers refuse to know anybody who lacks one of these."""
    ann = square.make.account("Ann", locked=True, display_name="Ann :owl:")
    square.app.database.write_now(
        lambda tx: accounts.change(
            tx,
            ann,
            note="I #Paint",
            note_html="<p>I paint</p>",
            fields=[Field("Site", "x", '<a href="https://x.example">x</a>')],
            emojis=[Emoji("owl", f"{HERE}/media/owl.png", f"{HERE}/media/owl.png")],
            attribution_domains=["ann.example"],
        )
    )
    answer = ask(square.stranger, "/users/ann")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/activity+json; charset=utf-8"
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["access-control-allow-origin"] == "*"
    told = answer.json()
    uri = f"{HERE}/users/Ann"
    assert {name: told[name] for name in ("id", "type", "preferredUsername", "name", "summary", "url")} == {
        "id": uri,
        "type": "Person",
        "preferredUsername": "Ann",
        "name": "Ann :owl:",
        "summary": "<p>I paint</p>",
        "url": f"{HERE}/@Ann",
    }
    assert told["inbox"] == f"{uri}/inbox"
    assert told["outbox"] == f"{uri}/outbox"
    assert told["followers"] == f"{uri}/followers"
    assert told["following"] == f"{uri}/following"
    assert told["featured"] == f"{uri}/collections/featured"
    assert told["featuredTags"] == f"{uri}/collections/tags"
    assert told["endpoints"] == {"sharedInbox": f"{HERE}/inbox"}
    assert told["webfinger"] == "Ann@square.example"
    assert told["manuallyApprovesFollowers"] is True
    assert told["discoverable"] is True
    assert told["indexable"] is False
    assert told["published"].endswith("T00:00:00.000Z")
    assert told["attachment"][0]["type"] == "PropertyValue"
    assert [each["name"] for each in told["tag"]] == [":owl:", "#Paint"]
    assert told["attributionDomains"] == ["ann.example"]
    assert "suspended" not in told
    assert told["@context"][0] == "https://www.w3.org/ns/activitystreams"
    assert "https://w3id.org/security/v1" in told["@context"]


def test_an_actors_keys_are_the_ones_it_signs_with(square: Square) -> None:
    """RSA as SPKI under `#main-key`, which all servers read, and Ed25519 as a Multikey for proofs; made once, for ever."""
    ann = square.make.account("ann")
    told = ask(square.stranger, "/users/ann").json()
    public = told["publicKey"]
    assert (public["id"], public["owner"]) == (f"{HERE}/users/ann#main-key", f"{HERE}/users/ann")
    assert public["publicKeyPem"].startswith("-----BEGIN PUBLIC KEY-----")
    rsa = keys.public_key(public["publicKeyPem"])
    assert isinstance(rsa, RSAPublicKey)
    assert rsa.key_size == 2_048
    [multikey] = told["assertionMethod"]
    assert (multikey["type"], multikey["controller"]) == ("Multikey", f"{HERE}/users/ann")
    pems: dict[keys.Kind, str] = {
        "rsa": public["publicKeyPem"],
        "ed25519": keys.from_multikey(multikey["publicKeyMultibase"]),
    }
    for kind, pem in pems.items():
        signing = square.server.run(square.app.keyring.signing_key(ann, kind))
        assert keys.verifies(keys.public_key(pem), signing.sign(b"said"), b"said")
        assert not keys.verifies(keys.public_key(pem), signing.sign(b"said"), b"another")
        assert signing.id == (public["id"] if kind == "rsa" else multikey["id"])
    assert multikey["id"] == f"{HERE}/users/ann#ed25519-key"
    assert ask(square.stranger, "/users/ann").json() == told


@pytest.mark.parametrize(
    ("headers", "status", "leads_to"),
    [
        (ACTIVITY, 200, None),
        (LINKED, 200, None),
        ({"accept": "application/json"}, 200, None),
        ({"accept": "text/html;q=0.1, application/activity+json"}, 200, None),
        (FIREFOX, 302, f"{HERE}/@ann"),
        ({"accept": "*/*"}, 302, f"{HERE}/@ann"),
        ({}, 302, f"{HERE}/@ann"),
        ({"accept": "application/activity+json;q=0, text/html"}, 302, f"{HERE}/@ann"),
    ],
)
def test_one_address_is_a_document_or_leads_to_the_page(
    square: Square, headers: dict[str, str], status: int, leads_to: str | None
) -> None:
    """Servers and browsers are given the same address; caches are told what it depends on."""
    square.make.account("ann")
    answer = square.stranger.get("/users/ann", headers=headers)
    assert (answer.status, answer.headers.get("location")) == (status, leads_to)
    assert "Accept" in answer.headers["vary"]


def test_the_page_of_somebody_is_a_document_for_servers(square: Square) -> None:
    """People paste the address of a page into the search of another server."""
    square.make.account("ann")
    assert ask(square.stranger, "/@ann").json()["id"] == f"{HERE}/users/ann"
    page = square.stranger.get("/@ann", headers=FIREFOX)
    assert page.headers["content-type"].startswith("text/html")
    assert "Accept," in page.headers["vary"] + ","
    assert square.stranger.get("/@ann").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("standing", "status"), [(Standing.DELETED, 410), (Standing.PENDING, 404), (Standing.SUSPENDED, 200)]
)
def test_who_is_gone_is_gone(square: Square, standing: Standing, status: int) -> None:
    """Deleted for good is 410, so that others forget them; who was never let in looks like nobody."""
    square.make.account("ann", standing=standing)
    assert ask(square.stranger, "/users/ann").status == status
    assert ask(square.stranger, "/@ann").status == status
    assert ask(square.stranger, "/users/nobody").status == 404


def test_of_who_was_taken_out_nothing_more_is_told(square: Square) -> None:
    """Other servers learn that they are suspended, and forget what they said; no word of theirs goes out by this door."""
    ann = square.make.account("ann", display_name="Something vile", standing=Standing.SUSPENDED, locked=True)
    square.app.database.write_now(lambda tx: accounts.change(tx, ann, note_html="<p>vile</p>"))
    told = ask(square.stranger, "/users/ann").json()
    assert told["suspended"] is True
    assert (told["name"], told["summary"], told["discoverable"]) == ("ann", "", False)
    assert "vile" not in str(told)


def test_remote_people_have_no_document_here(square: Square) -> None:
    """Only their own server speaks for them."""
    square.make.account("bob", host="other.example")
    assert ask(square.stranger, "/users/bob").status == 404
    assert ask(square.stranger, "/users/bob@other.example").status == 404


@pytest.mark.parametrize(
    ("kind", "type_"),
    [(Kind.PERSON, "Person"), (Kind.INSTITUTION, "Organization"), (Kind.AUTOMATED, "Service")],
)
def test_others_are_told_what_speaks(square: Square, kind: Kind, type_: str) -> None:
    """Bots are marked as such elsewhere too."""
    square.make.account("ann", kind=kind)
    assert ask(square.stranger, "/users/ann").json()["type"] == type_


def test_the_server_itself_is_an_actor(square: Square) -> None:
    """It signs what nobody in particular asks; anybody may read its key without signing."""
    told = ask(square.stranger, "/actor").json()
    assert (told["id"], told["type"], told["preferredUsername"]) == (f"{HERE}/actor", "Application", "square.example")
    assert told["inbox"] == f"{HERE}/inbox"
    assert told["publicKey"]["id"] == f"{HERE}/actor#main-key"
    signing = square.server.run(square.app.keyring.signing_key(None))
    key = keys.public_key(told["publicKey"]["publicKeyPem"])
    assert keys.verifies(key, signing.sign(b"said"), b"said")
    assert ask(square.stranger, told["outbox"]).json()["totalItems"] == 0
    assert square.stranger.get("/actor").json() == told


def test_the_database_alone_gives_no_key_away(square: Square) -> None:
    """Private keys are sealed with the server's secret: a stolen backup of the tables signs nothing."""
    ann = square.make.account("ann")
    ask(square.stranger, "/users/ann")
    stored = square.app.database.read_now(signing_keys.of, ann)
    assert sorted(stored) == ["ed25519", "rsa"]
    for row in stored.values():
        assert b"PRIVATE" not in bytes(row.private_key)
        assert sealed.opened(b"another", sealed.SIGNING_KEY, bytes(row.private_key)) is None


def test_another_secret_makes_new_keys(square: Square) -> None:
    """What cannot be opened any more is replaced, rather than nobody being able to speak."""
    from bema.domain.keyring import Keyring

    ann = square.make.account("ann")
    old = ask(square.stranger, "/users/ann").json()["publicKey"]["publicKeyPem"]
    other = Keyring(square.app.database, square.app.site, b"another")
    signing = square.server.run(other.signing_key(ann))
    new = ask(square.stranger, "/users/ann").json()["publicKey"]["publicKeyPem"]
    assert new != old
    assert keys.verifies(keys.public_key(new), signing.sign(b"said"), b"said")
