"""Posts of other servers: found by their ids, and joined with what they answer and quote as soon as that is known."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, insert, literal_column, select, update

from bema.model import limits
from bema.model.ids import AccountId, Millis, PostId, lowest_id_at
from bema.model.policy import QuoteState, Visibility
from bema.store.dialect import one_of_texts
from bema.store.tables import account, follow, post, remote_post
from bema.store.tx import Tx, WriteTx

_ids = select(post.c.uri, post.c.id).where(one_of_texts(post.c.uri, "uris"))
_add = insert(remote_post).values(
    {column.name: bindparam(column.name) for column in remote_post.c if column.name != "replies_at"}
)


def ids(tx: Tx, uris: Iterable[str]) -> dict[str, PostId]:
    """Return those of the posts, or boosts, that are known, by their ids elsewhere."""
    wanted = list(dict.fromkeys(uris))
    return dict(tx.all(_ids, {"uris": wanted})) if wanted else {}


def id_of(tx: Tx, uri: str) -> PostId | None:
    """Return a post or boost by its id elsewhere, if it is known."""
    return ids(tx, [uri]).get(uri)


_uri = select(post.c.uri).where(post.c.id == bindparam("id"), post.c.uri.is_not(None))


def uri_of(tx: Tx, id_: PostId) -> str | None:
    """Return the id that a post has elsewhere; None for one of this server."""
    found: str | None = tx.value(_uri, {"id": id_})
    return found


class Beside(NamedTuple):
    """What a post of another server has beside what every post has."""

    answers: str | None  # of what is not known here yet
    quotes: str | None
    replies: str | None
    thread: str | None


def add(tx: WriteTx, id_: PostId, beside: Beside) -> None:
    """Note what a post of another server has beside its row."""
    tx.run(_add, {"post_id": id_, "fetched_at": tx.now, **beside._asdict()})


_beside = select(remote_post.c.answers, remote_post.c.quotes, remote_post.c.replies, remote_post.c.thread).where(
    remote_post.c.post_id == bindparam("id")
)
_unlooked = select(remote_post.c.replies).where(
    remote_post.c.post_id == bindparam("id", type_=BigInteger),
    remote_post.c.replies.is_not(None),
    remote_post.c.post_id < bindparam("before", type_=BigInteger),
    remote_post.c.replies_at.is_(None) | (remote_post.c.replies_at < bindparam("looked_before", type_=BigInteger)),
)
_unfilled: Any = select(literal_column("1")).where(
    remote_post.c.post_id == bindparam("id", type_=BigInteger),
    remote_post.c.answers.is_not(None)
    | (remote_post.c.replies.is_not(None) & (remote_post.c.post_id < bindparam("before", type_=BigInteger))),
    remote_post.c.replies_at.is_(None) | (remote_post.c.replies_at < bindparam("looked_before", type_=BigInteger)),
)
_looked = (
    update(remote_post)
    .where(remote_post.c.post_id == bindparam("key", type_=BigInteger))
    .values(replies_at=bindparam("now", type_=BigInteger))
)


def beside(tx: Tx, id_: PostId) -> Beside | None:
    """Return what a post of another server has beside its row; None for one of this server."""
    row = tx.first(_beside, {"id": id_})
    return None if row is None else Beside(*row)


def unlooked(tx: Tx, id_: PostId) -> str | None:
    """Return where the answers to a post are, if they were not looked for lately and the post is not quite new."""
    found: str | None = tx.value(_unlooked, {"id": id_, **_lately(tx)})
    return found


def is_unfilled(tx: Tx, id_: PostId) -> bool:
    """Tell whether the thread of a post should be looked for: what it answers, if that is not known, or answers to it."""
    return tx.value(_unfilled, {"id": id_, **_lately(tx)}) is not None


def _lately(tx: Tx) -> dict[str, int]:
    before = lowest_id_at(max(0, tx.now - limits.REPLIES_YOUNG_SECONDS * 1_000))
    return {"before": before, "looked_before": tx.now - limits.REPLIES_AGAIN_SECONDS * 1_000}


def looked(tx: WriteTx, id_: PostId) -> None:
    """Note that the thread of a post was looked for."""
    tx.run(_looked, {"key": id_, "now": tx.now})


_read_before: Any = select(literal_column("1")).where(
    remote_post.c.post_id == bindparam("id", type_=BigInteger),
    remote_post.c.fetched_at < bindparam("before", type_=BigInteger),
)
_read_again = (
    update(remote_post)
    .where(remote_post.c.post_id == bindparam("key", type_=BigInteger))
    .values(fetched_at=bindparam("now", type_=BigInteger))
)


def was_read_before(tx: Tx, id_: PostId, before: Millis) -> bool:
    """Tell whether a post of another server was last read, where it is at home, before a moment."""
    return tx.value(_read_before, {"id": id_, "before": before}) is not None


def read_again(tx: WriteTx, id_: PostId) -> None:
    """Note that a post is read once more."""
    tx.run(_read_again, {"key": id_, "now": tx.now})


# --- Joining threads --------------------------------------------------------------------------------------------------

_parent_id = bindparam("parent", type_=BigInteger)
_waiting = select(remote_post.c.post_id).where(remote_post.c.answers == bindparam("uri")).limit(limits.REMOTE_JOINED)
_answer = (
    update(post)
    .where(post.c.id == bindparam("key", type_=BigInteger))
    .values(in_reply_to_id=_parent_id, in_reply_to_author_id=bindparam("author", type_=BigInteger))
    .returning(post.c.id, post.c.visibility)
)
_move_thread = (
    update(post)
    .where(post.c.thread_id == bindparam("key", type_=BigInteger))
    .values(thread_id=bindparam("thread", type_=BigInteger))
)
_answered = update(remote_post).where(remote_post.c.post_id == bindparam("key", type_=BigInteger)).values(answers=None)


def waiting_for(tx: Tx, uri: str) -> list[PostId]:
    """Return the posts that answer one which was not known until now."""
    return tx.values(_waiting, {"uri": uri})


def join(
    tx: WriteTx, answers: Iterable[PostId], parent: PostId, author: AccountId, thread: PostId
) -> list[tuple[PostId, Visibility]]:
    """Let posts answer one that is known now, with whatever answers them in its turn; return them with whom they are for."""
    joined = []
    for each in answers:
        joined += [
            (row[0], Visibility(row[1])) for row in tx.all(_answer, {"key": each, "parent": parent, "author": author})
        ]
        tx.run(_move_thread, {"key": each, "thread": thread})
        tx.run(_answered, {"key": each})
    return joined


# --- Quotes -----------------------------------------------------------------------------------------------------------

_waiting_quotes = select(remote_post.c.post_id, post.c.author_id, post.c.uri).select_from(
    remote_post.join(post, post.c.id == remote_post.c.post_id)
)
_waiting_quotes = _waiting_quotes.where(remote_post.c.quotes == bindparam("uri")).limit(limits.REMOTE_JOINED)
_set_quote = (
    update(post)
    .where(post.c.id == bindparam("key", type_=BigInteger))
    .values(quote_of_id=bindparam("of", type_=BigInteger), quote_state=bindparam("state"))
)
_quote_known = (
    update(remote_post).where(remote_post.c.post_id == bindparam("key", type_=BigInteger)).values(quotes=None)
)


class WaitingQuote(NamedTuple):
    """A post that quotes one which was not known until now."""

    id: PostId
    author: AccountId
    uri: str


_quoted, _quoted_author = post.alias(), account.alias()
_pending = (
    select(
        post.c.uri,
        post.c.author_id,
        post.c.quote_approval_uri,
        post.c.quote_of_id,
        _quoted.c.uri,
        _quoted_author.c.uri,
        remote_post.c.quotes,
    )
    .select_from(
        post.join(remote_post, remote_post.c.post_id == post.c.id)
        .outerjoin(_quoted, _quoted.c.id == post.c.quote_of_id)
        .outerjoin(_quoted_author, _quoted_author.c.id == _quoted.c.author_id)
    )
    .where(post.c.id == bindparam("id", type_=BigInteger), post.c.quote_state == int(QuoteState.PENDING))
)
_set_leave = (
    update(post)
    .where(post.c.id == bindparam("key", type_=BigInteger), post.c.quote_state == int(QuoteState.PENDING))
    .values(quote_approval_uri=bindparam("leave"))
)


class Pending(NamedTuple):
    """A quote of which nobody has seen yet whether it may be."""

    uri: str
    author: AccountId
    leave: str | None  # where that is said
    of: PostId | None
    of_uri: str | None
    of_author: str | None
    unknown: str | None  # the id of what it quotes, as long as that is not known here


def pending_quote(tx: Tx, id_: PostId) -> Pending | None:
    """Return what a post of another server quotes, if it is not known yet whether it may."""
    row = tx.first(_pending, {"id": id_})
    return None if row is None else Pending(*row)


def set_leave(tx: WriteTx, id_: PostId, leave: str) -> None:
    """Note where the leave to quote of a post can be checked."""
    tx.run(_set_leave, {"key": id_, "leave": leave})


def quotes_waiting_for(tx: Tx, uri: str) -> list[WaitingQuote]:
    """Return the posts that quote one which was not known until now."""
    return [WaitingQuote(*row) for row in tx.all(_waiting_quotes, {"uri": uri})]


def set_quote(tx: WriteTx, id_: PostId, of: PostId, state: QuoteState) -> None:
    """Say what a post quotes, and what the author of that says to it."""
    tx.run(_set_quote, {"key": id_, "of": of, "state": int(state)})
    tx.run(_quote_known, {"key": id_})


_by_leave = select(post.c.id).where(post.c.quote_approval_uri == bindparam("leave")).limit(limits.REMOTE_JOINED)


def quotes_by_leave(tx: Tx, leave: str) -> list[PostId]:
    """Return the posts that quote by a leave which can be checked at an address."""
    return tx.values(_by_leave, {"leave": leave})


# --- Who wants them ---------------------------------------------------------------------------------------------------

_any_follower: Any = (
    select(literal_column("1"))
    .select_from(follow.join(account, account.c.id == follow.c.follower_id))
    .where(follow.c.followed_id == bindparam("author", type_=BigInteger), account.c.uri.is_(None))
    .limit(1)
)


def is_followed(tx: Tx, author: AccountId) -> bool:
    """Tell whether anybody here follows somebody of another server."""
    return tx.value(_any_follower, {"author": author}) is not None
