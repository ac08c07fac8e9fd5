"""Whoever asks another server may get anything, or nothing ever: what is taken in is bounded, and nobody is sent inside."""

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Iterator

import pytest
from aiohttp import web

from bema.model import limits
from tests.federation.network import Place
from tests.federation.stranger import ACTIVITY, AS, Document, Page, Stranger
from tests.federation.town import Person, Town, eventually

pytestmark = pytest.mark.slow

_numbers = itertools.count(1)
_MEMORY = 48 << 20  # bytes that a hostile answer may cost for a moment


@pytest.fixture
def bob(birch: Town) -> Person:
    """Somebody who looks for what is elsewhere."""
    return birch.person("bob")


class Ground:
    """What must not be stepped on: ports of the server's own machine, which count who came."""

    def __init__(self, place: Place) -> None:
        self.stepped = 0
        self._place = place
        self._servers = [place.run(asyncio.start_server(self._count, "127.0.0.1", port)) for port in (80, 443)]

    async def _count(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.stepped += 1
        writer.close()

    def close(self) -> None:
        """Count no more."""
        self._place.run(self._close())

    async def _close(self) -> None:
        for each in self._servers:
            each.close()


@pytest.fixture
def inside(birch: Town) -> Iterator[Ground]:
    """What is inside of the machine that is asked."""
    ground = Ground(birch.place)
    yield ground
    ground.close()


def looked_for(by: Person, url: str) -> list[str]:
    """Look for an address, and return the ids of what was found."""
    found = by.get("/api/v2/search", q=url, resolve=True)
    return [each["uri"] for each in (*found["statuses"], *found["accounts"])]


def test_a_document_is_believed_about_its_own_server_alone(thorn: Stranger, bob: Person, alder: Town) -> None:
    """What is found at one address and claims another counts as the other says, if it says it (CVE-2024-23832)."""
    ann, mallory = alder.person("ann"), thorn.person(f"trapper{next(_numbers)}")
    said = ann.say("My own words")
    place = f"https://{thorn.host}/lies/{next(_numbers)}"

    def lie(**more: object) -> str:
        url = f"{place}-{next(_numbers)}"
        thorn.pages[url] = thorn.note(mallory, 1, "Never said") | {"id": url} | more
        return url

    assert looked_for(bob, lie()) != [], "the truth is found, or this test would find nothing"
    copied = lie(id=said["uri"], attributedTo=ann.uri)
    assert looked_for(bob, copied) in ([], [said["uri"]])
    if bob.town.has(said["uri"]):
        assert "My own words" in bob.open(said["uri"])["content"]
    for wrong in (
        lie(attributedTo=ann.uri),
        lie(attributedTo=f"https://{thorn.other_host}/users/eve"),
        lie(id=f"https://{thorn.other_host}/notes/1"),
        lie(id=f"{place}/nowhere"),
        lie(id="http://thorn.example/notes/1"),
        lie(id=f"https://{bob.town.host}/users/{bob.username}/statuses/1"),
        lie(id=None),
        lie(type="Create"),
    ):
        assert looked_for(bob, wrong) == [], thorn.pages[wrong]


@pytest.mark.parametrize("kind", ["text/html", "application/json", "application/ld+json", "image/png", ""])
def test_what_is_not_called_a_document_is_none(thorn: Stranger, bob: Person, kind: str) -> None:
    """Anybody may upload a file that looks like one (CVE-2024-25623)."""
    note = thorn.note(thorn.person(f"trapper{next(_numbers)}"), 1, "An upload")
    body = json.dumps(note).encode()

    async def page(_asked: web.Request) -> web.Response:
        return web.Response(body=body, headers={"Content-Type": kind} if kind else {})

    thorn.pages[note["id"]] = page
    assert looked_for(bob, note["id"]) == []


def _sent_to(target: str) -> Page:
    async def page(_asked: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    return page


def test_nobody_sends_the_server_inside(thorn: Stranger, bob: Person, inside: Ground) -> None:
    """Neither by an address, nor a name that leads there, nor a redirect, a key, an inbox or a picture."""
    targets = [
        "http://127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://inside.example/users/x",
        "https://office.example/users/x",
        "https://localhost/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://169.254.169.254/latest/meta-data",
        f"https://{thorn.host}@127.0.0.1/x",
    ]
    for number, target in enumerate(targets):
        door = f"https://{thorn.host}/doors/{next(_numbers)}"
        thorn.pages[door] = _sent_to(target)
        assert looked_for(bob, door) == []
        assert looked_for(bob, target) == []
        actor = thorn.person(f"trapper{next(_numbers)}")
        thorn.say(bob.town.inbox, "Follow", actor, bob.uri, id=f"{target}#{number}")
        thorn.bring(
            bob.town.inbox, {"@context": AS, "id": "x", "type": "Like", "actor": actor, "object": "x"}, key=target
        )
        lured = thorn.person(
            f"trapper{next(_numbers)}",
            inbox=target,
            endpoints={"sharedInbox": target},
            icon={"type": "Image", "url": target},
        )
        assert thorn.say(bob.town.inbox, "Follow", lured, bob.uri).status == 202
    assert bob.get("/api/v2/search", q="@x@inside.example", resolve=True)["accounts"] == []
    honest = thorn.person(f"honest{next(_numbers)}")
    thorn.say(bob.town.inbox, "Follow", honest, bob.uri)
    eventually(lambda: thorn.heard(f'"{honest}"'), "who asks honestly is not answered")
    bob.say("To all inboxes")
    eventually(lambda: thorn.heard("To all inboxes"))
    assert inside.stepped == 0


def test_an_answer_without_end_is_not_swallowed(thorn: Stranger, bob: Person) -> None:
    """After its limit the server stops reading, and holds no more than that."""
    sent = 0

    async def endless(asked: web.Request) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse(headers={"Content-Type": ACTIVITY})
        await answer.prepare(asked)
        while asked.transport is not None and not asked.transport.is_closing():
            await answer.write(b" " * 65_536)
            sent += 65_536
            await asyncio.sleep(0)  # or it would not hear that nobody is there any more
        return answer

    thorn.pages[url := f"https://{thorn.host}/endless/{next(_numbers)}"] = endless
    before = bob.town.memory()
    assert looked_for(bob, url) == []
    assert bob.town.memory() - before < _MEMORY
    assert sent < 16 << 20, "what waits on the way is little"


def test_redirects_that_go_round_come_to_an_end(thorn: Stranger, bob: Person) -> None:
    """After a few steps, whether they go in a circle or lead ever further on."""
    asked = 0

    async def onward(asked_: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        thorn.pages[url := f"https://{thorn.host}/on/{next(_numbers)}"] = onward
        return web.Response(status=302, headers={"Location": url})

    start = f"https://{thorn.host}/on/{next(_numbers)}"
    thorn.pages[start] = onward
    assert looked_for(bob, start) == []
    assert asked <= 4 * (limits.FETCH_REDIRECTS + 1), "each kind of signature, and each reading, once"


@pytest.mark.parametrize(
    "body",
    [
        b'{"type":"Create","object":' + b"[" * 400_000 + b"]" * 400_000 + b"}",
        b'{"type":"Create","object":' + b'{"object":' * 80_000 + b"1" + b"}" * 80_000 + b"}",
        b'{"type":"Create","actor":"https://thorn.example/users/m","object":[' + b'"x",' * 250_000 + b'"x"]}',
        b'{"id":' + b"9" * 900_000 + b"}",
    ],
    ids=["lists in lists", "things in things", "a long list", "a long number"],
)
def test_a_body_made_to_be_hard_to_read_is_cheap(thorn: Stranger, bob: Person, body: bytes) -> None:
    """It is refused, or taken and dropped, in a moment, and nobody else waits."""
    before = bob.town.memory()
    reply = thorn.bring(bob.town.inbox, body, key=f"https://{thorn.host}/users/m#main-key")
    assert reply.status in (202, 400, 401, 413)
    assert bob.town.memory() - before < _MEMORY


def test_a_body_that_is_too_long_is_not_read(thorn: Stranger, bob: Person) -> None:
    """More than an activity may have is refused."""
    body = b'{"x":"' + b"x" * limits.REMOTE_BYTES + b'"}'
    assert thorn.bring(bob.town.inbox, body, key=f"https://{thorn.host}/users/m#main-key").status == 413


def test_deletions_of_people_whom_nobody_knows_cost_nothing(thorn: Stranger, bob: Person) -> None:
    """A server that loses many people tells everybody: no question is asked for them, and others are answered meanwhile."""
    asked = len(thorn.told)
    for _ in range(60):
        gone = f"https://{thorn.host}/users/gone{next(_numbers)}"
        thorn.pages[gone] = _gone
        reply = thorn.say(bob.town.inbox, "Delete", gone, gone)
        assert reply.status in (202, 401)
    bob.home()
    assert len(thorn.told) == asked


async def _gone(_asked: web.Request) -> web.Response:
    return web.Response(status=410)


def test_who_answers_with_nothing_ever_holds_up_nobody(thorn: Stranger, bob: Person, alder: Town) -> None:
    """Neither who looks for something else nor who waits for a post; who asked is answered when the time is over."""
    ann = alder.person("ann")
    ann.befriend(bob)
    released = asyncio.Event()
    held = 0

    async def never(asked: web.Request) -> web.StreamResponse:
        nonlocal held
        held += 1
        answer = web.StreamResponse(headers={"Content-Type": ACTIVITY})
        await answer.prepare(asked)
        await released.wait()
        return answer

    stuck = thorn.person(f"stuck{next(_numbers)}")
    thorn.say(bob.town.inbox, "Follow", stuck, bob.uri)
    eventually(lambda: thorn.heard(f'"{stuck}"'))
    thorn.pages[f"{stuck}/inbox"] = never
    pits = [f"https://{thorn.host}/pit/{next(_numbers)}" for _ in range(12)]
    thorn.pages.update(dict.fromkeys(pits, never))
    before = bob.town.memory()
    finders = [bob.town.person("finder") for _ in pits]
    found: list[list[str]] = []
    searches = [
        threading.Thread(target=lambda by=by, pit=pit: found.append(looked_for(by, pit)))
        for by, pit in zip(finders, pits, strict=True)
    ]
    for each in searches:
        each.start()
    eventually(lambda: held > 2)
    assert bob.home() == []
    said = [bob.say(f"In spite of it {number}") for number in range(3)]
    for post in said:
        ann.sees(post["uri"])
    assert looked_for(bob, ann.say("And found")["uri"]) != []
    assert all(each.is_alive() for each in searches) or found, "they waited all the time"
    for each in searches:
        each.join(3 * limits.PEER_SECONDS)
        assert not each.is_alive()
    assert found == [[]] * len(pits)
    assert bob.town.memory() - before < _MEMORY
    thorn.run(_set(released))


async def _set(event: asyncio.Event) -> None:
    event.set()


def test_a_thread_that_goes_up_for_ever_is_followed_for_a_while(thorn: Stranger, bob: Person) -> None:
    """Each post answers another that was never heard of: the server asks for a bounded number, and is done."""
    mallory = thorn.person(f"trapper{next(_numbers)}")
    thread = next(_numbers)
    asked = 0

    def post(number: int) -> Document:
        answered = f"{mallory}/notes/{thread}-{number + 1}"
        return thorn.note(mallory, f"{thread}-{number}", f"Turtle {number}", inReplyTo=answered)

    def page(number: int) -> Page:
        async def tell(_asked: web.Request) -> web.Response:
            nonlocal asked
            asked += 1
            thorn.pages[f"{mallory}/notes/{thread}-{number + 1}"] = page(number + 1)
            return web.Response(text=json.dumps(post(number)), content_type=ACTIVITY)

        return tell

    thorn.pages[f"{mallory}/notes/{thread}-0"] = page(0)
    assert looked_for(bob, f"{mallory}/notes/{thread}-0") != []
    count = -1
    while count != asked:
        count = asked
        time.sleep(1)  # it went on for a second: it is not done
    assert asked <= 2 * 100 + 10
    assert bob.home() == []
