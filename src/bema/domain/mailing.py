"""Mailing: strangers have an author's public posts by e-mail, if author and operators want that and they confirm it.

What an asker is told is the same whether or not an address gets the posts already; nobody but the server sees addresses.
"""

import secrets

import msgspec

from bema.domain import following, letters, reading
from bema.model import limits
from bema.model.errors import NotFound, Refusal, TooMany
from bema.model.ids import AccountId, PostId
from bema.model.mailing import offered
from bema.model.policy import Visibility
from bema.model.site import Site
from bema.model.views import Account, Post
from bema.outside import signed
from bema.outside.mail import check_address
from bema.store import accounts, attempts, tasks
from bema.store import email_subscriptions as subscriptions
from bema.store.follows import Terms
from bema.store.tx import Tx, WriteTx

ISSUES = "email_issues"  # the name under which letters with posts wait for their time


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who wants posts by e-mail: their address, the language of their letters, and the network they ask from."""

    address: str
    locale: str
    network: str


def subscribe(tx: WriteTx, site: Site, key: bytes, account_id: AccountId, asker: Asker) -> None:
    """Ask whoever has the mailbox whether they want an author's posts. Nothing tells whether they get them already."""
    author = _author(tx, site, account_id)
    address = check_address(asker.address.strip().lower())
    subscriptions.forget_unconfirmed(tx, tx.now - limits.EMAIL_SUBSCRIPTION_SECONDS * 1_000)
    if not subscriptions.has_room(
        tx, author.id, most=limits.EMAIL_SUBSCRIPTIONS, waiting=limits.EMAIL_SUBSCRIPTIONS_WAITING
    ):
        raise TooMany("Too many people ask for these posts at the moment")
    if _asked(tx, f"from {asker.network}") > limits.EMAIL_SUBSCRIPTION_LETTERS_FROM_ADDRESS:
        raise TooMany
    known = subscriptions.held(tx, author.id, address)
    if known is not None and known.confirmed_at is not None:
        return
    if _asked(tx, f"to {address}") > limits.EMAIL_SUBSCRIPTION_LETTERS:
        return
    secret = secrets.token_urlsafe(32)
    if known is not None:
        subscriptions.ask_again(tx, known.id, asker.locale, secret)
    id_ = subscriptions.add(tx, author.id, address, asker.locale, secret) if known is None else known.id
    if id_ is not None:  # else somebody asks for the same at this moment
        reader = _reader(site, key, author, address, asker.locale, id_)
        letters.confirm_subscription(tx, site, author, to=reader, secret=secret)


def _asked(tx: WriteTx, whom: str) -> int:
    """Count a letter that anybody can ask for, and tell how many there were lately."""
    window = limits.EMAIL_SUBSCRIPTION_WINDOW_SECONDS
    return attempts.count(tx, f"email subscriptions {whom}", window_seconds=window)


def asked_for(tx: Tx, site: Site, secret: str) -> Account:
    """Return whose posts the link of a letter is about, or refuse a link that is not good, or no more."""
    return _author(tx, site, _asked_for(tx, secret).account)


def confirm(tx: WriteTx, site: Site, secret: str) -> Account:
    """Confirm that one wants somebody's posts. Confirming twice changes nothing."""
    subscription = _asked_for(tx, secret)
    author = _author(tx, site, subscription.account)
    subscriptions.confirm(tx, subscription.id)
    return author


def _asked_for(tx: Tx, secret: str) -> subscriptions.Subscription:
    found = subscriptions.by_secret(tx, secret)
    if found is None or (
        found.confirmed_at is None and found.asked_at <= tx.now - limits.EMAIL_SUBSCRIPTION_SECONDS * 1_000
    ):
        raise NotFound("This link is too old or was used")
    return found


def _author(tx: Tx, site: Site, id_: AccountId) -> Account:
    """Return somebody whose posts go out by e-mail; all others look missing."""
    author = accounts.by_id(tx, id_)
    if author is None or not offered(site, author):
        raise NotFound
    return author


def readers(tx: Tx, actor: AccountId) -> int:
    """Count who gets one's posts by e-mail; who they are is told to nobody."""
    return subscriptions.count(tx, actor)


# --- The way out ------------------------------------------------------------------------------------------------------


def check_way_out(key: bytes, token: str) -> int:
    """Return the subscription that the link of a letter ends, or refuse what was made up."""
    id_ = signed.checked(key, signed.UNSUBSCRIBING, token)
    if id_ is None:
        raise NotFound("This link is too old or was used")
    return id_


def unsubscribe(tx: WriteTx, key: bytes, token: str) -> None:
    """Forget an address. What is ended already stays ended, so that a link may be used twice."""
    subscriptions.remove(tx, check_way_out(key, token))


def _reader(site: Site, key: bytes, author: Account, address: str, locale: str, id_: int) -> letters.Reader:
    way_out = site.unsubscribe(signed.signed(key, signed.UNSUBSCRIBING, id_))
    return letters.Reader(address, locale, author.username, id_, way_out)


def follow_instead(tx: WriteTx, newcomer: AccountId, address: str) -> None:
    """Let somebody who has joined follow those whose posts they had by e-mail; the letters end with that, as on Mastodon."""
    for each in subscriptions.to_address(tx, address.lower(), limits.EMAIL_SUBSCRIPTIONS_FOLLOWED):
        try:
            following.follow(tx, newcomer, each.account, Terms())
        except Refusal:  # they are gone, or it is one's own account
            continue
        subscriptions.remove(tx, each.id)


# --- Posts ------------------------------------------------------------------------------------------------------------


def take_up(tx: WriteTx, author: AccountId, post: PostId) -> None:
    """Let a post go into the next letter of its author, which waits some minutes for more."""
    if not subscriptions.any_confirmed(tx, author):
        return
    issue = subscriptions.open_issue(tx, author)
    if issue is not None and len(issue.posts) < limits.EMAIL_ISSUE_POSTS:
        subscriptions.take_up(tx, issue.id, [*issue.posts, post])
        return
    if issue is not None:
        subscriptions.reach(tx, issue.id, 0)
    ask_to_write(tx, subscriptions.begin(tx, author, post), after_seconds=limits.EMAIL_ISSUE_SECONDS)


def ask_to_write(tx: WriteTx, issue: int, *, after_seconds: int = 0) -> None:
    """Ask for a letter to be written to all who get it; asking twice changes nothing."""
    tasks.add(tx, ISSUES, str(issue), str(issue), due=tx.now + after_seconds * 1_000)


def write_some(tx: WriteTx, site: Site, key: bytes, issue_id: int) -> bool:
    """Write a letter to some of those who get it, and tell whether there are more. To whom it was written is noted with it."""
    issue = subscriptions.issue(tx, issue_id)
    if issue is None:
        return False
    author = accounts.by_id(tx, issue.account)
    posts = _public(tx, issue.posts) if author is not None and offered(site, author) else []
    most = limits.EMAIL_ISSUE_LETTERS
    readers = subscriptions.readers(tx, issue.account, issue.reached or 0, most) if posts else []
    if author is not None and readers:
        to = [_reader(site, key, author, each.address, each.locale, each.id) for each in readers]
        letters.new_posts(tx, site, author, posts, to=to)
    if len(readers) < most:
        subscriptions.end(tx, issue.id)
        return False
    subscriptions.reach(tx, issue.id, readers[-1].id)
    return True


def _public(tx: Tx, ids: list[PostId]) -> list[Post]:
    """Load those of the posts that everybody may see at this moment."""
    return [post for post in reading.posts_by_ids(tx, None, ids) if post.visibility is Visibility.PUBLIC]
