"""Notifications on a page: what happened, with what belongs together in one entry."""

from typing import NamedTuple

import msgspec

from bema.domain import notifying
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Page, Redirect, back, page
from bema.edge.web.paging import Part, beside
from bema.model import limits, views
from bema.model.ids import Millis, NotificationId, parse_id
from bema.model.views import Account, Notification, Post
from bema.store import accounts, markers, notices
from bema.store.tx import WriteTx

routes = Routes(Surface.WEB)

_TOGETHER = ("favourite", "boost", "follow")  # many of these are one piece of news
_A_DAY = 86_400_000  # milliseconds: what is further apart is told apart


class Group(NamedTuple):
    """Some notifications that say the same, the newest first."""

    type: str
    ids: list[NotificationId]
    people: list[Account]
    post: Post | None
    created_at: Millis
    new: bool

    @property
    def total(self) -> int:
        """How many people it is about."""
        return len(self.people)


@routes.get("/notifications", needs=Needs.SESSION, writes=True)
def notifications(call: Call, tx: WriteTx, ask: Part) -> Page:
    """See what happened; what was seen is new no more."""
    read = notices.last_read(tx, call.actor)
    shown = notifying.page(tx, call.actor, ask.range(limits.PAGE_MAX))
    if shown and shown[0].id > read:
        markers.set_(tx, call.actor, "notifications", shown[0].id)
    listed = views.Page(shown, shown[0].id, shown[-1].id) if shown else views.Page([])
    newer, older = beside(call, ask, listed, limits.PAGE_MAX)
    return page(
        call,
        tx,
        "notifications.html",
        groups=grouped(shown, read),
        newer=newer,
        older=older,
        requests=accounts.own(tx, call.actor).follow_requests,
    )


def grouped(shown: list[Notification], read: NotificationId) -> list[Group]:
    """Put together who favourited or boosted the same post, and who followed, within a day."""
    groups: list[Group] = []
    places: dict[tuple[str, int], Group] = {}
    for each in shown:
        key = (each.type, each.post.id if each.post is not None else 0)
        group = places.get(key) if each.type in _TOGETHER else None
        if group is None or group.created_at - each.created_at > _A_DAY:
            group = Group(each.type, [], [], each.post, each.created_at, each.id > read)
            places[key] = group
            groups.append(group)
        group.ids.append(NotificationId(each.id))
        if all(account.id != each.by.id for account in group.people):
            group.people.append(each.by)
    return groups


class Also(msgspec.Struct, frozen=True):
    """What else belongs to the same entry."""

    also: list[str] = []


@routes.post("/notifications/{id}/dismiss", needs=Needs.SESSION)
def dismiss(call: Call, tx: WriteTx, ask: Also) -> Redirect:
    """Put an entry away."""
    ids = [call.path_id(), *(parse_id(text) or 0 for text in ask.also[: limits.NOTIFICATIONS_PAGE_MAX])]
    notifying.dismiss_several(tx, call.actor, [NotificationId(id_) for id_ in ids])
    return Redirect(back(call, "/notifications"))


@routes.post("/notifications/clear", needs=Needs.SESSION)
def clear(call: Call, tx: WriteTx) -> Redirect:
    """Put all away."""
    notifying.clear(tx, call.actor)
    return Redirect(back(call, "/notifications"))
