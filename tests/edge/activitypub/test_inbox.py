"""The inbox: what is proven is let in at once, what must be asked for waits, and all else is turned away for next to nothing."""

import json
from typing import Any

import pytest

from bema.model import limits
from bema.outside.clock import ManualClock
from bema.store import accounts, follows, incoming, remote_actors, remote_posts
from bema.store.tx import WriteTx
from bema.wire.activitypub.signatures import keys
from bema.wire.activitypub.signatures.keys import SigningKey
from tests.client import Client
from tests.conftest import Person, Square
from tests.other_servers import ACTIVITY, Elsewhere
from tests.wire.activitypub.peers import act, mastodon_note

ANN = "https://mastodon.example/users/ann"
BOB = "https://square.example/users/bob"


@pytest.fixture
def stranger(square: Square) -> Client:
    """Another server, to this one."""
    return square.stranger


def waiting(square: Square) -> int:
    """Count what waits in the inbox."""
    return len(square.app.database.write_now(incoming.take, 1_000))


def test_a_follow_of_somebody_new_is_worked_off(
    square: Square, others: Elsewhere, stranger: Client, bob: Person
) -> None:
    """202 at once; then their key is fetched, their signature checked, and they follow."""
    others.person("ann")
    answer = others.say(stranger, act("Follow", BOB))
    assert (answer.status, others.asked) == (202, [])
    square.settle()
    ann = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert ann is not None
    assert square.app.database.read_now(follows.exists, ann.id, bob.account)
    assert others.say(stranger, act("Like", f"{BOB}/statuses/1"), inbox="/users/bob/inbox").status == 202


def test_what_was_signed_by_another_key_is_dropped(
    square: Square, others: Elsewhere, stranger: Client, bob: Person
) -> None:
    """sigx: a key that does not fit proves nothing, now or after it was fetched."""
    others.person("ann")
    others.keys[ANN] = SigningKey(f"{ANN}#main-key", keys.private_key(keys.made("ed25519")[0]))
    assert others.say(stranger, act("Follow", BOB)).status == 202
    square.settle()
    assert square.app.database.read_now(remote_actors.by_uri, ANN) is None
    others.person("ann")
    others.say(stranger, act("Follow", BOB))
    square.settle()
    others.keys[ANN] = SigningKey(f"{ANN}#main-key", keys.private_key(keys.made("ed25519")[0]))
    assert others.say(stranger, act("Follow", BOB)).status == 401


def test_a_key_that_was_rotated_is_fetched_again(
    square: Square, others: Elsewhere, stranger: Client, bob: Person, clock: ManualClock
) -> None:
    """But not for each forgery."""
    others.person("ann")
    others.say(stranger, act("Follow", BOB))
    square.settle()
    new = keys.made("ed25519")
    others.documents[ANN]["publicKey"]["publicKeyPem"] = new[1]
    others.keys[ANN] = SigningKey(f"{ANN}#main-key", keys.private_key(new[0]))
    clock.advance(seconds=limits.KEY_FRESH_SECONDS + 1)
    assert others.say(stranger, act("Block", BOB), at=clock.now()).status == 202
    square.settle()
    ann = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert ann is not None
    assert not square.app.database.read_now(follows.exists, ann.id, bob.account)


def test_what_is_not_signed_as_it_must_be_is_refused(square: Square, others: Elsewhere, stranger: Client) -> None:
    """Before anything is read, stored or fetched; and of garbage, the answer is a no of the client's making."""
    others.person("ann")
    for changes, status in (
        ({"content-type": "text/html"}, 415),
        ({"signature": "", "signature-input": ""}, 401),
        ({"content-digest": "sha-256=:AAAA:"}, 401),
    ):
        assert others.say(stranger, act("Follow", BOB), changes=changes).status == status
    headers = {"content-type": ACTIVITY, "host": "square.example"}
    for body in (b"", b"{", b"[]", b'{"type":"Create"}', b"[" * 5_000, b'{"a":' * 60 + b"1" + b"}" * 60):
        refused = stranger.post("/inbox", body=body, headers=headers)
        assert refused.status in (400, 401)
        if refused.status == 401:
            wanted = 'sig1=("@method" "@target-uri" "content-digest");created'
            assert refused.headers["accept-signature"] == wanted
    others.keys["garbage"] = others.keys[ANN]
    for document in ({}, {"type": "Create"}, {"type": "Follow", "actor": 7}, {"actor": ANN, "type": ["x"]}):
        assert others.say(stranger, document, by="garbage").status == 400
    assert waiting(square) == 0
    assert others.asked == []


def test_a_body_without_end_is_refused(square: Square, stranger: Client) -> None:
    """dos: endless body, huge document."""
    body = json.dumps(act("Create", mastodon_note(content="x" * limits.REMOTE_BYTES))).encode()
    assert stranger.post("/inbox", body=body, headers={"content-type": ACTIVITY}).status == 413


def test_a_storm_of_deletions_costs_nothing(square: Square, others: Elsewhere, stranger: Client, bob: Person) -> None:
    """dos: who was never known here may be deleted a thousand times: 202, nothing stored, nobody asked."""
    for number in range(5):
        uri = others.person(f"gone{number}")
        assert others.say(stranger, act("Delete", uri, actor=uri)).status == 202
    assert waiting(square) == 0
    square.settle()
    assert others.asked == []


def test_a_replay_counts_once(square: Square, others: Elsewhere, stranger: Client, bob: Person) -> None:
    """What was undone is not done again by repeating the first message."""
    others.person("ann")
    others.say(stranger, act("Follow", BOB))
    square.settle()
    mine = square.make.post(bob.account)
    like = act("Like", f"{BOB}/statuses/{mine}")
    for document in (like, act("Undo", like), like):
        others.say(stranger, document)
        square.settle()
    assert bob.client.get(f"/api/v1/statuses/{mine}").json()["favourites_count"] == 0


def test_an_unreachable_server_holds_up_nobody_else(
    square: Square, others: Elsewhere, stranger: Client, bob: Person, clock: ManualClock
) -> None:
    """What must be fetched from it waits, and is tried again."""
    others.person("eve", "dead.example")
    others.person("ann")
    others.away.add("dead.example")
    others.say(stranger, act("Follow", BOB, actor="https://dead.example/users/eve"))
    others.say(stranger, act("Follow", BOB))
    square.settle()
    relations = bob.client.get(f"/api/v1/accounts/{bob.account}/followers").json()
    assert [each["acct"] for each in relations] == ["ann@mastodon.example"]
    others.away.clear()
    clock.advance(seconds=600)
    square.settle()
    assert len(bob.client.get(f"/api/v1/accounts/{bob.account}/followers").json()) == 2


def test_a_post_comes_home_and_tells_whom_it_names(
    square: Square, others: Elsewhere, stranger: Client, bob: Person
) -> None:
    """From the inbox to the home timeline and the notifications."""
    others.person("ann")
    others.say(stranger, act("Follow", BOB))
    square.settle()
    ann = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert ann is not None
    square.make.follow(bob.account, ann.id)
    named: Any = [{"type": "Mention", "href": BOB, "name": "@bob@square.example"}]
    assert others.say(stranger, act("Create", mastodon_note(tag=named))).status == 202
    square.settle()
    home = bob.client.get("/api/v1/timelines/home").json()
    assert [each["uri"] for each in home] == [f"{ANN}/statuses/1"]
    assert home[0]["account"]["acct"] == "ann@mastodon.example"
    told = bob.client.get("/api/v1/notifications").json()
    assert {each["type"] for each in told} == {"mention", "follow"}
    assert [each["uri"] for each in bob.client.get("/api/v1/timelines/public?remote=true").json()] == [home[0]["uri"]]


def test_a_boost_is_fetched_and_comes_home(square: Square, others: Elsewhere, stranger: Client, bob: Person) -> None:
    """With its author, from where they are at home."""
    others.person("ann")
    eve = others.person("eve", "elsewhere.example")
    others.put(mastodon_note("eve", "elsewhere.example"))
    others.say(stranger, act("Follow", BOB))
    square.settle()
    ann = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert ann is not None
    square.make.follow(bob.account, ann.id)
    others.say(stranger, act("Announce", f"{eve}/statuses/1", to=["https://www.w3.org/ns/activitystreams#Public"]))
    square.settle()
    home = bob.client.get("/api/v1/timelines/home").json()
    assert [each["reblog"]["account"]["acct"] for each in home] == ["eve@elsewhere.example"]
    assert square.app.database.read_now(remote_posts.id_of, f"{eve}/statuses/1") is not None


def test_who_cannot_be_named_is_nobody(square: Square, others: Elsewhere, stranger: Client, bob: Person) -> None:
    """origin: an address that WebFinger does not give is not theirs."""
    uri, eve = others.person("ann"), others.person("eve", "elsewhere.example")
    others.documents[uri]["preferredUsername"] = "admin"
    others.person("fay", "elsewhere.example")
    others.documents[eve]["preferredUsername"] = "fay"  # whom there is, and who is somebody else
    for each in (ANN, eve):
        others.say(stranger, act("Follow", BOB, actor=each))
        square.settle()
        assert square.app.database.read_now(remote_actors.by_uri, each) is None


def test_nobody_has_an_inbox_who_is_not_here(square: Square, others: Elsewhere, stranger: Client) -> None:
    """And the answer is that of any page that is not there."""
    others.person("ann")
    assert others.say(stranger, act("Follow", BOB), inbox="/users/nobody/inbox").status == 404


def test_who_is_gone_is_deleted_without_a_key(
    square: Square, others: Elsewhere, stranger: Client, bob: Person, clock: ManualClock
) -> None:
    """Their server says so itself; where it says nothing of the kind, the word of nobody is not enough."""
    others.person("ann")
    others.say(stranger, act("Follow", BOB))
    square.settle()
    others.keys[ANN] = SigningKey(f"{ANN}#main-key", keys.private_key(keys.made("ed25519")[0]))
    clock.advance(seconds=limits.KEY_FRESH_SECONDS + 1)
    for there, followers in ((True, 1), (False, 0)):
        if not there:
            del others.documents[ANN]
        others.say(stranger, act("Delete", ANN) | {"id": f"{ANN}#delete{there}"}, at=clock.now())
        square.settle()
        assert len(bob.client.get(f"/api/v1/accounts/{bob.account}/followers").json()) == followers


def test_a_server_that_is_kept_out_is_refused(square: Square, others: Elsewhere, stranger: Client, bob: Person) -> None:
    """Before anything is fetched for it, with all that is part of it; its silence is kept, too."""
    staff = square.staff("olga")
    for name, severity in (("kept.example", "suspend"), ("quiet.example", "silence")):
        staff.client.post("/api/v1/admin/domain_blocks", json={"domain": name, "severity": severity})
        square.settle()
    eve = others.person("eve", "sub.kept.example")
    assert others.say(stranger, act("Follow", BOB, actor=eve)).status == 403
    assert others.asked == []
    fay = others.person("fay", "quiet.example")
    assert others.say(stranger, act("Follow", BOB, actor=fay)).status == 202
    square.settle()
    found = square.app.database.read_now(remote_actors.by_uri, fay)
    assert found is not None
    account = square.app.database.read_now(accounts.by_id, found.id)
    assert account is not None
    assert account.limited


def test_names_without_number_do_not_fill_the_disk(square: Square, others: Elsewhere, stranger: Client) -> None:
    """CVE-2022-46405: wildcard names: of servers that nobody knows, so much waits and no more, and the rest comes again."""

    def fill(tx: WriteTx) -> None:
        for number in range(limits.INCOMING_UNPROVEN_OF_ALL):
            host = f"{number}.wild.example"
            incoming.add(tx, digest=str(number).encode(), body="{}", sender=None, claim="{}", host=host)

    square.app.database.write_now(fill)
    others.person("ann")
    assert others.say(stranger, act("Follow", BOB)).status == 503


def test_whoever_has_a_name_has_one_share_however_many_servers_they_make_of_it(
    square: Square, others: Elsewhere, stranger: Client
) -> None:
    """CVE-2022-46405: of all under one registered name so much waits; others, whose names are like it, are not held up."""

    def fill(tx: WriteTx) -> None:
        for number in range(limits.INCOMING_UNPROVEN):
            host = f"{number}.wild.example" + (":8443" if number % 2 else "")
            incoming.add(tx, digest=str(number).encode(), body="{}", sender=None, claim="{}", host=host)

    square.app.database.write_now(fill)
    for host, status in (("one-more.wild.example", 503), ("wild.example", 503), ("notwild.example", 202)):
        assert others.say(stranger, act("Follow", BOB, actor=others.person("eve", host))).status == status, host


def test_who_was_not_heard_of_for_a_day_is_read_again(
    square: Square, others: Elsewhere, stranger: Client, bob: Person, clock: ManualClock
) -> None:
    """And who is gone by then is gone here."""
    others.person("ann")
    others.say(stranger, act("Follow", BOB))
    square.settle()
    others.documents[ANN]["name"] = "Ann Other"
    clock.advance(seconds=limits.REMOTE_FRESH_SECONDS + 1)
    others.say(stranger, act("Like", f"{BOB}/statuses/{square.make.post(bob.account)}"), at=clock.now())
    square.settle()
    names = [each["display_name"] for each in bob.client.get(f"/api/v1/accounts/{bob.account}/followers").json()]
    assert names == ["Ann Other"]


def test_what_was_taken_and_not_begun_is_left_to_others(square: Square, others: Elsewhere, stranger: Client) -> None:
    """A server that stops loses nothing and holds nothing up; the operator sees what waits."""
    others.person("ann")
    others.say(stranger, act("Follow", BOB))
    database = square.app.database
    taken = database.write_now(incoming.take, 10)
    assert (len(taken), waiting(square)) == (1, 0)
    database.write_now(incoming.release, [each.id for each in taken])
    assert database.read_now(incoming.waiting) == 1
    measured = square.client(address="127.0.0.1").get("/metrics").text
    assert "bema_waiting_activities 1.0" in measured
    assert "bema_given_up_activities 0.0" in measured
