"""Importing lists: what another server keeps away is decided about here, entry by entry, while the staff does other things."""

from collections.abc import Sequence

from bema.domain import tending
from bema.model import limits
from bema.model.errors import Conflict, NotFound
from bema.model.ids import Millis
from bema.model.permissions import Permission, Staff, may
from bema.model.policy import Role
from bema.model.site import Site
from bema.store import list_imports, logins, tasks
from bema.store.list_imports import ListImport
from bema.store.tx import Tx, WriteTx
from bema.wire.domain_lists import Entry

IMPORTING = "list_imports"  # the name under which lists wait to be worked off


def begin(tx: WriteTx, staff: Staff, text: str, entries: Sequence[Entry]) -> int:
    """Have a list worked off in the name of who brings it; `entries` are what `tending.entries` reads in it."""
    staff.needs(Permission.MANAGE_FEDERATION)
    assert staff.login is not None, "the command line works off its lists itself"
    if list_imports.any_under_way(tx):
        raise Conflict("A list is being worked off: wait for its end, or stop it")
    list_imports.forget(tx, Millis(tx.now - limits.DOMAIN_LIST_KEPT_SECONDS * 1_000))
    id_ = list_imports.add(tx, staff.login, staff.account, staff.role, text, len(entries))
    tasks.add(tx, IMPORTING, str(id_), str(id_))
    return id_


def work_on(tx: WriteTx, site: Site, id_: int, entries: Sequence[Entry]) -> bool:
    """Decide about the next entries of a list; False where there are no more, or who brought it may do so no more."""
    held = list_imports.hold(tx, id_)
    if held is None or held.finished_at is not None:
        return False
    if not _may_still(tx, held.by):
        list_imports.finish(tx, id_, stopped=True)
        return False
    some = entries[held.done : held.done + limits.DOMAIN_LIST_AT_ONCE]
    done = tending.import_some(tx, site, held.by, some)
    examples = [*held.examples, *(each[: limits.DOMAIN_CHARACTERS] for each in done.refused)]
    list_imports.move(
        tx,
        id_,
        held.done + len(some),
        added=len(done.added),
        known=len(done.known),
        refused=len(done.refused),
        examples=examples[: limits.DOMAIN_LIST_EXAMPLES],
    )
    if held.done + len(some) < held.total:
        return True
    list_imports.finish(tx, id_, stopped=False)
    return False


def stop(tx: WriteTx, staff: Staff, id_: int) -> None:
    """Decide about nothing more of a list; what was decided stays."""
    staff.needs(Permission.MANAGE_FEDERATION)
    if list_imports.hold(tx, id_) is None:
        raise NotFound
    list_imports.finish(tx, id_, stopped=True)


def newest(tx: Tx, staff: Staff) -> list[ListImport]:
    """Load the newest lists, with how far each has come."""
    staff.needs(Permission.MANAGE_FEDERATION)
    return list_imports.newest(tx, limits.DOMAIN_LISTS_SHOWN)


def _may_still(tx: Tx, staff: Staff) -> bool:
    login = None if staff.login is None else logins.by_id(tx, staff.login)
    return login is not None and login.disabled_at is None and may(Role(login.role), Permission.MANAGE_FEDERATION)
