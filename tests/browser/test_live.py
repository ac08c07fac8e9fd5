"""What pages do by themselves: they hear what is new, understand the keyboard, and say when there is no network."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Windows
from tests.browser.test_journeys import sign_in, write
from tests.patience import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_news_wait_until_somebody_wants_to_see_them(windows: Windows) -> None:
    """A pill tells how many posts are new; the list stays as it is until it is pressed."""
    reader, writer = windows.open(), windows.open()
    sign_in(reader, "omar", "correct horse battery")
    sign_in(writer, "omar", "correct horse battery")
    reader.go("/home")
    write(writer, "The first boat is in")
    write(writer, "And there is the second")
    pill = reader.page.locator("[data-news]")
    expect(pill).to_have_text("2 new posts")
    expect(reader.page.get_by_text("The first boat is in")).to_have_count(0)
    pill.click()
    expect(reader.page.locator("main article").first).to_contain_text("And there is the second")
    expect(reader.page.locator("main article").first).to_be_focused()
    expect(pill).to_be_hidden()
    reader.page.keyboard.press("q")
    expect(reader.page).to_have_url(re.compile(r"/compose\?quote=\d+$"))
    assert reader.troubles == []


def test_without_a_network_there_is_a_page_in_the_reader_s_language(windows: Windows) -> None:
    """And nothing else is kept, least of all what somebody read."""
    window = windows.open(language="ur")
    window.go("/")
    list_kept = (
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(each => each.keys()))))"
        ".then(all => all.flat().map(each => new URL(each.url).pathname))"
    )
    deadline = time.monotonic() + PATIENCE
    while "/offline" not in (kept := window.page.evaluate(list_kept)):
        assert time.monotonic() < deadline, f"the page was not kept, only {kept}"
        window.page.wait_for_timeout(50)
    assert [path for path in kept if not path.startswith("/static/")] == ["/offline"]
    window.page.context.set_offline(True)
    window.page.goto(window.square.url + "/home")
    assert window.page.locator("html").get_attribute("lang") == "ur"
    expect(window.page.get_by_role("heading")).to_have_text("رابطہ نہیں")


def test_names_are_completed_while_they_are_written(windows: Windows) -> None:
    """By the arrows or the mouse, and never against the will of who wants a new line."""
    window = windows.open()
    sign_in(window, "omar", "correct horse battery")
    text, keyboard = window.page.locator("#composer-text"), window.page.keyboard
    offered = window.page.locator(".completions [role=option]")
    text.click()
    keyboard.type("Ask @oma")
    expect(offered).to_have_count(1)
    keyboard.press("Enter")
    keyboard.type("or @om")
    expect(text).to_have_value("Ask @oma\nor @om")
    expect(offered).to_have_count(1)
    keyboard.press("ArrowDown")
    expect(text).to_have_attribute("aria-activedescendant", "completion-1")
    keyboard.press("Enter")
    expect(text).to_have_value("Ask @oma\nor @omar ")
    expect(offered).to_have_count(0)
    keyboard.type("and @om")
    offered.click()
    expect(text).to_have_value("Ask @oma\nor @omar and @omar ")
    expect(text).to_be_focused()
    keyboard.type("@om")
    expect(offered).to_have_count(1)
    keyboard.press("Escape")
    expect(offered).to_have_count(0)
    assert window.troubles == []
