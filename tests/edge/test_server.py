"""What every request meets before its handler: who may ask, how much, in which form, and how a no looks."""

import gzip
from collections.abc import Callable

import msgspec
import pytest

from bema.edge.routes import Found, Routes, Surface, Table
from bema.outside.clock import ManualClock
from bema.settings import Settings
from tests.conftest import Square


def _table(*paths: str) -> Table:
    routes = Routes(Surface.API)
    for path in paths:
        routes.get(path)(_nothing)
    return Table(routes)


def _nothing(call: object, tx: object) -> None:
    """Answer with nothing."""


def test_fixed_segments_win_over_parameters() -> None:
    """`/accounts/lookup` is not the account called lookup."""
    table = _table("/accounts/{id}", "/accounts/lookup", "/accounts/{id}/notes")
    found = table.find("GET", "/accounts/lookup")
    assert isinstance(found, Found)
    assert found.route.path == "/accounts/lookup"
    deeper = table.find("GET", "/accounts/7/notes")
    assert isinstance(deeper, Found)
    assert deeper.path == {"id": "7"}


def test_a_name_behind_an_at_sign_is_told_from_a_page() -> None:
    """`/@ann` is a profile, `/about` a page."""
    table = _table("/@{acct}", "/about", "/@{acct}/{id}")
    profile = table.find("GET", "/@ann@example.org")
    assert isinstance(profile, Found)
    assert profile.path == {"acct": "ann@example.org"}
    assert table.find("GET", "/nowhere") is None


def test_a_wrong_method_is_told_with_the_right_ones() -> None:
    """The table says what would be allowed."""
    assert _table("/posts").find("DELETE", "/posts") == {"GET"}


def test_two_routes_on_one_place_are_a_mistake() -> None:
    """The server does not start with an ambiguous table."""
    with pytest.raises(ValueError, match="twice"):
        _table("/posts", "/posts")


def test_an_unknown_api_path_is_a_json_404(square: Square) -> None:
    """No client ever gets an HTML page from the API."""
    answer = square.stranger.get("/api/v1/nowhere")
    assert (answer.status, answer.json()) == (404, {"error": "Record not found"})
    assert answer.headers["access-control-allow-origin"] == "*"


def test_no_token_is_401_and_a_narrow_one_403(square: Square) -> None:
    """Missing, wrong and insufficient credentials are told apart, each with a sentence."""
    assert square.stranger.get("/api/v1/timelines/home").status == 401
    assert square.client("nonsense").get("/api/v1/timelines/home").status == 401
    narrow = square.person("ann", scopes="write")
    refused = narrow.client.get("/api/v1/timelines/home")
    assert refused.status == 403
    assert "scope" in refused.json()["error"]


def test_the_word_bearer_may_be_in_any_case(square: Square) -> None:
    """Some clients write `bearer`."""
    ann = square.person("ann")
    answer = square.stranger.get("/api/v1/timelines/home", headers={"Authorization": f"bearer {ann.client.token}"})
    assert answer.status == 200


def test_a_preflight_is_answered(square: Square) -> None:
    """Browsers ask before they send a token."""
    answer = square.stranger.request("OPTIONS", "/api/v1/statuses")
    assert answer.status == 200
    assert "Idempotency-Key" in answer.headers["access-control-allow-headers"]


def test_rate_limits_are_told_with_every_answer(square: Square) -> None:
    """Mastodon.py sleeps by these headers; the reset is a moment in ISO 8601."""
    ann = square.person("ann")
    first, second = (ann.client.get("/api/v1/timelines/home") for _ in range(2))
    assert int(first.headers["x-ratelimit-remaining"]) - int(second.headers["x-ratelimit-remaining"]) == 1
    assert first.headers["x-ratelimit-reset"].endswith(".000Z")


def test_who_asks_too_often_is_refused(settings: Settings, open_square: Callable[..., Square]) -> None:
    """The answer is 429 with JSON, and says when to come back."""
    client = open_square(msgspec.structs.replace(settings, rate_limit_factor=0.01)).stranger
    assert {client.get("/api/v1/nothing").status for _ in range(3)} == {404}
    answers = [client.get("/api/v1/statuses/1") for _ in range(80)]
    assert answers[0].status == 404
    assert answers[-1].status == 429
    assert "error" in answers[-1].json()
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"status": ', "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"status": {"a": 1}}', "application/json", 422),
        (b'{"status": "\\ud800"}', "application/json", 400),
        (b'{"status": "a\\u0000b"}', "application/json", 422),
        (b"\xff\xfe", "application/json", 400),
        (b"status=%ff", "application/x-www-form-urlencoded", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "application/json", 400),
        (b"x" * 2_000_000, "application/json", 413),
        (b"nonsense", "multipart/form-data; boundary=x", 400),
        (b"nonsense", "multipart/form-data", 400),
        (b'{"status": "ok", "in_reply_to_id": "99999999999999999999999"}', "application/json", 404),
        (b'{"status": "ok", "visibility": "everybody"}', "application/json", 422),
        (b'{"status": ""}', "application/json", 422),
    ],
)
def test_bad_bodies_get_a_json_refusal_and_leave_nothing(square: Square, body: bytes, kind: str, status: int) -> None:
    """Whatever is sent, the answer is the right 4xx, and no post was stored."""
    ann = square.person("ann")
    answer = ann.client.post("/api/v1/statuses", body=body, headers={"Content-Type": kind})
    assert answer.status == status, answer.text
    assert isinstance(answer.json()["error"], str)
    assert ann.client.get("/api/v1/timelines/home").json() == []


@pytest.mark.parametrize("id_", ["0", "-1", "abc", "1e5", "99999999999999999999999999", "%00", "١٢٣", "1.0"])
def test_an_id_of_any_shape_is_a_404(square: Square, id_: str) -> None:
    """What cannot be an id looks like one that does not exist."""
    assert square.stranger.get(f"/api/v1/statuses/{id_}").status == 404


def test_head_is_a_get_without_the_body(square: Square) -> None:
    """Monitors ask with HEAD."""
    ann = square.person("ann")
    answer = ann.client.request("HEAD", "/api/v1/timelines/home")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == "2"


def test_only_a_trusted_proxy_is_believed(settings: Settings, open_square: Callable[..., Square]) -> None:
    """The limit counts the address that the proxy names, and nobody else may name one."""
    square = open_square(msgspec.structs.replace(settings, trusted_proxies=["10.0.0.0/8"]))

    def left(address: str, forwarded: str) -> int:
        headers = {"X-Forwarded-For": forwarded}
        answer = square.client(address=address).get("/api/v1/statuses/1", headers=headers)
        return int(answer.headers["x-ratelimit-remaining"])

    full = left("10.1.1.1", "198.51.100.7")
    assert left("10.1.1.1", "198.51.100.8") == full  # another client, another count
    assert left("10.1.1.1", "198.51.100.7") == full - 1
    assert (
        left("10.1.1.1", "203.0.113.1, 198.51.100.7, 10.2.2.2") == full - 2
    )  # the client's own words count for nothing
    assert left("192.0.2.9", "203.0.113.5") == full  # no proxy: counted as itself
    assert left("192.0.2.9", "203.0.113.6") == full - 1


def test_a_revoked_token_is_worth_nothing_at_once(square: Square) -> None:
    """No cache stands between a revocation and the next request."""
    ann = square.person("ann")
    assert ann.client.get("/api/v1/timelines/home").status == 200
    square.make.revoke_tokens(ann.account)
    assert ann.client.get("/api/v1/timelines/home").status == 401


def test_a_long_answer_is_compressed_for_who_can_read_it(square: Square) -> None:
    """Texts of more than a packet are sent as gzip when asked so, and only then."""
    ann = square.person("ann")
    post = square.make.post(ann.account, text="word " * 500)
    path = f"/api/v1/statuses/{post}"
    plain = ann.client.get(path)
    packed = ann.client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"


def test_the_last_use_of_a_token_is_noted_once_an_hour(
    square: Square, clock: ManualClock, statements: list[str]
) -> None:
    """People see when an app was last used; a request does not wait for that, and most do not cause it."""
    ann = square.person("ann")
    ann.client.get("/api/v1/timelines/home")
    square.settle()

    def noted() -> int:
        return sum("UPDATE token" in text for text in statements)

    assert noted() == 1
    clock.advance(seconds=60)
    ann.client.get("/api/v1/timelines/home")
    square.settle()
    assert noted() == 1
    clock.advance(seconds=3_700)
    ann.client.get("/api/v1/timelines/home")
    square.settle()
    assert noted() == 2
