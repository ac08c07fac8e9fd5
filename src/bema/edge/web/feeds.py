"""Feeds: what somebody writes for everybody, for programs that read Atom."""

from xml.sax.saxutils import escape

from bema.domain import people, reading
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.web import atom
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
    updated: Millis = max((post.edited_at or post.created_at for post in posts), default=account.created_at)
    name, profile = account.display_name or account.username, call.site.profile(account.acct)
    title = f"{name} (@{account.acct})"
    head = atom.Head(profile, f"{profile}/feed.atom", title, name, profile, iso(updated))
    return atom.document(head, [_entry(call, account, post) for post in posts])


def _entry(call: Call, account: Account, post: Post) -> atom.Entry:
    return atom.Entry(
        address=call.site.post(account.acct, post.id),
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
