"""Filters: what one does not want to read, in groups, and keyword by keyword for older clients."""

import msgspec

from bema.domain import filtering
from bema.edge.call import Call
from bema.edge.mastodon.filtered import ACTIONS, filter_group
from bema.edge.routes import Routes, Surface
from bema.model.filters import Action, Context, FilteredPost, FilterGroup, Keyword
from bema.model.ids import KeywordId, PostId, parse_id
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.filters import Filter, FilterAction, FilterContext, FilterKeyword, FilterStatus, V1Filter
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)

_ACTION_OF = {name: action for action, name in ACTIONS.items()}

# --- Groups -----------------------------------------------------------------------------------------------------------


class KeywordAttributes(msgspec.Struct, frozen=True):
    """What is to become of a keyword: without an id it is a new one."""

    id: str | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    destroy: bool = msgspec.field(name="_destroy", default=False)


class FilterTerms(msgspec.Struct, frozen=True):
    """What a filter is to be; what is absent stays, or is as usual. `expires_in` is in seconds, null without end."""

    title: str | None = None
    context: list[FilterContext] | None = None
    filter_action: FilterAction | None = None
    expires_in: int | None = None
    keywords_attributes: list[KeywordAttributes] = []

    def terms(self, call: Call) -> filtering.Terms:
        """Return the terms in ours."""
        return filtering.Terms(
            title=self.title,
            contexts=None if self.context is None else [Context(each) for each in self.context],
            action=None if self.filter_action is None else _ACTION_OF[self.filter_action],
            seconds=_seconds(call, self.expires_in),
        )

    def keywords(self) -> list[filtering.KeywordChange]:
        """Return what is to become of the keywords."""
        return [
            filtering.KeywordChange(
                id=KeywordId(parse_id(each.id) or 0) if each.id else None,
                keyword=each.keyword,
                whole_word=each.whole_word,
                remove=each.destroy,
            )
            for each in self.keywords_attributes
        ]


def _seconds(call: Call, expires_in: int | None) -> int | None:
    """Read an end in seconds: what is not said stays, and what is said to be nothing has no end."""
    return (expires_in or 0) if "expires_in" in call.parameters else None


@routes.get("/api/v2/filters", scope="read:filters")
def filters(call: Call, tx: Tx) -> list[Filter]:
    """View one's filters."""
    return [filter_group(each) for each in filtering.of_account(tx, call.actor)]


@routes.get("/api/v2/filters/{id}", scope="read:filters")
def view(call: Call, tx: Tx) -> Filter:
    """View one filter."""
    return filter_group(filtering.one(tx, call.actor, call.path_id()))


@routes.post("/api/v2/filters", scope="write:filters")
def make(call: Call, tx: WriteTx, ask: FilterTerms) -> Filter:
    """Make a filter."""
    return filter_group(filtering.make(tx, call.actor, ask.terms(call), ask.keywords()))


@routes.update("/api/v2/filters/{id}", scope="write:filters")
def change(call: Call, tx: WriteTx, ask: FilterTerms) -> Filter:
    """Change a filter and its keywords."""
    return filter_group(filtering.change(tx, call.actor, call.path_id(), ask.terms(call), ask.keywords()))


@routes.delete("/api/v2/filters/{id}", scope="write:filters")
def delete(call: Call, tx: WriteTx) -> None:
    """Delete a filter."""
    filtering.delete(tx, call.actor, call.path_id())


# --- Keywords ---------------------------------------------------------------------------------------------------------


class KeywordTerms(msgspec.Struct, frozen=True):
    """What a filter is to look for, and whether that is a whole word."""

    keyword: str | None = None
    whole_word: bool | None = None


@routes.get("/api/v2/filters/{id}/keywords", scope="read:filters")
def keywords(call: Call, tx: Tx) -> list[FilterKeyword]:
    """View the keywords of a filter."""
    return [_keyword(each) for each in filtering.one(tx, call.actor, call.path_id()).keywords]


@routes.post("/api/v2/filters/{id}/keywords", scope="write:filters")
def add_keyword(call: Call, tx: WriteTx, ask: KeywordTerms) -> FilterKeyword:
    """Add a keyword to a filter."""
    word = filtering.KeywordChange(keyword=ask.keyword or "", whole_word=ask.whole_word)
    return _keyword(filtering.add_keyword(tx, call.actor, call.path_id(), word))


@routes.get("/api/v2/filters/keywords/{id}", scope="read:filters")
def view_keyword(call: Call, tx: Tx) -> FilterKeyword:
    """View one keyword."""
    return _keyword(filtering.keyword(tx, call.actor, call.path_id())[1])


@routes.update("/api/v2/filters/keywords/{id}", scope="write:filters")
def change_keyword(call: Call, tx: WriteTx, ask: KeywordTerms) -> FilterKeyword:
    """Change a keyword."""
    word = filtering.KeywordChange(id=call.path_id(), keyword=ask.keyword, whole_word=ask.whole_word)
    return _keyword(filtering.change_keyword(tx, call.actor, word))


@routes.delete("/api/v2/filters/keywords/{id}", scope="write:filters")
def remove_keyword(call: Call, tx: WriteTx) -> None:
    """Remove a keyword from its filter."""
    filtering.remove_keyword(tx, call.actor, call.path_id())


# --- Statuses ---------------------------------------------------------------------------------------------------------


class StatusTerms(msgspec.Struct, frozen=True):
    """Which status a filter is to name."""

    status_id: str = ""


@routes.get("/api/v2/filters/{id}/statuses", scope="read:filters")
def statuses(call: Call, tx: Tx) -> list[FilterStatus]:
    """View the statuses that a filter names."""
    return [_status(each) for each in filtering.one(tx, call.actor, call.path_id()).posts]


@routes.post("/api/v2/filters/{id}/statuses", scope="write:filters")
def add_status(call: Call, tx: WriteTx, ask: StatusTerms) -> FilterStatus:
    """Let a filter name a status."""
    post = PostId(parse_id(ask.status_id) or 0)
    return _status(filtering.add_post(tx, call.actor, call.path_id(), post))


@routes.get("/api/v2/filters/statuses/{id}", scope="read:filters")
def view_status(call: Call, tx: Tx) -> FilterStatus:
    """View one status that a filter names."""
    return _status(filtering.filtered_post(tx, call.actor, call.path_id())[1])


@routes.delete("/api/v2/filters/statuses/{id}", scope="write:filters")
def remove_status(call: Call, tx: WriteTx) -> None:
    """Let a filter name a status no more."""
    filtering.remove_post(tx, call.actor, call.path_id())


def _keyword(view: Keyword) -> FilterKeyword:
    return FilterKeyword(id=str(view.id), keyword=view.keyword, whole_word=view.whole_word)


def _status(view: FilteredPost) -> FilterStatus:
    return FilterStatus(id=str(view.id), status_id=str(view.post))


# --- For older clients: a filter is one keyword -----------------------------------------------------------------------


class V1Terms(msgspec.Struct, frozen=True):
    """What a keyword and its filter are to be. `expires_in` is in seconds, null without end."""

    phrase: str | None = None
    context: list[FilterContext] | None = None
    irreversible: bool | None = None
    whole_word: bool | None = None
    expires_in: int | None = None

    def terms(self, call: Call) -> filtering.Terms:
        """Return what is to become of the filter."""
        hides = {None: None, True: Action.HIDE, False: Action.WARN}[self.irreversible]
        contexts = None if self.context is None else [Context(each) for each in self.context]
        return filtering.Terms(self.phrase, contexts, hides, _seconds(call, self.expires_in))


@routes.get("/api/v1/filters", scope="read:filters")
def v1_filters(call: Call, tx: Tx) -> list[V1Filter]:
    """View one's keywords, each as a filter (deprecated)."""
    return [_v1_filter(group, each) for group in filtering.of_account(tx, call.actor) for each in group.keywords]


@routes.get("/api/v1/filters/{id}", scope="read:filters")
def v1_view(call: Call, tx: Tx) -> V1Filter:
    """View one keyword as a filter (deprecated)."""
    return _v1_filter(*filtering.keyword(tx, call.actor, call.path_id()))


@routes.post("/api/v1/filters", scope="write:filters")
def v1_make(call: Call, tx: WriteTx, ask: V1Terms) -> V1Filter:
    """Make a filter with one keyword (deprecated)."""
    word = filtering.KeywordChange(keyword=ask.phrase or "", whole_word=bool(ask.whole_word))
    group = filtering.make(tx, call.actor, ask.terms(call), [word])
    return _v1_filter(group, group.keywords[0])


@routes.update("/api/v1/filters/{id}", scope="write:filters")
def v1_change(call: Call, tx: WriteTx, ask: V1Terms) -> V1Filter:
    """Change a keyword and its filter (deprecated)."""
    word = filtering.KeywordChange(id=call.path_id(), keyword=ask.phrase, whole_word=ask.whole_word)
    return _v1_filter(*filtering.change_by_keyword(tx, call.actor, word, ask.terms(call)))


@routes.delete("/api/v1/filters/{id}", scope="write:filters")
def v1_delete(call: Call, tx: WriteTx) -> None:
    """Remove a keyword from its filter (deprecated)."""
    filtering.remove_keyword(tx, call.actor, call.path_id())


def _v1_filter(group: FilterGroup, keyword: Keyword) -> V1Filter:
    terms = group.filter
    return V1Filter(
        id=str(keyword.id),
        phrase=keyword.keyword,
        context=[each.value for each in terms.contexts],
        whole_word=keyword.whole_word,
        expires_at=None if terms.expires_at is None else iso(terms.expires_at),
        irreversible=terms.action is Action.HIDE,
    )
