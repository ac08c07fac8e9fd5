"""A split domain: people are called by one domain, and the server is reached at another."""

from collections.abc import Callable

import msgspec
import pytest

from bema.domain import guarding
from bema.domain.guarding import DomainTerms
from bema.model.errors import Invalid
from bema.model.permissions import COMMAND_LINE
from bema.settings import Settings
from tests.conftest import Square


@pytest.fixture
def split(settings: Settings, open_square: Callable[..., Square]) -> Square:
    """A server at square.example whose people are called `name@example.org`."""
    return open_square(msgspec.structs.replace(settings, account_domain="example.org"))


@pytest.mark.parametrize("handle", ["ann", "ann@example.org", "ann@square.example", "Ann@EXAMPLE.org"])
def test_people_are_found_by_either_domain(split: Square, handle: str) -> None:
    """Wherever an address can be written: looking up, searching, the page of a profile, and in a post."""
    ann, bob = split.make.account("ann"), split.person("bob")
    split.settle()
    assert bob.client.get(f"/api/v1/accounts/lookup?acct={handle}").json()["id"] == str(ann)
    found = bob.client.get(f"/api/v2/search?type=accounts&q=@{handle}").json()["accounts"]
    assert [each["acct"] for each in found] == ["ann"]
    assert split.stranger.get(f"/@{handle}").status == 200
    posted = bob.client.post("/api/v1/statuses", json={"status": f"Good morning @{handle}"}).json()
    [mention] = posted["mentions"]
    assert (mention["acct"], mention["url"]) == ("ann", "https://square.example/@ann")


def test_people_are_shown_by_the_domain_that_they_are_called_by(split: Square) -> None:
    """To clients and on pages; addresses of pages stay those of the server."""
    split.make.account("ann")
    assert split.stranger.get("/api/v2/instance").json()["domain"] == "example.org"
    assert split.stranger.get("/api/v1/instance").json()["uri"] == "example.org"
    page = split.stranger.get("/@ann").text
    assert "@ann@example.org" in page
    assert "@ann@square.example" not in page
    assert split.stranger.get("/api/v1/accounts/lookup?acct=ann").json()["url"] == "https://square.example/@ann"


def test_neither_domain_can_be_kept_out(split: Square) -> None:
    """The server would talk with itself no more."""
    for name in ("example.org", "square.example"):
        with pytest.raises(Invalid):
            split.app.database.write_now(guarding.block_domain, split.app.site, COMMAND_LINE, name, DomainTerms())
