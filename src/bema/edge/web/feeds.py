"""Feeds: what somebody writes for everybody, for programs that read Atom (RFC 4287)."""

from xml.sax.saxutils import escape

from bema.domain import people, reading
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.web.filters import excerpt
from bema.edge.web.pages import Document
from bema.model.errors import NotFound
from bema.model.ids import Millis
from bema.model.views import Account, Post
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.wire.mastodon.times import iso

routes = Routes(Surface.WEB)

_POSTS = 20
_TITLE_CHARACTERS = 100


@routes.get("/@{acct}/feed.atom")
def feed(call: Call, tx: Tx) -> Document:
    """Read what somebody wrote, as a feed: what a stranger may see, whoever asks."""
    account = people.by_acct(tx, call.site, call.path_values["acct"])
    if account.domain is not None:
        raise NotFound
    selection = reading.Selection(without_replies=True, without_boosts=True)
    posts = reading.by_author(tx, None, account.id, selection, Range(_POSTS))
    return Document(_atom(call, account, posts).encode(), b"application/atom+xml; charset=utf-8")


def _atom(call: Call, account: Account, posts: list[Post]) -> str:
    page = call.site.profile(account.acct)
    updated: Millis = max((post.edited_at or post.created_at for post in posts), default=account.created_at)
    name = escape(account.display_name or account.username)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{escape(page)}</id><title>{name} (@{escape(account.acct)})</title><updated>{iso(updated)}</updated>"
        f"<author><name>{name}</name><uri>{escape(page)}</uri></author>"
        f'<link rel="alternate" type="text/html" href="{escape(page)}"/>'
        f'<link rel="self" type="application/atom+xml" href="{escape(page)}/feed.atom"/>'
        + "".join(_entry(call, account, post) for post in posts)
        + "</feed>\n"
    )


def _entry(call: Call, account: Account, post: Post) -> str:
    address = escape(call.site.post(account.acct, post.id))
    language = f' xml:lang="{escape(post.language)}"' if post.language else ""
    text = escape(post.warning) if post.warning else post.content_html + "".join(_pictures(call, post))
    return (
        f"<entry{language}><id>{address}</id>"
        f'<link rel="alternate" type="text/html" href="{address}"/>'
        f"<title>{escape(excerpt(post, _TITLE_CHARACTERS))}</title>"
        f"<published>{iso(post.created_at)}</published><updated>{iso(post.edited_at or post.created_at)}</updated>"
        f'<content type="html">{escape(text)}</content></entry>'
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
