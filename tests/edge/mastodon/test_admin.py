"""Administration: who may do what to whom, what becomes of those whom it is done to, and that all of it can be undone."""

from itertools import combinations, product
from urllib.parse import urlencode

import pytest

from bema.edge.mastodon import ROUTES
from bema.edge.routes import Route
from bema.model import limits
from bema.model.ids import AccountId
from bema.model.permissions import may
from bema.model.policy import SCOPES, Role, scope_allows
from bema.outside.clock import ManualClock
from tests.conftest import Person, Read, Square, Write

ACCOUNTS = "/api/v2/admin/accounts"
ADMIN = [route for route in ROUTES if route.path.startswith(("/api/v1/admin/", "/api/v2/admin/"))]


@pytest.fixture
def mod(square: Square) -> Person:
    """A moderator."""
    return square.staff("mod", Role.MODERATOR)


@pytest.fixture
def boss(square: Square) -> Person:
    """The owner of the server."""
    return square.staff("boss")


def act(by: Person, target: Person, type_: str, **more: object) -> int:
    """Do something to an account; return the status."""
    path = f"/api/v1/admin/accounts/{target.account}/action"
    return by.client.post(path, json={"type": type_, **more}).status


def undo(by: Person, target: Person, what: str) -> dict[str, object]:
    """Take back what was done to an account; return it as the staff sees it."""
    answer = by.client.post(f"/api/v1/admin/accounts/{target.account}/{what}")
    assert answer.status == 200, answer.text
    return dict(answer.json())


# --- Who may ----------------------------------------------------------------------------------------------------------


def test_every_method_of_the_administration_has_a_permission_and_a_scope() -> None:
    """A route without one would be open to whoever has a token."""
    assert len(ADMIN) > 45
    assert [
        route.path for route in ADMIN if route.permission is None or not (route.scope or "").startswith("admin:")
    ] == []


def test_a_method_needs_the_scope_of_the_token_and_the_permission_of_the_role(square: Square) -> None:
    """Either alone is a 403, for each method and each role; both together are none."""
    people = {role: square.make.account(role.name.lower()) for role in Role}
    logins = {role: square.make.login(f"{role.name}@example.org", people[role], role=role) for role in Role}
    clients = {}
    for role, scope in product(Role, {route.scope or "" for route in ADMIN}):
        lacking = " ".join(sorted(each for each in SCOPES if not scope_allows(frozenset((each,)), scope)))
        clients[role, scope, True] = square.client(square.make.token(logins[role], people[role], scope))
        clients[role, scope, False] = square.client(square.make.token(logins[role], people[role], lacking))
    for route, role, has_scope in product(ADMIN, Role, (True, False)):
        answer = clients[role, route.scope or "", has_scope].request(route.method, _url(route), json={})
        assert route.permission is not None
        allowed = has_scope and may(role, route.permission)
        place = f"{route.method} {route.path} as {role.name}: {answer.status} {answer.text}"
        assert answer.status < 500, place
        assert (answer.status == 403) is not allowed, place


def _url(route: Route) -> str:
    return route.path.replace("{id}", "1")


def test_nobody_acts_on_themselves_an_equal_or_a_superior(square: Square, mod: Person, boss: Person) -> None:
    """Whatever the action, and also to take it back."""
    peer, ann = square.staff("peer", Role.MODERATOR), square.person("ann")
    for type_ in ("none", "disable", "sensitive", "silence", "suspend"):
        for target in (mod, peer, boss):
            assert act(mod, target, type_) == 403
        assert act(boss, boss, type_) == 403
        assert act(mod, ann, type_) == 200
        assert act(boss, peer, type_) == 200
    for what in ("enable", "unsilence", "unsuspend", "unsensitive"):
        assert mod.client.post(f"/api/v1/admin/accounts/{peer.account}/{what}").status == 403
    assert boss.client.post("/api/v1/admin/accounts/1/action", json={"type": "suspend"}).status == 404
    assert boss.client.post(f"/api/v1/admin/accounts/{ann.account}/action", json={"type": "burn"}).status == 422


def test_clients_are_told_what_a_role_may(square: Square, boss: Person, mod: Person) -> None:
    """As Mastodon's bits, with a badge on the profile of the staff."""
    role = boss.client.get("/api/v1/accounts/verify_credentials").json()["role"]
    assert (role["name"], role["permissions"], role["highlighted"]) == ("Owner", str((1 << 20) - 1), True)
    assert mod.client.get("/api/v1/accounts/verify_credentials").json()["role"]["permissions"] == "1308"
    ann = square.person("ann")
    assert ann.client.get("/api/v1/accounts/verify_credentials").json()["role"]["permissions"] == "0"


# --- What becomes of it -----------------------------------------------------------------------------------------------


def paths_to(account: AccountId, name: str, post: int, reply: int) -> tuple[str, ...]:
    """Name every path that reads of somebody, their post, and what was answered to it."""
    return (
        f"/api/v1/accounts/{account}",
        f"/api/v1/accounts/{account}/statuses",
        f"/api/v1/accounts/{account}/followers",
        f"/api/v1/accounts/lookup?acct={name}",
        f"/api/v1/accounts?id[]={account}",
        f"/api/v1/accounts/relationships?id[]={account}",
        f"/api/v1/accounts/search?q={name}",
        f"/api/v2/search?q={name}",
        "/api/v2/search?q=zwetschge",
        f"/api/v1/statuses/{post}",
        f"/api/v1/statuses/{post}/context",
        f"/api/v1/statuses/{post}/history",
        f"/api/v1/statuses?id[]={post}",
        f"/api/v1/statuses/{reply}/context",
        "/api/v1/timelines/home",
        "/api/v1/timelines/public",
        "/api/v1/timelines/tag/fruit",
        "/api/v1/bookmarks",
        "/api/v1/favourites",
        "/api/v1/notifications",
        f"/@{name}",
        f"/@{name}/{post}",
        "/explore",
    )


def test_a_suspended_account_vanishes_from_every_path_and_comes_back_as_it_was(square: Square, mod: Person) -> None:
    """Nothing is deleted: ids, counts, follows, posts, home entries and notifications are the same, byte for byte."""
    ann, bob = square.person("ann"), square.person("bob")
    square.make.follow(bob.account, ann.account)
    square.make.follow(ann.account, bob.account)
    post = square.make.post(ann.account, "zwetschge", tags=["fruit"], mentions=[bob.account])
    reply = square.make.post(bob.account, "plum", in_reply_to=post)
    square.make.boost(bob.account, post)
    square.make.favourite(bob.account, post)
    square.make.bookmark(bob.account, post)
    square.settle()
    paths = paths_to(ann.account, "ann", post, reply)
    before = {path: bob.client.get(path) for path in paths}
    assert all(answer.status == 200 for answer in before.values())
    assert act(mod, ann, "suspend", text="For a test") == 200
    square.settle()
    for path in paths:
        answer = bob.client.get(path)
        assert "zwetschge" not in answer.text.replace("q=zwetschge", ""), path
        assert '"acct":"ann"' not in answer.text, path
        if path.startswith((f"/api/v1/accounts/{ann.account}", f"/api/v1/statuses/{post}", "/@ann")):
            assert answer.status == 404, path
    shut = ann.client.get("/api/v1/timelines/home")
    assert (shut.status, shut.json()) == (403, {"error": "Your login is currently disabled"})
    assert undo(mod, ann, "unsuspend")["suspended"] is False
    square.settle()
    after = {path: bob.client.get(path) for path in paths}
    assert {path: answer.body for path, answer in after.items() if not path.startswith("/@")} == {
        path: answer.body for path, answer in before.items() if not path.startswith("/@")
    }
    assert [after[path].status for path in paths] == [200] * len(paths)
    assert ann.client.get("/api/v1/timelines/home").status == 200


def test_a_limited_account_is_found_by_its_followers_alone(square: Square, mod: Person) -> None:
    """It is there for whoever asks for it, and says that it is limited."""
    ann, bob, cat = square.person("ann"), square.person("bob"), square.person("cat")
    square.make.follow(bob.account, ann.account)
    post = square.make.post(ann.account, "zwetschge", tags=["fruit"])
    square.settle()
    assert act(mod, ann, "silence") == 200
    square.settle()
    for path in ("/api/v1/timelines/public", "/api/v1/timelines/tag/fruit", "/api/v1/timelines/tag/fruit?local=true"):
        assert [each["id"] for each in bob.client.get(path).json()] == [str(post)], path
        assert [each["id"] for each in ann.client.get(path).json()] == [str(post)], path
        assert cat.client.get(path).json() == square.stranger.get(path).json() == [], path
    assert cat.client.get("/api/v1/accounts/search?q=an").json() == []
    assert [each["acct"] for each in bob.client.get("/api/v1/accounts/search?q=an").json()] == ["ann"]
    assert cat.client.get(f"/api/v1/statuses/{post}").json()["account"]["limited"] is True
    assert cat.client.get(f"/api/v1/accounts/{ann.account}").json()["limited"] is True
    assert undo(mod, ann, "unsilence")["silenced"] is False
    assert "limited" not in cat.client.get(f"/api/v1/accounts/{ann.account}").json()
    assert len(cat.client.get("/api/v1/timelines/public").json()) == 1


def test_a_frozen_login_is_refused_everywhere_and_thawed_again(square: Square, mod: Person) -> None:
    """Tokens say so, sessions end, the account stays; thawed, the tokens are good again."""
    ann = square.person("ann")
    browser = square.client()
    browser.cookies["bema_session"] = square.make.session(ann.login, ann.account)
    assert browser.get("/home").status == 200
    assert act(mod, ann, "disable") == 200
    for path in ("/api/v1/timelines/home", "/api/v1/accounts/verify_credentials", "/api/v1/timelines/public"):
        assert ann.client.get(path).json() == {"error": "Your login is currently disabled"}, path
    assert browser.get("/home").status == 303
    assert square.stranger.get(f"/api/v1/accounts/{ann.account}").status == 200
    assert undo(mod, ann, "enable")["disabled"] is False
    assert ann.client.get("/api/v1/timelines/home").status == 200
    assert browser.get("/home").status == 303


def test_what_a_sensitive_account_posts_is_sensitive(square: Square, mod: Person) -> None:
    """What it posted before as well, until that is taken back."""
    ann = square.person("ann")
    post = square.make.post(ann.account)
    for type_, expected in (("sensitive", True), (None, False)):
        if type_ is None:
            undo(mod, ann, "unsensitive")
        else:
            assert act(mod, ann, type_) == 200
        assert square.stranger.get(f"/api/v1/statuses/{post}").json()["sensitive"] is expected


def test_decisions_add_up(square: Square, mod: Person) -> None:
    """Of two that do the same, taking back ends both; of two that do different things, each ends by itself."""
    ann = square.person("ann")
    for type_ in ("silence", "silence", "sensitive"):
        assert act(mod, ann, type_) == 200
    seen = undo(mod, ann, "unsilence")
    assert (seen["silenced"], seen["sensitized"]) == (False, True)
    assert undo(mod, ann, "unsilence")["silenced"] is False  # where nothing is in force, nothing changes
    assert undo(mod, ann, "unsensitive")["sensitized"] is False


def test_an_account_is_deleted_only_after_it_was_suspended(square: Square, boss: Person, clock: ManualClock) -> None:
    """Deleting destroys, hence it is two steps, and six months between them; its name and its decisions stay."""
    ann = square.person("ann")
    path = f"/api/v1/admin/accounts/{ann.account}"
    assert boss.client.delete(path).status == 403
    assert act(boss, ann, "suspend") == 200
    assert boss.client.delete(path).status == 403
    clock.advance(seconds=limits.APPEAL_WINDOW_SECONDS, milliseconds=1)
    assert boss.client.delete(path).json()["username"] == "ann"
    square.settle()
    assert boss.client.get(path).status == 404


# --- At the door ------------------------------------------------------------------------------------------------------


def test_who_waits_is_approved_or_sent_away(square: Square, mod: Person) -> None:
    """The staff sees address and reason; who was let in cannot be sent away like that."""
    waiting = {}
    for name in ("ann", "bob"):
        account = square.make.account(name)
        square.make.login(f"{name}@example.com", account, approved=False)
        waiting[name] = account
    listed = mod.client.get("/api/v2/admin/accounts?status=pending").json()
    assert [(each["username"], each["email"], each["approved"]) for each in listed] == [
        ("bob", "bob@example.com", False),
        ("ann", "ann@example.com", False),
    ]
    assert mod.client.post(f"/api/v1/admin/accounts/{waiting['ann']}/approve").json()["approved"] is True
    assert mod.client.post(f"/api/v1/admin/accounts/{waiting['bob']}/reject").json()["username"] == "bob"
    for what in ("approve", "reject"):
        assert mod.client.post(f"/api/v1/admin/accounts/{waiting['ann']}/{what}").status == 403
    assert mod.client.get("/api/v2/admin/accounts?status=pending").json() == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("v2/admin/accounts", ["dan", "cat", "bob", "ann", "boss", "mod"]),
        ("v2/admin/accounts?origin=remote", ["dan"]),
        ("v2/admin/accounts?origin=local&status=active", ["cat", "ann", "boss", "mod"]),
        ("v2/admin/accounts?status=suspended", ["bob"]),
        ("v2/admin/accounts?status=silenced", ["cat"]),
        ("v2/admin/accounts?permissions=staff", ["boss", "mod"]),
        ("v2/admin/accounts?role_ids[]=3", ["boss"]),
        ("v2/admin/accounts?role_ids[]=-99&origin=local", ["cat", "bob", "ann"]),
        ("v2/admin/accounts?username=ca", ["cat"]),
        ("v2/admin/accounts?display_name=ann", ["ann"]),
        ("v2/admin/accounts?by_domain=there.example", ["dan"]),
        ("v2/admin/accounts?email=CAT@example.org", ["cat"]),
        ("v2/admin/accounts?ip=192.0.2.1", ["ann"]),
        ("v2/admin/accounts?ip=nonsense", []),
        ("v1/admin/accounts?local=true&active=true", ["cat", "ann", "boss", "mod"]),
        ("v1/admin/accounts?suspended=true", ["bob"]),
        ("v1/admin/accounts?remote=true", ["dan"]),
        ("v1/admin/accounts?staff=true", ["boss", "mod"]),
    ],
)
def test_accounts_are_found_by_what_only_the_staff_knows(
    square: Square, mod: Person, boss: Person, query: str, names: list[str]
) -> None:
    """Each filter of both versions, alone and together."""
    ann, bob, cat = square.person("ann"), square.person("bob"), square.person("cat")
    square.make.account("dan", host="there.example")
    square.make.session(ann.login, ann.account)
    assert act(mod, bob, "suspend") == 200
    assert act(mod, cat, "silence") == 200
    square.settle()
    found = boss.client.get(f"/api/{query}")
    assert [each["username"] for each in found.json()] == names, found.text


def test_filters_hold_together_and_need_no_statement_for_each_set_of_them(
    square: Square, boss: Person, statements: list[str]
) -> None:
    """Statements are kept as long as the process lives: whoever asks in all ways must not use up the room for them."""
    ann = square.person("ann")
    square.person("bob")
    square.settle()
    right = {"username": "ann", "email": "ann@example.org", "by_domain": "square.example", "role_ids[]": "-99"}
    wrong = {"username": "zoe", "email": "bob@example.org", "by_domain": "there.example", "permissions": "staff"}
    wrong |= {"ip": "192.0.2.99", "invited_by": str(ann.account)}
    statements.clear()
    for number in range(1, len(right) + 1):
        for names in combinations(right, number):
            asked = {name: right[name] for name in names}
            found = [each["username"] for each in boss.client.get(f"{ACCOUNTS}?{urlencode(asked)}").json()]
            assert "ann" in found
            assert found == ["ann"] or not {"username", "email"}.intersection(names)
            for name, value in wrong.items():
                found = [
                    each["username"]
                    for each in boss.client.get(f"{ACCOUNTS}?{urlencode({**asked, name: value})}").json()
                ]
                assert "ann" not in found
    assert len(set(statements)) < 30


# --- The trace --------------------------------------------------------------------------------------------------------


def test_what_is_in_force_can_be_worked_out_again_from_the_decisions(
    square: Square, mod: Person, read: Read, write: Write
) -> None:
    """No flag is set in passing: the columns that readers look at are those that the decisions give."""
    from bema.domain import deciding
    from bema.store import decisions
    from bema.store.timelines import Range

    ann = square.person("ann")
    assert act(mod, ann, "suspend", text="Because") == 200
    undo(mod, ann, "unsuspend")
    assert act(mod, ann, "silence", text="Rather this") == 200
    made = read(deciding.of_account, ann.account, Range(limit=10))
    assert [(each.act.value, each.reasons, each.by_login, each.by_role) for each in made] == [
        ("limit", "Rather this", mod.login, Role.MODERATOR),
        ("suspend", "Because", mod.login, Role.MODERATOR),
    ]
    acts = [(row.act, row.login_id, row.subject_id) for row in read(decisions.acts, Range(limit=10))]
    assert acts == [(act_, mod.login, ann.account) for act_ in ("limit", "reverse", "suspend")]
