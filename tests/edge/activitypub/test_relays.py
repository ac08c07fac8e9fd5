"""Relays: asked, heard, believed nothing, and sent what is public here, in either way of speaking with them."""

import re
from typing import Any

import pytest
import tomli_w

from bema.cli import relays as commands
from bema.domain import guarding, relaying
from bema.domain.guarding import DomainTerms
from bema.edge.authentication import SESSION_COOKIE
from bema.model import limits
from bema.model.decisions import Severity
from bema.model.errors import Forbidden, Invalid
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policy import Role
from bema.model.relaying import Relay, State
from bema.outside.clock import ManualClock
from bema.settings import Settings
from bema.store import relays
from bema.wire.activitypub.signatures.proofs import prove
from tests.conftest import START, Person, Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import act, mastodon_note

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
OWN = "https://square.example/actor"
HOST = "relay.example"
INBOX, ACTOR = f"https://{HOST}/inbox", f"https://{HOST}/users/relay"
TODAY = "2026-01-01T00:00:00Z"


@pytest.fixture
def others(others: Elsewhere) -> Elsewhere:
    """The servers of others, a relay among them."""
    others.person("relay", HOST, type="Application", inbox=INBOX, endpoints={"sharedInbox": INBOX})
    others.person("ann")
    return others


def settle(square: Square) -> None:
    """Let everything follow from what was done, at other servers, too."""
    square.settle()
    while square.server.run(square.app.sender.settle()):
        square.settle()


def add(square: Square, address: str = INBOX) -> Relay:
    """Add a relay, and wait until it was asked."""
    relay = square.app.database.write_now(relaying.add, square.app.site, COMMAND_LINE, address)
    settle(square)
    return relay


def state(square: Square) -> State:
    """Return where the one relay stands."""
    [relay] = square.app.database.read_now(relaying.listed, COMMAND_LINE)
    return relay.state


def taken_up(square: Square, others: Elsewhere, address: str = INBOX) -> dict[str, Any]:
    """Add a relay that says yes; return what it was asked."""
    add(square, address)
    asked = next(body for url, body in others.told if url == INBOX and body["type"] == "Follow")
    assert others.say(square.stranger, act("Accept", asked, ACTOR)).status == 202
    settle(square)
    others.told.clear()
    return asked


def note(number: int = 1, **more: Any) -> dict[str, Any]:
    """A post of today."""
    return mastodon_note(number=number, published=TODAY, **more)


def found(square: Square) -> list[str]:
    """Return the posts of other servers that anybody sees."""
    return [each["uri"] for each in square.stranger.get("/api/v1/timelines/public?remote=true").json()]


def test_a_relay_is_asked_for_all_that_is_public(square: Square, others: Elsewhere) -> None:
    """At its inbox, by the server itself; its yes counts, and its no later."""
    asked = taken_up(square, others)
    assert (asked["actor"], asked["object"]) == (OWN, PUBLIC)
    assert state(square) is State.ACCEPTED
    others.say(square.stranger, act("Reject", asked["id"], ACTOR, id=f"{ACTOR}#no"))
    settle(square)
    assert state(square) is State.REFUSED


def test_a_relay_that_said_no_is_not_listened_to(square: Square, others: Elsewhere) -> None:
    """CVE-2026-27468: whether it was let in is asked each time, and not once."""
    asked = taken_up(square, others)
    others.say(square.stranger, act("Reject", asked["id"], ACTOR, id=f"{ACTOR}#no"))
    settle(square)
    others.person("eve", "elsewhere.example")
    others.say(square.stranger, act("Announce", others.put(note()), ACTOR))
    settle(square)
    assert found(square) == []


@pytest.mark.parametrize(("says", "stands"), [(404, State.REFUSED), (410, State.UNREACHABLE), (403, State.REFUSED)])
def test_a_relay_that_does_not_take_the_asking_is_not_waited_for(
    square: Square, others: Elsewhere, clock: ManualClock, says: int, stands: State
) -> None:
    """The operator reads what it said, and need not wait for an answer that never comes. 403 may be a key not yet known."""
    others.says = says
    add(square)
    if says == 403:
        assert state(square) is State.ASKED
    for _ in range(limits.DELIVERY_REFUSALS):
        clock.advance(seconds=limits.DELIVERY_RETRY_SECONDS_MAX * 2)
        settle(square)
    assert state(square) is stands
    [relay] = square.app.database.read_now(relaying.listed, COMMAND_LINE)
    assert str(says) in (relay.error or "")


def test_nobody_answers_for_a_relay(square: Square, others: Elsewhere) -> None:
    """Not even with the right question."""
    add(square)
    asked = others.told[0][1]
    others.say(square.stranger, act("Accept", asked))
    settle(square)
    assert state(square) is State.ASKED


@pytest.mark.parametrize("whole", [False, True])
def test_what_a_relay_names_is_fetched_from_where_it_is_at_home(square: Square, others: Elsewhere, whole: bool) -> None:
    """Whatever it says that the post says; and whoever is no relay is not listened to."""
    others.person("eve", "elsewhere.example")
    taken_up(square, others)
    uri = others.put(note(content="<p>as it is</p>"))
    thing = act("Create", note(content="<p>forged</p>")) if whole else uri
    others.say(square.stranger, act("Announce", uri, "https://elsewhere.example/users/eve"))
    settle(square)
    assert found(square) == []
    others.say(square.stranger, act("Announce", thing, ACTOR))
    settle(square)
    [shown] = square.stranger.get("/api/v1/timelines/public?remote=true").json()
    assert (shown["uri"], shown["content"], shown["account"]["acct"]) == (
        uri,
        "<p>as it is</p>",
        "ann@mastodon.example",
    )


def test_what_a_relay_passes_on_in_the_name_of_others_is_looked_at(square: Square, others: Elsewhere) -> None:
    """New, changed or gone: each is so only if it is so at home."""
    taken_up(square, others)
    uri = others.put(note(content="<p>first</p>"))
    others.say(square.stranger, act("Create", note(content="<p>forged</p>")), by=ACTOR)
    settle(square)
    assert found(square) == [uri]
    others.say(square.stranger, act("Delete", uri, id=f"{uri}#gone"), by=ACTOR)
    settle(square)
    assert found(square) == [uri]
    del others.documents[uri]
    others.say(square.stranger, act("Delete", uri, id=f"{uri}#gone-now"), by=ACTOR)
    settle(square)
    assert found(square) == []
    others.put(note(content="<p>first</p>"))
    others.say(square.stranger, act("Announce", uri, ACTOR, id=f"{ACTOR}#again"))
    settle(square)
    assert found(square) == []


def test_a_proof_in_what_a_relay_passes_on_takes_nothing_away(square: Square, others: Elsewhere) -> None:
    """Whom nobody here follows may prove what they say: it came by the relay, and is taken as what relays bring."""
    taken_up(square, others)
    ann = others.keys["https://mastodon.example/users/ann"]
    square.server.run(square.app.parts.gatherer.find_person("ann", "mastodon.example"))
    uri = others.put(note())
    others.say(square.stranger, prove(act("Create", note()), ann, START), by=ACTOR)
    settle(square)
    assert found(square) == [uri]


@pytest.mark.parametrize(
    "more",
    [
        {"to": ["https://mastodon.example/users/ann/followers"], "cc": []},
        {"to": ["https://mastodon.example/users/ann/followers"], "cc": [PUBLIC]},
        {"inReplyTo": "https://mastodon.example/users/ann/statuses/99"},
        {"published": "2025-12-01T00:00:00Z"},
        {"published": None},
    ],
)
def test_what_is_not_news_for_all_is_not_taken(square: Square, others: Elsewhere, more: dict[str, Any]) -> None:
    """Nothing for few or unlisted, no answer to what nobody knows, nothing old."""
    taken_up(square, others)
    uri = others.put({**note(), **more})
    others.say(square.stranger, act("Announce", uri, ACTOR))
    settle(square)
    assert found(square) == []


def test_a_relay_brings_nothing_of_who_is_kept_out(square: Square, others: Elsewhere) -> None:
    """Nor is anything asked of them; and a relay that is kept out itself cannot be added."""
    taken_up(square, others)
    suspended = DomainTerms(severity=Severity.SUSPEND)
    square.app.database.write_now(guarding.block_domain, square.app.site, COMMAND_LINE, "mastodon.example", suspended)
    others.asked.clear()
    others.say(square.stranger, act("Announce", others.put(note()), ACTOR))
    settle(square)
    assert found(square) == []
    assert not [url for url in others.asked if "mastodon.example" in url]
    with pytest.raises(Invalid):
        add(square, "https://mastodon.example/inbox")


def test_a_relay_brings_a_bounded_number_a_minute(square: Square, others: Elsewhere, clock: ManualClock) -> None:
    """What is more is not even asked for; the next minute there is room again."""
    taken_up(square, others)
    [relay] = square.app.database.read_now(relaying.listed, COMMAND_LINE)
    write = square.app.database.write_now
    taken = [write(relays.bring, relay.id, limits.RELAYED_A_MINUTE) for _ in range(limits.RELAYED_A_MINUTE + 3)]
    assert taken == [True] * limits.RELAYED_A_MINUTE + [False] * 3
    uri = others.put(note())
    others.say(square.stranger, act("Announce", uri, ACTOR))
    settle(square)
    assert uri not in others.asked
    clock.advance(minutes=1)
    others.say(square.stranger, act("Announce", uri, ACTOR, id=f"{ACTOR}#later"))
    settle(square)
    assert found(square) == [uri]


def test_public_posts_go_to_a_relay_and_no_others(square: Square, others: Elsewhere, bob: Person) -> None:
    """Whole, by their author, with a proof; and their end, too."""
    taken_up(square, others)
    posted = bob.client.post("/api/v1/statuses", json={"status": "For all"}).json()
    for visibility in ("unlisted", "private", "direct"):
        bob.client.post("/api/v1/statuses", json={"status": "For few", "visibility": visibility})
    settle(square)
    [(url, said)] = others.told
    assert (url, said["type"], said["object"]["id"]) == (INBOX, "Create", posted["uri"])
    assert said["actor"] == "https://square.example/users/bob"
    assert "proof" in said
    others.told.clear()
    bob.client.delete(f"/api/v1/statuses/{posted['id']}")
    settle(square)
    assert [said["type"] for _, said in others.told] == ["Delete"]


def test_a_relay_known_by_its_actor_is_followed_and_told_by_the_server_itself(
    square: Square, others: Elsewhere, bob: Person
) -> None:
    """It follows back and is let; nobody else follows the server."""
    asked = taken_up(square, others, ACTOR)
    assert (asked["actor"], asked["object"]) == (OWN, ACTOR)
    assert state(square) is State.ACCEPTED
    others.say(square.stranger, act("Follow", OWN, "https://mastodon.example/users/ann"))
    others.say(square.stranger, act("Follow", OWN, ACTOR))
    settle(square)
    [(url, said)] = others.told
    assert (url, said["type"], said["actor"], said["object"]["actor"]) == (INBOX, "Accept", OWN, ACTOR)
    others.told.clear()
    posted = bob.client.post("/api/v1/statuses", json={"status": "For all"}).json()
    settle(square)
    [(_, said)] = others.told
    assert (said["type"], said["actor"], said["object"]) == ("Announce", OWN, posted["uri"])


def test_nobody_at_the_address_is_told(square: Square) -> None:
    """As an error that the operator sees."""
    add(square, f"https://{HOST}/users/nobody")
    assert state(square) is State.UNREACHABLE


def test_a_relay_that_is_removed_is_told_and_heard_no_more(square: Square, others: Elsewhere, bob: Person) -> None:
    """Its Follow is taken back whole."""
    asked = taken_up(square, others)
    [relay] = square.app.database.read_now(relaying.listed, COMMAND_LINE)
    square.app.database.write_now(relaying.remove, square.app.site, COMMAND_LINE, relay.id)
    settle(square)
    [(_, said)] = others.told
    assert (said["type"], said["object"]["id"], said["object"]["object"]) == ("Undo", asked["id"], PUBLIC)
    others.told.clear()
    bob.client.post("/api/v1/statuses", json={"status": "For all"})
    others.say(square.stranger, act("Announce", others.put(note()), ACTOR))
    settle(square)
    assert (others.told, found(square)) == ([], [])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "relay.example",
        "http://relay.example/inbox",
        "https://square.example/inbox",
        "https://me@relay.example/inbox",
        "javascript:alert(1)",
        f"https://relay.example/{'x' * 3_000}",
    ],
)
def test_what_is_no_address_of_a_relay_is_refused(square: Square, address: str) -> None:
    """Nor this server's own."""
    with pytest.raises(Invalid):
        add(square, address)


def test_the_page_adds_and_removes_for_who_minds_federation(square: Square, others: Elsewhere) -> None:
    """Each act is told in the list of what the staff did; moderators find nothing there."""
    owner, moderator = square.staff("owner"), square.staff("mod", Role.MODERATOR)
    database = square.app.database
    by = Staff(login=moderator.login, account=moderator.account, role=Role.MODERATOR)
    with pytest.raises(Forbidden):
        database.write_now(relaying.add, square.app.site, by, INBOX)
    browser, other = square.client(), square.client()
    browser.cookies[SESSION_COOKIE] = square.make.session(owner.login, owner.account)
    other.cookies[SESSION_COOKIE] = square.make.session(moderator.login, moderator.account)
    assert other.get("/staff/relays").status in (403, 404)
    page = browser.get("/staff/relays").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf is not None
    assert browser.post("/staff/relays", form={"csrf": csrf[1], "address": "nonsense"}).status == 422
    assert browser.post("/staff/relays", form={"csrf": csrf[1], "address": INBOX}).status == 303
    text = browser.get("/staff/relays").text
    assert f">{INBOX}<" in text
    remove = re.search(r'action="(/staff/relays/\d+/remove)"', text)
    assert remove is not None
    assert browser.post(remove[1], form={"csrf": csrf[1]}).status == 303
    assert "There is none." in browser.get("/staff/relays").text
    audit = browser.get("/staff/audit").text
    assert "added as a relay" in audit
    assert "removed as a relay" in audit


def test_the_command_line_does_the_same(square: Square, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """By addresses."""
    values = {"domain": settings.domain, "database": settings.database, "secret": settings.secret}
    (settings.home / "bema.toml").write_text(tomli_w.dumps(values))
    commands.add_relay(INBOX, home=settings.home)
    commands.list_relays(home=settings.home)
    commands.remove_relay(INBOX, home=settings.home)
    said = capsys.readouterr().out
    assert f"{HOST} is asked." in said
    assert "asked" in said
    assert f"{HOST} is told, and forgotten." in said
