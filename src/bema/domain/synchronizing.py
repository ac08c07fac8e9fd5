"""Synchronizing: two servers compare who of the one follows somebody of the other, and put right what differs (FEP-8fcf).

Whoever is followed tells a digest with what is for followers. Where ours differs, the list is asked for; it counts only if
it sums up to what was told, so that a list that was cut short ends no follow.
"""

import re

import msgspec

from bema.domain import following
from bema.domain.recounting import digest
from bema.model import limits
from bema.model.events import FollowRequestAnswered
from bema.model.federating import same_origin
from bema.model.ids import AccountId
from bema.model.site import Site
from bema.store import accounts, follows, remote_actors, synchronizing, tasks
from bema.store.tx import Tx, WriteTx
from bema.wire.activitypub import ids

SYNCHRONIZING = "synchronizing"  # the name under which lists wait to be asked for
_PART = re.compile(r'(\w{1,20})="([^"]{1,2048})"')


class Difference(msgspec.Struct, frozen=True):
    """Whose followers differ, where the list is, and what it must sum up to."""

    followed: AccountId
    url: str
    digest: str


def compare(tx: WriteTx, site: Site, sender: AccountId, header: str) -> None:
    """Compare what the sender says of their followers here with what is known; what differs is asked for."""
    told = dict(_PART.findall(header[: limits.URL_CHARACTERS * 3]))
    known = remote_actors.by_id(tx, sender)
    url = told.get("url", "")
    if known is None or told.get("collectionId") != known.followers or not same_origin(url, known.uri):
        return
    ours = _followers(tx, sender)
    if ours is None or told.get("digest") == digest(site.actor(name) for name in ours):
        return
    difference = Difference(sender, url, told.get("digest", ""))
    tasks.add(tx, SYNCHRONIZING, f"{sender}:{difference.digest}", msgspec.json.encode(difference).decode())


def settle(tx: WriteTx, site: Site, difference: Difference, listed: list[str]) -> None:
    """Let the same people follow here as there: who does not any more stops, and who never did says so."""
    ours = _followers(tx, difference.followed)
    if ours is None or digest(listed) != difference.digest:
        return
    named = {name for uri in listed if (name := site.account_at(uri)) is not None}
    for name in ours.keys() - named:
        following.end(tx, follower=ours[name], followed=difference.followed, by=difference.followed)
    for name in named - ours.keys():
        account = accounts.by_handle(tx, name, None)
        if account is None:
            continue
        if follows.request_exists(tx, account.id, difference.followed):
            following.accept(tx, difference.followed, account.id)
        else:
            _deny(tx, site, account.id, name, difference.followed)


def _deny(tx: WriteTx, site: Site, follower: AccountId, name: str, followed: AccountId) -> None:
    """Say that somebody here does not follow, as if they had stopped just now."""
    uri = ids.act_id(site.actor(name), "follows", tx.new_id())
    tx.emit(FollowRequestAnswered(follower=follower, followed=followed, accepted=False, by=follower, uri=uri))


def _followers(tx: Tx, followed: AccountId) -> dict[str, AccountId] | None:
    """Return the people of this server who follow an account, by their names; None where they are too many to compare."""
    found = synchronizing.followers_here(tx, followed, limits.SYNCHRONIZED_FOLLOWERS + 1)
    return None if len(found) > limits.SYNCHRONIZED_FOLLOWERS else found
