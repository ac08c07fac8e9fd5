"""Decisions: what the staff can decide about a person, a post, a domain or the door, and what of it takes effect where."""

from enum import IntEnum, StrEnum

import msgspec

from bema.model.ids import AccountId, LoginId, Millis, PostId
from bema.model.policy import Role


class SubjectKind(StrEnum):
    """What a decision is about; the words are stored."""

    ACCOUNT = "account"
    POST = "post"
    DOMAIN = "domain"
    EMAIL_DOMAIN = "email_domain"
    NETWORK = "network"
    EMAIL = "email"  # a digest of an address
    REPORT = "report"
    CASE = "case"
    TAG = "tag"
    LINK = "link"
    PUBLISHER = "publisher"
    ANNOUNCEMENT = "announcement"
    POLICY = "policy"  # a version of a document
    COMMENT = "comment"  # on a proposal of one


class Subject(msgspec.Struct, frozen=True):
    """One thing that is decided about or acted upon, by its id or by its name."""

    kind: SubjectKind
    id: int | None = None
    name: str | None = None


class Effect(StrEnum):
    """What a decision does to its target, as long as it is in force; the words are stored."""

    SUSPEND = "suspend"  # account, domain: vanishes, with all that it said
    LIMIT = "limit"  # account, domain: found by its followers alone
    FREEZE = "freeze"  # account: nobody can sign in for it
    SENSITIVE = "sensitive"  # account, post: its pictures are covered
    REMOVE = "remove"  # post: nobody sees it; all of it is kept
    REJECT_MEDIA = "reject_media"  # domain
    REJECT_REPORTS = "reject_reports"  # domain
    NOTE = "note"  # account, post: words of the staff stand beside it
    LABEL = "label"  # account, post: it bears a word of `Label`
    COVER = "cover"  # post: its text is behind a warning
    DEMOTE = "demote"  # account, post: nobody is led to it
    QUIET = "quiet"  # account, post: nobody but its followers, or those whom it mentions, may answer, boost or quote it
    FEDERATE = "federate"  # domain: may talk with us where only named ones may
    NO_SIGN_UP = "no_sign_up"  # e-mail domain, network, address
    REVIEWED_SIGN_UP = "reviewed_sign_up"  # network: who signs up from there waits for approval
    NO_ACCESS = "no_access"  # network


class Act(StrEnum):
    """What a decision is called; the words are stored."""

    WARN = "warn"
    SUSPEND = "suspend"
    LIMIT = "limit"
    FREEZE = "freeze"
    SENSITIVE = "sensitive"
    MARK_POSTS_SENSITIVE = "mark_posts_sensitive"
    REMOVE_POSTS = "remove_posts"
    REMOVE_COMMENT = "remove_comment"  # on a proposal
    NOTE = "note"
    LABEL = "label"
    COVER = "cover"
    DEMOTE = "demote"
    QUIET = "quiet"
    BLOCK = "block"  # a domain, network or address
    ALLOW = "allow"  # a domain
    APPOINT = "appoint"  # somebody gets a higher role on the staff, which no row of decisions says
    DISMISS = "dismiss"  # somebody gets a lower one, or none
    REVERSE = "reverse"
    LAPSE = "lapse"  # a provisional decision had not all whom it needed, in time
    EXPIRE = "expire"  # the time for which something was decided is over


class Deed(StrEnum):
    """What else the staff does, beside deciding; the words are stored."""

    ASSIGN = "assign"  # to oneself
    HAND_OVER = "hand_over"  # to a colleague
    UNASSIGN = "unassign"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLASSIFY = "classify"
    RANK = "rank"
    WRITE_NOTE = "write_note"
    DRAFT = "draft"
    OPEN = "open"
    CLOSE = "close"
    APPROVE = "approve"
    REJECT = "reject"
    DELETE = "delete"
    PURGE = "purge"
    REVIEW = "review"
    APPROVE_DECISION = "approve_decision"
    REFUSE_DECISION = "refuse_decision"
    WITHDRAW_DECISION = "withdraw_decision"
    TAKE_APPEAL = "take_appeal"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_REVERSED = "appeal_reversed"
    APPEAL_PARTLY = "appeal_partly"
    PROPOSE = "propose"  # a version of a policy; so the next three
    ASK = "ask"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    PUBLISH_ANNOUNCEMENT = "publish_announcement"
    REMOVE_ANNOUNCEMENT = "remove_announcement"
    LET_TREND = "let_trend"
    KEEP_FROM_TRENDING = "keep_from_trending"
    RETRY_DELIVERIES = "retry_deliveries"
    DROP_DELIVERIES = "drop_deliveries"
    ADD_RELAY = "add_relay"
    REMOVE_RELAY = "remove_relay"
    APPOINT = "appoint"
    PROPOSE_ROLE = "propose_role"
    APPROVE_ROLE = "approve_role"
    REFUSE_ROLE = "refuse_role"
    WITHDRAW_ROLE = "withdraw_role"
    TAKE_READERS = "take_readers"  # who has somebody's posts by e-mail; so the next four
    REMOVE_READER = "remove_reader"
    REMOVE_READERS = "remove_readers"
    KEEP_IN = "keep_in"
    LET_OUT = "let_out"


ENDING = (Act.REVERSE, Act.LAPSE, Act.EXPIRE)  # what these do is to end effects of another decision


class State(StrEnum):
    """Where a decision stands; the words are stored."""

    PROPOSED = "proposed"  # waits for others; nothing happens yet
    REFUSED = "refused"  # one of those said no; it never took effect
    WITHDRAWN = "withdrawn"  # by who proposed it; it never took effect
    UNANSWERED = "unanswered"  # nobody answered it in time; it never took effect
    PROVISIONAL = "provisional"  # in force at once, and waits for others; lapses without them
    IN_FORCE = "in_force"  # by all whom it needed
    LAPSED = "lapsed"  # was provisional
    EXPIRED = "expired"  # its time is over
    REVERSED = "reversed"  # all that it did was taken back


BEGUN = (State.PROVISIONAL, State.IN_FORCE, State.LAPSED, State.EXPIRED, State.REVERSED)  # these took effect
STANDING = (State.PROVISIONAL, State.IN_FORCE)  # these are in force


class Voice(StrEnum):
    """What somebody of the staff said to a decision; the words are stored."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class Course(StrEnum):
    """How a decision begins that needs more than one."""

    PROPOSED = "proposed"  # it waits for the others
    AT_ONCE = "at_once"  # it is in force as provisional, and lapses without the others


class Label(StrEnum):
    """The words that an account or post may bear; they are stored, and said in every language of the square."""

    SATIRE = "satire"
    PARODY = "parody"
    DISPUTED = "disputed"  # what it says is contested by sources that are named in the decision
    MANIPULATED = "manipulated"  # pictures or sound were changed
    SPAM_LIKE = "spam_like"
    STATE_MEDIA = "state_media"


class Severity(IntEnum):
    """How far a domain is kept away; the numbers are stored and ordered."""

    NOOP = 0
    LIMIT = 1
    SUSPEND = 2


class DoorSeverity(IntEnum):
    """What happens to who comes from a network; the numbers are stored and ordered."""

    REVIEW = 0
    NO_SIGN_UP = 1
    NO_ACCESS = 2


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a measure at the door is carried out, and what is said of it."""

    severity: int = 0  # `Severity` of a domain, `DoorSeverity` of a network
    reject_media: bool = False
    reject_reports: bool = False
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool = False  # its name is shown to the public in part only
    comment: str = ""  # of a network
    replaces: str | None = None  # the network that it was about before; what was said of that ends when all agreed


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """Why something is decided, and what it rests on."""

    reasons: str = ""
    facts: str = ""
    clauses: list[str] = []
    law: str = ""
    territory: list[str] = []
    detected: bool = False
    posts: list[PostId] = []
    report: int | None = None
    case: int | None = None


class Decision(msgspec.Struct, frozen=True, gc=False):
    """A decision as it was made, and where it stands."""

    id: int
    subject: Subject
    act: Act
    state: State
    by_login: LoginId | None
    by_account: AccountId | None
    by_role: Role
    reasons: str
    facts: str
    clauses: list[str]
    law: str
    territory: list[str]
    detected: bool
    automated: bool
    posts: list[PostId]
    report: int | None
    case: int | None
    reverses: int | None
    needs: int
    provisional: bool
    single_operator: bool
    proposed_at: Millis
    starts_at: Millis
    approved_at: Millis | None
    lasts: Millis | None
    ends_at: Millis | None
    answer_until: Millis | None = None
    terms: Terms | None = None


class Approval(msgspec.Struct, frozen=True, gc=False):
    """What one of the staff said to a decision."""

    decision: int
    login: LoginId | None  # none: who has the command line
    account: AccountId | None
    role: Role
    voice: Voice
    counted: bool
    at: Millis
