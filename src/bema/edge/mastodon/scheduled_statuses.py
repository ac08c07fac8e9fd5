"""Scheduled statuses: what is to be published later, to be looked at, moved and called off."""

import msgspec

from bema.domain import scheduling
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.attachments import media_attachment
from bema.edge.mastodon.paging import Paging
from bema.edge.mastodon.render import QUOTE_POLICIES, VISIBILITIES
from bema.edge.routes import Routes, Surface
from bema.model.site import Site
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.scheduled_statuses import ScheduledParams, ScheduledPoll, ScheduledStatus
from bema.wire.mastodon.times import iso, parse_iso

routes = Routes(Surface.API)


@routes.get("/api/v1/scheduled_statuses", scope="read:statuses", answer=list[ScheduledStatus])
def scheduled_statuses(call: Call, tx: Tx, ask: Paging) -> Json:
    """View what one has scheduled."""
    found = scheduling.page(tx, call.actor, ask.range())
    rendered = [scheduled_status(call.site, each) for each in found]
    return paged(call, rendered, found[0].id if found else None, found[-1].id if found else None)


@routes.get("/api/v1/scheduled_statuses/{id}", scope="read:statuses")
def view(call: Call, tx: Tx) -> ScheduledStatus:
    """View one scheduled status."""
    return scheduled_status(call.site, scheduling.one(tx, call.actor, call.path_id()))


class Moved(msgspec.Struct, frozen=True):
    """When a scheduled status is to be published instead."""

    scheduled_at: str | None = None


@routes.update("/api/v1/scheduled_statuses/{id}", scope="write:statuses")
def move(call: Call, tx: WriteTx, ask: Moved) -> ScheduledStatus:
    """Publish a scheduled status at another time."""
    if ask.scheduled_at:
        scheduling.move(tx, call.actor, call.path_id(), parse_iso(ask.scheduled_at))
    return scheduled_status(call.site, scheduling.one(tx, call.actor, call.path_id()))


@routes.delete("/api/v1/scheduled_statuses/{id}", scope="write:statuses")
def cancel(call: Call, tx: WriteTx) -> None:
    """Cancel a scheduled status."""
    scheduling.cancel(tx, call.actor, call.path_id())


def scheduled_status(site: Site, scheduled: scheduling.Scheduled) -> ScheduledStatus:
    """Render a scheduled post."""
    draft = scheduled.draft
    asked = draft.poll
    params = ScheduledParams(
        text=draft.text,
        poll=None
        if asked is None
        else ScheduledPoll(
            options=asked.options,
            expires_in=asked.seconds,
            multiple=asked.multiple,
            hide_totals=asked.hide_totals,
        ),
        media_ids=[str(each) for each in draft.media] or None,
        sensitive=draft.sensitive,
        spoiler_text=draft.warning or None,
        visibility=None if draft.visibility is None else VISIBILITIES[draft.visibility],
        in_reply_to_id=None if draft.in_reply_to is None else str(draft.in_reply_to),
        language=draft.language,
        application_id=None if draft.app is None else str(draft.app),
        quoted_status_id=None if draft.quote_of is None else str(draft.quote_of),
        quote_approval_policy=None if draft.quote_policy is None else QUOTE_POLICIES[draft.quote_policy],
    )
    return ScheduledStatus(
        id=str(scheduled.id),
        scheduled_at=iso(scheduled.due_at),
        params=params,
        media_attachments=[media_attachment(site, each) for each in scheduled.attachments],
    )
