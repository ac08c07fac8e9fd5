"""Accounts: who speaks."""

from collections.abc import Collection
from typing import Any, cast

import msgspec
from sqlalchemy import Select, bindparam, case, func, literal_column, select, update

from bema.model.ids import AccountId, DomainId, Millis
from bema.model.policy import Kind, QuotePolicy, Role, Standing, Visibility
from bema.model.views import Account, Emoji, Field, OwnAccount, ProfilePicture
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import account, account_counts, domain, follow_request, remote_actor
from bema.store.tx import Tx, WriteTx, text_of

_fields = msgspec.json.Decoder(list[Field]).decode
_emojis = msgspec.json.Decoder(list[Emoji]).decode
_domains = msgspec.json.Decoder(list[str]).decode
_picture = msgspec.json.Decoder(ProfilePicture).decode
_KINDS = {int(kind): kind for kind in Kind}
_ROLES = {int(role): role for role in Role}
_STANDINGS = {int(standing): standing for standing in Standing}

_ZERO: Any = literal_column("0")


def _at_least(told: Any, counted: Any) -> Any:
    """What somebody's own server says of their numbers, unless more is known here by now: it says so once a day."""
    known = func.coalesce(counted, _ZERO)
    return case((told > known, told), else_=known)


COLUMNS = (
    account.c.id,
    account.c.username,
    domain.c.name.label("domain"),
    domain.c.local,
    account.c.kind,
    account.c.standing,
    account.c.locked,
    account.c.discoverable,
    account.c.indexable,
    account.c.hide_collections,
    account.c.display_name,
    account.c.note,
    account.c.note_html,
    account.c.fields,
    account.c.emojis,
    account.c.avatar,
    account.c.header,
    account.c.uri,
    account.c.url,
    account.c.created_at,
    _at_least(remote_actor.c.posts_told, account_counts.c.posts).label("posts"),
    _at_least(remote_actor.c.followers_told, account_counts.c.followers).label("followers"),
    _at_least(remote_actor.c.following_told, account_counts.c.following).label("following"),
    account_counts.c.last_post_at,
    account.c.limited,
    account.c.sensitized,
    account.c.badge,
    account.c.show_media,
    account.c.show_media_replies,
    account.c.show_featured,
    account.c.email_subscriptions,
    account.c.label,
    account.c.staff_note,
    remote_actor.c.moved_to_id,
    remote_actor.c.memorial,
)


def selecting(*more: Any) -> Select[Any]:
    """Start a statement that loads accounts, as `of_row` reads them."""
    return select(*COLUMNS, *more).select_from(
        account.join(domain, domain.c.id == account.c.domain_id)
        .outerjoin(account_counts, account_counts.c.account_id == account.c.id)
        .outerjoin(remote_actor, remote_actor.c.account_id == account.c.id)
    )


def of_row(row: Any) -> Account:
    """Make the view of an account from a row that begins with `COLUMNS`."""
    return Account(
        row[0],
        row[1],
        None if row[3] else row[2],
        _KINDS[row[4]],
        _STANDINGS[row[5]],
        row[6],
        row[7],
        row[8],
        row[9],
        row[10],
        row[11],
        row[12],
        _fields(row[13]) if row[13] != "[]" else [],
        _emojis(row[14]) if row[14] != "[]" else [],
        _picture(row[15]) if row[15] else None,
        _picture(row[16]) if row[16] else None,
        row[17],
        row[18],
        row[19],
        row[20],
        row[21],
        row[22],
        row[23],
        row[24],
        row[25],
        _ROLES[row[26]],
        row[27],
        row[28],
        row[29],
        row[30],
        row[31],
        row[32],
        row[33],
        bool(row[34]),  # none: somebody of this server
    )


_by_ids = selecting().where(one_of_ids(account.c.id))
_by_handle = selecting().where(account.c.username_folded == bindparam("folded"), domain.c.name == bindparam("host"))
_local_by_name = selecting().where(account.c.username_folded == bindparam("folded"), domain.c.local)
_own = selecting(
    account.c.post_visibility,
    account.c.post_sensitive,
    account.c.post_language,
    account.c.post_quote_policy,
    account.c.attribution_domains,
).where(account.c.id == bindparam("id"))
_host = select(domain.c.name).where(
    domain.c.id == select(account.c.domain_id).where(account.c.id == bindparam("id")).scalar_subquery(),
    domain.c.local.is_(False),
)
_requests = select(func.count()).select_from(follow_request).where(follow_request.c.followed_id == bindparam("id"))


def by_ids(tx: Tx, ids: Collection[AccountId]) -> dict[AccountId, Account]:
    """Load accounts; those that do not exist are missing from the result."""
    known = tx.known
    if known is None:
        return {row[0]: of_row(row) for row in tx.all(_by_ids, {"ids": list(ids)})}
    missing = [id_ for id_ in ids if ("account", id_) not in known]
    if missing:
        known.update((("account", row[0]), of_row(row)) for row in tx.all(_by_ids, {"ids": missing}))
    return {id_: found for id_ in ids if (found := known.get(("account", id_))) is not None}


def by_id(tx: Tx, id_: AccountId) -> Account | None:
    """Load one account."""
    return by_ids(tx, (id_,)).get(id_)


def host_of(tx: Tx, id_: AccountId) -> str | None:
    """Return the server that an account is from; None where it is from here."""
    row = tx.first(_host, {"id": id_})
    return None if row is None else str(row[0])


def by_handle(tx: Tx, username: str, host: str | None) -> Account | None:
    """Load an account by its address; `host` None means this server."""
    folded = username.lower()
    key = ("handle", folded, host)
    if tx.known is not None and (found := tx.known.get(key)) is not None:
        return cast(Account, found)
    statement, parameters = _local_by_name, {"folded": folded}
    if host is not None:
        statement, parameters = _by_handle, {"folded": folded, "host": host}
    row = tx.first(statement, parameters)
    if row is None:
        return None
    loaded = of_row(row)
    if tx.known is not None:
        tx.known[key] = loaded
    return loaded


def own(tx: Tx, id_: AccountId) -> OwnAccount:
    """Load an account with what only its owners see."""
    row = tx.first(_own, {"id": id_})
    assert row is not None
    at = len(COLUMNS)
    return OwnAccount(
        of_row(row),
        Visibility(row[at]),
        bool(row[at + 1]),
        row[at + 2],
        QuotePolicy(row[at + 3]),
        int(tx.value(_requests, {"id": id_})),
        _domains(row[at + 4]) if row[at + 4] != "[]" else [],
    )


_PRESENTED = ("show_media", "show_media_replies", "show_featured", "email_subscriptions", "attribution_domains")
_DECIDED = ("limited", "sensitized", "label", "staff_note", "demoted", "quiet")
_NOT_GIVEN = ("uri", "url", *_DECIDED, "badge", *_PRESENTED)
_insert = insert(account).values(
    {column.name: bindparam(column.name) for column in account.c if column.name not in _NOT_GIVEN}
)
_insert_new = _insert.on_conflict_do_nothing()


def add_local(
    tx: WriteTx,
    *,
    domain_id: DomainId,
    username: str,
    kind: Kind,
    standing: Standing,
    created_at: Millis,
    language: str | None,
) -> AccountId | None:
    """Create an account of this server; None when the name is taken."""
    id_ = AccountId(tx.new_id_at(created_at))
    added = tx.run(
        _insert_new,
        {
            "id": id_,
            "domain_id": domain_id,
            "username": username,
            "username_folded": username.lower(),
            "kind": int(kind),
            "standing": int(standing),
            "locked": False,
            "discoverable": True,
            "indexable": False,
            "hide_collections": False,
            "display_name": "",
            "note": "",
            "note_html": "",
            "fields": "[]",
            "emojis": "[]",
            "avatar": None,
            "header": None,
            "post_visibility": int(Visibility.PUBLIC),
            "post_sensitive": False,
            "post_language": language,
            "post_quote_policy": int(QuotePolicy.PUBLIC),
            "created_at": created_at,
            "updated_at": created_at,
        },
    )
    return id_ if added else None


_UPDATABLE = [
    "badge",
    "kind",
    "standing",
    "locked",
    "discoverable",
    "indexable",
    "hide_collections",
    "display_name",
    "note",
    "note_html",
    "fields",
    "emojis",
    "avatar",
    "header",
    "post_visibility",
    "post_sensitive",
    "post_language",
    "post_quote_policy",
    *_PRESENTED,
]
_updates = {
    name: update(account)
    .where(account.c.id == bindparam("key"))
    .values({name: bindparam("value"), "updated_at": bindparam("now")})
    for name in _UPDATABLE
}


def change(tx: WriteTx, id_: AccountId, **values: Any) -> None:
    """Set columns of an account; values of document columns are encoded here."""
    for name, value in values.items():
        stored = text_of(value) if isinstance(value, list | msgspec.Struct) else value
        tx.run(_updates[name], {"key": id_, "value": stored, "now": tx.now})


_domain_by_name = select(domain.c.id).where(domain.c.name == bindparam("name"))
_local_domain = select(domain.c.id, domain.c.name).where(domain.c.local).order_by(domain.c.id).limit(1)
_insert_domain = (
    insert(domain)
    .values(id=bindparam("id"), name=bindparam("name"), local=bindparam("local"), created_at=bindparam("now"))
    .on_conflict_do_nothing()
)


def knows_domain(tx: Tx, name: str) -> bool:
    """Tell whether there is a domain of this name."""
    return tx.value(_domain_by_name, {"name": name}) is not None


def domain_id(tx: WriteTx, name: str, *, local: bool = False) -> DomainId:
    """Return the id of a domain, which is added when it is new."""
    id_ = tx.value(_domain_by_name, {"name": name})
    if id_ is None:
        tx.run(_insert_domain, {"id": tx.new_id(), "name": name, "local": local, "now": tx.now})
        id_ = tx.value(_domain_by_name, {"name": name})
    return DomainId(id_)


def home_domain(tx: Tx) -> DomainId:
    """Return the id of the domain that new accounts of this server belong to."""
    row = tx.first(_local_domain)
    assert row is not None, "`bema init` adds the server's own domain"
    return DomainId(row.id)
