"""Guarding the door: which domains, networks and addresses are kept away or let in, each measure by a decision."""

import re
from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

import msgspec

from bema.domain import approving, deciding, weighing
from bema.model import limits
from bema.model.decisions import (
    STANDING,
    Act,
    Course,
    DoorSeverity,
    Effect,
    Grounds,
    Severity,
    State,
    Subject,
    SubjectKind,
    Terms,
)
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.ids import DomainId, Millis
from bema.model.permissions import Staff
from bema.model.site import Site
from bema.store import decisions, domain_measures, door, effects, measures
from bema.store.measures import Measures
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_DIGEST = re.compile(r"[0-9a-f]{64}")

# --- Domains ----------------------------------------------------------------------------------------------------------


class DomainTerms(msgspec.Struct, frozen=True):
    """How a domain is kept away, and what is said about it."""

    severity: Severity = Severity.LIMIT
    reject_media: bool = False
    reject_reports: bool = False
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool = False


def block_domain(tx: WriteTx, site: Site, staff: Staff, name: str, terms: DomainTerms) -> int:
    """Keep a domain away, with all that is part of it."""
    name = foreign_domain(site, name)
    _check_comments(terms.private_comment, terms.public_comment)
    if measures.DOMAIN_BLOCKS.named(tx, name) is not None:
        raise Invalid("Validation failed: Domain has already been taken")
    _decide_about_domain(tx, staff, name, terms, Grounds(reasons=terms.public_comment or ""))
    return _id_of(tx, measures.DOMAIN_BLOCKS, name)


def _id_of(tx: Tx, kind: Measures, name: str) -> int:
    row = kind.named(tx, name)
    assert row is not None  # what is decided at once stands at the door
    return int(row.id)


def stricter_block(tx: Tx, name: str, severity: Severity) -> Any | None:
    """Return the measure that exists against a domain, or one as strict against what it is part of."""
    name = domain_name(name)
    for row in domain_measures.of(tx, name):
        if row.name == name or row.severity >= severity:
            return row
    return None


def change_domain_block(tx: WriteTx, staff: Staff, id_: int, terms: DomainTerms) -> int:
    """Keep a domain away on other terms, by a new decision; should that end, the old one holds again."""
    row = one(tx, measures.DOMAIN_BLOCKS, id_)
    _check_comments(terms.private_comment, terms.public_comment)
    _decide_about_domain(tx, staff, row.name, terms, Grounds(reasons=terms.public_comment or ""))
    return id_


_OF_SEVERITY = {Severity.SUSPEND: [Effect.SUSPEND], Severity.LIMIT: [Effect.LIMIT], Severity.NOOP: []}


def _decide_about_domain(
    tx: WriteTx,
    staff: Staff,
    name: str,
    terms: DomainTerms,
    grounds: Grounds,
    *,
    lasts: Millis | None = None,
    course: Course = Course.AT_ONCE,
) -> int:
    target = Subject(SubjectKind.DOMAIN, name=name)
    what = list(_OF_SEVERITY[terms.severity])
    if terms.reject_media:
        what.append(Effect.REJECT_MEDIA)
    if terms.reject_reports:
        what.append(Effect.REJECT_REPORTS)
    done = [(each, target) for each in what]
    kept = Terms(**{**msgspec.structs.asdict(terms), "severity": int(terms.severity)})
    return deciding.decide(tx, staff, target, Act.BLOCK, grounds, done, terms=kept, lasts=lasts, course=course)


def allow_domain(tx: WriteTx, staff: Staff, name: str) -> int:
    """Let a domain talk with us where only named ones may; allowing it twice changes nothing."""
    name = domain_name(name)
    existing = measures.DOMAIN_ALLOWS.named(tx, name)
    if existing is not None:
        return int(existing.id)
    target = Subject(SubjectKind.DOMAIN, name=name)
    deciding.decide(tx, staff, target, Act.ALLOW, Grounds(), [(Effect.FEDERATE, target)], terms=Terms())
    return _id_of(tx, measures.DOMAIN_ALLOWS, name)


def public_domain_blocks(tx: Tx) -> list[Any]:
    """Return the measures against domains that everybody may read of: rows of the table."""
    return domain_measures.public(tx, limits.PUBLIC_MEASURES)


# --- E-mail addresses -------------------------------------------------------------------------------------------------


def block_email_domain(tx: WriteTx, staff: Staff, name: str) -> int:
    """Let nobody join with an address of a domain, or of what is part of it."""
    name = domain_name(name)
    target = Subject(SubjectKind.EMAIL_DOMAIN, name=name)
    return _keep_out(tx, staff, measures.EMAIL_DOMAIN_BLOCKS, target, "Domain")


def block_email(tx: WriteTx, staff: Staff, address: str, digest: str) -> int:
    """Let nobody join with an address, however it is spelled; it is known by its digest alone."""
    if address:
        digest = canonical_digest(address)
    digest = digest.strip().lower()
    if not digest:
        raise Invalid("Validation failed: Canonical email hash can't be blank")
    if _DIGEST.fullmatch(digest) is None:
        raise Invalid("Validation failed: Canonical email hash is invalid")
    target = Subject(SubjectKind.EMAIL, name=digest)
    return _keep_out(tx, staff, measures.EMAIL_BLOCKS, target, "Canonical email hash")


def matching_email_blocks(tx: Tx, address: str) -> list[Any]:
    """Return the measures that an address falls under: rows of the table."""
    row = measures.EMAIL_BLOCKS.named(tx, canonical_digest(address))
    return [] if row is None else [row]


def canonical_digest(address: str) -> str:
    """Return what stands for all spellings of an address, or refuse what is none."""
    if not 3 <= len(address) <= limits.EMAIL_CHARACTERS or "@" not in address.strip().strip("@"):
        raise Invalid("Validation failed: Email is invalid")
    return measures.canonical_digest(address)


def _keep_out(tx: WriteTx, staff: Staff, kind: Measures, target: Subject, label: str) -> int:
    assert target.name is not None
    if kind.named(tx, target.name) is not None:
        raise Invalid(f"Validation failed: {label} has already been taken")
    deciding.decide(tx, staff, target, Act.BLOCK, Grounds(), [(Effect.NO_SIGN_UP, target)], terms=Terms())
    return _id_of(tx, kind, target.name)


# --- Networks ---------------------------------------------------------------------------------------------------------

_OF_DOOR = {
    DoorSeverity.REVIEW: Effect.REVIEWED_SIGN_UP,
    DoorSeverity.NO_SIGN_UP: Effect.NO_SIGN_UP,
    DoorSeverity.NO_ACCESS: Effect.NO_ACCESS,
}


def block_network(
    tx: WriteTx, staff: Staff, network: str, severity: DoorSeverity | None, comment: str, seconds: int | None
) -> int:
    """Let who comes from a network join only after approval, not join, or not come at all; perhaps for a while."""
    if severity is None:
        raise Invalid("Validation failed: Severity can't be blank")
    name = network_name(network)
    _check_comments(comment)
    if measures.NETWORK_BLOCKS.named(tx, name) is not None:
        raise Invalid("Validation failed: Ip has already been taken")
    lasts = None if seconds is None or seconds <= 0 else seconds * 1_000
    _decide_about_network(tx, staff, name, severity, comment, Grounds(reasons=comment), lasts=lasts)
    return _id_of(tx, measures.NETWORK_BLOCKS, name)


def change_network_block(
    tx: WriteTx,
    staff: Staff,
    id_: int,
    network: str | None,
    severity: DoorSeverity | None,
    comment: str | None,
    seconds: int | None,
) -> int:
    """Keep a network away on other terms; what is not named stays. What was said of another ends when all agreed to it."""
    row = one(tx, measures.NETWORK_BLOCKS, id_)
    name = row.network if network is None else network_name(network)
    wanted = DoorSeverity(row.severity) if severity is None else severity
    said = row.comment if comment is None else comment
    _check_comments(said)
    ends_at = row.expires_at if seconds is None else measures.expires(tx, seconds)
    other = measures.NETWORK_BLOCKS.named(tx, name)
    if other is not None and other.id != id_:
        raise Invalid("Validation failed: Ip has already been taken")
    lasts = None if ends_at is None else ends_at - tx.now
    grounds = Grounds(reasons=said)
    if name == row.network:
        _decide_about_network(tx, staff, name, wanted, said, grounds, lasts=lasts)
        return id_
    measures.NETWORK_BLOCKS.rename(tx, id_, name)
    made = _decide_about_network(tx, staff, name, wanted, said, grounds, lasts=lasts, replaces=row.network)
    decision = decisions.by_ids(tx, [made])[made]
    door.carry_out(tx, Subject(SubjectKind.NETWORK, name=row.network))  # both are kept away until all agreed
    if decision.state is State.IN_FORCE:
        approving.end_replaced(tx, staff, decision)
    return id_


def _decide_about_network(
    tx: WriteTx,
    staff: Staff,
    name: str,
    severity: DoorSeverity,
    comment: str,
    grounds: Grounds,
    *,
    lasts: Millis | None,
    course: Course = Course.AT_ONCE,
    replaces: str | None = None,
) -> int:
    target = Subject(SubjectKind.NETWORK, name=name)
    terms = Terms(severity=int(severity), comment=comment, replaces=replaces)
    done = [(_OF_DOOR[severity], target)]
    return deciding.decide(tx, staff, target, Act.BLOCK, grounds, done, terms=terms, lasts=lasts, course=course)


# --- Proposed at the desk ----------------------------------------------------------------------------------------------


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What one of the staff wants to stand at the door; what of it is about another kind is not looked at."""

    kind: SubjectKind
    name: str
    domain: DomainTerms = DomainTerms()
    door: DoorSeverity = DoorSeverity.NO_SIGN_UP
    comment: str = ""
    lasts: Millis | None = None


def propose(tx: WriteTx, site: Site, staff: Staff, wish: Wish, grounds: Grounds, course: Course) -> int:
    """Propose a measure, or take it at once as an emergency; what stood there before holds again when it ends."""
    staff.needs(weighing.permission_for(wish.kind))
    _check_comments(wish.comment, wish.domain.private_comment, wish.domain.public_comment)
    if wish.kind is SubjectKind.DOMAIN:
        name = foreign_domain(site, wish.name)
        return _decide_about_domain(tx, staff, name, wish.domain, grounds, lasts=wish.lasts, course=course)
    if wish.kind is SubjectKind.NETWORK:
        name = network_name(wish.name)
        lasts = wish.lasts
        return _decide_about_network(tx, staff, name, wish.door, wish.comment, grounds, lasts=lasts, course=course)
    name = domain_name(wish.name) if wish.kind is SubjectKind.EMAIL_DOMAIN else canonical_digest(wish.name)
    target = Subject(wish.kind, name=name)
    what = [(Effect.NO_SIGN_UP, target)]
    return deciding.decide(tx, staff, target, Act.BLOCK, grounds, what, terms=Terms(), lasts=wish.lasts, course=course)


# --- All of them ------------------------------------------------------------------------------------------------------


def page(tx: Tx, kind: Measures, range_: Range) -> list[Any]:
    """Load a page of measures of a kind, the newest first: rows of the table."""
    return kind.page(tx, range_)


def one(tx: Tx, kind: Measures, id_: int) -> Any:
    """Load one measure: a row of the table."""
    row = kind.one(tx, id_)
    if row is None:
        raise NotFound
    return row


_TARGETS = {
    measures.DOMAIN_BLOCKS: (SubjectKind.DOMAIN, "name", Act.BLOCK),
    measures.DOMAIN_ALLOWS: (SubjectKind.DOMAIN, "name", Act.ALLOW),
    measures.EMAIL_DOMAIN_BLOCKS: (SubjectKind.EMAIL_DOMAIN, "name", Act.BLOCK),
    measures.EMAIL_BLOCKS: (SubjectKind.EMAIL, "digest", Act.BLOCK),
    measures.NETWORK_BLOCKS: (SubjectKind.NETWORK, "network", Act.BLOCK),
}


def end(tx: WriteTx, staff: Staff, kind: Measures, id_: int) -> Any:
    """End a measure with all that it stands in the place of, and return what it was."""
    row = one(tx, kind, id_)
    subject_kind, column, act = _TARGETS[kind]
    target = Subject(subject_kind, name=getattr(row, column))
    if not _end_all(tx, staff, target, act):
        deciding.note(tx, staff, Act.REVERSE.value, target)  # no decision stands behind it: the audit tells of it
        kind.remove(tx, id_)
    return row


def _end_all(tx: WriteTx, staff: Staff, target: Subject, act: Act) -> bool:
    """End every decision that is in force about something, the first first; False where there was none."""
    standing = [decisions.hold(tx, each.id) for each in reversed(decisions.standing_about(tx, target, act))]
    for each in standing:
        if each is not None and each.state in STANDING:
            deciding.end(tx, staff, each, Act.REVERSE)
    return bool(standing)


# --- At the door ------------------------------------------------------------------------------------------------------


def check_network(tx: Tx, address: str | None) -> bool:
    """Refuse who may not join from where they are, and tell whether they must be approved."""
    severity = measures.door_severity(tx, address) if address else None
    if severity is not None and severity >= DoorSeverity.NO_SIGN_UP:
        raise Forbidden
    return severity is DoorSeverity.REVIEW


def is_kept_out(tx: Tx, address: str) -> bool:
    """Tell whether nobody may join with an e-mail address."""
    host = address.rpartition("@")[2]
    return (
        bool(measures.email_domain_blocks_of(tx, host))
        or measures.EMAIL_BLOCKS.named(tx, measures.canonical_digest(address)) is not None
    )


def blocks_of_address(tx: Tx, address: str) -> list[int]:
    """Return the measures against the domain of an e-mail address."""
    return measures.email_domain_blocks_of(tx, address.rpartition("@")[2]) if "@" in address else []


def count_tries(tx: WriteTx, blocks: Sequence[int]) -> None:
    """Count somebody who was turned away by measures against the domain of their address."""
    for block_id in blocks:
        measures.count_try(tx, block_id)


# --- What a measure against a domain reaches --------------------------------------------------------------------------


def reach_some(tx: WriteTx, domain_id: DomainId, host: str, after: int) -> int | None:
    """Let some accounts of a domain be under what is in force on it; return where to go on, None at the end."""
    severity = domain_measures.severity_of(tx, host)
    some = effects.accounts_of_domain(tx, domain_id, after, limits.DOMAIN_ACCOUNTS_AT_ONCE)
    for account_id in some:
        effects.apply_to_account(tx, account_id, severity)
    return some[-1] if len(some) == limits.DOMAIN_ACCOUNTS_AT_ONCE else None


def domain_of_decision(tx: Tx, decision_id: int) -> str | None:
    """Return the domain that a decision is about, if it is about one."""
    decision = decisions.by_ids(tx, [decision_id]).get(decision_id)
    return decision.subject.name if decision is not None and decision.subject.kind is SubjectKind.DOMAIN else None


# --- What is written --------------------------------------------------------------------------------------------------


def domain_name(text: str) -> str:
    """Return a domain as it is stored, in lower case and ASCII, or refuse what is none."""
    name = text.strip().lower().strip(".").removeprefix("@")
    if not name:
        raise Invalid("Validation failed: Domain can't be blank")
    try:
        name = name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        name = ""
    if not name or len(name) > limits.DOMAIN_CHARACTERS or not all(map(_LABEL.fullmatch, name.split("."))):
        raise Invalid("Validation failed: Domain is not a valid domain name")
    return name


def foreign_domain(site: Site, text: str) -> str:
    """Return another server's domain as it is stored, or refuse what is none, or our own."""
    name = domain_name(text)
    if any(name in measures.with_parents(own.partition(":")[0]) for own in (site.domain, site.account_domain)):
        raise Invalid("Validation failed: Domain is this server's own")
    return name


def network_name(text: str) -> str:
    """Return a network as it is stored, `192.0.2.0/24`, or refuse what is none."""
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        raise Invalid("Validation failed: Ip is invalid") from None


def _check_comments(*texts: str | None) -> None:
    if any(text is not None and len(text) > limits.COMMENT_CHARACTERS for text in texts):
        raise Invalid(f"Validation failed: Comment is too long (maximum is {limits.COMMENT_CHARACTERS} characters)")
