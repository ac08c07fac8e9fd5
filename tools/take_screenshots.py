"""Take the pictures of docs/screenshots from a demo square that is served: `python -m tools.take_screenshots [ADDRESS]`.

They are there to be looked at before work on the pages is called done.
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bema.demo.script import GUIDES, PASSWORD
from tests.browser.conftest import FLAGS, SIZES

TARGET = Path(__file__).parent.parent / "docs/screenshots"
COLOURS = 128  # kept in a picture: enough for pages, a quarter of the bytes
# name, path, size, language, scheme, signed in
PICTURES = (
    ("front", "/", "desktop", "en", "light", False),
    ("front-phone-dark", "/", "phone", "en", "dark", False),
    ("front-urdu", "/", "desktop", "ur", "dark", False),
    ("explore", "/explore", "desktop", "en", "dark", False),
    ("profile", "/@cityhall", "desktop", "en", "light", False),
    ("profile-phone-arabic", "/@omar", "phone", "ar", "light", False),
    ("sign-up-phone", "/auth/sign_up", "phone", "en", "light", False),
    ("home", "/home", "desktop", "en", "light", True),
    ("home-dark", "/home", "desktop", "en", "dark", True),
    ("home-phone-urdu", "/home", "phone", "ur", "light", True),
    ("thread", "thread", "desktop", "en", "light", True),
    ("notifications-phone", "/notifications", "phone", "en", "light", True),
    ("settings", "/settings/profile", "desktop", "en", "light", True),
)


def main(address: str) -> None:
    """Take all of them."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name, path, size, language, scheme, signed_in in PICTURES:
            page = _window(browser, address, size, language, scheme)
            if signed_in:
                _sign_in(page, address)
                _read_in(page, address, language)
            page.goto(address + (_liveliest(page, address) if path == "thread" else path))
            page.wait_for_load_state("networkidle")
            _keep(page.screenshot(), TARGET / f"{name}.png")
            page.context.close()
        browser.close()


def _window(browser: Browser, address: str, size: str, language: str, scheme: str) -> Page:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=1, locale=language)
    page = context.new_page()
    page.goto(f"{address}/about")
    context.add_cookies(
        [
            {"name": "bema_scheme", "value": scheme, "url": address},
            {"name": "bema_language", "value": language, "url": address},
        ]
    )
    return page


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/auth/sign_in?back=/home")
    page.fill('[name="email"]', GUIDES[0])
    page.fill('[name="password"]', PASSWORD)
    page.click('form[action="/auth/sign_in"] button.button >> nth=0')
    page.wait_for_url("**/home")


def _read_in(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}/about")
    page.click(f'form[action="/settings/language"] button[value="{language}"]')
    page.wait_for_selector(f'html[lang="{language}"]')


def _liveliest(page: Page, address: str) -> str:
    page.goto(f"{address}/explore")
    return page.locator("article.post a[data-open]").first.get_attribute("href") or "/"


def _keep(taken: bytes, file: Path) -> None:
    picture = Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(file, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
