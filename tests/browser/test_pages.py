"""What holds for every page: no violation that axe finds, nothing wider than the window, no more bytes than promised."""

import gzip
import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Window, Windows
from tests.browser.test_journeys import sign_in, write
from tests.patience import PATIENCE
from tests.recordings import sound, video
from tests.serving import ServedSquare

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = (
    "/",
    "/explore",
    "/public/local",
    "/public/network",
    "/tags/sea",
    "/search?q=omar",
    "/@omar",
    "/@omar/with_replies",
    "/@omar/media",
    "/@omar/about",
    "/@omar/followers",
    "/about",
    "/privacy",
    "/auth/sign_in",
    "/auth/sign_up",
    "/auth/forgot",
)
SIGNED_IN = (
    "/home",
    "/compose",
    "/notifications",
    "/bookmarks",
    "/favourites",
    "/follow-requests",
    "/blocks",
    "/mutes",
    "/settings/profile",
    "/settings/appearance",
    "/settings/security",
    "/settings/sessions",
    "/settings/apps",
    "/settings/account",
)
FURTHER_PUBLIC = (
    *("/directory", "/offline", "/@omar/following"),
    *("/trust", "/trust/decisions", "/trust/servers", "/trust/log", "/trust/decisions/1"),
    *("/trust/policies", "/trust/policies/rules", "/trust/policies/rules/changes?from=1&to=2"),
    "/trust/policies/enforcement",
)
FURTHER = (
    "/settings/notifications",
    "/settings/domains",
    "/settings/filters",
    "/settings/filters/new",
    "/notifications/mentions",
    "/notifications/requests",
    "/conversations",
    "/scheduled",
    "/lists",
    "/collections",
    "/directory",
    "/years",
    "/settings/standing",
    *("/staff", "/staff/cases", "/staff/decisions", "/staff/audit", "/staff/appeals"),
    *("/staff/door", "/staff/door?kind=network", "/staff/roles"),
    "/staff/waiting",
    "/staff/announcements",
    *("/staff/policies", "/staff/policies/rules", "/staff/policies/rules/preview"),
)
FIRST_PAINT = """new Promise(done => new PerformanceObserver((list) => done(list.getEntries()[0].startTime))
    .observe({type: "paint", buffered: true}))"""  # it is told, and not asserted: the machine may do other things
PAGE_BYTES, PUBLIC_SCRIPT_BYTES, SCRIPT_BYTES = 60_000, 25_000, 60_000  # packed: HTML with styles, script


@pytest.fixture(scope="module")
def furnished(served: ServedSquare) -> tuple[list[str], list[str]]:
    """Let the square have something of every kind; return the pages about it for strangers, and for `ila` who keeps it."""
    for number, rule in enumerate(("Be kind", "Be kinder"), 1):
        clause = '[[clauses]]\ntext = {en = "%s"}\n' if number == 1 else '[[clauses]]\nid = "1"\ntext = {en = "%s"}\n'
        rules = 'document = "rules"\nlanguage = "en"\ntitle = {en = "Rules"}\n' + clause % rule
        (served.home / "rules.toml").write_text(rules, encoding="utf-8")
        served.command("policy", "publish", str(served.home / "rules.toml"), "--home", str(served.home))
    served.create_account("ila", role="owner")
    tokens = {name: served.create_token(name) for name in ("ila", "omar")}

    def ask(name: str, method: str, path: str, body: Any = None, files: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        answer = httpx.request(
            method, f"{served.url}/api{path}", headers=headers, json=body, files=files, timeout=PATIENCE
        )
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json()

    def say(name: str, text: str, **more: Any) -> Any:
        return ask(name, "POST", "/v1/statuses", {"status": text, **more})

    omar = ask("omar", "PATCH", "/v1/accounts/update_credentials", {"discoverable": True})["id"]
    ask("ila", "POST", f"/v1/accounts/{omar}/follow")
    asked = say("omar", "Tea or coffee?", poll={"options": ["Tea", "Coffee"], "expires_in": 3_600})
    ask("ila", "POST", f"/v1/polls/{asked['poll']['id']}/votes", {"choices": [1]})
    quoting = say("ila", "He asks again", quoted_status_id=asked["id"], spoiler_text="Drinks")
    say("omar", "@ila see you at nine", visibility="direct")
    for suffix, kind, content in (("mp4", "video/mp4", video()), ("mp3", "audio/mpeg", sound("mp3", "libmp3lame"))):
        file = {"file": (f"sea.{suffix}", content, kind)}
        kept = ask("omar", "POST", "/v1/media?description=The+sea", files=file)["id"]
        say("omar", f"The sea as {suffix}", media_ids=[kept])
    say("ila", "Later", scheduled_at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    list_ = ask("ila", "POST", "/v1/lists", {"title": "Poets"})["id"]
    ask("ila", "POST", f"/v1/lists/{list_}/accounts", {"account_ids": [omar]})
    words = [{"keyword": "goal", "whole_word": True}]
    filter_ = ask("ila", "POST", "/v2/filters", {"title": "Sport", "context": ["home"], "keywords_attributes": words})
    terms = {"name": "Voices", "description": "Hear them", "tag_name": "sea", "discoverable": True}
    collection = ask("ila", "POST", "/v1/collections", {**terms, "account_ids": [omar]})["collection"]["id"]
    admin = {"Authorization": f"Bearer {served.create_token('ila', scopes='admin:write')}"}
    kept_away = httpx.post(f"{served.url}/api/v1/admin/domain_blocks", headers=admin, json={"domain": "far.example"})
    assert kept_away.status_code == 200, kept_away.text
    thread, quoted = f"/@omar/{asked['id']}", f"/@ila/{quoting['id']}"
    of_all = [thread, f"{thread}/quotes", quoted, "/@ila", f"/collections/{collection}"]
    own = [
        *(thread, f"{thread}/favourites", f"{quoted}/history", f"/posts/{quoting['id']}/delete"),
        *(f"/lists/{list_}", f"/lists/{list_}/members", f"/accounts/{omar}/lists", f"/accounts/{omar}/collections"),
        *(f"/settings/filters/{filter_['id']}", f"/collections/{collection}", f"/collections/{collection}/edit"),
    ]
    return of_all, own


def check(window: Window, path: str, *, status: int = 200) -> None:
    """Look at a page as axe does, and from its edges."""
    answer = window.page.goto(window.square.url + path)
    assert answer is not None
    assert answer.status == status, f"{path}: {answer.status}"
    found = Axe().run(window.page, options={"resultTypes": ["violations"]}).response["violations"]
    assert not found, [path, *((each["id"], [node["target"] for node in each["nodes"]]) for each in found)]
    wider = window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0, f"{path} is {wider} pixels wider than the window"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "ur")])
def test_axe_finds_no_violation(windows: Windows, size: str, language: str, scheme: str) -> None:
    """Every page can be used by everybody, in both colour schemes, and fits into the window."""
    writer = windows.open()
    sign_in(writer, "omar", "correct horse battery")
    write(writer, "Lamps in the #sea")
    window = windows.open(size=size, language=language, scheme=scheme)
    for path in PUBLIC:
        check(window, path)
    window.go("/@omar")
    posts = window.page.locator("article.post a[data-open]").first.get_attribute("href")
    assert posts
    check(window, posts)
    sign_in(window, "omar", "correct horse battery")
    for path in (*SIGNED_IN, posts, f"{posts}/favourites"):
        check(window, path)


@pytest.mark.parametrize(("size", "language", "scheme"), [("desktop", "en", "light"), ("phone", "ur", "dark")])
def test_axe_finds_no_violation_where_few_go(
    windows: Windows, furnished: tuple[list[str], list[str]], size: str, language: str, scheme: str
) -> None:
    """Nor on pages about things of every kind, and what is said where nothing stands."""
    window = windows.open(size=size, language=language, scheme=scheme)
    for path in (*FURTHER_PUBLIC, *furnished[0]):
        check(window, path)
    check(window, "/nowhere", status=404)


@pytest.mark.parametrize(("size", "language", "scheme"), [("desktop", "en", "light"), ("phone", "ur", "dark")])
def test_axe_finds_no_violation_where_few_work(
    windows: Windows, furnished: tuple[list[str], list[str]], size: str, language: str, scheme: str
) -> None:
    """Nor on what is one's own, and on what the staff sees."""
    window = windows.open(size=size, language=language, scheme=scheme)
    sign_in(window, "ila", "correct horse battery")
    for path in (*FURTHER, *furnished[1]):
        check(window, path)


def test_pages_keep_to_their_budget(windows: Windows, served: ServedSquare) -> None:
    """HTML with styles, and scripts, are as small as promised when packed."""
    window = windows.open()
    for path, most in (("/", PUBLIC_SCRIPT_BYTES), ("/@omar", PUBLIC_SCRIPT_BYTES)):
        page, scripts = weigh(served, path)
        assert page <= PAGE_BYTES, f"{path}: {page} bytes of HTML and styles"
        assert scripts <= most, f"{path}: {scripts} bytes of script"
        window.go(path)
        print(f"{path}: first contentful paint after {window.page.evaluate(FIRST_PAINT):.0f} ms, promised are 300")
    sign_in(window, "omar", "correct horse battery")
    entries = window.page.locator("script[type=module]").evaluate_all("all => all.map(each => each.src)")
    assert sum(len(packed(module)) for module in set(all_modules(served.url, entries))) <= SCRIPT_BYTES


def weigh(served: ServedSquare, path: str) -> tuple[int, int]:
    """Return the packed bytes of a page with its styles, and of the script that it loads, imports included."""
    page = read(served.url + path)
    html = page.decode()
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    size = len(gzip.compress(page)) + sum(len(packed(served.url + style)) for style in styles)
    entries = re.findall(r'<script type="module" src="([^"]+)"', html)
    modules = set(all_modules(served.url, [served.url + entry for entry in entries]))
    return size, sum(len(packed(module)) for module in modules)


def all_modules(base: str, waiting: list[str]) -> Iterator[str]:
    """Follow the imports of modules."""
    seen: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        yield module
        imported = re.findall(r'from "(?:\./)?([^"]+\.js)"', read(module).decode())
        waiting.extend(f"{base}/static/js/{name}" for name in imported)


def packed(address: str) -> bytes:
    """Return a file as it travels."""
    return gzip.compress(read(address))


def read(address: str) -> bytes:
    """Return what lies at an address."""
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        content: bytes = answer.read()
        return content
