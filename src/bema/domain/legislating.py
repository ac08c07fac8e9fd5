"""Legislating: how a version of the policy comes to hold: drafted, put to everybody, published from a day on, or withdrawn.

What was proposed or published is never changed: there is a new version instead. Each of these steps stands in the public
log, with the digest of the text. What says how many people decide needs two people itself.
"""

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

import msgspec
from msgspec import structs

from bema.domain import deciding, recording
from bema.model import limits
from bema.model.decisions import Subject, SubjectKind
from bema.model.errors import Conflict, Forbidden, Invalid, NotFound
from bema.model.ids import Millis
from bema.model.permissions import COMMAND_LINE, Permission, Staff, roles_that_may
from bema.model.policies import (
    ABOUT,
    ENFORCEMENT,
    GOVERNED,
    PRIVACY,
    RULES,
    TERMS,
    Clause,
    Speech,
    Standing,
    Text,
    Version,
)
from bema.store import policies, policy_drafts, staff_people
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts
from bema.wire.tlog import entries
from bema.wire.tlog.entries import By

_DAY = 86_400_000  # milliseconds
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")

# --- Drafting ---------------------------------------------------------------------------------------------------------


def draft(tx: Tx, name: str, language: str) -> Text:
    """Return what is being written: what was saved, else what was proposed or published last, else an empty document."""
    saved = policy_drafts.draft(tx, name)
    if saved is not None:
        return saved
    newest = next((each for each in policies.versions(tx, name) if each.withdrawn_at is None), None)
    found = None if newest is None else policies.standing(tx, name, newest.number)
    if found is not None:
        return structs.replace(found.text, version=0)
    return Text(document=name, version=0, language=language, title={})


def known_draft(tx: Tx, name: str, language: str) -> Text:
    """Return what is being written of a document that there is."""
    if not policy_drafts.exists_named(tx, name):
        raise NotFound
    return draft(tx, name, language)


def is_drafted(tx: Tx, name: str) -> bool:
    """Tell whether something was written that is neither proposed nor published."""
    return policy_drafts.draft(tx, name) is not None


class Worked(msgspec.Struct, frozen=True):
    """A document as the staff sees it: with all its versions, also those that nobody was told of."""

    name: str
    standing: Standing | None
    drafted: bool
    versions: list[Version]


def documents(tx: Tx) -> list[Worked]:
    """Return all documents."""
    return [
        Worked(
            name,
            policies.in_force(tx, name, tx.now),
            policy_drafts.draft(tx, name) is not None,
            policies.versions(tx, name),
        )
        for name in policy_drafts.names(tx)
    ]


def save(tx: WriteTx, staff: Staff, text: Text) -> Text:
    """Keep a draft; clauses without an id get one that no other clause ever had."""
    staff.needs(Permission.MANAGE_RULES)
    if not entries.is_slug(text.document):
        raise Invalid("Validation failed: Name may hold small letters, digits and hyphens")
    if not policy_drafts.exists_named(tx, text.document):
        if len(policy_drafts.names(tx)) >= limits.POLICY_DOCUMENTS:
            raise Invalid(f"Validation failed: Documents are too many (maximum is {limits.POLICY_DOCUMENTS})")
        policy_drafts.add_document(tx, text.document)
    text = _checked(text)
    new = sum(not each.id for each in text.clauses)
    counters = policy_drafts.hold(tx, text.document, clauses=new)
    known = {each.id for each in text.clauses}
    if any(id_ and not _is_given(id_, text.document, counters.clauses - new) for id_ in known):
        raise Invalid("Validation failed: Clauses are not all of this document")
    numbers = iter(range(counters.clauses - new + 1, counters.clauses + 1))
    named = [each if each.id else structs.replace(each, id=_id(text.document, next(numbers))) for each in text.clauses]
    text = structs.replace(text, version=0, clauses=named)
    if policy_drafts.write_draft(tx, counters.id, text) > limits.POLICY_BYTES:
        raise Invalid(f"Validation failed: Text is too long (maximum is {limits.POLICY_BYTES} bytes)")
    return text


def discard(tx: WriteTx, staff: Staff, name: str) -> None:
    """Forget what was being written."""
    staff.needs(Permission.MANAGE_RULES)
    if not policy_drafts.exists_named(tx, name):
        raise NotFound
    policy_drafts.drop_draft(tx, policy_drafts.hold(tx, name).id)


def _id(document: str, number: int) -> str:
    """Name a clause: rules by their number alone, as clients know them."""
    return str(number) if document == RULES else f"{document}.{number}"


def _is_given(id_: str, document: str, given: int) -> bool:
    number = id_ if document == RULES else id_.removeprefix(f"{document}.")
    return number.isascii() and number.isdigit() and 0 < int(number) <= given and id_ == _id(document, int(number))


def _checked(text: Text) -> Text:
    """Return a text as it is kept: cleaned, without what is empty, within all bounds."""
    clauses = [Clause(each.id, _clean(each.text), _clean(each.hint)) for each in text.clauses]
    clauses = [each for each in clauses if each.text]
    title = _clean(text.title, limits.POLICY_TITLE_CHARACTERS)
    text = structs.replace(text, title=title, preamble=_clean(text.preamble), clauses=clauses)
    if len(clauses) > limits.POLICY_CLAUSES:
        raise Invalid(f"Validation failed: Clauses are too many (maximum is {limits.POLICY_CLAUSES})")
    if len({each.id for each in clauses if each.id}) < sum(bool(each.id) for each in clauses):
        raise Invalid("Validation failed: Clauses are there twice")
    if len(text.languages) > limits.POLICY_LANGUAGES:
        raise Invalid(f"Validation failed: Languages are too many (maximum is {limits.POLICY_LANGUAGES})")
    for effect, people in text.approvals.items():
        if effect not in GOVERNED or not 1 <= people <= limits.POLICY_APPROVALS:
            raise Invalid(f"Validation failed: Approvals of {effect} are not 1 to {limits.POLICY_APPROVALS}")
    if (text.approvals or text.answer_days is not None) and text.document != ENFORCEMENT:
        raise Invalid("Validation failed: Approvals belong into the enforcement policy")
    if text.answer_days is not None and not 1 <= text.answer_days <= limits.ANSWER_DAYS_MAX:
        raise Invalid(f"Validation failed: Days are not 1 to {limits.ANSWER_DAYS_MAX}")
    return text


def _clean(speech: Speech, most: int = limits.POLICY_CLAUSE_CHARACTERS) -> Speech:
    found = {code: texts.strip_controls(words).strip() for code, words in speech.items()}
    for code, words in found.items():
        if not is_language(code):
            raise Invalid(f"Validation failed: Language {code[:20]} is not a code of a language")
        if len(words) > most:
            raise Invalid(f"Validation failed: Text is too long (maximum is {most} characters)")
    return {code: words for code, words in sorted(found.items()) if words}


def is_language(code: str) -> bool:
    """Tell whether a text can be said to be in this language."""
    return 2 <= len(code) <= 20 and code.isascii() and code.replace("-", "").isalnum()


# --- Putting it to everybody, publishing, withdrawing -----------------------------------------------------------------


def propose(tx: WriteTx, staff: Staff, name: str, days: int) -> Version:
    """Ask everybody for some days about what was drafted; what was proposed before of this document is withdrawn."""
    staff.needs(Permission.MANAGE_RULES)
    if not 1 <= days <= limits.CONSULTATION_DAYS_MAX:
        raise Invalid(f"Validation failed: Days are not 1 to {limits.CONSULTATION_DAYS_MAX}")
    version = _freeze(tx, staff, name)
    until = tx.now + days * _DAY
    body = entries.Proposal(name, version.number, version.digest, [_by(tx, staff)], recording.moment(until))
    place = _enter(tx, "policy.proposed", lambda at, seq: entries.PolicyProposed(at=at, type_seq=seq, body=body))
    policies.propose(tx, version.id, until, place)
    _note(tx, staff, "propose", version)
    return _now(tx, version)


def publish_draft(tx: WriteTx, staff: Staff, name: str, since: Millis | None, *, adopted: bool = False) -> Version:
    """Publish what was drafted without asking everybody; the public log says so."""
    staff.needs(Permission.MANAGE_RULES)
    return _publish(tx, staff, _freeze(tx, staff, name), since, consulted=False, adopted=adopted)


def publish(tx: WriteTx, staff: Staff, name: str, number: int, since: Millis | None) -> Version:
    """Publish what was proposed, once everybody had the time to say something."""
    staff.needs(Permission.MANAGE_RULES)
    version = _held(tx, name, number)
    if version.is_consulted_on(tx.now):
        raise Invalid("Validation failed: People are still asked about it")
    return _publish(tx, staff, version, since, consulted=version.proposed_at is not None, adopted=False)


def approve(tx: WriteTx, staff: Staff, name: str, number: int) -> Version:
    """Agree to what somebody else wants to publish, as they want it."""
    staff.needs(Permission.MANAGE_RULES)
    version = _held(tx, name, number)
    if version.asked_at is None or version.effective_from is None:
        raise NotFound
    if version.asked_by == staff.login:
        raise Forbidden("Somebody else has to agree")
    asked_by, role = policies.asked_by(tx, version.id)
    if asked_by is not None and asked_by not in staff_people.logins_of(tx, roles_that_may(Permission.MANAGE_RULES)):
        raise Invalid("Validation failed: Who asked for it is not of the staff any more")
    by = [recording.signature(tx, asked_by, role), _by(tx, staff)]
    since = max(version.effective_from, tx.now)
    return _enter_publication(tx, staff, version, since, by, consulted=version.consulted)


def withdraw(tx: WriteTx, staff: Staff, name: str, number: int) -> Version:
    """Let a version that does not hold yet never hold."""
    staff.needs(Permission.MANAGE_RULES)
    if not policy_drafts.exists_named(tx, name):
        raise NotFound
    policy_drafts.hold(tx, name)
    version = policies.version(tx, name, number)
    if version is None or version.withdrawn_at is not None:
        raise NotFound
    if version.holds(tx.now):
        raise Invalid("Validation failed: It holds already; publish another version")
    _withdraw(tx, staff, version)
    return _now(tx, version)


def _freeze(tx: WriteTx, staff: Staff, name: str) -> Version:
    """Make a version of the draft; one that was proposed before is withdrawn by that."""
    drafted = policy_drafts.draft(tx, name)
    if drafted is None:
        raise NotFound
    if not drafted.clauses and not drafted.preamble.get(drafted.language):
        raise Invalid("Validation failed: A document says nothing yet")
    if not drafted.title.get(drafted.language):
        raise Invalid("Validation failed: Title can't be blank")
    if not all(each.text.get(drafted.language) for each in drafted.clauses):
        raise Invalid("Validation failed: Clauses are not all there in the language in which they bind")
    counters = policy_drafts.hold(tx, name, versions=1)
    for each in policies.versions(tx, name):
        if each.published_at is None and each.withdrawn_at is None:
            _withdraw(tx, staff, each)
    version = policies.add(tx, counters.id, structs.replace(drafted, version=counters.versions))
    policy_drafts.drop_draft(tx, counters.id)
    return version


def _held(tx: WriteTx, name: str, number: int) -> Version:
    """Return a version that can still be published, and let nobody else change its document."""
    if not policy_drafts.exists_named(tx, name):
        raise NotFound
    policy_drafts.hold(tx, name)
    version = policies.version(tx, name, number)
    if version is None or version.published_at is not None or version.withdrawn_at is not None:
        raise NotFound
    return version


def _publish(
    tx: WriteTx, staff: Staff, version: Version, since: Millis | None, *, consulted: bool, adopted: bool
) -> Version:
    since = tx.now if since is None or (since < tx.now and since // _DAY == tx.now // _DAY) else since
    if since < tx.now and (not adopted or policies.has_any(tx, version.document)):
        raise Invalid("Validation failed: No version can hold from a day that is past")
    if policies.is_outdated(tx, version.document, version.number, since):
        raise Invalid("Validation failed: A later version is published already")
    by = [_by(tx, staff)]
    if version.document != ENFORCEMENT:
        return _enter_publication(tx, staff, version, since, by, consulted=consulted, adopted=adopted)
    if not _others(tx, staff):
        return _enter_publication(tx, staff, version, since, by, consulted=consulted, adopted=adopted, alone=True)
    if not policies.ask(tx, version.id, staff, since, consulted=consulted):
        raise Conflict
    _note(tx, staff, "ask", version)
    return _now(tx, version)


def _enter_publication(
    tx: WriteTx,
    staff: Staff,
    version: Version,
    since: Millis,
    by: list[By],
    *,
    consulted: bool,
    adopted: bool = False,
    alone: bool = False,
) -> Version:
    if policies.is_outdated(tx, version.document, version.number, since):
        raise Invalid("Validation failed: A later version is published already")
    body = entries.Publication(
        document=version.document,
        version=version.number,
        digest=version.digest,
        by=by,
        effective_from=recording.moment(since),
        consulted=consulted,
        adopted=adopted,
        single_operator=alone,
    )
    place = _enter(tx, "policy.published", lambda at, seq: entries.PolicyPublished(at=at, type_seq=seq, body=body))
    policies.publish(tx, version.id, since, place, consulted=consulted, adopted=adopted, single_operator=alone)
    _note(tx, staff, "publish", version)
    return _now(tx, version)


def _withdraw(tx: WriteTx, staff: Staff, version: Version) -> None:
    """Withdraw a version; the public log hears of it only where it heard of the version."""
    place = None
    if version.proposed_at is not None or version.published_at is not None:
        body = entries.Withdrawal(version.document, version.number, version.digest, [_by(tx, staff)])
        place = _enter(tx, "policy.withdrawn", lambda at, seq: entries.PolicyWithdrawn(at=at, type_seq=seq, body=body))
    policies.withdraw(tx, version.id, place)
    _note(tx, staff, "withdraw", version)


def _enter(tx: WriteTx, type_: str, make: Callable[[str, int], entries.AnyEntry]) -> int:
    return recording.enter(tx, type_, lambda seq: make(recording.moment(tx.now), seq))


def _by(tx: WriteTx, staff: Staff) -> By:
    return recording.signature(tx, staff.login, staff.role)


def _others(tx: Tx, staff: Staff) -> bool:
    """Tell whether somebody else could agree."""
    able = staff_people.logins_of(tx, roles_that_may(Permission.MANAGE_RULES))
    return any(each != staff.login for each in able)


def _note(tx: WriteTx, staff: Staff, act: str, version: Version) -> None:
    deciding.note(tx, staff, act, Subject(SubjectKind.POLICY, version.id, f"{version.document} {version.number}"))


def _now(tx: Tx, version: Version) -> Version:
    found = policies.version(tx, version.document, version.number)
    assert found is not None
    return found


# --- What a server had before -----------------------------------------------------------------------------------------


class Before(msgspec.Struct, frozen=True):
    """What the settings of a server say: it becomes the first version of documents that there are not yet."""

    language: str
    rules: Sequence[tuple[str, str]]  # texts and hints
    privacy: str
    about: str


TITLES = {
    RULES: "Rules",
    PRIVACY: "Privacy policy",
    ABOUT: "About",
    TERMS: "Terms of service",
    ENFORCEMENT: "Enforcement",
}


def adopt(tx: WriteTx, before: Before) -> None:
    """Let what stands in the settings hold as the first versions; where there are versions, those hold."""
    rules = [
        Clause("", {before.language: text}, {before.language: hint} if hint else {}) for text, hint in before.rules
    ]
    for name, clauses in (
        (RULES, rules),
        (PRIVACY, paragraphs(before.privacy, before.language)),
        (ABOUT, paragraphs(before.about, before.language)),
    ):
        if not clauses or policies.versions(tx, name):
            continue
        policy_drafts.add_document(tx, name)
        policy_drafts.hold(tx, name)  # another process may be about to do the same
        if policies.versions(tx, name) or policy_drafts.draft(tx, name) is not None:
            continue
        title = {before.language: TITLES[name]}
        save(tx, COMMAND_LINE, Text(document=name, version=0, language=before.language, title=title, clauses=clauses))
        publish_draft(tx, COMMAND_LINE, name, None, adopted=True)


def paragraphs(text: str, language: str, before: Sequence[Clause] = ()) -> list[Clause]:
    """Make clauses of the paragraphs of a plain text; those that were there before keep their ids."""
    parts = [each for part in _PARAGRAPH.split(texts.strip_controls(text).strip()) if (each := part.strip())]
    known = [each.text.get(language, "") for each in before]
    found: list[Clause] = []
    for what, first, last, begin, end in SequenceMatcher(None, known, parts, autojunk=False).get_opcodes():
        old = before[first:last] if what in ("equal", "replace") else ()
        for place, part in enumerate(parts[begin:end]):
            same = old[place] if place < len(old) else None
            if same is None:
                found.append(Clause("", {language: part}))
            elif what == "equal":
                found.append(same)
            else:
                found.append(Clause(same.id, {language: part}))
    return found
