"""What of Mastodon's API is here: the list of its methods, the route table and the reference say the same."""

import re

from bema.app import API
from bema.cli.reference import NOT_SERVED, mastodon_methods, pages
from bema.edge.activitypub import ROUTES as ACTIVITYPUB
from bema.edge.routes import Route
from bema.edge.web import ROUTES as PAGES

OWN = {  # what no documentation of Mastodon lists
    ("GET", "/.well-known/host-meta.json"),
    ("GET", "/.well-known/trust.json"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/trust/v1/decisions"),
    ("GET", "/api/trust/v1/decisions/*"),
    ("GET", "/api/trust/v1/decisions/*/proof"),
    ("GET", "/api/trust/v1/policies"),
    ("GET", "/api/trust/v1/policies/*"),
    ("GET", "/api/trust/v1/policies/*/versions"),
    ("GET", "/api/trust/v1/server-measures"),
    ("GET", "/api/trust/v1/standing"),
    ("GET", "/api/trust/v1/standing/*"),
    ("DELETE", "/api/trust/v1/standing/*/appeal"),
    ("POST", "/api/trust/v1/standing/*/appeal"),
    ("POST", "/api/trust/v1/standing/*/appeal/answer"),
    ("GET", "/api/trust/v1/standing/*/receipt"),
    ("POST", "/api/v1/admin/reports/*/assign"),  # to a colleague; Mastodon knows oneself alone
    ("GET", "/api/v1/emails/check_confirmation"),
    ("GET", "/log/checkpoint"),
    ("GET", "/log/tile/*"),
    ("GET", "/metrics"),
    ("GET", "/nodeinfo/2.1"),
    ("GET", "/robots.txt"),
    ("GET", "/trust/decisions/*/entry.tlog-proof"),
    ("GET", "/trust/texts/*"),
    ("POST", "/witness/add-checkpoint"),
}


def place(method: str, path: str) -> tuple[str, str]:
    """Name a method whatever its parameters are called; PUT and PATCH are one."""
    return "PUT" if method == "PATCH" else method, re.sub(r"@?\{[^}]*\}", "*", path)


def places(routes: list[Route]) -> set[tuple[str, str]]:
    """Name the methods of routes."""
    return {place(route.method, route.path) for route in routes}


def test_a_method_is_served_or_listed_as_not_served_yet() -> None:
    """Who adds a route says so in the list, and who removes one too: nothing is promised that is not there."""
    served, pages_ = places([*API, *ACTIVITYPUB]), places(PAGES)
    wrong = []
    for method in mastodon_methods():
        at = place(method.verb, method.path)
        truth = (
            "served" if at in served else "page" if at in pages_ else "gone" if "removed" in method.life else "later"
        )
        if method.here != truth:
            wrong.append(f"{method.verb} {method.path} is {truth}, not {method.here}")
    assert wrong == []


def test_what_is_not_served_has_its_reason() -> None:
    """And nothing that is served is excused; the reasons stand on the page."""
    missing = {(method.verb, method.path) for method in mastodon_methods() if method.here == "later"}
    assert set(NOT_SERVED) == missing
    coverage = pages()["mastodon-coverage.md"]
    assert [place for place, reason in NOT_SERVED.items() if f"`{' '.join(place)}`: {reason}." not in coverage] == []


def test_each_method_is_listed_once() -> None:
    """A second line could say something else."""
    listed = [(method.verb, method.path) for method in mastodon_methods()]
    assert len(set(listed)) == len(listed) > 280


def test_what_is_served_is_mastodons_or_knowingly_our_own() -> None:
    """A route under a name that no client knows is a mistake, unless it is listed here."""
    listed = {place(method.verb, method.path) for method in mastodon_methods()}
    assert places(API) - listed == OWN


def test_nothing_served_is_missing_in_the_reference() -> None:
    """A reader of the pages finds every route, with its sentence."""
    endpoints = pages()["endpoints.md"]
    missing = [
        f"{route.method} {route.path}"
        for route in API
        if f"### `{route.method} {route.path}`\n\n{route.summary}\n" not in endpoints
    ]
    assert missing == []


def test_the_coverage_page_names_every_living_method() -> None:
    """Served or not, it stands in the table."""
    coverage = pages()["mastodon-coverage.md"]
    missing = [
        f"{method.verb} {method.path}"
        for method in mastodon_methods()
        if "removed" not in method.life and f"`{method.verb} {method.path}`" not in coverage
    ]
    assert missing == []
