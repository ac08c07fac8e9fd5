"""Filters and blocked domains on pages: what one does not want to read."""

from typing import Any

import msgspec

from bema.domain import blocking_domains, filtering
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import sayings
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.edge.web.paging import Part, beside
from bema.model import limits
from bema.model.errors import NotFound, Refusal
from bema.model.filters import Action, Context, FilterGroup
from bema.model.ids import FilterId, KeywordId, parse_id
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)

_ACTIONS = {action.name.lower(): action for action in Action}
_CONTEXTS = {context.value: context for context in Context}
_NEW_WORDS = 3  # empty lines for words that are not there yet
LASTING = {"keep": None, "always": 0, "hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_592_000}  # in seconds

# --- Filters ----------------------------------------------------------------------------------------------------------


class FilterForm(msgspec.Struct, frozen=True):
    """What a filter is to be; its words come line by line beside it."""

    title: str = ""
    contexts: tuple[str, ...] = ()
    action: str = "warn"
    lasts: str = "always"

    def terms(self) -> filtering.Terms:
        """Return the terms in ours."""
        return filtering.Terms(
            title=self.title,
            contexts=[_CONTEXTS[each] for each in self.contexts if each in _CONTEXTS],
            action=_ACTIONS.get(self.action),
            seconds=LASTING.get(self.lasts),
        )


class Line(msgspec.Struct, frozen=True):
    """A line of words; without an id they are new, and left empty they go."""

    id: str
    keyword: str
    whole_word: bool


@routes.get("/settings/filters", needs=Needs.SESSION)
def filters(call: Call, tx: Tx) -> Page:
    """See one's filters."""
    groups = filtering.of_account(tx, call.actor)
    return page(call, tx, "settings/filters.html", part="filters", groups=groups, now=tx.now)


@routes.get("/settings/filters/new", needs=Needs.SESSION)
def new_filter(call: Call, tx: Tx) -> Page:
    """Begin a filter."""
    values = FilterForm(contexts=(Context.HOME.value, Context.PUBLIC.value))
    return _filter_page(call, tx, None, values, [], None)


@routes.post("/settings/filters", needs=Needs.SESSION)
def make_filter(call: Call, tx: WriteTx, ask: FilterForm) -> Page | Redirect:
    """Make a filter."""
    lines = _lines(call)
    try:
        filtering.make(tx, call.actor, ask.terms(), _changes(lines))
    except Refusal as refusal:
        return _filter_page(call, tx, None, ask, lines, refusal)
    return Redirect("/settings/filters", flash="filter_kept")


@routes.get("/settings/filters/{id}", needs=Needs.SESSION)
def one_filter(call: Call, tx: Tx) -> Page:
    """See one filter, to change it."""
    group = filtering.one(tx, call.actor, call.path_id())
    terms = group.filter
    values = FilterForm(
        title=terms.title,
        contexts=tuple(each.value for each in terms.contexts),
        action=terms.action.name.lower(),
        lasts="keep" if terms.expires_at is not None else "always",
    )
    lines = [Line(str(each.id), each.keyword, each.whole_word) for each in group.keywords]
    return _filter_page(call, tx, group, values, lines, None)


@routes.post("/settings/filters/{id}", needs=Needs.SESSION)
def change_filter(call: Call, tx: WriteTx, ask: FilterForm) -> Page | Redirect:
    """Change a filter and its words."""
    lines = _lines(call)
    id_: FilterId = call.path_id()
    try:
        filtering.change(tx, call.actor, id_, ask.terms(), _changes(lines))
    except NotFound:
        raise
    except Refusal as refusal:
        return _filter_page(call, tx, filtering.one(tx, call.actor, id_), ask, lines, refusal)
    return Redirect("/settings/filters", flash="filter_kept")


@routes.post("/settings/filters/{id}/delete", needs=Needs.SESSION)
def delete_filter(call: Call, tx: WriteTx) -> Redirect:
    """Delete a filter."""
    filtering.delete(tx, call.actor, call.path_id())
    return Redirect("/settings/filters", flash="filter_deleted")


def _filter_page(
    call: Call, tx: Tx, group: FilterGroup | None, values: FilterForm, lines: list[Line], refusal: Refusal | None
) -> Page:
    return page(
        call,
        tx,
        "settings/filter.html",
        status=200 if refusal is None else refusal.status,
        part="filters",
        group=group,
        values=values,
        lines=[*lines, *[Line("", "", True)] * _NEW_WORDS],
        error=None if refusal is None else sayings.of_refusal(refusal, tongue_of(call)),
    )


def _lines(call: Call) -> list[Line]:
    """Read the lines that have words, or had some."""
    lines = []
    for number in range(limits.FILTER_KEYWORDS + _NEW_WORDS):
        keyword, id_ = (_typed(call.parameters.get(f"{name}_{number}")) for name in ("word", "id"))
        if keyword.strip() or id_:
            lines.append(Line(id_, keyword, f"whole_{number}" in call.parameters))
    return lines


def _typed(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _changes(lines: list[Line]) -> list[filtering.KeywordChange]:
    return [
        filtering.KeywordChange(
            id=KeywordId(parse_id(line.id) or 0) if line.id else None,
            keyword=line.keyword,
            whole_word=line.whole_word,
            remove=not line.keyword.strip(),
        )
        for line in lines
    ]


# --- Domains ----------------------------------------------------------------------------------------------------------


class DomainForm(msgspec.Struct, frozen=True):
    """A domain."""

    domain: str = ""


@routes.get("/settings/domains", needs=Needs.SESSION)
def domains(call: Call, tx: Tx, ask: Part) -> Page:
    """See which servers one blocks."""
    return _domains_page(call, tx, ask, "", None)


@routes.post("/settings/domains", needs=Needs.SESSION)
def block_domain(call: Call, tx: WriteTx, ask: DomainForm) -> Page | Redirect:
    """Block a server."""
    try:
        blocking_domains.block(tx, call.actor, ask.domain)
    except Refusal as refusal:
        return _domains_page(call, tx, Part(), ask.domain, refusal)
    return Redirect("/settings/domains", flash="domain_blocked")


@routes.post("/settings/domains/unblock", needs=Needs.SESSION)
def unblock_domain(call: Call, tx: WriteTx, ask: DomainForm) -> Redirect:
    """Unblock a server."""
    blocking_domains.unblock(tx, call.actor, ask.domain)
    return Redirect("/settings/domains", flash="domain_unblocked")


def _domains_page(call: Call, tx: Tx, part: Part, typed: str, refusal: Refusal | None) -> Page:
    size = limits.BLOCKED_DOMAINS_PAGE_DEFAULT
    found = blocking_domains.blocked(tx, call.actor, part.range(size))
    newer, older = beside(call, part, found, size)
    return page(
        call,
        tx,
        "settings/domains.html",
        status=200 if refusal is None else refusal.status,
        part="account",
        domains=found.items,
        typed=typed,
        newer=newer,
        older=older,
        error=None if refusal is None else sayings.of_refusal(refusal, tongue_of(call)),
    )
