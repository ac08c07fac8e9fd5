"""Writing, reading, changing and deleting posts by the Mastodon API."""

from typing import Any

from bema.model.ids import AccountId, MediaId
from bema.model.policy import Visibility
from bema.model.views import Attachment, Picture
from bema.outside.clock import ManualClock
from bema.store import media
from tests.conftest import Person, Square

URL = "/api/v1/statuses"


def upload(square: Square, owner: AccountId, id_: int, description: str | None = None) -> str:
    """Record an uploaded picture, and return its id as clients name it."""
    picture = Picture(f"{id_}/original.png", 640, 480)
    attachment = Attachment(MediaId(id_), "image", picture, picture, description, None)
    square.app.database.write_now(media.add, owner, attachment)
    return str(id_)


def ids(statuses: list[dict[str, Any]]) -> list[str]:
    """Return the ids of statuses."""
    return [each["id"] for each in statuses]


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_a_post_has_what_its_author_gave_it(square: Square) -> None:
    """Text, warning, visibility, language, answer and pictures all come back."""
    ann = square.person("ann")
    first = ann.client.post(URL, json={"status": "First"}).json()
    status = ann.client.post(
        URL,
        json={
            "status": "Second",
            "spoiler_text": "numbers",
            "visibility": "unlisted",
            "language": "de",
            "in_reply_to_id": first["id"],
            "media_ids": [upload(square, ann.account, 7, "a boat")],
        },
    ).json()
    assert status["content"] == "<p>Second</p>"
    assert (status["spoiler_text"], status["sensitive"]) == ("numbers", True)
    assert (status["visibility"], status["language"]) == ("unlisted", "de")
    assert (status["in_reply_to_id"], status["in_reply_to_account_id"]) == (first["id"], str(ann.account))
    assert [each["description"] for each in status["media_attachments"]] == ["a boat"]


def test_a_repeated_key_gives_the_first_post(square: Square) -> None:
    """Clients retry blindly."""
    ann = square.person("ann")
    key = {"Idempotency-Key": "4f3c"}
    first = ann.client.post(URL, json={"status": "Once"}, headers=key).json()
    assert ann.client.post(URL, json={"status": "Once"}, headers=key).json()["id"] == first["id"]
    assert ann.client.post(URL, json={"status": "Once"}).json()["id"] != first["id"]


def test_what_is_empty_is_not_asked_for(square: Square) -> None:
    """Clients send every field of their form, filled in or not."""
    ann = square.person("ann")
    empty = {"scheduled_at": "", "in_reply_to_id": "", "quoted_status_id": "", "poll[expires_in]": ""}
    assert ann.client.post(URL, form={"status": "Well", **empty}).status == 200
    nothing = dict.fromkeys(("poll", "scheduled_at", "in_reply_to_id", "quoted_status_id"))
    assert ann.client.post(URL, json={"status": "Well", **nothing}).status == 200


def test_a_language_that_is_none_is_refused(square: Square) -> None:
    """What is stored as a language is later compared with what readers want to read."""
    ann = square.person("ann")
    answer = ann.client.post(URL, json={"status": "?", "language": "no such thing"})
    assert (answer.status, answer.json()["error"]) == (422, "Validation failed: Language is invalid")
    assert ann.client.post(URL, json={"status": "!", "language": "zh-Hant-TW"}).json()["language"] == "zh-Hant-TW"
    assert ann.client.post(URL, form={"status": "!", "language": ""}).json()["language"] == "en"


def test_a_hidden_parent_looks_missing(square: Square) -> None:
    """An answer must not reveal that the post exists."""
    ann, bob = square.person("ann"), square.person("bob")
    hidden = square.make.post(ann.account, visibility=Visibility.DIRECT)
    for id_ in (str(hidden), "99", "nonsense"):
        answer = bob.client.post(URL, json={"status": "What?", "in_reply_to_id": id_})
        assert answer.status == 404, id_
        assert "reply" in answer.json()["error"]


def test_a_file_belongs_to_one_post_of_its_uploader(square: Square) -> None:
    """A second use, and the use of what others uploaded, are refused, and nothing is published."""
    ann, bob = square.person("ann"), square.person("bob")
    file = upload(square, ann.account, 7)
    assert bob.client.post(URL, json={"status": "Mine", "media_ids": [file]}).status == 422
    assert ann.client.post(URL, json={"media_ids": [file]}).status == 200
    assert ann.client.post(URL, json={"status": "Again", "media_ids": [file]}).status == 422


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_several_posts_are_read_at_once_without_the_hidden(square: Square, statements: list[str]) -> None:
    """What is missing, hidden or nonsense is left out; the order is the one asked for."""
    ann = square.person("ann")
    first, hidden, last = (
        square.make.post(ann.account, visibility=each)
        for each in (Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.UNLISTED)
    )
    statements.clear()
    answer = square.stranger.get(f"{URL}?id[]={last}&id[]={hidden}&id[]=zz&id[]={first}&id[]=5")
    assert ids(answer.json()) == [str(last), str(first)]
    assert len(statements) <= 3  # what may be seen, posts, authors


def test_the_flags_are_there_with_a_token_only(square: Square) -> None:
    """Clients decide by their absence that nobody is signed in."""
    ann = square.person("ann")
    post = square.make.post(ann.account)
    flags = {"favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered"}
    assert flags <= ann.client.get(f"{URL}/{post}").json().keys()
    assert not flags & square.stranger.get(f"{URL}/{post}").json().keys()


def test_one_post_takes_a_handful_of_statements(square: Square, statements: list[str]) -> None:
    """The token, what may be seen, the post, its author, the flags."""
    ann = square.person("ann")
    post = square.make.post(ann.account)
    statements.clear()
    assert ann.client.get(f"{URL}/{post}").status == 200
    assert len(statements) <= 5


def test_only_the_author_reads_the_source(square: Square) -> None:
    """It is what an editor starts from."""
    ann, bob = square.person("ann"), square.person("bob")
    status = ann.client.post(URL, json={"status": "I & *you*", "spoiler_text": "<us>"}).json()
    assert ann.client.get(f"{URL}/{status['id']}/source").json() == {
        "id": status["id"],
        "text": "I & *you*",
        "spoiler_text": "<us>",
    }
    assert bob.client.get(f"{URL}/{status['id']}/source").status == 404


def test_a_post_has_no_preview_yet(square: Square) -> None:
    """An empty success is an object."""
    post = square.make.post(square.person("ann").account)
    assert square.stranger.get(f"{URL}/{post}/card").json() == {}


# --- Deleting ---------------------------------------------------------------------------------------------------------


def test_a_deleted_post_can_be_written_anew(square: Square) -> None:
    """The answer has the text as it was typed, and the pictures can be used again."""
    ann = square.person("ann")
    file = upload(square, ann.account, 7)
    status = ann.client.post(URL, json={"status": "A <tpyo>", "media_ids": [file]}).json()
    deleted = ann.client.delete(f"{URL}/{status['id']}").json()
    assert deleted["text"] == "A <tpyo>"
    assert "content" not in deleted
    assert [each["id"] for each in deleted["media_attachments"]] == [file]
    assert ann.client.get(f"{URL}/{status['id']}").status == 404
    again = ann.client.post(URL, json={"status": "A typo", "media_ids": [file]})
    assert [each["id"] for each in again.json()["media_attachments"]] == [file]


def test_nobody_deletes_what_others_wrote(square: Square) -> None:
    """Neither a public post nor one that the caller must not know of."""
    ann, bob = square.person("ann"), square.person("bob")
    for visibility in (Visibility.PUBLIC, Visibility.DIRECT):
        post = square.make.post(ann.account, visibility=visibility)
        assert bob.client.delete(f"{URL}/{post}").status == 404
        assert ann.client.get(f"{URL}/{post}").status == 200


def test_an_answer_outlives_what_it_answers(square: Square) -> None:
    """It then answers nothing that is still there."""
    ann, bob = square.person("ann"), square.person("bob")
    first = square.make.post(ann.account)
    answer = square.make.post(bob.account, in_reply_to=first)
    ann.client.delete(f"{URL}/{first}")
    status = bob.client.get(f"{URL}/{answer}").json()
    assert (status["in_reply_to_id"], status["in_reply_to_account_id"]) == (None, None)


def test_a_boost_is_deleted_by_its_own_id(square: Square) -> None:
    """What was boosted stays."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account)
    boost = square.make.boost(bob.account, post)
    assert bob.client.delete(f"{URL}/{boost}").status == 200
    assert bob.client.get(f"{URL}/{boost}").status == 404
    assert bob.client.get(f"{URL}/{post}").json()["reblogged"] is False


# --- Editing ----------------------------------------------------------------------------------------------------------


def edited(person: Person, id_: str, **content: Any) -> dict[str, Any]:
    """Edit a post and return what it is now."""
    answer = person.client.put(f"{URL}/{id_}", json=content)
    assert answer.status == 200, answer.text
    status: dict[str, Any] = answer.json()
    return status


def test_an_edit_replaces_all_and_keeps_what_was(square: Square, clock: ManualClock) -> None:
    """Text, names, tags and pictures are those of the new version; the old one is in the history."""
    ann, bob = square.person("ann"), square.person("bob")
    old, new = upload(square, ann.account, 7), upload(square, ann.account, 8)
    id_ = ann.client.post(URL, json={"status": "Hello #old", "media_ids": [old]}).json()["id"]
    clock.advance(seconds=1)
    status = edited(ann, id_, status="Hello @bob #new", media_ids=[new], spoiler_text="w", language="fr")
    assert status["id"] == id_
    assert status["edited_at"] is not None
    assert [each["acct"] for each in status["mentions"]] == ["bob"]
    assert [each["name"] for each in status["tags"]] == ["new"]
    assert [each["id"] for each in status["media_attachments"]] == [new]
    assert (status["language"], status["spoiler_text"], status["sensitive"]) == ("fr", "w", True)
    versions = bob.client.get(f"{URL}/{id_}/history").json()
    assert ["#<span>old" in each["content"] for each in versions] == [True, False]
    assert [[each["id"] for each in version["media_attachments"]] for version in versions] == [[old], [new]]
    assert versions[0]["created_at"] == status["created_at"]
    assert versions[1]["created_at"] == status["edited_at"]
    assert ids(bob.client.get("/api/v1/timelines/tag/new").json()) == [id_]
    assert bob.client.get("/api/v1/timelines/tag/old").json() == []


def test_an_edit_that_changes_nothing_leaves_no_trace(square: Square) -> None:
    """A client that saves twice must not make a version of it."""
    ann = square.person("ann")
    file = upload(square, ann.account, 7)
    id_ = ann.client.post(URL, json={"status": "Same", "media_ids": [file]}).json()["id"]
    assert edited(ann, id_, status="Same ", media_ids=[file])["edited_at"] is None
    assert len(ann.client.get(f"{URL}/{id_}/history").json()) == 1


def test_an_edit_describes_pictures(square: Square) -> None:
    """With the two names that clients use, in JSON and in forms; the file itself remembers it."""
    ann = square.person("ann")
    file = upload(square, ann.account, 7)
    id_ = ann.client.post(URL, json={"status": "Look", "media_ids": [file]}).json()["id"]
    form = [
        ("status", "Look"),
        ("media_ids[]", file),
        ("media_attributes[][id]", file),
        ("media_attributes[][description]", "a lighthouse"),
        ("media_attributes[][focus]", "0.5,-0.25"),
    ]
    status = ann.client.put(f"{URL}/{id_}", form=form).json()
    assert status["media_attachments"][0]["description"] == "a lighthouse"
    assert status["media_attachments"][0]["meta"]["focus"] == {"x": 0.5, "y": -0.25}
    assert status["edited_at"] is not None
    for wrong in ({"focus": "left"}, {"focus": "2,0"}, {"focus": "nan,0"}, {"description": "x" * 1_501}):
        attributes = [{"id": file, **wrong}]
        answer = ann.client.put(
            f"{URL}/{id_}", json={"status": "Look", "media_ids": [file], "media_attributes": attributes}
        )
        assert answer.status == 422, wrong


def test_who_was_mentioned_before_can_still_read(square: Square) -> None:
    """Access that was given is not taken back by an edit, as on Mastodon."""
    ann, bob = square.person("ann"), square.person("bob")
    id_ = ann.client.post(URL, json={"status": "@bob psst", "visibility": "direct"}).json()["id"]
    assert edited(ann, id_, status="psst")["mentions"] == []
    assert bob.client.get(f"{URL}/{id_}").status == 200


def test_nobody_edits_what_others_wrote_nor_a_boost(square: Square) -> None:
    """They look missing; an edit to nothing is refused."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account)
    boost = square.make.boost(bob.account, post)
    for id_ in (post, boost, 99):
        assert bob.client.put(f"{URL}/{id_}", json={"status": "Mine"}).status == 404
    assert ann.client.put(f"{URL}/{post}", json={"status": " "}).status == 422


def test_a_history_is_as_hidden_as_its_post(square: Square) -> None:
    """Former versions are no way around visibility."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account, visibility=Visibility.FOLLOWERS)
    assert bob.client.get(f"{URL}/{post}/history").status == 404
    assert square.stranger.get(f"{URL}/{post}/history").status == 404
