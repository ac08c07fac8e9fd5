"""Arrivals: all that the database knows of a post which another server brings, asked in one statement."""

import hashlib
from typing import NamedTuple

from sqlalchemy import BigInteger, LargeBinary, Text, bindparam, exists, or_, select

from bema.model.ids import AccountId, PostId
from bema.store.dialect import one_of_texts
from bema.store.measures import with_parents
from bema.store.tables import account, domain_block, follow, post, remote_post, tombstone
from bema.store.tx import Tx


class Arrival(NamedTuple):
    """What is known of a post that comes."""

    id: PostId  # which it may have,
    is_taken: bool  # if no other post has it
    host: str  # its author's, as far as that is known yet
    known: PostId | None  # the post, if it is here already
    buried: bool  # it, or that it was said, was taken back
    followed: bool  # somebody here follows its author
    awaited: bool  # something here answers or quotes it
    rejects_media: bool  # pictures of its author's host are not wanted


_uri = bindparam("uri", type_=Text)
_look = select(
    exists(select(1).where(post.c.id == bindparam("id", type_=BigInteger))),
    select(post.c.id).where(post.c.uri == _uri).limit(1).scalar_subquery(),
    exists(
        select(1).where(
            or_(
                tombstone.c.hash == bindparam("thing", type_=LargeBinary),
                tombstone.c.hash == bindparam("act", type_=LargeBinary),
            )
        )
    ),
    exists(
        select(1)
        .select_from(follow.join(account, account.c.id == follow.c.follower_id))
        .where(follow.c.followed_id == bindparam("author", type_=BigInteger), account.c.uri.is_(None))
    ),
    or_(
        exists(select(1).where(remote_post.c.answers == _uri)),
        exists(select(1).where(remote_post.c.quotes == _uri)),
    ),
    exists(select(1).where(one_of_texts(domain_block.c.name, "names"), domain_block.c.reject_media)),
)


def look(
    tx: Tx, uri: str, id_: PostId, *, act: str | None = None, author: AccountId | None = None, host: str = ""
) -> Arrival:
    """Return what is known of a post by its id elsewhere; `act` is the id of its being said."""
    taken, known, *more = tx.all(
        _look,
        {
            "id": id_,
            "uri": uri,
            "thing": hashlib.sha256(uri.encode()).digest(),
            "act": hashlib.sha256((act or uri).encode()).digest(),
            "author": author,
            "names": with_parents(host.partition(":")[0]),
        },
    )[0]
    return Arrival(id_, bool(taken), host, None if known is None else PostId(known), *(bool(each) for each in more))
