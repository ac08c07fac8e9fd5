"""Delivery of what is between people: follows and their answers, blocks, profiles, reports, goodbyes; see `delivery`."""

from collections.abc import Callable
from typing import Any

from bema.domain import keeping_out, keyring, recounting
from bema.model.events import (
    AccountDeleted,
    AccountMoved,
    AccountUpdated,
    Blocked,
    DecisionApproved,
    DecisionMade,
    DecisionReversed,
    FollowRequestAnswered,
    FollowRequested,
    PostPinned,
    ReportFiled,
    TagFeatured,
    Unblocked,
    Unfollowed,
)
from bema.model.federating import Lane
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.site import Site
from bema.model.views import Account
from bema.store import accounts, blocks, deliveries, follows, remote_actors, reports
from bema.store.audiences import Audience
from bema.store.deliveries import Words, subject
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.wire.activitypub import activities, collections, context, ids

Teller = Callable[[WriteTx, Site, Entry[Any]], None]


def speaker(tx: WriteTx, id_: AccountId) -> Account | None:
    """Return an account if it is of this server and is there: who left is spoken for by the deletion of the account."""
    account = accounts.by_id(tx, id_)
    if account is None or account.domain is not None or account.standing is Standing.DELETED:
        return None
    return account


def encoded(activity: activities.Activity) -> str:
    """Write an activity as it is sent."""
    return context.encode(activity).decode()


def _between(tx: WriteTx, site: Site, by: AccountId, to: AccountId) -> tuple[Account, Account] | None:
    """Return somebody of this server and somebody of another; None where they are not that."""
    one, other = speaker(tx, by), accounts.by_id(tx, to)
    return None if one is None or other is None or other.domain is None else (one, other)


def _tell(tx: WriteTx, activity: activities.Activity, by: Account, to: Account) -> None:
    words = Words(body=encoded(activity), by=by.id, lane=Lane.INTERACTIVE, subject=subject(*sorted((by.id, to.id))))
    deliveries.say(tx, words, Audience(people=[to.id]))


# --- Follows ----------------------------------------------------------------------------------------------------------


def _follow_requested(tx: WriteTx, site: Site, entry: Entry[FollowRequested]) -> None:
    """Ask to follow; what the asking is called stays with the follow, so that it can be named when it ends."""
    fact = entry.event
    pair = _between(tx, site, fact.follower, fact.followed)
    number = follows.request_id(tx, fact.follower, fact.followed)
    if pair is None or number is None:
        return
    actor, target = (ids.actor_id(site, each) for each in pair)
    asked = activities.follow(actor, number, target)
    follows.name_request(tx, fact.follower, fact.followed, asked["id"])
    _tell(tx, asked, *pair)


def _follow_answered(tx: WriteTx, site: Site, entry: Entry[FollowRequestAnswered]) -> None:
    fact = entry.event
    if fact.by == fact.follower:
        _undo_follow(tx, site, fact.follower, fact.followed, fact.uri)
        return
    pair = _between(tx, site, fact.followed, fact.follower)
    if pair is None:
        return
    if fact.accepted:
        uri = fact.uri or follows.uri(tx, fact.follower, fact.followed)
        _tell(tx, _answer(tx, site, *pair, uri, activities.accept), *pair)
    else:
        _tell(tx, _answer(tx, site, *pair, fact.uri, activities.reject), *pair)


def _unfollowed(tx: WriteTx, site: Site, entry: Entry[Unfollowed]) -> None:
    fact = entry.event
    deliveries.note_former(tx, fact.followed, fact.follower, entry.at)
    if fact.by == fact.follower:
        _undo_follow(tx, site, fact.follower, fact.followed, fact.uri)
    elif fact.by == fact.followed and (pair := _between(tx, site, fact.followed, fact.follower)) is not None:
        told = _answer(tx, site, *pair, fact.uri, activities.reject)
        if pair[1].standing is Standing.SUSPENDED:
            _tell_suspended(tx, site, told, *pair)
        else:
            _tell(tx, told, *pair)


def _tell_suspended(tx: WriteTx, site: Site, activity: activities.Activity, by: Account, to: Account) -> None:
    """Tell somebody who is suspended here, at their own inbox: there they are not, and would be shown what goes to others.

    Where their whole server is shut out, nothing is said to it.
    """
    there = remote_actors.by_id(tx, to.id)
    if there is None or keeping_out.is_kept_out(tx, site, there.host):
        return
    words = Words(body=encoded(activity), by=by.id, lane=Lane.INTERACTIVE, subject=subject(*sorted((by.id, to.id))))
    deliveries.say_to(tx, words, there.inbox, accounts.domain_id(tx, there.host))


def _undo_follow(tx: WriteTx, site: Site, follower: AccountId, followed: AccountId, uri: str | None) -> None:
    pair = _between(tx, site, follower, followed)
    if pair is None or uri is None:  # without a name, nobody was ever asked
        return
    actor, target = (ids.actor_id(site, each) for each in pair)
    _tell(tx, activities.undo(activities.followed_by(uri, actor, target)), *pair)


def _answer(
    tx: WriteTx, site: Site, here: Account, there: Account, uri: str | None, answer: Callable[..., activities.Activity]
) -> activities.Activity:
    actor = ids.actor_id(site, here)
    return answer(actor, tx.new_id(), activities.followed_by(uri, ids.actor_id(site, there), actor))


# --- Blocks -----------------------------------------------------------------------------------------------------------


def _blocked(tx: WriteTx, site: Site, entry: Entry[Blocked]) -> None:
    fact = entry.event
    pair = _between(tx, site, fact.by, fact.target)
    number = blocks.id_of(tx, by=fact.by, target=fact.target)
    if pair is not None and number is not None:
        actor, target = (ids.actor_id(site, each) for each in pair)
        _tell(tx, activities.block(actor, number, target), *pair)


def _unblocked(tx: WriteTx, site: Site, entry: Entry[Unblocked]) -> None:
    fact = entry.event
    pair = _between(tx, site, fact.by, fact.target)
    if pair is not None and fact.block:
        actor, target = (ids.actor_id(site, each) for each in pair)
        _tell(tx, activities.undo(activities.block(actor, fact.block, target)), *pair)


# --- Profiles ---------------------------------------------------------------------------------------------------------


def _updated(tx: WriteTx, site: Site, entry: Entry[AccountUpdated]) -> None:
    _present(tx, site, entry.event.account)


def decided(
    tx: WriteTx, site: Site, entry: Entry[DecisionMade] | Entry[DecisionApproved] | Entry[DecisionReversed]
) -> None:
    """Present somebody about whom the staff decided anew: who was taken out is told of as that."""
    if entry.event.account is not None:
        _present(tx, site, entry.event.account)


def _present(tx: WriteTx, site: Site, id_: AccountId) -> None:
    account = speaker(tx, id_)
    audience = Audience(followers_of=id_)
    keys = keyring.public_keys(tx, id_) if account is not None else {}
    if account is None or not keys or not deliveries.has_readers(tx, audience):  # without keys, nobody knows it
        return
    document = recounting.person(tx, site, accounts.own(tx, id_), keys)
    words = Words(body=encoded(activities.update_actor(document, tx.now)), by=id_, lane=Lane.BULK, subject=subject(id_))
    deliveries.say(tx, words, audience)


def _moved(tx: WriteTx, site: Site, entry: Entry[AccountMoved]) -> None:
    """Tell followers elsewhere where somebody went, and who they are now."""
    fact = entry.event
    old, new = speaker(tx, fact.account), accounts.by_id(tx, fact.to)
    audience = Audience(followers_of=fact.account)
    if old is None or new is None or not deliveries.has_readers(tx, audience):
        return
    _present(tx, site, fact.account)
    actor, target = ids.actor_id(site, old), ids.actor_id(site, new)
    words = Words(
        body=encoded(activities.move(actor, tx.new_id(), target)),
        by=fact.account,
        lane=Lane.BULK,
        subject=subject(fact.account),
    )
    deliveries.say(tx, words, audience)


def _pinned(tx: WriteTx, site: Site, entry: Entry[PostPinned]) -> None:
    fact = entry.event
    author = speaker(tx, fact.author)
    audience = Audience(followers_of=fact.author)
    if author is None or not deliveries.has_readers(tx, audience):
        return
    actor, thing = ids.actor_id(site, author), site.object(author.username, fact.post)
    tell = activities.add_to_featured if fact.pinned else activities.remove_from_featured
    words = Words(
        body=encoded(tell(actor, tx.new_id(), thing)),
        by=author.id,
        lane=Lane.BULK,
        subject=subject(author.id, fact.post),
    )
    deliveries.say(tx, words, audience)


def _tag_featured(tx: WriteTx, site: Site, entry: Entry[TagFeatured]) -> None:
    """Tell followers elsewhere which tags somebody shows on their profile."""
    fact = entry.event
    author = speaker(tx, fact.account)
    audience = Audience(followers_of=fact.account)
    if author is None or not deliveries.has_readers(tx, audience):
        return
    tag = collections.hashtag_of(site, author.username, fact.name)
    told = activities.tag_featured(ids.actor_id(site, author), tx.new_id(), tag, shown=fact.featured)
    words = Words(body=encoded(told), by=author.id, lane=Lane.BULK, subject=subject(author.id))
    deliveries.say(tx, words, audience)


def _left(tx: WriteTx, site: Site, entry: Entry[AccountDeleted]) -> None:
    """Tell all servers that somebody is gone for good, whether they followed: their posts went far."""
    account = accounts.by_id(tx, entry.event.account)
    if account is None or account.domain is not None:
        return
    gone = activities.delete_actor(ids.actor_id(site, account))
    words = Words(body=encoded(gone), by=account.id, lane=Lane.DELETION, subject=subject(account.id))
    deliveries.say(tx, words, Audience(everybody=True))


# --- Reports ----------------------------------------------------------------------------------------------------------


def _reported(tx: WriteTx, site: Site, entry: Entry[ReportFiled]) -> None:
    """Pass a report on to the server of whom it is about, in the name of this one, if its writer wants that."""
    report = reports.by_ids(tx, [entry.event.report]).get(entry.event.report)
    if report is None or not report.forward or speaker(tx, report.by) is None:
        return
    target = accounts.by_id(tx, report.target)
    if target is None or target.domain is None:
        return
    named = [each.uri for each in reports.evidence(tx, [report.id]) if each.uri is not None]
    flag = activities.flag(site.own_actor, report.id, ids.actor_id(site, target), named, report.comment)
    words = Words(body=encoded(flag), by=None, lane=Lane.INTERACTIVE, subject=subject(report.id))
    deliveries.say(tx, words, Audience(people=[target.id]))


TELLERS: dict[type[Any], Teller] = {
    FollowRequested: _follow_requested,
    FollowRequestAnswered: _follow_answered,
    Unfollowed: _unfollowed,
    Blocked: _blocked,
    Unblocked: _unblocked,
    AccountUpdated: _updated,
    AccountMoved: _moved,
    PostPinned: _pinned,
    TagFeatured: _tag_featured,
    AccountDeleted: _left,
    ReportFiled: _reported,
}
