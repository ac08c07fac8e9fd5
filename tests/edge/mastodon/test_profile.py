"""One's own profile by the Mastodon API: read as it is edited, and changed in part."""

import pytest

from bema.model import limits
from tests.client import File
from tests.conftest import Person, Square
from tests.edge.test_matrices import DOT

URL = "/api/v1/profile"


@pytest.fixture
def ann(square: Square) -> Person:
    """Whose profile it is."""
    return square.person("ann", scopes="profile write:accounts read:statuses")


def test_a_profile_is_as_its_owner_wrote_it(ann: Person) -> None:
    """All attributes are there; texts are plain, and pictures that nobody chose null."""
    ann.client.patch(URL, json={"note": "tea & *milk*", "fields_attributes": [{"name": "a", "value": "b & c"}]})
    ann.client.post("/api/v1/featured_tags", json={"name": "tea"})
    profile = ann.client.get(URL).json()
    (tag,) = profile.pop("featured_tags")
    assert tag["name"] == "tea"
    assert profile == {
        "id": str(ann.account),
        "display_name": "Ann",
        "note": "tea & *milk*",
        "fields": [{"name": "a", "value": "b & c", "verified_at": None}],
        **dict.fromkeys(("avatar", "avatar_static", "header", "header_static")),
        "avatar_description": "",
        "header_description": "",
        "locked": False,
        "bot": False,
        "hide_collections": False,
        "discoverable": True,
        "indexable": False,
        "show_media": True,
        "show_media_replies": True,
        "show_featured": True,
        "attribution_domains": [],
    }


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_only_what_is_named_is_changed(square: Square, ann: Person, method: str) -> None:
    """In either way that clients ask; others see what is for them."""
    changes = {"show_media": "false", "show_media_replies": False, "show_featured": 0, "bot": True}
    asked = {**changes, "attribution_domains": ["Paper.example", "paper.example", ""]}
    answer = ann.client.request(method, URL, json=asked)
    assert answer.status == 200, answer.text
    assert answer.json() == ann.client.get(URL).json()
    profile = answer.json()
    assert [profile[name] for name in changes] == [False, False, False, True]
    assert profile["attribution_domains"] == ["paper.example"]
    assert profile["display_name"] == "Ann"
    shown = square.stranger.get(f"/api/v1/accounts/{ann.account}").json()
    assert [shown[name] for name in changes] == [False, False, False, True]
    source = ann.client.get("/api/v1/accounts/verify_credentials").json()["source"]
    assert source["attribution_domains"] == ["paper.example"]


def test_a_picture_comes_with_its_description(ann: Person) -> None:
    """In one form."""
    form = {"avatar_description": "a dot"}
    profile = ann.client.patch(URL, form=form, files={"avatar": File("dot.png", DOT, "image/png")}).json()
    assert profile["avatar"].startswith("https://square.example/media/")
    assert profile["avatar_description"] == "a dot"


@pytest.mark.parametrize(
    "asked",
    [
        {"attribution_domains": [f"paper{number}.example" for number in range(limits.ATTRIBUTION_DOMAINS + 1)]},
        {"attribution_domains": ["no domain"]},
        {"display_name": "x" * 31},
    ],
)
def test_what_is_too_much_changes_nothing(ann: Person, asked: dict[str, object]) -> None:
    """Refused with a sentence."""
    before = ann.client.get(URL).json()
    assert ann.client.patch(URL, json={"note": "new", **asked}).status == 422
    assert ann.client.get(URL).json() == before
