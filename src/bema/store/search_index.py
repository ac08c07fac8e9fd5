"""Keeping the search index: by which tokens posts and accounts are found, by FTS5 on SQLite and by GIN on PostgreSQL.

Among a post's tokens are some that no text has: "=p" when anybody may find it, "=7" when account 7 wrote it or is
addressed, "=a7" when account 7 wrote it. With them in every query, the index itself passes over what the viewer must not
find, and a search costs no more on a server with more posts of others. Others say what the post is and in which language
(`model/asking.py`), so that operators need no other index.
"""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Text, bindparam, delete, exists, func, literal_column, or_, select, update

from bema.model import limits
from bema.model.asking import ANYBODY, TRAITS, language_tokens
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.model.views import Attachment
from bema.store import polls
from bema.store.dialect import insert
from bema.store.tables import account, domain, mention, post
from bema.store.tables import search_account as account_index
from bema.store.tables import search_post as post_index
from bema.store.tx import Tx, WriteTx

_attachments = msgspec.json.Decoder(list[Attachment]).decode

_put_post = insert(post_index).values(post_id=bindparam("post"), tokens=bindparam("tokens"))
_put_post = _put_post.on_conflict_do_update(index_elements=["post_id"], set_={"tokens": _put_post.excluded.tokens})
_post = (
    select(
        post.c.author_id,
        post.c.visibility,
        post.c.text,
        post.c.warning,
        post.c.attachments,
        post.c.poll,
        post.c.language,
        post.c.in_reply_to_author_id,
        post.c.quote_state,
        or_(post.c.sensitive, post.c.marked_sensitive).label("sensitive"),
        post.c.content_html,
        account.c.indexable,
        exists(select(1).where(mention.c.post_id == post.c.id)).label("names"),
    )
    .join(account, account.c.id == post.c.author_id)
    .where(post.c.id == bindparam("post"), post.c.boost_of_id.is_(None))
)
_mentioned = select(mention.c.account_id).where(mention.c.post_id == bindparam("post"))


class Source(msgspec.Struct, frozen=True):
    """What a post is found by."""

    tokens: list[str]  # that say by whom, what it is and in which language
    text: str
    html: str  # in which links are looked for


def source(tx: Tx, id_: PostId) -> Source | None:
    """Load what a post is found by; None of boosts and of what is gone."""
    row = tx.first(_post, {"post": id_})
    if row is None:
        return None
    finders = [f"={row.author_id}", f"=a{row.author_id}"]
    if row.visibility == int(Visibility.PUBLIC) and row.indexable:
        finders.insert(0, ANYBODY)
    if row.names:
        finders += [f"={each}" for each in tx.values(_mentioned, {"post": id_})]
    attachments = _attachments(row.attachments) if row.attachments != "[]" else []
    options = polls.terms_of(row.poll).options if row.poll is not None else []
    traits = [f"has:{'image' if each.type == 'gifv' else each.type}" for each in attachments]
    traits += ["has:media"] * bool(attachments) + ["has:poll"] * bool(options) + ["is:sensitive"] * row.sensitive
    traits += ["is:reply"] * (row.in_reply_to_author_id is not None) + ["is:quote"] * (row.quote_state is not None)
    tokens = [*finders, *(TRAITS[each] for each in traits if each in TRAITS), *_language(row.language)]
    described = [each.description or "" for each in attachments]
    text = "\n".join([row.warning, row.text, *described, *options])
    return Source(list(dict.fromkeys(tokens)), text, row.content_html)


def _language(language: str | None) -> list[str]:
    return language_tokens(language) if language else []


def put_post(tx: WriteTx, id_: PostId, tokens: Iterable[str]) -> None:
    """Let a post be found by tokens, and by no others; when it is deleted, so are they."""
    tx.run(_put_post, {"post": id_, "tokens": " ".join(tokens)})


_account = (
    select(account.c.username, account.c.display_name, account.c.indexable, domain.c.name, domain.c.local)
    .join(domain, domain.c.id == account.c.domain_id)
    .where(account.c.id == bindparam("account"))
)
_was_indexable = select(account_index.c.indexable).where(account_index.c.account_id == bindparam("account"))
_put_account = insert(account_index).values(
    account_id=bindparam("account"), tokens=bindparam("tokens"), indexable=bindparam("indexable")
)
_put_account = _put_account.on_conflict_do_update(
    index_elements=["account_id"],
    set_={"tokens": _put_account.excluded.tokens, "indexable": _put_account.excluded.indexable},
)
_newest_public = (
    select(post.c.id)
    .where(
        post.c.author_id == bindparam("account"),
        post.c.visibility == int(Visibility.PUBLIC),
        post.c.boost_of_id.is_(None),
    )
    .order_by(post.c.id.desc())
    .limit(limits.SEARCH_REINDEXED_POSTS)
)
_is_open = post_index.c.tokens.like(f"{ANYBODY} %")
_open = (
    update(post_index)
    .where(post_index.c.post_id.in_(_newest_public), ~_is_open)
    .values(tokens=literal_column(f"'{ANYBODY} '", Text) + post_index.c.tokens)
)
_shut = (
    update(post_index)
    .where(post_index.c.post_id.in_(_newest_public), _is_open)
    .values(tokens=func.substr(post_index.c.tokens, literal_column(str(len(ANYBODY) + 2))))
)


def account_source(tx: Tx, id_: AccountId) -> tuple[str, bool] | None:
    """Load what an account is found by, and whether its public posts may be found by anybody."""
    row = tx.first(_account, {"account": id_})
    if row is None:
        return None
    return "\n".join([row.username, row.display_name, "" if row.local else row.name]), bool(row.indexable)


def put_account(tx: WriteTx, id_: AccountId, tokens: Iterable[str], *, indexable: bool) -> None:
    """Let an account be found by tokens; where it changed its mind, put its posts among what anybody may find, or not."""
    before = tx.value(_was_indexable, {"account": id_})
    tx.run(_put_account, {"account": id_, "tokens": " ".join(tokens), "indexable": indexable})
    if before is not None and bool(before) != indexable:
        tx.run(_open if indexable else _shut, {"account": id_})


_forget_account = delete(account_index).where(account_index.c.account_id == bindparam("account"))
_forget_accounts, _forget_posts = delete(account_index), delete(post_index)
_all_accounts = select(account.c.id).where(account.c.id > bindparam("after")).order_by(account.c.id).limit(1_000)
_all_posts = (
    select(post.c.id)
    .where(post.c.id > bindparam("after"), post.c.boost_of_id.is_(None))
    .order_by(post.c.id)
    .limit(1_000)
)


def forget_account(tx: WriteTx, id_: AccountId) -> None:
    """Let an account be found no more."""
    tx.run(_forget_account, {"account": id_})


def forget_all(tx: WriteTx) -> None:
    """Empty the index."""
    tx.run(_forget_accounts)
    tx.run(_forget_posts)


def accounts_after(tx: Tx, id_: int) -> list[AccountId]:
    """Return the ids of some accounts, to walk through all."""
    return tx.values(_all_accounts, {"after": id_})


def posts_after(tx: Tx, id_: int) -> list[PostId]:
    """Return the ids of some posts, to walk through all."""
    return tx.values(_all_posts, {"after": id_})
