"""Nothing reaches whoever could not read it: streams show what timelines show, and each reader their own view of it."""

import json

import pytest

from bema.model.policy import Visibility
from tests.streaming.conftest import Ear, LiveSquare, Person

pytestmark = pytest.mark.slow  # a server and its clients

STREAMS = ("user", "public", "public:local")


class Crowd:
    """People who stand in every way to somebody who posts, and all listen to everything."""

    def __init__(self, live: LiveSquare) -> None:
        self.live = live
        make = live.make
        self.author = live.person("author")
        names = ("follower", "stranger", "mentioned", "blocked", "blocking", "muting", "deaf", "tagged")
        self.people = {name: live.person(name) for name in names}
        people = self.people
        for name in ("follower", "blocking", "muting", "deaf"):
            make.follow(people[name].account, self.author.account)
        make.block(self.author.account, people["blocked"].account)
        make.block(people["blocking"].account, self.author.account)
        make.mute(people["muting"].account, self.author.account)
        live.do("POST", f"/api/v1/accounts/{self.author.account}/follow", people["deaf"], languages=["fr"])
        make.follow_tag(people["tagged"].account, "birds")
        make.follow_tag(people["blocked"].account, "birds")
        self.ears = {name: self._ear(person) for name, person in people.items()}
        self.herald = live.person("herald")  # whom everybody follows: after what it says, nothing else is under way
        for person in people.values():
            make.follow(person.account, self.herald.account)

    def _ear(self, person: Person) -> Ear:
        ear = self.live.ear(person, *STREAMS)
        ear.say(type="subscribe", stream="hashtag", tag="birds")
        self.live.settled(ear)
        return ear

    def heard(self, id_: str) -> dict[str, set[str]]:
        """Return on which streams each has heard of a post, up to what the herald says now."""
        end = self.live.publish(self.herald, "Now")
        return {name: self._until(ear, id_, end) for name, ear in self.ears.items()}

    @staticmethod
    def _until(ear: Ear, id_: str, end: str) -> set[str]:
        found, ended = set(), set[str]()
        while len(ended) < len(STREAMS):
            message = ear.hear()
            payload = json.loads(message["payload"])
            about = str(payload) if isinstance(payload, int) else payload.get("status", payload)["id"]
            where = f"{message['stream'][0]} {message['event']}"
            if about == end:
                ended.add(where)
            elif about == id_:
                found.add(where)
        return found


@pytest.fixture
def crowd(live: LiveSquare) -> Crowd:
    """Everybody is there and listens."""
    return Crowd(live)


PUBLIC = {"public update", "public:local update", "hashtag update"}
HOME = {"user update"}
NOTHING: set[str] = set()
NOBODY_ELSE = dict.fromkeys(("stranger", "blocked", "blocking", "muting", "deaf", "tagged"), NOTHING)


def test_a_public_post_is_heard_by_those_who_may_and_want(crowd: Crowd) -> None:
    """Who is blocked, who blocks and who mutes hears nothing; languages matter at home only."""
    id_ = crowd.live.publish(crowd.author, "Look, @mentioned, #birds", language="en")
    assert crowd.heard(id_) == {
        "follower": HOME | PUBLIC,
        "stranger": PUBLIC,
        "mentioned": PUBLIC | {"user notification"},
        "blocked": set(),
        "blocking": set(),
        "muting": set(),
        "deaf": PUBLIC,
        "tagged": HOME | PUBLIC,
    }
    crowd.live.do("DELETE", f"/api/v1/statuses/{id_}", crowd.author)
    heard = crowd.heard(id_)
    assert heard["stranger"] == {place.replace("update", "delete") for place in PUBLIC}
    assert heard["tagged"] == heard["follower"] == heard["stranger"] | {"user delete"}
    assert heard["blocked"] == set()


def test_a_post_for_followers_reaches_them_alone(crowd: Crowd) -> None:
    """Neither it nor its edit nor its end is heard by others."""
    id_ = crowd.live.publish(crowd.author, "For friends, #birds", Visibility.FOLLOWERS, language="en")
    assert crowd.heard(id_) == {"follower": HOME, "mentioned": set(), **NOBODY_ELSE}
    crowd.live.do("PUT", f"/api/v1/statuses/{id_}", crowd.author, status="For good friends, #birds")
    assert crowd.heard(id_) == {"follower": {"user status.update"}, "mentioned": set(), **NOBODY_ELSE}
    crowd.live.do("DELETE", f"/api/v1/statuses/{id_}", crowd.author)
    heard = crowd.heard(id_)
    assert heard["follower"] == {"user delete"}
    assert heard["stranger"] == heard["blocked"] == heard["mentioned"] == heard["tagged"] == set()


def test_a_direct_post_reaches_whom_it_names(crowd: Crowd) -> None:
    """A follower learns neither that it came nor that it went."""
    crowd.live.make.follow(crowd.people["mentioned"].account, crowd.author.account)
    id_ = crowd.live.publish(crowd.author, "@mentioned hear, #birds", Visibility.DIRECT)
    assert crowd.heard(id_) == {"mentioned": HOME | {"user notification"}, "follower": set(), **NOBODY_ELSE}
    crowd.live.do("DELETE", f"/api/v1/statuses/{id_}", crowd.author)
    heard = crowd.heard(id_)
    assert heard["mentioned"] == {"user delete"}
    assert [name for name, places in heard.items() if places] == ["mentioned"]


def test_boosts_are_heard_by_who_wants_them(crowd: Crowd) -> None:
    """Who hides somebody's boosts does not hear them, and who blocked the author of what is boosted neither."""
    live, people = crowd.live, crowd.people
    booster = live.person("booster")
    for name in ("follower", "stranger", "blocking", "blocked"):
        live.make.follow(people[name].account, booster.account)
    live.do("POST", f"/api/v1/accounts/{booster.account}/follow", people["stranger"], reblogs=False)
    id_ = live.publish(crowd.author, "Good morning", Visibility.UNLISTED, language="fr")
    assert crowd.heard(id_)["stranger"] == set()
    boost = live.do("POST", f"/api/v1/statuses/{id_}/reblog", booster)["id"]
    heard = crowd.heard(boost)
    assert [name for name, places in heard.items() if places] == []  # the follower has the post itself
    live.do("POST", f"/api/v1/accounts/{crowd.author.account}/unfollow", people["follower"])
    other = live.publish(crowd.author, "Good evening", Visibility.UNLISTED)
    boost = live.do("POST", f"/api/v1/statuses/{other}/reblog", booster)["id"]
    assert [name for name, places in crowd.heard(boost).items() if places] == ["follower"]


def test_each_reader_is_shown_the_post_as_they_would_find_it(live: LiveSquare) -> None:
    """What is rendered once for many is the same as what each of them is answered."""
    author, quoted = live.person("author"), live.person("quoted")
    readers = [live.person(f"reader{number}") for number in range(8)]
    favourites, boosts, bookmarks, mutes, filters, votes, unfriendly, _plain = readers
    first = live.publish(quoted, "What is quoted", quote_approval_policy="public")
    poll = {"options": ["yes", "no"], "expires_in": 3_600}
    id_ = live.publish(author, "Is it so?", poll=poll)
    live.do("POST", f"/api/v1/statuses/{id_}/favourite", favourites)
    live.do("POST", f"/api/v1/statuses/{id_}/reblog", boosts)
    live.do("POST", f"/api/v1/statuses/{id_}/bookmark", bookmarks)
    live.do("POST", f"/api/v1/statuses/{id_}/mute", mutes)
    asked = live.do("GET", f"/api/v1/statuses/{id_}", votes)["poll"]["id"]
    live.do("POST", f"/api/v1/polls/{asked}/votes", votes, choices=[1])
    words = [{"keyword": "good", "whole_word": True}]
    live.do("POST", "/api/v2/filters", filters, title="Good", context=["public"], keywords_attributes=words)
    live.make.block(unfriendly.account, quoted.account)
    everyone = [*readers, author]
    ears = [live.ear(person, "public:local") for person in everyone]

    def compare(event: str, about: str) -> None:
        for person, ear in zip(everyone, ears, strict=True):
            message = ear.hear()
            assert message["event"] == event
            assert json.loads(message["payload"]) == live.do("GET", f"/api/v1/statuses/{about}", person)

    live.do("PUT", f"/api/v1/statuses/{id_}", author, status="Is it good?", poll=poll)
    compare("status.update", id_)
    compare("update", live.publish(author, "Look", quoted_status_id=first))


def test_what_a_filter_hides_does_not_come(live: LiveSquare) -> None:
    """A filter that hides holds where its contexts say: here at home, and not in public."""
    ann, bob = live.person("ann"), live.person("bob")
    live.make.follow(ann.account, bob.account)
    words = [{"keyword": "rain", "whole_word": False}]
    ear = live.ear(ann, "user", "public")
    hidden = {"context": ["home"], "filter_action": "hide", "keywords_attributes": words}
    live.do("POST", "/api/v2/filters", ann, title="No rain", **hidden)
    assert ear.events(1) == [(["user"], "filters_changed")]
    live.publish(bob, "Rain again")
    live.publish(bob, "Sun at last")
    assert ear.events(3) == [(["public"], "update"), (["public"], "update"), (["user"], "update")]


def test_lists_are_heard_by_their_owners_alone(live: LiveSquare) -> None:
    """Somebody else's list looks like none; a list has what its members post for its owner."""
    ann, bob, cat = live.person("ann"), live.person("bob"), live.person("cat")
    live.make.follow(ann.account, bob.account)
    live.make.follow(ann.account, cat.account)
    list_ = live.do("POST", "/api/v1/lists", ann, title="Friends")["id"]
    live.do("POST", f"/api/v1/lists/{list_}/accounts", ann, account_ids=[str(bob.account)])
    ear, spy = live.ear(ann), live.ear(bob)
    for each in (ear, spy):
        each.say(type="subscribe", stream="list", list=list_)
    assert spy.hear() == {"error": "Not authorized to stream this list", "status": 404}
    assert live.ask("GET", f"/api/v1/streaming/list?list={list_}", bob).status_code == 404
    live.settled(ear)
    live.publish(cat, "Not for the list")
    id_ = live.publish(bob, "For the list")
    assert ear.events(1) == [(["list", list_], "update")]
    live.make.mute(ann.account, bob.account)
    live.publish(bob, "Not wanted now")
    live.do("DELETE", f"/api/v1/statuses/{id_}", bob)
    assert ear.hear() == {"stream": ["list", list_], "event": "delete", "payload": id_}
