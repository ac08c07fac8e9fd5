"""Lists, filters and blocked servers on pages, without script."""

import re

import pytest

from bema.domain import filtering
from bema.model.filters import Action, Context
from bema.model.ids import AccountId, PostId
from tests.client import Client, Response
from tests.conftest import Square
from tests.edge.mastodon.test_accounts import png
from tests.edge.web.test_pages import browser, csrf


@pytest.fixture
def ann(square: Square) -> AccountId:
    """Somebody."""
    return square.make.account("ann")


@pytest.fixture
def window(square: Square, ann: AccountId) -> Client:
    """Her browser."""
    return browser(square, ann)


def send(client: Client, page: str, to: str, **form: str | list[str]) -> Response:
    """Send a form that stands on a page, and look at where it leads."""
    shown = client.get(page)
    assert shown.status == 200, shown.text
    assert f'action="{to}"' in shown.text, f"{page} has no form for {to}"
    answer = client.post(to, form={"csrf": csrf(shown), **form})
    return client.get(answer.headers["location"]) if answer.status in (302, 303) else answer


def filtered(square: Square, who: AccountId, word: str, action: Action, *contexts: Context) -> None:
    """Let somebody filter a word."""
    terms = filtering.Terms(title="Fruit", contexts=contexts, action=action)
    square.app.database.write_now(filtering.make, who, terms, [filtering.KeywordChange(keyword=word)])


def test_a_list_is_kept_by_hand(square: Square, ann: AccountId, window: Client) -> None:
    """Made, filled from a profile, read, renamed, emptied and deleted."""
    bob = square.make.account("bob")
    square.make.follow(ann, bob)
    post = square.make.post(bob, "A poem")
    square.settle()
    made = send(window, "/lists", "/lists", title="Poets <3", replies="none", exclusive="1")
    assert "Poets &lt;3" in made.text
    found = re.search(r"/lists/(\d+)/members", made.text)
    assert found
    list_ = found[1]
    assert f'href="/accounts/{bob}/lists"' in window.get("/@bob").text
    added = send(window, f"/accounts/{bob}/lists", f"/lists/{list_}/members/{bob}/add", back=f"/accounts/{bob}/lists")
    assert f'action="/lists/{list_}/members/{bob}/remove"' in added.text
    assert f'id="post-{post}"' in window.get(f"/lists/{list_}").text
    assert f'id="post-{post}"' not in window.get("/home").text
    renamed = send(window, f"/lists/{list_}/members", f"/lists/{list_}", title="Writers", replies="followed")
    assert "Writers" in renamed.text
    assert f'id="post-{post}"' in window.get("/home").text
    removed = send(window, f"/lists/{list_}/members", f"/lists/{list_}/members/{bob}/remove")
    assert "Nobody here." in removed.text
    assert "No lists yet." in send(window, f"/lists/{list_}/members", f"/lists/{list_}/delete").text


def test_what_cannot_be_a_list_is_said_on_the_page(window: Client) -> None:
    """With what was typed."""
    refused = send(window, "/lists", "/lists", title="x" * 300)
    assert refused.status == 422
    assert "The name is too long: it has 256 characters at the most." in refused.text
    assert "x" * 300 in refused.text


def test_another_persons_list_is_no_page(square: Square, window: Client) -> None:
    """Nor one that never was."""
    eve = browser(square, square.make.account("eve"))
    made = send(window, "/lists", "/lists", title="Poets")
    found = re.search(r"/lists/(\d+)/members", made.text)
    assert found
    for path in (f"/lists/{found[1]}", f"/lists/{found[1]}/members", "/lists/7", "/lists/x", "/accounts/7/lists"):
        assert eve.get(path).status == 404, path


def test_a_filter_is_kept_by_hand(square: Square, ann: AccountId, window: Client) -> None:
    """Made with words line by line, changed, and deleted."""
    form: dict[str, str | list[str]] = {
        "title": "Fruit",
        "contexts[]": ["home", "thread"],
        "action": "hide",
        "lasts": "day",
    }
    page = "/settings/filters/new"
    made = send(window, page, "/settings/filters", word_0="plum", whole_0="1", word_1="Pflaume <3", **form)
    for shown in ("Fruit", "plum", "Pflaume &lt;3", "hidden", "home and lists", "conversations"):
        assert shown in made.text
    (group,) = square.app.database.read_now(filtering.of_account, ann)
    assert [(each.keyword, each.whole_word) for each in group.keywords] == [("plum", True), ("Pflaume <3", False)]
    path = f"/settings/filters/{group.filter.id}"
    ids = {f"id_{number}": str(each.id) for number, each in enumerate(group.keywords)}
    send(window, path, path, **ids, word_0="", word_1="pear", word_2="quince", **form | {"lasts": "keep"})
    (changed,) = square.app.database.read_now(filtering.of_account, ann)
    assert [each.keyword for each in changed.keywords] == ["pear", "quince"]
    assert changed.filter.expires_at == group.filter.expires_at
    assert "You have none." in send(window, "/settings/filters", f"{path}/delete").text


def test_what_cannot_be_a_filter_is_said_on_the_page(window: Client) -> None:
    """With what was typed."""
    refused = send(window, "/settings/filters/new", "/settings/filters", title="Fruit", word_0="plum")
    assert refused.status == 422
    assert "Choose where the filter holds." in refused.text
    assert 'value="plum"' in refused.text
    assert window.get("/settings/filters/7").status == 404


@pytest.mark.parametrize(
    ("context", "path"),
    [
        (Context.HOME, "/home"),
        (Context.PUBLIC, "/public/local"),
        (Context.PUBLIC, "/tags/tea"),
        (Context.ACCOUNT, "/@bob"),
        (Context.THREAD, "/@bob/{root}"),
    ],
)
def test_a_filtered_post_is_folded_under_the_filters_name(
    square: Square, ann: AccountId, window: Client, context: Context, path: str
) -> None:
    """Where the filter holds and nowhere else; the post that the page is about is shown."""
    bob = square.make.account("bob")
    square.make.follow(ann, bob)
    root = square.make.post(bob, "Once")
    post = square.make.post(bob, "A plum", tags=["tea"])
    square.make.post(bob, "A plum again", in_reply_to=root)
    square.settle()
    filtered(square, ann, "plum", Action.WARN, *(each for each in Context if each is not context))
    page = path.format(root=root)
    assert 'class="warning filtered"' not in window.get(page).text
    filtered(square, ann, "plum", Action.WARN, context)
    text = window.get(page).text
    assert 'class="warning filtered"' in text
    assert "Filtered: Fruit" in text
    assert "A plum" in text
    assert 'class="warning filtered"' not in window.get(f"/@bob/{post}").text
    assert 'class="warning filtered"' not in square.stranger.get(page).text


@pytest.mark.parametrize("action", [Action.WARN, Action.HIDE])
def test_a_quoted_post_is_folded_by_itself(square: Square, ann: AccountId, window: Client, action: Action) -> None:
    """The post that quotes it stands as it is, also where the page is about it."""
    bob = square.make.account("bob")
    quote = square.make.post(bob, "Look", quote_of=square.make.post(square.make.account("eve"), "A plum"))
    filtered(square, ann, "plum", action, Context.THREAD, Context.ACCOUNT)
    for page in (f"/@bob/{quote}", "/@bob"):
        text = window.get(page).text
        assert 'class="warning filtered"' not in text
        assert '<details class="quoted-kept">' in text
        assert "Filtered: Fruit" in text
        assert '<details class="quoted-kept">' not in square.stranger.get(page).text


def test_pictures_of_a_quoted_post_are_covered(square: Square, ann: AccountId, window: Client) -> None:
    """By the filter that covers pictures, as anywhere else."""
    eve = square.person("eve")
    picture = eve.client.post("/api/v2/media", files={"file": png("plum")}).json()["id"]
    posted = eve.client.post("/api/v1/statuses", json={"status": "A plum", "media_ids": [picture]}).json()
    quote = square.make.post(square.make.account("bob"), "Look", quote_of=PostId(int(posted["id"])))
    filtered(square, ann, "plum", Action.BLUR, Context.THREAD)
    text = window.get(f"/@bob/{quote}").text
    assert "Covered by your filter: Fruit" in text
    assert '<details class="quoted-kept">' not in text


def test_servers_are_blocked_by_hand(window: Client) -> None:
    """And unblocked; what is no address is said so."""
    blocked = send(window, "/settings/domains", "/settings/domains", domain="Far.Example")
    assert "far.example" in blocked.text
    refused = send(window, "/settings/domains", "/settings/domains", domain="two words")
    assert refused.status == 422
    assert "This is not the address of a server." in refused.text
    assert "two words" in refused.text
    unblocked = send(window, "/settings/domains", "/settings/domains/unblock", domain="far.example")
    assert "far.example" not in unblocked.text
