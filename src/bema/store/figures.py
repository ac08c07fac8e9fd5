"""Figures for the staff: counted from the rows themselves, day by day, within the span of time that is asked for."""

from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    bindparam,
    distinct,
    func,
    literal_column,
    select,
    union_all,
)

from bema.model import limits
from bema.model.ids import lowest_id_at
from bema.store.tables import (
    account,
    account_counts,
    app,
    domain,
    favourite,
    follow,
    login,
    membership,
    post,
    post_tag,
    report,
    tag_day,
)
from bema.store.tx import Tx

_DAY = 86_400_000  # milliseconds
_ID_DAY = lowest_id_at(_DAY)  # how far ids are apart that were made a day apart


class Days(NamedTuple):
    """Whole days (UTC), as numbers since 1970-01-01; `end` is the first after them."""

    begin: int
    end: int

    @property
    def before(self) -> "Days":
        """As many days just before."""
        return Days(2 * self.begin - self.end, self.begin)


class Figure(NamedTuple):
    """How much there was on each day on which there was something, and in all."""

    total: int
    of_day: dict[int, int]


_begin: Any = bindparam("begin", type_=BigInteger)
_end: Any = bindparam("end", type_=BigInteger)
_tag: Any = bindparam("tag", type_=BigInteger)
_domain_id = select(domain.c.id).where(domain.c.name == bindparam("domain", type_=Text)).scalar_subquery()


def _made(id_: ColumnElement[Any]) -> ColumnElement[bool]:
    """What has this id came to be in these days; `id_day` tells on which."""
    return and_(id_ >= _begin * _ID_DAY, id_ < _end * _ID_DAY)


def _id_day(id_: ColumnElement[Any]) -> ColumnElement[Any]:
    return id_ // literal_column(str(_ID_DAY), BigInteger)


def _at(moment: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(moment >= _begin * _DAY, moment < _end * _DAY)


def _moment_day(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    return moment // literal_column(str(_DAY), BigInteger)


class _Counted:
    """A figure that is added up: what happened on its days, and in all."""

    def __init__(
        self, day: ColumnElement[Any], source: Any, *where: Any, once: ColumnElement[Any] | None = None
    ) -> None:
        what = func.count() if once is None else func.count(distinct(once))
        self._days = select(day.label("day"), what.label("count")).select_from(source).where(*where).group_by(day)
        self._total = None if once is None else select(what).select_from(source).where(*where)

    def figure(self, tx: Tx, days: Days, parameters: dict[str, Any]) -> Figure:
        """Count."""
        values = {"begin": days.begin, "end": days.end, **parameters}
        of_day = {int(row[0]): int(row[1]) for row in tx.all(self._days, values)}
        total = sum(of_day.values()) if self._total is None else int(tx.value(self._total, values))
        return Figure(total, of_day)


_author, _other = account.alias(), account.alias()
_original = post.alias()
_interactions = union_all(
    select(_id_day(favourite.c.id).label("day"))
    .select_from(favourite.join(post, post.c.id == favourite.c.post_id))
    .where(_made(favourite.c.id), post.c.local),
    select(_id_day(post.c.id))
    .select_from(post.join(_original, _original.c.id == post.c.boost_of_id))
    .where(_made(post.c.id), _original.c.local),
    select(_id_day(post.c.id))
    .select_from(post.join(_original, _original.c.id == post.c.in_reply_to_id))
    .where(_made(post.c.id), _original.c.local),
).subquery()
_tagged = and_(tag_day.c.tag_id == _tag, tag_day.c.day >= _begin, tag_day.c.day < _end)
_from_elsewhere = tag_day.join(_author, _author.c.id == tag_day.c.account_id).join(
    domain, domain.c.id == _author.c.domain_id
)
_of_domain = _author.c.domain_id == _domain_id

FIGURES: dict[str, _Counted] = {
    "active_users": _Counted(_id_day(post.c.id), post, _made(post.c.id), post.c.local, once=post.c.author_id),
    "new_users": _Counted(_moment_day(login.c.created_at), login, _at(login.c.created_at)),
    "interactions": _Counted(_interactions.c.day, _interactions),
    "opened_reports": _Counted(_moment_day(report.c.created_at), report, _at(report.c.created_at)),
    "resolved_reports": _Counted(_moment_day(report.c.resolved_at), report, _at(report.c.resolved_at)),
    "tag_accounts": _Counted(tag_day.c.day, tag_day, _tagged, once=tag_day.c.account_id),
    "tag_servers": _Counted(tag_day.c.day, _from_elsewhere, _tagged, domain.c.local.is_(False), once=domain.c.id),
    "instance_accounts": _Counted(_id_day(_author.c.id), _author, _of_domain, _made(_author.c.id)),
    "instance_reports": _Counted(
        _moment_day(report.c.created_at),
        report.join(_author, _author.c.id == report.c.target_id),
        _at(report.c.created_at),
        _of_domain,
    ),
    "instance_statuses": _Counted(
        _id_day(post.c.id), post.join(_author, _author.c.id == post.c.author_id), _of_domain, _made(post.c.id)
    ),
    "instance_follows": _Counted(
        _id_day(follow.c.id),
        follow.join(_author, _author.c.id == follow.c.followed_id).join(_other, _other.c.id == follow.c.follower_id),
        _made(follow.c.id),
        _of_domain,
        _other.c.uri.is_(None),
    ),
    "instance_followers": _Counted(
        _id_day(follow.c.id),
        follow.join(_author, _author.c.id == follow.c.follower_id).join(_other, _other.c.id == follow.c.followed_id),
        _made(follow.c.id),
        _of_domain,
        _other.c.uri.is_(None),
    ),
}
_tag_uses = select(tag_day.c.day, func.sum(tag_day.c.uses)).where(_tagged).group_by(tag_day.c.day)


def figure(tx: Tx, key: str, days: Days, *, tag: int | None = None, domain: str | None = None) -> Figure:
    """Count one figure."""
    about: dict[str, Any] = {} if tag is None else {"tag": tag}
    if domain is not None:
        about["domain"] = domain
    if key == "tag_uses":
        rows = tx.all(_tag_uses, {"begin": days.begin, "end": days.end, **about})
        of_day = {int(row[0]): int(row[1]) for row in rows}
        return Figure(sum(of_day.values()), of_day)
    return FIGURES[key].figure(tx, days, about)


# --- Tables -----------------------------------------------------------------------------------------------------------


def _newest(*where: Any, source: Any = post) -> Any:
    """Take the newest posts of the days, so many that a table of them means something."""
    columns = (post.c.id, post.c.language, post.c.app_id, post.c.author_id)
    return (
        select(*columns)
        .select_from(source)
        .where(_made(post.c.id), *where)
        .order_by(post.c.id.desc())
        .limit(limits.DIMENSION_POSTS)
        .subquery()
    )


def _table(key: ColumnElement[Any], source: Any, *where: Any) -> Any:
    count = func.count().label("count")
    return (
        select(key.label("key"), count)
        .select_from(source)
        .where(*where)
        .group_by(key)
        .order_by(count.desc(), key)
        .limit(bindparam("limit"))
    )


def _by_language(newest: Any) -> Any:
    return _table(func.coalesce(newest.c.language, literal_column("'und'")), newest)


def _by_server(newest: Any) -> Any:
    source = newest.join(account, account.c.id == newest.c.author_id).join(domain, domain.c.id == account.c.domain_id)
    return _table(domain.c.name, source, domain.c.local.is_(False))


_local, _remote = _newest(post.c.local), _newest(post.c.local.is_(False))
_with_tag = _newest(post_tag.c.tag_id == _tag, source=post_tag.join(post, post.c.id == post_tag.c.post_id))
_of_instance = _newest(_of_domain, source=post.join(_author, _author.c.id == post.c.author_id))
TABLES: dict[str, Any] = {
    "languages": _by_language(_local),
    "sources": _table(
        func.coalesce(app.c.name, literal_column("''")), _local.outerjoin(app, app.c.id == _local.c.app_id)
    ),
    "servers": _by_server(_remote),
    "tag_servers": _by_server(_with_tag),
    "tag_languages": _by_language(_with_tag),
    "instance_languages": _by_language(_of_instance),
    "instance_accounts": select(account.c.username.label("key"), account_counts.c.followers.label("count"))
    .select_from(account.join(account_counts, account_counts.c.account_id == account.c.id))
    .where(account.c.domain_id == _domain_id)
    .order_by(account_counts.c.followers.desc(), account.c.id)
    .limit(bindparam("limit")),
}


def table(
    tx: Tx, key: str, days: Days, limit: int, *, tag: int | None = None, domain: str | None = None
) -> list[tuple[str, int]]:
    """Count one table, the largest first."""
    values: dict[str, Any] = {"limit": limit}
    if key != "instance_accounts":
        values.update(begin=days.begin, end=days.end)
    if tag is not None:
        values["tag"] = tag
    if domain is not None:
        values["domain"] = domain
    return [(str(row[0]), int(row[1])) for row in tx.all(TABLES[key], values)]


# --- Who stays --------------------------------------------------------------------------------------------------------

_joined = select(login.c.id, _moment_day(login.c.created_at)).where(_at(login.c.created_at))
_spoke = (
    select(login.c.id, _id_day(post.c.id).label("day"))
    .select_from(
        login.join(membership, membership.c.login_id == login.c.id).join(
            post, post.c.author_id == membership.c.account_id
        )
    )
    .where(_at(login.c.created_at), _made(post.c.id))
    .distinct()
)


def joined(tx: Tx, days: Days) -> list[tuple[int, int]]:
    """Return who joined in the days, as pairs of login and day."""
    return [(row[0], int(row[1])) for row in tx.all(_joined, {"begin": days.begin, "end": days.end})]


def spoke(tx: Tx, days: Days) -> list[tuple[int, int]]:
    """Return on which of the days those who joined in them posted something, as pairs of login and day."""
    return [(row[0], int(row[1])) for row in tx.all(_spoke, {"begin": days.begin, "end": days.end})]
