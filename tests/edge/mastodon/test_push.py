"""Web push: devices are registered by the API, and rung over HTTP with messages that they can read."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from bema.model import limits
from bema.model.events import LetterWritten
from bema.outside.clock import ManualClock
from bema.settings import Settings
from bema.store import letters
from bema.store.tables import push_subscription, task
from bema.store.tx import WriteTx
from bema.wire.mastodon.notifications import WIRE_TYPES
from tests.conftest import Person, Square
from tests.push_receiver import Device, PushService, Sent, push_service, raw, text

PATH = "/api/v1/push/subscription"


@pytest.fixture
def service() -> Iterator[PushService]:
    """Somebody's push service."""
    with push_service() as running:
        yield running


@pytest.fixture
def square(settings: Settings, open_square: Callable[..., Square], statements: list[str]) -> Square:
    """A server that may ask this machine, over plain HTTP."""
    return open_square(
        msgspec.structs.replace(settings, federation_private_peers=True, contact_email="staff@example.org"),
        observer=statements.append,
    )


@pytest.fixture
def ann(square: Square) -> Person:
    """Whose device rings."""
    return square.person("ann")


@pytest.fixture
def bob(square: Square) -> Person:
    """Who does things."""
    return square.person("bob", display_name="Bob")


def subscribe(
    person: Person, service: PushService, device: Device, *, standard: bool = True, policy: str = "all", **alerts: bool
) -> dict[str, Any]:
    """Register a device."""
    answer = person.client.post(
        PATH,
        json={
            "subscription": {"endpoint": f"{service.origin}/ring", "keys": device.keys(), "standard": standard},
            "data": {"alerts": alerts or {"mention": True, "favourite": True, "follow": True}, "policy": policy},
        },
    )
    assert answer.status == 200, answer.text
    return dict(answer.json())


def mention(square: Square, by: Person, words: str = "@ann come and see <3") -> None:
    """Let somebody speak to Ann."""
    assert by.client.post("/api/v1/statuses", json={"status": words}).status == 200
    square.settle()


def claims_of(token: str, key: str) -> dict[str, Any]:
    """Check a signed token, and return what it says."""
    said, _, signature = token.rpartition(".")
    r, s = (int.from_bytes(part, "big") for part in (raw(signature)[:32], raw(signature)[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(key))
    public.verify(encode_dss_signature(r, s), said.encode(), ec.ECDSA(SHA256()))
    assert json.loads(raw(said.partition(".")[0])) == {"typ": "JWT", "alg": "ES256"}
    return dict(json.loads(raw(said.partition(".")[2])))


# --- What arrives -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", [True, False])
def test_the_device_reads_what_happened(
    square: Square, service: PushService, clock: ManualClock, ann: Person, bob: Person, standard: bool
) -> None:
    """In the encoding that it asked for, signed by the key that the server shows everywhere."""
    device = Device()
    subscribed = subscribe(ann, service, device, standard=standard)
    mention(square, bob)
    (sent,) = service.sent
    assert sent.path == "/ring"
    assert sent.headers["content-encoding"] == ("aes128gcm" if standard else "aesgcm")
    told = ann.client.get("/api/v1/notifications").json()[0]
    assert sent.read_by(device) == {
        "access_token": ann.client.token,
        "preferred_locale": "en",
        "notification_id": int(told["id"]),
        "notification_type": "mention",
        "icon": told["account"]["avatar_static"],
        "title": "Bob mentioned you",
        "body": "@ann come and see <3",
    }
    assert sent.headers["ttl"] == "172800"
    key = subscribed["server_key"]
    assert key == square.stranger.get("/api/v2/instance").json()["configuration"]["vapid"]["public_key"]
    if standard:
        kind, _, rest = sent.headers["authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert (kind, parts["k"]) == ("vapid", key)
        claims = claims_of(parts["t"], key)
    else:
        kind, _, token = sent.headers["authorization"].partition(" ")
        assert kind == "WebPush"
        assert f"p256ecdsa={key}" in sent.headers["crypto-key"]
        claims = claims_of(token, key)
    assert claims["aud"] == service.origin
    assert claims["sub"] == "mailto:staff@example.org"
    assert 0 < claims["exp"] - clock.now() // 1_000 <= 86_400


def test_one_signature_serves_a_push_service_for_hours(
    square: Square, service: PushService, clock: ManualClock, ann: Person, bob: Person
) -> None:
    """Signing anew for each message is what made others slow."""
    subscribe(ann, service, Device())
    mention(square, bob)
    mention(square, bob)
    clock.advance(seconds=limits.VAPID_SECONDS)
    mention(square, bob)
    tokens = [sent.headers["authorization"] for sent in service.sent]
    assert tokens[0] == tokens[1] != tokens[2]


def test_a_long_text_is_shortened_and_a_warning_stands_for_it(
    square: Square, service: PushService, ann: Person, bob: Person
) -> None:
    """What is behind a warning is not shown on a lock screen."""
    device = Device()
    subscribe(ann, service, device)
    mention(square, bob, "@ann " + "ö" * 300)
    bob.client.post("/api/v1/statuses", json={"status": "@ann boo", "spoiler_text": "Spiders"})
    square.settle()
    bodies = {each["body"] for each in (sent.read_by(device) for sent in service.sent)}
    assert bodies == {"@ann " + "ö" * 134 + "…", "Spiders"}


# --- What rings -------------------------------------------------------------------------------------------------------


def test_only_what_was_asked_for_rings(square: Square, service: PushService, ann: Person, bob: Person) -> None:
    """Other types do not."""
    device = Device()
    subscribe(ann, service, device, follow=True, mention=False)
    mention(square, bob)
    bob.client.post(f"/api/v1/accounts/{ann.account}/follow")
    square.settle()
    assert [sent.read_by(device)["notification_type"] for sent in service.sent] == ["follow"]


@pytest.mark.parametrize(
    ("policy", "rung"),
    [("all", ["followed", "follower", "other"]), ("followed", ["followed"]), ("follower", ["follower"]), ("none", [])],
)
def test_the_audience_decides_whose_news_ring(
    square: Square, service: PushService, ann: Person, policy: str, rung: list[str]
) -> None:
    """Those of whom one follows, of followers, of all, of nobody."""
    device = Device()
    people = {name: square.person(name, display_name=name) for name in ("followed", "follower", "other")}
    square.make.follow(ann.account, people["followed"].account)
    square.make.follow(people["follower"].account, ann.account)
    square.settle()
    subscribe(ann, service, device, policy=policy, mention=True)
    for person in people.values():
        mention(square, person)
    assert sorted(sent.read_by(device)["title"].split()[0] for sent in service.sent) == rung


def test_what_is_kept_aside_muted_or_blocked_does_not_ring(square: Square, service: PushService, ann: Person) -> None:
    """Nobody hears by a bell what they do not want to hear of."""
    subscribe(ann, service, Device())
    muted, blocked, aside = (square.person(name) for name in ("muted", "blocked", "aside"))
    ann.client.post(f"/api/v1/accounts/{muted.account}/mute")
    square.make.block(ann.account, blocked.account)
    for person in (muted, blocked):
        mention(square, person)
    ann.client.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    mention(square, aside)
    assert service.sent == []


def test_one_does_not_ring_for_oneself(square: Square, service: PushService, ann: Person) -> None:
    """One's own acts are no news."""
    subscribe(ann, service, Device())
    mention(square, ann, "@ann a note to myself")
    assert service.sent == []


def test_who_lost_follows_is_rung(square: Square, service: PushService, ann: Person) -> None:
    """Nobody else did it to them by name: it is told in a sentence of its own."""
    device = Device()
    subscribe(ann, service, device, severed_relationships=True)
    square.make.follow(ann.account, square.make.account("eve", host="far.example"))
    ann.client.post("/api/v1/domain_blocks", form={"domain": "far.example"})
    square.settle()
    (sent,) = service.sent
    read = sent.read_by(device)
    assert (read["notification_type"], read["title"]) == ("severed_relationships", "Some of your follows have ended")


# --- When it goes wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(
    square: Square, service: PushService, ann: Person, bob: Person, status: int
) -> None:
    """The push service says so."""
    subscribe(ann, service, Device())
    service.answers = [(status, {})]
    mention(square, bob)
    assert ann.client.get(PATH).status == 404
    mention(square, bob)
    assert len(service.sent) == 1


@pytest.mark.parametrize("status", [400, 403, 413])
def test_a_message_that_is_refused_is_dropped(
    square: Square, service: PushService, clock: ManualClock, ann: Person, bob: Person, status: int
) -> None:
    """It would be refused again; the device stays."""
    subscribe(ann, service, Device())
    service.answers = [(status, {})]
    mention(square, bob)
    clock.advance(seconds=86_400)
    square.settle()
    assert len(service.sent) == 1
    assert ann.client.get(PATH).status == 200


@pytest.mark.parametrize(("status", "headers", "wait"), [(429, {"Retry-After": "120"}, 120), (503, {}, 15)])
def test_a_busy_push_service_is_asked_again_when_it_wants_to_be(
    square: Square,
    service: PushService,
    clock: ManualClock,
    ann: Person,
    bob: Person,
    status: int,
    headers: dict[str, str],
    wait: int,
) -> None:
    """Not before, and until it takes the message."""
    device = Device()
    subscribe(ann, service, device)
    service.answers = [(status, headers)]
    mention(square, bob)
    clock.advance(seconds=wait - 1)
    square.settle()
    assert len(service.sent) == 1
    clock.advance(seconds=1)
    square.settle()
    assert [sent.read_by(device)["notification_type"] for sent in service.sent] == ["mention", "mention"]


def test_what_is_no_news_any_more_rings_nobody(
    square: Square, service: PushService, clock: ManualClock, ann: Person, bob: Person
) -> None:
    """A push service that was away for a day gets nothing of yesterday, and the operator no complaint."""
    subscribe(ann, service, Device())
    service.answers = [(503, {})]
    mention(square, bob)
    clock.advance(seconds=limits.PUSH_TRYING_SECONDS + 1)
    square.settle()
    assert len(service.sent) == 1
    assert square.app.database.read_now(lambda tx: tx.all(task.select())) == []


def test_a_device_inside_is_not_rung(settings: Settings, open_square: Callable[..., Square]) -> None:
    """Endpoints are asked through the one guarded door: no inner address, whatever its name."""
    square = open_square(settings)
    ann, bob = square.person("ann"), square.person("bob")
    device = Device()
    answer = ann.client.post(
        PATH,
        json={
            "subscription": {"endpoint": "https://127.0.0.1/ring", "keys": device.keys()},
            "data": {"alerts": {"mention": True}},
        },
    )
    assert answer.status == 200
    mention(square, bob)
    assert ann.client.get(PATH).status == 404


# --- The API ----------------------------------------------------------------------------------------------------------


def test_a_subscription_is_shown_changed_and_removed(square: Square, service: PushService, ann: Person) -> None:
    """With every type that there is, and in the shapes in which clients write them."""
    device = Device()
    made = ann.client.post(
        PATH,
        form={
            "subscription[endpoint]": f"{service.origin}/ring",
            "subscription[keys][p256dh]": text(device.public),
            "subscription[keys][auth]": text(device.auth),
            "data[alerts][mention]": "true",
            "data[alerts][admin.sign_up]": "1",
            "data[alerts][unheard_of]": "true",
        },
    ).json()
    assert {name for name, on in made["alerts"].items() if on} == {"mention", "admin.sign_up"}
    assert set(made["alerts"]) == set(WIRE_TYPES.values())
    assert (made["standard"], made["policy"]) == (False, "all")
    assert ann.client.get(PATH).json() == made
    changed = ann.client.put(PATH, form={"data[alerts][poll]": "true", "data[policy]": "followed"}).json()
    assert {name for name, on in changed["alerts"].items() if on} == {"poll"}
    assert (changed["policy"], changed["id"]) == ("followed", made["id"])
    assert ann.client.delete(PATH).json() == {}
    assert ann.client.get(PATH).status == 404
    assert ann.client.put(PATH, json={}).status == 404
    assert ann.client.delete(PATH).json() == {}


def test_each_token_has_one_device(square: Square, service: PushService, ann: Person, bob: Person) -> None:
    """A new one takes the place of the old; another app has its own."""
    old, new, other = Device(), Device(), Device()
    subscribe(ann, service, old)
    subscribe(ann, service, new)
    tablet = Person(ann.account, ann.login, square.client(square.make.token(ann.login, ann.account)))
    subscribe(tablet, service, other)
    mention(square, bob)
    assert len(service.sent) == 2
    assert sorted(_reads(sent, new) + _reads(sent, other) for sent in service.sent) == [1, 1]


def _reads(sent: Sent, device: Device) -> int:
    try:
        return len({sent.read_by(device)["notification_type"]})
    except Exception:  # noqa: BLE001 -- whatever the library raises for a message that is for another
        return 0


def test_whoever_signs_out_is_rung_no_more(square: Square, service: PushService, ann: Person, bob: Person) -> None:
    """Nothing is kept of the device either."""
    subscribe(ann, service, Device())
    square.make.revoke_tokens(ann.account)
    mention(square, bob)
    assert service.sent == []


def test_revoking_the_token_forgets_the_device(square: Square, service: PushService) -> None:
    """By the door that clients use."""
    app = square.stranger.post(
        "/api/v1/apps", json={"client_name": "Bell", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "push"}
    ).json()
    ann = square.make.account("ann")
    login = square.make.login("ann@example.org", ann)
    person = Person(ann, login, square.client(square.make.token(login, ann)))
    subscribe(person, service, Device())
    gone = square.stranger.post(
        "/oauth/revoke",
        form={"client_id": app["client_id"], "client_secret": app["client_secret"], "token": person.client.token},
    )
    rows = square.app.database.read_now(lambda tx: tx.all(push_subscription.select()))
    assert (gone.status == 200) is (rows == [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "ftp://push.example/x"},
        {"endpoint": ""},
        {"endpoint": "https://push.example/" + "x" * 2_000},
        {"endpoint": "https://me:secret@push.example/"},
        {"endpoint": "https://[push.example/"},
        {"keys": {"p256dh": "AAAA", "auth": "c2l4dGVlbiBieXRlcyBvaw"}},
        {"keys": {"p256dh": text(Device().public), "auth": "short"}},
        {"keys": {"p256dh": "€", "auth": "€"}},
        {"keys": {}},
    ],
)
def test_what_cannot_be_rung_is_refused(ann: Person, wrong: dict[str, Any]) -> None:
    """With a sentence that says why."""
    device = {"endpoint": "https://push.example/x", "keys": Device().keys()} | wrong
    answer = ann.client.post(PATH, json={"subscription": device})
    assert answer.status == 422
    assert answer.json()["error"].startswith("Validation failed")
    assert ann.client.get(PATH).status == 404


def test_plain_http_is_refused_outside_development(settings: Settings, open_square: Callable[..., Square]) -> None:
    """Push services speak TLS."""
    ann = open_square(settings).person("ann")
    device = {"endpoint": "http://push.example/x", "keys": Device().keys()}
    assert ann.client.post(PATH, json={"subscription": device}).status == 422


# --- Beside mail ------------------------------------------------------------------------------------------------------


def write_letter(tx: WriteTx) -> int:
    """Write a letter as operations do."""
    id_ = letters.add(tx, recipient="cem@there.example", subject="Good morning", text="This is for you.")
    tx.emit(LetterWritten(letter=id_))
    return id_


def work_until(square: Square, done: threading.Event) -> bool:
    """Let the server work as it does when it runs, until something happened; tell whether it did."""

    async def work() -> bool:
        await square.app.runner.start()
        happened = await asyncio.to_thread(done.wait, limits.PUSH_SECONDS / 2)
        await square.app.runner.stop()
        return happened

    return square.server.run(work())


def test_no_letter_waits_for_a_slow_push_service(
    square: Square, service: PushService, ann: Person, bob: Person
) -> None:
    """This one answers only when a letter has left that was written after it was asked."""
    subscribe(ann, service, Device())
    database, left = square.app.database, threading.Event()

    def wait_for_a_letter() -> None:
        letter = database.write_now(write_letter)
        deadline = time.monotonic() + limits.PUSH_SECONDS / 2
        while time.monotonic() < deadline and not left.is_set():
            if database.read_now(letters.by_id, letter) is None:
                left.set()

    service.before_answering = wait_for_a_letter
    assert bob.client.post("/api/v1/statuses", json={"status": "@ann come and see"}).status == 200
    assert work_until(square, left)
    assert len(service.sent) == 1


def test_no_device_waits_for_a_slow_mail_server(
    settings: Settings, open_square: Callable[..., Square], service: PushService
) -> None:
    """This one says nothing until a device was rung for what happened after it was called."""
    rung = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as mail_server:
        port = mail_server.getsockname()[1]
        square = open_square(
            msgspec.structs.replace(
                settings, federation_private_peers=True, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none"
            )
        )
        ann, bob = square.person("ann"), square.person("bob")
        subscribe(ann, service, Device())
        service.before_answering = rung.set
        square.app.database.write_now(write_letter)

        def hold_the_line() -> None:
            line, _ = mail_server.accept()
            square.make.post(bob.account, mentions=[ann.account])
            rung.wait(limits.PUSH_SECONDS)
            line.close()

        holding = threading.Thread(target=hold_the_line)
        holding.start()
        assert work_until(square, rung)
        holding.join()
