"""Drafts of decisions at the desk: kept with their case by who wrote them, seen by colleagues, and without any effect."""

import pytest

from bema.domain import auditing
from bema.model import limits
from bema.model.policy import Role
from bema.outside.clock import ManualClock
from bema.settings import Settings
from tests.conftest import Person, Square
from tests.edge.web.test_desk import TOKEN, browser, read_page, reported, send, the_case
from tests.edge.web.test_trusting import begun


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


def test_a_draft_waits_with_its_case(square: Square, ann: Person, mod: Person, peer: Person) -> None:
    """Its author goes on with it, a colleague sees it and may begin with it, and proposing it ends it."""
    post = reported(square, ann)
    first, second = browser(square, mod), browser(square, peer)
    case = the_case(first)
    typed = {"act": "suspend", "facts": "Three threats", "reasons": "Do not threaten", "days": "9"}
    send(first, case, f"{case}/draft", **typed)
    assert square.stranger.get(f"/api/v1/statuses/{post}").status == 200
    own, theirs = read_page(first, case), read_page(second, case)
    for page in (own, theirs):
        for words in ("Drafts of the staff", "Three threats", "Do not threaten", "@mod"):
            assert words in page, words
    assert '<option value="suspend" selected>' in own
    assert '<option value="suspend" selected>' not in theirs
    assert f"{case}/discard" not in theirs
    begun = read_page(second, f"{case}?draft={mod.login}")
    assert '<option value="suspend" selected>' in begun
    assert f'value="{post}" checked' not in begun, "what the draft left out stays out"
    send(first, case, f"{case}/draft", **(typed | {"facts": "Four threats", "label": "", "act": "label"}))
    assert "Three threats" not in read_page(second, case)
    send(first, case, f"{case}/decide", **typed)
    assert "Drafts of the staff" not in read_page(second, case)
    assert "drafted a decision in" in read_page(first, "/staff/audit")
    assert list(auditing.audit(square.app.database.read_now)) == []


def test_a_draft_is_its_authors_and_bounded(square: Square, ann: Person, mod: Person, peer: Person) -> None:
    """Nobody throws a colleague's away; nobody but the staff sees one; too much is refused, and stays in the form."""
    reported(square, ann)
    first, second = browser(square, mod), browser(square, peer)
    case = the_case(first)
    send(first, case, f"{case}/draft", facts="Three threats")
    token = TOKEN.search(second.get(case).text)
    assert token is not None
    assert second.post(f"{case}/discard", form={"csrf": token[1]}).status == 404
    assert "Three threats" in read_page(second, case)
    assert browser(square, ann).get(case).status == 404
    token = TOKEN.search(first.get(case).text)
    assert token is not None
    long = {"csrf": token[1], "facts": "x" * limits.CASE_DRAFT_BYTES}
    assert first.post(f"{case}/draft", form=long).status == 422
    assert first.post(f"{case}/draft", form={"facts": "no token"}).status == 403
    assert "Three threats" in read_page(first, case)
    send(first, case, f"{case}/discard")
    assert "Drafts of the staff" not in read_page(first, case)
    send(first, case, f"{case}/close")
    assert first.post(f"{case}/draft", form={"csrf": token[1], "facts": "Too late"}).status == 404


def test_what_waits_too_long_is_seen(
    square: Square, settings: Settings, ann: Person, mod: Person, peer: Person, clock: ManualClock
) -> None:
    """Half of the time over, it is overdue for everybody on the staff; all of it, nobody answered."""
    begun(square, settings)
    reported(square, ann)
    first, second = browser(square, mod), browser(square, peer)
    case = the_case(first)
    where = send(first, case, f"{case}/decide", act="suspend", reasons="Threats")
    assert "overdue" not in read_page(second, "/staff")
    clock.advance(seconds=limits.ANSWER_DAYS * 43_200 + 1)
    for client in (browser(square, mod), browser(square, peer)):
        assert "1 decision is overdue" in read_page(client, "/staff")
        assert "overdue" in read_page(client, "/staff/decisions")
    clock.advance(seconds=limits.ANSWER_DAYS * 43_200)
    square.settle()
    page = read_page(browser(square, mod), "/staff")
    assert "Nobody answered these in time" in page
    assert f'href="{where}"' in page
    assert "not enough people answered in time" in read_page(browser(square, peer), where)
    square.settle()  # what was entered is signed
    told = "Something was proposed, and not enough people answered in time"
    assert told in read_page(square.stranger, "/trust/decisions/1")
