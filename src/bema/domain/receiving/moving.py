"""Moving: somebody of another server is somebody else from now on, and who follows them here follows the new one.

Both ends must say so: the old account by its own word, the new one in its document, which is read afresh. Nobody moves
again for a month. What people here did to the old account, they did to the same person: it goes with them.
"""

from bema.domain import following, listing, relating
from bema.domain.receiving import people
from bema.domain.receiving.brought import Brought, Lacking, Meaningless
from bema.model.errors import Refusal
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.remote_acts import MoveAct
from bema.model.site import Site
from bema.store import accounts, follows, moves, mutes, private_notes, removals, tasks
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx

MOVING = "moving"  # the name under which followers wait to be moved


def move(tx: WriteTx, site: Site, by: Known, act: MoveAct, brought: Brought) -> None:
    """Note who somebody is now, if they say so at both ends."""
    if act.who != by.uri or act.target == by.uri:
        raise Meaningless
    new = _moved_here(tx, site, by, act.target)
    if new is None:
        new = _moved_elsewhere(tx, site, by, act.target, brought)
    if not moves.move(tx, by.id, new):
        raise Meaningless("They moved only lately")
    tasks.add(tx, MOVING, f"{by.id}:{new}", f"{by.id}:{new}")


def _moved_here(tx: WriteTx, site: Site, by: Known, target: str) -> AccountId | None:
    """Return who of this server somebody says that they are, if that account says so too; None for one elsewhere."""
    found = people.of_here(tx, site, target)
    if found is not None and (
        by.uri not in {alias.uri for alias in removals.aliases(tx, found)} or removals.of(tx, found)
    ):
        raise Meaningless("The new account does not know the old one")
    return found


def _moved_elsewhere(tx: WriteTx, site: Site, by: Known, target: str, brought: Brought) -> AccountId:
    if target not in brought.people:
        people.check_host(tx, site, target)
        raise Lacking("person", target)
    person = brought.people[target]
    if person is None or by.uri not in person.actor.also_known_as or person.actor.moved_to is not None:
        raise Meaningless("The new account does not know the old one")
    return people.keep(tx, site, person)


def move_some(tx: WriteTx, old: AccountId, new: AccountId) -> bool:
    """Let some of those who have to do with the old account have to do with the new one; tell whether there were any."""
    known = accounts.by_id(tx, new)
    if known is None or known.standing is not Standing.ACTIVE:
        return False
    noters = moves.noters(tx, old, new)
    for by, note in noters:
        private_notes.put(tx, by=by, target=new, note=note)
    muters = moves.muters(tx, old, new)
    for by, notifications, expires_at in muters:
        mutes.put(tx, by=by, target=new, notifications=notifications, expires_at=expires_at)
    blockers = moves.blockers(tx, old, new)
    for by in blockers:
        relating.block(tx, by, new)
    followers = moves.followers(tx, old, new)
    for follower in followers:
        _follow(tx, follower, old, new)
    return bool(noters or muters or blockers or followers)


def _follow(tx: WriteTx, follower: AccountId, old: AccountId, new: AccountId) -> None:
    terms, lists = follows.terms(tx, follower, old), listing.with_member(tx, follower, old)
    following.end(tx, follower=follower, followed=old, by=follower)
    try:
        with tx.savepoint():
            if terms is not None:
                following.follow(tx, follower, new, terms)
            for each in lists:
                listing.add_members(tx, follower, each.id, [new])
    except Refusal:  # they block each other, or something else is in the way
        return
