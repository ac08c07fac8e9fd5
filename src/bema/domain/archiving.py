"""Archiving: all that is somebody's in one file, made in the background and kept some days for its owner alone.

There is one for each account at most, and another can be asked for after a week.
"""

from bema.domain import letters, uploading
from bema.model import limits
from bema.model.belongings import Archive
from bema.model.errors import TooMany
from bema.model.ids import AccountId, LoginId, Millis
from bema.model.site import Site
from bema.store import belongings, logins, tasks
from bema.store.tx import Tx, WriteTx

ARCHIVES = "archives"  # the task that makes one, and the one that throws it away


def archive_of(tx: Tx, actor: AccountId) -> Archive | None:
    """Return somebody's archive, or the wish for it, as long as it is there."""
    found = belongings.archive_of(tx, actor)
    return None if found is None or (found.expires_at is not None and found.expires_at <= tx.now) else found


def may_ask_at(archive: Archive | None) -> Millis | None:
    """Return when one may ask for another."""
    return None if archive is None else Millis(archive.asked_at + limits.ARCHIVE_EVERY_SECONDS * 1_000)


def ask(tx: WriteTx, actor: AccountId, login: LoginId) -> None:
    """Ask for all that is one's own in one file; a former one is thrown away."""
    former = belongings.archive_of(tx, actor)
    again = may_ask_at(former)
    if again is not None and again > tx.now:
        raise TooMany(retry_after_seconds=-((tx.now - again) // 1_000))
    if former is not None:
        forget(tx, former)
    id_ = belongings.add_archive(tx, actor, login)
    if id_ is None:
        raise TooMany  # somebody else asked at the same moment
    tasks.add(tx, ARCHIVES, str(id_), str(id_))


def wanted(tx: Tx, archive_id: int) -> Archive | None:
    """Return an archive that is still to be made."""
    found = belongings.archive_by_id(tx, archive_id)
    return found if found is not None and found.ready_at is None else None


def finish(tx: WriteTx, site: Site, archive_id: int, key: str, size: int, posts_: int, files: int) -> None:
    """Let somebody have their archive, for some days, and write to them that it is there."""
    until = Millis(tx.now + limits.ARCHIVE_SECONDS * 1_000)
    if not belongings.finish_archive(tx, archive_id, key, size, posts_, files, until):
        return  # what was stored is deleted, as nobody claims it
    tasks.withdraw(tx, uploading.FILES, key)
    tasks.add(tx, ARCHIVES, f"expire {archive_id}", f"expire {archive_id}", due=until)
    made = belongings.archive_by_id(tx, archive_id)
    row = None if made is None else logins.by_id(tx, made.login)
    if row is not None:
        letters.archive_ready(tx, site, to=letters.To(row.email, row.locale), until=until)


def expire(tx: WriteTx, archive_id: int) -> None:
    """Throw an archive away whose time is over."""
    found = belongings.archive_by_id(tx, archive_id)
    if found is not None and found.expires_at is not None and found.expires_at <= tx.now:
        forget(tx, found)


def forget(tx: WriteTx, archive: Archive) -> None:
    """Forget an archive with its file."""
    belongings.remove_archive(tx, archive.id)
    if archive.key is not None:
        tasks.withdraw(tx, uploading.FILES, archive.key)
        tasks.add(tx, uploading.FILES, archive.key, archive.key)


def forget_of(tx: WriteTx, gone: AccountId) -> None:
    """Forget the archive of somebody who leaves."""
    found = belongings.archive_of(tx, gone)
    if found is not None:
        forget(tx, found)
