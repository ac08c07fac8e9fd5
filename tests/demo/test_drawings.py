"""The demo square's drawings: one for everything the script shows, the same every time, and small enough to upload."""

import io

import pytest
from PIL import Image

from bema.demo.acts import Post
from bema.demo.drawings import PICTURES, draw_avatar, draw_header, draw_picture
from bema.demo.manuscript import read_manuscript
from bema.demo.script import write_script

NOW = 1_790_000_000_000


def opened(drawing: bytes) -> Image.Image:
    return Image.open(io.BytesIO(drawing))


def test_every_drawing_is_shown_and_every_shown_picture_is_drawn() -> None:
    """A name that only one side knows is a mistake in writing."""
    posts = [act for act in write_script(NOW).acts if isinstance(act, Post)]
    shown = [picture.drawing for post in posts for picture in post.pictures]
    assert set(shown) == set(PICTURES)
    assert len(PICTURES) >= 40


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_large_light_and_not_blank(name: str) -> None:
    """The demo must be ready within a minute, hence its pictures are small; a blank one would be a bug of the drawing."""
    drawing = draw_picture(name)
    picture = opened(drawing)
    assert picture.size == (1200, 800)
    assert len(drawing) < 400_000
    tones = [tone for tone, count in enumerate(picture.convert("L").histogram()) if count]
    assert tones[-1] - tones[0] > 60


@pytest.mark.parametrize("name", ["harbour-dawn", "calligraphy-stroke", "poster-film"])
def test_a_picture_is_the_same_every_time(name: str) -> None:
    """Blurhashes, storage keys and screenshots of the demo do not change from run to run."""
    assert draw_picture(name) == draw_picture(name)


def test_everybody_has_a_face_or_an_emblem_of_their_own() -> None:
    """Newcomers tell people apart by their pictures first."""
    names = list(read_manuscript().people)
    avatars = {draw_avatar(name) for name in names}
    assert len(avatars) == len(names)
    assert all(opened(avatar).size == (400, 400) for avatar in avatars)


def test_a_header_is_as_wide_as_profiles_keep_it() -> None:
    """Drawn at the size that is kept, nothing has to be cut away."""
    assert opened(draw_header("daphne")).size == (1500, 500)
