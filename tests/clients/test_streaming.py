"""Mastodon.py, unchanged, listens to streams of a running server, with one process and with several."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mastodon import Mastodon, StreamListener

from tests.patience import PATIENCE
from tests.serving import ServedSquare

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # real servers, and a process of its own for each command


class Heard(StreamListener):
    """What came, in order."""

    def __init__(self) -> None:
        self.events: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.opened = threading.Event()

    def on_any_event(self, name: str, data: Any = None, for_stream: Any = None) -> None:
        """Keep it."""
        self.events.put((name, data))

    def handle_heartbeat(self) -> None:
        """Take note: from the first sign of life on events come, and more of them come whenever nothing else does."""
        self.opened.set()

    def next(self) -> tuple[str, Any]:
        """Wait for the next event."""
        return self.events.get(timeout=PATIENCE)


@pytest.fixture(params=[("sqlite", 1), ("sqlite", 2), ("postgresql", 2)], ids=lambda param: f"{param[0]}-{param[1]}")
def square(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServedSquare]:
    """A server of one process or of several, of which one alone reads the log."""
    kind, processes = request.param
    fresh: Callable[[], str] = request.getfixturevalue(f"fresh_{kind}")
    square = ServedSquare(tmp_path / "home", database="" if kind == "sqlite" else fresh())
    square.start("--processes", str(processes))
    yield square
    square.stop()


def test_a_client_hears_what_others_do(square: ServedSquare) -> None:
    """Whichever process the client is connected to, and whichever was written to."""
    ann, bob = (_client(square, name) for name in ("ann", "bob"))
    ann.account_follow(bob.me())
    heard = [Heard() for _ in range(4)]
    handles = [ann.stream_user(each, run_async=True) for each in heard]
    for each in heard:
        assert each.opened.wait(PATIENCE)
    post = bob.status_post("Good morning, @ann")
    for each in heard:
        events = dict([each.next(), each.next()])
        assert events["update"].id == post.id
        assert events["notification"].status.id == post.id
    bob.status_update(post, "Good evening, @ann")
    for each in heard:
        assert each.next()[0] == "status.update"
    bob.status_delete(post)
    for each in heard:
        assert str(each.next()[1]) == str(post.id)
    for handle in handles:
        handle.close()


def _client(square: ServedSquare, name: str) -> Mastodon:
    square.create_account(name)
    return Mastodon(access_token=square.create_token(name), api_base_url=square.url, version_check_mode="none")
