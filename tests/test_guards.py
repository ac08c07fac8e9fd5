"""What guards against published vulnerabilities is where the table says, and what is absent is absent.

That each guard is held by its tests is tried by `tools/remove_guards.py`, which takes longer than a test may.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from bema.edge import oauth, wellknown
from bema.edge.activitypub import ROUTES as FEDERATION
from bema.edge.mastodon import ROUTES as API
from bema.edge.web import ROUTES as PAGES
from tests.guards import PAGE, TOP, guards, page, rows

SOURCES = sorted((TOP / "src" / "bema").rglob("*.py"))


@cache
def imported(path: Path) -> set[str]:
    """Tell the modules that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                found |= {each.name for each in names}
            case ast.ImportFrom(module=str(module), names=names):
                found |= {module, *(f"{module}.{each.name}" for each in names)}
    return found


def importing(*names: str) -> set[str]:
    """Name the modules of the server that import one of these, or a part of one."""
    wanted = re.compile("|".join(rf"{re.escape(name)}(?:\..*)?" for name in names))
    return {
        path.relative_to(TOP / "src" / "bema").as_posix()
        for path in SOURCES
        if any(wanted.fullmatch(each) for each in imported(path))
    }


def test_each_guard_is_where_the_table_says() -> None:
    """Else it is not known any more that a test holds it: tests/guards.toml goes with the code."""
    places = [(each.says, (TOP / each.path).read_text("utf-8").count(each.code)) for each in guards()]
    assert [says for says, count in places if count != 1] == []


def test_each_row_names_tests_that_there_are() -> None:
    """A row without a test is a promise."""
    missing = []
    for row in rows():
        named = [*row.get("tests", []), *(test for guard in row.get("guard", []) for test in guard["tests"])]
        assert named, row["name"]
        for test in named:
            path, _, name = test.partition("::")
            if not (TOP / path).is_file() or f"def {name}(" not in (TOP / path).read_text("utf-8"):
                missing.append(test)
    assert missing == []


def test_the_page_tells_what_the_table_says() -> None:
    """`tools/remove_guards.py --page` writes it."""
    assert PAGE.read_text("utf-8") == page()


# --- What is absent ---------------------------------------------------------------------------------------------------


def test_nobody_registers_as_a_provider() -> None:
    """CVE-2026-27477: there is no door by which a stranger makes this server ask them for anything."""
    paths = {route.path for route in (*API, *PAGES, *FEDERATION, *oauth.routes, *wellknown.routes)}
    assert [path for path in paths if re.search("fasp|provider|registration|webhook", path)] == []


def test_nobody_signs_in_by_another_service() -> None:
    """CVE-2024-25618: so nobody is taken for whoever has the same address of e-mail there."""
    assert importing("authlib", "oauthlib", "saml2", "onelogin", "jwt", "jose", "cas") == set()
    assert {
        route.path for route in (*PAGES, *oauth.routes) if re.search("saml|oidc|openid|callback", route.path)
    } == set()


def test_nothing_typed_at_sign_in_is_a_question() -> None:
    """CVE-2023-28853: no directory is asked, and SQL is made of constants: values are bound."""
    assert importing("ldap", "ldap3", "bonsai") == set()
    texts = [path for path in SOURCES if re.search(r"text\(f[\"']", path.read_text("utf-8")) and "store" in path.parts]
    assert [path.name for path in texts if "migrations" not in path.parts and "login" in path.name] == []


def test_no_xml_and_no_archive_of_others_is_read() -> None:
    """CVE-2023-5588: no XML, so no entities in it; no archive but the operator's own backup."""
    assert (
        importing("xml.etree", "xml.dom", "xml.parsers", "lxml", "defusedxml", "xmltodict", "bs4", "feedparser")
        == set()
    )
    assert importing("xml.sax") == importing("xml.sax.saxutils"), "what escapes text for XML reads none"
    assert importing("zipfile", "tarfile", "shutil.unpack_archive") <= {"cli/backup.py", "outside/archives.py"}
    assert "extract" not in (TOP / "src/bema/outside/archives.py").read_text("utf-8"), (
        "it writes what people take along"
    )


def test_nothing_else_asks_other_servers() -> None:
    """One door to the world, whatever is asked for: profiles, files, pages, devices, logs, translators."""
    clients = (
        "aiohttp",
        "httpx",
        "requests",
        "urllib.request",
        "http.client",
        "urllib3",
        "websockets.client",
        "pycurl",
    )
    assert importing(*clients) <= {"outside/connecting.py"}


@pytest.mark.parametrize("name", ["pickle", "marshal", "shelve", "yaml", "dill"])
def test_nothing_from_outside_becomes_code(name: str) -> None:
    """What can make objects of any kind out of bytes is not used at all."""
    assert importing(name) == set()
