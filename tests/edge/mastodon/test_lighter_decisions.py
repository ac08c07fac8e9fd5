"""What decisions do that take nothing out: labels, notes, warnings, demotion, and few who may answer; all of it undone again."""

from collections.abc import Callable

import pytest

from bema.domain import auditing, deciding
from bema.model.decisions import Act, Grounds
from bema.model.ids import PostId
from bema.model.permissions import Staff
from bema.model.policy import Role
from tests.conftest import Person, Square

Decide = Callable[..., int]


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody who is decided about."""
    return square.person("ann")


@pytest.fixture
def bob(square: Square) -> Person:
    """Somebody who has nothing to do with them."""
    return square.person("bob")


@pytest.fixture
def post(square: Square, ann: Person) -> PostId:
    """A post of theirs."""
    return square.make.post(author=ann.account, text="Quinces for everybody")


@pytest.fixture
def decide(square: Square, ann: Person) -> Decide:
    """Decides something about them, or about posts."""
    square.settle()
    mod = square.staff("mod", Role.MODERATOR)
    staff = Staff(mod.login, mod.account, Role.MODERATOR)

    def one(act: Act, *posts: PostId, words: str | None = None) -> int:
        on = deciding.on_posts if posts else deciding.on_account
        grounds, write = Grounds(posts=list(posts)), square.app.database.write_now
        id_ = write(on, square.app.site, staff, ann.account, act, grounds, by_letter=False, words=words)
        square.settle()
        return id_

    return one


def undo(square: Square, id_: int) -> None:
    """Take a decision back, and look whether all agrees."""
    mod = square.staff("other")
    square.app.database.write_now(deciding.take_back, Staff(mod.login, mod.account, Role.OWNER), id_)
    square.settle()
    assert list(auditing.audit(square.app.database.read_now)) == []


def test_labels_and_notes_stand_beside_posts_and_profiles(
    square: Square, ann: Person, post: PostId, decide: Decide
) -> None:
    """Additive for clients, in words on pages; gone when they are taken back."""
    status, profile = f"/api/v1/statuses/{post}", f"/api/v1/accounts/{ann.account}"
    page, person = f"/@ann/{post}", "/@ann"
    before = square.stranger.get(status).json()
    assert "trust" not in before
    assert "trust" not in before["account"]
    made = [
        decide(Act.LABEL, post, words="satire"),
        decide(Act.NOTE, post, words="The ferry runs all year."),
        decide(Act.LABEL, words="parody"),
    ]
    assert square.stranger.get(status).json()["trust"] == {"label": "satire", "note": "The ferry runs all year."}
    assert square.stranger.get(profile).json()["trust"] == {"label": "parody", "note": None}
    assert "Satire" in square.stranger.get(page).text
    assert "The ferry runs all year." in square.stranger.get(page).text
    assert "Parody" in square.stranger.get(person).text
    assert list(auditing.audit(square.app.database.read_now)) == []
    for number, id_ in enumerate(made):
        mod = square.staff(f"m{number}")
        square.app.database.write_now(deciding.take_back, Staff(mod.login, mod.account, Role.OWNER), id_)
    assert square.stranger.get(status).json() == before


def test_a_covered_post_is_behind_a_warning_everywhere(square: Square, post: PostId, decide: Decide) -> None:
    """In the place of the author's own, which comes back."""
    status = f"/api/v1/statuses/{post}"
    before = square.stranger.get(status).json()
    id_ = decide(Act.COVER, post, words="Wounds")
    seen = square.stranger.get(status).json()
    assert (seen["spoiler_text"], seen["sensitive"]) == ("Wounds", True)
    assert square.stranger.get("/api/v1/timelines/public").json()[0]["spoiler_text"] == "Wounds"
    undo(square, id_)
    assert square.stranger.get(status).json() == before


@pytest.mark.parametrize("whole", [False, True])
def test_nobody_is_led_to_what_was_demoted(
    square: Square, ann: Person, bob: Person, post: PostId, decide: Decide, whole: bool
) -> None:
    """By search, timelines of all, or the directory; who follows or has the address sees it as before."""
    fan = square.person("fan")
    square.make.follow(fan.account, ann.account)
    square.settle()
    lists = ["/api/v1/timelines/public", "/api/v1/timelines/public?local=true"]
    assert all(str(post) in bob.client.get(path).text for path in lists)
    id_ = decide(Act.DEMOTE, *(() if whole else (post,)))
    for path in lists:
        assert str(post) not in bob.client.get(path).text, path
        assert str(post) in fan.client.get(path).text, path
    if whole:
        assert '"ann"' not in bob.client.get("/api/v2/search?q=an&type=accounts").text
        assert '"ann"' in bob.client.get("/api/v2/search?q=ann&type=accounts").text, "by the very name"
    assert bob.client.get(f"/api/v1/statuses/{post}").status == 200
    undo(square, id_)
    assert all(str(post) in bob.client.get(path).text for path in lists)


@pytest.mark.parametrize("whole", [False, True])
def test_few_answer_what_was_quietened(square: Square, ann: Person, bob: Person, decide: Decide, whole: bool) -> None:
    """Its author, their followers and who is mentioned; others are refused with a reason, and can again afterwards."""
    fan, cat = square.person("fan"), square.person("cat")
    square.make.follow(fan.account, ann.account)
    said = ann.client.post(
        "/api/v1/statuses", json={"status": "Quinces, @cat", "quote_approval_policy": "public"}
    ).json()["id"]
    post = PostId(int(said))
    id_ = decide(Act.QUIET, *(() if whole else (post,)))

    def acts(who: Person) -> set[int]:
        return {
            who.client.post(f"/api/v1/statuses/{post}/favourite").status,
            who.client.post(f"/api/v1/statuses/{post}/reblog").status,
            who.client.post("/api/v1/statuses", json={"status": "Why?", "in_reply_to_id": said}).status,
            who.client.post("/api/v1/statuses", json={"status": "See", "quoted_status_id": said}).status,
        }

    assert acts(fan) == acts(cat) == acts(ann) == {200}
    assert not acts(bob) & {200}
    assert bob.client.get(f"/api/v1/statuses/{post}").status == 200
    undo(square, id_)
    assert acts(bob) == {200}
