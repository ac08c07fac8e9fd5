"""Listing: keeping lists of those whom one reads, and reading what they post apart from the rest."""

from collections.abc import Sequence

import msgspec

from bema.domain import people, reading
from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.events import ListChanged
from bema.model.filters import Context
from bema.model.ids import AccountId, ListId
from bema.model.lists import PeopleList, Replies
from bema.model.views import Account, Page, Post
from bema.store import follows, homecoming, list_entries, lists
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts


class Terms(msgspec.Struct, frozen=True):
    """What a list is to be; what is None stays, or is as usual."""

    title: str | None = None
    replies: Replies | None = None
    exclusive: bool | None = None


def of_owner(tx: Tx, actor: AccountId) -> list[PeopleList]:
    """Load one's lists, the eldest first; they are few."""
    return lists.of_owner(tx, actor)


def one(tx: Tx, actor: AccountId, id_: ListId) -> PeopleList:
    """Load one of one's lists; others' look missing."""
    found = lists.one(tx, actor, id_)
    if found is None:
        raise NotFound
    return found


def make(tx: WriteTx, actor: AccountId, terms: Terms) -> PeopleList:
    """Make a list."""
    title = _checked_title(terms.title or "")
    if lists.count(tx, actor) >= limits.LISTS:
        raise Invalid("Validation failed: You have reached the maximum number of lists")
    new = PeopleList(ListId(tx.new_id()), title, terms.replies or Replies.LIST, bool(terms.exclusive))
    lists.add(tx, actor, new)
    tx.emit(ListChanged(list=new.id, owner=actor))
    return new


def change(tx: WriteTx, actor: AccountId, id_: ListId, terms: Terms) -> PeopleList:
    """Change what a list is called, which answers it shows, or whether its members are read at home too."""
    old = _held(tx, actor, id_)
    new = PeopleList(
        id_,
        old.title if terms.title is None else _checked_title(terms.title),
        old.replies if terms.replies is None else terms.replies,
        old.exclusive if terms.exclusive is None else terms.exclusive,
    )
    lists.change(tx, new)
    if new.exclusive != old.exclusive:
        _settle(tx, actor, lists.member_ids(tx, id_), go=new.exclusive)
    tx.emit(ListChanged(list=id_, owner=actor))
    return new


def delete(tx: WriteTx, actor: AccountId, id_: ListId) -> None:
    """Delete a list; its members are followed as before."""
    old = _held(tx, actor, id_)
    members = lists.member_ids(tx, id_) if old.exclusive else []
    lists.remove(tx, id_)
    _settle(tx, actor, members, go=False)
    tx.emit(ListChanged(list=id_, owner=actor))


def _held(tx: WriteTx, actor: AccountId, id_: ListId) -> PeopleList:
    found = lists.held(tx, actor, id_)
    if found is None:
        raise NotFound
    return found


def _checked_title(title: str) -> str:
    title = texts.strip_controls(title).strip()
    if not title:
        raise Invalid("Validation failed: Title can't be blank")
    if texts.length(title) > limits.LIST_TITLE_CHARACTERS:
        raise Invalid(f"Validation failed: Title is too long (maximum is {limits.LIST_TITLE_CHARACTERS} characters)")
    return title


# --- Members ----------------------------------------------------------------------------------------------------------


def members(tx: Tx, actor: AccountId, id_: ListId, range_: Range) -> Page[Account]:
    """Load a page of the members of a list, the newest first."""
    one(tx, actor, id_)
    return lists.members(tx, id_, range_)


def all_members(tx: Tx, actor: AccountId, id_: ListId) -> list[Account]:
    """Load all members of a list, the newest first."""
    one(tx, actor, id_)
    return lists.all_members(tx, id_)


def with_member(tx: Tx, actor: AccountId, member: AccountId) -> list[PeopleList]:
    """Load those of one's lists that somebody is in."""
    reading.account(tx, member)
    return lists.with_member(tx, actor, member)


def add_members(tx: WriteTx, actor: AccountId, id_: ListId, ids: Sequence[AccountId]) -> None:
    """Put people into a list whom one follows or asked to follow, or oneself; all of them, or nobody."""
    shown = _held(tx, actor, id_)
    ids = list(dict.fromkeys(ids))
    if not ids:
        return
    ties = lists.ties(tx, actor, ids)
    tied = {actor, *ties.follows, *ties.requests}
    if not tied.issuperset(ids) or len(people.by_ids(tx, ids)) < len(ids):
        raise NotFound
    if lists.present(tx, id_, ids):
        raise Invalid("Validation failed: Account has already been taken")
    if lists.member_count(tx, id_) + len(ids) > limits.LIST_MEMBERS:
        raise Invalid(f"Validation failed: A list cannot have more than {limits.LIST_MEMBERS} members")
    lists.add_members(tx, id_, ids, ties)
    list_entries.merge(tx, id_, actor, ids)
    if shown.exclusive:
        _settle(tx, actor, ids, go=True)
    tx.emit(ListChanged(list=id_, owner=actor))


def remove_members(tx: WriteTx, actor: AccountId, id_: ListId, ids: Sequence[AccountId]) -> None:
    """Take people out of a list; who is not in it stays so."""
    shown = _held(tx, actor, id_)
    gone = lists.present(tx, id_, ids)
    if not gone:
        return
    lists.remove_members(tx, id_, gone)
    list_entries.unmerge(tx, id_, gone)
    if shown.exclusive:
        _settle(tx, actor, gone, go=False)
    tx.emit(ListChanged(list=id_, owner=actor))


def _settle(tx: WriteTx, actor: AccountId, members: Sequence[AccountId], *, go: bool) -> None:
    """Let those who are in an exclusive list now go from home, or those who are in none any more come back to it."""
    if not members:
        return
    follows.settle_home(tx, actor, members)
    if go:
        homecoming.leave(tx, actor)
    else:
        homecoming.come_home(tx, actor, members)


# --- Reading ----------------------------------------------------------------------------------------------------------


def timeline(tx: Tx, actor: AccountId, id_: ListId, range_: Range) -> list[Post]:
    """Load a page of what the members of a list posted."""
    shown = one(tx, actor, id_)
    return reading.page(tx, actor, Context.HOME, range_, lambda part: list_entries.ids(tx, actor, shown, part))
