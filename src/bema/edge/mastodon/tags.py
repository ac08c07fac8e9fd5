"""Tags: what a hashtag is about, and following it."""

from typing import ClassVar

import msgspec

from bema.domain import tagging
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.paging import Paging
from bema.edge.routes import Needs, Routes, Surface
from bema.model import limits, views
from bema.model.site import Site
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.reading import Tag
from bema.wire.mastodon.statuses import TagDay

routes = Routes(Surface.API)


@routes.get("/api/v1/tags/{name}", scope="read:follows", needs=Needs.NOBODY)
def view(call: Call, tx: Tx) -> Tag:
    """View a hashtag, also one that nobody used yet."""
    return tag(call.site, tagging.tag(tx, call.viewer, call.path_values["name"]))


@routes.post("/api/v1/tags/{name}/follow", scope="write:follows", rate="follow")
def follow(call: Call, tx: WriteTx) -> Tag:
    """Follow a hashtag."""
    return tag(call.site, tagging.follow(tx, call.actor, call.path_values["name"]))


@routes.post("/api/v1/tags/{name}/unfollow", scope="write:follows")
def unfollow(call: Call, tx: WriteTx) -> Tag:
    """Stop following a hashtag."""
    return tag(call.site, tagging.unfollow(tx, call.actor, call.path_values["name"]))


class TagsPaging(Paging, frozen=True):
    """Which part of a list of tags is asked for."""

    DEFAULT: ClassVar[int] = limits.FOLLOWED_TAGS_PAGE_DEFAULT
    MOST: ClassVar[int] = limits.FOLLOWED_TAGS_PAGE_MAX


@routes.get("/api/v1/followed_tags", scope="read:follows", answer=list[Tag])
def followed(call: Call, tx: Tx, ask: TagsPaging) -> Json:
    """View the hashtags that one follows."""
    page = tagging.followed(tx, call.actor, ask.range())
    return paged(call, [tag(call.site, each) for each in page.items], page.first, page.last)


def tag(site: Site, view: views.Tag) -> Tag:
    """Render a hashtag; whether one follows it is told to those who are signed in."""
    rendered = Tag(
        id=str(view.id),
        name=view.name,
        url=site.tag(view.name),
        history=days(view.history),
    )
    if view.following is None:
        return rendered
    return msgspec.structs.replace(rendered, following=view.following, featuring=bool(view.featuring))


def days(history: list[views.TagDay]) -> list[TagDay]:
    """Render how something was used day by day."""
    return [TagDay(day=str(each.day * 86_400), accounts=str(each.accounts), uses=str(each.uses)) for each in history]
