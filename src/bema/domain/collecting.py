"""Collecting: recommending accounts together under a name, and deciding whether one wants to be recommended so."""

from collections.abc import Sequence

import msgspec

from bema.domain import people, posting, reading, tagging
from bema.model import limits
from bema.model.collecting import Collection, Item, State, may_be_collected
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.events import AccountCollected, AccountUncollected, CollectionChanged
from bema.model.ids import AccountId
from bema.model.views import Account
from bema.store import accounts, collections, relations
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts

_SHOWN = (State.PENDING, State.ACCEPTED)


class Terms(msgspec.Struct, frozen=True):
    """What a collection is to be; what is None stays, or is as usual, and an empty language or tag is none."""

    name: str | None = None
    description: str | None = None
    language: str | None = None
    tag: str | None = None
    sensitive: bool | None = None
    discoverable: bool | None = None


# --- Reading ----------------------------------------------------------------------------------------------------------


def one(tx: Tx, viewer: AccountId | None, id_: int) -> Collection:
    """Load a collection with those in it whom the viewer may see there; an owner's who blocks them looks missing."""
    found = collections.by_ids(tx, [id_], viewer).get(id_)
    if found is None:
        raise NotFound
    return found


def with_people(tx: Tx, viewer: AccountId | None, id_: int) -> tuple[Collection, list[Account]]:
    """Load a collection, its owner, and the accounts in it."""
    found = one(tx, viewer, id_)
    return found, people.by_ids(tx, [found.owner, *(each.account for each in found.items)])


def of_owner(tx: Tx, viewer: AccountId | None, owner: AccountId, limit: int, offset: int) -> list[Collection]:
    """Load the collections that the viewer may find on somebody's profile, the newest first."""
    reading.account(tx, owner)
    return collections.of_owner(tx, owner, viewer, limit, offset)


def with_account(tx: Tx, actor: AccountId, account_id: AccountId, limit: int, offset: int) -> list[Collection]:
    """Load the collections that one is in; who else is in which is nobody's business."""
    reading.account(tx, account_id)
    if account_id != actor:
        raise Forbidden
    return collections.with_account(tx, actor, limit, offset)


# --- Keeping ----------------------------------------------------------------------------------------------------------


def make(tx: WriteTx, actor: AccountId, terms: Terms, ids: Sequence[AccountId] = ()) -> Collection:
    """Make a collection of accounts that let others recommend them; of all of them, or none."""
    new = Collection(
        id=tx.new_id(),
        owner=actor,
        name=_checked_name(terms.name or ""),
        description=_checked_description(terms.description or ""),
        language=posting.checked_language(terms.language),
        tag=_checked_tag(terms.tag),
        sensitive=bool(terms.sensitive),
        discoverable=bool(terms.discoverable),
        updated_at=tx.now,
    )
    if collections.count(tx, actor) >= limits.COLLECTIONS:
        raise Invalid(f"Validation failed: You cannot have more than {limits.COLLECTIONS} collections")
    collections.add(tx, new)
    _put_in(tx, new, list(dict.fromkeys(ids)))
    return one(tx, actor, new.id)


def change(tx: WriteTx, actor: AccountId, id_: int, terms: Terms) -> Collection:
    """Change what is said of a collection; those in it are told."""
    old = _held(tx, actor, id_)
    new = msgspec.structs.replace(
        old,
        name=old.name if terms.name is None else _checked_name(terms.name),
        description=old.description if terms.description is None else _checked_description(terms.description),
        language=old.language if terms.language is None else posting.checked_language(terms.language),
        tag=old.tag if terms.tag is None else _checked_tag(terms.tag),
        sensitive=old.sensitive if terms.sensitive is None else terms.sensitive,
        discoverable=old.discoverable if terms.discoverable is None else terms.discoverable,
    )
    if new != old:
        collections.change(tx, msgspec.structs.replace(new, updated_at=tx.now))
        inside = tuple(each.id for each in collections.items(tx, id_) if each.state is State.ACCEPTED)
        tx.emit(CollectionChanged(collection=id_, owner=actor, items=inside))
    return one(tx, actor, id_)


def delete(tx: WriteTx, actor: AccountId, id_: int) -> None:
    """Delete a collection."""
    _held(tx, actor, id_)
    for each in collections.items(tx, id_):
        tx.emit(AccountUncollected(collection=id_, item=each.id, account=each.account, owner=actor))
    collections.remove(tx, id_)


# --- Who is in one ----------------------------------------------------------------------------------------------------


def put_in(tx: WriteTx, actor: AccountId, id_: int, account_id: AccountId) -> Item:
    """Put an account into a collection."""
    return _put_in(tx, _held(tx, actor, id_), [account_id])[0]


def take_out(tx: WriteTx, actor: AccountId, id_: int, item_id: int) -> None:
    """Take an account out of a collection; one that took back its leave is not there."""
    _held(tx, actor, id_)
    item = collections.item(tx, id_, item_id)
    if item is None or item.state not in _SHOWN:
        raise NotFound
    collections.remove_item(tx, item_id)
    tx.emit(AccountUncollected(collection=id_, item=item_id, account=item.account, owner=actor))


def revoke(tx: WriteTx, actor: AccountId, id_: int, item_id: int) -> None:
    """Be in somebody's collection no more; doing it twice changes nothing."""
    held = collections.held(tx, id_)
    item = None if held is None else collections.item(tx, id_, item_id)
    if held is None or item is None or item.account != actor:
        raise NotFound
    if item.state is State.REVOKED:
        return
    collections.set_state(tx, item_id, State.REVOKED)
    tx.emit(AccountUncollected(collection=id_, item=item_id, account=actor, owner=held.owner))


def _held(tx: WriteTx, actor: AccountId, id_: int) -> Collection:
    """Hold a collection of one's own; another's is forbidden as far as one may know of it."""
    found = collections.held(tx, id_)
    if found is None:
        raise NotFound
    if found.owner != actor:
        one(tx, actor, id_)
        raise Forbidden
    return found


def _put_in(tx: WriteTx, shown: Collection, ids: list[AccountId]) -> list[Item]:
    there = collections.items(tx, shown.id)
    if sum(each.state in _SHOWN for each in there) + len(ids) > limits.COLLECTION_ITEMS:
        raise Invalid(f"Validation failed: A collection cannot have more than {limits.COLLECTION_ITEMS} accounts")
    found = accounts.by_ids(tx, ids)
    standing = {each.id: each for each in relations.load(tx, shown.owner, ids)}
    for id_ in ids:
        account, stands = found.get(id_), standing.get(id_)
        strangers = stands is not None and (stands.blocking or stands.blocked_by)
        if account is None or not may_be_collected(account) or strangers:
            raise Invalid("This account cannot be added to collections.")
    if {each.account for each in there}.intersection(ids):
        raise Invalid("Validation failed: Account has already been taken")
    new = [Item(tx.new_id(), id_, State.ACCEPTED) for id_ in ids]
    collections.add_items(tx, shown.id, new)
    for each in new:
        tx.emit(AccountCollected(collection=shown.id, item=each.id, account=each.account, owner=shown.owner))
    return new


# --- Checks -----------------------------------------------------------------------------------------------------------


def _checked_name(name: str) -> str:
    name = texts.strip_controls(name).strip()
    if not name:
        raise _refused("name", "Name", "ERR_BLANK", "can't be blank")
    if texts.length(name) > limits.COLLECTION_NAME_CHARACTERS:
        most = limits.COLLECTION_NAME_CHARACTERS
        raise _refused("name", "Name", "ERR_TOO_LONG", f"is too long (maximum is {most} characters)")
    return name


def _checked_description(description: str) -> str:
    description = texts.strip_controls(description).strip()
    if texts.length(description) > limits.COLLECTION_DESCRIPTION_CHARACTERS:
        most = limits.COLLECTION_DESCRIPTION_CHARACTERS
        raise _refused("description", "Description", "ERR_TOO_LONG", f"is too long (maximum is {most} characters)")
    return description


def _checked_tag(name: str | None) -> str | None:
    if not name or not name.strip():
        return None
    try:
        return tagging.checked(name.strip())
    except NotFound:
        raise _refused("tag_name", "Tag name", "ERR_INVALID", "is invalid") from None


def _refused(field: str, label: str, error: str, description: str) -> Invalid:
    details = {field: [{"error": error, "description": description}]}
    return Invalid(f"Validation failed: {label} {description}", details=details)
