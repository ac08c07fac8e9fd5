"""Markers, preferences and emojis: small things without which clients jump, crash or look poor."""

from bema.model.policy import Visibility
from bema.outside.clock import ManualClock
from bema.store import accounts, custom_emojis
from bema.store.tx import WriteTx
from tests.conftest import Square, Write


def test_a_marker_is_kept_and_each_change_counted(square: Square, clock: ManualClock) -> None:
    """Other devices go on where the first one stopped."""
    ann = square.person("ann")
    assert ann.client.get("/api/v1/markers?timeline[]=home").json() == {}
    first = ann.client.post("/api/v1/markers", json={"home": {"last_read_id": "103194548672408537"}}).json()
    assert first["home"]["last_read_id"] == "103194548672408537"
    assert first["home"]["version"] == 1
    assert "notifications" not in first
    clock.advance(seconds=5)
    both = {"home[last_read_id]": "7", "notifications[last_read_id]": "8"}
    second = ann.client.post("/api/v1/markers", form=both).json()
    assert second["home"]["version"] == 2
    assert second["home"]["updated_at"] > first["home"]["updated_at"]
    read = ann.client.get("/api/v1/markers?timeline[]=home&timeline[]=notifications&timeline[]=other").json()
    assert read == second
    assert square.person("bob").client.get("/api/v1/markers?timeline[]=home").json() == {}


def test_a_marker_that_is_no_id_is_refused(square: Square) -> None:
    """And the other one in the same request is not kept either."""
    ann = square.person("ann")
    refused = ann.client.post(
        "/api/v1/markers", json={"home": {"last_read_id": "7"}, "notifications": {"last_read_id": "x"}}
    )
    assert refused.status == 422
    assert ann.client.get("/api/v1/markers?timeline[]=home").json() == {}


def test_preferences_say_what_one_posts_with(square: Square, write: Write) -> None:
    """The composer starts with them."""
    ann = square.person("ann", language="ur")

    def choose(tx: WriteTx) -> None:
        accounts.change(tx, ann.account, post_visibility=int(Visibility.FOLLOWERS), post_sensitive=True)

    write(choose)
    told = ann.client.get("/api/v1/preferences").json()
    assert told == {
        "posting:default:visibility": "private",
        "posting:default:sensitive": True,
        "posting:default:language": "ur",
        "posting:default:quote_policy": "public",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


def test_the_emojis_of_the_server_are_listed_for_everybody(square: Square, write: Write) -> None:
    """Pickers show them by category."""

    def add(tx: WriteTx) -> None:
        custom_emojis.add(tx, accounts.home_domain(tx), "bema", "https://a/b.png", "https://a/c.png", "Square")

    write(add)
    assert square.stranger.get("/api/v1/custom_emojis").json() == [
        {
            "shortcode": "bema",
            "url": "https://a/b.png",
            "static_url": "https://a/c.png",
            "visible_in_picker": True,
            "category": "Square",
        }
    ]
