"""Authorisation codes: what an app is given when somebody lets it in, and exchanges for a token once."""

from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bema.model import limits
from bema.model.ids import AccountId, AppId, LoginId, TokenId
from bema.store.dialect import insert
from bema.store.grants import digest
from bema.store.tables import authorization_code
from bema.store.tx import Tx, WriteTx

_NEW = [column.name for column in authorization_code.c if column.name != "token_id"]
_insert = insert(authorization_code).values({name: bindparam(name) for name in _NEW})
_by_hash = select(authorization_code).where(authorization_code.c.code_hash == bindparam("hash"))
_use = (
    update(authorization_code)
    .where(authorization_code.c.code_hash == bindparam("hash"), authorization_code.c.token_id.is_(None))
    .values(token_id=bindparam("token"))
)
_forget_login = delete(authorization_code).where(
    authorization_code.c.login_id == bindparam("login"), authorization_code.c.token_id.is_(None)
)
_forget = delete(authorization_code).where(authorization_code.c.expires_at < bindparam("oldest"))


def add(
    tx: WriteTx,
    *,
    code: str,
    app_id: AppId,
    login_id: LoginId,
    account_id: AccountId,
    scopes: str,
    redirect_uri: str,
    code_challenge: str | None,
) -> None:
    """Record a code, of which only the hash is kept, and forget those of former days."""
    tx.run(_forget, {"oldest": tx.now - limits.CODE_KEPT_SECONDS * 1_000})
    tx.run(
        _insert,
        {
            "code_hash": digest(code),
            "app_id": app_id,
            "login_id": login_id,
            "account_id": account_id,
            "scopes": scopes,
            "redirect_uri": redirect_uri,
            "code_challenge": code_challenge,
            "expires_at": tx.now + limits.CODE_SECONDS * 1_000,
        },
    )


def find(tx: Tx, code: str) -> Any | None:
    """Load a code, used, expired or not: a row of the table."""
    return tx.first(_by_hash, {"hash": digest(code)})


def use(tx: WriteTx, code: str, token_id: TokenId) -> bool:
    """Note which token a code was exchanged for; False when it was used before, also at this very moment."""
    return tx.run(_use, {"hash": digest(code), "token": token_id}) > 0


def forget(tx: WriteTx, login_id: LoginId) -> None:
    """End the codes of a login that were not used yet."""
    tx.run(_forget_login, {"login": login_id})
