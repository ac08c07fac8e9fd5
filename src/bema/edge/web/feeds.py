"""Feeds: what somebody writes for everybody, or what carries a tag, for programs that read Atom or JSON Feed."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

import msgspec

from bema.domain import people, reading, tagging
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.web import atom
from bema.edge.web.filters import excerpt
from bema.edge.web.pages import Document
from bema.model.errors import NotFound
from bema.model.ids import Millis
from bema.model.views import Account, Post
from bema.store.timelines import Filter, Range
from bema.store.tx import Tx
from bema.wire.mastodon.times import iso

routes = Routes(Surface.WEB)

_POSTS = 20
_TITLE_CHARACTERS = 100


class Feed(msgspec.Struct, frozen=True):
    """A feed before it is written."""

    page: str
    title: str
    author: str
    author_page: str
    posts: Sequence[Post]
    begun: Millis  # what it was last changed at while nothing is in it

    @property
    def updated(self) -> Millis:
        """When it was last changed."""
        return max((post.edited_at or post.created_at for post in self.posts), default=self.begun)


@routes.get("/@{acct}/feed.atom")
def feed(call: Call, tx: Tx) -> Document:
    """Read what somebody wrote, as a feed: what a stranger may see, whoever asks."""
    return _as_atom(call, _of_somebody(call, tx))


@routes.get("/@{acct}/feed.json")
def feed_as_json(call: Call, tx: Tx) -> Document:
    """Read what somebody wrote, as a JSON Feed."""
    return _as_json(call, _of_somebody(call, tx))


@routes.get("/tags/{name}/feed.atom")
def feed_of_tag(call: Call, tx: Tx) -> Document:
    """Read what carries a tag, as a feed: what a stranger may see, whoever asks."""
    return _as_atom(call, _of_tag(call, tx))


@routes.get("/tags/{name}/feed.json")
def feed_of_tag_as_json(call: Call, tx: Tx) -> Document:
    """Read what carries a tag, as a JSON Feed."""
    return _as_json(call, _of_tag(call, tx))


def _of_somebody(call: Call, tx: Tx) -> Feed:
    account = people.by_acct(tx, call.site, call.path_values["acct"])
    if account.domain is not None:
        raise NotFound
    selection = reading.Selection(without_replies=True, without_boosts=True)
    posts = reading.by_author(tx, None, account.id, selection, Range(_POSTS))
    name, profile = account.display_name or account.username, call.site.profile(account.acct)
    return Feed(profile, f"{name} (@{account.acct})", name, profile, posts, account.created_at)


def _of_tag(call: Call, tx: Tx) -> Feed:
    tag = tagging.tag(tx, None, call.path_values["name"])
    posts = reading.tagged(tx, None, tag.name, Range(_POSTS), Filter())
    title = call.parts.settings.title
    return Feed(call.site.tag(tag.name), f"#{tag.name}", title, call.site.base, posts, Millis(0))


def _as_atom(call: Call, feed: Feed) -> Document:
    head = atom.Head(feed.page, f"{feed.page}/feed.atom", feed.title, feed.author, feed.author_page, iso(feed.updated))
    return atom.document(head, [_entry(call, post.author, post) for post in feed.posts])


def _as_json(call: Call, feed: Feed) -> Document:
    """Write a JSON Feed (jsonfeed.org, version 1.1)."""
    items = [_item(_entry(call, post.author, post), post) for post in feed.posts]
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": f"{feed.page}/feed.json",
        "authors": [{"name": feed.author, "url": feed.author_page}],
        "items": items,
    }
    return Document(msgspec.json.encode(whole), b"application/feed+json")


def _item(entry: atom.Entry, post: Post) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.address,
        "url": entry.address,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": post.author.display_name or post.author.username}],
    }
    if entry.language:
        item["language"] = entry.language
    return item


def _entry(call: Call, account: Account, post: Post) -> atom.Entry:
    return atom.Entry(
        address=post.url or call.site.post(account.acct, post.id),
        title=excerpt(post, _TITLE_CHARACTERS),
        published=iso(post.created_at),
        updated=iso(post.edited_at or post.created_at),
        html=escape(post.warning) if post.warning else post.content_html + "".join(_pictures(call, post)),
        language=post.language,
    )


def _pictures(call: Call, post: Post) -> list[str]:
    if post.sensitive:
        return []
    return [
        f'<p><img src="{escape(call.site.media(each.small.key))}" '
        f'alt="{escape(each.description or "", {chr(34): "&quot;"})}"></p>'
        for each in post.attachments
        if each.small.key
    ]
