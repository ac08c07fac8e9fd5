"""What people say about a proposal, as rows; what a decision hides is left out by asking the decisions in force."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, func, not_, select

from bema.model.decisions import Effect, SubjectKind
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.store.dialect import insert
from bema.store.effects import in_force
from bema.store.tables import account, policy_comment
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx

_key: Any = bindparam("key", type_=BigInteger)
_version: Any = bindparam("version", type_=BigInteger)
_add = insert(policy_comment).values({column.name: bindparam(column.name) for column in policy_comment.c})
_remove = delete(policy_comment).where(
    policy_comment.c.id == _key, policy_comment.c.account_id == bindparam("account", type_=BigInteger)
)
_shown = (
    account.c.standing == int(Standing.ACTIVE),
    not_(in_force(Effect.REMOVE, SubjectKind.COMMENT, policy_comment.c.id)),
)
_seen = select(policy_comment).join(account, account.c.id == policy_comment.c.account_id).where(*_shown)
_page = Paged(_seen.where(policy_comment.c.version_id == _version), policy_comment.c.id)
_one = _seen.where(policy_comment.c.id == _key)
_of_one = select(func.count()).where(
    policy_comment.c.version_id == _version, policy_comment.c.account_id == bindparam("account", type_=BigInteger)
)


def add(tx: WriteTx, version_id: int, actor: AccountId, text: str) -> int:
    """Keep what somebody says, and return its id."""
    id_ = tx.new_id()
    tx.run(_add, {"id": id_, "version_id": version_id, "account_id": actor, "text": text})
    return id_


def count_of(tx: Tx, version_id: int, actor: AccountId) -> int:
    """Count what one account said about a version, hidden or not."""
    return int(tx.value(_of_one, {"version": version_id, "account": actor}))


def page(tx: Tx, version_id: int, range_: Range) -> list[Any]:
    """Return a page of what people said about a version, the newest first: rows of the table."""
    return _page.rows(tx, range_, {"version": version_id})


def by_id(tx: Tx, id_: int) -> Any:
    """Return something that is shown, as a row of the table."""
    return tx.first(_one, {"key": id_})


def remove(tx: WriteTx, id_: int, actor: AccountId) -> bool:
    """Remove what somebody said; False where it is not theirs."""
    return tx.run(_remove, {"key": id_, "account": actor}) > 0
