"""Leaving: an account is gone at once, and what it held is gone soon after, however much it was."""

from typing import Any

import pytest
from sqlalchemy import bindparam, func, select

from bema.domain import leaving, relating
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.ids import AccountId
from bema.store import accounts, logins, tables
from bema.store.tx import Tx
from tests.conftest import Read, Square, Write

_gone: Any = bindparam("gone")
_REMEMBERED = {
    (table.name, column.name): select(func.count()).select_from(table).where(column == _gone)
    for table in tables.metadata.sorted_tables
    for column in table.c
    if any(key.column.table.name == "account" for key in column.foreign_keys)
}


def remembered(tx: Tx, gone: AccountId) -> dict[tuple[str, str], int]:
    """Count the rows that speak of an account, by table and column."""
    counted = {place: int(tx.value(statement, {"gone": gone})) for place, statement in _REMEMBERED.items()}
    return {place: count for place, count in counted.items() if count}


def test_who_leaves_is_gone_at_once(square: Square, write: Write) -> None:
    """For everybody, and for every token and session; the name stays taken."""
    ann, bob = square.person("ann"), square.person("bob")
    post = ann.client.post("/api/v1/statuses", json={"status": "Farewell"}).json()["id"]
    write(leaving.leave, ann.account)
    assert bob.client.get(f"/api/v1/accounts/{ann.account}").status == 404
    assert bob.client.get(f"/api/v1/statuses/{post}").status == 404
    assert ann.client.get("/api/v1/accounts/verify_credentials").status == 401
    with pytest.raises(NotFound):
        write(leaving.leave, ann.account)
    with pytest.raises(AssertionError, match="ann exists"):
        square.make.account("ann")


def test_a_login_that_speaks_for_another_account_stays(square: Square, read: Read, write: Write) -> None:
    """Only who signs in for nothing else is forgotten, and the address is free again."""
    ann, bob = square.make.account("ann"), square.make.account("bob")
    both, alone = square.make.login("both@example.org", ann, bob), square.make.login("alone@example.org", ann)
    write(leaving.leave, ann)
    assert read(logins.by_id, alone) is None
    assert read(logins.accounts_of, both) == [bob]
    square.make.login("alone@example.org", bob)


def test_nothing_is_kept_of_who_left(square: Square, read: Read, write: Write) -> None:
    """Neither what they did nor what others did to them, and what others count is right."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    square.make.follow(ann.account, bob.account)
    square.make.follow(bob.account, ann.account)
    square.make.follow_request(eve.account, ann.account)
    square.make.follow_tag(ann.account, "tea")
    write(relating.mute, ann.account, eve.account)
    write(relating.note, eve.account, ann.account, "owes me a cup")
    write(relating.block, ann.account, eve.account)
    theirs = square.make.post(bob.account, tags=["tea"])
    square.make.favourite(ann.account, theirs)
    square.make.boost(ann.account, theirs)
    for number in range(limits.LEAVING_AT_ONCE + 3):
        square.make.post(ann.account, f"post {number}", tags=["tea"])
    ann.client.post(f"/api/v1/statuses/{theirs}/bookmark")
    ann.client.post("/api/v1/statuses", json={"status": "@bob an answer", "in_reply_to_id": str(theirs)})
    ann.client.patch("/api/v1/accounts/update_credentials", json={"note": "about me"})
    square.settle()
    before = bob.client.get(f"/api/v1/statuses/{theirs}").json()
    assert (before["favourites_count"], before["reblogs_count"], before["replies_count"]) == (1, 1, 1)
    write(leaving.leave, ann.account)
    square.settle()
    left = read(remembered, ann.account)
    assert set(left) <= {("account_counts", "account_id")}, left
    after = bob.client.get(f"/api/v1/statuses/{theirs}").json()
    assert (after["favourites_count"], after["reblogs_count"], after["replies_count"]) == (0, 0, 0)
    profile = bob.client.get(f"/api/v1/accounts/{bob.account}").json()
    assert (profile["followers_count"], profile["following_count"]) == (0, 0)
    assert bob.client.get("/api/v1/notifications").json() == []
    assert [each["id"] for each in bob.client.get("/api/v1/timelines/home").json()] == [str(theirs)]
    wiped = read(accounts.by_id, ann.account)
    assert wiped is not None
    assert (wiped.display_name, wiped.note, wiped.note_html, wiped.posts) == ("", "", "", 0)


def test_only_what_belongs_to_a_deleted_account_is_cleared(square: Square, read: Read, write: Write) -> None:
    """The work can be asked for twice and for the wrong account without harm."""
    ann = square.person("ann")
    square.make.post(ann.account)
    assert write(leaving.clear_some, ann.account) is False
    assert read(remembered, ann.account)[("post", "author_id")] == 1
