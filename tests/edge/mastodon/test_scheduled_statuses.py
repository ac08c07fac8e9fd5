"""Scheduled statuses by the Mastodon API: keeping, moving, cancelling, and publishing when they are due."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from bema.domain import leaving, uploading
from bema.model import limits
from bema.model.ids import AccountId
from bema.model.policy import Standing, Visibility
from bema.outside.clock import ManualClock
from bema.store import accounts, tables
from bema.store.tx import Tx
from tests.conftest import Person, Square, Write
from tests.edge.mastodon.test_statuses import ids, upload

URL = "/api/v1/scheduled_statuses"
NOON = "2026-01-01T12:00:00.000Z"


def schedule(person: Person, *, expected: int = 200, key: str | None = None, **more: Any) -> Any:
    """Schedule a post, and return the answer."""
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = person.client.post(
        "/api/v1/statuses", json={"status": "Good day", "scheduled_at": NOON, **more}, headers=headers
    )
    assert answer.status == expected, answer.text
    return answer.json()


def published(square: Square, person: Person) -> list[Any]:
    """Let all happen that is due, and return what somebody has posted, the newest first."""
    square.settle()
    found: list[Any] = person.client.get(f"/api/v1/accounts/{person.account}/statuses").json()
    return found


# --- Keeping ----------------------------------------------------------------------------------------------------------


def test_a_scheduled_post_is_kept_as_it_was_sent(square: Square) -> None:
    """Every key of the entity is there; nothing is published."""
    ann = square.person("ann")
    parent = square.make.post(ann.account)
    file = upload(square, ann.account, 7, "a boat")
    kept = schedule(
        ann,
        status="At noon",
        spoiler_text="time",
        sensitive=True,
        visibility="private",
        language="de",
        in_reply_to_id=str(parent),
        media_ids=[file],
    )
    app = kept["params"].pop("application_id")
    assert isinstance(app, str)
    assert (kept["scheduled_at"], kept["params"]) == (
        NOON,
        {
            "text": "At noon",
            "poll": None,
            "media_ids": [file],
            "sensitive": True,
            "spoiler_text": "time",
            "visibility": "private",
            "in_reply_to_id": str(parent),
            "language": "de",
            "scheduled_at": None,
            "idempotency": None,
            "with_rate_limit": False,
            "quoted_status_id": None,
            "quote_approval_policy": kept["params"]["quote_approval_policy"],
        },
    )
    assert [each["description"] for each in kept["media_attachments"]] == ["a boat"]
    kept["params"]["application_id"] = app
    assert ann.client.get(f"{URL}/{kept['id']}").json() == kept
    assert ann.client.get(URL).json() == [kept]
    assert ids(published(square, ann)) == [str(parent)]


def test_a_scheduled_poll_is_kept_too(square: Square, clock: ManualClock) -> None:
    """Its time begins when it is published."""
    ann = square.person("ann")
    poll = {"options": ["a", "b"], "expires_in": 600, "multiple": True, "hide_totals": False}
    assert schedule(ann, poll=poll)["params"]["poll"] == poll
    clock.advance(hours=12)
    assert published(square, ann)[0]["poll"]["expires_at"] == "2026-01-01T12:10:00.000Z"


@pytest.mark.parametrize(
    "asked",
    [
        {"scheduled_at": "2026-01-01T00:04:59Z"},
        {"scheduled_at": "2040-01-01"},
        {"scheduled_at": "at noon"},
        {"status": ""},
        {"status": "x" * 501},
        {"language": "no such thing"},
        {"media_ids": ["77"]},
        {"poll": {"options": ["a"], "expires_in": 600}},
    ],
)
def test_what_could_not_be_published_is_not_kept(square: Square, asked: Any) -> None:
    """It is refused now, when somebody is there to read why."""
    ann = square.person("ann")
    answer = ann.client.post("/api/v1/statuses", json={"status": "Good day", "scheduled_at": NOON, **asked})
    assert (answer.status, "error" in answer.json()) == (422, True)
    assert ann.client.get(URL).json() == []


def test_an_answer_to_a_hidden_post_is_refused_at_once(square: Square) -> None:
    """As it is without a time: the post looks missing."""
    ann = square.person("ann")
    hidden = square.make.post(square.make.account("bob"), visibility=Visibility.DIRECT)
    assert "reply" in schedule(ann, expected=404, in_reply_to_id=str(hidden))["error"]


def test_without_a_time_a_post_is_published_now(square: Square) -> None:
    """An empty time is none, and one that is past is now, as on Mastodon."""
    ann = square.person("ann")
    for nothing in (None, "", "2025-12-31", "2026-01-01T00:00:00Z"):
        assert "content" in schedule(ann, scheduled_at=nothing)


def test_a_repeated_key_keeps_one(square: Square) -> None:
    """Clients retry blindly; the same key may also be used to post now."""
    ann = square.person("ann")
    first = schedule(ann, key="4f3c")
    assert schedule(ann, key="4f3c")["id"] == first["id"]
    assert len(ann.client.get(URL).json()) == 1
    assert "content" in schedule(ann, key="4f3c", scheduled_at=None)


def test_there_are_bounds_for_a_day_and_in_all(square: Square, clock: ManualClock) -> None:
    """As on Mastodon; what is moved within its day does not count twice."""
    ann = square.person("ann")
    last = [schedule(ann) for _ in range(limits.SCHEDULED_POSTS_A_DAY)][-1]
    assert "25" in schedule(ann, expected=422)["error"]
    moved = ann.client.put(f"{URL}/{last['id']}", json={"scheduled_at": "2026-01-01T13:00:00Z"})
    assert moved.status == 200
    for day in range(2, 13):
        for _ in range(limits.SCHEDULED_POSTS_A_DAY):
            schedule(ann, scheduled_at=f"2026-01-{day:02}T12:00:00Z")
    assert "300" in schedule(ann, expected=422, scheduled_at="2026-02-01")["error"]


def test_what_others_scheduled_is_nobodys_business(square: Square) -> None:
    """It is missing to everybody else, whatever they try."""
    ann, eve = square.person("ann"), square.person("eve")
    kept = schedule(ann)
    for id_ in (kept["id"], "5", "nonsense"):
        for method in ("GET", "PUT", "DELETE"):
            answer = eve.client.request(method, f"{URL}/{id_}", json={"scheduled_at": "2026-02-01"})
            assert answer.status == 404, (method, id_)
    assert eve.client.get(URL).json() == []
    assert ann.client.get(f"{URL}/{kept['id']}").json() == kept


def test_a_page_takes_a_handful_of_statements(square: Square, statements: list[str]) -> None:
    """The token, the posts, their files; however many they are."""
    ann = square.person("ann")
    for number in range(5):
        schedule(ann, media_ids=[upload(square, ann.account, 7 + number)])
    statements.clear()
    assert len(ann.client.get(URL).json()) == 5
    assert len(statements) <= 3


# --- Moving and cancelling --------------------------------------------------------------------------------------------


def test_a_post_is_published_at_the_time_it_was_moved_to(square: Square, clock: ManualClock) -> None:
    """And not at the one before, nor twice."""
    ann = square.person("ann")
    kept = moved = schedule(ann)
    for time in ("2026-01-01T18:00:00Z", "2026-01-01T15:00:00Z"):
        moved = ann.client.put(f"{URL}/{kept['id']}", json={"scheduled_at": time}).json()
        assert moved["scheduled_at"] == time.replace("Z", ".000Z")
    assert ann.client.put(f"{URL}/{kept['id']}", json={"scheduled_at": "2026-01-01T00:01:00Z"}).status == 422
    assert ann.client.put(f"{URL}/{kept['id']}", json={}).json() == moved
    clock.advance(hours=14, minutes=59)
    assert published(square, ann) == []
    clock.advance(minutes=1)
    assert len(published(square, ann)) == 1
    clock.advance(days=1)
    assert len(published(square, ann)) == 1


def test_a_cancelled_post_is_never_published_and_its_files_are_free(square: Square, clock: ManualClock) -> None:
    """They can be given to another post."""
    ann = square.person("ann")
    file = upload(square, ann.account, 7)
    kept = schedule(ann, media_ids=[file])
    answer = ann.client.delete(f"{URL}/{kept['id']}")
    assert (answer.status, answer.json()) == (200, {})
    assert ann.client.get(f"{URL}/{kept['id']}").status == 404
    clock.advance(days=1)
    assert published(square, ann) == []
    status = ann.client.post("/api/v1/statuses", json={"media_ids": [file]}).json()
    assert ids(status["media_attachments"]) == [file]


# --- Files ------------------------------------------------------------------------------------------------------------


def test_the_files_of_a_scheduled_post_wait_with_it(square: Square, clock: ManualClock, write: Write) -> None:
    """No other post can have them, nobody throws them away, and they are not cleared away as forgotten."""
    ann = square.person("ann")
    file = upload(square, ann.account, 7)
    schedule(ann, scheduled_at="2026-03-01", media_ids=[file])
    assert ann.client.post("/api/v1/statuses", json={"media_ids": [file]}).status == 422
    assert schedule(ann, expected=422, media_ids=[file])
    assert ann.client.delete(f"/api/v1/media/{file}").status == 422
    clock.advance(days=58)
    assert write(uploading.forget_orphans) == 0
    clock.advance(days=1)
    assert ids(published(square, ann)[0]["media_attachments"]) == [file]


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_what_is_due_is_published_as_if_it_were_sent_then(square: Square, clock: ManualClock) -> None:
    """With its date, its app, and all that follows from a post."""
    ann, bob = square.person("ann"), square.person("bob")
    parent = square.make.post(bob.account)
    kept = schedule(ann, status="@bob hello #noon", in_reply_to_id=str(parent), visibility="unlisted")
    clock.advance(hours=12)
    (status,) = published(square, ann)
    assert (status["created_at"], status["visibility"]) == (NOON, "unlisted")
    assert (status["in_reply_to_id"], status["application"]["name"]) == (str(parent), "Test app")
    assert [each["name"] for each in status["tags"]] == ["noon"]
    assert [each["type"] for each in bob.client.get("/api/v1/notifications").json()] == ["mention"]
    assert ann.client.get(f"{URL}/{kept['id']}").status == 404


def test_what_is_refused_when_it_is_due_stays_in_the_list(square: Square, clock: ManualClock) -> None:
    """Nothing is lost silently: with another time it is tried again."""
    ann, bob = square.person("ann"), square.person("bob")
    parent = square.make.post(bob.account)
    file = upload(square, ann.account, 7)
    kept = schedule(ann, in_reply_to_id=str(parent), media_ids=[file])
    square.make.block(bob.account, ann.account)
    clock.advance(hours=12)
    assert published(square, ann) == []
    assert ann.client.get(URL).json() == [kept]
    clock.advance(days=1)
    assert published(square, ann) == []
    square.app.database.write_now(lambda tx: tx.run(tables.block.delete()))
    assert ann.client.put(f"{URL}/{kept['id']}", json={"scheduled_at": "2026-01-03T00:00:00Z"}).status == 200
    clock.advance(days=1)
    (status,) = published(square, ann)
    assert (status["in_reply_to_id"], ids(status["media_attachments"])) == (str(parent), [file])
    assert ann.client.get(URL).json() == []


_set_standing = update(tables.account).where(tables.account.c.id == bindparam("key")).values(standing=bindparam("to"))


def set_standing(square: Square, account: AccountId, standing: Standing) -> None:
    """Let an account take part, or not."""
    square.app.database.write_now(lambda tx: tx.run(_set_standing, {"key": account, "to": int(standing)}))


def test_who_is_suspended_publishes_nothing(square: Square, clock: ManualClock) -> None:
    """What was due waits in their list, should they come back."""
    ann = square.person("ann")
    kept = schedule(ann)
    set_standing(square, ann.account, Standing.SUSPENDED)
    clock.advance(hours=12)
    square.settle()
    set_standing(square, ann.account, Standing.ACTIVE)
    assert published(square, ann) == []
    assert ann.client.get(URL).json() == [kept]


def test_who_is_frozen_publishes_nothing(square: Square, clock: ManualClock) -> None:
    """Whose account nobody may use must not speak by what was written before; it waits for another time."""
    ann, mod = square.person("ann"), square.staff("mod")
    kept = schedule(ann)
    path = f"/api/v1/admin/accounts/{ann.account}"
    assert mod.client.post(f"{path}/action", json={"type": "disable"}).status == 200
    clock.advance(hours=12)
    assert published(square, replace(ann, client=mod.client)) == []
    assert mod.client.post(f"{path}/enable").status == 200
    assert published(square, replace(ann, client=mod.client)) == []
    assert square.app.database.read_now(Tx.all, select(tables.scheduled_post.c.id)) == [(int(kept["id"]),)]


def test_who_left_publishes_nothing(square: Square, clock: ManualClock, write: Write) -> None:
    """Not even what was due before the rest of them was cleared away."""
    ann = square.person("ann")
    schedule(ann)
    write(leaving.leave, ann.account)
    clock.advance(hours=12)
    square.settle()
    account = square.app.database.read_now(accounts.by_id, ann.account)
    assert account is not None
    assert account.posts == 0
    assert square.app.database.read_now(Tx.all, select(tables.scheduled_post)) == []
