"""A newcomer's way through the square, with script and without, on a desk and on a phone, from both sides of the line."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Locator, Route

from tests import recordings
from tests.browser.conftest import Window, Windows, new_name
from tests.serving import ServedSquare

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "harbour lamps at night"


def join(window: Window, name: str) -> None:
    """Sign up, confirm the address by the letter, and come in."""
    window.go("/auth/sign_up")
    form = window.page.locator('form[action="/auth/sign_up"]')
    form.locator('[name="agreement"]').check()
    window.send("/auth/sign_up", username=name, email=f"{name}@example.org", password=PASSWORD)
    window.page.wait_for_selector("main h1")
    window.go(window.letter(f"{name}@example.org"))
    window.send("/auth/confirm")
    window.page.wait_for_load_state()
    if "/auth/sign_in" in window.page.url:
        window.send("/auth/sign_in", email=name, password=PASSWORD)
    window.page.wait_for_url("**/home")


def sign_in(window: Window, name: str, password: str) -> None:
    """Come in with a password."""
    window.go("/auth/sign_in?back=/home")
    window.send("/auth/sign_in", email=name, password=password)
    window.page.wait_for_url("**/home")


def write(window: Window, text: str, *, picture: bytes | None = None, words: str = "") -> Locator:
    """Write a post in the composer of the page, and return it once it is there."""
    form = window.page.locator("form[data-composer]")
    form.locator('[name="text"]').fill(text)
    if picture is not None:
        if form.locator("[data-pictures] > summary").is_visible():
            form.locator("[data-pictures] > summary").click()
        form.locator('[name="media_1"]').set_input_files(
            {"name": "sea.png", "mimeType": "image/png", "buffer": picture}
        )
        form.locator('[name="description_1"]').fill(words)
    form.locator(".composer-send .button").click()
    post = window.page.locator("article.post", has_text=text).first
    post.wait_for()
    return post


def press(window: Window, post: Locator, verb: str) -> None:
    """Press a button of a post and see that it stays pressed, on the page as it is loaded anew."""
    post.locator(f".action-{verb}").click()
    done = f'[aria-pressed="true"].action-{verb}'
    post.locator(done).wait_for()
    window.page.wait_for_load_state("networkidle")
    window.page.reload()
    post.locator(done).wait_for()


def picture() -> bytes:
    """Draw a small sea."""
    drawn = io.BytesIO()
    Image.new("RGB", (640, 400), (20, 90, 160)).save(drawn, "PNG")
    return drawn.getvalue()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize(
    ("size", "language", "scheme"),
    [
        ("desktop", "en", "light"),
        ("desktop", "ur", "dark"),
        ("phone", "en", "dark"),
        ("phone", "ur", "light"),
        ("phone", "ar", "dark"),
    ],
)
def test_a_newcomer_takes_part(
    windows: Windows, served: ServedSquare, script: bool, size: str, language: str, scheme: str
) -> None:
    """Joining, writing, answering, liking, following, being told, changing one's name and leaving work for everybody."""
    name = new_name()
    omar = windows.open()
    sign_in(omar, "omar", "correct horse battery")
    write(omar, f"Good evening, {name}")

    window = windows.open(size=size, language=language, scheme=scheme, script=script)
    page = window.page
    window.go("/")
    assert page.locator("html").get_attribute("dir") == ("ltr" if language == "en" else "rtl")
    join(window, name)

    post = write(window, f"The sea is calm, says {name}", picture=picture(), words="A calm blue sea")
    assert post.locator('img[alt="A calm blue sea"]').count() == 1

    window.go("/@omar")
    window.page.locator("form.follow-form button.button").first.click()
    page.locator('form.follow-form button[formaction$="/unfollow"]').first.wait_for()
    theirs = page.locator("article.post", has_text=f"Good evening, {name}").first
    for verb in ("favourite", "boost", "bookmark"):
        press(window, theirs, verb)
    theirs.locator("a[data-open]").click()
    page.wait_for_selector(".post-target")
    write(window, f"@omar and to you, from {name}")

    window.go("/bookmarks")
    assert page.locator("article.post", has_text=f"Good evening, {name}").count() == 1
    window.until("/home", f'article.post:has-text("Good evening, {name}")')

    omar.until("/notifications", f'article.post:has-text("from {name}")')
    mine = omar.page.locator("article.post", has_text=f"from {name}").first
    press(omar, mine, "favourite")
    window.until("/notifications", "article.moment-favourite")

    window.go("/settings/profile")
    window.send("/settings/profile", display_name=f"Newcomer {name}", note="I look at the sea.")
    page.wait_for_selector(".notice-good")
    window.go(f"/@{name}")
    assert f"Newcomer {name}" in page.locator("main h1").first.inner_text()

    if size == "phone":
        page.locator(".navigation-more summary").click()
        page.locator('.navigation-more form[action="/auth/sign_out"] button').click()
    else:
        page.locator('.me form[action="/auth/sign_out"] button').click()
    page.wait_for_url(f"{served.url}/")
    assert page.locator('a[href="/auth/sign_in"]').count() > 0
    assert not [trouble for trouble in window.troubles if "404" not in trouble]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_no_typed_word_is_lost(windows: Windows, script: bool) -> None:
    """A post that is refused comes back with all that was typed, and why."""
    window = windows.open(script=script)
    join(window, new_name())
    window.go("/compose")
    form = window.page.locator("form[data-composer]")
    form.locator('[name="text"]').fill("word " * 150)
    form.locator(".composer-send .button").click()
    window.page.wait_for_load_state("networkidle")
    assert window.page.locator('form[data-composer] [name="text"]').input_value().startswith("word word")
    if not script:
        assert window.page.locator('[role="alert"]').count() == 1


def test_a_post_waits_for_its_video(windows: Windows) -> None:
    """A server that has it, but not ready, is asked again by itself, without sending the video once more."""
    window = windows.open()
    join(window, new_name())
    window.go("/home")
    sent: list[bytes] = []

    def send_on(route: Route) -> None:
        sent.append(route.request.post_data_buffer or b"")
        hurry = {"prefer": "wait=0"} if len(sent) == 1 else {}
        route.continue_(headers={**route.request.headers, **hurry})

    window.page.route("**/posts", send_on)
    form = window.page.locator("form[data-composer]")
    form.locator('[name="text"]').fill("A bar that moves")
    if form.locator("[data-pictures] > summary").is_visible():
        form.locator("[data-pictures] > summary").click()
    film = recordings.video(frames=30)
    form.locator('[name="media_1"]').set_input_files({"name": "bar.mp4", "mimeType": "video/mp4", "buffer": film})
    form.locator('[name="description_1"]').fill("Yellow")
    form.locator(".composer-send .button").click()
    window.page.locator("article.post video").wait_for()
    assert [b'name="media_ids[]"' in each for each in sent] == [False, True]
    assert b"bar.mp4" not in sent[1]
    assert form.locator(".slot-filled").count() == 0
    assert form.locator("[data-slot]").count() == 4
    assert form.locator('[name="text"]').input_value() == ""
    assert [trouble for trouble in window.troubles if "422" not in trouble] == []
