"""Quotes by the Mastodon API: who may quote what, what readers see of it, and how its author takes the leave back."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from bema.edge.authentication import SESSION_COOKIE
from bema.model.policy import QuoteLeave, QuotePolicy, Visibility, leave_to_quote, may_quote, may_see
from bema.store import quotes
from bema.store.tables import post_counts
from bema.subscribers import runner
from bema.subscribers.counts import COUNTS
from tests.conftest import Person, Square

URL = "/api/v1/statuses"
WORD = "Zwetschgenknödel"


def quote(who: Person, post: object, **more: Any) -> dict[str, Any]:
    """Quote a post, and return the status."""
    answer = who.client.post(URL, json={"status": "Look at this", "quoted_status_id": str(post), **more})
    assert answer.status == 200, answer.text
    status: dict[str, Any] = answer.json()
    return status


def view(who: Person, id_: object) -> dict[str, Any]:
    """View one status."""
    status: dict[str, Any] = who.client.get(f"{URL}/{id_}").json()
    return status


# --- Quoting ----------------------------------------------------------------------------------------------------------


def test_a_quote_carries_what_it_quotes(square: Square) -> None:
    """Whole, with the flags of the reader, and with a link for clients that know no quotes."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account, WORD, quote_policy=QuotePolicy.PUBLIC)
    status = quote(bob, post)
    quoted = status["quote"]["quoted_status"]
    assert status["quote"]["state"] == "accepted"
    assert (quoted["id"], quoted["content"], quoted["favourited"]) == (str(post), f"<p>{WORD}</p>", False)
    url = f"https://square.example/@ann/{post}"
    assert status["content"].startswith(f'<p class="quote-inline">RE: <a href="{url}"')
    assert status["content"].endswith("<p>Look at this</p>")
    square.settle()
    assert view(bob, post)["quotes_count"] == 1
    assert "favourited" not in square.stranger.get(f"{URL}/{status['id']}").json()["quote"]["quoted_status"]


def test_a_text_with_the_link_gets_no_second_one(square: Square) -> None:
    """Whoever wrote the address said already what is quoted."""
    ann = square.person("ann")
    post = square.make.post(ann.account)
    status = quote(ann, post, status=f"https://square.example/@ann/{post} says all")
    assert "quote-inline" not in status["content"]


def test_a_quote_needs_no_words(square: Square) -> None:
    """As on Mastodon."""
    ann = square.person("ann")
    assert quote(ann, square.make.post(ann.account), status="")["quote"]["state"] == "accepted"


def test_a_quote_of_a_quote_is_shown_by_its_id(square: Square) -> None:
    """One level is whole; below, a client asks if it wants to know."""
    ann = square.person("ann")
    first = square.make.post(ann.account, "First")
    second = quote(ann, first)["id"]
    third = quote(ann, second)["quote"]["quoted_status"]
    assert third["id"] == second
    assert third["quote"] == {"state": "accepted", "quoted_status_id": str(first)}


def test_a_boost_is_quoted_as_what_it_boosts(square: Square) -> None:
    """A boost has nothing of its own to quote."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account, quote_policy=QuotePolicy.PUBLIC)
    boost = square.make.boost(bob.account, post)
    assert quote(bob, boost)["quote"]["quoted_status"]["id"] == str(post)


@pytest.mark.parametrize("visibility", list(Visibility), ids=lambda each: each.name.lower())
def test_who_may_quote_is_what_the_author_said(square: Square, visibility: Visibility) -> None:
    """Visibility by policy by relation: what `quote_approval` tells is what happens, and a no is a 404."""
    author = square.person("author")
    follower, other = square.person("follower"), square.person("other")
    square.make.follow(follower.account, author.account)
    for policy, who in product(QuotePolicy, (author, follower, other)):
        mentions = [follower.account, other.account]
        post = square.make.post(author.account, visibility=visibility, quote_policy=policy, mentions=mentions)
        leave = leave_to_quote(visibility, policy, is_author=who is author, follows_author=who is follower)
        allowed = may_quote(visibility, policy, is_author=who is author, follows_author=who is follower)
        assert allowed is (leave is QuoteLeave.AUTOMATIC)
        told = view(who, post)["quote_approval"]
        assert told["current_user"] == leave, (policy, who)
        answer = who.client.post(URL, json={"status": "?", "quoted_status_id": str(post)})
        assert answer.status == (404 if leave is QuoteLeave.DENIED else 200), (policy, who)
        if leave is QuoteLeave.DENIED:
            assert answer.json() == {"error": "The post you are trying to quote does not appear to exist"}
        else:
            assert answer.json()["quote"]["state"] == ("accepted" if allowed else "pending")
        everybody, followers = ["public"], ["followers"]
        shown = [(everybody, []), (followers, []), ([], []), ([], everybody), ([], followers), (followers, everybody)]
        assert (told["automatic"], told["manual"]) == shown[policy]


def test_a_stranger_may_quote_nothing(square: Square) -> None:
    """Whoever may, it is somebody with an account."""
    post = square.make.post(square.make.account("ann"), quote_policy=QuotePolicy.PUBLIC)
    told = square.stranger.get(f"{URL}/{post}").json()["quote_approval"]
    assert told == {"automatic": ["public"], "manual": [], "current_user": "denied"}


def test_what_is_hidden_cannot_be_quoted_and_looks_missing(square: Square) -> None:
    """Refusing must not reveal that the post exists."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    hidden = square.make.post(ann.account, visibility=Visibility.FOLLOWERS, quote_policy=QuotePolicy.PUBLIC)
    blocked = square.make.post(bob.account, quote_policy=QuotePolicy.PUBLIC)
    square.make.block(bob.account, eve.account)
    answers = [
        eve.client.post(URL, json={"status": "?", "quoted_status_id": each})
        for each in (str(hidden), str(blocked), "99", "nonsense")
    ]
    assert {(each.status, each.text) for each in answers} == {(404, answers[0].text)}


def test_what_is_for_followers_is_quoted_to_no_wider_circle(square: Square) -> None:
    """Its author alone may, and the quote is for followers too."""
    ann = square.person("ann")
    post = square.make.post(ann.account, visibility=Visibility.FOLLOWERS)
    assert quote(ann, post, visibility="public")["visibility"] == "private"
    assert quote(ann, post, visibility="direct")["visibility"] == "direct"


def test_nobody_is_quoted_behind_their_back(square: Square) -> None:
    """A direct quote goes to whom it quotes, or to nobody."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account, quote_policy=QuotePolicy.PUBLIC)
    asked = {"quoted_status_id": str(post), "visibility": "direct"}
    refused = bob.client.post(URL, json={"status": "Psst", **asked})
    assert (refused.status, "non-mentioned" in refused.json()["error"]) == (422, True)
    assert bob.client.post(URL, json={"status": "@ann psst", **asked}).status == 200
    seen = quote(bob, post, visibility="private")["id"]
    assert view(ann, seen)["mentions"] == []  # ann may see what is made of her words, though she does not follow


def test_the_policy_is_the_authors_usual_one_unless_named(square: Square) -> None:
    """Preferences, profile and post agree; what is not for everybody is quotable by nobody else."""
    ann = square.person("ann")
    post = {"status": "Hello"}
    assert ann.client.post(URL, json=post).json()["quote_approval"]["automatic"] == ["public"]
    source = ann.client.patch("/api/v1/accounts/update_credentials", json={"source": {"quote_policy": "followers"}})
    assert source.json()["source"]["quote_policy"] == "followers"
    assert ann.client.get("/api/v1/preferences").json()["posting:default:quote_policy"] == "followers"
    assert ann.client.post(URL, json=post).json()["quote_approval"]["automatic"] == ["followers"]
    named = ann.client.post(URL, json={**post, "quote_approval_policy": "nobody"}).json()
    assert named["quote_approval"] == {"automatic": [], "manual": [], "current_user": "automatic"}
    private = {**post, "quote_approval_policy": "public", "visibility": "private"}
    assert ann.client.post(URL, json=private).json()["quote_approval"]["automatic"] == []


# --- Changing one's mind ----------------------------------------------------------------------------------------------


def test_the_policy_of_a_post_can_be_changed(square: Square) -> None:
    """By its author alone; quotes that there are stay, and the post is not edited by it."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account, quote_policy=QuotePolicy.PUBLIC)
    kept = quote(bob, post)["id"]
    url = f"{URL}/{post}/interaction_policy"
    changed = ann.client.put(url, json={"quote_approval_policy": "nobody"}).json()
    assert (changed["quote_approval"]["automatic"], changed["edited_at"]) == ([], None)
    assert view(bob, post)["quote_approval"]["current_user"] == "denied"
    assert view(bob, kept)["quote"]["state"] == "accepted"
    assert ann.client.put(url, json={}).json()["quote_approval"]["automatic"] == ["public"]  # the usual one
    edited = ann.client.put(f"{URL}/{post}", json={"status": "New", "quote_approval_policy": "followers"}).json()
    assert edited["quote_approval"]["automatic"] == ["followers"]
    assert bob.client.put(url, json={"quote_approval_policy": "public"}).status == 403


def test_the_leave_to_quote_can_be_taken_back(square: Square) -> None:
    """By the quoted alone, once and for all; nothing of the quoted is left in the quote, for anybody."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    post = square.make.post(ann.account, WORD, quote_policy=QuotePolicy.PUBLIC)
    id_ = quote(bob, post)["id"]
    other = quote(bob, square.make.post(bob.account))["id"]
    square.settle()
    assert eve.client.post(f"{URL}/{post}/quotes/{id_}/revoke").status == 403
    assert bob.client.post(f"{URL}/{post}/quotes/{id_}/revoke").status == 403
    assert ann.client.post(f"{URL}/{post}/quotes/{other}/revoke").status == 404
    revoked = ann.client.post(f"{URL}/{post}/quotes/{id_}/revoke").json()
    assert revoked["quote"] == {"state": "revoked", "quoted_status": None}
    for who in (ann, bob, eve):
        answer = who.client.get(f"{URL}/{id_}")
        assert WORD not in answer.text
        assert str(post) not in answer.text
    assert ann.client.post(f"{URL}/{post}/quotes/{id_}/revoke").status == 404
    square.settle()
    assert view(ann, post)["quotes_count"] == 0
    assert ann.client.get(f"{URL}/{post}/quotes").json() == []


def test_an_edit_keeps_the_quote_and_a_redraft_gets_it_back(square: Square) -> None:
    """Clients send no quote with an edit; what is deleted to be written anew says what it quoted."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account, WORD, quote_policy=QuotePolicy.PUBLIC)
    id_ = quote(bob, post)["id"]
    edited = bob.client.put(f"{URL}/{id_}", json={"status": ""}).json()
    assert edited["quote"]["quoted_status"]["id"] == str(post)
    versions = bob.client.get(f"{URL}/{id_}/history").json()
    assert [each["quote"]["quoted_status"]["id"] for each in versions] == [str(post)] * 2
    ann.client.post(f"{URL}/{post}/quotes/{id_}/revoke")
    deleted = bob.client.delete(f"{URL}/{id_}").json()
    assert (deleted["quote"]["state"], deleted["quote"]["quoted_status"]["id"]) == ("revoked", str(post))
    assert "content" not in deleted


def test_what_was_deleted_leaves_a_state_and_nothing_else(square: Square) -> None:
    """A quote outlives what it quotes."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account, WORD, quote_policy=QuotePolicy.PUBLIC)
    id_ = quote(bob, post)["id"]
    assert ann.client.delete(f"{URL}/{post}").status == 200
    status = view(bob, id_)
    assert status["quote"] == {"state": "deleted", "quoted_status": None}
    assert status["content"] == "<p>Look at this</p>"


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_the_blocked_and_the_muted_are_marked_as_such(square: Square) -> None:
    """The reader's client hides them, and may show them when asked."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    post = square.make.post(ann.account, WORD, quote_policy=QuotePolicy.PUBLIC)
    id_ = quote(bob, post)["id"]
    square.make.mute(eve.account, ann.account)
    assert view(eve, id_)["quote"]["state"] == "muted_account"
    square.make.block(eve.account, ann.account)
    shown = view(eve, id_)
    assert (shown["quote"]["state"], shown["quote"]["quoted_status"]["id"]) == ("blocked_account", str(post))
    assert "quote-inline" not in shown["content"]


def test_quotes_of_a_post_are_those_that_one_may_see(square: Square) -> None:
    """In pages, without the hidden, the muted and the revoked."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    post = square.make.post(ann.account, quote_policy=QuotePolicy.PUBLIC)
    open_ = [quote(bob, post)["id"] for _ in range(3)]
    private = quote(bob, post, visibility="private")["id"]
    revoked = quote(bob, post)["id"]
    ann.client.post(f"{URL}/{post}/quotes/{revoked}/revoke")
    url = f"{URL}/{post}/quotes"
    assert [each["id"] for each in eve.client.get(url).json()] == open_[::-1]
    assert [each["id"] for each in ann.client.get(url).json()] == [private, *open_[::-1]]
    first = eve.client.get(f"{url}?limit=2")
    assert [each["id"] for each in eve.client.get(first.link("next") or "").json()] == open_[:1]
    square.make.mute(eve.account, bob.account)
    assert eve.client.get(url).json() == []


def test_quotes_and_edits_of_the_quoted_are_told(square: Square) -> None:
    """The quoted hear of the quote, and who quotes of an edit; nobody hears it twice."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account, quote_policy=QuotePolicy.PUBLIC)
    id_ = quote(bob, post, status="@ann said it well", visibility="private")["id"]
    square.settle()
    told = ann.client.get("/api/v1/notifications").json()
    assert [(each["type"], each["account"]["username"], each["status"]["id"]) for each in told] == [
        ("quote", "bob", id_)
    ]
    ann.client.put(f"{URL}/{post}", json={"status": "Or like this"})
    square.settle()
    told = bob.client.get("/api/v1/notifications").json()
    assert [(each["type"], each["account"]["username"], each["status"]["id"]) for each in told] == [
        ("quoted_update", "ann", id_)
    ]


def test_pages_with_quotes_take_a_few_statements_more_whatever_their_number(
    square: Square, statements: list[str]
) -> None:
    """And pages without any none."""
    ann, bob = square.person("ann"), square.person("bob")
    square.make.follow(bob.account, ann.account)

    def page() -> int:
        statements.clear()
        assert bob.client.get("/api/v1/timelines/public").status == 200
        return len(statements)

    first = [square.make.post(ann.account, quote_policy=QuotePolicy.FOLLOWERS) for _ in range(2)]
    square.app.database.write_now(quotes.set_policy, first[0], QuotePolicy.PUBLIC)
    square.app.database.write_now(quotes.set_policy, first[1], QuotePolicy.PUBLIC)
    plain = page()
    for post in first:
        square.make.post(ann.account, quote_of=square.make.post(ann.account, quote_of=post))
    few = page()
    for post in first * 3:
        square.make.post(ann.account, quote_of=square.make.post(ann.account, quote_of=post))
    assert page() == few
    assert few <= plain + 4


def test_counts_of_quotes_are_the_same_when_counted_anew(square: Square) -> None:
    """Made, deleted, revoked: the log and the posts tell the same."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account, quote_policy=QuotePolicy.PUBLIC)
    made = [quote(bob, post)["id"] for _ in range(4)]
    bob.client.delete(f"{URL}/{made[0]}")
    ann.client.post(f"{URL}/{post}/quotes/{made[1]}/revoke")
    bob.client.delete(f"{URL}/{made[1]}")
    square.settle()
    counted = select(post_counts).where(post_counts.c.quotes > 0)
    before = square.app.database.read_now(lambda tx: tx.all(counted))
    square.app.database.write_now(runner.start_anew, COUNTS)
    assert [(row.post_id, row.quotes) for row in before] == [(post, 2)]
    assert square.app.database.read_now(lambda tx: tx.all(counted)) == before


def test_a_quote_says_why_its_reader_keeps_away_from_whom_it_quotes(square: Square) -> None:
    """Of a blocked server, also where the account is muted; with the post, so that a client can show it when asked."""
    bob, reader = square.person("bob"), square.person("reader")
    far = square.make.account("far", host="far.example")
    made = square.make.post(bob.account, "Look", quote_of=square.make.post(far, WORD))

    def state() -> str:
        shown = view(reader, made)["quote"]
        assert WORD in shown["quoted_status"]["content"]
        return str(shown["state"])

    assert state() == "accepted"
    square.make.mute(reader.account, far)
    assert state() == "muted_account"
    assert reader.client.post("/api/v1/domain_blocks", form={"domain": "far.example"}).status == 200
    assert state() == "blocked_domain"
    square.make.block(reader.account, far)
    assert state() == "blocked_account"
    assert view(bob, made)["quote"]["state"] == "accepted"


@pytest.mark.parametrize("action", ["warn", "hide", "blur"])
def test_what_is_quoted_carries_the_filters_it_meets(square: Square, action: str) -> None:
    """The quote itself stays: it is the quoted post that says what its reader does not want to read."""
    bob, reader = square.person("bob"), square.person("reader")
    made = square.make.post(bob.account, "Look", quote_of=square.make.post(square.make.account("ann"), WORD))
    terms = {"title": "Food", "context": ["public", "thread"], "filter_action": action}
    words = {"keywords_attributes": [{"keyword": WORD}]}
    assert reader.client.post("/api/v2/filters", json=terms | words).status == 200
    for shown in (view(reader, made), reader.client.get("/api/v1/timelines/public").json()[0]):
        assert shown["filtered"] == []
        (result,) = shown["quote"]["quoted_status"]["filtered"]
        assert (result["filter"]["filter_action"], result["keyword_matches"]) == (action, [WORD])


# --- Leaks ------------------------------------------------------------------------------------------------------------

PATHS = (
    "/api/v1/statuses/{quote}",
    "/api/v1/statuses?id[]={quote}&id[]={outer}",
    "/api/v1/statuses/{quote}/history",
    "/api/v1/statuses/{quote}/context",
    "/api/v1/statuses/{root}/context",
    "/api/v1/statuses/{outer}",
    "/api/v1/statuses/{boost}",
    "/api/v1/statuses/{quote}/quotes",
    "/api/v1/accounts/{quoter}/statuses",
    "/api/v1/timelines/home",
    "/api/v1/timelines/public",
    "/api/v1/timelines/tag/plums",
    "/api/v1/notifications",
    "/api/v1/favourites",
    "/api/v1/bookmarks",
    "/@quoter/{quote}",
    "/@quoter",
    "/tags/plums",
    "/public/local",
    "/home",
    "/notifications",
)

LISTS = {"/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/notifications"}
LISTS |= {"/public/local", "/home", "/notifications"}


@pytest.mark.parametrize("visibility", list(Visibility), ids=lambda each: each.name.lower())
@pytest.mark.parametrize("state", ["accepted", "revoked", "deleted"])
def test_no_path_shows_what_is_quoted_to_who_may_not_see_it(square: Square, visibility: Visibility, state: str) -> None:
    """Every visibility, relation and state, every path: neither words, nor author, nor the address of what is hidden."""
    author, quoter = square.person("author"), square.person("quoter")
    relations = list(product((False, True), repeat=3))  # follows, is mentioned, is blocked
    readers = {each: square.person(f"reader{number}") for number, each in enumerate(relations)}
    for (follows, _, _), reader in readers.items():
        reader.client.cookies[SESSION_COOKIE] = square.make.session(reader.login, reader.account)
        square.make.follow(reader.account, quoter.account)
        if follows:
            square.make.follow(reader.account, author.account)
    mentions = [who.account for (_, mentioned, _), who in readers.items() if mentioned]
    quoted = square.make.post(author.account, WORD, visibility=visibility, mentions=mentions)
    root = square.make.post(quoter.account, "Root")
    made = square.make.post(
        quoter.account,
        "Quote",
        quote_of=quoted,
        in_reply_to=root,
        tags=["plums"],
        mentions=[who.account for who in readers.values()],
    )
    outer = square.make.post(quoter.account, "Outer", quote_of=made)
    boost = square.make.boost(quoter.account, made)
    for reader in readers.values():
        square.make.favourite(reader.account, made)
        square.make.bookmark(reader.account, made)
    if state == "revoked":
        assert square.app.database.write_now(quotes.revoke, made, quoted)
    if state == "deleted":
        square.make.delete(quoted)
    square.settle()
    for (_, _, blocked), reader in readers.items():
        if blocked:
            square.make.block(author.account, reader.account)
    places = {"quote": made, "root": root, "outer": outer, "boost": boost, "quoter": quoter.account}
    for (follows, mentioned, blocked), reader in readers.items():
        sees_itself = may_see(
            visibility,
            is_author=False,
            author_active=True,
            blocked_by_author=blocked,
            follows_author=follows,
            mentioned=mentioned,
        )
        allowed = state == "accepted" and sees_itself
        expected = state if state != "accepted" else "accepted" if allowed else "unauthorized"
        assert view(reader, made)["quote"]["state"] == expected
        inner = view(reader, outer)["quote"]["quoted_status"]["quote"]
        assert inner == {"state": expected, "quoted_status_id": str(quoted) if allowed else None}
        if allowed:
            assert WORD in view(reader, made)["quote"]["quoted_status"]["content"]
            continue
        for path in PATHS:
            if sees_itself and state == "revoked" and path in LISTS:
                continue  # the quoted post may be there by itself
            text = reader.client.get(path.format(**places)).text
            for secret in (WORD, "@author/", str(quoted), str(author.account)):
                assert secret not in text, f"{path} shows {secret}: {follows=} {mentioned=} {blocked=}"
