"""Leave to quote goes between servers: asked for, given or refused, and taken back, each told to those whom it concerns."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import bindparam, select, update

from bema.domain import posting, quoting
from bema.domain.posting import Draft
from bema.model.ids import AccountId, PostId
from bema.model.policy import QuotePolicy, QuoteState
from bema.model.site import Site
from bema.store import quote_leaves
from bema.store.database import Database
from bema.store.tables import delivery, outgoing, post
from bema.store.tx import Tx
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.delivery import COUNTS, counting, delivering
from bema.subscribers.runner import Runner
from tests.conftest import Read, Write
from tests.elsewhere import said, somebody
from tests.make import HERE, Make

SITE = Site(HERE)
ANNS = f"https://{HERE}/users/ann"
THEIRS = "https://far.example/notes/1"
Told = Callable[[], list[tuple[str, dict[str, Any]]]]


@pytest.fixture
def ann(make: Make) -> AccountId:
    """Somebody of this server."""
    return make.account("ann")


@pytest.fixture
def bob(database: Database) -> AccountId:
    """Somebody of another server."""
    return somebody(database, "bob", "far.example")


@pytest.fixture
def told(database: Database, read: Read) -> Told:
    """Reads the log to its end, and returns all that is to be said so far: the type of an act, and the act."""
    runner = Runner(database, [*SUBSCRIBERS, delivering(SITE)], {COUNTS: counting(database, SITE)})

    def all_said() -> list[tuple[str, dict[str, Any]]]:
        asyncio.run(runner.settle())
        acts = [msgspec.json.decode(body) for body in read(_bodies)]
        return [(each["type"], each) for each in acts]

    return all_said


def _bodies(tx: Tx) -> list[str]:
    source = delivery.join(outgoing, outgoing.c.id == delivery.c.outgoing_id)
    return tx.values(select(outgoing.c.body).select_from(source).order_by(delivery.c.id))


_from_elsewhere = (
    update(post)
    .where(post.c.id == bindparam("key"))
    .values(uri=bindparam("uri"), local=False, quote_state=bindparam("state"))
)


def test_who_asks_to_quote_is_answered_with_a_stamp(
    make: Make, write: Write, read: Read, ann: AccountId, bob: AccountId, told: Told
) -> None:
    """The answer holds what was asked, as they called it, and where the leave can be checked."""
    post_id = make.post(ann, quote_policy=QuotePolicy.PUBLIC)
    write(quoting.ask, bob, post_id, THEIRS, f"{THEIRS}#ask")
    ((kind, answer),) = told()
    given = read(quote_leaves.of, post_id, THEIRS)
    assert given is not None
    assert (kind, answer["actor"], answer["result"]) == ("Accept", ANNS, f"{ANNS}/quote_authorizations/{given.id}")
    assert answer["object"] == {
        "id": f"{THEIRS}#ask",
        "type": "QuoteRequest",
        "actor": "https://far.example/users/bob",
        "object": f"{ANNS}/statuses/{post_id}",
        "instrument": THEIRS,
    }


def test_who_may_not_quote_is_told_so(make: Make, write: Write, ann: AccountId, bob: AccountId, told: Told) -> None:
    """Else they would wait for ever."""
    write(quoting.ask, bob, make.post(ann, quote_policy=QuotePolicy.NOBODY), THEIRS, None)
    ((kind, answer),) = told()
    assert kind == "Reject"
    assert "result" not in answer


def test_a_leave_that_is_taken_back_is_told_to_who_had_it(
    make: Make, write: Write, read: Read, ann: AccountId, bob: AccountId, told: Told
) -> None:
    """By the deletion of its stamp, which is how FEP-044f wants it."""
    quoted = make.post(ann, quote_policy=QuotePolicy.PUBLIC)
    quoting_id = make.post(bob, quote_of=quoted)
    state = int(QuoteState.PENDING)
    write(lambda tx: tx.run(_from_elsewhere, {"key": quoting_id, "uri": THEIRS, "state": state}))
    write(quoting.ask, bob, quoted, THEIRS, None)
    given = read(quote_leaves.of, quoted, THEIRS)
    assert given is not None
    write(quoting.revoke, ann, quoted, quoting_id)
    kinds = told()
    assert [kind for kind, _ in kinds] == ["Accept", "Delete"]
    assert kinds[1][1]["object"] == f"{ANNS}/quote_authorizations/{given.id}"


def test_who_is_quoted_elsewhere_is_asked_and_the_post_is_told_anew_with_their_stamp(
    database: Database, write: Write, ann: AccountId, bob: AccountId, told: Told
) -> None:
    """The quote goes out at once, and is shown by others once it has the stamp."""
    theirs = said(database, bob)
    write(lambda tx: tx.run(_policy, {"key": theirs}))
    mine = write(posting.publish, SITE, ann, Draft(text="Look", quote_of=theirs))
    acts = dict(told())
    asked = acts["QuoteRequest"]
    assert asked["object"] == f"https://far.example/users/bob/posts/{theirs}"
    assert asked["instrument"]["id"] == f"{ANNS}/statuses/{mine}"
    assert asked["instrument"]["quote"] == asked["object"]
    assert "quoteAuthorization" not in asked["instrument"]
    write(quoting.answered, bob, PostId(mine), "https://far.example/stamps/1")
    again = dict(told())["Update"]["object"]
    assert (again["id"], again["quoteAuthorization"]) == (f"{ANNS}/statuses/{mine}", "https://far.example/stamps/1")


_policy = update(post).where(post.c.id == bindparam("key")).values(quote_policy=int(QuotePolicy.PUBLIC))
