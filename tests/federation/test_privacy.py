"""What is not for everybody reaches no server without somebody whom it is for, by no address and by nothing others do."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.federation.stranger import Reply, Stranger
from tests.federation.town import Entity, Person, Town, eventually

pytestmark = pytest.mark.slow

_numbers = itertools.count(1)
_NOBODYS = "110000000000000000"  # an id that no post has


@dataclass(frozen=True)
class Secrets:
    """What Bob said to his followers and to Ann alone, in words that occur nowhere else."""

    word: str
    bob: Person
    ann: Person
    for_followers: Entity
    for_ann: Entity
    known_to_ann: Entity


@pytest.fixture
def secrets(alder: Town, birch: Town) -> Secrets:
    """Two posts that Ann of the other server has, and nobody else."""
    ann, bob = alder.person("ann"), birch.person("bob")
    ann.befriend(bob)
    word = f"heron{next(_numbers)}x"
    for_followers = bob.say(f"{word} #{word}", visibility="private", spoiler_text=f"About {word}")
    for_ann = bob.say(f"@{ann.handle} {word} #{word}", visibility="direct")
    known = ann.sees(for_followers["uri"])
    ann.hears("mention", bob)
    return Secrets(word, bob, ann, for_followers, for_ann, known)


@pytest.fixture
def overheard(birch: Town) -> Iterator[list[str]]:
    """What somebody who follows nobody hears by streaming meanwhile."""
    lines: list[str] = []
    dan = birch.person("dan")
    listening = threading.Event()

    def listen() -> None:
        token = dan.client.headers["Authorization"].removeprefix("Bearer ")
        with birch.client(token) as client, client.stream("GET", "/api/v1/streaming/public") as stream:
            listening.set()
            for line in stream.iter_lines():
                lines.append(line)
                if "the end of it" in line:
                    return

    listener = threading.Thread(target=listen)
    listener.start()
    assert listening.wait(10)
    yield lines
    dan.say("the end of it")
    listener.join(20)
    assert not listener.is_alive()


def _places(id_: str, secrets: Secrets) -> list[str]:
    """Return the addresses of a post, and of what belongs to it."""
    name = secrets.bob.username
    told = f"/users/{name}/statuses/{id_}"
    places = [told, *(f"{told}/{each}" for each in ("activity", "replies", "replies?page=true", "likes", "shares"))]
    places += [f"/@{name}/{id_}", f"/contexts/{id_}", f"/contexts/{id_}?page=true"]
    places += [f"/@{name}/{id_}/{each}" for each in ("quotes", "history", "favourites", "boosts", "embed")]
    places += [f"/api/oembed?url=https://{secrets.bob.town.host}/@{name}/{id_}", f"/api/v1/statuses/{id_}"]
    return places + [
        f"/api/v1/statuses/{id_}/{each}" for each in ("context", "history", "reblogged_by", "favourited_by", "card")
    ]


def _lists(secrets: Secrets) -> list[str]:
    """Return the addresses of lists that posts are in."""
    name, word = secrets.bob.username, secrets.word
    places = [f"/users/{name}/{each}" for each in ("outbox", "outbox?page=true", "collections/featured")]
    places += [f"/@{name}", f"/@{name}/with_replies", f"/@{name}/feed.atom", f"/@{name}/tagged/{word}"]
    places += [f"/tags/{word}", f"/api/v1/timelines/tag/{word}", "/api/v1/timelines/public", "/explore"]
    return [*places, f"/api/v1/accounts/{secrets.bob.id}/statuses", f"/search?q={word}", f"/api/v2/search?q={word}"]


def test_no_address_tells_strangers_what_is_not_for_them(
    thorn: Stranger, birch: Town, secrets: Secrets, overheard: list[str]
) -> None:
    """Signed by somebody who follows nobody or not at all, as a page or a document: it looks as if it were not there."""
    mallory = thorn.person(f"snoop{next(_numbers)}")
    thorn.say(birch.inbox, "Follow", mallory, birch.person("dan").uri)
    eventually(lambda: thorn.heard(f'"{mallory}"'), "the server knows who asks")
    for key in (None, f"{mallory}#main-key"):
        for accept in ("application/activity+json", "text/html"):

            def ask(place: str, key: str | None = key, accept: str = accept) -> Reply:
                return thorn.ask(f"https://{birch.host}{place}", key=key, accept=accept)

            expected = [ask(place).status for place in _places(_NOBODYS, secrets)]
            for post in (secrets.for_followers, secrets.for_ann):
                answers = [ask(place) for place in _places(post["id"], secrets)]
                assert [each.status for each in answers] == expected, "whether it exists is nobody's business either"
                assert not any(secrets.word in each.text for each in answers)
            for place in _lists(secrets):
                text = ask(place).text
                assert secrets.for_followers["id"] not in text, place
                assert secrets.for_ann["id"] not in text, place
    assert thorn.heard(secrets.word) == []
    assert not any(secrets.word in line for line in overheard)


def test_nothing_that_others_do_opens_it(
    thorn: Stranger, alder: Town, birch: Town, secrets: Secrets, overheard: list[str]
) -> None:
    """Neither answers in public, boosts, quotes, favourites, nor who is on the same server as somebody whom it is for."""
    ann, bob, cat = secrets.ann, secrets.bob, alder.person("cat")
    carl = thorn.person(f"carl{next(_numbers)}")
    for whom in (ann, bob):  # their public words go to that server
        thorn.say(whom.town.inbox, "Follow", carl, whom.uri)
    eventually(lambda: len([each for each in thorn.heard(f'"{carl}"') if '"Accept"' in each.body]) == 2)
    copy = secrets.known_to_ann["id"]
    later = bob.say(f"{secrets.word} for those who follow by now", visibility="private")
    eventually(lambda: thorn.heard(later["uri"]), "whom bob lets follow is told")
    assert thorn.ask(later["uri"], key=f"{carl}#main-key").status == 200
    follower = bob.get("/api/v1/accounts/relationships", **{"id[]": [_id_of(bob, carl)]})[0]
    assert follower["followed_by"]
    bob.post(f"/api/v1/accounts/{_id_of(bob, carl)}/remove_from_followers")
    told = len(thorn.heard(secrets.word))
    assert thorn.ask(later["uri"], key=f"{carl}#main-key").status == 404
    bob.say(f"{secrets.word} again", visibility="private")

    assert ann.client.post(f"/api/v1/statuses/{copy}/reblog").status_code in (403, 404, 422)
    ann.client.post("/api/v1/statuses", json={"status": "Hear this", "quoted_status_id": copy})
    ann.post(f"/api/v1/statuses/{copy}/favourite")
    answer = ann.say(f"@{bob.handle} I agree", in_reply_to_id=copy, visibility="public")
    eventually(lambda: thorn.heard(answer["uri"]), "the answer is public")
    bob.hears("favourite", ann)
    for asker in (cat.client, alder.stranger):
        for place in (f"/api/v1/statuses/{copy}", f"/@{bob.handle}/{copy}", f"/api/v1/statuses/{copy}/context"):
            assert asker.get(place).status_code == 404
        for place in (f"/api/v1/timelines/tag/{secrets.word}", f"/api/v1/statuses/{answer['id']}/context"):
            shown = asker.get(place)
            assert shown.status_code == 200
            assert secrets.word not in shown.text
    assert cat.get("/api/v2/search", q=secrets.for_followers["uri"], resolve=True)["statuses"] == []
    assert cat.get("/api/v2/search", q=secrets.word)["statuses"] == []
    bob.say("Good night")  # whatever was to be told before is told by now
    ann.sees(bob.home()[0]["uri"])
    assert len(thorn.heard(secrets.word)) == told
    assert not any(secrets.word in line for line in overheard)


def _id_of(by: Person, uri: str) -> str:
    [found] = by.get("/api/v2/search", q=uri, resolve=True)["accounts"]
    return str(found["id"])
