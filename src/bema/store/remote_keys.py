"""Keys of people of other servers, with whose key it is."""

from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from bema.model.ids import AccountId, Millis
from bema.model.policy import Standing
from bema.store.tables import account, remote_actor, remote_key
from bema.store.tx import Tx


class Key(NamedTuple):
    """A key, and its owner as known here."""

    uri: str
    public_key: str
    fetched_at: Millis
    owner: AccountId
    owner_uri: str
    standing: Standing
    closed: bool  # by their own server, which may open them again


_keys: Select[tuple[str, str, int, int, str, int, bool | None]] = select(
    remote_key.c.uri,
    remote_key.c.public_key,
    remote_key.c.fetched_at,
    account.c.id,
    account.c.uri,
    account.c.standing,
    remote_actor.c.suspended,
).select_from(
    remote_key.join(account, account.c.id == remote_key.c.account_id).outerjoin(
        remote_actor, remote_actor.c.account_id == account.c.id
    )
)
_named = _keys.where(remote_key.c.uri == bindparam("uri"))
_of_owner = _keys.where(account.c.uri == bindparam("uri")).order_by(
    remote_key.c.kind.desc(), remote_key.c.uri
)  # rsa first


def named(tx: Tx, uri: str) -> Key | None:
    """Return the key with an id; some name it by its owner alone."""

    def read() -> list[Key]:
        rows = tx.all(_named, {"uri": uri}) or tx.all(_of_owner, {"uri": uri})
        return [_of_row(row) for row in rows[:1]]

    return next(iter(tx.once(("key", uri), read)), None)


def _of_row(row: Any) -> Key:
    return Key(row[0], row[1], row[2], AccountId(row[3]), row[4], Standing(row[5]), bool(row[6]))
