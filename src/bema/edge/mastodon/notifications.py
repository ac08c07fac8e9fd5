"""Notifications, each by itself: what others did that concerns the reader."""

from collections.abc import Collection, Iterable
from typing import ClassVar, Literal

import msgspec
from msgspec import UnsetType

from bema.domain import notifying
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.collections import collection
from bema.edge.mastodon.paging import Paging
from bema.edge.mastodon.render import Renderer
from bema.edge.mastodon.reports import render_report, render_warning
from bema.edge.routes import Routes, Surface
from bema.model import collecting, limits, views
from bema.model.appealing import Warned
from bema.model.errors import NotFound
from bema.model.ids import AccountId, NotificationId, parse_id
from bema.model.reporting import ReportMade
from bema.model.severing import Cause, Severance
from bema.store.tx import Tx, WriteTx
from bema.wire.html import escape, plain
from bema.wire.mastodon import collections as entities
from bema.wire.mastodon.moderation import AccountWarning, Report
from bema.wire.mastodon.notifications import (
    WIRE_TYPES,
    Fallback,
    Notification,
    RelationshipSeveranceEvent,
    UnreadCount,
)
from bema.wire.mastodon.sentences import sentence
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)
_CAUSES: dict[Cause, Literal["domain_block", "user_domain_block", "account_suspension"]] = {
    Cause.DOMAIN: "domain_block",
    Cause.OWN: "user_domain_block",
    Cause.ACCOUNT: "account_suspension",
}
_TYPES = {name: type_ for type_, name in WIRE_TYPES.items()}


class Supported(msgspec.Struct, frozen=True):
    """Which types the client can show; others come with a sentence that it can show in their stead."""

    supported_types: tuple[str, ...] = ()


class Wanted(Paging, frozen=True):
    """Which notifications are asked for; types that do not exist here are passed over."""

    DEFAULT: ClassVar[int] = limits.PEOPLE_PAGE_DEFAULT
    MOST: ClassVar[int] = limits.NOTIFICATIONS_PAGE_MAX

    types: tuple[str, ...] = ()
    exclude_types: tuple[str, ...] = ()
    account_id: str | None = None
    include_filtered: bool = False
    supported_types: tuple[str, ...] = ()


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
        with_filtered=ask.include_filtered,
    )
    renderer = Renderer(call.site, call.viewer)
    rendered = [notification(renderer, each, ask.supported_types) for each in found]
    return paged(call, rendered, found[0].id if found else None, found[-1].id if found else None)


class Counted(msgspec.Struct, frozen=True):
    """Which notifications are counted, and how far."""

    limit: int = limits.UNREAD_COUNT_DEFAULT
    types: tuple[str, ...] = ()
    exclude_types: tuple[str, ...] = ()
    account_id: str | None = None


@routes.get("/api/v1/notifications/unread_count", scope="read:notifications")
def unread_count(call: Call, tx: Tx, ask: Counted) -> UnreadCount:
    """Count the notifications after the one that the marker names."""
    count = notifying.unread_count(
        tx,
        call.actor,
        max(1, min(ask.limit, limits.UNREAD_COUNT_MAX)),
        types=known(ask.types) if ask.types else None,
        exclude_types=known(ask.exclude_types),
        by=None if ask.account_id is None else AccountId(parse_id(ask.account_id) or 0),
    )
    return UnreadCount(count=count)


@routes.get("/api/v1/notifications/{id}", scope="read:notifications")
def view(call: Call, tx: Tx, ask: Supported) -> Notification:
    """View one notification."""
    told = notifying.one(tx, call.actor, call.path_id())
    return notification(Renderer(call.site, call.viewer), told, ask.supported_types)


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


def notification(renderer: Renderer, told: views.Notification, supported: Collection[str] = ()) -> Notification:
    """Render a notification; of a boost it carries the boosted post."""
    report, warning, shown = about(renderer, told)
    return Notification(
        id=str(told.id),
        type=WIRE_TYPES[told.type],
        created_at=iso(told.created_at),
        group_key=notifying.key_of(told),
        account=renderer.account(told.by),
        status=msgspec.UNSET if told.post is None else renderer.status(told.post),
        report=report,
        event=severance(told),
        moderation_warning=warning,
        collection=shown,
        fallback=fallback(told, supported),
    )


def about(
    renderer: Renderer, told: views.Notification
) -> tuple[Report | UnsetType, AccountWarning | UnsetType, entities.Collection | UnsetType]:
    """Render what a notification is about beside a post."""
    match told.about:
        case ReportMade(made, target):
            return render_report(renderer, made, target), msgspec.UNSET, msgspec.UNSET
        case Warned() as warned:
            return msgspec.UNSET, render_warning(renderer, warned, told.by), msgspec.UNSET
        case collecting.Collection() as shown:
            return msgspec.UNSET, msgspec.UNSET, collection(renderer.site, shown)
    return msgspec.UNSET, msgspec.UNSET, msgspec.UNSET


def severance(told: views.Notification) -> RelationshipSeveranceEvent | UnsetType:
    """Render which follows were lost."""
    if not isinstance(told.about, Severance):
        return msgspec.UNSET
    return RelationshipSeveranceEvent(
        id=str(told.about.id),
        type=_CAUSES[told.about.cause],
        purged=False,
        target_name=told.about.name,
        followers_count=told.about.followers,
        following_count=told.about.following,
        created_at=iso(told.about.at),
    )


def fallback(told: views.Notification, supported: Collection[str]) -> Fallback | UnsetType:
    """Say in a sentence what happened, to a client that names the types it knows and not this one."""
    if not supported or WIRE_TYPES[told.type] in supported:
        return msgspec.UNSET
    name = told.by.display_name or told.by.username
    summary = None if told.post is None else escape(plain(told.post.content_html)[: limits.PUSH_BODY_CHARACTERS])
    return Fallback(title=escape(sentence(WIRE_TYPES[told.type], name)), summary=summary)
