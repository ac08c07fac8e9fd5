"""Quotes and conversations on pages, without script."""

import pytest

from bema.model.policy import QuotePolicy, Visibility
from tests.conftest import Square
from tests.edge.web.test_pages import browser, send

WORD = "Zwetschgenknödel"


def test_a_post_is_quoted_from_its_menu_and_shown_as_a_card(square: Square) -> None:
    """The menu leads to a composer that shows what is quoted; the card names its author and leads to the post."""
    ann, bob = square.make.account("ann"), square.make.account("bob")
    post = square.make.post(ann, WORD, quote_policy=QuotePolicy.PUBLIC)
    reader = browser(square, bob)
    assert f'href="/compose?quote={post}"' in reader.get(f"/@ann/{post}").text
    composer = reader.get(f"/compose?quote={post}").text
    assert (WORD in composer, f'name="quote_of" value="{post}"' in composer) == (True, True)
    sent = send(reader, "/posts", text="Look", quote_of=str(post), quote_policy="nobody", back="/compose")
    page = square.stranger.get(sent.headers["location"]).text
    assert f'<blockquote class="quoted" cite="/@ann/{post}">' in page
    assert (WORD in page, 'href="/@ann"' in page, "quote-inline" in page) == (True, True, False)
    square.settle()
    assert "Look" in square.stranger.get(f"/@ann/{post}/quotes").text
    assert "Look" in browser(square, ann).get("/notifications").text


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.FOLLOWERS])
def test_what_may_not_be_quoted_offers_no_quote(square: Square, visibility: Visibility) -> None:
    """And the composer for it looks as if the post were missing."""
    ann, bob = square.make.account("ann"), square.make.account("bob")
    square.make.follow(bob, ann)
    post = square.make.post(ann, visibility=visibility)
    reader = browser(square, bob)
    assert "/compose?quote=" not in reader.get(f"/@ann/{post}").text
    assert reader.get(f"/compose?quote={post}").status == 404
    refused = send(reader, "/posts", text="My words", quote_of=str(post))
    assert (refused.status, "My words" in refused.text) == (404, True)


def test_an_author_takes_a_post_out_of_a_quote_and_says_who_may_quote(square: Square) -> None:
    """The button stands with the quote; nothing of the post is left on any page of it."""
    ann, bob = square.make.account("ann"), square.make.account("bob")
    post = square.make.post(ann, WORD, quote_policy=QuotePolicy.PUBLIC)
    quote = square.make.post(bob, "Look", quote_of=post)
    author, quoter = browser(square, ann), browser(square, bob)
    assert f'formaction="/posts/{post}/quotes/{quote}/revoke"' in author.get(f"/@bob/{quote}").text
    assert send(author, f"/posts/{post}/quotes/{quote}/revoke", back=f"/@bob/{quote}").status == 303
    page = author.get(f"/@bob/{quote}").text
    assert (WORD in page, "does not want to be quoted" in page) == (False, True)
    assert "/quoting" in author.get(f"/@ann/{post}").text
    assert 'value="public" selected' in author.get(f"/posts/{post}/quoting").text
    assert send(author, f"/posts/{post}/quoting", quote_policy="nobody").status == 303
    assert "/compose?quote=" not in quoter.get(f"/@ann/{post}").text
    assert quoter.get(f"/posts/{post}/quoting").status == 404


def test_each_state_of_a_quote_says_why_there_is_nothing(square: Square) -> None:
    """Deleted, hidden, blocked; whom one blocks is folded away, and a press shows them."""
    ann, bob = square.make.account("ann"), square.make.account("bob")
    eve = browser(square, reader := square.make.account("eve"))
    gone = square.make.post(ann, WORD)
    first = square.make.post(bob, quote_of=gone)
    square.make.delete(gone)
    assert "The quoted post was deleted" in eve.get(f"/@bob/{first}").text
    hidden = square.make.post(bob, quote_of=square.make.post(ann, WORD, visibility=Visibility.FOLLOWERS))
    page = eve.get(f"/@bob/{hidden}").text
    assert ("not for you to see" in page, WORD in page, "@ann" in page) == (True, False, False)
    shown = square.make.post(bob, quote_of=square.make.post(ann, WORD))
    square.make.block(reader, ann)
    page = eve.get(f"/@bob/{shown}").text
    assert '<details class="quoted-kept">' in page
    assert "somebody whom you block" in page
    far = square.make.account("far", host="far.example")
    shown = square.make.post(bob, quote_of=square.make.post(far, WORD))
    assert send(eve, "/settings/domains", domain="far.example").status == 303
    page = eve.get(f"/@bob/{shown}").text
    assert ('<details class="quoted-kept">' in page, "of a server that you block" in page) == (True, True)


def test_conversations_are_listed_opened_and_put_away(square: Square) -> None:
    """Opening one leads to the thread, and marks it as read."""
    ann, bob = square.make.account("ann", display_name="Ann Lee"), square.make.account("bob")
    reader = browser(square, bob)
    assert "No conversations yet" in reader.get("/conversations").text
    post = square.make.post(ann, WORD, visibility=Visibility.DIRECT, mentions=[bob])
    square.settle()
    page = reader.get("/conversations").text
    assert (WORD in page, "Ann Lee" in page, "talk-unread" in page) == (True, True, True)
    address = page.split('href="/conversations/')[1].split('"')[0]
    opened = reader.get(f"/conversations/{address}")
    assert (opened.status, opened.headers["location"]) == (303, f"/@ann/{post}")
    assert "talk-unread" not in reader.get("/conversations").text
    send(reader, f"/conversations/{address}/unread")
    assert "talk-unread" in reader.get("/conversations").text
    assert browser(square, ann).get(f"/conversations/{int(address) ^ 1}").status == 404
    send(reader, f"/conversations/{address}/remove")
    assert WORD not in reader.get("/conversations").text


def test_the_usual_choice_of_who_may_quote_is_a_setting(square: Square) -> None:
    """It is what the composer starts with."""
    ann = browser(square, square.make.account("ann"))
    send(ann, "/settings/appearance", post_quote_policy="followers", post_visibility="public")
    assert '<option value="followers" selected>Followers may quote' in ann.get("/compose").text
