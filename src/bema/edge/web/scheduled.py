"""What one has scheduled, on a page: to be looked at, given another time, or thrown away."""

from datetime import UTC, datetime

import msgspec
from msgspec import structs

from bema.domain import scheduling
from bema.domain.posting import Draft
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import sayings
from bema.edge.web.pages import Page, Redirect, back, page, tongue_of
from bema.edge.web.paging import Part, beside
from bema.model import views
from bema.model.errors import Invalid
from bema.model.ids import Millis, ScheduledId
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.times import parse_iso

routes = Routes(Surface.WEB)
_A_DAY = 1_440  # minutes: no zone of time is further from universal time


class Moment(msgspec.Struct, frozen=True):
    """A time as a field of a form holds it: without a zone, whose distance from universal time is told beside it."""

    later: str = ""
    later_offset: int = 0


def due(ask: Moment) -> Millis:
    """Return the moment that was chosen."""
    if not ask.later or abs(ask.later_offset) > _A_DAY:
        raise Invalid("Validation failed: Scheduled at must be at least 5 minutes in the future")
    return parse_iso(ask.later) + ask.later_offset * 60_000


def as_field(moment: Millis) -> str:
    """Write a moment as a field for local times holds it, in universal time."""
    return datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M")


class Shown(msgspec.Struct, frozen=True):
    """A scheduled post as its template wants it."""

    id: ScheduledId
    due_at: Millis
    value: str
    draft: Draft
    attachments: list[views.Attachment]
    refusal: str | None


@routes.get("/scheduled", needs=Needs.SESSION)
def scheduled(call: Call, tx: Tx, ask: Part) -> Page:
    """See what one has scheduled."""
    found = scheduling.page(tx, call.actor, ask.range())
    newer, older = beside(call, ask, views.Page(found, found[0].id, found[-1].id) if found else views.Page([]))
    kept = [_shown(call, each) for each in found]
    return page(call, tx, "scheduled.html", kept=kept, newer=newer, older=older)


def _shown(call: Call, each: scheduling.Scheduled) -> Shown:
    refusal = None if each.refusal is None else sayings.of_refusal(Invalid(each.refusal), tongue_of(call))
    return Shown(**{**structs.asdict(each), "refusal": refusal}, value=as_field(each.due_at))


@routes.post("/scheduled/{id}/move", needs=Needs.SESSION, rate="publish")
def move(call: Call, tx: WriteTx, ask: Moment) -> Redirect:
    """Publish a scheduled post at another time."""
    scheduling.move(tx, call.actor, call.path_id(), due(ask))
    return Redirect(back(call, "/scheduled"), flash="moved")


@routes.post("/scheduled/{id}/cancel", needs=Needs.SESSION)
def cancel(call: Call, tx: WriteTx) -> Redirect:
    """Throw a scheduled post away."""
    scheduling.cancel(tx, call.actor, call.path_id())
    return Redirect(back(call, "/scheduled"), flash="cancelled")
