"""Departures: what an account leaves behind when it is deleted, found and removed piece by piece."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, or_, select

from bema.model.ids import AccountId, LoginId, PostId
from bema.model.views import Attachment
from bema.store.tables import (
    account_alias,
    account_move,
    announcement_dismissal,
    announcement_reaction,
    annual_report,
    block,
    bookmark,
    collection,
    collection_item,
    conversation,
    email_issue,
    email_subscription,
    favourite,
    featured_tag,
    follow,
    follow_request,
    home,
    idempotency,
    login,
    marker,
    media,
    membership,
    mute,
    notification,
    notification_group,
    notification_permission,
    notification_policy,
    pin,
    poll_vote,
    post,
    private_note,
    push_subscription,
    refresh,
    refused_suggestion,
    scheduled_post,
    session,
    tag_follow,
    thread_mute,
    token,
)
from bema.store.tx import Tx, WriteTx

_attachment = msgspec.json.Decoder(Attachment).decode
_account: Any = bindparam("account", type_=BigInteger)
_login: Any = bindparam("login", type_=BigInteger)
_limit: Any = bindparam("limit")

# --- Ways in ----------------------------------------------------------------------------------------------------------

_tokens = delete(token).where(token.c.account_id == _account)
_sessions = delete(session).where(session.c.login_id == _login, session.c.account_id == _account)
_membership = delete(membership).where(membership.c.login_id == _login, membership.c.account_id == _account)
_remove_login = delete(login).where(login.c.id == _login)


def remove_tokens(tx: WriteTx, account_id: AccountId) -> None:
    """Take away every token that speaks for an account."""
    tx.run(_tokens, {"account": account_id})


def separate(tx: WriteTx, login_id: LoginId, account_id: AccountId) -> None:
    """Let a login speak for an account no more."""
    tx.run(_sessions, {"login": login_id, "account": account_id})
    tx.run(_membership, {"login": login_id, "account": account_id})


def remove_login(tx: WriteTx, login_id: LoginId) -> None:
    """Forget a login with its sessions, tokens and secrets; its address can be used again."""
    tx.run(_remove_login, {"login": login_id})


# --- What others count ------------------------------------------------------------------------------------------------

_posts = select(post.c.id).where(post.c.author_id == _account).order_by(post.c.id.desc()).limit(_limit)
_favourites = (
    select(favourite.c.post_id).where(favourite.c.account_id == _account).order_by(favourite.c.id).limit(_limit)
)
_votes = (
    select(poll_vote.c.post_id).where(poll_vote.c.account_id == _account).order_by(poll_vote.c.post_id).limit(_limit)
)
_media = select(media.c.attachment).where(media.c.account_id == _account).order_by(media.c.id).limit(_limit)


def _pairs(table: Any) -> tuple[Any, Any]:
    both = select(table.c.follower_id, table.c.followed_id).order_by(table.c.id).limit(_limit)
    return both.where(table.c.follower_id == _account), both.where(table.c.followed_id == _account)


_following, _followers = _pairs(follow)
_asked, _askers = _pairs(follow_request)


def posts(tx: Tx, account_id: AccountId, limit: int) -> list[PostId]:
    """Return some of an account's posts and boosts, the newest first."""
    return tx.values(_posts, {"account": account_id, "limit": limit})


def follows(tx: Tx, account_id: AccountId, limit: int) -> list[tuple[AccountId, AccountId]]:
    """Return some follows and requests from or to an account, as pairs of follower and followed."""
    for statement in (_following, _followers, _asked, _askers):
        found = tx.all(statement, {"account": account_id, "limit": limit})
        if found:
            return [(row.follower_id, row.followed_id) for row in found]
    return []


def favourites(tx: Tx, account_id: AccountId, limit: int) -> list[PostId]:
    """Return some posts that an account favourited."""
    return tx.values(_favourites, {"account": account_id, "limit": limit})


def votes(tx: Tx, account_id: AccountId, limit: int) -> list[PostId]:
    """Return some posts in whose polls an account voted."""
    return tx.values(_votes, {"account": account_id, "limit": limit})


def files(tx: Tx, account_id: AccountId, limit: int) -> list[Attachment]:
    """Return some files that an account uploaded."""
    return [_attachment(body) for body in tx.values(_media, {"account": account_id, "limit": limit})]


# --- What nobody counts -----------------------------------------------------------------------------------------------

_rest: Sequence[Any] = (
    delete(block).where(block.c.by_id == _account),
    delete(block).where(block.c.target_id == _account),
    delete(mute).where(mute.c.by_id == _account),
    delete(mute).where(mute.c.target_id == _account),
    delete(private_note).where(private_note.c.by_id == _account),
    delete(private_note).where(private_note.c.target_id == _account),
    delete(account_alias).where(account_alias.c.account_id == _account),
    delete(account_move).where(account_move.c.account_id == _account),
    delete(bookmark).where(bookmark.c.account_id == _account),
    delete(pin).where(pin.c.account_id == _account),
    delete(scheduled_post).where(scheduled_post.c.account_id == _account),
    delete(collection).where(collection.c.owner_id == _account),
    delete(collection_item).where(collection_item.c.account_id == _account),
    delete(annual_report).where(annual_report.c.account_id == _account),
    delete(refresh).where(refresh.c.account_id == _account),
    delete(tag_follow).where(tag_follow.c.account_id == _account),
    delete(featured_tag).where(featured_tag.c.account_id == _account),
    delete(refused_suggestion).where(refused_suggestion.c.by_id == _account),
    delete(announcement_reaction).where(announcement_reaction.c.account_id == _account),
    delete(announcement_dismissal).where(announcement_dismissal.c.account_id == _account),
    delete(thread_mute).where(thread_mute.c.account_id == _account),
    delete(idempotency).where(idempotency.c.account_id == _account),
    delete(marker).where(marker.c.account_id == _account),
    delete(email_subscription).where(email_subscription.c.account_id == _account),
    delete(email_issue).where(email_issue.c.account_id == _account),
    delete(home).where(home.c.account_id == _account),
    delete(conversation).where(conversation.c.account_id == _account),
    delete(notification).where(or_(notification.c.account_id == _account, notification.c.from_id == _account)),
    delete(notification_group).where(notification_group.c.account_id == _account),
    delete(notification_permission).where(notification_permission.c.account_id == _account),
    delete(notification_permission).where(notification_permission.c.from_id == _account),
    delete(notification_policy).where(notification_policy.c.account_id == _account),
    delete(push_subscription).where(push_subscription.c.account_id == _account),
)


def remove_rest(tx: WriteTx, account_id: AccountId) -> None:
    """Forget what an account kept for itself, and what was kept about it."""
    for statement in _rest:
        tx.run(statement, {"account": account_id})
