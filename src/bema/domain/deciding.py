"""Deciding: whatever restricts somebody is a decision, made here; what it does is worked out from the decisions in force.

Nothing else sets what `store/effects.py` sets. What a decision says is never changed or deleted: another one ends its
effects, and then all is as if it had not been, because nothing was destroyed. How many people must stand behind it is a
matter of policy; what others say to it is in `domain/approving.py`.
"""

import re
from collections.abc import Sequence

from msgspec import structs

from bema.domain import concluding, policies, recording
from bema.domain.weighing import account_of, approvers, expiry_key, lapse_key
from bema.domain.weighing import note as note  # noqa: PLC0414 -- whoever acts on something else says so by it, too
from bema.model import limits
from bema.model.decisions import (
    ENDING,
    STANDING,
    Act,
    Approval,
    Course,
    Decision,
    Effect,
    Grounds,
    Severity,
    State,
    Subject,
    SubjectKind,
    Terms,
    Voice,
)
from bema.model.errors import Conflict, Forbidden, Invalid, NotFound
from bema.model.events import DecisionMade, DecisionProposed, DecisionReversed
from bema.model.ids import AccountId, Millis, PostId
from bema.model.permissions import Staff
from bema.model.policy import Role, Standing
from bema.model.site import Site
from bema.model.views import Account
from bema.store import (
    accounts,
    approvals,
    decisions,
    domain_measures,
    door,
    effects,
    logins,
    posts,
    reports,
    staff_people,
    standing,
    tasks,
)
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx

ON_ACCOUNTS: dict[Act, Effect | None] = {
    Act.WARN: None,
    Act.SUSPEND: Effect.SUSPEND,
    Act.LIMIT: Effect.LIMIT,
    Act.FREEZE: Effect.FREEZE,
    Act.SENSITIVE: Effect.SENSITIVE,
    Act.NOTE: Effect.NOTE,
    Act.LABEL: Effect.LABEL,
    Act.DEMOTE: Effect.DEMOTE,
    Act.QUIET: Effect.QUIET,
}
ON_POSTS = {
    Act.REMOVE_POSTS: Effect.REMOVE,
    Act.MARK_POSTS_SENSITIVE: Effect.SENSITIVE,
    Act.NOTE: Effect.NOTE,
    Act.LABEL: Effect.LABEL,
    Act.COVER: Effect.COVER,
    Act.DEMOTE: Effect.DEMOTE,
    Act.QUIET: Effect.QUIET,
}
_SHUTTING_OUT = (Act.SUSPEND, Act.FREEZE)
_NO_GROUNDS = Grounds()
_DAY = 86_400_000  # milliseconds
_COUNTRY = re.compile("[A-Z]{2}")
DECISIONS = "decisions"  # the tasks that end what is over

# --- The two that all others use --------------------------------------------------------------------------------------


def decide(
    tx: WriteTx,
    staff: Staff,
    subject: Subject,
    act: Act,
    grounds: Grounds,
    what: Sequence[tuple[Effect, Subject]],
    *,
    words: str | None = None,
    terms: Terms | None = None,
    lasts: Millis | None = None,
    course: Course = Course.AT_ONCE,
) -> int:
    """Make a decision and return its id. Who may make it was checked before.

    It takes effect as soon as all stand behind it whom policy asks for. Where that needs more than who decides, it waits
    for them, or is in force as provisional until they approve it or it lapses; where nobody else could, it says so.
    """
    _check(grounds, words)
    pinned = policies.pin(tx, grounds.clauses, grounds.posts, grounds.law or None)
    grounds = structs.replace(grounds, clauses=[clause.name for clause in pinned])
    needed = max((policies.approvals_needed(tx, effect.value) for effect, _ in what), default=1)
    alone = needed > 1 and not approvals.others(tx, staff.login, *approvers(tx, subject))
    waiting = State.PROVISIONAL if course is Course.AT_ONCE else State.PROPOSED
    state = State.IN_FORCE if needed <= 1 or alone else waiting
    answer_until = tx.now + policies.answer_days(tx) * _DAY if state is State.PROPOSED else None
    decision = decisions.add(
        tx,
        subject,
        act,
        staff,
        grounds,
        what,
        words=words,
        terms=terms,
        answer_until=answer_until,
        lasts=lasts,
        needs=needed,
        state=state,
        alone=alone,
    )
    said = _propose(tx, staff, decision)
    if state is State.PROPOSED:
        tx.emit(DecisionProposed(decision=decision.id))
        tasks.add(tx, DECISIONS, lapse_key(decision.id), str(decision.id), due=answer_until)
    else:
        _begun(tx, decision, what, said)
    if state is State.PROVISIONAL:
        due = tx.now + limits.PROVISIONAL_SECONDS * 1_000
        tasks.add(tx, DECISIONS, lapse_key(decision.id), str(decision.id), due=due)
    return decision.id


def _propose(tx: WriteTx, staff: Staff, decision: Decision) -> list[Approval]:
    """Record who made a decision, and that it is by them that it takes effect if it does at once."""
    counted = decision.state in STANDING
    approvals.add(tx, decision.id, staff, Voice.PROPOSED, counted=counted)
    note(tx, staff, decision.act.value, decision.subject, decision.id)
    return [Approval(decision.id, staff.login, staff.account, staff.role, Voice.PROPOSED, counted, tx.now)]


def reverse(
    tx: WriteTx,
    staff: Staff,
    subject: Subject,
    target: Subject,
    what: Sequence[Effect] = tuple(Effect),
    grounds: Grounds = _NO_GROUNDS,
) -> bool:
    """End effects that a target is under, each decision's by a decision of its own; False where there were none."""
    _check(grounds)
    of_decisions: dict[int, list[Effect]] = {}
    for decision_id, effect in decisions.in_force(tx, target):
        if effect in what:
            of_decisions.setdefault(decision_id, []).append(effect)
    for reversed_id, ended in of_decisions.items():
        before = decisions.hold(tx, reversed_id)
        assert before is not None
        decision = _ending(tx, staff, subject, Act.REVERSE, grounds, reversed_id)
        done = [decisions.end(tx, reversed_id, effect, target, decision.id) for effect in ended]
        if not any(done):
            raise Conflict  # somebody else ended them a moment ago
        if not decisions.is_in_force(tx, reversed_id):
            _close(tx, reversed_id, State.REVERSED)
        _ended(tx, staff, decision, before)
    _apply(tx, [target])
    return bool(of_decisions)


def end(tx: WriteTx, staff: Staff, decision: Decision, act: Act, grounds: Grounds = _NO_GROUNDS) -> int:
    """End all that is left of a decision that is held and in force, by a decision of its own; return the id of that."""
    _check(grounds)
    targets = [target for _, _, target in decisions.effects_of(tx, [decision.id])]
    made = _ending(tx, staff, decision.subject, act, grounds, decision.id)
    decisions.end_all(tx, decision.id, made.id)
    _close(tx, decision.id, _ENDS_AS[act])
    _ended(tx, staff, made, decision)
    _apply(tx, targets or _at_the_door(decision))
    return made.id


def take_back(tx: WriteTx, staff: Staff, decision_id: int, grounds: Grounds = _NO_GROUNDS) -> int:
    """Reverse a whole decision, also one that does nothing but warn; return the id of the decision that does it."""
    decision = decisions.hold(tx, decision_id)
    if decision is None or decision.state not in STANDING or decision.act in ENDING:
        raise NotFound
    return end(tx, staff, decision, Act.REVERSE, grounds)


def take_back_part(
    tx: WriteTx, staff: Staff, decision_id: int, parts: Sequence[tuple[Effect, Subject]], grounds: Grounds = _NO_GROUNDS
) -> int:
    """Reverse some effects of a decision; return the id of the decision that does it."""
    _check(grounds)
    decision = decisions.hold(tx, decision_id)
    if decision is None or decision.state not in STANDING:
        raise NotFound
    made = _ending(tx, staff, decision.subject, Act.REVERSE, grounds, decision_id)
    for effect, target in parts:
        if not decisions.end(tx, decision_id, effect, target, made.id):
            raise Conflict  # it is over already
    if not decisions.is_in_force(tx, decision_id):
        _close(tx, decision_id, State.REVERSED)
    _ended(tx, staff, made, decision)
    _apply(tx, [target for _, target in parts])
    return made.id


_ENDS_AS = {Act.REVERSE: State.REVERSED, Act.LAPSE: State.LAPSED, Act.EXPIRE: State.EXPIRED}


def _close(tx: WriteTx, decision_id: int, state: State) -> None:
    decisions.set_state(tx, decision_id, state)
    for key in (lapse_key(decision_id), expiry_key(decision_id)):
        tasks.withdraw(tx, DECISIONS, key)


def _ending(tx: WriteTx, staff: Staff, subject: Subject, act: Act, grounds: Grounds, reverses: int) -> Decision:
    """Add a decision that ends effects of another: it takes effect at once, as it needs nobody else."""
    automated = act is not Act.REVERSE
    return decisions.add(
        tx, subject, act, staff, grounds, [], reverses=reverses, automated=automated, state=State.IN_FORCE
    )


def _ended(tx: WriteTx, staff: Staff, decision: Decision, before: Decision) -> None:
    """Say everywhere that a decision ended effects of another."""
    said = [] if decision.automated else _propose(tx, staff, decision)
    done = [(effect, target) for _, effect, target in decisions.ended_by(tx, [decision.id])]
    recording.record(tx, decision, done, said)
    tx.emit(DecisionReversed(decision=decision.id, reversed=before.id, account=account_of(decision.subject)))


def _check(grounds: Grounds, words: str | None = None) -> None:
    for name, text, most in (
        ("Text", grounds.reasons, limits.REASONS_CHARACTERS),
        ("Facts", grounds.facts, limits.FACTS_CHARACTERS),
        ("Law", grounds.law, limits.LAW_CHARACTERS),
        ("Words", words or "", limits.WORDS_CHARACTERS),
    ):
        if len(text) > most:
            raise Invalid(f"Validation failed: {name} is too long (maximum is {most} characters)")
    if len(grounds.territory) > limits.TERRITORIES or not all(map(_COUNTRY.fullmatch, grounds.territory)):
        raise Invalid("Validation failed: Territory is not a list of codes of countries")


# --- Who must stand behind it -----------------------------------------------------------------------------------------


def begin(tx: WriteTx, decision: Decision, needed: int, counted: Sequence[int]) -> None:
    """Let a decision that was proposed take effect, by those who are counted."""
    approvals.count(tx, decision.id, counted)
    begun = decisions.begin(tx, decision, needed)
    what = [(effect, target) for _, effect, target in decisions.effects_of(tx, [decision.id])]
    _begun(tx, begun, what, approvals.of(tx, [decision.id])[decision.id])


def _begun(tx: WriteTx, decision: Decision, what: Sequence[tuple[Effect, Subject]], said: Sequence[Approval]) -> None:
    """Say everywhere that a decision took effect, and let what it is about be under it."""
    recording.record(tx, decision, what, said)
    _apply(tx, list(dict.fromkeys(target for _, target in what)) or _at_the_door(decision))
    if decision.lasts is not None:
        tasks.add(tx, DECISIONS, expiry_key(decision.id), str(decision.id), due=tx.now + decision.lasts)
    tx.emit(DecisionMade(decision=decision.id, account=account_of(decision.subject)))


def put_right(tx: WriteTx, decision_id: int) -> None:
    """Let what a decision does be in force if, and only if, the decision is."""
    decisions.put_right(tx, decision_id)
    _apply(tx, [target for _, _, target in decisions.effects_of(tx, [decision_id])])


def _at_the_door(decision: Decision) -> list[Subject]:
    """Return what a measure is about that has no effect: a domain that is only named."""
    return [] if decision.terms is None else [decision.subject]


def _apply(tx: WriteTx, targets: Sequence[Subject]) -> None:
    for target in targets:
        match target:
            case Subject(SubjectKind.ACCOUNT, int(id_)):
                effects.apply_to_account(tx, AccountId(id_), domain_severity(tx, AccountId(id_)))
            case Subject(SubjectKind.POST, int(id_)):
                effects.apply_to_post(tx, PostId(id_))
            case Subject(name=str()):
                door.carry_out(tx, target)


def domain_severity(tx: Tx, account_id: AccountId) -> Severity:
    """Return how far an account is kept away because of where it is from."""
    host = accounts.host_of(tx, account_id)
    return Severity.NOOP if host is None else domain_measures.severity_of(tx, host)


# --- About accounts and their posts -----------------------------------------------------------------------------------


def about(account_id: AccountId) -> Subject:
    """Name an account as what is decided about."""
    return Subject(SubjectKind.ACCOUNT, account_id)


def on_account(
    tx: WriteTx,
    site: Site,
    staff: Staff,
    account_id: AccountId,
    act: Act,
    grounds: Grounds,
    *,
    by_letter: bool,
    words: str | None = None,
    lasts: Millis | None = None,
    course: Course = Course.AT_ONCE,
) -> int:
    """Warn or restrict an account; what was reported about it is resolved by that."""
    target = subordinate(tx, staff, account_id)
    if target.domain is not None and not can_be(tx, target, act):
        raise Invalid("Validation failed: Type is not included in the list")
    effect, grounds = ON_ACCOUNTS[act], _with_report(tx, account_id, grounds)
    what = [] if effect is None else [(effect, about(account_id))]
    id_ = decide(tx, staff, about(account_id), act, grounds, what, words=words, lasts=lasts, course=course)
    _finish(tx, site, staff, id_, by_letter=by_letter)
    return id_


def on_posts(
    tx: WriteTx,
    site: Site,
    staff: Staff,
    account_id: AccountId,
    act: Act,
    grounds: Grounds,
    *,
    by_letter: bool,
    words: str | None = None,
    lasts: Millis | None = None,
    course: Course = Course.AT_ONCE,
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
    targets = [(ON_POSTS[act], Subject(SubjectKind.POST, id_)) for id_ in named]
    id_ = decide(tx, staff, about(account_id), act, grounds, targets, words=words, lasts=lasts, course=course)
    _finish(tx, site, staff, id_, by_letter=by_letter)
    return id_


def can_be(tx: Tx, target: Account, act: Act) -> bool:
    """Tell whether this can be decided about an account: nobody else's login is frozen, nobody warned who cannot hear."""
    if target.domain is None:
        return True
    if act is Act.WARN:
        heard = standing.elsewhere(tx, target.id) is not None
        return heard and domain_severity(tx, target.id) is not Severity.SUSPEND
    return act is not Act.FREEZE


def _with_report(tx: WriteTx, account_id: AccountId, grounds: Grounds) -> Grounds:
    """Take over from the report that is answered which posts and rules it is about, where nothing else is said."""
    if grounds.report is None:
        return grounds
    report = reports.by_ids(tx, [grounds.report]).get(grounds.report)
    if report is None or report.target != account_id:
        raise NotFound
    named = grounds.posts or report.posts
    clauses = grounds.clauses or [each for each in report.rules if _holds(tx, each, named)]
    return structs.replace(grounds, posts=named, clauses=clauses)


def _holds(tx: Tx, clause: str, named: Sequence[PostId]) -> bool:
    """Tell whether a clause that somebody reported held when the posts were written: they need not know that."""
    try:
        policies.pin(tx, [clause], named)
    except Invalid:
        return False
    return True


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
    if not may_act_on(tx, staff, account_id):
        raise Forbidden
    return found


def may_act_on(tx: Tx, staff: Staff, account_id: AccountId) -> bool:
    """Tell whether an account is neither somebody's own, nor of an equal or superior."""
    if account_id == staff.account or (staff.login is not None and staff.login in logins.logins_of(tx, account_id)):
        return False
    return staff.login is None or staff_people.highest_role(tx, account_id) < max(staff.role, Role.MODERATOR)


def of_account(tx: Tx, account_id: AccountId, range_: Range) -> list[Decision]:
    """Return what was decided about an account, the newest first."""
    return decisions.of_account(tx, account_id, range_)


def _finish(tx: WriteTx, site: Site, staff: Staff, decision_id: int, *, by_letter: bool) -> None:
    decision = decisions.by_ids(tx, [decision_id])[decision_id]
    if decision.state in STANDING:
        concluding.settle_reports(tx, staff, decision)
        if by_letter or decision.act in _SHUTTING_OUT:  # they can read nothing else here
            concluding.write_letters(tx, site, decision)
