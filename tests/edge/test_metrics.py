"""What Prometheus is told, and who else may read it."""

from collections.abc import Callable

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from bema.settings import Settings
from tests.conftest import Square


def numbers(text: str) -> dict[tuple[str, ...], float]:
    """Read the format into name and labels (process left out) and value."""
    return {
        (sample.name, *(value for key, value in sorted(sample.labels.items()) if key != "process")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_and_readers_are_counted(square: Square) -> None:
    """An operator sees how often each route was asked with which answer, and that every reader of the log keeps up."""
    here = square.client(address="127.0.0.1")
    ann = square.person("ann")
    assert ann.client.post("/api/v1/statuses", json={"status": "Good morning"}).status == 200
    assert here.get("/api/v1/statuses/1").status == 404
    assert here.get("/nothing/is/here").status == 404
    before = numbers(here.get("/metrics").text)
    assert before["bema_request_seconds_count", "POST", "/api/v1/statuses", "200"] == 1
    assert before["bema_request_seconds_count", "GET", "/api/v1/statuses/{id}", "404"] == 1
    assert before["bema_request_seconds_count", "", "", "404"] == 1
    assert before["bema_facts_total",] + before["bema_unnumbered_facts",] > 0
    square.settle()
    after = numbers(here.get("/metrics").text)
    assert after["bema_subscriber_lag", "timelines"] == 0
    assert {value for key, value in after.items() if key[0] == "bema_subscriber_lag"} == {0}
    assert after["bema_waiting_writes",] == 0


def test_strangers_find_no_metrics(square: Square) -> None:
    """Numbers about a server help who would harm it; a proxy on the same machine does not make a stranger a neighbour."""
    assert square.client(address="192.0.2.7").get("/metrics").status == 404
    forwarded = {"X-Forwarded-For": "192.0.2.7"}
    assert square.client(address="127.0.0.1").get("/metrics", headers=forwarded).status == 404


def test_the_token_of_the_settings_opens_metrics(settings: Settings, open_square: Callable[..., Square]) -> None:
    """A Prometheus on another machine shows the token; another token is worth nothing."""
    square = open_square(msgspec.structs.replace(settings, metrics_token="only-prometheus"))
    assert square.client("only-prometheus", address="192.0.2.7").get("/metrics").status == 200
    assert square.client("another", address="192.0.2.7").get("/metrics").status != 200
