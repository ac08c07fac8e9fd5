"""What cases and decisions are called at the desk of the staff, in the reader's language."""

from bema.model.casework import Priority
from bema.model.decisions import Act, Effect, Label, State, Voice
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
    Act.BLOCK: words("Keep away"),
    Act.ALLOW: words("Let in"),
    Act.REVERSE: words("Take back"),
    Act.LAPSE: words("Lapsed"),
    Act.EXPIRE: words("Time over"),
}
_STATES = {
    State.PROPOSED: words("Waits for a second person; nothing has happened yet"),
    State.REFUSED: words("Refused: it never took effect"),
    State.WITHDRAWN: words("Withdrawn: it never took effect"),
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
_DEEDS = {
    "assign": words("took on"),
    "unassign": words("left to others"),
    "resolve": words("resolved"),
    "reopen": words("took up again"),
    "classify": words("said what it is about"),
    "rank": words("changed how urgent it is"),
    "write_note": words("wrote a note to"),
    "open": words("opened"),
    "close": words("closed"),
    "approve": words("let in"),
    "reject": words("sent away"),
    "delete": words("deleted for good"),
    "review": words("reviewed"),
    "approve_decision": words("approved a decision about"),
    "refuse_decision": words("refused a decision about"),
    "withdraw_decision": words("withdrew a decision about"),
    "publish_announcement": words("announced"),
    "remove_announcement": words("took back"),
    "let_trend": words("let trend"),
    "keep_from_trending": words("kept from trending"),
    "appoint": words("gave a role to"),
}
_THINGS = {
    "account": words("an account"),
    "post": words("a post"),
    "domain": words("a server"),
    "email_domain": words("a mail server"),
    "network": words("a network"),
    "email": words("an e-mail address"),
    "report": words("a report"),
    "case": words("a case"),
    "tag": words("a tag"),
    "link": words("a link"),
    "publisher": words("a publisher"),
    "announcement": words("an announcement"),
    "policy": words("a policy"),
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
}


def named(speech: Tongue) -> dict[str, dict[str, str]]:
    """Return what everything at the desk is called, by the words that are stored."""

    def say(known: dict[str, str]) -> dict[str, str]:
        return {code: speech.gettext(name) for code, name in known.items()}

    return {
        "acts": say({code.value: name for code, name in _ACTS.items()}),
        "states": say({code.value: name for code, name in _STATES.items()}),
        "queues": say(_QUEUES),
        "priorities": say({str(int(code)): name for code, name in _PRIORITIES.items()}),
        "roles": say({str(int(code)): name for code, name in _ROLES.items()}),
        "voices": say({code.value: name for code, name in _VOICES.items()}),
        "done": say(_DEEDS),
        "things": say(_THINGS),
        "effects": say({code.value: name for code, name in _EFFECTS.items()}),
    }


def labels(speech: Tongue) -> dict[str, str]:
    """Return what labels are called."""
    return {code.value: speech.gettext(name) for code, name in _LABELS.items()}
