"""Timelines: home, public, by tag, of one account, and what one keeps."""

from bema.domain import reading
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.paging import Paging
from bema.edge.mastodon.render import Renderer
from bema.edge.routes import Needs, Routes, Surface
from bema.model.views import Page, Post
from bema.store.timelines import Filter
from bema.store.tx import Tx
from bema.wire.mastodon.statuses import EncodedStatus

routes = Routes(Surface.API)


@routes.get("/api/v1/timelines/home", scope="read:statuses", answer=list[EncodedStatus])
def home(call: Call, tx: Tx, ask: Paging) -> Json:
    """View the posts of those one follows."""
    return page_of_posts(call, reading.home(tx, call.actor, ask.range()))


class PublicTimeline(Paging, frozen=True):
    """Which public posts are asked for."""

    local: bool = False
    remote: bool = False
    only_media: bool = False

    def filter(self) -> Filter:
        """Return the filter in our terms; who asks for both kinds of origin gets all."""
        return Filter(self.local if self.local != self.remote else None, self.only_media)


@routes.get("/api/v1/timelines/public", scope="read:statuses", needs=Needs.NOBODY, answer=list[EncodedStatus])
def public(call: Call, tx: Tx, ask: PublicTimeline) -> Json:
    """View what everybody may read."""
    return page_of_posts(call, reading.public(tx, call.viewer, ask.filter(), ask.range()))


class TagTimeline(PublicTimeline, frozen=True):
    """Which posts with a tag are asked for."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


@routes.get("/api/v1/timelines/tag/{hashtag}", scope="read:statuses", needs=Needs.NOBODY, answer=list[EncodedStatus])
def tag(call: Call, tx: Tx, ask: TagTimeline) -> Json:
    """View public posts with a tag."""
    name = call.path_values["hashtag"].removeprefix("#")
    others = reading.TagNames(ask.any, ask.all, ask.none)
    return page_of_posts(call, reading.tagged(tx, call.viewer, name, ask.range(), ask.filter(), others))


class AccountStatuses(Paging, frozen=True):
    """Which posts of an account are asked for."""

    exclude_replies: bool = False
    exclude_reblogs: bool = False
    only_media: bool = False
    pinned: bool = False
    tagged: str | None = None


@routes.get("/api/v1/accounts/{id}/statuses", scope="read:statuses", needs=Needs.NOBODY, answer=list[EncodedStatus])
def account_statuses(call: Call, tx: Tx, ask: AccountStatuses) -> Json:
    """View the posts of an account."""
    if ask.pinned:
        range_ = ask.range()
        above = max(range_.since_id or -1, range_.min_id or -1)
        posts = [
            post
            for post in reading.pinned(tx, call.viewer, call.path_id())
            if above < post.id and (range_.max_id is None or post.id < range_.max_id)
        ]
        return Json(Renderer(call.site, call.viewer).statuses(posts))  # all at once, hence without links
    selection = reading.Selection(ask.exclude_replies, ask.exclude_reblogs, ask.only_media, ask.tagged)
    return page_of_posts(call, reading.by_author(tx, call.viewer, call.path_id(), selection, ask.range()))


@routes.get("/api/v1/favourites", scope="read:favourites", answer=list[EncodedStatus])
def favourites(call: Call, tx: Tx, ask: Paging) -> Json:
    """View what one favourited."""
    return _kept(call, reading.favourites(tx, call.actor, ask.range()))


@routes.get("/api/v1/bookmarks", scope="read:bookmarks", answer=list[EncodedStatus])
def bookmarks(call: Call, tx: Tx, ask: Paging) -> Json:
    """View what one bookmarked."""
    return _kept(call, reading.bookmarks(tx, call.actor, ask.range()))


def page_of_posts(call: Call, posts: list[Post]) -> Json:
    """Answer with a page of posts that is paged by their own ids."""
    statuses = Renderer(call.site, call.viewer).statuses(posts)
    return paged(call, statuses, posts[0].id if posts else None, posts[-1].id if posts else None)


def _kept(call: Call, page: Page[Post]) -> Json:
    return paged(call, Renderer(call.site, call.viewer).statuses(page.items), page.first, page.last)
