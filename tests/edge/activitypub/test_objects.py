"""What people here said, as other servers read it: at one address with the page, to nobody who may not see it."""

import pytest
from sqlalchemy import bindparam, update

from bema.model.ids import AccountId, PostId
from bema.model.policy import QuotePolicy, Standing, Visibility
from bema.store import accounts, custom_emojis
from bema.store.tables import post as stored_post
from tests.client import Client, Response
from tests.conftest import Square
from tests.make import HERE

ACTIVITY = {"accept": "application/activity+json"}
FIREFOX = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ROOT = f"https://{HERE}"


def ask(client: Client, path: str) -> Response:
    """Ask as another server does."""
    return client.get(path, headers=ACTIVITY)


def place(post: PostId, name: str = "ann") -> str:
    """Return where a post is told."""
    return f"/users/{name}/statuses/{post}"


def test_a_post_is_told_at_its_id_and_at_its_page(square: Square) -> None:
    """One address for people and servers, and both lead to the same id."""
    ann = square.make.account("ann")
    post = square.make.post(ann, "Good morning", tags=["heron"])
    answer = ask(square.stranger, place(post))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/activity+json; charset=utf-8"
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["cache-control"] == "max-age=180, public"
    told = answer.json()
    assert told["id"] == f"{ROOT}{place(post)}"
    assert told["content"] == "<p>Good morning</p>"
    assert told["tag"][0]["name"] == "#heron"
    assert ask(square.stranger, f"/@ann/{post}").json() == told


def test_a_browser_is_sent_from_the_id_to_the_page(square: Square) -> None:
    """People paste ids into address bars."""
    post = square.make.post(square.make.account("ann"))
    answer = square.stranger.get(place(post), headers=FIREFOX)
    assert (answer.status, answer.headers["location"]) == (302, f"{ROOT}/@ann/{post}")
    page = square.stranger.get(f"/@ann/{post}", headers=FIREFOX)
    assert page.headers["content-type"].startswith("text/html")
    assert "Accept" in page.headers["vary"]


def test_pages_say_where_their_documents_are(square: Square) -> None:
    """Servers that are given the address of a page, and ask for it as a browser does, find the document by it."""
    ann, ben = square.make.account("ann"), square.make.account("ben", host="far.example")
    post = square.make.post(ann)
    link = '<link rel="alternate" type="application/activity+json" href="{}">'
    assert link.format(f"{ROOT}{place(post)}") in square.stranger.get(f"/@ann/{post}").text
    assert link.format(f"{ROOT}/users/ann") in square.stranger.get("/@ann").text
    theirs = square.make.post(ben)
    square.app.database.write_now(lambda tx: tx.run(_set_uri, {"key": theirs, "uri": "https://far.example/notes/1"}))
    assert link.format("https://far.example/notes/1") in square.stranger.get(f"/@ben@far.example/{theirs}").text


_set_uri = update(stored_post).where(stored_post.c.id == bindparam("key")).values(uri=bindparam("uri"), local=False)


def test_how_a_post_came_to_be_is_told_too(square: Square) -> None:
    """The id of a Create or Announce leads somewhere."""
    ann, ben = square.make.account("ann"), square.make.account("ben")
    post = square.make.post(ann)
    boost = square.make.boost(ben, post)
    created = ask(square.stranger, f"{place(post)}/activity").json()
    assert (created["type"], created["object"]["id"]) == ("Create", f"{ROOT}{place(post)}")
    for path in (place(boost, "ben"), f"{place(boost, 'ben')}/activity"):
        told = ask(square.stranger, path).json()
        assert (told["type"], told["actor"], told["object"]) == (
            "Announce",
            f"{ROOT}/users/ben",
            f"{ROOT}{place(post)}",
        )
        assert told["id"] == f"{ROOT}{place(boost, 'ben')}/activity"


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
@pytest.mark.parametrize("part", ["", "/activity", "/replies", "/likes", "/shares"])
def test_a_private_post_looks_missing_to_whoever_does_not_sign(
    square: Square, visibility: Visibility, part: str
) -> None:
    """CVE-2025-67500: another answer than for a missing post tells that it exists."""
    ann = square.make.account("ann")
    hidden = square.make.post(ann, visibility=visibility)
    missing = PostId(hidden + 1)
    answers = [ask(square.stranger, f"{place(each)}{part}") for each in (hidden, missing)]
    assert [each.status for each in answers] == [404, 404]
    assert answers[0].body == answers[1].body
    assert ask(square.stranger, f"/@ann/{hidden}").status == 404


def test_a_private_post_is_on_no_list(square: Square) -> None:
    """The outbox, the answers to a post, the thread and the pins are for everybody."""
    ann, ben = square.make.account("ann"), square.make.account("ben")
    first = square.make.post(ann)
    hidden = [
        square.make.post(by, in_reply_to=first, visibility=visibility)
        for by in (ann, ben)
        for visibility in (Visibility.FOLLOWERS, Visibility.DIRECT)
    ]
    paths = ["/users/ann/outbox?page=true", f"{place(first)}/replies", f"/contexts/{first}"]
    paths += [f"{place(first)}/replies?page=true&own_until=1", "/users/ann/collections/featured"]
    for path in paths:
        answer = ask(square.stranger, path)
        assert answer.status == 200
        assert not any(str(each) in answer.text for each in hidden), path


def test_a_public_post_that_is_deleted_leaves_a_tombstone(square: Square) -> None:
    """410 lets others forget it at once; and nothing is told of what was for a few."""
    ann = square.person("ann")
    public, private = (square.make.post(ann.account, visibility=each) for each in (Visibility(0), Visibility(2)))
    for post in (public, private):
        assert ann.client.delete(f"/api/v1/statuses/{post}").status == 200
    gone = ask(square.stranger, place(public))
    assert gone.status == 410
    assert gone.json()["type"] == "Tombstone"
    assert gone.json()["id"] == f"{ROOT}{place(public)}"
    assert ask(square.stranger, f"/@ann/{public}").status == 410
    assert ask(square.stranger, place(private)).status == 404
    square.make.account("ben")
    assert ask(square.stranger, place(public, "ben")).status == 404


def test_a_post_is_told_under_its_authors_name_alone(square: Square) -> None:
    """Else it would have as many ids as there are people; and posts from elsewhere are told by their own servers."""
    ann, ben = square.make.account("ann"), square.make.account("ben", host="far.example")
    square.make.account("eve")
    post, theirs = square.make.post(ann), square.make.post(ben)
    assert ask(square.stranger, place(post, "eve")).status == 404
    assert ask(square.stranger, place(theirs, "ben@far.example")).status == 404
    assert ask(square.stranger, place(theirs, "ben")).status == 404
    assert ask(square.stranger, "/users/ann/statuses/x").status == 404


def test_posts_of_a_suspended_author_are_told_to_nobody(square: Square) -> None:
    """CVE-2026-23961: what was taken out here must not come back by federation."""
    ann, ben = square.make.account("ann"), square.make.account("ben")
    post = square.make.post(ann)
    boost = square.make.boost(ben, post)
    square.app.database.write_now(lambda tx: accounts.change(tx, ann, standing=Standing.SUSPENDED))
    for path in (place(post), f"{place(post)}/replies", "/users/ann/outbox?page=true", place(boost, "ben")):
        assert ask(square.stranger, path).status == 404, path
    assert ask(square.stranger, "/users/ben/outbox?page=true").json()["orderedItems"] == []


def test_no_list_of_a_suspended_author_is_told(square: Square) -> None:
    """Neither what they said and pinned, nor who is around them."""
    ann = square.make.account("ann")
    square.app.database.write_now(lambda tx: accounts.change(tx, ann, standing=Standing.SUSPENDED))
    for part in ("outbox", "followers", "following", "collections/featured", "collections/tags"):
        assert ask(square.stranger, f"/users/ann/{part}").status == 404, part


def test_a_quote_has_a_stamp_that_anybody_can_check(square: Square) -> None:
    """FEP-044f: who reads the quote asks the quoted author's server; when the leave is gone, so is the stamp."""
    ann, ben = square.person("ann"), square.make.account("ben")
    quoted = square.make.post(ann.account, quote_policy=QuotePolicy.PUBLIC)
    quoting = square.make.post(ben, quote_of=quoted)
    told = ask(square.stranger, place(quoting, "ben")).json()
    assert told["quote"] == f"{ROOT}{place(quoted)}"
    path = told["quoteAuthorization"].removeprefix(ROOT)
    stamp = ask(square.stranger, path).json()
    assert (stamp["type"], stamp["attributedTo"]) == ("QuoteAuthorization", f"{ROOT}/users/ann")
    assert stamp["interactingObject"] == told["id"]
    assert stamp["interactionTarget"] == f"{ROOT}{place(quoted)}"
    assert ask(square.stranger, path.replace("ann", "ben")).status == 404
    revoked = ann.client.post(f"/api/v1/statuses/{quoted}/quotes/{quoting}/revoke")
    assert revoked.status == 200
    assert ask(square.stranger, path).status == 404
    assert "quote" not in ask(square.stranger, place(quoting, "ben")).json()


def test_an_emoji_can_be_asked_for(square: Square) -> None:
    """Pixelfed wants an id that leads to it."""
    url = f"{ROOT}/media/a.png"
    square.app.database.write_now(lambda tx: custom_emojis.add(tx, accounts.home_domain(tx), "owl", url, url, None))
    told = ask(square.stranger, "/emojis/owl").json()
    assert (told["id"], told["name"]) == (f"{ROOT}/emojis/owl", ":owl:")
    assert told["icon"]["mediaType"] == "image/png"
    assert ask(square.stranger, "/emojis/none").status == 404


def test_the_client_api_calls_posts_by_the_same_ids(square: Square) -> None:
    """Clients compare them across servers, to find the same post there."""
    ann = square.person("ann")
    post = square.make.post(ann.account)
    entity = ann.client.get(f"/api/v1/statuses/{post}").json()
    told = ask(square.stranger, place(post)).json()
    assert (entity["uri"], entity["url"]) == (told["id"], told["url"])
    actor = ask(square.stranger, "/users/ann").json()
    assert (entity["account"]["uri"], entity["account"]["url"]) == (actor["id"], actor["url"])


def test_telling_a_post_takes_few_statements(square: Square, statements: list[str]) -> None:
    """However much it names."""
    ann = square.make.account("ann")
    first = square.make.post(ann)
    post = square.make.post(ann, in_reply_to=first, mentions=[AccountId(ann)])
    ask(square.stranger, place(first))
    statements.clear()
    ask(square.stranger, place(post))
    assert len(statements) <= 8
