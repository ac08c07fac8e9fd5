"""Tending readers: the staff sees whose posts go out by e-mail and to which addresses, and can end that. Each act leaves a trace.

Addresses are told to nobody else: not to authors, and not by any API.
"""

from collections.abc import Sequence

import msgspec

from bema.domain import deciding, profiles
from bema.model import limits
from bema.model.decisions import Deed
from bema.model.errors import NotFound
from bema.model.ids import AccountId
from bema.model.permissions import Permission, Staff
from bema.model.site import Site
from bema.model.views import Account
from bema.store import accounts
from bema.store import email_subscriptions as subscriptions
from bema.store.email_subscriptions import Subscription
from bema.store.tx import Tx, WriteTx

_MAY = Permission.MANAGE_SETTINGS  # as on Mastodon


class Author(msgspec.Struct, frozen=True):
    """Somebody whose posts were asked for by e-mail."""

    account: Account
    wants: bool  # whether they let people have their posts
    confirmed: int
    waiting: int


def authors(tx: Tx, staff: Staff, after: int) -> list[Author]:
    """Load some of those whose posts were asked for, with how many asked, from an account on."""
    staff.needs(_MAY)
    counted = subscriptions.counted(tx, after, limits.EMAIL_AUTHORS_SHOWN)
    found = accounts.by_ids(tx, [each.account for each in counted])
    return [
        Author(found[each.account], found[each.account].email_subscriptions, each.confirmed, each.waiting)
        for each in counted
        if each.account in found
    ]


def author(tx: Tx, staff: Staff, id_: AccountId) -> Author:
    """Load one of them, or somebody of this server who could be."""
    staff.needs(_MAY)
    found = accounts.by_id(tx, id_)
    if found is None or found.domain is not None:
        raise NotFound
    counted = [each for each in subscriptions.counted(tx, id_ - 1, 1) if each.account == id_]
    confirmed, waiting = (counted[0].confirmed, counted[0].waiting) if counted else (0, 0)
    return Author(found, found.email_subscriptions, confirmed, waiting)


def readers(tx: Tx, staff: Staff, id_: AccountId, after: int) -> Sequence[Subscription]:
    """Load some of the addresses that get an author's posts, or have not confirmed it, from one of them on."""
    author(tx, staff, id_)
    return subscriptions.some(tx, id_, after, limits.EMAIL_READERS_SHOWN)


def exported(tx: Tx, staff: Staff, id_: AccountId, after: int) -> Sequence[Subscription]:
    """Load more of them at once, to be taken along; `begin_export` comes first."""
    staff.needs(_MAY)
    return subscriptions.some(tx, id_, after, limits.TAKEN_AT_ONCE)


def begin_export(tx: WriteTx, staff: Staff, id_: AccountId) -> Account:
    """Leave a trace that the addresses of an author are taken along."""
    found = author(tx, staff, id_)
    deciding.note(tx, staff, Deed.TAKE_READERS, deciding.about(id_))
    return found.account


def remove(tx: WriteTx, staff: Staff, id_: AccountId, subscription: int) -> None:
    """Send an address no more of an author's posts, and forget it."""
    staff.needs(_MAY)
    found = subscriptions.by_id(tx, subscription)
    if found is None or found.account != id_:
        raise NotFound
    subscriptions.remove(tx, subscription)
    deciding.note(tx, staff, Deed.REMOVE_READER, deciding.about(id_))


def begin_removing(tx: WriteTx, staff: Staff, id_: AccountId) -> None:
    """Leave a trace that all addresses of an author are forgotten; `remove_some` does it."""
    author(tx, staff, id_)
    deciding.note(tx, staff, Deed.REMOVE_READERS, deciding.about(id_))


def remove_some(tx: WriteTx, staff: Staff, id_: AccountId) -> bool:
    """Forget some addresses of an author; tell whether there may be more."""
    staff.needs(_MAY)
    return subscriptions.remove_some(tx, id_, limits.EMAIL_READERS_REMOVED) == limits.EMAIL_READERS_REMOVED


def let(tx: WriteTx, site: Site, staff: Staff, id_: AccountId, *, go_out: bool) -> None:
    """Let an author's posts go out by e-mail, or not; who asked for them is kept, and the author can change it back."""
    found = author(tx, staff, id_)
    if found.wants is go_out:
        return
    profiles.change(tx, site, id_, profiles.Changes(email_subscriptions=go_out))
    deciding.note(tx, staff, Deed.LET_OUT if go_out else Deed.KEEP_IN, deciding.about(id_))
