"""What an account can be told of, what it wants of that, and the rule that decides; `store/telling.py` writes it down."""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import msgspec

from bema.model.ids import AccountId, Millis, NotificationId, PostId
from bema.model.views import Account, Notification, Post, View


class Kind(NamedTuple):
    """What holds for notifications of one type."""

    filterable: bool = False  # the reader's policy may keep it aside
    grouped: bool = False  # many of them are one piece of news


KINDS: dict[str, Kind] = {
    "mention": Kind(filterable=True),
    "post": Kind(),
    "boost": Kind(filterable=True, grouped=True),
    "favourite": Kind(filterable=True, grouped=True),
    "follow": Kind(filterable=True, grouped=True),
    "follow_request": Kind(filterable=True),
    "edit": Kind(),
    "poll": Kind(),
    "quote": Kind(filterable=True),
    "quoted_edit": Kind(),
    "sign_up": Kind(grouped=True),
    "report": Kind(),
    "severance": Kind(),
    "decision": Kind(),
    "collected": Kind(filterable=True),
    "collection_edit": Kind(),
    "annual_report": Kind(),
}
TYPES = tuple(KINDS)
GROUPED = tuple(name for name, kind in KINDS.items() if kind.grouped)
FILTERABLE = tuple(name for name, kind in KINDS.items() if kind.filterable)


class Treatment(IntEnum):
    """What is done with a notification; the numbers are stored, and the highest counts."""

    ACCEPT = 0
    FILTER = 1
    DROP = 2


class Policy(msgspec.Struct, frozen=True, gc=False):
    """What an account wants done with notifications from whom; what stands here holds until it says otherwise."""

    not_following: Treatment = Treatment.ACCEPT
    not_followers: Treatment = Treatment.ACCEPT
    new_accounts: Treatment = Treatment.ACCEPT
    private_mentions: Treatment = Treatment.FILTER
    limited_accounts: Treatment = Treatment.FILTER
    automated: Treatment = Treatment.ACCEPT


class Circumstances(msgspec.Struct, frozen=True, gc=False):
    """How the one who caused a notification stands to its reader, at the moment it is told."""

    following: bool = False  # the reader follows them
    long_follower: bool = False  # they have followed the reader for some days
    new: bool = False  # their account is young
    limited: bool = False  # by a decision
    automated: bool = False
    unasked_letter: bool = False  # a direct post that answers none of the reader's to them
    permitted: bool = False  # the reader accepted them once
    from_staff: bool = False  # those who keep the square may always speak to those on it


def treatment(policy: Policy, who: Circumstances) -> Treatment:
    """Decide what is done with a notification: the strictest of what the policy says of its sender."""
    if who.permitted or who.from_staff:
        return Treatment.ACCEPT
    return max(_verdicts(policy, who), default=Treatment.ACCEPT)


def _verdicts(policy: Policy, who: Circumstances) -> Iterator[Treatment]:
    if not who.long_follower:
        yield policy.not_followers
    if who.following:
        return
    yield policy.not_following
    if who.new:
        yield policy.new_accounts
    if who.unasked_letter:
        yield policy.private_mentions
    if who.limited:
        yield policy.limited_accounts
    if who.automated:
        yield policy.automated


class Pending(View, frozen=True):
    """How much was kept aside, counted up to a bound."""

    requests: int
    notifications: int


class Request(View, frozen=True):
    """Somebody whose notifications were kept aside."""

    id: int
    by: Account
    count: int
    last_post: Post | None
    created_at: Millis
    updated_at: Millis


class Group(View, frozen=True):
    """Notifications that say the same: the newest of them, how many there are, and some of the people, newest first."""

    id: int  # its place in the list
    key: str | None  # none: it stands by itself
    newest: Notification
    count: int
    people: list[Account]
    oldest_here: NotificationId  # the oldest of them within the page


class Audience(IntEnum):
    """Whose notifications ring a device; the numbers are stored."""

    ALL = 0
    FOLLOWED = 1
    FOLLOWER = 2
    NONE = 3


class Subscription(msgspec.Struct, frozen=True, gc=False):
    """A device that wants to be rung, and how it is reached."""

    id: int
    account: AccountId
    endpoint: str
    public_key: bytes
    auth: bytes
    standard: bool
    sealed_token: bytes
    alerts: tuple[str, ...]
    audience: Audience


class Told(NamedTuple):
    """A row of what somebody is told, as far as it concerns groups and filtering."""

    account: AccountId
    type: str
    by: AccountId
    post: PostId | None
