"""The facts of the event log: small, made of ids, changed only by addition; their names and fields are stored for ever."""

from bema.model.facts import Event
from bema.model.facts_of_leave import AnswerAsked, BoostAsked
from bema.model.facts_of_quotes import QuoteAccepted, QuoteAsked, QuotePolicyChanged, QuoteRevoked, QuoteWaiting
from bema.model.ids import AccountId, ConversationId, ListId, LoginId, MediaId, NotificationId, PostId
from bema.model.policy import Visibility

__all__ = [
    "AnswerAsked",
    "BoostAsked",
    "Event",
    "QuoteAccepted",
    "QuoteAsked",
    "QuotePolicyChanged",
    "QuoteRevoked",
    "QuoteWaiting",
]  # beside its own


class AccountCreated(Event, frozen=True):
    """An account came to be."""

    account: AccountId


class AccountJoined(Event, frozen=True):
    """An account of this server takes part from now on: its login was confirmed and approved."""

    account: AccountId


class AccountUpdated(Event, frozen=True):
    """A profile was changed."""

    account: AccountId


class AccountMoved(Event, frozen=True):
    """An account of this server went to one of another, and takes its followers along."""

    account: AccountId
    to: AccountId


class AccountDeleted(Event, frozen=True):
    """An account was deleted by those who own it."""

    account: AccountId


class PostPublished(Event, frozen=True):
    """A post was written. Counting goes by what stands here: the post may be gone when this is read."""

    post: PostId
    author: AccountId
    visibility: Visibility = Visibility.PUBLIC
    in_reply_to: PostId | None = None
    quote_of: PostId | None = None  # what it quotes with the leave of its author
    by_email: bool = False  # it goes to those who have its author's posts by e-mail
    quiet: bool = False  # somebody looked for it: it is no news, and nobody is told of it


class PostEdited(Event, frozen=True):
    """A post got a new version."""

    post: PostId
    author: AccountId


class PostDeleted(Event, frozen=True):
    """A post was deleted by its author. `boost_of` is set when it was a boost that was undone."""

    post: PostId
    author: AccountId
    in_reply_to: PostId | None = None
    boost_of: PostId | None = None
    visibility: Visibility = Visibility.PUBLIC
    quote_of: PostId | None = None  # what it quoted with the leave of its author
    mentioned: tuple[AccountId, ...] = ()  # who could see it because it named them
    tags: tuple[str, ...] = ()  # folded names
    concerned: tuple[AccountId, ...] = ()  # people of other servers who had to do with it: one for each inbox
    boosted_author: AccountId | None = None  # of what a boost passed on
    boosted_uri: str | None = None  # and its name, where it is from another server


class PostBoosted(Event, frozen=True):
    """A post was boosted; `post` is the boost, `boost_of` what it passes on."""

    post: PostId
    author: AccountId
    boost_of: PostId


class ReplyPlaced(Event, frozen=True):
    """It became known what a post of another server answers, after it was published here."""

    post: PostId
    in_reply_to: PostId
    visibility: Visibility


class PostFavourited(Event, frozen=True):
    """A post was favourited."""

    post: PostId
    by: AccountId
    asks: bool = False  # its author, elsewhere, wants to be asked, and may say no


class PostUnfavourited(Event, frozen=True):
    """A favourite was withdrawn."""

    post: PostId
    by: AccountId
    favourite: int = 0  # its id; 0 where it was not noted


class PostPinned(Event, frozen=True):
    """A post was pinned to its author's profile, or taken from it."""

    post: PostId
    author: AccountId
    pinned: bool


class TagFeatured(Event, frozen=True):
    """A hashtag was put on a profile, or taken from it."""

    account: AccountId
    name: str
    featured: bool


class PollVoted(Event, frozen=True):
    """Somebody voted in the poll of a post."""

    post: PostId
    by: AccountId


class PollEnded(Event, frozen=True):
    """The time of a post's poll is over."""

    post: PostId


class PollReopened(Event, frozen=True):
    """A poll that had ended is open again, asks something else or is gone: what was told of its end holds no more."""

    post: PostId


class Followed(Event, frozen=True):
    """`follower` follows `followed` from now on."""

    follower: AccountId
    followed: AccountId
    again: bool = False  # what a decision ended is as it was: nobody is told


class FollowRequested(Event, frozen=True):
    """`follower` asks to follow a locked account."""

    follower: AccountId
    followed: AccountId


class FollowRequestAnswered(Event, frozen=True):
    """A request to follow was accepted (a `Followed` comes with it), rejected, or withdrawn."""

    follower: AccountId
    followed: AccountId
    accepted: bool
    by: AccountId | None = None  # who answered or withdrew it; none: it was not noted
    uri: str | None = None  # what the request is called among servers


class Unfollowed(Event, frozen=True):
    """`follower` follows `followed` no more, by either one's wish."""

    follower: AccountId
    followed: AccountId
    by: AccountId | None = None  # whose wish it was; none: it was not noted
    uri: str | None = None  # what the follow is called among servers


class FollowsSevered(Event, frozen=True):
    """`account` lost follows because a server, or somebody of one, was shut out; all of them at once."""

    account: AccountId
    severance: int


class Blocked(Event, frozen=True):
    """`by` wants neither to see nor to be seen by `target`."""

    by: AccountId
    target: AccountId


class Unblocked(Event, frozen=True):
    """A block ended."""

    by: AccountId
    target: AccountId
    block: int = 0  # its id; 0 where it was not noted


class Muted(Event, frozen=True):
    """`by` does not want to see `target`."""

    by: AccountId
    target: AccountId


class Unmuted(Event, frozen=True):
    """A mute ended."""

    by: AccountId
    target: AccountId


class DomainBlocked(Event, frozen=True):
    """`by` wants nothing of another server any more."""

    by: AccountId
    domain: str


class FiltersChanged(Event, frozen=True):
    """The filters of an account are others than before."""

    account: AccountId


class ListChanged(Event, frozen=True):
    """A list of `owner` was made or deleted, or has other terms or members than before."""

    list: ListId
    owner: AccountId


class CollectionChanged(Event, frozen=True):
    """What `owner` says of a collection is other than before; `items` are those that were in it."""

    collection: int
    owner: AccountId
    items: tuple[int, ...] = ()


class AccountCollected(Event, frozen=True):
    """`owner` put an account into a collection."""

    collection: int
    item: int
    account: AccountId
    owner: AccountId


class AccountUncollected(Event, frozen=True):
    """An account is in a collection of `owner` no more."""

    collection: int
    item: int
    account: AccountId
    owner: AccountId


class AnnualReportMade(Event, frozen=True):
    """What an account asked to know of its year was worked out."""

    account: AccountId
    year: int


class NotificationsDismissed(Event, frozen=True):
    """`account` put away one notification (`only`), or all up to and with `until`: of one group, where it is named."""

    account: AccountId
    only: NotificationId | None = None
    until: NotificationId | None = None
    group: str | None = None


class NotificationFiltered(Event, frozen=True):
    """A notification was kept aside or dropped, as its reader's policy wanted it when it was told."""

    account: AccountId
    notification: NotificationId
    dropped: bool = False


class NotificationRequestAnswered(Event, frozen=True):
    """`account` let what was kept aside of `by`, up to and with `until`, stand among the rest, or threw it away."""

    account: AccountId
    by: AccountId
    accepted: bool
    until: NotificationId


class ConversationMarked(Event, frozen=True):
    """`account` read a conversation up to and with a post; without one, it counts as unread."""

    account: AccountId
    conversation: ConversationId
    read: PostId | None = None


class ConversationRemoved(Event, frozen=True):
    """`account` took a conversation from its list."""

    account: AccountId
    conversation: ConversationId


class MediaUploaded(Event, frozen=True):
    """A file was uploaded and is ready to be attached."""

    media: MediaId
    account: AccountId


class LetterWritten(Event, frozen=True):
    """A letter (e-mail) waits to be sent."""

    letter: int


class LoginCreated(Event, frozen=True):
    """Somebody signed up."""

    login: LoginId


class LoginChanged(Event, frozen=True):
    """A login was confirmed, approved, given another role, or its secrets changed."""

    login: LoginId


class ReportFiled(Event, frozen=True):
    """Somebody reported an account, perhaps with some of its posts."""

    report: int


class DecisionMade(Event, frozen=True):
    """The staff decided something; `account` is whom it affects, if it is about an account or its posts."""

    decision: int
    account: AccountId | None = None


class DecisionReversed(Event, frozen=True):
    """A decision ended the effects of an earlier one."""

    decision: int
    reversed: int
    account: AccountId | None = None


class DecisionProposed(Event, frozen=True):
    """Somebody of the staff proposed what needs others, too; nothing happens yet."""

    decision: int


class DecisionApproved(Event, frozen=True):
    """A decision that was in force as provisional had all whom it needed."""

    decision: int
    account: AccountId | None = None


class DecisionRefused(Event, frozen=True):
    """What was proposed will not take effect, because somebody said no or took it back."""

    decision: int


class StaffActed(Event, frozen=True):
    """Somebody of the staff did something, restricting or not."""

    act: int


class EntryRecorded(Event, frozen=True):
    """The public log has an entry at this place."""

    place: int


class AnnouncementPublished(Event, frozen=True):
    """The operators say something to everybody."""

    announcement: int


class AnnouncementReacted(Event, frozen=True):
    """Somebody reacted to an announcement with this emoji, or took it back."""

    announcement: int
    name: str


class AnnouncementRemoved(Event, frozen=True):
    """The operators took back what they said."""

    announcement: int


AnyEvent = (
    AccountCreated
    | AccountJoined
    | AccountUpdated
    | AccountMoved
    | AccountDeleted
    | PostPublished
    | PostEdited
    | PostDeleted
    | PostBoosted
    | QuoteRevoked
    | QuoteAsked
    | QuotePolicyChanged
    | QuoteAccepted
    | QuoteWaiting
    | AnswerAsked
    | BoostAsked
    | ReplyPlaced
    | PostFavourited
    | PostUnfavourited
    | PostPinned
    | TagFeatured
    | PollVoted
    | PollEnded
    | PollReopened
    | Followed
    | FollowRequested
    | FollowRequestAnswered
    | Unfollowed
    | FollowsSevered
    | Blocked
    | Unblocked
    | Muted
    | Unmuted
    | DomainBlocked
    | FiltersChanged
    | ListChanged
    | CollectionChanged
    | AccountCollected
    | AccountUncollected
    | AnnualReportMade
    | NotificationsDismissed
    | NotificationFiltered
    | NotificationRequestAnswered
    | ConversationMarked
    | ConversationRemoved
    | MediaUploaded
    | LetterWritten
    | LoginCreated
    | LoginChanged
    | ReportFiled
    | DecisionMade
    | DecisionReversed
    | DecisionProposed
    | DecisionApproved
    | DecisionRefused
    | StaffActed
    | EntryRecorded
    | AnnouncementPublished
    | AnnouncementReacted
    | AnnouncementRemoved
)
