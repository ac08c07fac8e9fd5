"""Notifications in groups: what says the same of the same thing comes once, with accounts and statuses beside it."""

from collections.abc import Callable, Collection
from typing import Any, ClassVar, Literal

from msgspec import UNSET

from bema.domain import notifying
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.notifications import Counted, Supported, about, fallback, known, severance
from bema.edge.mastodon.paging import Paging, PeoplePaging
from bema.edge.mastodon.render import Renderer
from bema.edge.routes import Routes, Surface
from bema.model import limits, views
from bema.model.ids import AccountId, parse_id
from bema.model.notifications import GROUPED, Group
from bema.store.notice_groups import Wanted
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.accounts import Account
from bema.wire.mastodon.notifications import (
    WIRE_TYPES,
    GroupedNotificationsResults,
    NotificationGroup,
    PartialAccount,
    UnreadCount,
)
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)
_EXPAND = Literal["full", "partial_avatars"]


class WantedGroups(Paging, frozen=True):
    """Which groups are asked for; types that do not exist here are passed over."""

    DEFAULT: ClassVar[int] = limits.NOTIFICATION_GROUPS_DEFAULT
    MOST: ClassVar[int] = limits.NOTIFICATIONS_PAGE_MAX

    types: tuple[str, ...] = ()
    exclude_types: tuple[str, ...] = ()
    grouped_types: tuple[str, ...] | None = None
    supported_types: tuple[str, ...] = ()
    account_id: str | None = None
    include_filtered: bool = False
    expand_accounts: _EXPAND = "full"


class CountedGroups(Counted, frozen=True):
    """Which groups are counted, and how far."""

    grouped_types: tuple[str, ...] | None = None
    account_id: str | None = None


def groups(call: Call, tx: Tx, ask: WantedGroups) -> Json:
    """View what others did that concerns oneself, in groups."""
    found = notifying.groups(tx, call.actor, ask.range(), _wanted(ask, with_filtered=ask.include_filtered))
    results = _results(call, found, ask, on_page=True)
    return paged(call, results, found[0].id if found else None, found[-1].id if found else None)


def unread_count(call: Call, tx: Tx, ask: CountedGroups) -> UnreadCount:
    """Count the groups with something after the notification that the marker names."""
    limit = max(1, min(ask.limit, limits.UNREAD_COUNT_MAX))
    return UnreadCount(count=notifying.unread_groups(tx, call.actor, limit, _wanted(ask)))


def view(call: Call, tx: Tx, ask: Supported) -> GroupedNotificationsResults:
    """View one group."""
    return _results(call, [notifying.group(tx, call.actor, call.path_values["group_key"])], ask)


def dismiss(call: Call, tx: WriteTx) -> None:
    """Put a group away."""
    notifying.dismiss_group(tx, call.actor, call.path_values["group_key"])


@routes.get(
    "/api/v2/notifications/{group_key}/accounts",
    scope="read:notifications write:notifications",
    answer=list[Account],
)
def accounts(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """View who is in a group."""
    found = notifying.members(tx, call.actor, call.path_values["group_key"], ask.range())
    renderer = Renderer(call.site, call.viewer)
    people = [renderer.account(account) for _, account in found]
    return paged(call, people, found[0][0] if found else None, found[-1][0] if found else None)


_METHODS: tuple[tuple[Callable[..., Any], str, Callable[..., Any], dict[str, Any]], ...] = (
    (routes.get, "", groups, {"scope": "read:notifications", "answer": GroupedNotificationsResults}),
    (routes.get, "/unread_count", unread_count, {"scope": "read:notifications"}),
    (routes.get, "/{group_key}", view, {"scope": "read:notifications"}),
    (routes.post, "/{group_key}/dismiss", dismiss, {"scope": "write:notifications"}),
)
for _version in ("v2", "v2_alpha"):  # as clients of the first days ask for them
    for _add, _path, _handler, _more in _METHODS:
        _add(f"/api/{_version}/notifications{_path}", **_more)(_handler)


def _wanted(ask: WantedGroups | CountedGroups, *, with_filtered: bool = False) -> Wanted:
    return Wanted(
        types=known(ask.types) if ask.types else None,
        exclude_types=known(ask.exclude_types),
        together=GROUPED if ask.grouped_types is None else known(ask.grouped_types),
        by=None if ask.account_id is None else AccountId(parse_id(ask.account_id) or 0),
        with_filtered=with_filtered,
    )


def _results(
    call: Call, found: list[Group], ask: WantedGroups | Supported, *, on_page: bool = False
) -> GroupedNotificationsResults:
    renderer = Renderer(call.site, call.viewer)
    partly = isinstance(ask, WantedGroups) and ask.expand_accounts == "partial_avatars"
    first = {group.newest.by.id: group.newest.by for group in found}
    first |= {group.newest.post.author.id: group.newest.post.author for group in found if group.newest.post}
    others = {each.id: each for group in found for each in group.people if each.id not in first}
    posts = {group.newest.post.id: group.newest.post for group in found if group.newest.post}
    whole = first if partly else first | others
    return GroupedNotificationsResults(
        accounts=[renderer.account(each) for each in whole.values()],
        partial_accounts=[_partial(renderer, each) for each in others.values()] if partly else UNSET,
        statuses=renderer.statuses(posts.values()),
        notification_groups=[_group(renderer, each, ask.supported_types, on_page=on_page) for each in found],
    )


def _group(renderer: Renderer, group: Group, supported: Collection[str], *, on_page: bool) -> NotificationGroup:
    newest = group.newest
    report, warning, shown = about(renderer, newest)
    return NotificationGroup(
        group_key=group.key or f"ungrouped-{newest.id}",
        notifications_count=group.count,
        type=WIRE_TYPES[newest.type],
        most_recent_notification_id=str(newest.id),
        page_min_id=str(group.oldest_here) if on_page else UNSET,
        page_max_id=str(newest.id) if on_page else UNSET,
        latest_page_notification_at=iso(newest.created_at) if on_page else UNSET,
        sample_account_ids=[str(each.id) for each in group.people],
        status_id=UNSET if newest.post is None else str(newest.post.id),
        report=report,
        event=severance(newest),
        moderation_warning=warning,
        collection=shown,
        fallback=fallback(newest, supported),
    )


def _partial(renderer: Renderer, account: views.Account) -> PartialAccount:
    whole = renderer.account(account)
    return PartialAccount(**{name: getattr(whole, name) for name in PartialAccount.__struct_fields__})
