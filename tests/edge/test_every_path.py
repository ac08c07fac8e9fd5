"""Every address that can be read is asked for what is not for everybody; the route tables make the list, so none is forgotten."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest

from bema.app import API
from bema.edge.activitypub import ROUTES as FEDERATION
from bema.edge.authentication import SESSION_COOKIE
from bema.edge.routes import Route
from bema.edge.web import ROUTES as PAGES
from bema.model.policy import Role
from tests.client import Client, File, Response
from tests.conftest import Person, Square
from tests.edge.activitypub.askers import asker
from tests.edge.test_matrices import DOT

WORDS = ("Zwetschgenknödel", "Marillenfleck", "Powidltascherl", "Topfengolatsche", "Buchtelfest", "Nussbeugerl")
TEXT, WARNING, OPTION, ALT, BEFORE, TAG = WORDS
NEVER_ENDING = "/api/v1/streaming"  # what streams tell is tried in tests/streaming/test_visibility.py
READ = [
    route
    for route in dict.fromkeys((*API, *PAGES, *FEDERATION))
    if route.method == "GET" and not route.path.startswith(NEVER_ENDING)
]
PLACE = re.compile(r"\{(\w+)\}")


# Who may see what is proven on both databases elsewhere; here all paths are walked, which takes long.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Scene:
    """What somebody said to few, and everything around it through which it might be read."""

    def __init__(self, square: Square) -> None:
        self.author, self.friend = square.person("author"), square.person("friend")
        square.make.follow(self.friend.account, self.author.account)
        say, said = self.author.client.post, "/api/v1/statuses"
        self.root = int(say(said, json={"status": "The beginning"}).json()["id"])
        self.hidden: list[int] = []
        for visibility in ("private", "direct"):
            words: dict[str, Any] = {
                "visibility": visibility,
                "spoiler_text": WARNING,
                "in_reply_to_id": str(self.root),
            }
            text = f"{TEXT} for @friend #{TAG}"
            file = say("/api/v2/media", files={"file": File("dot.png", DOT, "image/png")}, form={"description": ALT})
            pictured = say(said, json={**words, "status": text, "media_ids": [file.json()["id"]]}).json()
            poll = {"options": [OPTION, "Other"], "expires_in": 3_600}
            asked = say(said, json={**words, "status": f"{BEFORE} @friend", "poll": poll}).json()
            self.author.client.put(
                f"{said}/{asked['id']}", json={"status": text, "spoiler_text": WARNING, "poll": poll}
            )
            self.hidden += [int(pictured["id"]), int(asked["id"])]
            self.file = int(file.json()["id"])
        self.answers = [
            int(self.friend.client.post(said, json={"status": "Indeed", "in_reply_to_id": str(each)}).json()["id"])
            for each in self.hidden[::3]
        ]
        for each in self.hidden:
            for act in ("favourite", "bookmark"):
                self.friend.client.post(f"{said}/{each}/{act}")
            self.author.client.post(f"{said}/{each}/pin")
            self.author.client.post(f"{said}/{each}/reblog")
        say(said, json={"status": f"{TEXT} later", "scheduled_at": "2026-02-01"})
        square.settle()

    def values(self, route: Route, place: str) -> list[str]:
        """Tell what may stand in a place of a path; every place has something, or this fails."""
        named = {
            "acct": ["author"],
            "date": ["2026-01-01"],
            "digest": ["0" * 64],
            "group_key": [f"favourite-{self.hidden[0]}"],
            "hashtag": [TAG],
            "key": ["x"],
            "name": [TAG, "bookmarks", "following"],
            "number": ["1"],
            "place": ["1"],
            "quoting_status_id": [str(self.answers[0])],
            "shortcode": ["x"],
            "token": ["x"],
            "year": ["2026"],
        }
        if place in named:
            return named[place]
        assert place in ("id", "account_id", "item_id"), f"{route.path}: say here what fills {{{place}}}"
        return [str(each) for each in (*self.hidden, self.root, self.answers[0], self.author.account, self.file)]

    def addresses(self) -> Iterator[str]:
        """Tell every address, with everything in its query that leads to what is hidden."""
        ids = "&".join(f"id[]={each}" for each in self.hidden)
        place = quote(f"https://square.example/@author/{self.hidden[0]}")
        query = f"{ids}&url={place}&uri={place}&q={quote(TEXT)}&tag={TAG}&tagged={TAG}&page=true&resolve=true&limit=40"
        for route in READ:
            places = PLACE.findall(route.path)
            for filled in product(*(self.values(route, each) for each in places)):
                path = route.path
                for each, value in zip(places, filled, strict=True):
                    path = path.replace(f"{{{each}}}", value)
                yield f"{path}?{query}"


def leaks(scene: Scene, client: Client, **headers: str) -> list[str]:
    """Ask for everything, and return where a word was found that is not for this reader."""
    found = []
    for address in scene.addresses():
        answer = client.get(address, headers=headers)
        assert answer.status < 500, (address, answer.text)
        assert answer.status != 429, "what is refused shows nothing"
        if shows(answer, address):
            found.append(address.partition("?")[0])
    return found


def shows(answer: Response, address: str) -> bool:
    """Tell whether an answer has one of the words, but for those that were in the question."""
    text = answer.body.decode("utf-8", "replace")
    asked = {TEXT, TAG} if "q=" in address else set()
    words = [word for word in WORDS if word not in asked]
    plain = text.replace(quote(TEXT), "")
    return any(word in text for word in words) or f"{TEXT} for" in plain


def with_session(square: Square, person: Person) -> Client:
    """Return somebody's client, which can read pages too."""
    person.client.cookies[SESSION_COOKIE] = square.make.session(person.login, person.account)
    return person.client


@pytest.mark.slow
@on_sqlite
def test_no_address_shows_strangers_what_is_for_few(square: Square) -> None:
    """Nobody in particular, as a browser and as a server."""
    scene = Scene(square)
    assert leaks(scene, square.stranger) == []
    assert leaks(scene, square.stranger, accept="application/activity+json") == []


@pytest.mark.slow
@on_sqlite
@pytest.mark.parametrize("role", [None, Role.MODERATOR])
def test_no_address_shows_others_here_what_is_for_few(square: Square, role: Role | None) -> None:
    """Neither who is signed in, nor the staff, to whom nobody reported it."""
    scene = Scene(square)
    eve = square.person("eve") if role is None else square.staff("eve", role)
    square.make.follow(eve.account, scene.friend.account)
    assert leaks(scene, with_session(square, eve)) == []


@on_sqlite
def test_no_address_shows_other_servers_what_is_for_few(square: Square) -> None:
    """Signed by somebody who follows the one whom it names, and not the author."""
    scene = Scene(square)
    carl = asker(square.app.database)
    square.make.follow(carl.account, scene.friend.account)
    federated = {route.path for route in FEDERATION}
    for address in scene.addresses():
        if any(re.fullmatch(PLACE.sub("[^/]+", each), address.partition("?")[0]) for each in federated):
            answer = carl.get(square, address)
            assert not shows(answer, address), address


@pytest.mark.slow
@on_sqlite
def test_whom_it_is_for_finds_it_on_many_paths(square: Square) -> None:
    """Else the tests above would find nothing where there is something."""
    scene = Scene(square)
    found = set(leaks(scene, with_session(square, scene.friend)))
    paths = ["/api/v1/statuses", "/api/v1/timelines/home", "/api/v1/notifications", "/api/v1/bookmarks",
             "/api/v1/favourites", "/api/v1/conversations", "/api/v2/search", "/home", "/notifications", "/bookmarks",
             f"/api/v1/statuses/{scene.root}/context", f"/api/v1/statuses/{scene.hidden[1]}/history",
             f"/api/v1/polls/{scene.hidden[1]}", f"/@author/{scene.hidden[0]}", f"/@author/{scene.root}"]  # fmt: skip
    assert sorted(set(paths) - found) == []
