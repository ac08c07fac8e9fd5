"""People of other servers: rows of `account` like everybody's, and beside them where they are reached."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update

from bema.model.federating import RemoteActor, RemoteKey
from bema.model.ids import AccountId, DomainId, Millis
from bema.model.policy import Kind, QuotePolicy, Standing, Visibility
from bema.model.views import Emoji, Field, ProfilePicture
from bema.store.dialect import insert, one_of_ids, one_of_texts
from bema.store.tables import account, domain, remote_actor, remote_key
from bema.store.tx import Tx, WriteTx, text_of

_KINDS = {"Service": Kind.AUTOMATED, "Application": Kind.AUTOMATED, "Group": Kind.INSTITUTION}
_KINDS["Organization"] = Kind.INSTITUTION

# --- Finding ----------------------------------------------------------------------------------------------------------


class Known(NamedTuple):
    """What is known of somebody of another server."""

    id: AccountId
    uri: str
    host: str
    standing: Standing
    fetched_at: Millis
    inbox: str
    followers: str | None
    featured: str | None
    moved_to: AccountId | None
    filled_at: Millis | None
    outbox: str | None
    following: str | None
    closed: bool  # by their own server, which may open them again
    featured_tags: str | None

    @property
    def may_speak(self) -> bool:
        """Whether their word is heard here; of whom their own server closed, to say that they are back, and no more."""
        return self.standing is Standing.ACTIVE or (self.standing is Standing.SUSPENDED and self.closed)


_known = select(
    account.c.id,
    account.c.uri,
    domain.c.name,
    account.c.standing,
    remote_actor.c.fetched_at,
    remote_actor.c.inbox,
    remote_actor.c.followers,
    remote_actor.c.featured,
    remote_actor.c.moved_to_id,
    remote_actor.c.filled_at,
    remote_actor.c.outbox,
    remote_actor.c.following,
    remote_actor.c.suspended,
    remote_actor.c.featured_tags,
).select_from(
    account.join(domain, domain.c.id == account.c.domain_id).join(
        remote_actor, remote_actor.c.account_id == account.c.id
    )
)
_by_uris = _known.where(one_of_texts(account.c.uri, "uris"))
_by_id = _known.where(account.c.id == bindparam("id"))
_by_handle = select(account.c.id).where(
    account.c.username_folded == bindparam("folded"),
    account.c.domain_id == bindparam("domain"),
    account.c.uri.is_not(None),
)
_uris = select(account.c.id, account.c.uri).where(one_of_ids(account.c.id), account.c.uri.is_not(None))


def by_uris(tx: Tx, uris: Iterable[str]) -> dict[str, Known]:
    """Return those of the people who are known, by their ids."""
    wanted = list(dict.fromkeys(uris))
    return {row[1]: _of_row(row) for row in tx.all(_by_uris, {"uris": wanted})} if wanted else {}


def by_uri(tx: Tx, uri: str) -> Known | None:
    """Return somebody by their id, if they are known."""
    return by_uris(tx, [uri]).get(uri)


def by_id(tx: Tx, id_: AccountId) -> Known | None:
    """Return what is known of an account, if it is of another server."""
    row = tx.first(_by_id, {"id": id_})
    return None if row is None else _of_row(row)


def _of_row(row: Any) -> Known:
    return Known(row[0], row[1], row[2], Standing(row[3]), *row[4:])


_username = select(account.c.username).where(account.c.id == bindparam("id"))


def username(tx: Tx, id_: AccountId) -> str:
    """Return the name of an account."""
    return str(tx.value(_username, {"id": id_}))


_by_address = (
    select(account.c.id)
    .select_from(account.join(domain, domain.c.id == account.c.domain_id))
    .where(
        account.c.username_folded == bindparam("folded"), domain.c.name == bindparam("host"), account.c.uri.is_not(None)
    )
)


def by_address(tx: Tx, name: str, host: str) -> AccountId | None:
    """Return who has an address on another server, if they are known."""
    found: AccountId | None = tx.value(_by_address, {"folded": name.lower(), "host": host})
    return found


def uris(tx: Tx, ids: Collection[AccountId]) -> dict[AccountId, str]:
    """Return the ids that accounts have on their own servers; ours have none here."""
    return dict(tx.all(_uris, {"ids": list(ids)})) if ids else {}


# --- Keeping ----------------------------------------------------------------------------------------------------------


class Profile(NamedTuple):
    """What of somebody is shown here, made ready to be stored."""

    fields: list[Field]
    emojis: list[Emoji]
    avatar: ProfilePicture | None
    header: ProfilePicture | None


_FROM_ELSEWHERE = (
    "uri",
    "url",
    "kind",
    "locked",
    "discoverable",
    "indexable",
    "display_name",
    "note_html",
    "fields",
    "emojis",
    "avatar",
    "header",
    "attribution_domains",
)
_NEW = (*_FROM_ELSEWHERE, "id", "domain_id", "username", "username_folded", "created_at")
_add = insert(account).values(
    {name: bindparam(name) for name in _NEW}
    | {
        "standing": int(Standing.ACTIVE),
        "hide_collections": False,
        "note": "",
        "post_visibility": int(Visibility.PUBLIC),
        "post_sensitive": False,
        "post_language": None,
        "post_quote_policy": int(QuotePolicy.NOBODY),
        "updated_at": bindparam("now"),
    }
)
_change = (
    update(account)
    .where(account.c.id == bindparam("key"))
    .values({name: bindparam(f"new_{name}") for name in _FROM_ELSEWHERE} | {"updated_at": bindparam("now")})
)
_shown = select(*[account.c[name] for name in _FROM_ELSEWHERE]).where(account.c.id == bindparam("id"))
_BESIDE = (
    "type",
    "inbox",
    "shared_inbox",
    "outbox",
    "followers",
    "following",
    "featured",
    "featured_tags",
    "also_known_as",
    "memorial",
    "suspended",
    "fetched_at",
)
_put_beside = insert(remote_actor).values({name: bindparam(name) for name in (*_BESIDE, "account_id")})
_put_beside = _put_beside.on_conflict_do_update(
    index_elements=["account_id"], set_={name: _put_beside.excluded[name] for name in _BESIDE}
)
_put_key = insert(remote_key).values({column.name: bindparam(column.name) for column in remote_key.c})
# A key that another account has stays that one's: nobody takes over a key by naming it.
_put_key = _put_key.on_conflict_do_update(
    index_elements=["uri"],
    set_={name: _put_key.excluded[name] for name in ("kind", "public_key", "fetched_at")},
    where=remote_key.c.account_id == _put_key.excluded.account_id,
)
_forget_keys = delete(remote_key).where(
    remote_key.c.account_id == bindparam("account"), remote_key.c.fetched_at < bindparam("before")
)


def add(
    tx: WriteTx, domain_id: DomainId, actor: RemoteActor, profile: Profile, *, keys: list[RemoteKey]
) -> tuple[AccountId, bool]:
    """Store somebody as their document says now; return their account, and whether that is seen to be other than before.

    Who has the name of somebody known takes their place: WebFinger has said that it is theirs now.
    """
    row = by_uri(tx, actor.uri)
    id_ = row.id if row is not None else tx.value(_by_handle, {"folded": actor.username.lower(), "domain": domain_id})
    shown = _columns(actor, profile)
    changed = True
    if id_ is None:
        id_ = AccountId(tx.new_id())
        created_at = tx.now if actor.created_at is None else min(actor.created_at, tx.now)
        names = {"username": actor.username, "username_folded": actor.username.lower(), "domain_id": domain_id}
        tx.run(_add, {"id": id_, "created_at": created_at, "now": tx.now, **names, **shown})
    else:
        before = tx.first(_shown, {"id": id_})
        changed = before is None or tuple(before) != tuple(shown[name] for name in _FROM_ELSEWHERE)
        if changed:
            tx.run(_change, {"key": id_, "now": tx.now, **{f"new_{name}": value for name, value in shown.items()}})
    tx.run(_put_beside, {"account_id": id_, **_beside(tx, actor)})
    for key in keys:
        tx.run(
            _put_key,
            {"uri": key.uri, "account_id": id_, "kind": key.kind, "public_key": key.public_key, "fetched_at": tx.now},
        )
    tx.run(_forget_keys, {"account": id_, "before": tx.now})
    return AccountId(id_), changed


def _columns(actor: RemoteActor, profile: Profile) -> dict[str, Any]:
    return {
        "uri": actor.uri,
        "url": actor.url,
        "kind": int(_KINDS.get(actor.type, Kind.PERSON)),
        "locked": actor.locked,
        "discoverable": actor.discoverable,
        "indexable": actor.indexable,
        "display_name": actor.name,
        "note_html": actor.note_html,
        "fields": text_of(profile.fields),
        "emojis": text_of(profile.emojis),
        "avatar": None if profile.avatar is None else text_of(profile.avatar),
        "header": None if profile.header is None else text_of(profile.header),
        "attribution_domains": text_of(actor.attribution_domains),
    }


def _beside(tx: WriteTx, actor: RemoteActor) -> dict[str, Any]:
    return {
        "type": actor.type,
        "inbox": actor.inbox,
        "shared_inbox": actor.shared_inbox,
        "outbox": actor.outbox,
        "followers": actor.followers,
        "following": actor.following,
        "featured": actor.featured,
        "featured_tags": actor.featured_tags,
        "also_known_as": text_of(actor.also_known_as),
        "memorial": actor.memorial,
        "suspended": actor.suspended,
        "fetched_at": tx.now,
    }


_set_told = (
    update(remote_actor)
    .where(remote_actor.c.account_id == bindparam("key"))
    .values(
        posts_told=bindparam("posts"),
        followers_told=bindparam("followers_number"),
        following_told=bindparam("following_number"),
        filled_at=bindparam("now"),
    )
)


def set_told(tx: WriteTx, id_: AccountId, posts: int | None, followers: int | None, following: int | None) -> None:
    """Note how many posts, followers and follows somebody's own server says that they have."""
    numbers = {"posts": posts, "followers_number": followers, "following_number": following}
    tx.run(_set_told, {"key": id_, "now": tx.now, **numbers})
