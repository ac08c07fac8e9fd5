"""Notifications: who is told of which fact, and what is taken back when it no longer holds.

What a policy keeps aside is decided once, and is then a fact of its own: read anew, the log decides nothing.
"""

from bema.model.events import (
    AccountCollected,
    AccountJoined,
    AccountUncollected,
    AnnualReportMade,
    CollectionChanged,
    DecisionMade,
    Event,
    Followed,
    FollowRequestAnswered,
    FollowRequested,
    FollowsSevered,
    NotificationFiltered,
    NotificationRequestAnswered,
    NotificationsDismissed,
    PollEnded,
    PollReopened,
    PostBoosted,
    PostDeleted,
    PostEdited,
    PostFavourited,
    PostPublished,
    PostUnfavourited,
    QuoteAccepted,
    QuoteWaiting,
    ReportFiled,
    Unfollowed,
)
from bema.model.ids import NotificationId
from bema.model.notifications import Treatment
from bema.store import glances, notice_policies, putting_away, telling
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.rereading import read_again
from bema.subscribers.runner import Handler, Subscriber


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    fact = entry.event
    if fact.quiet:
        return
    glance = glances.at(tx, fact.post)
    if fact.quote_of is not None:
        telling.tell_quoted(tx, entry.position, entry.at, fact.post)
    if glance.names:
        telling.tell_mentioned(tx, entry.position, entry.at, fact.post)
    if glance.watched:
        telling.tell_followers(tx, entry.position, entry.at, fact.post)


def _quote_accepted(tx: WriteTx, entry: Entry[QuoteAccepted]) -> None:
    if not entry.event.asked:
        telling.tell_quoted(tx, entry.position, entry.at, entry.event.post)


def _quote_waiting(tx: WriteTx, entry: Entry[QuoteWaiting]) -> None:
    telling.tell_asked(tx, entry.position, entry.at, entry.event.post)


def _edited(tx: WriteTx, entry: Entry[PostEdited]) -> None:
    telling.tell_edited(tx, entry.position, entry.at, entry.event.post)


def _boosted(tx: WriteTx, entry: Entry[PostBoosted]) -> None:
    telling.tell_boosted(tx, entry.position, entry.at, entry.event.post)


def _deleted(tx: WriteTx, entry: Entry[PostDeleted]) -> None:
    """Take back a boost; notices about a deleted post itself went with it."""
    if entry.event.boost_of is not None:
        putting_away.take_back_about_post(tx, "boost", entry.event.boost_of, entry.event.author)


def _favourited(tx: WriteTx, entry: Entry[PostFavourited]) -> None:
    telling.tell_favourited(tx, entry.position, entry.at, entry.event.post, entry.event.by)


def _unfavourited(tx: WriteTx, entry: Entry[PostUnfavourited]) -> None:
    putting_away.take_back_about_post(tx, "favourite", entry.event.post, entry.event.by)


def _followed(tx: WriteTx, entry: Entry[Followed]) -> None:
    if entry.event.again:
        return
    telling.tell_followed(tx, entry.position, entry.at, entry.event.followed, entry.event.follower)


def _unfollowed(tx: WriteTx, entry: Entry[Unfollowed]) -> None:
    putting_away.take_back(tx, "follow", entry.event.followed, entry.event.follower)


def _requested(tx: WriteTx, entry: Entry[FollowRequested]) -> None:
    telling.tell_requested(tx, entry.position, entry.at, entry.event.followed, entry.event.follower)


def _answered(tx: WriteTx, entry: Entry[FollowRequestAnswered]) -> None:
    putting_away.take_back(tx, "follow_request", entry.event.followed, entry.event.follower)


def _poll_ended(tx: WriteTx, entry: Entry[PollEnded]) -> None:
    telling.tell_poll_ended(tx, entry.position, entry.at, entry.event.post)


def _poll_reopened(tx: WriteTx, entry: Entry[PollReopened]) -> None:
    putting_away.take_back_poll_ended(tx, entry.event.post)


def _joined(tx: WriteTx, entry: Entry[AccountJoined]) -> None:
    telling.tell_joined(tx, entry.position, entry.at, entry.event.account)


def _reported(tx: WriteTx, entry: Entry[ReportFiled]) -> None:
    telling.tell_reported(tx, entry.position, entry.at, entry.event.report)


def _decided(tx: WriteTx, entry: Entry[DecisionMade]) -> None:
    if entry.event.account is not None:
        telling.tell_decided(tx, entry.position, entry.at, entry.event.decision, entry.event.account)


def _severed(tx: WriteTx, entry: Entry[FollowsSevered]) -> None:
    telling.tell_severed(tx, entry.position, entry.at, entry.event.severance, entry.event.account)


def _collected(tx: WriteTx, entry: Entry[AccountCollected]) -> None:
    telling.tell_collected(tx, entry.position, entry.at, entry.event.item)


def _collection_changed(tx: WriteTx, entry: Entry[CollectionChanged]) -> None:
    telling.tell_collection_edited(tx, entry.position, entry.at, entry.event.items)


def _uncollected(tx: WriteTx, entry: Entry[AccountUncollected]) -> None:
    putting_away.take_back_collected(tx, entry.event.account, entry.event.owner, entry.event.collection)


def _looked_back(tx: WriteTx, entry: Entry[AnnualReportMade]) -> None:
    telling.tell_looked_back(tx, entry.position, entry.at, entry.event.account)


def _dismissed(tx: WriteTx, entry: Entry[NotificationsDismissed]) -> None:
    fact = entry.event
    if fact.only is not None:
        putting_away.dismiss(tx, fact.account, fact.only)
    if fact.until is not None and fact.group is not None:
        putting_away.dismiss_group(tx, fact.account, fact.group, fact.until)
    elif fact.until is not None:
        putting_away.dismiss_until(tx, fact.account, fact.until)


def _filtered(tx: WriteTx, entry: Entry[NotificationFiltered]) -> None:
    notice_policies.keep_aside(tx, entry.event.account, entry.event.notification, dropped=entry.event.dropped)


def _request_answered(tx: WriteTx, entry: Entry[NotificationRequestAnswered]) -> None:
    fact = entry.event
    notice_policies.answer(tx, fact.account, fact.by, accepted=fact.accepted, until=fact.until)


TELLING: dict[type[Event], Handler] = {  # facts of which somebody is told
    PostPublished: _published,
    PostEdited: _edited,
    PostBoosted: _boosted,
    PostFavourited: _favourited,
    QuoteAccepted: _quote_accepted,
    QuoteWaiting: _quote_waiting,
    Followed: _followed,
    FollowRequested: _requested,
    PollEnded: _poll_ended,
    AccountJoined: _joined,
    ReportFiled: _reported,
    DecisionMade: _decided,
    FollowsSevered: _severed,
    AccountCollected: _collected,
    CollectionChanged: _collection_changed,
    AnnualReportMade: _looked_back,
}
_REST: dict[type[Event], Handler] = {
    AccountUncollected: _uncollected,
    PostDeleted: _deleted,
    PostUnfavourited: _unfavourited,
    Unfollowed: _unfollowed,
    FollowRequestAnswered: _answered,
    PollReopened: _poll_reopened,
    NotificationsDismissed: _dismissed,
    NotificationFiltered: _filtered,
    NotificationRequestAnswered: _request_answered,
}


def _told_anew(handler: Handler) -> Handler:
    def tell(tx: WriteTx, entry: Entry[Event]) -> None:
        handler(tx, entry)
        telling.put_together(tx, entry.position)

    return tell


def _told(handler: Handler) -> Handler:
    """Let a policy be asked about what a fact tells, before it is put together with what is like it."""

    def tell(tx: WriteTx, entry: Entry[Event]) -> None:
        before = tx.changed
        handler(tx, entry)
        if tx.changed == before:
            telling.note_untold(tx, entry.position)
            return
        id_ = NotificationId(entry.position)
        for account, treatment in notice_policies.undecided(tx, id_, entry.at):
            dropped = treatment is Treatment.DROP
            notice_policies.keep_aside(tx, account, id_, dropped=dropped)
            tx.emit(NotificationFiltered(account=account, notification=id_, dropped=dropped))
        telling.put_together(tx, entry.position)

    return tell


_HANDLERS = {type_: _told(handler) for type_, handler in TELLING.items()} | _REST
_ANEW = {type_: _told_anew(handler) for type_, handler in TELLING.items()} | _REST


def _rebuild(tx: WriteTx) -> None:
    """Tell everything again: a notice is numbered by its fact, which only the log knows."""
    putting_away.clear(tx)
    read_again(tx, _ANEW)


NOTIFICATIONS = Subscriber("notifications", _HANDLERS, _rebuild)
