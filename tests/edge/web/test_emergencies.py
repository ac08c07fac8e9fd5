"""Reporting and emergencies on pages: from any post or profile the staff is told, or one of them hides it with one press."""

import pytest

from bema.domain import auditing
from bema.model.policy import Role, Visibility
from bema.outside.clock import ManualClock
from tests.conftest import Person, Square
from tests.edge.web.test_desk import TOKEN, browser, read_page, send, the_case


@pytest.fixture
def mod(square: Square) -> Person:
    """A moderator."""
    return square.staff("mod", Role.MODERATOR)


@pytest.fixture
def peer(square: Square) -> Person:
    """Another one."""
    return square.staff("peer", Role.MODERATOR)


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody who wrote something."""
    return square.person("ann")


def test_a_post_is_reported_from_its_menu(square: Square, ann: Person, mod: Person) -> None:
    """What was seen is with the staff, under the rule that was named, and its author is told nothing."""
    rules = [each["id"] for each in square.stranger.get("/api/v1/instance/rules").json()]
    post = square.make.post(author=ann.account, text="A quince")
    ben = browser(square, square.person("ben"))
    assert f'href="/report?post={post}"' in read_page(ben, f"/@ann/{post}")
    assert f'href="/report?account={ann.account}"' in read_page(ben, "/@ann")
    page = read_page(ben, f"/report?post={post}")
    assert "A quince" in page
    where = send(
        ben,
        f"/report?post={post}",
        "/report",
        post=str(post),
        category="violation" if rules else "other",
        comment="They threaten me",
        **{"rules[]": rules[:1]},
    )
    assert where == "/@ann"
    case = read_page(browser(square, mod), the_case(browser(square, mod)))
    for words in ("A quince", "They threaten me", "@ben"):
        assert words in case
    assert ann.client.get("/api/v1/notifications").json() == []


def test_an_account_is_reported_from_its_menu_but_never_ones_own(square: Square, ann: Person, mod: Person) -> None:
    """And what is not there or not for one cannot be reported; a form that is wrong comes back as it was typed."""
    ben, own = browser(square, square.person("ben")), browser(square, ann)
    send(ben, f"/report?account={ann.account}", "/report", account=str(ann.account), category="spam")
    assert "Spam" in read_page(browser(square, mod), "/staff/cases")
    hidden = square.make.post(author=ann.account, text="For few", visibility=Visibility.DIRECT)
    for path in ("/report", "/report?post=1", "/report?account=1", "/report?post=x", f"/report?post={hidden}"):
        assert ben.get(path).status == 404, path
    assert own.get(f"/report?account={ann.account}").status == 404
    assert square.stranger.get(f"/report?account={ann.account}").status == 303
    token = TOKEN.search(ben.get(f"/report?account={ann.account}").text)
    assert token is not None
    wrong = {"csrf": token[1], "account": str(ann.account), "rules[]": ["77"], "comment": "Kept as typed"}
    answer = ben.post("/report", form=wrong)
    assert answer.status == 422
    assert "Kept as typed" in answer.text


def test_who_is_blocked_reports_what_everybody_sees(square: Square, ann: Person, mod: Person) -> None:
    """Blocking somebody protects nobody from being reported by them."""
    post = square.make.post(author=ann.account, text="A quince")
    ben = square.person("ben")
    assert ann.client.post(f"/api/v1/accounts/{ben.account}/block").status == 200
    asked = {"account_id": str(ann.account), "status_ids": [str(post)]}
    assert ben.client.post("/api/v1/reports", json=asked).status == 200
    client = browser(square, mod)
    assert "A quince" in read_page(client, the_case(client))


def test_a_post_is_hidden_with_one_press(
    square: Square, ann: Person, mod: Person, peer: Person, clock: ManualClock
) -> None:
    """From its menu to one page to one button; the case keeps what was seen, and without a second person it lapses."""
    post = square.make.post(author=ann.account, text="A quince")
    first, second = browser(square, mod), browser(square, peer)
    path = f"/staff/emergency/posts/{post}"
    assert f'href="{path}"' in read_page(first, f"/@ann/{post}")
    assert "/staff/emergency" not in read_page(browser(square, square.person("ben")), f"/@ann/{post}")
    assert "A quince" in read_page(first, path)
    where = send(first, path, path)
    assert square.stranger.get(f"/api/v1/statuses/{post}").status == 404
    page = read_page(second, where)
    assert "In force as provisional" in page
    assert "A quince" in page, "as it was seen"
    send(second, where, f"{where}/refuse")
    assert square.stranger.get(f"/api/v1/statuses/{post}").status == 200
    assert list(auditing.audit(square.app.database.read_now)) == []


@pytest.mark.parametrize("act", ["limit", "freeze", "suspend"])
def test_an_account_is_shut_up_with_one_press(square: Square, ann: Person, mod: Person, peer: Person, act: str) -> None:
    """Limited unless one chooses otherwise; approved, it stays."""
    first, second = browser(square, mod), browser(square, peer)
    path = f"/staff/emergency/accounts/{ann.account}"
    assert f'href="{path}"' in read_page(first, "/@ann")
    where = send(first, path, path, act=act, reasons="They threaten everybody")
    seen = square.stranger.get(f"/api/v1/accounts/{ann.account}")
    assert seen.status == (404 if act == "suspend" else 200)
    assert seen.json().get("limited", False) is (act == "limit")
    send(second, where, f"{where}/approve")
    assert "In force" in read_page(second, where)
    assert list(auditing.audit(square.app.database.read_now)) == []


def test_nobody_hides_an_equal_or_what_they_cannot_see(square: Square, ann: Person, mod: Person, peer: Person) -> None:
    """Nor without a token, nor as a member."""
    own = square.make.post(author=mod.account)
    theirs = square.make.post(author=peer.account)
    letter = square.make.post(author=ann.account, visibility=Visibility.DIRECT)
    open_ = square.make.post(author=ann.account)
    client, member = browser(square, mod), browser(square, ann)
    for post in (own, theirs):
        assert client.get(f"/staff/emergency/posts/{post}").status in (403, 404)
    assert client.get(f"/staff/emergency/posts/{letter}").status == 404
    assert client.get(f"/staff/emergency/accounts/{peer.account}").status in (403, 404)
    assert client.get("/staff/emergency/accounts/1").status == 404
    assert member.get(f"/staff/emergency/posts/{open_}").status == 404
    assert client.post(f"/staff/emergency/posts/{open_}", form={}).status == 403
    wrong = TOKEN.search(client.get(f"/staff/emergency/posts/{open_}").text)
    assert wrong is not None
    answer = client.post(f"/staff/emergency/posts/{open_}", form={"csrf": wrong[1], "rules[]": ["77"]})
    assert answer.status == 422
    assert square.stranger.get(f"/api/v1/statuses/{open_}").status == 200
