"""Searching on a page: people, tags and posts; the address of something leads there."""

import msgspec

from bema.domain import searching
from bema.domain.receiving.gathering import Found
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.web.filters import post_url, profile_url
from bema.edge.web.listing import relationships
from bema.edge.web.pages import Page, Redirect, page
from bema.edge.web.paging import Part, beside, by_id
from bema.model import limits, views
from bema.model.views import Account, Post, Tag
from bema.store.tx import Tx

routes = Routes(Surface.WEB)

_PEOPLE = 6
_TAGS = 6


class Question(msgspec.Struct, frozen=True):
    """What is looked for."""

    q: str = ""
    max_id: str | None = None
    min_id: str | None = None


@routes.get("/search")
async def search(call: Call, ask: Question) -> Page | Redirect:
    """Search people, tags and posts; whoever is signed in finds by an address what is elsewhere, too."""
    found = Found()
    if call.viewer is not None and ask.max_id is None and ask.min_id is None:
        found = await call.parts.gatherer.find(ask.q.strip()[: limits.URL_CHARACTERS])
    return await call.read(_searched, call, ask, found)


def _searched(tx: Tx, call: Call, ask: Question, found: Found) -> Page | Redirect:
    text, part = ask.q.strip()[: limits.SEARCH_QUERY_CHARACTERS], Part(ask.max_id, ask.min_id)
    accounts: list[Account] = []
    tags: list[Tag] = []
    posts: list[Post] = []
    if text.startswith(("http://", "https://")):
        there = searching.found(tx, call.viewer, found.account, found.post)
        match there or searching.addressed(tx, call.site, call.viewer, ask.q.strip()):
            case views.Account() as account:
                return Redirect(profile_url(account))
            case views.Post() as post:
                return Redirect(post_url(post))
    elif text:
        if ask.max_id is None and not text.startswith("#"):
            accounts = searching.accounts(tx, call.site, call.viewer, text, limit=_PEOPLE, offset=0, following=False)
        if ask.max_id is None and "@" not in text:
            tags = searching.tags(tx, call.viewer, text, limit=_TAGS, offset=0)
        if not text.startswith("@"):
            posts = searching.posts(tx, call.site, call.viewer, text, part.range())
    _, older = beside(call, part, by_id(posts))
    return page(
        call,
        tx,
        "search.html",
        q=text,
        accounts=accounts,
        relationships=relationships(call, tx, accounts),
        tags=tags,
        posts=posts,
        older=older,
        robots="noindex",
    )
