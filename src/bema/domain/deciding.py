"""Deciding: whatever restricts somebody is a decision, made here; what it does is worked out from the decisions in force.

Nothing else sets what `store/effects.py` sets. A decision is never changed or deleted: another one ends its effects, and
then all is as if it had not been, because nothing was destroyed.
"""

from collections.abc import Sequence

from msgspec import structs

from bema.domain import letters, recording
from bema.model import limits
from bema.model.decisions import Act, Decision, Effect, Grounds, Severity, Subject, SubjectKind
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.events import DecisionMade, DecisionReversed, StaffActed
from bema.model.ids import AccountId, Millis, PostId
from bema.model.permissions import Staff
from bema.model.policy import Role, Standing
from bema.model.site import Site
from bema.model.views import Account
from bema.store import accounts, decisions, domain_measures, effects, logins, posts, reports, staff_people
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx

_ON_ACCOUNTS = {
    Act.WARN: None,
    Act.SUSPEND: Effect.SUSPEND,
    Act.LIMIT: Effect.LIMIT,
    Act.FREEZE: Effect.FREEZE,
    Act.SENSITIVE: Effect.SENSITIVE,
}
_ON_POSTS = {Act.REMOVE_POSTS: Effect.REMOVE, Act.MARK_POSTS_SENSITIVE: Effect.SENSITIVE}
_NO_GROUNDS = Grounds()

# --- The two that all others use --------------------------------------------------------------------------------------


def decide(
    tx: WriteTx,
    staff: Staff,
    subject: Subject,
    act: Act,
    grounds: Grounds,
    what: Sequence[tuple[Effect, Subject]],
    *,
    ends_at: Millis | None = None,
) -> int:
    """Make a decision, let it take effect, and return its id. Who may make it was checked before."""
    if len(grounds.reasons) > limits.REASONS_CHARACTERS:
        raise Invalid(f"Validation failed: Text is too long (maximum is {limits.REASONS_CHARACTERS} characters)")
    id_ = decisions.add(tx, subject, act, staff, grounds, what, ends_at=ends_at)
    recording.record(tx, id_)
    _apply(tx, [target for _, target in what])
    note(tx, staff, act.value, subject, id_)
    tx.emit(DecisionMade(decision=id_, account=_account_of(subject)))
    return id_


def reverse(
    tx: WriteTx,
    staff: Staff,
    subject: Subject,
    target: Subject,
    what: Sequence[Effect] = tuple(Effect),
    grounds: Grounds = _NO_GROUNDS,
) -> bool:
    """End effects that a target is under, each decision's by a decision of its own; False where there were none."""
    of_decisions: dict[int, list[Effect]] = {}
    for decision_id, effect in decisions.in_force(tx, target):
        if effect in what:
            of_decisions.setdefault(decision_id, []).append(effect)
    for reversed_id, ended in of_decisions.items():
        id_ = decisions.add(tx, subject, Act.REVERSE, staff, grounds, [], reverses=reversed_id)
        for effect in ended:
            decisions.end(tx, reversed_id, effect, target, id_)
        recording.record(tx, id_)
        note(tx, staff, Act.REVERSE.value, subject, id_)
        tx.emit(DecisionReversed(decision=id_, reversed=reversed_id, account=_account_of(subject)))
    _apply(tx, [target])
    return bool(of_decisions)


def note(tx: WriteTx, staff: Staff, act: str, subject: Subject, decision_id: int | None = None) -> None:
    """Leave a trace of what somebody of the staff did, restricting or not."""
    tx.emit(StaffActed(act=decisions.add_act(tx, staff, act, subject, decision_id)))


def _apply(tx: WriteTx, targets: Sequence[Subject]) -> None:
    for target in targets:
        match target:
            case Subject(SubjectKind.ACCOUNT, int(id_)):
                effects.apply_to_account(tx, AccountId(id_), domain_severity(tx, AccountId(id_)))
            case Subject(SubjectKind.POST, int(id_)):
                effects.apply_to_post(tx, PostId(id_))


def domain_severity(tx: Tx, account_id: AccountId) -> Severity:
    """Return how far an account is kept away because of where it is from."""
    found = accounts.by_id(tx, account_id)
    if found is None or found.domain is None:
        return Severity.NOOP
    return domain_measures.severity_of(tx, found.domain)


def _account_of(subject: Subject) -> AccountId | None:
    return AccountId(subject.id) if subject.kind is SubjectKind.ACCOUNT and subject.id is not None else None


# --- About accounts and their posts -----------------------------------------------------------------------------------


def about(account_id: AccountId) -> Subject:
    """Name an account as what is decided about."""
    return Subject(SubjectKind.ACCOUNT, account_id)


def on_account(
    tx: WriteTx, site: Site, staff: Staff, account_id: AccountId, act: Act, grounds: Grounds, *, by_letter: bool
) -> int:
    """Warn or restrict an account; what was reported about it is resolved by that."""
    target = subordinate(tx, staff, account_id)
    if act in (Act.WARN, Act.FREEZE) and target.domain is not None:
        raise Invalid("Validation failed: Type is not included in the list")
    effect, grounds = _ON_ACCOUNTS[act], _with_report(tx, account_id, grounds)
    id_ = decide(tx, staff, about(account_id), act, grounds, [] if effect is None else [(effect, about(account_id))])
    _finish(tx, site, staff, account_id, act, grounds, by_letter=by_letter)
    return id_


def on_posts(
    tx: WriteTx, site: Site, staff: Staff, account_id: AccountId, act: Act, grounds: Grounds, *, by_letter: bool
) -> int:
    """Remove posts of an account, or mark them as sensitive: those that the grounds name, all of them or none."""
    subordinate(tx, staff, account_id)
    named = list(dict.fromkeys(grounds.posts))
    for post_id in named:
        post = posts.bare(tx, post_id)
        if post is None or post.author != account_id:
            raise NotFound
    if not named:
        raise Invalid("Validation failed: Posts can't be blank")
    targets = [(_ON_POSTS[act], Subject(SubjectKind.POST, id_)) for id_ in named]
    id_ = decide(tx, staff, about(account_id), act, grounds, targets)
    _finish(tx, site, staff, account_id, act, grounds, by_letter=by_letter)
    return id_


def _with_report(tx: WriteTx, account_id: AccountId, grounds: Grounds) -> Grounds:
    """Take over from the report that is answered which posts and rules it is about, where nothing else is said."""
    if grounds.report is None:
        return grounds
    report = reports.by_ids(tx, [grounds.report]).get(grounds.report)
    if report is None or report.target != account_id:
        raise NotFound
    return structs.replace(grounds, posts=grounds.posts or report.posts, clauses=grounds.clauses or report.rules)


def release(tx: WriteTx, staff: Staff, account_id: AccountId, effect: Effect) -> None:
    """End what restricts an account in one way; where nothing does, nothing changes."""
    subordinate(tx, staff, account_id)
    reverse(tx, staff, about(account_id), about(account_id), [effect])


def restore_post(tx: WriteTx, staff: Staff, post_id: PostId) -> None:
    """End what restricts a post."""
    post = posts.bare(tx, post_id)
    if post is None:
        raise NotFound
    subordinate(tx, staff, post.author)
    reverse(tx, staff, about(post.author), Subject(SubjectKind.POST, post_id))


def subordinate(tx: Tx, staff: Staff, account_id: AccountId) -> Account:
    """Return an account that somebody of the staff may act on: neither their own, nor of an equal or superior."""
    found = accounts.by_id(tx, account_id)
    if found is None or found.standing is Standing.DELETED:
        raise NotFound
    theirs = logins.logins_of(tx, account_id)
    if account_id == staff.account or (staff.login is not None and staff.login in theirs):
        raise Forbidden
    if staff.login is not None and staff_people.highest_role(tx, account_id) >= max(staff.role, Role.MODERATOR):
        raise Forbidden
    return found


def of_account(tx: Tx, account_id: AccountId, range_: Range) -> list[Decision]:
    """Return what was decided about an account, the newest first."""
    return decisions.of_account(tx, account_id, range_)


def _finish(
    tx: WriteTx, site: Site, staff: Staff, account_id: AccountId, act: Act, grounds: Grounds, *, by_letter: bool
) -> None:
    """Resolve the reports, as on Mastodon: a warning resolves the one it answers, anything more all of them."""
    answered = [] if grounds.report is None else [grounds.report]
    for report_id in answered if act is Act.WARN else reports.open_about(tx, account_id):
        if reports.resolve(tx, report_id, staff.account):
            note(tx, staff, "resolve", Subject(SubjectKind.REPORT, report_id))
    if by_letter:
        for login_id in logins.logins_of(tx, account_id):
            row = logins.by_id(tx, login_id)
            if row is not None:
                letters.decided(tx, site, to=letters.To(row.email, row.locale), act=act, reasons=grounds.reasons)
