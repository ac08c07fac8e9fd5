"""Annual reports by the Mastodon API: when a year is looked back on, what is said of it, and how a client waits for it."""

from calendar import timegm

import pytest

from bema.model.ids import Millis
from bema.model.policy import Visibility
from bema.model.retrospect import Totals, archetype
from bema.outside.clock import ManualClock
from bema.subscribers.notifications import NOTIFICATIONS
from tests.conftest import Person, Square, Write


def moment(year: int, month: int, day: int) -> Millis:
    """Return noon of a day."""
    return timegm((year, month, day, 12, 0, 0)) * 1_000


@pytest.fixture
def december(clock: ManualClock) -> Millis:
    """Let it be the season."""
    at = moment(2040, 12, 20)
    clock.advance(milliseconds=at - clock.now())
    return at


@pytest.fixture
def ann(december: Millis, square: Square) -> Person:
    """Somebody who looks back."""
    return square.person("ann")


PATH = "/api/v1/annual_reports/2040"


def state(person: Person, path: str = PATH) -> str:
    """Return how far a report is."""
    found: str = person.client.get(f"{path}/state").json()["state"]
    return found


def test_a_year_is_looked_back_on(square: Square, ann: Person, write: Write) -> None:
    """Asked for, waited for, told of, read; it stays as it was made."""
    bob = square.person("bob")
    assert state(ann) == "ineligible"
    assert ann.client.post(f"{PATH}/generate").status == 200
    posts = [ann.client.post("/api/v1/statuses", json={"status": f"{n} #Tea"}).json()["id"] for n in range(3)]
    bob.client.post(f"/api/v1/statuses/{posts[1]}/reblog")
    bob.client.post(f"/api/v1/accounts/{ann.account}/follow")
    square.settle()
    assert state(ann) == "eligible"
    asked = ann.client.post(f"{PATH}/generate")
    again = ann.client.post(f"{PATH}/generate")
    assert (asked.status, again.status, asked.json()) == (202, 202, {})
    header = asked.headers["mastodon-async-refresh"]
    assert header == again.headers["mastodon-async-refresh"]
    refresh = header.partition('"')[2].partition('"')[0]
    assert header == f'id="{refresh}", retry=2'
    assert state(ann) == "generating"
    waiting = f"/api/v1_alpha/async_refreshes/{refresh}"
    running = {"async_refresh": {"id": refresh, "status": "running", "result_count": None}}
    assert ann.client.get(waiting).json() == running
    assert bob.client.get(waiting).status == 404
    assert ann.client.get(PATH).status == 404
    square.settle()
    assert ann.client.get(waiting).json()["async_refresh"] == {"id": refresh, "status": "finished", "result_count": 1}
    assert state(ann) == "available"
    assert ann.client.post(f"{PATH}/generate").status == 200
    found = ann.client.get(PATH).json()
    assert found["annual_reports"] == [
        {
            "year": 2040,
            "data": {
                "archetype": "lurker",
                "time_series": [{"month": 12, "statuses": 3, "followers": 1}],
                "top_hashtags": [{"name": "Tea", "count": 3}],
                "top_statuses": {"by_reblogs": posts[1], "by_replies": None, "by_favourites": None},
            },
            "schema_version": 2,
            "share_url": found["annual_reports"][0]["share_url"],
            "account_id": str(ann.account),
        }
    ]
    assert found["annual_reports"][0]["share_url"].startswith("https://square.example/@ann/years/2040/")
    assert [each["acct"] for each in found["accounts"]] == ["ann"]
    assert [each["id"] for each in found["statuses"]] == [posts[1]]
    assert ann.client.get("/api/v1/annual_reports").json() == found
    nothing: dict[str, list[str]] = {"annual_reports": [], "accounts": [], "statuses": []}
    assert bob.client.get("/api/v1/annual_reports").json() == nothing
    assert ann.client.post(f"{PATH}/read").json() == {}
    assert bob.client.post(f"{PATH}/read").status == 404
    told = [each["type"] for each in ann.client.get("/api/v1/notifications").json()]
    assert told[0] == "annual_report"
    write(NOTIFICATIONS.rebuild)
    assert [each["type"] for each in ann.client.get("/api/v1/notifications").json()] == told


def test_only_the_year_at_its_end_is_looked_back_on(square: Square, ann: Person, clock: ManualClock) -> None:
    """And only of who wrote something that everybody may read; a year that cannot be one is unknown."""
    eve = square.person("eve")
    square.make.post(author=ann.account, visibility=Visibility.PUBLIC)
    square.make.post(author=eve.account, visibility=Visibility.FOLLOWERS)
    assert [state(each) for each in (ann, eve)] == ["eligible", "ineligible"]
    assert state(ann, "/api/v1/annual_reports/2039") == "ineligible"
    for year in ("0000", "20400", "next", "99999999999999999999"):
        assert ann.client.get(f"/api/v1/annual_reports/{year}/state").status == 404
    assert ann.client.get("/api/v2/instance").json()["wrapstodon"] == "2040"
    clock.advance(milliseconds=moment(2041, 1, 1) - clock.now())
    assert state(ann) == "ineligible"
    assert ann.client.post(f"{PATH}/generate").status == 200


def test_a_tag_of_what_was_for_a_few_is_not_told(square: Square, ann: Person) -> None:
    """A report is shown to whoever has its link: it names nothing that they could not have read."""
    for visibility, text in [("private", "#Secret"), ("direct", "#Secret"), ("private", "#Secret"), ("public", "#Tea")]:
        assert ann.client.post("/api/v1/statuses", json={"status": text, "visibility": visibility}).status == 200
    square.settle()
    assert ann.client.post(f"{PATH}/generate").status == 202
    square.settle()
    (report,) = ann.client.get(PATH).json()["annual_reports"]
    assert report["data"]["top_hashtags"] == []


def test_what_was_given_up_can_be_asked_for_again(ann: Person, square: Square, clock: ManualClock) -> None:
    """Nobody waits for ever."""
    square.make.post(author=ann.account)
    first = ann.client.post(f"{PATH}/generate")
    clock.advance(hours=2)
    assert state(ann) == "eligible"
    second = ann.client.post(f"{PATH}/generate")
    assert (first.status, second.status, state(ann)) == (202, 202, "generating")


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        (Totals(posts=112, boosts=0, replies=0, polls=0, standalone=112), "lurker"),
        (Totals(posts=200, boosts=150, replies=0, polls=0, standalone=50), "booster"),
        (Totals(posts=200, boosts=0, replies=0, polls=30, standalone=200), "pollster"),
        (Totals(posts=200, boosts=0, replies=150, polls=0, standalone=50), "replier"),
        (Totals(posts=200, boosts=50, replies=50, polls=0, standalone=100), "oracle"),
    ],
)
def test_a_year_has_a_name(totals: Totals, said: str) -> None:
    """By Mastodon's measures, so that the same year is called the same everywhere."""
    assert archetype(totals) == said
