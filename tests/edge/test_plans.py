"""What a request costs does not grow with the server: no statement of an endpoint walks through a table."""

import re
from typing import Any

import pytest

from bema.domain import deciding, quoting, recording, retrospecting
from bema.model.decisions import Act, Effect, Grounds
from bema.model.ids import AccountId, PostId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import QuotePolicy
from bema.model.retrospect import Year
from bema.outside.log_keeper import keeper_at
from bema.settings import Settings
from bema.store import annual_reports, quote_leaves
from tests.conftest import Person, Square, Write
from tests.edge.activitypub.askers import asker
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
    "/api/v1/notifications/requests",
    "/api/v1/notifications?include_filtered=true",
    "/api/v2/notifications",
    "/api/v2/notifications?types[]=mention&grouped_types[]=favourite",
    "/api/v2/notifications?account_id={ben}",
    "/api/v2/notifications/follow-1/accounts",
    "/api/v2/notifications/policy",
    "/api/v2/notifications/unread_count",
    "/api/v1/bookmarks",
    "/api/v1/favourites",
    "/api/v1/blocks",
    "/api/v1/mutes",
    "/api/v1/follow_requests",
    "/api/v1/followed_tags",
    "/api/v1/tags/tea",
    "/api/v1/announcements",
    "/api/v1/directory",
    "/api/v1/directory?order=new&local=true",
    "/api/v1/directory?local=true",
    "/api/v2/suggestions",
    "/api/v1/peers/search?q=cou",
    "/api/v1/featured_tags",
    "/api/v1/featured_tags/suggestions",
    "/api/v1/accounts/{ben}/featured_tags",
    "/api/v1/accounts/{ben}/endorsements",
    "/api/v1/endorsements",
    "/api/v1/markers?timeline[]=home",
    "/api/v1/preferences",
    "/api/v2/search?q=morning",
    "/api/v2/search?q=morni",
    "/api/v2/search?q=-evening&type=statuses",
    "/api/v2/search?q=%23te&type=hashtags",
    "/.well-known/webfinger?resource=acct:ben@square.example",
    "/@ben",
    "/@ben/{post}",
)
TOLD = (
    "/users/ben",
    "/users/ben/outbox?page=true",
    "/users/ben/outbox?page=true&max_id=9000000000000000000",
    "/users/ben/followers?page=true",
    "/users/ben/following?page=true",
    "/users/ben/followers_synchronization",
    "/users/ben/collections/featured",
    "/users/ben/collections/tags",
    "/users/ben/statuses/{post}",
    "/users/ben/statuses/{post}/activity",
    "/users/ben/statuses/{post}/replies",
    "/users/ben/statuses/{post}/replies?page=true&own_until=1&after=1",
    "/users/ben/statuses/{post}/likes",
    "/contexts/{post}?page=true&after=1",
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
    "/api/v1/tags/tea/feature",
    "/api/v1/accounts/{ben}/endorse",
    "/api/v1/accounts/{ben}/unendorse",
)


# Rows that a statement has put together itself, within a limit, those that a full-text index has found, and appeals that
# wait for an answer, which have an index of their own.
_MADE_THERE = re.compile(
    r"SCAN appeal USING INDEX uq_appeal_open"
    r"|SCAN (?:anon_\d+|mine|below|above|hits|walked|lately|near)\b"
    r"|SCAN search_\w+_index VIRTUAL TABLE INDEX \d+:M"
)


@pytest.fixture
def asked(square: Square, settings: Settings, statements: list[str]) -> list[str]:
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
    square.stranger.get(f"/media/attachment/00/{'0' * 64}.png")
    for path in DONE:
        assert ann.client.post(path.format(post=post, ben=ben.account), json={"comment": "kind"}).status == 200, path
    wanted = {"status": "@ben Good evening #tea https://example.org/", "in_reply_to_id": str(post)}
    own = ann.client.post("/api/v1/statuses", json=wanted, headers={"Idempotency-Key": "one"})
    assert ann.client.put(f"/api/v1/statuses/{own.json()['id']}", json={"status": "Good night"}).status == 200
    assert ann.client.delete(f"/api/v1/statuses/{own.json()['id']}").status == 200
    _keep_lists_and_filters(square, ann, ben.account, post)
    _quote_and_converse(square, ann, ben)
    _collect_and_look_back(square, ann, ben)
    _decide_and_look_at_the_log(square, settings)
    _read_from_elsewhere(square, post, ben.account)
    return sorted(set(statements))


def _read_from_elsewhere(square: Square, post: PostId, ben: AccountId) -> None:
    """Read documents and lists as other servers do, and ask to quote."""
    bob = asker(square.app.database)
    square.make.follow(bob.account, ben)
    square.app.database.write_now(quoting.set_policy, ben, post, QuotePolicy.PUBLIC)
    square.app.database.write_now(quoting.ask, bob.account, post, "https://other.example/notes/1", None)
    leave = square.app.database.read_now(quote_leaves.of, post, "https://other.example/notes/1")
    assert leave is not None
    square.settle()
    for path in (*TOLD, f"/users/ben/quote_authorizations/{leave.id}"):
        assert bob.get(square, path.format(post=post)).status == 200, path
        headers = {"accept": "application/activity+json"}
        assert square.stranger.get(path.format(post=post), headers=headers).status in (200, 401), path


def _decide_and_look_at_the_log(square: Square, settings: Settings) -> None:
    """Decide something, take it back, and read all that is public of it."""
    kept, database = keeper_at(settings.home, settings.domain), square.app.database
    database.write_now(recording.open_log, kept.origin, str(kept.create()))
    cat = deciding.about(square.make.account("cat"))
    database.write_now(deciding.decide, COMMAND_LINE, cat, Act.LIMIT, Grounds(), [(Effect.LIMIT, cat)])
    database.write_now(deciding.reverse, COMMAND_LINE, cat, cat)
    square.settle()
    for path in ("", "/log", "/decisions", "/decisions?reversed=1", "/decisions?min_id=0", "/decisions.atom"):
        assert square.stranger.get(f"/trust{path}").status == 200
    for path in ("1", "2", "1/entry.tlog-proof"):
        assert square.stranger.get(f"/trust/decisions/{path}").status == 200


def _collect_and_look_back(square: Square, ann: Person, ben: Person) -> None:
    """Recommend somebody, who is told and leaves; and work out a year."""
    ben.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": True})
    wanted = {"name": "Poets", "discoverable": True, "account_ids": [str(ben.account)]}
    made = ann.client.post("/api/v1/collections", json=wanted).json()["collection"]
    path = f"/api/v1/collections/{made['id']}"
    for who in (ann.client, ben.client, square.stranger):
        assert who.get(path).status == who.get(f"/api/v1/accounts/{ann.account}/collections").status == 200
    assert ben.client.get(f"/api/v1/accounts/{ben.account}/in_collections").status == 200
    assert ann.client.patch(path, json={"name": "Bards"}).status == 200
    square.settle()
    assert ben.client.get("/api/v1/notifications").json()[0]["collection"]["name"] == "Bards"
    assert ben.client.post(f"{path}/items/{made['items'][0]['id']}/revoke").status == 200
    square.settle()
    assert ann.client.delete(path).status == 200
    assert ann.client.get("/api/v1/annual_reports/2026/state").status == 200
    assert ann.client.get("/api/v1/annual_reports").status == 200
    square.make.database.write_now(retrospecting.keep, *_looked_back(square, f"{ann.account}:2026"))
    assert ann.client.get("/api/v1/annual_reports/2026").status == 200


def _looked_back(square: Square, asked: str) -> tuple[str, Year]:
    assert square.make.database.write_now(annual_reports.wrote, AccountId(int(asked.partition(":")[0])), 2026)
    return asked, square.make.database.write_now(retrospecting.look_back, asked)


def _quote_and_converse(square: Square, ann: Person, ben: Person) -> None:
    """Quote a quote, take the leave back, and write to each other alone."""

    def ask(who: Person, method: str, path: str, **sent: Any) -> Any:
        answer = who.client.request(method, f"/api/v1/{path}", json=sent)
        assert answer.status == 200, f"{method} {path}: {answer.text}"
        square.settle()
        return answer.json()

    first = ask(ann, "POST", "statuses", status="First", quote_approval_policy="followers")["id"]
    square.make.follow(ben.account, ann.account)
    second = ask(ben, "POST", "statuses", status="Second", quoted_status_id=first)["id"]
    third = ask(ben, "POST", "statuses", status="Third", quoted_status_id=second)["id"]
    ask(ann, "PUT", f"statuses/{first}", status="First and foremost")
    for path in (f"statuses/{third}", f"statuses/{first}/quotes", f"statuses/{first}/quotes?min_id=1"):
        ask(ben, "GET", path)
    ask(ann, "POST", f"statuses/{first}/quotes/{second}/revoke")
    ask(ben, "DELETE", f"statuses/{second}")
    ask(ann, "PUT", f"statuses/{first}/interaction_policy", quote_approval_policy="nobody")
    letter = ask(ann, "POST", "statuses", status="@ben psst", visibility="direct")["id"]
    ask(ann, "PUT", f"statuses/{letter}", status="psst")
    id_ = ask(ben, "GET", "conversations")[0]["id"]
    ask(ben, "GET", "conversations?min_id=1")
    for verb in ("read", "unread"):
        ask(ben, "POST", f"conversations/{id_}/{verb}")
    ask(ann, "DELETE", f"statuses/{letter}")
    ask(ann, "POST", "statuses", status="@ben hello", visibility="direct")
    ask(ben, "DELETE", f"conversations/{ask(ben, 'GET', 'conversations')[0]['id']}")


def _keep_lists_and_filters(square: Square, ann: Person, ben: AccountId, post: PostId) -> None:
    """Ask for all that lists, filters and blocked domains can do."""

    def ask(method: str, path: str, **sent: Any) -> Any:
        answer = ann.client.request(method, path, json=sent)
        assert answer.status == 200, f"{method} {path}: {answer.text}"
        return answer.json()

    list_ = f"/api/v1/lists/{ask('POST', '/api/v1/lists', title='Poets')['id']}"
    ask("POST", f"{list_}/accounts", account_ids=[str(ben)])
    ask("PUT", list_, exclusive=True, replies_policy="followed")
    square.make.boost(ben, square.make.post(ben))
    square.settle()
    for path in (
        "/api/v1/lists",
        list_,
        f"{list_}/accounts",
        f"{list_}/accounts?limit=0",
        f"/api/v1/accounts/{ben}/lists",
    ):
        ask("GET", path)
    for part in ("", "?max_id=9000000000000000000", "?min_id=1&limit=40"):
        ask("GET", f"/api/v1/timelines/list/{list_.rpartition('/')[2]}{part}")
    ask("PUT", list_, exclusive=False)
    word = {"keyword": "morning", "whole_word": True}
    made = ask("POST", "/api/v2/filters", title="x", context=["home"], filter_action="hide", keywords_attributes=[word])
    filter_, keyword = f"/api/v2/filters/{made['id']}", f"/api/v2/filters/keywords/{made['keywords'][0]['id']}"
    named = ask("POST", f"{filter_}/statuses", status_id=str(post))["id"]
    ask("PUT", filter_, title="y", expires_in=3600)
    ask("PUT", keyword, keyword="evening")
    for path in ("/api/v1/filters", "/api/v2/filters", "/api/v1/timelines/home", "/api/v1/timelines/public"):
        ask("GET", path)
    ask("DELETE", f"/api/v2/filters/statuses/{named}")
    ask("DELETE", keyword)
    ask("DELETE", filter_)
    square.make.follow(ann.account, square.make.account("eve", host="far.example"))
    ask("POST", "/api/v1/domain_blocks", domain="far.example")
    square.settle()
    ask("GET", "/api/v1/domain_blocks")
    ask("DELETE", "/api/v1/domain_blocks", domain="far.example")
    ask("DELETE", f"{list_}/accounts", account_ids=[str(ben)])
    ask("DELETE", list_)


def _is_bounded(sql: str, line: str) -> bool:
    """Tell whether a step touches few rows all the same: an address is one's own, where nobody's is not what is asked for."""
    return bool(_MADE_THERE.match(line)) or ("(uri=?)" in line and "uri IS NULL" not in sql)


def test_no_statement_of_an_endpoint_walks_through_a_table(square: Square, asked: list[str]) -> None:
    """An index fits each of them, on both databases."""
    database = square.app.database
    assert len(asked) > 80
    if database.is_sqlite:
        write = Write(database)
        plans = {sql: [line for line in walks(write(plan, sql)) if not _is_bounded(sql, line)] for sql in asked}
        bad = {sql: found for sql, found in plans.items() if found}
    else:
        bad = sequential_scans(database, asked)
    assert bad == {}, "\n".join(f"{sql}: {found}" for sql, found in bad.items())
