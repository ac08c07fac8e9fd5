"""Who reacts with an emoji is seen to, by readers of pages and by clients that know of it; for all others it is a favourite."""

from collections.abc import Callable
from typing import Any

import pytest

from bema.domain import leaving
from bema.model import limits
from bema.store import remote_actors
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import act

ANN = "https://mastodon.example/users/ann"
EVE = "https://elsewhere.example/users/eve"
BOB = "https://square.example/users/bob"
CAT = "https://mastodon.example/cat.png"


@pytest.fixture
def others(others: Elsewhere) -> Elsewhere:
    """The servers of others, with those whom these tests know."""
    others.person("ann")
    others.person("eve", "elsewhere.example")
    return others


@pytest.fixture
def post(square: Square, bob: Person) -> int:
    """A post of Bob's."""
    return square.make.post(bob.account)


@pytest.fixture
def says(square: Square, others: Elsewhere, bob: Person) -> Callable[..., None]:
    """Brings activities of people who are known here, and lets all follow from them."""

    def says_(*documents: dict[str, Any]) -> None:
        for document in documents:
            assert others.say(square.stranger, document).status == 202
        square.settle()

    says_(act("Block", BOB), act("Block", BOB, actor=EVE))  # which Bob hears nothing of
    says_(*[undo(act("Block", BOB, actor=by)) for by in (ANN, EVE)])
    return says_


def react(post: int, emoji: str | None, number: int = 1, *, by: str = ANN, kind: str = "EmojiReact") -> dict[str, Any]:
    """Make a reaction as Pleroma sends it."""
    more: dict[str, Any] = {} if emoji is None else {"content": emoji}
    if emoji is not None and emoji.startswith(":"):
        more["tag"] = [{"type": "Emoji", "name": emoji, "icon": {"type": "Image", "url": CAT}}]
    return act(kind, f"{BOB}/statuses/{post}", actor=by, **more) | {"id": f"{by}#likes/{number}"}


def undo(document: dict[str, Any], *, by_name: bool = False) -> dict[str, Any]:
    """Make what takes something back."""
    what = document["id"] if by_name else document
    return act("Undo", what, actor=document["actor"]) | {"id": f"{document['id']}/undo"}


def seen(square: Square, post: int) -> tuple[int, list[tuple[str, int]]]:
    """Return how many favourites and which reactions clients are told of."""
    status = square.stranger.get(f"/api/v1/statuses/{post}").json()
    found = status.get("pleroma", {"emoji_reactions": []})["emoji_reactions"]
    return status["favourites_count"], [(each["name"], each["count"]) for each in found]


def test_reactions_are_shown_as_what_they_are(
    square: Square, bob: Person, post: int, says: Callable[..., None]
) -> None:
    """Each kind with its number, a custom one with its picture; each person is one favourite, and one notice."""
    says(react(post, "🐈"), react(post, ":cat:", 2), react(post, "🐈", 3, by=EVE, kind="Like"))
    assert seen(square, post) == (2, [("🐈", 2), ("cat@mastodon.example", 1)])
    told = [each["type"] for each in bob.client.get("/api/v1/notifications").json()]
    assert told == ["favourite", "favourite"]
    status = square.stranger.get(f"/api/v1/statuses/{post}").json()
    picture = status["pleroma"]["emoji_reactions"][1]["url"]
    assert picture.startswith("https://square.example/")
    page = square.stranger.get(f"/@bob/{post}").text
    assert "🐈" in page
    assert f'src="{picture}"' in page
    assert "pleroma" not in square.stranger.get(f"/api/v1/statuses/{square.make.post(bob.account)}").json()


def test_what_is_taken_back_is_gone(square: Square, post: int, says: Callable[..., None]) -> None:
    """One reaction of several, whole or by its name; the favourite goes with the last, and not without it."""
    like, cat, dog = react(post, None, 1, kind="Like"), react(post, "🐈", 2), react(post, "🐕", 3)
    says(like, cat, dog, undo(cat))
    assert seen(square, post) == (1, [("🐕", 1)])
    says(undo(dog, by_name=True))
    assert seen(square, post) == (1, [])
    says(undo(like, by_name=True))
    assert seen(square, post) == (0, [])


def test_a_replay_and_a_stranger_change_nothing(square: Square, post: int, says: Callable[..., None]) -> None:
    """The same again is the same; nobody takes back what another said."""
    cat = react(post, "🐈")
    says(
        cat,
        cat | {"id": f"{ANN}#again"},
        undo(cat | {"actor": EVE}),
        undo({"id": cat["id"], "actor": EVE}, by_name=True),
    )
    assert seen(square, post) == (1, [("🐈", 1)])


def test_what_was_taken_back_before_it_came_does_not_come(square: Square, post: int, says: Callable[..., None]) -> None:
    """Servers send in any order."""
    cat = react(post, "🐈")
    says(undo(cat), cat)
    assert seen(square, post) == (0, [])


def test_kinds_are_bounded(square: Square, bob: Person, others: Elsewhere, says: Callable[..., None]) -> None:
    """Neither one person nor many fill a post: what is beyond is a plain favourite."""
    post = square.make.post(bob.account)
    says(*[react(post, chr(0x1F400 + number), number) for number in range(limits.REACTIONS_EACH + 3)])
    favourites, kinds = seen(square, post)
    assert (favourites, len(kinds)) == (1, limits.REACTIONS_EACH)
    people = limits.REACTION_KINDS // limits.REACTIONS_EACH + 1
    for person in range(people):
        by = others.person(f"p{person}", "elsewhere.example")
        first = person * limits.REACTIONS_EACH
        says(
            *[
                react(post, chr(0x1F410 + number), number, by=by)
                for number in range(first, first + limits.REACTIONS_EACH)
            ]
        )
    favourites, kinds = seen(square, post)
    assert (favourites, len(kinds)) == (1 + people, limits.REACTION_KINDS)


def test_who_is_gone_took_their_reactions_along(square: Square, post: int, says: Callable[..., None]) -> None:
    """As if they had taken them back."""
    says(react(post, "🐈"), react(post, "🐈", by=EVE))
    known = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert known is not None
    square.app.database.write_now(leaving.leave, known.id)
    square.settle()
    assert seen(square, post) == (1, [("🐈", 1)])


def test_pictures_that_are_not_wanted_are_not_shown(square: Square, post: int, says: Callable[..., None]) -> None:
    """An emoji without a picture is a plain favourite, whoever sends it; garbage is too."""
    bare = react(post, ":cat:")
    says(bare | {"tag": [{"type": "Emoji", "name": ":cat:"}]}, react(post, "cats", 2, by=EVE))
    assert seen(square, post) == (2, [])
