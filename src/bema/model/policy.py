"""Rules that need no database: who may see a post, which scope contains which."""

from enum import IntEnum, StrEnum


class Visibility(IntEnum):
    """Who a post is for, from the widest to the narrowest; the numbers are stored."""

    PUBLIC = 0
    UNLISTED = 1
    FOLLOWERS = 2
    DIRECT = 3


class QuotePolicy(IntEnum):
    """Who may quote a post beside its author, at once or with the author's word; the numbers are stored."""

    PUBLIC = 0
    FOLLOWERS = 1
    NOBODY = 2
    ASKED = 3  # everybody, when the author says so
    FOLLOWERS_ASKED = 4  # followers, when the author says so
    FOLLOWERS_OR_ASKED = 5  # followers at once, all others when the author says so

    @property
    def at_once(self) -> "QuotePolicy":
        """Who need not ask."""
        match self:
            case QuotePolicy.FOLLOWERS_OR_ASKED:
                return QuotePolicy.FOLLOWERS
            case QuotePolicy.ASKED | QuotePolicy.FOLLOWERS_ASKED:
                return QuotePolicy.NOBODY
        return self

    @property
    def when_asked(self) -> "QuotePolicy":
        """Whom the author lets if they want to."""
        match self:
            case QuotePolicy.ASKED | QuotePolicy.FOLLOWERS_OR_ASKED:
                return QuotePolicy.PUBLIC
            case QuotePolicy.FOLLOWERS_ASKED:
                return QuotePolicy.FOLLOWERS
        return QuotePolicy.NOBODY


class QuoteLeave(StrEnum):
    """Whether somebody may quote a post."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"  # if its author lets them
    DENIED = "denied"


class QuoteState(IntEnum):
    """What the author of a quoted post said to the quote; the numbers are stored."""

    PENDING = 0  # asked, and not answered yet
    ACCEPTED = 1
    REJECTED = 2
    REVOKED = 3  # accepted once, and taken back


class Kind(IntEnum):
    """What speaks behind an account; it gives the avatar its shape. The numbers are stored."""

    PERSON = 0
    INSTITUTION = 1
    AUTOMATED = 2


class Role(IntEnum):
    """What a login may do on this server; the numbers are stored and ordered."""

    MEMBER = 0
    MODERATOR = 1
    ADMIN = 2
    OWNER = 3


class Standing(IntEnum):
    """Whether an account takes part; the numbers are stored."""

    ACTIVE = 0
    PENDING = 1  # signed up, not yet confirmed or approved: nobody sees it
    SUSPENDED = 2  # taken out by a decision: nobody sees it
    DELETED = 3


def may_see(
    visibility: Visibility,
    *,
    is_author: bool,
    author_active: bool,
    blocked_by_author: bool,
    follows_author: bool,
    mentioned: bool,
    removed: bool = False,
) -> bool:
    """Decide whether a viewer may see a post. `store/visible.py` holds the same rule in SQL; a test proves them equal."""
    if removed:
        return False
    if is_author:
        return True
    if not author_active or blocked_by_author:
        return False
    match visibility:
        case Visibility.PUBLIC | Visibility.UNLISTED:
            return True
        case Visibility.FOLLOWERS:
            return follows_author or mentioned
        case Visibility.DIRECT:
            return mentioned


def may_quote(visibility: Visibility, policy: QuotePolicy, *, is_author: bool, follows_author: bool) -> bool:
    """Decide whether somebody who sees a post may quote it at once."""
    leave = leave_to_quote(visibility, policy, is_author=is_author, follows_author=follows_author)
    return leave is QuoteLeave.AUTOMATIC


def leave_to_quote(visibility: Visibility, policy: QuotePolicy, *, is_author: bool, follows_author: bool) -> QuoteLeave:
    """Decide how somebody who sees a post may quote it. What is said to a few is for no one else's stage."""
    if visibility is Visibility.DIRECT:
        return QuoteLeave.DENIED
    if is_author:
        return QuoteLeave.AUTOMATIC
    if visibility is Visibility.FOLLOWERS:
        return QuoteLeave.DENIED
    for who, leave in ((policy.at_once, QuoteLeave.AUTOMATIC), (policy.when_asked, QuoteLeave.MANUAL)):
        if who is QuotePolicy.PUBLIC or (who is QuotePolicy.FOLLOWERS and follows_author):
            return leave
    return QuoteLeave.DENIED


_NOUNS_READ = (
    "accounts blocks bookmarks collections favourites filters follows lists mutes notifications search statuses"
)
_NOUNS_WRITE = (
    "accounts blocks bookmarks collections conversations favourites filters follows lists media mutes notifications "
    "reports statuses"
)
_NOUNS_ADMIN = "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks canonical_email_blocks"
SCOPES = frozenset(
    ["read", "write", "follow", "push", "profile", "admin:read", "admin:write"]
    + [f"read:{noun}" for noun in _NOUNS_READ.split()]
    + [f"write:{noun}" for noun in _NOUNS_WRITE.split()]
    + [f"admin:{verb}:{noun}" for verb in ("read", "write") for noun in _NOUNS_ADMIN.split()]
)
_FOLLOW = frozenset(f"{verb}:{noun}" for verb in ("read", "write") for noun in ("blocks", "follows", "mutes"))


def scope_allows(granted: frozenset[str], wanted: str) -> bool:
    """Decide whether granted scopes contain the wanted one: `read` contains `read:statuses`, `follow` is the legacy trio."""
    if wanted in granted or wanted.rpartition(":")[0] in granted:  # `admin:read` contains `admin:read:accounts`
        return True
    return wanted in _FOLLOW and "follow" in granted
