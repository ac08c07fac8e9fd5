"""Stored files: with each new one, some that nothing came of are cleared away; an effect deletes their bytes."""

from bema.domain import uploading
from bema.model import limits
from bema.model.events import MediaUploaded
from bema.outside.blobs import Blobs
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Performer, Subscriber


def _uploaded(tx: WriteTx, _entry: Entry[MediaUploaded]) -> None:
    uploading.forget_orphans(tx)


def _rebuild(_tx: WriteTx) -> None:
    """Do nothing: what waits to be deleted is in the tasks."""


FILES = Subscriber(uploading.FILES, {MediaUploaded: _uploaded}, _rebuild)


def clearing(database: Database) -> Performer:
    """Return what clears away the files that nothing came of, also where nobody uploads anything more."""

    async def perform(_body: str) -> None:
        while await database.write(uploading.forget_orphans) == limits.ORPHANS_AT_ONCE:
            pass

    return perform


def deleting(blobs: Blobs) -> Performer:
    """Return what deletes the bytes of a file."""

    async def perform(key: str) -> None:
        await blobs.delete(key)

    return perform
