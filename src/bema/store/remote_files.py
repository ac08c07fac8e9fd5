"""Files of other servers: each has a name here under which it is shown, and is fetched when somebody looks."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import bindparam

from bema.store.dialect import insert
from bema.store.tables import remote_file
from bema.store.tx import WriteTx

FOLDER = "remote/"  # what their keys begin with
_add = insert(remote_file).values(name=bindparam("name"), url=bindparam("url")).on_conflict_do_nothing()


def key_of(url: str) -> str:
    """Return the key under which a file of another server is shown: who does not know its address cannot guess it."""
    return FOLDER + hashlib.sha256(url.encode()).hexdigest()


def show(tx: WriteTx, urls: Iterable[str]) -> None:
    """Let files be shown here."""
    tx.run_each(_add, [{"name": key_of(url).removeprefix(FOLDER), "url": url} for url in dict.fromkeys(urls)])
