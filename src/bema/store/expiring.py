"""Expiring: which posts and people of other servers nobody here has to do with, and how they go.

Nothing goes that somebody here favourited, bookmarked, boosted, answered, quoted, voted on, was named in or told of, that
is pinned, reported, decided about, or by somebody who is followed or asked to be; no conversation that somebody here takes
part in; and nobody who is known here for anything but having been heard of.
"""

from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, delete, exists, not_, or_, select, update

from bema.model import limits
from bema.model.decisions import SubjectKind
from bema.model.ids import AccountId, Millis, PostId, lowest_id_at
from bema.model.policy import Visibility
from bema.store.dialect import another
from bema.store.tables import (
    account,
    bookmark,
    conversation_post,
    effect,
    favourite,
    filtered_post,
    follow,
    follow_request,
    mention,
    notification,
    pin,
    poll_vote,
    post,
    remote_actor,
    remote_post,
    report,
)
from bema.store.tables.schema import metadata
from bema.store.tx import Tx, WriteTx

_before: Any = bindparam("before", type_=BigInteger)
_limit = bindparam("limit", type_=BigInteger)


def _there_is(*conditions: Any) -> Any:
    return exists(select(1).where(*conditions).correlate(post))


def _of_here(column: Any) -> Any:
    who = another(account, "id", "uri")
    return exists(select(1).where(who.c.id == column, who.c.uri.is_(None)))


_other = post.alias()
_touched = or_(
    _there_is(bookmark.c.post_id == post.c.id),
    _there_is(pin.c.post_id == post.c.id),
    _there_is(filtered_post.c.post_id == post.c.id),
    _there_is(notification.c.post_id == post.c.id),
    _there_is(conversation_post.c.post_id == post.c.id),
    _there_is(favourite.c.post_id == post.c.id, _of_here(favourite.c.account_id)),
    _there_is(mention.c.post_id == post.c.id, _of_here(mention.c.account_id)),
    _there_is(poll_vote.c.post_id == post.c.id, _of_here(poll_vote.c.account_id)),
    _there_is(_other.c.boost_of_id == post.c.id, _other.c.local),
    _there_is(_other.c.quote_of_id == post.c.id, _other.c.local),
    _there_is(_other.c.thread_id == post.c.thread_id, _other.c.local),
    _there_is(follow.c.followed_id == post.c.author_id, _of_here(follow.c.follower_id)),
    _there_is(follow_request.c.followed_id == post.c.author_id),
    _there_is(report.c.target_id == post.c.author_id),
    _there_is(
        effect.c.target_kind == SubjectKind.POST.value, effect.c.target_id == post.c.id, effect.c.in_force.is_(True)
    ),
)
_untouched_posts = (
    select(post.c.id, post.c.uri)
    .select_from(remote_post.join(post, post.c.id == remote_post.c.post_id))
    .where(
        remote_post.c.post_id < _before,
        remote_post.c.post_id > bindparam("after", type_=BigInteger),
        post.c.local.is_(False),
        post.c.removed.is_(False),
        post.c.marked_sensitive.is_(False),
        post.c.visibility != int(Visibility.DIRECT),
        remote_post.c.fetched_at < bindparam("fetched_before", type_=BigInteger),
        not_(_touched),
    )
    .order_by(remote_post.c.post_id)
    .limit(_limit)
)
_answers = select(post.c.id).where(post.c.in_reply_to_id == bindparam("post", type_=BigInteger))
_unjoin = update(remote_post).where(remote_post.c.post_id.in_(_answers)).values(answers=bindparam("uri"))

# What is made of an account by itself, or says no more than that it was heard of.
_OWN = {
    "account_counts",
    "card_day",
    "directory_entry",
    "featured_tag",
    "incoming",
    "remote_actor",
    "remote_key",
    "search_account",
    "tag_day",
    "trend_voice",
    "widely_followed",
}
_OF_SIGNING_IN = {"authorization_code", "session"}  # which nobody elsewhere does
_KNOWN_FOR = [
    column
    for table in metadata.sorted_tables
    for column in table.c
    if any(key.target_fullname == "account.id" for key in column.foreign_keys)
    and table.name not in _OF_SIGNING_IN
    and (table.name not in _OWN or column.name == "moved_to_id")
]
_self = remote_actor.alias()


def _is_known_for(column: Any) -> Any:
    table = another(column.table, column.name)
    return exists(select(1).where(table.c[column.name] == _self.c.account_id).correlate(_self))


_untouched_people = (
    select(_self.c.account_id)
    .where(
        _self.c.fetched_at < _before,
        not_(or_(*[_is_known_for(column) for column in _KNOWN_FOR])),
        not_(
            exists(
                select(1)
                .where(
                    effect.c.target_kind == SubjectKind.ACCOUNT.value,
                    effect.c.target_id == _self.c.account_id,
                    effect.c.in_force.is_(True),
                )
                .correlate(_self)
            )
        ),
    )
    .order_by(_self.c.fetched_at)
    .limit(_limit)
)
_forget_account = delete(account).where(and_(account.c.id == bindparam("id"), account.c.uri.is_not(None)))


def untouched_posts(tx: Tx, before: Millis, after: PostId) -> list[tuple[PostId, str]]:
    """Return some posts from before a moment that nobody here has to do with, the oldest after a given one first."""
    parameters = {"before": lowest_id_at(before), "fetched_before": before, "after": after}
    return [(row[0], row[1]) for row in tx.all(_untouched_posts, {**parameters, "limit": limits.EXPIRED_AT_ONCE})]


def unjoin(tx: WriteTx, post_id: PostId, uri: str) -> None:
    """Let what answers a post find it again, if it ever comes back."""
    tx.run(_unjoin, {"post": post_id, "uri": uri})


def untouched_people(tx: Tx, before: Millis) -> list[AccountId]:
    """Return some people not heard of since a moment who are known here for nothing."""
    return tx.values(_untouched_people, {"before": before, "limit": limits.EXPIRED_AT_ONCE})


def forget_person(tx: WriteTx, id_: AccountId) -> None:
    """Forget somebody of another server as if they had never been heard of."""
    tx.run(_forget_account, {"id": id_})
