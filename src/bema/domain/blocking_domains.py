"""Blocking domains: wanting nothing of a whole server. Its people are not told, and follow no more."""

from bema.domain import following, severing
from bema.domain.guarding import domain_name
from bema.domain.severing import Sealed
from bema.model import limits
from bema.model.errors import Invalid
from bema.model.events import DomainBlocked
from bema.model.ids import AccountId
from bema.model.severing import Cause
from bema.model.views import Page
from bema.store import blocked_domains
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx

KINDS = blocked_domains.KINDS  # of follows and requests, by who began them


def block(tx: WriteTx, actor: AccountId, domain: str) -> None:
    """See nothing more of a server, and end all follows with it, in a moment; blocking it twice changes nothing."""
    name = domain_name(domain)
    if blocked_domains.count(tx, actor) >= limits.BLOCKED_DOMAINS:
        raise Invalid(f"Validation failed: You cannot block more than {limits.BLOCKED_DOMAINS} domains")
    if blocked_domains.add(tx, actor, name):
        tx.emit(DomainBlocked(by=actor, domain=name))


def unblock(tx: WriteTx, actor: AccountId, domain: str) -> None:
    """End the block of a server; the follows that it ended stay ended."""
    blocked_domains.remove(tx, actor, domain_name(domain))


def blocked(tx: Tx, actor: AccountId, range_: Range) -> Page[str]:
    """Load a page of the servers that one blocks."""
    return blocked_domains.page(tx, actor, range_)


def part_some(tx: WriteTx, by: AccountId, domain: str, kind: str, after: int) -> int | None:
    """End some of the follows of a kind with a blocked server; return after which id to go on, None where there is no more."""
    if not blocked_domains.exists(tx, by, domain):
        return None
    ties = blocked_domains.ties(tx, kind, by, domain, after, limits.BLOCKED_DOMAIN_TIES)
    own = Sealed(Cause.OWN, domain, None)
    for tie in ties:
        if tie.is_theirs and kind == "following":
            severing.sever(tx, by, tie.followed, own, is_follower=False)
        elif tie.is_theirs and kind == "followers":
            severing.sever(tx, by, tie.follower, own, is_follower=True)
        elif tie.is_theirs:
            following.end(tx, follower=tie.follower, followed=tie.followed, by=by)
    return ties[-1].id if len(ties) == limits.BLOCKED_DOMAIN_TIES else None
