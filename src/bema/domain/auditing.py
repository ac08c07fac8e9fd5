"""Auditing: nothing restricts anybody without a decision, and no decision is without its entry in the public log."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from bema.domain import appointing, auditing_remedies, deciding, policies, recording
from bema.model import limits
from bema.model.decisions import STANDING, Severity, Subject
from bema.model.ids import AccountId, PostId
from bema.store import decisions, discrepancies, door, effects, public_log, role_proposals, staff_people
from bema.store import policies as versions
from bema.store.tx import Tx, WriteTx


class Finding(NamedTuple):
    """Something that is not as it should be, and what of it can be put right by the decisions in force."""

    what: str
    account: AccountId | None = None
    post: PostId | None = None
    decision: int | None = None
    measure: Subject | None = None


# Takes an operation with a place after which to look, and returns what it returns.
Ask = Callable[[Callable[[Tx, int], "Batch"], int], "Batch"]


class Batch(NamedTuple):
    """What was found in a part, and the place after which to go on; None: that was all."""

    findings: Sequence[Finding]
    next: int | None


def audit(ask: Ask) -> Iterator[Finding]:
    """Go through all of it, in parts small enough to be in nobody's way."""
    parts: Sequence[Callable[[Tx, int], Batch]] = (
        decisions_without_entry,
        entries_without_decision,
        unanswered_apart,
        decisions_by_too_few,
        decisions_overdue,
        effects_apart,
        posts_apart,
        accounts_apart,
        measures_apart,
        *(partial(measures_alone, kind) for kind in door.KINDS),
        logins_apart,
        roles_apart,
        roles_by_too_few,
        policies_apart,
        *(partial(_of_remedies, part) for part in auditing_remedies.PARTS),
    )
    for part in parts:
        after: int | None = -1
        while after is not None:
            batch = ask(part, after)
            yield from batch.findings
            after = batch.next


def _of_remedies(part: Callable[[Tx, int], auditing_remedies.Found], tx: Tx, after: int) -> Batch:
    """Find objections, returns and destructions of which the public log tells otherwise; no program puts them right."""
    found, following = part(tx, after)
    return Batch([Finding(each) for each in found], following)


def _next(ids: Sequence[int]) -> int | None:
    return ids[-1] if len(ids) == limits.AUDIT_BATCH else None


def decisions_without_entry(tx: Tx, after: int) -> Batch:
    """Find decisions that are not in the public log, or are something else there than in the database."""
    ids = decisions.ids_after(tx, after, limits.AUDIT_BATCH)
    found = [Finding(f"decision {id_} {what}") for id_, what in recording.compare(tx, ids)]
    return Batch(found, _next(ids))


def entries_without_decision(tx: Tx, after: int) -> Batch:
    """Find entries of the public log about decisions that the database does not have."""
    places = discrepancies.entries_alone(tx, after, limits.AUDIT_BATCH)
    found = [Finding(f"entry {place} of the public log is about a decision that is not here") for place in places]
    return Batch(found, _next(places))


def unanswered_apart(tx: Tx, after: int) -> Batch:
    """Find proposals that nobody answered of which the public log does not tell."""
    ids = decisions.unanswered(tx, after, limits.AUDIT_BATCH)
    found = [Finding(f"decision {id_} {what}") for id_, what in recording.unanswered_apart(tx, ids)]
    return Batch(found, _next(ids))


def decisions_by_too_few(tx: Tx, after: int) -> Batch:
    """Find decisions that took effect, or stayed in force, by fewer people than they needed."""
    ids = discrepancies.by_too_few(tx, after, limits.AUDIT_BATCH)
    return Batch([Finding(f"decision {id_} was made by fewer people than it needed") for id_ in ids], _next(ids))


def decisions_overdue(tx: Tx, after: int) -> Batch:
    """Find decisions that are in force though their time is over, or nobody approved them in time."""
    late = tx.now - limits.LATENESS_SECONDS * 1_000
    lapse_late = late - limits.PROVISIONAL_SECONDS * 1_000
    ids = discrepancies.overdue(tx, after, limits.AUDIT_BATCH, late, lapse_late)
    return Batch([Finding(f"decision {id_} should have ended, and is in force") for id_ in ids], _next(ids))


def effects_apart(tx: Tx, after: int) -> Batch:
    """Find effects that are in force though their decision is not, or the other way round."""
    ids = discrepancies.effects(tx, after, limits.AUDIT_BATCH)
    states = decisions.by_ids(tx, ids)
    found = []
    for id_ in ids:
        begun = states[id_].state in STANDING
        what = "lacks something that it does" if begun else "does something although it is not in force"
        found.append(Finding(f"decision {id_} {what}", decision=id_))
    return Batch(found, _next(ids))


def posts_apart(tx: Tx, after: int) -> Batch:
    """Find posts that are hidden or covered otherwise than decided."""
    ids = discrepancies.posts(tx, after, limits.AUDIT_BATCH)
    return Batch([Finding(f"post {id_} is restricted otherwise than decided", post=id_) for id_ in ids], _next(ids))


def accounts_apart(tx: Tx, after: int) -> Batch:
    """Find accounts that are restricted otherwise than decided, about themselves or about where they are from."""
    rows = discrepancies.accounts(tx, after, limits.AUDIT_BATCH)
    found = []
    for row in rows:
        severity = deciding.domain_severity(tx, row.id)
        suspended = row.suspended == (row.to_suspend or severity is Severity.SUSPEND)
        limited = row.limited == (row.to_limit or severity is Severity.LIMIT)
        if not (suspended and limited and row.sensitized == row.to_cover) or row.spoken_of:
            found.append(Finding(f"account {row.id} is restricted otherwise than decided", account=row.id))
    return Batch(found, _next([row.id for row in rows]))


def measures_apart(tx: Tx, after: int) -> Batch:
    """Find measures that were decided, and do not stand at the door as they should."""
    some = decisions.measures(tx, after, limits.AUDIT_BATCH)
    kinds = {(kind.subject, kind.act): kind for kind in door.KINDS}
    names = dict.fromkeys((each.subject, each.act) for each in some)
    apart = [subject for subject, act in names if door.is_apart(tx, kinds[subject.kind, act], subject)]
    return Batch([_at_the_door(each) for each in apart], _next([each.id for each in some]))


def measures_alone(kind: door.Kind, tx: Tx, after: int) -> Batch:
    """Find measures that stand at the door, and no decision in force behind them."""
    rows = door.page(tx, kind, after, limits.AUDIT_BATCH)
    alone = [subject for _, subject in rows if not decisions.standing_about(tx, subject, kind.act)]
    return Batch([_at_the_door(each) for each in alone], _next([id_ for id_, _ in rows]))


def _at_the_door(subject: Subject) -> Finding:
    what = f"what stands at the door about the {subject.kind.value} {subject.name} is not what was decided"
    return Finding(what, measure=subject)


def logins_apart(tx: Tx, after: int) -> Batch:
    """Find logins that are shut out otherwise than decided."""
    rows = discrepancies.logins(tx, after, limits.AUDIT_BATCH)
    found = [Finding(f"login {id_} is shut out otherwise than decided", account=of) for id_, of in rows]
    return Batch(found, _next([id_ for id_, _ in rows]))


def roles_apart(tx: Tx, after: int) -> Batch:
    """Find staff whose role is not what the public log says, where there is one."""
    rows = staff_people.page(tx, after, limits.AUDIT_BATCH)
    if public_log.last_of_type(tx, "log.opened") is None:
        return Batch([], None)
    recorded = appointing.recorded_roles(tx, [login for login, _ in rows])
    what = "login {} has a role that the public log does not tell of"
    found = [Finding(what.format(login)) for login, role in rows if recorded[login] != role.name.lower()]
    return Batch(found, _next([login for login, _ in rows]))


def roles_by_too_few(tx: Tx, after: int) -> Batch:
    """Find roles that changed by fewer people than policy asked for."""
    ids = role_proposals.by_too_few(tx, after, limits.AUDIT_BATCH)
    return Batch(
        [Finding(f"the role that proposal {id_} gave was by fewer people than it needed") for id_ in ids], _next(ids)
    )


def policies_apart(tx: Tx, after: int) -> Batch:
    """Find versions of policies that are something else here than in the public log."""
    rows = versions.after(tx, after, limits.AUDIT_BATCH)
    found = [
        Finding(f"version {version.number} of the policy {version.document} {what}")
        for version, content in rows
        if (what := policies.apart(tx, version, content)) is not None
    ]
    return Batch(found, _next([version.id for version, _ in rows]))


def give_back(tx: WriteTx, account: AccountId) -> None:
    """Let an account be under nothing that the public log does not tell of."""
    effects.disown(tx, account)
    effects.apply_to_account(tx, account, deciding.domain_severity(tx, account))


def put_right(tx: WriteTx, finding: Finding) -> bool:
    """Let what was found be as the decisions in force say; False where that is not for a program to do."""
    if finding.decision is not None:
        deciding.put_right(tx, finding.decision)
        return True
    if finding.measure is not None:
        door.carry_out(tx, finding.measure)
        return True
    if finding.post is not None:
        effects.apply_to_post(tx, finding.post)
    if finding.account is not None:
        effects.apply_to_account(tx, finding.account, deciding.domain_severity(tx, finding.account))
    return finding.post is not None or finding.account is not None
