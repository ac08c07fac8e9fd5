"""Apps and the tokens they hold: who may ask, as whom, for what."""

import hashlib
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, or_, select, update

from bema.model.ids import AccountId, AppId, LoginId, Millis, TokenId
from bema.model.limits import HEADER_TOKEN_CHARACTERS
from bema.model.policy import Role, Standing
from bema.store.dialect import insert
from bema.store.tables import account, app, login, push_subscription, token
from bema.store.tx import Tx, WriteTx, text_of


def digest(secret: str) -> bytes:
    """Return what is stored of a secret of full entropy: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


_insert_app = insert(app).values({column.name: bindparam(column.name) for column in app.c})
_app_by_client_id = select(app).where(app.c.client_id == bindparam("client_id"))
_app_by_id = select(app).where(app.c.id == bindparam("id"))


def add_app(
    tx: WriteTx, *, client_id: str, secret: str, name: str, website: str | None, redirect_uris: list[str], scopes: str
) -> AppId:
    """Register an app."""
    id_ = AppId(tx.new_id())
    tx.run(
        _insert_app,
        {
            "id": id_,
            "client_id": client_id,
            "secret_hash": digest(secret),
            "name": name,
            "website": website,
            "redirect_uris": text_of(redirect_uris),
            "scopes": scopes,
            "created_at": tx.now,
        },
    )
    return id_


def app_by_client_id(tx: Tx, client_id: str) -> Any | None:
    """Load an app by its public name: a row of the table."""
    return tx.first(_app_by_client_id, {"client_id": client_id})


def app_by_id(tx: Tx, id_: AppId) -> Any | None:
    """Load an app."""
    return tx.first(_app_by_id, {"id": id_})


_insert_token = insert(token).values(
    {
        name: bindparam(name)
        for name in ["id", "secret_hash", "app_id", "login_id", "account_id", "scopes", "created_at"]
    }
)


def add_token(
    tx: WriteTx, *, secret: str, app_id: AppId, login_id: LoginId | None, account_id: AccountId | None, scopes: str
) -> TokenId:
    """Record a token; only its hash is kept."""
    id_ = TokenId(tx.new_id())
    tx.run(
        _insert_token,
        {
            "id": id_,
            "secret_hash": digest(secret),
            "app_id": app_id,
            "login_id": login_id,
            "account_id": account_id,
            "scopes": scopes,
            "created_at": tx.now,
        },
    )
    return id_


class Grant(msgspec.Struct, frozen=True, gc=False):
    """What a valid token allows."""

    token: TokenId
    app: AppId
    login: LoginId | None
    account: AccountId | None
    scopes: frozenset[str]
    role: Role | None
    confirmed: bool
    last_used_at: Millis | None


_columns = (
    token.c.id,
    token.c.app_id,
    token.c.login_id,
    token.c.account_id,
    token.c.scopes,
    login.c.role,
    login.c.confirmed_at,
    login.c.approved_at,
    token.c.last_used_at,
)
_grant = (
    select(*_columns)
    .select_from(
        token.outerjoin(login, login.c.id == token.c.login_id).outerjoin(account, account.c.id == token.c.account_id)
    )
    .where(
        token.c.secret_hash == bindparam("hash"),
        token.c.revoked_at.is_(None),
        login.c.disabled_at.is_(None),
        or_(account.c.standing.is_(None), account.c.standing <= int(Standing.PENDING)),
    )
)


def by_secret(tx: Tx, secret: str) -> Grant | None:
    """Return what a bearer token allows; None when it is unknown, revoked, or its login or account is not in use."""
    hash_ = digest(secret)
    known: Grant | None = None if tx.known is None else tx.known.get(("grant", hash_))
    if known is not None:
        return known
    row = tx.first(_grant, {"hash": hash_})
    if row is None:
        return None
    grant = _grant_of(row)
    if tx.known is not None:
        tx.known["grant", hash_] = grant
    return grant


def _grant_of(row: Any) -> Grant:
    return Grant(
        row[0],
        row[1],
        row[2],
        row[3],
        frozenset(row[4].split()),
        None if row[5] is None else Role(row[5]),
        row[2] is None or (row[6] is not None and row[7] is not None),
        row[8],
    )


_shut_out = (
    select(*_columns)
    .join(login, login.c.id == token.c.login_id)
    .join(account, account.c.id == token.c.account_id)
    .where(
        token.c.secret_hash == bindparam("hash"),
        token.c.revoked_at.is_(None),
        or_(login.c.disabled_at.is_not(None), account.c.standing == int(Standing.SUSPENDED)),
    )
)


def shut_out(tx: Tx, secret: str) -> Grant | None:
    """Return what a token would allow, had a decision not shut out its login or account; nobody's role counts then."""
    row = tx.first(_shut_out, {"hash": digest(secret)}) if len(secret) <= HEADER_TOKEN_CHARACTERS else None
    return None if row is None else msgspec.structs.replace(_grant_of(row), role=None)


_touch = update(token).where(token.c.id == bindparam("key")).values(last_used_at=bindparam("now"))


def touch(tx: WriteTx, id_: TokenId) -> None:
    """Remember that a token was used."""
    tx.run(_touch, {"key": id_, "now": tx.now})


_token_by_hash = select(token.c.id, token.c.app_id).where(token.c.secret_hash == bindparam("hash"))
_living = token.c.revoked_at.is_(None)
_revoke = update(token).where(token.c.id == bindparam("key"), _living).values(revoked_at=bindparam("now"))
_revoke_of_login = (
    update(token).where(token.c.login_id == bindparam("login"), _living).values(revoked_at=bindparam("now"))
)
_revoke_of_app = (
    update(token)
    .where(token.c.login_id == bindparam("login"), token.c.app_id == bindparam("app"), _living)
    .values(revoked_at=bindparam("now"))
)
_apps_of_login = (
    select(
        app.c.id,
        app.c.name,
        app.c.website,
        func.max(token.c.scopes).label("scopes"),
        func.min(token.c.created_at).label("created_at"),
        func.max(token.c.last_used_at).label("last_used_at"),
    )
    .join(token, token.c.app_id == app.c.id)
    .where(token.c.login_id == bindparam("login"), _living)
    .group_by(app.c.id, app.c.name, app.c.website)
    .order_by(func.min(token.c.created_at).desc(), app.c.id)
)

# Whoever held the tokens is rung no more either.
_ring_no_more = delete(push_subscription).where(push_subscription.c.token_id == bindparam("token"))
_ended = select(token.c.id).where(token.c.login_id == bindparam("login"), token.c.revoked_at.is_not(None))
_ring_no_more_for_login = delete(push_subscription).where(push_subscription.c.token_id.in_(_ended))


def token_by_secret(tx: Tx, secret: str) -> Any | None:
    """Return the id and the app of a token, valid or not."""
    return tx.first(_token_by_hash, {"hash": digest(secret)})


def revoke(tx: WriteTx, id_: TokenId) -> bool:
    """End a token at once; False when it had ended before."""
    ended = tx.run(_revoke, {"key": id_, "now": tx.now}) > 0
    tx.run(_ring_no_more, {"token": id_})
    return ended


def revoke_all(tx: WriteTx, login_id: LoginId) -> int:
    """End all tokens that act for a login."""
    ended = tx.run(_revoke_of_login, {"login": login_id, "now": tx.now})
    tx.run(_ring_no_more_for_login, {"login": login_id})
    return ended


def revoke_app(tx: WriteTx, login_id: LoginId, app_id: AppId) -> int:
    """End the tokens by which an app acts for a login."""
    ended = tx.run(_revoke_of_app, {"login": login_id, "app": app_id, "now": tx.now})
    tx.run(_ring_no_more_for_login, {"login": login_id})
    return ended


def apps_of_login(tx: Tx, login_id: LoginId) -> list[Any]:
    """Return the apps that act for a login, the newest first: id, name, website, scopes, created_at, last_used_at."""
    return tx.all(_apps_of_login, {"login": login_id})
