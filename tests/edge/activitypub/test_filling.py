"""Profiles and threads are filled from where they are at home, within bounds, and nobody is told of what is old."""

from typing import Any

from bema.domain.receiving import asking
from bema.model import limits
from bema.model.ids import PostId
from bema.outside.clock import ManualClock
from tests.client import Client
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import act, mastodon_note

ANN = "https://mastodon.example/users/ann"
BOB = "https://square.example/users/bob"


def collection(uri: str, items: list[Any], **more: Any) -> dict[str, Any]:
    """Make a collection with its page inside."""
    first = {"type": "OrderedCollectionPage", "orderedItems": items, **more}
    return {"id": uri, "type": "OrderedCollection", "totalItems": 1_234, "first": first}


def follow_ann(bob: Person) -> str:
    """Look for Ann and ask to follow her; return her id here."""
    found = bob.client.get("/api/v2/search?q=@ann@mastodon.example&resolve=true").json()["accounts"][0]["id"]
    assert bob.client.post(f"/api/v1/accounts/{found}/follow").status == 200
    assert isinstance(found, str)
    return found


def test_who_is_followed_first_has_a_filled_profile(square: Square, others: Elsewhere, bob: Person) -> None:
    """Newest posts, pins and numbers; what is for few, or by another, is not taken from there."""
    others.person("ann")
    others.person("eve", "elsewhere.example")
    whole = [
        act("Create", mastodon_note(number=3)),
        act("Create", mastodon_note(number=4, to=[f"{ANN}/followers"], cc=[])),
        act("Create", mastodon_note("eve", "elsewhere.example", content="forged")),
        act("Announce", "https://elsewhere.example/users/eve/statuses/9"),
    ]
    others.put(mastodon_note(number=5))
    others.put(collection(f"{ANN}/outbox", [*whole, act("Create", f"{ANN}/statuses/5")]))
    others.put(collection(f"{ANN}/collections/featured", [mastodon_note(number=5)]))
    others.put({"id": f"{ANN}/followers", "type": "OrderedCollection", "totalItems": 70})
    id_ = follow_ann(bob)
    square.settle()
    shown = bob.client.get(f"/api/v1/accounts/{id_}/statuses").json()
    assert {each["uri"] for each in shown} == {f"{ANN}/statuses/3", f"{ANN}/statuses/5"}
    pinned = bob.client.get(f"/api/v1/accounts/{id_}/statuses?pinned=true").json()
    assert [each["uri"] for each in pinned] == [f"{ANN}/statuses/5"]
    ann = bob.client.get(f"/api/v1/accounts/{id_}").json()
    assert (ann["statuses_count"], ann["followers_count"], ann["following_count"]) == (1_234, 70, 0)
    assert bob.client.get("/api/v1/notifications").json() == []


def test_what_is_pinned_there_by_now_is_pinned_here(square: Square, others: Elsewhere, bob: Person) -> None:
    """GoToSocial tells nobody of it: it is looked for when they say something new of themselves, and not guessed."""
    ann = others.person("ann")
    for number in (1, 2, 3):
        others.put(mastodon_note(number=number))
    featured = f"{ANN}/collections/featured"
    others.put(collection(featured, [f"{ANN}/statuses/1", f"{ANN}/statuses/2"]))
    id_ = follow_ann(bob)
    square.settle()

    def pinned() -> list[str]:
        shown = bob.client.get(f"/api/v1/accounts/{id_}/statuses?pinned=true").json()
        return [each["uri"].rpartition("/")[2] for each in shown]

    others.say(square.stranger, act("Accept", {"type": "Follow", "actor": BOB, "object": ANN}) | {"id": f"{ANN}#1"})
    square.settle()
    assert sorted(pinned()) == ["1", "2"]
    tells_nothing = {"id": featured, "type": "OrderedCollection", "totalItems": 2}
    none = {"id": featured, "type": "OrderedCollection", "totalItems": 0}
    told: list[tuple[dict[str, Any] | None, list[str]]] = [
        (collection(featured, [f"{ANN}/statuses/3", f"{ANN}/statuses/2"]), ["2", "3"]),
        (tells_nothing, ["2", "3"]),
        (none, []),
        (collection(featured, [f"{ANN}/statuses/1"]), ["1"]),
        (None, ["1"]),
    ]
    for number, (document, expected) in enumerate(told, 2):
        others.documents.pop(featured)
        if document is not None:
            others.put(document)
        others.say(square.stranger, act("Update", ann) | {"id": f"{ANN}#{number}"})
        square.settle()
        assert sorted(pinned()) == expected


def test_an_answer_brings_what_it_answers(square: Square, others: Elsewhere, bob: Person) -> None:
    """Upwards to the first post, each from its own server; a chain without end has one."""
    others.person("ann")
    for number in range(1, 5):
        parent = f"{ANN}/statuses/{number - 1}" if number > 1 else None
        others.put(mastodon_note(number=number, inReplyTo=parent))
    named: Any = [{"type": "Mention", "href": BOB, "name": "@bob"}]
    others.say(square.stranger, act("Create", mastodon_note(number=5, inReplyTo=f"{ANN}/statuses/4", tag=named)))
    square.settle()
    told = bob.client.get("/api/v1/notifications").json()
    assert [each["type"] for each in told] == ["mention"]
    thread = bob.client.get(f"/api/v1/statuses/{told[0]['status']['id']}/context").json()
    assert [each["uri"] for each in thread["ancestors"]] == [f"{ANN}/statuses/{number}" for number in range(1, 5)]


def test_who_opens_what_they_looked_for_finds_what_it_answers(square: Square, others: Elsewhere, bob: Person) -> None:
    """What was brought by its address, or with a profile, was no news: its thread is fetched when somebody opens it."""
    others.person("ann")
    for number in (1, 2, 3):
        parent = f"{ANN}/statuses/{number - 1}" if number > 1 else None
        others.put(mastodon_note(number=number, inReplyTo=parent))
    found = bob.client.get(f"/api/v2/search?q={ANN}/statuses/3&resolve=true").json()["statuses"][0]["id"]
    assert bob.client.get(f"/api/v1/statuses/{found}/context").json()["ancestors"] == []
    square.settle()
    above = bob.client.get(f"/api/v1/statuses/{found}/context").json()["ancestors"]
    assert [each["uri"] for each in above] == [f"{ANN}/statuses/1", f"{ANN}/statuses/2"]


def test_what_a_post_answers_is_not_looked_for_again_and_again(
    square: Square, others: Elsewhere, bob: Person, clock: ManualClock
) -> None:
    """Where it cannot be had, once in a while is enough."""
    others.person("ann")
    others.put(mastodon_note(number=2, inReplyTo=f"{ANN}/statuses/1"))
    found = bob.client.get(f"/api/v2/search?q={ANN}/statuses/2&resolve=true").json()["statuses"][0]["id"]
    asked = set()
    for _ in range(3):
        bob.client.get(f"/api/v1/statuses/{found}/context")
        square.settle()
        asked.add(others.asked.count(f"{ANN}/statuses/1"))
    assert len(asked) == 1
    assert 0 not in asked
    clock.advance(seconds=limits.REPLIES_AGAIN_SECONDS + 1)
    others.put(mastodon_note(number=1))
    bob.client.get(f"/api/v1/statuses/{found}/context")
    square.settle()
    above = bob.client.get(f"/api/v1/statuses/{found}/context").json()["ancestors"]
    assert [each["uri"] for each in above] == [f"{ANN}/statuses/1"]


def test_an_endless_thread_ends(square: Square, others: Elsewhere, bob: Person) -> None:
    """dos: bounded fetch recursion, upwards and downwards."""

    class Endless(dict[str, Any]):
        """Posts without number, each answering the next."""

        def get(self, url: str, default: Any = None) -> Any:
            """Make whatever is asked for."""
            number = url.rpartition("/")[2]
            if not number.isdigit():
                return super().get(url, default)
            return mastodon_note(number=int(number), inReplyTo=f"{ANN}/statuses/{int(number) + 1}")

    others.person("ann")
    others.documents = Endless(others.documents)
    named: Any = [{"type": "Mention", "href": BOB, "name": "@bob"}]
    others.say(square.stranger, act("Create", mastodon_note(number=1, inReplyTo=f"{ANN}/statuses/2", tag=named)))
    square.settle()
    assert len([url for url in others.asked if "/statuses/" in url]) == limits.FILL_ABOVE


def test_answers_are_looked_for_when_somebody_opens_a_thread(
    square: Square, others: Elsewhere, bob: Person, clock: ManualClock
) -> None:
    """Now and then, downwards from answer to answer."""
    others.person("ann")
    others.person("eve", "elsewhere.example")
    first, second = f"{ANN}/statuses/1", "https://elsewhere.example/users/eve/statuses/2"
    others.put(mastodon_note())
    others.put(mastodon_note("eve", "elsewhere.example", 2, inReplyTo=first))
    others.put(mastodon_note(number=3, inReplyTo=second))
    others.put(collection(f"{first}/replies", [second]))
    others.put(collection(f"{second}/replies", [f"{ANN}/statuses/3"]))
    found = bob.client.get(f"/api/v2/search?q={first}&resolve=true").json()["statuses"][0]["id"]
    clock.advance(seconds=limits.REPLIES_YOUNG_SECONDS + 1)
    assert bob.client.get(f"/api/v1/statuses/{found}/context").json()["descendants"] == []
    square.settle()
    below = bob.client.get(f"/api/v1/statuses/{found}/context").json()["descendants"]
    assert [each["uri"] for each in below] == [second, f"{ANN}/statuses/3"]
    asked = len(others.asked)
    bob.client.get(f"/api/v1/statuses/{found}/context")
    square.settle()
    assert len(others.asked) == asked
    assert not square.app.database.read_now(asking.lacks_answers, PostId(int(found)))


def test_the_end_of_a_poll_is_told_by_who_asked(
    square: Square, others: Elsewhere, bob: Person, clock: ManualClock
) -> None:
    """When its time is over, the numbers are read where they are final."""
    others.person("ann")

    def asked(votes: int) -> dict[str, Any]:
        options = [{"type": "Note", "name": name, "replies": {"totalItems": votes}} for name in ("Tea", "Milk")]
        return mastodon_note(type="Question", oneOf=options, endTime="2026-01-01T01:00:00Z")

    uri = others.put(asked(1))
    found = bob.client.get(f"/api/v2/search?q={uri}&resolve=true").json()["statuses"][0]
    assert bob.client.post(f"/api/v1/polls/{found['poll']['id']}/votes", json={"choices": [0]}).status == 200
    others.put(asked(9))
    clock.advance(hours=2)
    square.settle()
    clock.advance(hours=1)
    square.settle()
    poll = bob.client.get(f"/api/v1/polls/{found['poll']['id']}").json()
    assert [each["votes_count"] for each in poll["options"]] == [9, 9]
    assert [each["type"] for each in bob.client.get("/api/v1/notifications").json()] == ["poll"]


def test_an_open_poll_is_read_again_while_people_look(
    square: Square, others: Elsewhere, bob: Person, clock: ManualClock
) -> None:
    """At most once in some minutes, however many look; not for strangers, and not when it is over."""
    others.person("ann")

    def asked(votes: int) -> dict[str, Any]:
        options = [{"type": "Note", "name": name, "replies": {"totalItems": votes}} for name in ("Tea", "Milk")]
        return mastodon_note(type="Question", oneOf=options, endTime="2026-01-01T01:00:00Z")

    uri = others.put(asked(1))
    found = bob.client.get(f"/api/v2/search?q={uri}&resolve=true").json()["statuses"][0]
    poll = f"/api/v1/polls/{found['poll']['id']}"

    def votes(*, by: Client = bob.client) -> tuple[int, int]:
        """Look three times; return what is told then, and how often the other server was asked."""
        before = others.asked.count(uri)
        for _ in range(3):
            by.get(poll)
        square.settle()
        return by.get(poll).json()["votes_count"], others.asked.count(uri) - before

    others.put(asked(5))
    assert votes() == (2, 0)
    clock.advance(seconds=limits.POLL_AGAIN_SECONDS + 1)
    assert votes(by=square.stranger) == (2, 0)
    assert votes() == (10, 1)
    others.put(asked(7))
    bob.client.get(f"/api/v1/statuses/{found['id']}/context")
    assert votes() == (10, 0)
    clock.advance(seconds=limits.POLL_AGAIN_SECONDS + 1)
    bob.client.get(f"/api/v1/statuses/{found['id']}/context")
    square.settle()
    assert votes() == (14, 0)
    clock.advance(hours=2)
    square.settle()
    clock.advance(hours=1)
    square.settle()
    assert votes() == (14, 0)


def test_whom_a_post_names_is_found(square: Square, others: Elsewhere, bob: Person) -> None:
    """So that an answer reaches all who talk with each other; who cannot be found is left out."""
    others.person("ann")
    eve = others.person("eve", "elsewhere.example")
    people = [(BOB, "@bob"), (eve, "@eve"), ("https://nowhere.example/users/x", "@x")]
    tag = [{"type": "Mention", "href": uri, "name": name} for uri, name in people]
    others.put(mastodon_note(tag=tag))
    others.say(square.stranger, act("Create", mastodon_note(tag=tag)))
    square.settle()
    told = bob.client.get("/api/v1/notifications").json()
    named = [each["acct"] for each in told[0]["status"]["mentions"]]
    assert (len(told), named) == (1, ["bob", "eve@elsewhere.example"])
