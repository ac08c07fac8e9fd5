"""Listeners: who of those that listen now is told of a fact. Asked for all of them at once, whatever their number.

The rules are those of reading: a home holds what is written in it, and `visible.py` says who sees a post and wants to.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    bindparam,
    exists,
    literal,
    literal_column,
    not_,
    select,
    union_all,
)

from bema.model import limits
from bema.model.ids import AccountId, ListId, PostId
from bema.model.policy import QuoteState, Standing, Visibility
from bema.store import list_entries, tags, timelines
from bema.store.dialect import listed_ids, one_of_ids, one_of_texts
from bema.store.tables import (
    LISTED,
    WITH_MEDIA,
    account,
    account_counts,
    block,
    bookmark,
    favourite,
    filter_digest,
    follow,
    home,
    list_member,
    login,
    notification,
    people_list,
    pin,
    poll_vote,
    post,
    session,
    tag,
    tag_follow,
    thread_mute,
    token,
    widely_followed,
)
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.store.visible import from_blocked_domain, sees, sees_with_boosted, there_is, wants, wants_author

_listening = listed_ids("listening").cte("listening")
# By its name: within a condition within a condition, SQLAlchemy would take a column of this table for one of a second
# copy of it, and what holds for one of the listening would hold for all.
_who: ColumnElement[int] = literal_column("listening.id", BigInteger)
_post_id = bindparam("post", type_=BigInteger)
_author = bindparam("author", type_=BigInteger)

# --- What a post is ---------------------------------------------------------------------------------------------------


class Outline(msgspec.Struct, frozen=True, gc=False):
    """What decides for whom a post is, and of which other posts its rendering tells."""

    id: PostId
    author: AccountId
    boost_of: PostId | None
    quote_of: PostId | None  # with the leave of its author
    listed: bool  # in public timelines
    public: bool
    local: bool
    has_media: bool


_outline = select(
    post.c.id,
    post.c.author_id,
    post.c.boost_of_id,
    post.c.quote_of_id,
    post.c.quote_state,
    LISTED.label("listed"),
    post.c.visibility,
    post.c.local,
    WITH_MEDIA.label("has_media"),
).where(post.c.id == _post_id)


def outline(tx: Tx, id_: PostId) -> Outline | None:
    """Load the outline of a post."""
    row = tx.first(_outline, {"post": id_})
    if row is None:
        return None
    quote_of = row[3] if row[4] == int(QuoteState.ACCEPTED) else None
    is_public = row[6] == int(Visibility.PUBLIC) and row[2] is None
    return Outline(row[0], row[1], row[2], quote_of, bool(row[5]), is_public, bool(row[7]), bool(row[8]))


# --- For whom it is ---------------------------------------------------------------------------------------------------

_at_home = (
    select(_who)
    .select_from(_listening.join(home, home.c.account_id == _who).join(post, post.c.id == home.c.post_id))
    .where(home.c.post_id == _post_id, sees_with_boosted(post, _who), wants(post, _who))
)
_has_many_followers = select(widely_followed.c.account_id).where(widely_followed.c.account_id == _author)
_following = (
    select(_who)
    .select_from(_listening)
    .where(exists(select(1).where(follow.c.follower_id == _who, follow.c.followed_id == _author)))
)
_in_public = (
    select(_who)
    .select_from(_listening, post)
    .where(post.c.id == _post_id, sees(post, _who, unasked=True), wants(post, _who))
)


_follower_count = select(account_counts.c.followers).where(account_counts.c.account_id == _author)
_followers = select(follow.c.follower_id).where(follow.c.followed_id == _author)


def _who_may_have_it(tx: Tx, about: Outline, listening: Collection[AccountId]) -> Collection[AccountId]:
    """Return whose homes are to be looked into: of the author's followers and the listening, the fewer are gone through."""
    if not listening or int(tx.value(_follower_count, {"author": about.author}) or 0) >= len(listening):
        return listening
    theirs = {about.author, *tx.values(_followers, {"author": about.author})}
    if about.public:
        theirs.update(following_tags(tx, tags.names(tx, about.id), listening))
    return theirs.intersection(listening)


def at_home(tx: Tx, about: Outline, listening: Collection[AccountId]) -> list[AccountId]:
    """Return which of the listening find a post in their home timeline."""
    candidates = _who_may_have_it(tx, about, listening)
    found = tx.values(_at_home, {"listening": candidates, "post": about.id, "now": tx.now}) if candidates else []
    if listening and tx.value(_has_many_followers, {"author": about.author}) is not None:  # it is written into no home
        only = Range(1, max_id=about.id + 1, since_id=about.id - 1)
        others = set(following(tx, about.author, listening)).difference(found)
        found += [each for each in others if timelines.home_ids(tx, each, only)]
    return found


def following(tx: Tx, author: AccountId, listening: Collection[AccountId]) -> list[AccountId]:
    """Return which of the listening follow an account."""
    return tx.values(_following, {"listening": listening, "author": author}) if listening else []


def in_public(tx: Tx, post_id: PostId, listening: Collection[AccountId]) -> set[AccountId]:
    """Return which of the listening see a post, and want to, where nobody asked for its author."""
    if not listening:
        return set()
    return set(tx.values(_in_public, {"listening": listening, "post": post_id, "now": tx.now}))


_on_list = (
    select(_who)
    .select_from(_listening, post)
    .where(post.c.id == _post_id, sees_with_boosted(post, _who), wants(post, _who))
)


def on_lists(tx: Tx, about: Outline, lists: Mapping[ListId, AccountId]) -> list[ListId]:
    """Return which of some lists, given with their owners, show a post."""
    if not lists:
        return []
    showing = list_entries.showing(tx, lists, about.id)
    if not showing:
        return []
    asked = {"listening": {lists[each] for each in showing}, "post": about.id, "now": tx.now}
    owners = set(tx.values(_on_list, asked))
    return [each for each in showing if lists[each] in owners]


_following_tags = (
    select(tag_follow.c.account_id)
    .join(tag, tag.c.id == tag_follow.c.tag_id)
    .where(one_of_texts(tag.c.name, "names"), one_of_ids(tag_follow.c.account_id, "listening"))
    .distinct()
)


def following_tags(tx: Tx, names: Collection[str], listening: Collection[AccountId]) -> list[AccountId]:
    """Return which of the listening follow one of the tags."""
    return tx.values(_following_tags, {"names": names, "listening": listening}) if names and listening else []


_not_blocked = (
    select(_who)
    .select_from(_listening)
    .where(not_(exists(select(1).where(block.c.by_id == _author, block.c.target_id == _who))))
)
_local = select(account.c.id).where(account.c.id == _author, account.c.uri.is_(None))


def not_blocked_by(tx: Tx, author: AccountId, listening: Collection[AccountId]) -> list[AccountId]:
    """Return which of the listening an account does not block."""
    return tx.values(_not_blocked, {"author": author, "listening": listening}) if listening else []


def is_local(tx: Tx, author: AccountId) -> bool:
    """Tell whether an account is of this server."""
    return tx.value(_local, {"author": author}) is not None


# --- Lists ------------------------------------------------------------------------------------------------------------

_with_member = select(list_member.c.list_id).where(
    list_member.c.account_id == _author, one_of_ids(list_member.c.list_id, "lists")
)
_own_list = select(people_list.c.id).where(
    people_list.c.id == bindparam("list"), people_list.c.owner_id == bindparam("owner")
)


def lists_with(tx: Tx, author: AccountId, lists: Collection[ListId]) -> list[ListId]:
    """Return which of the lists an author is a member of."""
    return tx.values(_with_member, {"author": author, "lists": lists}) if lists else []


def owns_list(tx: Tx, owner: AccountId, id_: ListId) -> bool:
    """Tell whether a list is somebody's own."""
    return tx.value(_own_list, {"list": id_, "owner": owner}) is not None


# --- What is told to single people ------------------------------------------------------------------------------------

_told = (
    select(notification.c.id, notification.c.account_id)
    .where(
        notification.c.id > bindparam("after"),
        notification.c.id <= bindparam("until"),
        notification.c.filtered.is_(False),  # what is kept aside is told to nobody
    )
    .order_by(notification.c.id)
)


def told(tx: Tx, after: int, until: int) -> dict[int, list[AccountId]]:
    """Return who is told of the facts after one position in the log, up to and with another."""
    found: defaultdict[int, list[AccountId]] = defaultdict(list)
    for position, account_id in tx.all(_told, {"after": after, "until": until}):
        found[position].append(account_id)
    return found


# --- How it looks to them ---------------------------------------------------------------------------------------------

# All that makes a post look different to one reader than to another; who has the same of all this is shown the same.
# What is added to the view of a post that differs between readers has to be added here.
_about = listed_ids("posts").cte("about")
_these = select(_about.c.id)
_pairs = _listening.join(post, post.c.id.in_(_these))


def _mark(what: str, who: Any, about: Any, source: Any, *conditions: Any) -> Any:
    return (
        select(who.label("who"), about.label("about"), literal(what).label("what"))
        .select_from(source)
        .where(*conditions)
    )


def _did(what: str, relation: Any) -> Any:
    joined = _listening.join(relation, relation.c.account_id == _who)
    return _mark(what, _who, relation.c.post_id, joined, relation.c.post_id.in_(_these))


_marks = union_all(
    _did("favourited", favourite),
    _did("bookmarked", bookmark),
    _did("pinned", pin),
    _mark(
        "boosted",
        post.c.author_id,
        post.c.boost_of_id,
        post,
        post.c.boost_of_id.in_(_these),
        post.c.author_id.in_(select(_listening.c.id)),
    ),
    _mark(
        "written",
        post.c.author_id,
        post.c.id,
        post,
        post.c.id.in_(_these),
        post.c.author_id.in_(select(_listening.c.id)),
    ),
    _mark(
        "muted",
        _who,
        post.c.id,
        _pairs.join(thread_mute, and_(thread_mute.c.account_id == _who, thread_mute.c.thread_id == post.c.thread_id)),
    ),
    _mark(
        "follows",
        _who,
        post.c.id,
        _pairs.join(follow, and_(follow.c.follower_id == _who, follow.c.followed_id == post.c.author_id)),
    ),
    select(_who, poll_vote.c.post_id, literal("voted").concat(poll_vote.c.choices))
    .select_from(_listening.join(poll_vote, poll_vote.c.account_id == _who))
    .where(poll_vote.c.post_id.in_(_these)),
    # Filters are each one's own, and so is what they make of a post.
    select(_who, filter_digest.c.account_id, literal("filters")).select_from(
        _listening.join(filter_digest, filter_digest.c.account_id == _who)
    ),
)
_quoted = listed_ids("quoted").cte("quoted")
_quoted_pairs = _listening.join(post, post.c.id.in_(select(_quoted.c.id)))
_quoted_marks = union_all(
    _mark("sees", _who, post.c.id, _quoted_pairs, sees(post, _who)),
    _mark("declines", _who, post.c.id, _quoted_pairs, not_(wants_author(post.c.author_id, _who))),
    _mark(
        "blocks", _who, post.c.id, _quoted_pairs, there_is(block.c.target_id, post.c.author_id, block.c.by_id == _who)
    ),
    _mark("blocks_server", _who, post.c.id, _quoted_pairs, from_blocked_domain(post.c.author_id, _who)),
)

Look = frozenset[tuple[PostId, str]]
_PLAIN: Look = frozenset()


def alike(
    tx: Tx, shown: Collection[PostId], quoted: Collection[PostId], listening: Iterable[AccountId]
) -> list[list[AccountId]]:
    """Part the listening into groups to whom a post looks the same. `shown` are all posts that it tells of, `quoted`
    those of them that it quotes.
    """
    people = list(listening)
    looks: defaultdict[AccountId, set[tuple[PostId, str]]] = defaultdict(set)
    for who, about, what in tx.all(_marks, {"listening": people, "posts": list(shown)}):
        looks[who].add((about, what))
    if quoted:
        asked = {"listening": people, "quoted": list(quoted), "now": tx.now}
        for who, about, what in tx.all(_quoted_marks, asked):
            looks[who].add((about, what))
    groups: defaultdict[Look, list[AccountId]] = defaultdict(list)
    for each in people:
        groups[frozenset(looks[each]) if each in looks else _PLAIN].append(each)
    return list(groups.values())


# --- Whether they may go on -------------------------------------------------------------------------------------------


def _in_use(way: Any, *conditions: Any) -> Any:
    """Select tokens or sessions whose login and account are in use."""
    people = way.join(login, login.c.id == way.c.login_id).join(account, account.c.id == way.c.account_id)
    return (
        select(way.c.id)
        .select_from(people)
        .where(
            one_of_ids(way.c.id, "keys"),
            login.c.disabled_at.is_(None),
            account.c.standing <= int(Standing.PENDING),
            *conditions,
        )
    )


_living = union_all(
    _in_use(token, token.c.revoked_at.is_(None)), _in_use(session, session.c.last_used_at > bindparam("oldest"))
)


def living(tx: Tx, keys: Collection[int]) -> set[int]:
    """Return which tokens and sessions are still worth something: as in `grants.by_secret` and `sessions.by_secret`."""
    return set(tx.values(_living, {"keys": keys, "oldest": tx.now - limits.SESSION_SECONDS * 1_000}))
