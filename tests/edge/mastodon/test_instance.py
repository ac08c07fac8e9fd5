"""The instance: everything that clients look for is there, and the limits told are those that hold."""

from collections.abc import Callable

import msgspec
import pytest

from bema import __version__
from bema.model import limits
from bema.settings import Rule, Settings
from bema.wire.mastodon.instance import Instance, InstanceV1
from tests.conftest import Square


def test_both_versions_are_whole(square: Square) -> None:
    """Strict decoders find every field in its type."""
    two = msgspec.json.decode(square.stranger.get("/api/v2/instance").body, type=Instance)
    one = msgspec.json.decode(square.stranger.get("/api/v1/instance").body, type=InstanceV1)
    assert (two.domain, one.uri) == ("square.example", "square.example")
    assert two.version == one.version
    assert two.version == f"4.6.0 (compatible; Bema {__version__})"
    assert two.api_versions.mastodon == 10, "the level that Mastodon 4.6 announces"
    assert two.configuration.statuses.max_characters == one.configuration.statuses.max_characters == 500
    assert two.configuration.urls.streaming == one.urls.streaming_api == "wss://square.example"
    assert "image/avif" in two.configuration.media_attachments.supported_mime_types
    for address in (two.thumbnail.url, *(icon.src for icon in two.icon)):
        assert square.stranger.get(address).status == 200


def test_a_status_of_the_announced_length_is_accepted_and_a_longer_one_is_not(square: Square) -> None:
    """The announced limit is the one that holds."""
    most = square.stranger.get("/api/v2/instance").json()["configuration"]["statuses"]["max_characters"]
    ann = square.person("ann")
    assert ann.client.post("/api/v1/statuses", json={"status": "ا" * most}).status == 200
    assert ann.client.post("/api/v1/statuses", json={"status": "ا" * (most + 1)}).status == 422


def test_the_push_key_is_a_point_and_stays_the_same(square: Square) -> None:
    """Sixty-five bytes, as browsers take them; made from the secret, so that a restored server has it too."""
    key = square.stranger.get("/api/v2/instance").json()["configuration"]["vapid"]["public_key"]
    assert len(key) == 87
    assert key.startswith("B")
    assert "=" not in key


@pytest.mark.parametrize(
    ("mode", "enabled", "approval"),
    [("open", True, False), ("approval", True, True), ("invite", False, False), ("closed", False, False)],
)
def test_it_says_how_one_joins(
    settings: Settings, open_square: Callable[..., Square], mode: str, enabled: bool, approval: bool
) -> None:
    """A client shows "sign up" only where that leads somewhere."""
    square = open_square(msgspec.structs.replace(settings, registration=mode))
    told = square.stranger.get("/api/v2/instance").json()["registrations"]
    assert (told["enabled"], told["approval_required"]) == (enabled, approval)
    assert square.stranger.get("/api/v1/instance").json()["approval_required"] is approval


def test_rules_and_texts_come_from_the_settings(settings: Settings, open_square: Callable[..., Square]) -> None:
    """Texts are HTML, escaped once; what is not written is not found."""
    square = open_square(
        msgspec.structs.replace(
            settings, rules=[Rule("Be kind", "Really")], extended_description="Ours & yours", contact_account="ann"
        )
    )
    square.make.account("ann")
    ask = square.stranger.get
    assert ask("/api/v1/instance/rules").json() == [
        {"id": "1", "text": "Be kind", "hint": "Really", "translations": {}}
    ]
    assert ask("/api/v1/instance/extended_description").json()["content"] == "<p>Ours &amp; yours</p>"
    assert ask("/api/v1/instance/privacy_policy").status == 404
    assert ask("/api/v2/instance").json()["contact"]["account"]["username"] == "ann"
    assert ask("/api/v2/instance").json()["rules"][0]["text"] == "Be kind"


def test_its_numbers_are_counted(square: Square) -> None:
    """People and posts of this server; known others."""
    ann = square.person("ann")
    square.make.post(ann.account)
    square.make.account("eve", host="other.example")
    ann.client.get("/api/v1/preferences")
    square.settle()
    stats = square.stranger.get("/api/v1/instance").json()["stats"]
    assert stats == {"user_count": 1, "status_count": 1, "domain_count": 1}
    assert square.stranger.get("/api/v1/instance/peers").json() == ["other.example"]
    weeks = square.stranger.get("/api/v1/instance/activity").json()
    assert len(weeks) == limits.ACTIVITY_WEEKS
    assert {name: weeks[0][name] for name in ("statuses", "logins", "registrations")} == {
        "statuses": "1",
        "logins": "1",
        "registrations": "1",
    }
    assert square.stranger.get("/nodeinfo/2.0").json()["usage"]["localPosts"] == 1


def test_asking_again_costs_no_statement(square: Square, statements: list[str]) -> None:
    """Clients ask at every start."""
    square.stranger.get("/api/v2/instance")
    statements.clear()
    assert square.stranger.get("/api/v2/instance").status == 200
    assert statements == []


def test_languages_have_names(square: Square) -> None:
    """A client's language picker is filled from them."""
    names = {each["code"]: each["name"] for each in square.stranger.get("/api/v1/instance/languages").json()}
    assert (names["ur"], names["ps"], names["zh"]) == ("Urdu", "Pashto", "Chinese")
    assert square.stranger.get("/api/v1/instance/translation_languages").json() == {}
