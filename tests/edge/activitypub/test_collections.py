"""The lists that other servers read: whole, in bounded pages, at a cost that does not depend on what is in them."""

from collections.abc import Iterator
from typing import Any

from bema.domain import recounting
from bema.model import limits
from bema.model.ids import PostId
from bema.model.policy import Visibility
from bema.store import accounts
from tests.client import Client
from tests.conftest import Square
from tests.edge.activitypub.askers import asker
from tests.make import HERE

ACTIVITY = {"accept": "application/activity+json"}
ROOT = f"https://{HERE}"


def read(client: Client, uri: str) -> dict[str, Any]:
    """Read a document as another server does."""
    answer = client.get(uri.removeprefix(ROOT), headers=ACTIVITY)
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == "application/activity+json; charset=utf-8"
    told: dict[str, Any] = answer.json()
    return told


def walk(client: Client, uri: str) -> Iterator[dict[str, Any]]:
    """Read a list to its end."""
    told = read(client, uri)
    page = told["first"]
    for _ in range(50):
        if isinstance(page, str):
            page = read(client, page)
        assert page["partOf"] == told["id"]
        yield page
        if "next" not in page:
            return
        page = page["next"]
    raise AssertionError("it never ends")


def address(post: PostId, name: str = "ann") -> str:
    """Return the id of a post."""
    return f"{ROOT}/users/{name}/statuses/{post}"


def test_an_outbox_tells_posts_and_boosts_newest_first(square: Square) -> None:
    """Who follows somebody anew fills the profile from it."""
    ann, ben = square.make.account("ann"), square.make.account("ben")
    theirs = square.make.post(ben)
    expected = [f"{address(square.make.post(ann))}/activity" for _ in range(limits.TOLD_PAGE + 2)]
    expected.append(f"{address(square.make.boost(ann, theirs))}/activity")
    square.settle()
    assert read(square.stranger, "/users/ann/outbox")["totalItems"] == limits.TOLD_PAGE + 3
    pages = list(walk(square.stranger, "/users/ann/outbox"))
    assert [each["id"] for page in pages for each in page["orderedItems"]] == expected[::-1]
    assert len(pages[0]["orderedItems"]) == limits.TOLD_PAGE
    assert pages[0]["orderedItems"][0]["type"] == "Announce"
    assert pages[0]["orderedItems"][1]["object"]["type"] == "Note"
    back = read(square.stranger, pages[1]["prev"])
    assert [each["id"] for each in back["orderedItems"]] == [each["id"] for each in pages[0]["orderedItems"]]


def test_followers_and_followed_are_told_by_their_ids(square: Square) -> None:
    """Those from elsewhere by theirs."""
    ann = square.make.account("ann")
    for number in range(limits.TOLD_PEOPLE + 1):
        far = square.make.account(f"far{number}", host="far.example")
        square.make.follow(far, ann)
        square.make.follow(ann, far)
    square.settle()
    for name in ("followers", "following"):
        assert read(square.stranger, f"/users/ann/{name}")["totalItems"] == limits.TOLD_PEOPLE + 1
        found = [each for page in walk(square.stranger, f"/users/ann/{name}") for each in page["orderedItems"]]
        assert len(set(found)) == limits.TOLD_PEOPLE + 1
        assert found[-1] == "https://far.example/users/far0"


def test_who_hides_their_followers_tells_how_many(square: Square) -> None:
    """And no page of them, whatever is asked for."""
    ann, ben = square.make.account("ann"), square.make.account("ben")
    square.make.follow(ben, ann)
    square.app.database.write_now(lambda tx: accounts.change(tx, ann, hide_collections=True))
    square.settle()
    for query in ("", "?page=true", "?page=true&max_id=9000000000000000000"):
        told = read(square.stranger, f"/users/ann/followers{query}")
        assert told == {**told, "type": "OrderedCollection", "totalItems": 1}
        assert not {"first", "orderedItems"} & told.keys()
        assert "ben" not in str(told)


def test_a_server_is_told_which_of_its_own_people_follow_and_no_others(square: Square) -> None:
    """FEP-8fcf: so that two servers who forgot different things agree again; nobody learns of followers elsewhere."""
    ann, bob = square.make.account("ann"), asker(square.app.database)
    others = [square.make.account(name, host="other.example") for name in ("cat", "dan", "eve")]
    for each in (
        bob.account,
        *others[:2],
        square.make.account("fay", host="third.example"),
        square.make.account("gus"),
    ):
        square.make.follow(each, ann)
    square.app.database.write_now(lambda tx: accounts.change(tx, ann, hide_collections=True))
    answer = bob.get(square, "/users/ann/followers_synchronization")
    assert answer.headers["cache-control"] == "private, no-store"
    told = answer.json()
    expected = [f"https://other.example/users/{name}" for name in ("bob", "cat", "dan")]
    assert (told["id"], told["orderedItems"]) == (f"{ROOT}/users/ann/followers_synchronization", expected)
    digests = square.app.database.read_now(recounting.digests, ann)
    assert digests.keys() == {"https://other.example", "https://third.example"}
    assert digests["https://other.example"] == recounting.digest(reversed(expected))
    unsigned = square.stranger.get("/users/ann/followers_synchronization", headers=ACTIVITY)
    assert unsigned.status == 401


def test_a_digest_is_the_one_of_the_proposal() -> None:
    """The example of FEP-8fcf, so that the other side comes to the same."""
    followers = [f"https://testing.example.org/users/{number}" for number in (1, 2)]
    assert recounting.digest(followers) == "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"
    assert recounting.digest([]) == "0" * 64


def test_pins_and_tags_are_told_whole(square: Square) -> None:
    """They are few."""
    ann = square.person("ann", scopes="read write")
    posts = [square.make.post(ann.account, tags=["heron"]) for _ in range(3)]
    for each in posts[:2]:
        assert ann.client.post(f"/api/v1/statuses/{each}/pin").status == 200
    assert ann.client.post("/api/v1/featured_tags", json={"name": "heron"}).status == 200
    pinned = read(square.stranger, "/users/ann/collections/featured")
    assert [each["id"] for each in pinned["orderedItems"]] == [address(each) for each in posts[1::-1]]
    shown = read(square.stranger, "/users/ann/collections/tags")
    assert [(each["name"], each["href"]) for each in shown["items"]] == [("#heron", f"{ROOT}/@ann/tagged/heron")]


def test_answers_are_told_the_authors_first(square: Square) -> None:
    """Servers that read no more than the first page have the whole of what the author said."""
    ann, ben = square.make.account("ann"), square.make.account("ben")
    first = square.make.post(ann)
    own, others = [], []
    for _ in range(3):
        own.append(address(square.make.post(ann, in_reply_to=first)))
        others += [address(square.make.post(ben, in_reply_to=first), "ben") for _ in range(9)]
    pages = list(walk(square.stranger, f"{address(first)}/replies"))
    assert pages[0]["items"] == own
    assert [each for page in pages[1:] for each in page["items"]] == others
    square.make.post(ben, in_reply_to=first, visibility=Visibility.DIRECT)
    last = address(square.make.post(ann, in_reply_to=first))
    assert last in read(square.stranger, f"{address(first)}/replies")["first"]["items"]


def test_an_answer_of_the_author_that_came_late_is_told_after_all(square: Square) -> None:
    """The author's own answers that do not fit on the first page stand among the others."""
    ann = square.make.account("ann")
    first = square.make.post(ann)
    own = [address(square.make.post(ann, in_reply_to=first)) for _ in range(limits.TOLD_PAGE + 3)]
    pages = list(walk(square.stranger, f"{address(first)}/replies"))
    assert [each for page in pages for each in page["items"]] == own


def test_a_thread_that_began_here_is_told_whole(square: Square) -> None:
    """FEP-7888: who comes into the middle of it finds the rest."""
    ann, ben = square.make.account("ann"), square.make.account("ben")
    posts = [square.make.post(ann)]
    names = ["ann"]
    for number in range(limits.TOLD_PAGE + 5):
        posts.append(square.make.post(ben if number % 2 else ann, in_reply_to=posts[-1]))
        names.append("ben" if number % 2 else "ann")
    told = read(square.stranger, address(posts[-1], names[-1]))
    pages = list(walk(square.stranger, told["context"]))
    assert [each for page in pages for each in page["items"]] == list(map(address, posts, names))
    answer = square.stranger.get(f"/contexts/{posts[1]}", headers=ACTIVITY)
    assert answer.status == 404  # it began elsewhere
    private = square.make.post(ann, visibility=Visibility.FOLLOWERS)
    assert square.stranger.get(f"/contexts/{private}", headers=ACTIVITY).status == 404


def test_favourites_and_boosts_are_told_by_their_number(square: Square) -> None:
    """Who favourited what is not for everybody to collect."""
    ann, ben = square.make.account("ann"), square.make.account("ben")
    post = square.make.post(ann)
    square.make.favourite(ben, post)
    square.make.boost(ben, post)
    square.settle()
    for name in ("likes", "shares"):
        told = read(square.stranger, f"{address(post)}/{name}")
        assert (told["type"], told["totalItems"]) == ("Collection", 1)
        assert "ben" not in str(told)


def test_the_number_of_statements_does_not_depend_on_what_is_in_a_list(square: Square, statements: list[str]) -> None:
    """A list of twenty costs as many questions as one of two."""
    ann, ben = square.make.account("ann"), square.make.account("ben")
    first = square.make.post(ann)
    paths = ["/users/ann/outbox?page=true", f"/users/ann/statuses/{first}/replies", f"/contexts/{first}"]
    paths += ["/users/ann/followers?page=true"]

    def asked() -> list[int]:
        counts = []
        for path in paths:
            square.stranger.get(path, headers=ACTIVITY)
            statements.clear()
            square.stranger.get(path, headers=ACTIVITY)
            counts.append(len(statements))
        return counts

    def more(number: int) -> None:
        for _ in range(number):
            square.make.post(ann, in_reply_to=first, mentions=[ben])
            square.make.post(ben, in_reply_to=first)

    square.make.follow(ben, ann)
    more(1)
    few = asked()
    more(9)
    for name in "cdefg":
        square.make.follow(square.make.account(name), ann)
    assert asked() == few


def test_nonsense_in_a_query_gives_no_error(square: Square) -> None:
    """Whatever comes after the question mark."""
    post = square.make.post(square.make.account("ann"))
    for path in (
        "/users/ann/outbox",
        "/users/ann/followers",
        f"/users/ann/statuses/{post}/replies",
        f"/contexts/{post}",
    ):
        for query in (
            "page=maybe",
            "page=true&max_id=x",
            "page=true&min_id=99999999999999999999",
            "after=-1&own_until=x",
        ):
            assert square.stranger.get(f"{path}?{query}", headers=ACTIVITY).status < 500, (path, query)
