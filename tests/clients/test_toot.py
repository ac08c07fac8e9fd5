"""`toot`, the command line client, unchanged, does its round against a running server."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.patience import PATIENCE
from tests.serving import ServedSquare

pytestmark = pytest.mark.slow  # real servers, and a process of its own for each command

Toot = Callable[..., str]


@pytest.fixture
def toot(served: ServedSquare, tmp_path: Path) -> Callable[[str], Toot]:
    """Signs somebody in, as `toot auth` leaves it, and runs its commands."""

    def sign_in(name: str) -> Toot:
        served.create_account(name)
        home = tmp_path / name
        (home / "toot").mkdir(parents=True)
        user = f"{name}@{served.domain}"
        app = {"instance": served.domain, "base_url": served.url, "client_id": "x", "client_secret": "x"}
        person = {"instance": served.domain, "username": name, "access_token": served.create_token(name)}
        config = {"apps": {served.domain: app}, "users": {user: person}, "active_user": user}
        (home / "toot" / "config.json").write_text(json.dumps(config))

        def run(*words: str) -> str:
            environment = {**os.environ, "XDG_CONFIG_HOME": str(home), "NO_COLOR": "1"}
            command = Path(sys.executable).with_name("toot")
            done = subprocess.run(
                [str(command), *words], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
            assert done.returncode == 0, f"toot {' '.join(words)}: {done.stdout} {done.stderr}"
            return done.stdout

        return run

    return sign_in


def test_toot_does_its_round(served: ServedSquare, toot: Callable[[str], Toot]) -> None:
    """Whoami, post, timeline, thread, follow, favourite, boost, notifications, search, delete."""
    suffix = str(time.monotonic_ns())[-9:]
    ann, bob = toot(f"tann{suffix}"), toot(f"tbob{suffix}")
    assert f"tann{suffix}" in ann("whoami")
    posted = json.loads(ann("post", "Hello from the command line", "--visibility", "public", "--json"))
    bob("follow", f"tann{suffix}")
    bob("favourite", posted["id"])
    bob("reblog", posted["id"])
    bob("bookmark", posted["id"])
    assert "Hello from the command line" in bob("thread", posted["id"])
    answer = json.loads(bob("post", f"@tann{suffix} Hello back", "--reply-to", posted["id"], "--json"))
    assert answer["in_reply_to_id"] == posted["id"]
    deadline = time.monotonic() + PATIENCE
    while "Hello back" not in (told := ann("notifications")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "Hello back" in told
    assert f"tbob{suffix}" in ann("search", f"tbob{suffix}")
    assert "Hello" in bob("timelines", "public", "--local", "--json")
    assert served.domain in ann("instance")
    ann("delete", posted["id"])


def test_toot_asks_votes_lists_schedules_and_uploads(toot: Callable[[str], Toot], tmp_path: Path) -> None:
    """What its newer commands do."""
    suffix = str(time.monotonic_ns())[-9:]
    ann, bob = toot(f"tcat{suffix}"), toot(f"tdan{suffix}")
    asked = json.loads(ann("post", "Tea?", "--poll-option", "yes", "--poll-option", "no", "--json"))
    bob("polls", "vote", asked["poll"]["id"], "0")
    assert json.loads(ann("polls", "show", asked["poll"]["id"], "--json"))["votes_count"] == 1
    bob("follow", f"tcat{suffix}")
    bob("lists", "create", "Harbour")
    bob("lists", "add", "Harbour", f"tcat{suffix}")
    assert f"tcat{suffix}" in bob("lists", "accounts", "Harbour")
    assert "Harbour" in bob("lists", "list")
    later = json.loads(ann("post", "Later", "--scheduled-in", "1 day", "--json"))
    assert later["params"]["text"] == "Later"
    picture = tmp_path / "green.png"
    Image.new("RGB", (32, 20), (9, 200, 9)).save(picture)
    posted = json.loads(ann("post", "Look", "--media", str(picture), "--description", "Green", "--json"))
    assert posted["media_attachments"][0]["description"] == "Green"
    ann("tags", "follow", "harbour")
    assert "harbour" in ann("tags", "followed")
