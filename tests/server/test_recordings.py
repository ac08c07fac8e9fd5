"""A real server prepares recordings in processes of its own, also when it is killed in the middle."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bema.model import limits
from tests import recordings
from tests.patience import PATIENCE
from tests.serving import ServedSquare


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedSquare]:
    """A served square."""
    square = ServedSquare(tmp_path)
    square.create_account("ann")
    yield square
    square.kill()


def until_ready(client: httpx.Client, id_: str, seconds: float) -> dict[str, Any]:
    """Ask until a recording is ready."""
    deadline = time.monotonic() + seconds
    while True:
        answer = client.get(f"/api/v1/media/{id_}")
        if answer.status_code == 200:
            attachment: dict[str, Any] = answer.json()
            return attachment
        assert answer.status_code == 206, answer.text
        assert time.monotonic() < deadline, "it is never ready"
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_recording_is_prepared_even_if_the_server_is_killed_meanwhile(served: ServedSquare) -> None:
    """Once, by the next process; the older way of uploading waits; and browsers get parts of it."""
    headers = {"Authorization": f"Bearer {served.create_token('ann')}"}
    served.start("--processes", "2")
    with httpx.Client(base_url=served.url, headers=headers, timeout=PATIENCE) as client:
        long = recordings.video(encoder="mpeg4", width=640, height=480, frames=150, rate=30)
        answer = client.post("/api/v2/media", files={"file": ("a.mp4", long, "video/mp4")})
        assert answer.status_code == 202
        id_ = answer.json()["id"]
        time.sleep(0.5)  # it is in the middle of it
        served.kill()
        served.start("--processes", "2")
        attachment = until_ready(client, id_, 4 * limits.PREPARING_LEASE_SECONDS)
        assert attachment["type"] == "video"
        part = client.get(attachment["url"], headers={"Range": "bytes=0-99"})
        assert (part.status_code, len(part.content)) == (206, 100)
        assert recordings.decoded(client.get(attachment["url"]).content)[0] == 150

        waited = client.post("/api/v1/media", files={"file": ("a.mp3", recordings.sound("mp3", "libmp3lame"))})
        assert waited.status_code == 200
        assert waited.json()["url"].endswith(".mp3")
    deadline = time.monotonic() + PATIENCE
    while kept := sorted(path.suffix for path in (served.home / "media").rglob("*.*")):
        if kept == [".jpg", ".mp3", ".mp4"]:
            break
        assert time.monotonic() < deadline, kept
        time.sleep(0.1)
