"""Following: people of other servers follow people of this one, ask to, and stop."""

from bema.domain import following
from bema.domain.receiving import people
from bema.domain.receiving.brought import Meaningless
from bema.model.errors import Forbidden
from bema.model.events import FollowRequestAnswered
from bema.model.remote_acts import FollowAct
from bema.model.site import Site
from bema.store import follows
from bema.store.follows import Terms
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx


def follow(tx: WriteTx, site: Site, by: Known, act: FollowAct) -> None:
    """Let somebody follow, or ask to; whoever asks again hears the answer again."""
    target = people.of_here(tx, site, act.whom)
    if target is None:
        raise Meaningless
    if follows.exists(tx, by.id, target):
        follows.name(tx, by.id, target, act.uri)
        tx.emit(FollowRequestAnswered(follower=by.id, followed=target, accepted=True, by=target, uri=act.uri))
        return
    try:
        following.follow(tx, by.id, target, Terms(), uri=act.uri)
    except Forbidden:
        tx.emit(FollowRequestAnswered(follower=by.id, followed=target, accepted=False, by=target, uri=act.uri))
        return
    if follows.exists(tx, by.id, target):
        tx.emit(FollowRequestAnswered(follower=by.id, followed=target, accepted=True, by=target, uri=act.uri))


def unfollow(tx: WriteTx, site: Site, by: Known, whom: str) -> bool:
    """Stop following, or asking to; False where there was neither."""
    target = people.of_here(tx, site, whom)
    if target is None or follows.terms(tx, by.id, target) is None:
        return False
    following.end(tx, follower=by.id, followed=target, by=by.id)
    return True


def unfollow_named(tx: WriteTx, by: Known, uri: str) -> bool:
    """Stop following, or asking to, by what they call it; False where there is nothing of theirs."""
    followed = follows.followed_by_uri(tx, by.id, uri)
    if followed is None:
        return False
    following.end(tx, follower=by.id, followed=followed, by=by.id)
    return True
