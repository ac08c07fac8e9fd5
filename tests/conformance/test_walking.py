"""Walking: the lists that people scroll in for hours, 500 things long, both ways, while others write between the pages."""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from bema.model.ids import AccountId, PostId
from bema.model.policy import Kind, Standing, Visibility
from bema.store import bookmarks
from bema.store.follows import Terms
from bema.store.tx import WriteTx
from tests.conftest import Person, Square
from tests.make import _account, _favourite, _follow, _post

LENGTH = 500
PAGE = 40

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # lists of that length


class Scene:
    """Somebody in whose lists things arrive, the newest first in each of these."""

    def __init__(self, square: Square) -> None:
        self.square = square
        self.reader: Person = square.person("ann")
        self.author, self.writer = square.make.account("author"), square.make.account("writer")
        square.make.follow(self.reader.account, self.author)
        client = self.reader.client
        client.patch("/api/v2/notifications/policy", json={"for_private_mentions": "accept"})
        self.list_id = client.post("/api/v1/lists", json={"title": "Authors"}).json()["id"]
        client.post(f"/api/v1/lists/{self.list_id}/accounts", json={"account_ids": [str(self.author)]})
        self.posts: deque[str] = deque()
        self.letters: deque[str] = deque()
        self.followers: deque[str] = deque()

    def arrive(self, times: int) -> None:
        """Let something new come to the top of every list."""
        done = self.square.app.database.write_now(self._write, len(self.posts), times)
        for post, letter, follower in done:
            self.posts.appendleft(str(post))
            self.letters.appendleft(str(letter))
            self.followers.appendleft(str(follower))
        self.square.settle()

    def _write(self, tx: WriteTx, first: int, times: int) -> list[tuple[PostId, PostId, AccountId]]:
        me, done = self.reader.account, []
        for number in range(first, first + times):
            post = _post(tx, self.author, "Good morning", Visibility.PUBLIC, None, (), (), "en", None, None, None)
            _favourite(tx, me, post)
            bookmarks.add(tx, post, me)
            letter = _post(tx, self.writer, "A word", Visibility.DIRECT, None, (me,), (), "en", None, None, None)
            follower = _account(tx, f"follower{number}", None, Kind.PERSON, Standing.ACTIVE, "en", tx.now - number, {})
            _follow(tx, follower, me, Terms())
            done.append((post, letter, follower))
        return done


class Walk(NamedTuple):
    """A list, what is in it now, and by what an item is known there."""

    url: str
    truth: deque[str]
    key: Callable[[Any], str]


def _walks(scene: Scene) -> list[Walk]:
    def id_(item: Any) -> str:
        return str(item["id"])

    mentions = "types[]=mention"
    return [
        Walk("/api/v1/timelines/home?", scene.posts, id_),
        Walk("/api/v1/timelines/public?", scene.posts, id_),
        Walk(f"/api/v1/timelines/list/{scene.list_id}?", scene.posts, id_),
        Walk(f"/api/v1/accounts/{scene.author}/statuses?", scene.posts, id_),
        Walk("/api/v1/favourites?", scene.posts, id_),
        Walk("/api/v1/bookmarks?", scene.posts, id_),
        Walk(f"/api/v1/accounts/{scene.reader.account}/followers?", scene.followers, id_),
        Walk(f"/api/v1/notifications?{mentions}&", scene.letters, lambda told: str(told["status"]["id"])),
        Walk(f"/api/v2/notifications?{mentions}&", scene.letters, lambda group: str(group["status_id"])),
        Walk("/api/v1/conversations?", scene.letters, lambda letters: str(letters["last_status"]["id"])),
    ]


def test_long_lists_are_walked_both_ways_while_others_write(square: Square) -> None:
    """Downward one sees what was there at the start, upward all that came meanwhile; nothing twice, nothing left out."""
    scene = Scene(square)
    scene.arrive(LENGTH)
    for walk in _walks(scene):
        began = list(walk.truth)
        down, turn = _followed(scene, walk, f"{walk.url}limit={PAGE}", "next")
        assert [item for page in down for item in page] == began, walk.url
        up, _ = _followed(scene, walk, turn, "prev")
        assert [item for page in reversed(up) for item in page] == list(walk.truth)[: -len(down[-1])], walk.url


def _followed(scene: Scene, walk: Walk, url: str, rel: str) -> tuple[list[list[str]], str]:
    """Follow the links to the end; return the pages, and where the last of them begins in the other direction."""
    pages: list[list[str]] = []
    back = ""
    while True:
        answer = scene.reader.client.get(url)
        assert answer.status == 200, answer.text
        items = answer.json()
        page = [walk.key(item) for item in (items["notification_groups"] if isinstance(items, dict) else items)]
        if not page:
            return pages, back
        pages.append(page)
        link, back = answer.link(rel), answer.link("prev") or ""
        if link is None:
            return pages, back
        url = link
        if len(pages) % 4 == 1:
            scene.arrive(1)
