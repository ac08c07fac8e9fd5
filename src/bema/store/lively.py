"""What goes on in the square: found among the newest public posts, so that it costs the same however old the square is."""

from typing import Any

from sqlalchemy import bindparam, distinct, func, literal_column, select

from bema.model import limits
from bema.model.ids import AccountId, PostId, lowest_id_at
from bema.model.policy import Standing
from bema.model.views import Account, Tag, TagDay
from bema.store import accounts
from bema.store.tables import LISTED, account, account_counts, follow, post, post_counts, post_tag, tag
from bema.store.tx import Tx
from bema.store.visible import discovers, meets, sees, viewer, wants

_A_WEEK = 7 * 86_400_000  # milliseconds
_newest = (
    select(post.c.id, post.c.author_id, post.c.language, post.c.local)
    .join(account, account.c.id == post.c.author_id)
    .where(
        LISTED,
        post.c.removed.is_(False),
        account.c.standing == int(Standing.ACTIVE),
        post.c.demoted.is_(False),
        account.c.limited.is_(False),
        account.c.demoted.is_(False),
    )
    .order_by(post.c.id.desc())
    .limit(limits.LIVELY_POSTS)
    .subquery("newest")
)
_scored: Any = (
    func.coalesce(post_counts.c.favourites, 0)
    + 2 * func.coalesce(post_counts.c.boosts, 0)
    + func.coalesce(post_counts.c.replies, 0)
)
_posts = (
    select(post.c.id)
    .select_from(_newest.join(post, post.c.id == _newest.c.id).join(post_counts, post_counts.c.post_id == post.c.id))
    .where(sees(unasked=True), wants(), _scored > 0)
    .order_by(_scored.desc(), post.c.id.desc())
    .limit(bindparam("limit"))
)
_tags = (
    select(
        tag.c.id,
        tag.c.display,
        func.count().label("uses"),
        func.count(distinct(_newest.c.author_id)).label("people"),
    )
    .select_from(_newest.join(post_tag, post_tag.c.post_id == _newest.c.id).join(tag, tag.c.id == post_tag.c.tag_id))
    .where(_newest.c.id > bindparam("since"))
    .group_by(tag.c.id, tag.c.display)
    .order_by(literal_column("people").desc(), literal_column("uses").desc(), tag.c.id)
    .limit(bindparam("limit"))
)
_speakers = (
    select(_newest.c.author_id, func.max(_newest.c.id).label("last"))
    .where(_newest.c.local)
    .group_by(_newest.c.author_id)
    .subquery("speakers")
)
_people = (
    accounts.selecting()
    .join(_speakers, _speakers.c.author_id == account.c.id)
    .where(account.c.discoverable, meets(account.c.id), discovers(account.c.id))
    .order_by(func.coalesce(account_counts.c.followers, 0).desc(), account.c.id)
    .limit(bindparam("limit"))
)
_strangers = _people.where(
    account.c.id != viewer,
    ~select(1).where(follow.c.follower_id == viewer, follow.c.followed_id == account.c.id).exists(),
)
_languages = select(func.count(distinct(_newest.c.language)))


def posts(tx: Tx, viewer_id: AccountId | None, limit: int) -> list[PostId]:
    """Return those of the newest public posts that others took up most."""
    return tx.values(_posts, {"viewer": viewer_id, "now": tx.now, "limit": limit})


def tags(tx: Tx, limit: int) -> list[Tag]:
    """Return the tags that most people used in the newest public posts of the last seven days."""
    rows = tx.all(_tags, {"limit": limit, "since": lowest_id_at(tx.now - _A_WEEK)})
    return [Tag(id_, name, [TagDay(0, uses, people)], None) for id_, name, uses, people in rows]


def people(tx: Tx, viewer_id: AccountId | None, limit: int) -> list[Account]:
    """Return people of this server who spoke lately and wish to be found, the most followed first."""
    return [accounts.of_row(row) for row in tx.all(_people, {"viewer": viewer_id, "now": tx.now, "limit": limit})]


def strangers(tx: Tx, viewer_id: AccountId, limit: int) -> list[Account]:
    """Return such people whom the viewer does not follow yet."""
    return [accounts.of_row(row) for row in tx.all(_strangers, {"viewer": viewer_id, "now": tx.now, "limit": limit})]


def languages(tx: Tx) -> int:
    """Count the languages of the newest public posts."""
    return int(tx.value(_languages) or 0)
