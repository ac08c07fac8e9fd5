"""Filters as Mastodon's entities, by themselves and with the statuses that meet them."""

from msgspec import UNSET, UnsetType

from bema.model.filters import Action, Filter, FilterGroup, Match
from bema.wire.mastodon import filters as entities
from bema.wire.mastodon.times import iso

ACTIONS: dict[Action, entities.FilterAction] = {Action.WARN: "warn", Action.HIDE: "hide", Action.BLUR: "blur"}


def filter_group(group: FilterGroup) -> entities.Filter:
    """Render a filter with what it looks for."""
    return _filter(
        group.filter,
        keywords=[
            entities.FilterKeyword(id=str(each.id), keyword=each.keyword, whole_word=each.whole_word)
            for each in group.keywords
        ],
        statuses=[entities.FilterStatus(id=str(each.id), status_id=str(each.post)) for each in group.posts],
    )


def results(matches: tuple[Match, ...]) -> list[entities.FilterResult]:
    """Render which filters a status meets."""
    return [
        entities.FilterResult(
            filter=_filter(each.filter),
            keyword_matches=list(each.keywords) or None,
            status_matches=None if each.post is None else [str(each.post)],
        )
        for each in matches
    ]


def _filter(
    view: Filter,
    keywords: list[entities.FilterKeyword] | UnsetType = UNSET,
    statuses: list[entities.FilterStatus] | UnsetType = UNSET,
) -> entities.Filter:
    return entities.Filter(
        id=str(view.id),
        title=view.title,
        context=[each.value for each in view.contexts],
        expires_at=None if view.expires_at is None else iso(view.expires_at),
        filter_action=ACTIONS[view.action],
        keywords=keywords,
        statuses=statuses,
    )
