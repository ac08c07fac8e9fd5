"""Glances: what of a new post says that there is nothing to do about it, read once for all who follow the log.

Most posts name nobody, have no tags and link to nothing; without a glance each reader of the log would ask for itself.
What is told here is never changed by a reader, so that it holds for the whole batch.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import exists, or_, select

from bema.model.ids import PostId
from bema.model.policy import QuoteState
from bema.store.dialect import one_of_ids
from bema.store.tables import account, follow, list_member, mention, post, post_tag, remote_post
from bema.store.tx import Tx, WriteTx


class Glance(NamedTuple):
    """What a post has that something follows from."""

    ours: bool  # its author is of this server
    tags: bool
    links: bool  # it may have a card
    names: bool  # it is addressed to somebody
    listed: bool  # its author is in somebody's list
    watched: bool  # somebody wants to be told of each post of its author
    lacks: bool  # it answers or quotes something that has to be asked for


_NOTHING = Glance(ours=False, tags=False, links=False, names=False, listed=False, watched=False, lacks=False)
_waits_for = exists(select(1).where(remote_post.c.post_id == post.c.id, remote_post.c.answers.is_not(None)))
_glances = (
    select(
        post.c.id,
        account.c.uri.is_(None),
        exists(select(1).where(post_tag.c.post_id == post.c.id)),
        or_(post.c.content_html.contains("<a "), post.c.card_id.is_not(None)),
        exists(select(1).where(mention.c.post_id == post.c.id)),
        exists(select(1).where(list_member.c.account_id == post.c.author_id)),
        exists(select(1).where(follow.c.followed_id == post.c.author_id, follow.c.notify)),
        or_(_waits_for, post.c.quote_state == int(QuoteState.PENDING)),
    )
    .select_from(post.join(account, account.c.id == post.c.author_id))
    .where(one_of_ids(post.c.id))
)


def look(tx: WriteTx, ids: Iterable[PostId]) -> None:
    """Look at some posts together, for whoever asks about one of them in this transaction."""
    for id_, glance in _of(tx, list(ids)).items():
        tx.noted["glance", id_] = glance


def at(tx: WriteTx, id_: PostId) -> Glance:
    """Return what a post has; of one that is gone, nothing."""
    kept: Glance | None = tx.noted.get(("glance", id_))
    return kept if kept is not None else _of(tx, [id_])[id_]


def _of(tx: Tx, ids: list[PostId]) -> dict[PostId, Glance]:
    rows = tx.all(_glances, {"ids": ids}) if ids else []
    found = {row[0]: Glance(*(bool(each) for each in row[1:])) for row in rows}
    return {id_: found.get(id_, _NOTHING) for id_ in ids}
