"""What a request costs does not grow with the server: no statement of an endpoint walks through a table."""

import re

import pytest

from tests.conftest import Square, Write
from tests.subscribers.test_plans import plan, sequential_scans, walks

READ = (
    "/api/v1/timelines/home",
    "/api/v1/timelines/home?limit=40&min_id=1",
    "/api/v1/timelines/home?max_id=9000000000000000000",
    "/api/v1/timelines/public",
    "/api/v1/timelines/public?local=true&only_media=true",
    "/api/v1/timelines/public?since_id=1",
    "/api/v1/timelines/tag/tea",
    "/api/v1/timelines/tag/tea?any[]=milk&none[]=sugar&only_media=true",
    "/api/v1/statuses/{post}",
    "/api/v1/statuses/{post}/context",
    "/api/v1/statuses/{post}/favourited_by",
    "/api/v1/statuses/{post}/reblogged_by",
    "/api/v1/statuses/{post}/history",
    "/api/v1/accounts/{ben}",
    "/api/v1/accounts/lookup?acct=ben",
    "/api/v1/accounts/{ben}/statuses",
    "/api/v1/accounts/{ben}/statuses?exclude_replies=true&exclude_reblogs=true",
    "/api/v1/accounts/{ben}/statuses?only_media=true",
    "/api/v1/accounts/{ben}/statuses?pinned=true",
    "/api/v1/accounts/{ben}/statuses?tagged=tea",
    "/api/v1/accounts/{ben}/followers",
    "/api/v1/accounts/{ben}/following",
    "/api/v1/accounts/relationships?id[]={ben}",
    "/api/v1/accounts/familiar_followers?id[]={ben}",
    "/api/v1/accounts/search?q=be",
    "/api/v1/accounts/verify_credentials",
    "/api/v1/notifications",
    "/api/v1/notifications?types[]=mention&account_id={ben}",
    "/api/v1/notifications/unread_count",
    "/api/v1/bookmarks",
    "/api/v1/favourites",
    "/api/v1/blocks",
    "/api/v1/mutes",
    "/api/v1/follow_requests",
    "/api/v1/followed_tags",
    "/api/v1/tags/tea",
    "/api/v1/markers?timeline[]=home",
    "/api/v1/preferences",
    "/api/v2/search?q=morning",
    "/api/v2/search?q=%23te&type=hashtags",
    "/.well-known/webfinger?resource=acct:ben@square.example",
    "/@ben",
    "/@ben/{post}",
)
DONE = (
    "/api/v1/statuses/{post}/favourite",
    "/api/v1/statuses/{post}/unfavourite",
    "/api/v1/statuses/{post}/reblog",
    "/api/v1/statuses/{post}/unreblog",
    "/api/v1/statuses/{post}/bookmark",
    "/api/v1/statuses/{post}/unbookmark",
    "/api/v1/statuses/{post}/mute",
    "/api/v1/accounts/{ben}/unfollow",
    "/api/v1/accounts/{ben}/follow",
    "/api/v1/accounts/{ben}/mute",
    "/api/v1/accounts/{ben}/unmute",
    "/api/v1/accounts/{ben}/note",
    "/api/v1/tags/tea/follow",
)


# Rows that a statement has put together itself, within a limit, and those that a full-text index has found.
_MADE_THERE = re.compile(r"SCAN (?:anon_\d+|mine|below|above)\b|SCAN search_\w+_index VIRTUAL TABLE INDEX \d+:M")


@pytest.fixture
def asked(square: Square, statements: list[str]) -> list[str]:
    """Ask each of the endpoints once; return the statements that they ran."""
    ann, ben = square.person("ann"), square.person("ben")
    square.make.follow(ann.account, ben.account)
    post = square.make.post(ben.account, "Good morning", tags=["tea"], mentions=[ann.account])
    square.make.post(ann.account, "And to you", in_reply_to=post, mentions=[ben.account])
    square.make.boost(ben.account, post)
    square.settle()
    statements.clear()
    for path in READ:
        assert ann.client.get(path.format(post=post, ben=ben.account)).status == 200, path
    for path in READ[3:12]:
        square.stranger.get(path.format(post=post, ben=ben.account))
    for path in DONE:
        assert ann.client.post(path.format(post=post, ben=ben.account), json={"comment": "kind"}).status == 200, path
    wanted = {"status": "@ben Good evening #tea https://example.org/", "in_reply_to_id": str(post)}
    own = ann.client.post("/api/v1/statuses", json=wanted, headers={"Idempotency-Key": "one"})
    assert ann.client.put(f"/api/v1/statuses/{own.json()['id']}", json={"status": "Good night"}).status == 200
    assert ann.client.delete(f"/api/v1/statuses/{own.json()['id']}").status == 200
    return sorted(set(statements))


def test_no_statement_of_an_endpoint_walks_through_a_table(square: Square, asked: list[str]) -> None:
    """An index fits each of them, on both databases."""
    database = square.app.database
    assert len(asked) > 80
    if database.is_sqlite:
        write = Write(database)
        plans = {sql: [line for line in walks(write(plan, sql)) if not _MADE_THERE.match(line)] for sql in asked}
        bad = {sql: found for sql, found in plans.items() if found}
    else:
        bad = sequential_scans(database, asked)
    assert bad == {}
