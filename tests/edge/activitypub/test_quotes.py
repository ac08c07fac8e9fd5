"""Quotes between servers: with the leave of who is quoted, which anybody can check, and which can be taken back."""

import pytest
from sqlalchemy import bindparam, update

from bema.domain import quoting
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.events import QuoteAccepted, QuoteAsked, QuoteRevoked
from bema.model.ids import AccountId, PostId
from bema.model.policy import QuotePolicy, QuoteState, Visibility
from bema.store import log, quote_leaves
from bema.store.dialect import insert
from bema.store.tables import post as post_table
from bema.store.tables import quote_leave
from tests.client import Client
from tests.conftest import Square
from tests.elsewhere import said, somebody
from tests.make import HERE

ACTIVITY = {"accept": "application/activity+json"}
ROOT = f"https://{HERE}"
THEIRS = "https://other.example/notes/1"


def ask(square: Square, by: AccountId, post: PostId, uri: str = THEIRS) -> int:
    """Let somebody elsewhere ask to quote a post; return the id of the stamp, or 0."""
    square.app.database.write_now(quoting.ask, by, post, uri, f"{uri}#ask")
    given = square.app.database.read_now(quote_leaves.of, post, uri)
    return 0 if given is None else given.id


def stamp(client: Client, leave: int, name: str = "ann") -> int:
    """Ask for a stamp as another server does; return the status."""
    return client.get(f"/users/{name}/quote_authorizations/{leave}", headers=ACTIVITY).status


@pytest.mark.parametrize(
    ("policy", "visibility", "follows", "allowed"),
    [
        (QuotePolicy.PUBLIC, Visibility.PUBLIC, False, True),
        (QuotePolicy.PUBLIC, Visibility.UNLISTED, False, True),
        (QuotePolicy.FOLLOWERS, Visibility.PUBLIC, True, True),
        (QuotePolicy.FOLLOWERS, Visibility.PUBLIC, False, False),
        (QuotePolicy.NOBODY, Visibility.PUBLIC, True, False),
        (None, Visibility.FOLLOWERS, True, False),
    ],
)
def test_who_asks_from_elsewhere_is_answered_as_the_author_wants(
    square: Square, policy: QuotePolicy | None, visibility: Visibility, follows: bool, allowed: bool
) -> None:
    """The same rule as for people of this server."""
    ann, bob = square.make.account("ann"), somebody(square.app.database, "bob", "other.example")
    if follows:
        square.make.follow(bob, ann)
    post = square.make.post(ann, visibility=visibility, quote_policy=policy)
    assert (ask(square, bob, post) > 0) is allowed


def test_a_stamp_says_who_may_quote_what(square: Square) -> None:
    """Whoever is shown the quote asks for it; asking again gives the same one."""
    ann, bob = square.make.account("ann"), somebody(square.app.database, "bob", "other.example")
    post = square.make.post(ann, quote_policy=QuotePolicy.PUBLIC)
    leave = ask(square, bob, post)
    assert ask(square, bob, post) == leave
    told = square.stranger.get(f"/users/ann/quote_authorizations/{leave}", headers=ACTIVITY).json()
    assert told["interactingObject"] == THEIRS
    assert told["interactionTarget"] == f"{ROOT}/users/ann/statuses/{post}"
    assert told["attributedTo"] == f"{ROOT}/users/ann"
    square.make.account("eve")
    assert stamp(square.stranger, leave, "eve") == 404
    square.make.delete(post)
    assert stamp(square.stranger, leave) == 404


def test_nobody_is_told_by_asking_that_there_is_something(square: Square) -> None:
    """What one may not see looks missing; and what another was allowed is not one's own."""
    ann, bob = square.make.account("ann"), somebody(square.app.database, "bob", "other.example")
    hidden = square.make.post(ann, visibility=Visibility.DIRECT)
    for post in (hidden, PostId(hidden + 1), said(square.app.database, bob)):
        with pytest.raises(NotFound):
            ask(square, bob, post)
    post = square.make.post(ann, quote_policy=QuotePolicy.PUBLIC)
    ask(square, bob, post)
    carl = somebody(square.app.database, "carl", "other.example")
    ask(square, carl, post)
    asked = [fact for fact in facts(square) if isinstance(fact, QuoteAsked)]
    assert [(fact.by, fact.leave > 0) for fact in asked] == [(bob, True), (carl, False)]


def test_one_account_elsewhere_has_a_bounded_number_of_leaves(square: Square) -> None:
    """Else anybody could fill the disk by asking."""
    ann, bob = square.make.account("ann"), somebody(square.app.database, "bob", "other.example")
    post = square.make.post(ann, quote_policy=QuotePolicy.PUBLIC)

    values = {"post_id": post, "asker_id": bob, "created_at": 0}
    rows = [{"id": number, "quoting_uri": f"{THEIRS}/{number}", **values} for number in range(limits.QUOTE_LEAVES_EACH)]
    square.app.database.write_now(lambda tx: tx.run_each(_add_leave, rows))
    assert ask(square, bob, post, f"{THEIRS}/more") == 0


def test_a_leave_that_is_taken_back_is_checked_in_vain(square: Square) -> None:
    """The author changed their mind: the stamp is gone, and the servers that show the quote are told."""
    ann, bob = square.person("ann"), somebody(square.app.database, "bob", "other.example")
    post = square.make.post(ann.account, quote_policy=QuotePolicy.PUBLIC)
    theirs = square.make.post(bob, quote_of=post)
    square.app.database.write_now(lambda tx: tx.run(_set_uri, {"key": theirs, "uri": THEIRS}))
    leave = ask(square, bob, post)
    assert stamp(square.stranger, leave) == 200
    assert ann.client.post(f"/api/v1/statuses/{post}/quotes/{theirs}/revoke").status == 200
    assert stamp(square.stranger, leave) == 404
    (revoked,) = [fact for fact in facts(square) if isinstance(fact, QuoteRevoked)]
    assert revoked.leave == leave


def test_a_post_that_came_before_its_asking_is_a_quote_from_then_on(square: Square) -> None:
    """Nothing says that the two come in order."""
    ann, bob = square.make.account("ann"), somebody(square.app.database, "bob", "other.example")
    post = square.make.post(ann, quote_policy=QuotePolicy.PUBLIC)
    theirs = square.make.post(bob, quote_of=post)
    square.app.database.write_now(lambda tx: tx.run(_set_uri, {"key": theirs, "uri": THEIRS}))
    square.app.database.write_now(lambda tx: tx.run(_wait, {"key": theirs}))
    ask(square, bob, post)
    assert [fact.post for fact in facts(square) if isinstance(fact, QuoteAccepted)] == [theirs]


def test_what_is_from_elsewhere_is_quoted_once_its_author_said_yes(square: Square) -> None:
    """Until then it says that it waits; a no stays a no, and only who is quoted can say either."""
    ann, bob = square.person("ann"), somebody(square.app.database, "bob", "other.example")
    carl = somebody(square.app.database, "carl", "third.example")
    quoted = square.make.post(bob, quote_policy=QuotePolicy.PUBLIC)
    square.app.database.write_now(lambda tx: tx.run(_set_uri, {"key": quoted, "uri": THEIRS}))
    posts = [
        ann.client.post("/api/v1/statuses", json={"status": text, "quoted_status_id": str(quoted)}).json()
        for text in ("One", "Two")
    ]
    assert [each["quote"]["state"] for each in posts] == ["pending", "pending"]
    first, second = (PostId(int(each["id"])) for each in posts)
    with pytest.raises(NotFound):
        square.app.database.write_now(quoting.answered, carl, first, "https://third.example/stamps/1")
    square.app.database.write_now(quoting.answered, bob, first, "https://other.example/stamps/1")
    square.app.database.write_now(quoting.answered, bob, second, None)
    states = [ann.client.get(f"/api/v1/statuses/{each['id']}").json()["quote"]["state"] for each in posts]
    assert states == ["accepted", "rejected"]
    told = square.stranger.get(f"/users/ann/statuses/{first}", headers=ACTIVITY).json()
    assert (told["quote"], told["quoteAuthorization"]) == (THEIRS, "https://other.example/stamps/1")
    assert "quote" not in square.stranger.get(f"/users/ann/statuses/{second}", headers=ACTIVITY).json()


def facts(square: Square) -> list[object]:
    """Return what stands in the event log."""
    square.settle()
    return [entry.event for entry in square.app.database.read_now(log.after, 0, 1_000)]


_set_uri = update(post_table).where(post_table.c.id == bindparam("key")).values(uri=bindparam("uri"), local=False)
_wait = update(post_table).where(post_table.c.id == bindparam("key")).values(quote_state=int(QuoteState.PENDING))
_add_leave = insert(quote_leave).values({column.name: bindparam(column.name) for column in quote_leave.c})
