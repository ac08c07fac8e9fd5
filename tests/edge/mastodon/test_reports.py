"""Reports: what may be reported, that it is kept as it was seen, who hears of it, and how the staff works through it."""

import msgspec
import pytest
from sqlalchemy import bindparam, update

from bema.model.policy import Role, Visibility
from bema.settings import Rule, Settings
from bema.store import tables
from tests.conftest import Person, Square


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A server with two rules."""
    return msgspec.structs.replace(settings, rules=[Rule(text="Be kind"), Rule(text="No spam")])


@pytest.fixture
def mod(square: Square) -> Person:
    """A moderator."""
    return square.staff("mod", Role.MODERATOR)


def report(by: Person, target: Person, **more: object) -> dict[str, object]:
    """Report somebody."""
    answer = by.client.post("/api/v1/reports", json={"account_id": str(target.account), **more})
    assert answer.status == 200, answer.text
    return dict(answer.json())


def test_a_report_answers_with_what_was_reported(square: Square) -> None:
    """Every attribute of the entity; who names rules reports a violation, whatever they call it."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(bob.account)
    made = report(ann, bob, status_ids=[str(post)], comment="Look", category="spam", rule_ids=["2"], forward=True)
    target = made.pop("target_account")
    assert isinstance(target, dict)
    assert target["acct"] == "bob"
    assert made | {"id": "", "created_at": ""} == {
        "id": "",
        "action_taken": False,
        "action_taken_at": None,
        "category": "violation",
        "comment": "Look",
        "forwarded": False,
        "created_at": "",
        "status_ids": [str(post)],
        "collection_ids": [],
        "rule_ids": ["2"],
    }


def test_what_cannot_be_reported_is_refused(square: Square) -> None:
    """Oneself, nobody, posts of others or that one cannot see, rules that do not exist, too many words."""
    ann, bob, cat = square.person("ann"), square.person("bob"), square.person("cat")
    hidden = square.make.post(bob.account, visibility=Visibility.DIRECT)
    others = square.make.post(cat.account)
    for body, status in (
        ({"account_id": str(ann.account)}, 422),
        ({"account_id": "1"}, 404),
        ({}, 404),
        ({"account_id": "nonsense"}, 404),
        ({"account_id": str(bob.account), "status_ids": [str(hidden)]}, 404),
        ({"account_id": str(bob.account), "status_ids": [str(others)]}, 404),
        ({"account_id": str(bob.account), "rule_ids": ["3"]}, 422),
        ({"account_id": str(bob.account), "category": "nonsense"}, 422),
        ({"account_id": str(bob.account), "comment": "a" * 1_001}, 422),
    ):
        assert ann.client.post("/api/v1/reports", json=body).status == status, body


def test_the_staff_sees_a_post_as_it_was_reported_when_it_is_gone(square: Square, mod: Person) -> None:
    """Its author cannot make a report empty by deleting what it is about."""
    ann, bob = square.person("ann"), square.person("bob")
    posts = [square.make.post(bob.account, text, visibility=Visibility.DIRECT, mentions=[ann.account]) for text in "xy"]
    made = report(ann, bob, status_ids=[str(each) for each in posts])
    assert bob.client.delete(f"/api/v1/statuses/{posts[0]}").status == 200
    seen = mod.client.get(f"/api/v1/admin/reports/{made['id']}").json()
    assert [(each["id"], each["content"]) for each in seen["statuses"]] == [
        (str(posts[0]), "<p>x</p>"),
        (str(posts[1]), "<p>y</p>"),
    ]
    assert (seen["account"]["username"], seen["target_account"]["username"]) == ("ann", "bob")
    assert (seen["assigned_account"], seen["action_taken_by_account"], seen["rules"]) == (None, None, [])


def test_the_staff_works_through_reports(square: Square, mod: Person) -> None:
    """Taken, left, classified, resolved, taken up again: each act answers with the report as it is then."""
    ann, bob = square.person("ann"), square.person("bob")
    id_ = report(ann, bob)["id"]

    def do(what: str) -> dict[str, object]:
        answer = mod.client.post(f"/api/v1/admin/reports/{id_}/{what}")
        assert answer.status == 200, answer.text
        return dict(answer.json())

    assigned = do("assign_to_self")["assigned_account"]
    assert isinstance(assigned, dict)
    assert assigned["username"] == "mod"
    assert do("unassign")["assigned_account"] is None
    changed = mod.client.put(f"/api/v1/admin/reports/{id_}", json={"category": "violation", "rule_ids": [1]}).json()
    assert (changed["category"], changed["rules"][0]["text"]) == ("violation", "Be kind")
    changed = mod.client.put(f"/api/v1/admin/reports/{id_}", json={"category": "spam"}).json()
    assert (changed["category"], changed["rules"]) == ("spam", [])
    assert do("resolve")["action_taken"] is True
    assert mod.client.get("/api/v1/admin/reports").json() == []
    assert [each["id"] for each in mod.client.get("/api/v1/admin/reports?resolved=true").json()] == [id_]
    assert do("reopen")["action_taken_at"] is None
    for query, count in (
        ("", 1),
        (f"?account_id={ann.account}", 1),
        (f"?account_id={bob.account}", 0),
        (f"?target_account_id={bob.account}", 1),
        ("?resolved=true", 0),
        ("?resolved=true&unresolved=true", 1),
    ):
        assert len(mod.client.get(f"/api/v1/admin/reports{query}").json()) == count, query
    assert mod.client.post("/api/v1/admin/reports/1/resolve").status == 404


def test_an_action_resolves_what_was_reported(square: Square, mod: Person) -> None:
    """A warning resolves the report that it answers, anything more all about the account; of another's it is refused."""
    ann, bob, cat = square.person("ann"), square.person("bob"), square.person("cat")
    first, second, other = (report(ann, bob)["id"], report(cat, bob)["id"], report(ann, cat)["id"])
    path = f"/api/v1/admin/accounts/{bob.account}/action"
    assert mod.client.post(path, json={"type": "none", "report_id": other}).status == 404
    assert mod.client.post(path, json={"type": "none", "report_id": first}).status == 200
    assert {each["id"] for each in mod.client.get("/api/v1/admin/reports").json()} == {second, other}
    assert mod.client.post(path, json={"type": "silence", "text": "Enough"}).status == 200
    assert {each["id"] for each in mod.client.get("/api/v1/admin/reports").json()} == {other}


def test_those_concerned_are_told(square: Square, mod: Person) -> None:
    """The staff of a report and of newcomers, the account of what was decided about it; nobody else."""
    ann, bob = square.person("ann"), square.person("bob")
    made = report(ann, bob)
    path = f"/api/v1/admin/accounts/{bob.account}/action"
    assert (
        mod.client.post(path, json={"type": "silence", "text": "Enough", "send_email_notification": True}).status == 200
    )
    square.settle()
    told = mod.client.get("/api/v1/notifications").json()
    assert [(each["type"], each["account"]["acct"]) for each in told] == [("admin.report", "ann")]
    assert (told[0]["report"]["id"], told[0]["report"]["target_account"]["acct"]) == (made["id"], "bob")
    warned = bob.client.get("/api/v1/notifications").json()
    assert [each["type"] for each in warned] == ["moderation_warning"]
    warning = warned[0]["moderation_warning"]
    assert (warning["action"], warning["text"], warning["appeal"]) == ("silence", "Enough", None)
    assert warning["target_account"]["acct"] == "bob"
    assert ann.client.get("/api/v1/notifications").json() == []


def test_who_is_of_the_staff_no_more_reads_no_report_they_were_told_of(square: Square, mod: Person) -> None:
    """Who reported whom, and with which words, is for those who work through it."""
    report(square.person("ann"), square.person("bob"), comment="They threaten me")
    square.settle()
    (told,) = mod.client.get("/api/v1/notifications").json()
    assert told["report"]["comment"] == "They threaten me"
    square.app.database.write_now(lambda tx: tx.run(_DEMOTE, {"key": mod.login}))
    assert mod.client.get("/api/v1/notifications").json() == []
    assert mod.client.get(f"/api/v1/notifications/{told['id']}").status == 404
    assert mod.client.get("/api/v2/notifications").json()["notification_groups"] == []


_DEMOTE = update(tables.login).where(tables.login.c.id == bindparam("key")).values(role=int(Role.MEMBER))


def test_a_removed_post_is_seen_by_nobody_and_comes_back_as_it_was(square: Square, mod: Person) -> None:
    """Its author can neither see, edit nor delete it meanwhile; counts, boosts and bookmarks are there again."""
    from bema.domain import deciding
    from bema.model.decisions import Act, Grounds
    from bema.model.permissions import Staff

    ann, bob = square.person("ann"), square.person("bob")
    square.make.follow(bob.account, ann.account)
    post = square.make.post(ann.account, "zwetschge", mentions=[bob.account])
    reply = square.make.post(bob.account, "plum", in_reply_to=post)
    boost = square.make.boost(bob.account, post)
    square.make.bookmark(bob.account, post)
    square.settle()
    paths = (
        f"/api/v1/statuses/{post}",
        f"/api/v1/statuses/{boost}",
        f"/api/v1/statuses/{reply}/context",
        f"/api/v1/accounts/{ann.account}/statuses",
        f"/api/v1/accounts/{bob.account}/statuses",
        "/api/v1/timelines/home",
        "/api/v1/timelines/public",
        "/api/v1/bookmarks",
        "/api/v1/notifications",
        "/api/v2/search?q=zwetschg",
    )
    people = (ann.client, bob.client)
    before = [client.get(path).body for client in people for path in paths]
    staff, database = Staff(mod.login, mod.account, Role.MODERATOR), square.app.database
    grounds = Grounds(reasons="For a test", posts=[post])
    site = square.app.site
    database.write_now(deciding.on_posts, site, staff, ann.account, Act.REMOVE_POSTS, grounds, by_letter=False)
    square.settle()
    for client in (*people, square.stranger):
        for path in paths[:7]:
            assert "zwetschge" not in client.get(path).text, path
        assert client.get(paths[0]).status == 404
    assert ann.client.delete(paths[0]).status == 404
    assert ann.client.put(paths[0], json={"status": "other"}).status == 404
    warned = ann.client.get("/api/v1/notifications").json()[0]["moderation_warning"]
    assert (warned["action"], warned["status_ids"]) == ("delete_statuses", [str(post)])
    assert ann.client.delete("/api/v1/notifications/destroy_multiple").status == 200
    database.write_now(deciding.restore_post, staff, post)
    square.settle()
    after = [client.get(path).body for client in people for path in paths]
    changed = [path for path, one, other in zip(paths * 2, before, after, strict=True) if one != other]
    assert changed == ["/api/v1/notifications"]  # the author was told of the removal


def test_posts_are_marked_as_sensitive_and_their_author_cannot_undo_it(square: Square, mod: Person) -> None:
    """What was decided is beside what the author wrote, and goes when the decision does."""
    from bema.domain import deciding
    from bema.model.decisions import Act, Grounds
    from bema.model.permissions import Staff

    ann = square.person("ann")
    post = square.make.post(ann.account, "zwetschge")
    staff, database, site = Staff(mod.login, mod.account, Role.MODERATOR), square.app.database, square.app.site
    grounds = Grounds(posts=[post])
    database.write_now(deciding.on_posts, site, staff, ann.account, Act.MARK_POSTS_SENSITIVE, grounds, by_letter=False)
    edited = ann.client.put(f"/api/v1/statuses/{post}", json={"status": "plum", "sensitive": False})
    assert edited.json()["sensitive"] is True
    database.write_now(deciding.restore_post, staff, post)
    assert ann.client.get(f"/api/v1/statuses/{post}").json()["sensitive"] is False
