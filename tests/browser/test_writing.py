"""Writing with script: what is typed is kept while one types, sent posts can be taken back, and accounts are changed between."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Window, Windows
from tests.browser.test_journeys import sign_in
from tests.patience import PATIENCE
from tests.serving import ServedSquare

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOON = PATIENCE * 1_000


def look(window: Window) -> None:
    """Look at the page as axe does, and from its edges."""
    found = Axe().run(window.page, options={"resultTypes": ["violations"]}).response["violations"]
    assert not found, [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
    assert window.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_thread_is_kept_while_it_is_written_and_taken_back_when_it_was_sent(
    windows: Windows, served: ServedSquare
) -> None:
    """From the first word to the second thought; nothing that was typed is lost on the way, and axe finds nothing."""
    served.create_account("writer")
    window = windows.open(size="phone", scheme="dark")
    page = window.page
    sign_in(window, "writer", "correct horse battery")
    page.locator("#composer-text").fill("A first thought")
    expect(page.locator("[data-kept]")).not_to_be_empty(timeout=SOON)
    page.locator("form[data-composer] [formaction='/posts/more']").click()
    second = page.locator("[data-thread-post] textarea").first
    expect(second).to_be_focused(timeout=SOON)
    second.fill("A second thought")
    look(window)
    page.locator("[formaction='/drafts']").click()
    page.wait_for_url("**/drafts")
    look(window)
    assert page.locator(".later").count() == 1
    window.go("/settings/appearance")
    page.locator("[name=undo_seconds]").select_option("60")
    page.locator("main form .button").last.click()
    page.wait_for_url("**/settings/appearance")
    window.go("/drafts")
    page.locator("a[href^='/compose?draft=']").click()
    page.locator(".composer-send .button").click()
    page.wait_for_url("**/unsent/*")
    look(window)
    page.locator("form[action$='/take_back'] .button").first.click()
    page.wait_for_url("**/compose?draft=*")
    assert page.locator("#composer-text").input_value() == "A first thought"
    assert page.locator("[data-thread-post] textarea").first.input_value() == "A second thought"
    assert window.troubles == []


def test_another_tab_follows_when_the_account_is_changed(windows: Windows, served: ServedSquare) -> None:
    """It shows the account that reads now, and going back shows no page of the one before."""
    for name in ("one_of_two", "two_of_two"):
        served.create_account(name)
    window = windows.open()
    page = window.page
    sign_in(window, "one_of_two", "correct horse battery")
    window.go("/auth/sign_in?add=1&back=/accounts")
    window.send("/auth/sign_in", email="two_of_two", password="correct horse battery")
    page.wait_for_url("**/accounts")
    look(window)
    tab = page.context.new_page()
    tab.goto(served.url + "/explore")
    expect(tab.locator(".me")).to_contain_text("two_of_two", timeout=SOON)
    page.locator("form[action='/accounts/switch'] .button").first.click()
    page.wait_for_url("**/home")
    expect(page.locator(".me")).to_contain_text("one_of_two", timeout=SOON)
    expect(tab.locator(".me")).to_contain_text("one_of_two", timeout=SOON)
    page.go_back()
    expect(page.locator(".me")).to_contain_text("one_of_two", timeout=SOON)
