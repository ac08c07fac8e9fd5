"""Trends: whose voices count for what, and what has most of them; each account counts once for each thing."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    union_all,
)

from bema.model import limits
from bema.model.ids import AccountId, CardId, PostId, lowest_id_at, moment_of
from bema.model.policy import Standing, Visibility
from bema.model.trending import Trending, minus, plus, weight
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import (
    ENOUGH_PEOPLE,
    account,
    card,
    favourite,
    post,
    post_review,
    post_tag,
    publisher,
    tag,
    trend,
    trend_voice,
)
from bema.store.tx import Tx, WriteTx
from bema.store.visible import sees, wants

_WINDOW = limits.TREND_SECONDS * 1_000
_TAG, _CARD, _POST = (literal_column(str(int(kind)), BigInteger) for kind in Trending)
_PARTS = 1_000_000  # a score is stored as a whole number of millionths
_since = bindparam("since", type_=BigInteger)


def _takes_part(who: Any) -> ColumnElement[bool]:
    return and_(who.c.standing == int(Standing.ACTIVE), who.c.limited.is_(False), who.c.demoted.is_(False))


# Posts that may let something trend: for everybody, of somebody who wishes to be found, and nothing to be warned of.
_open = (
    (post.c.visibility == int(Visibility.PUBLIC))
    & post.c.boost_of_id.is_(None)
    & post.c.removed.is_(False)
    & post.c.sensitive.is_(False)
    & post.c.marked_sensitive.is_(False)
    & post.c.demoted.is_(False)
    & post.c.cover.is_(None)
    & (post.c.warning == "")
    & _takes_part(account)
    & account.c.discoverable
    & account.c.sensitized.is_(False)
)
_by_author = post.join(account, account.c.id == post.c.author_id)

# --- Voices -----------------------------------------------------------------------------------------------------------


def _use(kind: Any, thing: Any, source: Any) -> Any:
    return (
        select(kind.label("kind"), thing.label("subject_id"), post.c.author_id.label("by"), post.c.id.label("first"))
        .select_from(source)
        .where(_open, thing.is_not(None), post.c.id >= _since)
    )


def _firsts(uses: Any) -> Any:
    kind, thing, author, id_ = uses.selected_columns
    return uses.with_only_columns(kind, thing, author, func.min(id_).label("first")).group_by(thing, author)


_voter = account.alias("voter")
_likable = (_open, post.c.in_reply_to_id.is_(None), _takes_part(_voter), _voter.c.id != post.c.author_id)


_boost = post.alias("boost")
_acts = union_all(
    select(favourite.c.id, favourite.c.post_id, favourite.c.account_id.label("by")),
    select(_boost.c.id, _boost.c.boost_of_id, _boost.c.author_id).where(_boost.c.boost_of_id.is_not(None)),
).subquery("acts")
_liked = (
    select(
        _POST.label("kind"),
        post.c.id.label("subject_id"),
        _voter.c.id.label("by"),
        func.min(_acts.c.id).label("first"),
    )
    .select_from(_by_author.join(_acts, _acts.c.post_id == post.c.id).join(_voter, _voter.c.id == _acts.c.by))
    .where(*_likable, post.c.id >= _since, _acts.c.id >= _since)
    .group_by(post.c.id, _voter.c.id)
)
_their_favourite = (
    select(favourite.c.id)
    .where(favourite.c.post_id == post.c.id, favourite.c.account_id == _voter.c.id, favourite.c.id >= _since)
    .scalar_subquery()
)
_their_boost = (
    select(_boost.c.id)
    .where(_boost.c.boost_of_id == post.c.id, _boost.c.author_id == _voter.c.id, _boost.c.id >= _since)
    .scalar_subquery()
)
_tagged = _by_author.join(post_tag, post_tag.c.post_id == post.c.id)
_this = post.c.id == bindparam("post")
_tags_of_post, _card_of_post = _use(_TAG, post_tag.c.tag_id, _tagged), _use(_CARD, post.c.card_id, _by_author)
_of_post = union_all(_tags_of_post.where(_this), _card_of_post.where(_this))
_of_act = (
    select(_POST, post.c.id, _voter.c.id, _their_favourite, _their_boost)
    .select_from(_by_author.join(_voter, _voter.c.id == bindparam("by")))
    .where(*_likable, post.c.id >= _since, _this)
)
_of_all = union_all(_firsts(_tags_of_post), _firsts(_card_of_post), _liked)
_add_voice = (
    insert(trend_voice)
    .values(kind=bindparam("kind"), subject_id=bindparam("subject"), account_id=bindparam("by"), at=bindparam("at"))
    .on_conflict_do_nothing()
)
_trends = select(trend.c.kind, trend.c.subject_id, trend.c.score, trend.c.people).where(
    trend.c.kind.in_((_TAG, _CARD, _POST)),
    one_of_ids(trend.c.subject_id),  # both columns of the key
)
_put = insert(trend).values(
    kind=bindparam("kind"),
    subject_id=bindparam("subject"),
    score=bindparam("score"),
    people=bindparam("people"),
)
_put = _put.on_conflict_do_update(
    index_elements=["kind", "subject_id"], set_={"score": _put.excluded.score, "people": _put.excluded.people}
)
_drop = delete(trend).where(trend.c.kind == bindparam("kind"), trend.c.subject_id == bindparam("subject"))

_gone = (trend_voice.c.kind, trend_voice.c.subject_id, trend_voice.c.at)
_still_tagged = exists(
    select(1)
    .select_from(_tagged)
    .where(
        _open, post.c.author_id == bindparam("by"), post.c.id >= _since, post_tag.c.tag_id == trend_voice.c.subject_id
    )
)
_still_linking = exists(
    select(1)
    .select_from(_by_author)
    .where(_open, post.c.author_id == bindparam("by"), post.c.id >= _since, post.c.card_id == trend_voice.c.subject_id)
)
_may_speak = exists(select(1).where(account.c.id == bindparam("by"), _takes_part(account)))
_still_likes = _may_speak & (
    exists(select(1).where(favourite.c.account_id == bindparam("by"), favourite.c.post_id == trend_voice.c.subject_id))
    | exists(select(1).where(_boost.c.author_id == bindparam("by"), _boost.c.boost_of_id == trend_voice.c.subject_id))
)


def _silence(kind: Trending, still: ColumnElement[bool]) -> Any:
    return (
        delete(trend_voice)
        .where(trend_voice.c.account_id == bindparam("by"), trend_voice.c.kind == int(kind), ~still)
        .returning(*_gone)
    )


_silence_uses = (_silence(Trending.TAG, _still_tagged), _silence(Trending.CARD, _still_linking))
_silence_likes = _silence(Trending.POST, _still_likes)
_silence_about = delete(trend_voice).where(
    trend_voice.c.kind == int(Trending.POST), trend_voice.c.subject_id == bindparam("post")
)
_old = (
    select(*_gone, trend_voice.c.account_id)
    .where(trend_voice.c.at < bindparam("before"))
    .order_by(trend_voice.c.at)
    .limit(limits.TREND_FORGOTTEN)
)
_remove_voice = delete(trend_voice).where(
    trend_voice.c.kind == bindparam("kind_"),
    trend_voice.c.subject_id == bindparam("subject"),
    trend_voice.c.account_id == bindparam("by"),
)
_anybody = select(trend_voice.c.at).limit(1)
_clear = (delete(trend_voice), delete(trend))


def hear_post(tx: WriteTx, post_id: PostId) -> bool:
    """Count what a post uses for its author; tell whether anything has its first voice, to be forgotten one day."""
    return _count(tx, tx.all(_of_post, {"post": post_id, "since": _begin(tx)}))


def hear_act(tx: WriteTx, post_id: PostId, by: AccountId) -> bool:
    """Count that somebody favourited or boosted a post; tell whether it is the first voice, to be forgotten one day."""
    for kind, subject, voter, *acts in tx.all(_of_act, {"post": post_id, "by": by, "since": _begin(tx)}):
        if done := [id_ for id_ in acts if id_ is not None]:
            return _count(tx, [(kind, subject, voter, min(done))])
    return False


def quieten(tx: WriteTx, by: AccountId) -> None:
    """Count no more what an account used, and has no more a post that counts for."""
    for statement in _silence_uses:
        _discount(tx, tx.all(statement, {"by": by, "since": _begin(tx)}))


def unlike(tx: WriteTx, by: AccountId) -> None:
    """Count no more which posts an account favourited or boosted, and does no more."""
    _discount(tx, tx.all(_silence_likes, {"by": by}))


def forget_post(tx: WriteTx, post_id: PostId) -> None:
    """Let a post trend no more."""
    tx.run(_silence_about, {"post": post_id})
    tx.run(_drop, {"kind": int(Trending.POST), "subject": post_id})


def forget_old(tx: WriteTx) -> bool:
    """Count some of the oldest voices no more, whose time is over; tell whether there are more of these."""
    old = tx.all(_old, {"before": tx.now - _WINDOW})
    tx.run_each(_remove_voice, [{"kind_": row[0], "subject": row[1], "by": row[3]} for row in old])
    _discount(tx, [row[:3] for row in old])
    return len(old) == limits.TREND_FORGOTTEN


def any_voice(tx: Tx) -> bool:
    """Tell whether anything is counted."""
    return tx.value(_anybody) is not None


def rebuild(tx: WriteTx) -> None:
    """Count everything of the last days."""
    for statement in _clear:
        tx.run(statement)
    _count(tx, tx.all(_of_all, {"since": _begin(tx)}), afresh=True)


def _begin(tx: Tx) -> int:
    return lowest_id_at(tx.now - _WINDOW)


_Key = tuple[int, int]


def _count(tx: WriteTx, rows: Sequence[Any], *, afresh: bool = False) -> bool:
    """Count voices; tell whether a subject has its first one."""
    voices = [{"kind": row[0], "subject": row[1], "by": row[2], "at": moment_of(row[3])} for row in rows]
    if afresh:
        tx.run_each(_add_voice, voices)
    new = rows if afresh else [row for row, voice in zip(rows, voices, strict=True) if tx.run(_add_voice, voice)]
    if not new:
        return False
    sums: dict[_Key, tuple[float | None, int]] = _sums(tx, {(row[0], row[1]) for row in new})
    first_one = False
    for kind, subject, _by, first in new:
        score, people = sums.get((kind, subject), (None, 0))
        first_one = first_one or people == 0
        sums[kind, subject] = plus(score, weight(moment_of(first))), people + 1
    _write(tx, sums)
    return first_one


def _discount(tx: WriteTx, rows: Sequence[Any]) -> None:
    if not rows:
        return
    sums = _sums(tx, {(row[0], row[1]) for row in rows})
    for kind, subject, at in rows:
        score, people = sums.get((kind, subject), (None, 0))
        if score is not None:
            sums[kind, subject] = minus(score, weight(at)), people - 1
    _write(tx, sums)


def _sums(tx: Tx, keys: Iterable[_Key]) -> dict[_Key, tuple[float | None, int]]:
    wanted = set(keys)
    rows = tx.all(_trends, {"ids": list({subject for _, subject in wanted})})
    return {(row[0], row[1]): (row[2] / _PARTS, row[3]) for row in rows if (row[0], row[1]) in wanted}


def _write(tx: WriteTx, sums: dict[_Key, tuple[float | None, int]]) -> None:
    tx.run_each(
        _put,
        [
            {"kind": kind, "subject": subject, "score": round(score * _PARTS), "people": people}
            for (kind, subject), (score, people) in sums.items()
            if people > 0 and score is not None
        ],
    )
    tx.run_each(
        _drop, [{"kind": kind, "subject": subject} for (kind, subject), (_, people) in sums.items() if people <= 0]
    )


# --- What trends ------------------------------------------------------------------------------------------------------


class Risen(NamedTuple):
    """Something that trends, and how many different people turned to it in the last days."""

    id: int
    people: int


def _candidates(kind: Trending) -> Any:
    return (
        select(trend.c.subject_id, trend.c.score, trend.c.people)
        .where(trend.c.kind == int(kind), ENOUGH_PEOPLE)
        .order_by(trend.c.score.desc(), trend.c.subject_id.desc())
        .limit(limits.TREND_CANDIDATES)
        .subquery("candidates")
    )


def _ranked(kind: Trending, join: Any, *where: ColumnElement[bool]) -> Any:
    top = _candidates(kind)
    return (
        select(top.c.subject_id, top.c.people)
        .select_from(join(top))
        .where(*where)
        .order_by(top.c.score.desc(), top.c.subject_id.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


_unreviewed: ColumnElement[bool] = bindparam("unreviewed", type_=Boolean)  # whether what nobody judged may trend
_tags = _ranked(
    Trending.TAG,
    lambda top: top.join(tag, tag.c.id == top.c.subject_id),
    func.coalesce(tag.c.trendable, _unreviewed),
    func.coalesce(tag.c.usable, True),
    func.coalesce(tag.c.listable, True),
)
_may_link = func.coalesce(card.c.trendable, publisher.c.trendable, _unreviewed)
_cards = _ranked(
    Trending.CARD,
    lambda top: top.join(card, card.c.id == top.c.subject_id).join(publisher, publisher.c.id == card.c.publisher_id),
    card.c.facts.is_not(None),
    _may_link,
)
_posts = _ranked(
    Trending.POST,
    lambda top: (
        top.join(post, post.c.id == top.c.subject_id)
        .join(account, account.c.id == post.c.author_id)
        .outerjoin(post_review, post_review.c.post_id == post.c.id)
    ),
    _open,
    sees(unasked=True),
    wants(),
    func.coalesce(post_review.c.trendable, _unreviewed),
)
_listed_card = (
    select(card.c.id)
    .join(publisher, publisher.c.id == card.c.publisher_id)
    .where(card.c.url == bindparam("url"), card.c.facts.is_not(None), _may_link)
)


def tags(tx: Tx, limit: int, offset: int, *, unreviewed: bool) -> list[Risen]:
    """Return the tags that trend most."""
    return _risen(tx, _tags, {"limit": limit, "offset": offset, "unreviewed": unreviewed})


def cards(tx: Tx, limit: int, offset: int, *, unreviewed: bool) -> list[Risen]:
    """Return the linked pages that trend most."""
    return _risen(tx, _cards, {"limit": limit, "offset": offset, "unreviewed": unreviewed})


def posts(tx: Tx, viewer_id: AccountId | None, limit: int, offset: int, *, unreviewed: bool) -> list[Risen]:
    """Return the posts that trend most, of those that the viewer may see and wants to."""
    more = {"viewer": viewer_id, "now": tx.now, "unreviewed": unreviewed}
    return _risen(tx, _posts, {"limit": limit, "offset": offset, **more})


def listed_card(tx: Tx, url: str, *, unreviewed: bool) -> CardId | None:
    """Return the card of an address whose posts may be listed."""
    found: CardId | None = tx.value(_listed_card, {"url": url, "unreviewed": unreviewed})
    return found


def _risen(tx: Tx, statement: Any, parameters: dict[str, Any]) -> list[Risen]:
    return [Risen(row[0], row[1]) for row in tx.all(statement, parameters)]
