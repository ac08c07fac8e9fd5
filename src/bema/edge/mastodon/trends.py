"""Trends: tags, posts and pages that many different people turned to; and the posts that link to a page."""

from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from bema.domain import trending
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.mastodon.cards import card_fields
from bema.edge.mastodon.paging import Paging
from bema.edge.mastodon.render import Renderer
from bema.edge.mastodon.tags import days, tag
from bema.edge.mastodon.timelines import page_of_posts
from bema.edge.routes import Needs, Routes, Surface
from bema.model import limits
from bema.store.tx import Tx
from bema.wire.mastodon.reading import Tag
from bema.wire.mastodon.statuses import EncodedStatus, TrendsLink

routes = Routes(Surface.API)


class Part(msgspec.Struct, frozen=True):
    """Which part of what trends is asked for."""

    DEFAULT: ClassVar[int] = limits.TRENDS_DEFAULT
    MOST: ClassVar[int] = limits.TRENDS_MAX

    limit: Annotated[int | None, Meta(description="How many; a limit too large is the largest.")] = None
    offset: Annotated[int | None, Meta(description="How many of the strongest to leave out.")] = None

    def place(self) -> tuple[int, int]:
        """Return limit and offset within their bounds."""
        limit = self.DEFAULT if self.limit is None else max(1, min(self.limit, self.MOST))
        return limit, max(0, min(self.offset or 0, limits.TREND_CANDIDATES))


class PartOfPosts(Part, frozen=True):
    """Which part of the posts that trend is asked for."""

    DEFAULT: ClassVar[int] = limits.PAGE_DEFAULT
    MOST: ClassVar[int] = limits.PAGE_MAX


@routes.get("/api/v1/trends/tags", needs=Needs.NOBODY, answer=list[Tag])
def tags(call: Call, tx: Tx, ask: Part) -> Json:
    """View trending tags."""
    return _tags(call, tx, ask)


@routes.get("/api/v1/trends", needs=Needs.NOBODY, answer=list[Tag])
def tags_v1(call: Call, tx: Tx, ask: Part) -> Json:
    """View trending tags (older address)."""
    return _tags(call, tx, ask)


@routes.get("/api/v1/trends/statuses", needs=Needs.NOBODY, answer=list[EncodedStatus])
def statuses(call: Call, tx: Tx, ask: PartOfPosts) -> Json:
    """View trending statuses."""
    limit, offset = ask.place()
    shown = trending.popular(tx, call.viewer, limit, offset, unreviewed=unreviewed(call))
    posts = [each.post for each in shown]
    return part(call, Renderer(call.site, call.viewer).statuses(posts), limit, offset)


@routes.get("/api/v1/trends/links", needs=Needs.NOBODY, answer=list[TrendsLink])
def links(call: Call, tx: Tx, ask: Part) -> Json:
    """View trending links."""
    limit, offset = ask.place()
    shown = trending.links(tx, limit, offset, unreviewed=unreviewed(call))
    render = Renderer(call.site, call.viewer).account
    rendered = [TrendsLink(**card_fields(call.site, each.card, render), history=days(each.history)) for each in shown]
    return part(call, rendered, limit, offset)


class LinkTimeline(Paging, frozen=True):
    """The page that posts should link to."""

    url: Annotated[str, Meta(description="Address of the page.")] = ""


@routes.get("/api/v1/timelines/link", scope="read:statuses", needs=Needs.NOBODY, answer=list[EncodedStatus])
def linking(call: Call, tx: Tx, ask: LinkTimeline) -> Json:
    """View the public posts that link to a page."""
    posts = trending.linking(tx, call.viewer, ask.url, ask.range(), unreviewed=unreviewed(call))
    return page_of_posts(call, posts)


def _tags(call: Call, tx: Tx, ask: Part) -> Json:
    limit, offset = ask.place()
    shown = trending.tags(tx, call.viewer, limit, offset, unreviewed=unreviewed(call))
    return part(call, [tag(call.site, each.tag) for each in shown], limit, offset)


def unreviewed(call: Call) -> bool:
    """Tell whether what the staff did not judge may trend."""
    return not call.parts.settings.trends_reviewed


def part(call: Call, items: list[Any], limit: int, offset: int) -> Json:
    """Answer with part of a ranking, and the links to its neighbours."""
    return Json(items, headers=links_to_parts(call, len(items), limit, offset))


def links_to_parts(call: Call, count: int, limit: int, offset: int) -> tuple[tuple[bytes, bytes], ...]:
    """Return the header with the links from one part of a ranking to its neighbours."""

    def link(place: int, rel: str) -> str:
        query = urlencode({"limit": limit, "offset": place})
        return f'<{call.site.base}{call.path}?{query}>; rel="{rel}"'

    neighbours = []
    if count == limit:
        neighbours.append(link(offset + limit, "next"))
    if offset:
        neighbours.append(link(max(0, offset - limit), "prev"))
    return ((b"link", ", ".join(neighbours).encode()),) if neighbours else ()
