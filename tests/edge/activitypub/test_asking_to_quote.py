"""Who wants to be asked before a post is quoted is asked: people here and elsewhere wait for their word, and get it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from bema.edge.authentication import SESSION_COOKIE
from bema.model import limits
from bema.model.policy import QuotePolicy
from bema.store import remote_posts
from tests.client import Client
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import Document, act, mastodon_note

ANN = "https://mastodon.example/users/ann"
EVE = "https://elsewhere.example/users/eve"
BOB = "https://square.example/users/bob"
QUOTING = f"{ANN}/statuses/1"
STAMP = f"{EVE}/stamps/1"


@pytest.fixture
def others(others: Elsewhere) -> Elsewhere:
    """The servers of others, with those whom these tests know."""
    others.person("ann")
    others.person("eve", "elsewhere.example")
    return others


@pytest.fixture
def browser(square: Square, bob: Person) -> Client:
    """Bob's browser."""
    client = square.client()
    client.cookies[SESSION_COOKIE] = square.make.session(bob.login, bob.account)
    return client


@pytest.fixture
def says(square: Square, others: Elsewhere) -> Callable[[Document], None]:
    """Brings something, and lets all follow from it."""

    def says_(document: Document) -> None:
        assert others.say(square.stranger, document).status == 202
        square.settle()

    return says_


def delivered(square: Square) -> None:
    """Let everything go out."""
    square.settle()
    while square.server.run(square.app.sender.settle()):
        pass


def quoting(uri: str) -> Document:
    """Make Ann's quote of a post."""
    return act("Create", mastodon_note(quote=uri, tag=[{"type": "Mention", "href": BOB, "name": "@bob"}]))


def ask(uri: str, number: int = 1) -> Document:
    """Make Ann's question whether she may quote a post."""
    return act("QuoteRequest", uri, instrument=f"{ANN}/statuses/{number}") | {"id": f"{ANN}#asks/{number}"}


def answers(square: Square, others: Elsewhere) -> list[tuple[str, str]]:
    """Return what Ann's server was told about her questions."""
    delivered(square)
    told = [document for _, document in others.told if document["type"] in ("Accept", "Reject")]
    return [(each["type"], each["object"]["instrument"]) for each in told if each["object"]["type"] == "QuoteRequest"]


def decide(browser: Client, verb: str) -> int:
    """Press a button beside the first who waits; return how many waited."""
    page = browser.get("/quotes/waiting").text
    found = re.findall(rf'"(/quotes/waiting/\d+/{verb})"', page)
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    if found and csrf:
        assert browser.post(found[0], form={"csrf": csrf[1], "back": "/quotes/waiting"}).status in (302, 303)
    return len(found)


@pytest.mark.parametrize("first", ["the question", "the quote"])
def test_who_is_elsewhere_waits_for_a_word(
    square: Square, others: Elsewhere, bob: Person, browser: Client, says: Callable[[Document], None], first: str
) -> None:
    """Is told nothing until then; the author is told once, sees what is said, and lets it be shown."""
    uri = f"{BOB}/statuses/{square.make.post(bob.account, quote_policy=QuotePolicy.ASKED)}"
    for document in [ask(uri), quoting(uri)] if first == "the question" else [quoting(uri), ask(uri)]:
        says(document)
    assert answers(square, others) == []
    assert sorted(each["type"] for each in bob.client.get("/api/v1/notifications").json()) == ["mention", "quote"]
    assert "1 quote of your posts waits" in browser.get("/notifications").text
    id_ = square.app.database.read_now(remote_posts.id_of, QUOTING)
    assert bob.client.get(f"/api/v1/statuses/{id_}").json()["quote"]["state"] == "pending"
    says(ask(uri))  # asking again changes nothing
    assert decide(browser, "accept") == 1
    square.settle()
    assert answers(square, others) == [("Accept", QUOTING)]
    status = bob.client.get(f"/api/v1/statuses/{id_}").json()
    assert (status["quote"]["state"], status["quote"]["quoted_status"]["uri"]) == ("accepted", uri)
    assert len(bob.client.get("/api/v1/notifications").json()) == 2
    assert decide(browser, "accept") == 0


def test_a_no_holds(
    square: Square, others: Elsewhere, bob: Person, browser: Client, says: Callable[[Document], None]
) -> None:
    """Who asks again hears it again, and the author is not asked again."""
    uri = f"{BOB}/statuses/{square.make.post(bob.account, quote_policy=QuotePolicy.ASKED)}"
    says(quoting(uri))
    says(ask(uri))
    assert decide(browser, "reject") == 1
    square.settle()
    says(ask(uri) | {"id": f"{ANN}#asks/again"})
    assert answers(square, others) == [("Reject", QUOTING)] * 2
    id_ = square.app.database.read_now(remote_posts.id_of, QUOTING)
    assert bob.client.get(f"/api/v1/statuses/{id_}").json()["quote"]["state"] == "rejected"
    assert decide(browser, "reject") == 0


def test_only_so_many_wait(square: Square, others: Elsewhere, bob: Person, says: Callable[[Document], None]) -> None:
    """Of one asker; whoever asks more hears no at once."""
    uri = f"{BOB}/statuses/{square.make.post(bob.account, quote_policy=QuotePolicy.ASKED)}"
    for number in range(limits.QUOTE_REQUESTS_EACH + 2):
        says(ask(uri, number))
    assert [kind for kind, _ in answers(square, others)] == ["Reject"] * 2


def test_nobody_answers_for_another(
    square: Square, others: Elsewhere, bob: Person, says: Callable[[Document], None]
) -> None:
    """Who waits for one's word is neither seen nor let by anybody else."""
    uri = f"{BOB}/statuses/{square.make.post(bob.account, quote_policy=QuotePolicy.ASKED)}"
    says(ask(uri))
    eve = square.person("eve")
    browser = square.client()
    browser.cookies[SESSION_COOKIE] = square.make.session(eve.login, eve.account)
    assert decide(browser, "accept") == 0
    page = browser.get("/compose").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf
    waiting = square.app.database.read_now(_any_waiting)
    answer = browser.post(f"/quotes/waiting/{waiting}/accept", form={"csrf": csrf[1]})
    assert answer.status == 404
    assert answers(square, others) == []


def _any_waiting(tx: Any) -> int:
    from sqlalchemy import select

    from bema.store.tables import quote_request

    return int(tx.value(select(quote_request.c.id)))


def test_people_of_here_wait_too(square: Square, bob: Person, browser: Client) -> None:
    """Their quote is pending, for all to see, until the author lets it be shown; a client can say no."""
    post = bob.client.post("/api/v1/statuses", json={"status": "ask me", "quote_approval_policy": "manual"}).json()
    assert post["quote_approval"] == {"automatic": [], "manual": ["public"], "current_user": "automatic"}
    eve = square.person("eve")
    assert eve.client.get(f"/api/v1/statuses/{post['id']}").json()["quote_approval"]["current_user"] == "manual"
    made = [
        eve.client.post("/api/v1/statuses", json={"status": text, "quoted_status_id": post["id"]}).json()
        for text in ("first", "second")
    ]
    assert [each["quote"]["state"] for each in made] == ["pending", "pending"]
    square.settle()
    told = bob.client.get("/api/v1/notifications").json()
    assert [each["type"] for each in told] == ["quote", "quote"]
    assert bob.client.get(f"/api/v1/statuses/{post['id']}/quotes").json() == []
    refused = bob.client.post(f"/api/v1/statuses/{post['id']}/quotes/{made[0]['id']}/revoke")
    assert refused.json()["quote"]["state"] == "rejected"
    assert decide(browser, "accept") == 1
    square.settle()
    assert eve.client.get(f"/api/v1/statuses/{made[1]['id']}").json()["quote"]["state"] == "accepted"
    assert [each["id"] for each in bob.client.get(f"/api/v1/statuses/{post['id']}/quotes").json()] == [made[1]["id"]]
    assert bob.client.get(f"/api/v1/statuses/{post['id']}").json()["quotes_count"] == 1


@pytest.mark.parametrize(
    ("policy", "approval"),
    [
        ({"manualApproval": ["as:Public"]}, {"automatic": [], "manual": ["public"], "current_user": "manual"}),
        (
            {"automaticApproval": [f"{EVE}/followers"], "manualApproval": ["as:Public"]},
            {"automatic": ["followers"], "manual": ["public"], "current_user": "manual"},
        ),
        (
            {"automaticApproval": [EVE], "manualApproval": [f"{EVE}/followers"]},
            {"automatic": [], "manual": ["followers"], "current_user": "denied"},
        ),
        ({"automaticApproval": ["as:Public"], "manualApproval": ["as:Public"]}, None),
        (
            {"automaticApproval": 3, "manualApproval": {"id": 7}},
            {"automatic": [], "manual": [], "current_user": "denied"},
        ),
    ],
)
def test_authors_elsewhere_are_asked_as_they_want(
    square: Square,
    others: Elsewhere,
    bob: Person,
    says: Callable[[Document], None],
    policy: dict[str, Any],
    approval: dict[str, Any] | None,
) -> None:
    """What their post says about quoting is told to clients; an answer that comes days later is taken."""
    others.put(mastodon_note("eve", "elsewhere.example", 7, interactionPolicy={"canQuote": policy}))
    found = bob.client.get(f"/api/v2/search?q={EVE}/statuses/7&resolve=true").json()["statuses"][0]
    assert found["quote_approval"] == (approval or {"automatic": ["public"], "manual": [], "current_user": "automatic"})
    made = bob.client.post("/api/v1/statuses", json={"status": "look", "quoted_status_id": found["id"]})
    if found["quote_approval"]["current_user"] == "denied":
        assert made.status == 404
        return
    assert made.json()["quote"]["state"] == "pending"
    delivered(square)
    uri = f"{BOB}/statuses/{made.json()['id']}"
    asked = {"type": "QuoteRequest", "actor": BOB, "object": f"{EVE}/statuses/7", "instrument": uri}
    assert ("QuoteRequest", f"{EVE}/statuses/7") in [(each["type"], each.get("object")) for _, each in others.told]
    says(act("Accept", asked, actor=EVE, result=STAMP))
    assert bob.client.get(f"/api/v1/statuses/{made.json()['id']}").json()["quote"]["state"] == "accepted"


def test_what_is_asked_for_is_said_to_other_servers(square: Square, bob: Person) -> None:
    """As FEP-044f has it."""
    post = square.make.post(bob.account, quote_policy=QuotePolicy.ASKED)
    document = square.stranger.get(
        f"/users/bob/statuses/{post}", headers={"accept": "application/activity+json"}
    ).json()
    assert document["interactionPolicy"]["canQuote"] == {
        "automaticApproval": [BOB],
        "manualApproval": ["https://www.w3.org/ns/activitystreams#Public"],
    }
