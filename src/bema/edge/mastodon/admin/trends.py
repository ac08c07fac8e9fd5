"""Trends as the staff sees them: what would trend if it may, and saying whether it may."""

from typing import Any

from bema.domain import administering, reading, reviewing_trends, trending
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.mastodon.admin import StaffPaging
from bema.edge.mastodon.admin.domains import page
from bema.edge.mastodon.admin.tags import render as render_tag
from bema.edge.mastodon.cards import card_fields
from bema.edge.mastodon.render import Renderer
from bema.edge.mastodon.tags import days
from bema.edge.mastodon.trends import Part, PartOfPosts, part
from bema.edge.routes import Routes, Surface
from bema.model.permissions import Permission
from bema.model.views import TrendingCard
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.admin import AdminPublisher, AdminTag, AdminTrendsLink
from bema.wire.mastodon.statuses import EncodedStatus
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)
_MAY = Permission.MANAGE_TAXONOMIES
_READ, _WRITE = "admin:read", "admin:write"

# --- Tags -------------------------------------------------------------------------------------------------------------


@routes.get("/api/v1/admin/trends/tags", scope=_READ, permission=_MAY, answer=list[AdminTag])
def tags(call: Call, tx: Tx, ask: Part) -> Json:
    """View the tags that trend, judged or not."""
    limit, offset = ask.place()
    ids = [each.tag.id for each in trending.tags(tx, call.viewer, limit, offset, unreviewed=True)]
    found = administering.reviewed_tags(tx, call.actor, ids)
    return part(call, [render_tag(call.site, each) for each in found], limit, offset)


@routes.post("/api/v1/admin/trends/tags/{id}/approve", scope=_WRITE, permission=_MAY)
def approve_tag(call: Call, tx: WriteTx) -> AdminTag:
    """Let a tag trend."""
    return _judged_tag(call, tx, trendable=True)


@routes.post("/api/v1/admin/trends/tags/{id}/reject", scope=_WRITE, permission=_MAY)
def reject_tag(call: Call, tx: WriteTx) -> AdminTag:
    """Keep a tag from trending."""
    return _judged_tag(call, tx, trendable=False)


def _judged_tag(call: Call, tx: WriteTx, *, trendable: bool) -> AdminTag:
    reviewing_trends.judge_tag(tx, call.staff, call.path_id(), trendable=trendable)
    return render_tag(call.site, administering.tag(tx, call.actor, call.path_id()))


# --- Statuses ---------------------------------------------------------------------------------------------------------


@routes.get("/api/v1/admin/trends/statuses", scope=_READ, permission=_MAY, answer=list[EncodedStatus])
def statuses(call: Call, tx: Tx, ask: PartOfPosts) -> Json:
    """View the statuses that trend, judged or not."""
    limit, offset = ask.place()
    shown = trending.popular(tx, call.viewer, limit, offset, unreviewed=True)
    rendered = Renderer(call.site, call.viewer).statuses([each.post for each in shown])
    return part(call, rendered, limit, offset)


@routes.post("/api/v1/admin/trends/statuses/{id}/approve", scope=_WRITE, permission=_MAY)
def approve_status(call: Call, tx: WriteTx) -> EncodedStatus:
    """Let a status trend."""
    return _judged_status(call, tx, trendable=True)


@routes.post("/api/v1/admin/trends/statuses/{id}/reject", scope=_WRITE, permission=_MAY)
def reject_status(call: Call, tx: WriteTx) -> EncodedStatus:
    """Keep a status from trending."""
    return _judged_status(call, tx, trendable=False)


def _judged_status(call: Call, tx: WriteTx, *, trendable: bool) -> EncodedStatus:
    reviewing_trends.judge_post(tx, call.staff, call.actor, call.path_id(), trendable=trendable)
    return Renderer(call.site, call.viewer).status(reading.post(tx, call.viewer, call.path_id()))


# --- Links and who publishes them -------------------------------------------------------------------------------------


@routes.get("/api/v1/admin/trends/links", scope=_READ, permission=_MAY, answer=list[AdminTrendsLink])
def links(call: Call, tx: Tx, ask: Part) -> Json:
    """View the linked pages that trend, judged or not."""
    limit, offset = ask.place()
    shown = trending.links(tx, limit, offset, unreviewed=True)
    unjudged = reviewing_trends.unjudged(tx, shown)
    rendered = [_link(call, each, requires_review=each.card.id in unjudged) for each in shown]
    return part(call, rendered, limit, offset)


@routes.post("/api/v1/admin/trends/links/{id}/approve", scope=_WRITE, permission=_MAY)
def approve_link(call: Call, tx: WriteTx) -> AdminTrendsLink:
    """Let a linked page trend."""
    judged = reviewing_trends.judge_link(tx, call.staff, call.path_id(), trendable=True)
    return _link(call, judged, requires_review=False)


@routes.post("/api/v1/admin/trends/links/{id}/reject", scope=_WRITE, permission=_MAY)
def reject_link(call: Call, tx: WriteTx) -> AdminTrendsLink:
    """Keep a linked page from trending."""
    judged = reviewing_trends.judge_link(tx, call.staff, call.path_id(), trendable=False)
    return _link(call, judged, requires_review=False)


def _link(call: Call, shown: TrendingCard, *, requires_review: bool) -> AdminTrendsLink:
    return AdminTrendsLink(
        **card_fields(call.site, shown.card, Renderer(call.site, call.viewer).account),
        history=days(shown.history),
        id=str(shown.card.id),
        requires_review=requires_review,
    )


@routes.get("/api/v1/admin/trends/links/publishers", scope=_READ, permission=_MAY, answer=list[AdminPublisher])
def publishers(call: Call, tx: Tx, ask: StaffPaging) -> Json:
    """List who publishes what is linked to, the newest first."""
    return page(call, [_publisher(row) for row in reviewing_trends.publishers(tx, ask.range())])


@routes.post("/api/v1/admin/trends/links/publishers/{id}/approve", scope=_WRITE, permission=_MAY)
def approve_publisher(call: Call, tx: WriteTx) -> AdminPublisher:
    """Let the pages of a publisher trend that are not judged themselves."""
    return _publisher(reviewing_trends.judge_publisher(tx, call.staff, call.path_id(), trendable=True))


@routes.post("/api/v1/admin/trends/links/publishers/{id}/reject", scope=_WRITE, permission=_MAY)
def reject_publisher(call: Call, tx: WriteTx) -> AdminPublisher:
    """Keep the pages of a publisher from trending."""
    return _publisher(reviewing_trends.judge_publisher(tx, call.staff, call.path_id(), trendable=False))


def _publisher(row: Any) -> AdminPublisher:
    return AdminPublisher(
        id=str(row.id),
        domain=row.host,
        trendable=row.trendable,
        reviewed_at=None if row.reviewed_at is None else iso(row.reviewed_at),
        requested_review_at=None,
        requires_review=row.trendable is None,
    )
