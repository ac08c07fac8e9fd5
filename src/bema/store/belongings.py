"""What an account keeps for itself, piece by piece in the order it was kept, to be taken along; and the archives of it."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, case, delete, select, update

from bema.model.belongings import Archive, Person, Thing
from bema.model.ids import AccountId, LoginId, Millis, PostId
from bema.model.policy import Standing
from bema.model.site import Site
from bema.store.dialect import insert
from bema.store.tables import (
    account,
    archive,
    block,
    blocked_domain,
    bookmark,
    domain,
    favourite,
    follow,
    list_member,
    mute,
    people_list,
    post,
)
from bema.store.tx import Tx, WriteTx

_languages = msgspec.json.Decoder(list[str]).decode
_account: Any = bindparam("account", type_=BigInteger)
_after: Any = bindparam("after", type_=BigInteger)
_limit: Any = bindparam("limit")
_HOST = case((domain.c.local, None), else_=domain.c.name)


def _people(relation: Any, of: Any, other: Any, *more: Any) -> Any:
    there = relation.join(account, account.c.id == other).join(domain, domain.c.id == account.c.domain_id)
    return (
        select(relation.c.id, account.c.username, _HOST.label("host"), *more)
        .select_from(there)
        .where(of == _account, relation.c.id > _after, account.c.standing != int(Standing.DELETED))
        .order_by(relation.c.id)
        .limit(_limit)
    )


_terms = (follow.c.boosts, follow.c.notify, follow.c.languages)
_PEOPLE = {
    "following": _people(follow, follow.c.follower_id, follow.c.followed_id, *_terms),
    "followers": _people(follow, follow.c.followed_id, follow.c.follower_id),
    "blocked": _people(block, block.c.by_id, block.c.target_id),
    "muted": _people(mute, mute.c.by_id, mute.c.target_id, mute.c.notifications),
}
_members = (
    select(list_member.c.id, account.c.username, _HOST.label("host"), people_list.c.title)
    .select_from(
        list_member.join(people_list, people_list.c.id == list_member.c.list_id)
        .join(account, account.c.id == list_member.c.account_id)
        .join(domain, domain.c.id == account.c.domain_id)
    )
    .where(list_member.c.list_id == bindparam("list", type_=BigInteger), list_member.c.id > _after)
    .order_by(list_member.c.id)
    .limit(_limit)
)


def people(tx: Tx, kind: str, of: AccountId, after: int, limit: int) -> list[Person]:
    """Return some of those to whom an account stands in a relation, from one of them on."""
    rows = tx.all(_PEOPLE[kind], {"account": of, "after": after, "limit": limit})
    match kind:
        case "following":
            return [
                Person(row[0], row[1], row[2], bool(row[3]), bool(row[4]), [] if row[5] is None else _languages(row[5]))
                for row in rows
            ]
        case "muted":
            return [Person(row[0], row[1], row[2], notifications=bool(row[3])) for row in rows]
    return [Person(*row) for row in rows]


def members(tx: Tx, list_id: int, after: int, limit: int) -> list[Person]:
    """Return some of the members of a list, from one of them on."""
    rows = tx.all(_members, {"list": list_id, "after": after, "limit": limit})
    return [Person(row[0], row[1], row[2], title=row[3]) for row in rows]


def _posts(relation: Any) -> Any:
    there = relation.join(post, post.c.id == relation.c.post_id).join(account, account.c.id == post.c.author_id)
    return (
        select(relation.c.id, post.c.uri, account.c.username, post.c.id)
        .select_from(there)
        .where(relation.c.account_id == _account, relation.c.id > _after)
        .order_by(relation.c.id)
        .limit(_limit)
    )


_POSTS = {"bookmarks": _posts(bookmark), "favourites": _posts(favourite)}
_domains = (
    select(blocked_domain.c.id, blocked_domain.c.name)
    .where(blocked_domain.c.by_id == _account, blocked_domain.c.id > _after)
    .order_by(blocked_domain.c.id)
    .limit(_limit)
)


def kept_posts(tx: Tx, site: Site, kind: str, of: AccountId, after: int, limit: int) -> list[Thing]:
    """Return the addresses of some posts that an account bookmarked or favourited, from one of them on."""
    rows = tx.all(_POSTS[kind], {"account": of, "after": after, "limit": limit})
    return [Thing(row[0], row[1] or site.object(row[2], PostId(row[3]))) for row in rows]


def blocked_domains(tx: Tx, of: AccountId, after: int, limit: int) -> list[Thing]:
    """Return some servers that an account blocked, from one of them on."""
    return [Thing(*row) for row in tx.all(_domains, {"account": of, "after": after, "limit": limit})]


_own = (
    select(post.c.id, post.c.removed)
    .where(post.c.author_id == _account, post.c.id > _after)
    .order_by(post.c.id)
    .limit(_limit)
)


def own_posts(tx: Tx, of: AccountId, after: PostId, limit: int) -> list[tuple[PostId, bool]]:
    """Return some of what an account wrote or boosted, from a post on; and whether a decision took it out of sight."""
    return [(PostId(row[0]), bool(row[1])) for row in tx.all(_own, {"account": of, "after": after, "limit": limit})]


# --- Archives ---------------------------------------------------------------------------------------------------------

_archive = select(archive)
_of_account = _archive.where(archive.c.account_id == _account)
_by_id = _archive.where(archive.c.id == bindparam("id"))
_add = (
    insert(archive)
    .values(id=bindparam("id"), account_id=_account, login_id=bindparam("login"), asked_at=bindparam("now"))
    .on_conflict_do_nothing()
)
_finish = (
    update(archive)
    .where(archive.c.id == bindparam("archive"), archive.c.ready_at.is_(None))
    .values(
        ready_at=bindparam("now"),
        expires_at=bindparam("until"),
        key=bindparam("stored"),
        size=bindparam("bytes"),
        posts=bindparam("said"),
        files=bindparam("pictures"),
    )
)
_remove = delete(archive).where(archive.c.id == bindparam("id"))


def archive_of(tx: Tx, of: AccountId) -> Archive | None:
    """Return the archive of an account."""
    row = tx.first(_of_account, {"account": of})
    return None if row is None else Archive(*row)


def archive_by_id(tx: Tx, id_: int) -> Archive | None:
    """Return an archive."""
    row = tx.first(_by_id, {"id": id_})
    return None if row is None else Archive(*row)


def add_archive(tx: WriteTx, of: AccountId, login: LoginId) -> int | None:
    """Note that somebody wants an archive, and return its id; None where there is one."""
    id_ = tx.new_id()
    return id_ if tx.run(_add, {"id": id_, "account": of, "login": login, "now": tx.now}) else None


def finish_archive(tx: WriteTx, id_: int, key: str, size: int, posts: int, files: int, until: Millis) -> bool:
    """Note what an archive came to; False where nobody wants it any more."""
    made = {"stored": key, "bytes": size, "said": posts, "pictures": files, "until": until}
    return tx.run(_finish, {"archive": id_, "now": tx.now, **made}) > 0


def remove_archive(tx: WriteTx, id_: int) -> bool:
    """Forget an archive."""
    return tx.run(_remove, {"id": id_}) > 0
