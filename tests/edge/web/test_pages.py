"""Pages as a browser asks for them: what is shown to whom, in which language, with which headers."""

import re
from typing import Any

import pytest

from bema.model.ids import AccountId
from bema.model.policy import Visibility
from bema.store import sessions
from bema.store.tx import WriteTx
from tests import recordings
from tests.client import Client, File, Response
from tests.conftest import Square
from tests.outside.test_images import drawn, saved

COOKIE = "a session of a test"


@pytest.fixture
def ann(square: Square) -> Client:
    """Ann, with a browser that is signed in."""
    account = square.make.account("ann")
    return browser(square, account)


def browser(square: Square, account: AccountId) -> Client:
    """Return a browser that is signed in for an account."""
    login = square.make.login(f"{account}@example.org", account)

    def enter(tx: WriteTx) -> None:
        more: dict[str, Any] = {"address": "192.0.2.1", "user_agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}
        sessions.add(
            tx, secret=f"{COOKIE} {account}", csrf_secret=f"{account}", login_id=login, account_id=account, **more
        )

    square.app.database.write_now(enter)
    client = square.client()
    client.cookies["bema_session"] = f"{COOKIE} {account}"
    return client


def csrf(page: Response) -> str:
    """Return what the forms of a page carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]


def send(client: Client, path: str, *, files: dict[str, File] | None = None, **form: str) -> Response:
    """Send a form as the page of the composer would."""
    return client.post(path, form={"csrf": csrf(client.get("/compose")), **form}, files=files)


# --- Who sees what ----------------------------------------------------------------------------------------------------


def test_a_stranger_reads_what_is_public(square: Square) -> None:
    """Profiles, posts and timelines need no account."""
    bob = square.make.account("bob")
    post = square.make.post(bob, "Fog over the bay")
    for path in ("/", "/public/local", "/public/network", "/@bob", f"/@bob/{post}"):
        page = square.stranger.get(path)
        assert page.status == 200
        assert "Fog over the bay" in page.text


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_a_hidden_post_looks_missing(square: Square, ann: Client, visibility: Visibility) -> None:
    """What is not for the reader looks like what never was, down to the bytes that do not name the request."""
    post = square.make.post(square.make.account("bob"), "A secret", visibility=visibility)
    for reader in (square.stranger, ann):
        hidden, missing = reader.get(f"/@bob/{post}"), reader.get("/@bob/123")
        assert hidden.status == missing.status == 404
        assert without_names(hidden) == without_names(missing)
        for path in ("/@bob", "/@bob/with_replies", "/public/local", "/explore", "/@bob/feed.atom"):
            assert "A secret" not in reader.get(path).text
        for path in ("history", "favourites", "boosts"):
            assert reader.get(f"/@bob/{post}/{path}").status == 404


def without_names(page: Response) -> str:
    """Return a page without what belongs to the request alone."""
    return re.sub(r'(name="(?:csrf|back)" value=")[^"]*', r"\1", page.text)


def test_a_stranger_is_led_to_the_door_and_back(square: Square) -> None:
    """A page for members leads to signing in, which leads back."""
    answer = square.stranger.get("/home?max_id=5")
    assert (answer.status, answer.headers["location"]) == (303, "/auth/sign_in?back=/home%3Fmax_id%3D5")


@pytest.mark.parametrize("hostile", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", ""])
def test_nobody_is_led_away(square: Square, ann: Client, hostile: str) -> None:
    """What a form wants to return to is a path here, or nothing."""
    post = square.make.post(square.make.account("bob"))
    answer = send(ann, f"/posts/{post}/favourite", back=hostile)
    assert (answer.status, answer.headers["location"]) == (303, "/home")


# --- Forms ------------------------------------------------------------------------------------------------------------


def test_a_form_of_another_site_changes_nothing(square: Square, ann: Client) -> None:
    """Without the token of the session, with another's, or from elsewhere, a form is refused."""
    post = square.make.post(square.make.account("bob"))
    other = browser(square, square.make.account("cem"))
    path, right = f"/posts/{post}/favourite", csrf(ann.get("/compose"))
    for form, headers in (
        ({}, {}),
        ({"csrf": "AAAA"}, {}),
        ({"csrf": csrf(other.get("/compose"))}, {}),
        ({"csrf": right}, {"origin": "https://evil.example"}),
        ({"csrf": right}, {"sec-fetch-site": "cross-site"}),
    ):
        assert ann.post(path, form=form, headers=headers).status == 403
    assert 'aria-pressed="true"' not in ann.get("/@bob").text
    assert ann.post(path, form={"csrf": right}, headers={"origin": "https://square.example"}).status == 303
    assert 'aria-pressed="true"' in ann.get("/@bob").text


def test_a_button_tells_script_what_it_came_to(square: Square, ann: Client) -> None:
    """Script gets the new state and count, or the reason for a no."""
    post = square.make.post(square.make.account("bob"))
    token, asks = csrf(ann.get("/compose")), {"x-requested-with": "fetch"}
    answer = ann.post(f"/posts/{post}/favourite", form={"csrf": token}, headers=asks)
    assert answer.json() == {"state": True, "count": 1}
    answer = ann.post("/posts/123/favourite", form={"csrf": token}, headers=asks)
    assert answer.status == 404
    assert answer.json()["error"]


def test_a_post_with_pictures_is_written_without_script(square: Square, ann: Client) -> None:
    """A plain form brings text, warning, pictures and their descriptions."""
    files = {"media_1": File("sea.png", saved(drawn(64, 48), "PNG"), "image/png")}
    answer = send(ann, "/posts", files=files, text="The sea", description_1="Calm and blue", visibility="public")
    assert answer.status == 303
    page = ann.get("/@ann/media").text
    assert "The sea" in page
    assert 'alt="Calm and blue"' in page


def test_no_typed_word_is_lost(square: Square, ann: Client) -> None:
    """A refused post comes back with text, warning, choices and pictures, and why."""
    files = {"media_1": File("sea.png", saved(drawn(64, 48), "PNG"), "image/png")}
    long = "word " * 120
    answer = send(
        ann,
        "/posts",
        files=files,
        text=long,
        warning="Long",
        visibility="followers",
        description_1="Blue",
        language="ur",
    )
    assert answer.status == 422
    assert long in answer.text
    assert 'value="Long"' in answer.text
    assert 'value="followers" selected' in answer.text
    assert 'value="ur" lang="ur" selected' in answer.text
    kept = re.search(r'name="media_ids\[\]" value="(\d+)"', answer.text)
    assert kept
    assert ">Blue</textarea>" in answer.text
    form = {"text": "Short now", "media_ids[]": kept[1], f"description_of_{kept[1]}": "Bluer"}
    again = ann.post("/posts", form={"csrf": csrf(answer), **form})
    assert again.status == 303
    assert 'alt="Bluer"' in ann.get("/@ann").text


def test_a_post_is_changed_and_deleted(square: Square, ann: Client) -> None:
    """One's own post can be changed, with its history for all to see, and taken away; another's cannot."""
    send(ann, "/posts", text="First words", visibility="public")
    found = re.search(r"/posts/(\d+)/edit", ann.get("/@ann").text)
    assert found
    assert "First words</textarea>" in ann.get(f"/posts/{found[1]}/edit").text
    assert send(ann, f"/posts/{found[1]}/edit", text="Second words").status == 303
    history = square.stranger.get(f"/@ann/{found[1]}/history").text
    assert "First words" in history
    assert "Second words" in history
    other = browser(square, square.make.account("cem"))
    assert other.get(f"/posts/{found[1]}/edit").status == 404
    assert send(other, f"/posts/{found[1]}/delete").status == 404
    assert send(ann, f"/posts/{found[1]}/delete").status == 303
    assert square.stranger.get(f"/@ann/{found[1]}").status == 404


def test_a_video_that_is_not_ready_is_kept_with_all_words(square: Square, ann: Client) -> None:
    """Whoever waits for it no longer gets the form back with the video in it, marked for script to send again by itself."""
    brief = {"Prefer": "respond-async, wait=0"}
    form = {"csrf": csrf(ann.get("/compose")), "text": "A bar that moves", "description_1": "Yellow"}
    files = {"media_1": File("bar.mp4", recordings.video(), "video/mp4")}
    answer = ann.post("/posts", form=form, files=files, headers=brief)
    assert answer.status == 422
    assert "data-preparing" in answer.text
    assert "A bar that moves</textarea>" in answer.text
    kept = re.search(r'name="media_ids\[\]" value="(\d+)" checked', answer.text)
    assert kept
    form = {"csrf": form["csrf"], "text": "A bar that moves", "media_ids[]": kept[1]}
    again = ann.post("/posts", form=form, headers=brief)
    assert (again.status, "data-preparing" in again.text) == (422, True)
    too_long = ann.post("/posts", form={**form, "text": "x" * 501}, headers=brief)
    assert (too_long.status, "data-preparing" in too_long.text) == (422, False)
    square.settle()
    assert ann.post("/posts", form=form, headers=brief).status == 303
    assert "<video" in ann.get("/@ann").text


def test_a_deleted_post_takes_its_files_along(square: Square, ann: Client) -> None:
    """Nobody writes it anew on a page: whoever kept the address of a picture finds nothing there."""
    send(ann, "/posts", text="Look", files={"media_1": File("a.png", saved(drawn(60, 40), "PNG"), "image/png")})
    page = ann.get("/@ann").text
    found, shown = re.search(r"/posts/(\d+)/edit", page), re.search(r'(/media/attachment/[^"]+)" data-lightbox', page)
    assert found
    assert shown
    square.settle()
    assert square.stranger.get(shown[1]).status == 200
    assert send(ann, f"/posts/{found[1]}/delete").status == 303
    square.settle()
    assert square.stranger.get(shown[1]).status == 404


def test_notifications_are_told_together_and_once(square: Square, ann: Client) -> None:
    """Those who favourited the same post share an entry; what was seen is new no more."""
    send(ann, "/posts", text="Look", visibility="public")
    found = re.search(r"/posts/(\d+)/edit", ann.get("/@ann").text)
    assert found
    for name in ("bob", "cem"):
        send(browser(square, square.make.account(name)), f"/posts/{found[1]}/favourite")
    square.settle()
    unread = 'data-tally="notifications" data-count="{}"'
    assert unread.format(2) in ann.get("/home").text
    page = ann.get("/notifications").text
    assert page.count('class="moment moment-favourite moment-new"') == 1
    assert unread.format(0) in ann.get("/home").text


# --- Languages and headers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "language", "direction"),
    [
        ("ur-PK,en;q=0.5", "ur", "rtl"),
        ("ar", "ar", "rtl"),
        ("de,ar;q=0.3,en;q=0.8", "en", "ltr"),
        ("xx;q=y,,;q=", "en", "ltr"),
        ("", "en", "ltr"),
    ],
)
def test_pages_are_in_the_language_that_is_asked_for(
    square: Square, accept: str, language: str, direction: str
) -> None:
    """The browser's wishes count, the first that there is."""
    page = square.stranger.get("/", headers={"accept-language": accept})
    assert f'<html lang="{language}" dir="{direction}"' in page.text


def test_a_chosen_language_stays(square: Square, ann: Client) -> None:
    """A choice counts more than the browser's wish; a member's own is the same in every browser."""
    visitor = square.stranger
    visitor.post("/settings/language", form={"language": "ar", "back": "/"})
    assert '<html lang="ar"' in visitor.get("/", headers={"accept-language": "ur"}).text
    ann.post("/settings/language", form={"language": "ur", "csrf": csrf(ann.get("/home"))})
    ann.cookies.pop("bema_language")
    assert '<html lang="ur"' in ann.get("/home").text


def test_pages_keep_strangers_code_out(square: Square, ann: Client) -> None:
    """Every page has a policy that lets nothing run but our own files, and no frame around it."""
    for path in ("/", "/auth/sign_in", "/nothing/here"):
        headers = square.stranger.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["strict-transport-security"]
        assert headers["x-content-type-options"] == "nosniff"
    assert ann.get("/home").headers["cache-control"] == "private, no-cache"


def test_a_public_page_is_sent_once(square: Square) -> None:
    """Who has the page already gets an empty answer, until it changes."""
    first = square.stranger.get("/@nobody-here")
    assert first.status == 404
    square.make.account("bob")
    tag = square.stranger.get("/@bob").headers["etag"]
    assert square.stranger.get("/@bob", headers={"if-none-match": tag}).status == 304
    square.make.post(square.make.account("cem"))
    assert square.stranger.get("/public/local", headers={"if-none-match": tag}).status == 200


def test_a_feed_has_what_is_for_everybody(square: Square) -> None:
    """A profile's feed is Atom, with escaped text and no private post."""
    bob = square.make.account("bob")
    square.make.post(bob, "Open & <free>")
    square.make.post(bob, "Closed", visibility=Visibility.FOLLOWERS)
    feed = square.stranger.get("/@bob/feed.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "Open &amp; " in feed.text
    assert "Closed" not in feed.text
