"""Names: what posts answer, quote and continue, by the addresses that other servers know."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select

from bema.model.ids import AccountId, PostId
from bema.model.policy import QuoteState
from bema.store.dialect import one_of_ids
from bema.store.tables import account, domain, post, remote_post
from bema.store.tx import Tx


class Other(NamedTuple):
    """A post that another one names."""

    id: PostId
    uri: str | None  # of a post from elsewhere
    url: str | None
    author: AccountId
    username: str
    domain: str | None  # none: of this server


class Named(NamedTuple):
    """What a post names."""

    answered: Other | None
    quoted: Other | None  # with the leave of its author, or while it is asked for
    quote_accepted: bool
    quote_approval: str | None  # where the leave of an author elsewhere can be checked
    thread_began_here: bool
    thread_elsewhere: str | None  # what it is called where it began, or where that is first known from
    leave: str | None  # where the leave to answer can be checked


def _other(named: Any, author: Any, host: Any) -> tuple[Any, ...]:
    return named.c.id, named.c.uri, named.c.url, author.c.id, author.c.username, host.c.name, host.c.local


_parent, _parent_author, _parent_domain = post.alias(), account.alias(), domain.alias()
_quoted, _quoted_author, _quoted_domain = post.alias(), account.alias(), domain.alias()
_first = post.alias()
_asked_or_given = or_(
    post.c.quote_state == int(QuoteState.PENDING),
    post.c.quote_state == int(QuoteState.ACCEPTED),
)
_named = (
    select(
        post.c.id,
        *_other(_parent, _parent_author, _parent_domain),
        *_other(_quoted, _quoted_author, _quoted_domain),
        post.c.quote_state,
        post.c.quote_approval_uri,
        _first.c.id,
        remote_post.c.thread,
        post.c.leave_uri,
    )
    .select_from(
        post.outerjoin(_parent, _parent.c.id == post.c.in_reply_to_id)
        .outerjoin(_parent_author, _parent_author.c.id == _parent.c.author_id)
        .outerjoin(_parent_domain, _parent_domain.c.id == _parent_author.c.domain_id)
        .outerjoin(_quoted, and_(_quoted.c.id == post.c.quote_of_id, _asked_or_given))
        .outerjoin(_quoted_author, _quoted_author.c.id == _quoted.c.author_id)
        .outerjoin(_quoted_domain, _quoted_domain.c.id == _quoted_author.c.domain_id)
        .outerjoin(_first, and_(_first.c.id == post.c.thread_id, _first.c.local))
        .outerjoin(remote_post, remote_post.c.post_id == post.c.thread_id)
    )
    .where(one_of_ids(post.c.id))
)


def of_posts(tx: Tx, ids: Collection[PostId]) -> dict[PostId, Named]:
    """Load what posts name, whoever may see it: an address tells nothing of what stands there."""
    return {
        row[0]: Named(
            _read(row[1:8]),
            _read(row[8:15]),
            row[15] == int(QuoteState.ACCEPTED),
            row[16],
            row[17] is not None,
            row[18],
            row[19],
        )
        for row in tx.all(_named, {"ids": list(ids)})
    }


def _read(columns: Any) -> Other | None:
    id_, uri, url, author, username, host, local = columns
    return None if id_ is None else Other(id_, uri, url, author, username, None if local else host)
