"""Severing: when a server or somebody of one is shut out for good, the follows with them end, and people are told what they lost.

A suspension that waits for a second person ends nothing: follows rest, and go on if it lapses. One that all agreed to ends
them, but each is kept as it was; if the suspension is taken back, what can honestly come back does. Who was followed is
asked again, because their server may have let go; who followed is there again at once, because nothing was said to their
server, and if they stopped meanwhile, the two servers find that out by comparing (`synchronizing`). Of one person, the server
goes on being told things: it is told that their follows are over, and these do not come back by themselves.
"""

from contextlib import suppress
from typing import NamedTuple

from bema.domain import following, listing
from bema.model import limits
from bema.model.decisions import Effect, Severity, State, Subject, SubjectKind
from bema.model.errors import NotFound, Refusal
from bema.model.events import Followed, FollowsSevered
from bema.model.ids import AccountId, DomainId
from bema.model.policy import Standing
from bema.model.severing import Cause, Severance, Severed
from bema.model.views import Page
from bema.store import (
    accounts,
    blocked_domains,
    blocks,
    decisions,
    domain_measures,
    follows,
    lists,
    measures,
    severances,
)
from bema.store.follows import Terms
from bema.store.severances import Lost, Place
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


class Scope(NamedTuple):
    """Whose follows are looked at: those of everybody of a server, or of one account of it."""

    host: str
    domain: DomainId | None = None
    account: AccountId | None = None

    @property
    def id(self) -> int:
        """The id of either."""
        found = self.account if self.domain is None else self.domain
        assert found is not None
        return found

    @property
    def whole(self) -> bool:
        """Whether it is a server."""
        return self.domain is not None


class Sealed(NamedTuple):
    """What shuts somebody out, agreed to by all whom it needed."""

    cause: Cause
    name: str
    decision: int | None  # none: their own block


def scope_of(tx: Tx, account_id: AccountId) -> Scope | None:
    """Return the scope of an account of another server; None for one of ours."""
    account = accounts.by_id(tx, account_id)
    return None if account is None or account.domain is None else Scope(account.domain, account=account_id)


def suspends(tx: Tx, decision_id: int) -> bool:
    """Tell whether a decision suspends an account, or did."""
    return any(effect is Effect.SUSPEND for _, effect, _ in decisions.effects_of(tx, [decision_id]))


# --- Ending -----------------------------------------------------------------------------------------------------------


def sever_some(
    tx: WriteTx, scope: Scope, place: Place, *, is_follower: bool, most: int = limits.SEVERED_AT_ONCE
) -> Place | None:
    """End some of the follows with who is shut out; return where to go on, None where there is no more, or no reason."""
    sealed = _sealed(tx, scope)
    if sealed is None:
        return None
    some = severances.ties(tx, scope.id, whole=scope.whole, is_follower=is_follower, place=place, limit=most)
    for tie in some:
        sever(tx, tie.here, tie.there, sealed, is_follower=is_follower)
    return Place(some[-1].there, some[-1].id) if len(some) == most else None


def sever(tx: WriteTx, here: AccountId, there: AccountId, sealed: Sealed, *, is_follower: bool) -> None:
    """End one follow, and keep it as it was."""
    id_ = severances.begin(tx, here, sealed.cause, sealed.name, sealed.decision)
    among = [] if is_follower else [each.id for each in lists.with_member(tx, here, there)]
    severances.keep(tx, id_, there, here, is_follower=is_follower, lists=among)
    follower, followed = (there, here) if is_follower else (here, there)
    following.end(tx, follower=follower, followed=followed, by=here)


def tell_some(tx: WriteTx, cause: Cause, name: str) -> bool:
    """Tell some of those who lost follows, each once; False where all were told."""
    some = severances.untold(tx, cause, name, limits.SEVERED_AT_ONCE)
    for id_, account_id in some:
        tx.emit(FollowsSevered(account=account_id, severance=id_))
    return len(some) == limits.SEVERED_AT_ONCE


def tell_own(tx: WriteTx, account_id: AccountId, name: str) -> None:
    """Tell somebody what they lost by blocking a server themselves."""
    id_ = severances.untold_of(tx, account_id, Cause.OWN, name)
    if id_ is not None:
        tx.emit(FollowsSevered(account=account_id, severance=id_))


def names(tx: Tx, host: str, account_id: AccountId | None = None) -> list[tuple[Cause, str]]:
    """Return under what names people may have lost follows with a server, or with one account of it."""
    if account_id is not None:
        return [(Cause.ACCOUNT, _handle(tx, account_id))]
    return [(Cause.DOMAIN, name) for name in measures.with_parents(host)]


def _sealed(tx: Tx, scope: Scope) -> Sealed | None:
    """Return what shuts somebody out for good at this moment; None where nothing does, or it waits for a second person."""
    if scope.account is not None:
        in_force = decisions.in_force(tx, Subject(SubjectKind.ACCOUNT, scope.account))
        for decision_id, effect in in_force:
            if effect is Effect.SUSPEND and _is_agreed(tx, decision_id):
                return Sealed(Cause.ACCOUNT, _handle(tx, scope.account), decision_id)
        return None
    for row in domain_measures.of(tx, scope.host):
        if row.severity == Severity.SUSPEND and _is_agreed(tx, row.decision_id):
            return Sealed(Cause.DOMAIN, row.name, row.decision_id)
    return None


def _is_agreed(tx: Tx, decision_id: int) -> bool:
    decision = decisions.by_ids(tx, [decision_id]).get(decision_id)
    return decision is not None and decision.state is State.IN_FORCE


def _handle(tx: Tx, account_id: AccountId) -> str:
    account = accounts.by_id(tx, account_id)
    return "" if account is None else f"{account.username}@{account.domain}"


# --- Bringing back ----------------------------------------------------------------------------------------------------


def restore_some(tx: WriteTx, scope: Scope, place: Place, *, most: int = limits.SEVERED_AT_ONCE) -> Place | None:
    """Bring back some of the follows that decisions ended which are over; return where to go on, None at the end."""
    if domain_measures.severity_of(tx, scope.host) is Severity.SUSPEND:
        return None
    some = severances.lost(tx, scope.id, whole=scope.whole, place=place, limit=most)
    back = [lost.id for lost in some if _restore(tx, lost)]
    if back:
        severances.restored(tx, back)
    return Place(some[-1].there, some[-1].id) if len(some) == most else None


def _restore(tx: WriteTx, lost: Lost) -> bool:
    """Bring a follow back, unless one of both wants nothing of the other by now."""
    terms = Terms(lost.boosts, lost.notify, lost.languages)
    if not lost.is_follower:
        try:
            following.follow(tx, lost.here, lost.there, terms)
        except Refusal:
            return False
        for each in lost.lists:
            with suppress(Refusal):  # a list that is gone by now, or full, or has them again
                listing.add_members(tx, lost.here, each, [lost.there])
        return True
    if lost.cause is Cause.ACCOUNT:  # their server was told that the follow is over: only they can follow anew
        return False
    other = accounts.by_id(tx, lost.there)
    if other is None or other.standing is not Standing.ACTIVE or _are_apart(tx, lost.here, lost.there, other.domain):
        return False
    if follows.add(tx, lost.there, lost.here, terms, lost.uri):
        tx.emit(Followed(follower=lost.there, followed=lost.here, again=True))
    return True


def _are_apart(tx: Tx, here: AccountId, there: AccountId, host: str | None) -> bool:
    return (
        blocks.exists(tx, by=here, target=there)
        or blocks.exists(tx, by=there, target=here)
        or (host is not None and blocked_domains.exists(tx, here, host))
    )


# --- Reading ----------------------------------------------------------------------------------------------------------


def page(tx: Tx, actor: AccountId, range_: Range) -> Page[Severance]:
    """Load a page of what somebody lost, the newest first."""
    return severances.page(tx, actor, range_)


def listed(tx: Tx, actor: AccountId, id_: int, *, is_follower: bool) -> tuple[Severance, list[Severed]]:
    """Load whom somebody lost at one time: who followed them, or whom they followed."""
    found = severances.one(tx, actor, id_)
    if found is None:
        raise NotFound
    return found, severances.follows(tx, id_, limits.SEVERED_LISTED, is_follower=is_follower)
