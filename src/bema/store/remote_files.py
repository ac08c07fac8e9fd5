"""Files of other servers: each has a name here under which it is shown, and is fetched when somebody looks."""

import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select, update

from bema.model import limits
from bema.model.ids import Millis
from bema.store.dialect import insert
from bema.store.tables import remote_file
from bema.store.tx import Tx, WriteTx

FOLDER = "remote/"  # what their keys begin with
_add = insert(remote_file).values(name=bindparam("name"), url=bindparam("url")).on_conflict_do_nothing()
_new = insert(remote_file).values(name=bindparam("name"), url=bindparam("url"), changed_at=bindparam("at"))
_add_changed = _new.on_conflict_do_update(
    index_elements=[remote_file.c.name],
    set_={"changed_at": _new.excluded.changed_at},
    where=or_(remote_file.c.changed_at.is_(None), remote_file.c.changed_at < _new.excluded.changed_at),
)


def key_of(url: str) -> str:
    """Return the key under which a file of another server is shown: who does not know its address cannot guess it."""
    return FOLDER + hashlib.sha256(url.encode()).hexdigest()


def is_remote(key: str) -> bool:
    """Tell whether a key is of a file of another server."""
    return key.startswith(FOLDER)


def show(tx: WriteTx, urls: Iterable[str], changed: Mapping[str, Millis | None] = MappingProxyType({})) -> None:
    """Let files be shown here; those of which it is told when they were `changed` are fetched again if that is news."""
    names = {url: key_of(url).removeprefix(FOLDER) for url in sorted(set(urls))}  # in one order, as each row is held
    at = {url: min(when, tx.now) for url, when in changed.items() if when is not None}
    tx.run_each(_add, [{"name": name, "url": url} for url, name in names.items() if url not in at])
    tx.run_each(_add_changed, [{"name": name, "url": url, "at": at[url]} for url, name in names.items() if url in at])


# --- What is kept of them ---------------------------------------------------------------------------------------------

_one = select(
    remote_file.c.url,
    remote_file.c.blob,
    remote_file.c.tried_at,
    remote_file.c.used_at,
    remote_file.c.bytes,
    remote_file.c.changed_at,
).where(remote_file.c.name == bindparam("name"))
_keep = (
    update(remote_file)
    .where(remote_file.c.name == bindparam("key"))
    .values(blob=bindparam("new_blob"), bytes=bindparam("size"), tried_at=bindparam("now"), used_at=bindparam("now"))
)
_tried = update(remote_file).where(remote_file.c.name == bindparam("key")).values(tried_at=bindparam("now"))
_touch = update(remote_file).where(remote_file.c.name == bindparam("key")).values(used_at=bindparam("now"))
_size = select(func.coalesce(func.sum(remote_file.c.bytes), 0)).where(remote_file.c.blob.is_not(None))
_oldest = (
    select(remote_file.c.name, remote_file.c.blob, remote_file.c.bytes)
    .where(remote_file.c.blob.is_not(None))
    .order_by(remote_file.c.used_at)
    .limit(bindparam("limit"))
)
_forget = (
    update(remote_file)
    .where(remote_file.c.name == bindparam("key"))
    .values(blob=None, bytes=None, tried_at=None, used_at=None)
)


class Kept(NamedTuple):
    """What is kept of a file of another server."""

    url: str
    blob: str | None
    tried_at: Millis | None
    used_at: Millis | None
    bytes: int | None  # without a blob: it is too large to be kept
    changed_at: Millis | None = None

    @property
    def is_outdated(self) -> bool:
        """Whether it is another file by now, which was not asked for since."""
        return self.changed_at is not None and (self.tried_at or 0) < self.changed_at


def one(tx: Tx, name: str) -> Kept | None:
    """Return a file by its name; what nothing here shows is no file."""
    row = tx.first(_one, {"name": name})
    return None if row is None else Kept(*row)


def keep(tx: WriteTx, name: str, blob: str | None, size: int | None) -> None:
    """Note what was fetched, or (None) that it could not be; without a blob, a size says that it is too large to be kept."""
    tx.run(_keep, {"key": name, "new_blob": blob, "size": size, "now": tx.now})


def tried(tx: WriteTx, name: str) -> None:
    """Note that the newer version of a file could not be had: the old one stays."""
    tx.run(_tried, {"key": name, "now": tx.now})


def touch(tx: WriteTx, name: str) -> None:
    """Note that somebody looked at a file."""
    tx.run(_touch, {"key": name, "now": tx.now})


def surplus(tx: WriteTx, most: int) -> list[str]:
    """Forget files at which nobody looked for longest, as long as all together are too many bytes; return their blobs."""
    over = int(tx.value(_size)) - most
    blobs: list[str] = []
    if over <= 0:
        return blobs
    for name, blob, size in tx.all(_oldest, {"limit": limits.REMOTE_FILES_FORGOTTEN}):
        if over <= 0:
            break
        tx.run(_forget, {"key": name})
        blobs.append(blob)
        over -= size or 0
    return blobs
