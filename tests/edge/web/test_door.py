"""The door at the desk: measures of every kind are proposed, approved and ended there, by those who may."""

import hashlib

import pytest

from bema.domain import auditing
from bema.model.policy import Role
from tests.conftest import Person, Square
from tests.edge.web.test_desk import TOKEN, browser, read_page, send


@pytest.fixture
def boss(square: Square) -> Person:
    """The owner."""
    return square.staff("boss")


@pytest.fixture
def admin(square: Square) -> Person:
    """An administrator."""
    return square.staff("admin", Role.ADMIN)


def test_a_server_is_kept_away_by_two(square: Square, boss: Person, admin: Person) -> None:
    """Proposed with its reasons, approved by another, listed; what it replaced is named, and holds again."""
    first, second = browser(square, boss), browser(square, admin)
    path = "/staff/door"
    wanted = {"kind": "domain", "name": "far.example", "reasons": "Spam, day and night", "private_comment": "See mail"}
    milder = send(first, path, path, **wanted, severity="1")
    assert "Nothing of this kind is kept away." in read_page(second, path)
    assert square.stranger.get("/api/v1/instance/domain_blocks").json() == []
    page = read_page(second, milder)
    for words in ("far.example", "Spam, day and night", "See mail", "Waits for a second person"):
        assert words in page, words
    send(second, milder, f"{milder}/approve")
    stricter = send(second, path, path, **wanted, severity="2", reject_media="1")
    send(first, stricter, f"{stricter}/approve")
    page = read_page(first, path)
    for words in ("far.example", "suspended", "no pictures", "Spam, day and night"):
        assert words in page, words
    [told] = square.stranger.get("/api/v1/instance/domain_blocks").json()
    assert (told["domain"], told["severity"], told["comment"]) == ("far.example", "suspend", "Spam, day and night")
    assert f'What it replaced holds again: <a href="{milder}">' in read_page(first, stricter)
    send(first, stricter, f"{stricter}/reverse", reasons="They mended it")
    assert square.stranger.get("/api/v1/instance/domain_blocks").json()[0]["severity"] == "silence"
    ended = TOKEN.search(first.get(path).text)
    assert ended is not None
    [row] = boss.client.get("/api/v1/admin/domain_blocks").json()
    send(first, path, f"{path}/{row['id']}/end", kind="domain")
    assert square.stranger.get("/api/v1/instance/domain_blocks").json() == []
    assert list(auditing.audit(square.app.database.read_now)) == []


def test_who_is_replaced_says_so(square: Square, boss: Person, admin: Person) -> None:
    """A measure that another stands in the place of is not shown as what holds."""
    first, second = browser(square, boss), browser(square, admin)
    path, wanted = "/staff/door", {"kind": "domain", "name": "far.example", "reasons": "Spam"}
    made = [send(first, path, path, **wanted, severity=severity) for severity in ("1", "2")]
    for each in made:
        assert "Another decision stands in its place" not in read_page(second, each)
        send(second, each, f"{each}/approve")
    assert f'Another decision stands in its place: <a href="{made[1]}">' in read_page(first, made[0])
    assert "Another decision stands in its place" not in read_page(first, made[1])
    send(first, made[1], f"{made[1]}/reverse", reasons="They mended it")
    assert "Another decision stands in its place" not in read_page(first, made[0])


@pytest.mark.parametrize(
    ("kind", "name", "shown"),
    [
        ("email_domain", "mail.example", "mail.example"),
        ("network", "192.0.2.7/24", "192.0.2.0/24"),
        ("email", "ann@mail.example", hashlib.sha256(b"ann@mail.example").hexdigest()),
    ],
)
def test_the_rest_of_the_door_is_kept_there_too(square: Square, boss: Person, kind: str, name: str, shown: str) -> None:
    """Mail servers, networks and addresses: one person is enough unless policy says otherwise; they end there, too."""
    client = browser(square, boss)
    path = f"/staff/door?kind={kind}"
    where = send(client, path, "/staff/door", kind=kind, name=name, days="3", reasons="A flood")
    assert "In force" in read_page(client, where)
    page = read_page(client, path)
    assert shown in page
    assert "A flood" in page
    if kind == "email":
        assert name not in page, "only a digest is kept"
    send(client, where, f"{where}/reverse", reasons="Over")
    assert "Nothing of this kind is kept away." in read_page(client, path)


def test_the_door_is_for_those_who_keep_it(square: Square, boss: Person) -> None:
    """A moderator does not see it, a form without a token does nothing, and nonsense comes back as it was typed."""
    mod, client = browser(square, square.staff("mod", Role.MODERATOR)), browser(square, boss)
    assert mod.get("/staff/door").status == 404
    assert "/staff/door" not in read_page(mod, "/staff")
    assert client.post("/staff/door", form={"kind": "domain", "name": "far.example"}).status == 403
    assert client.get("/staff/door?kind=moon").status in (400, 422)
    token = TOKEN.search(client.get("/staff/door").text)
    assert token is not None
    typed = {"csrf": token[1], "kind": "domain", "name": "no domain", "facts": "Kept as typed"}
    answer = client.post("/staff/door", form=typed)
    assert answer.status == 422
    assert "Kept as typed" in answer.text


def test_several_decisions_are_approved_at_once(square: Square, boss: Person, admin: Person) -> None:
    """Those that were chosen, and no other; what was settled meanwhile is passed over."""
    first, second = browser(square, boss), browser(square, admin)
    asked = [
        send(first, "/staff/door", "/staff/door", kind="domain", name=f"far{number}.example", severity="2")
        for number in range(3)
    ]
    ids = [each.rpartition("/")[2] for each in asked]
    send(first, asked[0], f"{asked[0]}/withdraw")
    assert 'name="ids[]"' in read_page(second, "/staff/decisions")
    send(second, "/staff/decisions", "/staff/decisions/approve", **{"ids[]": [ids[0], ids[1], "1", "x"]})
    told = square.stranger.get("/api/v1/instance/domain_blocks").json()
    assert [each["domain"] for each in told] == ["far1.example"]
