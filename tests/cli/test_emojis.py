"""Custom emojis from the command line, and what they come to in a post."""

import io
from pathlib import Path

import pytest
from PIL import Image

from bema.app import App
from bema.cli import administering, emojis
from bema.cli.home import settings_of
from bema.model.errors import Invalid, NotFound
from tests.client import Client, TestServer


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A server with one member."""
    folder = tmp_path / "square"
    administering.init(home=folder, domain="square.example")
    administering.create_account("ann", home=folder, email="ann@example.org", password="a long password")
    return folder


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small picture."""
    file, content = tmp_path / "olive.png", io.BytesIO()
    Image.new("RGB", (64, 64), "olive").save(content, "PNG")
    file.write_bytes(content.getvalue())
    return file


def test_an_emoji_is_added_and_written(home: Path, picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is in the picker, a post that writes it carries its picture, and the picture's address answers."""
    emojis.add_emoji("olive", picture, home=home, category="Trees")
    capsys.readouterr()
    administering.create_token("ann", home=home)
    token = capsys.readouterr().out.strip()
    server = TestServer(App(settings_of(home)))
    try:
        client = Client(server, token)
        listed = client.get("/api/v1/custom_emojis").json()
        assert [(each["shortcode"], each["category"]) for each in listed] == [("olive", "Trees")]
        posted = client.post("/api/v1/statuses", json={"status": "An :olive: branch"}).json()
        assert [each["shortcode"] for each in posted["emojis"]] == ["olive"]
        path = "/" + posted["emojis"][0]["url"].split("/", 3)[3]
        assert client.get(path).headers["content-type"] == "image/png"
    finally:
        server.close()


def test_a_taken_or_wrong_shortcode_is_refused(home: Path, picture: Path) -> None:
    """Nothing is replaced in passing."""
    emojis.add_emoji("olive", picture, home=home)
    with pytest.raises(Invalid, match="taken"):
        emojis.add_emoji("olive", picture, home=home)
    with pytest.raises(Invalid, match="shortcode"):
        emojis.add_emoji("an olive", picture, home=home)
    with pytest.raises(NotFound, match="cannot be read"):
        emojis.add_emoji("fig", picture.with_name("none.png"), home=home)


def test_an_emoji_is_removed(home: Path, picture: Path) -> None:
    """What is removed can be added anew; what is not there cannot be removed."""
    emojis.add_emoji("olive", picture, home=home)
    emojis.remove_emoji("olive", home=home)
    with pytest.raises(NotFound):
        emojis.remove_emoji("olive", home=home)
    emojis.add_emoji("olive", picture, home=home)
