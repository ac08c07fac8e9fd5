"""Recording: what was decided stands in the public log, by the same transaction; names, reasons and posts as promises."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from bema.domain import consulting
from bema.model import limits
from bema.model.decisions import Act, Approval, Decision, Effect, Subject, SubjectKind, Voice
from bema.model.events import EntryRecorded
from bema.model.ids import LoginId, Millis
from bema.model.policy import Role
from bema.store import approvals, decisions, public_log
from bema.store.tx import Tx, WriteTx, text_of
from bema.wire.tlog import entries, linting
from bema.wire.tlog.entries import (
    About,
    AnyEntry,
    Approved,
    By,
    DecisionApproved,
    DecisionExpired,
    DecisionLapsed,
    DecisionMade,
    DecisionReversed,
    DecisionUnanswered,
    Ended,
    Made,
    Opening,
    Reversed,
    Unanswered,
)

_ACCOUNT, LOGIN = "account", "login"  # of whom there are pseudonyms

# --- Decisions --------------------------------------------------------------------------------------------------------


def record(tx: WriteTx, decision: Decision, done: Sequence[tuple[Effect, Subject]], said: Sequence[Approval]) -> int:
    """Enter a decision that takes effect into the public log, with what it does or ends; return its place there."""
    reverses = None if decision.reverses is None else _place_of(tx, decision.reverses)
    at = public_log.next_of(tx, _type_of(decision))
    secret = secrets.token_bytes(entries.SALT_BYTES)
    entry = _entry(decision, _kinds(done), _named(tx, decision, said), secret, at.type_seq, reverses)
    _add(tx, at, entry, decision=decision.id, secret=secret)
    return at.place


def _place_of(tx: WriteTx, decision_id: int) -> int:
    """Return where a decision stands; one that was made before there was a log is entered now."""
    standing = public_log.of_decisions(tx, [decision_id])
    if standing:
        return standing[decision_id][0]
    decision = decisions.by_ids(tx, [decision_id])[decision_id]
    find = decisions.effects_of if decision.reverses is None else decisions.ended_by
    done = [(effect, target) for _, effect, target in find(tx, [decision_id])]
    return record(tx, decision, done, approvals.of(tx, [decision_id])[decision_id])


_TYPES = {Act.REVERSE: "decision.reversed", Act.LAPSE: "decision.lapsed", Act.EXPIRE: "decision.expired"}


def _type_of(decision: Decision) -> str:
    return _TYPES.get(decision.act, "decision.made")


def record_approval(tx: WriteTx, decision_id: int) -> int:
    """Enter into the public log that a provisional decision was approved, and return the place of the entry."""
    decision = decisions.by_ids(tx, [decision_id])[decision_id]
    approves = _place_of(tx, decision_id)
    at = public_log.next_of(tx, "decision.approved")
    said = approvals.of(tx, [decision_id])[decision_id]
    entry = _approved(decision, _named(tx, decision, said), approves, at.type_seq)
    _add(tx, at, entry, decision=decision_id)
    return at.place


def record_unanswered(tx: WriteTx, decision: Decision) -> int:
    """Enter into the public log that nobody answered a proposal in time, and return the place of the entry."""
    at = public_log.next_of(tx, "decision.unanswered")
    _add(tx, at, _unanswered(tx, decision, at.type_seq), decision=decision.id)
    return at.place


def _unanswered(tx: Tx, decision: Decision, type_seq: int) -> DecisionUnanswered:
    """Write what is public of a proposal that came to nothing: not about whom."""
    assert decision.answer_until is not None
    said = [each for each in approvals.of(tx, [decision.id])[decision.id] if each.voice is not Voice.REFUSED]
    names = public_log.names(tx, LOGIN, [each.login for each in said if each.login is not None])
    proposers, approvers = _by(said, names)
    body = Unanswered(
        decision.act.value,
        decision.subject.kind.value,
        [*proposers, *approvers],
        entries.counted(_kinds([(effect, target) for _, effect, target in decisions.effects_of(tx, [decision.id])])),
        decision.needs,
        moment(decision.proposed_at),
    )
    return DecisionUnanswered(at=moment(decision.answer_until), type_seq=type_seq, body=body)


def unanswered_apart(tx: Tx, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Say of which proposals that nobody answered the public log tells nothing, or something else."""
    standing, rows = public_log.of_decisions(tx, ids), decisions.by_ids(tx, ids)
    found = [(id_, "is not in the public log") for id_ in ids if id_ not in standing]
    for id_, (place, content) in standing.items():
        entry = entries.decode(content)
        if entry != _unanswered(tx, rows[id_], entry.type_seq):
            found.append((id_, _OTHERWISE.format(place)))
    return found


def _add(
    tx: WriteTx, at: public_log.Next, entry: AnyEntry, *, decision: int | None = None, secret: bytes | None = None
) -> None:
    content = entries.encode(entry)
    if wrong := linting.improper(entry):
        raise ValueError(f"an entry of the public log must not say that: {', '.join(wrong)}")
    public_log.add(tx, at, entries.type_of(entry), content, decision=decision, secret=secret)
    consulting.enter(tx, at.place, entry)
    tx.emit(EntryRecorded(place=at.place))


def enter(tx: WriteTx, type_: str, make: Callable[[int], AnyEntry], *, secret: bytes | None = None) -> int:
    """Enter what is no decision: made of the number that it has among its type; return its place."""
    at = public_log.next_of(tx, type_)
    _add(tx, at, make(at.type_seq), secret=secret)
    return at.place


def signature(tx: WriteTx, login: LoginId | None, role: Role) -> By:
    """Return how the log names one of the staff."""
    return By(role.name.lower(), None if login is None else _names(tx, LOGIN, [login])[login])


class _Names(NamedTuple):
    """Under which names the log speaks of whom a decision is about, and of who made it; None: nobody knows any more."""

    subject: str | None
    proposers: list[By]
    approvers: list[By]


def _about(decision: Decision) -> int | None:
    return decision.subject.id if decision.subject.kind is SubjectKind.ACCOUNT else None


def _named(tx: WriteTx, decision: Decision, said: Sequence[Approval]) -> _Names:
    counted, subject = _counted(said), _about(decision)
    staff = _names(tx, LOGIN, [each.login for each in counted if each.login is not None])
    subjects = _names(tx, _ACCOUNT, [] if subject is None else [subject])
    return _Names(None if subject is None else subjects[subject], *_by(counted, staff))


def _counted(said: Sequence[Approval]) -> list[Approval]:
    """Return who made a decision: who proposed it, and those by whom it took effect or stayed in force."""
    return [each for each in said if each.counted or each.voice is Voice.PROPOSED]


def _by(counted: Sequence[Approval], names: Mapping[int, str]) -> tuple[list[By], list[By]]:
    found: tuple[list[By], list[By]] = [], []
    for each in counted:
        name = None if each.login is None else names.get(each.login)
        proposed = each.voice is Voice.PROPOSED
        found[not proposed].append(By(each.role.name.lower(), name, "proposer" if proposed else "approver"))
    return found


def _names(tx: WriteTx, kind: str, ids: Sequence[int]) -> dict[int, str]:
    """Return pseudonyms; who is new to the log gets one by chance."""
    found = public_log.names(tx, kind, ids) if ids else {}
    for id_ in ids:
        if id_ not in found:
            found[id_] = secrets.token_hex(8)
            public_log.add_name(tx, kind, id_, found[id_])
    return found


def _done_by(tx: Tx, of: Sequence[Decision]) -> dict[int, list[tuple[str, str]]]:
    """Return what decisions do, or what they ended, and to what kind of target."""
    found: dict[int, list[tuple[Effect, Subject]]] = {each.id: [] for each in of}
    makers = [each.id for each in of if each.reverses is None]
    enders = [each.id for each in of if each.reverses is not None]
    rows: list[tuple[int, Effect, Subject]] = []
    if makers:
        rows += decisions.effects_of(tx, makers)
    if enders:
        rows += decisions.ended_by(tx, enders)
    for id_, effect, target in rows:
        found[id_].append((effect, target))
    return {id_: _kinds(done) for id_, done in found.items()}


def _kinds(done: Sequence[tuple[Effect, Subject]]) -> list[tuple[str, str]]:
    return [(effect.value, target.kind.value) for effect, target in done]


def _entry(
    decision: Decision,
    done: Sequence[tuple[str, str]],
    names: _Names,
    secret: bytes,
    type_seq: int,
    reverses: int | None,
) -> AnyEntry:
    """Write what a decision is to the public, as it was when it took effect."""
    subject = About(decision.subject.kind.value, names.subject)
    by = names.proposers if decision.provisional else [*names.proposers, *names.approvers]
    promised = entries.committed(secret, private(decision))
    at, effects = moment(decision.starts_at), entries.counted(done)
    if reverses is not None and decision.act is Act.REVERSE:
        reversed_ = Reversed(reverses, subject, by, decision.clauses, effects)
        return DecisionReversed(at=at, type_seq=type_seq, body=reversed_, commitments=promised)
    if reverses is not None:
        ended = DecisionLapsed if decision.act is Act.LAPSE else DecisionExpired
        return ended(at=at, type_seq=type_seq, body=Ended(reverses, subject, effects), commitments=promised)
    made = Made(
        decision.act.value,
        subject,
        by,
        decision.clauses,
        effects,
        None if decision.ends_at is None else moment(decision.ends_at),
        needs=decision.needs,
        provisional=decision.provisional,
        single_operator=decision.single_operator,
        detected=decision.detected,
        automated=decision.automated,
        law=bool(decision.law),
        territory=decision.territory,
    )
    return DecisionMade(at=at, type_seq=type_seq, body=made, commitments=promised)


def _approved(decision: Decision, names: _Names, approves: int, type_seq: int) -> DecisionApproved:
    assert decision.approved_at is not None
    subject = About(decision.subject.kind.value, names.subject)
    body = Approved(approves, subject, names.approvers)
    return DecisionApproved(at=moment(decision.approved_at), type_seq=type_seq, body=body)


def private(decision: Decision) -> dict[str, str]:
    """Return what of a decision the public log only promises."""
    subject = decision.subject
    return {
        "subject": f"{subject.kind.value}:{subject.name if subject.id is None else subject.id}",
        "reasons": decision.reasons,
        "posts": text_of(decision.posts),
        "report": "" if decision.report is None else str(decision.report),
        "facts": decision.facts,
        "law": decision.law,
    }


def moment(at: Millis) -> str:
    """Write a time as entries have it."""
    return f"{_second(at // 1_000)}.{at % 1_000:03}Z"


@lru_cache(64)  # what is decided together, or compared with what is near it, is of few seconds
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()[:19]


_OTHERWISE = "is something else in the public log (entry {}) than in the database"


def compare(tx: Tx, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Say of which of these decisions the public log tells nothing, or something else than the database."""
    standing, rows = public_log.of_decisions(tx, ids), decisions.by_ids(tx, ids)
    agreed = public_log.of_decisions(tx, ids, approvals=True)
    found = [(id_, "is not in the public log") for id_ in ids if id_ not in standing]
    known = [rows[id_] for id_ in ids if id_ in standing]
    done = _done_by(tx, known)
    kept = public_log.secrets_of(tx, [standing[each.id][0] for each in known])
    ended = public_log.of_decisions(tx, [each.reverses for each in known if each.reverses is not None])
    subjects = public_log.names(tx, _ACCOUNT, [id_ for each in known if (id_ := _about(each)) is not None])
    counted = {id_: _counted(said) for id_, said in approvals.of(tx, [each.id for each in known]).items()}
    logins = {each.login for said in counted.values() for each in said if each.login is not None}
    staff = public_log.names(tx, LOGIN, list(logins))
    for each in known:
        place, content = standing[each.id]
        by = [] if each.automated else [(each.by_login, each.by_role)]
        proposed = [(one.login, one.role) for one in counted[each.id] if one.voice is Voice.PROPOSED]
        reverses = None if each.reverses is None else ended[each.reverses][0] if each.reverses in ended else -1
        subject, number, secret = _about(each), entries.number_of(content), kept.get(place)
        if number is not None and secret is not None and (subject is None or subject in subjects):
            names = _Names(None if subject is None else subjects[subject], *_by(counted[each.id], staff))
            expected = _entry(each, done[each.id], names, secret, number, reverses)
            if entries.written(expected) == content and proposed == by:
                found += _compare_approval(each, names, place, agreed.get(each.id))
                continue
        entry = entries.decode(content)
        assert isinstance(entry, DecisionMade | entries.Ending)
        # What was forgotten cannot be compared: it counts as what the log says.
        name = None if subject is None else subjects.get(subject, entry.body.subject.pseudonym)
        names = _Names(name, *_by(counted[each.id], staff))
        expected = _entry(each, done[each.id], names, kept.get(place, b""), entry.type_seq, reverses)
        if place not in kept:
            expected = msgspec.structs.replace(expected, commitments=entry.commitments)
        if expected != entry or proposed != by:
            found.append((each.id, _OTHERWISE.format(place)))
        found += _compare_approval(each, names, place, agreed.get(each.id))
    return found


def _compare_approval(
    decision: Decision, names: _Names, approves: int, standing: tuple[int, bytes] | None
) -> list[tuple[int, str]]:
    """Say whether the public log tells of the approval of a provisional decision what the database does."""
    if standing is None:
        missing = decision.provisional and decision.approved_at is not None
        return [(decision.id, "was approved, which is not in the public log")] if missing else []
    entry = entries.decode(standing[1])
    approved = decision.provisional and decision.approved_at is not None
    if approved and entry == _approved(decision, names, approves, entry.type_seq):
        return []
    return [(decision.id, _OTHERWISE.format(standing[0]))]


# --- Beginning, and other keys ----------------------------------------------------------------------------------------


def open_log(tx: WriteTx, origin: str, vkey: str) -> None:
    """Let the log begin with its name and key, and enter what was decided before there was one."""
    if public_log.last_of_type(tx, "log.opened") is None:
        at = public_log.next_of(tx, "log.opened")
        _add(tx, at, entries.LogOpened(at=moment(tx.now), type_seq=at.type_seq, body=Opening(origin, vkey)))
    after = 0
    while ids := decisions.ids_after(tx, after, limits.AUDIT_BATCH):
        for id_ in ids:
            _place_of(tx, id_)
        after = ids[-1]


def current_key(tx: Tx) -> str | None:
    """Return the key that signs the log, by what the log itself says."""
    rotated = public_log.last_of_type(tx, "log.key_rotated")
    if rotated is not None:
        entry = entries.decode(rotated[1])
        assert isinstance(entry, entries.KeyRotated)
        return entry.body.new
    opened = public_log.last_of_type(tx, "log.opened")
    if opened is None:
        return None
    entry = entries.decode(opened[1])
    assert isinstance(entry, entries.LogOpened)
    return entry.body.vkey


def rotate(tx: WriteTx, old: str, new: str, signature: str) -> int:
    """Enter another key for the log, and return the place of the entry."""
    at = public_log.next_of(tx, "log.key_rotated")
    rotation = entries.Rotation(old, new, signature)
    _add(tx, at, entries.KeyRotated(at=moment(tx.now), type_seq=at.type_seq, body=rotation))
    return at.place


def readmit(tx: WriteTx, contents: Sequence[bytes]) -> None:
    """Put entries back that stood in the log when it was signed, and say in the log that this was done."""
    first = public_log.size(tx)
    for content in contents:
        entry = entries.decode(content)
        type_ = entries.type_of(entry)
        at = public_log.next_of(tx, type_)
        if at.type_seq != entry.type_seq:
            raise ValueError(f"entry {at.place} is number {entry.type_seq} of its type, where {at.type_seq} is due")
        public_log.add(tx, at, type_, content)
        consulting.enter(tx, at.place, entry)
    at = public_log.next_of(tx, "operator.entries_readmitted")
    body = entries.Readmission(first, len(contents))
    _add(tx, at, entries.EntriesReadmitted(at=moment(tx.now), type_seq=at.type_seq, body=body))


# --- What is signed ---------------------------------------------------------------------------------------------------


class Growth(NamedTuple):
    """The log as it is, and the proof that it begins as it was."""

    size: int
    root: bytes
    proof: list[bytes]


def growth(tx: Tx, since: int) -> Growth:
    """Return how the log grew since it had so many entries; where it has fewer, there is no proof."""
    size = public_log.size(tx)
    tree = public_log.tree(tx, size)
    return Growth(size, tree.root(), tree.consistency(since))


def signed(tx: WriteTx, size: int, root: bytes, note: str) -> None:
    """Publish what was signed."""
    public_log.add_signed(tx, size, root, note)


# --- Proofs, and what is forgotten ------------------------------------------------------------------------------------


class Receipt(NamedTuple):
    """What proves an entry offline; opened, it says what the entry only promises."""

    place: int
    path: list[bytes]
    note: str
    extra: bytes


def receipt(tx: Tx, place: int, *, opened: Mapping[str, str] | None = None) -> Receipt | None:
    """Prove an entry by the newest state that was signed; None where it is not signed yet."""
    newest = public_log.newest_signed(tx)
    if newest is None or not 0 <= place < newest.size:
        return None
    content = public_log.entries(tx, place, 1)[0]
    secret = public_log.secrets_of(tx, [place]).get(place) if opened is not None else None
    extra = entries.receipt(content, secret, opened or {})
    return Receipt(place, public_log.tree(tx, newest.size).inclusion(place), newest.note, extra)


def forget(tx: WriteTx, decision_id: int) -> bool:
    """Let nobody ever open what the log promises of a decision, nor tell whom it is about."""
    standing = public_log.of_decisions(tx, [decision_id])
    if not standing:
        return False
    subject = _about(decisions.by_ids(tx, [decision_id])[decision_id])
    if subject is not None:
        public_log.forget_name(tx, _ACCOUNT, subject)
    return public_log.forget_secrets(tx, [standing[decision_id][0]]) > 0


def values_of(tx: Tx, decision_id: int) -> dict[str, str]:
    """Return what the log promises of a decision."""
    return private(decisions.by_ids(tx, [decision_id])[decision_id])
