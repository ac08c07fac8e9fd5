"""Media: uploaded, described, given to one status, and gone when nothing came of them."""

import io
from typing import Any

import pytest
from PIL import Image

from bema.domain import deciding
from bema.model import limits
from bema.model.decisions import Act, Grounds
from bema.model.ids import PostId
from bema.model.permissions import Staff
from bema.model.policy import Role
from bema.outside.clock import ManualClock
from tests.client import File
from tests.conftest import Person, Square


def picture(width: int = 60, height: int = 40) -> bytes:
    """Draw a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


def uploaded(person: Person, **words: str) -> dict[str, Any]:
    """Upload a picture and return the attachment."""
    answer = person.client.post("/api/v2/media", form=words, files={"file": File("a.png", picture(), "image/png")})
    assert answer.status == 200, answer.text
    attachment: dict[str, Any] = answer.json()
    return attachment


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody."""
    return square.person("ann")


def test_an_uploaded_picture_is_ready_at_once(square: Square, ann: Person) -> None:
    """Its addresses lead to pictures, and its measures let a page be laid out before they come."""
    attachment = uploaded(ann, description=" A teal field ", focus="0.5,-2")
    assert attachment["type"] == "image"
    assert attachment["description"] == "A teal field"
    assert attachment["meta"]["original"] == {"width": 60, "height": 40, "size": "60x40", "aspect": 1.5}
    assert attachment["meta"]["focus"] == {"x": 0.5, "y": -1.0}
    assert attachment["blurhash"]
    for name in ("url", "preview_url"):
        assert square.stranger.get(str(attachment[name])).headers["content-type"].startswith("image/")
    assert ann.client.get(f"/api/v1/media/{attachment['id']}").json() == attachment


def test_the_older_way_works_too(ann: Person) -> None:
    """Many clients still use it."""
    answer = ann.client.post("/api/v1/media", files={"file": File("a.png", picture())})
    assert answer.status == 200
    assert answer.json()["description"] is None


def test_a_description_can_be_changed_until_it_is_posted(square: Square, ann: Person) -> None:
    """Afterwards the status is edited; and nobody else finds the file."""
    id_ = uploaded(ann)["id"]
    changed = ann.client.put(f"/api/v1/media/{id_}", json={"description": "یک تصویر", "focus": "0,1"}).json()
    assert (changed["description"], changed["meta"]["focus"]) == ("یک تصویر", {"x": 0.0, "y": 1.0})
    assert ann.client.patch(f"/api/v1/media/{id_}", form={"focus": "1,0"}).json()["description"] == "یک تصویر"
    assert ann.client.put(f"/api/v1/media/{id_}", form={"description": ""}).json()["description"] is None
    assert square.person("bob").client.get(f"/api/v1/media/{id_}").status == 404
    assert ann.client.post("/api/v1/statuses", json={"media_ids": [id_]}).status == 200
    assert ann.client.put(f"/api/v1/media/{id_}", json={"description": "late"}).status == 404


def test_a_file_belongs_to_one_status_and_then_cannot_be_deleted(square: Square, ann: Person) -> None:
    """A free one can, with its bytes."""
    first, second = uploaded(ann), uploaded(ann)
    posted = ann.client.post("/api/v1/statuses", json={"media_ids": [second["id"], first["id"]]}).json()
    assert [each["id"] for each in posted["media_attachments"]] == [second["id"], first["id"]]
    assert ann.client.post("/api/v1/statuses", json={"media_ids": [first["id"]]}).status == 422
    refused = ann.client.delete(f"/api/v1/media/{first['id']}")
    assert (refused.status, refused.json()["error"]) == (422, "Media attachment is currently used by a status")
    third = uploaded(ann)
    assert ann.client.delete(f"/api/v1/media/{third['id']}").json() == {}
    square.settle()
    assert square.stranger.get(str(third["url"])).status == 404
    assert square.stranger.get(str(first["url"])).status == 200


def test_what_nothing_came_of_is_cleared_away_with_the_next_upload(
    square: Square, ann: Person, clock: ManualClock
) -> None:
    """A day later; what a status has stays."""
    orphan, kept = uploaded(ann), uploaded(ann)
    ann.client.post("/api/v1/statuses", json={"media_ids": [kept["id"]]})
    clock.advance(seconds=limits.ORPHAN_SECONDS + 1)
    uploaded(ann)
    square.settle()
    assert square.stranger.get(str(orphan["url"])).status == 404
    assert ann.client.get(f"/api/v1/media/{orphan['id']}").status == 404
    assert square.stranger.get(str(kept["url"])).status == 200


def test_the_file_of_a_deleted_status_can_be_posted_again(ann: Person, clock: ManualClock) -> None:
    """However old it is: deleting and redrafting is one act."""
    attachment = uploaded(ann)
    posted = ann.client.post("/api/v1/statuses", json={"media_ids": [attachment["id"]]}).json()
    clock.advance(seconds=limits.ORPHAN_SECONDS * 10)
    assert ann.client.delete(f"/api/v1/statuses/{posted['id']}").status == 200
    uploaded(ann)
    assert ann.client.post("/api/v1/statuses", json={"media_ids": [attachment["id"]]}).status == 200


def test_the_file_of_a_deleted_status_goes_a_day_later_whether_others_upload_or_not(
    square: Square, ann: Person, clock: ManualClock
) -> None:
    """Until then it waits for a redraft."""
    attachment = uploaded(ann)
    posted = ann.client.post("/api/v1/statuses", json={"media_ids": [attachment["id"]]}).json()
    assert ann.client.delete(f"/api/v1/statuses/{posted['id']}").status == 200
    square.settle()
    assert square.stranger.get(str(attachment["url"])).status == 200
    clock.advance(seconds=limits.ORPHAN_SECONDS + 3_601)
    square.settle()
    assert square.stranger.get(str(attachment["url"])).status == 404
    assert square.stranger.get(str(attachment["preview_url"])).status == 404


def test_the_files_of_a_removed_status_are_seen_by_nobody_and_come_back_with_it(square: Square, ann: Person) -> None:
    """Whoever has their address: they are withheld while the decision is in force, and so are those of the suspended."""
    attachment, other = uploaded(ann), uploaded(ann)
    posted = ann.client.post("/api/v1/statuses", json={"media_ids": [attachment["id"]]}).json()
    mod = square.staff("mod", Role.MODERATOR)
    staff, database, post = (
        Staff(mod.login, mod.account, Role.MODERATOR),
        square.app.database,
        PostId(int(posted["id"])),
    )
    urls = [str(each[name]) for each in (attachment, other) for name in ("url", "preview_url")]

    def found() -> list[int]:
        square.settle()
        statuses = [square.stranger.get(url).status for url in urls]
        assert statuses == [ann.client.request("HEAD", url).status for url in urls]
        return statuses

    assert found() == [200] * 4
    grounds = Grounds(reasons="For a test", posts=[post])
    database.write_now(
        deciding.on_posts, square.app.site, staff, ann.account, Act.REMOVE_POSTS, grounds, by_letter=False
    )
    assert found() == [404, 404, 200, 200]
    database.write_now(deciding.restore_post, staff, post)
    assert found() == [200] * 4
    account = f"/api/v1/admin/accounts/{ann.account}"
    assert mod.client.post(f"{account}/action", json={"type": "suspend"}).status == 200
    assert [square.stranger.get(url).status for url in urls] == [404] * 4
    assert mod.client.post(f"{account}/unsuspend").status == 200
    assert found() == [200] * 4


def test_a_file_costs_one_statement_and_a_portrait_none(square: Square, ann: Person, statements: list[str]) -> None:
    """Whether it is withheld is found by its name."""
    attachment = uploaded(ann)
    portrait = ann.client.patch(
        "/api/v1/accounts/update_credentials", files={"avatar": File("a.png", picture())}
    ).json()
    square.settle()
    for url, most in ((attachment["url"], 1), (portrait["avatar"], 0)):
        statements.clear()
        assert square.stranger.get(str(url)).status == 200
        assert len(statements) == most, statements


def test_the_file_of_a_deleted_status_goes_with_it_when_asked(square: Square, ann: Person) -> None:
    """Who does not mean to redraft need not wait for a day."""
    attachment = uploaded(ann)
    posted = ann.client.post("/api/v1/statuses", json={"media_ids": [attachment["id"]]}).json()
    assert ann.client.delete(f"/api/v1/statuses/{posted['id']}?delete_media=true").status == 200
    square.settle()
    assert ann.client.get(f"/api/v1/media/{attachment['id']}").status == 404
    assert square.stranger.get(str(attachment["url"])).status == 404


@pytest.mark.parametrize(
    ("file", "words", "sentence"),
    [
        (File("a.png", b""), {}, "File can't be blank"),
        (File("a.txt", b"hello", "text/plain"), {}, "File content type is invalid"),
        (File("a.png", picture()[:60], "image/png"), {}, "could not be verified"),
        (File("a.png", picture()), {"description": "x" * 1_501}, "Description is too long"),
        (File("a.png", picture()), {"focus": "left"}, "Focus is invalid"),
        (File("a.png", picture()), {"focus": "nan,0"}, "Focus is invalid"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_reason(
    ann: Person, file: File, words: dict[str, str], sentence: str
) -> None:
    """As 422, in words."""
    answer = ann.client.post("/api/v2/media", form=words, files={"file": file})
    assert answer.status == 422
    assert sentence in answer.json()["error"]


def test_uploading_needs_a_token_that_allows_it(square: Square) -> None:
    """Nobody else fills the disk."""
    assert square.stranger.post("/api/v2/media").status == 401
    assert square.person("bob", scopes="read").client.post("/api/v2/media").status == 403
