"""Crowds: very many people of other servers who follow somebody, made in a moment."""

from typing import Any

from sqlalchemy import bindparam, insert, select

from bema.model.ids import AccountId
from bema.store.database import Database
from bema.store.tables import account, domain, follow, remote_actor
from bema.store.tx import WriteTx
from tests.elsewhere import somebody


def crowd(database: Database, followed: AccountId, number: int, *, servers: int) -> list[str]:
    """Let so many people of so many servers follow somebody; return the inboxes that their servers share."""
    like = somebody(database, "like", "like.example")
    return database.write_now(_make, like, followed, number, servers)


def _make(tx: WriteTx, like: AccountId, followed: AccountId, number: int, servers: int) -> list[str]:
    person = tx.first(select(account).where(account.c.id == bindparam("id")), {"id": like})
    actor = tx.first(select(remote_actor).where(remote_actor.c.account_id == bindparam("id")), {"id": like})
    assert person is not None
    server = tx.first(select(domain).where(domain.c.id == bindparam("id")), {"id": person.domain_id})
    hosts = [f"s{each:06}.example" for each in range(servers)]
    ids = [tx.new_id() for _ in hosts]
    _copy(tx, domain, server, [{"id": id_, "name": host} for id_, host in zip(ids, hosts, strict=True)])
    people = [(tx.new_id(), each % servers) for each in range(number)]
    uris = [f"https://{hosts[at]}/users/{id_}" for id_, at in people]
    _copy(
        tx,
        account,
        person,
        [
            {"id": id_, "domain_id": ids[at], "username": str(id_), "username_folded": str(id_), "uri": uri}
            for (id_, at), uri in zip(people, uris, strict=True)
        ],
    )
    _copy(
        tx,
        remote_actor,
        actor,
        [
            {"account_id": id_, "inbox": f"{uri}/inbox", "shared_inbox": f"https://{hosts[at]}/inbox"}
            for (id_, at), uri in zip(people, uris, strict=True)
        ],
    )
    follows = [{"id": tx.new_id(), "follower_id": id_, "followed_id": followed} for id_, _ in people]
    terms = {"boosts": True, "notify": False, "at_home": True}
    _add(tx, follow, [each | terms for each in follows])
    return [f"https://{host}/inbox" for host in hosts]


def _copy(tx: WriteTx, table: Any, like: Any, rows: list[dict[str, Any]]) -> None:
    """Add rows that are like one but for some values."""
    _add(tx, table, [like._asdict() | each for each in rows])


def _add(tx: WriteTx, table: Any, rows: list[dict[str, Any]]) -> None:
    """Add rows that have all the same columns."""
    tx.run_each(insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in rows[0]}), rows)
