"""Pushes: which devices are rung, one for each token, as long as the token is good."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, not_, select, update

from bema.model.ids import AccountId, TokenId
from bema.model.notifications import Audience, Subscription
from bema.model.policy import Standing
from bema.store.dialect import insert
from bema.store.tables import account, login, notification, push_subscription, token
from bema.store.tx import Tx, WriteTx, text_of

_alerts = msgspec.json.Decoder(tuple[str, ...]).decode
_columns = (
    push_subscription.c.id,
    push_subscription.c.account_id,
    push_subscription.c.endpoint,
    push_subscription.c.public_key,
    push_subscription.c.auth,
    push_subscription.c.standard,
    push_subscription.c.sealed_token,
    push_subscription.c.alerts,
    push_subscription.c.policy,
)
_id: Any = bindparam("id", type_=BigInteger)
_token: Any = bindparam("token", type_=BigInteger)
_add = insert(push_subscription).values({column.name: bindparam(column.name) for column in push_subscription.c})
_change = (
    update(push_subscription)
    .where(push_subscription.c.token_id == _token)
    .values(alerts=bindparam("wanted"), policy=bindparam("audience"))
)
_remove = delete(push_subscription).where(push_subscription.c.token_id == _token)
_forget = delete(push_subscription).where(push_subscription.c.id == _id)
_of_token = select(*_columns).where(push_subscription.c.token_id == _token)
_living = (
    push_subscription.join(token, token.c.id == push_subscription.c.token_id)
    .join(login, login.c.id == token.c.login_id)
    .join(account, account.c.id == push_subscription.c.account_id)
)
_good = (
    token.c.revoked_at.is_(None),
    login.c.disabled_at.is_(None),
    account.c.standing == int(Standing.ACTIVE),
)
_one = select(*_columns, login.c.locale).select_from(_living).where(push_subscription.c.id == _id, *_good)
_told = (
    select(push_subscription.c.id, push_subscription.c.alerts, notification.c.account_id, notification.c.type)
    .select_from(notification.join(push_subscription, push_subscription.c.account_id == notification.c.account_id))
    .where(
        notification.c.id == _id,
        not_(notification.c.filtered),
        push_subscription.c.policy != int(Audience.NONE),
    )
    .order_by(push_subscription.c.id)
)


def put(
    tx: WriteTx,
    token_id: TokenId,
    account_id: AccountId,
    *,
    endpoint: str,
    public_key: bytes,
    auth: bytes,
    standard: bool,
    sealed_token: bytes,
    alerts: tuple[str, ...],
    audience: Audience,
) -> None:
    """Ring a device in the place of the one that the token had."""
    remove(tx, token_id)
    tx.run(
        _add,
        {
            "id": tx.new_id(),
            "token_id": token_id,
            "account_id": account_id,
            "endpoint": endpoint,
            "public_key": public_key,
            "auth": auth,
            "standard": standard,
            "sealed_token": sealed_token,
            "alerts": text_of(alerts),
            "policy": int(audience),
            "created_at": tx.now,
        },
    )


def change(tx: WriteTx, token_id: TokenId, alerts: tuple[str, ...], audience: Audience) -> bool:
    """Ring the token's device for other things; False when it has none."""
    return tx.run(_change, {"token": token_id, "wanted": text_of(alerts), "audience": int(audience)}) > 0


def remove(tx: WriteTx, token_id: TokenId) -> None:
    """Ring the token's device no more."""
    tx.run(_remove, {"token": token_id})


def forget(tx: WriteTx, id_: int) -> None:
    """Ring a device no more: it is gone."""
    tx.run(_forget, {"id": id_})


def of_token(tx: Tx, token_id: TokenId) -> Subscription | None:
    """Load the device of a token."""
    row = tx.first(_of_token, {"token": token_id})
    return None if row is None else _subscription(row)


def living(tx: Tx, id_: int) -> tuple[Subscription, str] | None:
    """Load a device with the language of who holds it; None when its token, login or account is not in use."""
    row = tx.first(_one, {"id": id_})
    return None if row is None else (_subscription(row), row.locale)


def told(tx: Tx, position: int) -> list[tuple[int, AccountId]]:
    """Return the devices that ring for what a fact told, with whom it told."""
    rows = tx.all(_told, {"id": position})
    return [(row.id, row.account_id) for row in rows if row.type in _alerts(row.alerts)]


def _subscription(row: Any) -> Subscription:
    return Subscription(
        row.id,
        row.account_id,
        row.endpoint,
        bytes(row.public_key),
        bytes(row.auth),
        bool(row.standard),
        bytes(row.sealed_token),
        _alerts(row.alerts),
        Audience(row.policy),
    )
