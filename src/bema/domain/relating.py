"""Relating: keeping others at a distance by block and mute, and noting who they are."""

from bema.domain import following, reading
from bema.model import limits
from bema.model.errors import Invalid
from bema.model.events import Blocked, Muted, Unblocked, Unmuted
from bema.model.ids import AccountId
from bema.store import blocks, mutes, private_notes
from bema.store.tx import WriteTx
from bema.wire import text as texts


def block(tx: WriteTx, actor: AccountId, target: AccountId) -> None:
    """Neither see nor be seen by an account: ends follows and requests both ways. Blocking twice changes nothing."""
    reading.account(tx, target)
    if target == actor or not blocks.add(tx, by=actor, target=target):
        return
    following.end(tx, follower=actor, followed=target, by=actor)
    following.end(tx, follower=target, followed=actor, by=actor)
    tx.emit(Blocked(by=actor, target=target))


def unblock(tx: WriteTx, actor: AccountId, target: AccountId) -> None:
    """End a block; the follows that it ended stay ended."""
    reading.account(tx, target)
    if (ended := blocks.remove(tx, by=actor, target=target)) is not None:
        tx.emit(Unblocked(by=actor, target=target, block=ended))


def mute(
    tx: WriteTx, actor: AccountId, target: AccountId, *, notifications: bool = True, seconds: int | None = None
) -> None:
    """See nothing of an account, which does not learn of it, for some seconds or (None) until further notice.

    `notifications` says whether what it does is not told either. A mute that is there gets the new terms.
    """
    reading.account(tx, target)
    if target == actor:
        return
    expires_at = None if seconds is None else tx.now + min(seconds, limits.MUTE_SECONDS_MAX) * 1_000
    if mutes.put(tx, by=actor, target=target, notifications=notifications, expires_at=expires_at):
        tx.emit(Muted(by=actor, target=target))


def unmute(tx: WriteTx, actor: AccountId, target: AccountId) -> None:
    """End a mute."""
    reading.account(tx, target)
    if mutes.remove(tx, by=actor, target=target):
        tx.emit(Unmuted(by=actor, target=target))


def note(tx: WriteTx, actor: AccountId, target: AccountId, text: str) -> None:
    """Write down something about an account that nobody else reads, in place of what was there."""
    reading.account(tx, target)
    text = texts.strip_controls(text).strip()
    if texts.length(text) > limits.PRIVATE_NOTE_CHARACTERS:
        raise Invalid(
            f"Validation failed: Comment is too long (maximum is {limits.PRIVATE_NOTE_CHARACTERS} characters)"
        )
    private_notes.put(tx, by=actor, target=target, note=text)
