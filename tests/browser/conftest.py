"""A served square and a browser that looks at it: Debian's Chromium, driven as a person would use it."""

import email
import email.policy
import itertools
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.patience import PATIENCE
from tests.serving import ServedSquare

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
SIZES = {"desktop": (1280, 800), "phone": (360, 740)}
_numbers = itertools.count(1)


@pytest.fixture(
    scope="module"
)  # it keeps an event loop running, beside which no other test of the process could run one
def chromium() -> Iterator[Browser]:
    """A browser; each test has a window of its own in it."""
    # Without windows and what belongs to them, which takes two thirds of the processor time; else the whole browser.
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is not installed: `make test` installs it when root"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSquare]:
    """A running server with somebody on it who has spoken."""
    square = ServedSquare(tmp_path_factory.mktemp("browsed"))
    square.create_account("omar")
    square.start()
    yield square
    square.stop()


@dataclass(frozen=True)
class Window:
    """A window of a browser on the square."""

    page: Page
    square: ServedSquare
    troubles: list[str]  # what the browser complained about

    def go(self, path: str) -> None:
        """Open a page."""
        answer = self.page.goto(self.square.url + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"

    def send(self, action: str, **values: str) -> None:
        """Fill in the form that is sent to `action`, and send it by its own button."""
        form = self.page.locator(f'form[action="{action}"]').first
        for name, value in values.items():
            form.locator(f'[name="{name}"]').fill(value)
        form.locator("button.button").first.click()

    def until(self, path: str, selector: str) -> None:
        """Open a page again and again until something is on it: what follows from a fact takes a moment."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.go(path)
            if self.page.locator(selector).count():
                return
            assert time.monotonic() < deadline, f"{selector} did not appear on {path}"
            self.page.wait_for_timeout(200)

    def letter(self, recipient: str) -> str:
        """Wait for the newest letter to somebody, and return the path of its link."""
        outbox = self.square.home / "outbox"
        deadline = time.monotonic() + PATIENCE
        while True:
            files = sorted(outbox.glob("*"), key=lambda file: file.stat().st_mtime) if outbox.exists() else []
            for file in reversed(files):
                link = _link(file, recipient)
                if link is not None:
                    return link.removeprefix(self.square.url)
            assert time.monotonic() < deadline, f"no letter to {recipient} came"
            self.page.wait_for_timeout(100)


class Windows:
    """Opens windows, and closes them when the test ends."""

    def __init__(self, browser: Browser, square: ServedSquare) -> None:
        self._browser, self._square = browser, square
        self._contexts: list[BrowserContext] = []

    def open(
        self, *, size: str = "desktop", language: str = "en", scheme: str = "light", script: bool = True
    ) -> Window:
        """Open a window of a size, for somebody who reads a language."""
        width, height = SIZES[size]
        more: dict[str, Any] = {"color_scheme": scheme, "java_script_enabled": script, "locale": language}
        context = self._browser.new_context(viewport={"width": width, "height": height}, **more)
        context.set_default_timeout(PATIENCE * 1_000)
        self._contexts.append(context)
        window = Window(context.new_page(), self._square, [])
        window.page.on("pageerror", lambda error: window.troubles.append(str(error)))
        window.page.on(
            "console",
            lambda said: window.troubles.append(said.text) if said.type == "error" else None,
        )
        return window

    def close(self) -> None:
        """Close them all."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def windows(chromium: Browser, served: ServedSquare) -> Iterator[Windows]:
    """Opens windows on the served square."""
    opened = Windows(chromium, served)
    yield opened
    opened.close()


def new_name() -> str:
    """Return a name that nobody has."""
    return f"visitor{next(_numbers)}"


def _link(file: Path, recipient: str) -> str | None:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    if recipient not in str(message["to"]) or body is None:
        return None
    link = re.search(r"https?://\S+", body.get_content())
    return link[0] if link else None
