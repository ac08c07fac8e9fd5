"""Searching: people, tags, and the posts that one may find; an address finds what it is the address of."""

import msgspec
import regex

from bema.domain import people, reading
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.ids import AccountId, PostId
from bema.model.searching import fold, query_terms, tokens
from bema.model.site import Site
from bema.model.views import Account, Post, Tag
from bema.store import posts as stored
from bema.store import search, search_index, tag_follows
from bema.store.search import Terms
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx

_PART = regex.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"|(?P<word>\S+))')


class Query(msgspec.Struct, frozen=True):
    """What somebody typed: words, phrases in quotation marks, what must not be there, and `from:name`."""

    terms: Terms
    phrases: list[str]  # folded
    author: str | None  # an address, or "me"


def read(text: str) -> Query:
    """Read a query. Whatever is typed is one."""
    words: list[str] = []
    phrases: list[str] = []
    unwanted: list[str] = []
    author = None
    for part in _PART.finditer(text[: limits.SEARCH_QUERY_CHARACTERS]):
        phrase, word = part["phrase"], part["word"] or ""
        if part["minus"]:
            unwanted += _whole(phrase or word)
        elif phrase is not None:
            phrases.append(phrase)
        elif word.startswith("from:"):
            author = word.removeprefix("from:")
        else:
            words.append(word)
    wanted = [*map(_not_too_short, query_terms(" ".join(words))), *(term for each in phrases for term in _whole(each))]
    terms = Terms(list(dict.fromkeys(wanted))[: limits.SEARCH_TERMS], unwanted[: limits.SEARCH_TERMS])
    return Query(terms, [folded for each in phrases if (folded := fold(each))], author)


def _whole(text: str) -> list[str]:
    """Cut into terms whose last word is not taken for the beginning of one."""
    return [term if len(term) == 2 and not term.isascii() else term.removesuffix("*") for term in query_terms(text)]


def _not_too_short(term: str) -> str:
    """Take one letter of an alphabet for a word: half of all words of a language begin with some such letter."""
    return term.removesuffix("*") if len(term) == 2 and term.isascii() else term


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
    query = read(text)
    if query.author is not None:
        try:
            author = viewer if query.author == "me" else people.by_acct(tx, site, query.author).id
        except NotFound:
            return []
    if not query.terms.wanted or offset > limits.SEARCH_OFFSET_MAX:
        return []
    wide = msgspec.structs.replace(range_, limit=limits.SEARCH_CANDIDATES if query.phrases else range_.limit + offset)
    found = set(search.post_ids(tx, viewer, query.terms, wide, author))
    if viewer is not None:
        found |= set(search.kept_ids(tx, viewer, query.terms, wide, author))
    if query.phrases:
        found = _saying(tx, found, query.phrases)
    ids = sorted(found, reverse=range_.min_id is None)[offset : offset + range_.limit]
    return stored.load(tx, sorted(ids, reverse=True), viewer)


def _saying(tx: Tx, ids: set[PostId], phrases: list[str]) -> set[PostId]:
    return {
        id_
        for id_, text in search.texts(tx, list(ids)).items()
        if all(phrase in folded for folded in (fold(text),) for phrase in phrases)
    }


def accounts(
    tx: Tx, site: Site, viewer: AccountId | None, text: str, *, limit: int, offset: int = 0, following: bool = False
) -> list[Account]:
    """Load people by name, in any script; who is written with a whole address comes first."""
    text = text[: limits.SEARCH_QUERY_CHARACTERS].strip().removeprefix("@")
    terms = Terms(query_terms(text.removesuffix(f"@{site.domain}")))
    if not terms.wanted or offset > limits.SEARCH_OFFSET_MAX:
        return []
    exact = [] if following else _exactly(tx, site, text)
    name = text.partition("@")[0].lower()
    ids = search.account_ids(tx, viewer, terms, name=name, limit=limit, offset=offset, following=following, also=exact)
    return people.by_ids(tx, ids)


def _exactly(tx: Tx, site: Site, acct: str) -> list[AccountId]:
    try:
        return [people.by_acct(tx, site, acct).id]
    except NotFound:
        return []


def tags(tx: Tx, viewer: AccountId | None, text: str, *, limit: int, offset: int = 0) -> list[Tag]:
    """Load tags that begin with what was typed, the one of exactly this name and the livelier ones first."""
    beginning = fold(text[: limits.SEARCH_QUERY_CHARACTERS].strip().removeprefix("#"))
    if not beginning or any(sign.isspace() for sign in beginning) or offset > limits.SEARCH_OFFSET_MAX:
        return []
    ids = search.tag_ids(tx, beginning, limits.PAGE_MAX + offset)
    found = tag_follows.load(tx, ids, viewer) if ids else []
    found.sort(key=lambda tag: (fold(tag.name) != beginning, -sum(day.accounts for day in tag.history)))
    return found[offset : offset + limit]


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
        finders, text = source
        search_index.put_post(tx, id_, [*dict.fromkeys(finders), *tokens(text)])


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
