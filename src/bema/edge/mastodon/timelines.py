"""Timelines: home, public, by tag."""

import msgspec

from bema.domain import reading
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.render import Renderer
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.ids import parse_id
from bema.model.views import Post
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.wire.mastodon.statuses import Status

routes = Routes(Surface.API)


class Paging(msgspec.Struct, frozen=True):
    """Which part of a list is asked for."""

    max_id: str | None = None
    since_id: str | None = None
    min_id: str | None = None
    limit: int | None = None

    def range(self, *, default: int = limits.PAGE_DEFAULT, most: int = limits.PAGE_MAX) -> Range:
        """Return the part in our terms: what cannot be an id bounds nothing, and a limit too large is the largest."""
        limit = default if self.limit is None else max(1, min(self.limit, most))
        return Range(limit, cursor(self.max_id), cursor(self.since_id), cursor(self.min_id))


def cursor(text: str | None) -> int | None:
    """Read a paging id."""
    return None if text is None else parse_id(text)


@routes.get("/api/v1/timelines/home", scope="read:statuses", answer=list[Status])
def home(call: Call, tx: Tx, ask: Paging) -> Json:
    """View the posts of those one follows."""
    return page_of_posts(call, reading.home(tx, call.actor, ask.range()))


def page_of_posts(call: Call, posts: list[Post]) -> Json:
    """Answer with a page of posts that is paged by their own ids."""
    statuses = Renderer(call.site, call.viewer).statuses(posts)
    return paged(call, statuses, posts[0].id if posts else None, posts[-1].id if posts else None)
