"""Several accounts in one browser, on pages without script: one reads and writes, and none is taken for another."""

import re

import pytest

from bema.edge.authentication import SESSION_COOKIE
from bema.edge.browsing_as import BESIDE_COOKIE
from bema.model import limits
from bema.outside.clock import ManualClock
from tests.client import Client
from tests.conftest import Person, Square
from tests.edge.web.test_pages import csrf


def enter(square: Square, person: Person) -> str:
    """Sign a browser in, and return the secret of its cookie."""
    return square.make.session(person.login, person.account)


@pytest.fixture
def ann(square: Square) -> Person:
    """Who reads and writes."""
    return square.person("ann")


@pytest.fixture
def club(square: Square) -> Person:
    """Another account of hers."""
    return square.person("club")


@pytest.fixture
def both(square: Square, ann: Person, club: Person) -> Client:
    """A browser in which both are signed in."""
    client = square.client()
    client.cookies[SESSION_COOKIE] = enter(square, ann)
    client.cookies[BESIDE_COOKIE] = enter(square, club)
    return client


def press(client: Client, where: str, **form: str) -> str:
    """Press a button on the page of the accounts, and return where it leads."""
    answer = client.post(where, form={"csrf": csrf(client.get("/accounts")), **form})
    assert answer.status == 303, answer.text
    return answer.headers["location"]


def others(client: Client) -> list[str]:
    """Return the sessions that one can change to."""
    return re.findall(r'name="session" value="(\d+)"', client.get("/accounts").text)


def reads_as(client: Client) -> str:
    """Return for whom a page is made."""
    found = re.search(r'data-reads-as="(\d*)"', client.get("/explore").text)
    assert found
    return found[1]


def test_whoever_changes_the_account_reads_and_writes_as_the_other(both: Client, ann: Person, club: Person) -> None:
    """Without signing in again, and back."""
    assert reads_as(both) == str(ann.account)
    (session,) = others(both)
    assert press(both, "/accounts/switch", session=session) == "/home"
    assert reads_as(both) == str(club.account)
    both.post("/posts", form={"csrf": csrf(both.get("/compose")), "text": "We meet on Monday"})
    assert "We meet on Monday" in both.get("/@club").text
    assert "We meet on Monday" not in both.get("/@ann").text
    (session,) = others(both)
    press(both, "/accounts/switch", session=session)
    assert reads_as(both) == str(ann.account)


def test_an_account_is_added_by_signing_in_beside_the_one_that_is(
    square: Square, ann: Person, club: Person, both: Client
) -> None:
    """The session of now waits; signing in as the same again leaves one session of it."""
    password = "correct horse battery staple"
    hashed = square.server.run(square.app.parts.passwords.hash(password))
    guest = square.make.account("guest")
    square.make.login("guest2@example.org", guest, password_hash=hashed)
    for _ in range(2):
        page = both.get("/auth/sign_in?add=1")
        assert 'name="add" value="1"' in page.text
        form = {"csrf": csrf(page), "email": "guest2@example.org", "password": password, "add": "1"}
        assert both.post("/auth/sign_in", form=form).headers["location"] == "/home"
        assert reads_as(both) == str(guest)
        assert len(others(both)) == 2
    sessions = both.get("/settings/sessions").text
    assert sessions.count("/revoke") == 0


def test_a_form_of_the_other_accounts_page_is_refused(both: Client) -> None:
    """A page that stayed open in another tab posts nothing in the name of who reads now."""
    token = csrf(both.get("/compose"))
    (session,) = others(both)
    press(both, "/accounts/switch", session=session)
    assert both.post("/posts", form={"csrf": token, "text": "As whom?"}).status == 403
    assert "As whom?" not in both.get("/@club").text


def test_a_page_hears_nothing_for_another_account(both: Client, ann: Person) -> None:
    """What listens on behalf of a page says for whom it was made, and ends where that is somebody else."""
    (session,) = others(both)
    press(both, "/accounts/switch", session=session)
    assert both.get(f"/events?reads_as={ann.account}").status == 410


def test_pages_are_kept_for_nobody_else(both: Client) -> None:
    """Caches ask each time, and tell readers apart by their cookies."""
    for path in ("/accounts", "/home", "/@ann"):
        headers = both.get(path).headers
        assert headers["cache-control"] == "private, no-cache"
        assert "Cookie" in headers["vary"]


def test_signing_out_ends_one_session_and_keeps_the_others(square: Square, both: Client) -> None:
    """Whoever leaves sees who is still signed in; the other can be left too, or all at once."""
    secret = both.cookies[SESSION_COOKIE]
    assert press(both, "/auth/sign_out") == "/accounts"
    assert reads_as(both) == ""
    thief = square.client()
    thief.cookies[SESSION_COOKIE] = secret
    assert reads_as(thief) == ""
    assert 'href="/accounts"' in both.get("/auth/sign_in").text
    (session,) = others(both)
    press(both, "/accounts/switch", session=session)
    kept = both.cookies[SESSION_COOKIE]
    assert press(both, "/accounts/sign_out_all") == "/"
    thief.cookies[SESSION_COOKIE] = kept
    assert reads_as(thief) == ""
    assert "Nobody is signed in here." in both.get("/accounts").text


def test_a_session_that_waits_is_ended_from_anywhere(square: Square, both: Client, club: Person) -> None:
    """From its account's own settings, or by its button here; and by time."""
    elsewhere = square.client()
    elsewhere.cookies[SESSION_COOKIE] = enter(square, club)
    found = re.search(r"/settings/sessions/(\d+)/revoke", elsewhere.get("/settings/sessions").text)
    assert found
    page = elsewhere.get("/settings/sessions")
    elsewhere.post(found[0], form={"csrf": csrf(page)})
    assert others(both) == []
    both.cookies[BESIDE_COOKIE] = enter(square, club)
    (session,) = others(both)
    press(both, "/accounts/sign_out", session=session)
    assert others(both) == []


def test_a_session_that_waits_ends_with_its_time(square: Square, both: Client, clock: ManualClock) -> None:
    """Nobody comes in by a cookie of last year."""
    assert len(others(both)) == 1
    clock.advance(seconds=limits.SESSION_SECONDS + 1)
    assert others(both) == []


def test_only_ones_own_sessions_can_be_changed_to(square: Square, both: Client) -> None:
    """Whose session it is does not matter, only whether the browser has its secret."""
    eve = square.person("eve")
    enter(square, eve)
    page = both.get("/accounts")
    for session in ("1", "x", "", str(2**70)):
        for where in ("/accounts/switch", "/accounts/sign_out"):
            assert both.post(where, form={"csrf": csrf(page), "session": session}).status == 404
    (session,) = others(both)
    assert both.post("/accounts/switch", form={"session": session}).status == 403
    stranger = square.client()
    assert stranger.post("/accounts/switch", form={"csrf": csrf(page), "session": session}).status == 403


@pytest.mark.parametrize("cookie", ["", ".", "a" * 5_000, "a.b.c.d.e.f.g.h.i.j", "<script>", "ä", "x; y"])
def test_a_cookie_that_is_none_of_ours_is_passed_over(both: Client, cookie: str) -> None:
    """It has no sessions, and breaks no page."""
    both.cookies[BESIDE_COOKIE] = cookie.encode().decode("latin-1")
    assert others(both) == []


def test_a_browser_has_room_for_few(square: Square, both: Client, ann: Person) -> None:
    """More than that are not offered, and never kept."""
    people = [square.person(f"guest{number}") for number in range(limits.ACCOUNTS_IN_BROWSER - 1)]
    both.cookies[BESIDE_COOKIE] = ".".join(enter(square, each) for each in people)
    assert len(others(both)) == limits.ACCOUNTS_IN_BROWSER - 1
    assert "There is no room for another account." in both.get("/accounts").text
    press(both, "/accounts/switch", session=others(both)[0])
    assert len(others(both)) == limits.ACCOUNTS_IN_BROWSER - 1
