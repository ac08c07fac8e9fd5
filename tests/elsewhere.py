"""People of other servers, as they are known here, for tests of what is said to them."""

from sqlalchemy import bindparam, select, update

from bema.model.ids import AccountId, Millis, PostId
from bema.store.database import Database
from bema.store.dialect import insert
from bema.store.tables import account, post, remote_actor
from bema.store.tx import WriteTx
from tests.make import Make


def somebody(database: Database, username: str, host: str, *, shared_inbox: bool = True) -> AccountId:
    """Let somebody of another server be known, who shares an inbox with all people there or has one alone."""
    id_ = Make(database).account(username, host=host)
    database.write_now(_act, id_, username, host, shared_inbox)
    return id_


def said(database: Database, author: AccountId, text: str = "Good morning") -> PostId:
    """Let somebody of another server have said something."""
    post_id = Make(database).post(author, text)
    database.write_now(_name, post_id)
    return post_id


_set_uri = (
    update(post).where(post.c.id == bindparam("key")).values(local=False, uri=bindparam("uri"), url=bindparam("uri"))
)


def _name(tx: WriteTx, post_id: PostId) -> None:
    author = tx.value(
        select(account.c.uri).where(
            account.c.id == select(post.c.author_id).where(post.c.id == bindparam("id")).scalar_subquery()
        ),
        {"id": post_id},
    )
    tx.run(_set_uri, {"key": post_id, "uri": f"{author}/posts/{post_id}"})


def _act(tx: WriteTx, id_: AccountId, username: str, host: str, shared_inbox: bool, at: Millis = 0) -> None:
    uri = f"https://{host}/users/{username}"
    tx.run(
        insert(remote_actor).values(
            account_id=id_,
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
