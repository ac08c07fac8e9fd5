"""What cases and decisions are called at the desk of the staff, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from bema.model.casework import Priority
from bema.model.decisions import Act, Deed, Effect, Label, State, SubjectKind, Voice
from bema.model.policy import Role
from bema.wire.tongues import Tongue, words

_ACTS = {
    Act.WARN: words("Warn"),
    Act.NOTE: words("Put a note beside it"),
    Act.LABEL: words("Label"),
    Act.COVER: words("Put posts behind a warning"),
    Act.SENSITIVE: words("Cover all pictures of the account"),
    Act.MARK_POSTS_SENSITIVE: words("Cover the pictures of posts"),
    Act.DEMOTE: words("Lead nobody to it"),
    Act.QUIET: words("Limit who may answer"),
    Act.REMOVE_POSTS: words("Remove posts"),
    Act.LIMIT: words("Limit the account"),
    Act.FREEZE: words("Freeze the account"),
    Act.SUSPEND: words("Suspend the account"),
    Act.REMOVE_COMMENT: words("Hide something said about a proposal"),
    Act.BLOCK: words("Keep away"),
    Act.ALLOW: words("Let in"),
    Act.APPOINT: words("Give a higher role"),
    Act.DISMISS: words("Give a lower role"),
    Act.REVERSE: words("Take back"),
    Act.LAPSE: words("Lapsed"),
    Act.EXPIRE: words("Time over"),
}
_STATES = {
    State.PROPOSED: words("Waits for a second person; nothing has happened yet"),
    State.REFUSED: words("Refused: it never took effect"),
    State.WITHDRAWN: words("Withdrawn: it never took effect"),
    State.UNANSWERED: words("Lapsed: not enough people answered in time, and it never took effect"),
    State.PROVISIONAL: words("In force as provisional; waits for a second person"),
    State.IN_FORCE: words("In force"),
    State.LAPSED: words("Lapsed: nobody approved it in time"),
    State.EXPIRED: words("Over: its time has passed"),
    State.REVERSED: words("Taken back"),
}
_QUEUES = {
    "legal": words("Against the law"),
    "violation": words("Against the rules"),
    "spam": words("Spam"),
    "other": words("Something else"),
}
_PRIORITIES = {
    Priority.NORMAL: words("Normal"),
    Priority.HIGH: words("High"),
    Priority.URGENT: words("Urgent"),
}
_ROLES = {
    Role.MEMBER: words("Nobody: the time was over"),
    Role.MODERATOR: words("Moderator"),
    Role.ADMIN: words("Administrator"),
    Role.OWNER: words("Owner"),
}
_VOICES = {
    Voice.PROPOSED: words("proposed it"),
    Voice.APPROVED: words("approved it"),
    Voice.REFUSED: words("refused it"),
}
_LABELS = {
    Label.SATIRE: words("Satire"),
    Label.PARODY: words("Parody"),
    Label.DISPUTED: words("Disputed"),
    Label.MANIPULATED: words("Manipulated picture or sound"),
    Label.SPAM_LIKE: words("Looks like spam"),
    Label.STATE_MEDIA: words("State media"),
}
_DEEDS = {  # of the acts, those that are told otherwise when they were done
    Act.WARN: words("warned"),
    Act.NOTE: words("decided on a note beside"),
    Act.LABEL: words("decided on a label for"),
    Act.COVER: words("decided to put posts behind a warning of"),
    Act.SENSITIVE: words("decided to cover all pictures of"),
    Act.MARK_POSTS_SENSITIVE: words("decided to cover pictures in posts of"),
    Act.DEMOTE: words("decided that nobody is led to"),
    Act.QUIET: words("decided to limit who may answer"),
    Act.REMOVE_POSTS: words("decided to remove posts of"),
    Act.REMOVE_COMMENT: words("hid what was said about a proposal by"),
    Act.LIMIT: words("decided to limit"),
    Act.FREEZE: words("decided to freeze"),
    Act.SUSPEND: words("decided to suspend"),
    Act.BLOCK: words("decided to keep away"),
    Act.ALLOW: words("let in"),
    Act.REVERSE: words("took back a decision about"),
    Act.LAPSE: words("let a decision lapse about"),
    Act.EXPIRE: words("let the time be over of a decision about"),
    Deed.ASSIGN: words("took on"),
    Deed.HAND_OVER: words("handed over"),
    Deed.UNASSIGN: words("left to others"),
    Deed.RESOLVE: words("resolved"),
    Deed.REOPEN: words("took up again"),
    Deed.CLASSIFY: words("said what it is about"),
    Deed.RANK: words("changed how urgent it is"),
    Deed.WRITE_NOTE: words("wrote a note to"),
    Deed.DRAFT: words("drafted a decision in"),
    Deed.OPEN: words("opened"),
    Deed.CLOSE: words("closed"),
    Deed.APPROVE: words("let in"),
    Deed.REJECT: words("sent away"),
    Deed.DELETE: words("deleted for good"),
    Deed.PURGE: words("destroyed what was kept of"),
    Deed.REVIEW: words("reviewed"),
    Deed.APPROVE_DECISION: words("approved a decision about"),
    Deed.REFUSE_DECISION: words("refused a decision about"),
    Deed.WITHDRAW_DECISION: words("withdrew a decision about"),
    Deed.TAKE_APPEAL: words("took on the objection of"),
    Deed.APPEAL_UPHELD: words("let a decision stay, and answered the objection of"),
    Deed.APPEAL_REVERSED: words("took a decision back, and answered the objection of"),
    Deed.APPEAL_PARTLY: words("took some of a decision back, and answered the objection of"),
    Deed.PROPOSE: words("asked everybody about"),
    Deed.ASK: words("wants to publish"),
    Deed.PUBLISH: words("published"),
    Deed.WITHDRAW: words("withdrew"),
    Deed.PUBLISH_ANNOUNCEMENT: words("announced"),
    Deed.REMOVE_ANNOUNCEMENT: words("took back"),
    Deed.LET_TREND: words("let trend"),
    Deed.KEEP_FROM_TRENDING: words("kept from trending"),
    Deed.RETRY_DELIVERIES: words("had everything delivered again to"),
    Deed.DROP_DELIVERIES: words("threw away what waited for"),
    Deed.ADD_RELAY: words("added as a relay"),
    Deed.REMOVE_RELAY: words("removed as a relay"),
    Deed.APPOINT: words("gave a role to"),
    Act.DISMISS: words("took a role from"),
    Deed.PROPOSE_ROLE: words("proposed another role for"),
    Deed.APPROVE_ROLE: words("agreed to another role for"),
    Deed.REFUSE_ROLE: words("refused another role for"),
    Deed.WITHDRAW_ROLE: words("took back what they proposed for"),
    Deed.TAKE_READERS: words("took a list of those along who have by e-mail the posts of"),
    Deed.REMOVE_READER: words("removed an e-mail reader of"),
    Deed.REMOVE_READERS: words("removed all e-mail readers of"),
    Deed.KEEP_IN: words("stopped the e-mails with the posts of"),
    Deed.LET_OUT: words("let go out by e-mail the posts of"),
}
_THINGS = {
    SubjectKind.ACCOUNT: words("an account"),
    SubjectKind.POST: words("a post"),
    SubjectKind.DOMAIN: words("a server"),
    SubjectKind.EMAIL_DOMAIN: words("a mail server"),
    SubjectKind.NETWORK: words("a network"),
    SubjectKind.EMAIL: words("an e-mail address"),
    SubjectKind.REPORT: words("a report"),
    SubjectKind.CASE: words("a case"),
    SubjectKind.TAG: words("a tag"),
    SubjectKind.LINK: words("a link"),
    SubjectKind.PUBLISHER: words("a publisher"),
    SubjectKind.ANNOUNCEMENT: words("an announcement"),
    SubjectKind.POLICY: words("a policy"),
    SubjectKind.COMMENT: words("something said about a proposal"),
}
_EFFECTS = {
    Effect.SUSPEND: words("suspended"),
    Effect.LIMIT: words("limited"),
    Effect.FREEZE: words("frozen"),
    Effect.SENSITIVE: words("pictures covered"),
    Effect.REMOVE: words("removed"),
    Effect.NOTE: words("bears a note"),
    Effect.LABEL: words("bears a label"),
    Effect.COVER: words("behind a warning"),
    Effect.DEMOTE: words("nobody is led to it"),
    Effect.QUIET: words("few may answer"),
    Effect.REJECT_MEDIA: words("no pictures, videos or sounds are taken from there"),
    Effect.REJECT_REPORTS: words("no reports are taken from there"),
    Effect.FEDERATE: words("may exchange posts with this square"),
    Effect.NO_SIGN_UP: words("nobody can sign up from there"),
    Effect.REVIEWED_SIGN_UP: words("who signs up from there waits for approval"),
    Effect.NO_ACCESS: words("nothing is answered from here"),
}


def named(speech: Tongue) -> dict[str, dict[str, str]]:
    """Return what everything at the desk is called, by the words that are stored."""

    def say(known: Mapping[Any, str]) -> dict[str, str]:
        return {str(code): speech.gettext(name) for code, name in known.items()}

    return {
        "acts": say(_ACTS),
        "states": say(_STATES),
        "queues": say(_QUEUES),
        "priorities": say({str(int(code)): name for code, name in _PRIORITIES.items()}),
        "roles": say({str(int(code)): name for code, name in _ROLES.items()}),
        "voices": say(_VOICES),
        "done": say(_DEEDS),
        "things": say(_THINGS),
        "effects": say(_EFFECTS),
    }


def labels(speech: Tongue) -> dict[str, str]:
    """Return what labels are called."""
    return {code.value: speech.gettext(name) for code, name in _LABELS.items()}
