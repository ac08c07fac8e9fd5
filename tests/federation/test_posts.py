"""What people of one server say is read on another as it was meant: whole, by those whom it is for, while it stands."""

import io

import pytest
from PIL import Image

from tests.federation.town import Entity, Person, Town, eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def ann(alder: Town) -> Person:
    """Somebody of the one server, who reads."""
    return alder.person("ann")


@pytest.fixture
def bob(ann: Person, birch: Town) -> Person:
    """Somebody of the other, whom Ann follows."""
    followed = birch.person("bob")
    ann.befriend(followed)
    return followed


def picture(colour: str = "teal", width: int = 60, height: int = 40) -> bytes:
    """Draw something."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def test_a_post_arrives_whole(ann: Person, bob: Person) -> None:
    """Words, warning, language, tag and picture with its description; the picture is shown by the reader's own server."""
    drawn = bob.client.post("/api/v2/media", files={"file": ("a.png", picture(), "image/png")}).json()
    bob.put(f"/api/v1/media/{drawn['id']}", description="A quiet sea")
    said = bob.say("Look at the #harbour", spoiler_text="Water", sensitive=True, language="en", media_ids=[drawn["id"]])
    seen = ann.sees(said["uri"])
    assert (seen["spoiler_text"], seen["sensitive"], seen["language"]) == ("Water", True, "en")
    assert "Look at the" in seen["content"]
    assert [tag["name"] for tag in seen["tags"]] == ["harbour"]
    assert seen["account"]["acct"] == bob.handle
    assert seen["url"] == said["url"]
    assert seen["created_at"] == said["created_at"]
    [shown] = seen["media_attachments"]
    assert (shown["type"], shown["description"]) == ("image", "A quiet sea")
    assert shown["blurhash"] == drawn["blurhash"]
    assert shown["meta"]["original"]["width"] == 60


def test_each_post_reaches_those_whom_it_is_for(alder: Town, ann: Person, bob: Person) -> None:
    """Public, unlisted, for followers, for those named: on the other server the same as at home."""
    cat = alder.person("cat")
    posts = {each: bob.say(f"{each} words", visibility=each) for each in ("public", "unlisted", "private")}
    posts["direct"] = bob.say(f"@{ann.handle} a word", visibility="direct")
    seen = {each: ann.sees(said["uri"]) for each, said in posts.items() if each != "direct"}
    told = ann.hears("mention", bob)["status"]
    assert {each["visibility"] for each in seen.values()} == {"public", "unlisted", "private"}
    assert (told["uri"], told["visibility"]) == (posts["direct"]["uri"], "direct")
    assert [each["acct"] for each in told["mentions"]] == [ann.username]
    for each in ("public", "unlisted"):
        assert cat.get(f"/api/v1/statuses/{seen[each]['id']}")["uri"] == posts[each]["uri"]
    for id_ in (seen["private"]["id"], told["id"]):
        assert cat.client.get(f"/api/v1/statuses/{id_}").status_code == 404
        assert alder.stranger.get(f"/api/v1/statuses/{id_}").status_code == 404
    bobs = seen["public"]["account"]["id"]
    listed = {each["uri"] for each in cat.get(f"/api/v1/accounts/{bobs}/statuses")}
    assert listed == {posts["public"]["uri"], posts["unlisted"]["uri"]}


def test_a_thread_grows_on_both_sides(ann: Person, bob: Person) -> None:
    """Answers to answers, from both servers: each side shows the whole thread, and counts the answers."""
    first = bob.say("How is the weather?")
    second = ann.say(f"@{bob.handle} It rains", in_reply_to_id=ann.sees(first["uri"])["id"])
    heard = bob.hears("mention", ann)["status"]
    assert heard["in_reply_to_id"] == first["id"]
    third = bob.say(f"@{ann.handle} Here too", in_reply_to_id=heard["id"])
    answered = ann.hears("mention", bob)["status"]
    assert answered["in_reply_to_id"] == second["id"]
    fourth = ann.say(f"@{bob.handle} Then tea", in_reply_to_id=answered["id"])
    whole = [each["uri"] for each in (first, second, third, fourth)]
    eventually(lambda: _thread(bob, first) == whole)
    assert _thread(ann, ann.open(first["uri"])) == whole
    eventually(lambda: bob.get(f"/api/v1/statuses/{first['id']}")["replies_count"] == 1)
    eventually(lambda: ann.open(first["uri"])["replies_count"] == 1)


def _thread(by: Person, post: Entity) -> list[str]:
    context = by.get(f"/api/v1/statuses/{post['id']}/context")
    return [each["uri"] for each in (*context["ancestors"], post, *context["descendants"])]


def test_boosts_and_favourites_reach_the_author(alder: Town, ann: Person, bob: Person) -> None:
    """They are counted where the post is at home, and the followers of who boosts see it; taken back, they are gone."""
    cat = alder.person("cat")
    said = bob.say("Worth passing on")
    seen = ann.sees(said["uri"])
    ann.post(f"/api/v1/statuses/{seen['id']}/favourite")
    boost = ann.post(f"/api/v1/statuses/{seen['id']}/reblog")
    for each in ("favourite", "reblog"):
        assert bob.hears(each, ann)["status"]["id"] == said["id"]
    counted = eventually(lambda: _counted(bob, said, favourites=1, reblogs=1))
    assert counted["reblogs_count"] == 1
    dan = bob.town.person("dan")
    dan.befriend(ann)
    another = cat.say("From another")
    ann.post(f"/api/v1/statuses/{another['id']}/reblog")
    shown = eventually(lambda: _passed_on(dan, another["uri"]))
    assert shown["account"]["acct"] == ann.handle
    assert shown["reblog"]["account"]["acct"] == cat.handle, "whose server nobody there had asked"

    ann.post(f"/api/v1/statuses/{seen['id']}/unfavourite")
    ann.post(f"/api/v1/statuses/{seen['id']}/unreblog")
    eventually(lambda: _counted(bob, said, favourites=0, reblogs=0))
    assert boost["reblog"]["uri"] == said["uri"]


def _passed_on(by: Person, uri: str) -> Entity | None:
    return next((each for each in by.home() if each["reblog"] and each["reblog"]["uri"] == uri), None)


def _counted(by: Person, post: Entity, *, favourites: int, reblogs: int) -> Entity | None:
    found: Entity = by.get(f"/api/v1/statuses/{post['id']}")
    return found if (found["favourites_count"], found["reblogs_count"]) == (favourites, reblogs) else None


def test_an_edit_is_seen_and_a_deletion_is_final(birch: Town, ann: Person, bob: Person) -> None:
    """The new words replace the old with their history; what is deleted is gone at home (410) and away."""
    said = bob.say("The meeting is on Monday")
    seen = ann.sees(said["uri"])
    ann.post(f"/api/v1/statuses/{seen['id']}/favourite")
    bob.put(f"/api/v1/statuses/{said['id']}", status="The meeting is on Tuesday")
    edited = eventually(lambda: _if(ann.get(f"/api/v1/statuses/{seen['id']}"), "Tuesday"))
    assert edited["edited_at"]
    history = ann.get(f"/api/v1/statuses/{seen['id']}/history")
    assert ["Monday" in each["content"] for each in history] == [True, False]

    path = said["uri"].removeprefix(f"https://{birch.host}")
    assert birch.document(path).status_code == 200
    bob.delete(f"/api/v1/statuses/{said['id']}")
    eventually(lambda: ann.client.get(f"/api/v1/statuses/{seen['id']}").status_code == 404)
    assert birch.document(path).status_code == 410
    assert birch.document(path).json()["type"] == "Tombstone"
    assert ann.seen(said["uri"]) is None
    assert ann.get("/api/v2/search", q=said["uri"], resolve=True)["statuses"] == []


def _if(post: Entity, word: str) -> Entity | None:
    return post if word in post["content"] else None


def test_a_poll_is_voted_in_from_the_other_side(ann: Person, bob: Person) -> None:
    """The vote is counted at home, and the counts come back; nobody is told of an edit."""
    said = bob.say("Tea or coffee?", poll={"options": ["Tea", "Coffee"], "expires_in": 3600})
    seen = ann.sees(said["uri"])
    assert [each["title"] for each in seen["poll"]["options"]] == ["Tea", "Coffee"]
    ann.post(f"/api/v1/polls/{seen['poll']['id']}/votes", choices=[1])
    eventually(lambda: bob.get(f"/api/v1/polls/{said['poll']['id']}")["voters_count"] == 1)
    assert [each["votes_count"] for each in bob.get(f"/api/v1/polls/{said['poll']['id']}")["options"]] == [0, 1]
    bob.post(f"/api/v1/accounts/{bob.hears('follow', ann)['account']['id']}/follow")
    mine = ann.get(f"/api/v1/polls/{seen['poll']['id']}")
    assert (mine["voted"], mine["own_votes"]) == (True, [1])
    assert mine["options"][1]["votes_count"] == 1
    assert ann.get(f"/api/v1/statuses/{seen['id']}")["edited_at"] is None


def test_what_is_pinned_is_shown_with_the_profile(ann: Person, bob: Person) -> None:
    """A pin is told of, and so is its end."""
    said = bob.say("Read this first")
    bobs = ann.sees(said["uri"])["account"]["id"]
    bob.post(f"/api/v1/statuses/{said['id']}/pin")
    eventually(lambda: [each["uri"] for each in _pinned(ann, bobs)] == [said["uri"]])
    bob.post(f"/api/v1/statuses/{said['id']}/unpin")
    eventually(lambda: _pinned(ann, bobs) == [])


def _pinned(by: Person, id_: str) -> list[Entity]:
    found: list[Entity] = by.get(f"/api/v1/accounts/{id_}/statuses", pinned=True)
    return found


def test_a_quote_needs_leave_and_loses_it(ann: Person, bob: Person, birch: Town) -> None:
    """Leave is given by itself where the author lets everybody quote; it can be taken back; both sides see it."""
    said = bob.say("Worth quoting", quote_approval_policy="public")
    seen = ann.sees(said["uri"])
    quoting = ann.say("Indeed", quoted_status_id=seen["id"])
    eventually(lambda: ann.get(f"/api/v1/statuses/{quoting['id']}")["quote"]["state"] == "accepted")
    assert bob.hears("quote", ann)["status"]["uri"] == quoting["uri"]
    dan = birch.person("dan")
    shown = eventually(lambda: _quote(dan.open(quoting["uri"]), "accepted"))
    assert shown["quote"]["quoted_status"]["uri"] == said["uri"]
    assert shown["card"] is None, "it is shown once"

    theirs = bob.open(quoting["uri"])["id"]
    bob.post(f"/api/v1/statuses/{said['id']}/quotes/{theirs}/revoke")
    eventually(lambda: _quote(ann.get(f"/api/v1/statuses/{quoting['id']}"), "revoked"))
    eventually(lambda: _quote(dan.open(quoting["uri"]), "revoked"))


def _quote(post: Entity, state: str) -> Entity | None:
    return post if post["quote"] and post["quote"]["state"] == state else None


def test_no_leave_no_quote(ann: Person, bob: Person) -> None:
    """Where the author lets nobody quote, the quote is never shown."""
    said = bob.say("Mine alone", quote_approval_policy="nobody")
    seen = ann.sees(said["uri"])
    refused = ann.client.post("/api/v1/statuses", json={"status": "Indeed", "quoted_status_id": seen["id"]})
    assert refused.status_code in (403, 404, 422)
