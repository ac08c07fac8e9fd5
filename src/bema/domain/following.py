"""Following: whose posts one reads at home."""

from bema.domain import reading
from bema.domain.posting import checked_language
from bema.model import limits
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.events import Followed, FollowRequestAnswered, FollowRequested, Unfollowed
from bema.model.ids import AccountId
from bema.model.views import Account
from bema.store import accounts, blocked_domains, blocks, follows, homes, list_entries
from bema.store.follows import Terms
from bema.store.tx import Tx, WriteTx


def follow(tx: WriteTx, actor: AccountId, target: AccountId, terms: Terms, *, uri: str | None = None) -> None:
    """Follow an account, or ask to where it is locked or its server has to say yes; on an existing follow, change its terms.

    `uri` is what somebody of another server calls their asking.
    """
    account = reading.account(tx, target)
    if target == actor or blocks.exists(tx, by=target, target=actor) or blocks.exists(tx, by=actor, target=target):
        raise Forbidden("This action is not allowed")
    if account.domain is not None and blocked_domains.exists(tx, actor, account.domain):
        raise Forbidden("This action is not allowed")
    languages = terms.languages or ()
    if len(languages) > limits.FOLLOW_LANGUAGES:
        raise Invalid(f"Validation failed: Languages are too many (maximum is {limits.FOLLOW_LANGUAGES})")
    for language in languages:
        checked_language(language)
    if follows.change(tx, actor, target, terms) or follows.change_request(tx, actor, target, terms):
        return
    _check_number(tx, actor)
    if account.locked or account.domain is not None:
        if follows.add_request(tx, actor, target, terms, uri):
            tx.emit(FollowRequested(follower=actor, followed=target))
    elif follows.add(tx, actor, target, terms, uri):  # not the second of two who do it at the same moment
        homes.merge(tx, actor, target)
        tx.emit(Followed(follower=actor, followed=target))


def _check_number(tx: WriteTx, actor: AccountId) -> None:
    """Refuse to follow more than a person can read, unless many read them too."""
    own = accounts.by_id(tx, actor)
    assert own is not None
    if own.following >= most(own):
        raise Invalid(f"Validation failed: You cannot follow more than {most(own)} people")


def most(account: Account) -> int:
    """Return how many somebody can follow."""
    return max(limits.FOLLOWS_BASE, account.followers * 11 // 10)


def terms(tx: Tx, actor: AccountId, target: AccountId) -> Terms:
    """Return the terms of a follow or request; where there is neither, those that one begins with."""
    return follows.terms(tx, actor, target) or Terms()


def unfollow(tx: WriteTx, actor: AccountId, target: AccountId) -> None:
    """Stop following, or take a request back; where there is neither, nothing changes."""
    reading.account(tx, target)
    end(tx, follower=actor, followed=target, by=actor)


def remove_follower(tx: WriteTx, actor: AccountId, follower: AccountId) -> None:
    """Send a follower away; they may come back, unlike after a block."""
    reading.account(tx, follower)
    end(tx, follower=follower, followed=actor, by=actor)


def accept(tx: WriteTx, actor: AccountId, follower: AccountId) -> None:
    """Let somebody follow who asked to."""
    if not follows.accept_request(tx, follower, actor):
        raise NotFound
    tx.emit(FollowRequestAnswered(follower=follower, followed=actor, accepted=True, by=actor))
    tx.emit(Followed(follower=follower, followed=actor))


def reject(tx: WriteTx, actor: AccountId, follower: AccountId) -> None:
    """Refuse somebody who asked to follow."""
    ended = follows.remove_request(tx, follower, actor)
    if ended is None:
        raise NotFound
    tx.emit(FollowRequestAnswered(follower=follower, followed=actor, accepted=False, by=actor, uri=ended.uri))


def end(tx: WriteTx, *, follower: AccountId, followed: AccountId, by: AccountId) -> None:
    """End a follow or a request, as `by` wishes, who is one of both; a block does so both ways."""
    list_entries.leave_all(tx, follower, followed)
    if (ended := follows.remove(tx, follower, followed)) is not None:
        homes.unmerge(tx, follower, followed)
        tx.emit(Unfollowed(follower=follower, followed=followed, by=by, uri=ended.uri))
    elif (ended := follows.remove_request(tx, follower, followed)) is not None:
        tx.emit(FollowRequestAnswered(follower=follower, followed=followed, accepted=False, by=by, uri=ended.uri))
