"""Notifications on a page: what happened, with what belongs together in one entry, and who asks to be heard."""

from typing import NamedTuple

import msgspec

from bema.domain import letting_quote, notifying, screening
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Page, Redirect, back, page
from bema.edge.web.paging import Part, beside
from bema.model import limits
from bema.model.appealing import Warned
from bema.model.collecting import Collection
from bema.model.decisions import Decision
from bema.model.ids import Millis, NotificationId
from bema.model.notifications import Group, Policy, Treatment
from bema.model.reporting import ReportMade
from bema.model.views import Account, Post
from bema.model.views import Page as Listed
from bema.store import accounts, markers, notices
from bema.store.notice_groups import Wanted
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)

_TABS: dict[str, tuple[str, ...] | None] = {
    "all": None,
    "mentions": ("mention", "quote"),
    "reactions": ("favourite", "boost"),
    "followers": ("follow", "follow_request"),
    "posts": ("post", "edit", "quoted_edit", "poll"),
}


class Entry(NamedTuple):
    """Some notifications that say the same, the newest people first."""

    type: str
    key: str
    people: list[Account]
    total: int
    post: Post | None
    decision: Decision | None
    collection: Collection | None
    report: ReportMade | None
    created_at: Millis
    new: bool


def _shown(tab: str, call: Call, tx: Tx, part: Part, read: NotificationId) -> Page:
    size = limits.PAGE_DEFAULT
    groups = notifying.groups(tx, call.actor, part.range(size), Wanted(types=_TABS[tab]))
    listed = Listed(groups, groups[0].id, groups[-1].id) if groups else Listed([])
    newer, older = beside(call, part, listed, size)
    return page(
        call,
        tx,
        "notifications.html",
        tab=tab,
        groups=[_entry(each, read) for each in groups],
        newer=newer,
        older=older,
        requests=accounts.own(tx, call.actor).follow_requests,
        quoters=letting_quote.count(tx, call.actor),
        aside=screening.pending(tx, call.actor).requests,
    )


def _entry(group: Group, read: NotificationId) -> Entry:
    told = group.newest
    return Entry(
        told.type,
        notifying.key_of(told),
        group.people,
        max(group.count, len(group.people)),
        told.post,
        told.about.decision if isinstance(told.about, Warned) else None,
        told.about if isinstance(told.about, Collection) else None,
        told.about if isinstance(told.about, ReportMade) else None,
        told.created_at,
        told.id > read,
    )


@routes.get("/notifications", needs=Needs.SESSION, writes=True)
def notifications(call: Call, tx: WriteTx, ask: Part) -> Page:
    """See what happened; what was seen is new no more."""
    read, newest = notices.last_read(tx, call.actor), notices.newest(tx, call.actor)
    first_page = ask.max_id is None and ask.min_id is None
    if first_page and newest is not None and newest > read:
        markers.set_(tx, call.actor, "notifications", newest)
    return _shown("all", call, tx, ask, read)


@routes.get("/notifications/mentions", needs=Needs.SESSION)
def mentions(call: Call, tx: Tx, ask: Part) -> Page:
    """See who spoke to oneself."""
    return _shown("mentions", call, tx, ask, notices.last_read(tx, call.actor))


@routes.get("/notifications/reactions", needs=Needs.SESSION)
def reactions(call: Call, tx: Tx, ask: Part) -> Page:
    """See who liked or passed on what one wrote."""
    return _shown("reactions", call, tx, ask, notices.last_read(tx, call.actor))


@routes.get("/notifications/followers", needs=Needs.SESSION)
def followers(call: Call, tx: Tx, ask: Part) -> Page:
    """See who follows."""
    return _shown("followers", call, tx, ask, notices.last_read(tx, call.actor))


@routes.get("/notifications/posts", needs=Needs.SESSION)
def posts(call: Call, tx: Tx, ask: Part) -> Page:
    """See what was posted and changed."""
    return _shown("posts", call, tx, ask, notices.last_read(tx, call.actor))


@routes.post("/notifications/{id}/dismiss", needs=Needs.SESSION)
def dismiss(call: Call, tx: WriteTx) -> Redirect:
    """Put an entry away."""
    notifying.dismiss_group(tx, call.actor, call.path_values["id"])
    return Redirect(back(call, "/notifications"))


@routes.post("/notifications/clear", needs=Needs.SESSION)
def clear(call: Call, tx: WriteTx) -> Redirect:
    """Put all away."""
    notifying.clear(tx, call.actor)
    return Redirect(back(call, "/notifications"))


# --- What is kept aside -----------------------------------------------------------------------------------------------


@routes.get("/notifications/requests", needs=Needs.SESSION)
def requests(call: Call, tx: Tx, ask: Part) -> Page:
    """See whose notifications are kept aside."""
    found = screening.requests(tx, call.actor, ask.range())
    listed = Listed(found, found[0].id, found[-1].id) if found else Listed([])
    newer, older = beside(call, ask, listed)
    return page(call, tx, "notification_requests.html", requests=found, newer=newer, older=older)


@routes.post("/notifications/requests/{id}/accept", needs=Needs.SESSION)
def accept(call: Call, tx: WriteTx) -> Redirect:
    """Let them stand among the rest."""
    screening.accept(tx, call.actor, call.path_id())
    return Redirect(back(call, "/notifications/requests"))


@routes.post("/notifications/requests/{id}/dismiss", needs=Needs.SESSION)
def throw_away(call: Call, tx: WriteTx) -> Redirect:
    """Throw them away."""
    screening.dismiss(tx, call.actor, call.path_id())
    return Redirect(back(call, "/notifications/requests"))


# --- Whom one wants to hear -------------------------------------------------------------------------------------------


class Wishes(msgspec.Struct, frozen=True):
    """What is done with notifications from whom, in words of the page; what is not known is accepted."""

    not_following: str = ""
    not_followers: str = ""
    new_accounts: str = ""
    private_mentions: str = ""
    limited_accounts: str = ""
    automated: str = ""


@routes.get("/settings/notifications", needs=Needs.SESSION)
def wishes(call: Call, tx: Tx) -> Page:
    """See whom one hears."""
    policy = screening.policy(tx, call.actor)
    values = {name: getattr(policy, name).name.lower() for name in Policy.__struct_fields__}
    return page(call, tx, "settings/notifications.html", part="notifications", values=values)


@routes.post("/settings/notifications", needs=Needs.SESSION)
def wish(call: Call, tx: WriteTx, ask: Wishes) -> Redirect:
    """Choose whom one hears."""
    known = {treatment.name.lower(): treatment for treatment in Treatment}
    chosen = {name: known.get(getattr(ask, name), Treatment.ACCEPT) for name in Policy.__struct_fields__}
    screening.change_policy(tx, call.actor, Policy(**chosen))
    return Redirect("/settings/notifications", flash="saved")
