"""Searching: people, tags, and the posts that one may find; an address finds what it is the address of."""

from collections.abc import Sequence

import msgspec

from bema.domain import people, previewing, reading
from bema.model import asking, limits
from bema.model.asking import TRAITS, Query, Span
from bema.model.errors import NotFound
from bema.model.ids import MAX_ID, AccountId, PostId
from bema.model.searching import fold, query_terms, tokens
from bema.model.site import Site
from bema.model.views import Account, Post, Tag
from bema.store import posts as stored
from bema.store import search, search_index, tag_follows
from bema.store.search import Terms
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


def posts(
    tx: Tx,
    site: Site,
    viewer: AccountId | None,
    text: str,
    range_: Range,
    *,
    offset: int = 0,
    author: AccountId | None = None,
) -> list[Post]:
    """Load a page of the posts that the viewer may find, the newest first."""
    query = asking.read(text)
    if not query.asks or query.contradicts_itself or offset > limits.SEARCH_OFFSET_MAX:
        return []
    terms = _terms(tx, site, viewer, query, author)
    if terms is None:
        return []
    wide = limits.SEARCH_CANDIDATES if query.phrases or query.no_phrases else range_.limit + offset
    found: set[PostId] = set()
    newest = range_.min_id is None
    for span in query.spans if newest else query.spans[::-1]:
        part = _within(msgspec.structs.replace(range_, limit=wide), span)
        found |= _saying(tx, _matching(tx, viewer, terms, part, library=query.library), query)
        if len(found) >= range_.limit + offset:
            break
    ids = sorted(found, reverse=newest)[offset : offset + range_.limit]
    return stored.load(tx, sorted(ids, reverse=True), viewer)


def _terms(tx: Tx, site: Site, viewer: AccountId | None, query: Query, author: AccountId | None) -> Terms | None:
    """Write a query as the index knows things; None when nobody is called as the author who is asked for."""
    wanted, unwanted = _authors(tx, site, viewer, query.authors), _authors(tx, site, viewer, query.no_authors)
    if query.authors and not wanted:
        return None
    if query.library is False and viewer is not None:
        unwanted.append(f"={viewer}")
    groups = [group for group in (query.languages, wanted) if group]
    if author is not None:
        groups.append([f"=a{author}"])
    unwanted += [*query.no_words, *query.no_traits, *query.no_languages]
    return Terms([*query.words, *query.traits], unwanted, groups)


def _authors(tx: Tx, site: Site, viewer: AccountId | None, names: Sequence[str]) -> list[str]:
    found = []
    for name in names:
        try:
            found.append(viewer if name == "me" else people.by_acct(tx, site, name).id)
        except NotFound:
            continue
    return [f"=a{id_}" for id_ in found if id_ is not None]


def _within(range_: Range, span: Span) -> Range:
    """Cut a part of a list to a span of time."""
    cut = {"max_id": min(span.below, MAX_ID if range_.max_id is None else range_.max_id)}
    lower = "since_id" if range_.min_id is None else "min_id"
    return msgspec.structs.replace(range_, **cut, **{lower: max(span.above, getattr(range_, lower) or -1)})


def _matching(tx: Tx, viewer: AccountId | None, terms: Terms, range_: Range, *, library: bool | None) -> set[PostId]:
    """Find posts: of all that may be found, of the viewer's library alone, or of all but that."""
    if viewer is None:
        return set() if library else set(search.post_ids(tx, None, terms, range_))
    kept = set(search.kept_ids(tx, viewer, terms, range_))
    if library is False:
        range_ = msgspec.structs.replace(range_, limit=range_.limit + len(kept))
        return set(search.post_ids(tx, viewer, terms, range_)) - kept
    return kept | set(search.post_ids(tx, viewer, terms, range_, among_all=not library))


def _saying(tx: Tx, ids: set[PostId], query: Query) -> set[PostId]:
    """Keep the posts in which words stand side by side as they were asked for."""
    if not ids or not (query.phrases or query.no_phrases):
        return ids
    texts = {id_: " ".join(fold(text).split()) for id_, text in search.texts(tx, list(ids)).items()}
    return {
        id_
        for id_, text in texts.items()
        if all(phrase in text for phrase in query.phrases) and not any(phrase in text for phrase in query.no_phrases)
    }


def accounts(
    tx: Tx, site: Site, viewer: AccountId | None, text: str, *, limit: int, offset: int = 0, following: bool = False
) -> list[Account]:
    """Load people by name, in any script; who is written with a whole address comes first."""
    text = text[: limits.SEARCH_QUERY_CHARACTERS].strip().removeprefix("@")
    terms = Terms(query_terms(text.removesuffix(f"@{site.domain}").removesuffix(f"@{site.account_domain}")))
    if not terms.wanted or offset > limits.SEARCH_OFFSET_MAX or asking.has_operators(text):
        return []
    name, _, written = text.lower().partition("@")
    host = None if not written or site.is_here(written) else written
    ids = search.account_ids(tx, viewer, terms, name=name, host=host, limit=limit, offset=offset, following=following)
    return people.by_ids(tx, ids) if ids else []


def tags(tx: Tx, viewer: AccountId | None, text: str, *, limit: int, offset: int = 0) -> list[Tag]:
    """Load tags that begin with what was typed, the one of exactly this name and the livelier ones first."""
    beginning = fold(text[: limits.SEARCH_QUERY_CHARACTERS].strip().removeprefix("#"))
    if not beginning or any(sign.isspace() for sign in beginning) or offset > limits.SEARCH_OFFSET_MAX:
        return []
    ids = search.tag_ids(tx, beginning, limits.PAGE_MAX + offset)
    found = tag_follows.load(tx, ids, viewer) if ids else []
    found.sort(key=lambda tag: (fold(tag.name) != beginning, -sum(day.accounts for day in tag.history)))
    return found[offset : offset + limit]


def found(
    tx: Tx, viewer: AccountId | None, account_id: AccountId | None, post_id: PostId | None
) -> Post | Account | None:
    """Load what was found elsewhere, as far as the viewer may see it."""
    try:
        if post_id is not None:
            return reading.post(tx, viewer, post_id)
        return None if account_id is None else reading.account(tx, account_id)
    except NotFound:
        return None


def addressed(tx: Tx, site: Site, viewer: AccountId | None, address: str) -> Post | Account | None:
    """Load what an address of this server, or the id of something elsewhere, stands for."""
    post_id = site.post_at(address) or search.post_by_uri(tx, address)
    if post_id is not None:
        found = reading.posts_by_ids(tx, viewer, [PostId(post_id)])
        return found[0] if found else None
    name = site.account_at(address)
    try:
        if name is not None:
            return people.by_acct(tx, site, name)
        account_id = search.account_by_uri(tx, address)
        return None if account_id is None else reading.account(tx, account_id)
    except NotFound:
        return None


# --- Keeping the index ------------------------------------------------------------------------------------------------


def index_post(tx: WriteTx, id_: PostId) -> None:
    """Let a post be found by what it says now."""
    source = search_index.source(tx, id_)
    if source is not None:
        links = [TRAITS["has:link"]] if any(previewing.links(source.html)) else []
        search_index.put_post(tx, id_, [*source.tokens, *links, *tokens(source.text)])


def index_account(tx: WriteTx, id_: AccountId) -> None:
    """Let an account be found by its names, and its posts by whom it wishes."""
    source = search_index.account_source(tx, id_)
    if source is not None:
        names, indexable = source
        search_index.put_account(tx, id_, tokens(names), indexable=indexable)


def rebuild(tx: WriteTx) -> None:
    """Make the whole index anew."""
    search_index.forget_all(tx)
    after = 0
    while accounts_ := search_index.accounts_after(tx, after):
        for account_id in accounts_:
            index_account(tx, account_id)
        after = accounts_[-1]
    after = 0
    while posts_ := search_index.posts_after(tx, after):
        for post_id in posts_:
            index_post(tx, post_id)
        after = posts_[-1]
