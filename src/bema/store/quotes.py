"""Quotes: which posts quote a post, who may see what is quoted, and what its author says to being quoted."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, case, exists, literal_column, or_, select, update

from bema.model.ids import AccountId, PostId
from bema.model.policy import QuotePolicy, QuoteState
from bema.model.views import Post, Quote
from bema.store.dialect import one_of_ids
from bema.store.tables import block, follow, mute, post
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx
from bema.store.visible import from_blocked_domain, sees, viewer, wants

# --- What a viewer sees of it -----------------------------------------------------------------------------------------

_ACCEPTED = int(QuoteState.ACCEPTED)
_now = bindparam("now", type_=BigInteger, required=True)
_blocked = exists(select(1).where(block.c.by_id == viewer, block.c.target_id == post.c.author_id))
_muted = exists(
    select(1).where(
        mute.c.by_id == viewer,
        mute.c.target_id == post.c.author_id,
        or_(mute.c.expires_at.is_(None), mute.c.expires_at > _now),
    )
)
_WORDS = ("accepted", "blocked", "blocked_domain", "muted")
_how = case(
    (_blocked, literal_column("1")),
    (from_blocked_domain(post.c.author_id), literal_column("2")),
    (_muted, literal_column("3")),
    else_=literal_column("0"),
)
_seen = select(post.c.id, _how).where(one_of_ids(post.c.id), sees())


def seen(tx: Tx, ids: Collection[PostId], viewer_id: AccountId | None) -> dict[PostId, str]:
    """Return which of the posts the viewer may see, and whether they want to: accepted, blocked, blocked_domain or muted."""
    if not ids:
        return {}
    rows = tx.all(_seen, {"ids": list(ids), "viewer": viewer_id, "now": tx.now})
    return {row[0]: _WORDS[row[1]] for row in rows}


class Quoting(NamedTuple):
    """What a post quotes, whoever may see it."""

    of: PostId | None  # none: it was deleted
    state: int  # QuoteState


def quoted_by(quoting: Iterable[Quoting | None]) -> set[PostId]:
    """Return what is quoted with the leave of its author."""
    return {each.of for each in quoting if each is not None and each.of is not None and each.state == _ACCEPTED}


def attach(made: dict[PostId, Post], quoting: Mapping[PostId, Quoting], seen: Mapping[PostId, str]) -> None:
    """Give posts what they quote, which has what it quotes in its turn by its id alone."""
    replace = msgspec.structs.replace
    inside = made | {id_: replace(made[id_], quote=_as_seen(each, seen, {})) for id_, each in quoting.items()}
    made.update({id_: replace(made[id_], quote=_as_seen(each, seen, inside)) for id_, each in quoting.items()})


def _as_seen(quoting: Quoting, seen: Mapping[PostId, str], inside: Mapping[PostId, Post]) -> Quote:
    if quoting.state != _ACCEPTED:
        return Quote(QuoteState(quoting.state).name.lower())
    if quoting.of is None:
        return Quote("deleted")
    how = seen.get(quoting.of)
    return Quote("hidden") if how is None else Quote(how, quoting.of, inside.get(quoting.of))


_followed = select(follow.c.followed_id).where(follow.c.follower_id == viewer, one_of_ids(follow.c.followed_id))


def relate(tx: Tx, made: dict[PostId, Post], viewer_id: AccountId) -> None:
    """Say of posts that only followers may quote, or do something else with, whether the viewer is one."""
    for_followers = [
        each
        for each in made.values()
        if QuotePolicy.FOLLOWERS in (each.quote_policy.at_once, each.quote_policy.when_asked)
        or each.allowance is not None
    ]
    authors = {each.author.id for each in for_followers}
    followed = set(tx.values(_followed, {"viewer": viewer_id, "ids": list(authors)}))
    for each in for_followers:
        if each.author.id in followed:
            made[each.id] = msgspec.structs.replace(each, follows_author=True)


# --- What quotes a post -----------------------------------------------------------------------------------------------

_is_accepted = post.c.quote_state == _ACCEPTED
_of = Paged(
    select(post.c.id).where(post.c.quote_of_id == bindparam("post", type_=BigInteger), _is_accepted, sees(), wants()),
    post.c.id,
)


def ids_of(tx: Tx, viewer_id: AccountId | None, post_id: PostId, range_: Range) -> list[PostId]:
    """Return a page of the posts that quote a post, as far as the viewer may and wants to see them."""
    return _of.ids(tx, range_, {"post": post_id, "viewer": viewer_id, "now": tx.now})


_quoted_by_post = select(post.c.quote_of_id).where(post.c.id == bindparam("id"))


def quoted_by_post(tx: Tx, id_: PostId) -> PostId | None:
    """Return what a post quotes, with leave or without."""
    found: PostId | None = tx.value(_quoted_by_post, {"id": id_})
    return found


_quotes_for: Any = select(literal_column("1")).where(
    post.c.id == bindparam("id", type_=BigInteger),
    post.c.author_id == bindparam("by", type_=BigInteger),
    post.c.quote_of_id == bindparam("of", type_=BigInteger),
)


def quotes_for(tx: Tx, id_: PostId, by: AccountId, of: PostId) -> bool:
    """Tell whether a post is somebody's, and quotes a certain other."""
    return tx.value(_quotes_for, {"id": id_, "by": by, "of": of}) is not None


_uri = select(post.c.uri).where(post.c.id == bindparam("id"))


def uri_of(tx: Tx, id_: PostId) -> str | None:
    """Return the address of a post from elsewhere; None of one of this server."""
    found: str | None = tx.value(_uri, {"id": id_})
    return found


# --- What its author says to it ---------------------------------------------------------------------------------------

_revoke = (
    update(post)
    .where(post.c.id == bindparam("key"), post.c.quote_of_id == bindparam("of", type_=BigInteger), _is_accepted)
    .values(quote_state=int(QuoteState.REVOKED))
)
_set_policy: Any = update(post).where(post.c.id == bindparam("key")).values(quote_policy=bindparam("policy"))


_is_pending = post.c.quote_state == int(QuoteState.PENDING)
_accept: Any = (
    update(post)
    .where(
        post.c.uri == bindparam("address"),
        post.c.author_id == bindparam("by", type_=BigInteger),
        post.c.quote_of_id == bindparam("of", type_=BigInteger),
        _is_pending,
    )
    .values(quote_state=_ACCEPTED)
    .returning(post.c.id)
)
_settle: Any = (
    update(post)
    .where(post.c.id == bindparam("key"), _is_pending)
    .values(quote_state=bindparam("state"), quote_approval_uri=bindparam("stamp", type_=Text))
)


def accept_of(tx: WriteTx, quoted: PostId, uri: str, by: AccountId) -> PostId | None:
    """Let a post from elsewhere quote what it asks to; None where it is not here, or does not wait for that."""
    found: PostId | None = tx.value(_accept, {"address": uri, "by": by, "of": quoted})
    return found


def settle(tx: WriteTx, id_: PostId, state: QuoteState, stamp: str | None) -> bool:
    """Say what became of a quote that waited; False where it did not wait."""
    return tx.run(_settle, {"key": id_, "state": int(state), "stamp": stamp}) > 0


def revoke(tx: WriteTx, quoting: PostId, quoted: PostId) -> bool:
    """Take back the leave to quote; False when there was none."""
    return tx.run(_revoke, {"key": quoting, "of": quoted}) > 0


def set_policy(tx: WriteTx, id_: PostId, policy: QuotePolicy) -> None:
    """Say who may quote a post from now on."""
    tx.run(_set_policy, {"key": id_, "policy": int(policy)})
