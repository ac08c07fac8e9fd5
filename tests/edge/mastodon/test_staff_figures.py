"""Figures for the staff: they are counted from what there is, and a tag is what the staff says it is."""

import re

import pytest

from bema.model.events import PostPublished
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.store import posts, tags
from bema.store.tx import WriteTx
from tests.conftest import START, Person, Square
from tests.subscribers.test_plans import plan, sequential_scans, walks

DAY = 86_400_000
SPAN = {"start_at": "2025-12-31T00:00:00Z", "end_at": "2026-01-01T00:00:00Z"}


@pytest.fixture
def boss(square: Square) -> Person:
    """The owner of the server."""
    return square.staff("boss")


_FEW = re.compile(r"VIRTUAL TABLE|ix_domain_local")  # what a full-text index found, and the domains of this server


def remote_post(square: Square, author: AccountId, tag: str) -> None:
    """Let a post from elsewhere arrive, with a tag."""

    def arrive(tx: WriteTx) -> None:
        id_ = PostId(tx.new_id())
        new = posts.NewPost(
            id=id_, author=author, visibility=Visibility.PUBLIC, created_at=tx.now, local=False, language="en"
        )
        posts.add(tx, new)
        tags.tag_post(tx, id_, {tag: tag})
        tx.emit(PostPublished(post=id_, author=author))

    square.app.database.write_now(arrive)


def tag_id(square: Square, boss: Person, name: str) -> str:
    """Find a tag among all."""
    found = {each["name"]: each["id"] for each in boss.client.get("/api/v1/admin/tags").json()}
    return str(found[name])


def test_measures_count_each_day_and_the_span_before(square: Square, boss: Person) -> None:
    """What happened yesterday and today, of this server and of another; keys that do not exist are passed over."""
    ann, bob = square.person("ann"), square.person("bob")
    dan = square.make.account("dan", host="there.example")
    yesterday = square.make.post(ann.account, tags=["tea"], at=START - DAY)
    square.make.post(ann.account, tags=["tea"], at=START + 1_000)
    square.make.post(bob.account, in_reply_to=yesterday, at=START + 2_000)
    square.make.post(bob.account, at=START - 3 * DAY)
    remote_post(square, dan, "tea")
    square.make.favourite(bob.account, yesterday)
    square.make.follow(bob.account, dan)
    square.settle()
    assert ann.client.post("/api/v1/reports", json={"account_id": str(bob.account)}).status == 200
    id_ = tag_id(square, boss, "tea")
    keys = ["active_users", "new_users", "interactions", "opened_reports", "resolved_reports", "nonsense"]
    keys += ["tag_uses", "tag_accounts", "tag_servers", "instance_accounts", "instance_statuses", "instance_follows"]
    about = {key: {"id": id_} for key in keys if key.startswith("tag_")}
    about |= {key: {"domain": "there.example"} for key in keys if key.startswith("instance_")}
    answer = boss.client.post("/api/v1/admin/measures", json={"keys": keys, **SPAN, **about})
    counted = {
        each["key"]: ([day["value"] for day in each["data"]], each["total"], each["previous_total"])
        for each in answer.json()
    }
    assert counted == {
        "active_users": (["1", "2"], "2", "1"),
        "new_users": (["0", "3"], "3", "0"),
        "interactions": (["0", "2"], "2", "0"),
        "opened_reports": (["0", "1"], "1", "0"),
        "resolved_reports": (["0", "0"], "0", "0"),
        "tag_uses": (["1", "2"], "3", "0"),
        "tag_accounts": (["1", "2"], "2", "0"),
        "tag_servers": (["0", "1"], "1", "0"),
        "instance_accounts": (["0", "1"], "1", "0"),
        "instance_statuses": (["0", "1"], "1", "0"),
        "instance_follows": (["0", "1"], "1", "0"),
    }
    assert answer.json()[0]["data"][0]["date"] == "2025-12-31T00:00:00.000Z"
    assert boss.client.post("/api/v1/admin/measures", json={"keys": keys, "start_at": "nonsense"}).status == 422


def test_dimensions_tell_what_there_is_most_of(square: Square, boss: Person) -> None:
    """By language, app and server, and what the server is made of."""
    ann = square.person("ann")
    dan = square.make.account("dan", host="there.example")
    for language in ("ur", "ur", "de"):
        square.make.post(ann.account, language=language, tags=["tea"])
    remote_post(square, dan, "tea")
    square.settle()
    id_ = tag_id(square, boss, "tea")
    keys = ["languages", "sources", "servers", "space_usage", "software_versions", "tag_servers", "tag_languages"]
    keys += ["instance_accounts", "instance_languages"]
    about = {key: {"id": id_} for key in keys if key.startswith("tag_")}
    about |= {key: {"domain": "there.example"} for key in keys if key.startswith("instance_")}
    answer = boss.client.post("/api/v1/admin/dimensions", json={"keys": keys, "limit": 5, **SPAN, **about}).json()
    tables = {each["key"]: each["data"] for each in answer}
    assert list(tables) == keys
    assert [(row["key"], row["human_key"], row["value"]) for row in tables["languages"]] == [
        ("ur", "Urdu", "2"),
        ("de", "German", "1"),
    ]
    assert [(row["key"], row["value"]) for row in tables["sources"]] == [("web", "3")]
    assert [(row["key"], row["value"]) for row in tables["tag_servers"]] == [("there.example", "1")]
    assert tables["space_usage"][0]["unit"] == "bytes"
    assert int(tables["space_usage"][0]["value"]) > 10_000
    assert [row["human_key"] for row in tables["software_versions"]][:2] == ["Bema", "Python"]


def test_retention_follows_those_who_joined(square: Square, boss: Person) -> None:
    """By day and by month; without a span there is nothing to tell."""
    ann = square.person("ann")
    square.person("bob")
    square.make.post(ann.account, at=START + 1_000)
    cohorts = boss.client.post("/api/v1/admin/retention", json={**SPAN, "frequency": "day"}).json()
    assert [(each["period"], len(each["data"])) for each in cohorts] == [
        ("2025-12-31T00:00:00.000Z", 2),
        ("2026-01-01T00:00:00.000Z", 1),
    ]
    assert cohorts[1]["data"] == [{"date": "2026-01-01T00:00:00.000Z", "rate": pytest.approx(1 / 3), "value": "1"}]
    months = boss.client.post("/api/v1/admin/retention", json={**SPAN, "frequency": "month"}).json()
    assert [each["period"] for each in months] == ["2025-12-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"]
    assert boss.client.post("/api/v1/admin/retention", json={"frequency": "day"}).json() == []


def test_a_tag_is_what_the_staff_says_it_is(square: Square, boss: Person) -> None:
    """Not to be used: posts are not found by it; not to be listed: nobody is offered it; written as decided."""
    ann = square.person("ann")
    square.make.post(ann.account, tags=["teatime"])
    path = f"/api/v1/admin/tags/{tag_id(square, boss, 'teatime')}"
    assert boss.client.get(path).json()["requires_review"] is True
    changed = boss.client.put(path, json={"usable": False, "listable": False, "display_name": "TeaTime"}).json()
    assert (changed["name"], changed["usable"], changed["listable"], changed["trendable"]) == (
        "TeaTime",
        False,
        False,
        False,
    )
    assert changed["requires_review"] is False
    assert boss.client.put(path, json={"display_name": "coffee"}).status == 422
    assert ann.client.post("/api/v1/statuses", json={"status": "#teatime again"}).status == 200
    assert len(ann.client.get("/api/v1/timelines/tag/teatime").json()) == 1
    assert ann.client.get("/api/v2/search?q=teat&type=hashtags").json()["hashtags"] == []
    assert boss.client.put(path, json={"usable": True, "listable": True}).json()["usable"] is True
    assert boss.client.get("/api/v1/admin/tags/1").status == 404


def test_no_statement_of_the_administration_walks_through_a_table(
    square: Square, boss: Person, statements: list[str]
) -> None:
    """An index fits each of them, but for figures, which count what they are about."""
    ann = square.person("ann")
    post: PostId = square.make.post(ann.account)
    square.settle()
    statements.clear()
    ask = {"account_id": str(ann.account), "status_ids": [str(post)]}
    report = square.person("bob").client.post("/api/v1/reports", json=ask).json()["id"]
    statements.clear()
    for query in (
        "origin=local",
        "status=suspended",
        "status=pending",
        "status=disabled",
        "status=silenced",
        "status=sensitized",
        "permissions=staff",
        "username=ann",
        "by_domain=there.example",
        "email=ann@example.org",
        "ip=192.0.2.1",
        f"invited_by={boss.account}",
    ):
        assert boss.client.get(f"/api/v2/admin/accounts?{query}").status == 200
    for path in ("reports", f"reports/{report}", "domain_blocks", "email_domain_blocks", "ip_blocks", "domain_allows"):
        assert boss.client.get(f"/api/v1/admin/{path}").status == 200
    for type_ in ("silence", "suspend", "disable"):
        assert boss.client.post(f"/api/v1/admin/accounts/{ann.account}/action", json={"type": type_}).status == 200
    for what in ("unsuspend", "unsilence", "enable"):
        assert boss.client.post(f"/api/v1/admin/accounts/{ann.account}/{what}").status == 200
    asked = sorted(set(statements))
    database = square.app.database
    if database.is_sqlite:
        write = database.write_now
        plans = {sql: [line for line in walks(write(plan, sql)) if not _FEW.search(line)] for sql in asked}
        bad = {sql: found for sql, found in plans.items() if found}
    else:
        bad = sequential_scans(database, asked)
    assert bad == {}
