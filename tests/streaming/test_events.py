"""Each kind of event reaches a WebSocket and a stream of server-sent events, as Mastodon's clients read it."""

import json
from typing import Any

import pytest
from sqlalchemy import bindparam, update
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bema.domain import announcing, quoting
from bema.model.events import FiltersChanged, NotificationRequestAnswered
from bema.model.ids import NotificationId, PostId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import QuotePolicy, Visibility
from bema.store.tables import post
from tests.streaming.conftest import LiveSquare

pytestmark = pytest.mark.slow  # a server and its clients


def test_a_post_reaches_home_and_public_streams(live: LiveSquare) -> None:
    """One WebSocket carries many streams; each message says on which it comes, and its payload is a text."""
    ann, bob = live.person("ann"), live.person("bob")
    live.make.follow(ann.account, bob.account)
    ear = live.ear(ann, "user", "public", "public:local", "public:remote", "public:media")
    reader = live.reader(ann, "user")
    id_ = live.publish(bob, "Good morning")
    heard = [ear.hear() for _ in range(3)]
    assert sorted(message["stream"] for message in heard) == [["public"], ["public:local"], ["user"]]
    for message in heard:
        assert message["event"] == "update"
        assert json.loads(message["payload"]) == live.do("GET", f"/api/v1/statuses/{id_}", ann)
    event, payload = reader.event()
    assert (event, json.loads(payload)["id"]) == ("update", id_)


def test_a_tag_is_heard_as_it_was_asked_for(live: LiveSquare) -> None:
    """Clients find their column by the name that they sent, whatever case the post writes."""
    ann, bob = live.person("ann"), live.person("bob")
    ear = live.ear(ann)
    ear.say(type="subscribe", stream="hashtag", tag="Birds")
    ear.say(type="subscribe", stream="hashtag:local", tag="birds")
    ear.say(type="subscribe", stream="hashtag", tag="cats")
    live.settled(ear)
    reader = live.reader(ann, "hashtag?tag=BIRDS")
    live.publish(bob, "Look, #birds!")
    assert ear.events(2) == [(["hashtag", "Birds"], "update"), (["hashtag:local", "birds"], "update")]
    assert reader.event()[0] == "update"


def test_a_quote_that_waited_is_shown_when_its_leave_comes(live: LiveSquare) -> None:
    """Who sees the post waiting sees it change, without asking again."""
    ann, bob = live.person("ann"), live.make.account("bob", host="far.example")
    quoted = live.make.post(bob, quote_policy=QuotePolicy.PUBLIC)
    live.make.database.write_now(lambda tx: tx.run(_from_elsewhere, {"key": quoted}))
    ear = live.ear(ann, "user")
    id_ = live.publish(ann, "Look", visibility=Visibility.UNLISTED, quoted_status_id=str(quoted))
    assert json.loads(ear.hear()["payload"])["quote"]["state"] == "pending"
    live.make.database.write_now(quoting.answered, bob, PostId(int(id_)), "https://far.example/stamps/1")
    message = ear.hear()
    assert (message["event"], message["stream"]) == ("status.update", ["user"])
    assert json.loads(message["payload"])["quote"]["state"] == "accepted"


_from_elsewhere = update(post).where(post.c.id == bindparam("key")).values(uri="https://far.example/1", local=False)


def test_edits_and_deletions_follow(live: LiveSquare) -> None:
    """A post that changes changes everywhere, and one that goes goes."""
    ann, bob = live.person("ann"), live.person("bob")
    live.make.follow(ann.account, bob.account)
    ear = live.ear(ann, "user", "public")
    id_ = live.publish(bob, "Good morming")
    ear.events(2)
    live.do("PUT", f"/api/v1/statuses/{id_}", bob, status="Good morning")
    assert ear.events(2) == [(["public"], "status.update"), (["user"], "status.update")]
    live.do("DELETE", f"/api/v1/statuses/{id_}", bob)
    assert sorted((message["stream"], message["payload"]) for message in (ear.hear(), ear.hear())) == [
        (["public"], id_),
        (["user"], id_),
    ]


def test_a_boost_comes_and_goes(live: LiveSquare) -> None:
    """What somebody passes on is heard as the boost, with what it boosts inside."""
    ann, bob, cat = live.person("ann"), live.person("bob"), live.person("cat")
    live.make.follow(ann.account, bob.account)
    ear = live.ear(ann, "user")
    id_ = live.publish(cat, "Good morning")
    boost = live.do("POST", f"/api/v1/statuses/{id_}/reblog", bob)["id"]
    heard = json.loads(ear.hear()["payload"])
    assert (heard["id"], heard["reblog"]["id"]) == (boost, id_)
    live.do("POST", f"/api/v1/statuses/{id_}/unreblog", bob)
    assert ear.hear() == {"stream": ["user"], "event": "delete", "payload": boost}


def test_announcements_come_are_reacted_to_and_go(live: LiveSquare) -> None:
    """Everybody hears it, the same for all; a reaction is told with how many feel so by now."""
    ann, bob = live.person("ann"), live.person("bob")
    ear, reader = live.ear(ann, "user"), live.reader(bob, "user")
    id_ = str(live.make.database.write_now(announcing.publish, COMMAND_LINE, "We move"))
    heard = ear.hear()
    payload = json.loads(heard["payload"])
    assert (heard["event"], payload["id"], payload["content"]) == ("announcement", id_, "<p>We move</p>")
    assert "read" not in payload
    assert reader.event()[0] == "announcement"
    live.do("PUT", f"/api/v1/announcements/{id_}/reactions/%F0%9F%8C%B1", bob)
    heard = ear.hear()
    expected = {"name": "🌱", "count": 1, "announcement_id": id_}
    assert (heard["event"], json.loads(heard["payload"])) == ("announcement.reaction", expected)
    live.make.database.write_now(announcing.remove, COMMAND_LINE, int(id_))
    assert ear.hear() == {"stream": ["user"], "event": "announcement.delete", "payload": id_}


def test_notifications_are_heard_on_both_streams(live: LiveSquare) -> None:
    """The stream of notifications has nothing else."""
    ann, bob = live.person("ann"), live.person("bob")
    ear, reader = live.ear(ann, "user", "user:notification"), live.reader(ann, "user/notification")
    id_ = live.publish(ann, "Good morning")
    assert ear.events(1) == [(["user"], "update")]
    live.do("POST", f"/api/v1/statuses/{id_}/favourite", bob)
    assert ear.events(2) == [(["user"], "notification"), (["user:notification"], "notification")]
    event, payload = reader.event()
    told = live.do("GET", "/api/v1/notifications", ann)
    assert (event, [json.loads(payload)]) == ("notification", told)


def test_a_conversation_is_heard_by_all_who_take_part(live: LiveSquare) -> None:
    """Each hears it with the others' names; who has no part in it hears nothing."""
    ann, bob, cat = live.person("ann"), live.person("bob"), live.person("cat")
    ears = {who: live.ear(who, "direct") for who in (ann, bob, cat)}
    reader = live.reader(bob, "direct")
    id_ = live.publish(ann, "@bob psst", Visibility.DIRECT)
    for who, other in ((ann, "bob"), (bob, "ann")):
        message = ears[who].hear()
        heard = json.loads(message["payload"])
        assert (message["stream"], message["event"]) == (["direct"], "conversation")
        assert ([each["username"] for each in heard["accounts"]], heard["last_status"]["id"]) == ([other], id_)
        assert heard == live.do("GET", "/api/v1/conversations", who)[0]
    assert reader.event()[0] == "conversation"
    live.publish(cat, "Buy milk", Visibility.DIRECT)
    assert json.loads(ears[cat].hear()["payload"])["accounts"][0]["username"] == "cat"


def test_changed_filters_are_told_without_a_payload(live: LiveSquare) -> None:
    """Clients fetch them anew; over server-sent events the payload is the word that Mastodon sends."""
    ann = live.person("ann")
    ear, reader = live.ear(ann, "user"), live.reader(ann, "user")
    live.make.emit(FiltersChanged(account=ann.account))
    assert ear.hear() == {"stream": ["user"], "event": "filters_changed"}
    assert reader.event() == ("filters_changed", "undefined")


def test_who_lost_follows_hears_of_it(live: LiveSquare) -> None:
    """With what was lost, as in the list of notifications."""
    ann, eve = live.person("ann"), live.make.account("eve", host="far.example")
    live.make.follow(ann.account, eve)
    ear = live.ear(ann, "user:notification")
    live.do("POST", "/api/v1/domain_blocks", ann, domain="far.example")
    heard = ear.hear()
    assert heard["event"] == "notification"
    told = json.loads(heard["payload"])
    assert (told["type"], told["event"]["target_name"], told["event"]["following_count"]) == (
        "severed_relationships",
        "far.example",
        1,
    )


def test_notifications_that_were_let_in_are_told_of(live: LiveSquare) -> None:
    """Clients look at their list anew."""
    ann, bob = live.person("ann"), live.person("bob")
    ear = live.ear(ann, "user:notification")
    answer = NotificationRequestAnswered(account=ann.account, by=bob.account, accepted=True, until=NotificationId(0))
    live.make.emit(answer)
    assert ear.hear()["event"] == "notifications_merged"


def test_a_direct_post_is_heard_as_a_conversation(live: LiveSquare) -> None:
    """By those who take part in it."""
    ann, bob = live.person("ann"), live.person("bob")
    ear, reader = live.ear(ann, "direct"), live.reader(bob, "direct")
    id_ = live.publish(bob, "@ann between us", Visibility.DIRECT)
    message = ear.hear()
    assert (message["stream"], message["event"]) == (["direct"], "conversation")
    assert json.loads(message["payload"]) == live.do("GET", "/api/v1/conversations", ann)[0]
    event, payload = reader.event()
    assert (event, json.loads(payload)["last_status"]["id"]) == ("conversation", id_)


KINDS = {
    *("update", "status.update", "delete", "notification", "notifications_merged", "filters_changed", "conversation"),
    *("announcement", "announcement.reaction", "announcement.delete"),
}  # all that Mastodon documents and still sends


def test_each_kind_of_event_is_the_same_on_both_kinds_of_streams(live: LiveSquare) -> None:
    """Whichever way a client listens, it hears of everything, in the same order and in the same words."""
    ann, bob = live.person("ann"), live.person("bob")
    live.do("PATCH", "/api/v2/notifications/policy", ann, for_not_following="filter", for_private_mentions="accept")
    ears = {stream: live.ear(ann, stream) for stream in ("user", "direct")}
    readers = {stream: live.reader(ann, stream) for stream in ears}
    heard: dict[str, list[dict[str, Any]]] = {stream: [] for stream in ears}

    def hear(kind: str, stream: str = "user") -> None:  # one after another: what is taken back at once is not told
        heard[stream].append(ears[stream].hear())
        assert heard[stream][-1]["event"] == kind

    live.publish(bob, "@ann do you know me?")
    id_ = live.publish(ann, "Good morming")
    hear("update")
    (request,) = live.do("GET", "/api/v1/notifications/requests", ann)
    live.do("POST", f"/api/v1/notifications/requests/{request['id']}/accept", ann)
    hear("notifications_merged")
    live.do("PUT", f"/api/v1/statuses/{id_}", ann, status="Good morning")
    hear("status.update")
    live.do("POST", f"/api/v1/statuses/{id_}/favourite", bob)
    hear("notification")
    live.do("POST", "/api/v2/filters", ann, title="Sport", context=["home"])
    hear("filters_changed")
    told = live.make.database.write_now(announcing.publish, COMMAND_LINE, "We move")
    hear("announcement")
    live.do("PUT", f"/api/v1/announcements/{told}/reactions/%F0%9F%8C%B1", bob)
    hear("announcement.reaction")
    live.make.database.write_now(announcing.remove, COMMAND_LINE, int(told))
    hear("announcement.delete")
    live.publish(bob, "@ann psst", Visibility.DIRECT)
    hear("notification")
    hear("conversation", "direct")
    live.do("DELETE", f"/api/v1/statuses/{id_}", ann)
    hear("delete")
    for stream, messages in heard.items():
        said = [(message["event"], message.get("payload", "undefined")) for message in messages]
        assert [readers[stream].event() for _ in said] == said
    assert {message["event"] for messages in heard.values() for message in messages} == KINDS


def test_a_stream_is_heard_once_and_until_it_is_left(live: LiveSquare) -> None:
    """Asking twice changes nothing; after leaving, only the others are heard."""
    ann, bob = live.person("ann"), live.person("bob")
    ear = live.ear(ann, "public", "public", "public:local")
    live.publish(bob, "Good morning")
    assert ear.events(2) == [(["public"], "update"), (["public:local"], "update")]
    ear.say(type="unsubscribe", stream="public")
    live.settled(ear)
    live.publish(bob, "Good evening")
    live.publish(bob, "Good night")
    assert ear.events(2) == [(["public:local"], "update")] * 2


def test_the_token_comes_in_three_ways(live: LiveSquare) -> None:
    """Browsers cannot set headers: they offer the token as a subprotocol, and want to see it taken."""
    ann = live.person("ann")
    with connect(live.socket_url, additional_headers={"Authorization": f"Bearer {ann.token}"}) as connection:
        assert connection.subprotocol is None
    with connect(live.socket_url, subprotocols=[ann.token]) as connection:  # type: ignore[list-item]  # a NewType of str
        assert connection.subprotocol == ann.token
    with connect(f"{live.socket_url}?access_token={ann.token}") as connection:
        assert connection.response is not None
        assert "Sec-WebSocket-Extensions" not in connection.response.headers  # nothing is compressed


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5_000])
def test_a_token_that_is_none_is_refused_at_the_handshake(live: LiveSquare, token: str) -> None:
    """With the status of any other request; clients then ask for a new sign-in."""
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{live.socket_url}?access_token={token}")
    assert refused.value.response.status_code == 401
    assert "error" in json.loads(refused.value.response.body)
    assert live.ask("GET", f"/api/v1/streaming/user?access_token={token}").status_code == 401
    assert live.ask("GET", f"/api/v1/streaming/public?access_token={token}").status_code == 401


def test_scopes_are_checked_for_each_stream(live: LiveSquare) -> None:
    """A token that may not read notifications hears `user` without them, and public streams need no scope."""
    ann, bob = live.person("ann", "read:statuses"), live.person("bob")
    cat = live.person("cat", "write")
    ear = live.ear(ann, "user")
    ear.say(type="subscribe", stream="user:notification")
    assert ear.hear() == {"error": "Access token does not have the required scopes", "status": 401}
    live.make.follow(ann.account, bob.account)
    live.publish(bob, "@ann good morning")
    live.publish(bob, "@ann good evening")
    assert ear.events(2) == [(["user"], "update"), (["user"], "update")]
    other = live.ear(cat, "public")
    other.say(type="subscribe", stream="user")
    assert other.hear()["status"] == 401
    live.publish(bob, "Good evening")
    assert other.events(1) == [(["public"], "update")]


def test_the_service_tells_that_it_is_there(live: LiveSquare) -> None:
    """Clients ask before they connect."""
    answer = live.ask("GET", "/api/v1/streaming/health")
    assert (answer.status_code, answer.text) == (200, "OK")
    assert live.ask("GET", "/api/v1/streaming").status_code == 404  # streams are at no other address
    assert live.ask("GET", "/api/v1/instance").json()["urls"]["streaming_api"] == "wss://square.example"


def test_what_a_stream_needs_must_be_said(live: LiveSquare) -> None:
    """In Mastodon's words."""
    ann = live.person("ann")
    ear = live.ear(ann)
    for stream, sentence in (("hashtag", "Missing tag name parameter"), ("list", "Missing list name parameter")):
        ear.say(type="subscribe", stream=stream)
        assert ear.hear() == {"error": sentence, "status": 400}
        assert live.ask("GET", f"/api/v1/streaming/{stream}", ann).json() == {"error": sentence}
