"""Search: people, statuses and hashtags; a whole address finds what it is the address of.

Statuses are found when they are one's own, addressed to one, favourited or bookmarked by one, or public by somebody who
lets everybody search them. With `resolve`, an address of another server is asked for there.
"""

from typing import ClassVar, Literal

from bema.domain import searching
from bema.domain.receiving.gathering import Found
from bema.edge.call import Call
from bema.edge.mastodon.paging import Paging
from bema.edge.mastodon.render import Renderer
from bema.edge.mastodon.tags import tag
from bema.edge.routes import Needs, Routes, Surface
from bema.model import limits, views
from bema.model.errors import Invalid, Unauthenticated
from bema.model.ids import AccountId, parse_id
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.wire.mastodon.reading import Search

routes = Routes(Surface.API)


class Question(Paging, frozen=True):
    """What is looked for, and of which kind."""

    MOST: ClassVar[int] = limits.SEARCH_PAGE_MAX

    q: str = ""
    type: Literal["accounts", "hashtags", "statuses"] | None = None
    resolve: bool = False
    following: bool = False
    account_id: str | None = None
    exclude_unreviewed: bool = False
    offset: int = 0


@routes.get("/api/v2/search", scope="read:search", needs=Needs.NOBODY)
async def search(call: Call, ask: Question) -> Search:
    """Search people, statuses and hashtags."""
    text = ask.q.strip()
    if not text:
        raise Invalid("Validation failed: Q can't be blank")
    if call.viewer is None and (ask.resolve or ask.offset > 0):
        raise Unauthenticated("Search queries that resolve or page need an authenticated user")
    found = Found()
    if ask.resolve and ask.offset <= 0:
        found = await call.parts.gatherer.find(text)
    return await call.read(_searched, call, ask, text, found)


def _searched(tx: Tx, call: Call, ask: Question, text: str, found: Found) -> Search:
    viewer, offset = call.viewer, max(0, ask.offset)
    if text.startswith(("http://", "https://")):
        return _addressed(call, tx, text, ask.type, found)
    render, range_ = Renderer(call.site, viewer), ask.range()
    wanted = (ask.type,) if ask.type else ("accounts", "hashtags", "statuses")
    accounts: list[views.Account] = []
    posts: list[views.Post] = []
    tags: list[views.Tag] = []
    if "accounts" in wanted and not text.startswith("#"):
        following = ask.following and viewer is not None
        accounts = searching.accounts(
            tx, call.site, viewer, text, limit=range_.limit, offset=offset, following=following
        )
    if "hashtags" in wanted and "@" not in text:
        tags = searching.tags(tx, viewer, text, limit=range_.limit, offset=offset)
    if "statuses" in wanted and not text.startswith("@"):
        posts = _posts(call, tx, ask, text, range_, offset)
    return Search(
        accounts=[render.account(each) for each in accounts],
        statuses=render.statuses(posts),
        hashtags=[tag(call.site, each) for each in tags],
    )


def _posts(call: Call, tx: Tx, ask: Question, text: str, range_: Range, offset: int) -> list[views.Post]:
    author = None if ask.account_id is None else AccountId(parse_id(ask.account_id) or 0)
    return searching.posts(tx, call.site, call.viewer, text, range_, offset=offset, author=author)


def _addressed(call: Call, tx: Tx, address: str, kind: str | None, resolved: Found) -> Search:
    found = searching.found(tx, call.viewer, resolved.account, resolved.post)
    found = found or searching.addressed(tx, call.site, call.viewer, address)
    render = Renderer(call.site, call.viewer)
    match found:
        case views.Account() if kind in (None, "accounts"):
            return Search(accounts=[render.account(found)], statuses=[], hashtags=[])
        case views.Post() if kind in (None, "statuses"):
            return Search(accounts=[], statuses=[render.status(found)], hashtags=[])
    return Search(accounts=[], statuses=[], hashtags=[])
