"""Moving out: somebody goes to another account, mostly of another server, and who follows them follows that; and the way in.

Both ends must say so: the new account names the old one, which is read afresh; the old one says where it went.
"""

from collections.abc import Collection

from bema.domain.receiving import people
from bema.domain.receiving.brought import Person
from bema.domain.receiving.moving import MOVING
from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.events import AccountMoved, AccountUpdated
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.site import Site
from bema.model.views import Account
from bema.store import accounts, removals, tasks
from bema.store.removals import Alias, Removal
from bema.store.tx import Tx, WriteTx


def aliases(tx: Tx, actor: AccountId) -> list[Alias]:
    """Return who else somebody is."""
    return removals.aliases(tx, actor)


def add_alias(tx: WriteTx, actor: AccountId, alias: Alias) -> None:
    """Say that somebody of another server is the same person: so they can move here, or one can move there."""
    if removals.count_aliases(tx, actor) >= limits.ALIASES:
        raise Invalid(f"Validation failed: You cannot have more than {limits.ALIASES} aliases")
    if removals.add_alias(tx, actor, alias):
        tx.emit(AccountUpdated(account=actor))


def remove_alias(tx: WriteTx, actor: AccountId, uri: str) -> None:
    """Say no more that somebody is the same person."""
    if not removals.remove_alias(tx, actor, uri):
        raise NotFound
    tx.emit(AccountUpdated(account=actor))


def removal(tx: Tx, actor: AccountId) -> Removal | None:
    """Return where somebody went."""
    return removals.of(tx, actor)


def move(tx: WriteTx, site: Site, actor: AccountId, person: Person) -> AccountId:
    """Go to an account of another server, which must name this one; followers are taken along."""
    _check(site, _mover(tx, actor), person.actor.also_known_as, moved=person.actor.moved_to is not None)
    return _go(tx, actor, people.keep(tx, site, person))


def move_within(tx: WriteTx, site: Site, actor: AccountId, username: str) -> AccountId:
    """Go to another account of this server, on the same terms."""
    own, new = _mover(tx, actor), _of_here(tx, username)
    if new.id == actor:
        raise Invalid("Validation failed: You are there already")
    known_as = [each.uri for each in removals.aliases(tx, new.id)]
    _check(site, own, known_as, moved=removals.of(tx, new.id) is not None)
    return _go(tx, actor, new.id)


def alias_within(tx: WriteTx, site: Site, actor: AccountId, username: str) -> None:
    """Say that another account of this server is the same person."""
    other = _of_here(tx, username)
    if other.id == actor:
        raise Invalid("Validation failed: That is this account")
    add_alias(tx, actor, Alias(site.actor(other.username), site.handle(other.username)))


def _of_here(tx: Tx, username: str) -> Account:
    found = accounts.by_handle(tx, username, None)
    if found is None or found.standing is not Standing.ACTIVE:
        raise NotFound
    return found


def _mover(tx: Tx, actor: AccountId) -> Account:
    own = accounts.by_id(tx, actor)
    assert own is not None
    before = removals.of(tx, actor)
    if before is not None and tx.now - before.at < limits.MOVE_AGAIN_SECONDS * 1_000:
        raise Invalid("Validation failed: You moved only lately")
    return own


def _check(site: Site, own: Account, known_as: Collection[str], *, moved: bool) -> None:
    if site.actor(own.username) not in known_as:
        raise Invalid("Validation failed: The other account does not name this one as an alias yet")
    if moved:
        raise Invalid("Validation failed: The other account moved itself")


def _go(tx: WriteTx, actor: AccountId, new: AccountId) -> AccountId:
    removals.go(tx, actor, new)
    tasks.add(tx, MOVING, f"{actor}:{new}", f"{actor}:{new}")
    tx.emit(AccountMoved(account=actor, to=new))
    return new


def stay(tx: WriteTx, actor: AccountId) -> None:
    """Be here again; followers who went along stay there."""
    if removals.stay(tx, actor):
        tx.emit(AccountUpdated(account=actor))
