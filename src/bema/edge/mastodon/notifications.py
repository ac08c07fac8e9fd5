"""Notifications, each by itself: what others did that concerns the reader."""

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from bema.domain import notifying
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.paging import Paging
from bema.edge.mastodon.render import Renderer
from bema.edge.routes import Routes, Surface
from bema.model import limits, views
from bema.model.errors import NotFound
from bema.model.ids import AccountId, NotificationId, parse_id
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.reading import Notification, NotificationType, UnreadCount
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)
_WIRE_TYPES: dict[str, NotificationType] = {
    "mention": "mention",
    "favourite": "favourite",
    "boost": "reblog",
    "follow": "follow",
    "follow_request": "follow_request",
    "post": "status",
    "edit": "update",
    "quote": "quote",
    "quoted_edit": "quoted_update",
    "poll": "poll",
}
_TYPES = {name: type_ for type_, name in _WIRE_TYPES.items()}


class Wanted(Paging, frozen=True):
    """Which notifications are asked for; types that do not exist here are passed over."""

    DEFAULT: ClassVar[int] = limits.PEOPLE_PAGE_DEFAULT
    MOST: ClassVar[int] = limits.NOTIFICATIONS_PAGE_MAX

    types: tuple[str, ...] = ()
    exclude_types: tuple[str, ...] = ()
    account_id: str | None = None


@routes.get("/api/v1/notifications", scope="read:notifications", answer=list[Notification])
def notifications(call: Call, tx: Tx, ask: Wanted) -> Json:
    """View what others did that concerns oneself."""
    found = notifying.page(
        tx,
        call.actor,
        ask.range(),
        types=known(ask.types) if ask.types else None,
        exclude_types=known(ask.exclude_types),
        by=None if ask.account_id is None else AccountId(parse_id(ask.account_id) or 0),
    )
    renderer = Renderer(call.site, call.viewer)
    rendered = [notification(renderer, each) for each in found]
    return paged(call, rendered, found[0].id if found else None, found[-1].id if found else None)


class Counted(msgspec.Struct, frozen=True):
    """Which notifications are counted, and how far."""

    limit: int = limits.UNREAD_COUNT_DEFAULT
    types: tuple[str, ...] = ()
    exclude_types: tuple[str, ...] = ()


@routes.get("/api/v1/notifications/unread_count", scope="read:notifications")
def unread_count(call: Call, tx: Tx, ask: Counted) -> UnreadCount:
    """Count the notifications after the one that the marker names."""
    count = notifying.unread_count(
        tx,
        call.actor,
        max(1, min(ask.limit, limits.UNREAD_COUNT_MAX)),
        types=known(ask.types) if ask.types else None,
        exclude_types=known(ask.exclude_types),
    )
    return UnreadCount(count=count)


@routes.get("/api/v1/notifications/{id}", scope="read:notifications")
def view(call: Call, tx: Tx) -> Notification:
    """View one notification."""
    return notification(Renderer(call.site, call.viewer), notifying.one(tx, call.actor, call.path_id()))


@routes.post("/api/v1/notifications/clear", scope="write:notifications")
def clear(call: Call, tx: WriteTx) -> None:
    """Put all notifications away."""
    notifying.clear(tx, call.actor)


@routes.post("/api/v1/notifications/{id}/dismiss", scope="write:notifications")
def dismiss(call: Call, tx: WriteTx) -> None:
    """Put one notification away."""
    notifying.dismiss(tx, call.actor, call.path_id())


class One(msgspec.Struct, frozen=True):
    """One notification."""

    id: str = ""


@routes.post("/api/v1/notifications/dismiss", scope="write:notifications")
def dismiss_by_parameter(call: Call, tx: WriteTx, ask: One) -> None:
    """Put one notification away, as older clients ask for it."""
    id_ = parse_id(ask.id)
    if id_ is None:
        raise NotFound
    notifying.dismiss(tx, call.actor, NotificationId(id_))


class Several(msgspec.Struct, frozen=True):
    """Several notifications."""

    ids: list[str] = []


@routes.delete("/api/v1/notifications/destroy_multiple", scope="write:notifications")
def dismiss_several(call: Call, tx: WriteTx, ask: Several) -> None:
    """Put several notifications away."""
    ids = [NotificationId(id_) for text in ask.ids if (id_ := parse_id(text)) is not None]
    notifying.dismiss_several(tx, call.actor, ids[: limits.NOTIFICATIONS_PAGE_MAX])


def known(types: Iterable[str]) -> list[str]:
    """Return those of the types that exist here, by our names."""
    return [_TYPES[name] for name in types if name in _TYPES]


def notification(renderer: Renderer, told: views.Notification) -> Notification:
    """Render a notification; of a boost it carries the boosted post."""
    return Notification(
        id=str(told.id),
        type=_WIRE_TYPES[told.type],
        created_at=iso(told.created_at),
        group_key=f"ungrouped-{told.id}",
        account=renderer.account(told.by),
        status=msgspec.UNSET if told.post is None else renderer.status(told.post),
    )
