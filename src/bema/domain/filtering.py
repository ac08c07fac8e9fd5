"""Filtering: saying what one does not want to read, by words or post by post."""

from collections.abc import Callable, Sequence

import msgspec

from bema.domain import reading
from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.events import FiltersChanged
from bema.model.filters import Action, Context, Filter, FilteredPost, FilterGroup, Keyword
from bema.model.ids import AccountId, FilteredPostId, FilterId, KeywordId, PostId
from bema.store import filters
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts


class Terms(msgspec.Struct, frozen=True):
    """What a filter is to be; what is None stays, or is as usual. `seconds` counts from now, 0 is without end."""

    title: str | None = None
    contexts: Sequence[Context] | None = None
    action: Action | None = None
    seconds: int | None = None


class KeywordChange(msgspec.Struct, frozen=True):
    """What is to become of a keyword; without `id` it is a new one."""

    id: KeywordId | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    remove: bool = False


# --- Reading ----------------------------------------------------------------------------------------------------------


def of_account(tx: Tx, actor: AccountId) -> list[FilterGroup]:
    """Load one's filters, the eldest first; they are few."""
    return filters.load(tx, actor)


def one(tx: Tx, actor: AccountId, id_: FilterId) -> FilterGroup:
    """Load one of one's filters; others' look missing."""
    return _first(filters.load(tx, actor), lambda group: group.filter.id == id_)


def keyword(tx: Tx, actor: AccountId, id_: KeywordId) -> tuple[FilterGroup, Keyword]:
    """Load one of one's keywords with its filter."""
    return _with_keyword(filters.load(tx, actor), id_)


def filtered_post(tx: Tx, actor: AccountId, id_: FilteredPostId) -> tuple[FilterGroup, FilteredPost]:
    """Load one of the posts that one's filters name, with its filter."""
    return _with_post(filters.load(tx, actor), id_)


def _first(groups: Sequence[FilterGroup], fits: Callable[[FilterGroup], bool]) -> FilterGroup:
    for group in groups:
        if fits(group):
            return group
    raise NotFound


def _with_keyword(groups: Sequence[FilterGroup], id_: KeywordId) -> tuple[FilterGroup, Keyword]:
    for group in groups:
        for each in group.keywords:
            if each.id == id_:
                return group, each
    raise NotFound


def _with_post(groups: Sequence[FilterGroup], id_: FilteredPostId) -> tuple[FilterGroup, FilteredPost]:
    for group in groups:
        for each in group.posts:
            if each.id == id_:
                return group, each
    raise NotFound


# --- Filters ----------------------------------------------------------------------------------------------------------


def make(tx: WriteTx, actor: AccountId, terms: Terms, keywords: Sequence[KeywordChange] = ()) -> FilterGroup:
    """Make a filter, with what it looks for."""
    groups = filters.held(tx, actor)
    if len(groups) >= limits.FILTERS:
        raise Invalid(f"Validation failed: You cannot have more than {limits.FILTERS} filters")
    begun = Filter(FilterId(tx.new_id()), "", (), Action.WARN, None)
    new = _changed(tx, begun, terms)
    filters.add(tx, actor, new)
    _change_keywords(tx, groups, FilterGroup(new, [], []), keywords)
    return _noted(tx, actor, new.id)


def change(
    tx: WriteTx, actor: AccountId, id_: FilterId, terms: Terms, keywords: Sequence[KeywordChange] = ()
) -> FilterGroup:
    """Change a filter and what it looks for; nothing is changed where something of it cannot be."""
    groups = filters.held(tx, actor)
    group = _first(groups, lambda each: each.filter.id == id_)
    filters.change(tx, _changed(tx, group.filter, terms))
    _change_keywords(tx, groups, group, keywords)
    return _noted(tx, actor, id_)


def delete(tx: WriteTx, actor: AccountId, id_: FilterId) -> None:
    """Delete a filter."""
    _first(filters.held(tx, actor), lambda each: each.filter.id == id_)
    filters.remove(tx, id_)
    _note(tx, actor)


def _changed(tx: WriteTx, old: Filter, terms: Terms) -> Filter:
    title = old.title if terms.title is None else texts.strip_controls(terms.title).strip()
    contexts = old.contexts if terms.contexts is None else tuple(each for each in Context if each in terms.contexts)
    wrong = []
    if not title:
        wrong.append("Title can't be blank")
    if texts.length(title) > limits.FILTER_TITLE_CHARACTERS:
        wrong.append(f"Title is too long (maximum is {limits.FILTER_TITLE_CHARACTERS} characters)")
    if not contexts:
        wrong += ["Context can't be blank", "Context None or invalid context supplied"]
    if wrong:
        raise Invalid("Validation failed: " + ", ".join(wrong))
    expires_at = old.expires_at
    if terms.seconds is not None:
        seconds = min(terms.seconds, limits.FILTER_SECONDS_MAX)
        expires_at = tx.now + seconds * 1_000 if seconds > 0 else None
    action = old.action if terms.action is None else terms.action
    return Filter(old.id, title, contexts, action, expires_at)


def _noted(tx: WriteTx, actor: AccountId, id_: FilterId) -> FilterGroup:
    _note(tx, actor)
    return one(tx, actor, id_)


def _note(tx: WriteTx, actor: AccountId) -> None:
    filters.note_changes(tx, actor)
    tx.emit(FiltersChanged(account=actor))


# --- Keywords ---------------------------------------------------------------------------------------------------------


def add_keyword(tx: WriteTx, actor: AccountId, id_: FilterId, word: KeywordChange) -> Keyword:
    """Let a filter look for one thing more."""
    groups = filters.held(tx, actor)
    group = _first(groups, lambda each: each.filter.id == id_)
    _checked(word.keyword or "")
    _change_keywords(tx, groups, group, [word])
    return _noted(tx, actor, id_).keywords[-1]


def change_keyword(tx: WriteTx, actor: AccountId, word: KeywordChange) -> Keyword:
    """Let a filter look for something else."""
    assert word.id is not None
    groups = filters.held(tx, actor)
    group, _ = _with_keyword(groups, word.id)
    _change_keywords(tx, groups, group, [word])
    _note(tx, actor)
    return keyword(tx, actor, word.id)[1]


def change_by_keyword(tx: WriteTx, actor: AccountId, word: KeywordChange, terms: Terms) -> tuple[FilterGroup, Keyword]:
    """Change a keyword and its filter as one; what is the filter's own only where the keyword is its only one."""
    assert word.id is not None
    groups = filters.held(tx, actor)
    group, _ = _with_keyword(groups, word.id)
    new = _changed(tx, group.filter, terms)
    if new != group.filter and len(group.keywords) > 1:
        raise Invalid(
            "These parameters cannot be changed from this application because they apply to more than one filter "
            "keyword. Use a more recent application or the web interface."
        )
    filters.change(tx, new)
    _change_keywords(tx, groups, group, [word])
    _note(tx, actor)
    return keyword(tx, actor, word.id)


def remove_keyword(tx: WriteTx, actor: AccountId, id_: KeywordId) -> None:
    """Look for something no more."""
    _with_keyword(filters.held(tx, actor), id_)
    filters.remove_keywords(tx, [id_])
    _note(tx, actor)


def _change_keywords(
    tx: WriteTx, groups: Sequence[FilterGroup], group: FilterGroup, changes: Sequence[KeywordChange]
) -> None:
    known = {each.id: each for each in group.keywords}
    added, changed, gone = [], [], []
    for each in changes:
        if each.id is None:
            if not each.remove and (each.keyword or each.whole_word is not None):
                whole_word = True if each.whole_word is None else each.whole_word
                added.append(Keyword(KeywordId(tx.new_id()), _checked(each.keyword or ""), whole_word))
            continue
        old = known.get(each.id)
        if old is None:
            raise NotFound
        if each.remove:
            gone.append(old.id)
            continue
        words = old.keyword if each.keyword is None else _checked(each.keyword)
        whole_word = old.whole_word if each.whole_word is None else each.whole_word
        changed.append(Keyword(old.id, words, whole_word))
    if sum(len(each.keywords) for each in groups) + len(added) - len(gone) > limits.FILTER_KEYWORDS and added:
        raise Invalid(f"Validation failed: You cannot have more than {limits.FILTER_KEYWORDS} keywords")
    filters.add_keywords(tx, group.filter.id, added)
    filters.change_keywords(tx, changed)
    filters.remove_keywords(tx, gone)


def _checked(words: str) -> str:
    words = texts.strip_controls(words).strip()
    if not words:
        raise Invalid("Validation failed: Keyword can't be blank")
    if texts.length(words) > limits.FILTER_KEYWORD_CHARACTERS:
        raise Invalid(
            f"Validation failed: Keyword is too long (maximum is {limits.FILTER_KEYWORD_CHARACTERS} characters)"
        )
    return words


# --- Posts ------------------------------------------------------------------------------------------------------------


def add_post(tx: WriteTx, actor: AccountId, id_: FilterId, post_id: PostId) -> FilteredPost:
    """Let a filter name a post that one sees."""
    groups = filters.held(tx, actor)
    group = _first(groups, lambda each: each.filter.id == id_)
    post = reading.visible_post(tx, actor, post_id).id
    if any(each.post == post for each in group.posts):
        raise Invalid("Validation failed: Status has already been taken")
    if sum(len(each.posts) for each in groups) >= limits.FILTER_POSTS:
        raise Invalid(f"Validation failed: You cannot filter more than {limits.FILTER_POSTS} posts")
    new = FilteredPost(FilteredPostId(tx.new_id()), post)
    filters.add_post(tx, id_, new.id, post)
    _note(tx, actor)
    return new


def remove_post(tx: WriteTx, actor: AccountId, id_: FilteredPostId) -> FilteredPost:
    """Let a filter name a post no more."""
    _, found = _with_post(filters.held(tx, actor), id_)
    filters.remove_post(tx, id_)
    _note(tx, actor)
    return found
