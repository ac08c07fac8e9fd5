"""What the operators say to everybody: reading, dismissing and reacting to it; saying it; and the terms of service."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import agreeing, announcing
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Page, Redirect, State, back, page
from bema.model import limits
from bema.model.announcing import Terms
from bema.model.permissions import Permission
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.times import parse_day

routes = Routes(Surface.WEB)
_MAY = Permission.MANAGE_ANNOUNCEMENTS


@routes.post("/announcements/{id}/dismiss", needs=Needs.SESSION)
def dismiss(call: Call, tx: WriteTx) -> Redirect:
    """See an announcement no more."""
    announcing.dismiss(tx, call.actor, call.path_id())
    return Redirect(back(call))


class Answered(msgspec.Struct, frozen=True):
    """An emoji, and whether it is given or taken back."""

    name: str = ""
    taken_back: bool = False


@routes.post("/announcements/{id}/react", needs=Needs.SESSION)
def react(call: Call, tx: WriteTx, ask: Answered) -> State:
    """Answer an announcement with an emoji, or take that back."""
    change = announcing.take_back if ask.taken_back else announcing.react
    change(tx, call.actor, call.path_id(), ask.name)
    return State(not ask.taken_back)


# --- Saying it --------------------------------------------------------------------------------------------------------


@routes.get("/staff/announcements", needs=Needs.SESSION, permission=_MAY)
def announcements(call: Call, tx: Tx) -> Page:
    """See what is said to everybody at the moment, and say something."""
    shown = announcing.shown(tx, call.site, call.viewer, with_dismissed=True)
    return page(call, tx, "announcements.html", announcements=shown, most=limits.ANNOUNCEMENT_CHARACTERS)


class New(msgspec.Struct, frozen=True):
    """What is to be said."""

    text: str = ""
    days: Annotated[int, Meta(ge=1, le=365)] | None = None  # for which it is shown; none: until it is taken back


@routes.post("/staff/announcements", needs=Needs.SESSION, permission=_MAY)
def publish(call: Call, tx: WriteTx, ask: New) -> Redirect:
    """Say something to everybody."""
    ends_at = None if ask.days is None else tx.now + ask.days * 86_400_000
    announcing.publish(tx, call.staff, ask.text, ends_at=ends_at)
    return Redirect("/staff/announcements", "announced")


@routes.post("/staff/announcements/{id}/delete", needs=Needs.SESSION, permission=_MAY)
def remove(call: Call, tx: WriteTx) -> Redirect:
    """Take back what was said."""
    announcing.remove(tx, call.staff, call.path_id())
    return Redirect("/staff/announcements", "unannounced")


# --- Terms of service -------------------------------------------------------------------------------------------------


@routes.get("/terms-of-service")
def terms(call: Call, tx: Tx) -> Page:
    """Read the terms of service in force."""
    return _terms(call, tx, agreeing.current_terms(tx, call.site))


@routes.get("/terms-of-service/{date}")
def terms_on(call: Call, tx: Tx) -> Page:
    """Read the terms of service that hold from a day."""
    return _terms(call, tx, agreeing.terms_on(tx, call.site, parse_day(call.path_values["date"])))


def _terms(call: Call, tx: Tx, shown: Terms) -> Page:
    return page(call, tx, "terms.html", terms=shown)
