"""What entries of the public log say, in sentences of the reader's language; nothing but the entry is known here."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET

from bema.domain.consulting import Told, instant
from bema.edge.web import citing
from bema.edge.web.citing import Cited
from bema.model.ids import Millis
from bema.wire.tlog.entries import (
    AnyEntry,
    AppealDecided,
    AppealOpened,
    By,
    DecisionApproved,
    DecisionExpired,
    DecisionLapsed,
    DecisionMade,
    DecisionPurged,
    DecisionRestored,
    DecisionReversed,
    DecisionUnanswered,
    Does,
    Ending,
    EntriesReadmitted,
    KeyRotated,
    Made,
    PolicyProposed,
    PolicyPublished,
    PolicyWithdrawn,
    RoleChanged,
    SettingsChanged,
)
from bema.wire.tongues import Tongue, words

# What was done, by act and by what it is about.
_MADE = {
    ("remove_comment", "account"): words("Something said about a proposal was hidden."),
    ("warn", "account"): words("An account was warned."),
    ("suspend", "account"): words("An account was suspended."),
    ("limit", "account"): words("An account was limited."),
    ("freeze", "account"): words("An account was frozen."),
    ("sensitive", "account"): words("The pictures of an account were covered."),
    ("note", "account"): words("A note was put beside an account or posts of its."),
    ("label", "account"): words("An account, or posts of its, got a label."),
    ("cover", "account"): words("Posts of an account were put behind a warning."),
    ("demote", "account"): words("Nobody is led to an account, or to posts of its, any more."),
    ("quiet", "account"): words("Who may answer an account, or posts of its, was limited."),
    ("block", "domain"): words("Another server was kept away."),
    ("block", "email_domain"): words("Addresses at a mail server were kept from signing up."),
    ("block", "email"): words("An e-mail address was kept from signing up."),
    ("block", "network"): words("A network was kept away."),
    ("allow", "domain"): words("Another server was let in."),
}
_ENDED = {
    "account": words("A decision about an account was taken back, wholly or in part."),
    "domain": words("A decision about another server was taken back, wholly or in part."),
    "email_domain": words("A decision about a mail server was taken back, wholly or in part."),
    "email": words("A decision about an e-mail address was taken back, wholly or in part."),
    "network": words("A decision about a network was taken back, wholly or in part."),
}
_EFFECTS = {
    "suspend": words("vanishes, with all that was said there"),
    "limit": words("found by followers alone"),
    "freeze": words("nobody can sign in for it"),
    "sensitive": words("pictures are covered until one asks to see them"),
    "remove": words("nobody sees it; all of it is kept"),
    "note": words("words of the staff stand beside it"),
    "label": words("it bears a label"),
    "cover": words("its text is behind a warning"),
    "demote": words("nobody is led to it by trends, suggestions, the directory or search"),
    "quiet": words("only its followers, and those whom it mentions, may answer, boost or quote it"),
    "reject_media": words("no pictures, videos or sounds are taken from there"),
    "reject_reports": words("no reports are taken from there"),
    "federate": words("may exchange posts with this square"),
    "no_sign_up": words("nobody can sign up from there"),
    "reviewed_sign_up": words("who signs up from there waits for approval"),
    "no_access": words("nothing is answered from here"),
}
_BY = {
    "member": words("Decided by somebody whose role was taken away since."),
    "moderator": words("Decided by a moderator."),
    "admin": words("Decided by an administrator."),
    "owner": words("Decided by an owner of the square."),
}
_APPROVED_BY = {
    "moderator": words("Approved by a moderator."),
    "admin": words("Approved by an administrator."),
    "owner": words("Approved by an owner of the square."),
}
_APPROVED_BY_ANOTHER = {  # of the same role as somebody who is named before
    "moderator": words("Approved by another moderator."),
    "admin": words("Approved by another administrator."),
    "owner": words("Approved by another owner of the square."),
}
ACTS = {
    "warn": words("Warnings"),
    "suspend": words("Suspensions"),
    "limit": words("Limits"),
    "freeze": words("Freezes"),
    "sensitive": words("Accounts whose pictures are covered"),
    "mark_posts_sensitive": words("Posts whose pictures are covered"),
    "remove_posts": words("Removals of posts"),
    "remove_comment": words("Comments hidden"),
    "block": words("Kept away"),
    "allow": words("Let in"),
    "note": words("Notes"),
    "label": words("Labels"),
    "cover": words("Warnings over posts"),
    "demote": words("Accounts and posts that nobody is led to"),
    "quiet": words("Limits to who may answer"),
    "appoint": words("Higher roles on the staff"),
    "dismiss": words("Lower roles on the staff"),
    "reverse": words("Taken back"),
    "lapse": words("Lapsed, for want of a second person"),
    "expire": words("Over, with their time"),
}
KINDS = {
    "account": words("Accounts"),
    "domain": words("Servers"),
    "email_domain": words("Mail servers"),
    "email": words("E-mail addresses"),
    "network": words("Networks"),
}
OUTCOMES = {
    "upheld": words("An objection was answered: the decision stays."),
    "reversed": words("An objection was answered: the decision was taken back."),
    "partly": words("An objection was answered: some of the decision was taken back."),
    "withdrawn": words("An objection was withdrawn by whoever made it."),
}
TYPES = {
    "log.opened": words("The log began"),
    "decision.made": words("Decisions"),
    "decision.approved": words("Approvals of provisional decisions"),
    "decision.reversed": words("Decisions taken back"),
    "decision.lapsed": words("Provisional decisions that lapsed"),
    "decision.expired": words("Decisions whose time was over"),
    "decision.unanswered": words("Proposals that nobody answered"),
    "appeal.opened": words("Objections to decisions"),
    "appeal.decided": words("Answers to objections"),
    "decision.restored": words("Accounts that came back, compared"),
    "decision.purged": words("What was destroyed when nobody could object any more"),
    "operator.role_changed": words("Changes of who is on the staff"),
    "operator.settings_changed": words("Changes of settings that matter"),
    "log.key_rotated": words("Changes of the key"),
    "operator.entries_readmitted": words("Entries put back from a copy"),
    **citing.TYPES,
}


class Verdict(msgspec.Struct, frozen=True):
    """An entry as a page tells it."""

    place: int
    type_seq: int
    at: Millis
    said: str
    is_decision: bool
    by: list[str] = []
    effects: list[str] = []
    clauses: list[Cited] = []
    pseudonym: str | None = None
    ends_at: Millis | None = None
    has_effects: bool = False
    reverses: int | None = None
    reversed_by: int | None = None
    wholly: bool = False
    remarks: list[str] = []
    approved_by: int | None = None
    approves: int | None = None
    about: int | None = None  # the entry that an appeal, or its answer, is about


def verdict(told: Told, speech: Tongue) -> Verdict:
    """Tell an entry."""
    entry = told.entry
    at = instant(entry.at)
    if isinstance(entry, DecisionApproved):
        return Verdict(
            told.place,
            entry.type_seq,
            at,
            said(entry, speech),
            is_decision=False,
            by=_all_by(entry.body.by, speech),
            approves=entry.body.approves,
        )
    if isinstance(entry, DecisionUnanswered):
        return Verdict(
            told.place,
            entry.type_seq,
            at,
            said(entry, speech),
            is_decision=False,
            by=_all_by(entry.body.by, speech, proposed=True),
            effects=_effects(entry.body.effects, speech),
        )
    if isinstance(entry, RoleChanged):
        return _role(told.place, entry, speech)
    if isinstance(entry, AppealOpened | AppealDecided):
        return _appeal(told.place, entry, speech)
    if isinstance(entry, DecisionRestored | DecisionPurged):
        about = entry.body.decision
        return Verdict(told.place, entry.type_seq, at, said(entry, speech), is_decision=False, about=about)
    if not isinstance(entry, DecisionMade | Ending):
        return Verdict(told.place, entry.type_seq, at, said(entry, speech), is_decision=False)
    made = entry.body if isinstance(entry, DecisionMade) else None
    does = entry.body.effects if isinstance(entry, DecisionMade) else entry.body.ended
    by = [] if isinstance(entry, DecisionLapsed | DecisionExpired) else entry.body.by
    return Verdict(
        told.place,
        entry.type_seq,
        at,
        said(entry, speech),
        is_decision=True,
        by=_all_by(by, speech),
        effects=_effects(does, speech),
        clauses=[] if isinstance(entry, DecisionLapsed | DecisionExpired) else citing.cited(entry.body.clauses, speech),
        pseudonym=entry.body.subject.pseudonym,
        ends_at=None if made is None or made.ends_at is None else instant(made.ends_at),
        has_effects=bool(does),
        reverses=entry.body.reverses if isinstance(entry, Ending) else None,
        reversed_by=told.reversed_by,
        wholly=told.wholly,
        remarks=[] if made is None else _remarks(made, speech, approved=told.approved_by is not None),
        approved_by=told.approved_by,
    )


def _role(place: int, entry: RoleChanged, speech: Tongue) -> Verdict:
    body = entry.body
    alone = [speech.gettext("Nobody else was there who could have agreed: one person alone decided.")]
    agreed = [] if body.agreed is UNSET else [msgspec.structs.replace(each, part="approver") for each in body.agreed]
    return Verdict(
        place,
        entry.type_seq,
        instant(entry.at),
        said(entry, speech),
        is_decision=False,
        by=_all_by((body.by, *agreed), speech),
        pseudonym=body.pseudonym,
        remarks=alone if body.single_operator is True else [],
    )


def _appeal(place: int, entry: AppealOpened | AppealDecided, speech: Tongue) -> Verdict:
    answered = entry.body if isinstance(entry, AppealDecided) else None
    remarks = []
    if answered is not None and answered.took_part:
        remarks.append(speech.gettext("Whoever answered had a part in the decision: there was nobody else."))
    if answered is not None and answered.late:
        remarks.append(speech.gettext("It was answered later than promised."))
    return Verdict(
        place,
        entry.type_seq,
        instant(entry.at),
        said(entry, speech),
        is_decision=False,
        by=[] if answered is None else _all_by(answered.by, speech),
        remarks=remarks,
        about=entry.body.decision if isinstance(entry, AppealOpened) else entry.body.appeal,
    )


def _remarks(made: Made, speech: Tongue, *, approved: bool) -> list[str]:
    """Say how it came about, where that is not the usual way."""
    found = []
    if made.provisional is True and not approved:
        found.append(
            speech.gettext("It took effect at once, and lapses after a day unless a second person approves it.")
        )
    elif made.provisional is True:
        found.append(speech.gettext("It took effect at once; a second person approved it afterwards."))
    if made.single_operator is True:
        found.append(speech.gettext("Nobody else was there who could have agreed: one person alone decided."))
    if made.detected is True:
        found.append(speech.gettext("A program drew attention to it."))
    if made.law is True:
        found.append(speech.gettext("It rests on a law."))
    if made.territory:
        countries = ", ".join(made.territory)
        found.append(speech.gettext("It holds in: %(countries)s.") % {"countries": countries})
    return found


def said(entry: AnyEntry, speech: Tongue) -> str:
    """Say in a sentence what an entry tells."""
    match entry:
        case DecisionMade():
            return _made(entry, speech)
        case DecisionReversed():
            known = _ENDED.get(entry.body.subject.kind)
            return speech.gettext(known) if known else speech.gettext("A decision was taken back, wholly or in part.")
        case DecisionApproved():
            return speech.gettext("A second person approved a decision that was provisional.")
        case DecisionLapsed():
            return speech.gettext("A provisional decision lapsed: no second person approved it within a day.")
        case DecisionExpired():
            return speech.gettext("The time of a decision was over.")
        case DecisionUnanswered():
            return speech.gettext(
                "Something was proposed, and not enough people answered in time: it never took effect."
            )
        case AppealOpened():
            return speech.gettext("Somebody objected to a decision about them.")
        case AppealDecided():
            return speech.gettext(OUTCOMES[entry.body.outcome])
        case DecisionRestored():
            if {"posts", "files"}.isdisjoint(entry.body.differing):
                return speech.gettext("A suspended account is back, with all of its posts and files as they were.")
            return speech.gettext("A suspended account is back; its posts or files are not all as they were.")
        case DecisionPurged():
            return speech.gettext(
                "What a decision had taken out of sight was destroyed, as nobody could object any more."
            )
        case RoleChanged():
            roles = {"before": _role_name(entry.body.before, speech), "after": _role_name(entry.body.after, speech)}
            return speech.gettext("Somebody got another role on the staff: %(after)s; before: %(before)s.") % roles
        case SettingsChanged():
            return speech.gettext("Settings that matter were changed.")
        case PolicyProposed() | PolicyPublished() | PolicyWithdrawn():
            return citing.said(entry, speech)
        case KeyRotated():
            return speech.gettext("Another key signs the log from here on; the old key says so.")
        case EntriesReadmitted():
            count = entry.body.count
            return speech.ngettext(
                "%(count)s entry was put back from a copy, after a database was lost. What it decided is not in force.",
                "%(count)s entries were put back from a copy, after a database was lost. What they decided is not in force.",
                count,
            ) % {"count": speech.number(count)}
    return speech.gettext("The log began, under its name and with its first key.")


_ROLES = {
    "member": words("none"),
    "moderator": words("moderator"),
    "admin": words("administrator"),
    "owner": words("owner of the square"),
}


def _role_name(role: str, speech: Tongue) -> str:
    return speech.gettext(_ROLES[role]) if role in _ROLES else role


def _made(entry: DecisionMade, speech: Tongue) -> str:
    body = entry.body
    count = sum(each.count for each in body.effects if each.on == "post")
    number = {"count": speech.number(count)}
    if body.act == "remove_posts":
        return speech.ngettext("%(count)s post was removed.", "%(count)s posts were removed.", count) % number
    if body.act == "mark_posts_sensitive":
        return (
            speech.ngettext(
                "The pictures of %(count)s post were covered.", "The pictures of %(count)s posts were covered.", count
            )
            % number
        )
    known = _MADE.get((body.act, body.subject.kind))
    return speech.gettext(known) if known else speech.gettext("Something was decided: %(act)s.") % {"act": body.act}


def _effects(does: Sequence[Does], speech: Tongue) -> list[str]:
    return [effect(each, speech) for each in dict.fromkeys(each.effect for each in does)]


def effect(name: str, speech: Tongue) -> str:
    """Say what an effect does."""
    return speech.gettext(_EFFECTS[name]) if name in _EFFECTS else name


_PROPOSED_BY = {
    "moderator": words("Proposed by a moderator."),
    "admin": words("Proposed by an administrator."),
    "owner": words("Proposed by an owner of the square."),
}


def _all_by(all_: Sequence[By], speech: Tongue, *, proposed: bool = False) -> list[str]:
    """Say who stood behind it, in their order."""
    named: set[str] = set()
    said = []
    for one in all_:
        if proposed and one.part != "approver" and one.role in _PROPOSED_BY:
            said.append(speech.gettext(_PROPOSED_BY[one.role]))
        else:
            said.append(_by(one, speech, _APPROVED_BY_ANOTHER if one.role in named else _APPROVED_BY))
        named.add(one.role)
    return said


def _by(one: By, speech: Tongue, approved_by: Mapping[str, str]) -> str:
    approved = one.part == "approver"
    if one.pseudonym is None and approved:
        return speech.gettext("Approved by the operator, at the machine itself.")
    if one.pseudonym is None:
        return speech.gettext("Decided by the operator, at the machine itself.")
    known = approved_by if approved else _BY
    return speech.gettext(known[one.role]) if one.role in known else one.role
