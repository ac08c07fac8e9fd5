"""People of other servers, as they are known here, for tests of what is said to them."""

from bema.model.ids import AccountId, Millis
from bema.store.database import Database
from bema.store.dialect import insert
from bema.store.tables import remote_actor
from bema.store.tx import WriteTx
from tests.make import Make


def somebody(database: Database, username: str, host: str, *, shared_inbox: bool = True) -> AccountId:
    """Let somebody of another server be known, who shares an inbox with all people there or has one alone."""
    account = Make(database).account(username, host=host)
    database.write_now(_act, account, username, host, shared_inbox)
    return account


def _act(tx: WriteTx, account: AccountId, username: str, host: str, shared_inbox: bool, at: Millis = 0) -> None:
    uri = f"https://{host}/users/{username}"
    tx.run(
        insert(remote_actor).values(
            account_id=account,
            type="Person",
            inbox=f"{uri}/inbox",
            shared_inbox=f"https://{host}/inbox" if shared_inbox else None,
            outbox=f"{uri}/outbox",
            followers=f"{uri}/followers",
            following=f"{uri}/following",
            also_known_as="[]",
            memorial=False,
            suspended=False,
            fetched_at=at,
        )
    )
