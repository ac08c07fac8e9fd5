"""Filters: what a person does not want to read, and which of the loaded posts meet it.

Whether an account has filters at all is found out together with what it did with the posts (see posts.py). What was made
of its filters is kept in memory under a digest of them, so that it holds exactly as long as they are the same.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, select, update

from bema.model import limits
from bema.model.filters import Action, Context, Filter, FilteredPost, FilterGroup, Keyword, Match, Matcher, folded
from bema.model.ids import AccountId, FilteredPostId, FilterId, KeywordId, Millis, PostId
from bema.model.views import Post
from bema.store.dialect import insert
from bema.store.tables import account, filter_digest, filter_keyword, filtered_post, post_filter
from bema.store.tx import Tx, WriteTx, text_of
from bema.wire.html import said

_contexts = msgspec.json.Decoder(tuple[Context, ...]).decode
_ACTIONS = {int(action): action for action in Action}
_account: Any = bindparam("account")
_id: Any = bindparam("key")

# --- Loading ----------------------------------------------------------------------------------------------------------

_filters = (
    select(
        post_filter.c.id, post_filter.c.title, post_filter.c.contexts, post_filter.c.action, post_filter.c.expires_at
    )
    .where(post_filter.c.account_id == _account)
    .order_by(post_filter.c.id)
)
_keywords = (
    select(filter_keyword.c.filter_id, filter_keyword.c.id, filter_keyword.c.keyword, filter_keyword.c.whole_word)
    .select_from(post_filter.join(filter_keyword, filter_keyword.c.filter_id == post_filter.c.id))
    .where(post_filter.c.account_id == _account)
    .order_by(filter_keyword.c.id)
)
_posts = (
    select(filtered_post.c.filter_id, filtered_post.c.id, filtered_post.c.post_id)
    .select_from(post_filter.join(filtered_post, filtered_post.c.filter_id == post_filter.c.id))
    .where(post_filter.c.account_id == _account)
    .order_by(filtered_post.c.id)
)


def load(tx: Tx, account_id: AccountId) -> list[FilterGroup]:
    """Load all filters of an account with what they look for, the eldest first."""
    owner = {"account": account_id}
    groups: dict[FilterId, FilterGroup] = {}
    for row in tx.all(_filters, owner):
        filter_ = Filter(row.id, row.title, _contexts(row.contexts), _ACTIONS[row.action], row.expires_at)
        groups[row.id] = FilterGroup(filter_, [], [])
    if groups:
        for row in tx.all(_keywords, owner):
            groups[row.filter_id].keywords.append(Keyword(row.id, row.keyword, bool(row.whole_word)))
        for row in tx.all(_posts, owner):
            groups[row.filter_id].posts.append(FilteredPost(row.id, row.post_id))
    return list(groups.values())


# --- Matching ---------------------------------------------------------------------------------------------------------

_matchers: dict[tuple[AccountId, int], Matcher] = {}


def matcher(tx: Tx, account_id: AccountId, digest: int) -> Matcher:
    """Return the filters of an account, made ready; `digest` is what the account's row says."""
    key = (account_id, digest)
    kept = _matchers.get(key)
    if kept is None:
        kept = Matcher(load(tx, account_id))
        if len(_matchers) >= limits.FILTER_MATCHERS:
            _matchers.clear()
        _matchers[key] = kept
    return kept


_digest = select(filter_digest.c.digest).where(filter_digest.c.account_id == _account)


def hides(tx: Tx, account_id: AccountId, context: Context) -> bool:
    """Tell whether an account has a filter that may hide posts in a context."""
    digest = tx.value(_digest, {"account": account_id})
    return digest is not None and matcher(tx, account_id, digest).hides_in(context)


def met_by(ready: Matcher, post: Post, now: Millis) -> tuple[Match, ...]:
    """Return the filters that a post meets: by its text, warning, media descriptions, answers of its poll, or its id."""
    described = tuple(each.description for each in post.attachments if each.description)
    options = () if post.poll is None else tuple(post.poll.terms.options)
    text = _words_of(post.warning, post.content_html, options, described)
    return ready.matches(text, post.id, now)


@lru_cache(maxsize=4_096)
def _words_of(warning: str, content_html: str, options: tuple[str, ...], described: tuple[str, ...]) -> str:
    return folded("\n\n".join((warning, said(content_html), *options, *described)))


# --- Changing ---------------------------------------------------------------------------------------------------------

# Who changes the filters of an account waits for others who do: numbers stay below their limits, digests stay right.
_await_others = select(account.c.id).where(account.c.id == _account).with_for_update(key_share=True)
_add = insert(post_filter).values(
    id=_id,
    account_id=_account,
    title=bindparam("title"),
    contexts=bindparam("contexts"),
    action=bindparam("action"),
    expires_at=bindparam("expires_at"),
)
_change = (
    update(post_filter)
    .where(post_filter.c.id == _id)
    .values(
        title=bindparam("new_title"),
        contexts=bindparam("new_contexts"),
        action=bindparam("new_action"),
        expires_at=bindparam("new_expires_at"),
    )
)
_remove = delete(post_filter).where(post_filter.c.id == _id)
_add_keyword = insert(filter_keyword).values(
    id=_id, filter_id=bindparam("filter"), keyword=bindparam("keyword"), whole_word=bindparam("whole_word")
)
_change_keyword = (
    update(filter_keyword)
    .where(filter_keyword.c.id == _id)
    .values(keyword=bindparam("new_keyword"), whole_word=bindparam("new_whole_word"))
)
_remove_keyword = delete(filter_keyword).where(filter_keyword.c.id == _id)
_add_post = (
    insert(filtered_post)
    .values(id=_id, filter_id=bindparam("filter"), post_id=bindparam("post"))
    .on_conflict_do_nothing()
)
_remove_post = delete(filtered_post).where(filtered_post.c.id == _id)
_forget_digest = delete(filter_digest).where(filter_digest.c.account_id == _account)
_put_digest = insert(filter_digest).values(account_id=_account, digest=bindparam("digest"))
_put_digest = _put_digest.on_conflict_do_update(
    index_elements=["account_id"], set_={"digest": _put_digest.excluded.digest}
)


def held(tx: WriteTx, account_id: AccountId) -> list[FilterGroup]:
    """Load all filters of an account, and let nobody change them until this transaction ends."""
    tx.first(_await_others, {"account": account_id})
    return load(tx, account_id)


def add(tx: WriteTx, account_id: AccountId, new: Filter) -> None:
    """Store a filter."""
    values = {"title": new.title, "contexts": text_of(new.contexts), "action": int(new.action)}
    tx.run(_add, {"key": new.id, "account": account_id, "expires_at": new.expires_at, **values})


def change(tx: WriteTx, new: Filter) -> None:
    """Store what a filter is from now on."""
    values = {"new_title": new.title, "new_contexts": text_of(new.contexts), "new_action": int(new.action)}
    tx.run(_change, {"key": new.id, "new_expires_at": new.expires_at, **values})


def remove(tx: WriteTx, id_: FilterId) -> None:
    """Delete a filter with what it looks for."""
    tx.run(_remove, {"key": id_})


def add_keywords(tx: WriteTx, filter_id: FilterId, keywords: Sequence[Keyword]) -> None:
    """Let a filter look for words."""
    rows = [
        {"key": each.id, "filter": filter_id, "keyword": each.keyword, "whole_word": each.whole_word}
        for each in keywords
    ]
    tx.run_each(_add_keyword, rows)


def change_keywords(tx: WriteTx, keywords: Sequence[Keyword]) -> None:
    """Let a filter look for other words instead."""
    rows = [{"key": each.id, "new_keyword": each.keyword, "new_whole_word": each.whole_word} for each in keywords]
    tx.run_each(_change_keyword, rows)


def remove_keywords(tx: WriteTx, ids: Sequence[KeywordId]) -> None:
    """Look for words no more."""
    tx.run_each(_remove_keyword, [{"key": id_} for id_ in ids])


def add_post(tx: WriteTx, filter_id: FilterId, id_: FilteredPostId, post_id: PostId) -> None:
    """Let a filter name a post."""
    tx.run(_add_post, {"key": id_, "filter": filter_id, "post": post_id})


def remove_post(tx: WriteTx, id_: FilteredPostId) -> None:
    """Let a filter name a post no more."""
    tx.run(_remove_post, {"key": id_})


def note_changes(tx: WriteTx, account_id: AccountId) -> None:
    """Make the digest of an account's filters anew, after any change of them."""
    groups = load(tx, account_id)
    if not groups:
        tx.run(_forget_digest, {"account": account_id})
        return
    digest = hashlib.sha256(msgspec.json.encode(groups)).digest()
    tx.run(_put_digest, {"account": account_id, "digest": int.from_bytes(digest[:8], "big") >> 1})
