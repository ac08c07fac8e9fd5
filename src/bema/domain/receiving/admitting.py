"""Admitting: what of what other servers bring is let in to wait, judged at once and without asking anybody."""

import msgspec

from bema.model import limits
from bema.model.errors import Unauthenticated, Unavailable
from bema.model.federating import registrable
from bema.model.ids import AccountId
from bema.store import incoming, remote_actors
from bema.store.tx import Tx, WriteTx


class Delivery(msgspec.Struct, frozen=True):
    """What was brought: who says it and what they do, as far as it can be told without believing it."""

    host: str  # of the key
    body: str
    actor: str | None
    act: str | None  # its id
    what: str | None  # the id of what it is about
    ends: bool  # whether it says that something is no more
    repeats: bool  # whether saying it again means something: who asks again is answered again
    forwarded: bool = False  # whether others may bring it, if its author proves it


def admit(tx: WriteTx, brought: Delivery, sender: AccountId, uri: str) -> None:
    """Let in what somebody brought whose signature holds; `uri` is who they are."""
    digest = incoming.named(uri, brought.act or brought.body)
    body, host, repeats = brought.body, brought.host, brought.repeats
    if incoming.add_of(tx, sender, digest=digest, body=body, host=host, repeats=repeats):
        return
    if remote_actors.by_id(tx, sender) is None:
        raise Unauthenticated("The signature cannot be accepted: nobody has this key")
    if repeats or not incoming.was_understood(tx, digest):
        _check_room(tx, host)


def admit_unproven(tx: WriteTx, brought: Delivery, claim: str, key_id: str) -> None:
    """Let in what will be believed once its key was fetched; of what ends somebody nobody knows, nothing is kept."""
    known = None if brought.actor is None else remote_actors.by_uri(tx, brought.actor)
    if known is None and brought.ends:
        return
    if incoming.unproven_of_all(tx) >= limits.INCOMING_UNPROVEN_OF_ALL:
        raise Unavailable("Too much waits that must be looked into first, please try again")
    if incoming.unproven(tx, registrable(brought.host)) >= limits.INCOMING_UNPROVEN:
        raise Unavailable("Too much of your server waits, please try again")
    _check_room(tx, brought.host)
    digest = incoming.named(key_id, brought.body)
    incoming.add(tx, digest=digest, body=brought.body, sender=None, claim=claim, host=brought.host)


def _check_room(tx: Tx, host: str) -> None:
    if not incoming.has_room(tx, host):
        raise Unavailable("Too much of your server waits, please try again")
