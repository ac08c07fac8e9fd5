"""What people of Bema and of GoToSocial do with each other: each sentence is tried in turn, and told when it held.

Everything is done and seen through Mastodon's API of the server where somebody is at home: Ann and Bob here, Gus and Gil
there.
"""

import re
import sys
from collections.abc import Callable
from html import unescape
from typing import Any

from tests.federation.town import Entity, Person, eventually

_SECONDS = 40
_ASKS = {"always": ["author"], "with_approval": ["public"]}
_FOR_NOBODY = {"always": ["author"], "with_approval": []}
_FREE = {"always": ["public"], "with_approval": []}


def live(ann: Person, bob: Person, gus: Person, gil: Person) -> int:
    """Live together; return how many sentences did not hold."""
    life, failed = _Life(ann, bob, gus, gil), 0
    for sentence in _SENTENCES:
        said = (sentence.__doc__ or "").rstrip(".")
        try:
            sentence(life)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next sentence is tried all the same
            failed += 1
            sys.stdout.write(f"NOT SO: {said}: {error!r}\n")
        else:
            sys.stdout.write(f"{said}\n")
    sys.stdout.write(f"{len(_SENTENCES) - failed} of {len(_SENTENCES)} sentences held\n")
    return failed


class _Life:
    """The four, and what they said to each other so far."""

    def __init__(self, ann: Person, bob: Person, gus: Person, gil: Person) -> None:
        self.ann, self.bob, self.gus, self.gil = ann, bob, gus, gil
        self.gus_here = self.ann_there = ""  # the ids that they have with the other
        self.ours, self.ours_there = Entity(), Entity()  # a post of Ann, and what it is there
        self.theirs, self.theirs_here = Entity(), Entity()

    def follow(self) -> None:
        """Whoever is looked for by their address is found and followed, from both sides; both are told."""
        self.gus_here, self.ann_there = self.ann.befriend(self.gus), self.gus.befriend(self.ann)
        self.ann.hears("follow", self.gus)
        self.gus.hears("follow", self.ann)

    def posts(self) -> None:
        """Posts come with text, warning, language and tags."""
        self.ours = self.ann.say("Hello there #herons", spoiler_text="birds", language="de", visibility="public")
        self.theirs = self.gus.say("Hello here #herons", spoiler_text="birds", language="de", visibility="public")
        self.ours_there, self.theirs_here = self.gus.sees(self.ours["uri"]), self.ann.sees(self.theirs["uri"])
        for said, seen in ((self.ours, self.ours_there), (self.theirs, self.theirs_here)):
            told = (_text(seen), seen["spoiler_text"], seen["language"], seen["visibility"])
            assert told == (_text(said), "birds", "de", "public"), told
            assert [tag["name"] for tag in seen["tags"]] == ["herons"], seen["tags"]

    def answers(self) -> None:
        """Answers are told of, and stand in the thread."""

        def way(by: Person, to: Person, post: Entity, seen: Entity) -> None:
            answer = by.say(f"@{to.handle} and a good day to you", in_reply_to_id=seen["id"])
            assert to.hears("mention", by)["status"]["in_reply_to_id"] == post["id"]
            _until(lambda: _below(to, post) == [answer["uri"]])
            by.delete(f"/api/v1/statuses/{answer['id']}")
            _until(lambda: _below(to, post) == [])

        for each in self._both_ways():
            way(*each)

    def favourites_and_boosts(self) -> None:
        """Favourites and boosts are told of and counted, and counted no more when they are taken back."""
        for by, to, post, seen in self._both_ways():
            for verb, kind, count in (
                ("favourite", "favourite", "favourites_count"),
                ("reblog", "reblog", "reblogs_count"),
            ):
                by.post(f"/api/v1/statuses/{seen['id']}/{verb}")
                to.hears(kind, by)
                _until(lambda: _read(to, post)[count] == 1)
                by.post(f"/api/v1/statuses/{seen['id']}/un{verb}")
                _until(lambda: _read(to, post)[count] == 0)

    def edits(self) -> None:
        """Edits arrive, and here with what was said before."""

        def way(by: Person, to: Person, post: Entity, seen: Entity) -> None:
            to.put(f"/api/v1/statuses/{post['id']}", status="Said better")
            _until(lambda: _text(_read(by, seen)) == "Said better")

        for each in self._both_ways():
            way(*each)
        assert len(self.ann.get(f"/api/v1/statuses/{self.theirs_here['id']}/history")) == 2

    def polls(self) -> None:
        """Votes are counted where it was asked."""

        def way(asker: Person, voter: Person) -> None:
            asked = asker.say(
                "Which?", poll={"options": ["one", "two", "three"], "expires_in": 3_600, "multiple": True}
            )
            poll = voter.sees(asked["uri"])["poll"]
            voter.post(f"/api/v1/polls/{poll['id']}/votes", choices=[0, 2])
            _until(lambda: _votes(asker, asked) == [1, 0, 1])

        for each in ((self.ann, self.gus), (self.gus, self.ann)):
            way(*each)

    def privacy(self) -> None:
        """Posts for followers and letters come to those whom they are for, and nobody else finds them."""
        for by, to, stranger in ((self.ann, self.gus, self.gil), (self.gus, self.ann, self.bob)):
            for visibility in ("private", "unlisted"):
                post = by.say("among us", visibility=visibility)
                assert to.sees(post["uri"])["visibility"] == visibility
                looked = {"q": post["uri"], "resolve": True, "type": "statuses"}
                assert bool(stranger.get("/api/v2/search", **looked)["statuses"]) is (visibility == "unlisted")
            letter = by.say(f"@{to.handle} for you alone", visibility="direct")
            _until(lambda: letter["uri"] in [each["status"]["uri"] for each in to.notices("mention")])

    def profiles(self) -> None:
        """Changes of a profile arrive; here with what is pinned there, of which nobody is told."""
        self.gus.post(f"/api/v1/statuses/{self.theirs['id']}/pin")
        ways = ((self.ann, [{"name": "lake", "value": "deep"}], self.gus, self.ann_there),)
        changed: list[tuple[Person, Any, Person, str]] = [
            *ways,
            (self.gus, {"0": {"name": "lake", "value": "deep"}}, self.ann, self.gus_here),
        ]

        def way(who: Person, fields: Any, seer: Person, id_: str) -> None:
            who.patch("/api/v1/accounts/update_credentials", display_name="New", note="of me", fields_attributes=fields)
            seen = _until(lambda: _named(seer, id_, "New"))
            assert ("of me" in seen["note"], seen["fields"][0]["name"]) == (True, "lake")

        for each in changed:
            way(*each)
        pinned = f"/api/v1/accounts/{self.gus_here}/statuses"
        _until(lambda: [each["uri"] for each in self.ann.get(pinned, pinned=True)] == [self.theirs["uri"]])

    def refusals(self) -> None:
        """What the author there allows nobody is refused here."""
        policy = {"can_favourite": _FREE, "can_reply": _FOR_NOBODY, "can_reblog": _FOR_NOBODY}
        seen = self.ann.sees(self.gus.say("Leave it so", interaction_policy=policy)["uri"])
        answer = self.ann.client.post("/api/v1/statuses", json={"status": "but", "in_reply_to_id": seen["id"]})
        boost = self.ann.client.post(f"/api/v1/statuses/{seen['id']}/reblog")
        assert (answer.status_code, boost.status_code) == (403, 403)

    def leave(self) -> None:
        """Where the author there wants to be asked, they are, and what they allow is public then."""
        post = self.gus.say(
            "Ask me", interaction_policy=dict.fromkeys(("can_favourite", "can_reply", "can_reblog"), _ASKS)
        )
        seen = self.ann.sees(post["uri"])
        answer = self.ann.say(f"@{self.gus.handle} may I?", in_reply_to_id=seen["id"])
        assert answer["visibility"] == "direct"
        self._allow("reply")
        _until(lambda: _read(self.ann, answer)["visibility"] == "public", "the answer never becomes public")
        assert _below(self.gus, post) == [answer["uri"]]
        self.ann.post(f"/api/v1/statuses/{seen['id']}/favourite")
        self._allow("favourite")
        _until(lambda: _read(self.gus, post)["favourites_count"] == 1)
        self.ann.post(
            f"/api/v1/statuses/{seen['id']}/reblog"
        )  # 0.20 finds no boost that it could allow: they are asked
        _until(lambda: "reblog" in [each["type"] for each in _requests(self.gus)])

    def requests(self) -> None:
        """Who wants to be asked before they are followed is, and unfollowing is heard."""

        def way(who: Person, by: Person) -> None:
            who.patch("/api/v1/accounts/update_credentials", locked=True)
            id_ = by.follow(who)
            asked = _until(lambda: who.get("/api/v1/follow_requests"))[0]
            who.post(f"/api/v1/follow_requests/{asked['id']}/authorize")
            _until(lambda: by.relationship(id_)["following"])
            by.post(f"/api/v1/accounts/{id_}/unfollow")
            _until(lambda: who.get(f"/api/v1/accounts/{who.account}/followers") == [])

        for each in ((self.bob, self.gil), (self.gil, self.bob)):
            way(*each)

    def threads(self) -> None:
        """A thread of theirs is filled upwards and downwards."""
        first = self.gil.say("one")
        second = self.gil.say("two", in_reply_to_id=first["id"])
        third = self.gil.say("three", in_reply_to_id=second["id"])
        last = self.ann.open(third["uri"])
        above = f"/api/v1/statuses/{last['id']}/context"
        _until(lambda: [each["uri"] for each in self.ann.get(above)["ancestors"]] == [first["uri"], second["uri"]])

    def blocks(self) -> None:
        """A block ends the follow and is known there, and so is its end."""
        for by, other, of_other, of_by in (
            (self.ann, self.gus, self.gus_here, self.ann_there),
            (self.gus, self.ann, self.ann_there, self.gus_here),
        ):
            by.post(f"/api/v1/accounts/{of_other}/block")
            _until(lambda: other.relationship(of_by)["blocked_by"])
            assert not other.relationship(of_by)["following"]
            by.post(f"/api/v1/accounts/{of_other}/unblock")
            _until(lambda: not other.relationship(of_by)["blocked_by"])

    def _both_ways(self) -> tuple[tuple[Person, Person, Entity, Entity], ...]:
        """Who does something, whose post it is, the post, and what it is to who does it."""
        return (
            (self.gus, self.ann, self.ours, self.ours_there),
            (self.ann, self.gus, self.theirs, self.theirs_here),
        )

    def _allow(self, kind: str) -> None:
        """Say yes as soon as they can: what is asked for is fetched there after the question came."""

        def allowed() -> bool:
            asked = [each["id"] for each in _requests(self.gus) if each["type"] == kind]
            yes = f"/api/v1/interaction_requests/{asked[0]}/authorize" if asked else ""
            return bool(asked) and self.gus.client.post(yes).status_code == 200

        _until(allowed)


_SENTENCES: list[Callable[[_Life], None]] = [
    _Life.follow,
    _Life.posts,
    _Life.answers,
    _Life.favourites_and_boosts,
    _Life.edits,
    _Life.polls,
    _Life.privacy,
    _Life.profiles,
    _Life.refusals,
    _Life.leave,
    _Life.requests,
    _Life.threads,
    _Life.blocks,
]


def _until(look: Callable[[], Any], what: str = "it never comes") -> Any:
    return eventually(look, what, seconds=_SECONDS)


def _text(post: Entity) -> str:
    return unescape(re.sub("<[^>]+>", "", post["content"]))


def _read(who: Person, post: Entity) -> Entity:
    found: Entity = who.get(f"/api/v1/statuses/{post['id']}")
    return found


def _below(who: Person, post: Entity) -> list[str]:
    return [each["uri"] for each in who.get(f"/api/v1/statuses/{post['id']}/context")["descendants"]]


def _votes(who: Person, post: Entity) -> list[int]:
    return [each["votes_count"] for each in who.get(f"/api/v1/polls/{post['poll']['id']}")["options"]]


def _named(who: Person, id_: str, name: str) -> Entity | None:
    found: Entity = who.get(f"/api/v1/accounts/{id_}")
    return found if found["display_name"] == name else None


def _requests(who: Person) -> list[Entity]:
    """Return what waits for a yes of theirs."""
    found: list[Entity] = who.get("/api/v1/interaction_requests")
    return found
