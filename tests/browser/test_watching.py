"""A browser that remembers the public log checks it on each visit, and raises an alarm when history was changed."""

import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.patience import PATIENCE
from tests.serving import ServedSquare

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BEFORE, AFTER = 250, 20  # decisions: the second visit is in another file of hashes than the first


class Kept:
    """A square of its own, whose keeper can be made to lie."""

    def __init__(self, home: Path) -> None:
        self.square = ServedSquare(home)
        self.square.create_account("omar", role="owner")
        scopes = "read write admin:read admin:write"
        self.token = self.square.create_token("omar", scopes)
        self.decided = 0

    def decide(self, count: int, name: str) -> str:
        """Keep so many mail servers away, and return the state that is signed when all of that is."""
        with ThreadPoolExecutor(8) as crowd:
            list(crowd.map(lambda number: self._keep_away(f"{name}{number}.example"), range(count)))
        self.decided += count
        deadline = time.monotonic() + PATIENCE
        while True:
            note = self._checkpoint()
            if note and int(note.split("\n")[1]) > self.decided:
                return note
            assert time.monotonic() < deadline, note
            time.sleep(0.05)

    def _keep_away(self, domain: str) -> None:
        asked = urllib.request.Request(
            f"{self.square.url}/api/v1/admin/email_domain_blocks",
            json.dumps({"domain": domain}).encode(),
            {"authorization": f"Bearer {self.token}", "content-type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE):
            pass

    def _checkpoint(self) -> str:
        try:
            with urllib.request.urlopen(f"{self.square.url}/log/checkpoint", timeout=PATIENCE) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError:
            return ""  # nothing is signed yet


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A square whose history can be forged."""
    made = Kept(tmp_path_factory.mktemp("kept"))
    made.square.start()
    yield made
    made.square.kill()


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[[], Page]]:
    """Opens windows of one person's browser, and of others'."""
    contexts: list[BrowserContext] = []

    def open_() -> Page:
        contexts.append(chromium.new_context())
        contexts[-1].set_default_timeout(PATIENCE * 1_000)
        return contexts[-1].new_page()

    yield open_
    for context in contexts:
        context.close()


def answering(body: str) -> Callable[[Route], None]:
    """Return what answers a request in the server's place."""
    return lambda route: route.fulfill(body=body)


def visit(page: Page, kept: Kept, path: str = "/trust") -> str:
    """Open a page and return what the browser found."""
    page.goto(kept.square.url + path)
    place = page.locator("[data-log-check][data-found]")
    expect(place).to_have_count(1)
    return place.get_attribute("data-found") or ""


def test_what_the_browser_is_shown_must_be_signed_and_never_shorter(kept: Kept, window: Callable[[], Page]) -> None:
    """An older state, a damaged signature, and a key that nobody vouches for: each is an alarm; no network is none."""
    older = kept.decide(1, "first")
    newer = kept.decide(1, "second")
    signature = newer.rindex("=") - 20
    damaged = newer[:signature] + ("A" if newer[signature] != "A" else "B") + newer[signature + 1 :]
    for shown, why in ((older, "shorter"), (damaged, "signature")):
        page = window()
        assert visit(page, kept) == "first"
        page.route("**/log/checkpoint", answering(shown))
        assert visit(page, kept) == "alarm", why
        expect(page.locator(f'[data-log-why="{why}"]')).to_be_visible()
    page = window()
    assert visit(page, kept) == "first"
    page.route("**/log/checkpoint", lambda route: route.abort())
    assert visit(page, kept) == "unable"
    page.unroute("**/log/checkpoint")
    assert visit(page, kept) == "checked"


def test_a_forged_history_raises_the_alarm_and_leaves_evidence(kept: Kept, window: Callable[[], Page]) -> None:
    """A log that goes on is checked over the end of a file; one that was made anew from an older state is found out."""
    before = kept.decide(BEFORE, "third").split("\n")[1]
    reader, other = window(), window()
    assert visit(reader, kept) == "first"
    kept.square.stop()
    shutil.copy(kept.square.home / "bema.db", kept.square.home / "older.db")
    kept.square.start()
    note = kept.decide(AFTER, "fourth")
    assert visit(reader, kept, "/trust/log") == "checked"
    expect(reader.locator("[data-log-said]")).to_contain_text(f"with the {before} that it showed you before")
    kept.square.stop()
    for file in kept.square.home.glob("bema.db*"):
        file.unlink()
    (kept.square.home / "older.db").rename(kept.square.home / "bema.db")
    (kept.square.home / "log" / "signed").unlink()  # whoever rolls back both is found out by those who remember
    kept.decided -= AFTER
    kept.square.start()
    forged = kept.decide(AFTER + 1, "other")
    assert visit(other, kept) == "first", "who was never here cannot know"
    assert visit(reader, kept) == "alarm"
    alarm = reader.locator("[data-log-alarm]")
    expect(alarm).to_contain_text("does not begin with what it showed this browser before")
    with reader.expect_download() as saved:
        alarm.get_by_role("link").click()
    evidence = json.loads(saved.value.path().read_bytes())
    assert (evidence["remembered"]["note"], evidence["shown"]) == (note, forged)
    assert Axe().run(reader).response["violations"] == []
    assert visit(reader, kept, "/trust/decisions") == "alarm", "it stays until somebody puts it away"
    reader.locator("[data-log-put-away]").click()
    expect(reader.locator('[data-found="first"]')).to_have_count(1)


def test_an_alarm_stands_on_every_page_of_who_is_signed_in(kept: Kept, window: Callable[[], Page]) -> None:
    """Nobody has to go to the pages about the log for that; it is looked for once an hour."""
    page = window()
    page.goto(f"{kept.square.url}/auth/sign_in?back=/settings/profile")
    page.locator('[name="email"]').fill("omar@example.org")
    page.locator('[name="password"]').fill("correct horse battery")
    page.locator("main form button").first.click()
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate("localStorage.getItem('bema-log')"):
        assert time.monotonic() < deadline, "the log was not looked at"
        page.wait_for_timeout(50)
    page.route("**/log/checkpoint", lambda route: route.fulfill(body="square\n0\n\n"))
    page.goto(f"{kept.square.url}/settings/profile")
    expect(page.locator("main > .notice-alert")).to_have_count(0)
    page.evaluate("localStorage.setItem('bema-log-tried', '1')")
    page.goto(f"{kept.square.url}/settings/profile")
    expect(page.locator("main > .notice-alert")).to_contain_text("The public log of this square was changed.")


FULL = """() => {
  for (let size = 1 << 20; size >= 1; size >>= 1)
    for (let number = 0; ; number++)
      try { localStorage.setItem(`full${size}.${number}`, "x".repeat(size)); } catch { break; }
}"""
FORBIDDEN = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("forbidden", "SecurityError"); },
});"""


def test_where_nothing_can_be_kept_the_signature_is_checked_and_that_is_said(
    kept: Kept, window: Callable[[], Page]
) -> None:
    """With the store forbidden or full; an alarm is raised all the same, and what was kept before goes on to be compared."""
    older = kept.decide(1, "fifth")
    forbidden, full, begun = window(), window(), window()
    forbidden.add_init_script(FORBIDDEN)
    full.goto(f"{kept.square.url}/about")
    full.evaluate(FULL)
    for page in (forbidden, full):
        assert visit(page, kept) == "unkept"
        expect(page.locator("[data-log-said]")).to_contain_text("cannot tell next time")
    assert visit(begun, kept) == "first"
    begun.evaluate(FULL)
    kept.decide(1, "sixth")
    assert visit(begun, kept) == "checked"
    begun.route("**/log/checkpoint", answering(older[:-9] + "AAAAAAA=\n"))
    assert visit(begun, kept) == "alarm"
    begun.evaluate("localStorage.clear(); localStorage.setItem('bema-log', '{damaged')")
    begun.unroute("**/log/checkpoint")
    assert visit(begun, kept) == "first"
