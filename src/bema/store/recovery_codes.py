"""Recovery codes: the digests of the codes that a login was given, and which were used."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select, update

from bema.model.ids import LoginId
from bema.store.dialect import insert
from bema.store.tables import recovery_code
from bema.store.tx import Tx, WriteTx

_add = insert(recovery_code).values(login_id=bindparam("login"), code_hash=bindparam("hash"))
_remove = delete(recovery_code).where(recovery_code.c.login_id == bindparam("login"))
_use = (
    update(recovery_code)
    .where(
        recovery_code.c.login_id == bindparam("login"),
        recovery_code.c.code_hash == bindparam("hash"),
        recovery_code.c.used_at.is_(None),
    )
    .values(used_at=bindparam("now"))
)
_left = (
    select(func.count())
    .select_from(recovery_code)
    .where(recovery_code.c.login_id == bindparam("login"), recovery_code.c.used_at.is_(None))
)


def replace(tx: WriteTx, login_id: LoginId, digests: Sequence[bytes]) -> None:
    """Put new codes in the place of all former ones; none to have none."""
    tx.run(_remove, {"login": login_id})
    tx.run_each(_add, [{"login": login_id, "hash": digest} for digest in digests])


def use(tx: WriteTx, login_id: LoginId, digest: bytes) -> bool:
    """Use a code; False when it is not one of the login's, or was used."""
    return tx.run(_use, {"login": login_id, "hash": digest, "now": tx.now}) > 0


def left(tx: Tx, login_id: LoginId) -> int:
    """Count the codes that were not used yet."""
    return int(tx.value(_left, {"login": login_id}))
