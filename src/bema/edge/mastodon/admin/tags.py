"""Tags as the staff sees them: whether they may be used, be listed and trend."""

import msgspec

from bema.domain import administering
from bema.domain.administering import ReviewedTag, TagChanges
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.mastodon.admin import StaffPaging
from bema.edge.mastodon.admin.domains import page
from bema.edge.mastodon.tags import tag as render_tag
from bema.edge.routes import Routes, Surface
from bema.model.permissions import Permission
from bema.model.site import Site
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.admin import AdminTag

routes = Routes(Surface.API)
_MAY = Permission.MANAGE_TAXONOMIES


@routes.get("/api/v1/admin/tags", scope="admin:read", permission=_MAY, answer=list[AdminTag])
def tags(call: Call, tx: Tx, ask: StaffPaging) -> Json:
    """List all hashtags, the newest first."""
    return page(call, [render(call.site, each) for each in administering.tags(tx, call.actor, ask.range())])


@routes.get("/api/v1/admin/tags/{id}", scope="admin:read", permission=_MAY)
def view(call: Call, tx: Tx) -> AdminTag:
    """View one hashtag."""
    return render(call.site, administering.tag(tx, call.actor, call.path_id()))


class Changes(msgspec.Struct, frozen=True):
    """What is decided about a hashtag; what is not named stays."""

    display_name: str | None = None
    trendable: bool | None = None
    usable: bool | None = None
    listable: bool | None = None


@routes.update("/api/v1/admin/tags/{id}", scope="admin:write", permission=_MAY)
def update(call: Call, tx: WriteTx, ask: Changes) -> AdminTag:
    """Decide how a hashtag is written, and whether it may be used, be listed and trend."""
    changes = TagChanges(ask.display_name, ask.trendable, ask.usable, ask.listable)
    administering.review_tag(tx, call.staff, call.path_id(), changes)
    return render(call.site, administering.tag(tx, call.actor, call.path_id()))


def render(site: Site, reviewed: ReviewedTag) -> AdminTag:
    """Render a tag with what was decided about it."""
    plain = render_tag(site, reviewed.tag)
    return AdminTag(
        **msgspec.structs.asdict(plain),
        trendable=reviewed.trendable,
        usable=reviewed.usable,
        requires_review=not reviewed.reviewed,
        listable=reviewed.listable,
    )
