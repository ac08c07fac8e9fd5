"""Telling: notices are written once per fact; how they go is in `putting_away.py`.

The id of a notice is the position of its fact in the log, so that a fact tells an account one thing at the most. What
belongs together has one key, made of nothing but the fact: its type, its post, and which half day it fell into since
that post was written (of followers and new people: since 1970). Read anew, the log gives the same keys.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    false,
    literal,
    not_,
    null,
    or_,
    select,
    text,
)

from bema.model import limits
from bema.model.collecting import State
from bema.model.ids import AccountId, Millis, PostId
from bema.model.notifications import KINDS
from bema.model.policy import QuoteState, Visibility
from bema.store.dialect import another, insert, one_of_ids
from bema.store.tables import (
    account,
    block,
    collection,
    collection_item,
    decision,
    favourite,
    follow,
    follow_request,
    login,
    membership,
    mention,
    notification,
    notification_group,
    poll_vote,
    post,
    report,
    severance,
)
from bema.store.tx import WriteTx

_id = bindparam("id", type_=BigInteger)
_at = bindparam("at", type_=BigInteger)
_post_id = bindparam("post", type_=BigInteger)
_by = bindparam("by", type_=BigInteger)
_told = bindparam("told", type_=BigInteger)
_about = bindparam("about", type_=BigInteger)
_SPAN = limits.GROUP_HOURS * 3_600_000  # milliseconds


def tell(type_: str, told: Any, by: Any, source: Any, *where: Any, post_id: Any = None, about: Any = None) -> Any:
    """Make a statement that tells people of this server, but nobody of what they did themselves."""
    return tell_even_oneself(type_, told, by, source, told != by, *where, post_id=post_id, about=about)


def tell_even_oneself(
    type_: str, told: Any, by: Any, source: Any, *where: Any, post_id: Any = None, about: Any = None
) -> Any:
    """Make a statement that tells people of this server, also of what nobody else did."""
    columns = ["account_id", "id", "type", "from_id", "post_id", "about_id", "group_key", "filtered", "created_at"]
    who = another(account, "id", "uri")
    # As a join, SQLite would begin with all accounts that have no URI: with everybody here.
    is_local = exists(select(1).where(who.c.id == told, who.c.uri.is_(None)))
    rows = (
        select(
            told,
            _id,
            literal(type_, Text),
            by,
            cast(null(), BigInteger) if post_id is None else post_id,
            cast(null(), BigInteger) if about is None else about,
            _key(type_, post_id) if KINDS[type_].grouped else cast(null(), Text),
            false(),
            _at,
        )
        .select_from(source)
        .where(is_local, *where)
    )
    return insert(notification).from_select(columns, rows).on_conflict_do_nothing()


def _key(type_: str, post_id: Any) -> Any:
    if post_id is None:
        return literal(f"{type_}-", Text) + cast(_at // _SPAN, Text)
    half_day = (_at - post.c.created_at) // _SPAN
    return literal(f"{type_}-", Text) + cast(post_id, Text) + literal("-", Text) + cast(half_day, Text)


_mentioning = mention.join(post, post.c.id == mention.c.post_id)
_told_already = notification.alias()
_addressed = not_(mention.c.silent)
_tell_mentioned = tell(
    "mention",
    mention.c.account_id,
    post.c.author_id,
    _mentioning,
    mention.c.post_id == _post_id,
    _addressed,
    post_id=post.c.id,
)
_tell_newly_mentioned = tell(
    "mention",
    mention.c.account_id,
    post.c.author_id,
    _mentioning,
    mention.c.post_id == _post_id,
    _addressed,
    not_(
        exists(
            select(1).where(
                _told_already.c.post_id == _post_id,
                _told_already.c.account_id == mention.c.account_id,
                _told_already.c.type == "mention",
            )
        )
    ),
    post_id=post.c.id,
)
_answers_nobody_else = or_(post.c.in_reply_to_author_id.is_(None), post.c.in_reply_to_author_id == post.c.author_id)
_tell_followers = tell(
    "post",
    follow.c.follower_id,
    post.c.author_id,
    post.join(follow, follow.c.followed_id == post.c.author_id),
    post.c.id == _post_id,
    follow.c.notify,
    post.c.visibility != int(Visibility.DIRECT),
    _answers_nobody_else,
    post_id=post.c.id,
)
_boost = post.alias()
_boosting = post.join(_boost, _boost.c.boost_of_id == post.c.id)
_tell_boosted = tell(
    "boost", post.c.author_id, _boost.c.author_id, _boosting, _boost.c.id == _post_id, post_id=post.c.id
)
_tell_boosters = tell("edit", _boost.c.author_id, post.c.author_id, _boosting, post.c.id == _post_id, post_id=post.c.id)
_quoting = post.alias()
_quotes = and_(_quoting.c.quote_of_id == post.c.id, _quoting.c.quote_state == int(QuoteState.ACCEPTED))
_with_quotes = post.join(_quoting, _quotes)
_tell_quoted = tell(
    "quote",
    post.c.author_id,
    _quoting.c.author_id,
    _with_quotes,
    _quoting.c.id == _post_id,
    post_id=_quoting.c.id,
)
_tell_asked = tell(
    "quote",
    post.c.author_id,
    _quoting.c.author_id,
    post.join(_quoting, _quoting.c.quote_of_id == post.c.id),
    _quoting.c.id == _post_id,
    post_id=_quoting.c.id,
)
_tell_quoters = tell(
    "quoted_edit",
    _quoting.c.author_id,
    post.c.author_id,
    _with_quotes,
    post.c.id == _post_id,
    not_(exists(select(1).where(block.c.by_id == post.c.author_id, block.c.target_id == _quoting.c.author_id))),
    post_id=_quoting.c.id,
)
_tell_favourited = tell(
    "favourite",
    post.c.author_id,
    favourite.c.account_id,
    post.join(favourite, favourite.c.post_id == post.c.id),
    post.c.id == _post_id,
    favourite.c.account_id == _by,
    post_id=post.c.id,
)
_tell_voters = tell(
    "poll",
    poll_vote.c.account_id,
    post.c.author_id,
    post.join(poll_vote, poll_vote.c.post_id == post.c.id),
    post.c.id == _post_id,
    post_id=post.c.id,
)
_tell_asker = tell_even_oneself(
    "poll", post.c.author_id, post.c.author_id, post, post.c.id == _post_id, post_id=post.c.id
)


def _tell_relation(type_: str, table: Any) -> Any:
    pair = and_(table.c.follower_id == _by, table.c.followed_id == _told)
    return tell(type_, table.c.followed_id, table.c.follower_id, table, pair)


_tell_followed = _tell_relation("follow", follow)
_tell_requested = _tell_relation("follow_request", follow_request)

# Whoever keeps the square manages its people and reports: see model/permissions.py.
_staff = login.join(membership, membership.c.login_id == login.c.id)
_of_staff = and_(login.c.role > text("0"), login.c.disabled_at.is_(None))
_tell_joined = tell(
    "sign_up", membership.c.account_id, account.c.id, _staff.join(account, account.c.id == _by), _of_staff
)
_tell_reported = tell(
    "report",
    membership.c.account_id,
    report.c.by_id,
    _staff.join(report, report.c.id == _about),
    _of_staff,
    about=report.c.id,
)
_tell_decided = tell_even_oneself(
    "decision",
    account.c.id,
    account.c.id,
    account.join(decision, decision.c.id == _about),
    account.c.id == _told,
    about=decision.c.id,
)


_tell_severed = tell_even_oneself(
    "severance",
    account.c.id,
    account.c.id,
    account.join(severance, severance.c.account_id == account.c.id),
    account.c.id == _told,
    severance.c.id == _about,
    about=severance.c.id,
)


def _tell_collected(type_: str, *where: Any) -> Any:
    inside = collection_item.join(collection, collection.c.id == collection_item.c.collection_id)
    accepted = collection_item.c.state == int(State.ACCEPTED)
    told, by = collection_item.c.account_id, collection.c.owner_id
    return tell(type_, told, by, inside, accepted, *where, about=collection.c.id)


_tell_put_in = _tell_collected("collected", collection_item.c.id == bindparam("item", type_=BigInteger))
_tell_edited_collection = _tell_collected("collection_edit", one_of_ids(collection_item.c.id, "items"))


_tell_looked_back = tell_even_oneself("annual_report", account.c.id, account.c.id, account, account.c.id == _told)


def tell_mentioned(tx: WriteTx, id_: int, at: Millis, post_id: PostId) -> None:
    """Tell whom a post mentions."""
    tx.run(_tell_mentioned, {"id": id_, "at": at, "post": post_id})


def tell_followers(tx: WriteTx, id_: int, at: Millis, post_id: PostId) -> None:
    """Tell those followers of a post's author who want to hear of each of the author's posts."""
    tx.run(_tell_followers, {"id": id_, "at": at, "post": post_id})


def tell_quoted(tx: WriteTx, id_: int, at: Millis, post_id: PostId) -> None:
    """Tell the author of a post that another quotes it, with leave."""
    tx.run(_tell_quoted, {"id": id_, "at": at, "post": post_id})


def tell_asked(tx: WriteTx, id_: int, at: Millis, post_id: PostId) -> None:
    """Tell the author of a post that another wants to quote it."""
    tx.run(_tell_asked, {"id": id_, "at": at, "post": post_id})


def tell_edited(tx: WriteTx, id_: int, at: Millis, post_id: PostId) -> None:
    """Tell those whom a post mentions only now, and those who quoted it or passed it on as it was."""
    tx.run(_tell_newly_mentioned, {"id": id_, "at": at, "post": post_id})
    tx.run(_tell_quoters, {"id": id_, "at": at, "post": post_id})
    tx.run(_tell_boosters, {"id": id_, "at": at, "post": post_id})


def tell_boosted(tx: WriteTx, id_: int, at: Millis, boost: PostId) -> None:
    """Tell the author of a post that it was boosted."""
    tx.run(_tell_boosted, {"id": id_, "at": at, "post": boost})


def tell_favourited(tx: WriteTx, id_: int, at: Millis, post_id: PostId, by: AccountId) -> None:
    """Tell the author of a post that it was favourited."""
    tx.run(_tell_favourited, {"id": id_, "at": at, "post": post_id, "by": by})


def tell_poll_ended(tx: WriteTx, id_: int, at: Millis, post_id: PostId) -> None:
    """Tell those who voted in a poll, and who asked, that it is over."""
    tx.run(_tell_voters, {"id": id_, "at": at, "post": post_id})
    tx.run(_tell_asker, {"id": id_, "at": at, "post": post_id})


def tell_followed(tx: WriteTx, id_: int, at: Millis, followed: AccountId, by: AccountId) -> None:
    """Tell an account that it has a new follower."""
    tx.run(_tell_followed, {"id": id_, "at": at, "told": followed, "by": by})


def tell_requested(tx: WriteTx, id_: int, at: Millis, followed: AccountId, by: AccountId) -> None:
    """Tell an account that somebody asks to follow."""
    tx.run(_tell_requested, {"id": id_, "at": at, "told": followed, "by": by})


def tell_joined(tx: WriteTx, id_: int, at: Millis, joined: AccountId) -> None:
    """Tell the staff that somebody takes part from now on."""
    tx.run(_tell_joined, {"id": id_, "at": at, "by": joined})


def tell_reported(tx: WriteTx, id_: int, at: Millis, report_id: int) -> None:
    """Tell the staff of a report."""
    tx.run(_tell_reported, {"id": id_, "at": at, "about": report_id})


def tell_decided(tx: WriteTx, id_: int, at: Millis, decision_id: int, told: AccountId) -> None:
    """Tell an account what was decided about it."""
    tx.run(_tell_decided, {"id": id_, "at": at, "about": decision_id, "told": told})


def tell_severed(tx: WriteTx, id_: int, at: Millis, severance_id: int, told: AccountId) -> None:
    """Tell an account which follows it lost."""
    tx.run(_tell_severed, {"id": id_, "at": at, "about": severance_id, "told": told})


def tell_collected(tx: WriteTx, id_: int, at: Millis, item: int) -> None:
    """Tell an account that it was put into a collection."""
    tx.run(_tell_put_in, {"id": id_, "at": at, "item": item})


def tell_collection_edited(tx: WriteTx, id_: int, at: Millis, items: Sequence[int]) -> None:
    """Tell those who are in a collection that other things are said of it now."""
    tx.run(_tell_edited_collection, {"id": id_, "at": at, "items": items})


def tell_looked_back(tx: WriteTx, id_: int, at: Millis, told: AccountId) -> None:
    """Tell an account that its year was looked back on."""
    tx.run(_tell_looked_back, {"id": id_, "at": at, "told": told})


# --- Putting together -------------------------------------------------------------------------------------------------

_together = insert(notification_group).from_select(
    ["account_id", "group_key", "type", "post_id", "newest_id"],
    select(
        notification.c.account_id,
        notification.c.group_key,
        notification.c.type,
        notification.c.post_id,
        notification.c.id,
    ).where(notification.c.id == _id, notification.c.group_key.is_not(None)),
)
_together = _together.on_conflict_do_update(
    index_elements=["account_id", "group_key"], set_={"newest_id": _together.excluded.newest_id}
)


def put_together(tx: WriteTx, id_: int) -> None:
    """Let the groups of what a fact told stand where it stands."""
    tx.run(_together, {"id": id_})


def note_untold(tx: WriteTx, id_: int) -> None:
    """Note that a fact, read in this transaction, told nobody: nobody need look whom."""
    tx.noted["untold", id_] = True


def is_untold(tx: WriteTx, id_: int) -> bool:
    """Tell whether it is known that a fact told nobody."""
    return ("untold", id_) in tx.noted
