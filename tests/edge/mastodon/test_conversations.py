"""Conversations by the Mastodon API: direct posts by thread and people, what is unread in them, and what is put away."""

from typing import Any

from sqlalchemy import select

from bema.model.ids import PostId
from bema.store import conversations
from bema.store.tables import conversation, conversation_post
from bema.subscribers import runner
from bema.subscribers.conversations import CONVERSATIONS
from tests.conftest import Person, Square

URL = "/api/v1/conversations"


def write(square: Square, who: Person, text: str, answered: dict[str, Any] | None = None) -> dict[str, Any]:
    """Write a direct post, and let it arrive."""
    asked = {"status": text, "visibility": "direct", "in_reply_to_id": answered and answered["id"]}
    status: dict[str, Any] = who.client.post("/api/v1/statuses", json=asked).json()
    square.settle()
    return status


def shown(who: Person) -> list[tuple[set[str], bool, str]]:
    """Return who takes part in somebody's conversations, whether they are unread, and their last words."""
    return [
        ({each["username"] for each in one["accounts"]}, one["unread"], one["last_status"]["id"])
        for one in who.client.get(URL).json()
    ]


def test_a_direct_post_is_in_a_conversation_of_all_who_take_part(square: Square) -> None:
    """Unread for whom it is written to, and headed by the others."""
    ann, bob, cem = square.person("ann"), square.person("bob"), square.person("cem")
    post = write(square, ann, "@bob @cem shall we?")
    assert shown(ann) == [({"bob", "cem"}, False, post["id"])]
    assert shown(bob) == [({"ann", "cem"}, True, post["id"])]
    answer = write(square, bob, "@ann @cem yes", post)
    assert shown(bob) == [({"ann", "cem"}, False, answer["id"])]
    assert shown(ann) == [({"bob", "cem"}, True, answer["id"])]
    assert shown(cem) == [({"ann", "bob"}, True, answer["id"])]


def test_another_circle_or_another_thread_is_another_conversation(square: Square) -> None:
    """What is said to one of them alone does not stand among what was said to all."""
    ann, bob = square.person("ann"), square.person("bob")
    square.person("cem")
    first = write(square, ann, "@bob @cem shall we?")
    aside = write(square, bob, "@ann without cem?", first)
    new = write(square, ann, "@bob something else")
    assert shown(ann) == [
        ({"bob"}, False, new["id"]),
        ({"bob"}, True, aside["id"]),
        ({"bob", "cem"}, False, first["id"]),
    ]


def test_a_note_to_oneself_is_with_oneself(square: Square) -> None:
    """A conversation is never without a face."""
    ann = square.person("ann")
    post = write(square, ann, "Buy milk")
    assert shown(ann) == [({"ann"}, False, post["id"])]


def test_other_posts_make_no_conversation(square: Square) -> None:
    """A mention in public is none; a quote that one may see, but is not addressed by, neither."""
    ann, bob = square.person("ann"), square.person("bob")
    own = ann.client.post("/api/v1/statuses", json={"status": "Mine"}).json()
    ann.client.post("/api/v1/statuses", json={"status": "@bob hello", "visibility": "private"})
    quoting = {"status": "@ann psst", "visibility": "direct", "quoted_status_id": own["id"]}
    assert bob.client.post("/api/v1/statuses", json=quoting).status == 200
    square.settle()
    assert [people for people, _, _ in shown(bob)] == [{"ann"}]
    assert [people for people, _, _ in shown(ann)] == [{"bob"}]


def test_a_conversation_is_marked_read_and_unread(square: Square) -> None:
    """What comes later is unread again."""
    ann, bob = square.person("ann"), square.person("bob")
    post = write(square, ann, "@bob hello")
    id_ = bob.client.get(URL).json()[0]["id"]
    assert bob.client.post(f"{URL}/{id_}/read").json()["unread"] is False
    square.settle()
    assert shown(bob)[0][1] is False
    assert bob.client.post(f"{URL}/{id_}/unread").json()["unread"] is True
    bob.client.post(f"{URL}/{id_}/read")
    write(square, ann, "@bob still there?", post)
    assert bob.client.get(URL).json()[0]["id"] == id_
    assert shown(bob)[0][1] is True


def test_a_removed_conversation_comes_back_with_the_next_post(square: Square) -> None:
    """Removing takes it from one's own list alone."""
    ann, bob = square.person("ann"), square.person("bob")
    post = write(square, ann, "@bob hello")
    id_ = bob.client.get(URL).json()[0]["id"]
    assert (bob.client.delete(f"{URL}/{id_}").status, bob.client.delete(f"{URL}/{id_}").status) == (200, 404)
    square.settle()
    assert shown(bob) == []
    assert len(shown(ann)) == 1
    write(square, ann, "@bob hello?", post)
    assert len(shown(bob)) == 1


def test_others_conversations_look_missing(square: Square) -> None:
    """Both sides may have the same id for what they have in common: each acts on their own."""
    ann, eve = square.person("ann"), square.person("eve")
    square.person("bob")
    write(square, ann, "@bob hello")
    id_ = ann.client.get(URL).json()[0]["id"]
    for method, path in (
        ("DELETE", id_),
        ("POST", f"{id_}/read"),
        ("POST", f"{id_}/unread"),
        ("POST", "nonsense/read"),
    ):
        assert eve.client.request(method, f"{URL}/{path}").status == 404
    assert eve.client.get(URL).json() == []


def test_a_deleted_post_leaves_the_one_before(square: Square) -> None:
    """And the last one takes the conversation with it."""
    ann, bob = square.person("ann"), square.person("bob")
    first = write(square, ann, "@bob hello")
    last = write(square, ann, "@bob oh, and", first)
    ann.client.delete(f"/api/v1/statuses/{last['id']}")
    square.settle()
    assert shown(bob) == [({"ann"}, True, first["id"])]
    ann.client.delete(f"/api/v1/statuses/{first['id']}")
    square.settle()
    assert (shown(bob), shown(ann)) == ([], [])


def test_who_is_addressed_only_later_takes_part_from_then(square: Square) -> None:
    """All find the post in the larger circle, once."""
    ann, bob, cem = square.person("ann"), square.person("bob"), square.person("cem")
    post = write(square, ann, "@bob hello")
    ann.client.put(f"/api/v1/statuses/{post['id']}", json={"status": "@bob @cem hello"})
    square.settle()
    assert shown(ann) == [({"bob", "cem"}, False, post["id"])]
    assert shown(bob) == [({"ann", "cem"}, True, post["id"])]
    assert shown(cem) == [({"ann", "bob"}, True, post["id"])]


def test_the_blocked_the_muted_and_muted_threads_stay_out(square: Square) -> None:
    """Nothing new comes in of them; the block of somebody hides what they said last."""
    ann, bob, cem = square.person("ann"), square.person("bob"), square.person("cem")
    thread = write(square, ann, "@cem listen")
    cem.client.post(f"/api/v1/statuses/{thread['id']}/mute")
    square.make.mute(cem.account, bob.account)
    write(square, bob, "@cem hello")
    write(square, ann, "@cem are you there?", thread)
    assert shown(cem) == [({"ann"}, True, thread["id"])]
    square.make.block(cem.account, ann.account)
    assert shown(cem) == []


def test_conversations_are_paged_by_their_last_posts(square: Square, statements: list[str]) -> None:
    """In both directions, with as many statements for three as for one."""
    ann = square.person("ann")
    square.person("bob")
    made = [write(square, ann, f"@bob {number}")["id"] for number in range(3)]
    first = ann.client.get(f"{URL}?limit=2")
    assert [one["last_status"]["id"] for one in first.json()] == made[:0:-1]
    assert f"max_id={made[1]}" in (first.link("next") or "")
    second = ann.client.get(first.link("next") or "")
    assert [one["last_status"]["id"] for one in second.json()] == made[:1]
    assert [one["last_status"]["id"] for one in ann.client.get(second.link("prev") or "").json()] == made[:0:-1]
    counted = []
    for limit in (1, 3):
        statements.clear()
        ann.client.get(f"{URL}?limit={limit}")
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 6


def test_conversations_are_the_same_when_read_anew(square: Square) -> None:
    """With what was read, removed, edited and deleted."""
    ann, bob = square.person("ann"), square.person("bob")
    square.person("cem")
    first = write(square, ann, "@bob one")
    second = write(square, ann, "@bob two")
    write(square, bob, "@ann and you?", first)
    gone = write(square, bob, "@ann oops", second)
    square.make.post(ann.account, "in public")
    bob.client.post(f"{URL}/{bob.client.get(URL).json()[0]['id']}/read")
    ann.client.delete(f"{URL}/{ann.client.get(URL).json()[0]['id']}")
    ann.client.put(f"/api/v1/statuses/{second['id']}", json={"status": "@bob @cem two"})
    bob.client.delete(f"/api/v1/statuses/{gone['id']}")
    write(square, ann, "@bob three")
    square.settle()

    def rows() -> tuple[list[Any], list[Any]]:
        return square.app.database.read_now(
            lambda tx: (
                sorted(tuple(row) for row in tx.all(select(conversation))),
                sorted(tuple(row) for row in tx.all(select(conversation_post))),
            )
        )

    before = rows()
    square.app.database.write_now(runner.start_anew, CONVERSATIONS)
    assert rows() == before
    assert len(before[0]) > 4


def test_a_stream_can_ask_who_has_a_post_in_a_conversation(square: Square) -> None:
    """Once the log was read, a direct post leads to the conversations that it is in."""
    ann, bob = square.person("ann"), square.person("bob")
    post = PostId(int(write(square, ann, "@bob hello")["id"]))
    found = square.app.database.read_now(conversations.with_post, post)
    assert found.keys() == {ann.account, bob.account}
